"""Where this figure comes from: each figure shown, back to the publisher's file and row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from dashboard.answers.lineage import Lineage, LineageFile
from dashboard.components import html
from dashboard.components.text import details, link, paragraph, section
from dashboard.sentences import lineage as words

Component = Any


def lineage_section(lineages: Sequence[Lineage]) -> Component:
    """The way of each figure to its file, folded; a derived one goes on to what it was made from. None for no figures.

    For one figure of a page, such as the row of the chosen area on a map::

        ui.lineage_section(lineages_of(context, indicator.id, [row]))

    with ``dashboard.queries.lineage.lineages_of``, which caches: a page that shows the same figure again asks nothing. For
    a figure of which only indicator, area and period are known, ``lineages(context, indicator_id, area_code=…, period=…)``
    finds those of every sex, age and breakdown. ``id`` of the section is ``where-from``: one to a page.
    """
    if not lineages:
        return None
    return section(
        "Where this figure comes from" if len(lineages) == 1 else "Where these figures come from",
        *(details(words.figure_line(lineage), _entry(lineage)) for lineage in lineages),
        paragraph("The same as data: ", link("API", _address(lineages[0])), "."),
        id="where-from",
    )


def _address(lineage: Lineage) -> str:
    row = lineage.row
    asked = {
        "indicator": lineage.indicator.id,
        "area": row["area_code"],
        **{name: row[name] for name in ("period", "sex", "age", "breakdown")},
    }
    return f"/api/v1/lineage?{urlencode(asked, safe='/:')}"


def _entry(lineage: Lineage) -> Component:
    """Release, note, files and inputs of one figure."""
    members = words.members_line(lineage)
    return html.div(
        [
            html.p(words.release_line(lineage)),
            html.p(lineage.row["note"]) if lineage.row["note"] else None,
            html.ul([html.li(_file(file)) for file in lineage.files], class_="wh-list")
            if lineage.files
            else None,
            html.p(members) if members else None,
            html.ul(
                [html.li([html.span(words.figure_line(part)), _entry(part)]) for part in lineage.inputs],
                class_="wh-list",
            )
            if lineage.inputs
            else None,
        ]
    )


def _file(file: LineageFile) -> list[Component]:
    line = words.file_line(file)
    named = link(line, file.url) if file.url else line
    return [named, html.span(f"sha256 {file.sha256}", class_="wh-hint wh-close wh-address")]
