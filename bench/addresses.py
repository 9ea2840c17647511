"""Addresses that the server was never asked for, one supply for each kind of page.

A supply gives valid addresses in an order drawn with a fixed seed, each once. Only keys that a page reads make
addresses different here: a server may drop the others before it looks into its cache.
"""

from __future__ import annotations

import json
import random
import urllib.request
from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple
from urllib.parse import urlencode

from geodata.register import Register, load_register

SEED = 20_240_601
_PER_INDICATOR_TYPES = ("ltla", "utla", "region", "ccg", "stp", "sub_icb", "icb", "lep", "combined_authority")
MOST_OPENED = ("employment-rate", "economic-inactivity-rate", "unemployment-rate")
_SHADINGS = ("benchmark", "quintile", "continuous")
_BENCHMARKS = ("england", "region")


class Series(NamedTuple):
    """An indicator for one area type, with the periods that have figures."""

    indicator: str
    area_type: str
    periods: tuple[str, ...]


@cache
def loaded_series(server_address: str) -> tuple[Series, ...]:
    """What the server has loaded, from its own API."""
    with urllib.request.urlopen(f"{server_address}/api/v1/indicators") as answer:
        indicators = json.load(answer)["indicators"]
    series: dict[tuple[str, str], Series] = {}
    for indicator in indicators:
        for loaded in indicator["loaded"]:
            # without sex, age and breakdown in the address a page shows everyone, where everyone is published
            everyone = (loaded["sex"], loaded["age"], loaded["breakdown"]) == ("persons", "all", "all")
            key = (indicator["id"], loaded["area_type"])
            if loaded["area_type"] in _PER_INDICATOR_TYPES and (everyone or key not in series):
                series[key] = Series(*key, tuple(loaded["periods"]))
    return tuple(series.values())


def maps(server_address: str) -> Iterator[str]:
    """Indicator × area type × period × benchmark × shading × chosen area."""
    for choice in _choices(server_address, "map"):
        yield f"/map?{choice}"


def comparisons(server_address: str) -> Iterator[str]:
    """Indicator × area type × period × benchmark × chosen area."""
    for choice in _choices(server_address, "compare"):
        yield f"/compare?{choice}"


def chosen_on_maps(_: str) -> Iterator[str]:
    """Another one or two areas chosen, on the newest map of one of the indicators that most people open."""
    return _chosen("map")


def chosen_on_comparisons(_: str) -> Iterator[str]:
    """Another one or two areas chosen, in the newest list of one of the indicators that most people open."""
    return _chosen("compare")


def _chosen(page: str) -> Iterator[str]:
    draw = random.Random(f"{SEED} chosen {page}")

    def address() -> str:
        codes = draw.sample(_codes("ltla"), draw.choice((1, 2)))
        keys = {"indicator": draw.choice(MOST_OPENED), "area": ",".join(codes)}
        return f"/{page}?{urlencode(keys, safe=',')}"

    return _each_once(address)


def trends(server_address: str) -> Iterator[str]:
    """Indicator × two areas of a type that has figures of it."""
    draw = random.Random(f"{SEED} trends")
    series = loaded_series(server_address)
    return _each_once(lambda: _trend(draw, series))


def overviews(_: str) -> Iterator[str]:
    """Three areas of one type side by side."""
    draw = random.Random(f"{SEED} overview")

    def address() -> str:
        codes = draw.sample(_codes(draw.choice(("ltla", "utla", "icb", "sub_icb"))), 3)
        return f"/overview?{urlencode({'area': ','.join(codes)}, safe=',')}"

    return _each_once(address)


def areas(_: str) -> Iterator[str]:
    """The profile of every area of every type there is: no more, since the page reads nothing but the code."""
    return (f"/areas/{code}" for code in _every_code("areas"))


def conditions(_: str) -> Iterator[str]:
    """The conditions page of every area."""
    return (f"/conditions?area={code}" for code in _every_code("conditions"))


def _choices(server_address: str, kind: str) -> Iterator[str]:
    draw = random.Random(f"{SEED} {kind}")
    series = loaded_series(server_address)

    def choice() -> str:
        loaded = draw.choice(series)
        keys = {
            "indicator": loaded.indicator,
            "area_type": loaded.area_type,
            "period": draw.choice(loaded.periods),
        }
        keys["benchmark"] = draw.choice(_BENCHMARKS)
        if kind == "map":
            keys["shading"] = draw.choice(_SHADINGS)
        keys["area"] = draw.choice(_codes(loaded.area_type))
        return urlencode(keys, safe="/:")

    return _each_once(choice)


def _trend(draw: random.Random, series: tuple[Series, ...]) -> str:
    loaded = draw.choice(series)
    codes = _codes(loaded.area_type)
    chosen = draw.sample(codes, min(2, len(codes)))
    keys = {"indicator": loaded.indicator, "area_type": loaded.area_type, "area": ",".join(chosen)}
    return f"/trends?{urlencode(keys, safe=',')}"


def _each_once(draw_address: Callable[[], str]) -> Iterator[str]:
    """What ``draw_address`` gives, without what it gave before; ends after a thousand draws with nothing new."""
    given: set[str] = set()
    in_vain = 0
    while in_vain < 1000:
        address = draw_address()
        if address in given:
            in_vain += 1
            continue
        in_vain = 0
        given.add(address)
        yield address


@cache
def _register() -> Register:
    return load_register()


@cache
def _codes(area_type: str) -> list[str]:
    return sorted({area.area_code for area in _register() if area.area_type == area_type})


def _every_code(kind: str) -> list[str]:
    codes = sorted({area.area_code for area in _register()})
    random.Random(f"{SEED} {kind}").shuffle(codes)
    return codes
