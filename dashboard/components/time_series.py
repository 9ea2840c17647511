"""Parts of the page of lines: recent trends, breaks and boundaries, the table of every figure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashboard import sentences
from dashboard.answers.time_series import AreaHistory, AreaSeries, TimeSeries
from dashboard.components import html
from dashboard.components.areas import with_commas
from dashboard.components.tables import figure_cell, real_value, table
from dashboard.components.text import bullets, details, link, paragraph, section
from dashboard.sentences import breaks as break_words
from dashboard.sentences import time_series as words
from indicators.periods import Period

if TYPE_CHECKING:
    from dashboard.address.view import View

Component = Any


def recent_trends(series: TimeSeries) -> Component:
    """The recent trend of each area in words; None without areas."""
    if not series.series:
        return None
    return html.div(
        [
            html.h2("Recent trend", class_="wh-h3"),
            bullets(
                html.span([html.strong(f"{area.name}: "), f"{words.recent_trend(area)}."])
                for area in series.series
            ),
            details("How the recent trend is worked out", paragraph(words.TREND_METHOD)),
        ],
        class_="wh-section",
        id="recent-trend",
    )


def breaks(series: TimeSeries) -> Component:
    """Why lines are broken, and what became of the areas; None where there is nothing to say."""
    items: list[Component] = [words for line in series.lines if (words := break_words.broken_line(line))]
    for area in series.series:
        items += _history(area.history, series.view)
    if not items:
        return None
    return html.div([html.h3("Breaks and boundaries", class_="wh-h3"), bullets(items)], id="breaks")


def _history(history: AreaHistory, view: View) -> list[Component]:
    notes: list[Component] = []
    if history.ended_on is not None:
        parts: list[Component] = [words.ended_words(history)]
        for place, (code, name) in enumerate(history.heirs):
            parts += ["; " if place else ": ", link(name, f"/areas/{code}")]
        notes.append(html.span([*parts, "."]))
    formed = words.formed_words(history)
    if formed and history.divided:
        links = with_commas(
            link(f"{name} over time", f"/trends{view.search(area=[code], period=None)}")
            for code, name in history.divided
        )
        return [*notes, html.span([formed, " See ", *links, "."])]
    return [*notes, formed] if formed else notes


def series_table(series: TimeSeries, *, csv: str) -> Component:
    """Every figure of every area, newest first within each; columns that no figure fills are left out.

    ``csv`` is the address of the same figures as CSV.
    """
    rows = series.rows
    has_interval, has_count, has_base = (
        any(row[key] is not None for row in rows) for key in ("lower_ci_95", "numerator", "denominator")
    )
    has_note = any(row["note"] or row["status"] == "illustrative" for row in rows)
    optional = (
        (has_interval, {"label": "95% confidence interval", "kind": "number"}),
        (has_count, {"label": "Count", "kind": "number"}),
        (has_base, {"label": "Out of", "kind": "number"}),
        (has_note, "Note"),
    )
    columns: list[Any] = [
        "Area",
        "Period",
        {"label": "Value", "kind": "number"},
        *(column for has, column in optional if has),
        "Code",
    ]
    periods = {iso: _period_cell(iso) for iso in series.periods}

    def cells(area: AreaSeries, row: Any) -> list[Any]:
        shown = [
            (has_interval, _interval_cell(series, row)),
            (has_count, _number_cell(row, "numerator")),
            (has_base, _number_cell(row, "denominator")),
            (has_note, {"t": _note(row), "c": "wh-note"}),
        ]
        return [
            {"t": area.name, "h": f"/areas/{area.area_code}"},
            periods[row["period"]],
            figure_cell(row, series.indicator),
            *(cell for has, cell in shown if has),
            area.area_code,
        ]

    return section(
        "All figures",
        table(
            f"{words.series_title(series)}, by area and period",
            columns,
            [cells(area, row) for area in series.series for row in reversed(area.rows)],
            id="trends-table",
            hide_caption=True,
            csv=csv,
        ),
        id="figures",
    )


def _period_cell(iso: str) -> dict[str, Any]:
    return {"t": sentences.period_words(iso), "s": "/".join(map(str, Period.parse(iso).sort_key))}


def _interval_cell(series: TimeSeries, row: Any) -> Any:
    between = sentences.interval_words(row["lower_ci_95"], row["upper_ci_95"], series.indicator)
    return {"t": between, "s": real_value(row, "lower_ci_95")} if between else ""


def _number_cell(row: Any, key: str) -> Any:
    return "" if row[key] is None else {"t": sentences.number(row[key]), "s": real_value(row, key)}


def _note(row: Any) -> str:
    illustrative = sentences.STATUS_WORDS["illustrative"] if row["status"] == "illustrative" else ""
    return "; ".join(part for part in (illustrative, row["note"]) if part)
