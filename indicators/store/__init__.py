"""The store of figures: the only SQL of the project."""

from indicators.store.provenance import UnknownFigure
from indicators.store.reading import NoStore, UnknownIndicator, types_on
from indicators.store.store import Store

__all__ = ["NoStore", "Store", "UnknownFigure", "UnknownIndicator", "types_on"]
