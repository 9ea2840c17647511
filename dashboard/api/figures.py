"""``/api/v1/trend``, ``compare`` and ``profile``: figures with what the pages say of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import flask

from dashboard import sentences
from dashboard.answers.profile import Line
from dashboard.answers.time_series import AreaSeries
from dashboard.api import questions
from dashboard.api.answering import answering
from dashboard.api.checking import known_area, known_codes, known_indicator, known_view
from dashboard.api.observations import described, period_of
from dashboard.exports.rows_csv import FigureRows, rounded
from dashboard.queries.absence import absence_of
from dashboard.queries.compared_areas import compared_areas, trends_of
from dashboard.queries.observations import observation_of
from dashboard.queries.profile import lines_of, main_of
from dashboard.queries.time_series import time_series
from dashboard.sentences import absence as absence_words
from geodata.groups import plain_code

if TYPE_CHECKING:
    from dashboard.address.context import Context
    from dashboard.answers.comparison import Against

Row = Mapping[str, Any]


def register(server: flask.Flask, context: Context) -> None:
    """Add the routes to a server."""
    route = answering(server, context)

    @route("/api/v1/trend", questions.Trend)
    def trend(question: questions.Trend) -> dict[str, Any]:
        known_indicator(context, question.indicator)
        known_codes(context, question.area)
        found = time_series(context, known_view(context, question))
        rows = FigureRows(context)
        breaks = {line.area_code: line.breaks for line in found.lines}
        has_any = any(series.rows for series in found.series)
        return {
            "indicator": {"indicator_id": question.indicator, **described(context, question.indicator)},
            "benchmark_code": found.benchmark_code,
            "series": [
                {
                    "area_code": plain_code(series.area_code),
                    "area_name": series.name,
                    "trend": _trend(series.trend),
                    "age_note": _newest_note(rows, question.indicator, series),
                    "breaks": [
                        {"after": gap.after, "before": gap.before, "kind": gap.kind}
                        for gap in breaks.get(series.area_code, ())
                    ],
                    "observations": [
                        rows.record(observation_of(question.indicator, row)) for row in series.rows
                    ],
                }
                for series in found.series
            ],
            "reason": None
            if has_any
            else absence_words.reason(absence_of(context, found.view, "/trends", of_areas=True)),
        }

    @route("/api/v1/compare", questions.Compare, "areas")
    def compare(question: questions.Compare) -> dict[str, Any]:
        known_indicator(context, question.indicator)
        view = known_view(context, question)
        listed = compared_areas(context, view)
        shown: Sequence[Row] = listed.ordered
        if question.area:
            chosen = set(listed.view.area_codes)
            shown = [row for row in shown if row["area_code"] in chosen]
        trends = trends_of(context, listed.view, [row["area_code"] for row in shown])
        rows = FigureRows(context)
        places = listed.indicator.decimal_places
        return {
            "indicator": {"indicator_id": question.indicator, **described(context, question.indicator)},
            "area_type": listed.view.area_type,
            "period": None
            if listed.view.period is None
            else {"period": listed.view.period, **period_of(listed.view.period)},
            "benchmark": listed.compared.benchmarks.kind,
            "areas": [
                {
                    **rows.record(observation_of(question.indicator, row)),
                    **_against(listed.against[row["area_code"]], row["area_code"], places),
                    "comparison": listed.by_area[row["area_code"]],
                    "recent_trend": sentences.trend_words(trends.get(row["area_code"])),
                }
                for row in shown
            ],
            "reason": None if shown else absence_words.reason(absence_of(context, listed.view, "/compare")),
        }

    @route("/api/v1/profile", questions.Profile, "figures")
    def profile(question: questions.Profile) -> dict[str, Any]:
        area = known_area(context, question.area)
        lines = lines_of(context, area.area_code)
        shown = lines if question.groups == "all" else main_of(lines)
        rows = FigureRows(context)
        return {
            "area_code": plain_code(area.area_code),
            "area_name": area.name,
            "figures": [_line(rows, line) for line in shown],
            "reason": None if shown else f"No figures of {area.name} are loaded.",
        }


def _line(rows: FigureRows, line: Line) -> dict[str, Any]:
    """A figure of a profile: an observation beside England's figure of the same period and group."""
    return {
        **rows.record(observation_of(line.indicator.id, line.row)),
        "title": line.indicator.short_title,
        "unit": line.indicator.unit,
        "england": rounded(line.england, line.indicator.decimal_places),
        "comparison": line.compared,
        "recent_trend": sentences.trend_words(line.trend),
        "survey_quality": line.grade,
    }


def _against(against: Against, area_code: str, decimal_places: int) -> dict[str, Any]:
    """What an area is compared with; an area beside itself is compared with nothing."""
    value = against.value if against.area_code != area_code else None
    return {
        "benchmark_code": None if against.area_code is None else plain_code(against.area_code),
        "benchmark_name": against.name,
        "benchmark_value": rounded(value, decimal_places),
    }


def _trend(row: Row | None) -> dict[str, Any] | None:
    """A recent trend: its direction and judgement, its test, and the words for it."""
    if row is None:
        return None
    return {
        "direction": row["direction"],
        "judgement": row["judgement"],
        "chi_square": row["chi_square"],
        "p_value": row["p_value"],
        "slope": row["slope"],
        "periods_used": list(row["periods_used"]),
        "reason": row["reason"] or None,
        "words": sentences.trend_words(row),
    }


def _newest_note(rows: FigureRows, indicator_id: str, series: AreaSeries) -> str:
    """How old the newest figure of a series is, in words."""
    if not series.real:
        return ""
    return rows.age_note(indicator_id, observation_of(indicator_id, series.real[-1]).cells)
