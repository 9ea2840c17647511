"""Evidence on a page: entries with everything that is known, and cards that lead to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dashboard.answers.evidence import AreaEvidence, EvidenceList, LocalProgramme
from dashboard.components import html
from dashboard.components.areas import area_link, with_commas
from dashboard.components.text import bullets, details, facts, link, paragraph, section
from dashboard.sentences import counted
from dashboard.sentences import evidence as words
from indicators.catalogue import Indicator
from indicators.evidence import Intervention, Paper, Piece, Programme, Strength

Component = Any
Papers = Mapping[str, Paper]

MOST_CARDS = 6
"""Programmes or interventions that a page shows as cards; the list has all of them."""


def evidence_href(piece: Piece) -> str:
    """Address of a piece in the list."""
    return f"/evidence#{piece.id}"


# ---- cards -----------------------------------------------------------------------------------------------


def area_evidence_section(found: AreaEvidence) -> Component:
    """On an area's page: its programmes first, then what is known to help with the three main questions."""
    area = found.area
    near = [local for local in found.local if local.relation != "part"]
    somewhere = [local for local in found.local if local.relation == "part"]
    parts: list[Component] = []
    if near:
        parts.append(html.h3("Local programmes", class_="wh-h3"))
        parts.append(_cards([_local_card(local, found.papers) for local in near[:MOST_CARDS]]))
        if len(near) > MOST_CARDS:
            more = link(f"All {len(near)} local programmes", f"/evidence?area={area.area_code}#programmes")
            parts.append(paragraph(more))
    if somewhere:
        parts.append(paragraph(words.somewhere_words(somewhere), muted=True))
        parts.append(
            bullets(
                [
                    link(local.programme.title, evidence_href(local.programme)),
                    f" ({local.programme.place}). {words.strength_words(local.programme.strength)}.",
                ]
                for local in somewhere
            )
        )
    for headline, interventions in found.by_headline:
        if interventions:
            opening = f"{words.HEADLINES[headline]}: {counted(len(interventions), 'intervention')}"
            parts.append(details(opening, _cards([_card(piece, found.papers) for piece in interventions])))
    return section(
        "What may help: evidence",
        paragraph(f"From papers on work and health. {words.AGE}", muted=True),
        *parts,
        paragraph(link("All evidence of what works", "/evidence")),
        id="evidence",
    )  # fmt: skip


def indicator_evidence_section(indicator: Indicator, found: EvidenceList) -> Component | None:
    """On an indicator's page: what goes with it; None where nothing does."""
    if found.is_empty:
        return None
    cards = [_card(piece, found.papers) for piece in found.interventions[:MOST_CARDS]]
    cards += [_local_card(local, found.papers) for local in found.programmes[: MOST_CARDS - len(cards)]]
    count = len(found.interventions) + len(found.programmes)
    rest = (
        f"All {count} pieces of evidence for this indicator" if count > len(cards) else "See them in the list"
    )
    return section(
        "Evidence of what works",
        paragraph(f"What papers on work and health say may help. {words.AGE}", muted=True),
        _cards(cards),
        paragraph(link(rest, f"/evidence?indicator={indicator.id}")),
        id="evidence",
    )  # fmt: skip


def _cards(cards: Sequence[Component]) -> Component:
    return html.ul(cards, class_="wh-cards wh-evidence-cards")


def _card(piece: Piece, papers: Papers, where: str | None = None) -> Component:
    return html.li(
        [
            link(piece.title, evidence_href(piece), class_="wh-link wh-card-link"),
            grade_line(piece.strength),
            html.p(where, class_="wh-evidence-place") if where else None,
            html.p(words.card_words(piece), class_="wh-evidence-found"),
            html.p(f"Source: {words.sources_words(piece, papers)}", class_="wh-evidence-source"),
        ]
    )


def _local_card(local: LocalProgramme, papers: Papers) -> Component:
    return _card(local.programme, papers, words.place_words(local))


# ---- the list --------------------------------------------------------------------------------------------


def grade_line(strength: Strength) -> Component:
    """The letter of the evidence in a ring, and what it stands for: ``A Tested in trials``."""
    letter, meaning = words.grade(strength)
    return html.span(
        [
            html.span(letter, class_="wh-grade wh-grade-small", aria_hidden="true"),
            html.span(
                [
                    html.span(f"Grade {letter}: ", class_="wh-visually-hidden") if letter.isalpha() else None,
                    meaning,
                ]
            ),
        ],
        class_="wh-grade-line",
    )


def strength_key() -> Component:
    """What the labels of strength mean."""
    return details(
        "How strong the evidence is: what the grades mean",
        facts((grade_line(strength), meaning) for strength, (_, meaning) in words.STRENGTHS.items()),
        paragraph("The grades are ours, from what the papers state of each."),
    )


def papers_list(papers: Papers) -> Component:
    """The publications, with what a reader must know of each."""
    return bullets(
        f"{paper.title}, {paper.publisher}, {paper.published}." + (f" {paper.note}" if paper.note else "")
        for paper in papers.values()
    )


def intervention_entry(piece: Intervention, papers: Papers, indicators: Iterable[Indicator]) -> Component:
    """An intervention: what it is, for whom, what was found and where it says so; the rest opens on request."""
    return _entry(piece, papers, indicators, known=words.design_words(piece))


def programme_entry(local: LocalProgramme, papers: Papers, indicators: Iterable[Indicator]) -> Component:
    """A programme likewise; links lead to the areas that it belongs to."""
    places = with_commas(area_link(place) for place in local.places)
    where = ["Part of ", *places] if local.relation == "part" else places
    return _entry(local.programme, papers, indicators, place=[local.programme.place, " (see ", *where, ")"])


def _entry(
    piece: Intervention | Programme,
    papers: Papers,
    indicators: Iterable[Indicator],
    *,
    known: str | None = None,
    place: Component = None,
) -> Component:
    links = [link(indicator.short_title, f"/indicators/{indicator.id}") for indicator in indicators]
    more = facts(
        [
            ("How it is known", known),
            ("Scale and dates", piece.scale),
            ("Cost", piece.cost),
            ("Goes with", with_commas(links) if links else None),
            ("Sources", bullets(words.source_words(source, papers) for source in piece.sources)),
        ]
    )
    return html.div(
        [
            html.h3(piece.title, class_="wh-h3", id=piece.id),
            grade_line(piece.strength),
            html.p([html.strong("Where: "), place]) if place else None,
            html.p([html.strong("What: "), piece.what]),
            html.p([html.strong("For whom: "), piece.people]),
            html.p([html.strong("Found: "), words.found_words(piece)]),
            html.p(f"Source: {words.sources_words(piece, papers)}", class_="wh-hint"),
            details(f"More about {words.as_named(piece)}", more),
        ],
        class_="wh-entry wh-evidence",
    )
