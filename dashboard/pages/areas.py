"""Areas: find one by name, code or old name (``/areas``), and the profile of one (``/areas/<area_code>``)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qs

from dashboard import components as ui
from dashboard import news, sentences
from dashboard.address.context import Context
from dashboard.address.page import Asked, Export, Page, Sheet, Shown
from dashboard.address.view import LONGEST_VALUE, Problem, clipped, search_of, unknown_area
from dashboard.components import html
from dashboard.components.charts import drawing
from dashboard.figures import profile, sheets, spine
from dashboard.figures.profile import Line, place_words, share_words
from dashboard.figures.quality import grade_words
from dashboard.figures.sheets import SpineRow
from dashboard.queries.releases import releases_of
from geodata.register import Area, Membership, Succession
from indicators.periods import Period

Component = Any

ENGLAND = "E92000001"
UNITED_KINGDOM = "K02000001"
SPINE = "spine"
MOST_FOUND = 40
MOST_IN_A_ROW = 8
MOST_SIMILAR = 10

# what the codes of local authorities stand for
_COUNCILS = {
    "E06": "Unitary authority",
    "E07": "District",
    "E08": "Metropolitan district",
    "E09": "London borough",
    "E10": "County",
}
# what the areas of a type are grouped by in a list
_GROUPED_BY = {
    "ltla": "region",
    "utla": "region",
    "icb": "nhs_region",
    "sub_icb": "nhs_region",
    "ccg": "nhs_region",
    "stp": "nhs_region",
}
# a search for the nearest area that has a figure goes through these, the smallest first
_NEARNESS = (
    "ltla", "sub_icb", "ccg", "utla", "icb", "stp", "combined_authority", "lep", "region", "nhs_region", "england", "uk",
)  # fmt: skip


# ---- words about an area -----------------------------------------------------------------------------


def kind_words(context: Context, area: Area) -> str:
    """What kind of area it is: ``Unitary authority``, ``Integrated care board``."""
    council = _COUNCILS.get(area.area_code[:3])
    return council or context.register.area_types[area.area_type].name


def _lies_in(context: Context, area: Area) -> str:
    """``in the East Midlands``, or nothing."""
    day = area.end_on or context.today()
    for parent_type in ("region", "nhs_region"):
        parent = _largest(context, area, parent_type, day)
        if parent and parent.area_code != area.area_code:
            words = place_words(parent)
            return f"in {words}" if parent_type == "region" else f"in {words} (NHS region)"
    return ""


def _largest(context: Context, area: Area, parent_type: str, day: date) -> Area | None:
    """The area of a type that holds most of an area, at most two steps up."""
    register = context.register
    direct = register.parents(area.area_code, parent_type, day)
    if direct:
        return register.area(direct[0].parent_code, parent_type)
    for membership in register.parents(area.area_code, None, day):
        if membership.parent_code == area.area_code or membership.share < 0.5:
            continue
        further = register.parents(membership.parent_code, parent_type, day)
        if further:
            return register.area(further[0].parent_code, parent_type)
    return None


def described(context: Context, area: Area) -> str:
    """One line beside a name in a list: kind, where, and when it ended."""
    words = [kind_words(context, area), _lies_in(context, area)]
    text = " ".join(word for word in words if word)
    if not _stands(context, area.area_code):
        text += f", until {sentences.date_words(_ended_on(context, area.area_code))}"
    return text


def _forms(context: Context, area_code: str) -> list[Area]:
    register = context.register
    return [register.area(area_code, kind) for kind in register.types_of(area_code)]


def _stands(context: Context, area_code: str) -> bool:
    return any(form.alive(context.today()) for form in _forms(context, area_code))


def _ended_on(context: Context, area_code: str) -> date | None:
    ends = [form.end_on for form in _forms(context, area_code) if form.end_on]
    return max(ends, default=None)


def _area_link(area: Area) -> Component:
    return ui.link(area.name, f"/areas/{area.area_code}")


def _given_code(asked: Asked) -> str:
    return asked.parts[0].strip().upper()


# ---- the page ----------------------------------------------------------------------------------------


def check(context: Context, asked: Asked) -> Problem | None:
    """A 404 for a code that the register does not know, with areas whose name is like what was given."""
    if not asked.parts:
        return None
    given = asked.parts[0]
    if _given_code(asked) in context.register:
        return None
    found = context.register.search(given[:60], limit=5)
    links = tuple((f"{area.name}: {described(context, area)}", f"/areas/{area.area_code}") for area in found)
    problem = unknown_area(given)
    return replace(problem, links=(*links, ("Find an area by name", "/areas"), ("Go to the map", "/map")))


def title(context: Context, asked: Asked) -> str:
    """Of the document."""
    return f"{context.register.area(_given_code(asked)).name}: area profile" if asked.parts else "Areas"


def layout(context: Context, asked: Asked) -> Sequence[Component]:
    """The profile of the area in the path, or the list to find one."""
    if asked.parts:
        return area_page(context, context.register.area(_given_code(asked)))
    return find_page(context, asked)


# ---- finding -----------------------------------------------------------------------------------------


def find_page(context: Context, asked: Asked) -> list[Component]:
    """Search by name, code or old name; or browse by type and region."""
    name = _name_looked_for(asked.search)
    area_type = asked.view.area_type if "area_type" in asked.view.asked else None
    parts: list[Component] = [
        ui.heading(
            "Find an area",
            "Look for a council, a region, or an NHS area: by name, by code, or by an old name.",
        ),
        _search_form(name),
    ]
    if name:
        parts.append(_found(context, name))
    parts.append(_browse(context, asked, area_type))
    return parts


def _name_looked_for(search: str) -> str:
    values = parse_qs(search.removeprefix("?"), errors="replace").get("q", [""])
    printable = "".join(character if character.isprintable() else " " for character in values[0])
    return " ".join(printable.split())[:LONGEST_VALUE]


def _search_form(name: str) -> Component:
    return ui.find_area_form(
        "Name or code of an area",
        "Such as Nottingham, E06000018, 52R or Aylesbury Vale",
        clipped(name, 100),
        "/areas",
        aria_label="Find an area",
    )


def _found(context: Context, name: str) -> Component:
    areas = context.register.search(name[:100], limit=MOST_FOUND)
    if not areas:
        return ui.section(
            "Nothing found",
            ui.paragraph(f"No area has a name or code like “{clipped(name)}”."),
            ui.bullets(
                (
                    "Check the spelling, or try only the first word.",
                    "A town or village is part of a district: look for the council that serves it.",
                    "Or choose from the lists below.",
                )
            ),
            id="found",
        )
    counted = sentences.counted(len(areas), "area")
    most = f"The first {counted}" if len(areas) == MOST_FOUND else counted[:1].upper() + counted[1:]
    return ui.section(
        f"{most} for “{clipped(name)}”",
        html.ul(
            [
                html.li([_area_link(area), html.span(described(context, area), class_="wh-hint wh-close")])
                for area in areas
            ],
            class_="wh-list",
        ),
        id="found",
    )


def _browse(context: Context, asked: Asked, area_type: str | None) -> Component:
    register = context.register
    types = register.area_types
    options = [("", "Choose a type")] + [
        (key, kind.plural) for key, kind in types.items() if key not in ("england", "uk")
    ]
    fields = [ui.select("area_type", "Type of area", options, area_type or "")]
    group_type = _GROUPED_BY.get(area_type or "")
    if group_type and area_type:
        groups = _groups(context, area_type, group_type)
        choices = [("", f"All {sentences.lower_first(types[group_type].plural)}")]
        choices += [(group.area_code, group.name) for group in groups if group]
        fields.append(ui.select("parent", types[group_type].name, choices, asked.view.parent or ""))
    parts: list[Component] = [ui.controls(*fields, label="Choose a list of areas")]
    if area_type:
        parts.append(_list_of_type(context, area_type, group_type, asked.view.parent))
    else:
        parts.append(
            html.ul(
                [
                    html.li(
                        [
                            ui.link(
                                kind.plural,
                                f"/areas{search_of({'area_type': key})}",
                                class_="wh-link wh-card-link",
                            ),
                            html.p(_type_words(context, key)),
                        ]
                    )
                    for key, kind in types.items()
                    if key not in ("england", "uk")
                ],
                class_="wh-cards",
            )
        )
        parts.append(
            ui.paragraph(
                "There are also pages for ",
                ui.link("England", f"/areas/{ENGLAND}"),
                " and for the ",
                ui.link("United Kingdom", f"/areas/{UNITED_KINGDOM}"),
                ".",
            )
        )
    return ui.section("Browse by type and region", *parts, id="browse")


def _newest(context: Context, area_type: str) -> tuple[Area, ...]:
    """The areas of a type that stand, or those that stood last."""
    kind = context.register.area_types[area_type]
    return context.register.vintage(area_type, kind.vintages[-1])


def _type_words(context: Context, area_type: str) -> str:
    areas = _newest(context, area_type)
    counted = sentences.counted(len(areas), "area")
    ends = {area.end_on for area in areas}
    if ends and None not in ends:
        return f"{counted}, until {sentences.date_words(max(end for end in ends if end))}"
    return counted


def _groups(context: Context, area_type: str, group_type: str) -> dict[Area | None, list[Area]]:
    def build() -> dict[Area | None, list[Area]]:
        grouped: dict[Area | None, list[Area]] = {}
        for area in _newest(context, area_type):
            group = _largest(context, area, group_type, area.end_on or context.today())
            grouped.setdefault(group, []).append(area)
        return dict(
            sorted(grouped.items(), key=lambda item: (item[0] is None, item[0].name if item[0] else ""))
        )

    return context.cached_for_good(("areas by group", area_type, group_type), build)


def _list_of_type(context: Context, area_type: str, group_type: str | None, parent: str | None) -> Component:
    kind = context.register.area_types[area_type]
    if group_type is None:
        groups: dict[Area | None, list[Area]] = {None: list(_newest(context, area_type))}
    else:
        groups = _groups(context, area_type, group_type)
        if parent:
            groups = {group: areas for group, areas in groups.items() if group and group.area_code == parent}
    if not groups:
        asked_parent = context.register.area(parent or ENGLAND)
        return ui.inset(
            html.p(f"No {sentences.lower_first(kind.plural)} lie in {place_words(asked_parent)}."),
            html.p(
                ui.link(
                    f"Show all {sentences.lower_first(kind.plural)}",
                    f"/areas{search_of({'area_type': area_type})}",
                )
            ),
        )
    blocks: list[Component] = []
    for group, areas in groups.items():
        if len(groups) > 1 or group:
            blocks.append(html.h3(group.name if group else "Elsewhere", class_="wh-h3"))
        blocks.append(html.ul([html.li(_area_link(area)) for area in areas], class_="wh-list wh-columns"))
    return html.div([html.p(_type_words(context, area_type), class_="wh-hint"), *blocks])


# ---- the profile of one area -------------------------------------------------------------------------


def area_page(context: Context, area: Area) -> list[Component]:
    """One page that a director can read in a minute, then everything behind it."""
    lines = area_lines(context, area)
    main = [line for line in lines if line.is_main]
    place = place_words(area)
    lead = profile.summary(lines, place)
    parts: list[Component] = [
        ui.heading(
            area.name,
            *[html.p(words, class_="wh-lead") for words in lead],
            caption=described(context, area),
        ),
        # assets/recent.js remembers it for the home page
        html.div(hidden=True, **{"data-area-visited": area.area_code, "data-area-name": area.name}),
    ]
    parts += _what_became(context, area, bool(lines))
    if not lines:
        parts.append(_no_figures(context, area))
    counts = profile.counts_words(lines)
    if counts:
        parts.append(ui.paragraph(counts, muted=True))
    parts.append(_onward(area, main))
    parts += _standouts(lines, place)
    if main:
        parts.append(_spine_section(context, area, lines, main))
    parts.append(_where(context, area))
    parts.append(news.section(context, area))
    parts += _elsewhere_section(context, area, lines)
    if lines:
        parts.append(_sources(context, lines))
        parts.append(_take_away(area))
    return parts


def _onward(area: Area, main: Sequence[Line]) -> Component:
    """One line to what is asked for next: the pack, and the area on the other pages.

    The map and the trends open on the headline, or on the first indicator that the area has a figure of.
    """
    chosen = next((line for line in main if line.indicator.id == profile.HEADLINE), main[0] if main else None)
    ways = [("Take it away: PDF, workbook, CSV", "#take-away")] if chosen else []
    if chosen:
        key = {"indicator": chosen.indicator.id, "area": area.area_code, "area_type": chosen.row["area_type"]}
        ways += [("On the map", f"/map{search_of(key)}"), ("Over time", f"/trends{search_of(key)}")]
    ways += [
        (words, f"{path}?area={area.area_code}")
        for words, path in (("Beside areas like it", "/overview"), ("By health condition", "/conditions"))
    ]
    return html.nav(
        html.ul([html.li(ui.link(words, href)) for words, href in ways], class_="wh-onward"),
        **{"aria-label": f"More on {area.name}"},
    )


def _take_away(area: Area) -> Component:
    """The pack in one click, as PDF and as a workbook; the CSV; print; a link."""

    def pack(words: str, kind: str, told: str) -> Component:
        return html.a(
            words,
            href=f"/areas/{area.area_code}/pack.{kind}",
            download="",
            class_="wh-button",
            data_progress=told,
        )

    return ui.section(
        "Take it away",
        ui.paragraph(
            f"The pack of {area.name} holds the summary, every figure with its interval, the charts over time and the sources. "
            "The PDF is tagged for screen readers; the workbook has a sheet for each indicator with all years and groups."
        ),
        html.div(
            [
                html.div(
                    [
                        pack("Download the pack (PDF)", "pdf", "Making the PDF. It takes a few seconds."),
                        pack("Download the pack (XLSX)", "xlsx", "Making the workbook."),
                        ui.file_link(f"/csv/areas/{area.area_code}", "Download these figures (CSV)"),
                        html.button(
                            "Print this page",
                            type="button",
                            class_="wh-button wh-button-secondary wh-needs-script",
                            data_print="yes",
                        ),
                        html.button(
                            "Copy link",
                            type="button",
                            class_="wh-button wh-button-secondary wh-needs-script",
                            data_copy="link",
                        ),
                    ]
                ),
                html.p(role="status", class_="wh-hint wh-status"),
            ],
            class_="wh-downloads",
        ),
        id="take-away",
    )


def area_lines(context: Context, area: Area) -> list[Line]:
    """Every figure of an area as a line, kept until the next publication."""

    return context.cached(("area lines", area.area_code), lambda: made_lines(context, area))


def made_lines(context: Context, area: Area) -> list[Line]:
    """The same, made anew: for one who keeps little of an area's lines, which are a megabyte for an ICB."""
    rows = context.store.profile(area.area_code)
    compared = area.area_code not in (ENGLAND, UNITED_KINGDOM)
    return profile.profile_lines(rows, context.catalogue, compared=compared)


def _no_figures(context: Context, area: Area) -> Component:
    if not context.all_available():
        return ui.inset(
            html.p("No figures are loaded yet, for any area."),
            html.p(["See ", ui.link("what is loaded and how to load it", "/refresh"), "."]),
        )
    return ui.inset(
        html.p(f"No figures are loaded for {place_words(area)}."),
        html.p("What is published for the areas round it is listed further down."),
    )


def _standouts(lines: Sequence[Line], place: str) -> list[Component]:
    better, worse, different = profile.stands_out(lines), profile.needs_a_look(lines), profile.differs(lines)
    if not (better or worse or different):
        return []

    def block(words: str, found: Sequence[Line], nothing: str) -> Component:
        listed = found[: profile.MOST_LISTED]
        more = len(found) - len(listed)
        return html.section(
            [
                html.h2(words, class_="wh-h2"),
                html.ul([html.li(profile.sentence(line, place)) for line in listed], class_="wh-list")
                if listed
                else html.p(nothing),
                html.p(f"And {sentences.counted(more, 'other')}: see the table.", class_="wh-hint")
                if more
                else None,
            ],
            class_="wh-section",
        )

    parts: list[Component] = [
        html.div(
            [
                block("Needs a look", worse, "No figure is worse than England’s beyond chance."),
                block("Stands out", better, "No figure is better than England’s beyond chance."),
            ],
            class_="wh-halves",
        )
    ]
    if different:
        parts.append(
            ui.section(
                "Different, neither good nor bad",
                ui.bullets(profile.sentence(line, place) for line in different[: profile.MOST_LISTED]),
            )
        )
    parts.append(
        ui.paragraph(
            "Listed here: figures whose 95% interval does not hold England’s figure, the furthest from England first. "
            "That says where to look, not why. ",
            ui.link("How to read comparisons", "/about#comparison"),
            muted=True,
        )
    )
    return parts


# ---- where the area lies -----------------------------------------------------------------------------


def _what_became(context: Context, area: Area, has_figures: bool) -> list[Component]:
    """For an area that no longer stands: when it ended and what stands in its place."""
    register = context.register
    parts: list[Component] = []
    if not _stands(context, area.area_code):
        ended_on = _ended_on(context, area.area_code)
        children: list[Component] = [
            html.p(
                [
                    html.strong(f"{area.name} no longer exists. "),
                    f"It ended on {sentences.date_words(ended_on)}.",
                    " The figures on this page are its last." if has_figures else "",
                ]
            )
        ]
        changes = register.successors(area.area_code)
        for changed_on in sorted({change.changed_on for change in changes}):
            whole = [change for change in changes if change.changed_on == changed_on]
            children.append(html.p(f"On {sentences.date_words(changed_on)} it became part of:"))
            children.append(
                ui.bullets(
                    [*_successor(context, change), _share_after(change.share, whole)] for change in whole
                )
            )
        today = [one for one in register.live_successors(area.area_code) if one.area_code not in
                 {change.successor_code for change in changes}]  # fmt: skip
        if today:
            children.append(
                html.p(
                    [
                        "Those changed again. Today it lies in: ",
                        *_commas(_area_link(one) for one in today),
                        ".",
                    ]
                )
            )
        if not changes:
            children.append(html.p("We do not know what took its place."))
        parts.append(ui.inset(*children))
        return parts
    former = [
        form for form in _forms(context, area.area_code) if form.end_on and not form.alive(context.today())
    ]
    for form in former:
        kind = sentences.lower_first(register.area_types[form.area_type].name)
        parts.append(
            ui.paragraph(
                f"Until {sentences.date_words(form.end_on)} this code stood for the {kind} {form.name}.",
                muted=True,
            )
        )
    return parts


def _successor(context: Context, change: Succession) -> list[Component]:
    """A link to a successor by the name it had then, and its name today where that is another."""
    register = context.register
    today = register.area(change.successor_code)
    then = today
    if change.area_type in register.types_of(change.successor_code):
        then = register.area(change.successor_code, change.area_type)
    now = f", now {today.name}" if then.name != today.name and _stands(context, today.area_code) else ""
    return [_area_link(then), now]


def _share_after(share: float, changes: Sequence[Succession]) -> str:
    return "" if len(changes) == 1 and share >= 0.995 else f" ({share_words(share)})"


def _commas(parts: Iterable[Component]) -> list[Component]:
    """Components with commas between them, and ``and`` before the last."""
    items = list(parts)
    joined: list[Component] = []
    for i, item in enumerate(items):
        if i:
            joined.append(" and " if i == len(items) - 1 else ", ")
        joined.append(item)
    return joined


def _where(context: Context, area: Area) -> Component:
    """Its parents, children, predecessors and similar areas, with links."""
    pairs: list[tuple[str, Component]] = []
    day = area.end_on if area.end_on and not _stands(context, area.area_code) else context.today()
    pairs += _parents(context, area, day)
    pairs += _children(context, area, day)
    pairs += _predecessors(context, area)
    former = _former_parents(context, area, day)
    if former:
        pairs.append(("Before", ui.details("What it lay in before", former)))
    similar = _similar(context, area)
    if similar is not None:
        pairs.append(("Similar areas", similar))
    if not pairs:
        return html.div()
    return ui.section(
        "Where it lies, and areas like it" if similar is not None else "Areas round it and inside it",
        ui.facts(pairs),
        ui.details(
            "What the shares mean",
            html.p(
                "Areas of the NHS, of councils and of partnerships have borders of their own. Where an area is split, the share "
                "counts its small census areas (of about 1,500 people each), or its land where no such list exists."
            ),
        )
        if _has_shares(context, area, day)
        else html.div(),
        id="where",
    )


def _has_shares(context: Context, area: Area, day: date) -> bool:
    register = context.register
    links = list(register.parents(area.area_code, None, day))
    links += [link for kind in register.area_types for link in register.children(area.area_code, kind, day)]
    return any(link.share < 0.995 for link in links)


def _member_words(context: Context, code: str, kind: str, share: float) -> list[Component]:
    found = context.register.area(code, kind)
    return [_area_link(found), f" ({share_words(share)})" if share < 0.995 else ""]


def _parents(context: Context, area: Area, day: date) -> list[tuple[str, Component]]:
    register = context.register
    by_type: dict[str, list[Membership]] = {}
    for membership in register.parents(area.area_code, None, day):
        if membership.parent_code not in (area.area_code, UNITED_KINGDOM):
            by_type.setdefault(membership.parent_type, []).append(membership)
    pairs: list[tuple[str, Component]] = []
    for kind, memberships in by_type.items():
        if kind == "england":
            continue
        whole = sum(one.share >= 0.995 for one in memberships) > 1
        words: list[Component] = _commas(
            html.span(_member_words(context, one.parent_code, kind, one.share)) for one in memberships
        )
        if whole:
            words.append(": they overlap here, and it lies in both")
        pairs.append((register.area_types[kind].name, words))
    return pairs


def _former_parents(context: Context, area: Area, day: date) -> Component | None:
    register = context.register
    now = {one.parent_code for one in register.parents(area.area_code, None, day)}
    last: dict[str, Membership] = {}
    for membership in register.parents(area.area_code):
        if membership.end_on and membership.end_on < day and membership.parent_code not in now:
            known = last.get(membership.parent_code)
            if known is None or (known.end_on or date.min) < membership.end_on:
                last[membership.parent_code] = membership
    if not last:
        return None
    items = []
    for one in sorted(last.values(), key=lambda one: (one.end_on or date.max, one.parent_type), reverse=True):
        kind = sentences.lower_first(register.area_types[one.parent_type].name)
        words = _member_words(context, one.parent_code, one.parent_type, one.share)
        items.append([*words, f", {kind}, until {sentences.date_words(one.end_on)}"])
    return ui.bullets(items)


def _children(context: Context, area: Area, day: date) -> list[tuple[str, Component]]:
    register = context.register
    pairs: list[tuple[str, Component]] = []
    for kind, area_type in register.area_types.items():
        memberships = [
            one for one in register.children(area.area_code, kind, day) if one.child_code != area.area_code
        ]
        memberships = [one for one in memberships if register.area(one.child_code, kind).alive(day)]
        if not memberships:
            continue
        memberships.sort(key=lambda one: register.area(one.child_code, kind).name)
        items = [_member_words(context, one.child_code, kind, one.share) for one in memberships]
        if len(items) > MOST_IN_A_ROW:
            found: Component = ui.details(
                f"Show {sentences.counted(len(items), 'area')}",
                html.ul([html.li(item) for item in items], class_="wh-list wh-columns"),
            )
        else:
            found = _commas(html.span(item) for item in items)
        pairs.append((f"{area_type.plural} in it", found))
    return pairs


def _predecessors(context: Context, area: Area) -> list[tuple[str, Component]]:
    register = context.register
    changes = register.predecessors(area.area_code)
    if not changes:
        return []
    items = []
    for changed_on in sorted({change.changed_on for change in changes}, reverse=True):
        made_of = [change for change in changes if change.changed_on == changed_on]
        links = _commas(
            html.span(
                [
                    *_predecessor(context, area, change),
                    f" ({share_words(change.share)})" if change.share < 0.995 else "",
                ]
            )
            for change in made_of
        )
        items.append([f"{sentences.date_words(changed_on)}: made from ", *links])
    if sum(len(item) for item in items) > 2 * MOST_IN_A_ROW + 4:
        return [("Former areas", ui.details("What it was made from", ui.bullets(items)))]
    return [("Former areas", ui.bullets(items))]


def _predecessor(context: Context, area: Area, change: Succession) -> list[Component]:
    """A link to a predecessor, with its kind where it had the same name (the county of a new unitary)."""
    before = context.register.area(change.predecessor_code)
    same = f" ({sentences.lower_first(kind_words(context, before))})" if before.name == area.name else ""
    return [_area_link(before), same]


def _similar(context: Context, area: Area) -> Component | None:
    register = context.register
    codes = [code for code in register.similar(area.area_code) if code in register][:MOST_SIMILAR]
    if not codes:
        return None
    beside = search_of({"indicator": profile.HEADLINE, "area": [area.area_code, *codes]})
    return [
        *_commas(_area_link(register.area(code)) for code in codes),
        html.span(
            [
                "Most alike in their people, economy and services, by the Office for National Statistics. ",
                ui.link(f"Compare {area.name} with them", f"/compare{beside}"),
            ],
            class_="wh-hint wh-close",
        ),
    ]


# ---- the spine chart, which is the table -------------------------------------------------------------


def _spine_section(context: Context, area: Area, lines: Sequence[Line], main: Sequence[Line]) -> Component:
    compared = area.area_code not in (ENGLAND, UNITED_KINGDOM)
    shown, counts, invented = _told_apart(main, compared)
    parts: list[Component] = []
    if compared and any(line.spine for line in main):
        parts.append(_key())
    if shown:
        words = f"{area.name}: newest figure of each indicator, with its 95% interval"
        parts.append(_table(context, area, shown, compared, words))
    if counts:
        words = (
            f"{sentences.counted(len(counts), 'count')}, not compared: a larger place has more of everything"
        )
        parts.append(
            ui.details(words, _table(context, area, counts, compared, f"{area.name}: counts"), open=not shown)
        )
    if invented:
        words = f"{sentences.counted(len(invented), 'illustrative figure')}, made up and not real"
        caption = f"{area.name}: illustrative figures, not real"
        parts.append(
            ui.details(
                words,
                ui.illustrative_banner(),
                _table(context, area, invented, compared, caption),
                open=not (shown or counts),
            )
        )
    if compared and any(line.spine for line in main):
        name = spine_file(area)
        path = f"/areas/{area.area_code}"
        parts.append(
            ui.take_away(SPINE, name, csv=f"/csv{path}", embed=path, drawn=f"/picture{path}/{SPINE}.svg")
        )
    others = profile.by_group(lines)
    if others:
        parts.append(_other_groups(area, others))
    words = f"{area.name} beside England" if compared else f"Figures for {place_words(area)}"
    return ui.section(words, *parts, id="figures")


def _key() -> Component:
    colours = {
        "better": "Better is green, higher is dark blue.",
        "worse": "Worse is red, lower is light blue.",
    }
    return ui.details(
        "How to read the pictures",
        html.p(
            "Each picture has England in the middle. Further right is better; where neither way is good or bad, further right "
            "is higher. Each is drawn to its own scale: its edge is the area that lies furthest from England."
        ),
        html.p(
            [
                "Words used here: ",
                ui.term("confidence-interval"),
                ", ",
                ui.term("percentile"),
                ", ",
                ui.term("recent-trend"),
                ", ",
                ui.term("survey-quality"),
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


def _table(context: Context, area: Area, main: Sequence[Line], compared: bool, caption: str) -> Component:
    headings = ["Indicator", area.name]
    if compared:
        headings += ["England", "Worse – England – Better", "Compared with England"]
    headings += ["Recent trend", "Period"]
    themes: dict[str, list[Line]] = {}
    for line in main:
        themes.setdefault(line.indicator.theme, []).append(line)
    bodies = [
        html.tbody(
            [
                html.tr(
                    html.th(theme, scope="rowgroup", colspan=str(len(headings)), class_="wh-profile-theme"),
                ),
                *[_table_row(context, area, line, headings, compared) for line in of_theme],
            ]
        )
        for theme, of_theme in themes.items()
    ]
    return html.div(
        html.table(
            [
                html.caption(caption, class_="wh-visually-hidden"),
                html.thead(html.tr([html.th(words, scope="col") for words in headings])),
                *bodies,
            ],
            class_="wh-profile" if compared else "wh-profile wh-profile-plain",
        ),
        class_="wh-profile-frame",
    )


def _table_row(
    context: Context, area: Area, line: Line, headings: Sequence[str], compared: bool
) -> Component:
    value, interval = profile.value_cell(line)
    first: list[Component] = [ui.link(line.name, f"/indicators/{line.indicator.id}")]
    unit = sentences.unit_words(line.indicator)
    if line.indicator.unit in ("years", "percentage_points", "per_100000"):
        first.append(html.span(unit, class_="wh-hint wh-close"))
    if line.illustrative:
        first.append(html.div(ui.tag("Illustrative, not a real figure", "illustrative")))
    note = line.row["note"]
    is_movement = any(route.method == "paired_movement" for route in line.indicator.routes)
    if note and (is_movement or line.row["release"].startswith("derived:")):
        # which periods a gap was taken from; how much of the area a sum covers; of how many nobody knows who moved
        first.append(html.span(note, class_="wh-hint wh-close"))
    cells: list[tuple[Component, str]] = [
        (
            [
                html.span(value, class_="wh-profile-value"),
                html.span(f" ({interval})" if interval else "", class_="wh-profile-interval"),
                html.span(f"Survey quality {grade_words(line.grade)}", class_="wh-hint wh-close")
                if line.grade
                else None,
            ],
            "wh-profile-figure",
        )
    ]
    if compared:
        england = (
            sentences.short_value_words(line.england, line.indicator)
            if line.england is not None
            else "No figure"
        )
        cells.append((england, ""))
        cells.append((_picture(context, line), "wh-profile-spine"))
        cells.append((ui.tag(sentences.compare_words(line.compared), line.compared), ""))
    cells.append((_trend(area, line), ""))
    cells.append((sentences.period_words(line.row["period"]), ""))
    row = [
        html.td([html.span(f"{words}: ", class_="wh-profile-label"), content], class_=name or None)
        for (content, name), words in zip(cells, headings[1:], strict=True)
    ]
    return html.tr([html.th(first, scope="row"), *row])


def _picture(context: Context, line: Line) -> Component:
    if line.spine is None:
        return html.span(_no_spine(line), class_="wh-missing")
    kind = line.row["distribution"]["area_type"]
    areas = sentences.lower_first(context.register.area_types[kind].plural)
    label = profile.spine_words(line, areas)
    return drawing(spine.svg(line.spine, line.compared, label))


def _no_spine(line: Line) -> str:
    """Why there is no spine."""
    if line.row["value"] is None:
        return "No figure"
    if not line.indicator.comparable:
        return "No picture: a count grows with the place"
    return "No picture: no figure for England" if line.england is None else "No picture: too few areas"


def _trend(area: Area, line: Line) -> Component:
    trend = line.row["trend"]
    key = {
        "indicator": line.indicator.id,
        "area": area.area_code,
        "area_type": line.row["area_type"],
        "sex": line.row["sex"] if line.row["sex"] != "persons" else None,
        "breakdown": line.row["breakdown"] if line.row["breakdown"] != "all" else None,
    }
    return html.details(
        [
            html.summary(sentences.trend_words(trend), class_="wh-details-summary"),
            html.div(
                [
                    html.p(sentences.trend_sentence(trend)),
                    html.p(
                        [
                            ui.link(f"Trend of {line.name}", f"/trends{search_of(key)}"),
                            " · ",
                            ui.link(f"Compare {line.name} across areas", f"/compare{search_of(key)}"),
                        ]
                    ),
                ],
                class_="wh-profile-more",
            ),
        ]
    )


def _other_groups(area: Area, others: Sequence[Line]) -> Component:
    rows = []
    for line in others:
        value, interval = profile.value_cell(line)
        rows.append(
            [
                f"{line.indicator.short_title}{' (illustrative)' if line.illustrative else ''}",
                line.group or "Everyone",
                {"t": value, "s": line.row["value"]},
                interval,
                sentences.short_value_words(line.england, line.indicator),
                sentences.compare_words(line.compared),
                sentences.period_words(line.row["period"]),
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
    banner = [ui.illustrative_banner()] if any(line.illustrative for line in others) else []
    return ui.details(
        "By sex, age and group",
        *banner,
        ui.table(
            f"{area.name}: figures by sex, age and group", columns, rows, id="by-group", hide_caption=True
        ),
    )


def _told_apart(main: Sequence[Line], compared: bool) -> tuple[list[Line], list[Line], list[Line]]:
    """The lines that are set beside England, the counts (they grow with the place), the illustrative ones."""
    real = [line for line in main if not line.illustrative]
    counts = [line for line in real if compared and not line.indicator.comparable]
    return (
        [line for line in real if line not in counts],
        counts,
        [line for line in main if line.illustrative],
    )


def spine_file(area: Area) -> str:
    return f"work-and-health-{area.area_code}-spine"


def spine_sheet(context: Context, asked: Asked) -> Sheet | None:
    """The spine chart as one picture: the table that stands open on the page. None where no spine is drawn."""
    if not asked.parts:
        return None
    area = context.register.area(_given_code(asked))
    main = [line for line in area_lines(context, area) if line.is_main]
    if area.area_code in (ENGLAND, UNITED_KINGDOM) or not any(line.spine for line in main):
        return None
    shown, counts, invented = _told_apart(main, True)
    lines = shown or counts or invented
    themes: dict[str, list[SpineRow]] = {}
    for line in lines:
        themes.setdefault(line.indicator.theme, []).append(_spine_row(line))
    lead = [
        "England is in the middle. Further right is better; where neither way is good or bad, further right is higher. "
        "Each row has its own scale: its edge is the area that lies furthest from England."
    ]
    if lines is invented:
        lead.insert(0, "Illustrative figures: made up, not real. Do not quote them.")
    frame = sheets.Frame(
        f"{area.name} beside England: newest figure of each indicator, with its 95% interval",
        lead,
        sentences.sources_words(releases_of(context, [line.row for line in lines])),
    )
    return Sheet(
        spine_file(area),
        sheets.spine_sheet(frame, area.name, list(themes.items())),
        f"Spine chart of {area.name}: {sentences.counted(len(lines), 'indicator')} beside England. The page of the area has "
        "every figure in a table.",
        ("Illustrative figures, not real. " if lines is invented else "")
        + "Each dot is the area’s figure and each line its 95% interval; the upright line is England.",
        [line.row for line in lines],
    )


def _spine_row(line: Line) -> SpineRow:
    value, interval = profile.value_cell(line)
    england = "" if line.england is None else sentences.short_value_words(line.england, line.indicator)
    return SpineRow(
        line.name,
        value,
        interval,
        england or "No figure",
        line.spine,
        line.compared,
        sentences.compare_words(line.compared),
        sentences.period_words(line.row["period"]),
        "" if line.spine else _no_spine(line),
    )


# ---- what is published for other areas only ----------------------------------------------------------


def _elsewhere_section(context: Context, area: Area, lines: Sequence[Line]) -> list[Component]:
    found, inside, nowhere, unloaded = elsewhere(context, area, {line.indicator.id for line in lines})
    types = context.register.area_types
    items: list[Component] = []
    for other, kind, ids in found:
        label = "" if kind in ("england", "uk") else f" ({sentences.lower_first(types[kind].name)})"
        items.append([_area_link(other), f"{label}: ", _titles(context, ids)])
    for kind, ids in inside.items():
        label: Component = html.a(f"{types[kind].plural} in it", href="#where", class_="wh-link")
        if kind == "england":
            label = _area_link(context.register.area(ENGLAND))
        items.append([label, ": ", _titles(context, ids)])
    for one in nowhere:
        kinds = sentences.area_types_words(types[kind].plural for kind in context.catalogue[one].area_types)
        items.append(
            [
                ui.link(context.catalogue[one].short_title, f"/indicators/{one}"),
                f": published for {kinds} only.",
            ]
        )
    parts: list[Component] = []
    if items:
        parts.append(
            ui.paragraph("These are published for other kinds of area. The nearest area that has a figure:")
        )
        parts.append(ui.bullets(items))
    newer = _newer(context, area, lines)
    if newer:
        parts.append(ui.paragraph("Newer figures than those above, for an area round it:"))
        parts.append(ui.bullets([_area_link(other), ": ", _titles(context, ids)] for other, ids in newer))
    if unloaded:
        parts.append(
            ui.details(
                f"{sentences.counted(len(unloaded), 'indicator')} without figures for any area",
                ui.bullets(
                    ui.link(context.catalogue[one].short_title, f"/indicators/{one}") for one in unloaded
                ),
                html.p(
                    [
                        "Nothing is loaded for them yet. See ",
                        ui.link("what is loaded and how to load more", "/refresh"),
                        ".",
                    ]
                ),
            )
        )
    if not parts:
        return []
    return [
        ui.section(
            "Where else to look",
            *parts,
            id="elsewhere",
        )
    ]


def _newer(context: Context, area: Area, lines: Sequence[Line]) -> list[tuple[Area, list[str]]]:
    """Indicators of an area whose series ended a year or more before that of an area it lies in (a CCG and its ICB)."""
    own: dict[str, date] = {}
    for line in lines:
        if line.is_main and line.row["value"] is not None:
            end_on = Period.parse(line.row["period"]).end_on
            own[line.indicator.id] = max(end_on, own.get(line.indicator.id, end_on))
    found: dict[str, list[str]] = {}
    candidates = [one for one in _nearest(context, area) if one[1] not in ("england", "uk")]
    held = {code: _indicators_of(context, code) for code, _ in candidates}
    for indicator_id, end_on in own.items():
        nearest = _newest_of_nearest(indicator_id, candidates, held)
        if nearest and (held[nearest[0]][indicator_id] - end_on).days > 360:
            found.setdefault(nearest[0], []).append(indicator_id)
    return [(context.register.area(code), ids) for code, ids in found.items()]


def _titles(context: Context, ids: Sequence[str]) -> str:
    """Short titles with semicolons between them, since some hold a comma."""

    def named(indicator_id: str) -> str:
        made_up = any(row.get("illustrative") for row in context.available(indicator_id))
        return context.catalogue[indicator_id].short_title + (" (illustrative)" if made_up else "")

    return "; ".join(named(one) for one in ids) + "."


def elsewhere(
    context: Context, area: Area, have: set[str]
) -> tuple[list[tuple[Area, str, list[str]]], dict[str, list[str]], list[str], list[str]]:
    """Where figures are that an area has not: (nearest area with one, its type, indicator ids), the smallest first;
    ids by type of the areas inside it that have them; ids with figures only for areas that have nothing to do with
    it; ids with no figures loaded at all.
    """
    loaded = context.all_available()
    register = context.register
    lacking = [one for one in context.catalogue if one not in have]
    unloaded = [one for one in lacking if one not in loaded]
    wanted = [one for one in lacking if one in loaded]
    candidates = _nearest(context, area) if wanted else []
    held = {code: _indicators_of(context, code) for code, _ in candidates}
    day = context.today() if _stands(context, area.area_code) else (area.end_on or context.today())
    kinds_inside = [
        kind
        for kind in register.area_types
        if any(one.child_code != area.area_code for one in register.children(area.area_code, kind, day))
    ]
    found: dict[str, tuple[Area, str, list[str]]] = {}
    inside: dict[str, list[str]] = {}
    nowhere = []
    for one in wanted:
        nearest = _newest_of_nearest(one, candidates, held)
        kinds = {row["area_type"] for row in loaded[one]}
        within = next((kind for kind in kinds_inside if kind in kinds), None)
        if within and (nearest is None or nearest[1] in ("england", "uk")):
            inside.setdefault(within, []).append(one)
        elif nearest is None:
            nowhere.append(one)
        else:
            code, kind = nearest
            found.setdefault(code, (register.area(code, kind), kind, []))[2].append(one)
    order = [code for code, _ in candidates]
    return sorted(found.values(), key=lambda item: order.index(item[0].area_code)), inside, nowhere, unloaded


def _newest_of_nearest(
    indicator_id: str, candidates: Sequence[tuple[str, str]], held: dict[str, dict[str, date]]
) -> tuple[str, str] | None:
    """The nearest of the areas whose figure is the newest; England and the UK only where no other has one."""
    having = [one for one in candidates if indicator_id in held[one[0]]]
    local = [one for one in having if one[1] not in ("england", "uk")]
    if not local:
        return having[0] if having else None
    newest = max(held[code][indicator_id] for code, _ in local)
    return next(one for one in local if held[one[0]][indicator_id] == newest)


def _indicators_of(context: Context, area_code: str) -> dict[str, date]:
    """Last day of the newest period with a figure, by indicator, of an area.

    A page asks this of a dozen areas round its own: the days are kept, and not the figures of them all.
    """

    def build() -> dict[str, date]:
        found: dict[str, date] = {}
        for line in made_lines(context, context.register.area(area_code)):
            if line.row["value"] is not None:
                end_on = Period.parse(line.row["period"]).end_on
                found[line.indicator.id] = max(end_on, found.get(line.indicator.id, end_on))
        return found

    return context.cached(("newest figures", area_code), build)


def _nearest(context: Context, area: Area) -> list[tuple[str, str]]:
    """Areas that an area lies in or came from, as (code, type), the smallest type first, England and the UK last."""
    register = context.register
    today = context.today()
    day = today if _stands(context, area.area_code) else (area.end_on or today)
    found: dict[str, tuple[tuple[int, int, float], str]] = {}

    def offer(code: str, kind: str, share: float, steps: int) -> None:
        rank = (_NEARNESS.index(kind), steps, -share)
        if code != area.area_code and (code not in found or rank < found[code][0]):
            found[code] = (rank, kind)

    for heir in register.live_successors(area.area_code):
        offer(heir.area_code, heir.area_type, 1.0, 0)
        for beyond in register.parents(heir.area_code, None, today):
            if beyond.share >= 0.25:
                offer(beyond.parent_code, beyond.parent_type, beyond.share, 4)
    for first in register.parents(area.area_code, None, day):
        if first.share >= 0.25:
            offer(first.parent_code, first.parent_type, first.share, 1)
            for second in register.parents(first.parent_code, None, day):
                if second.share >= 0.25 and first.parent_code != area.area_code:
                    offer(second.parent_code, second.parent_type, second.share, 2)
    # figures by CCG and STP end with them: what the area lay in before still tells something
    before = date(2022, 6, 30) if day > date(2022, 6, 30) else day - timedelta(days=1)
    for past in register.parents(area.area_code, None, before):
        if past.share >= 0.25:
            offer(past.parent_code, past.parent_type, past.share, 3)
    for change in register.predecessors(area.area_code):
        if change.share >= 0.5:
            offer(change.predecessor_code, change.area_type, change.share, 4)
    for code, kind in ((ENGLAND, "england"), (UNITED_KINGDOM, "uk")):
        offer(code, kind, 1.0, 5)
    # areas that stand go before those that do not; England and the UK come last of all
    ordered = sorted(
        found.items(),
        key=lambda item: (item[1][1] in ("england", "uk"), not _stands(context, item[0]), item[1][0]),
    )
    return [(code, kind) for code, (_, kind) in ordered]


# ---- sources -----------------------------------------------------------------------------------------


def _sources(context: Context, lines: Sequence[Line]) -> Component:
    releases = context.releases()
    used: dict[str, list[str]] = {}
    for line in lines:
        names = used.setdefault(line.row["release"], [])
        if line.indicator.short_title not in names:
            names.append(line.indicator.short_title)
    items: list[Component] = []
    publishers: dict[str, None] = {}
    for release_id, names in used.items():
        release = releases.get(release_id)
        if release is None:
            continue
        if release["origin"] != "derived" and not release["illustrative"]:
            publishers[release["publisher"]] = None
        publisher = release["publisher"] + (" (illustrative)" if release["illustrative"] else "")
        day = release["published_on"]
        published = sentences.published_words(day)
        items.append(
            [
                html.strong("; ".join(names)),
                f": {publisher}, {release['publication']}. {published}, "
                f"loaded {sentences.date_words(release['loaded_at'])}. {release['licence']}.",
            ]
        )
    from_whom = f"The figures of this page come from: {'; '.join(publishers)}." if publishers else ""
    return ui.section(
        "Sources and method",
        ui.paragraph(from_whom) if from_whom else html.div(),
        ui.paragraph(
            "Intervals are 95% confidence intervals, as published or worked out here from the counts; the page of each indicator "
            "says which. An area is better or worse than England only where its whole interval lies on one side of England’s "
            "figure. ",
            ui.link("How to read the figures", "/about"),
        ),
        ui.details(
            f"Source, dates and licence of each figure ({sentences.counted(len(items), 'publication')})",
            ui.bullets(items),
        ),
        id="sources-and-method",
    )


def export(context: Context, asked: Asked) -> Export:
    """Every figure of the area beside England's; nothing where the address names no area."""
    if not asked.parts:
        return Export("areas", [])
    area = context.register.area(_given_code(asked))
    shown = [
        Shown(
            line.indicator,
            line.row,
            "England" if line.england is not None else "",
            line.england,
            line.compared,
            sentences.trend_words(line.row["trend"]) if line.row["trend"] else "",
        )
        for line in area_lines(context, area)
    ]
    return Export(f"work-and-health-{area.area_code}", shown)


PAGE = Page(
    path="/areas",
    name="areas",
    title=title,
    layout=layout,
    nav="Areas",
    takes_view=False,
    order=10,
    description="Find a council, region or NHS area, and read its work and health figures on one page.",
    most_parts=1,
    check=check,
    export=export,
    sheets={SPINE: spine_sheet},
)
