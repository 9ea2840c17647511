"""Adult Social Care Outcomes Framework: the open-data workbook of a year, and a processed CSV of 1E and 1F.

Source: NHS Digital (now NHS England). Every measure of the workbook is read; its id is
``<measure group>.<measure type>``, such as ``1E.outcome``, with sex and age from its disaggregation.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from etl.frames import measurements
from etl.sources import reading
from etl.sources.base import (
    BadFile,
    Downloads,
    Edition,
    FoundFile,
    Parsed,
    Progress,
    ReleaseChanged,
    SetAside,
    SourceInfo,
)
from etl.sources.reading import nhs_publications
from geodata.register import Register
from indicators.periods import Period

OPEN_DATA_COLUMNS = (
    "Geographical Code",
    "Geographical Description",
    "Geographical Level",
    "ONS Code",
    "ASCOF Measure Code",
    "Disaggregation Level",
    "Measure Type",
    "Measure Value",
    "Measure Group",
)
# the same columns under the names of other years
OTHER_NAMES = {
    "ONS Area Code": "ONS Code",
    "Disaggregation": "Disaggregation Level",
    "Measure value": "Measure Value",
    "Measure_Value": "Measure Value",
}
LAST_YEAR = "2022-23"
"""The framework of 2023-24 numbered its measures anew: 1E and 1F mean other things from then on."""
SERIES = f"{nhs_publications.SERIES}adult-social-care-outcomes-framework-ascof"
PROCESSED_COLUMNS = (
    "period",
    "measure",
    "ONS Code",
    "Geographical Description",
    "Geographical Level",
    "Disaggregation Level",
    "Measure Value",
)
# who a measure is about, from the framework's handbook of definitions
AGES = {
    "1E": "18-64",
    "1F": "18-69",
    "1G": "18-64",
    "1H": "18-69",
    "2A1": "18-64",
    "2A2": "65+",
    "2B1": "65+",
    "2B2": "65+",
}
_LEVELS = ("Council", "Region", "England")
# without brackets in 2018-19; a colon in 2019-20
_MARKERS = {
    ":": "not_available",
    "[c]": "suppressed",
    "c": "suppressed",
    "[x]": "not_available",
    "x": "not_available",
}
_SEXES = {"Male": "male", "Female": "female"}
_YEARS = re.compile(r"(?<!\d)(?:20)?(\d{2})[-_]?(\d{2})(?!\d)")
_YEAR = re.compile(r"(?<!\d)20(\d{2})(?!\d)")
_AGE_OVER = re.compile(r"^(\d+) and over$")
_AGE_UNDER = re.compile(r"^(\d+) and under$")
_AGE_BETWEEN = re.compile(r"^\d+-\d+$")


class Ascof:
    """Reads the Adult Social Care Outcomes Framework."""

    info = SourceInfo(
        source_id="ascof",
        publisher="NHS England (publications to 2022-23 by NHS Digital)",
        title="Measures from the Adult Social Care Outcomes Framework, England",
        licence="Open Government Licence v3.0",
        url=SERIES,
        cadence="once a year, in autumn or winter; 1E and 1F ended with 2022-23",
        attribution=(
            "Source: NHS England, Measures from the Adult Social Care Outcomes Framework, licensed under the "
            "Open Government Licence v3.0."
        ),
    )
    parser_version = 3

    def discover(self, folder: Path) -> list[Edition]:
        """The processed CSV (lowest precedence), then open-data workbooks by year."""
        editions = []
        for path in reading.files_below(folder, "*ascof*outcomes*.csv"):
            editions.append(
                Edition(
                    edition="outcomes-1E-1F",
                    publication="Outcomes of measures 1E and 1F, collected from the yearly publications",
                    files=(FoundFile(path, "processed"),),
                )
            )
        names = ("meas-from-asc-of-eng-*.xlsx", "meas-from-asc-of-eng-*.csv")
        for path in reading.files_below(folder, *names):
            year = _year_in_name(path)
            editions.append(
                Edition(
                    edition=year or path.stem,
                    publication="Measures from the Adult Social Care Outcomes Framework, England, "
                    + (year or "year not known"),
                    files=(FoundFile(path, "open_data"),),
                    precedence=int(year[:4]) if year else 1,
                )
            )
        return sorted(editions, key=lambda edition: (edition.precedence, edition.edition))

    def fetch(self, downloads: Downloads, today: date) -> None:
        """Fetch the open data of the years that have the measures, each year alone: no newer ones are asked for.

        Raises ReleaseChanged, FetchFailed.
        """

        def has_measures(slug: str) -> bool:
            year = reading.year_in_text(slug)
            return year is not None and "2018-19" <= year <= LAST_YEAR

        attempts = reading.Attempts(downloads)
        for publication in nhs_publications.publications(downloads, SERIES, has_measures):
            nhs_publications.save_matching(
                downloads, attempts, publication, r"^meas-from-asc-of-eng-.*csv.*\.(csv|xlsx)$"
            )
        attempts.end()

    def parse(self, edition: Edition, register: Register, progress: Progress) -> Parsed:
        """Read one edition; counts its rows. Councils, regions and England are kept, types of council are not.

        A code that the register does not know stops the workbook; in the processed CSV, which mixes years, it
        is set aside and named. Raises BadFile and ReleaseChanged.
        """
        file = edition.files[0]
        progress(f"{file.path.name}: reading", 0, 0)
        if file.role == "open_data":
            return _parse_open_data(file.path, register, progress)
        return _parse_processed(file.path, register)


def _year_in_name(path: Path) -> str | None:
    """``meas-…-eng-2021-open-data…`` → ``2020-21``, ``meas-…-eng-2022-csv…`` (the year's end) → ``2021-22``."""
    for found in _YEARS.finditer(path.stem):
        first, last = int(found[1]), int(found[2])
        if last == (first + 1) % 100:
            return f"20{first:02d}-{last:02d}"
    if found := _YEAR.search(path.stem):
        last = int(found[1])
        return f"20{last - 1:02d}-{last:02d}"
    return None


def _parse_open_data(path: Path, register: Register, progress: Progress) -> Parsed:
    year = _year_in_name(path)
    if year is None:
        raise BadFile(
            path,
            value=path.stem,
            expected="the year in the name of the file, such as 2021 for 2020-21",
            fix="give the file its publisher's name again",
        )
    if year > LAST_YEAR:
        raise ReleaseChanged(
            f"{path.name}: of {year}, when the framework numbered its measures anew: 1E and 1F ended with "
            f"{LAST_YEAR}; take the file out of the folder"
        )
    rows = _text_rows(path) if path.suffix.casefold() == ".csv" else _workbook_rows(path)
    progress(f"{path.name}: read", len(rows), len(rows))
    kept, aside = _levels(rows)
    rows = rows[kept].reset_index(drop=True)
    reading.refuse_unknown_areas(
        rows["ONS Code"], file=path, rows=rows["row"], column="ONS Code", register=register
    )
    period = reading.financial_year(year)
    measured = _measured(
        path,
        rows,
        groups=rows["Measure Group"],
        types=rows["Measure Type"],
        periods=pd.Series(period, index=rows.index),
    )
    for group in ("1E", "1F"):
        if not measured["measure"].str.startswith(f"{group}.").any():
            found = sorted(rows["Measure Group"].unique())
            raise ReleaseChanged(f"{path.name}: measure group {group!r} gone; found {found}")
    return Parsed(
        measured,
        rows_in=len(kept),
        set_aside=aside,
        warnings=_not_alive(path, rows["ONS Code"], pd.Series(period, index=rows.index), register),
    )


def _text_rows(path: Path) -> pd.DataFrame:
    names = {OTHER_NAMES.get(name, name): name for name in reading.header_of(path)}
    spelt = {names.get(name, name): name for name in OPEN_DATA_COLUMNS}
    return reading.read_csv(path, needed=tuple(spelt), or_windows=True).rename(columns=spelt)


def _workbook_rows(path: Path) -> pd.DataFrame:
    """The sheet that has the columns needed, as text cells with ``row``."""
    found: list[str] = []
    with reading.open_workbook(path) as workbook:
        for sheet in workbook.worksheets:
            lines = enumerate(reading.sheet_cells(path, sheet), start=1)
            first = next(lines, (0, ()))[1]
            header = ["" if cell is None else str(cell).strip() for cell in first]
            header = [OTHER_NAMES.get(name, name) for name in header]
            if set(OPEN_DATA_COLUMNS) <= set(header):
                return _frame(path, header, lines)
            found = found or header
    reading.check_columns(path, found, OPEN_DATA_COLUMNS)
    raise ReleaseChanged(f"{path.name}: no sheet with the columns {list(OPEN_DATA_COLUMNS)}")


def _frame(path: Path, header: list[str], lines: Any) -> pd.DataFrame:
    places = {name: header.index(name) for name in OPEN_DATA_COLUMNS}
    columns: dict[str, list[str]] = {name: [] for name in OPEN_DATA_COLUMNS}
    numbers: list[int] = []
    for row, line in lines:
        if not any(cell is not None for cell in line):
            continue
        numbers.append(row)
        for name, place in places.items():
            cell = line[place] if place < len(line) else None
            columns[name].append("" if cell is None else str(cell).strip())
    if not numbers:
        raise BadFile(path, expected="rows below the header", fix="fetch the file again")
    frame = pd.DataFrame({name: pd.Series(cells, dtype="str") for name, cells in columns.items()})
    frame["row"] = pd.array(numbers, dtype="Int64")
    return frame


def _parse_processed(path: Path, register: Register) -> Parsed:
    rows = reading.read_csv(path, needed=PROCESSED_COLUMNS, or_windows=True)
    kept, aside = _levels(rows)
    warnings = []
    known = rows["ONS Code"].map({code: code in register for code in rows["ONS Code"].unique()})
    stray = kept & ~known.to_numpy(dtype=bool)
    if stray.any():
        names = rows.loc[stray, "ONS Code"] + " " + rows.loc[stray, "Geographical Description"]
        listed = reading.unmatched(names, limit=len(names))
        aside.append(
            SetAside(
                "code that the register does not know",
                int(stray.sum()),
                listed,
                reading.unknown_areas(rows.loc[stray, "ONS Code"]),
            )
        )
    rows_in = len(rows)
    rows = rows[kept & ~stray].reset_index(drop=True)
    years = {}
    for text in rows["period"].unique():
        try:
            years[text] = reading.financial_year(text)
        except ValueError as error:
            row = int(rows.loc[rows["period"] == text, "row"].iloc[0])
            raise BadFile(
                path, row=row, column="period", value=text, expected="a year such as 2020-21"
            ) from error
    periods = rows["period"].map(years)
    measured = _measured(
        path,
        rows,
        groups=rows["measure"],
        types=pd.Series("Outcome", index=rows.index),
        periods=periods,
    )
    warnings += _not_alive(path, rows["ONS Code"], periods, register)
    return Parsed(measured, rows_in=rows_in, set_aside=aside, warnings=warnings)


def _levels(rows: pd.DataFrame) -> tuple[np.ndarray, list[SetAside]]:
    kept = rows["Geographical Level"].isin(_LEVELS).to_numpy(dtype=bool)
    left = rows[~kept]
    aside = [
        SetAside(
            f"level {level!r} is not an area of ours",
            len(group),
            reading.unmatched(group["Geographical Description"]),
        )
        for level, group in left.groupby("Geographical Level")
    ]
    return kept, aside


def _measured(
    path: Path, rows: pd.DataFrame, *, groups: pd.Series, types: pd.Series, periods: pd.Series
) -> pd.DataFrame:
    values, statuses = reading.numbers(
        rows["Measure Value"], file=path, rows=rows["row"], column="Measure Value", markers=_MARKERS
    )
    people = {
        pair: _people(path, rows, *pair)
        for pair in set(zip(groups, rows["Disaggregation Level"], strict=True))
    }
    pairs = [people[pair] for pair in zip(groups, rows["Disaggregation Level"], strict=True)]
    slugs = {text: reading.slug(text).replace("-", "_") for text in types.unique()}
    measured = measurements.arrange(
        pd.DataFrame(
            {
                "measure": groups + "." + types.map(slugs),
                "area_code": rows["ONS Code"],
                "period": periods,
                "sex": [sex for sex, _ in pairs],
                "age": [age for _, age in pairs],
                "value": values,
                "status": statuses,
                "row": rows["row"],
            }
        )
    )
    reading.refuse_duplicates(measured, path)
    return measured


def _people(path: Path, rows: pd.DataFrame, group: str, words: str) -> tuple[str, str]:
    """(sex, age) of a disaggregation: ``Total``, ``Female``, ``65 and over`` …"""
    if words == "Total" or words in _SEXES:
        return _SEXES.get(words, "persons"), AGES.get(group, "all")
    if found := _AGE_OVER.match(words):
        return "persons", f"{found[1]}+"
    if found := _AGE_UNDER.match(words):
        return "persons", f"0-{found[1]}"
    if _AGE_BETWEEN.match(words):
        return "persons", words
    row = int(rows.loc[rows["Disaggregation Level"] == words, "row"].iloc[0])
    raise BadFile(
        path,
        row=row,
        column="Disaggregation Level",
        value=words,
        expected="Total, Male, Female or ages such as 18-64 or 65 and over",
    )


def _not_alive(path: Path, codes: pd.Series, periods: pd.Series, register: Register) -> list[str]:
    """Warns of codes that did not stand at any time of the year they are given for; they are kept."""
    wrong = []
    for code, period in sorted(set(zip(codes, periods, strict=True))):
        span = Period.parse(period)
        area = register.area(code)
        if (area.end_on or date.max) < span.start_on or (area.start_on or date.min) > span.end_on:
            wrong.append(f"{code} {area.name} in {span.label}")
    if not wrong:
        return []
    return [f"{path.name}: codes that did not stand in the year they are given for: {'; '.join(wrong)}"]


source = Ascof()
