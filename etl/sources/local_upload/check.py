"""One file of the user's own held against its indicator: every row read, and everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from etl.frames import measurements
from etl.frames.routes import takes
from etl.sources.base import BadFile, Problems
from etl.sources.local_upload import cells
from etl.sources.local_upload.table import KINDS, NEEDED, Line, Table
from geodata.register import Register
from indicators.catalogue import Indicator
from indicators.periods import Period
from indicators.statistics.disclosure import SmallNumbers, primary
from indicators.store import types_on

COUNTED = ("value", "numerator", "denominator")
LIMITS = ("lower_ci_95", "upper_ci_95")
COLUMNS = (*NEEDED, *COUNTED, *LIMITS, "sex", "age", "breakdown", "note", "area_name")
SMALL = SmallNumbers()
"""Counts that are hidden unless the TOML says ``small_numbers = "allow"``."""
HIDDEN = f"Hidden: a count of {SMALL.lowest} to {SMALL.highest}."

_MOST = 50
_MOST_ROWS = 12
_ROUNDED = 0.6  # a value of our own may be rounded to whole per cents


@dataclass(slots=True)
class Figures:
    """What one row says: its key, and each number as (value, status) by the name of its column."""

    row: int
    area_code: str
    period: str
    group: dict[str, str]
    numbers: dict[str, tuple[float, str]]
    note: str

    def value(self, name: str) -> float:
        """A number, nan where it is missing or has no column."""
        return self.numbers.get(name, (float("nan"), ""))[0]

    def hide(self, names: Sequence[str]) -> None:
        """Hide some numbers, and say so in the note."""
        for name in names:
            if name in self.numbers:
                self.numbers[name] = (float("nan"), "suppressed")
        self.note = f"{self.note} {HIDDEN}".strip()

    def records(self, indicator_id: str) -> list[dict[str, Any]]:
        """The measurements of the row."""
        found = []
        for name in COUNTED:
            if name not in self.numbers:
                continue
            value, status = self.numbers[name]
            record = {
                "measure": f"{indicator_id}.{name}",
                "area_code": self.area_code,
                "period": self.period,
                **self.group,
                "value": value,
                "status": status,
                "note": self.note,
                "row": self.row,
            }
            if name == "value":
                record |= {limit: self.value(limit) for limit in LIMITS if limit in self.numbers}
            found.append(record)
        return found


class Check:
    """One file: reads its rows and gathers everything that is wrong with it."""

    def __init__(self, path: Path, table: Table, indicator: Indicator, register: Register) -> None:
        self.path = path
        self.indicator = indicator
        self._table = table
        self._register = register
        self.problems: list[BadFile] = []
        self._seen: dict[tuple[str, ...], int] = {}
        self._given: list[str] = []
        low, high = indicator.bounds
        scale = indicator.routes[0].scale
        self._low = None if low is None else low / scale
        self._high = None if high is None else high / scale

    def figures(self) -> list[Figures]:
        """The figures of every row. Raises BadFile, or Problems with everything that was found."""
        self._columns()
        figures = [self._row(line) for line in self._table.rows]
        self._shares(figures)
        stop(self.problems)
        return figures

    def _add(self, expected: str, line: Line | None = None, column: str | None = None,
             value: object = None, fix: str | None = None) -> None:  # fmt: skip
        """Note a problem of a row, of a column or of the whole file."""
        number = None if line is None else line.row
        self.problems.append(
            BadFile(self.path, expected=expected, row=number, column=column, value=value, fix=fix)
        )

    def _columns(self) -> None:
        """Names that are not known, and columns that the routes of the indicator need."""
        found = self._table.headings
        for name in found:
            if name not in COLUMNS:
                self._add(
                    f"one of {', '.join(COLUMNS)}",
                    column=self._table.written[name],
                    fix="fix its spelling or remove the column",
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
                self._add(
                    f"measures {', '.join(f'{self.indicator.id}.{name}' for name in COUNTED)} in "
                    f"{self.indicator.id}.toml",
                    value=measure,
                )
            elif column not in found:
                self._add(f"a column {column!r}, which {self.indicator.id}.toml asks for", column=column)
        limits = [name for name in LIMITS if name in found]
        if len(limits) == 1:
            self._given.remove(limits[0])
            self._add("both lower_ci_95 and upper_ci_95, or neither", column=limits[0])

    def _row(self, line: Line) -> Figures:
        """The figures of one row; what is wrong with it is gathered."""
        before = len(self.problems)
        code = self._table.cell(line, "area_code").upper()
        if code not in self._register:
            self._add(
                "the GSS code of an area, such as E06000018",
                line,
                "area_code",
                code,
                "look the code up on the area's page",
            )
        period = self._period(line)
        if len(self.problems) == before:
            self._taken(line, code, period)
        group = {
            "sex": self._word(line, "sex", "persons", lambda word: word in measurements.SEXES,
                              f"one of {', '.join(measurements.SEXES)}"),
            "age": self._table.cell(line, "age") or "all",
            "breakdown": self._word(line, "breakdown", "all", self._is_breakdown, self._breakdowns()),
        }  # fmt: skip
        numbers = {name: self._number(line, name) for name in self._given}
        figures = Figures(line.row, code, period, group, numbers, self._table.cell(line, "note"))
        if len(self.problems) == before:
            self._numbers(line, figures)
            self._once(line, (code, period, *group.values()))
        return figures

    def _taken(self, line: Line, code: str, period: str) -> None:
        """Whether any route takes an area of this type; whether it had ended is for the contract to say."""
        routes = self.indicator.routes
        if any(takes(route, self._register, code, period) for route in routes):
            return
        kinds = types_on(self._register, code, Period.parse(period).end_on)
        name = self._register.area(code, kinds[0]).name
        words = ", ".join(self._register.area_type(kind).name for kind in kinds)
        asked = ", ".join(dict.fromkeys(kind for route in routes for kind in route.area_types))
        self._add(
            f"an area of a type that {self.indicator.id}.toml names in area_types ({asked}); {name} is of type "
            f"{' and '.join(kinds)} ({words})",
            line,
            "area_code",
            code,
            f"add {kinds[0]!r} to area_types of the route, or take the row out",
        )

    def _shares(self, figures: Sequence[Figures]) -> None:
        """Percentages given as shares of one: each is possible alone, all together are not."""
        if self.indicator.unit != "percent" or self._high != 100 or "numerator" in self._given:
            return
        values = [value for row in figures if (value := row.value("value")) == value]
        if len(values) > 2 and 0 < max(values) <= 1:
            self._add(
                "per cents from 0 to 100",
                column="value",
                value=f"all {len(values)} values are 1 or less",
                fix="multiply by 100, or set scale = 100.0 in the route; if they are truly so small, give numerator "
                "and denominator too",
            )

    def _period(self, line: Line) -> str:
        text = self._table.cell(line, "period")
        try:
            return cells.period(text)
        except cells.AmbiguousPeriod as error:
            self._add(str(error), line, "period", text, "it can be read as either")
        except ValueError:
            is_day = len(text) == 10 and text[4] == text[7] == "-"
            fix = "a spreadsheet made a date of it: format the column as text" if is_day else None
            self._add(cells.PERIODS, line, "period", text, fix)
        return text

    def _word(
        self, line: Line, column: str, default: str, is_known: Callable[[str], bool], expected: str
    ) -> str:
        word = self._table.cell(line, column) or default
        if column == "sex":
            word = word.casefold()
        if word != default and not is_known(word):
            self._add(expected, line, column, word)
        return word

    def _is_breakdown(self, word: str) -> bool:
        category, _, value = word.partition(": ")
        return bool(value) and category in self.indicator.breakdowns

    def _breakdowns(self) -> str:
        known = ", ".join(f"'{name}: …'" for name in self.indicator.breakdowns)
        return f"one of {known} or an empty cell" if known else "an empty cell: the TOML names no breakdowns"

    def _number(self, line: Line, column: str) -> tuple[float, str]:
        text = self._table.cell(line, column)
        is_count = column in ("numerator", "denominator")
        try:
            return cells.number(
                text,
                is_count=is_count or self.indicator.is_count,
                is_percentage=not is_count and self.indicator.unit in ("percent", "percentage_points"),
                has_decimal_comma=self._table.separator == ";",
            )
        except ValueError as problem:
            self._add(str(problem), line, column, text)
            return float("nan"), "not_available"

    def _numbers(self, line: Line, figures: Figures) -> None:
        """How the numbers of a row must relate to each other; nan compares as false and so is never a problem."""
        value, part, whole = map(figures.value, COUNTED)
        lower, upper = map(figures.value, LIMITS)
        words = self.indicator.unit.replace("_", " ")
        if self._low is not None and value < self._low:
            self._add(f"{words}, {self._low:g} or more", line, "value", value)
        if self._high is not None and value > self._high:
            self._add(f"{words}, {self._high:g} or less", line, "value", value)
        for name, count in (("numerator", part), ("denominator", whole)):
            if count < 0:
                self._add("a count of 0 or more", line, name, count)
        if self.indicator.unit == "percent" and part > whole:
            self._add(f"at most the denominator, {whole:g}", line, "numerator", part)
        if whole > 0:
            worked_out = self.indicator.multiplier * part / whole
            if abs(value * self.indicator.routes[0].scale - worked_out) > _ROUNDED:
                self._add(
                    f"about {worked_out:g}, which is {self.indicator.multiplier:g} × numerator ÷ denominator",
                    line,
                    "value",
                    value,
                )
        if (lower == lower) != (upper == upper):
            self._add("both limits or neither", line, "lower_ci_95" if lower != lower else "upper_ci_95")
        if lower > value or upper < value:
            self._add(f"limits around the value {value:g}", line, "lower_ci_95", f"{lower:g} to {upper:g}")

    def _once(self, line: Line, key: tuple[str, ...]) -> None:
        first = self._seen.setdefault(key, line.row)
        if first != line.row:
            self._add(f"each figure once, and row {first} has it already", line, value=" · ".join(key))


def hide_small_numbers(figures: Sequence[Figures], indicator: Indicator) -> list[int]:
    """Hide counts of 1 to 4, and what gives them away in their own row; the rows in which anything was hidden.

    Where the denominator is small nothing of the row is shown: a 0 or a percentage of so few people tells of each. Of a
    part of a whole the others are a count too: 58 of 60 tells of the 2. A percentage is hidden with its count, and where
    it gives a hidden count away. What other rows give away is for ``etl.deriving.disclosure`` to hide.
    """
    hidden = []
    # all rows at once: the rule looks at whole columns
    told = primary([_telling(row, indicator) for row in figures], SMALL) if figures else ()
    for row, small in zip(figures, told, strict=True):
        if indicator.is_count:
            if small[0]:
                row.hide(COUNTED)
                hidden.append(row.row)
            continue
        is_small, whole_is_small, implied_is_small, *others_are_small = small
        if whole_is_small:
            row.hide((*COUNTED, *LIMITS))
        elif is_small or others_are_small[0]:
            row.hide(("numerator", "value", *LIMITS))
        elif implied_is_small or others_are_small[1]:
            row.hide(("value", *LIMITS))
        else:
            continue
        hidden.append(row.row)
    return hidden


def _telling(row: Figures, indicator: Indicator) -> list[float]:
    """The counts that a row tells, nan where it does not tell one.

    A count alone; else part, whole, the part that the value implies, and the others of the whole by each of both.
    """
    if indicator.is_count:
        return [row.value("value")]
    scale, multiplier = indicator.routes[0].scale, indicator.multiplier
    nothing = float("nan")
    value, part, whole = map(row.value, COUNTED)
    implied = round_or_nan(value * scale * whole / multiplier if part != part else nothing)
    if whole != whole and value > 0:
        whole = round_or_nan(part * multiplier / (value * scale))
    others = [max(whole - count, 0.0) if indicator.counts_a_part else nothing for count in (part, implied)]
    return [part, whole, implied, *others]


def round_or_nan(value: float) -> float:
    """A number rounded to a whole one, nan where it is missing."""
    return value if value != value else float(round(value))


def hidden_words(path: Path, rows: Sequence[int], indicator: Indicator) -> str:
    """What a person should know of the small counts that were hidden."""
    listed = ", ".join(map(str, rows[:_MOST_ROWS])) + (", …" if len(rows) > _MOST_ROWS else "")
    return (
        f"{path.name}: a count of {SMALL.lowest} to {SMALL.highest} is hidden in {len(rows):,} "
        f"row{'s' if len(rows) > 1 else ''} ({listed}); where you may publish such counts, write "
        f'small_numbers = "allow" in {indicator.id}.toml'
    )


def pair_problems(stems: dict[str, list[Path]], described: dict[str, Path]) -> list[BadFile]:
    """Files without their pair, and figures given in two files; ``stems`` and ``described`` are by name without ending."""
    problems = [
        BadFile(
            stems[stem][0],
            expected=f"{stem}.toml beside it",
            fix=f"describe the indicator there, or move the {_kind(stems[stem][0])} away",
        )
        for stem in sorted(stems.keys() - described.keys())
    ]
    problems += [
        BadFile(
            described[stem],
            expected=f"{stem}.csv beside it",
            fix=f"give its figures there (or in {stem}.xlsx), or move the TOML away",
        )
        for stem in sorted(described.keys() - stems.keys())
    ]
    problems += given_twice(paths for stem, paths in sorted(stems.items()) if stem in described)
    return problems


def given_twice(groups: Iterable[Sequence[Path]]) -> list[BadFile]:
    """A problem for each group of files that give the figures of one indicator, where there is more than one file."""
    return [
        BadFile(
            paths[0],
            value=paths[1].name,
            expected="the figures of an indicator in one file",
            fix="move the other away",
        )
        for paths in groups
        if len(paths) > 1
    ]


def _kind(path: Path) -> str:
    return path.suffix.removeprefix(".").upper()


def stop(problems: Sequence[BadFile]) -> None:
    """Raise what was found: BadFile, or Problems with the first fifty and the number of the others."""
    if len(problems) == 1:
        raise problems[0]
    if problems:
        shown: list[Exception | str] = list(problems[:_MOST])
        if len(problems) > _MOST:
            shown.append(f"… and {len(problems) - _MOST:,} more")
        raise Problems(shown)


def links(paths: Iterable[Path]) -> list[BadFile]:
    """A problem for each path that is a link: what it leads to could be any file of the machine, and errors quote files."""
    return [
        BadFile(
            path,
            expected="a file that stands in the folder itself, not a link to another place",
            fix="copy the file into the folder",
        )
        for path in paths
        if path.is_symlink()
    ]


def figure_files(folder: Path) -> list[Path]:
    """Tables that stand in a folder itself, by name."""
    return sorted(
        path
        for path in folder.iterdir()
        if path.suffix.casefold() in KINDS and not path.name.startswith((".", "~$")) and path.is_file()
    )
