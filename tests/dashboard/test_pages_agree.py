"""Pages, files and API say the same of the same question: areas, benchmark, comparison, period.

One walk over the starter edition asks map, list, grid, profiles and API for every indicator × area type × parent type ×
benchmark there is, and writes down every disagreement; the tests then look at one kind each.
"""

from __future__ import annotations

import csv
import io
import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from html import unescape
from itertools import cycle
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pytest

from dashboard.address.context import Context
from dashboard.queries import geography
from dashboard.serving.application import build_app
from geodata.register import Register
from indicators.catalogue import Indicator
from indicators.merged_areas import is_joined
from indicators.periods import Period
from indicators.settings import load_settings
from indicators.store import Store

pytestmark = pytest.mark.slow  # one walk of a minute over everything there is

ROOT = Path(__file__).resolve().parents[2]
ENGLAND = "E92000001"
CHOSEN = "a chosen area"
BENCHMARKS = ("england", "region", "parent", "similar", CHOSEN)
EVERY_PARENT = (
    "employment-rate",
    "disability-prevalence",
    "talking-therapies-wait-6-weeks",
    "talking-therapies-recovery-rate",
    "talking-therapies-recovery-rate-monthly",
    "talking-therapies-wait-6-weeks-monthly",
)
"""Indicators for which every parent is asked about, between them of every area type that has parents."""
PROFILES_A_TYPE = 3


class Figure(NamedTuple):
    """One row of a CSV, as far as pages may not disagree about it."""

    period: str
    sex: str
    age: str
    breakdown: str
    value: str
    benchmark: str
    comparison: str


Figures = dict[str, Figure]
COLUMNS = (
    "note",
    "indicator_id", "area_code", "area_type", "period", "sex", "age", "breakdown", "value", "benchmark_value", "comparison",
)  # fmt: skip


@dataclass
class Walk:
    """What was asked, and where two answers differ: kind → [(question, what differs)]."""

    asked: set[tuple[str, str, str, str]] = field(default_factory=set)
    questions: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    disagreements: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))

    def compare(self, kind: str, question: str, first: Figures, second: Figures) -> None:
        """Write down where two answers to one question differ."""
        self.questions[kind] += 1
        if first.keys() != second.keys():
            only = sorted(first.keys() ^ second.keys())
            words = f"{len(first)} areas here, {len(second)} there; {', '.join(only[:4])}"
            self.disagreements[kind].append((question, words))
        for code in first.keys() & second.keys():
            if first[code] != second[code]:
                self.disagreements[kind].append((question, f"{code}: {first[code]} != {second[code]}"))
                return


class Pages:
    """A browser that reads CSVs."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.client = build_app(context).server.test_client()
        self._read: dict[str, Figures] = {}

    def rows(self, page: str, **query: str) -> list[dict[str, str]]:
        """Rows of ``/csv/<page>``; none where the page has no figures for these choices."""
        answer = self.client.get(f"/csv/{page}?{urlencode(query)}")
        if answer.status_code != 200:
            assert answer.status_code == 404, f"{page} {query}: {answer.status_code}"
            return []
        heading, *lines = csv.reader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff")))
        # of thirty columns a few are looked at
        places = [(name, heading.index(name)) for name in COLUMNS]
        return [{name: line[place] for name, place in places} for line in lines]

    def figures(self, page: str, **query: str) -> Figures:
        """The figures of ``/csv/<page>`` by area, read once."""
        key = question(page, query)
        if key not in self._read:
            self._read[key] = {row["area_code"]: figure_of(row) for row in self.rows(page, **query)}
        return self._read[key]

    def api(self, **query: str) -> list[dict[str, Any]]:
        answer = self.client.get("/api/v1/observations", query_string=query)
        assert answer.status_code == 200, f"{query}: {answer.get_data(as_text=True)}"
        return list(answer.get_json()["observations"])


def figure_of(row: dict[str, str]) -> Figure:
    return Figure(
        row["period"],
        row["sex"],
        row["age"],
        row["breakdown"],
        row["value"],
        row["benchmark_value"],
        row["comparison"],
    )


def question(page: str, query: dict[str, str]) -> str:
    return f"/{page}?{urlencode(query)}"


@pytest.fixture(scope="module")
def pages(
    tmp_path_factory: pytest.TempPathFactory, register: Register, indicators: dict[str, Indicator]
) -> Pages:
    folder = tmp_path_factory.mktemp("agree")
    environment = {**os.environ, "WORKHEALTH_DATA_DIR": str(folder), "WORKHEALTH_DATABASE_URL": ""}
    done = subprocess.run(
        [sys.executable, "-m", "etl", "starter", "load"],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=1500,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    settings = load_settings(data_dir=folder, database_url="")
    store = Store(settings.store_url, register=register, catalogue=indicators)
    return Pages(Context(settings, register, indicators, store, lambda: date(2026, 11, 22)))


def pairs_of(context: Context) -> Iterator[tuple[str, str]]:
    """Every indicator × area type that the store has."""
    for indicator_id, rows in context.all_available().items():
        for area_type in dict.fromkeys(row["area_type"] for row in rows):
            yield indicator_id, area_type


def periods_of(context: Context, indicator_id: str, area_type: str) -> set[str]:
    rows = context.available(indicator_id)
    return {period for row in rows if row["area_type"] == area_type for period in row["periods"]}


def codes_of_list(context: Context, row: dict[str, str], area_type: str) -> frozenset[str]:
    """The codes of the areas that the list of a figure's period has, by the vintage that its publisher used in it."""
    vintages = context.cached(
        ("test vintages", row["indicator_id"]), lambda: context.store.vintages(row["indicator_id"])
    )
    group = (row["period"], row["sex"], row["age"], row["breakdown"])
    vintage = vintages.get((area_type, *group))
    return context.register.codes(area_type, vintage) if vintage is not None else frozenset()


def walk_parents_and_benchmarks(pages: Pages, walk: Walk) -> None:
    """Map beside list: every indicator × area type × parent type × benchmark; of some indicators every parent."""
    context = pages.context
    register = context.register
    # one after the other, so that over all questions every parent has its turn
    turns: dict[tuple[str, str], Iterator[str]] = {}
    for indicator_id, area_type in pairs_of(context):
        whole = pages.figures("compare", indicator=indicator_id, area_type=area_type)
        codes = list(whole)
        period = next(iter(whole.values())).period
        on = Period.parse(period).end_on
        groups = geography.parents_of_list(register, codes, area_type, on)
        parents = {group.area_type: [parent.area_code for parent in group.parents] for group in groups}
        for parent_type in ("", *parents):
            for benchmark in BENCHMARKS:
                query = {"indicator": indicator_id, "area_type": area_type}
                if parent_type:
                    turn = turns.setdefault((area_type, parent_type), cycle(parents[parent_type]))
                    query["parent"] = next(turn)
                query["benchmark"] = codes[len(codes) // 2] if benchmark == CHOSEN else benchmark
                walk.asked.add((indicator_id, area_type, parent_type, benchmark))
                kind = f"{benchmark}, {'inside a parent' if parent_type else 'everywhere'}"
                walk.compare(
                    kind,
                    question("map", query),
                    pages.figures("map", **query),
                    pages.figures("compare", **query),
                )
            if parent_type and indicator_id in EVERY_PARENT:
                for parent in parents[parent_type]:
                    query = {"indicator": indicator_id, "area_type": area_type, "parent": parent}
                    walk.compare(
                        f"every {parent_type}",
                        question("map", query),
                        pages.figures("map", **query),
                        pages.figures("compare", **query),
                    )


def walk_api(pages: Pages, walk: Walk) -> None:
    """The API beside the list: the newest figures of every indicator × area type."""
    for indicator_id, area_type in pairs_of(pages.context):
        query = {"indicator": indicator_id, "area_type": area_type}
        listed = pages.figures("compare", **query)
        group = next(iter(listed.values()))
        digits = pages.context.catalogue[indicator_id].decimal_places  # a file has its numbers rounded
        answers = {
            row["area_code"]: Figure(
                row["period"],
                row["sex"],
                row["age"],
                row["breakdown"],
                "" if row["value"] is None else f"{round(row['value'], digits) + 0.0:.10g}",
                "",
                "",
            )
            for row in pages.api(**query, sex=group.sex, age=group.age, breakdown=group.breakdown)
        }
        places = pages.context.catalogue[indicator_id].decimal_places
        without = {
            code: figure._replace(value=_rounded(figure.value, places), benchmark="", comparison="")
            for code, figure in listed.items()
        }
        walk.compare("API", question("api/v1/observations", query), answers, without)


def _rounded(value: str, decimal_places: int) -> str:
    """A value of a CSV as the API rounds it."""
    return f"{round(float(value), decimal_places) + 0.0:.10g}" if value else ""


def walk_second(pages: Pages, walk: Walk) -> None:
    """The second map beside the page that relates two indicators: each indicator with the three after it."""
    types: dict[str, list[str]] = defaultdict(list)
    for indicator_id, area_type in pairs_of(pages.context):
        if area_type not in ("england", "uk") and pages.context.catalogue[indicator_id].comparable:
            types[area_type].append(indicator_id)
    for area_type, indicators in types.items():
        for place, first in enumerate(indicators):
            for second in indicators[place + 1 : place + 4]:
                query = {"indicator": first, "area_type": area_type, "with": second}
                periods = [
                    {row["period"] for row in pages.rows(page, **query) if row["indicator_id"] == second}
                    for page in ("map", "relate")
                ]
                walk.questions["second period"] += 1
                if periods[0] != periods[1]:
                    words = f"{periods[0]} on the map, {periods[1]} where they are related"
                    walk.disagreements["second period"].append((question("map", query), words))


def walk_profiles(pages: Pages, walk: Walk) -> None:
    """The profiles of a few areas of every type beside the list of the figure's own area type, period and group."""
    pairs = pairs_of(pages.context)
    for area_type in pages.context.register.area_types:
        codes: dict[str, None] = {}
        for indicator_id, kind in pairs:
            if kind == area_type:
                codes |= dict.fromkeys(pages.figures("compare", indicator=indicator_id, area_type=kind))
        step = max(1, len(codes) // PROFILES_A_TYPE)
        for code in list(codes)[::step][:PROFILES_A_TYPE]:
            for row in pages.rows(f"areas/{code}"):
                answers = figure_of(row)
                query = {
                    "indicator": row["indicator_id"],
                    "area_type": row["area_type"],
                    "period": answers.period,
                }
                query |= {"sex": answers.sex, "age": answers.age, "breakdown": answers.breakdown}
                listed = pages.figures("compare", **query)
                there = {code: listed[code]} if code in listed else {}
                walk.compare(
                    "profiles", f"/areas/{code}: {question('compare', query)}", {code: answers}, there
                )


def walk_overview(pages: Pages, walk: Walk) -> None:
    """The grid beside the list: the areas in two parents of each type, and every figure of theirs beside England's."""
    register = pages.context.register
    today = pages.context.today()
    for area_type in register.area_types:
        on = geography.last_day(register, area_type, today)
        codes = frozenset(geography.standing(register, area_type, on))
        for group in geography.parents_of_list(register, sorted(codes), area_type, on):
            for parent in (group.parents[0], group.parents[-1]):
                rows = [
                    row
                    for row in pages.rows("overview", area_type=area_type, parent=parent.area_code)
                    if row["area_code"] != ENGLAND
                ]
                answers: dict[tuple[str, str, str], Figures] = defaultdict(dict)
                made: dict[tuple[str, str, str], set[str]] = defaultdict(set)
                for row in rows:
                    land = (row["area_code"], *geography.same_land(register, row["area_code"]))
                    if is_joined(row["note"]) or codes_of_list(pages.context, row, area_type).isdisjoint(
                        land
                    ):
                        # made of areas that stood then: a list of its period has those in its place
                        made[row["indicator_id"], row["period"], row["sex"]].update(land)
                        continue
                    name = next(code for code in land if code in codes)
                    answers[row["indicator_id"], row["period"], row["sex"]][name] = figure_of(row)
                for indicator_id, period, sex in (*answers, *(key for key in made if key not in answers)):
                    figures = answers.get((indicator_id, period, sex), {})
                    others = made.get((indicator_id, period, sex), set())
                    if period not in periods_of(pages.context, indicator_id, area_type):
                        continue  # codes that stand for an STP there stood for an ICB in that period
                    query = {"indicator": indicator_id, "area_type": area_type, "period": period, "sex": sex}
                    query["parent"] = parent.area_code
                    there = pages.figures("compare", **query)
                    if others:
                        listed = {code: figure for code, figure in there.items() if code in others}
                        walk.compare("overview, made of others", question("overview", query), {}, listed)
                    if not figures:
                        continue
                    # the grid shows areas that stand, a list those that the publisher gave figures for: of one land
                    # under two codes today's is looked at
                    named = {code: (code, *geography.same_land(register, code)) for code in there}
                    both = {
                        next(name for name in named[code] if name in codes): figure
                        for code, figure in there.items()
                        if not codes.isdisjoint(named[code])
                    }
                    walk.compare(f"overview, {group.area_type}", question("overview", query), figures, both)


def walk_named(pages: Pages, walk: Walk) -> None:
    """The areas that the list names by choice beside the whole list: every indicator × area type, from its middle area."""
    for indicator_id, area_type in pairs_of(pages.context):
        query = {"indicator": indicator_id, "area_type": area_type}
        whole = pages.figures("compare", **query)
        codes = list(whole)
        asked = {**query, "area": codes[len(codes) // 2]}
        walk.compare("named, all", question("compare", asked), pages.figures("compare", **asked), whole)
        for show in ("region", "similar"):
            part = pages.figures("compare", **asked, show=show)
            there = {code: figure for code, figure in whole.items() if code in part}
            walk.compare(f"named, {show}", question("compare", {**asked, "show": show}), part, there)


@pytest.fixture(scope="module")
def walk(pages: Pages) -> Walk:
    found = Walk()
    walk_named(pages, found)
    walk_parents_and_benchmarks(pages, found)
    walk_api(pages, found)
    walk_second(pages, found)
    walk_profiles(pages, found)
    walk_overview(pages, found)
    return found


# ---- what is to be found -----------------------------------------------------------------------------

PARENT_TYPES = ("region", "combined_authority", "icb", "stp", "utla", "lep", "nhs_region")
KINDS = (
    *(f"{benchmark}, {where}" for benchmark in BENCHMARKS for where in ("everywhere", "inside a parent")),
    *(f"every {parent_type}" for parent_type in PARENT_TYPES),
    "named, all",
    "named, region",
    "named, similar",
    "API",
    "second period",
    "profiles",
    *(f"overview, {parent_type}" for parent_type in PARENT_TYPES),
    "overview, made of others",
)


@pytest.mark.parametrize("kind", KINDS)
def test_pages_agree(walk: Walk, kind: str) -> None:
    assert walk.questions[kind]
    found = walk.disagreements[kind]
    asked = len({question for question, _ in found})
    answers = "\n".join(f"{question}\n    {words}" for question, words in found[:5])
    assert not found, (
        f"{kind}: {asked} of {walk.questions[kind]} questions are answered in two ways\n{answers}"
    )


def test_no_kind_of_disagreement_goes_unlooked_at(walk: Walk) -> None:
    assert set(walk.questions) == set(KINDS)


def test_the_walk_asks_every_indicator_area_type_parent_type_and_benchmark(walk: Walk, pages: Pages) -> None:
    types = pages.context.register.area_types
    wanted = {
        (indicator_id, area_type, parent_type, benchmark)
        for indicator_id, area_type in pairs_of(pages.context)
        for parent_type in ("", *types[area_type].zoom_to)
        for benchmark in BENCHMARKS
    }
    assert walk.asked <= wanted
    # no STP stood when most figures were made, and some figures are for unitary authorities only
    lacking = {(area_type, parent_type) for _, area_type, parent_type, _ in wanted - walk.asked}
    assert lacking == {("ltla", "stp"), ("ltla", "utla")}
    assert {(area_type, parent_type) for _, area_type, parent_type, _ in walk.asked} == {
        (area_type, parent_type) for _, area_type, parent_type, _ in wanted
    }
    by_type: dict[str, set[str]] = defaultdict(set)
    for indicator_id, area_type, parent_type, _ in walk.asked:
        if parent_type and indicator_id in EVERY_PARENT:
            by_type[area_type].add(indicator_id)
    loaded = {area_type for _, area_type in pairs_of(pages.context)}
    assert {area_type for area_type in loaded if types[area_type].zoom_to} == set(by_type)
    assert all(len(found) > 1 for found in by_type.values())


def areas_in(pages: Pages, page: str, **query: str) -> int:
    rows = pages.rows(page, **query)
    return len({row["area_code"] for row in rows if row["area_code"] != ENGLAND})


@pytest.mark.parametrize("page", ["map", "compare", "overview"])
def test_the_east_midlands_combined_authority_has_17_districts_in_2023(pages: Pages, page: str) -> None:
    query = {"indicator": "employment-rate", "area_type": "ltla", "parent": "E47000013"}
    assert areas_in(pages, page, **query) == 17


@pytest.mark.parametrize("page", ["map", "compare", "overview"])
def test_frimley_has_6_districts(pages: Pages, page: str) -> None:
    query = {"indicator": "employment-rate", "area_type": "ltla", "parent": "E54000034"}
    assert areas_in(pages, page, **query) == 6


def values_of(pages: Pages, page: str, **query: str) -> dict[str, int]:
    rows = pages.rows(page, **query)
    return {row["area_code"]: int(row["value"]) for row in rows if row["indicator_id"] == query["indicator"]}


def test_a_council_of_today_in_the_overview_is_the_sum_of_the_districts_in_the_list_of_2022(
    pages: Pages,
) -> None:
    query = {"indicator": "population-16-64", "area_type": "ltla"}
    today = values_of(pages, "overview", **query, parent="E12000003")
    then = values_of(pages, "compare", **query, period="2022-01-01/P1Y", parent="E10000023")
    assert len(then) == 7
    assert "E06000065" not in then
    assert today["E06000065"] == sum(then.values())  # North Yorkshire


def test_a_board_of_2026_in_the_overview_is_the_sum_of_the_locations_in_the_list_of_2023(
    pages: Pages,
) -> None:
    query = {"indicator": "talking-therapies-referrals-monthly"}
    today = values_of(pages, "overview", **query, area_type="icb", parent="E40000013")
    period = "2023-05-01/P1M"
    boards = values_of(pages, "compare", **query, area_type="icb", period=period)
    essex = values_of(pages, "compare", **query, area_type="sub_icb", period=period, parent="E54000066")
    assert "E54000066" not in boards  # NHS Essex began in 2026; its seven locations stood in 2023
    assert len(essex) == 7
    assert today["E54000066"] == sum(essex.values())


@pytest.mark.parametrize("page", ["map", "compare"])
def test_a_ccg_is_compared_with_its_nhs_region(pages: Pages, page: str) -> None:
    query = {"indicator": "talking-therapies-recovery-rate", "area_type": "ccg", "benchmark": "region"}
    figures = pages.figures(page, **query)
    assert len(figures) == 106
    assert all(figure.benchmark for figure in figures.values())


def test_the_files_of_a_funnel_hold_every_area_that_it_shows(pages: Pages) -> None:
    # rows name the boards of one region at first; the funnel shows all 42, and so do its table and its files
    asked = "/compare?indicator=talking-therapies-recovery-rate&area_type=icb&period=2024-04-01/P1Y"
    assert "The files hold the 7 areas shown here" in pages.client.get(asked).get_data(as_text=True)
    text = pages.client.get(f"{asked}&chart=funnel").get_data(as_text=True)
    assert "The files hold" not in text
    file = re.search(r'href="(/csv/compare[^"]*)"', text)
    assert file is not None
    rows = pages.client.get(unescape(file[1])).get_data(as_text=True)
    assert len(list(csv.DictReader(io.StringIO(rows)))) == 42
    table = text[text.index('id="compare-table"') :]
    assert table[: table.index("</table>")].count("<tr") == 1 + 42
