"""That another type of area is shown than the one asked for, because an indicator has no figures for that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from dashboard.sentences.counts import listed, lower_first
from dashboard.sentences.places import in_words
from geodata.register import Register
from indicators.catalogue import Indicator, the

if TYPE_CHECKING:
    from dashboard.address.view import View

_MOST_NAMED = 3
"""Areas that a sentence names."""


def lacks(register: Register, catalogue: Mapping[str, Indicator], view: View) -> str:
    """``Access to IPS is not published for local authorities (lower tier).``"""
    assert view.instead is not None
    plural = lower_first(register.area_types[view.instead.area_type].plural)
    return f"{catalogue[view.indicator_id].short_title} is not published for {plural}."


def stands_in(register: Register, view: View) -> str:
    """``Shown instead: NHS Nottingham and Nottinghamshire CCG, which covers Nottingham.``"""
    assert view.instead is not None
    moved = view.instead.moved
    plural = lower_first(register.area_types[view.area_type].plural)
    if not moved or len(moved) > _MOST_NAMED or any(len(shown) > 1 for _, shown in moved):
        return f"Shown instead: {plural}."
    shown = list(dict.fromkeys(register.area(codes[0], view.area_type).name for _, codes in moved))
    asked = listed(in_words(register.area(code)) for code, _ in moved)
    return f"Shown instead: {listed(shown)}, which {'covers' if len(shown) == 1 else 'cover'} {asked}."


def way_back(catalogue: Mapping[str, Indicator]) -> str:
    """``Back to employment rate``"""
    return f"Back to {lower_first(the(catalogue, 'headline').short_title)}"
