"""What is known to help, in words: how strong it is, where a programme was, and where it is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboard.answers.evidence import EvidenceList, LocalProgramme
from dashboard.sentences.counts import counted, listed
from dashboard.sentences.places import in_words
from indicators.evidence import Headline, Intervention, Paper, Piece, Source, Strength

STRENGTHS: Mapping[Strength, tuple[str, str]] = {
    "tested": ("Tested in trials", "A review of trials, or a randomised trial, with a finding."),
    "measured": (
        "Results, not from a trial",
        "Results were counted or surveyed, often with nobody to compare with. They do not show what would have happened "
        "without it.",
    ),
    "in_trial": ("Trial without a result", "A trial was planned or under way; the papers give no finding of it."),
    "started": ("In use, no result stated", "It was in use or being tried; the papers give no result, or take-up alone."),
    "proposed": ("Promised or proposed", "The papers promise or propose it."),
    "weak": ("Weak results or harm", "The results were weak, or it did no good, or it did harm."),
}  # fmt: skip
"""How strong evidence is: a label, and what it means."""

GRADES: Mapping[Strength, str] = {
    "tested": "A",
    "measured": "B",
    "in_trial": "C",
    "started": "D",
    "proposed": "E",
    "weak": "–",
}
"""The letter in the ring of a card; weak results have none."""

HEADLINES: Mapping[Headline, str] = {
    "work_by_condition": "Employment by health condition",
    "placement_and_support": "Individual Placement and Support",
    "talking_therapies": "Work and talking therapies",
}

AGE = (
    "The papers show what was known and promised in 2017 and early 2018, not what came later. Some of these programmes "
    "have ended."
)
SUITABLE = (
    "Good work helps health, the wrong kind harms it, and work does not suit everyone. Nothing here is a reason to push "
    "anyone into any job."
)
NONE_FITS = "No evidence in these papers goes with this choice."
NO_RESULT = "No result is stated."


def strength_words(strength: Strength) -> str:
    """``Tested in trials``."""
    return STRENGTHS[strength][0]


def grade(strength: Strength) -> tuple[str, str]:
    """The letter of the evidence, and what it stands for: ``A``, ``Tested in trials``."""
    return GRADES[strength], strength_words(strength)


def found_words(piece: Piece) -> str:
    """What was found; says so where no result is stated."""
    return NO_RESULT if piece.found is None else piece.found


def card_words(piece: Piece) -> str:
    """What it is, in its first sentence, and what was found; the label beside it says where no result is stated."""
    first = f"{piece.what.split('. ')[0].removesuffix('.')}."
    return first if piece.found is None else f"{first} {piece.found}"


def as_named(piece: Piece) -> str:
    """A title inside a sentence, in quotation marks."""
    return f"“{piece.title}”"


def design_words(intervention: Intervention) -> str:
    """How it was found out, with the number of trials where it is known."""
    if intervention.trials is None:
        return intervention.design
    return f"{counted(intervention.trials, 'trial')}. {intervention.design}"


def place_words(local: LocalProgramme) -> str:
    """Where a programme is, for an area: ``In Greater Manchester``."""
    places = listed(in_words(place) for place in local.places)
    if local.relation != "part":
        return f"In {places}"
    named = local.programme.place
    if named in {place.name for place in local.places}:
        return f"In {places}, in parts that the papers do not name"
    return f"{named}: the papers do not say which parts of {places}"


def somewhere_words(programmes: Sequence[LocalProgramme]) -> str:
    """What opens a list of programmes whose councils are not named: ``In parts of London that …``."""
    places = dict.fromkeys(in_words(place) for local in programmes for place in local.places)
    return f"In parts of {listed(places)} that the papers do not set out by council:"


def source_words(source: Source, papers: Mapping[str, Paper]) -> str:
    """``Improving Lives … (Cm 9526), HM Government, November 2017: paragraph 161``."""
    paper = papers[source.paper]
    return f"{paper.title}, {paper.publisher}, {paper.published}: {source.place}"


def sources_words(piece: Piece, papers: Mapping[str, Paper]) -> str:
    """Every source of a piece in short, as a card has it: ``Improving Lives, November 2017 (paragraph 161)``."""
    return "; ".join(f"{papers[source.paper].short} ({source.place})" for source in piece.sources)


def list_lead(found: EvidenceList) -> str:
    """``48 interventions and 29 local programmes, from five papers.``"""
    return (
        f"{counted(len(found.interventions), 'intervention')} and "
        f"{counted(len(found.programmes), 'local programme')}, with findings, strength of evidence and sources."
    )
