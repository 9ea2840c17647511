"""NHS Mental Health Dashboard: people who accessed Individual Placement and Support (IPS), and how many were expected.

Source: NHS England, the workbook of a quarter. Hidden sheets hold each indicator by CCG, STP, NHS region and England:
``ES(i)_FINAL CALC`` the people since 1 April, quarter by quarter, and ``ES(i)_Target`` the number expected by then.
The population aged 18 to 69 that rates are counted on is a table of the project, not of the workbook (``figures``).
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from etl.frames import measurements
from etl.sources import reading
from etl.sources.base import (
    Calendar,
    Downloads,
    Edition,
    FoundFile,
    Parsed,
    Progress,
    ReleaseChanged,
    SourceInfo,
)
from etl.sources.nhs_mental_health_dashboard.figures import (
    expected_of,
    figures_of,
    national_collections,
    populations,
    usable_quarters,
)
from etl.sources.nhs_mental_health_dashboard.workbook import (
    EXPECTED_SHEET,
    QUARTER,
    SHEET,
    check_quarters,
    count,
    give_members,
    places_of,
    quarter_of_name,
    read_sheet,
)
from geodata.register import Register

PAGE = "https://www.england.nhs.uk/publication/nhs-mental-health-dashboard/"
_FILES = ("*mh*dashboard*.xlsm", "*mh*dashboard*.xlsx", "*mental*health*dashboard*.xls[mx]")
_LINK = re.compile(r'href="([^"]+\.xls[mx])(?:\?[^"]*)?"', re.IGNORECASE)
_WORKBOOKS = ("application/vnd.", "application/octet-stream", "application/zip")


class NhsMentalHealthDashboard:
    """Reads the IPS sheets of the dashboard's workbooks."""

    info = SourceInfo(
        source_id="nhs_mental_health_dashboard",
        publisher="NHS England",
        title="NHS Mental Health Dashboard: Individual Placement and Support",
        licence="Open Government Licence v3.0",
        url=PAGE,
        cadence="every three months",
        attribution=(
            "Source: NHS England, NHS Mental Health Dashboard, licensed under the Open Government Licence v3.0."
        ),
        calendar=Calendar((2, 5, 8, 11), 28),
    )
    parser_version = 1

    def discover(self, folder: Path) -> list[Edition]:
        """One edition a workbook, by the quarter and the version in its name, the oldest first."""
        editions = []
        for path in dict.fromkeys(reading.files_below(folder, *_FILES)):
            named = quarter_of_name(path.name)
            edition, precedence = path.stem, 0
            if named:
                year, quarter, version = named
                edition = f"{year.replace('/', '-')}-q{quarter}" + (f"-v{version}" if version else "")
                precedence = _rank(year, quarter, version)
            told = f"Q{named[1]} {named[0]}" if named else path.stem
            version_words = f", version {named[2]}" if named and named[2] else ""
            editions.append(
                Edition(
                    edition=edition,
                    publication=f"NHS Mental Health Dashboard, {told}{version_words}",
                    files=(FoundFile(path, "workbook"),),
                    precedence=precedence,
                )
            )
        return sorted(editions, key=lambda edition: (edition.precedence, edition.edition))

    def fetch(self, downloads: Downloads, today: date) -> None:
        """Fetch the newest workbook that the dashboard's page links. Raises ReleaseChanged, FetchFailed."""
        page = downloads.read(PAGE, content_types=("text/html",)).decode("utf-8", errors="replace")
        found: dict[tuple[int, str], str] = {}
        links = [urljoin(PAGE, link.replace("&amp;", "&")) for link in _LINK.findall(page)]
        for url in links:
            parts = urlsplit(url)
            name = unquote(parts.path.rsplit("/", 1)[-1])
            named = quarter_of_name(name)
            is_theirs = parts.scheme == "https" and f".{parts.hostname or ''}".endswith(".england.nhs.uk")
            if named and is_theirs and re.search("dashboard", name, re.IGNORECASE):
                found[_rank(*named), name] = url
        if not found:
            raise ReleaseChanged(
                f"{PAGE}: no link to a workbook of a quarter such as nhsmh-dashboard-q4-21-22-v3.2.xlsm; found "
                f"{links[:12]}; fetch it by hand and give its folder with --from"
            )
        newest = max(found)
        downloads.save(newest[1], found[newest], content_types=_WORKBOOKS)

    def parse(self, edition: Edition, register: Register, progress: Progress) -> Parsed:
        """Read one workbook; counts the cells below the headings of figures of both sheets.

        Of each financial year the last quarter stands for the year; one that hardly rises above the third is no full
        year, and the third then stands for nine months. A count of 0 is not available: nothing was submitted, or fewer
        than 5 people. Codes are those of the areas at the workbook's latest quarter. Raises BadFile and ReleaseChanged.
        """
        path = edition.files[0].path
        progress(f"{path.name}: reading", 0, 0)
        sheets = reading.sheets_of(path, (SHEET, EXPECTED_SHEET))
        people = read_sheet(path, SHEET, sheets[SHEET])
        expected = read_sheet(path, EXPECTED_SHEET, sheets[EXPECTED_SHEET])
        latest = check_quarters(path, people)
        tally = reading.Tally()
        places = places_of(path, SHEET, people, latest, register, tally)
        for place in places:
            cells = dict(people.rows)[place.row]
            place.people = {
                quarter: count(path, SHEET, place.row, quarter, cells[quarter])
                for quarter in people.columns
                if QUARTER.match(quarter)
            }
        give_members(places, people)
        usable = usable_quarters(people.columns, places, tally)
        if not usable:
            raise ReleaseChanged(
                f"{path.name}: sheet {SHEET!r}: no quarter that stands for a year or for nine months; found "
                f"{list(people.columns)}"
            )
        records = national_collections(path, people, places, tally)
        warnings: list[str] = []
        for quarter, period in usable.items():
            records += figures_of(path, quarter, period, places, warnings)
        records += expected_of(path, expected, usable, latest, register, tally)
        used = len(records)  # populations come from elsewhere
        whole_years = [period for period in usable.values() if period.endswith("P1Y")]
        records += populations(places, whole_years, warnings)
        measured = measurements.from_rows(records)
        reading.refuse_duplicates(measured, path)
        cells = sum(len(sheet.columns) * len(sheet.rows) for sheet in (people, expected))
        return Parsed(measured, rows_in=cells, set_aside=tally.set_aside(), warnings=warnings, used=used)


def _rank(year: str, quarter: int, version: str) -> int:
    """Later quarters, then later versions, have a higher number."""
    major, minor = ([min(int(part), 99) for part in version.split(".") if part] + [0, 0])[:2]
    return ((int(year[:4]) * 4 + quarter) * 100 + major) * 100 + minor


source = NhsMentalHealthDashboard()
