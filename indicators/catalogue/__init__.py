"""What is shown: the catalogue of indicators, one TOML file each."""

from indicators.catalogue.loading import (
    CatalogueError,
    catalogue,
    load_catalogue,
    load_indicator,
    themes_of,
)
from indicators.catalogue.model import LOCAL_SOURCE, Indicator, Polarity, Route, Target
from indicators.catalogue.roles import (
    PeopleGroup,
    RoleNotHeld,
    answering,
    complement,
    groups,
    holds,
    in_role,
    label_in,
    questions,
    rate_of_gap,
    the,
)

__all__ = [
    "LOCAL_SOURCE",
    "CatalogueError",
    "Indicator",
    "PeopleGroup",
    "Polarity",
    "RoleNotHeld",
    "Route",
    "Target",
    "answering",
    "catalogue",
    "complement",
    "groups",
    "holds",
    "in_role",
    "label_in",
    "load_catalogue",
    "load_indicator",
    "questions",
    "rate_of_gap",
    "the",
    "themes_of",
]
