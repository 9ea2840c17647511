"""What must hold whatever the figures are: answers of changed questions held against each other.

Equal to the benchmark is similar; a limit that touches it is similar; the order of areas changes nothing; parts add up to
the whole; either code of one land gives the same answer; illustrative figures change no real answer.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import create_app
from dashboard.address.context import Context
from dashboard.address.view import View, read_view
from dashboard.answers.comparison import Against, Word
from dashboard.answers.headlines import Answer
from dashboard.queries import geography
from dashboard.queries.compared_areas import compared_areas
from dashboard.queries.comparison import compare, narrowed, verdicts
from dashboard.queries.headlines import headlines
from dashboard.queries.profile import lines_of, stands_out
from geodata.register import Register
from indicators.catalogue import catalogue, rate_of_gap
from indicators.notes import not_compared
from indicators.settings import load_settings
from indicators.statistics.trends import THRESHOLD

from .queries.conftest import (
    BARNSLEY,
    ENGLAND,
    HALF,
    MERGED,
    NORTH,
    OUTSIDE,
    SOUTH,
    UNDER,
    WHOLE,
    asking,
    row,
    small,
    view,
)

__all__ = ["asking", "small"]  # fixtures of the small country

ROOT = Path(__file__).resolve().parents[2]
Asking = Callable[..., Context]
RATE = catalogue()["employment-rate"]
POLARITIES = ("high_is_good", "low_is_good", "none")
MIRRORED: dict[Word, Word] = {
    "better": "worse",
    "worse": "better",
    "higher": "lower",
    "lower": "higher",
    "similar": "similar",
    "not_compared": "not_compared",
}


# ---- one figure beside its benchmark -------------------------------------------------------------------


def word(value: float, lower: float, upper: float, benchmark: float, polarity: str = "high_is_good") -> Word:
    context = cast(Context, SimpleNamespace(catalogue=catalogue()))
    indicator = RATE.model_copy(update={"polarity": polarity})
    shown = row(WHOLE, "ltla", value, lower, upper)
    [verdict] = verdicts(context, [(indicator, shown, Against(ENGLAND, "England", benchmark))])
    return verdict.word


tenths = st.integers(0, 1000).map(lambda whole: whole / 10)
intervals = st.tuples(tenths, tenths, tenths).map(sorted)


@given(intervals, st.sampled_from(POLARITIES))
def test_a_figure_equal_to_its_benchmark_is_similar(limits: list[float], polarity: str) -> None:
    lower, value, upper = limits
    assert word(value, lower, upper, value, polarity) == "similar"


@given(intervals, st.sampled_from(POLARITIES))
def test_a_limit_that_touches_the_benchmark_is_similar(limits: list[float], polarity: str) -> None:
    lower, value, upper = limits
    assert word(value, lower, upper, lower, polarity) == "similar"
    assert word(value, lower, upper, upper, polarity) == "similar"


@given(intervals, tenths, st.integers(-1000, 1000), st.sampled_from(POLARITIES))
def test_what_moves_together_compares_the_same(
    limits: list[float], benchmark: float, by: int, polarity: str
) -> None:
    # in whole numbers, which add up without rounding
    lower, value, upper, level = (round(number * 10) for number in (*limits, benchmark))
    assert word(value, lower, upper, level, polarity) == word(
        value + by, lower + by, upper + by, level + by, polarity
    )


@given(intervals, tenths)
def test_the_other_polarity_turns_the_word_round(limits: list[float], benchmark: float) -> None:
    lower, value, upper = limits
    high = word(value, lower, upper, benchmark, "high_is_good")
    assert word(value, lower, upper, benchmark, "low_is_good") == MIRRORED[high]
    # and so does counting those who are not
    assert word(100 - value, 100 - upper, 100 - lower, 100 - benchmark) in (MIRRORED[high], "similar")


@given(intervals, intervals)
def test_a_wider_interval_never_says_more(limits: list[float], other: list[float]) -> None:
    lower, value, upper = limits
    narrow = word(value, lower, upper, other[1])
    wide = word(value, min(lower, other[0]), max(upper, other[2]), other[1])
    assert wide in (narrow, "similar")


# ---- the small country -----------------------------------------------------------------------------------

PLACES = (WHOLE, HALF, UNDER, OUTSIDE, MERGED, BARNSLEY)


def country(seed: int) -> list[dict[str, Any]]:
    """Districts, regions and England; some figures touch the benchmark, some have no interval or no value."""
    draw = random.Random(seed)
    rows = []
    for code in PLACES:
        value = draw.choice([None, 74.0, 75.0, 76.0, 80.0])
        half = draw.choice([None, 0.0, 0.5, 1.0, 5.0]) if value is not None else None
        limits = (None, None) if value is None or half is None else (value - half, value + half)
        rows.append(row(code, "ltla", value, *limits))
    around = [row(ENGLAND, "england", 75.0), row(NORTH, "region", 76.0), row(SOUTH, "region", 74.0)]
    return [*rows, *around]


@pytest.mark.parametrize("benchmark", ["england", "region", "parent", "similar", WHOLE])
@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_areas_changes_nothing(asking: Asking, benchmark: str, seed: int) -> None:
    rows = country(seed)
    districts = rows[: len(PLACES)]
    first = compare(asking(rows), view(benchmark=benchmark), districts)
    draw = random.Random(-seed)
    for _ in range(3):
        draw.shuffle(rows)
        draw.shuffle(districts)
        again = compare(asking(rows), view(benchmark=benchmark), districts)
        assert again.by_area == first.by_area and again.benchmarks.by_area == first.benchmarks.by_area
        assert Counter(again.counts.by_word) == Counter(first.counts.by_word)
        assert sorted(again.counts.missing) == sorted(first.counts.missing)


@pytest.mark.parametrize("seed", range(5))
def test_the_counts_of_the_parts_add_up_to_those_of_the_whole(asking: Asking, seed: int) -> None:
    rows = country(seed)[: len(PLACES)]
    whole = compare(asking(country(seed)), view(), rows)
    parts = [
        narrowed(whole, [row for row in rows if row["area_code"] in codes])
        for codes in (PLACES[:2], PLACES[2:])
    ]
    assert sum(part.counts.total for part in parts) == whole.counts.total
    assert sum(part.counts.present for part in parts) == whole.counts.present
    by_word: Counter[Word] = Counter()
    for part in parts:
        by_word.update(part.counts.by_word)
    assert by_word == Counter(whole.counts.by_word)
    assert {code: word for part in parts for code, word in part.by_area.items()} == whole.by_area


@pytest.mark.parametrize("seed", range(5))
def test_another_area_changes_no_verdict_beside_england(asking: Asking, seed: int) -> None:
    rows = country(seed)
    districts = rows[: len(PLACES)]
    whole = compare(asking(rows), view(), districts)
    for district in districts:
        alone = compare(asking(rows), view(), [district])
        assert alone.by_area == {district["area_code"]: whole.by_area[district["area_code"]]}


@pytest.mark.parametrize("seed", range(5))
def test_an_illustrative_figure_changes_no_verdict_on_a_real_one(asking: Asking, seed: int) -> None:
    rows = country(seed)
    districts = rows[: len(PLACES)]
    first = compare(asking(rows), view(benchmark="similar"), districts)
    invented = [row(code, "ltla", 1.0, 0.5, 1.5, status="illustrative") for code in ("E07000005",)]
    again = compare(asking([*rows, *invented]), view(benchmark="similar"), [*districts, *invented])
    assert {code: again.by_area[code] for code in first.by_area} == first.by_area
    assert again.by_area["E07000005"] == "not_compared" and again.counts == first.counts


# ---- the starter edition ---------------------------------------------------------------------------------


def load_starter(folder: Path, switch: str) -> Context:
    environment = {
        **os.environ,
        "WORKHEALTH_DATA_DIR": str(folder),
        "WORKHEALTH_DATABASE_URL": "",
        "WORKHEALTH_ILLUSTRATIVE": switch,
    }
    done = subprocess.run(
        [sys.executable, "-m", "etl", "starter", "load"],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=1500,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    app: Any = create_app(load_settings(data_dir=folder, database_url="", illustrative=switch))
    context: Context = app.context
    context.today = lambda: date(2026, 11, 30)  # type: ignore[misc]
    return context


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made: Path = tmp_path_factory.mktemp("metamorphic")
    return made


@pytest.fixture(scope="module")
def real(folder: Path) -> Context:
    """The starter edition as a fresh install loads it."""
    return load_starter(folder / "off", "off")


@pytest.fixture(scope="module")
def mixed(real: Context, folder: Path) -> Context:
    """The same with illustrative figures switched on."""
    shutil.copytree(folder / "off", folder / "on")
    return load_starter(folder / "on", "on")


def view_of(context: Context, search: str) -> View:
    found = read_view(context, search)
    assert isinstance(found, View), found
    return found


def areas_of(register: Register, every: int) -> Iterator[str]:
    """Every so many codes of each type in its newest vintage."""
    for kind, area_type in register.area_types.items():
        if not area_type.vintages:  # the groups that readers make
            continue
        yield from sorted(register.codes(kind, area_type.default_vintage))[::every]


@pytest.mark.slow
def test_no_gap_is_judged_against_its_own_rate(real: Context) -> None:
    """Seven councils stood out for a narrow gap while fewer of the group were in work; two the other way round."""
    odd: dict[str, set[str]] = {"better": set(), "worse": set()}
    for gap in real.catalogue.values():
        rate = rate_of_gap(real.catalogue, gap)
        if rate is None:
            continue
        for held in real.available(gap.id):
            for period in held["periods"]:
                search = (
                    f"?indicator={gap.id}&area_type={held['area_type']}&sex={held['sex']}&period={period}"
                )
                listed = compared_areas(real, view_of(real, search))
                of_rate = compared_areas(real, view_of(real, search.replace(gap.id, rate.id)))
                alone = {
                    figure["area_code"]: word(
                        figure["value"],
                        figure["lower_ci_95"],
                        figure["upper_ci_95"],
                        listed.level,
                        gap.polarity,
                    )
                    for figure in listed.present
                    if listed.level is not None
                    and figure["lower_ci_95"] is not None
                    and figure["area_code"] != ENGLAND
                }
                for code, before in alone.items():
                    opposite = before in odd and of_rate.by_area.get(code) == MIRRORED[before]
                    assert (code in listed.at_odds) == opposite, (gap.id, period, code)
                    assert listed.by_area[code] == ("not_compared" if opposite else before)
                    if opposite and held["area_type"] == "utla":
                        odd[before].add(code)
    birmingham = "E08000025"
    assert birmingham in odd["better"]
    assert (len(odd["better"]), len(odd["worse"])) == (7, 2)
    assert "employment-gap-learning-disability" not in [
        line.indicator.id for line in stands_out(lines_of(real, birmingham))
    ]
    [line] = [
        line
        for line in lines_of(real, birmingham)
        if line.indicator.id == "employment-gap-learning-disability"
    ]
    assert line.at_odds is not None
    assert (round(line.at_odds.value, 1), round(line.at_odds.benchmark, 1)) == (1.3, 5.1)


@pytest.mark.slow
def test_a_trend_ends_in_the_figure_beside_it_and_fails_for_a_reason_that_is_said(real: Context) -> None:
    judged = 0
    for indicator in real.catalogue.values():
        for held in real.available(indicator.id):
            group = {key: held[key] for key in ("sex", "age", "breakdown")}
            trends = real.store.trends(indicator_id=indicator.id, **group)
            unjudged = {
                (row["area_code"], row["period"])
                for row in real.store.series(indicator_id=indicator.id, **group, area_codes=list(trends))
                if not_compared(row["note"])
            }
            for trend in trends.values():
                if trend["direction"] == "not_calculated":
                    assert trend["reason"] and trend["chi_square"] is None and not trend["periods_used"]
                    continue
                judged += 1
                assert not indicator.no_trend, indicator.id
                assert not unjudged & {(trend["area_code"], period) for period in trend["periods_used"]}
                assert trend["periods_used"][-1] == trend["latest_period"], (indicator.id, trend)
                moved = trend["direction"] in ("increasing", "decreasing")
                assert not moved or trend["chi_square"] > THRESHOLD
    assert judged > 5000


@pytest.mark.slow
def test_the_counts_of_districts_add_up_to_those_of_their_region(real: Context) -> None:
    """Disability in 2021: each region is the sum of its districts, each district in one region."""
    found = {
        kind: {
            figure["area_code"]: figure
            for figure in real.store.observations(
                indicator_id="disability-prevalence", area_type=kind, period="2021-03-21/P1D"
            )
        }
        for kind in ("ltla", "region")
    }
    assert len(found["region"]) == 9
    for region, figure in found["region"].items():
        inside = geography.inside(real.register, region, "ltla", date(2023, 12, 31), list(found["ltla"]))
        parts = [found["ltla"][code] for code in inside.area_codes]
        for key in ("numerator", "denominator"):
            assert sum(part[key] for part in parts) == figure[key], (region, key)
        assert figure["value"] == pytest.approx(100 * figure["numerator"] / figure["denominator"])
    for kind in ("numerator", "denominator"):
        assert sum(figure[kind] for figure in found["region"].values()) == sum(
            figure[kind] for figure in found["ltla"].values() if figure["area_code"].startswith("E")
        )


@pytest.mark.slow
def test_either_code_of_one_land_gives_the_same_profile(real: Context) -> None:
    def told(code: str) -> dict[Any, Any]:
        return {
            (line.indicator.id, line.row["sex"], line.row["age"], line.row["breakdown"]): (
                line.row["period"], line.row["value"], line.compared,
            )
            for line in lines_of(real, code)
        }  # fmt: skip

    unlike = {}
    for before, now in (("E08000016", "E08000038"), ("E08000019", "E08000039")):
        first, second = told(before), told(now)
        unlike[before] = sorted({key[0] for key in first.keys() ^ second.keys()})
        assert {key: first[key] for key in first.keys() & second.keys()} == {
            key: second[key] for key in first.keys() & second.keys()
        }
    assert not any(unlike.values()), unlike


@pytest.mark.slow
def test_illustrative_figures_change_no_answer_to_the_main_questions(real: Context, mixed: Context) -> None:
    def told(context: Context, code: str) -> list[Any]:
        return [
            (
                question.headline, found.indicator.id, found.to.breakdown, found.place.area.area_code,
                found.line.row["period"], found.line.row["value"], found.line.compared, found.unsaid is None,
            )
            if isinstance(found, Answer)
            else (question.headline, found.indicator.id, found.to.breakdown, found.why, found.unsaid is None)
            for question in headlines(context, context.register.area(code))
            for found in question.told
        ]  # fmt: skip

    assert mixed.store.publication_id() != real.store.publication_id()
    for code in areas_of(real.register, every=4):
        assert told(mixed, code) == told(real, code), code


@pytest.mark.slow
def test_illustrative_figures_change_no_real_line_of_an_area(real: Context, mixed: Context) -> None:
    def told(context: Context, code: str) -> dict[Any, Any]:
        return {
            (line.indicator.id, line.row["sex"], line.row["age"], line.row["breakdown"]): (
                line.row["period"], line.row["value"], line.row["status"], line.compared, line.england,
                json.dumps(line.trend), line.age, line.grade,
            )
            for line in lines_of(context, code)
            if not line.illustrative
        }  # fmt: skip

    seen = 0
    for code in areas_of(real.register, every=12):
        first = told(real, code)
        assert told(mixed, code) == first, code
        seen += len(first)
    assert seen > 1000
