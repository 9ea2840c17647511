"""How places are named in running text."""

from __future__ import annotations

import re
from collections.abc import Iterable

from dashboard.sentences.counts import listed, lower_first
from geodata.register import Area

_REGION_TYPES = ("region", "nhs_region")
# names other than those of regions that take an article
_WITH_ARTICLE = frozenset(
    (
        "United Kingdom",
        "Black Country",
        "East Midlands",
        "Humber",
        "Marches",
        "North East",
        "South East",
        "West Midlands",
        "West of England",
    )
)
_ENDINGS = (
    " Integrated Care Board",
    " Combined County Authority",
    " Combined Authority",
    " CCG",
    " ICB",
    ", City of",
    ", County of",
)


def short_name(name: str) -> str:
    """A name for a chart: what every area of its type has in common is left out.

    ``NHS Cheshire and Merseyside ICB - 01F`` → ``Cheshire and Merseyside (01F)``.
    """
    short = re.sub(r" ICB - (\w+)$", r" (\1)", name.removeprefix("NHS "))
    for ending in _ENDINGS:
        short = short.removesuffix(ending)
    return short or name


def in_words(area: Area) -> str:
    """An area's name inside a sentence: ``the East Midlands``, ``the United Kingdom``, ``London``, ``Kent``."""
    plain = area.area_type not in _REGION_TYPES or area.name.startswith(("London", "Yorkshire"))
    return area.name if plain and area.name not in _WITH_ARTICLE else f"the {area.name}"


def area_types_words(names: Iterable[str]) -> str:
    """Kinds of area in a sentence: ``regions, NHS regions and the United Kingdom``. ``names`` as people see them."""
    words = {"England": "England", "United Kingdom": "the United Kingdom"}
    return listed(words.get(name) or lower_first(name) for name in names)
