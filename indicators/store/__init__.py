"""The store of figures: the only SQL of the project."""

from indicators.store.faults import NoStore, StoreDamaged, StoreNotAnswering
from indicators.store.provenance import UnknownFigure
from indicators.store.reading import UnknownIndicator, types_on
from indicators.store.store import Store

__all__ = [
    "NoStore",
    "Store",
    "StoreDamaged",
    "StoreNotAnswering",
    "UnknownFigure",
    "UnknownIndicator",
    "types_on",
]
