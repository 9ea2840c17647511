"""A piece of evidence, as its TOML file gives it: typed, frozen, no key unknown.

A file is an intervention (what was tried, for whom, and what was found) or a programme (where somebody did it).
``papers.toml`` names the publications that they are taken from.
"""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Literal, Self, get_args

from pydantic import Field, field_validator, model_validator

from indicators.catalogue.shown import Condition, Headline
from indicators.catalogue.strict import Strict, Text

Strength = Literal["tested", "measured", "in_trial", "started", "proposed", "weak"]
STRENGTHS: tuple[Strength, ...] = get_args(Strength)
"""How strong the evidence is, from what the paper states: the strongest first, weak results last.

tested    a review of trials, or a randomised trial, with a finding
measured  results without a trial, often without a comparison group
in_trial  a trial, and no finding of it in the papers
started   in use, and no result in the papers; or take-up only
proposed  promised or proposed
weak      weak results, no benefit, or harm
"""

PieceId = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


class Paper(Strict):
    """A publication that evidence is taken from."""

    title: Text
    short: Annotated[str, Field(min_length=1, max_length=60)]
    """Its name on a card: ``Improving Lives, November 2017``."""
    publisher: Text
    published: Text
    """In words, as far as the paper says it: ``November 2017``, ``not dated``."""
    note: Text | None = None
    """What a reader must know of it."""
    url: Annotated[str, Field(pattern=r"^https://")] | None = None


class Source(Strict):
    """Where something is written: a paper of ``papers.toml``, and the place in it."""

    paper: Text
    place: Text


class Piece(Strict):
    """What an intervention and a programme have in common."""

    id: PieceId
    title: Annotated[str, Field(min_length=1, max_length=90)]
    what: Text
    people: Text
    """For whom it is."""
    strength: Strength
    found: Text | None = None
    """What was found; None where the papers state no result."""
    scale: Text | None = None
    """How many, from when to when."""
    cost: Text | None = None
    conditions: tuple[Condition, ...] = ()
    """The groups of people that it is meant for; empty where it is for none in particular."""
    indicators: Annotated[tuple[Text, ...], Field(min_length=1)]
    """Ids of the indicators that it goes with."""
    sources: Annotated[tuple[Source, ...], Field(min_length=1)]

    @field_validator("conditions", "indicators")
    @classmethod
    def _each_once(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        return _without_repeats(values)

    @model_validator(mode="after")
    def _a_result_is_told(self) -> Self:
        if self.strength in ("tested", "measured", "weak") and self.found is None:
            raise ValueError(f"strength {self.strength!r} needs found: say what was found")
        return self


class Intervention(Piece):
    """Something that was tried, offered or proposed to help with work and health."""

    kind: Literal["intervention"]
    design: Text
    """How it was found out: the kind of study, and what is not known of it."""
    trials: Annotated[int, Field(ge=1)] | None = None
    """Number of trials, where the paper gives it."""
    headline: Headline | None = None
    """The main question under which an area's page names it."""

    @model_validator(mode="after")
    def _trials_go_with_a_trial(self) -> Self:
        if self.trials is not None and self.strength not in ("tested", "in_trial"):
            raise ValueError(f"trials does not go with strength {self.strength!r}; use tested or in_trial")
        return self


class Programme(Piece):
    """A local programme or the site of a trial."""

    kind: Literal["programme"]
    place: Text
    """The place as the paper names it."""
    areas: tuple[Text, ...] = ()
    """Codes of the areas that it covers, whole."""
    part_of: tuple[Text, ...] = ()
    """Codes of wider areas, where the paper does not say which parts of them took part."""
    intervention: str | None = None
    """Id of the intervention that it is a case of."""

    @field_validator("areas", "part_of")
    @classmethod
    def _each_area_once(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        return _without_repeats(values)

    @model_validator(mode="after")
    def _lies_somewhere(self) -> Self:
        if not self.areas and not self.part_of:
            raise ValueError("needs areas or part_of: the codes of the areas it belongs to")
        return self


def _without_repeats(values: tuple[str, ...]) -> tuple[str, ...]:
    repeated = [value for value, times in Counter(values).items() if times > 1]
    if repeated:
        raise ValueError(f"{', '.join(repeated)} stands there twice")
    return values
