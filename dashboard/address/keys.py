"""The keys of an address, each described once: what it may hold, and what choosing it makes meaningless.

``dashboard.address.view`` reads addresses by this table, and the browser is served it (``dashboard.serving.vocabulary``).
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from indicators.catalogue.shown import PEOPLE

SERVICE = "Work and health indicators"


@dataclass(frozen=True, slots=True)
class Key:
    """One key of an address.

    name        as it stands in the address
    label       in a sentence, ``type of area``
    choices     the words it may hold; empty where that depends on what is loaded
    most        how many values it may hold, commas between them
    forgets     keys whose older choice means nothing once this one is changed
    is_carried  whether the navigation takes it along to another page
    default     what holds where the address leaves it out; empty where that depends on what is loaded
    is_own      whether only a page of its own reads it, and not the view
    """

    name: str
    label: str
    choices: tuple[str, ...] = ()
    most: int = 1
    forgets: tuple[str, ...] = ()
    is_carried: bool = False
    default: str = ""
    is_own: bool = False


NEAR_BENCHMARKS = ("region", "parent", "similar")
"""Benchmarks that are another figure for each area."""

ALL_KEYS = (
    Key(
        "indicator",
        "indicator",
        forgets=("period", "since", "sex", "age", "breakdown"),  # another one has other periods and groups
        is_carried=True,
    ),
    Key(
        "area_type", "type of area", forgets=("period", "since", "parent", "outline", "show"), is_carried=True
    ),
    Key("area", "area", most=20, is_carried=True),
    Key("name", "name of the group", is_carried=True),  # of the areas put together as one (geodata.groups)
    Key("parent", "parent", forgets=("show",)),
    Key("period", "period"),
    Key("benchmark", "benchmark", default="england"),  # also the code of an area
    Key("view", "map shape", ("official", "approximate", "hex"), default="official"),
    Key(
        "shading", "shading", ("benchmark", "quintile", "continuous", "trend", "change"), default="benchmark"
    ),
    Key("chart", "chart", ("values", "funnel", "ranks"), default="values"),
    Key("show", "areas shown", ("region", "similar", "all")),  # left out: as many as can be read by name
    Key("sort", "sort order", ("highest", "lowest", "a-z", "z-a"), default="highest"),
    Key(
        "sex",
        "sex",
        ("persons", "male", "female"),
        forgets=("period", "since"),
        is_carried=True,
        default="persons",
    ),
    Key("age", "age", is_carried=True, default="all"),
    Key("breakdown", "breakdown", is_carried=True, default="all"),
    Key("with", "second indicator"),
    Key("since", "start of the change"),
    Key("outline", "outline"),
    Key("zoom", "zoom", ("chosen",)),
    Key("condition", "health condition", tuple(PEOPLE), is_own=True),
    Key("q", "words looked for", is_own=True),
    Key("theme", "theme", is_own=True),
    Key("figures", "choice of figures", ("yes",), is_own=True),
    Key("members", "areas of a group", is_own=True),
)
"""Every key, in the order in which an address is written."""
KEYS = {key.name: key for key in ALL_KEYS}
VIEW_KEYS = tuple(key.name for key in ALL_KEYS if not key.is_own)
"""What ``dashboard.address.view`` reads."""


def known_query(query: str) -> str:
    """The query of a page's address without keys that no page reads, so that they make no new cache entry.

    ``?area=E06000018&utm_source=mail`` → ``area=E06000018``. A query of known keys alone is returned as it is.
    """
    text = query.removeprefix("?")
    if not text:
        return ""
    pairs = parse_qsl(text, keep_blank_values=True, errors="replace")
    kept = [pair for pair in pairs if pair[0] in KEYS]
    return text if len(kept) == len(pairs) else urlencode(kept, safe=",/:")
