"""Work by health condition: the rows of rates and gaps, what helps, and the tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from dashboard import sentences
from dashboard.address.root import at_root
from dashboard.answers.conditions import ConditionFigure, Conditions, Ends, GroupFigures
from dashboard.components import html, tables
from dashboard.components.cards import age_badge, status
from dashboard.components.downloads import take_away
from dashboard.components.tables import real_value
from dashboard.components.text import illustrative_banner, illustrative_warning, link, paragraph
from dashboard.figures import colours
from dashboard.figures.conditions import ENGLANDS, Dumbbell, axis_ticks, dumbbell, scale_end
from dashboard.figures.sheets import GapRow
from dashboard.sentences import evidence as evidence_words
from dashboard.sentences import in_words
from geodata.register import Area
from indicators.evidence import Intervention, Paper

Component = Any
WORK = "work-by-condition"
"""Name of the picture in addresses, and of its frame."""


def illustrative_notice(shown: Sequence[ConditionFigure]) -> Component:
    """One warning for the page, which names what is illustrative; each such row says so too."""
    names = dict.fromkeys(
        figure.line.indicator.short_title for figure in shown if figure.line.illustrative
    )  # fmt: skip
    if not names:
        return None
    if all(figure.line.illustrative for figure in shown):
        return illustrative_banner()
    return illustrative_warning(list(names))


# ---- the dumbbell --------------------------------------------------------------------------------------


def dumbbells(found: Conditions, place: str) -> Component:
    """Every group of people in a row of its own: who they are, its rate and gap as a picture, and both in words.

    A group without a figure keeps its row, with the reason and what comes nearest.
    """
    end = gap_scale(found)
    drawn = [group.rate.area for group in found.groups if group.drawn and group.rate]
    local = [area for area in drawn if area.area_type != "england"]
    own = found.area if found.area in local else next(iter(local), None)
    return html.div(
        [
            _key(in_words(own) if own else "", own == found.area),
            _axis(end),
            *[_group_row(found, group, place, end) for group in found.groups],
        ],
        id=f"{WORK}-frame",
        class_="wh-gap",
    )


def gap_scale(found: Conditions) -> float:
    """Where the scale of the rows ends, in per cent."""
    return scale_end(value for group in found.groups for value in _rates(group))


def gap_row(group: GroupFigures, area: Area) -> GapRow:
    """A group as a row of the picture that is downloaded."""
    if group.drawn is None or group.rate is None:
        return GapRow(
            sentences.group_name(group),
            "",
            (),
            f"{sentences.empty_words(group)}. {sentences.empty_reason(group)}",
        )
    told = [
        sentences.rate_status(group.rate),
        sentences.gap_status(group.gap, group.rate) if group.gap else ("", ""),
    ]
    value = sentences.value_words(group.rate.row["value"], group.rate.line.indicator)
    said = [value + sentences.rate_rest(group.rate, area), *(f"{words}." for _, words in told if words)]
    return GapRow(
        sentences.group_name(group), sentences.figure_age(group.rate), gap_lines(group, area), " ".join(said)
    )


def _rates(group: GroupFigures) -> Iterable[float | None]:
    for ends in (group.drawn, group.england):
        if ends is not None:
            yield from (ends.group, ends.everyone)


@cache
def _key(name: str, is_own: bool) -> Component:
    """What the marks mean; ``name`` is the area beside England, empty where England stands alone."""
    colour = colours.OWN if is_own else colours.INK
    # on a phone the heading of the page names the area
    gap = html.joined("Gap", html.span(f", {name}", class_="wh-wide-only"))
    own: list[tuple[str, int, Component]] = [
        (f'<circle cx="9" cy="9" r="8" fill="{colour}"/>', 18, "The group"),
        (
            f'<circle cx="9" cy="9" r="7" fill="{colours.PAPER}" stroke="{colour}" stroke-width="3"/>',
            18,
            "Everyone aged 16 to 64, same year",
        ),
        (f'<path d="M2 9H38" stroke="{colour}" stroke-width="3"/>', 40, gap),
    ]
    england: list[tuple[str, int, Component]] = [
        (
            f'<path d="M6 9H34" stroke="{colours.MUTED}" stroke-width="1.6"/><circle cx="6" cy="9" r="5.5" '
            f'fill="{colours.MUTED}"/><circle cx="34" cy="9" r="4.7" fill="{colours.PAPER}" stroke="{colours.MUTED}" '
            'stroke-width="2"/>',
            40,
            "England" if name else "The group, the gap, and everyone aged 16 to 64 in England",
        ),
        (f'<path d="M3 9H27M3 4v10M27 4v10" stroke="{colours.MUTED}" stroke-width="1.4"/>', 30, "95% CI"),
    ]
    return html.ul(
        [
            html.li(
                [
                    html.trusted(f'<svg aria-hidden="true" width="{width}" height="18">{drawn}</svg>'),
                    words,
                ]
            )
            for drawn, width, words in [*(own if name else []), *england]
        ],
        class_="wh-gap-key",
    )


def _axis(end: float) -> Component:
    ticks = "".join(
        f'<span style="left:{place}">{words}</span>' for place, words in axis_ticks(end)
    )  # fmt: skip
    return html.trusted(
        f'<div class="wh-gap-row wh-gap-axis" aria-hidden="true"><div></div><div class="wh-gap-drawn"><b>In paid work</b>'
        f"{ticks}</div><div></div></div>"
    )


def _group_row(found: Conditions, group: GroupFigures, place: str, end: float) -> Component:
    who = [
        html.h3(sentences.group_name(group), class_="wh-gap-name"),
        html.p(sentences.group_people(group), class_="wh-gap-people"),
    ]
    if group.drawn is None or group.rate is None:
        drawn = html.div(
            [html.span(class_="wh-hatch"), html.span(sentences.empty_words(group))], class_="wh-gap-none"
        )
        said: list[Component] = [html.p([sentences.empty_reason(group), " ", *_nearest(found, group)])]
        gap = sentences.gap_status(group.gap, group.rate) if group.gap else ("", "")
        said += [html.p(gap[1])] if gap[1] else []
    else:
        where = sentences.in_words(group.rate.area)
        who.append(html.p(age_badge(sentences.figure_age(group.rate), group.rate.line.age.is_old)))
        svg = dumbbell(gap_lines(group, found.area), end, sentences.picture_words(group, where))
        drawn = html.div(html.trusted(svg), class_="wh-gap-drawn")
        said = _said(found, group, group.rate, place)
    id = f"group-{group.condition.replace('_', '-')}" if group.condition else None
    return html.div(
        [html.div(who, class_="wh-gap-who"), drawn, html.div(said, class_="wh-gap-said")],
        class_="wh-gap-row",
        id=id,
    )


def gap_lines(group: GroupFigures, area: Area) -> list[Dumbbell]:
    """The area's own line and England's below it; England's alone where it stands in, or is the area."""
    assert group.drawn is not None and group.rate is not None
    rate, row = group.rate.line.indicator, group.rate.row
    gap = group.gap.line.indicator if group.gap else rate

    def line(ends: Ends, name: str, lower: float | None, upper: float | None, colour: str) -> Dumbbell:
        texts = (
            sentences.short_value_words(ends.group, rate),
            _everyone_words(ends.everyone, gap.decimal_places),
            sentences.short_value_words(ends.gap, gap),
        )
        return Dumbbell(name, ends.group, ends.everyone, lower, upper, texts, colour)

    is_country = group.rate.area.area_type == "england"
    # purple is the reader's own area and nothing else
    colour = colours.OWN if group.rate.area == area else colours.INK
    lines = [
        line(
            group.drawn,
            in_words(group.rate.area),
            row["lower_ci_95"],
            row["upper_ci_95"],
            ENGLANDS if is_country else colour,
        )
    ]
    return lines + ([line(group.england, "England", None, None, ENGLANDS)] if group.england else [])


def _everyone_words(rate: float | None, decimal_places: int) -> str:
    """Everyone's rate as exact as the gap that it is worked out with; empty where there is none."""
    if rate is None:
        return ""
    is_whole = decimal_places == 0 and abs(rate - round(rate)) < 0.05
    return f"{sentences.number(rate, 0 if is_whole else 1)}%"


def _said(found: Conditions, group: GroupFigures, rate: ConditionFigure, place: str) -> list[Component]:
    """Beside the picture: the rate, how it and the gap compare, and what is to know about them."""
    value = sentences.value_words(rate.row["value"], rate.line.indicator)
    parts: list[Component] = [html.p([html.strong(value), sentences.rate_rest(rate, found.area)])]
    if rate.area.area_type == "england" and found.area.area_type != "england":
        parts.append(
            html.p(
                [
                    html.strong(sentences.national_only(group, place)),
                    " ",
                    link("What is missing", f"/indicators/{rate.line.indicator.id}"),
                ]
            )
        )
    told = [
        sentences.rate_status(rate),
        sentences.gap_status(group.gap, group.rate) if group.gap else ("", ""),
    ]
    parts += [html.p(status(compared, words) if compared else words) for compared, words in told if words]
    notes = [sentences.as_wide_words(group), sentences.sexes_words(group)]
    parts += [html.p(words, class_="wh-gap-note") for words in notes if words]
    return parts


def _nearest(found: Conditions, group: GroupFigures) -> list[Component]:
    """Links to what comes nearest to a group without a figure, and to what is known of its indicator."""
    indicator = group.rate_of.indicator
    if indicator is not None:
        return [link("What is missing and where it is published", f"/indicators/{indicator.id}")]
    if group.condition is None:
        return []
    wider = sentences.WIDER.get(group.condition)
    near = next((other for other in found.groups if other.condition == wider and other.drawn), None)
    links: list[Component] = ["Nearest: "]
    if near is not None and wider is not None:
        name = sentences.lower_first(sentences.GROUP_NAMES[wider])
        links += [link(name, f"#group-{wider.replace('_', '-')}"), " and "]
    return [*links, link("evidence of what helps", f"/evidence?condition={group.condition}"), "."]


_AREA = "{area_code}"  # stands for the code of the page's area in markup that is the same for every area


def picture_files(name: str, area: Area) -> Component:
    """What stands under one of the page's pictures to download it, or the figures behind it."""
    return html.trusted(_picture_files(name).replace(_AREA, area.area_code))


@html.cached
def _picture_files(name: str) -> str:
    address = f"/conditions?area={_AREA}"
    drawn = f"/picture/conditions/{name}.svg?area={_AREA}"
    return str(take_away(name, f"{name}-{_AREA}", csv=f"/csv{address}", embed=address, drawn=drawn))


# ---- what helps ----------------------------------------------------------------------------------------


def help_cards(found: Conditions, pieces: Sequence[Intervention], papers: Mapping[str, Paper]) -> Component:
    """Interventions with their grade, whom they help, what was found and where it says so, and the figure here."""
    return html.div(
        [
            html.section(
                [_about(piece, papers), html.div(_here(found, piece), class_="wh-help-here")],
                class_="wh-help",
            )
            for piece in pieces
        ]
    )


_ABOUT: dict[tuple[str, str], Component] = {}  # by root and id of a piece: the same for every area


def _about(piece: Intervention, papers: Mapping[str, Paper]) -> Component:
    key = at_root("/"), piece.id
    if key not in _ABOUT:
        letter, meaning = evidence_words.grade(piece.strength)
        _ABOUT[key] = html.joined(
            html.p(
                [
                    html.span(f"Grade {letter}", class_="wh-visually-hidden"),
                    html.span(letter, aria_hidden="true"),
                ],
                class_="wh-grade",
            ),
            html.div(
                [
                    html.h3(link(piece.title, f"/evidence#{piece.id}"), class_="wh-h3"),
                    html.p(f"For {sentences.lower_first(piece.people)}. {evidence_words.card_words(piece)}"),
                    html.p(
                        f"Grade {letter}: {sentences.lower_first(meaning)}. Source: "
                        f"{evidence_words.sources_words(piece, papers)}.",
                        class_="wh-hint",
                    ),
                ]
            ),
        )
    return _ABOUT[key]


def _here(found: Conditions, piece: Intervention) -> list[Component]:
    by_id = {figure.line.indicator.id: figure for figure in found.figures}
    told = [by_id[name] for name in piece.indicators if name in by_id]
    is_country = found.area.area_type == "england"
    figure = next(
        (
            figure
            for figure in told
            if figure.row["value"] is not None
            and not figure.line.illustrative
            and (is_country or figure.area.area_type != "england")
        ),
        None,
    )
    heading = html.p(html.strong("Here"))
    if figure is None:
        return [heading, html.p("No local figure is published.")]
    indicator = figure.line.indicator
    return [
        heading,
        html.p(sentences.line_sentence(figure.line, sentences.in_words(figure.area))),
        html.p(
            link(
                f"{indicator.short_title}: map",
                f"/map?indicator={indicator.id}&area_type={figure.area.area_type}",
            )
        ),
    ]


# ---- tables --------------------------------------------------------------------------------------------


def people_table(
    area: Area, shown: Sequence[ConditionFigure], caption: str, id: str, *, table: str, compared: bool
) -> Component:
    """Figures by group of people; ``compared`` adds England's beside them."""
    rows = [
        [
            {
                "t": sentences.marked(sentences.people_words(figure), figure.line),
                "h": f"/indicators/{figure.line.indicator.id}",
            },
            figure.area.name,
            {"t": sentences.figure_words(figure), "s": real_value(figure.row)},
            sentences.interval_of(figure),
            *(_beside_england(figure) if compared else ()),
            sentences.period_cell(figure.line),
        ]
        for figure in shown
    ]
    return _table(caption, "People", rows, id, table_csv(table, area), compared)


def served_table(
    area: Area, shown: Sequence[ConditionFigure], heading: str, caption: str, table: str
) -> Component:
    """Figures of the areas that serve a place, beside England's where one of them is not England's."""
    compared = any(figure.area.area_type != "england" for figure in shown)
    rows = [
        [
            {
                "t": sentences.marked(figure.people, figure.line),
                "h": f"/indicators/{figure.line.indicator.id}",
            },
            sentences.source_area_words(figure),
            {
                "t": sentences.value_words(
                    figure.row["value"], figure.line.indicator, figure.row["status"]
                ),
                "s": real_value(figure.row),
            },
            sentences.interval_of(figure),
            *(_beside_england(figure) if compared else ()),
            sentences.period_cell(figure.line),
        ]
        for figure in shown
    ]  # fmt: skip
    return _table(caption, heading, rows, f"{table}-table", table_csv(table, area), compared)


def table_csv(table: str, area: Area) -> str:
    """Address of the figures of one table of the conditions page of an area."""
    return f"/csv/conditions/{table}.csv?area={area.area_code}"


def _table(
    caption: str, heading: str, rows: Sequence[Sequence[Any]], id: str, csv: str, compared: bool
) -> Component:
    beside: list[Any] = [{"label": "England", "kind": "number"}, "Compared with England"] if compared else []
    columns = [
        heading,
        "Figure for",
        {"label": "Figure", "kind": "number"},
        "95% CI",
        *beside,
        "Period",
    ]
    return tables.table(caption, columns, rows, id=id, sort=False, csv=csv)


def _beside_england(figure: ConditionFigure) -> list[Any]:
    """Two cells: England's figure, and how this one compares with it."""
    if figure.area.area_type == "england":
        return [{"t": sentences.figure_words(figure), "s": figure.row["value"]}, "England itself"]
    england: Mapping[str, Any] = {"t": sentences.england_cell(figure.line), "s": figure.line.england}
    return [england, sentences.judged_words(figure.line)]


def stand_ins(shown: Sequence[ConditionFigure], area: Area) -> Component:
    """Words on the figures that are those of an area around; that England's stand in is said in their rows."""
    others = [figure.area for figure in shown if figure.area.area_code != area.area_code]
    local = [found for found in others if found.area_type not in ("england", "uk")]
    names = sorted({found.name for found in local})
    if not names:
        return None
    are_counties = all(found.area_type in ("utla", "ltla") for found in local)
    in_place = sentences.counties_words if are_counties else sentences.around_words
    return paragraph(in_place(names, sentences.in_words(area)))
