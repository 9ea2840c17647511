"""The pack of one area: what both its PDF and its workbook hold, gathered once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from dashboard import sentences
from dashboard.answers.evidence import AreaEvidence
from dashboard.answers.headlines import HeadlineAnswers
from dashboard.answers.ledger import Ledger
from dashboard.answers.profile import Line
from dashboard.answers.releases import NamedRelease
from dashboard.queries.areas import described
from dashboard.queries.chosen_group import members_of
from dashboard.queries.evidence import area_evidence
from dashboard.queries.geography import ENGLAND
from dashboard.queries.headlines import headlines
from dashboard.queries.ledger import ledger
from dashboard.queries.profile import is_compared, lines_of, main_of, spoken_of
from dashboard.queries.releases import named_releases
from dashboard.sentences.groups import made_of_words
from geodata.register import Area

if TYPE_CHECKING:
    from dashboard.address.context import Context

Row = dict[str, Any]

HOW_TO_READ = (
    "Most figures are estimates. The 95% confidence interval (95% CI), in brackets, is the range that the true figure probably "
    "lies in.",
    "An area is better or worse than England only where its whole interval is on one side of England’s figure. “Similar” "
    "means that these figures cannot show a difference.",
    "“Lower” and “higher” are used where neither way is good or bad in itself. “Not compared” means that there is no "
    "interval, or that the figure is a count.",
    "A recent trend uses the last five periods that do not overlap. It is given only where it is statistically significant.",
    "Survey quality has four grades: A (precise), B (reasonably precise), C (use with care) and D (unreliable).",
    "Work is good for health when it suits the person. No figure here is a reason to push anyone into any job.",
)
ILLUSTRATIVE = (
    "Figures marked “illustrative” were invented to show how the pages work. They are not real and describe no area. Do not "
    "quote them."
)
LICENCE = (
    "Contains public sector information licensed under the Open Government Licence v3.0 "
    "(nationalarchives.gov.uk/doc/open-government-licence/version/3). Contains OS data © Crown copyright and database "
    "right. No publisher endorses this service; figures calculated here are ours."
)


@dataclass(frozen=True, slots=True)
class Pack:
    """Everything of one area. ``series`` holds every period of the area and, beside it, of England.

    summary  what to say first, sentence by sentence
    answers  to the three main questions, and ``ledger`` what there is of each figure that answers them
    sources  the releases of the figures, in the order of the figures
    """

    area: Area
    caption: str
    place: str
    lines: list[Line]
    summary: tuple[str, ...]
    series: list[Row]
    sources: tuple[NamedRelease, ...]
    releases: dict[str, Row]
    answers: tuple[HeadlineAnswers, ...]
    ledger: Ledger
    evidence: AreaEvidence
    made_on: date
    address: str

    @property
    def main(self) -> list[Line]:
        """The newest figure of each indicator, for everyone or for each sex."""
        return main_of(self.lines)

    @property
    def illustrative(self) -> bool:
        return any(line.illustrative for line in self.lines)

    @property
    def is_all_illustrative(self) -> bool:
        """Whether nothing in the pack is real."""
        return bool(self.lines) and all(line.illustrative for line in self.lines)

    @property
    def compared(self) -> bool:
        """Whether the area is set beside England: not so for England and the United Kingdom themselves."""
        return is_compared(self.area.area_code)

    def series_of(self, line: Line, area_code: str) -> Sequence[Row]:
        """Every period of the group that a line is about, for the area or for England, oldest first."""
        same = ("sex", "age", "breakdown")
        return [
            row
            for row in self.series
            if row["indicator_id"] == line.indicator.id
            and row["area_code"] == area_code
            and all(row[key] == line.row[key] for key in same)
            and row["value"] is not None
            and row["status"] != "illustrative"
        ]


def gather(context: Context, area: Area, address: str) -> Pack:
    """The pack of an area; ``address`` is that of its page, to be printed in it. Two questions to the store."""
    lines = lines_of(context, area.area_code)
    place = sentences.in_words(area)
    answers = headlines(context, area)
    return Pack(
        area,
        sentences.area_words(described(context, area), context.register.area_type(area.area_type))
        + made_of_words(members_of(context, area)),
        place,
        lines,
        tuple(sentences.line_sentence(line, place) for line in spoken_of(context, lines)),
        context.store.area_series(list(dict.fromkeys((area.area_code, ENGLAND)))),
        named_releases(context, [(line.indicator.short_title, line.row) for line in lines]),
        context.releases(),
        answers,
        ledger(context, area, answers),
        area_evidence(context, area),
        context.today(),
        address,
    )
