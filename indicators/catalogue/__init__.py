"""What is shown: the catalogue of indicators, one TOML file each."""

from indicators.catalogue.model import (
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
    "CatalogueError",
    "Indicator",
    "Polarity",
    "Route",
    "Target",
    "catalogue",
    "load_catalogue",
    "load_indicator",
]
