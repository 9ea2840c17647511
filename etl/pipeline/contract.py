"""What measurements and observations must be before anything rests on them.

A breach stops the source. Every problem found is reported, each with file, row, column, value and expectation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from etl.frames.keys import coded, looked_up, repeated
from etl.frames.measurements import COLUMNS, KEY, SEXES, STATUSES, TEXTS
from etl.frames.routes import bounds_of, range_words, routes_of
from etl.sources.base import BadFile, Edition, Parsed, Problems, ReleaseChanged
from geodata.register import Register
from indicators.catalogue import Indicator
from indicators.periods import Period
from indicators.plain_text import control_character

if TYPE_CHECKING:
    import pandera.pandas as pa

_MOST = 20
_ROUNDING = 1e-9


@cache
def measurement_schema() -> pa.DataFrameSchema:
    """The types and vocabularies of a frame of measurements (columns as in ``etl.frames.measurements``)."""
    # a refresh with nothing new has no use for it, and it takes long to import
    import pandera.pandas as pa

    text = pa.Column(str, pa.Check.str_length(min_value=1), nullable=False)
    number = pa.Column(float, pa.Check(lambda cells: ~np.isinf(cells)), nullable=True)
    columns = dict.fromkeys(("measure", "area_code", "period", "age", "breakdown"), text)
    columns |= dict.fromkeys(("value", "lower_ci_95", "upper_ci_95"), number)
    columns |= {
        "sex": pa.Column(str, pa.Check.isin(SEXES)),
        "status": pa.Column(str, pa.Check.isin(STATUSES)),
        "half_width_95": pa.Column(
            float, pa.Check.in_range(0, float("inf"), include_max=False), nullable=True
        ),
        "note": pa.Column(str),
        "row": pa.Column(pd.Int64Dtype(), pa.Check.ge(1), nullable=True),
    }
    return pa.DataFrameSchema({name: columns[name] for name in COLUMNS}, strict=True, ordered=True)


_EXPECTED = {
    "sex": f"one of {', '.join(SEXES)}",
    "status": f"one of {', '.join(STATUSES)}",
    "half_width_95": "0 or more",
    "row": "a row number from 1",
}


class _Found:
    """Problems gathered over the checks of one edition."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.rows = pd.Series(dtype="Int64")
        self.problems: list[Exception] = []
        self.count = 0

    def add(
        self,
        places: Sequence[int] | np.ndarray,
        column: str,
        values: pd.Series,
        expected: str,
        fix: str | None = None,
    ) -> None:
        """Note a breach at each of these positions of a column; the first few are reported in full."""
        for place in self.reported(places):
            value = _plain(values.iloc[place])
            self.problems.append(self.breach(int(place), column, value, expected, fix))

    def reported(self, places: Sequence[int] | np.ndarray) -> Sequence[int] | np.ndarray:
        """Count breaches at these positions; those that are still reported in full."""
        self.count += len(places)
        return places[: max(0, _MOST - len(self.problems))]

    def breach(
        self, place: int, column: str, value: object, expected: str, fix: str | None = None
    ) -> BadFile:
        """The error for one position."""
        row = self.rows.iloc[place]
        return BadFile(
            self.file,
            row=None if pd.isna(row) else int(row),
            column=column,
            value=value,
            expected=expected,
            fix=fix,
        )

    def stop(self) -> None:
        """Raise what was found, if anything was."""
        if not self.problems:
            return
        if self.count > len(self.problems):
            self.problems.append(ValueError(f"… and {self.count - len(self.problems):,} more"))
        if len(self.problems) == 1:
            raise self.problems[0]
        raise Problems(self.problems)


def _plain(value: object) -> object:
    return value.item() if isinstance(value, np.generic) else value


def file_names(edition: Edition) -> str:
    """The publisher's files of an edition, as an error names them."""
    return ", ".join(file.path.name for file in edition.files)


class MeasurementChecks:
    """The contract that the measurements of one edition are held against, chunk by chunk.

    Types and words, areas of the register that stood in the period, periods, a status for what is missing, limits the right way round and
    the range that the unit allows are checked row by row; that each figure is given once, on whole lines.
    """

    def __init__(
        self, edition: Edition, source_id: str, register: Register, catalogue: Mapping[str, Indicator]
    ) -> None:
        self._register = register
        self._bounds = bounds_of(catalogue, source_id)
        self._found = _Found(file_names(edition))
        self._rows = 0

    def rows(self, frame: pd.DataFrame) -> None:
        """Check the rows of one chunk. Raises at once where its types are wrong, else notes what it finds."""
        self._rows += len(frame)
        found = self._found
        found.rows = frame["row"]
        before = found.count
        _check_types(frame, found)
        if found.count > before:
            found.stop()
        _check_vocabulary(frame, self._register, found)
        _check_texts(frame, found)
        _check_standing(frame, self._register, found)
        _check_missing(frame, found)
        _check_ranges(frame, self._bounds, found)

    def keys(self, frame: pd.DataFrame) -> None:
        """Check that no figure of these lines is given twice, and note where one is."""
        self._found.rows = frame["row"]
        _check_keys(frame, self._found)

    def stop(self) -> None:
        """Raise BadFile, or Problems with several, where anything was found or nothing was read."""
        if not self._rows:
            raise BadFile(
                self._found.file,
                expected="at least one figure",
                fix="the file may be empty: fetch it again",
            )
        self._found.stop()


def check_measurements(
    parsed: Parsed, edition: Edition, source_id: str, register: Register, catalogue: Mapping[str, Indicator]
) -> None:
    """Check all measurements of one edition against the contract (``MeasurementChecks``).

    Raises BadFile, or Problems with several.
    """
    checks = MeasurementChecks(edition, source_id, register, catalogue)
    checks.rows(parsed.measurements)
    checks.keys(parsed.measurements)
    checks.stop()


def _check_types(frame: pd.DataFrame, found: _Found) -> None:
    import pandera.pandas as pa

    try:
        measurement_schema().validate(frame, lazy=True)
    except pa.errors.SchemaErrors as errors:
        cases = errors.failure_cases
        found.count += max(0, len(cases) - _MOST)
        for _, case in cases.head(_MOST).iterrows():
            column = str(case["column"])
            if pd.isna(case["index"]):
                found.count += 1
                found.problems.append(_of_table(found.file, str(case["check"]), column, case["failure_case"]))
            else:
                found.add([int(case["index"])], column, frame[column], _expected(column))


def _expected(column: str) -> str:
    return _EXPECTED.get(column, "a text" if column in KEY else "a finite number")


def _of_table(file: str, check: str, column: str, value: object) -> BadFile:
    """The error for what is wrong with the table as a whole: a column too many, one that is absent, or their order."""
    fix = "the parser of this source must give these columns: etl/frames/measurements.py"
    match check:
        case "column_in_schema":
            return BadFile(file, value=_plain(value), expected=f"no column but {', '.join(COLUMNS)}", fix=fix)
        case "column_in_dataframe":
            return BadFile(
                file, value=_plain(value), expected="a column of this name, and found none", fix=fix
            )
        case "column_ordered":
            return BadFile(
                file, value=_plain(value), expected=f"the columns in the order {', '.join(COLUMNS)}", fix=fix
            )
        case _:
            return BadFile(file, column=column, value=_plain(value), expected=_expected(column))


def _check_vocabulary(frame: pd.DataFrame, register: Register, found: _Found) -> None:
    codes = frame["area_code"]
    unknown = {code for code in codes.unique() if not register.types_of(str(code))}
    if unknown:
        found.add(
            np.flatnonzero(codes.isin(unknown)),
            "area_code",
            codes,
            "the code of an area in the register",
            "add the area to geodata/tables, or let the source set such rows aside with a reason",
        )
    periods = frame["period"]
    wrong = set()
    for iso in periods.unique():
        try:
            Period.parse(str(iso))
        except ValueError:
            wrong.add(iso)
    if wrong:
        found.add(
            np.flatnonzero(periods.isin(wrong)),
            "period",
            periods,
            "ISO 8601 start/duration such as 2022-04-01/P1Y",
        )


def _check_standing(frame: pd.DataFrame, register: Register, found: _Found) -> None:
    """That no figure is of a period after its area had ended, unless its land goes on under another code."""
    codes = frame["area_code"]
    ended = {
        code
        for code in codes.unique()
        if register.types_of(str(code)) and register.ended_before(str(code), date.max) is not None
    }
    if not ended:
        return
    of_ended = codes.isin(ended).to_numpy()
    for (code, iso), rows in frame[of_ended].groupby(["area_code", "period"], sort=False).indices.items():
        period = _period_or_none(str(iso))
        last = None if period is None else register.ended_before(str(code), period.start_on)
        if period is None or last is None:
            continue
        name = register.area(str(code)).name
        heirs = register.live_successors(str(code))
        instead = ", ".join(f"{heir.area_code} {heir.name}" for heir in heirs)
        found.add(
            np.flatnonzero(of_ended)[rows],
            "area_code",
            codes,
            f"an area that stood in {period.label}: {name} ended on {last.isoformat()}",
            f"give the figure for what took its place ({instead}), or correct the period"
            if instead
            else "correct the code or the period",
        )


def _period_or_none(iso: str) -> Period | None:
    """A period that can be read; what cannot is reported as such."""
    try:
        return Period.parse(iso)
    except ValueError:
        return None


def _check_missing(frame: pd.DataFrame, found: _Found) -> None:
    missing = frame["value"].isna()
    found.add(
        np.flatnonzero(missing & (frame["status"] == "ok")),
        "status",
        frame["status"],
        "a reason (such as suppressed) where the value is missing",
    )
    hidden = frame["status"].isin(["suppressed", "not_available", "not_collected"])
    found.add(
        np.flatnonzero(~missing & hidden),
        "value",
        frame["value"],
        "no value where the status says it is missing",
    )
    lower, value, upper = frame["lower_ci_95"], frame["value"], frame["upper_ci_95"]
    found.add(
        np.flatnonzero(lower.isna() != upper.isna()),
        "lower_ci_95",
        lower,
        "both limits or neither",
    )
    slack = _ROUNDING * (1 + value.abs())
    found.add(
        np.flatnonzero(lower > value + slack), "lower_ci_95", lower, "a lower limit not above the value"
    )
    found.add(
        np.flatnonzero(upper < value - slack), "upper_ci_95", upper, "an upper limit not below the value"
    )


def _check_ranges(frame: pd.DataFrame, bounds: Mapping[str, tuple[float, float, str]], found: _Found) -> None:
    lowest = looked_up(frame["measure"], {name: low for name, (low, _, _) in bounds.items()}, np.nan)
    highest = looked_up(frame["measure"], {name: high for name, (_, high, _) in bounds.items()}, np.nan)
    value = frame["value"]
    outside = np.flatnonzero((value < lowest - _ROUNDING) | (value > highest + _ROUNDING))
    for place in outside:
        measure = str(frame["measure"].iloc[place])
        found.add([int(place)], measure, value, bounds[measure][2])


def _check_texts(frame: pd.DataFrame, found: _Found) -> None:
    for column in TEXTS:
        strange = [text for text in frame[column].unique() if control_character(str(text))]
        if strange:
            found.add(
                np.flatnonzero(frame[column].isin(strange)),
                column,
                frame[column],
                "a text without control characters",
                "a workbook, feed or picture cannot hold one: take it out of the file",
            )


def _check_keys(frame: pd.DataFrame, found: _Found) -> None:
    [codes] = coded([frame], KEY)
    again = repeated(codes)
    if not again.any():
        return
    for place in found.reported(np.flatnonzero(again)):
        before = frame["row"].iloc[int(np.flatnonzero(codes == codes[place])[0])]
        where = "" if pd.isna(before) else f" (row {int(before)} has it already)"
        words = " · ".join(str(frame[name].iloc[place]) for name in KEY)
        found.problems.append(found.breach(int(place), "key", words, f"each figure once{where}"))


def check_supply(
    measures: frozenset[str],
    source_id: str,
    catalogue: Mapping[str, Indicator],
    publications: frozenset[str],
    shown_before: frozenset[str],
) -> list[str]:
    """Whether the editions of a source together give what the catalogue asks of it.

    ``publications`` are those loaded, ``shown_before`` the indicators that this source gives already. Raises
    ReleaseChanged where a route has lost some of its measures, or all of them although its publication is
    there or the indicator was shown before. Returns a warning for each route whose publication is not there.
    A denominator does not count, nor how many rounded numbers there are: it may be there for another indicator's sake.
    """
    warnings: list[str] = []
    problems: list[Exception] = []
    for own in routes_of(catalogue, source_id):
        lost = [name for name in own.measures if name not in measures]
        if not lost:
            continue
        shared = {name.removeprefix("-") for name in own.route.denominator} | {
            cells for cells in own.route.rounded_cells if isinstance(cells, str)
        }
        all_lost = shared.union(lost).issuperset(own.measures)
        words = f"{source_id}: measure {', '.join(map(repr, lost))} that {own.indicator.id} needs"
        if all_lost and own.route.publication not in publications and own.indicator.id not in shown_before:
            warnings.append(f"{words} is in none of the publications found ({own.route.publication})")
        else:
            problems.append(ReleaseChanged(f"{words} is gone; found {sorted(measures)}"))
    if len(problems) == 1:
        raise problems[0]
    if problems:
        raise Problems(problems)
    return warnings


def check_observations(frame: pd.DataFrame, catalogue: Mapping[str, Indicator], file: str) -> None:
    """Check observations against the contract: lower ≤ value ≤ upper, 99.8% around 95%, ranges, words, keys.

    Raises BadFile, or Problems with several, naming file and row where known, else area and period.
    """
    problems: list[str] = []
    count = 0

    def add(wrong: pd.Series | np.ndarray, column: str, expected: str) -> None:
        nonlocal count
        places = np.flatnonzero(np.asarray(wrong))
        count += len(places)
        for place in places[: _MOST - len(problems)]:
            figure = frame.iloc[place]
            row = "" if pd.isna(figure["source_row"]) else f": row {int(figure['source_row'])}"
            what = f"{figure['indicator_id']}, {figure['area_code']}, {figure['period']}"
            problems.append(f"{file}{row}: {what}: {column} {_plain(figure[column])!r}; expected {expected}")

    value = frame["value"]
    slack = _ROUNDING * (1 + value.abs())
    add(frame["lower_ci_95"] > value + slack, "lower_ci_95", "a lower limit not above the value")
    add(frame["upper_ci_95"] < value - slack, "upper_ci_95", "an upper limit not below the value")
    add(
        frame["lower_ci_998"] > frame["lower_ci_95"] + slack,
        "lower_ci_998",
        "99.8% limits around the 95% limits",
    )
    add(
        frame["upper_ci_998"] < frame["upper_ci_95"] - slack,
        "upper_ci_998",
        "99.8% limits around the 95% limits",
    )
    for indicator_id, places in frame.groupby("indicator_id", sort=False).indices.items():
        indicator = catalogue[str(indicator_id)]
        lowest, highest = indicator.bounds
        own = np.zeros(len(frame), dtype=bool)
        own[places] = True
        words = range_words(indicator.unit, lowest, highest)
        if lowest is not None:
            add(own & (value < lowest - _ROUNDING).to_numpy(), "value", words)
        if highest is not None:
            add(own & (value > highest + _ROUNDING).to_numpy(), "value", words)
    add(~frame["status"].isin(STATUSES), "status", f"one of {', '.join(STATUSES)}")
    add(value.isna() & (frame["status"] == "ok"), "status", "a reason where the value is missing")
    key = ["indicator_id", "period", "sex", "age", "breakdown", "area_code"]
    add(frame.duplicated(key), "area_code", "each observation once")
    if problems:
        if count > len(problems):
            problems.append(f"… and {count - len(problems):,} more")
        raise Problems(problems)
