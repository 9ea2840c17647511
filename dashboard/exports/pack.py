"""The pack of one area: what both its PDF and its workbook hold, gathered once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from dashboard import sentences
from dashboard.figures.profile import Line, place_words
from geodata.register import Area

if TYPE_CHECKING:
    from dashboard.address.context import Context

Row = dict[str, Any]

ENGLAND = "E92000001"
UNITED_KINGDOM = "K02000001"

HOW_TO_READ = (
    "Most figures are estimates. The 95% interval, in brackets, is the range that the true figure probably lies in: made "
    "in this way, 95 of 100 such ranges hold it.",
    "An area is better or worse than England only where its whole interval lies on one side of England’s figure. "
    "“Similar” means that these figures cannot show a difference.",
    "“Lower” and “higher” are used where neither way is good or bad in itself. “Not compared” means that no interval is "
    "known, or that the figure is a plain count.",
    "A recent trend uses the last five periods that do not overlap, and is named only where chance is an unlikely reason.",
    "Survey quality, where it is given, runs from A (precise) over B (reasonably precise) and C (acceptable, use with care) "
    "to D (unreliable).",
    "Work is good for health when it suits the person. No figure here is a reason to push anyone into any job.",
)
ILLUSTRATIVE = (
    "Figures marked “illustrative” are made up to show how the pages work. They are not real and say nothing about any "
    "place. Do not quote them."
)
LICENCE = (
    "Contains public sector information licensed under the Open Government Licence v3.0 "
    "(nationalarchives.gov.uk/doc/open-government-licence/version/3). Contains OS data © Crown copyright and database "
    "right. No publisher endorses this service; figures worked out here are ours."
)


@dataclass(frozen=True, slots=True)
class Source:
    """One release that figures of the pack come from, and the short titles of what it gives."""

    titles: tuple[str, ...]
    release: Row

    @property
    def words(self) -> str:
        """``Office for National Statistics, Local indicators (edition …). Published …, loaded …. Licence.``"""
        one = self.release
        day = one["published_on"]
        published = f"Published {sentences.date_words(day)}" if day else "Date of publication not known"
        made_up = " (illustrative, not real)" if one["illustrative"] else ""
        return (
            f"{one['publisher']}{made_up}, {one['publication']} (edition {one['edition']}). {published}, loaded "
            f"{sentences.date_words(one['loaded_at'])}. {one['licence']}."
        )


@dataclass(frozen=True, slots=True)
class Pack:
    """Everything of one area. ``series`` holds every period of the area and, beside it, of England."""

    area: Area
    caption: str
    place: str
    lines: list[Line]
    series: list[Row]
    releases: dict[str, Row]
    made_on: date
    address: str

    @property
    def main(self) -> list[Line]:
        """The newest figure of each indicator, for everyone or for each sex."""
        return [line for line in self.lines if line.is_main]

    @property
    def illustrative(self) -> bool:
        return any(line.illustrative for line in self.lines)

    @property
    def compared(self) -> bool:
        """Whether the area is set beside England: not so for England and the United Kingdom themselves."""
        return self.area.area_code not in (ENGLAND, UNITED_KINGDOM)

    @property
    def sources(self) -> list[Source]:
        """The releases of the figures, in the order of the figures."""
        titles: dict[str, list[str]] = {}
        for line in self.lines:
            names = titles.setdefault(line.row["release"], [])
            if line.indicator.short_title not in names:
                names.append(line.indicator.short_title)
        return [
            Source(tuple(names), self.releases[release_id])
            for release_id, names in titles.items()
            if release_id in self.releases
        ]

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
        ]


def gather(context: Context, area: Area, address: str) -> Pack:
    """The pack of an area; ``address`` is that of its page, to be printed in it. Two questions to the store."""
    # the process that writes a workbook has no need of dash
    from dashboard.pages import areas

    codes = list(dict.fromkeys((area.area_code, ENGLAND)))
    return Pack(
        area,
        areas.described(context, area),
        place_words(area),
        areas.area_lines(context, area),
        context.store.area_series(codes),
        context.releases(),
        context.today(),
        address,
    )
