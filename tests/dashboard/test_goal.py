"""The page of the goal: words, the straight way, moves in and out of work, targets; and what is not loaded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from dashboard.address.context import Context
from dashboard.answers.goal import Flow
from dashboard.figures.flows import flows_svg
from dashboard.figures.goal import bullet_bar
from dashboard.queries import goal
from dashboard.sentences.goal import VERDICT_WORDS, flow_words, range_words
from dashboard.serving.application import build_app
from geodata.register import Register
from indicators.catalogue import Indicator, Target
from indicators.periods import Period
from indicators.settings import load_settings
from indicators.store import Store, schema

from .reading import rows_of_csv, table_of

UK = "K02000001"
ENGLAND = "E92000001"
FACTS = "national_facts:facts:ab12cd34"
THERAPIES = "nhs_talking_therapies:2024-25:12ab34cd"
ILLUSTRATIVE = "mhsds:illustrative:00ff00ff"
DISABLED, OTHERS = "disability: disabled", "disability: not disabled"

# indicator, area, period, breakdown, value, limits, release
FIGURES = (
    ("disabled-people-in-employment", UK, "2013-10-01/P3M", "all", 2.9e6, None, FACTS),
    ("disabled-people-in-employment", UK, "2017-01-01/P3M", "all", 3.5e6, None, FACTS),
    ("disabled-people-in-employment", UK, "2022-01-01/P3M", "all", 4.8e6, None, FACTS),
    ("disabled-people-in-employment", UK, "2024-04-01/P3M", "all", 5.5e6, None, FACTS),
    ("moving-out-of-work", UK, "2014-01-01/P2Y", DISABLED, 9.0, None, FACTS),
    ("moving-out-of-work", UK, "2015-01-01/P2Y", DISABLED, 10.0, None, FACTS),
    ("moving-out-of-work", UK, "2015-01-01/P2Y", OTHERS, 5.0, None, FACTS),
    ("moving-into-work", UK, "2015-01-01/P2Y", DISABLED, 10.0, None, FACTS),
    ("moving-into-work", UK, "2014-01-01/P2Y", OTHERS, 27.0, None, FACTS),
    ("moving-into-work", UK, "2015-01-01/P2Y", OTHERS, 26.0, None, FACTS),
    ("talking-therapies-recovery-rate", ENGLAND, "2024-04-01/P1Y", "all", 50.5, (50.4, 50.7), THERAPIES),
    ("talking-therapies-wait-6-weeks", ENGLAND, "2024-04-01/P1Y", "all", 74.9, (74.5, 75.3), THERAPIES),
    ("ips-people-accessing", ENGLAND, "2024-04-01/P1Y", "all", 8765.0, (8600.0, 8900.0), ILLUSTRATIVE),
    ("employment-rate-disabled-uk", UK, "2017-01-01/P3M", "all", 48.0, None, FACTS),
    ("employment-rate-disabled-uk", UK, "2017-04-01/P3M", "all", 48.9, None, FACTS),
    ("employment-rate-disabled-uk", UK, "2024-04-01/P3M", "all", 53.1, None, FACTS),
    ("unemployment-rate-disabled", UK, "2024-04-01/P3M", "all", 6.2, None, ILLUSTRATIVE),
)


def _release(release_id: str) -> dict[str, Any]:
    source_id, edition, _ = release_id.split(":")
    return {
        "release_id": release_id,
        "source_id": source_id,
        "edition": edition,
        "publication": f"Publication of {source_id}",
        "publisher": "Publisher",
        "licence": "Open Government Licence v3.0",
        "url": None,
        "attribution": "",
        "published_on": "2024-11-12",
        "loaded_at": "2026-11-20T10:00:00+00:00",
        "replaced_at": None,
        "origin": "illustrative" if release_id == ILLUSTRATIVE else "publisher",
        "illustrative": release_id == ILLUSTRATIVE,
        "is_current": True,
        "identity": release_id,
        "parser_version": 1,
        "precedence": 0,
        "rows": 1,
        "accepted": None,
    }


def _rows() -> Iterator[dict[str, Any]]:
    for indicator_id, area_code, period, breakdown, value, limits, release_id in FIGURES:
        yield {
            "indicator_id": indicator_id,
            "period": period,
            "sex": "persons",
            "age": "all",
            "breakdown": breakdown,
            "area_code": area_code,
            "value": value,
            "numerator": None,
            "denominator": None,
            "lower_ci_95": limits[0] if limits else None,
            "upper_ci_95": limits[1] if limits else None,
            "lower_ci_998": None,
            "upper_ci_998": None,
            "status": "illustrative" if release_id == ILLUSTRATIVE else "ok",
            "interval_method": "Wilson score" if limits else "none",
            "note": "Quoted in a document" if release_id == FACTS else "",
            "release_id": release_id,
            "route": 0,
            "source_row": 2,
            "basis_period": None,
        }


def _spreads() -> Iterator[dict[str, Any]]:
    newest = {
        (figure[0], figure[3]): max(row[2] for row in FIGURES if row[0] == figure[0]) for figure in FIGURES
    }
    for indicator_id, area_code, period, breakdown, _, _, release_id in FIGURES:
        yield {
            "indicator_id": indicator_id,
            "period": period,
            "sex": "persons",
            "age": "all",
            "breakdown": breakdown,
            "area_type": "uk" if area_code == UK else "england",
            "period_end": Period.parse(period).end_on.isoformat(),
            "vintage": 2023,
            "n_values": 1,
            "n_areas": 1,
            **dict.fromkeys(("minimum", "p5", "p25", "p50", "p75", "p95", "maximum"), None),
            "is_latest": newest[indicator_id, breakdown] == period,
            "illustrative": release_id == ILLUSTRATIVE,
        }


@pytest.fixture(scope="module")
def goals(
    tmp_path_factory: pytest.TempPathFactory, register: Register, indicators: dict[str, Indicator]
) -> Context:
    folder: Path = tmp_path_factory.mktemp("goals")
    settings = load_settings(data_dir=folder, database_url="")
    store = Store(settings.store_url, register=register, catalogue=indicators)
    store.create()
    with store.connections.writing() as connection:
        connection.execute(
            schema.release.insert(), [_release(release_id) for release_id in (FACTS, THERAPIES, ILLUSTRATIVE)]
        )
        connection.execute(schema.observation.insert(), list(_rows()))
        connection.execute(schema.distribution.insert(), list(_spreads()))
        connection.execute(
            schema.store_fact.update().where(schema.store_fact.c.name == "publication_id").values(value="1")
        )
    return Context(settings, register, indicators, store, lambda: date(2026, 11, 22))


def words_of(answer: Any) -> str:
    """The words of a page's first paint, tags taken out, spaces made one."""
    assert answer.status_code == 200
    page = answer.get_data(as_text=True)
    page = page[page.index("<main") : page.index("</main>")]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


@pytest.fixture(scope="module")
def words(goals: Context) -> str:
    return words_of(build_app(goals).server.test_client().get("/goal"))


def test_the_goal_stands_in_words_first(words: str) -> None:
    assert (
        "In January to March 2017, 3.5 million disabled people were in work in the United Kingdom." in words
    )
    assert "In April to June 2024 there were 5.5 million." in words
    assert "The goal was first passed in January to March 2022." in words


def test_what_passing_does_not_mean_is_said_beside_the_chart(words: str) -> None:
    assert "More people now say that they are disabled." in words
    assert words.index("More people now say") < words.index("What passing the goal does not mean")
    assert "A count cannot tell what caused it" in words


def test_a_steady_increase_is_said_once_and_as_no_milestone(words: str) -> None:
    said = "A steady increase would have needed about 101,000 a year. The goal had no yearly milestones."
    assert words.count(said) == 1
    assert "It would have reached 4.2 million in April to June 2024. The figure was 5.5 million" in words


def test_a_share_of_disabled_people_stands_beside_the_count_for_the_same_season(words: str) -> None:
    assert (
        "Disabled people's employment rate, UK : 53.1% in April to June 2024, and 48.9% in April to June 2017. "
        "Not loaded yet: Disability employment gap, UK."
    ) in words
    assert "6.2%" not in words  # illustrative


def test_the_straight_way_is_worked_out_from_the_middle_of_the_first_quarter(goals: Context) -> None:
    stands = goal.progress(goals)
    assert stands is not None
    assert stands.goal == 4_500_000
    assert stands.by == date(2027, 1, 1)
    # a million over 9 years and 10.5 months
    assert stands.needed_a_year == pytest.approx(1e6 / 9.877, rel=1e-3)
    assert stands.path_at(date(2027, 1, 1)) == pytest.approx(4.5e6)
    assert stands.passed is not None and stands.passed["period"] == "2022-01-01/P3M"


def test_moves_are_given_lowest_to_highest_of_the_years(goals: Context, words: str) -> None:
    moves = goal.moves(goals)
    assert moves.flows == (
        Flow("Disabled people", (9.0, 10.0), (10.0, 10.0)),
        Flow("People who are not disabled", (5.0, 5.0), (26.0, 27.0)),
    )
    assert len(moves.figures) == 6
    assert "of those in work, 9% to 10% were out of work a year later" in words


@pytest.mark.parametrize(
    ("value", "limits", "status", "said"),
    [
        (50.5, (50.4, 50.7), "ok", "Reached"),
        (49.0, (48.0, 49.9), "ok", "Not reached"),
        (49.9, (49.0, 50.8), "ok", "Not statistically clear"),
        (50.0, (None, None), "ok", "Reached"),
        (80.0, (79.0, 81.0), "illustrative", "Not assessed: the figure is illustrative"),
    ],
)
def test_a_target_is_judged_by_the_interval(
    goals: Context, value: float, limits: tuple[float | None, float | None], status: str, said: str
) -> None:
    target = Target(label="At least 50%", value=50.0, source="A document")
    row = {"value": value, "lower_ci_95": limits[0], "upper_ci_95": limits[1], "status": status}
    verdict = goal.verdict(row, target, goals.catalogue["talking-therapies-recovery-rate"])
    assert VERDICT_WORDS[verdict] == said


def test_a_target_without_a_figure_says_so(goals: Context, words: str) -> None:
    target = Target(label="80%", value=80.0, source="A document")
    assert goal.verdict(None, target, goals.catalogue["employment-rate"]) == "no_figure"
    assert "95% begin within 18 weeks – – No figure loaded –" in words
    assert (
        "One employment adviser to eight therapists in talking therapies – No figure loaded Not assessed"
        in words
    )
    assert "Not assessed: no baseline data." in words


def test_an_illustrative_figure_is_marked_and_never_in_a_sentence(words: str) -> None:
    assert "8,765 (illustrative, not real)" in words
    assert words.count("8,765") == 1
    assert "Illustrative figures." in words


def test_nothing_loaded_is_said_and_not_a_fault(
    tmp_path: Path, register: Register, indicators: dict[str, Indicator]
) -> None:
    settings = load_settings(data_dir=tmp_path, database_url="")
    store = Store(settings.store_url, register=register, catalogue=indicators)
    store.create()
    bare = Context(settings, register, indicators, store, lambda: date(2026, 11, 22))
    words = words_of(build_app(bare).server.test_client().get("/goal"))
    assert "The figures of the goal are not loaded yet." in words
    assert "How many people move into and out of work is not loaded yet." in words


def test_the_flow_diagram_is_well_formed_and_speaks_for_itself() -> None:
    flows = [Flow("People <like> us", (9.0, 10.0), None)]
    drawn = ElementTree.fromstring(flows_svg(flows, label=flow_words(flows[0])))
    title = drawn.find("{http://www.w3.org/2000/svg}title")
    assert title is not None and title.text is not None and "People <like> us" in title.text
    assert "no figure were in work" in title.text
    assert range_words((5.0, 5.2)) == "5%"
    assert range_words((26.0, 27.0)) == "26% to 27%"


def test_a_target_has_one_row_with_a_bar_where_a_real_figure_stands_beside_a_number(goals: Context) -> None:
    page = build_app(goals).server.test_client().get("/goal").text
    table = page[page.index('id="targets-table"') :]
    rows = {
        re.sub(r"<[^>]+>", "", row.split("</th>")[0]): row
        for row in table[: table.index("</table>")].split("<tr>")[2:]
    }
    recovery = next(row for title, row in rows.items() if "At least 50% recover".lower() in title.lower())
    assert 'aria-label="50.5%, target 50.0%"' in recovery and "95% CI 50.4% to 50.7%" in recovery
    illustrative = next(row for row in rows.values() if "8,765" in row)
    assert "<svg" not in illustrative
    assert len(rows) == len(goal.targets(goals)) + len(goal.pledges(goals))


def test_a_bar_ends_at_its_value_and_its_target_stands_upright() -> None:
    drawn = ElementTree.fromstring(bullet_bar(50.0, (40.0, 60.0), 80.0, 100.0, "A & B"))
    assert drawn.get("aria-label") == "A & B"
    assert [bar.get("width") for bar in drawn.iter("rect")] == ["100%", "50.0%"]
    lines = [(line.get("x1"), line.get("x2")) for line in drawn.iter("line")]
    assert lines == [("40.0%", "60.0%"), ("40.0%", "40.0%"), ("60.0%", "60.0%"), ("80.0%", "80.0%")]
    without = ElementTree.fromstring(bullet_bar(50.0, (None, None), 80.0, 100.0, ""))
    assert len(list(without.iter("line"))) == 1


def test_the_chart_is_drawn_for_a_desk_and_for_a_phone(goals: Context) -> None:
    client = build_app(goals).server.test_client()
    page = client.get("/goal").text
    assert [
        int(width) for width in re.findall(r'class="wh-goal-(?:wide|narrow)"><svg[^>]* width="(\d+)"', page)
    ] == [
        680,
        358,
    ]
    for name, title in (("million-more", "Disabled people in work"), ("moves", "Moving into and out of work")):
        drawn = client.get(f"/picture/goal/{name}.svg")
        assert drawn.mimetype == "image/svg+xml"
        words = " ".join(ElementTree.fromstring(drawn.data).itertext())
        assert f" {title}, United Kingdom" in words
        assert re.search(r"Sources: .*Licence v3\.0\.$", words), words[-200:]


# ---- the files of its tables ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def goal_reader(goals: Context) -> Any:
    return build_app(goals).server.test_client()


def test_the_counts_of_the_goal(goal_reader: Any) -> None:
    answer = goal_reader.get("/csv/goal/counts.csv")
    assert 'filename="disabled-people-in-employment.csv"' in answer.headers["Content-Disposition"]
    rows = rows_of_csv(answer)
    table = table_of(goal_reader.get("/goal").text, "goal-table")
    assert [int(row["value"]) for row in rows] == [int(cells[1].replace(",", "")) for cells in table.rows]
    assert (rows[0]["value"], rows[-1]["value"]) == ("2900000", "5500000")


def test_a_target_stands_beside_its_figure(goal_reader: Any) -> None:
    rows = rows_of_csv(goal_reader.get("/csv/goal/targets.csv"))
    by_target = {row["compared_with"]: row for row in rows if row["compared_with"]}
    goal = next(row for row in by_target.values() if row["indicator_id"] == "disabled-people-in-employment")
    assert (goal["value"], goal["benchmark_value"], goal["comparison"]) == ("5500000", "4500000", "Better")
    table = table_of(goal_reader.get("/goal").text, "targets-table")
    assert len(rows) == len([cells for cells in table.rows if cells[2] not in ("–", "No figure loaded")])


def test_the_tables_of_the_goal_link_to_their_own_files(goal_reader: Any) -> None:
    page = goal_reader.get("/goal").text
    for name in ("counts", "moves", "targets"):
        assert f'href="/csv/goal/{name}.csv"' in page
        assert rows_of_csv(goal_reader.get(f"/csv/goal/{name}.csv"))
