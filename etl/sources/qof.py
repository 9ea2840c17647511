"""Quality and Outcomes Framework: people on the depression register, practice by practice, summed to areas.

Source: NHS England, the zip of raw CSVs of a year: ``PREVALENCE_<year>`` (register and list size of each practice
and disease) and ``MAPPING_NHS_GEOGRAPHIES_<year>`` (what each practice lies in). Sub-ICB locations (to 2021-22
CCGs), ICBs (STPs), regions and England are sums of their practices. The file of geographies of a year may be on the
areas of the day after it: a code that stood on no day of the year is looked up on that day.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
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
    ReleaseChanged,
    SetAside,
    SourceInfo,
    UnknownArea,
)
from etl.sources.reading import nhs_publications
from geodata.register import Register
from indicators.periods import Period

PRACTICE = "PRACTICE_CODE"
PREVALENCE_COLUMNS = {
    PRACTICE: (PRACTICE,),
    "GROUP_CODE": ("GROUP_CODE", "INDICATOR_GROUP_CODE"),
    "REGISTER": ("REGISTER", "REGISTER_SIZE"),
    "PRACTICE_LIST_SIZE": ("PRACTICE_LIST_SIZE", "PATIENT_LIST_SIZE"),
}
"""The columns read, each with its names of the years 2014-15 to 2025-26."""
# what a practice lies in, the present name of the column first, and the type of area by that name
LEVELS = (
    (("SUB_ICB_LOC_ODS_CODE", "sub icb"), ("CCG_ODS_CODE", "ccg")),
    (("ICB_ODS_CODE", "icb"), ("STP_ODS_CODE", "stp")),
    (("REGION_ODS_CODE", "commissioning region"),),
)
DEPRESSION = "DEP"
AGE = "18+"
SERIES = f"{nhs_publications.SERIES}quality-and-outcomes-framework-achievement-prevalence-and-exceptions-data"

_NAME = re.compile(r"^(prevalence|mapping_nhs_geographies)_(\d{2})(\d{2})(?!\d)", re.IGNORECASE)
_ROLES = {"prevalence": "prevalence", "mapping_nhs_geographies": "geographies"}


class Qof:
    """Reads the practice-level CSVs of the Quality and Outcomes Framework."""

    info = SourceInfo(
        source_id="qof",
        publisher="NHS England (to January 2023 NHS Digital)",
        title="Quality and Outcomes Framework",
        licence="Open Government Licence v3.0",
        url=SERIES,
        cadence="once a year, in late summer, for April to March",
        attribution=(
            "Source: NHS England, Quality and Outcomes Framework, licensed under the Open Government Licence v3.0."
        ),
        calendar=Calendar((9,), 28),
    )
    parser_version = 3

    def discover(self, folder: Path) -> list[Edition]:
        """One edition a year: its file of registers with the file of geographies in the same folder."""
        found: dict[tuple[Path, str], dict[str, FoundFile]] = {}
        for path in reading.files_below(folder, "prevalence_*.csv", "mapping_nhs_geographies_*.csv"):
            named = _NAME.match(path.name)
            if named and int(named[3]) == (int(named[2]) + 1) % 100:
                role = _ROLES[named[1].casefold()]
                year = f"20{named[2]}-{named[3]}"
                found.setdefault((path.parent, year), {})[role] = FoundFile(path, role)
        return sorted(
            (
                Edition(
                    edition=year,
                    publication=f"Quality and Outcomes Framework, {year}",
                    files=tuple(files[role] for role in _ROLES.values() if role in files),
                    precedence=int(year[:4]),
                )
                for (_, year), files in found.items()
                if "prevalence" in files
            ),
            key=lambda edition: (edition.precedence, edition.files[0].path),
        )

    def fetch(self, downloads: Downloads, today: date) -> None:
        """Fetch the newest year's zip of raw CSVs. Raises ReleaseChanged, FetchFailed."""
        nhs_publications.save_newest(
            downloads, SERIES, r"^QOF.*\.zip$", wanted=lambda slug: reading.year_in_text(slug) is not None
        )

    def parse(self, edition: Edition, register: Register, progress: Progress) -> Parsed:
        """Read one year; counts the rows of the file of registers (one practice and disease each).

        Other diseases, and practices that the file of geographies does not know, are set aside. The practices of a code
        of no area of the register still count in what lies above: where it looks like an area it is among ``unknown``,
        else a warning. Raises BadFile and ReleaseChanged.
        """
        files = {file.role: file.path for file in edition.files}
        path = files["prevalence"]
        if "geographies" not in files:
            raise BadFile(
                path,
                value=path.parent.name,
                expected="MAPPING_NHS_GEOGRAPHIES of the same year in the same folder",
                fix="unpack the whole zip of the year",
            )
        progress(f"{path.name}: reading", 0, 0)
        rows = _prevalence(path)
        rows_in = len(rows)
        aside: list[SetAside] = []
        other = rows["GROUP_CODE"] != DEPRESSION
        if other.all():
            raise ReleaseChanged(
                f"{path.name}: no row with GROUP_CODE {DEPRESSION!r}; found {sorted(rows['GROUP_CODE'].unique())}"
            )
        if other.any():
            examples = reading.unmatched(rows.loc[other, "GROUP_CODE"], limit=12)
            aside.append(SetAside("disease is not used", int(other.sum()), examples))
        rows = _counted(path, rows[~other].reset_index(drop=True))
        places, kinds = _places(files["geographies"])
        unknown = ~rows[PRACTICE].isin(places.index)
        if unknown.any():
            aside.append(
                SetAside(
                    "practice is not in the file of geographies",
                    int(unknown.sum()),
                    reading.unmatched(rows.loc[unknown, PRACTICE], limit=12),
                )
            )
        rows = rows[~unknown].reset_index(drop=True)
        period = Period.parse(reading.financial_year(edition.edition))
        measured, warnings, unknown = _summed(path, rows, places, kinds, period, register)
        return Parsed(
            measured,
            rows_in=rows_in,
            set_aside=aside,
            warnings=warnings,
            used=len(rows),
            unknown=unknown,
        )


def _prevalence(path: Path) -> pd.DataFrame:
    """The file of registers under the first names of its columns. Raises ReleaseChanged for one that is gone."""
    header = reading.header_of(path)
    spelt = {
        next((name for name in names if name in header), first): first
        for first, names in PREVALENCE_COLUMNS.items()
    }
    return reading.read_csv(path, needed=tuple(spelt), keep=tuple(spelt)).rename(columns=spelt)


def _counted(path: Path, rows: pd.DataFrame) -> pd.DataFrame:
    """Practices with their numbers. Raises BadFile for one that is there twice."""
    twice = rows[rows.duplicated(PRACTICE)]
    if len(twice):
        raise BadFile(
            path,
            row=int(twice["row"].iloc[0]),
            column=PRACTICE,
            value=str(twice[PRACTICE].iloc[0]),
            expected="each practice once for each disease",
            fix="remove the repeated row or fetch the file again",
        )
    for column in ("REGISTER", "PRACTICE_LIST_SIZE"):
        values, _ = reading.numbers(rows[column], file=path, rows=rows["row"], column=column, markers={})
        rows[column] = values
    return rows


def _places(path: Path) -> tuple[pd.DataFrame, dict[str, str]]:
    """What each practice lies in (columns of ODS codes, by practice), and the kind of area of each column."""
    header = reading.header_of(path)
    kinds = dict(next((level for level in names if level[0] in header), names[0]) for names in LEVELS)
    needed = (PRACTICE, *kinds)
    places = reading.read_csv(path, needed=needed, keep=needed).drop_duplicates(needed)
    twice = places[places.duplicated(PRACTICE)]
    if len(twice):
        raise BadFile(
            path,
            row=int(twice["row"].iloc[0]),
            column=PRACTICE,
            value=str(twice[PRACTICE].iloc[0]),
            expected="each practice in one place",
        )
    return places.set_index(PRACTICE), kinds


def _summed(
    path: Path,
    rows: pd.DataFrame,
    places: pd.DataFrame,
    kinds: dict[str, str],
    period: Period,
    register: Register,
) -> tuple[pd.DataFrame, list[str], tuple[UnknownArea, ...]]:
    frames, warnings = [], []
    unknown: list[UnknownArea] = []
    levels = {column: rows[PRACTICE].map(places[column]) for column in kinds}
    levels["England"] = pd.Series("England", index=rows.index)
    for column, codes in levels.items():
        kind = kinds.get(column, "england")
        sums = rows.groupby(codes).agg(
            register=("REGISTER", "sum"), list_size=("PRACTICE_LIST_SIZE", "sum"), row=("row", "min")
        )
        areas = [reading.nhs_area_code(kind, str(code), period, register) for code in sums.index]
        after = period.end_on + timedelta(days=1)
        next_day = {
            place: area.area_code
            for place, code in enumerate(sums.index)
            if areas[place] is None
            and (area := register.by_ods(str(code), reading.NHS_ORGANISATIONS[kind], after)) is not None
        }
        areas = [next_day.get(place, area) for place, area in enumerate(areas)]
        note = f"Formed on {after.day} {after:%B %Y}: the practices are placed as of that day."
        notes = [note if place in next_day else "" for place in range(len(areas))]
        lost = [str(code) for code, area in zip(sums.index, areas, strict=True) if area is None]
        unknown += reading.unknown_areas(codes[codes.isin(lost)])
        if others := [code for code in lost if not reading.looks_like_area(code)]:
            warnings.append(
                f"{path.name}: {column}: codes of no area of the register in {period.label}: {'; '.join(others)}"
            )
        for measure in ("register", "list_size"):
            frames.append(
                pd.DataFrame(
                    {
                        "measure": f"{DEPRESSION}.{measure}",
                        "area_code": areas,
                        "period": period.iso,
                        "age": AGE,
                        "value": sums[measure].to_numpy(),
                        "note": notes,
                        "row": sums["row"].to_numpy(),
                    }
                )[np.array([area is not None for area in areas])]
            )
    joined = measurements.join([measurements.arrange(frame) for frame in frames])
    return joined, warnings, tuple(unknown)


source = Qof()
