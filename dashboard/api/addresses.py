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
    """One address: its path as the server has it, the models of question and answer, an example.

    ``{indicator}`` in an example stands for the id of an indicator that is loaded.
    """

    path: str
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
        questions.Observations,
        answers.Observations,
        f"{_V1}/observations?indicator={{indicator}}&area={EXAMPLE_AREA},E92000001",
    ),
    Address(f"{_V1}/indicators", questions.Indicators, answers.Indicators, f"{_V1}/indicators"),
    Address(
        f"{_V1}/catalogue",
        questions.Catalogue,
        answers.Catalogue,
        f"{_V1}/catalogue?indicator={{indicator}}",
    ),
    Address(f"{_V1}/areas", questions.Areas, answers.Areas, f"{_V1}/areas?q=nottingham"),
    Address(f"{_V1}/areas/at", questions.At, answers.At, f"{_V1}/areas/at?lat=53.80&lon=-1.55"),
    Address(f"{_V1}/areas/<area_code>", questions.Area, answers.OneArea, f"{_V1}/areas/{EXAMPLE_AREA}"),
    Address(
        f"{_V1}/areas/<area_code>/history",
        questions.History,
        answers.History,
        f"{_V1}/areas/E06000060/history",
    ),
    Address(
        f"{_V1}/areas/<area_code>/overlaps",
        questions.Overlaps,
        answers.Overlaps,
        f"{_V1}/areas/{EXAMPLE_AREA}/overlaps?area_type=icb",
    ),
    Address(
        f"{_V1}/groups/<spec>",
        questions.Group,
        answers.Group,
        f"{_V1}/groups/custom:E06000015+E06000018?name=Two%20cities",
    ),
    Address(f"{_V1}/releases", questions.Releases, answers.Releases, f"{_V1}/releases"),
    Address(f"{_V1}/changes", questions.Changes, answers.Changes, f"{_V1}/changes?indicator={{indicator}}"),
    Address(f"{_V1}/evidence", questions.Evidence, answers.Evidence, f"{_V1}/evidence?area={EXAMPLE_AREA}"),
    Address(
        f"{_V1}/boundaries", questions.Boundaries, answers.Boundaries, f"{_V1}/boundaries?area_type=region"
    ),
    Address(
        f"{_V1}/trend",
        questions.Trend,
        answers.Trends,
        f"{_V1}/trend?indicator={{indicator}}&area={EXAMPLE_AREA}",
    ),
    Address(
        f"{_V1}/compare",
        questions.Compare,
        answers.Comparison,
        f"{_V1}/compare?indicator={{indicator}}&area_type=region",
    ),
    Address(f"{_V1}/profile", questions.Profile, answers.Profile, f"{_V1}/profile?area={EXAMPLE_AREA}"),
    Address(f"{_V1}/ledger", questions.Ledger, answers.Ledger, f"{_V1}/ledger?area={EXAMPLE_AREA}"),
    Address(
        f"{_V1}/lineage",
        questions.Lineage,
        answers.Lineage,
        f"{_V1}/lineage?indicator={{indicator}}&area={EXAMPLE_AREA}&period=2023",
    ),
    Address(f"{_V1}/openapi.json", questions.OpenApi, answers.OpenApi, f"{_V1}/openapi.json"),
)
