"""Which series of an indicator the overview shows, and which areas stand beside one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dashboard.address.context import Context
from dashboard.queries import grid
from dashboard.queries.grid import _beside, _listed_type, _main, _siblings

from .conftest import (
    BARNSLEY_NOW,
    CCG,
    ENGLAND,
    HALF,
    ICB,
    NORTH,
    OTHER_ICB,
    OUTSIDE,
    SOUTH,
    UNDER,
    WHOLE,
    view,
)

Asking = Callable[..., Context]


def series(n_areas: int | None = 9, **more: Any) -> dict[str, Any]:
    return {"sex": "persons", "age": "all", "breakdown": "all", "n_areas": n_areas, **more}


@pytest.mark.parametrize(
    ("rows", "shown"),
    [
        ([], []),
        ([series(breakdown="a: b")], []),
        ([series(sex="male"), series(age="16-64"), series()], [2]),
        # where there is none for everyone, each sex
        ([series(sex="male"), series(sex="female"), series(sex="male", breakdown="a: b")], [0, 1]),
        # of age bands the one with the most areas, the first of equals
        ([series(5, age="16-64"), series(9, age="65+"), series(9, age="75+")], [1]),
        ([series(None, age="16-64"), series(1, age="65+")], [1]),
        ([series(1, age="16-64"), series(None, age="65+")], [0]),
        ([series(None, age="16-64"), series(0, age="65+")], [0]),
        ([series(3, age="16-64", sex="male"), series(4, age="65+", sex="female")], [0, 1]),
    ],
)
def test_the_series_of_an_indicator_that_is_shown(rows: list[dict[str, Any]], shown: list[int]) -> None:
    assert _main(rows) == [rows[place] for place in shown]


def test_the_others_of_an_areas_region_or_of_its_type(
    asking: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = asking([])
    assert _siblings(context, OUTSIDE, SOUTH) == []
    assert _siblings(context, BARNSLEY_NOW, NORTH)[-2:] == [HALF, UNDER]
    assert _siblings(context, ENGLAND, None) == []
    # without a region all of the type, where they are few
    assert _siblings(context, NORTH, None) == [SOUTH]
    monkeypatch.setattr(grid, "MOST_AREAS", 2)
    assert _siblings(context, NORTH, None) == [SOUTH]
    monkeypatch.setattr(grid, "MOST_AREAS", 1)
    assert _siblings(context, NORTH, None) == []


def test_an_area_stands_beside_its_region_and_those_most_like_it(asking: Asking) -> None:
    context = asking([])
    assert _beside(context, WHOLE) == {
        NORTH: "region",
        HALF: "similar",
        UNDER: "similar",
        OUTSIDE: "similar",
    }
    # where none are named as like it, the others of its region
    assert _beside(context, OUTSIDE) == {SOUTH: "region"}
    assert set(_beside(context, UNDER).values()) == {"region", ""}
    assert OTHER_ICB in _beside(context, ICB)


def test_no_more_areas_stand_beside_one_than_can_be_read(
    asking: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grid, "MOST_AREAS", 3)
    # the area itself, its region, and one
    assert _beside(asking([]), WHOLE) == {NORTH: "region", HALF: "similar"}


@pytest.mark.parametrize(("most", "shown"), [(2, [NORTH, SOUTH]), (1, [])])
def test_a_type_with_few_areas_is_shown_whole(
    most: int, shown: list[str], asking: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (grid.MOST_AREAS, grid.MOST_WHOLE) == (10, 45)
    monkeypatch.setattr(grid, "MOST_WHOLE", most)
    found = grid.grid_areas(asking([]), view(area_type="icb", asked=frozenset({"area_type"})))
    boards = [code for code in found.codes if code in (ICB, OTHER_ICB)]
    assert boards == ([ICB, OTHER_ICB] if shown else [])
    assert (found.too_many is None) is bool(shown)


def test_the_type_that_is_listed(asking: Asking) -> None:
    context = asking([])
    assert _listed_type(context, view(area_type="icb", asked=frozenset({"area_type"}))) == "icb"
    # not asked for, or a country: that of the first area that is no country
    assert _listed_type(context, view(area_type="icb", area_codes=(ENGLAND, CCG))) == "sub_icb"
    asked = view(area_type="england", asked=frozenset({"area_type"}), area_codes=(NORTH,))
    assert _listed_type(context, asked) == "region"
    assert _listed_type(context, view(area_codes=(ENGLAND,))) == "ltla"
