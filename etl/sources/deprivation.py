"""English Indices of Deprivation 2019 and 2025: summaries by local authority (lower tier); 2025 also by ICB.

Source: Ministry of Housing, Communities and Local Government. Two layouts are read: the publisher's workbook
("File 10", a sheet a domain) and tidy copies of it (CSV, a row for each authority and domain). ICBs come in a CSV with
a row for each board and a column for each summary. Measures are ``<domain>.<summary>`` for 2025, such as
``employment-deprivation.average_score``, and ``<domain>-2019.<summary>`` for 2019: the editions count different
benefits and ages, and are never one series.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

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
from geodata.register import Register

SUMMARIES = (
    "average_rank",
    "rank_average_rank",
    "average_score",
    "rank_average_score",
    "proportion_bottom_decile",
    "rank_proportion_bottom_decile",
)
# the two editions name some domains differently: one id for each
DOMAINS = {
    "income": "income-deprivation",
    "employment": "employment-deprivation",
    "education-skills-and-training": "education-skills-and-training-deprivation",
    "health-and-disability": "health-deprivation-and-disability",
    "living-environment": "living-environment-deprivation",
}
# sheets of the workbook; the first one, Notes, has no figures
SHEETS = {
    "IMD": "index-of-multiple-deprivation",
    "Income": "income-deprivation",
    "Employment": "employment-deprivation",
    "Education": "education-skills-and-training-deprivation",
    "Health": "health-deprivation-and-disability",
    "Crime": "crime",
    "Barriers": "barriers-to-housing-and-services",
    "Living": "living-environment-deprivation",
    "IDACI": "income-deprivation-affecting-children",
    "IDAOPI": "income-deprivation-affecting-older-people",
}
# what a heading of the workbook says behind the name of its domain, as in "IMD - Average rank "
HEADINGS = dict(
    zip(
        SUMMARIES,
        (
            "average rank",
            "rank of average rank",
            "average score",
            "rank of average score",
            "proportion of lsoas in most deprived 10% nationally",
            "rank of proportion of lsoas in most deprived 10% nationally",
        ),
        strict=True,
    )
)
# the beginning of a column of ICBs, and its domain
BOARD_DOMAINS = {
    "imd": "index-of-multiple-deprivation",
    "income": "income-deprivation",
    "employment": "employment-deprivation",
    "education_skills_and_training": "education-skills-and-training-deprivation",
    "health_deprivation_and_disability": "health-deprivation-and-disability",
    "crime": "crime",
    "barriers_to_housing_and_services": "barriers-to-housing-and-services",
    "living_environment": "living-environment-deprivation",
}
# the end of a column of ICBs, in the order of SUMMARIES
BOARD_SUMMARIES = (
    "average_rank",
    "rank_of_average_rank",
    "average_score",
    "rank_of_average_score",
    "proportion_of_lso_as_in_most_deprived_10_percent_nationally",
    "rank_of_proportion_of_lso_as_in_most_deprived_10_percent_nationally",
)
PLAIN_YEAR = 2025
"""The edition whose measures are named after their domain alone."""
PUBLISHED_ON = {2019: date(2019, 9, 26), 2025: date(2025, 10, 30)}
# the page of an edition as data: the address of a file holds a part that changes with every correction
PAGE = "https://www.gov.uk/api/content/government/statistics/english-indices-of-deprivation-{year}"
FILES_HOST = "assets.publishing.service.gov.uk"
_WORKBOOK_TYPES = ("application/vnd.", "application/octet-stream")
_COPY = re.compile(r"iod(\d{4})_lad", re.IGNORECASE)
_BOARDS = re.compile(r"imd(\d{4})_england_icb(\d{2})", re.IGNORECASE)
_WORKBOOK = re.compile(
    r"file[ _]10[ _-].*iod(\d{4}).*district.summaries.*lower.tier.*?(?:v(\d+))?\.xlsx$", re.IGNORECASE
)
_CODE = re.compile(r"local authority district code \(\d{4}\)")
_MOST_NAMED = 12


class Deprivation:
    """Reads the Indices of Deprivation."""

    info = SourceInfo(
        source_id="deprivation",
        publisher="Ministry of Housing, Communities and Local Government",
        title="English Indices of Deprivation",
        licence="Open Government Licence v3.0",
        url="https://www.gov.uk/government/collections/english-indices-of-deprivation",
        cadence="every four to six years",
        attribution=(
            "Source: Ministry of Housing, Communities and Local Government, English Indices of Deprivation, "
            "licensed under the Open Government Licence v3.0."
        ),
    )
    parser_version = 2

    def discover(self, folder: Path) -> list[Edition]:
        """One edition a year, oldest first: the publisher's workbook in its last version, else the tidy copy of it.

        Figures by ICB are an edition of their own.
        """
        found: dict[int, list[tuple[int, Path]]] = {}
        for path in reading.files_below(folder, "iod20??_lad*.csv", "file?10*.xlsx"):
            ranked = _workbook_of(path.name) or _copy_of(path.name)
            if ranked is not None:
                found.setdefault(ranked[0], []).append((ranked[1], path))
        editions = []
        for year, ranked_files in sorted(found.items()):
            (version, last), *others = sorted(ranked_files, key=lambda ranked: -ranked[0])
            published_on = PUBLISHED_ON.get(year)
            editions.append(
                Edition(
                    edition=str(year),
                    publication=f"English Indices of Deprivation {year}: local authority summaries",
                    files=(
                        FoundFile(last, "workbook" if version else "figures", published_on=published_on),
                        *(FoundFile(path, "superseded", published_on=published_on) for _, path in others),
                    ),
                    published_on=published_on,
                    precedence=year,
                )
            )
        for path in reading.files_below(folder, "imd20??_england_icb*.csv"):
            named = _BOARDS.match(path.name)
            if named is None:
                continue
            year = int(named[1])
            editions.append(
                Edition(
                    edition=f"{year}-icb",
                    publication=f"English Indices of Deprivation {year}: summaries by integrated care board",
                    files=(FoundFile(path, "boards", published_on=PUBLISHED_ON.get(year)),),
                    published_on=PUBLISHED_ON.get(year),
                    precedence=year,
                )
            )
        return editions

    def fetch(self, downloads: Downloads, today: date) -> None:
        """The workbook of each edition, in its last version, each alone. Raises FetchFailed, and ReleaseChanged
        where there is none at all."""
        attempts = reading.Attempts(downloads)
        for year in PUBLISHED_ON:
            with attempts.at(f"Indices of Deprivation {year}"):
                name, url = _last_workbook(PAGE.format(year=year), downloads, year)
                downloads.save(name, url, content_types=_WORKBOOK_TYPES)
        attempts.end()

    def parse(self, edition: Edition, register: Register, progress: Progress) -> Parsed:
        """Read one edition; counts its rows (an authority and one domain, or a board with all; six summaries of each).

        Raises ReleaseChanged for a sheet or a column that is gone and BadFile for a code, a number or a year that
        cannot be.
        """
        file, *superseded = edition.files
        progress(f"{file.path.name}: reading", 0, 0)
        if file.role == "boards":
            parsed = _parse_boards(file.path, int(edition.edition[:4]), register)
        elif file.role == "workbook":
            parsed = _parse_workbook(file.path, int(edition.edition), register)
        else:
            parsed = _parse_copy(file.path, edition.edition, register)
        year = int(edition.edition[:4])
        if year != PLAIN_YEAR:
            measures = parsed.measurements["measure"].str
            parsed.measurements["measure"] = measures.replace(".", f"-{year}.", n=1, regex=False)
        parsed.warnings += [
            f"{older.path.name}: not read, since {file.path.name} gives the same figures as last published"
            for older in superseded
        ]
        return parsed


def _copy_of(name: str) -> tuple[int, int] | None:
    """(year, version 0) of a tidy copy, None for another name."""
    found = _COPY.match(name)
    return None if found is None else (int(found[1]), 0)


def _workbook_of(name: str) -> tuple[int, int] | None:
    """(year, version from 1 on) of the publisher's workbook of lower-tier authorities, None for another name."""
    found = _WORKBOOK.match(name)
    return None if found is None else (int(found[1]), int(found[2] or 1))


# --- the publisher's page ---------------------------------------------------------------------------------


def _last_workbook(page: str, downloads: Downloads, year: int) -> tuple[str, str]:
    """(file name, address) of the last version of an edition's workbook among the attachments of its page."""
    try:
        content = json.loads(downloads.read(page, content_types=("application/json",)))
        addresses = [
            str(attachment["url"]) for attachment in content["details"]["attachments"] if "url" in attachment
        ]
    except (ValueError, KeyError, TypeError) as error:
        raise ReleaseChanged(
            f"{page}: no list of attachments ({type(error).__name__}: {error}); expected details.attachments; "
            "fetch the file by hand and give its folder with --from"
        ) from error
    found: dict[int, tuple[str, str]] = {}
    for address in addresses:
        parts = urlsplit(address)
        name = unquote(parts.path.rsplit("/", 1)[-1])
        ranked = _workbook_of(name)
        if parts.scheme == "https" and parts.hostname == FILES_HOST and ranked and ranked[0] == year:
            found[ranked[1]] = name, address
    if not found:
        named = [address.rsplit("/", 1)[-1] for address in addresses]
        more = f" and {len(named) - _MOST_NAMED} more" if len(named) > _MOST_NAMED else ""
        raise ReleaseChanged(
            f"{page}: no attachment named like File_10_-_IoD{year}_…_District_Summaries__lower-tier__.xlsx; found "
            f"{named[:_MOST_NAMED]}{more}; fetch the file by hand and give its folder with --from"
        )
    return found[max(found)]


# --- the publisher's workbook -----------------------------------------------------------------------------


def _parse_workbook(path: Path, year: int, register: Register) -> Parsed:
    pieces: list[pd.DataFrame] = []
    notes: list[str] = []
    rows_in = used = 0
    with reading.open_workbook(path) as workbook:
        for name, domain in SHEETS.items():
            lines = reading.sheet_cells(path, reading.sheet(path, workbook, name))
            places, code_column = _places(f"{path.name}, sheet {name}", next(lines, ()), year)
            records: list[dict[str, Any]] = []
            for row, cells in enumerate(lines, start=2):
                filled = [cell for cell in cells if cell is not None and str(cell).strip()]
                if not filled:
                    continue
                rows_in += 1
                if len(filled) == 1 and isinstance(filled[0], str):
                    notes.append(filled[0])
                    continue
                used += 1
                records += _figures(path, name, domain, row, cells, places, year)
            measured = measurements.from_rows(records)
            reading.refuse_unknown_areas(
                measured["area_code"],
                file=path,
                rows=measured["row"],
                column=f"{name}, {code_column}",
                register=register,
            )
            pieces.append(measured)
    measured = measurements.join(pieces)
    reading.refuse_duplicates(measured, path)
    aside = [SetAside("a note below the table", len(notes), reading.unmatched(notes))] if notes else []
    return Parsed(measured, rows_in=rows_in, set_aside=aside, used=used)


def _places(sheet: str, header: Sequence[object], year: int) -> tuple[dict[str, int], str]:
    """(column of ``area_code`` and of each summary, heading of the codes). Raises ReleaseChanged and BadFile."""
    found = [" ".join(str(cell).split()) if cell is not None else "" for cell in header]
    codes = [place for place, name in enumerate(found) if _CODE.fullmatch(name.casefold())]
    behind = [name.casefold().rpartition(" - ")[2] for name in found]
    lost = [heading.capitalize() for heading in HEADINGS.values() if heading not in behind]
    if lost or not codes:
        gone = [] if codes else [f"Local Authority District code ({year})"]
        raise ReleaseChanged.columns(sheet, gone + lost, [name for name in found if name])
    for heading in HEADINGS.values():
        if behind.count(heading) > 1:
            raise BadFile(sheet, row=1, column=heading.capitalize(), expected="each column once")
    of_year = int(found[codes[0]][-5:-1])
    # an edition is on the districts of its own year or of the year before
    if of_year not in (year, year - 1):
        raise BadFile(
            sheet,
            row=1,
            column=found[codes[0]],
            value=of_year,
            expected=f"districts of {year} or {year - 1}, for the edition in the file's name",
        )
    places = {summary: behind.index(heading) for summary, heading in HEADINGS.items()}
    return {"area_code": codes[0], **places}, found[codes[0]]


def _figures(
    path: Path, sheet: str, domain: str, row: int, cells: Sequence[object], places: dict[str, int], year: int
) -> list[dict[str, Any]]:
    """The six summaries of one authority in one domain."""
    at = {name: cells[place] if place < len(cells) else None for name, place in places.items()}
    return [
        {
            "measure": f"{domain}.{summary}",
            "area_code": str(at["area_code"] or "").strip(),
            "period": reading.calendar_year(year),
            "value": reading.number(
                at[summary], file=path, row=row, column=f"{sheet}, {HEADINGS[summary]}", markers={}
            )[0],
            "row": row,
        }
        for summary in SUMMARIES
    ]


# --- tidy copies ------------------------------------------------------------------------------------------


def _parse_copy(path: Path, year: str, register: Register) -> Parsed:
    header = reading.header_of(path)
    code_column = next((name for name in header if re.fullmatch(r"lad\d{2}cd", name)), "area_code")
    year_column = "year" if "year" in header else "deprivation_data_year"
    needed = (code_column, "index_domain", year_column, *SUMMARIES)
    rows = reading.read_csv(path, needed=needed)
    reading.refuse_unknown_areas(
        rows[code_column], file=path, rows=rows["row"], column=code_column, register=register
    )
    _one_year(path, rows, year_column, year)
    domains = {name: _domain(name) for name in rows["index_domain"].unique()}
    pieces = []
    for summary in SUMMARIES:
        values, _ = reading.numbers(rows[summary], file=path, rows=rows["row"], column=summary, markers={})
        pieces.append(
            pd.DataFrame(
                {
                    "measure": rows["index_domain"].map(domains) + f".{summary}",
                    "area_code": rows[code_column],
                    "period": reading.calendar_year(year),
                    "value": values,
                    "row": rows["row"],
                }
            )
        )
    measured = measurements.join([measurements.arrange(piece) for piece in pieces])
    reading.refuse_duplicates(measured, path)
    return Parsed(measured, rows_in=len(rows), used=len(rows))


def _parse_boards(path: Path, year: int, register: Register) -> Parsed:
    """A row a board. Raises ReleaseChanged for a column that is gone and BadFile for a code or a number that cannot be."""
    code_column = next(
        (name for name in reading.header_of(path) if re.fullmatch(r"icb\d{2}_code", name)), "icb24_code"
    )
    columns = {
        f"{start}_{end}": f"{domain}.{summary}"
        for start, domain in BOARD_DOMAINS.items()
        for end, summary in zip(BOARD_SUMMARIES, SUMMARIES, strict=True)
    }
    rows = reading.read_csv(path, needed=(code_column, *columns), keep=(code_column, *columns))
    reading.refuse_unknown_areas(
        rows[code_column], file=path, rows=rows["row"], column=code_column, register=register
    )
    pieces = []
    for column, measure in columns.items():
        values, _ = reading.numbers(rows[column], file=path, rows=rows["row"], column=column, markers={})
        pieces.append(
            pd.DataFrame(
                {
                    "measure": measure,
                    "area_code": rows[code_column],
                    "period": reading.calendar_year(year),
                    "value": values,
                    "row": rows["row"],
                }
            )
        )
    measured = measurements.join([measurements.arrange(piece) for piece in pieces])
    reading.refuse_duplicates(measured, path)
    return Parsed(measured, rows_in=len(rows), used=len(rows))


def _domain(name: str) -> str:
    text = reading.slug(name)
    return DOMAINS.get(text, text)


def _one_year(path: Path, rows: pd.DataFrame, column: str, year: str) -> None:
    wrong = rows[rows[column] != year]
    if len(wrong):
        first = wrong.iloc[0]
        raise BadFile(
            path,
            row=int(first["row"]),
            column=column,
            value=first[column],
            expected=f"{year}, as in the file's name",
        )


source = Deprivation()
