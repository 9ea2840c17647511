"""The national goal: how far it has come, what its count leaves out, moves into and out of work, and targets.

None of it depends on an address: each answer is cached until the next publication.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import nan
from typing import TYPE_CHECKING, Any

from dashboard.answers.goal import Chance, Flow, Judged, Moves, Pledged, Progress, Verdict
from dashboard.queries.geography import ENGLAND, UNITED_KINGDOM
from indicators.catalogue import Indicator, Target, in_role, the
from indicators.notes import not_compared
from indicators.periods import Period
from indicators.statistics.comparison import to_target

if TYPE_CHECKING:
    from dashboard.address.context import Context

Row = dict[str, Any]

GROUPS = (
    ("Disabled people", "disability: disabled"),
    ("People who are not disabled", "disability: not disabled"),
)
"""The groups whose moves are set beside each other: what they are called, and their breakdown."""
_VERDICTS: dict[str, Verdict] = {
    "better": "reached",
    "worse": "not_reached",
    "similar": "too_close",
    "not_compared": "not_judged",
}


def goal_target(context: Context) -> tuple[Indicator, Target | None]:
    """The indicator that the national goal is set for, and its target with a start and an end."""
    indicator = the(context.catalogue, "goal")
    return indicator, next((target for target in indicator.targets if target.since and target.period), None)


def progress(context: Context) -> Progress | None:
    """What is loaded of the goal; None without its first figure, a later one, or a target in the catalogue."""
    return context.cached("goal progress", lambda: _progress(context))


def _progress(context: Context) -> Progress | None:
    indicator, target = goal_target(context)
    if target is None or target.since is None or target.period is None:
        return None
    available = context.available(indicator.id)
    series = _series(context, indicator, available[0]) if available else []
    start = next((row for row in series if row["period"] == target.since), None)
    if start is None or series[-1] is start:
        return None
    passed = next((row for row in series if row["value"] >= target.value), None)
    return Progress(indicator, target, tuple(series), start, passed, Period.parse(target.period).start_on)


def chances(context: Context) -> tuple[list[Chance], list[Indicator]]:
    """What the count of the goal leaves out: real United Kingdom series, and the indicators that have none loaded."""
    return context.cached("goal chances", lambda: _chances(context))


def _chances(context: Context) -> tuple[list[Chance], list[Indicator]]:
    _, target = goal_target(context)
    since = (target.since if target else None) or ""
    found, waiting = [], []
    for indicator in in_role(context.catalogue, "chances"):
        rows = context.available(indicator.id)
        if not rows:
            waiting.append(indicator)
        everyone = [row for row in rows if row["sex"] == "persons" and row["breakdown"] == "all"]
        real = next((row for row in everyone if not row.get("illustrative")), None)
        series = _series(context, indicator, real) if real else []
        if series:
            season = series[-1]["period"][4:]
            first = next(
                (row for row in series if row["period"] >= since and row["period"][4:] == season), None
            )
            found.append(Chance(indicator, tuple(series), None if first is series[-1] else first))
    return found, waiting


def moves(context: Context) -> Moves:
    """The moves of disabled and other people in the United Kingdom over the years loaded."""
    return context.cached("goal moves", lambda: _moves(context))


def _moves(context: Context) -> Moves:
    figures: list[tuple[Indicator, Row]] = []
    ends: dict[tuple[str, str], tuple[float, float]] = {}
    directions = ("out_of_work", "into_work")
    for direction in directions:
        indicator = the(context.catalogue, direction)
        for available in context.available(indicator.id):
            series = _series(context, indicator, available)
            figures += [(indicator, row) for row in series]
            if series:
                values = [row["value"] for row in series]
                ends[direction, available["breakdown"]] = (min(values), max(values))
    flows = [
        Flow(name, ends.get(("out_of_work", group)), ends.get(("into_work", group)))
        for name, group in GROUPS
        if any((direction, group) in ends for direction in directions)
    ]
    return Moves(tuple(flows), tuple(figures))


def _series(context: Context, indicator: Indicator, available: Mapping[str, Any]) -> list[Row]:
    """The United Kingdom's real figures of a group that is loaded, oldest first."""
    rows = context.store.series(
        indicator_id=indicator.id,
        area_codes=[UNITED_KINGDOM],
        sex=available["sex"],
        age=available["age"],
        breakdown=available["breakdown"],
    )
    return [row for row in rows if row["value"] is not None and row["status"] != "illustrative"]


# ---- targets -----------------------------------------------------------------------------------------


def targets(context: Context) -> list[Judged]:
    """Every target of the catalogue beside the figure of its own period where that is loaded, else the newest."""
    return context.cached("targets", lambda: _targets(context))


def _targets(context: Context) -> list[Judged]:
    judged = []
    for indicator in context.catalogue.values():
        for target in indicator.targets:
            row = newest(context, indicator, target.period) or newest(context, indicator)
            judged.append(Judged(indicator, target, row, verdict(row, target, indicator)))
    return judged


def pledges(context: Context) -> list[Pledged]:
    """Every pledge that cannot be judged, beside the figure nearest to it."""
    return [
        Pledged(pledge, indicator, newest(context, indicator))
        for indicator in context.catalogue.values()
        for pledge in indicator.pledges
    ]


def newest(context: Context, indicator: Indicator, period: str | None = None) -> Row | None:
    """England's newest figure for everybody, or the United Kingdom's; None where none is loaded.

    With ``period`` (ISO) the figure of that period alone.
    """
    for area_code, area_type in ((ENGLAND, "england"), (UNITED_KINGDOM, "uk")):
        rows = [
            row
            for row in context.available(indicator.id)
            if row["area_type"] == area_type and row["sex"] == "persons" and row["breakdown"] == "all"
        ]
        if not rows:
            continue
        latest = max(rows, key=lambda row: (Period.parse(row["latest"]).end_on, row["age"] == "all"))
        found: Sequence[Row] = context.store.observations(
            indicator_id=indicator.id,
            area_type=area_type,
            period=period or latest["latest"],
            sex="persons",
            age=latest["age"],
            breakdown="all",
            area_codes=[area_code],
        )
        if found and found[0]["value"] is not None:
            return found[0]
    return None


def verdict(row: Mapping[str, Any] | None, target: Target, indicator: Indicator) -> Verdict:
    """Whether a figure reaches its target: by its 95% interval, or by its value where it has none."""
    if row is None:
        return "no_figure"
    if row["status"] == "illustrative":
        return "illustrative"
    if not_compared(row.get("note")):
        return "not_judged"
    lower, upper = row["lower_ci_95"], row["upper_ci_95"]
    has_interval = lower is not None and upper is not None
    limits = (lower, upper) if has_interval else (nan, nan)
    return _VERDICTS[
        str(to_target(row["value"], *limits, target.value, indicator.polarity, use_interval=has_interval))
    ]
