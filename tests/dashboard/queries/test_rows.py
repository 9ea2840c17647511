"""The observations of a view, and the age band that stands in for another."""

from __future__ import annotations

from collections.abc import Callable

from dashboard.address.context import Context
from dashboard.queries.rows import age_of, by_land, row_of, rows_of
from geodata.register import Register

from .conftest import BARNSLEY, BARNSLEY_NOW, CCG, ENGLAND, MERGED, PERIOD, WHOLE, row, view

Asking = Callable[..., Context]


def test_rows_are_of_the_type_and_period_asked_for(asking: Asking) -> None:
    now, then = row(WHOLE, "ltla", 70.0), row(WHOLE, "ltla", 68.0, period="2022-01-01/P1Y")
    context = asking([now, then, row(ENGLAND, "england", 75.0), row(WHOLE, "ltla", 60.0, sex="female")])
    assert rows_of(context, view(), "ltla") == [now]
    assert rows_of(context, view(), "ltla", "2022-01-01/P1Y") == [then]
    assert rows_of(context, view(sex="female"), "ltla")[0]["value"] == 60.0
    assert rows_of(context, view(), "region") == []
    assert rows_of(context, view(period=None), "ltla") == []


def test_rows_are_read_once_a_publication(asking: Asking) -> None:
    context = asking([row(WHOLE, "ltla", 70.0)])
    for shown in (view(), view(parent="E12000001", benchmark="region", area_codes=(WHOLE,))):
        rows_of(context, shown, "ltla")
    assert len(context.store.asked) == 1  # type: ignore[attr-defined]
    rows_of(context, view(sex="male"), "ltla")
    assert len(context.store.asked) == 2  # type: ignore[attr-defined]


def test_the_only_age_band_of_another_type_stands_in(asking: Asking) -> None:
    context = asking([row(WHOLE, "ltla", 70.0), row(ENGLAND, "england", 75.0, age="16+")])
    assert age_of(context, view(), "england") == "16+"
    assert [found["value"] for found in rows_of(context, view(), "england")] == [75.0]
    assert age_of(context, view(), "ltla") == "16-64"


def test_one_of_several_age_bands_does_not(asking: Asking) -> None:
    context = asking(
        [row(WHOLE, "ltla", 70.0), *(row(ENGLAND, "england", 75.0, age=age) for age in ("16+", "16-24"))]
    )
    assert age_of(context, view(), "england") == "16-64"
    assert rows_of(context, view(), "england") == []


def test_a_band_that_was_chosen_is_not_replaced_by_another(asking: Asking) -> None:
    """The young of a district are not set against everyone of England."""
    young = row(WHOLE, "ltla", 50.0, age="16-24")
    context = asking([young, row(WHOLE, "ltla", 70.0), row(ENGLAND, "england", 75.0)])
    assert rows_of(context, view(age="16-24"), "england") == []
    assert rows_of(context, view(age="16-24"), "ltla") == [young]


def test_the_age_band_is_that_of_the_sex_and_group(asking: Asking) -> None:
    context = asking(
        [
            row(WHOLE, "ltla", 70.0),
            row(ENGLAND, "england", 75.0, age="16+"),
            row(ENGLAND, "england", 71.0, age="18+", sex="female"),
            row(ENGLAND, "england", 60.0, age="all", breakdown="disabled"),
        ]
    )
    assert age_of(context, view(), "england") == "16+"
    assert age_of(context, view(sex="female"), "england") == "18+"


def test_the_row_of_an_area_is_found_under_whatever_type_has_it(asking: Asking) -> None:
    both = [row(MERGED, "ltla", 70.0), row(MERGED, "utla", 70.0)]
    context = asking([*both, row(ENGLAND, "england", 75.0)])
    assert row_of(context, view(), MERGED) == both[0]
    assert row_of(context, view(area_type="utla"), MERGED) == both[1]
    assert row_of(context, view(), ENGLAND) == row(ENGLAND, "england", 75.0)
    assert row_of(context, view(), CCG) is None


def test_rows_by_every_code_of_their_land(small: Register) -> None:
    found = by_land(small, [row(BARNSLEY, "ltla", 70.0), row(WHOLE, "ltla", 60.0)])
    assert {code: found_row["value"] for code, found_row in found.items()} == {
        BARNSLEY: 70.0,
        BARNSLEY_NOW: 70.0,
        WHOLE: 60.0,
    }
    # a row of its own goes first
    both = by_land(small, [row(BARNSLEY, "ltla", 70.0), row(BARNSLEY_NOW, "ltla", 71.0)])
    assert {code: found_row["value"] for code, found_row in both.items()} == {
        BARNSLEY: 70.0,
        BARNSLEY_NOW: 71.0,
    }


def test_either_code_of_a_land_finds_its_figure(asking: Asking) -> None:
    context = asking([row(BARNSLEY, "ltla", 70.0)])
    assert row_of(context, view(), BARNSLEY_NOW) == row(BARNSLEY, "ltla", 70.0)
    assert row_of(context, view(), BARNSLEY_NOW, "2022-01-01/P1Y") is None
    assert rows_of(context, view(), "ltla")[0]["period"] == PERIOD
