"""The summary of an area: its key figures as cards, and every figure beside England as a row of the spine chart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any

from dashboard import sentences
from dashboard.address.root import at_root
from dashboard.address.view import search_of
from dashboard.answers.profile import Line, OneLand
from dashboard.answers.time_series import Line as TimeLine
from dashboard.components import html
from dashboard.components.cards import age_badge, number_card, status
from dashboard.components.downloads import take_away
from dashboard.components.glossary import term
from dashboard.components.html import escape
from dashboard.components.text import details, link, paragraph, section
from dashboard.figures import spine
from dashboard.figures.sparkline import ends_of, of_lines
from dashboard.sentences.status import ESTIMATED_WORDS
from dashboard.sentences.trend import NO_TREND
from indicators.merged_areas import is_estimated

Component = Any
Key = tuple[str, str, str, str]
Courses = Mapping[Key, Mapping[str, TimeLine]]
"""Lines over time by series and area (``queries.sparklines``)."""

Whose = Mapping[str, str]
"""By code of another area what it is to the one asked about: ``NHS Leeds CCG, the same area as Leeds``."""

SPINE = "spine"
_ENGLAND = "E92000001"
_CARD_SPARK = (240, 64)  # px; a card is as wide as its column
_ROW_SPARK = (116, 30)
_MOST_BETWEEN_ENDS = 24  # letters of two periods that leave room for the trend between them


def spine_file(area_code: str) -> str:
    """Name of the file of an area's spine chart, without its ending."""
    return f"work-and-health-{area_code}-spine"


def key_of(line: Line) -> Key:
    """The series that a line is of."""
    row = line.row
    return line.indicator.id, row["sex"], row["age"], row["breakdown"]


def _course(line: Line, courses: Courses, area_code: str) -> tuple[TimeLine | None, TimeLine | None]:
    """The line of the area over time, and England's beside it."""
    of_series = courses.get(key_of(line), {})
    own = of_series.get(area_code)
    return own, of_series.get(_ENGLAND) if area_code != _ENGLAND else None


# ---- cards ---------------------------------------------------------------------------------------------


def key_figures(
    area_code: str, lines: Sequence[Line], courses: Courses, whose: Whose = MappingProxyType({})
) -> Component:
    """A number card for each line; nothing without lines. One of another area in ``whose`` says what that is to this one."""
    if not lines:
        return None
    return html.section(
        [
            html.h2("Key figures", class_="wh-visually-hidden"),
            html.ul(
                [_card(_code_of(area_code, line, whose), line, courses, whose) for line in lines],
                class_="wh-card-row wh-key-figures",
            ),
        ],
        id="key-figures",
    )


def _code_of(area_code: str, line: Line, whose: Whose) -> str:
    """The area that a line is drawn for: the one asked about under whichever of its codes, or another one."""
    return line.row["area_code"] if line.row["area_code"] in whose else area_code


def _card(area_code: str, line: Line, courses: Courses, whose: Whose) -> Component:
    value, unit = sentences.card_value(line)
    _, interval = sentences.value_cell(line)
    own, england = _course(line, courses, area_code)
    width, height = _CARD_SPARK
    spark = of_lines(
        own,
        england,
        f"Over time: {sentences.course_words(line, own)}." if own and own.held else "",
        width=width,
        height=height,
        is_england=area_code == _ENGLAND,
        is_fluid=True,
    )
    return number_card(
        sentences.card_title(line),
        f"/indicators/{line.indicator.id}",
        value,
        unit=unit,
        interval=f"95% CI {interval}" if interval else "no interval published",
        compared=line.compared,
        compared_words=sentences.compared_with_england(line),
        spark=html.trusted(spark) if spark else html.p("too few years for a chart", class_="wh-too-few"),
        spark_ends=_spark_ends(line, own) if spark and own else None,
        # a figure that is not to be read without its note has it on the card too
        foot=html.joined(_badge(line), html.trusted(_owner(whose.get(area_code, "")) + below_name(line))),
        level=3,
    )


def _owner(words: str) -> str:
    return f'<span class="wh-who">{escape(words)}</span>' if words else ""


def _spark_ends(line: Line, own: TimeLine) -> tuple[str, str, str]:
    """The first period that is drawn, the trend where there is room for it, and the last period."""
    first, last = map(sentences.period_words, ends_of(own))
    trend = sentences.trend_words(line.trend)
    is_told = trend != NO_TREND and len(first) + len(last) <= _MOST_BETWEEN_ENDS
    return first, sentences.lower_first(trend) if is_told else "", last


def _badge(line: Line) -> Component:
    """The period; of an old figure how old it is."""
    period, note = sentences.age_badge_words(line)
    return age_badge(f"{period}, {note}" if note else period, bool(note))


# ---- the spine chart -----------------------------------------------------------------------------------


def spine_section(
    area_code: str,
    place: str,
    lines: Sequence[Line],
    courses: Courses,
    plurals: Mapping[str, str],
    sources: str,
    *,
    compared: bool,
    others: Sequence[OneLand] = (),
    whose: Whose = MappingProxyType({}),
) -> Component:
    """The figures of an area by theme: beside England as a spine chart, or alone; nothing without lines.

    others    figures of areas that are one land with it, below its own; ``whose`` says what each of them is to it
    plurals   names of the types of area in a sentence, by type: ``local authorities (lower tier)``
    sources   who published the figures, in a sentence
    compared  False for England and the United Kingdom
    """
    if not lines and not others:
        return None
    drawn = [*lines, *(line for other in others for line in other.lines)]
    is_drawn = compared and any(line.spine for line in drawn)
    heading = f"{place[:1].upper()}{place[1:]}"
    return section(
        f"{heading} compared with England" if compared else f"Figures for {place}",
        html.trusted(_key().replace("{place}", escape(heading))) if is_drawn else None,
        html.trusted(_table(area_code, heading, lines, courses, plurals, compared, others, whose)),
        _reading(area_code, sources, compared),
        html.trusted(_saving().replace("{area_code}", area_code)) if is_drawn else None,
        id="figures",
    )


@html.cached
def _saving() -> str:
    path = "/areas/{area_code}"
    return str(
        take_away(
            SPINE,
            spine_file("{area_code}"),
            csv=f"/csv{path}",
            embed=path,
            drawn=f"/picture{path}/{SPINE}.svg",
        )
    )


_KEY = ("better", "similar", "worse", "higher", "lower", "not_compared")


@cache
def _key() -> str:
    """What the marks of the chart are, in one line; ``{place}`` stands for the area."""
    symbols = [
        html.li([html.trusted(spine.key_svg(category)), _KEY_WORDS[category]]) for category in _KEY
    ]  # fmt: skip
    own = '<svg width="34" height="16" aria-hidden="true"><path d="M1 10L12 6 22 11 32 5" class="wh-key-own"/></svg>'
    dashed = '<svg width="34" height="16" aria-hidden="true"><path d="M1 8H33" class="wh-key-england"/></svg>'
    return str(
        html.ul(
            [
                html.li(
                    [
                        html.trusted(spine.key_svg("spread")),
                        "Box: middle half of areas of this type. Line: nine in ten",
                    ]
                ),
                *symbols,
                html.li([html.trusted(own), "{place}"]),
                html.li([html.trusted(dashed), "England"]),
            ],
            class_="wh-spine-legend",
        )
    )


_KEY_WORDS = {
    "better": "better",
    "similar": "similar",
    "worse": "worse",
    "higher": "higher, neither good nor bad",
    "lower": "lower, neither good nor bad",
    "not_compared": "not compared",
}


def _table(
    area_code: str,
    heading: str,
    lines: Sequence[Line],
    courses: Courses,
    plurals: Mapping[str, str],
    compared: bool,
    others: Sequence[OneLand],
    whose: Whose,
) -> str:
    themes: dict[str, list[Line]] = {}
    for line in lines:
        themes.setdefault(line.indicator.theme, []).append(line)
    groups = [(theme, area_code, of_theme) for theme, of_theme in themes.items()]
    groups += [(whose[other.area.area_code], other.area.area_code, list(other.lines)) for other in others]
    bodies = []
    for theme, code, of_theme in groups:
        rows = "".join([_row(code, line, courses, plurals, compared) for line in of_theme])
        count = sentences.theme_words(of_theme) if compared else sentences.counted(len(of_theme), "figure")
        bodies.append(
            f'<tbody><tr class="wh-theme"><th scope="rowgroup" colspan="{7 if compared else 4}"><b>{escape(theme)}</b>'
            f'<span class="wh-theme-count">{count}</span></th></tr>{rows}</tbody>'
        )
    caption = f"{heading}: newest figure of each indicator, with its 95% confidence interval"
    return (
        f'<div class="wh-profile-frame"><table class="wh-profile{"" if compared else " wh-profile-plain"}">'
        f'<caption class="wh-visually-hidden">{escape(caption)}</caption>'
        f"{_head(compared).replace('{place}', escape(heading))}{''.join(bodies)}</table></div>"
    )


@cache
def _head(compared: bool) -> str:
    """The headings of the columns; ``{place}`` stands for the area."""
    value = '<th scope="col" class="wh-number">{place}<span class="wh-ci">95% CI</span></th>'
    beside = (
        '<th scope="col" class="wh-number">England</th><th scope="col" class="wh-spine-head">'
        '<span class="wh-visually-hidden">Position between worse and better than England</span>'
        '<span aria-hidden="true">◄ Worse</span><b aria-hidden="true">England</b><span aria-hidden="true">Better ►</span></th>'
        '<th scope="col">Compared</th>'
    )
    return (
        f'<thead><tr><th scope="col">Indicator</th>{value}{beside if compared else ""}'
        '<th scope="col">Change</th><th scope="col">Period</th></tr></thead>'
    )


def _row(
    area_code: str, line: Line, courses: Courses, plurals: Mapping[str, str], compared: bool
) -> str:  # fmt: skip
    value, interval = sentences.value_cell(line)
    name = escape(sentences.line_name(line))
    beside = ""
    if compared:
        england = "–" if line.england is None else sentences.england_cell(line)
        none = "" if line.england is None else ' class="wh-number wh-has-england"'
        word = "illustrative" if line.illustrative else line.compared
        beside = (
            f"<td{none or ' class=wh-number'}>{england}</td>"
            f'<td class="wh-profile-spine">{_picture(line, plurals)}</td><td class="wh-profile-word">{_status(word)}</td>'
        )
    period, note = sentences.age_badge_words(line)
    age = (
        f'<span class="wh-age wh-age-old"><span>{period}<span class="wh-age-note">, {note}</span></span></span>'
        if note
        else f'<span class="wh-age">{period}</span>'
    )
    return (
        f'<tr><th scope="row"><a class="wh-link" href="{at_root(f"/indicators/{line.indicator.id}")}">{name}</a>'
        f'<span class="wh-who">{escape(sentences.who_words(line))}</span>{below_name(line)}</th>'
        f'<td class="wh-number"><b>{escape(value)}</b>{_interval(line, interval)}</td>{beside}'
        f'<td class="wh-profile-change">{_change(area_code, line, name, courses)}</td>'
        f'<td class="wh-profile-period">{age}</td></tr>'
    )


def _interval(line: Line, interval: str) -> str:
    if line.row["value"] is None:
        return ""
    return f'<span class="wh-ci">{interval or "no interval"}</span>'


def below_name(line: Line) -> str:
    """What is to be known about a figure before it is read, below its name."""
    notes = []
    if line.illustrative:
        notes.append("Illustrative, not a real figure")
    note = line.row["note"]
    if note and (
        line.row["release"].startswith("derived:")
        or any(route.method == "paired_movement" for route in line.indicator.routes)
        or line.indicator.not_compared
    ):
        # which periods a gap was taken from; how much of the area a sum covers; of how many nobody knows who moved;
        # how much is missing of a total that nothing is compared with
        notes.append(note)
    if is_estimated(note):
        notes.append(ESTIMATED_WORDS)
    if line.at_odds is not None:
        notes.append(f"Not compared: {sentences.at_odds_words(line.at_odds, 'England')}.")
    return "".join([f'<span class="wh-who">{escape(words)}</span>' for words in notes])


@cache
def _status(compared: str) -> str:
    return str(status(compared, sentences.compare_words(compared)))


def _picture(line: Line, plurals: Mapping[str, str]) -> str:
    if line.spine is None:
        return f'<span class="wh-missing">{sentences.why_no_spine(line)}</span>'
    areas = plurals[line.spread.area_type] if line.spread else ""
    return spine.svg(line.spine, line.compared, sentences.spine_words(line, areas))


def _change(area_code: str, line: Line, name: str, courses: Courses) -> str:
    """The line over time as a link to its chart, with the trend in words where there is one."""
    if line.illustrative:
        return ""
    own, england = _course(line, courses, area_code)
    width, height = _ROW_SPARK
    drawn = of_lines(own, england, width=width, height=height, is_england=area_code == _ENGLAND)
    if not drawn or own is None:
        return '<span class="wh-who">too few years</span>'
    said = escape(f"Trend of {sentences.line_name(line)}: {sentences.course_words(line, own)}")
    direction = line.trend["direction"] if line.trend else None
    word = (
        f'<span class="wh-who">{sentences.trend_words(line.trend)}</span>'
        if direction in ("increasing", "decreasing")
        else ""
    )
    return f'<a href="{at_root("/trends")}{escape(_query(area_code, line))}" aria-label="{said}">{drawn}</a>{word}'


def _query(area_code: str, line: Line) -> str:
    """The series of a line on the pages of one indicator."""
    row = line.row
    if row["sex"] == "persons" and row["breakdown"] == "all":
        return f"?indicator={line.indicator.id}&area_type={row['area_type']}&area={area_code}"
    return search_of(
        {
            "indicator": line.indicator.id,
            "area": area_code,
            "area_type": row["area_type"],
            "sex": row["sex"] if row["sex"] != "persons" else None,
            "breakdown": row["breakdown"] if row["breakdown"] != "all" else None,
        }
    )


def _reading(area_code: str, sources: str, compared: bool) -> Component:
    """How the chart is read, who published the figures, and where each comes from."""
    source = link("Source, date and licence of each figure", f"/areas/{area_code}/sources")
    said = html.p([f"{sources} " if sources else "", source], class_="wh-source")
    return html.joined(said, _how_to_read() if compared else None)


@html.cached
def _how_to_read() -> Component:
    terms = [term(name) for name in ("confidence-interval", "percentile", "recent-trend")]
    return details(
        "How to read this chart",
        paragraph(
            "England is the line in the middle. Further right is better; where neither way is good or bad, further right is "
            "higher. Each row has its own scale: its edge is the area furthest from England."
        ),
        paragraph(
            "An area is better or worse than England only where its whole interval lies on one side of England’s figure. "
            "“Not compared” means that there is no interval, or that the figure is a count. ",
            link("How to read comparisons", "/about#comparison"),
        ),
        html.p(
            [
                "Glossary terms: ",
                *[[", ", explained] if place else explained for place, explained in enumerate(terms)],
                ".",
            ]
        ),
    )
