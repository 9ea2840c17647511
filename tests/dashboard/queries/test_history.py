"""What became of an area, and what it was made of where its figures show it."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from dashboard.queries import time_series as module
from dashboard.queries.time_series import history_of
from dashboard.sentences.time_series import formed_words
from geodata.register import Register, Succession, load_register

from .conftest import (
    BARNSLEY,
    BARNSLEY_NOW,
    COUNTY,
    ENGLAND,
    HALF,
    MERGED,
    MERGER,
    NORTH,
    OLD_EAST,
    OLD_WEST,
    WHOLE,
    area,
    areas,
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
    # a code that changed without a change of land is no end
    recoded = history_of(small, small.area(BARNSLEY, "ltla"), periods)
    assert (recoded.ended_on, recoded.heirs) == (None, ())
    whole = history_of(small, small.area(WHOLE, "ltla"), periods)
    assert (whole.ended_on, whole.heirs, whole.formed_on) == (None, (), None)
    now = history_of(small, small.area(BARNSLEY_NOW, "ltla"), ["2021-01-01/P1Y", "2026-01-01/P1Y"])
    assert (now.formed_on, now.made_of) == (None, ())


def test_sums_made_here_are_told_and_are_not_the_publishers(small: Register) -> None:
    periods = ["2021-01-01/P1Y", "2024-01-01/P1Y"]
    found = history_of(small, small.area(MERGED, "ltla"), periods, is_joined=True)
    assert (found.is_joined, found.is_restated, found.made_of) == (True, False, ("ltla 004", "ltla 005"))
    assert formed_words(found) == (
        "ltla 001 has stood in its present form since 1 April 2023, when it took the place of: ltla 004; ltla 005. Earlier "
        "figures are the sum of theirs."
    )


def test_an_area_made_of_a_part_of_another_says_so_even_without_figures(small: Register) -> None:
    register = Register(small.area_types, areas(), (), [Succession("utla", COUNTY, MERGED, MERGER, 0.5)])
    found = history_of(register, register.area(MERGED, "ltla"), [], divided=[COUNTY])
    assert (found.formed_on, found.divided) == (MERGER, ((COUNTY, "utla 001"),))
    assert formed_words(found) == (
        "utla 001 was divided on 1 April 2023. Earlier figures cannot be split, so they are not joined to those of ltla 001."
    )


@pytest.mark.parametrize(
    ("own", "before", "divided"),
    [
        # no figure of its own so early, and the county has some
        (None, 70.0, (COUNTY,)),
        ("2023-04-01/P1Y", 70.0, (COUNTY,)),
        # the publisher gives earlier years of its own, or the county has none
        ("2022-01-01/P1Y", 70.0, ()),
        (None, None, ()),
    ],
)
def test_a_divided_county_is_told_where_only_it_has_earlier_figures(
    own: str | None,
    before: float | None,
    divided: tuple[str, ...],
    asking: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    context = asking([])
    register = Register(
        context.register.area_types, areas(), (), [Succession("utla", COUNTY, MERGED, MERGER, 0.5)]
    )
    monkeypatch.setattr(context, "register", register)
    monkeypatch.setattr(
        module,
        "_rows_by_area",
        lambda context, view, codes: {code: (row(code, "utla", before),) for code in codes},
    )
    rows = () if own is None else (row(MERGED, "ltla", 70.0, period=own),)
    assert module._divided(context, view(), register.area(MERGED, "ltla"), rows) == divided


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


def test_estimates_are_told_with_the_shares_that_they_rest_on(small: Register) -> None:
    successions = [
        Succession("ltla", OLD_EAST, MERGED, MERGER, 0.0124),
        Succession("ltla", OLD_WEST, MERGED, MERGER, 1.0),
    ]
    register = Register(small.area_types, areas(), (), successions)
    # it is said for figures that all came before the change too
    found = history_of(register, register.area(MERGED, "ltla"), ["2021-01-01/P1Y"], is_estimated=True)
    assert (found.made_of, found.shares, found.is_restated) == (
        ("ltla 005", "ltla 004"),
        (1.0, 0.0124),
        False,
    )
    assert formed_words(found) == (
        "The boundary of ltla 001 changed on 1 April 2023. Earlier figures are estimated from the areas that it was made of: "
        "ltla 005; ltla 004 (about 1%). They are not compared, and no trend is judged from them."
    )
