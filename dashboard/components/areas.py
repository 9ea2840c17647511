"""Parts about an area itself: links on, what lies around it, what became of it, where else to look."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dashboard import sentences
from dashboard.address.view import search_of
from dashboard.answers.areas import Fate, Member, Members, Surroundings
from dashboard.answers.profile import Elsewhere, Line
from dashboard.components import html
from dashboard.components.downloads import file_link
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


def with_commas(parts: Iterable[Component]) -> list[Component]:
    """Components with commas between them, and ``and`` before the last."""
    items = list(parts)
    joined: list[Component] = []
    for place, item in enumerate(items):
        if place:
            joined.append(" and " if place == len(items) - 1 else ", ")
        joined.append(item)
    return joined


def onward(area: Area, chosen: Line | None) -> Component:
    """One line to what is asked for next: the pack, and the area on the other pages, which open on ``chosen``."""
    ways: list[tuple[str, str]] = []
    if chosen:
        key = {"indicator": chosen.indicator.id, "area": area.area_code, "area_type": chosen.row["area_type"]}
        query = search_of(key)
        ways = [
            ("Take it away: PDF, workbook, CSV", "#take-away"),
            ("On the map", f"/map{query}"),
            ("Over time", f"/trends{query}"),
        ]
    ways += [
        ("Beside areas like it", f"/overview?area={area.area_code}"),
        ("By health condition", f"/conditions?area={area.area_code}"),
    ]
    return html.nav(
        html.ul([html.li(link(words, href)) for words, href in ways], class_="wh-onward"),
        aria_label=f"More on {area.name}",
    )


def take_area_away(area: Area) -> Component:
    """The pack in one click, as PDF and as a workbook; the CSV; print; a link."""

    def pack(words: str, kind: str, progress: str) -> Component:
        address = f"/areas/{area.area_code}/pack.{kind}"
        return html.a(words, href=address, download="", class_="wh-button", data_progress=progress)

    def button(words: str, **does: str) -> Component:
        return html.button(
            words, type="button", class_="wh-button wh-button-secondary wh-needs-script", **does
        )

    return section(
        "Take it away",
        paragraph(
            f"The pack of {area.name} holds the summary, every figure with its interval, the charts over time and the sources. "
            "The PDF is tagged for screen readers; the workbook has a sheet for each indicator with all years and groups."
        ),
        html.div(
            [
                html.div(
                    [
                        pack("Download the pack (PDF)", "pdf", "Making the PDF. It takes a few seconds."),
                        pack("Download the pack (XLSX)", "xlsx", "Making the workbook."),
                        file_link(f"/csv/areas/{area.area_code}", "Download these figures (CSV)"),
                        button("Print this page", data_print="yes"),
                        button("Copy link", data_copy="link"),
                    ]
                ),
                html.p(role="status", class_="wh-hint wh-status"),
            ],
            class_="wh-downloads",
        ),
        id="take-away",
    )


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
                    area_link(successor.area),
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
    return inset(*children)


def former_form(form: Area, area_type: AreaType) -> Component:
    """What a code that stands also stood for, until a day."""
    return paragraph(
        f"Until {sentences.date_words(form.end_on)} this code stood for the {sentences.lower_first(area_type.name)} "
        f"{form.name}.",
        muted=True,
    )


# ---- where it lies -------------------------------------------------------------------------------------


def where_section(area: Area, around: Surroundings, types: Types, headline: str) -> Component:
    """Its parents, children, predecessors and similar areas, with links; ``headline`` is compared with the similar ones."""
    if around.is_empty:
        return html.div()
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
        pairs.append(("Before", details("What it lay in before", bullets(items))))
    if around.similar:
        pairs.append(("Similar areas", _similar(area, around.similar, headline)))
    return section(
        "Where it lies, and areas like it" if around.similar else "Areas round it and inside it",
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


def _similar(area: Area, similar: Sequence[Area], headline: str) -> list[Component]:
    codes = [other.area_code for other in similar]
    beside = search_of({"indicator": headline, "area": [area.area_code, *codes]})
    return [
        *with_commas(area_link(other) for other in similar),
        html.span(
            [
                "Most alike in their people, economy and services, by the Office for National Statistics. ",
                link(f"Compare {area.name} with them", f"/compare{beside}"),
            ],
            class_="wh-hint wh-close",
        ),
    ]


# ---- what is published for other areas only ------------------------------------------------------------


def elsewhere_section(
    found: Elsewhere, england: Area, types: Types, illustrative: frozenset[str]
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
            else html.a(f"{types[kind].plural} in it", href="#where", class_="wh-link")
        )
        items.append([inside, ": ", titles(indicators)])
    for indicator in found.nowhere:
        kinds = sentences.area_types_words(types[kind].plural for kind in indicator.area_types)
        items.append([_indicator_link(indicator), f": published for {kinds} only."])
    parts: list[Component] = []
    if items:
        words = "These are published for other kinds of area. The nearest area that has a figure:"
        parts += [paragraph(words), bullets(items)]
    if found.newer:
        parts.append(paragraph("Newer figures than those above, for an area round it:"))
        parts.append(bullets([area_link(area), ": ", titles(indicators)] for area, indicators in found.newer))
    if found.unloaded:
        parts.append(
            details(
                f"{sentences.counted(len(found.unloaded), 'indicator')} without figures for any area",
                bullets(_indicator_link(indicator) for indicator in found.unloaded),
                html.p(
                    [
                        "Nothing is loaded for them yet. See ",
                        link("what is loaded and how to load more", "/refresh"),
                        ".",
                    ]
                ),
            )
        )
    return section("Where else to look", *parts, id="elsewhere") if parts else html.joined()


def _indicator_link(indicator: Indicator) -> Component:
    return link(indicator.short_title, f"/indicators/{indicator.id}")
