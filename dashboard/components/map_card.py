"""The card of the areas that are chosen on the map: their figures, how they compare, and ways on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from dashboard import sentences
from dashboard.address.context import Context
from dashboard.answers.area_map import AreaMap, ChosenCourse
from dashboard.components import html
from dashboard.components.cards import age_badge, status
from dashboard.components.groups import groups_address
from dashboard.components.text import link
from dashboard.figures.sparkline import sparkline
from dashboard.sentences import area_map as words
from geodata.groups import is_group

Component = Any


def chosen_card(
    context: Context,
    shown: AreaMap,
    course_of: Callable[[str], ChosenCourse | None],
    like_of: Callable[[str], Sequence[str]],
    newest_of: Callable[[str], AreaMap | None],
) -> Component:
    """The chosen areas on one card beside the map; None where none is chosen.

    course_of  the figures of a chosen area over time
    like_of    codes of the areas most like it
    newest_of  the map of a chosen group's newest figure, where it has none of the period shown
    """
    codes = shown.view.area_codes
    if not codes:
        return None
    there = {row["area_code"] for row in (*shown.rows, *shown.beside)}
    if len(codes) > 1:
        return _card_of_several(context, shown, codes, there, newest_of)
    if codes[0] not in there:
        return _card_without_row(context, shown, codes[0])
    return _card_of_one(shown, codes[0], course_of(codes[0]), like_of(codes[0]), newest_of(codes[0]))


def _card(title: str, shown: AreaMap, *body: Component) -> Component:
    return html.section(
        [
            html.div(
                [
                    html.h2(title, class_="wh-map-card-title"),
                    link(
                        ["Clear", html.span(" the chosen areas", class_="wh-visually-hidden")],
                        f"/map{shown.view.search(area=None, zoom=None)}",
                        id="map-clear",
                    ),
                ],
                class_="wh-map-card-head",
            ),
            *body,
        ],
        class_="wh-map-card",
        aria_label="Chosen areas",
    )


def _card_of_one(
    shown: AreaMap, code: str, course: ChosenCourse | None, like: Sequence[str], newest: AreaMap | None
) -> Component:
    said, view = words.card_words(newest or shown, code), shown.view
    onward = [link(f"Profile of {said.name}", f"/areas/{code}")]
    if is_group(code):
        onward += [" · ", link("Change this group", groups_address([code]))]
    elif like:
        onward += [" · ", link("Add similar areas", f"/map{view.search(area=[code, *like])}")]
    return _card(
        said.name,
        shown,
        html.p(
            [
                html.strong(
                    [
                        _value(said, newest),
                        html.span(f" {said.unit}", class_="wh-card-unit") if said.unit else None,
                    ]
                ),
                html.span(said.interval, class_="wh-card-interval"),
                _age(newest) if newest else None,
            ],
            class_="wh-map-card-figure",
        ),
        html.p(status((newest or shown).words[code], said.compared)) if said.compared else None,
        _why_earlier(shown, newest, code) if newest else None,
        *[html.p(sentence, class_="wh-hint") for sentence in said.more],
        _spark(said.name, course),
        html.p(onward, class_="wh-map-card-links"),
    )


def _value(said: words.CardWords, newest: AreaMap | None) -> str:
    """A figure as it is written; with its period where that is another than the map's."""
    return f"{sentences.period_words(newest.view.period)}: {said.value}" if newest else said.value


def _age(newest: AreaMap) -> Component:
    note = sentences.age_note(newest.age, newest.view.period or "")
    return age_badge(note, is_old=True) if note else None


def _why_earlier(shown: AreaMap, newest: AreaMap, code: str) -> Component:
    period = newest.view.period
    return html.p(
        [
            f"{words.no_figure_words(shown, code)} ",
            link(
                f"See the map for {sentences.period_words(period)}", f"/map{shown.view.search(period=period)}"
            ),
        ],
        class_="wh-map-card-why",
    )


def _spark(name: str, course: ChosenCourse | None) -> Component:
    """The line of a chosen area with England's dashed beside it; words where there are too few figures for a line."""
    if course is None:
        return None
    first, last = (sentences.period_words(course.periods[place]) for place in (0, -1))
    drawn = sparkline(
        course.own, course.beside, f"{name} from {first} to {last}, England dashed", width=320, height=56
    )
    if not drawn:
        return html.p("Too few years for a trend line.", class_="wh-hint")
    return html.div(
        [
            html.trusted(drawn),
            html.p([html.span(first), html.span("England dashed"), html.span(last)], class_="wh-card-ends"),
        ],
        class_="wh-map-card-spark",
    )


def _card_without_row(context: Context, shown: AreaMap, code: str) -> Component:
    area = context.register.area(code)
    return _card(
        area.name,
        shown,
        html.p(_without_row(context, shown, code)),
        html.p(link(f"Profile of {area.name}", f"/areas/{code}"), class_="wh-map-card-links"),
    )


def _without_row(context: Context, shown: AreaMap, code: str) -> str:
    register = context.register
    area = register.area(code)
    is_of_type = is_group(code) or shown.view.area_type in register.types_of(code)
    name = register.area_types[area.area_type].name
    return words.without_row_words(shown, area, name, is_of_type=is_of_type)


def _card_of_several(
    context: Context,
    shown: AreaMap,
    codes: Sequence[str],
    there: set[str],
    newest_of: Callable[[str], AreaMap | None],
) -> Component:
    items = []
    for code in codes:
        if code not in there:
            items.append(html.li(_without_row(context, shown, code), class_="wh-hint"))
            continue
        newest = newest_of(code)
        said, word = words.card_words(newest or shown, code), (newest or shown).words[code]
        items.append(
            html.li(
                [
                    link(said.name, f"/areas/{code}"),
                    html.strong(_value(said, newest)),
                    status(word, sentences.compare_words(word)) if said.compared else None,
                    html.span(said.interval, class_="wh-card-interval"),
                ]
            )
        )
    listed = [code for code in codes if code in there]
    search = shown.view.search(area=listed, zoom=None, outline=None, since=None, shading=None)
    return _card(
        f"{len(codes)} areas chosen",
        shown,
        html.ul(items, class_="wh-map-card-list", tabindex="0", aria_label="Chosen areas and their figures"),
        html.p(
            [
                link(f"Compare the {len(listed)} chosen areas", f"/compare{search}"),
                " · ",
                link("Make a group of them", groups_address(listed, area_type=shown.view.area_type)),
            ],
            class_="wh-map-card-links",
        )
        if len(listed) > 1
        else None,
    )
