"""What became of an area, and what it was made of where its figures show it."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from dashboard.queries import time_series as module
from dashboard.queries.time_series import history_of
from geodata.register import Register, Succession, load_register

from .conftest import (
    BARNSLEY,
    BARNSLEY_NOW,
    ENGLAND,
    HALF,
    MERGED,
    MERGER,
    NORTH,
    OLD_EAST,
    RECODED,
    WHOLE,
    area,
    row,
    view,
)


@pytest.mark.parametrize(
    ("periods", "bears", "is_restated"),
    [
        # earlier years on the present boundaries
        (["2021-01-01/P1Y", "2023-04-01/P1Y"], True, True),
        # the first period ends on the day itself, or the last one does
        (["2023-04-01/P1D"], True, True),
        (["2022-01-01/P1Y", "2023-04-01/P1D"], True, True),
        (["2022-01-01/P1Y", "2023-03-31/P1D"], False, False),
        # begins with it, or within a year and a day
        (["2023-04-01/P1Y", "2024-04-01/P1Y"], True, False),
        (["2024-04-01/P1Y"], True, False),
        (["2024-04-02/P1Y"], False, False),
        ([], False, False),
    ],
)
def test_a_merger_is_told_where_it_bears_on_the_figures(
    periods: list[str], bears: bool, is_restated: bool, small: Register
) -> None:
    found = history_of(small, small.area(MERGED, "ltla"), periods)
    assert (found.area_code, found.ended_on, found.heirs) == (MERGED, None, ())
    assert found.formed_on == (MERGER if bears else None)
    assert found.made_of == (("ltla 004", "ltla 005") if bears else ())
    assert found.is_restated is is_restated


def test_an_area_that_ended_has_heirs(small: Register) -> None:
    periods = ["2021-01-01/P1Y"]
    found = history_of(small, small.area(OLD_EAST, "ltla"), periods)
    assert (found.ended_on, found.heirs) == (date(2023, 3, 31), ((MERGED, "ltla 001"),))
    assert history_of(small, small.area(BARNSLEY, "ltla"), periods).heirs == ((BARNSLEY_NOW, "ltla 038"),)
    whole = history_of(small, small.area(WHOLE, "ltla"), periods)
    assert (whole.ended_on, whole.heirs, whole.formed_on) == (None, (), None)
    now = history_of(small, small.area(BARNSLEY_NOW, "ltla"), ["2021-01-01/P1Y", "2026-01-01/P1Y"])
    assert (now.formed_on, now.made_of) == (RECODED, ("ltla 016",))


@pytest.mark.parametrize(("many", "named"), [(12, True), (13, False)])
def test_an_area_made_of_more_than_a_sentence_holds_is_not_told(many: int, named: bool) -> None:
    before = [f"E070001{place:02d}" for place in range(many)]
    register = Register(
        load_register().area_types,
        [area(MERGED, "ltla", MERGER), *(area(code, "ltla", None, date(2023, 3, 31)) for code in before)],
        (),
        [
            *(Succession("ltla", code, MERGED, MERGER, 1.0) for code in before),
            Succession("ltla", before[0], MERGED, date(2020, 4, 1), 0.1),
        ],
    )
    found = history_of(register, register.area(MERGED, "ltla"), ["2023-04-01/P1Y"])
    assert len(found.made_of) == (many if named else 0)


@pytest.mark.parametrize(
    ("chosen", "held", "drawn", "benchmark"),
    [
        ((WHOLE,), {WHOLE, ENGLAND}, [WHOLE, ENGLAND], ENGLAND),
        # a benchmark without a figure is left out, unless it was chosen
        ((WHOLE,), {WHOLE}, [WHOLE], None),
        ((WHOLE, ENGLAND), {WHOLE}, [WHOLE, ENGLAND], None),
        ((WHOLE, ENGLAND), {WHOLE, ENGLAND}, [WHOLE, ENGLAND], ENGLAND),
        ((), {ENGLAND}, [ENGLAND], ENGLAND),
    ],
)
def test_the_benchmark_is_drawn_where_it_has_figures(
    chosen: tuple[str, ...],
    held: set[str],
    drawn: list[str],
    benchmark: str | None,
    asking: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def rows(context: Any, view: Any, codes: Any) -> dict[str, Any]:
        return {
            code: (row(code, "ltla", 70.0, interval_method="none"),) if code in held else () for code in codes
        }

    monkeypatch.setattr(module, "_rows_by_area", rows)
    monkeypatch.setattr(module, "_trends", lambda context, view, rows: {})
    monkeypatch.setattr(module, "releases_of", lambda context, rows: ())
    found = module.time_series(asking([]), view(area_codes=chosen, benchmark="england"))
    assert [series.area_code for series in found.series] == drawn
    assert found.benchmark_code == benchmark
    # it is drawn as a benchmark beside others only
    beside = [line.name for line in found.lines if line.is_benchmark]
    assert beside == (["england 001"] if benchmark and chosen == (WHOLE,) else [])


def test_a_count_of_the_country_is_no_benchmark_beside_areas(asking: Any) -> None:
    context = asking([])
    rate, count = context.catalogue["employment-rate"], SimpleNamespace(comparable=False)
    benchmark = module._benchmark
    assert benchmark(context, view(area_codes=(WHOLE,), benchmark="england"), rate) == ENGLAND
    assert benchmark(context, view(area_codes=(WHOLE,), benchmark="england"), count) is None
    assert benchmark(context, view(benchmark="england"), count) == ENGLAND
    assert benchmark(context, view(benchmark="region"), rate) == ENGLAND
    assert benchmark(context, view(area_codes=(WHOLE,), benchmark="region"), rate) == NORTH
    assert benchmark(context, view(area_codes=(WHOLE,), benchmark=HALF), rate) == HALF
