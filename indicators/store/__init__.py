"""The store of figures: the only SQL of the project."""

from indicators.store.store import NoStore, Store, UnknownIndicator, types_on

__all__ = ["NoStore", "Store", "UnknownIndicator", "types_on"]
