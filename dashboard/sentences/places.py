"""How places are named in running text."""

from __future__ import annotations

import re
from collections.abc import Iterable

from dashboard.sentences.counts import listed, lower_first
from geodata.register import Area

_REGION_TYPES = ("region", "nhs_region")
# names other than those of regions that take an article, whatever kind of area bears them
_WITH_ARTICLE = frozenset(
    (
        "United Kingdom",
        "Black Country",
        "City of London",
        "Derbyshire Dales",
        "East Riding of Yorkshire",
        "Forest of Dean",
        "Heart of the South West",
        "Isle of Wight",
        "Isles of Scilly",
        "Leeds City Region",
        "Liverpool City Region",
        "New Forest",
        "Sheffield City Region",
        "Solent",
        "South Hams",
        "Tees Valley",
        "Vale of White Horse",
        "East Midlands",
        "Humber",
        "Marches",
        "North East",
        "South East",
        "West Midlands",
        "West of England",
    )
)
_BOARD_BEFORE_PLACE, _BOARD_BEFORE_CODE = re.compile(r".+ ICB – "), re.compile(r" ICB (\(\w+\))$")
NAME_START = "NHS "
"""What a short name leaves out at its beginning."""
NAME_ENDINGS = (
    " Integrated Care Board",
    " Combined County Authority",
    " Combined Authority",
    " CCG",
    " ICB",
    ", City of",
    ", County of",
)
"""What it leaves out at its end; the browser is served the same."""


def short_name(name: str) -> str:
    """A name for a chart: what every area of its type has in common is left out.

    ``NHS Cheshire and Merseyside ICB – Halton (01F)`` → ``Halton (01F)``; ``NHS Dorset ICB (11J)`` → ``Dorset (11J)``.
    """
    short = _BOARD_BEFORE_PLACE.sub("", name.removeprefix(NAME_START))
    short = _BOARD_BEFORE_CODE.sub(r" \1", short)
    for ending in NAME_ENDINGS:
        short = short.removesuffix(ending)
    return short or name


def in_words(area: Area) -> str:
    """An area's name inside a sentence: ``the East Midlands``, ``the City of London``, ``Bristol``, ``NHS Kent and Medway ICB``."""
    # the register puts what a place is behind its name: Bristol, City of
    name = area.name.removesuffix(", City of").removesuffix(", County of")
    name = name.replace(" Integrated Care Board", " ICB")
    if name.startswith("The "):
        return f"the {name.removeprefix('The ')}"
    plain = area.area_type not in _REGION_TYPES or name.startswith(("London", "Yorkshire"))
    return name if plain and name not in _WITH_ARTICLE else f"the {name}"


def area_types_words(names: Iterable[str]) -> str:
    """Kinds of area in a sentence: ``regions, NHS regions and the United Kingdom``. ``names`` as people see them."""
    words = {"England": "England", "United Kingdom": "the United Kingdom"}
    return listed(words.get(name) or lower_first(name) for name in names)
