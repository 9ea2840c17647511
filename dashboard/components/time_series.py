"""Parts of the page of lines: recent trends, breaks and boundaries, the table of every figure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashboard import sentences
from dashboard.answers.time_series import AreaHistory, AreaSeries, TimeSeries
from dashboard.components import html
from dashboard.components.areas import with_commas
from dashboard.components.charts import key
from dashboard.components.tables import figure_cell, real_value, table
from dashboard.components.text import bullets, details, link, paragraph, section
from dashboard.figures.axes import starts_above_zero
from dashboard.figures.multiples import panels
from dashboard.sentences import breaks as break_words
from dashboard.sentences import time_series as words
from geodata.groups import short_code
from indicators.periods import Period

if TYPE_CHECKING:
    from dashboard.address.view import View

Component = Any

MOST_IN_ONE = 3
"""Areas that one chart can tell apart; each of more has a panel of its own too."""


def recent_trends(series: TimeSeries) -> Component:
    """The recent trend of each area in words, the numbers of the tests in the details; None without areas."""
    if not series.series:
        return None
    tests = [(area.name, told) for area in series.series if (told := words.trend_test(area))]
    return html.div(
        [
            html.h2("Recent trend", class_="wh-h2"),
            bullets(
                html.span([html.strong(f"{area.name}: "), f"{words.recent_trend(area)}."])
                for area in series.series
            ),
            details(
                "How change is judged",
                paragraph(words.TREND_METHOD),
                bullets(f"{name}: {told}." for name, told in tests) if tests else None,
            ),
        ],
        class_="wh-section",
        id="recent-trend",
    )


LINES = {
    "own": "wh-line-own",
    "front": "wh-line-ink",
    "benchmark": "wh-line-benchmark",
    "rest": "wh-line-rest",
}


def lines_key(series: TimeSeries) -> Component:
    """What the lines of the chart are."""
    return key((_line(kind), told) for kind, told in words.key_words(series))


def _line(kind: str) -> str:
    band = f'<rect class="wh-band-{kind}" width="34" height="14" y="2"/>' if kind in ("own", "front") else ""
    return (
        '<svg width="34" height="18" aria-hidden="true" focusable="false">'
        f'{band}<path class="{LINES[kind]}" d="M0 9H34"/></svg>'
    )


def has_panels(series: TimeSeries) -> bool:
    """Whether each area has a panel of its own."""
    return sum(1 for line in series.lines if line.held and not line.is_benchmark) > MOST_IN_ONE


def area_panels(series: TimeSeries, files: Component) -> Component:
    """A small chart for each area, all on one scale; its name brings it forward. None for few areas.

    ``files`` is what downloads them (``take_away``).
    """
    if not has_panels(series):
        return None
    own = series.area_codes[0] if series.view.area_codes else ""
    found = panels(
        series.lines, indicator=series.indicator, own=own, label=lambda name: words.panel_label(series, name)
    )
    items = []
    for area in series.series:
        if area.area_code not in found.panels:
            continue
        rest = [code for code in series.area_codes if code != area.area_code]
        items.append(
            html.li(
                [
                    html.h3(
                        [
                            link(
                                area.name,
                                f"/trends{series.view.search(area=[area.area_code, *rest])}",
                                class_="wh-own-name" if area.area_code == own else "wh-link",
                            ),
                            html.span(
                                sentences.short_value_words(area.held[-1]["value"], series.indicator),
                                class_="wh-panel-value",
                            ),
                        ],
                        class_="wh-panel-name",
                    ),
                    html.trusted(found.panels[area.area_code]),
                ],
                class_="wh-panel",
            )
        )
    note = words.panels_note(series, starts_above_zero=starts_above_zero(found.low))
    return section(
        "Each area on the same scale",
        html.p(note, class_="wh-reading"),
        html.trusted(found.shared),
        html.ul(items, class_="wh-panels"),
        files,
        id="each-area",
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
            short_code(area.area_code),
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
            skip=True,
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
