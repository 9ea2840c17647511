"""Every figure of an area as tables: the newest of each indicator, and by sex, age and group."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboard import sentences
from dashboard.answers.profile import Line, LinesToShow
from dashboard.components import html
from dashboard.components.downloads import file_link
from dashboard.components.profile import below_name
from dashboard.components.tables import real_value, table
from dashboard.components.text import bullets, details, illustrative_banner, link, paragraph, section
from dashboard.sentences.trend import NO_TREND
from geodata.register import Area

Component = Any

MOST_LISTED = 5


def main_figures(area: Area, place: str, lines: LinesToShow, *, compared: bool) -> Component:
    """The newest figure of each indicator; counts and illustrative figures in tables of their own."""
    parts: list[Component] = []
    if lines.shown:
        caption = f"{area.name}: newest figure of each indicator"
        parts.append(_table(area, lines.shown, caption, "main-figures", compared))
    if lines.counts:
        words = f"{sentences.counted(len(lines.counts), 'count')}, not compared: a larger place has more of everything"
        parts.append(
            details(
                words,
                _table(area, lines.counts, f"{area.name}: counts", "counts", compared),
                open=not lines.shown,
            )
        )
    if lines.illustrative:
        words = f"{sentences.counted(len(lines.illustrative), 'illustrative figure')}, not real"
        caption = f"{area.name}: illustrative figures, not real"
        parts.append(
            details(
                words,
                illustrative_banner(),
                _table(area, lines.illustrative, caption, "illustrative", compared),
                open=not (lines.shown or lines.counts),
            )
        )
    parts.append(file_link(f"/csv/areas/{area.area_code}", "Download every figure of this area (CSV)"))
    return section(f"Every indicator for {place}", *parts, id="all-figures")


def _table(area: Area, lines: Sequence[Line], caption: str, name: str, compared: bool) -> Component:
    beside: tuple[str | dict[str, Any], ...] = (
        {"label": "England", "kind": "number"},
        "Compared with England",
    )
    columns: list[str | dict[str, Any]] = [
        "Indicator",
        "Theme",
        {"label": area.name, "kind": "number"},
        "95% CI",
        *(beside if compared else ()),
        "Recent trend",
        "Survey quality",
        "Period",
    ]
    return table(
        caption, columns, [_cells(line, compared) for line in lines], id=name, hide_caption=True, skip=True
    )


def _cells(line: Line, compared: bool) -> list[Any]:
    value, interval = sentences.value_cell(line)
    who = sentences.who_words(line)
    after = f"{html.span(who, class_='wh-who') if who else ''}{below_name(line)}"
    trend = "" if line.illustrative else sentences.trend_words(line.trend)
    beside = (
        [
            sentences.england_cell(line),
            sentences.compare_words("illustrative" if line.illustrative else line.compared),
        ]
        if compared
        else []
    )
    return [
        {
            "t": sentences.line_name(line),
            "h": f"/indicators/{line.indicator.id}",
            "after": html.trusted(after),
        },
        line.indicator.theme,
        {"t": value, "s": real_value(line.row)},
        interval,
        *beside,
        {"t": trend, "c": "wh-missing"} if trend == NO_TREND else trend,
        sentences.grade_words(line.grade) if line.grade else "",
        sentences.period_cell(line),
    ]


def groups_table(area: Area, others: Sequence[Line]) -> Component:
    """Figures of an area by sex, age and group; ``others`` are the lines that are not shown first."""
    rows = []
    for line in others:
        value, interval = sentences.value_cell(line)
        rows.append(
            [
                f"{line.indicator.short_title}{' (illustrative)' if line.illustrative else ''}",
                sentences.people_of(line) or "Everyone",
                {"t": value, "s": real_value(line.row)},
                interval,
                sentences.england_cell(line),
                sentences.compare_words("illustrative" if line.illustrative else line.compared),
                sentences.period_cell(line),
            ]
        )
    columns: list[str | dict[str, Any]] = [
        "Indicator",
        "Group",
        {"label": area.name, "kind": "number"},
        "95% CI",
        {"label": "England", "kind": "number"},
        "Compared with England",
        "Period",
    ]
    caption = f"{area.name}: newest figures by sex, age and group"
    banner = illustrative_banner() if any(line.illustrative for line in others) else None
    return section(
        "By sex, age and group",
        banner,
        table(caption, columns, rows, id="by-group", hide_caption=True),
        id="groups",
    )


def in_words(
    worse: Sequence[Line], better: Sequence[Line], different: Sequence[Line], place: str
) -> Component:
    """What is worse, better or different, in sentences, the furthest from England first; nothing where no figure is."""
    if not (worse or better or different):
        return None
    return section(
        "Comparison with England",
        html.div(
            [
                _standout(
                    "Worse than England", worse, "No indicator is significantly worse than England.", place
                ),
                _standout(
                    "Better than England", better, "No indicator is significantly better than England.", place
                ),
                _standout("Different from England", different, "", place),
            ],
            class_="wh-halves",
        ),
        paragraph(
            "Listed here: figures whose 95% confidence interval does not hold England’s figure. The furthest from "
            "England come first. That says where to look, not why. ",
            link("How to read comparisons", "/about#comparison"),
            muted=True,
        ),
        id="in-words",
    )


def _standout(words: str, found: Sequence[Line], nothing: str, place: str) -> Component:
    if not found and not nothing:
        return None
    more = len(found) - MOST_LISTED
    return html.div(
        [
            html.h3(words, class_="wh-h3"),
            bullets(sentences.line_sentence(line, place) for line in found[:MOST_LISTED])
            if found
            else html.p(nothing),
            html.p(f"And {sentences.counted(more, 'other')}: see the table.", class_="wh-hint")
            if more > 0
            else None,
        ]
    )
