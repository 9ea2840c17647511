"""NHS Talking Therapies (until 2022 IAPT): annual reports, and the monthly statistics beside them.

Source: NHS England (to January 2023 NHS Digital). Two annual layouts are read: the publisher's wide ``main`` CSV
of a year, and the tidy copy of all years (``measures_annual.parquet``, one number a row). Measure ids are
``<name>.<statistic>``, such as ``recovery.percentage``, in both. Monthly figures carry the publisher's ids
(``etl.sources.nhs_talking_therapies_monthly``), so that a month never takes the place of a year.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from operator import eq
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from etl import measurements
from etl.sources import nhs_publications, reading
from etl.sources import nhs_talking_therapies_monthly as monthly
from etl.sources.base import (
    EVERY_MONTH,
    BadFile,
    Calendar,
    Downloads,
    Edition,
    FoundFile,
    Parsed,
    Progress,
    ReleaseChanged,
    SourceInfo,
)
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
ANNUAL_SERIES = f"{nhs_publications.SERIES}nhs-talking-therapies-for-anxiety-and-depression-annual-reports"
PUBLISHED_ON = {"2020-21": date(2021, 11, 25), "2021-22": date(2022, 9, 29)}

_MARKERS = {
    "*": "suppressed",
    "NULL": "not_collected",
    "-": "not_available",
    "N/A": "not_available",
    "": "not_available",
}
_NOTHING = {"", "null", "na", "n/a", "all", "total"}
_UNKNOWN = {"not stated/not known/invalid", "not stated", "not known", "unknown"}
_STATISTIC = re.compile(r"^(Count|Percentage|Mean|Median|Sum)_?(.+)$")
_WAITS = {"<6 weeks": "wait_6_weeks", "<18 weeks": "wait_18_weeks"}
# the first attended treatment appointment: "First treatment" to 2021-22, "Accessing services" from 2022-23
_FIRST_WAIT = {"first treatment", "accessing services"}


class NhsTalkingTherapies:
    """Reads the annual reports and the monthly statistics of NHS Talking Therapies."""

    info = SourceInfo(
        source_id="nhs_talking_therapies",
        publisher="NHS England (to January 2023 NHS Digital)",
        title="NHS Talking Therapies, for anxiety and depression, annual reports and monthly statistics",
        licence="Open Government Licence v3.0",
        url=ANNUAL_SERIES,
        cadence="annual reports once a year, for April to March; activity and performance every month",
        attribution=(
            "Source: NHS England, NHS Talking Therapies annual reports and monthly statistics, licensed under "
            "the Open Government Licence v3.0."
        ),
        calendar=Calendar(EVERY_MONTH, 15),
    )
    parser_version = 1

    def discover(self, folder: Path) -> list[Edition]:
        """One edition a year and file, and those of months; the publisher's own CSV goes before a tidy copy."""
        editions = []
        for path in reading.files_below(folder, "measures_annual*.parquet"):
            for year in _years_in(path):
                editions.append(_edition(path, year, "tidy", 0))
        for path in reading.files_below(folder, "*.csv"):
            # the publisher's zip holds other CSVs with columns like these
            if re.search("psych-ther-ann", path.name, re.IGNORECASE):
                is_main = "main" in path.name.casefold()
            else:
                columns = {name.casefold().replace("_", "") for name in reading.header_of(path)}
                is_main = {"orgtype", "variableb", "countrecovery"} <= columns
            if is_main:
                editions.append(_edition(path, reading.year_in_name(path) or path.stem, "wide", 1))
        editions += monthly.discover(folder)
        return sorted(editions, key=lambda one: (one.precedence, one.files[0].path.name))

    def fetch(self, downloads: Downloads, today: date) -> None:
        """Fetch the newest annual report (a zip) and the newest three months. Raises ReleaseChanged, FetchFailed."""
        nhs_publications.save_newest(downloads, ANNUAL_SERIES, r"^psych-ther-ann-rep-csvs?.*\.zip$")
        nhs_publications.save_newest(downloads, monthly.SERIES, monthly.FETCHED, newest=3)

    def parse(self, edition: Edition, register: Register, progress: Progress) -> Parsed:
        """Read one year, or the months of a monthly file; counts numbers (a row, or a cell of the wide CSV).

        Providers, variables that are not used, and codes that are no area of the register on the year's days
        are set aside with their counts. Raises BadFile and ReleaseChanged.
        """
        file = edition.files[0]
        if file.role in (monthly.TIDY_ROLE, monthly.CSV_ROLE):
            return monthly.parse(file.path, file.role, register, progress)
        year = reading.year_in_name(file.path) if file.role == "wide" else edition.edition
        if year is None:
            raise BadFile(
                file.path,
                value=file.path.stem,
                expected="the year in the name of the file, such as 2020-21 (it has no column for it)",
                mend="give the file its publisher's name again",
            )
        tally = reading.Tally()
        read = _tidy_cells if file.role == "tidy" else _wide_cells
        measured = measurements.join(
            [
                _measured(file.path, cells, year, register, tally)
                for cells in read(file.path, year, tally, progress)
            ]
        )
        reading.refuse_duplicates(measured, file.path)
        if measured.empty:
            raise BadFile(file.path, expected=f"figures of areas of England for {year}")
        return Parsed(
            measured,
            rows_in=tally.rows_in,
            set_aside=tally.set_aside(),
            warnings=[
                f"{file.path.name}: figures below England are rounded by the publisher (counts to the "
                "nearest 5, percentages to whole numbers), and counts below 5 are hidden"
            ],
        )


def _edition(path: Path, year: str, role: str, before: int) -> Edition:
    old = year < "2022"
    title = (
        "Psychological Therapies, annual report on the use of IAPT services"
        if old
        else "NHS Talking Therapies, for anxiety and depression, annual report"
    )
    published_on = PUBLISHED_ON.get(year)
    return Edition(
        edition=year if role == "tidy" else f"{year}-main",
        publication=f"{title}, {year}",
        files=(FoundFile(path, role, published_on=published_on),),
        published_on=published_on,
        precedence=(int(year[:4]) if year[:4].isdigit() else 0) * 10 + before,
    )


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


# --- the tidy copy ----------------------------------------------------------------------------------------


def _years_in(path: Path) -> list[str]:
    """Years of the tidy copy; one edition that parse refuses where they cannot be read."""
    try:
        table = reading.open_parquet(path, TIDY_COLUMNS).read(columns=["reporting_period"])
    except (BadFile, pa.ArrowException, KeyError, OSError, ValueError):
        return ["unreadable"]
    return sorted(str(year) for year in table.column("reporting_period").unique().to_pylist()) or [
        "unreadable"
    ]


def _tidy_cells(path: Path, year: str, tally: reading.Tally, progress: Progress) -> Iterator[_Cells]:
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
                mend="the file is damaged: fetch it again",
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


# --- the publisher's wide CSV -----------------------------------------------------------------------------


def _wide_cells(path: Path, year: str, tally: reading.Tally, progress: Progress) -> Iterator[_Cells]:
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


# --- both layouts -----------------------------------------------------------------------------------------


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
    variable = _where(variable_types, lambda text: text.casefold() in _VARIABLES)
    for text in dict.fromkeys(str(word) for word in variable_types[1]):
        if text.casefold() not in _VARIABLES:
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


def _measured(path: Path, cells: _Cells, year: str, register: Register, tally: reading.Tally) -> pd.DataFrame:
    period = Period.parse(reading.financial_year(year))
    areas, area_at = _distinct(cells.org_type, cells.org_code)
    area_codes = np.array(
        [reading.nhs_area_code(org_type, org_code, period, register) or "" for org_type, org_code in areas],
        dtype=object,
    )
    has_area = area_codes[area_at] != ""
    for place, (org_type, org_code) in enumerate(areas):
        if not area_codes[place]:
            tally.leave(
                f"{org_type}: code of no area of the register in the year",
                int((area_at == place).sum()),
                [org_code],
            )
    kinds, kind_at = _distinct(cells.variable_type, cells.variable_a, cells.variable_b, cells.measure)
    meanings = [_meaning(path, *kind) for kind in kinds]
    is_used = np.array([not isinstance(meaning, str) for meaning in meanings], dtype=bool)
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
                text, file=path, row=None, column="value", markers=_MARKERS
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
        name: pd.Series(np.array([one[number] for one in fields], dtype=object)[at], dtype="str")
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


Meaning = tuple[str, str, str, str]
"""(measure, sex, age, breakdown)"""


def _total(a: str, b: str, measure: str) -> Meaning | str:
    return (measure, "persons", "all", "all")


def _gender(a: str, b: str, measure: str) -> Meaning | str:
    sex = a.casefold()
    if sex in ("male", "female"):
        return (measure, sex, "all", "all")
    return "gender neither recorded as male nor as female"


def _age_group(a: str, b: str, measure: str) -> Meaning | str:
    text = a.casefold()
    if found := re.fullmatch(r"(\d+) to (\d+)", text):
        return (measure, "persons", f"{found[1]}-{found[2]}", "all")
    if found := re.fullmatch(r"(\d+) and over", text):
        return (measure, "persons", f"{found[1]}+", "all")
    if found := re.fullmatch(r"under (\d+)", text):
        return (measure, "persons", f"0-{int(found[1]) - 1}", "all")
    return "age not stated"


def _named(category: str) -> Callable[[str, str, str], Meaning | str]:
    def of(a: str, b: str, measure: str) -> Meaning | str:
        value = "not stated" if a.casefold() in _UNKNOWN else a
        if b.casefold() not in _NOTHING:
            value = f"{value}, {_background(b)}"
        return (measure, "persons", "all", f"{category}: {value}")

    return of


def _background(words: str) -> str:
    """``Any Other Asian Background`` (to 2019-20) and ``Any other Asian background`` as one."""
    first, *rest = words.split(" ")
    if first.casefold() != "any":
        return words
    kept = ("Asian", "Black", "Mixed", "White")
    return " ".join(["any", *(word if word in kept else word.lower() for word in rest)])


def _long_term_condition(a: str, b: str, measure: str) -> Meaning | str:
    text = a.casefold()
    value = {"long term condition": "yes", "no long term condition": "no"}.get(text, "not stated")
    return (measure, "persons", "all", f"long-term condition: {value}")


def _waiting_time(a: str, b: str, measure: str) -> Meaning | str:
    if a.casefold() not in _FIRST_WAIT:
        return "waiting times other than to the first treatment"
    if measure != "finished_course_treatment.count":
        return "waiting times are published for finished courses of treatment only"
    if b not in _WAITS:
        return "waiting times in bands other than 6 and 18 weeks"
    return (f"{_WAITS[b]}.count", "persons", "all", "all")


_VARIABLES: dict[str, Callable[[str, str, str], Meaning | str]] = {
    "total": _total,
    "gender": _gender,
    "age group": _age_group,
    "indices of deprivation decile": _named("deprivation decile"),
    "ethnic group": _named("ethnic group"),
    "long term condition status": _long_term_condition,
    "waiting time": _waiting_time,
}


def _meaning(path: Path, variable_type: str, a: str, b: str, measure: str) -> Meaning | str:
    """What a combination of words measures, or the reason why it is set aside."""
    try:
        return _VARIABLES[variable_type.casefold()](a, b, measure)
    except KeyError:
        raise ReleaseChanged(f"{path.name}: variable {variable_type!r} is not known") from None


source = NhsTalkingTherapies()
