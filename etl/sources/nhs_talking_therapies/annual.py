"""The annual reports in both of their layouts: the wide CSV of a year and the tidy copy of all years."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from operator import eq
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from etl.frames import measurements
from etl.sources import reading
from etl.sources.base import (
    BadFile,
    Progress,
)
from etl.sources.nhs_talking_therapies.variables import MARKERS, VARIABLES, meaning_of
from geodata.register import Register
from indicators.periods import Period

KEYS = ("OrgType", "OrgCode", "OrgName", "VariableType", "VariableA", "VariableB")
# columns of the wide CSV without which its indicators cannot be made; written as in 2024-25
NEEDED_MEASURES = (
    "Count_ReferralsReceived",
    "Count_FinishedCourseTreatment",
    "Count_NotAtCaseness",
    "Count_Recovery",
    "Percentage_Recovery",
    "Count_ReliableRecovery",
    "Percentage_ReliableRecovery",
)
TIDY_COLUMNS = (
    "reporting_period",
    "org_type",
    "org_code",
    "variable_type",
    "variable_a",
    "variable_b",
    "measure_name",
    "measure_statistic",
    "value",
)
_STATISTIC = re.compile(r"^(Count|Percentage|Mean|Median|Sum)_?(.+)$")


@dataclass
class _Cells:
    """Numbers of a file as columns of texts, each with its row."""

    org_type: np.ndarray
    org_code: np.ndarray
    variable_type: np.ndarray
    variable_a: np.ndarray
    variable_b: np.ndarray
    measure: np.ndarray
    value: np.ndarray
    row: np.ndarray


def years_in(path: Path) -> list[str]:
    """Years of the tidy copy; one edition that parse refuses where they cannot be read."""
    try:
        table = reading.open_parquet(path, TIDY_COLUMNS).read(columns=["reporting_period"])
    except (BadFile, pa.ArrowException, KeyError, OSError, ValueError):
        return ["unreadable"]
    return sorted(str(year) for year in table.column("reporting_period").unique().to_pylist()) or [
        "unreadable"
    ]


def tidy_cells(path: Path, year: str, tally: reading.Tally, progress: Progress) -> Iterator[_Cells]:
    opened = reading.open_parquet(path, TIDY_COLUMNS)
    reading.check_columns(path, opened.schema_arrow.names, TIDY_COLUMNS)
    try:
        reading.financial_year(year)
    except ValueError as error:
        raise BadFile(
            path, column="reporting_period", value=year, expected="a year such as 2020-21"
        ) from error
    groups = opened.num_row_groups
    any_rows = False
    first_row = 1
    place = opened.schema_arrow.names.index("reporting_period")
    for group in range(groups):
        size = opened.metadata.row_group(group).num_rows
        bounds = opened.metadata.row_group(group).column(place).statistics
        if bounds is not None and bounds.has_min_max and not bounds.min <= year <= bounds.max:
            first_row += size
            continue
        progress(f"{path.name} {year}: reading", group + 1, groups)
        try:
            table = opened.read_row_group(group, columns=list(TIDY_COLUMNS))
        except (pa.ArrowInvalid, OSError) as error:
            raise BadFile(
                path,
                value=str(error).splitlines()[0],
                expected="a whole Parquet file",
                fix="the file is damaged: fetch it again",
            ) from error
        columns = {name: _coded(table.column(name)) for name in TIDY_COLUMNS}
        rows = np.arange(first_row, first_row + size)
        first_row += size
        of_year = _where(columns["reporting_period"], lambda text: text == year)
        tally.rows_in += int(of_year.sum())
        wanted = of_year & _used(of_year, columns["org_type"], columns["variable_type"], tally, cells_a_row=1)
        any_rows = True
        texts = {name: words[codes[wanted]] for name, (codes, words) in columns.items()}
        # a measure and its statistic as one word: few pairs, many rows
        pairs, at = _distinct(texts["measure_name"], texts["measure_statistic"])
        words = [f"{name}.{statistic}" for name, statistic in pairs]
        yield _Cells(
            org_type=texts["org_type"],
            org_code=texts["org_code"],
            variable_type=texts["variable_type"],
            variable_a=texts["variable_a"],
            variable_b=texts["variable_b"],
            measure=np.array(words, dtype=object)[at],
            value=texts["value"],
            row=rows[wanted],
        )
    if not any_rows:
        raise BadFile(path, column="reporting_period", value=year, expected="rows of that year")


def _coded(column: pa.ChunkedArray) -> tuple[np.ndarray, np.ndarray]:
    """(codes, words) of a column of texts; an absent text is an empty one."""
    array = column.combine_chunks()
    if not isinstance(array, pa.DictionaryArray):
        array = array.cast(pa.string()).dictionary_encode()
    words = np.array([*array.dictionary.to_pylist(), ""], dtype=object)
    codes = array.indices.fill_null(len(words) - 1).to_numpy(zero_copy_only=False)
    return codes, words


def _where(coded: tuple[np.ndarray, np.ndarray], test: Callable[[str], bool]) -> np.ndarray:
    codes, words = coded
    passed: np.ndarray = np.array([test(str(word)) for word in words], dtype=bool)[codes]
    return passed


def wide_cells(path: Path, year: str, tally: reading.Tally, progress: Progress) -> Iterator[_Cells]:
    progress(f"{path.name}: reading", 0, 0)
    header = reading.header_of(path)
    names = {name: found for name in header if (found := _measure_of(name)) is not None}
    needed = [name for name in NEEDED_MEASURES if _measure_of(name) not in names.values()]
    kept = (*KEYS, *names)
    for rows in reading.csv_chunks(path, needed=(*kept, *needed), keep=kept):
        tally.rows_in += len(rows) * len(names)
        progress(f"{path.name}: reading", tally.rows_in, 0)
        used = _used(
            np.ones(len(rows), dtype=bool),
            _factored(rows["OrgType"]),
            _factored(rows["VariableType"]),
            tally,
            cells_a_row=len(names),
        )
        rows = rows[used]
        size, width = len(rows), len(names)
        repeated = {name: np.repeat(rows[name].to_numpy(dtype=object), width) for name in KEYS}
        yield _Cells(
            org_type=repeated["OrgType"],
            org_code=repeated["OrgCode"],
            variable_type=repeated["VariableType"],
            variable_a=repeated["VariableA"],
            variable_b=repeated["VariableB"],
            measure=np.tile(np.array(list(names.values()), dtype=object), size),
            value=rows[list(names)].to_numpy(dtype=object).reshape(-1),
            row=np.repeat(rows["row"].to_numpy(dtype="int64"), width),
        )


def _factored(column: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    codes, words = pd.factorize(column)
    return codes, np.array(words, dtype=object)


def _measure_of(column: str) -> str | None:
    """``Count_ReferralsReceived`` or ``CountReferralsReceived`` → ``referrals_received.count``."""
    found = _STATISTIC.match(column)
    if not found or column in KEYS:
        return None
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", found[2])
    return f"{re.sub('_+', '_', words).strip('_').lower()}.{found[1].lower()}"


def _used(
    among: np.ndarray,
    org_types: tuple[np.ndarray, np.ndarray],
    variable_types: tuple[np.ndarray, np.ndarray],
    tally: reading.Tally,
    *,
    cells_a_row: int,
) -> np.ndarray:
    """Rows of organisations and variables that are read (bool); the others are counted by reason."""
    area = _where(org_types, lambda text: text.casefold() in reading.NHS_ORGANISATIONS)
    for text in dict.fromkeys(str(word) for word in org_types[1]):
        if text.casefold() not in reading.NHS_ORGANISATIONS:
            rows = among & _where(org_types, partial(eq, text))
            tally.leave(f"organisation type {text!r} is not an area", int(rows.sum()) * cells_a_row, [])
    variable = _where(variable_types, lambda text: text.casefold() in VARIABLES)
    for text in dict.fromkeys(str(word) for word in variable_types[1]):
        if text.casefold() not in VARIABLES:
            rows = among & area & _where(variable_types, partial(eq, text))
            tally.leave(f"variable {text!r} is not used", int(rows.sum()) * cells_a_row, [])
    used: np.ndarray = area & variable
    return used


def _distinct(*columns: np.ndarray) -> tuple[list[tuple[str, ...]], np.ndarray]:
    """Distinct combinations of some columns of texts, and for each row the place of its combination."""
    key = np.zeros(len(columns[0]), dtype=np.int64)
    uniques = []
    for column in columns:
        codes, words = pd.factorize(column)
        key = key * max(len(words), 1) + codes
        uniques.append((codes, words))
    _, first, place = np.unique(key, return_index=True, return_inverse=True)
    combinations = [tuple(str(words[codes[at]]) for codes, words in uniques) for at in first]
    return combinations, place


def figures_of(
    path: Path, cells: _Cells, year: str, register: Register, tally: reading.Tally
) -> pd.DataFrame:
    period = Period.parse(reading.financial_year(year))
    areas, area_at = _distinct(cells.org_type, cells.org_code)
    area_codes = np.array(
        [reading.nhs_area_code(org_type, org_code, period, register) or "" for org_type, org_code in areas],
        dtype=object,
    )
    has_area = area_codes[area_at] != ""
    kinds, kind_at = _distinct(cells.variable_type, cells.variable_a, cells.variable_b, cells.measure)
    meanings = [meaning_of(path, *kind) for kind in kinds]
    is_used = np.array([not isinstance(meaning, str) for meaning in meanings], dtype=bool)
    measure_of = np.array(
        ["" if isinstance(meaning, str) else meaning[0] for meaning in meanings], dtype=object
    )
    for place, (org_type, org_code) in enumerate(areas):
        if not area_codes[place]:
            measures = pd.Series(measure_of[kind_at[area_at == place]], dtype="str")
            tally.leave_unknown(
                f"{org_type}: code of no area of the register in the year",
                pd.Series(org_code, index=measures.index, dtype="str"),
                measures,
            )
    for place, meaning in enumerate(meanings):
        if isinstance(meaning, str):
            rows = int((has_area & (kind_at == place)).sum())
            tally.leave(meaning, rows, [" / ".join(kinds[place][1:3])])
    used = has_area & is_used[kind_at]
    texts, text_at = _distinct(cells.value[used])
    row = cells.row[used]
    numbers = np.full(len(texts), np.nan)
    statuses = np.empty(len(texts), dtype=object)
    for place, (text,) in enumerate(texts):
        try:
            numbers[place], statuses[place] = reading.number(
                text, file=path, row=None, column="value", markers=MARKERS
            )
        except BadFile as error:
            raise BadFile(
                path,
                row=int(row[np.argmax(text_at == place)]),
                column=str(cells.measure[used][np.argmax(text_at == place)]),
                value=text,
                expected=error.expected,
            ) from error
    fields = [meaning if isinstance(meaning, tuple) else ("", "", "", "") for meaning in meanings]
    at = kind_at[used]
    columns = {
        name: pd.Series(np.array([meaning[number] for meaning in fields], dtype=object)[at], dtype="str")
        for number, name in enumerate(("measure", "sex", "age", "breakdown"))
    }
    return measurements.arrange(
        pd.DataFrame(
            {
                **columns,
                "area_code": pd.Series(area_codes[area_at[used]], dtype="str"),
                "period": period.iso,
                "value": numbers[text_at],
                "status": pd.Series(statuses[text_at], dtype="str"),
                "row": row,
            }
        )
    )
