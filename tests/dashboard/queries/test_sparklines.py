"""Series over time for small charts: breaks respected, England once a publication, illustrative figures never."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from dashboard.address.context import Context
from dashboard.queries.sparklines import land_codes, sparklines

from .conftest import BARNSLEY, BARNSLEY_NOW, COUNTY, ENGLAND, HALF, WHOLE

RATE = ("employment-rate", "persons", "16-64", "all")
COUNT = ("esa-claimants", "persons", "all", "all")
Y1, Y2, Y3, Y4 = (f"{year}-01-01/P1Y" for year in (2020, 2021, 2022, 2023))
Asking = Callable[..., Context]


def cells(
    code: str,
    period: str,
    value: float | None,
    *,
    key: Any = RATE,
    status: str = "ok",
    method: str = "published",
) -> tuple[Any, ...]:
    return (*key, code, period, value, status, method, 0)


@pytest.fixture
def drawing(asking: Callable[..., Context]) -> Asking:
    """A context whose store answers with given rows and notes in ``asked`` which areas it was asked for."""

    def make(*rows: tuple[Any, ...], asked: list[list[str]] | None = None) -> Context:
        def courses(*, groups: Any, area_codes: list[str]) -> list[tuple[Any, ...]]:
            if asked is not None:
                asked.append(sorted(area_codes))
            return [row for row in rows if row[:4] in groups and row[4] in area_codes]

        store: Any = SimpleNamespace(courses=courses, publication_id=lambda: "1")
        return replace(asking([]), store=store)

    return make


def test_a_series_of_each_area_with_its_breaks(drawing: Asking) -> None:
    context = drawing(
        cells(WHOLE, Y1, 70.0), cells(ENGLAND, Y1, 75.0), cells(WHOLE, Y2, None, status="suppressed"),
        cells(ENGLAND, Y2, 75.5), cells(WHOLE, Y3, 71.0), cells(ENGLAND, Y3, 76.0),
        cells(WHOLE, Y4, 72.0, method="wilson"),
    )  # fmt: skip
    lines = sparklines(context, [RATE], [WHOLE, ENGLAND])[RATE]
    assert list(lines) == [WHOLE, ENGLAND]
    own = lines[WHOLE]
    assert [(point.period, point.value) for point in own.points] == [
        (Y1, 70.0),
        (Y2, None),
        (Y3, 71.0),
        (Y4, 72.0),
    ]
    assert [(gap.after, gap.before, gap.kind, gap.is_hidden) for gap in own.breaks] == [
        (Y1, Y3, "no_figure", True),
        (Y3, Y4, "other_method", False),
    ]
    assert (own.is_benchmark, lines[ENGLAND].is_benchmark) == (False, True)
    assert lines[ENGLAND].breaks == ()


def test_illustrative_figures_are_never_drawn(drawing: Asking) -> None:
    context = drawing(cells(WHOLE, Y1, 70.0, status="illustrative"), cells(HALF, Y1, 70.0))
    assert list(sparklines(context, [RATE], [WHOLE, HALF])[RATE]) == [HALF]


def test_a_count_of_england_stands_beside_no_area_and_alone(drawing: Asking) -> None:
    context = drawing(cells(WHOLE, Y1, 70.0, key=COUNT), cells(ENGLAND, Y1, 9e6, key=COUNT))
    assert not context.catalogue[COUNT[0]].comparable
    assert list(sparklines(context, [COUNT], [WHOLE, ENGLAND])[COUNT]) == [WHOLE]
    assert list(sparklines(context, [COUNT], [ENGLAND])[COUNT]) == [ENGLAND]


def test_england_is_asked_for_once_a_publication(drawing: Asking) -> None:
    asked: list[list[str]] = []
    context = drawing(cells(WHOLE, Y1, 70.0), cells(ENGLAND, Y1, 75.0), asked=asked)
    for code in (WHOLE, HALF, WHOLE):
        assert sparklines(context, [RATE], [code, ENGLAND])[RATE][ENGLAND].points[0].value == 75.0
    assert asked == [[WHOLE], [ENGLAND], [HALF], [WHOLE]]


def test_both_codes_of_a_land_make_one_line_and_today_s_comes_first(drawing: Asking) -> None:
    context = drawing(
        cells(BARNSLEY, Y1, 60.0), cells(BARNSLEY, Y2, 61.0), cells(BARNSLEY_NOW, Y2, 62.0), cells(BARNSLEY_NOW, Y3, 63.0)
    )  # fmt: skip
    lines = sparklines(context, [RATE], [BARNSLEY_NOW])[RATE]
    assert [(point.period, point.value) for point in lines[BARNSLEY_NOW].points] == [
        (Y1, 60.0),
        (Y2, 62.0),
        (Y3, 63.0),
    ]
    both = sparklines(context, [RATE], [BARNSLEY_NOW, BARNSLEY])[RATE]
    assert [len(both[code].points) for code in (BARNSLEY_NOW, BARNSLEY)] == [2, 2]


def test_codes_of_another_type_are_left_out_where_a_type_is_given(drawing: Asking) -> None:
    context = drawing()
    assert land_codes(context, [BARNSLEY_NOW], "ltla") == {BARNSLEY_NOW: (BARNSLEY_NOW, BARNSLEY)}
    assert land_codes(context, [BARNSLEY_NOW], "utla") == {BARNSLEY_NOW: (BARNSLEY_NOW,)}
    assert land_codes(context, [COUNTY]) == {COUNTY: (COUNTY,)}


def test_a_series_without_figures_has_no_lines_and_stays_in_the_answer(drawing: Asking) -> None:
    context = drawing()
    assert sparklines(context, [RATE, RATE, COUNT], [WHOLE]) == {RATE: {}, COUNT: {}}
    assert sparklines(context, [], [WHOLE]) == {}
