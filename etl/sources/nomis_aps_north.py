"""Annual Population Survey for 72 councils of the North of England: long-term sickness among the inactive.

Source: Office for National Statistics, through Nomis (NM_17_5), as a tidy copy (CSV, plain or gzip, one number a row)
of Open Innovations. A row is the percentage (20599) or its numerator (21001) of one variable, council and twelve
months. The copy has no intervals and does not say why a number is missing. Measures: ``1496.percent`` and
``1496.numerator``.
"""

from __future__ import annotations

import gzip
import re
import tempfile
import zlib
from pathlib import Path

import pandas as pd

from etl.frames import measurements
from etl.sources import reading
from etl.sources.base import (
    BadFile,
    Edition,
    FoundFile,
    Parsed,
    Progress,
    ReleaseChanged,
    SetAside,
    SourceInfo,
)
from geodata.register import Register

COLUMNS = (
    "date",
    "date_name",
    "geography_code",
    "variable_code",
    "variable_name",
    "measures_code",
    "value",
)
VARIABLE, VARIABLE_NAME = "1496", "% of economically inactive long-term sick"
MEASURES = {"20599": "1496.percent", "21001": "1496.numerator"}
NOTE = "From Nomis in a tidy copy by Open Innovations, which leaves out the interval."
LARGEST = 200_000_000
"""Bytes that an unpacked copy may have: the one that is known has 10 million."""
_NAME = re.compile(r"nomis_aps_north.*?(\d{4})-(\d{4})\.csv(\.gz)?$", re.IGNORECASE)
_SPAN = re.compile(r"^(\w{3}) (\d{4})-(\w{3}) (\d{4})$")
_CODE = re.compile(r"^(\d+)(?:\.0)?$")


class NomisApsNorth:
    """Reads the tidy copy of the councils of the North."""

    info = SourceInfo(
        source_id="nomis_aps_north",
        publisher="Office for National Statistics, through Nomis; tidy copy by Open Innovations",
        title="Annual Population Survey: long-term sickness among the inactive, councils of the North",
        licence="Open Government Licence v3.0",
        url="https://www.nomisweb.co.uk/datasets/apsnew",
        cadence="by hand: the copy ends with 2023; the Nomis API has every later year",
        attribution=(
            "Source: Office for National Statistics (Annual Population Survey, Nomis), licensed under the "
            "Open Government Licence v3.0, as collected by Open Innovations."
        ),
    )
    parser_version = 1

    def discover(self, folder: Path) -> list[Edition]:
        """One edition a copy ``nomis_aps_north*_<first year>-<last year>.csv`` or ``.csv.gz``, known by its years."""
        editions = []
        for path in reading.files_below(folder, "nomis_aps_north*.csv", "nomis_aps_north*.csv.gz"):
            if named := _NAME.match(path.name):
                editions.append(
                    Edition(
                        edition=f"{named[1]}-{named[2]}",
                        publication="Annual Population Survey, Nomis, variable 1496, councils of the North (tidy copy by "
                        "Open Innovations)",
                        files=(FoundFile(path, "figures"),),
                        precedence=int(named[2]),
                    )
                )
        return sorted(editions, key=lambda edition: (edition.precedence, edition.files[0].path))

    def parse(self, edition: Edition, register: Register, progress: Progress) -> Parsed:
        """Read the copy; counts its rows. Other variables, and twelve months that are no calendar year, are set aside.

        Raises BadFile for a code, a number or a span that cannot be, ReleaseChanged without the variable.
        """
        path = edition.files[0].path
        progress(f"{path.name}: reading", 0, 0)
        rows = _read(path)
        rows_in = len(rows)
        for column in ("variable_code", "measures_code"):
            rows[column] = [
                _code(path, cell, row, column) for cell, row in zip(rows[column], rows["row"], strict=True)
            ]
        wanted = (rows["variable_code"] == VARIABLE) & rows["measures_code"].isin(list(MEASURES))
        aside = []
        if not wanted.any():
            found = sorted(rows["variable_name"].unique())
            raise ReleaseChanged(
                f"{path.name}: no row of variable {VARIABLE} ({VARIABLE_NAME}); found {found}"
            )
        other = rows.loc[~wanted, "variable_name"]
        for name, part in other.groupby(other, sort=True):
            aside.append(SetAside(f"variable {name!r} is not used (rows)", len(part)))
        rows = rows[wanted].reset_index(drop=True)
        wrong = rows[rows["variable_name"] != VARIABLE_NAME]
        if len(wrong):
            raise BadFile(
                path,
                row=int(wrong["row"].iloc[0]),
                column="variable_name",
                value=wrong["variable_name"].iloc[0],
                expected=VARIABLE_NAME,
            )
        years = [
            _year(path, *cells) for cells in zip(rows["date"], rows["date_name"], rows["row"], strict=True)
        ]
        whole = pd.Series([year is not None for year in years], dtype=bool)
        if not whole.all():
            aside.append(SetAside("twelve months that are no calendar year (rows)", int((~whole).sum())))
        rows = rows[whole].assign(year=[year for year in years if year is not None]).reset_index(drop=True)
        reading.refuse_unknown_areas(
            rows["geography_code"], file=path, rows=rows["row"], column="geography_code", register=register
        )
        values, statuses = reading.numbers(
            rows["value"], file=path, rows=rows["row"], column="value", markers={"": "not_available"}
        )
        measured = measurements.arrange(
            pd.DataFrame(
                {
                    "measure": rows["measures_code"].map(MEASURES),
                    "area_code": rows["geography_code"],
                    "period": [reading.calendar_year(year) for year in rows["year"]],
                    "age": "16-64",
                    "value": values,
                    "status": statuses,
                    "note": NOTE,
                    "row": rows["row"],
                }
            )
        )
        reading.refuse_duplicates(measured, path)
        return Parsed(measured, rows_in=rows_in, set_aside=aside)


def _read(path: Path) -> pd.DataFrame:
    """Rows as texts. Raises BadFile for a gzip that is damaged or larger than LARGEST."""
    if path.suffix.casefold() != ".gz":
        return reading.read_csv(path, needed=COLUMNS, keep=COLUMNS)
    try:
        with gzip.open(path) as opened:
            content = opened.read(LARGEST + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise BadFile(
            path, value=str(error), expected="a whole gzip file", fix="the file is damaged: fetch it again"
        ) from error
    if len(content) > LARGEST:
        raise BadFile(path, value=f"more than {LARGEST:,} bytes", expected="a CSV of some million bytes")
    with tempfile.TemporaryDirectory() as folder:
        unpacked = Path(folder) / path.name.removesuffix(path.suffix)
        unpacked.write_bytes(content)
        return reading.read_csv(unpacked, needed=COLUMNS, keep=COLUMNS)


def _code(path: Path, cell: str, row: int, column: str) -> str:
    """``1496.0``, as the copy writes a whole number, → ``1496``."""
    found = _CODE.match(cell)
    if found is None:
        raise BadFile(
            path, row=int(row), column=column, value=cell, expected="the number of a variable or measure"
        )
    return found[1]


def _year(path: Path, day: str, name: str, row: int) -> int | None:
    """The calendar year of ``2022-12-01`` and ``Jan 2022-Dec 2022``; None for other twelve months."""
    found = _SPAN.match(name)
    try:
        if found is None:
            raise ValueError(f"{name!r} is no span")
        first, last = reading.month_number(found[1]), reading.month_number(found[3])
        period = reading.span((int(found[2]), first), (int(found[4]), last))
        if not period.endswith("P1Y") or day != f"{found[4]}-{last:02d}-01":
            raise ValueError(f"{day} is not the last month of {name!r}, or these are not twelve months")
    except ValueError as error:
        raise BadFile(
            path,
            row=int(row),
            column="date_name",
            value=f"{day}, {name}",
            expected="2022-12-01, Jan 2022-Dec 2022",
        ) from error
    return int(found[4]) if last == 12 else None


source = NomisApsNorth()
