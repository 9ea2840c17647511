"""Annual Population Survey percentages from the Nomis API (data set NM_17_5), as CSV.

Source: Office for National Statistics, through Nomis. A row is one number of one variable, area and twelve
months: the percentage (20599), its numerator (21001), its denominator (21002) or the half-width of its 95%
interval (21003). An answer longer than a guest may have comes in pages, one a file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pandas as pd

from etl.frames import measurements
from etl.sources import reading
from etl.sources.base import (
    Calendar,
    Downloads,
    Edition,
    FoundFile,
    Parsed,
    Progress,
    SetAside,
    SourceInfo,
)
from etl.sources.nomis_aps.figures import (
    CONFIDENCE,
    SUFFIXES,
    areas_of,
    refuse_repeated,
    with_half_widths,
    with_values,
)
from etl.sources.nomis_aps.pages import COLUMNS, check_pages, newest_month, periods_of, query_of
from etl.sources.nomis_aps.requests import API, FIRST_YEAR, area_codes, fetch_pages, names_of, numbers_by_name
from geodata.register import Register, load_register
from indicators.catalogue import Indicator, catalogue

CALENDAR = Calendar(months=(4,), day=28)
"""When the calendar year before is there."""
ILLUSTRATIVE_FOLDER = Path(__file__).resolve().parents[2] / "illustrative" / "nomis_aps"


class NomisAps:
    """Reads and fetches percentages of the Annual Population Survey from the Nomis API.

    ``indicators`` gives the catalogue, whose routes say which variables are fetched.
    """

    info = SourceInfo(
        source_id="nomis_aps",
        publisher="Office for National Statistics, through Nomis",
        title="Annual Population Survey: percentages (Nomis NM_17_5)",
        licence="Open Government Licence v3.0",
        url="https://www.nomisweb.co.uk/datasets/apsnew",
        cadence="calendar years each April (Nomis adds twelve months to each quarter too)",
        attribution=(
            "Source: Office for National Statistics (Annual Population Survey, Nomis), licensed under the "
            "Open Government Licence v3.0."
        ),
        calendar=CALENDAR,
    )
    parser_version = 2
    bundled = ILLUSTRATIVE_FOLDER

    def __init__(self, indicators: Callable[[], Mapping[str, Indicator]] = catalogue) -> None:
        self._indicators = indicators

    def discover(self, folder: Path) -> list[Edition]:
        """One edition a folder of ``nomis-aps-*.csv``, all its variables and pages, known by the newest month.

        Files whose names start with ``illustrative`` make an edition of their own.
        """
        groups: dict[tuple[Path, bool], list[Path]] = {}
        for path in reading.files_below(folder, "nomis-aps-*.csv", "illustrative-nomis-aps-*.csv"):
            groups.setdefault((path.parent, path.name.startswith("illustrative")), []).append(path)
        editions = []
        for (_, illustrative), paths in groups.items():
            newest = max(map(newest_month, paths))
            name = newest or paths[0].parent.name
            editions.append(
                Edition(
                    edition=f"illustrative-{name}" if illustrative else name,
                    publication=(
                        "Illustrative figures in the layout of the Annual Population Survey on Nomis"
                        if illustrative
                        else "Annual Population Survey, Nomis"
                    ),
                    files=tuple(FoundFile(path, path.stem) for path in paths),
                    # a later answer has the survey's revised weights
                    precedence=-1 if illustrative or not newest else int(newest.replace("-", "")),
                    illustrative=illustrative,
                )
            )
        return sorted(editions, key=lambda edition: (edition.precedence, edition.edition))

    def parse(self, edition: Edition, register: Register, progress: Progress) -> Parsed:
        """Read every page of an edition; counts their rows.

        A half-width (21003) is used with the percentage that it belongs to. Areas outside England, kinds of area
        that the register does not hold and areas that users of Nomis defined are set aside, but for those whose
        name is that of a LEP or combined authority. Raises BadFile, also where a page is missing or there twice,
        and ReleaseChanged.
        """
        pages = []
        for number, file in enumerate(edition.files, start=1):
            progress(f"{file.path.name}: reading", number, len(edition.files))
            page = reading.read_csv(file.path, needed=COLUMNS, keep=COLUMNS)
            pages.append(page.assign(file=file.path.name, query=query_of(file.path)))
        rows = pd.concat(pages, ignore_index=True)
        for _, answer in rows.groupby("query", sort=True):
            check_pages(answer)
        rows["period"] = periods_of(rows)
        rows["area_code"], aside = areas_of(rows, register)
        rows = rows[rows["area_code"] != ""]
        known = rows["MEASURES"].isin([*SUFFIXES, CONFIDENCE])
        for name, part in rows[~known].groupby("MEASURES_NAME", sort=True):
            aside.append(SetAside(f"measure {name!r} is not read (rows)", len(part)))
        rows = with_values(rows[known].reset_index(drop=True))
        figures, lonely = with_half_widths(rows)
        if lonely:
            aside.append(SetAside("half-width of a percentage that is not there (rows)", lonely))
        measured = measurements.arrange(
            figures[
                ["measure", "area_code", "period", "age", "value", "half_width_95", "status", "note", "row"]
            ]
        )
        refuse_repeated(figures)
        return Parsed(measured, rows_in=sum(map(len, pages)), set_aside=aside, used=len(rows) - lonely)

    def fetch(self, downloads: Downloads, today: date) -> None:
        """Fetch every calendar year from 2014 on of each variable that the catalogue asks for, page by page.

        England, its regions, counties, districts, combined authorities and LEPs, by GSS code. Each variable is asked
        for alone. Raises FetchFailed, and ReleaseChanged where an answer is not in the layout or ends early, where no
        variable came.
        """
        attempts = reading.Attempts(downloads)
        stems = sorted(self._asked())
        numbers = {stem: stem for stem in stems if stem.isdigit()}
        if len(numbers) < len(stems):
            with attempts.at("variables that are known by name", counts=False):
                definition = downloads.read(f"{API}/variable.def.sdmx.json")
                numbers |= numbers_by_name(definition, stems)
                _note_lost(downloads, [stem for stem in stems if stem not in numbers], definition)
        last_year = CALENDAR.last_until(today).year - 1
        geography = ",".join(area_codes(load_register(), last_year))
        dates = ",".join(f"{year}-12" for year in range(FIRST_YEAR, last_year + 1))
        for stem, variable in numbers.items():
            with attempts.at(f"variable {stem}"):
                fetch_pages(downloads, stem, variable, geography, dates)
        attempts.end()

    def _asked(self) -> set[str]:
        """Stems of the measures that the catalogue's routes of this source name: ``45`` of ``45.percent``."""
        return {
            name.removeprefix("-").rpartition(".")[0]
            for indicator in self._indicators().values()
            for route in indicator.routes
            if route.source == self.info.source_id
            for name in (*route.value, *route.numerator, *route.denominator, *route.published)
        }


def _note_lost(downloads: Downloads, lost: list[str], definition: bytes) -> None:
    """Tell the names of all variables on disability where one that is wanted is known by none of them."""
    if lost:
        named = [f"{number} {name}" for number, name in names_of(definition) if "disab" in name.casefold()]
        downloads.note(
            f"no variable of NM_17_5 is named as {', '.join(lost)} is known by; names with 'disab' in them: "
            f"{'; '.join(named) or 'none'}"
        )


source = NomisAps()
