"""Benefit claimants by area from Stat-Xplore: cubes of JSON as its Open Data API answers a table query.

Source: Department for Work and Pensions. A cube has fields (area, month, sometimes a category), each with its items,
and nested lists of values in the order of the fields. Measures:

``esa.people``, ``esa.mental-health.people``, ``esa.musculoskeletal.people``   on Employment and Support Allowance
``pip.people``                                                                entitled to Personal Independence Payment
``uc_health.people``                      on Universal Credit with a health condition, all and by breakdown ``stage``
``uc_sanctions.sanctioned``, ``uc_sanctions.not_sanctioned``         on Universal Credit in any regime, by sanction
``uc_sanctions.searching``, ``.planning``, ``.preparing``, ``.regime_unknown``   on Universal Credit, by conditionality
                                                                      regime: those in which a sanction can be applied

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
from etl.sources.dwp_stat_xplore.requests import API, Client, queries
from etl.sources.dwp_stat_xplore.sanctions import check_rate
from etl.sources.dwp_stat_xplore.tables import AREA_FIELD, TABLE_OF, TABLES, Split, Table
from geodata.register import Register

KEY_NAME = "STATXPLORE_API_KEY"
ILLUSTRATIVE_FOLDER = Path(__file__).parents[2] / "illustrative" / "dwp_stat_xplore"
UNKNOWN = "unknown"

_FETCHED = re.compile(r"^statxplore-.+-(region|ltla)-\d+\.json$", re.IGNORECASE)
# lists of months and areas, and values of the schema, which the tables of figures are asked for with
_HELPER = re.compile(r"^statxplore-.+-(months|areas|authorities|values(-\d+)?)\.json$", re.IGNORECASE)


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
    parser_version = 2
    bundled = ILLUSTRATIVE_FOLDER

    def discover(self, folder: Path) -> list[Edition]:
        """One edition for each database and newest month: every table of them that is in ``folder``.

        Any ``.json`` that begins as an answer of Stat-Xplore on a known database, and has areas, is one. Tables that
        ``fetch`` saved are the pieces of one question: they make one edition of the newest month of all.
        """
        groups: dict[tuple[bool, str, str], list[Path]] = {}
        pieces: dict[tuple[Path, str], list[tuple[str, Path]]] = {}
        for path in reading.files_below(folder, "*.json"):
            if _HELPER.match(path.name) or (found := _peek(path)) is None:
                continue
            database, newest = found
            if _FETCHED.match(path.name):
                pieces.setdefault((path.parent, database), []).append((newest, path))
            else:
                illustrative = path.name.startswith("illustrative-")
                groups.setdefault((illustrative, database, newest), []).append(path)
        for (_, database), found_pieces in pieces.items():
            known = [newest for newest, _ in found_pieces if newest[0].isdigit()]
            newest = max(known, default=UNKNOWN)
            groups.setdefault((False, database, newest), []).extend(path for _, path in found_pieces)
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
        Raises BadFile, also where England's rate of sanctions is not near the published one, and ReleaseChanged.
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
        warnings = check_rate(measured, edition)
        return Parsed(
            measured,
            rows_in=cells,
            warnings=warnings,
            set_aside=[
                SetAside(reason, labels.total(), reading.unmatched(labels))
                for reason, labels in aside.items()
            ],
        )

    def fetch(self, downloads: Downloads, today: date) -> None:
        """Ask for the newest months of every database, in requests of some hundred cells, each table alone.

        A table (a database, everyone or by one field) that cannot be had is a note. Raises MissingKey without a key;
        FetchFailed or ReleaseChanged where none came.
        """
        key = downloads.secrets.get(KEY_NAME)
        if not key:
            raise MissingKey(
                f"{KEY_NAME} is not set: Stat-Xplore answers nobody without a key; register at "
                f"{self.info.url}, copy the key from Account, Open Data API Access, and set {KEY_NAME} to it; or "
                "save tables as JSON in the browser and give their folder with --from"
            )
        client = Client(downloads, key)
        attempts = reading.Attempts(downloads)
        for table in TABLES:
            with attempts.at(table.publication, counts=False):
                asked = client.asked(table)
                for split in _asked_splits(table):
                    words = "everyone" if split is None else f"by {split.field}"
                    # what one piece does not get, the next hardly will: the table ends there, with what it has
                    with attempts.at(f"{table.publication}, {words}"):
                        categories = [] if split is None else client.categories(table, split)
                        for name, body in queries(table, split, categories, asked):
                            client.table(name, body)
                            if downloads.heads_only:
                                break
        attempts.end()


def _asked_splits(table: Table) -> list[Split | None]:
    """The tables that are asked of one database: of everyone (where no split has them), and by each split."""
    splits: list[Split | None] = list(table.splits)
    if table.measure is not None and all(split.whole_measure is None for split in table.splits):
        splits.insert(0, None)
    return splits


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
        _, axis, _, _ = axes_of(path, cube, table)
        months = [
            month_of(path, cube.fields[axis], item) for item in cube.fields[axis].items if not item.is_total
        ]
    except SourceProblem:
        months = []
    return table.database, max(months, default=UNKNOWN)[:7]


source = DwpStatXplore()
