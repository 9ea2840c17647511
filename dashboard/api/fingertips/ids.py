"""The numbers and names by which Fingertips' clients know area types, sexes, ages, groups and the like."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from dashboard.sentences import breakdown_group_words, breakdown_words
from geodata.register import AreaType, Register
from indicators.catalogue import Indicator
from indicators.catalogue.numbers import hashed_number

_TABLE = Path(__file__).with_name("ids.toml")


class Named(NamedTuple):
    """A number with its name, and the short name that columns show."""

    id: int
    name: str
    short: str


@cache
def table() -> Mapping[str, Any]:
    """The committed table of numbers, read once a process."""
    return tomllib.loads(_TABLE.read_text(encoding="utf-8"))


def profile() -> Named:
    """The one profile that there is; ``short`` is its key."""
    row = table()["profile"]
    return Named(row["id"], row["name"], row["key"])


def group_id(theme: str) -> int:
    """The number of a theme of the catalogue; Fingertips calls it a group, or a domain."""
    return _number("groups", theme)


def area_types(register: Register) -> dict[str, Named]:
    """The area types that have areas in the register, in its order, by their id here."""
    known = table()["area_types"]
    return {
        name: Named(known[name]["id"], known[name]["name"], known[name]["short"])
        if name in known
        else Named(hashed_number(name), kind.plural, kind.plural)
        for name, kind in register.area_types.items()
        if kind.vintages
    }


def neighbour_type(kind: AreaType) -> Named | None:
    """The list that names areas like one of a type; None for a type without similar areas."""
    if not kind.has_similar:
        return None
    row = table()["neighbour_types"]["here" if kind.similar_here else "ons"]
    return Named(row["id"], row["name"], row["name"])


def sex(word: str) -> Named:
    """``female`` → 2, ``Female``."""
    row = table()["sexes"][word]
    return Named(row["id"], row["name"], row["name"])


def sexes() -> list[Named]:
    """Every sex, by its number."""
    return sorted(sex(word) for word in table()["sexes"])


def age(band: str) -> Named:
    """``16-64`` → 204, ``16-64 yrs``; ``0-15`` → ``<16 yrs``; ``all`` → ``All ages``."""
    return Named(_number("ages", band), *[age_words(band)] * 2)


def age_words(band: str) -> str:
    """An age band as Fingertips writes it."""
    if band == "all":
        return "All ages"
    if found := re.fullmatch(r"0-(\d+)", band):
        return f"<{int(found[1]) + 1} yrs"
    if re.fullmatch(r"\d+(-\d+|\+)", band):
        return f"{band} yrs"
    return band[:1].upper() + band[1:]


def category(breakdown: str) -> tuple[Named, Named] | None:
    """The category type and the category of a breakdown; None for everyone.

    ``ethnic group: White`` → ``Ethnic group`` and ``White``, in the words that pages use.
    """
    if breakdown == "all":
        return None
    kind, _, group = breakdown.partition(": ")
    whole, part = breakdown_words(breakdown), breakdown_group_words(breakdown)
    kind_words = whole.removesuffix(part).removesuffix(": ") if group else whole
    return (
        Named(hashed_number(kind), kind_words, kind_words),
        Named(hashed_number(breakdown), part, part),
    )


def value_type(indicator: Indicator) -> Named:
    """What kind of number an indicator is, in Fingertips' words."""
    name = _VALUE_TYPES.get(indicator.unit, "Other")
    return Named(_number("value_types", name), name, name)


def unit(indicator: Indicator) -> Named:
    """The unit of an indicator."""
    name = indicator.unit_format.heading
    return Named(_number("units", name), name, name)


def interval_method(indicator: Indicator) -> Named:
    """How the intervals of an indicator are made, by its first route: the clients look for Wilson and Byar."""
    name = _INTERVAL_METHODS[indicator.routes[0].interval]
    return Named(_number("interval_methods", name), name, name)


def year_type(name: str) -> Named:
    """``Calendar``, ``Financial`` or ``Academic``."""
    return Named(_number("year_types", name), name, name)


def _number(kind: str, name: str) -> int:
    found: int | None = table()[kind].get(name)
    return hashed_number(name) if found is None else found


_VALUE_TYPES = {
    "percent": "Proportion",
    "percentage_points": "Gap",
    "count": "Count",
    "people": "Count",
    "per_100": "Crude rate",
    "per_100000": "Crude rate",
    "years": "Life expectancy",
    "points": "Score",
}
_OTHER_METHOD, _NO_METHOD = "Other method - see below", "No confidence intervals available"
_INTERVAL_METHODS = {
    "wilson": "Wilson Score method",
    "byar": "Byar's method",
    "none": _NO_METHOD,
    **dict.fromkeys(("published", "combined", "survey", "newcombe", "paired"), _OTHER_METHOD),
}
POLARITIES = {
    "high_is_good": "RAG - High is good",
    "low_is_good": "RAG - Low is good",
    "none": "BOB - Blue orange blue",
}
"""Polarity in Fingertips' words."""
