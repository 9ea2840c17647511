"""Answers about what is known to help: interventions, and the programmes of a place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from geodata.register import Area
from indicators.evidence import Headline, Intervention, Paper, Programme

Relation = Literal["here", "inside", "holds", "part"]
"""Of a programme to an area: here it is the area's own, inside the area lies in the place of the programme, holds the
place lies in the area, part it took place in some part, not named, of the area or of a wider one.
"""


@dataclass(frozen=True, slots=True)
class LocalProgramme:
    """A programme that has to do with an area; ``places`` are those of its places by which it has."""

    programme: Programme
    places: tuple[Area, ...]
    relation: Relation


@dataclass(frozen=True, slots=True)
class AreaEvidence:
    """What an area's page tells: its programmes, the nearest first, and the interventions by main question.

    ``papers`` are all publications by their key.
    """

    area: Area
    local: tuple[LocalProgramme, ...]
    by_headline: tuple[tuple[Headline, tuple[Intervention, ...]], ...]
    papers: Mapping[str, Paper]


@dataclass(frozen=True, slots=True)
class EvidenceList:
    """Evidence that was asked for: interventions, the strongest first, and programmes."""

    interventions: tuple[Intervention, ...]
    programmes: tuple[LocalProgramme, ...]
    papers: Mapping[str, Paper]

    @property
    def is_empty(self) -> bool:
        return not (self.interventions or self.programmes)
