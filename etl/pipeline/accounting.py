"""Rows in = figures + rows reported: what became of every row of a publisher's file, by kind and count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from etl.frames.routes import measures_of, taken
from etl.pipeline import Row
from etl.sources.base import Parsed, ParsedInChunks, SetAside
from geodata.register import Register
from indicators.catalogue import LOCAL_SOURCE, Indicator
from indicators.periods import Period
from indicators.store import types_on

_EXAMPLES = 12


@dataclass(frozen=True)
class Account:
    """The rows of one edition: those read, those in a figure and those set aside with a reason, which add up."""

    edition: str
    rows_in: int
    used: int
    set_aside: int

    @property
    def unreported(self) -> int:
        """Rows read that are neither used nor set aside; below 0 where a row is counted twice."""
        return self.rows_in - self.used - self.set_aside

    @property
    def facts(self) -> Row:
        """For the log of the run."""
        return {
            "edition": self.edition,
            "rows_in": self.rows_in,
            "used": self.used,
            "set_aside": self.set_aside,
        }

    @property
    def warnings(self) -> list[str]:
        """What a person must know where the rows do not add up: it is a fault of the reader, not of the file."""
        if not self.unreported:
            return []
        return [
            f"of {self.rows_in:,} rows {self.used:,} are in figures and {self.set_aside:,} set aside: "
            f"{abs(self.unreported):,} {'are not accounted for' if self.unreported > 0 else 'are counted twice'}; this is "
            "a fault of this program, please report it"
        ]


def account(edition: str, parsed: Parsed | ParsedInChunks, measured: int) -> Account:
    """The account of what a parser read; ``measured`` is its number of measurements. Its chunks must have been taken."""
    used = measured if parsed.used is None else parsed.used
    return Account(edition, parsed.rows_in, used, sum(aside.rows for aside in parsed.set_aside))


def left_out_words(
    files: str, asked: str, edition: str, source_id: str, catalogue: Mapping[str, Indicator]
) -> str:
    """Why an edition without any figure that is asked for is left out; ``asked`` are measures, with commas between."""
    if source_id == LOCAL_SOURCE and edition not in catalogue:
        return (
            f"{files}: {edition} is not in the catalogue; name the folder of its TOML in WORKHEALTH_LOCAL_DIR and load it "
            "again; left out"
        )
    return f"{files}: holds no figure that the catalogue asks for ({asked}); left out"


class NotTaken:
    """Measurements that no route of the catalogue takes, counted by the reason."""

    def __init__(self, source_id: str, catalogue: Mapping[str, Indicator], register: Register) -> None:
        self._source_id, self._catalogue, self._register = source_id, catalogue, register
        self._asked = measures_of(catalogue, source_id)
        self._counts: Counter[str] = Counter()
        self._examples: dict[str, dict[str, None]] = {}

    def see(self, lines: pd.DataFrame) -> None:
        """Count those of some measurements (columns of ``etl.frames.measurements``) that no route takes."""
        left = lines[~taken(lines, self._source_id, self._register, self._catalogue)]
        is_asked = left["measure"].isin(self._asked)
        for measure, count in left.loc[~is_asked, "measure"].value_counts(sort=False).items():
            self._add("no indicator asks for this measure", str(measure), int(count))
        places = left[is_asked].groupby(["area_code", "period"], sort=False).size()
        for (area_code, period), count in places.items():
            kinds = types_on(self._register, area_code, Period.parse(period).end_on)
            self._add(f"no indicator asks for it in areas of type {', '.join(kinds)}", area_code, int(count))

    def _add(self, reason: str, example: str, count: int) -> None:
        self._counts[reason] += count
        self._examples.setdefault(reason, {}).setdefault(example)

    def set_aside(self) -> list[SetAside]:
        """What was counted, by reason."""
        return [
            SetAside(f"{reason} (figures read)", count, tuple(list(self._examples[reason])[:_EXAMPLES]))
            for reason, count in sorted(self._counts.items())
        ]
