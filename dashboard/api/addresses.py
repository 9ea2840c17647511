"""The addresses under ``/api/v1``, each with what it takes, what it answers and an example that works as it stands."""

from __future__ import annotations

import re
from typing import NamedTuple

from pydantic import BaseModel

from dashboard.api import answers, questions
from dashboard.api.questions import Question

EXAMPLE_AREA = "E06000018"
_PART = re.compile(r"<(?:\w+:)?(\w+)>")


class Address(NamedTuple):
    """One address: its path as the server has it, what it is for, the models of question and answer, an example.

    ``{indicator}`` in an example stands for the id of an indicator that is loaded.
    """

    path: str
    summary: str
    question: type[Question]
    answer: type[BaseModel]
    example: str

    @property
    def template(self) -> str:
        """The path as OpenAPI has it: ``/api/v1/areas/{area_code}``."""
        return _PART.sub(r"{\1}", self.path)

    @property
    def parts(self) -> tuple[str, ...]:
        """Names of the parts of the path that vary."""
        return tuple(_PART.findall(self.path))


_V1 = "/api/v1"
ADDRESSES: tuple[Address, ...] = (
    Address(
        f"{_V1}/observations",
        "Figures by any choice of indicators, areas, periods and groups.",
        questions.Observations,
        answers.Observations,
        f"{_V1}/observations?indicator={{indicator}}&area={EXAMPLE_AREA},E92000001",
    ),
    Address(
        f"{_V1}/indicators",
        "What indicators there are, and which figures each has.",
        questions.Indicators,
        answers.Indicators,
        f"{_V1}/indicators",
    ),
    Address(
        f"{_V1}/catalogue",
        "Everything that the catalogue says of indicators.",
        questions.Catalogue,
        answers.Catalogue,
        f"{_V1}/catalogue?indicator={{indicator}}",
    ),
    Address(
        f"{_V1}/areas",
        "Areas by name, code, type or parent.",
        questions.Areas,
        answers.Areas,
        f"{_V1}/areas?q=nottingham",
    ),
    Address(
        f"{_V1}/areas/at",
        "The area at a point.",
        questions.At,
        answers.At,
        f"{_V1}/areas/at?lat=53.80&lon=-1.55",
    ),
    Address(
        f"{_V1}/areas/<area_code>",
        "One area: its types, what it lies in, what stands there today.",
        questions.Area,
        answers.OneArea,
        f"{_V1}/areas/{EXAMPLE_AREA}",
    ),
    Address(
        f"{_V1}/areas/<area_code>/history",
        "What an area was made of and what became of it, step by step.",
        questions.History,
        answers.History,
        f"{_V1}/areas/E06000060/history",
    ),
    Address(
        f"{_V1}/areas/<area_code>/overlaps",
        "The areas of a type that share land with an area, with both shares.",
        questions.Overlaps,
        answers.Overlaps,
        f"{_V1}/areas/{EXAMPLE_AREA}/overlaps?area_type=icb",
    ),
    Address(
        f"{_V1}/groups",
        "How a group of areas is written, its limits, and the areas most like an area.",
        questions.Groups,
        answers.Groups,
        f"{_V1}/groups?area={EXAMPLE_AREA}",
    ),
    Address(
        f"{_V1}/groups/<spec>",
        "A group of areas of one's own: its members.",
        questions.Group,
        answers.Group,
        f"{_V1}/groups/custom:E06000015+E06000018?name=Two%20cities",
    ),
    Address(
        f"{_V1}/releases",
        "The publications that figures are taken from.",
        questions.Releases,
        answers.Releases,
        f"{_V1}/releases",
    ),
    Address(
        f"{_V1}/changes",
        "What changed, the newest first.",
        questions.Changes,
        answers.Changes,
        f"{_V1}/changes?indicator={{indicator}}",
    ),
    Address(
        f"{_V1}/evidence",
        "What is known to help, with the strength of the evidence.",
        questions.Evidence,
        answers.Evidence,
        f"{_V1}/evidence?area={EXAMPLE_AREA}",
    ),
    Address(
        f"{_V1}/boundaries",
        "The shapes that maps are drawn with, and their addresses.",
        questions.Boundaries,
        answers.Boundaries,
        f"{_V1}/boundaries?area_type=region",
    ),
    Address(
        f"{_V1}/trend",
        "One series of some areas, each with its recent trend.",
        questions.Trend,
        answers.Trends,
        f"{_V1}/trend?indicator={{indicator}}&area={EXAMPLE_AREA}",
    ),
    Address(
        f"{_V1}/compare",
        "The areas of a type beside a benchmark.",
        questions.Compare,
        answers.Comparison,
        f"{_V1}/compare?indicator={{indicator}}&area_type=region",
    ),
    Address(
        f"{_V1}/profile",
        "Every newest figure of one area, compared with England’s.",
        questions.Profile,
        answers.Profile,
        f"{_V1}/profile?area={EXAMPLE_AREA}",
    ),
    Address(
        f"{_V1}/ledger",
        "What an area has of each figure that answers a main question.",
        questions.Ledger,
        answers.Ledger,
        f"{_V1}/ledger?area={EXAMPLE_AREA}",
    ),
    Address(
        f"{_V1}/lineage",
        "Where a figure comes from, back to the publisher's file and row.",
        questions.Lineage,
        answers.Lineage,
        f"{_V1}/lineage?indicator={{indicator}}&area={EXAMPLE_AREA}&period=2023",
    ),
    Address(
        f"{_V1}/openapi.json",
        "This description, for programs (OpenAPI 3.1).",
        questions.OpenApi,
        answers.OpenApi,
        f"{_V1}/openapi.json",
    ),
)
