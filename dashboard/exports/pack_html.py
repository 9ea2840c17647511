"""The pack of an area as one HTML document for the PDF: headings, tables with headers, pictures with alternatives."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from urllib.parse import quote

from dashboard import sentences
from dashboard.address.keys import SERVICE
from dashboard.exports import pack as packs
from dashboard.exports.drawings import SeriesPoint, bounds, series_svg
from dashboard.exports.pack import Pack
from dashboard.figures import profile, spine
from dashboard.figures.profile import Line
from dashboard.figures.quality import grade_words
from dashboard.pages.areas import ENGLAND
from indicators.periods import Period

FEWEST_PERIODS = 3  # a series shorter than that is said better by the table
MOST_SERIES = 12
_SPINE = "Worse – England – Better"

_STYLE = """
@page { size: A4; margin: 16mm 15mm 18mm; @bottom-left { content: string(name); font: 8pt "Liberation Sans", Arial, sans-serif; color: #505a5f }
  @bottom-right { content: "Page " counter(page) " of " counter(pages); font: 8pt "Liberation Sans", Arial, sans-serif; color: #505a5f } }
body { font: 9.5pt/1.4 "Liberation Sans", Arial, Helvetica, "DejaVu Sans", sans-serif; color: #0b0c0c }
h1 { font-size: 24pt; line-height: 1.1; margin: 0 0 3mm; string-set: name content() }
h2 { font-size: 14pt; margin: 7mm 0 2mm; break-after: avoid }
h3 { font-size: 11pt; margin: 4mm 0 1.5mm; break-after: avoid }
p { margin: 0 0 2mm } .caption { color: #505a5f; font-size: 11pt; margin: 0 } .lead { font-size: 12pt }
.hint { color: #505a5f; font-size: 8.5pt } .take-care { border: 1.5pt solid #0b0c0c; padding: 2mm 3mm; margin: 3mm 0 }
ul { margin: 0 0 2mm; padding-left: 5mm } li { margin-bottom: 1mm }
table { border-collapse: collapse; width: 100%; table-layout: fixed; font-size: 8.5pt; line-height: 1.3 }
caption { text-align: left; font-weight: bold; font-size: 11pt; padding: 3mm 0 1mm; break-after: avoid }
th, td { text-align: left; vertical-align: top; padding: 1.2mm 2mm 1.2mm 0; border-bottom: 0.5pt solid #b1b4b6 }
thead th { border-bottom: 1pt solid #0b0c0c; vertical-align: bottom } tbody th { font-weight: normal } thead th { width: 13% } thead th:first-child { width: 24% } thead th:nth-child(2) { width: 19% } tr { break-inside: avoid }
thead th.england { width: 9% } thead th.spine { width: 20% } td.spine img { width: 33mm } .value { font-weight: bold }
.tag { font-weight: bold; padding: 0.3mm 1.2mm; border: 0.5pt solid #0b0c0c; white-space: nowrap }
.better { background: #00703c; color: #fff } .worse { background: #d4351c; color: #fff } .similar { background: #ffdd00 }
.lower { background: #5694ca } .higher { background: #003078; color: #fff }
.series { display: block } figure { display: inline-block; width: 84mm; margin: 0 2mm 3mm 0; break-inside: avoid } figure img { width: 84mm }
figcaption { font-weight: bold; font-size: 9pt }
"""


def pack_html(pack: Pack) -> str:
    """The whole document; every text in it is escaped and every picture stands in it as data."""
    name = pack.area.name
    lead = profile.summary(pack.lines, pack.place)
    parts = [
        f'<p class="caption">{escape(pack.caption)}</p><h1>{escape(name)}: work and health</h1>',
        *(f'<p class="lead">{escape(words)}</p>' for words in lead),
        _paragraph(profile.counts_words(pack.lines), "hint"),
        f'<div class="take-care"><p>{escape(packs.ILLUSTRATIVE)}</p></div>' if pack.illustrative else "",
        _standouts(pack),
        _figures(pack),
        _series(pack),
        f"<h2>How to read the figures</h2>{_bullets(packs.HOW_TO_READ)}",
        "<h2>Sources and licence</h2>",
        _bullets(f"{'; '.join(one.titles)}: {one.words}" for one in pack.sources),
        _paragraph(packs.LICENCE),
        _paragraph(
            f"Made on {sentences.date_words(pack.made_on)} by {SERVICE}. The newest figures, every group of people and "
            f"the methods are at {pack.address}.",
            "hint",
        ),
    ]
    described = escape(" ".join(lead) or f"Work and health figures of {name}", quote=True)
    return (
        f'<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8"><title>{escape(name)}: work and health</title>'
        f'<meta name="author" content="{SERVICE}"><meta name="description" content="{described}">'
        f"<style>{_STYLE}</style></head><body><main>{''.join(parts)}</main></body></html>"
    )


def _paragraph(words: str, name: str = "") -> str:
    return f'<p class="{name}">{escape(words)}</p>' if words else ""


def _bullets(items: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(words)}</li>' for words in items)}</ul>"


def _standouts(pack: Pack) -> str:
    if not pack.compared:
        return ""
    blocks = (
        (
            "Needs a look",
            profile.needs_a_look(pack.lines),
            "No figure is worse than England’s beyond chance.",
        ),
        ("Stands out", profile.stands_out(pack.lines), "No figure is better than England’s beyond chance."),
        ("Different, neither good nor bad", profile.differs(pack.lines), ""),
    )
    parts = []
    for heading, found, nothing in blocks:
        sentences = [profile.sentence(line, pack.place) for line in found[: profile.MOST_LISTED]]
        if sentences or nothing:
            parts.append(f"<h2>{heading}</h2>{_bullets(sentences) if sentences else _paragraph(nothing)}")
    return "".join(parts)


def _figures(pack: Pack) -> str:
    if not pack.main:
        return _paragraph(f"No figures are loaded for {pack.place}.")
    headings = ["Indicator", pack.area.name]
    if pack.compared:
        headings += ["England", _SPINE, "Compared with England"]
    headings += ["Recent trend", "Period"]
    themes: dict[str, list[Line]] = {}
    for line in pack.main:
        themes.setdefault(line.indicator.theme, []).append(line)
    narrow = {"England": ' class="england"', _SPINE: ' class="spine"'}
    head = "".join(f'<th scope="col"{narrow.get(words, "")}>{escape(words)}</th>' for words in headings)
    tables = [
        f"<table><caption>{escape(theme)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{''.join(_row(pack, line) for line in lines)}</tbody></table>"
        for theme, lines in themes.items()
    ]
    title = f"{pack.area.name} beside England" if pack.compared else f"Figures for {pack.place}"
    reading = (
        "In each picture the middle is England, the grey bars are where 9 in 10 and the middle half of areas of this type "
        "lie, and the mark is this area with its interval: a diamond is better or higher, a square worse or lower, a "
        "circle similar, an empty circle not compared."
        if pack.compared
        else ""
    )
    return f"<h2>{escape(title)}</h2>{_paragraph(reading, 'hint')}{''.join(tables)}"


def _row(pack: Pack, line: Line) -> str:
    value, interval = profile.value_cell(line)
    name = escape(line.name) + (
        " <strong>(illustrative, not a real figure)</strong>" if line.illustrative else ""
    )
    unit = (
        f'<br><span class="hint">{escape(sentences.unit_words(line.indicator))}</span>'
        if line.indicator.unit in ("years", "percentage_points", "per_100000")
        else ""
    )  # fmt: skip
    figure = f'<span class="value">{escape(value)}</span>'
    if interval:
        figure += f" ({escape(interval)})"
    if line.grade:
        figure += f'<br><span class="hint">Survey quality {escape(grade_words(line.grade))}</span>'
    cells = [f'<th scope="row">{name}{unit}</th>', f'<td class="figure">{figure}</td>']
    if pack.compared:
        england = (
            sentences.short_value_words(line.england, line.indicator)
            if line.england is not None
            else "No figure"
        )
        cells.append(f"<td>{escape(england)}</td>")
        cells.append(f'<td class="spine">{_spine(line)}</td>')
        words = sentences.compare_words(line.compared)
        colour = line.compared.removeprefix("much_").replace("_", "-")
        cells.append(f'<td><span class="tag {colour}">{escape(words)}</span></td>')
    cells.append(f"<td>{escape(sentences.trend_words(line.row['trend']))}</td>")
    cells.append(f"<td>{escape(sentences.period_words(line.row['period']))}</td>")
    return f"<tr>{''.join(cells)}</tr>"


def _spine(line: Line) -> str:
    if line.spine is None:
        return "No picture"
    label = profile.spine_words(line, "areas of this type")
    return _image(spine.svg(line.spine, line.compared, label), label)


def _image(svg: str, label: str) -> str:
    return f'<img src="data:image/svg+xml;charset=utf-8,{quote(svg)}" alt="{escape(label, quote=True)}">'


def _series(pack: Pack) -> str:
    drawn = [
        (line, own)
        for line in pack.main
        if len(own := pack.series_of(line, pack.area.area_code)) >= FEWEST_PERIODS
    ]
    if not drawn:
        return ""
    shown = drawn[:MOST_SERIES]
    more = len(drawn) - len(shown)
    figures = "".join(_series_figure(pack, line, own) for line, own in shown)
    reading = (
        "Dots are the figures, upright lines their 95% intervals"
        + (", the dashed line is England" if pack.compared else "")
        + ". The scales do not start at zero."
    )
    rest = f" {sentences.counted(more, 'more series is', 'more series are')} in the workbook." if more else ""
    return f'<h2>Over time</h2>{_paragraph(reading + rest, "hint")}<div class="series">{figures}</div>'


def _series_figure(pack: Pack, line: Line, own: Sequence[packs.Row]) -> str:
    england = pack.series_of(line, ENGLAND) if pack.compared and line.indicator.comparable else []
    points, beside = [_point(row) for row in own], [_point(row) for row in england]
    low, high = bounds(points, beside)
    ends = (
        sentences.short_value_words(low, line.indicator),
        sentences.short_value_words(high, line.indicator),
    )
    made_up = " (illustrative, not real)" if line.illustrative else ""
    label = (
        f"{line.name} in {pack.place}{made_up}: {sentences.value_with_interval(dict(own[0]), line.indicator)} in "
        f"{points[0].label}, {sentences.value_with_interval(dict(own[-1]), line.indicator)} in {points[-1].label}."
    )
    if beside:
        label += (
            f" England: {sentences.value_words(beside[0].value, line.indicator)} in {beside[0].label}, "
            f"{sentences.value_words(beside[-1].value, line.indicator)} in {beside[-1].label}."
        )
    return (
        f"<figure><figcaption>{escape(line.name + made_up)}</figcaption>"
        f"{_image(series_svg(points, beside, ends), label)}</figure>"
    )


def _point(row: packs.Row) -> SeriesPoint:
    period = Period.parse(row["period"])
    return SeriesPoint(
        float(period.midpoint.toordinal()),
        period.label,
        row["value"],
        row["lower_ci_95"],
        row["upper_ci_95"],
    )
