"""Figures of the user's own: a tidy CSV for each indicator that they describe in a TOML file beside it.

The pair ``<indicator-id>.toml`` and ``<indicator-id>.csv`` is one edition. The measures of the TOML's routes are
named after the columns: ``<indicator-id>.value``, ``<indicator-id>.numerator``, ``<indicator-id>.denominator``.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from etl.frames import measurements
from etl.sources import reading
from etl.sources.base import (
    BadFile,
    Downloads,
    Edition,
    FoundFile,
    Parsed,
    Problems,
    Progress,
    SourceInfo,
    SourceProblem,
)
from geodata.register import Register
from indicators.catalogue import LOCAL_SOURCE, CatalogueError, Indicator, load_indicator
from indicators.periods import Period

NEEDED = ("area_code", "period")
COUNTED = ("value", "numerator", "denominator")
LIMITS = ("lower_ci_95", "upper_ci_95")
COLUMNS = (*NEEDED, *COUNTED, *LIMITS, "sex", "age", "breakdown", "note", "area_name")
MARKERS = {"*": "suppressed", "": "not_available"}
_MOST = 50
_ROUNDED = 0.6  # a value of our own may be rounded to whole per cents


class LocalUpload:
    """Reads the user's own pairs of TOML and CSV from a folder given with ``--from``."""

    info = SourceInfo(
        source_id=LOCAL_SOURCE,
        publisher="Your own organisation",
        title="Figures of your own",
        licence="As your organisation decides",
        url="",
        cadence="when you change a file",
        attribution="Figures added on this computer; they are no official statistics.",
    )
    parser_version = 1

    def discover(self, folder: Path) -> list[Edition]:
        """One edition for each CSV with a TOML of the same name beside it that reads from this source."""
        editions = []
        for path in reading.files_below(folder, "*.csv"):
            described = path.with_suffix(".toml")
            if (indicator := _described(described)) is not None:
                editions.append(
                    Edition(
                        edition=indicator.id,
                        publication=indicator.routes[0].publication,
                        files=(FoundFile(path, "figures"), FoundFile(described, "metadata")),
                    )
                )
        return editions

    def parse(self, edition: Edition, register: Register, progress: Progress) -> Parsed:
        """Read one CSV; counts its rows. Raises BadFile, or Problems with every problem of the file at once."""
        files = {file.role: file.path for file in edition.files}
        path = files["figures"]
        progress(f"{path.name}: reading", 0, 0)
        try:
            indicator = load_indicator(files["metadata"])
        except CatalogueError as error:
            raise SourceProblem(str(error)) from error
        rows = reading.read_csv(path, needed=NEEDED)
        check = _Check(path, indicator, register)
        check.columns(list(rows.columns))
        records = [record for _, row in rows.iterrows() for record in check.row(row)]
        check.shares(records)
        check.stop()
        return Parsed(measurements.from_rows(records), rows_in=len(rows))


class LocalFolder(LocalUpload):
    """The same of the user's folder (``WORKHEALTH_LOCAL_DIR``), which a refresh without ``--from`` reads.

    ``fetch`` copies the pairs as they are: nothing comes from any address, so no file of them has one.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fetch(self, downloads: Downloads, today: date) -> None:
        """Copy every pair into ``downloads.folder``. Raises BadFile, or Problems, for a file without its pair."""
        names = {path.stem: path for path in sorted(self.folder.glob("*.csv"))}
        described = {path.stem: path for path in sorted(self.folder.glob("*.toml"))}
        alone = [
            BadFile(names.get(stem) or described[stem], expected=f"{stem}{other} beside it", fix=fix)
            for stems, other, fix in (
                (
                    names.keys() - described.keys(),
                    ".toml",
                    "describe the indicator there, or move the CSV away",
                ),
                (described.keys() - names.keys(), ".csv", "give its figures there, or move the TOML away"),
            )
            for stem in sorted(stems)
        ]
        _raise(alone)
        for path in (*names.values(), *described.values()):
            shutil.copyfile(path, downloads.folder / path.name)


def _described(path: Path) -> Indicator | None:
    """The indicator of a TOML that reads from this source; None where there is none or it cannot be read."""
    try:
        indicator = load_indicator(path)
    except (CatalogueError, OSError):
        return None
    return indicator if indicator.routes[0].source == LOCAL_SOURCE else None


def _raise(problems: list[BadFile]) -> None:
    if len(problems) == 1:
        raise problems[0]
    if problems:
        shown: list[Exception | str] = list(problems[:_MOST])
        if len(problems) > _MOST:
            shown.append(f"… and {len(problems) - _MOST:,} more")
        raise Problems(shown)


class _Check:
    """One file: reads its rows and gathers everything that is wrong with it."""

    def __init__(self, path: Path, indicator: Indicator, register: Register) -> None:
        self.path = path
        self.indicator = indicator
        self.register = register
        self.problems: list[BadFile] = []
        self._seen: dict[tuple[str, ...], int] = {}
        self._given: list[str] = []
        low, high = indicator.bounds
        scale = indicator.routes[0].scale
        self._low = None if low is None else low / scale
        self._high = None if high is None else high / scale

    def add(self, expected: str, row: pd.Series | None = None, column: str | None = None,
            value: object = None, fix: str | None = None) -> None:  # fmt: skip
        """Note a problem of a row, of a column or of the whole file."""
        number = None if row is None else int(row["row"])
        self.problems.append(
            BadFile(self.path, expected=expected, row=number, column=column, value=value, fix=fix)
        )

    def stop(self) -> None:
        """Raise everything that was found."""
        _raise(self.problems)

    def columns(self, found: list[str]) -> None:
        """Names that are not known, and columns that the routes of the indicator need."""
        found = [name for name in found if name != "row"]
        for name in found:
            if name not in COLUMNS:
                self.add(
                    f"one of {', '.join(COLUMNS)}", column=name, fix="fix its spelling or remove the column"
                )
        self._given = [name for name in (*COUNTED, *LIMITS) if name in found]
        named = {
            measure.removeprefix("-")
            for route in self.indicator.routes
            for role in (*COUNTED, "published")
            for measure in getattr(route, role)
        }
        for measure in sorted(named):
            stem, _, column = measure.rpartition(".")
            if stem != self.indicator.id or column not in COUNTED:
                self.add(
                    f"measures {', '.join(f'{self.indicator.id}.{name}' for name in COUNTED)} in "
                    f"{self.indicator.id}.toml",
                    value=measure,
                )
            elif column not in found:
                self.add(f"a column {column!r}, which {self.indicator.id}.toml asks for", column=column)
        limits = [name for name in LIMITS if name in found]
        if len(limits) == 1:
            self._given.remove(limits[0])
            self.add("both lower_ci_95 and upper_ci_95, or neither", column=limits[0])

    def row(self, row: pd.Series) -> Iterator[dict[str, Any]]:
        """The measurements of one row; what is wrong with it is gathered."""
        before = len(self.problems)
        code = str(row["area_code"])
        if code not in self.register:
            self.add(
                "the GSS code of an area, such as E06000018",
                row,
                "area_code",
                code,
                "look the code up on the area's page",
            )
        period = self._period(row)
        group = {
            "sex": self._word(row, "sex", "persons", lambda word: word in measurements.SEXES,
                              f"one of {', '.join(measurements.SEXES)}"),
            "age": str(row.get("age", "")) or "all",
            "breakdown": self._word(row, "breakdown", "all", self._is_breakdown, self._breakdowns()),
        }  # fmt: skip
        numbers = {name: self._number(row, name) for name in self._given}
        if len(self.problems) == before:
            self._figures(row, {name: value for name, (value, _) in numbers.items()})
            self._once(row, (code, period, *group.values()))
        for name in COUNTED:
            if name not in numbers:
                continue
            value, status = numbers[name]
            record = {
                "measure": f"{self.indicator.id}.{name}",
                "area_code": code,
                "period": period,
                **group,
                "value": value,
                "status": status,
                "note": str(row.get("note", "")),
                "row": row["row"],
            }
            if name == "value":
                record |= {limit: numbers[limit][0] for limit in LIMITS if limit in numbers}
            yield record

    def shares(self, records: list[dict[str, Any]]) -> None:
        """Percentages given as shares of one: each is possible alone, all together are not."""
        if self.indicator.unit != "percent" or self._high != 100 or "numerator" in self._given:
            return
        values = [record["value"] for record in records if record["value"] == record["value"]]
        if len(values) > 2 and 0 < max(values) <= 1:
            self.add(
                "per cents from 0 to 100",
                column="value",
                value=f"all {len(values)} values are 1 or less",
                fix="multiply by 100, or set scale = 100.0 in the route; if they are truly so small, give numerator "
                "and denominator too",
            )

    def _period(self, row: pd.Series) -> str:
        text = str(row["period"])
        try:
            if re.fullmatch(r"\d{4}", text):
                return reading.calendar_year(text)
            if found := re.fullmatch(r"(\d{4})-(\d{2})", text):
                return reading.month(found[1], found[2])
            if re.fullmatch(r"\d{4}/\d{2}", text):
                return reading.financial_year(text)
            return Period.parse(text).iso
        except ValueError:
            self.add(
                "a year (2023), a financial year (2022/23), a month (2024-05) or ISO 8601 (2022-04-01/P1Y)",
                row,
                "period",
                text,
            )
            return text

    def _word(
        self, row: pd.Series, column: str, default: str, is_known: Callable[[str], bool], expected: str
    ) -> str:
        word = str(row.get(column, "")) or default
        if word != default and not is_known(word):
            self.add(expected, row, column, word)
        return word

    def _is_breakdown(self, word: str) -> bool:
        category, _, value = word.partition(": ")
        return bool(value) and category in self.indicator.breakdowns

    def _breakdowns(self) -> str:
        known = ", ".join(f"'{name}: …'" for name in self.indicator.breakdowns)
        return f"one of {known} or an empty cell" if known else "an empty cell: the TOML names no breakdowns"

    def _number(self, row: pd.Series, column: str) -> tuple[float, str]:
        try:
            return reading.number(
                row[column], file=self.path, row=int(row["row"]), column=column, markers=MARKERS
            )
        except BadFile as problem:
            self.problems.append(problem)
            return float("nan"), "not_available"

    def _figures(self, row: pd.Series, numbers: dict[str, float]) -> None:
        """How the numbers of a row must relate to each other; nan compares as false and so is never a problem."""
        nan = float("nan")
        value, part, whole = (numbers.get(name, nan) for name in COUNTED)
        lower, upper = (numbers.get(name, nan) for name in LIMITS)
        words = self.indicator.unit.replace("_", " ")
        if self._low is not None and value < self._low:
            self.add(f"{words}, {self._low:g} or more", row, "value", value)
        if self._high is not None and value > self._high:
            self.add(f"{words}, {self._high:g} or less", row, "value", value)
        for name, count in (("numerator", part), ("denominator", whole)):
            if count < 0:
                self.add("a count of 0 or more", row, name, count)
        if self.indicator.unit == "percent" and part > whole:
            self.add(f"at most the denominator, {whole:g}", row, "numerator", part)
        if whole > 0:
            worked_out = self.indicator.multiplier * part / whole
            if abs(value * self.indicator.routes[0].scale - worked_out) > _ROUNDED:
                self.add(
                    f"about {worked_out:g}, which is {self.indicator.multiplier:g} × numerator ÷ denominator",
                    row,
                    "value",
                    value,
                )
        if (lower == lower) != (upper == upper):
            self.add("both limits or neither", row, "lower_ci_95" if lower != lower else "upper_ci_95")
        if lower > value or upper < value:
            self.add(f"limits around the value {value:g}", row, "lower_ci_95", f"{lower:g} to {upper:g}")

    def _once(self, row: pd.Series, key: tuple[str, ...]) -> None:
        first = self._seen.setdefault(key, int(row["row"]))
        if first != int(row["row"]):
            self.add(f"each figure once, and row {first} has it already", row, value=" · ".join(key))


source = LocalUpload()
