"""Parts of the page that makes a group of areas: the group itself, what is wrong with it, and the form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from dashboard.answers.areas import AreaGroup
from dashboard.answers.chosen_group import ChosenGroup
from dashboard.components import html
from dashboard.components.areas import MOST_IN_A_ROW, with_commas
from dashboard.components.downloads import file_link
from dashboard.components.text import bullets, details, inset, link, paragraph, section, skip_link
from dashboard.sentences import groups as words
from dashboard.sentences.counts import lower_first
from geodata.groups import name_in, plain_code
from geodata.register import Area, AreaType

Component = Any
PATH = "/groups"
Types = Mapping[str, AreaType]


def groups_address(codes: Sequence[str], name: str = "", area_type: str = "") -> str:
    """The address of the page with some areas chosen, or one group."""
    name = name or next((found for code in codes if (found := name_in(code))), "")
    listed = ",".join(plain_code(code) for code in codes)
    pairs = [("area_type", area_type), ("area", listed), ("name", name)]
    text = urlencode([pair for pair in pairs if pair[1]], safe=",:")
    return f"{PATH}?{text}" if text else PATH


def group_query(found: ChosenGroup) -> str:
    """``area=custom:E06000015+E06000018&name=…``: the group in an address of another page."""
    pairs = [("area", found.code), ("name", found.name)]
    return urlencode([pair for pair in pairs if pair[1]], safe=":")


def made_group(found: ChosenGroup, kind: AreaType) -> Component:
    """The group with its members, each of which may be taken away, and the pages that show it."""
    query = group_query(found)
    named = f"?{urlencode({'name': found.name})}" if found.name else ""
    profile = f"/areas/{found.code}"
    pages = [
        ("Profile", profile + named),
        ("Compare", f"/compare?{query}"),
        ("Trends", f"/trends?{query}"),
        ("Map", f"/map?{query}"),
        ("Use as benchmark", f"/map?area_type={found.area_type}&{query.replace('area=', 'benchmark=', 1)}"),
    ]
    return section(
        found.title,
        html.p(f"{words.members_words(found, kind)}:"),
        member_chips(found),
        html.div(
            [
                *[
                    link(
                        label,
                        href,
                        class_="wh-button" if label == "Profile" else "wh-button wh-button-secondary",
                    )
                    for label, href in pages
                ],
                file_link(f"{profile}/pack.pdf{named}", "Briefing pack (PDF)"),
                file_link(f"/csv{profile}{named}", "Figures (CSV)"),
                html.button(
                    "Copy link",
                    type="button",
                    class_="wh-button wh-button-secondary wh-needs-script",
                    data_copy="link",
                ),
                html.p(role="status", class_="wh-hint wh-status"),
            ],
            class_="wh-downloads wh-group-pages",
        ),
        # assets/groups.js keeps it in the browser
        html.div(
            hidden=True, data_group_code=found.code, data_group_name=found.title, data_group_query=query
        ),
        id="group",
    )  # fmt: skip


def member_chips(found: ChosenGroup) -> Component:
    """The members, each with a link to its page and one that takes it away."""
    items = []
    for area in found.members:
        rest = [other.area_code for other in found.members if other is not area]
        items.append(
            html.li(
                [
                    link(area.name, f"/areas/{area.area_code}"),
                    link(
                        [
                            html.span("×", aria_hidden="true"),
                            html.span(f"Remove {area.name}", class_="wh-visually-hidden"),
                        ],
                        groups_address(rest, found.name, found.area_type),
                        class_="wh-chip-remove",
                        title=f"Remove {area.name}",
                    ),
                ],
                class_="wh-chip",
            )
        )
    return html.ul(items, class_="wh-chips", aria_label="Areas in the group")


def group_members(area: Area, members: Sequence[Area]) -> Component | None:
    """What a group is made of, with links, and the way to change it; None for any other area."""
    if not members:
        return None
    change = link("Change this group", groups_address([area.area_code]))
    links = [link(member.name, f"/areas/{member.area_code}") for member in members]
    if len(members) > MOST_IN_A_ROW:
        return html.div(
            [
                details(
                    f"The {len(members)} areas of this group",
                    html.ul([html.li(item) for item in links], class_="wh-list wh-columns"),
                ),
                html.p(change),
            ],
            id="members",
        )
    return html.p(["Made of ", *with_commas(links), ". ", change], id="members")


def group_problems(found: ChosenGroup, types: Types, fewest: int, most: int) -> Component | None:
    """What was not taken as it was given, each with what to do; None where nothing is wrong."""
    items: list[Component] = []
    if problem := words.problem_words(found, fewest, most):
        items.append(problem)
    for piece in found.unmatched:
        item: list[Component] = [words.unmatched_words(piece)]
        for place, area in enumerate(piece.like):
            item += [" Add " if place == 0 else ", ", link(area.name, _with(found, area))]
        items.append([*item, "?"] if piece.like else item)
    items += [
        words.other_type_words(area, types[area.area_type], types[found.area_type])
        for area in found.other_type
    ]
    if repeated := words.repeated_words(found.repeated):
        items.append(repeated)
    items += found.notes
    if not items:
        return None
    return html.div(inset(html.p(html.strong("Check these areas")), bullets(items)), id="group-problems")


def _with(found: ChosenGroup, area: Area) -> str:
    codes = [member.area_code for member in found.members]
    return groups_address([*codes, area.area_code], found.name, found.area_type)


def group_form(
    found: ChosenGroup,
    types: Sequence[AreaType],
    listed: Sequence[AreaGroup],
    most: int,
    *,
    has_type: bool,
) -> Component:
    """Name, type, a box to paste into, a file, and a list to choose from. Works as a plain form before scripts run.

    types     that members may be of
    listed    the areas of the chosen type
    has_type  whether the type is known: chosen, or that of areas that were given
    """
    options = [("", "Any one type"), *((kind.area_type, kind.plural) for kind in types)]
    here = {area.area_code for group in listed for area in group.areas}
    members = {area.area_code for area in found.members}
    rest = [area.area_code for area in found.members if area.area_code not in here]
    pasted = "\n".join([*rest, *(piece.text for piece in found.unmatched)])
    plural = lower_first(next(kind.plural for kind in types if kind.area_type == found.area_type))
    return html.form(
        [
            _field(
                "group-name",
                "Name of the group",
                html.input_(
                    id="group-name",
                    name="name",
                    type="text",
                    value=found.name,
                    maxlength=80,
                    autocomplete="off",
                    class_="wh-input",
                    aria_describedby="group-name-hint",
                ),
                "Such as Greater Nottingham",
            ),
            _field(
                "group-type",
                "Type of area",
                html.select(
                    [
                        html.option(
                            words_of_type,
                            value=area_type,
                            selected="selected"
                            if area_type == (found.area_type if has_type else "")
                            else None,
                        )
                        for area_type, words_of_type in options
                    ],
                    id="group-type",
                    name="area_type",
                    class_="wh-select",
                ),
                "All areas of a group are of one type",
            ),
            _field(
                "group-members",
                "Names or codes of areas",
                html.element(
                    "textarea",
                    # a browser drops the first line end of a box
                    f"\n{pasted}" if pasted else None,
                    id="group-members",
                    name="members",
                    rows=5,
                    spellcheck="false",
                    class_="wh-input wh-group-box",
                    data_given=pasted,
                    aria_describedby="group-members-hint",
                ),
                "One on each line, or with commas between them",
            ),
            _file_field(),
            _area_list(plural, listed, members, most),
            html.button(
                "Change the group" if found.code else "Make the group",
                id="group-submit",
                type="submit",
                class_="wh-button wh-button-secondary" if found.code else "wh-button",
            ),
        ],
        id="group-form",
        class_="wh-group-form",
        method="get",
        action=PATH,
        aria_label="Choose the areas of a group",
    )


def _field(id: str, label: str, control: Component, hint: str) -> Component:
    return html.div(
        [
            html.label(label, for_=id, class_="wh-label"),
            html.span(hint, id=f"{id}-hint", class_="wh-hint"),
            control,
        ],
        class_="wh-field",
    )


def _file_field() -> Component:
    return html.div(
        [
            html.label("Or take them from a CSV file", for_="group-file", class_="wh-label"),
            html.span(
                "The file is read in your browser and is not sent anywhere", id="group-file-hint", class_="wh-hint"
            ),
            html.input_(
                id="group-file",
                type="file",
                accept=".csv,.txt,.tsv,text/csv,text/plain",
                aria_describedby="group-file-hint",
            ),
            html.p(role="status", id="group-file-status", class_="wh-hint"),
        ],
        class_="wh-field wh-needs-script",
    )  # fmt: skip


def _area_list(plural: str, listed: Sequence[AreaGroup], members: set[str], most: int) -> Component:
    """Every area of the type with a check box, by what the type is grouped by."""
    blocks = [_block(group, members) for group in listed]
    return html.details(
        [
            html.summary(f"Choose from a list of {plural}", class_="wh-details-summary"),
            html.div(
                [
                    html.label(
                        "Search this list",
                        for_="group-search",
                        class_="wh-label wh-needs-script",
                    ),
                    html.input_(
                        id="group-search",
                        type="search",
                        autocomplete="off",
                        class_="wh-input wh-needs-script",
                    ),
                    html.p(
                        f"{len(members)} of up to {most} chosen.",
                        role="status",
                        id="group-count",
                        class_="wh-hint",
                        data_most=most,
                    ),
                    skip_link("Skip the list", "group-submit"),
                    html.div(
                        blocks,
                        class_="wh-group-list",
                        tabindex="0",
                        role="group",
                        aria_label=f"List of {plural}",
                    ),
                ],
                class_="wh-details-text",
            ),
        ],
        class_="wh-details",
        open=bool(members),
    )


def _block(group: AreaGroup, members: set[str]) -> Component:
    boxes = [
        html.label(
            [
                html.input_(
                    type="checkbox",
                    name="members",
                    value=area.area_code,
                    checked=area.area_code in members,
                ),
                f" {area.name}",
            ],
            class_="wh-group-option",
        )
        for area in group.areas
    ]
    name = html.element("legend", group.group.name if group.group else "All", class_="wh-label")
    return html.element("fieldset", [name, html.div(boxes, class_="wh-group-options")], class_="wh-group-set")


def kept_groups() -> Component:
    """Where ``assets/groups.js`` lists the groups that were made in this browser."""
    return html.div(
        [
            html.h2("Your groups", class_="wh-h2"),
            paragraph(
                "These are kept in this browser only. To share a group, send the link of any page that shows it.",
                muted=True,
            ),
            html.ul(class_="wh-list wh-kept-list"),
        ],
        id="kept-groups",
        class_="wh-section",
        hidden=True,
    )


def group_method() -> Component:
    """How the figures of a group come about, folded."""
    return details(
        "How figures for a group are calculated",
        bullets(
            [
                "Counts of the areas are added up, and the rate is calculated again. It is not an average of rates.",
                "Each figure has a confidence interval of its own.",
                "An area without a published figure is left out and named. The share of people with data is shown.",
                "With data for fewer than 90% of people, a figure is not compared. Below 50%, none is shown.",
                "Medians, averages, life expectancy and age-standardised rates cannot be added up. They are listed with the reason.",
            ]
        ),
    )
