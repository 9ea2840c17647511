"""Where areas are heading: their recent trend, or their change since an earlier period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dashboard.answers.area_map import Course, WhyNoCourse
from dashboard.answers.comparison import Word
from dashboard.queries.rows import rows_before
from geodata.register import UnknownArea
from indicators.periods import Period

if TYPE_CHECKING:
    from dashboard.address.context import Context
    from dashboard.address.view import View
    from indicators.catalogue import Indicator

Row = Mapping[str, Any]

_JUDGEMENTS: dict[str, Word] = {"getting_better": "better", "getting_worse": "worse"}
_DIRECTIONS: dict[str, Word] = {"increasing": "higher", "decreasing": "lower"}
_UP_AND_DOWN: dict[str, tuple[Word, Word]] = {
    "high_is_good": ("better", "worse"),
    "low_is_good": ("worse", "better"),
    "none": ("higher", "lower"),
}


def trend_courses(context: Context, view: View, rows: Sequence[Row]) -> dict[str, Course]:
    """The recent trend of each area, where it ends in the view's period: the trend of older figures is not stored."""
    indicator = context.catalogue[view.indicator_id]
    trends = context.store.trends(**view.key)
    return {
        row["area_code"]: _trend(indicator, trends.get(row["area_code"]), view.period)
        for row in rows
        if row["status"] != "illustrative"
    }


def _trend(indicator: Indicator, trend: Row | None, period: str | None) -> Course:
    if trend is None or trend["latest_period"] != period:
        return Course("not_compared", "ends_elsewhere")
    match trend["direction"]:
        case "no_change":
            return Course("similar")
        case "increasing" | "decreasing" as direction:
            if indicator.polarity == "none":
                return Course(_DIRECTIONS[direction])
            return Course(_JUDGEMENTS[trend["judgement"]])
        case _:
            return Course("not_compared", "not_calculated", trend["reason"] or "")


def change_courses(context: Context, view: View, rows: Sequence[Row], since: str | None) -> dict[str, Course]:
    """Each area's difference from the period ``since``, where the two figures may be set against each other.

    The earlier figure of an area that others merged into is their sum, as on the page of trends (``rows_before``).
    Areas without a figure in the view's period have none; without a start there are none at all.
    """
    if since is None:
        return {}
    indicator = context.catalogue[view.indicator_id]
    before = rows_before(context, view, [row["area_code"] for row in rows], since)
    courses: dict[str, Course] = {}
    exact: list[tuple[Row, Row]] = []
    for now in rows:
        if now["value"] is None or now["status"] == "illustrative":
            continue
        code = now["area_code"]
        then = before.get(code)
        why = _why_not(context, indicator, now, then, since)
        if why or then is None:
            courses[code] = Course("not_compared", why)
        elif now["lower_ci_95"] is None or then["lower_ci_95"] is None:
            # without an interval a difference could be chance
            courses[code] = Course("not_compared", "no_interval", difference=now["value"] - then["value"])
        else:
            exact.append((now, then))
    return courses | (_differences(indicator, exact) if exact else {})


def _why_not(context: Context, indicator: Indicator, now: Row, then: Row | None, since: str) -> WhyNoCourse:
    """Why the change between two figures of one area must not be stated; empty where it may."""
    if then is None:
        return "new_area" if _is_newer(context, now["area_code"], since) else "no_figure"
    if then["value"] is None or then["status"] == "illustrative":
        return "no_figure"
    if indicator.definition_of(now["route"]) != indicator.definition_of(then["route"]):
        return "other_definition"
    if now["interval_method"] != then["interval_method"]:
        return "other_method"
    current = context.releases()
    sources = {current[row["release"]]["source_id"] for row in (now, then) if row["release"] in current}
    return "other_method" if len(sources) > 1 else ""


def _is_newer(context: Context, area_code: str, since: str) -> bool:
    try:
        start_on = context.register.area(area_code).start_on
    except UnknownArea:
        return False
    return start_on is not None and start_on > Period.parse(since).start_on


def _differences(indicator: Indicator, pairs: Sequence[tuple[Row, Row]]) -> dict[str, Course]:
    # brings scipy, which no other part of the first pages needs
    from indicators.statistics.intervals import difference

    def limits(row: Row) -> tuple[float, float, float]:
        # published limits are rounded apart from their value
        return row["value"], min(row["lower_ci_95"], row["value"]), max(row["upper_ci_95"], row["value"])

    columns = [*zip(*((*limits(now), *limits(then)) for now, then in pairs), strict=True)]
    gaps, lowers, uppers = difference(*(list(column) for column in columns))
    up, down = _UP_AND_DOWN[indicator.polarity]
    courses = {}
    for (now, then), gap, lower, upper in zip(pairs, gaps, lowers, uppers, strict=True):
        numbers = (float(gap), float(lower), float(upper))
        if reason := indicator.no_course({row["period"]: row["note"] for row in (now, then)}):
            courses[now["area_code"]] = Course("not_compared", "not_judged", reason, *numbers)
        else:
            category: Word = up if lower > 0 else down if upper < 0 else "similar"
            courses[now["area_code"]] = Course(category, "", "", *numbers)
    return courses
