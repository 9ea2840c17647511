"""A release that waits in quarantine: why, what it would change, before and after, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboard.answers.freshness import SourceState
from dashboard.answers.quarantine import Held, HeldFigure, HeldLine
from dashboard.components import html
from dashboard.components.sources import digest_cell
from dashboard.components.tables import table
from dashboard.components.text import bullets, details, inset, link, section
from dashboard.figures import colours
from dashboard.figures import quarantine as figures
from dashboard.sentences import counted, number, unit_words
from dashboard.sentences import quarantine as words
from dashboard.sentences.freshness import source_name
from indicators.catalogue import Indicator

Component = Any

PATH = "/quarantine"
MOST_ROWS = 20
"""Changed areas of a line that stand open; the others are folded away."""


def waiting_list(states: Sequence[SourceState]) -> Component:
    """A link for each source of which a release waits."""
    return bullets(link(source_name(state), f"{PATH}/{state.source_id}") for state in states)


def reasons_section(held: Held) -> Component:
    """Why it waits, as the job worded it."""
    return section(
        "Why it is held back",
        bullets(held.reasons) if held.reasons else html.pre(held.message, class_="wh-message"),
        inset(html.p(words.NOT_SHOWN)),
        id="reasons",
    )


def accept_section(held: Held) -> Component:
    """The command that publishes it, and what to do where it is wrong."""
    return section(
        "What to do",
        html.p(
            "If the change is right, run this on the machine of the service. Your reason is kept with the release:",
            class_="wh-close",
        ),
        html.code(words.accept_command(held), class_="wh-command"),
        html.p(
            "If it is wrong, do nothing, and write to the publisher. The next file is compared with the figures that are "
            "shown now."
        ),
        html.p(
            ["Every run of this source: ", link("Run a refresh", f"/refresh#{held.state.source_id}"), "."]
        ),
        id="what-to-do",
    )


def changes_section(held: Held) -> Component:
    """How many figures would change, by indicator, and the files that they come from."""
    kinds = ("added", "revised", "removed", "unchanged")
    counts = table(
        "Figures that would change, by indicator",
        ["Indicator", *({"label": kind.capitalize(), "kind": "number"} for kind in kinds)],
        [
            [name, *({"t": number(of.get(kind, 0)), "s": of.get(kind, 0)} for kind in kinds)]
            for name, of in held.changes
        ],
        id="held-changes",
        hide_caption=True,
    )
    files = table(
        "Files of the release that is held back",
        ["File", "Edition", "sha256 (first part)"],
        [[file.name, file.edition, digest_cell(file.sha256)] for file in held.files],
        id="held-files",
        hide_caption=True,
        sort=False,
    )
    return section(
        "Everything that would change",
        counts if held.changes else html.p("No figure is counted for this release."),
        details(f"Made from {counted(len(held.files), 'file')}", files) if held.files else None,
        id="held-counts",
    )


def line_section(line: HeldLine, place: int) -> Component:
    """Before and after of one indicator and period: two maps, and a table of the areas that change."""
    return section(
        words.line_title(line),
        html.p(words.line_lead(line)),
        _maps(line, f"held-{place}") if line.map else None,
        *_tables(line, place),
        id=f"held-{place}",
    )


def _maps(line: HeldLine, name: str) -> Component:
    found = line.map
    if found is None:
        return None
    bounds = figures.bounds_of(found)
    classes: list[tuple[str, str]] = [
        (figures.swatch(place, name), words.class_words(place, bounds, line.indicator))
        for place in range(len(colours.BANDS))
        if bounds[place] is not None
    ]
    classes.append((figures.swatch(None, f"{name}-key"), "No figure"))
    classes.append((figures.changed_swatch(), "Would change"))
    return html.div(
        [
            html.p(words.maps_words(line)),
            html.div(
                [
                    html.figure(
                        [
                            html.figcaption(html.strong(side)),
                            html.trusted(
                                figures.svg(
                                    found,
                                    after=after,
                                    label=words.map_label(line, after=after),
                                    name=f"{name}-{'after' if after else 'before'}",
                                )
                            ),
                        ]
                    )
                    for side, after in (("Before", False), ("After", True))
                ],
                class_="wh-before-after",
            ),
            html.ul(
                [html.li([html.trusted(swatch), html.span(text)]) for swatch, text in classes],
                class_="wh-key",
                aria_label="What the colours of both maps mean",
            ),
        ]
    )


def _tables(line: HeldLine, place: int) -> list[Component]:
    unit = unit_words(line.indicator)
    caption = f"{words.line_title(line)}: before and after"
    columns: list[str | dict[str, Any]] = [
        "Area",
        {"label": "Code", "hide": True},
        {"label": "Before", "kind": "number"},
        {"label": "After", "kind": "number"},
        {"label": "Change", "kind": "number"},
    ]
    rows = [_cells(figure, line.indicator) for figure in line.figures]
    parts: list[Component] = [
        html.p(f"Unit: {unit}. The areas that change most come first.", class_="wh-hint"),
        table(caption, columns, rows[:MOST_ROWS], id=f"held-{place}-table", hide_caption=True),
    ]
    if more := rows[MOST_ROWS:]:
        whole = table(f"{caption}, others", columns, more, id=f"held-{place}-others", hide_caption=True)
        parts.append(details(f"{counted(len(more), 'other area')}", whole))
    return parts


def _cells(figure: HeldFigure, indicator: Indicator) -> list[Any]:
    change = figure.change
    return [
        {"t": figure.area_name, "h": f"/areas/{figure.area_code}"},
        figure.area_code,
        *(
            {"t": words.value_cell_words(value, indicator), "s": value[0]}
            for value in (figure.before, figure.after)
        ),
        {"t": words.change_cell_words(figure, indicator), "s": change},
    ]
