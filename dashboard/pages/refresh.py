"""Refresh, for whoever runs the service: what went wrong last, how to load more, and every source with its runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboard import components as ui
from dashboard import sentences
from dashboard.address.context import Context
from dashboard.address.page import Asked, Page
from dashboard.answers.freshness import SourceState
from dashboard.components import html
from dashboard.components.sources import digest_cell, source_entry, summary_table
from dashboard.queries.freshness import published_run, source_files, source_states
from dashboard.sentences.freshness import OUTCOMES, freshness_lead, source_name

Component = Any

BOUNDARIES = "ons_geography"
"""The source of boundaries."""
_COMMANDS = (
    ("Fetch every source that can be fetched from its publisher", "python -m etl refresh"),
    ("Fetch only what is due, by the publishers’ calendars", "python -m etl refresh --due"),
    ("Run all the time, and fetch what is due", "python -m etl schedule"),
    ("Load all sources from a folder of publishers’ files", "python -m etl refresh --from FOLDER"),
    ("Load one source only", "python -m etl refresh SOURCE --from FOLDER"),
    ("See what would change, and change nothing", "python -m etl diff SOURCE --from FOLDER"),
    ("Accept a release that was held back", 'python -m etl refresh SOURCE --accept "why it is right"'),
    ("Go back to the release before", 'python -m etl rollback SOURCE --reason "what is wrong"'),
    ("Load the starter edition that is shipped with this service", "python -m etl starter load"),
    ("See this page in a terminal", "python -m etl status"),
)


def layout(context: Context, asked: Asked) -> Sequence[Component]:
    """The summary, the problems first, then every source."""
    states = source_states(context)
    return [
        ui.heading("Run a refresh", freshness_lead(states)),
        html.p(
            ["For whoever runs this service. For readers: ", ui.link("data releases", "/data#releases"), "."],
            class_="wh-hint",
        ),
        _broken([state for state in states if state.is_broken]),
        _how_to(),
        _illustrative([source_name(state) for state in states if state.releases and state.is_illustrative]),
        ui.section("Summary", summary_table(states), id="summary"),
        ui.section(
            "Source by source",
            *[
                source_entry(state, published_run(context, state.source_id), source_files(context, state))
                for state in states
            ],
            id="by-source",
        ),
        _boundaries(context),
    ]


def _illustrative(names: Sequence[str]) -> Component:
    if not names:
        return None
    return ui.warning(
        html.strong("Some figures are illustrative. "),
        "They were invented to show how a page works. A real figure removes the illustrative ones that it replaces.",
        ui.details(f"From {sentences.counted(len(names), 'source')}", ui.bullets(names)),
    )


def _broken(broken: Sequence[SourceState]) -> Component:
    if not broken:
        return None
    return ui.section(
        "Needs someone’s attention",
        ui.bullets(
            [
                html.a(source_name(state), href=f"#{state.source_id}", class_="wh-link"),
                f": {OUTCOMES[state.outcome or ''].lower()}",
            ]
            for state in broken
        ),
    )


def _boundaries(context: Context) -> Component:
    """Which official boundaries the map can draw; without them it draws hexagons and approximate outlines."""
    types = context.register.area_types
    rows = [
        [
            types[boundary["area_type"]].plural,
            {"t": str(boundary["vintage"]), "s": boundary["vintage"]},
            boundary["file_name"],
            digest_cell(boundary["sha256"]),
        ]
        for boundary in context.store.boundaries()
    ]
    if not rows:
        return ui.section(
            "Official boundaries",
            ui.paragraph(
                "None are loaded, so maps show approximate outlines or hexagons. Load them from a folder of the boundary "
                "files of the Office for National Statistics:"
            ),
            html.code(f"python -m etl refresh {BOUNDARIES} --from FOLDER", class_="wh-command"),
            id="boundaries",
        )
    return ui.section(
        "Official boundaries",
        ui.paragraph("Maps can show these. Contains OS data © Crown copyright and database right."),
        ui.table(
            "Official boundaries that are loaded",
            ["Type of area", "Areas as they stood in", "File", "sha256 (first part)"],
            rows,
            id="boundaries-table",
            hide_caption=True,
        ),
        id="boundaries",
    )


def _how_to() -> Component:
    first, *others = _COMMANDS
    return ui.section(
        "How to refresh",
        ui.paragraph(
            "Run these commands on the machine that runs this service. Where it cannot reach the publishers, download their "
            "files to a folder first. Each source is checked whole before anything is changed. A file that cannot be trusted "
            "stops that source alone, and the error names its row or column."
        ),
        html.p(first[0], class_="wh-close"),
        html.code(first[1], class_="wh-command"),
        ui.details(
            f"{sentences.counted(len(others), 'other command')}",
            *[
                part
                for words, command in others
                for part in (html.p(words, class_="wh-close"), html.code(command, class_="wh-command"))
            ],
        ),
        id="how-to",
    )


PAGE = Page(
    path="/refresh",
    name="refresh",
    title="Run a refresh",
    layout=layout,
    door="",
    takes_view=False,
    order=110,
    steady=False,  # the log of runs changes without a publication
    description="For whoever runs this service: how to load figures, and every source with its runs, files and problems.",
)
