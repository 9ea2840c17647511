"""The pack of an area as one HTML document for the PDF: headings, tables with headers, charts with text alternatives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboard import components as ui
from dashboard import sentences
from dashboard.address.keys import SERVICE
from dashboard.answers.headlines import Answer
from dashboard.answers.profile import Line
from dashboard.components import html
from dashboard.components.charts import image
from dashboard.exports import pack as packs
from dashboard.exports.drawings import SeriesPoint, bounds, series_svg
from dashboard.exports.pack import Pack
from dashboard.figures import spine
from dashboard.queries.geography import ENGLAND
from dashboard.queries.profile import differs, needs_a_look, stands_out
from dashboard.sentences import evidence, headlines, ledger
from indicators.evidence import Piece
from indicators.periods import Period

Component = Any

FEWEST_PERIODS = 3  # a series shorter than that is said better by the table
MOST_SERIES = 12
_SPINE = "Worse – England – Better"
# of the width of the page, in per cent: name, figure, England, chart, comparison, trend, period
COMPARED_WIDTHS = (20, 17, 8, 18, 11, 11, 15)
ALONE_WIDTHS = (40, 26, 20, 14)
LEDGER_WIDTHS = (17, 10, 14, 17, 27, 15)

_STYLE = r"""
@page { size: A4; margin: 16mm 15mm 18mm; @bottom-left { content: string(name); font: 8pt "Liberation Sans", Arial, sans-serif; color: #45525C }
  @bottom-right { content: "Page " counter(page) " of " counter(pages); font: 8pt "Liberation Sans", Arial, sans-serif; color: #45525C } }
body { font: 9.5pt/1.4 "Liberation Sans", Arial, Helvetica, "DejaVu Sans", sans-serif; color: #0B1620 }
h1 { font-size: 24pt; line-height: 1.1; margin: 0 0 3mm; string-set: name content() }
h2 { font-size: 14pt; margin: 7mm 0 2mm; break-after: avoid }
h3 { font-size: 11pt; margin: 4mm 0 1.5mm; break-after: avoid }
p { margin: 0 0 2mm } .caption { color: #45525C; font-size: 11pt; margin: 0 } .lead { font-size: 12pt }
.hint { color: #45525C; font-size: 8.5pt } .take-care { border: 1.5pt solid #0B1620; padding: 2mm 3mm; margin: 3mm 0 }
ul { margin: 0 0 2mm; padding-left: 5mm } li { margin-bottom: 1mm }
table { border-collapse: collapse; width: 100%; table-layout: fixed; font-size: 8.5pt; line-height: 1.3 }
caption { text-align: left; font-weight: bold; font-size: 11pt; padding: 3mm 0 1mm; break-after: avoid }
th, td { text-align: left; vertical-align: top; padding: 1.2mm 2mm 1.2mm 0; border-bottom: 0.5pt solid #D5DADD }
thead th { border-bottom: 1pt solid #0B1620; vertical-align: bottom } tbody th { font-weight: normal } tr { break-inside: avoid }
td, th { box-sizing: border-box; overflow-wrap: break-word } td.spine img { width: 30mm } .value { font-weight: bold }
h2 + p.hint { break-after: avoid } .tag::before { font-family: "DejaVu Sans", sans-serif; margin-right: 1mm; color: #69757F; content: "\25CB" }
.tag.better::before { content: "\25C6"; color: #00403A } .tag.worse::before { content: "\25A0"; color: #D4622C }
.tag.higher::before { content: "\25B2"; color: #14306B } .tag.lower::before { content: "\25BC"; color: #4A83C4 }
table.ledger { font-size: 7.5pt; overflow-wrap: anywhere } .series { display: block; orphans: 1; widows: 1 } figure { display: inline-block; width: 84mm; margin: 0 2mm 3mm 0; break-inside: avoid } figure img { width: 84mm }
figcaption { font-weight: bold; font-size: 9pt }
"""


def pack_html(pack: Pack) -> str:
    """The whole document; every text in it is escaped and every chart stands in it as data."""
    name = pack.area.name
    title = sentences.titled(f"{name}: work and health", pack.is_all_illustrative)
    counts = sentences.counts_words(pack.lines, pack.place)
    made = (
        f"Made on {sentences.date_words(pack.made_on)} by {SERVICE}. The newest figures, every group of people and "
        f"the methods are at {pack.address}."
    )
    parts: list[Component] = [
        html.p(pack.caption, class_="caption"),
        html.h1(title),
        *[html.p(words, class_="lead") for words in pack.summary],
        html.p(counts, class_="hint") if counts else None,
        html.div(html.p(packs.ILLUSTRATIVE), class_="take-care") if pack.illustrative else None,
        *_answers(pack),
        *_standouts(pack),
        *_figures(pack),
        *_series(pack),
        *_ledger(pack),
        *_evidence(pack),
        html.h2("How to read the figures"),
        _list(packs.HOW_TO_READ),
        html.h2("Sources and licence"),
        _list(
            f"{'; '.join(found.titles)}: {sentences.release_words(found.release, edition=True)}"
            for found in pack.sources
        ),
        html.p(packs.LICENCE),
        html.p(made, class_="hint"),
    ]
    described = " ".join(pack.summary) or f"Work and health figures of {name}"
    head = html.joined(
        html.element("title", title),
        html.void("meta", name="author", content=SERVICE),
        html.void("meta", name="description", content=described),
        html.element("style", html.trusted(_STYLE)),
    )
    return (
        f'<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8">{head}</head>'
        f"<body>{html.main(parts)}</body></html>"
    )


def _list(items: Any) -> Component:
    return html.ul([html.li(words) for words in items])


def _head(headings: Sequence[str], widths: Sequence[int]) -> Component:
    """The row of headings of a table. ``widths`` are per cent of the page: a table of fixed layout takes its columns from it."""
    cells = [
        html.th(words, scope="col", style=f"width: {width}%")
        for words, width in zip(headings, widths, strict=True)
    ]
    return html.thead(html.tr(cells))


def _answers(pack: Pack) -> list[Component]:
    """The three main questions with their answers, notes and sources."""
    parts: list[Component] = [html.h2(headlines.HEADING)]
    for found in pack.answers:
        parts.append(html.h3(headlines.QUESTIONS[found.headline]))
        parts.append(
            _list(_answer(pack, answer) for answer in found.answers)
            if found.answers
            else html.p(headlines.no_answer(found, pack.area))
        )
        lacking = headlines.lacking_sentence(found)
        if lacking:
            parts.append(html.p(lacking, class_="hint"))
    return parts


def _answer(pack: Pack, answer: Answer) -> list[Component]:
    notes = [*headlines.notes_of(answer), headlines.source_words(answer)]
    if answer.unsaid:
        notes.insert(0, headlines.unsaid_sentence(answer.unsaid))
    return [
        headlines.answer_sentence(answer, pack.area),
        html.br(),
        html.span(" ".join(notes), class_="hint"),
    ]


def _ledger(pack: Pack) -> list[Component]:
    """What the area has of each figure that answers a main question."""
    rows = [ledger.row_words(entry, pack.area) for entry in pack.ledger.entries]
    head = _head(ledger.COLUMNS, LEDGER_WIDTHS)
    body = html.tbody(
        [html.tr([html.th(name, scope="row"), *[html.td(words) for words in rest]]) for name, *rest in rows]
    )
    return [
        html.h2(ledger.HEADING),
        html.p(f"{ledger.ledger_summary(pack.ledger)} {ledger.EXPLAINED}", class_="hint"),
        html.table([html.caption(f"{ledger.HEADING}: {pack.area.name}"), head, body], class_="ledger"),
    ]


def _standouts(pack: Pack) -> list[Component]:
    if not pack.compared:
        return []
    blocks = (
        ("Worse than England", needs_a_look(pack.lines), "No indicator is significantly worse than England."),
        ("Better than England", stands_out(pack.lines), "No indicator is significantly better than England."),
        ("Different from England", differs(pack.lines), ""),
    )
    parts: list[Component] = []
    for heading, found, nothing in blocks:
        listed = [sentences.line_sentence(line, pack.place) for line in found[: ui.MOST_LISTED]]
        if listed or nothing:
            parts += [html.h2(heading), _list(listed) if listed else html.p(nothing)]
    return parts


def _figures(pack: Pack) -> list[Component]:
    if not pack.main:
        return [html.p(f"No figures are loaded for {pack.place}.")]
    headings = ["Indicator", pack.area.name]
    if pack.compared:
        headings += ["England", _SPINE, "Compared with England"]
    headings += ["Recent trend", "Period"]
    themes: dict[str, list[Line]] = {}
    for line in pack.main:
        themes.setdefault(line.indicator.theme, []).append(line)
    head = _head(headings, COMPARED_WIDTHS if pack.compared else ALONE_WIDTHS)
    tables = [
        html.table([html.caption(theme), head, html.tbody([_row(pack, line) for line in lines])])
        for theme, lines in themes.items()
    ]
    title = f"{pack.area.name} compared with England" if pack.compared else f"Figures for {pack.place}"
    reading = (
        "In each chart the middle line is England. The grey bars show the range of 9 in 10 areas of this type, and of the middle "
        "half. The symbol is this area with its interval. Diamond: better. Square: worse. Circle: similar. Triangle: higher or "
        "lower. Empty circle: not compared."
    )
    return [html.h2(title), html.p(reading, class_="hint") if pack.compared else None, *tables]


def _row(pack: Pack, line: Line) -> Component:
    value, interval = sentences.value_cell(line)
    first: list[Component] = [sentences.line_name(line)]
    if line.illustrative:
        first += [" ", html.strong("(illustrative, not a real figure)")]
    unit = sentences.unit_beside(line.indicator)
    if unit:
        first += [html.br(), html.span(unit, class_="hint")]
    if line.at_odds is not None:
        odds = sentences.at_odds_words(line.at_odds, "England")
        first += [html.br(), html.span(f"Not compared: {odds}.", class_="hint")]
    figure: list[Component] = [html.span(value, class_="value"), f" ({interval})" if interval else ""]
    if line.grade:
        quality = f"Survey quality {sentences.grade_words(line.grade)}"
        figure += [html.br(), html.span(quality, class_="hint")]
    cells = [html.th(first, scope="row"), html.td(figure, class_="figure")]
    if pack.compared:
        colour = line.compared.removeprefix("much_").replace("_", "-")
        tag = (
            ""
            if line.illustrative
            else html.span(sentences.compare_words(line.compared), class_=f"tag {colour}")
        )
        cells += [
            html.td(sentences.england_cell(line)),
            html.td(_spine(line), class_="spine"),
            html.td(tag),
        ]  # fmt: skip
    cells.append(html.td("" if line.illustrative else sentences.trend_words(line.trend)))
    cells.append(html.td(sentences.period_cell(line)))
    return html.tr(cells)


def _spine(line: Line) -> Component:
    if line.spine is None:
        return "No chart"
    label = sentences.spine_words(line, "areas of this type")
    return image(spine.svg(line.spine, line.compared, label, spine.NARROW), label)


def _series(pack: Pack) -> list[Component]:
    drawn = [
        (line, own)
        for line in pack.main
        if not line.illustrative and len(own := pack.series_of(line, pack.area.area_code)) >= FEWEST_PERIODS
    ]
    if not drawn:
        return []
    shown = drawn[:MOST_SERIES]
    more = len(drawn) - len(shown)
    reading = (
        "Dots are the figures and vertical lines their 95% intervals."
        + (" The dashed line is England." if pack.compared else "")
        + " The scales do not start at zero."
    )
    rest = f" {sentences.counted(more, 'more series is', 'more series are')} in the workbook." if more else ""
    return [
        html.h2("Over time"),
        html.p(reading + rest, class_="hint"),
        html.div([_series_figure(pack, line, own) for line, own in shown], class_="series"),
    ]


def _evidence(pack: Pack) -> list[Component]:
    """The local programmes of the area first, then what is known to help with the main questions."""
    found = pack.evidence
    parts: list[Component] = [
        html.h2("What may help: evidence"),
        html.p(f"{evidence.SUITABLE} {evidence.AGE}", class_="hint"),
    ]
    if found.local:
        parts.append(html.h3("Local programmes"))
        parts.append(
            _list(_piece(local.programme, pack, evidence.place_words(local)) for local in found.local)
        )
    for headline, interventions in found.by_headline:
        if interventions:
            parts.append(html.h3(evidence.HEADLINES[headline]))
            parts.append(_list(_piece(piece, pack) for piece in interventions))
    return parts


def _piece(piece: Piece, pack: Pack, where: str = "") -> list[Component]:
    strength = evidence.strength_words(piece.strength)
    return [
        html.strong(f"{piece.title}."),
        f" {where}." if where else "",
        f" {evidence.card_words(piece)} {strength}. ",
        html.span(f"Source: {evidence.sources_words(piece, pack.evidence.papers)}.", class_="hint"),
    ]


def _series_figure(pack: Pack, line: Line, own: Sequence[packs.Row]) -> Component:
    indicator = line.indicator
    england = pack.series_of(line, ENGLAND) if pack.compared and indicator.comparable else []
    points, beside = [_point(row) for row in own], [_point(row) for row in england]
    low, high = bounds(points, beside)
    ends = (
        sentences.short_value_words(low, indicator),
        sentences.short_value_words(high, indicator),
    )  # fmt: skip
    name = sentences.line_name(line)
    label = (
        f"{name} in {pack.place}: {sentences.value_with_interval(dict(own[0]), indicator)} in "
        f"{points[0].label}, {sentences.value_with_interval(dict(own[-1]), indicator)} in {points[-1].label}."
    )
    if beside:
        label += (
            f" England: {sentences.value_words(beside[0].value, indicator)} in {beside[0].label}, "
            f"{sentences.value_words(beside[-1].value, indicator)} in {beside[-1].label}."
        )
    return html.figure(
        [html.figcaption(name), image(series_svg(points, beside, ends), label)]
    )  # fmt: skip


def _point(row: packs.Row) -> SeriesPoint:
    period = Period.parse(row["period"])
    return SeriesPoint(
        float(period.midpoint.toordinal()),
        period.label,
        row["value"],
        row["lower_ci_95"],
        row["upper_ci_95"],
    )
