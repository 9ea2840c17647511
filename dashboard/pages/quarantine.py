"""Releases that are held back (``/quarantine``), and one of them before and after (``/quarantine/<source_id>``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboard import components as ui
from dashboard.address.context import Context
from dashboard.address.page import Asked, Page
from dashboard.address.view import Problem, clipped
from dashboard.components import html
from dashboard.components import quarantine as parts
from dashboard.queries.quarantine import held, waiting
from dashboard.sentences import counted, listed
from dashboard.sentences.freshness import source_name
from dashboard.sentences.quarantine import held_lead, waiting_lead

Component = Any
TITLE = "Releases held back"


def check(context: Context, asked: Asked) -> Problem | None:
    """A 404 for a source of which nothing waits."""
    if not asked.parts or held(context, asked.parts[0]) is not None:
        return None
    return Problem(
        404,
        "Nothing is held back here",
        f"No release of a source “{clipped(asked.parts[0])}” waits: there is no such source, or its figures are "
        "published.",
        (("Releases held back", parts.PATH), ("Run a refresh", "/refresh")),
    )


def layout(context: Context, asked: Asked) -> Sequence[Component]:
    """What waits; of one source why, what to do, and the figures before and after."""
    found = held(context, asked.parts[0]) if asked.parts else None
    if found is None:
        states = waiting(context)
        return [
            ui.heading(TITLE, waiting_lead(states)),
            parts.waiting_list(states) if states else None,
            html.p(["Every source and its runs: ", ui.link("Run a refresh", "/refresh"), "."]),
        ]
    return [
        ui.heading(f"Held back: {source_name(found.state)}", held_lead(found)),
        parts.reasons_section(found),
        parts.accept_section(found),
        *[parts.line_section(line, place) for place, line in enumerate(found.lines, start=1)],
        _not_drawn(found.left_out, found.unknown),
        None if found.is_boundaries else parts.changes_section(found),
    ]


def _not_drawn(left_out: int, unknown: Sequence[str]) -> Component:
    sentences = [
        *(
            [f"{counted(left_out, 'more changed figure')} of these lines were not kept for this page."]
            if left_out
            else []
        ),
        *([f"Not in the catalogue of this service: {listed(unknown)}."] if unknown else []),
    ]
    return ui.inset(html.p(" ".join(sentences))) if sentences else None


PAGE = Page(
    path=parts.PATH,
    name="quarantine",
    title=lambda context, asked: f"{TITLE}: {asked.parts[0]}" if asked.parts else TITLE,
    layout=layout,
    door="",
    takes_view=False,
    order=111,
    most_parts=1,
    check=check,
    steady=False,  # the log of runs changes without a publication
    description="For whoever runs this service: what a release that was held back would change, and how to accept it.",
)
