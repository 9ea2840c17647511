"""NHS Talking Therapies (until 2022 IAPT): annual reports, and the monthly statistics beside them.

Source: NHS England (to January 2023 NHS Digital). Two annual layouts are read: the publisher's wide ``main`` CSV
of a year, and the tidy copy of all years (``measures_annual.parquet``, one number a row). Measure ids are
``<name>.<statistic>``, such as ``recovery.percentage``, in both. Monthly figures carry the publisher's ids
(``etl.sources.nhs_talking_therapies.monthly``), so that a month never takes the place of a year.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from etl.frames import measurements
from etl.sources import reading
from etl.sources.base import (
    EVERY_MONTH,
    BadFile,
    Calendar,
    Downloads,
    Edition,
    FoundFile,
    Parsed,
    Progress,
    SourceInfo,
)
from etl.sources.nhs_talking_therapies import monthly, provider_years
from etl.sources.nhs_talking_therapies.annual import figures_of, tidy_cells, wide_cells, years_in
from etl.sources.reading import nhs_publications
from geodata.register import Register

ANNUAL_SERIES = f"{nhs_publications.SERIES}nhs-talking-therapies-for-anxiety-and-depression-annual-reports"
PUBLISHED_ON = {"2020-21": date(2021, 11, 25), "2021-22": date(2022, 9, 29)}


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
    parser_version = 3

    def discover(self, folder: Path) -> list[Edition]:
        """One edition a year and file, those of months, and years summed from the months of providers.

        The publisher's own CSV goes before a tidy copy.
        """
        editions = []
        for path in reading.files_below(folder, "measures_annual*.parquet"):
            for year in years_in(path):
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
        editions += provider_years.discover(folder)
        return sorted(editions, key=lambda edition: (edition.precedence, edition.files[0].path.name))

    def fetch(self, downloads: Downloads, today: date) -> None:
        """Fetch the newest annual report (a zip) and the newest three months, each alone.

        Raises ReleaseChanged or FetchFailed where nothing came.
        """
        attempts = reading.Attempts(downloads)
        with attempts.at("annual report"):
            nhs_publications.save_newest(downloads, ANNUAL_SERIES, r"^psych-ther-ann-.*csvs?.*\.zip$")
        with attempts.at("monthly statistics"):
            monthly.fetch(downloads, newest=3)
        attempts.end()

    def parse(self, edition: Edition, register: Register, progress: Progress) -> Parsed:
        """Read one year, the months of a monthly file, or its years; counts numbers (a row, or a cell of the wide CSV).

        Providers, variables that are not used, and codes that are no area of the register on the year's days
        are set aside with their counts. Raises BadFile and ReleaseChanged.
        """
        file = edition.files[0]
        if file.role == provider_years.YEARS_ROLE:
            return provider_years.parse(edition, register, progress)
        if file.role in (monthly.TIDY_ROLE, monthly.CSV_ROLE, monthly.ADVISERS_ROLE):
            return monthly.parse(edition.files, register, progress)
        year = reading.year_in_name(file.path) if file.role == "wide" else edition.edition
        if year is None:
            raise BadFile(
                file.path,
                value=file.path.stem,
                expected="the year in the name of the file, such as 2020-21 (it has no column for it)",
                fix="give the file its publisher's name again",
            )
        tally = reading.Tally()
        read = tidy_cells if file.role == "tidy" else wide_cells
        measured = measurements.join(
            [
                figures_of(file.path, cells, year, register, tally)
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


source = NhsTalkingTherapies()
