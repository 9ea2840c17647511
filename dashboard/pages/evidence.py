"""Evidence of what works: interventions and local programmes, with how strong each is and where it is written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs

from dashboard import components as ui
from dashboard import sentences
from dashboard.address.context import Context
from dashboard.address.keys import KEYS
from dashboard.address.page import Asked, Page
from dashboard.address.view import Problem, clipped
from dashboard.answers.evidence import EvidenceList
from dashboard.components import html
from dashboard.queries.evidence import (
    conditions_with_evidence,
    evidence_list,
    indicators_with_evidence,
)
from dashboard.sentences import evidence as words
from indicators.catalogue import Indicator
from indicators.catalogue.shown import PEOPLE
from indicators.evidence import STRENGTHS, Piece

Component = Any


def _condition(asked: Asked) -> str | None:
    return (
        parse_qs(asked.search.removeprefix("?"), errors="replace").get("condition", [""])[0].strip() or None
    )


def _indicator(context: Context, asked: Asked) -> Indicator | None:
    return context.catalogue[asked.view.indicator_id] if "indicator" in asked.view.asked else None


def check(context: Context, asked: Asked) -> Problem | None:
    """A 400 for a group of people that there is not."""
    condition, known = _condition(asked), KEYS["condition"].choices
    if condition is None or condition in known:
        return None
    return Problem(
        400,
        "We do not know this health condition",
        f"“{clipped(condition)}” is not one of: {', '.join(known)}.",
        (("See all evidence", "/evidence"),),
        "condition",
        clipped(condition),
        known,
    )


def layout(context: Context, asked: Asked) -> Sequence[Component]:
    """The list, narrowed as the address asks."""
    condition, indicator = _condition(asked), _indicator(context, asked)
    codes = asked.view.area_codes
    area = context.register.area(codes[0]) if codes else None
    found = evidence_list(
        context, condition=condition, indicator_id=indicator.id if indicator else None, area=area
    )
    by_strength = [
        (strength, [piece for piece in found.interventions if piece.strength == strength])
        for strength in STRENGTHS
    ]
    sections = [
        ui.section(
            words.strength_words(strength),
            ui.paragraph(words.STRENGTHS[strength][1], muted=True),
            html.div(
                [ui.intervention_entry(piece, found.papers, _goes_with(context, piece)) for piece in pieces],
                class_="wh-entries",
            ),
            id=strength.replace("_", "-"),
        )
        for strength, pieces in by_strength
        if pieces
    ]
    contents = [
        (f"{words.strength_words(strength)} ({len(pieces)})", f"#{strength.replace('_', '-')}")
        for strength, pieces in by_strength
        if pieces
    ]
    if found.programmes:
        contents.append((f"Local programmes ({len(found.programmes)})", "#programmes"))
    return [
        ui.heading("Evidence of what works", words.list_lead(found)),
        ui.about_tabs("/evidence"),
        _choices(context, condition, indicator),
        _narrowed_to(area),
        ui.paragraph(words.SUITABLE, " ", words.AGE, muted=True),
        ui.strength_key(),
        _nothing() if found.is_empty else _contents(contents),
        *sections,
        _programmes(context, found),
        ui.section("The papers", ui.papers_list(found.papers), id="papers"),
    ]


def _choices(context: Context, condition: str | None, indicator: Indicator | None) -> Component:
    people = [("", "Everyone")] + [(key, PEOPLE[key]) for key in conditions_with_evidence(context)]
    themes: dict[str, list[tuple[str, str]]] = {}
    for indicator_id in indicators_with_evidence(context):
        known = context.catalogue[indicator_id]
        themes.setdefault(known.theme, []).append((known.id, known.short_title))
    options: list[Any] = [("", "All indicators"), *themes.items()]
    return ui.controls(
        ui.select("condition", "For whom", people, condition or ""),
        ui.select("indicator", "Indicator it goes with", options, indicator.id if indicator else ""),
        label="Narrow the list",
    )


def _narrowed_to(area: Any) -> Component | None:
    if area is None:
        return None
    return ui.paragraph(
        "Local programmes are those of ",
        ui.link(sentences.in_words(area), f"/areas/{area.area_code}"),
        ". ",
        ui.link("Show all", "/evidence#programmes"),
    )


def _nothing() -> Component:
    return ui.inset(
        html.p(words.NONE_FITS),
        html.p(ui.link("See all evidence", "/evidence")),
    )


def _contents(links: Sequence[tuple[str, str]]) -> Component:
    return html.nav(
        html.ul([html.li(ui.link(text, href)) for text, href in links], class_="wh-onward"),
        aria_label="On this page",
    )


def _programmes(context: Context, found: EvidenceList) -> Component | None:
    if not found.programmes:
        return None
    return ui.section(
        "Local programmes",
        ui.paragraph(
            "Programmes and sites of trials that the papers name. Places have the names of that time. Several areas have since "
            "changed their name or border.",
            muted=True,
        ),
        html.div(
            [
                ui.programme_entry(local, found.papers, _goes_with(context, local.programme))
                for local in found.programmes
            ],
            class_="wh-entries",
        ),
        id="programmes",
    )


def _goes_with(context: Context, piece: Piece) -> list[Indicator]:
    return [context.catalogue[name] for name in piece.indicators if name in context.catalogue]


PAGE = Page(
    path="/evidence",
    name="evidence",
    title="Evidence of what works",
    layout=layout,
    door="/about",
    takes_view=False,
    order=85,
    description="What is known to help people with a health condition into work and to stay in it, and how strong the evidence is.",
    check=check,
)
