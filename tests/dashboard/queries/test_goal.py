"""How far the goal has come, and whether targets are reached: both sides of every threshold."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from dashboard.answers.goal import Flow, Progress
from dashboard.queries import goal
from dashboard.sentences.goal import target_note, target_verdict
from indicators.catalogue import Indicator, Target, catalogue, in_role, the
from indicators.catalogue.shown import Pledge

CATALOGUE = catalogue()
GOAL = the(CATALOGUE, "goal")
Row = dict[str, Any]


def row(period: str, value: float | None, **more: Any) -> Row:
    return {
        "period": period, "value": value, "status": "ok", "lower_ci_95": None, "upper_ci_95": None,
        "sex": "persons", "age": "all", "breakdown": "all", "note": "", "area_name": "England", **more,
    }  # fmt: skip


def asking(
    series: dict[str, Sequence[Row]], indicators: dict[str, Indicator] | None = None, **available: Any
) -> Any:
    """A context over figures of the United Kingdom by indicator; one group of people a breakdown."""

    def groups(indicator_id: str) -> list[Row]:
        found = dict.fromkeys(row["breakdown"] for row in series.get(indicator_id, ()))
        return [
            {
                "sex": "persons", "age": "all", "breakdown": breakdown, "area_type": "uk", "illustrative": False,
                "latest": series[indicator_id][-1]["period"], **available,
            }
            for breakdown in found
        ]  # fmt: skip

    def rows(*, indicator_id: str, breakdown: str, **asked: Any) -> list[Row]:
        return [row for row in series[indicator_id] if row["breakdown"] == breakdown]

    def observations(*, indicator_id: str, period: str, area_type: str, **asked: Any) -> list[Row]:
        return [row for row in series[indicator_id] if row["period"] == period and area_type == "uk"]

    return SimpleNamespace(
        catalogue=indicators or CATALOGUE,
        available=groups,
        store=SimpleNamespace(series=rows, observations=observations),
        cached=lambda key, build: build(),
    )


def progress_of(
    *values: tuple[str, float | None], indicators: dict[str, Indicator] | None = None
) -> Progress | None:
    return goal.progress(asking({GOAL.id: [row(*value) for value in values]}, indicators))


def test_the_first_figure_at_the_goal_passes_it() -> None:
    found = progress_of(
        ("2016-01-01/P3M", 3.4e6), ("2017-01-01/P3M", 3.5e6), ("2021-01-01/P3M", 4_499_999.0),
        ("2022-01-01/P3M", 4.5e6), ("2024-01-01/P3M", None), ("2024-04-01/P3M", 5.5e6),
    )  # fmt: skip
    assert found is not None and found.passed is not None
    assert (found.start["period"], found.passed["period"], found.last["period"]) == (
        "2017-01-01/P3M", "2022-01-01/P3M", "2024-04-01/P3M",
    )  # fmt: skip
    assert (found.goal, found.by, len(found.series)) == (4.5e6, date(2027, 1, 1), 5)


def test_the_goal_is_held_against_the_first_group_that_is_loaded() -> None:
    rows = [row("2017-01-01/P3M", 3.5e6), row("2024-04-01/P3M", 5.5e6)]
    others = [row(period, 1.0, breakdown="sex: other") for period in ("2017-01-01/P3M", "2024-04-01/P3M")]
    found = goal.progress(asking({GOAL.id: [*rows, *others]}))
    assert found is not None and found.last["value"] == 5.5e6


def test_a_straight_way_leads_from_the_start_to_the_goal() -> None:
    found = progress_of(("2017-01-01/P3M", 3.5e6), ("2019-01-01/P3M", 4.0e6))
    assert found is not None and found.passed is None
    assert found.path_at(date(2017, 2, 15)) == pytest.approx(3.5e6, abs=500)
    assert found.path_at(date(2027, 1, 1)) == pytest.approx(4.5e6)
    assert found.needed_a_year == pytest.approx(101_250, rel=1e-3)
    assert found.found_a_year == pytest.approx(250_000, rel=2e-3)


@pytest.mark.parametrize(
    "values",
    [
        (),
        (("2017-01-01/P3M", 3.5e6),),  # nothing after the start
        (("2017-01-01/P3M", 3.5e6), ("2018-01-01/P3M", None)),
        (("2016-01-01/P3M", 3.4e6), ("2018-01-01/P3M", 3.9e6)),  # not the quarter that the goal counts from
    ],
)
def test_there_is_no_progress_without_a_start_and_a_later_figure(values: tuple[Any, ...]) -> None:
    assert progress_of(*values) is None


def test_there_is_no_progress_without_a_target_that_has_a_start() -> None:
    open_ended = GOAL.model_copy(update={"targets": (Target(label="More", value=1.0, source="S"),)})
    values = (("2017-01-01/P3M", 3.5e6), ("2018-01-01/P3M", 3.9e6))
    assert progress_of(*values) is not None
    assert progress_of(*values, indicators={**CATALOGUE, GOAL.id: open_ended}) is None


def test_a_chance_is_set_beside_the_same_season_of_the_first_year() -> None:
    rate, gap, other = in_role(CATALOGUE, "chances")
    periods = ("2016-04-01/P3M", "2017-01-01/P3M", "2017-04-01/P3M", "2024-04-01/P3M")
    context = asking(
        {
            rate.id: [row(period, 48.0 + place) for place, period in enumerate(periods)],
            gap.id: [row("2024-04-01/P3M", 30.0)],
        }
    )
    (first, second), waiting = goal.chances(context)
    assert first.first is not None
    assert (first.first["period"], first.last["value"]) == ("2017-04-01/P3M", 51.0)
    assert second.first is None and second.indicator is gap
    assert waiting == [other]


def test_the_quarter_that_the_goal_counts_from_is_of_its_first_year() -> None:
    rate = in_role(CATALOGUE, "chances")[0]
    periods = ("2016-01-01/P3M", "2017-01-01/P3M", "2024-01-01/P3M")
    (found,), _ = goal.chances(asking({rate.id: [row(period, 50.0) for period in periods]}))
    assert found.first is not None and found.first["period"] == "2017-01-01/P3M"


def test_illustrative_figures_are_no_chances() -> None:
    rate = in_role(CATALOGUE, "chances")[0]
    context = asking({rate.id: [row("2024-04-01/P3M", 53.0)]}, illustrative=True)
    found, waiting = goal.chances(context)
    assert found == [] and rate not in waiting


def test_moves_of_a_group_are_lowest_to_highest_and_a_group_without_any_is_left_out() -> None:
    out, into = the(CATALOGUE, "out_of_work"), the(CATALOGUE, "into_work")
    disabled, others = (breakdown for _, breakdown in goal.GROUPS)
    context = asking(
        {
            out.id: [row("2014", 9.0, breakdown=disabled), row("2015", 10.0, breakdown=disabled)],
            into.id: [row("2014", None, breakdown=others)],
        }
    )
    moves = goal.moves(context)
    assert moves.flows == (Flow("Disabled people", (9.0, 10.0), None),)
    assert [indicator.id for indicator, _ in moves.figures] == [out.id, out.id]


@pytest.mark.parametrize(
    ("value", "lower", "upper", "polarity", "said"),
    [
        (50.0, None, None, "high_is_good", "reached"),
        (49.9, None, None, "high_is_good", "not_reached"),
        (50.0, None, None, "low_is_good", "reached"),
        (50.1, None, None, "low_is_good", "not_reached"),
        (49.9, None, None, "low_is_good", "reached"),
        # an interval holds its own limits, but a lower limit at the target is above it
        (51.0, 50.0, 52.0, "high_is_good", "reached"),
        (51.0, 49.9, 52.0, "high_is_good", "too_close"),
        (49.0, 48.0, 50.0, "high_is_good", "too_close"),
        (49.0, 48.0, 49.9, "high_is_good", "not_reached"),
        (49.0, 48.0, 49.9, "low_is_good", "reached"),
        (49.0, 48.0, 50.1, "high_is_good", "too_close"),
        # one limit alone is no interval
        (51.0, 49.0, None, "high_is_good", "reached"),
        (49.0, None, 51.0, "high_is_good", "not_reached"),
        (50.0, 50.0, 50.0, "none", "not_judged"),
    ],
)  # fmt: skip
def test_a_target_is_judged_by_value_interval_and_polarity(
    value: float, lower: float | None, upper: float | None, polarity: Any, said: str
) -> None:
    target = Target(label="Half", value=50.0, source="A document")
    figure = row("2024", value, lower_ci_95=lower, upper_ci_95=upper)
    indicator = GOAL.model_copy(update={"polarity": polarity})
    assert goal.verdict(figure, target, indicator) == said
    assert goal.verdict({**figure, "status": "illustrative"}, target, indicator) == "illustrative"
    assert goal.verdict({**figure, "note": "Not compared: too few."}, target, indicator) == "not_judged"
    assert goal.verdict(None, target, indicator) == "no_figure"


def test_every_target_and_every_pledge_stands_beside_the_newest_figure() -> None:
    context = asking({GOAL.id: [row("2017-01-01/P3M", 3.5e6), row("2024-04-01/P3M", 5.5e6)]})
    (judged,) = [found for found in goal.targets(context) if found.indicator is GOAL]
    assert judged.verdict == "reached"
    assert judged.row is not None and judged.row["value"] == 5.5e6
    assert len(goal.targets(context)) == sum(len(indicator.targets) for indicator in CATALOGUE.values())
    pledge = Pledge(label="Double it", source="A document", why="Cannot be judged")
    pledged = GOAL.model_copy(update={"pledges": (pledge,)})
    context.catalogue = {**CATALOGUE, GOAL.id: pledged}
    pledges = goal.pledges(context)
    (first,) = [found for found in pledges if found.pledge is pledge]
    assert (first.indicator, first.row) == (pledged, judged.row)
    assert all(found.indicator is not None for found in pledges)
    assert len(pledges) == sum(len(indicator.pledges) for indicator in context.catalogue.values())


def test_a_target_is_judged_by_the_figure_of_its_own_period_where_that_is_loaded() -> None:
    figures = [row("2020-04-01/P1Y", 11_165.0), row("2022-04-01/P1Y", 30_000.0)]
    target = Target(label="Double", value=19_550.0, period="2020-04-01/P1Y", source="A document")
    people = GOAL.model_copy(update={"targets": (target, target.model_copy(update={"period": None}))})
    own, newest = goal.targets(asking({GOAL.id: figures}, {GOAL.id: people}))
    assert (own.row, own.verdict) == (figures[0], "not_reached")
    assert (newest.row, newest.verdict) == (figures[1], "reached")


def test_the_doubling_of_ips_is_judged_by_both_counts_of_2020_21() -> None:
    """Twice the 9,775 people of the audit: neither the data set nor the stocktake comes to it."""
    counts = {"ips-people-accessing": 11_165.0, "ips-people-accessing-audit": 14_633.0}
    context = asking({name: [row("2020-04-01/P1Y", value)] for name, value in counts.items()})
    judged = {found.indicator.id: found for found in goal.targets(context) if found.indicator.id in counts}
    assert {name: found.verdict for name, found in judged.items()} == dict.fromkeys(counts, "not_reached")
    assert {found.target.value for found in judged.values()} == {2 * 9775}
    assert target_verdict(judged["ips-people-accessing"]) == "Not reached"
    assert target_note(judged["ips-people-accessing"]).endswith(
        "41 of 106 clinical commissioning groups have nothing in it, so the count is too low."
    )
    assert "NHS England says the data set is not directly comparable with" in target_note(
        judged["ips-people-accessing-audit"]
    )


def test_a_newest_figure_that_is_missing_is_none() -> None:
    assert goal.newest(asking({GOAL.id: [row("2024-04-01/P3M", None)]}), GOAL) is None
    assert goal.newest(asking({}), GOAL) is None
