"""What is shown: the catalogue of indicators, one TOML file each."""

from indicators.catalogue.model import (
    LOCAL_SOURCE,
    CatalogueError,
    Indicator,
    Polarity,
    Route,
    Target,
    catalogue,
    load_catalogue,
    load_indicator,
)

__all__ = [
    "LOCAL_SOURCE",
    "CatalogueError",
    "Indicator",
    "Polarity",
    "Route",
    "Target",
    "catalogue",
    "load_catalogue",
    "load_indicator",
]
