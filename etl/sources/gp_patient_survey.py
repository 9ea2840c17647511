"""GP Patient Survey: people who say that they have a long-term condition, by ICB, NHS region and England.

Source: NHS England and Ipsos, the weighted CSVs of a year's national, region and ICS results. They are very wide;
a share is a number from 0 to 1. The survey was changed in 2024: only years from then on are read.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from urllib.parse import quote

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

SHARE = "healthltcondition_1.pct"
MEASURE = "long_term_condition.share"
# the column of the ODS code at each level, None where the file is of one place
LEVELS: dict[str, tuple[str, str | None]] = {
    "national": ("england", None),
    "region": ("commissioning region", "ad_commissioningregioncode"),
    "ics": ("icb", "ad_icscode"),
}
AGE = "16+"
SERIES = f"{nhs_publications.SERIES}nhse-gp-patient-survey-results"
DOWNLOAD = "https://www.gp-patient.co.uk/FileDownload/Download?fileRedirect="

_TITLES = {"national": "National", "region": "Region", "ics": "ICS"}
_NAME = re.compile(r"^GPPS_(20\d{2})_(National|Region|ICS)_data_\(weighted\).*\.csv$", re.IGNORECASE)
_MARKERS = {"*": "suppressed", "-": "not_available", ":": "not_available", "": "not_available"}
# codes in the place of numbers: nobody asked, too few to show
_MARKERS |= {"-98": "not_available", "-99": "suppressed"}


class GpPatientSurvey:
    """Reads the weighted results of the GP Patient Survey."""

    info = SourceInfo(
        source_id="gp_patient_survey",
        publisher="NHS England, survey by Ipsos",
        title="GP Patient Survey",
        licence="Open Government Licence v3.0",
        url=SERIES,
        cadence="once a year, in July, for the survey of January to March",
        attribution="Source: NHS England and Ipsos, GP Patient Survey, licensed under the Open Government Licence v3.0.",
        calendar=Calendar((7,), 20),
    )
    parser_version = 1

    def discover(self, folder: Path) -> list[Edition]:
        """One edition a year: the files of its levels in one folder."""
        found: dict[tuple[Path, str], list[FoundFile]] = {}
        for path in reading.files_below(folder, "GPPS_*.csv"):
            if named := _NAME.match(path.name):
                file = FoundFile(path, named[2].casefold())
                found.setdefault((path.parent, named[1]), []).append(file)
        return sorted(
            (
                Edition(
                    edition=year,
                    publication=f"GP Patient Survey, {year}",
                    files=tuple(sorted(files, key=lambda file: (list(LEVELS).index(file.role), file.path))),
                    precedence=int(year),
                )
                for (_, year), files in found.items()
            ),
            key=lambda edition: (edition.precedence, edition.files[0].path),
        )

    def fetch(self, downloads: Downloads, today: date) -> None:
        """Fetch the newest year's results of every level, each alone. Raises ReleaseChanged, FetchFailed."""
        newest = nhs_publications.publications(
            downloads, SERIES, lambda slug: re.fullmatch(r"20\d{2}", slug) is not None
        )[0]
        published_on = nhs_publications.day_of(downloads, newest)
        attempts = reading.Attempts(downloads)
        for level, title in _TITLES.items():
            name = f"GPPS_{newest.slug}_{title}_data_(weighted)_(csv)_PUBLIC.csv"
            place = f"{newest.slug}/survey-results/{level}-results/{level}-data-csv/{name}"
            with attempts.at(name):
                downloads.save(
                    name,
                    DOWNLOAD + quote(place, safe=""),
                    content_types=nhs_publications.TABLE_TYPES,
                    published_on=published_on,
                )
        attempts.end()

    def parse(self, edition: Edition, register: Register, progress: Progress) -> Parsed:
        """Read one year; counts the rows of its files (one place each).

        A code of no area of the register is set aside. Raises BadFile and ReleaseChanged.
        """
        period = Period.parse(reading.span((int(edition.edition), 1), (int(edition.edition), 3)))
        frames = []
        aside: list[SetAside] = []
        rows_in = 0
        for file in edition.files:
            progress(f"{file.path.name}: reading", 0, 0)
            kind, column = LEVELS[file.role]
            needed = (SHARE,) if column is None else (SHARE, column)
            rows = reading.read_csv(file.path, needed=needed, keep=needed)
            rows_in += len(rows)
            if column is None and len(rows) > 1:
                raise BadFile(
                    file.path,
                    row=int(rows["row"].iloc[1]),
                    expected="one row, of England",
                    fix="this may be a file of another level",
                )
            codes = rows[column] if column else pd.Series(kind, index=rows.index)
            areas = [reading.nhs_area_code(kind, code, period, register) or "" for code in codes]
            rows = rows.assign(area_code=areas)
            lost = rows["area_code"] == ""
            if lost.any():
                aside.append(
                    SetAside(
                        f"{kind}: code of no area of the register at the time",
                        int(lost.sum()),
                        reading.unmatched(codes[lost], limit=12),
                        reading.unknown_areas(codes[lost]),
                    )
                )
            frames.append(_measured(file.path, rows[~lost].reset_index(drop=True), period))
        return Parsed(measurements.join(frames), rows_in=rows_in, set_aside=aside)


def _measured(path: Path, rows: pd.DataFrame, period: Period) -> pd.DataFrame:
    values, statuses = reading.numbers(
        rows[SHARE], file=path, rows=rows["row"], column=SHARE, markers=_MARKERS
    )
    measured = measurements.arrange(
        pd.DataFrame(
            {
                "measure": MEASURE,
                "area_code": rows["area_code"],
                "period": period.iso,
                "age": AGE,
                "value": values,
                "status": statuses,
                "row": rows["row"],
            }
        )
    )
    reading.refuse_duplicates(measured, path)
    return measured


source = GpPatientSurvey()
