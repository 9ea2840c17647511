"""The steps of secondary suppression by themselves: what is exact, what adds up, what fills a gap, what is hidden."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.deriving.disclosure import (
    NOTE,
    _are_exact,
    _filled,
    _follows,
    _hide,
    _secondary,
    _Total,
)
from etl.frames.observations import FIGURES, HALF_WIDTHS

REGIONAL = [_Total("north", ("a", "b")), _Total("south", ("c", "d"))]
BY_DISTRICT = _Total("england", ("a", "b", "c", "d"))
BY_REGION = _Total("england", ("north", "south"))


@pytest.mark.parametrize(
    ("counts", "is_exact"),
    [
        ([1.0, 2.0], True),
        ([1.0, 2.5], False),
        # nine that are multiples of 5 may be chance, ten are rounded; zeros do not tell
        ([5.0] * 9 + [0.0] * 3, True),
        ([5.0] * 10 + [0.0] * 3, False),
        ([5.0] * 10 + [1.0], True),
        ([5.0] * 10 + [np.nan], False),
        ([5.0] * 10 + [7.0], True),
        ([], True),
    ],
)
def test_counts_are_exact_unless_most_can_see_that_they_are_rounded(
    counts: list[float], is_exact: bool
) -> None:
    assert _are_exact(pd.Series(counts, dtype=float)) is is_exact


def test_a_total_follows_where_those_between_add_up_to_it_too() -> None:
    assert _follows(BY_DISTRICT, [*REGIONAL, BY_DISTRICT, BY_REGION])
    # England is not given by region, or one region is not given by district
    assert not _follows(BY_DISTRICT, [*REGIONAL, BY_DISTRICT])
    assert not _follows(BY_DISTRICT, [REGIONAL[0], BY_DISTRICT, BY_REGION])
    assert not _follows(BY_DISTRICT, [REGIONAL[0], BY_DISTRICT, _Total("england", ("north",))])
    # the regions make up another whole
    assert not _follows(BY_DISTRICT, [*REGIONAL, BY_DISTRICT, _Total("wales", ("north", "south"))])
    assert not any(_follows(total, [*REGIONAL, BY_DISTRICT, BY_REGION]) for total in (*REGIONAL, BY_REGION))


@pytest.mark.parametrize(
    ("known", "hidden", "filled", "found"),
    [
        # what is hidden is what is left, and stays unknown
        ({"north": 10.0, "a": 3.0}, {"b"}, {"b": 7.0}, {}),
        # what is only absent can be found by anybody
        ({"north": 10.0, "a": 3.0}, set(), {"b": 7.0}, {"b": 7.0}),
        ({"north": 3.0, "a": 3.0}, {"b"}, {"b": 0.0}, {}),
        # two share what is left, the first one more
        ({"north": 7.0}, {"a", "b"}, {"a": 4.0, "b": 3.0}, {}),
        ({"north": 7.0}, set(), {"a": 4.0, "b": 3.0}, {}),
        # a whole that is absent is made up of its parts, those hidden taken as 1
        ({"a": 3.0}, {"b"}, {"b": 1.0, "north": 4.0}, {}),
        ({}, {"a", "b"}, {"a": 1.0, "b": 1.0, "north": 2.0}, {}),
        ({"a": 3.0, "b": 5.0}, set(), {"north": 8.0}, {}),
        # parts above their whole do not add up: nothing is made of them
        ({"north": 2.0, "a": 3.0}, {"b"}, {}, {}),
        ({"north": 8.0, "a": 3.0, "b": 5.0}, set(), {}, {}),
    ],
)
def test_missing_counts_are_filled_so_that_the_total_adds_up(
    known: dict[str, float], hidden: set[str], filled: dict[str, float], found: dict[str, float]
) -> None:
    after = dict(known)
    assert _filled(after, hidden, REGIONAL[:1]) == known | filled
    assert after == known | found


def test_totals_with_the_fewest_missing_counts_are_filled_first() -> None:
    known = {"england": 20.0, "north": 12.0, "a": 4.0, "c": 2.0}
    totals = [BY_DISTRICT, *REGIONAL, BY_REGION]
    filled = _filled(known, {"b", "d", "south"}, totals)
    assert filled == {
        "england": 20.0,
        "north": 12.0,
        "a": 4.0,
        "b": 8.0,
        "c": 2.0,
        "south": 8.0,
        "d": 6.0,
    }


def test_a_count_is_found_only_where_all_beside_it_is_known() -> None:
    # south is hidden and filled: the absent d cannot be found from it
    known = {"england": 20.0, "north": 12.0, "c": 2.0}
    assert _filled(known, {"south"}, [BY_REGION, REGIONAL[1]])["d"] == 6.0
    assert "d" not in known
    # c is hidden and filled: the absent part beside it cannot be found either
    known = {"england": 20.0, "north": 12.0}
    chain = [_Total("north", ("c",)), _Total("england", ("c", "d"))]
    assert _filled(known, {"c"}, chain)["d"] == 8.0
    assert "d" not in known


def test_what_must_be_hidden_with_what_is() -> None:
    counts = {"north": 10.0, "a": 3.0}
    assert _secondary({**counts, "b": 7.0}, set(), REGIONAL[:1]) == set()
    assert _secondary(counts, {"b"}, REGIONAL[:1]) == {"a", "b"}
    # no total, or none that adds up: nothing more
    assert _secondary(counts, {"b"}, []) == {"b"}
    assert _secondary({"north": 10.0, "a": 30.0}, {"b"}, REGIONAL[:1]) == {"b"}
    assert _secondary({"north": 10.0, "a": 3.0, "south": 10.0, "c": 4.0, "d": 6.0}, {"b"}, REGIONAL) == {
        "a",
        "b",
    }


@given(st.lists(st.integers(0, 50), min_size=4, max_size=4), st.sets(st.sampled_from("abcd"), min_size=1))
def test_hidden_counts_are_never_alone_in_a_total(counts: list[int], hidden: set[str]) -> None:
    every = dict(zip("abcd", map(float, counts), strict=True))
    shown = {code: count for code, count in every.items() if code not in hidden}
    shown |= {"north": every["a"] + every["b"], "south": every["c"] + every["d"]}
    found = _secondary(shown, hidden, REGIONAL)
    assert found >= hidden
    for total in REGIONAL:
        assert len(found & {total.whole, *total.parts}) != 1


def test_what_is_hidden_loses_its_figures_and_keeps_its_note() -> None:
    frame = pd.DataFrame(
        {
            **{name: [1.0, 2.0, 3.0] for name in (*FIGURES, *HALF_WIDTHS)},
            "status": "ok",
            "interval_method": "Wilson score",
            "note": ["Rounded.", "", None],
        },
        index=[5, 6, 7],
    )
    found = _hide(frame, [0, 2])
    assert found.columns.tolist() == frame.columns.tolist()
    assert found["status"].tolist() == ["suppressed", "ok", "suppressed"]
    assert found["interval_method"].tolist() == ["none", "Wilson score", "none"]
    assert found["note"].tolist() == [f"Rounded. {NOTE}", "", NOTE]
    for name in (*FIGURES, *HALF_WIDTHS):
        np.testing.assert_array_equal(found[name], [np.nan, 2.0, np.nan])
    assert frame["status"].tolist() == ["ok"] * 3
