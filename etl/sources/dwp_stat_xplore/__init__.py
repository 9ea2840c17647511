"""Benefit claimants by area from Stat-Xplore: cubes of JSON as its Open Data API answers a table query.

Source: Department for Work and Pensions. A cube has fields (area, month, sometimes a category), each with its items,
and nested lists of values in the order of the fields. Measures:

``esa.people``, ``esa.mental-health.people``, ``esa.musculoskeletal.people``   on Employment and Support Allowance
``pip.people``                                                                entitled to Personal Independence Payment
``uc_health.people``                      on Universal Credit with a health condition, all and by breakdown ``stage``
``uc_sanctions.sanctioned``, ``uc_sanctions.not_sanctioned``                  on Universal Credit, by sanction

A caseload is counted on one day of a month: its period is that month (``P1M``).
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from etl.frames import measurements
from etl.sources import reading
from etl.sources.base import (
    EVERY_MONTH,
    BadFile,
    Calendar,
    Downloads,
    Edition,
    FoundFile,
    MissingKey,
    Parsed,
    Progress,
    SetAside,
    SourceInfo,
    SourceProblem,
)
from etl.sources.dwp_stat_xplore.cells import axes_of, measured_cells
from etl.sources.dwp_stat_xplore.cubes import month_of, read_cube
from etl.sources.dwp_stat_xplore.requests import API, JSON_TYPES, encoded, newest_months, queries, value_sets
from etl.sources.dwp_stat_xplore.tables import AREA_FIELD, TABLE_OF, TABLES
from geodata.register import Register

KEY_NAME = "STATXPLORE_API_KEY"
ILLUSTRATIVE_FOLDER = Path(__file__).parents[2] / "illustrative" / "dwp_stat_xplore"


class DwpStatXplore:
    """Reads caseloads of benefits for ill health and disability, and sanctions of Universal Credit."""

    info = SourceInfo(
        source_id="dwp_stat_xplore",
        publisher="Department for Work and Pensions",
        title="Stat-Xplore: people on benefits for ill health and disability",
        licence="Open Government Licence v3.0",
        url="https://stat-xplore.dwp.gov.uk/",
        cadence="quarterly (ESA and PIP: March, June, September, December), Universal Credit monthly to quarterly",
        attribution=(
            "Source: Department for Work and Pensions, Stat-Xplore, licensed under the Open Government Licence v3.0."
        ),
        calendar=Calendar(EVERY_MONTH, 20),
    )
    parser_version = 1
    bundled = ILLUSTRATIVE_FOLDER

    def discover(self, folder: Path) -> list[Edition]:
        """One edition for each database and newest month: every table of them that is in ``folder``.

        Any ``.json`` that begins as an answer of Stat-Xplore on a known database, and has areas, is one.
        """
        groups: dict[tuple[bool, str, str], list[Path]] = {}
        for path in reading.files_below(folder, "*.json"):
            if (found := _peek(path)) is not None:
                illustrative = path.name.startswith("illustrative-")
                groups.setdefault((illustrative, *found), []).append(path)
        return [
            Edition(
                edition=f"{'illustrative-' if illustrative else ''}{database}-{newest}",
                publication=TABLE_OF[database].publication,
                files=tuple(FoundFile(path, "table", f"{API}/table") for path in paths),
                precedence=int(newest.replace("-", "")) if newest[0].isdigit() else 0,
                illustrative=illustrative,
            )
            for (illustrative, database, newest), paths in sorted(
                groups.items(), key=lambda group: group[0][1:]
            )
        ]

    def parse(self, edition: Edition, register: Register, progress: Progress) -> Parsed:
        """Read the tables of one edition; counts the cells of their cubes.

        Other countries, places that are none, other categories and totals that are not of everyone are set aside.
        Raises BadFile and ReleaseChanged.
        """
        records: list[dict[str, Any]] = []
        aside: dict[str, Counter[str]] = {}
        cells = 0
        for file in edition.files:
            progress(f"{file.path.name}: reading", 0, 0)
            cube = read_cube(file.path)
            cells += sum(array.size for array in cube.values.values())
            for reason, label, record in measured_cells(file.path, cube):
                if record is None:
                    aside.setdefault(reason, Counter())[label] += 1
                else:
                    records.append(record)
        measured = measurements.from_rows(records)
        _refuse_duplicates(measured, edition)
        return Parsed(
            measured,
            rows_in=cells,
            set_aside=[
                SetAside(reason, labels.total(), reading.unmatched(labels))
                for reason, labels in aside.items()
            ],
        )

    def fetch(self, downloads: Downloads, today: date) -> None:
        """Ask for the newest months of every database, split so that no request is large.

        Raises MissingKey without a key, ReleaseChanged where the value sets of areas have changed, FetchFailed.
        """
        key = downloads.secrets.get(KEY_NAME)
        if not key:
            raise MissingKey(
                f"{KEY_NAME} is not set: Stat-Xplore answers nobody without a key; register at "
                f"{self.info.url}, copy the key from Account, Open Data API Access, and set {KEY_NAME} to it; or "
                "save tables as JSON in the browser and give their folder with --from"
            )
        headers = {"APIKey": key, "Content-Type": "application/json"}
        for table in TABLES:
            months = newest_months(downloads, table, headers)
            sets = value_sets(downloads, table, headers)
            for name, body in queries(table, months, sets):
                downloads.save(
                    f"statxplore-{name}.json",
                    f"{API}/table",
                    content_types=JSON_TYPES,
                    body=encoded(body),
                    headers=headers,
                )


def _refuse_duplicates(measured: pd.DataFrame, edition: Edition) -> None:
    """Raises BadFile for a figure that the tables of an edition give twice."""
    twice = measured[measured.duplicated(list(measurements.KEY))]
    if len(twice):
        first = twice.iloc[0]
        raise BadFile(
            ", ".join(file.path.name for file in edition.files),
            value=f"{first['measure']} of {first['area_code']} in {first['period']} ({first['breakdown']})",
            expected="each figure once",
            fix="keep one of the tables that give it",
        )


def _peek(path: Path) -> tuple[str, str] | None:
    """(database, newest month such as ``2024-05``) of a table by area of a known database; None for any other file.

    The month of a table that is damaged is ``unknown``: what is wrong with it is for ``parse`` to say.
    """
    with path.open("rb") as opened:
        start = opened.read(400).decode("utf-8-sig", errors="replace")
    found = re.search(r'"str:database:(\w+)"', start)
    table = None if found is None else TABLE_OF.get(found[1])
    if table is None:
        return None
    try:
        cube = read_cube(path)
        if not any(field.has(AREA_FIELD) for field in cube.fields):
            return None
        _, axis, _ = axes_of(path, cube, table)
        months = [
            month_of(path, cube.fields[axis], item) for item in cube.fields[axis].items if not item.is_total
        ]
    except SourceProblem:
        months = []
    return table.database, max(months, default="unknown")[:7]


source = DwpStatXplore()
