"""Parts about an area itself: what lies around it, what became of it, and figures of other areas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from dashboard import sentences
from dashboard.address.view import Problem, unknown_area
from dashboard.answers.areas import CodeOfLand, Description, Fate, Member, Members, Surroundings
from dashboard.answers.profile import Elsewhere
from dashboard.components import html
from dashboard.components.text import bullets, details, facts, inset, link, paragraph, section
from geodata.register import Area, AreaType
from indicators.catalogue import Indicator

Component = Any
Types = Mapping[str, AreaType]

MOST_IN_A_ROW = 8
_WHOLE_COUNTRY = ("england", "uk")


def area_link(area: Area) -> Component:
    """The name of an area with a link to its page."""
    return link(area.name, f"/areas/{area.area_code}")


def unknown_area_problem(given: str, like: Sequence[Description], types: Types) -> Problem:
    """The 404 for an area that is not known, with links to areas whose name is like what was given."""
    links = tuple(
        (
            f"{found.area.name}: {sentences.area_words(found, types[found.area.area_type])}",
            f"/areas/{found.area.area_code}",
        )
        for found in like
    )
    return replace(
        unknown_area(given), links=(*links, ("Find an area by name", "/areas"), ("Go to the map", "/map"))
    )


def what_became(
    area: Area,
    fate: Fate | None,
    codes: Sequence[CodeOfLand],
    former: Sequence[Area],
    types: Types,
    *,
    has_figures: bool,
) -> list[Component]:
    """What is to be known before the figures are read: that it ended, has had two codes, or stood for another area."""
    if fate:
        return [fate_inset(area, fate, has_figures)]
    if codes:
        return [paragraph(sentences.land_words(area.name, codes), muted=True)]
    return [former_form(form, types[form.area_type]) for form in former]


def no_figures_inset(area_code: str, place: str, is_anything_loaded: bool) -> Component:
    """Why the page of an area has no figures, and where there are some."""
    if not is_anything_loaded:
        return inset(
            html.p("No figures are loaded yet, for any area."),
            html.p(["See ", link("which releases are loaded", "/data#releases"), "."]),
        )
    return inset(
        html.p(f"No figures are loaded for {place}."),
        html.p(link("Figures for the areas around it", f"/areas/{area_code}/figures#elsewhere")),
    )


def with_commas(parts: Iterable[Component]) -> list[Component]:
    """Components with commas between them, and ``and`` before the last."""
    items = list(parts)
    joined: list[Component] = []
    for place, item in enumerate(items):
        if place:
            joined.append(" and " if place == len(items) - 1 else ", ")
        joined.append(item)
    return joined


# ---- what it was, and what became of it ----------------------------------------------------------------


def fate_inset(area: Area, fate: Fate, has_figures: bool) -> Component:
    """For an area that no longer stands: when it ended and what stands in its place."""
    children: list[Component] = [
        html.p(
            [
                html.strong(f"{area.name} no longer exists. "),
                f"It ended on {sentences.date_words(fate.ended_on)}.",
                " The figures on this page are its last." if has_figures else "",
            ]
        )
    ]
    for day, successors in fate.became:
        children.append(html.p(f"On {sentences.date_words(day)} it became part of:"))
        children.append(
            bullets(
                [
                    link(sentences.in_words(successor.area), f"/areas/{successor.area.area_code}"),
                    f", now {successor.name_today}" if successor.name_today else "",
                    # one successor of all of it needs no share
                    f" ({sentences.share_words(successor.share)})"
                    if len(successors) > 1 or sentences.share_after(successor.share)
                    else "",
                ]
                for successor in successors
            )
        )
    if fate.today:
        links = with_commas(area_link(heir) for heir in fate.today)
        children.append(html.p(["Those changed again. Today it lies in: ", *links, "."]))
    if not fate.became:
        children.append(html.p("We do not know what took its place."))
    return html.div(children, class_="wh-inset wh-fate")


def former_form(form: Area, area_type: AreaType) -> Component:
    """What a code that stands also stood for, until a day."""
    return paragraph(
        f"Until {sentences.date_words(form.end_on)} this code stood for the {sentences.lower_first(area_type.name)} "
        f"{form.name}.",
        muted=True,
    )


# ---- where it lies -------------------------------------------------------------------------------------


def where_section(area: Area, around: Surroundings, types: Types) -> Component:
    """Its parents and children, what it was made from and what it lay in before, with links; None for none of them."""
    if not (around.parents or around.children or around.made_from or around.former_parents):
        return None
    pairs: list[tuple[str, Component]] = []
    for parents in around.parents:
        words = with_commas(html.span(_member(member)) for member in parents.members)
        if parents.overlap:
            words.append(": they overlap here, and it lies in both")
        pairs.append((types[parents.area_type].name, words))
    pairs += [
        (f"{types[children.area_type].plural} in it", _inside(children)) for children in around.children
    ]
    if around.made_from:
        pairs.append(("Former areas", _made_from(area, around, types)))
    if around.former_parents:
        items = (
            [
                *_member(former.member),
                f", {sentences.lower_first(types[former.area_type].name)}, until "
                f"{sentences.date_words(former.ended_on)}",
            ]
            for former in around.former_parents
        )
        pairs.append(("Previous boundaries", details("What it was part of before", bullets(items))))
    return section(
        "Geography",
        facts(pairs),
        details(
            "What the shares mean",
            html.p(
                "Areas of the NHS, of councils and of partnerships have borders of their own. Where an area is split, the share "
                "counts its small census areas (of about 1,500 people each), or its land where no such list exists."
            ),
        )
        if around.has_shares
        else html.div(),
        id="where",
    )


def _member(member: Member) -> list[Component]:
    return [area_link(member.area), sentences.share_after(member.share)]


def _inside(children: Members) -> Component:
    items = [_member(member) for member in children.members]
    if len(items) <= MOST_IN_A_ROW:
        return with_commas(html.span(item) for item in items)
    return details(
        f"Show {sentences.counted(len(items), 'area')}",
        html.ul([html.li(item) for item in items], class_="wh-list wh-columns"),
    )


def _made_from(area: Area, around: Surroundings, types: Types) -> Component:
    items: list[list[Component]] = []
    for day, members in around.made_from:
        links = with_commas(
            html.span(
                [
                    area_link(member.area),
                    # the county of a new unitary has the same name
                    f" ({sentences.lower_first(sentences.kind_words(member.area, types[member.area.area_type]))})"
                    if member.area.name == area.name
                    else "",
                    sentences.share_after(member.share),
                ]
            )
            for member in members
        )
        items.append([f"{sentences.date_words(day)}: made from ", *links])
    if sum(len(item) for item in items) > 2 * MOST_IN_A_ROW + 4:
        return details("What it was made from", bullets(items))
    return bullets(items)


# ---- what is published for other areas only ------------------------------------------------------------


def elsewhere_section(
    area_code: str, found: Elsewhere, england: Area, types: Types, illustrative: frozenset[str]
) -> Component:
    """Where the figures are that an area has not. ``illustrative`` are ids of indicators with illustrative figures."""

    def titles(indicators: Sequence[Indicator]) -> str:
        # semicolons, since some titles hold a comma
        named = (
            indicator.short_title + (" (illustrative)" if indicator.id in illustrative else "")
            for indicator in indicators
        )
        return f"{'; '.join(named)}."

    items: list[Component] = []
    for area, kind, indicators in found.nearest:
        label = "" if kind in _WHOLE_COUNTRY else f" ({sentences.lower_first(types[kind].name)})"
        items.append([area_link(area), f"{label}: ", titles(indicators)])
    for kind, indicators in found.inside.items():
        inside = (
            area_link(england)
            if kind == "england"
            else link(f"{types[kind].plural} in it", f"/areas/{area_code}/similar#where")
        )
        items.append([inside, ": ", titles(indicators)])
    for indicator in found.nowhere:
        kinds = sentences.area_types_words(types[kind].plural for kind in indicator.area_types)
        items.append([_indicator_link(indicator), f": published for {kinds} only."])
    parts: list[Component] = []
    if items:
        words = "These are published for other kinds of area. The nearest area with a figure is named."
        parts += [paragraph(words), bullets(items)]
    if found.newer:
        parts.append(paragraph("Newer figures, for an area that it is part of:"))
        parts.append(bullets([area_link(area), ": ", titles(indicators)] for area, indicators in found.newer))
    if found.unloaded:
        parts.append(
            details(
                f"{sentences.counted(len(found.unloaded), 'indicator')} without figures for any area",
                bullets(_indicator_link(indicator) for indicator in found.unloaded),
                html.p(
                    [
                        "Nothing is loaded for them yet. See ",
                        link("which data releases are loaded and how to load more", "/refresh"),
                        ".",
                    ]
                ),
            )
        )
    return section("Figures for other areas", *parts, id="elsewhere") if parts else None


def _indicator_link(indicator: Indicator) -> Component:
    return link(indicator.short_title, f"/indicators/{indicator.id}")
