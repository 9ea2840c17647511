"""What stands at the top of every tab of an area: what and where it is, its name, its pack, and the tabs."""

from __future__ import annotations

from typing import Any

from dashboard import sentences
from dashboard.answers.areas import Setting
from dashboard.components import html
from dashboard.components.tabs import area_tabs
from dashboard.components.text import link
from dashboard.sentences import in_words

Component = Any

_ARROW = html.trusted(
    '<svg class="wh-arrow-down" width="14" height="15" viewBox="0 0 14 15" aria-hidden="true" focusable="false">'
    '<path d="M7 0V9M3 6l4 4 4-4M1 14H13" fill="none" stroke="currentColor" stroke-width="2"/></svg>'
)


def area_heading(found: Setting, tab: str, tab_words: str = "", *, has_pack: bool = True) -> Component:
    """The h1 with the line above it, the pack at its right, and the tabs with one marked.

    tab        the tab that is open: the last part of its path, empty for the summary
    tab_words  what it shows, read out behind the name of the area: the names of all tabs are the same to the eye
    has_pack   False for an area without figures
    """
    area = found.description.area
    behind = html.span(f": {tab_words}", class_="wh-visually-hidden") if tab_words else None
    return html.joined(
        html.header(
            [
                html.div(
                    [
                        html.p(_setting(found), class_="wh-caption"),
                        html.h1([area.name, behind], class_="wh-h1", tabindex="-1"),
                    ]
                ),
                _files(area.area_code) if has_pack else None,
            ],
            class_="wh-page-heading wh-area-heading",
        ),
        area_tabs(area.area_code, tab),
    )


def _setting(found: Setting) -> list[Component]:
    """``Unitary authority in the East Midlands · NHS Nottingham and Nottinghamshire ICB``, with links."""
    region, ended_on = found.description.region, found.description.ended_on
    parts: list[Component] = [sentences.kind_words(found.description.area, found.kind)]
    if region:
        name = sentences.in_words(region)
        article = "the " if name.startswith("the ") else ""
        parts += [f" in {article}", link(name.removeprefix("the "), f"/areas/{region.area_code}")]
        parts.append(" (NHS region)" if region.area_type == "nhs_region" else "")
    if ended_on:
        parts.append(f", until {sentences.date_words(ended_on)}")
    for area in found.lies_in:
        parts += [" · ", link(in_words(area), f"/areas/{area.area_code}")]
    return parts


def _files(area_code: str) -> Component:
    """The pack in one click, as PDF and as a workbook, and the link of the page."""
    return html.trusted(_files_markup().replace("{area_code}", area_code))


@html.cached
def _files_markup() -> str:
    def pack(words: list[Component], kind: str, progress: str, *, is_main: bool = False) -> Component:
        return html.a(
            [_ARROW, html.span(words)],
            href=f"/areas/{{area_code}}/pack.{kind}",
            download="",
            class_="wh-button" if is_main else "wh-button wh-button-secondary",
            data_progress=progress,
        )

    def wide(words: str) -> Component:
        return html.span(words, class_="wh-wide-only")

    return html.div(
        [
            pack(["Briefing pack (PDF)"], "pdf", "Making the PDF. It takes a few seconds.", is_main=True),
            pack([wide("Workbook ("), "XLSX", wide(")")], "xlsx", "Making the workbook."),
            html.button(
                "Copy link",
                type="button",
                class_="wh-button wh-button-secondary wh-needs-script wh-copy-link",
                data_copy="link",
            ),
            html.p(role="status", class_="wh-hint wh-status"),
        ],
        id="take-away",
        class_="wh-downloads wh-area-files",
    )
