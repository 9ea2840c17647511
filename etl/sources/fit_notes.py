"""Fit notes issued by GP practices in England: counts by area, diagnosis and whether the patient may be fit for work.

Source: NHS England. The publication gives months; a quarter is the sum of its three months, and its registered
patients are those of its last month. What is documented of the layout and what is assumed stands in
``docs/sources/fit_notes.md``.
"""

from __future__ import annotations

import dataclasses
import re
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from etl.frames import measurements
from etl.sources import reading
from etl.sources.base import (
    BadFile,
    Calendar,
    Downloads,
    Edition,
    FoundFile,
    Parsed,
    Progress,
    SetAside,
    SourceInfo,
)
from etl.sources.reading import nhs_publications
from geodata.register import Register
from indicators.periods import Period

MONTH = "Date"
ORGANISATION, CODE, NAME = "Organisation type", "ODS code", "Organisation name"
DIAGNOSIS, KIND, DURATION = "Diagnosis (ICD10 chapter)", "Fit note type", "Duration"
COUNT, PATIENTS = "Count of fit notes", "Registered patients"
COLUMNS = (MONTH, ORGANISATION, CODE, NAME, DIAGNOSIS, KIND, DURATION, COUNT, PATIENTS)
SERIES = f"{nhs_publications.SERIES}fit-notes-issued-by-gp-practices"
ILLUSTRATIVE_FOLDER = Path(__file__).parents[1] / "illustrative" / "fit_notes"

_OTHER = "other"
_ALL = "all"
_MAY_BE_FIT = "may be fit"
_DIAGNOSES = (
    ("mental_health.count", "mental"),
    ("musculoskeletal.count", "diseases of the musculoskeletal"),
    ("diagnosis_unknown.count", "unknown"),
)
_ALL_NOTES = "fit_notes.count"
_REGISTERED = "registered_patients.count"
_MARKERS = {"*": "suppressed", "": "not_available"}
_MONTH = re.compile(r"^([A-Za-z]{3,9})[- ]?(?:20)?(\d{2})$")
_MONTH_IN_NAME = re.compile(
    r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[-_](?:20)?(\d{2})(?!\d)"
)


class FitNotes:
    """Reads the CSVs of fit notes by area."""

    info = SourceInfo(
        source_id="fit_notes",
        publisher="NHS England (to January 2023 NHS Digital)",
        title="Fit Notes Issued by GP Practices, England",
        licence="Open Government Licence v3.0",
        url=SERIES,
        cadence="every quarter, some four weeks after its end",
        attribution=(
            "Source: NHS England, Fit Notes Issued by GP Practices, England, licensed under the Open Government "
            "Licence v3.0."
        ),
        calendar=Calendar((1, 4, 7, 10), 28),
    )
    parser_version = 1
    bundled = ILLUSTRATIVE_FOLDER

    def discover(self, folder: Path) -> list[Edition]:
        """One edition a CSV with the columns asked for, later months after earlier ones; CSVs of episodes are not read.

        Other CSVs of the publication in the same folder go with the latest edition, whose notes name them; where none
        has the columns, each is an edition that is refused by name. A name that starts with ``illustrative`` makes
        the edition so.
        """
        editions = []
        others: dict[Path, list[Path]] = {}
        for path in reading.files_below(folder, "*.csv"):
            name = path.name.casefold()
            if not set(COLUMNS) <= set(header := reading.header_of(path)):
                if ("fit-note" in name and "-ep-" not in name) or COUNT in header:
                    others.setdefault(path.parent, []).append(path)
                continue
            editions.append(_edition(path))
        for below, paths in others.items():
            beside = [edition for edition in editions if edition.files[0].path.parent == below]
            if not beside:
                editions += map(_edition, paths)
                continue
            last = max(beside, key=lambda edition: (edition.precedence, edition.edition))
            files = (*last.files, *(FoundFile(path, _OTHER) for path in paths))
            editions[editions.index(last)] = dataclasses.replace(last, files=files)
        return sorted(editions, key=lambda edition: (edition.precedence, edition.edition))

    def fetch(self, downloads: Downloads, today: date) -> None:
        """Fetch the CSVs of the newest quarter but those of episodes, each alone. Raises ReleaseChanged, FetchFailed."""
        nhs_publications.save_newest(
            downloads, SERIES, r"^gp-fit-note-eng-csv(?!.*-ep-).*\.csv$", wanted=lambda slug: slug != "guide"
        )

    def parse(self, edition: Edition, register: Register, progress: Progress) -> Parsed:
        """Read one CSV; counts its rows (one count each). Other CSVs of the publication are named with their columns.

        England, regions, ICBs and sub-ICB locations (before July 2022 STPs and CCGs) are kept. Counts by
        duration, by diagnosis and type at once and of other diagnoses, months of a quarter that is not whole and
        codes of no area are set aside. A hidden month hides its quarter. Raises BadFile and ReleaseChanged.
        """
        path = edition.files[0].path
        progress(f"{path.name}: reading", 0, 0)
        rows = reading.read_csv(path, needed=COLUMNS, keep=COLUMNS)
        rows_in = len(rows)
        progress(f"{path.name}: read", rows_in, rows_in)
        aside: list[SetAside] = []
        rows = _leave(rows, ~rows[ORGANISATION].str.casefold().isin(list(reading.NHS_ORGANISATIONS)),
                      "organisation type is not an area", ORGANISATION, aside)  # fmt: skip
        rows = _leave(rows, rows[DURATION].str.casefold() != _ALL, "counts by duration", DURATION, aside)
        rows = rows.assign(measure=_measures(rows))
        rows = _leave(rows, rows["measure"] == "", "diagnosis or type is not used", DIAGNOSIS, aside)
        rows = rows.assign(month=_months(path, rows))
        rows = rows.assign(
            quarter=rows["month"].map({month: _quarter(month) for month in rows["month"].unique()})
        )
        rows = rows.assign(area_code=_area_codes(rows, register))
        lost = rows.loc[rows["area_code"] == ""]
        rows = _leave(
            rows, rows["area_code"] == "", "code of no area of the register in the quarter", CODE, aside
        )
        if len(lost):
            aside[-1].unknown = reading.unknown_areas(lost[CODE], lost["measure"])
        measured, used = _quarters(path, rows)
        rows = _leave(rows, ~used, "month of a quarter that is not whole", MONTH, aside)
        if measured.empty:
            raise BadFile(
                path,
                column=MONTH,
                expected="all three months of a quarter for England or another area",
                fix="give the file of a quarter, not of one month",
            )
        return Parsed(
            measured,
            rows_in=rows_in,
            set_aside=aside,
            used=len(rows),
            warnings=[
                f"{other.path.name}: not read: it has not the columns asked for; found "
                f"{reading.header_of(other.path)}"
                for other in edition.files[1:]
            ],
        )


def _edition(path: Path) -> Edition:
    illustrative = path.name.casefold().startswith("illustrative")
    rank, words = _month_in_name(path)
    return Edition(
        edition=path.stem,
        publication=(
            "Illustrative figures in the assumed layout of Fit Notes Issued by GP Practices"
            if illustrative
            else f"Fit Notes Issued by GP Practices, England{words}"
        ),
        files=(FoundFile(path, "fit_notes"),),
        precedence=-1 if illustrative else rank,
        illustrative=illustrative,
    )


def _month_in_name(path: Path) -> tuple[int, str]:
    """(rank, words) of the month in a file's name, such as ``sep-22``; (0, "") where it has none."""
    found = _MONTH_IN_NAME.search(path.stem.casefold())
    if not found:
        return 0, ""
    year, month = 2000 + int(found[2]), reading.month_number(found[1])
    return year * 12 + month, f", {date(year, month, 1):%B %Y}"


def _leave(
    rows: pd.DataFrame, left: pd.Series, reason: str, column: str, aside: list[SetAside]
) -> pd.DataFrame:
    """The rows that stay; the others are counted with examples of a column."""
    if left.any():
        aside.append(SetAside(reason, int(left.sum()), reading.unmatched(rows.loc[left, column], limit=12)))
    return rows[~left].reset_index(drop=True)


def _measures(rows: pd.DataFrame) -> pd.Series:
    """What each row counts; empty for what is not used."""
    pairs = rows[DIAGNOSIS].str.casefold() + "|" + rows[KIND].str.casefold()
    return pairs.map({pair: _measure(*pair.split("|")) for pair in pairs.unique()})


def _measure(diagnosis: str, kind: str) -> str:
    if diagnosis == _ALL:
        return {_ALL: _ALL_NOTES, _MAY_BE_FIT: "may_be_fit.count"}.get(kind, "")
    if kind != _ALL:
        return ""
    return next((measure for measure, begin in _DIAGNOSES if diagnosis.startswith(begin)), "")


def _months(path: Path, rows: pd.DataFrame) -> pd.Series:
    """``Apr-22`` → ``2022-04-01/P1M``."""
    known = {}
    for text in rows[MONTH].unique():
        found = _MONTH.match(text)
        try:
            if found is None:
                raise ValueError(text)
            known[text] = reading.month(2000 + int(found[2]), found[1])
        except ValueError as error:
            row = int(rows.loc[rows[MONTH] == text, "row"].iloc[0])
            raise BadFile(
                path, row=row, column=MONTH, value=text, expected="a month such as Apr-22"
            ) from error
    return rows[MONTH].map(known)


def _quarter(month: str) -> str:
    day = Period.parse(month).start_on
    first = (day.month - 1) // 3 * 3 + 1
    return reading.span((day.year, first), (day.year, first + 2))


def _area_codes(rows: pd.DataFrame, register: Register) -> list[str]:
    keys = list(zip(rows[ORGANISATION], rows[CODE], rows["quarter"], strict=True))
    known = {
        key: reading.nhs_area_code(key[0], key[1], Period.parse(key[2]), register) or "" for key in set(keys)
    }
    return [known[key] for key in keys]


def _quarters(path: Path, rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    """Measurements of whole quarters, and which rows they were made of (bool)."""
    counts, statuses = reading.numbers(
        rows[COUNT], file=path, rows=rows["row"], column=COUNT, markers=_MARKERS
    )
    patients, patient_statuses = reading.numbers(
        rows[PATIENTS], file=path, rows=rows["row"], column=PATIENTS, markers=_MARKERS
    )
    rows = rows.assign(value=counts, status=statuses, patients=patients, patient_status=patient_statuses)
    reading.refuse_duplicates(
        measurements.arrange(
            rows[["measure", "area_code", "value", "status", "row"]].assign(period=rows["month"])
        ),
        path,
    )
    keys = ["measure", "area_code", "quarter"]
    used = rows.groupby(keys)["month"].transform("nunique") == 3
    whole = rows[used].sort_values("month", kind="stable")
    groups = whole.groupby(keys, sort=False)
    made = groups.agg(value=("value", lambda cells: cells.sum(skipna=False)), row=("row", "min"))
    missing = whole[whole["value"].isna()].groupby(keys, sort=False)["status"].first()
    made["status"] = missing.reindex(made.index).fillna("ok")
    made = made.reset_index()
    last = groups.tail(1)
    registered = last[last["measure"] == _ALL_NOTES]
    frames = [
        measurements.arrange(made.rename(columns={"quarter": "period"})),
        measurements.arrange(
            pd.DataFrame(
                {
                    "measure": np.full(len(registered), _REGISTERED),
                    "area_code": registered["area_code"],
                    "period": registered["quarter"],
                    "value": registered["patients"],
                    "status": registered["patient_status"],
                    "row": registered["row"],
                }
            )
        ),
    ]
    return measurements.join(frames), used


source = FitNotes()
