"""The figures of one area: the spine chart, which is the table, its key, and the table by sex, age and group.

Rows are written as text from one template: a page has some thirty, each of twenty elements.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from dashboard import sentences
from dashboard.address.view import search_of
from dashboard.answers.profile import Line, LinesToShow
from dashboard.components import html
from dashboard.components.charts import drawing
from dashboard.components.downloads import take_away
from dashboard.components.glossary import term
from dashboard.components.html import escape
from dashboard.components.tables import real_value, table
from dashboard.components.text import bullets, details, illustrative_banner, link, paragraph, section, tag
from dashboard.figures import spine
from geodata.register import Area

Component = Any

SPINE = "spine"
MOST_LISTED = 5
_BESIDE = ("England", "Worse – England – Better", "Compared with England")


def spine_file(area_code: str) -> str:
    """Name of the file of an area's spine chart, without its ending."""
    return f"work-and-health-{area_code}-spine"


def standouts(
    worse: Sequence[Line], better: Sequence[Line], different: Sequence[Line], place: str
) -> list[Component]:
    """What needs a look, stands out, or differs, the furthest from England first; nothing where no figure does."""
    if not (worse or better or different):
        return []
    parts: list[Component] = [
        html.div(
            [
                _standout(
                    "Worse than England", worse, "No indicator is significantly worse than England.", place
                ),
                _standout(
                    "Better than England", better, "No indicator is significantly better than England.", place
                ),
            ],
            class_="wh-halves",
        )
    ]
    if different:
        parts.append(
            section(
                "Different from England",
                bullets(sentences.line_sentence(line, place) for line in different[:MOST_LISTED]),
            )
        )
    parts.append(
        paragraph(
            "Listed here: figures whose 95% interval does not hold England’s figure, the furthest from England first. "
            "That says where to look, not why. ",
            link("How to read comparisons", "/about#comparison"),
            muted=True,
        )
    )
    return parts


def _standout(words: str, found: Sequence[Line], nothing: str, place: str) -> Component:
    more = len(found) - MOST_LISTED
    return html.section(
        [
            html.h2(words, class_="wh-h2"),
            bullets(sentences.line_sentence(line, place) for line in found[:MOST_LISTED])
            if found
            else html.p(nothing),
            html.p(f"And {sentences.counted(more, 'other')}: see the table.", class_="wh-hint")
            if more > 0
            else None,
        ],
        class_="wh-section",
    )


def spine_section(
    area_code: str,
    area_name: str,
    place: str,
    lines: LinesToShow,
    plurals: Mapping[str, str],
    *,
    compared: bool,
    has_groups: bool,
) -> Component:
    """The figures of an area: beside England, counts folded away, illustrative ones folded away.

    has_groups  whether the page of figures by sex, age and group has any
    plurals   names of the types of area in a sentence, by type: ``lower-tier local authorities``
    compared  False for England and the United Kingdom
    """
    every = (*lines.shown, *lines.counts, *lines.illustrative)
    is_drawn = compared and any(line.spine for line in every)
    parts: list[Component] = [_key()] if is_drawn else []

    def written(some: Sequence[Line], caption: str) -> Component:
        return _table(area_code, area_name, some, caption, plurals, compared)

    if lines.shown:
        parts.append(
            written(lines.shown, f"{area_name}: newest figure of each indicator, with its 95% interval")
        )
    if lines.counts:
        words = (
            f"{sentences.counted(len(lines.counts), 'count')}, not compared: a larger place has more of "
            "everything"
        )
        parts.append(
            details(words, written(lines.counts, f"{area_name}: counts"), open=not lines.shown)
        )  # fmt: skip
    if lines.illustrative:
        words = f"{sentences.counted(len(lines.illustrative), 'illustrative figure')}, not real"
        parts.append(
            details(
                words,
                illustrative_banner(),
                written(lines.illustrative, f"{area_name}: illustrative figures, not real"),
                open=not (lines.shown or lines.counts),
            )
        )
    if is_drawn:
        path = f"/areas/{area_code}"
        drawn = f"/picture{path}/{SPINE}.svg"
        parts.append(take_away(SPINE, spine_file(area_code), csv=f"/csv{path}", embed=path, drawn=drawn))
    if has_groups:
        parts.append(html.p(link("Figures by sex, age and group", figures_page(area_code))))
    title = f"{area_name} beside England" if compared else f"Figures for {place}"
    return section(title, *parts, id="figures")


@cache
def _key() -> Component:
    """How to read the pictures: the same on every page."""
    colours = {
        "better": "Better is green, higher is dark blue.",
        "worse": "Worse is red, lower is light blue.",
    }
    terms = [term(name) for name in ("confidence-interval", "percentile", "recent-trend", "survey-quality")]
    return details(
        "How to read the pictures",
        html.p(
            "Each picture has England in the middle. Further right is better; where neither way is good or bad, further right "
            "is higher. Each is drawn to its own scale: its edge is the area that lies furthest from England."
        ),
        html.p(
            [
                "Words used here: ",
                *[[", ", explained] if place else explained for place, explained in enumerate(terms)],
                ".",
            ]
        ),
        html.ul(
            [
                html.li(
                    [
                        drawing(spine.key_svg(part)),
                        html.span(f"{words}. {colours[part]}" if part in colours else words),
                    ]
                )
                for part, words in spine.KEY
            ],
            class_="wh-spine-legend",
        ),
    )


def _table(
    area_code: str,
    area_name: str,
    lines: Sequence[Line],
    caption: str,
    plurals: Mapping[str, str],
    compared: bool,
) -> Component:
    headings = [area_name, *(_BESIDE if compared else ()), "Recent trend", "Period"]
    labels = [f'<span class="wh-profile-label">{escape(words)}: </span>' for words in headings]
    themes: dict[str, list[str]] = {}
    for line in lines:
        row = _row(area_code, line, labels, plurals, compared)
        themes.setdefault(line.indicator.theme, []).append(row)
    bodies = [
        f'<tbody><tr><th scope="rowgroup" colspan="{len(headings) + 1}" class="wh-profile-theme">{escape(theme)}</th></tr>'
        f"{''.join(rows)}</tbody>"
        for theme, rows in themes.items()
    ]
    head = "".join([f'<th scope="col">{escape(words)}</th>' for words in ("Indicator", *headings)])
    plain = "" if compared else " wh-profile-plain"
    return html.trusted(
        f'<div class="wh-profile-frame"><table class="wh-profile{plain}">'
        f'<caption class="wh-visually-hidden">{escape(caption)}</caption><thead><tr>{head}</tr></thead>'
        f"{''.join(bodies)}</table></div>"
    )


def _row(
    area_code: str, line: Line, labels: Sequence[str], plurals: Mapping[str, str], compared: bool
) -> str:
    value, interval = sentences.value_cell(line)
    name = escape(sentences.line_name(line))
    grade = (
        f'<span class="wh-hint wh-close">Survey quality {sentences.grade_words(line.grade)}</span>'
        if line.grade
        else ""
    )
    between = f" ({interval})" if interval else ""
    cells = [
        f'<th scope="row"><a class="wh-link" href="/indicators/{line.indicator.id}">{name}</a>{_below_name(line)}</th>'
        f'<td class="wh-profile-figure">{labels[0]}<span class="wh-profile-value">{escape(value)}</span>'
        f'<span class="wh-profile-interval">{between}</span>{grade}</td>'
    ]
    if compared:
        cells.append(
            f"<td>{labels[1]}{sentences.england_cell(line)}</td>"
            f'<td class="wh-profile-spine">{labels[2]}{_picture(line, plurals)}</td>'
            f"<td>{labels[3]}{_tag('illustrative' if line.illustrative else line.compared)}</td>"
        )
    cells.append(f"<td>{labels[-2]}{'' if line.illustrative else _trend(area_code, line, name)}</td>")
    cells.append(f"<td>{labels[-1]}{sentences.period_cell(line)}</td>")
    return f"<tr>{''.join(cells)}</tr>"


def _below_name(line: Line) -> str:
    """The unit, that a figure is illustrative, and what is to know about it, below its name."""
    unit = sentences.unit_beside(line.indicator)
    parts = [f'<span class="wh-hint wh-close">{unit}</span>'] if unit else []
    if line.illustrative:
        parts.append(html.div(tag("Illustrative, not a real figure", "illustrative")))
    note = line.row["note"]
    if note and (
        line.row["release"].startswith("derived:")
        or any(route.method == "paired_movement" for route in line.indicator.routes)
        or line.indicator.not_compared
    ):
        # which periods a gap was taken from; how much of the area a sum covers; of how many nobody knows who moved;
        # how much is missing of a total that nothing is compared with
        parts.append(f'<span class="wh-hint wh-close">{escape(note)}</span>')
    if line.at_odds is not None:
        words = sentences.at_odds_words(line.at_odds, "England")
        parts.append(f'<span class="wh-hint wh-close">Not compared: {escape(words)}.</span>')
    return "".join(parts)


@cache
def _tag(compared: str) -> str:
    return str(tag(sentences.compare_words(compared), compared))


def _picture(line: Line, plurals: Mapping[str, str]) -> str:
    if line.spine is None:
        return f'<span class="wh-missing">{sentences.why_no_spine(line)}</span>'
    areas = plurals[line.spread.area_type] if line.spread else ""
    label = sentences.spine_words(line, areas)
    return f'<div class="wh-drawn">{spine.svg(line.spine, line.compared, label)}</div>'


def _trend(area_code: str, line: Line, name: str) -> str:
    row = line.row
    query = escape(
        search_of(
            {
                "indicator": line.indicator.id,
                "area": area_code,
                "area_type": row["area_type"],
                "sex": row["sex"] if row["sex"] != "persons" else None,
                "breakdown": row["breakdown"] if row["breakdown"] != "all" else None,
            }
        )
        if row["sex"] != "persons" or row["breakdown"] != "all"
        else f"?indicator={line.indicator.id}&area_type={row['area_type']}&area={area_code}"
    )
    return (
        f'<details><summary class="wh-details-summary">{sentences.trend_words(line.trend)}</summary>'
        f'<div class="wh-profile-more"><p>{escape(sentences.trend_sentence(line.trend))}</p>'
        f'<p><a class="wh-link" href="/trends{query}">Trend of {name}</a> · '
        f'<a class="wh-link" href="/compare{query}">Compare {name} across areas</a></p></div></details>'
    )


def figures_page(area_code: str) -> str:
    """The address of an area's figures by sex, age and group."""
    return f"/areas/{area_code}/figures"


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
        "95% interval",
        {"label": "England", "kind": "number"},
        "Compared with England",
        "Period",
    ]
    caption = f"{area.name}: newest figures by sex, age and group"
    banner = illustrative_banner() if any(line.illustrative for line in others) else None
    every = html.a(
        "Download every figure of this area (CSV)",
        class_="wh-button wh-button-secondary",
        href=f"/csv/areas/{area.area_code}",
        download=True,
    )
    return html.joined(banner, table(caption, columns, rows, id="by-group"), every)
