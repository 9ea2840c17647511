"""The monthly activity and performance figures of NHS Talking Therapies, a part of ``nhs_talking_therapies``.

Source: NHS England. Two layouts are read: the publisher's CSV of a month (ten columns; the value was called
``MEASURE_VALUE`` in March 2021) and the tidy copy of all months (Parquet, England and providers only). Measure
ids are the publisher's (``M099``, ``M237`` …): its measures keep their id while their names have changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from etl.frames import measurements
from etl.sources import reading
from etl.sources.base import BadFile, Edition, FoundFile, Parsed, Progress, ReleaseChanged
from etl.sources.nhs_talking_therapies.variables import MARKERS
from etl.sources.reading import nhs_publications
from geodata.register import Register
from indicators.periods import Period

COLUMNS = ("REPORTING_PERIOD_START", "REPORTING_PERIOD_END", "GROUP_TYPE", "ORG_CODE1", "MEASURE_ID")
VALUES = ("MEASURE_VALUE_SUPPRESSED", "MEASURE_VALUE")
TIDY_COLUMNS = ("start_date", "end_date", "group_type", "org_code1", "measure_id", "value")
TITLE = "NHS Talking Therapies, monthly statistics, activity and performance"
TIDY_ROLE = "monthly_tidy"
CSV_ROLE = "monthly"
SERIES = f"{nhs_publications.SERIES}nhs-talking-therapies-monthly-statistics-including-employment-advisors"
FETCHED = r"^nhstalkingtherapies_month_.*activity_performance.*\.csv$"
NAME = re.compile(r"(nhstalkingtherapies|iapt)[-_ ]month.*\.csv$", re.IGNORECASE)

_TEXTS = ("group_type", "org_code1", "measure_id")


def discover(folder: Path) -> list[Edition]:
    """One edition for the tidy copy and one for each CSV, which goes before it; final figures go before others."""
    editions = [
        Edition(path.stem, f"{TITLE}, tidy copy", (FoundFile(path, TIDY_ROLE),), precedence=1)
        for path in reading.files_below(folder, "activity_performance_monthly*.parquet")
    ]
    for path in reading.files_below(folder, "*.csv"):
        if NAME.match(path.name) or {"GROUP_TYPE", "MEASURE_ID"} <= set(reading.header_of(path)):
            final = "final" in path.stem.casefold()
            editions.append(
                Edition(
                    path.stem,
                    f"{TITLE}, {path.stem}",
                    (FoundFile(path, CSV_ROLE),),
                    precedence=3 if final else 2,
                )
            )
    return editions


def parse(path: Path, role: str, register: Register, progress: Progress) -> Parsed:
    """Read a month's CSV or the tidy copy; counts rows (one number each).

    England, regions, CCGs and sub-ICB locations are kept; providers, and sub-ICB locations split by provider, are
    set aside with their counts, as are codes that are no area of the register in the month. Raises BadFile and
    ReleaseChanged.
    """
    progress(f"{path.name}: reading", 0, 0)
    tally = reading.Tally()
    known: dict[tuple[str, str, str], str] = {}
    kept = []
    for rows in _tidy_rows(path, tally) if role == TIDY_ROLE else _csv_rows(path, tally):
        progress(f"{path.name}: reading", tally.rows_in, 0)
        kept.append(_of_areas(rows, known, register, tally))
    measured = measurements.join(kept)
    reading.refuse_duplicates(measured, path)
    if measured.empty:
        raise BadFile(path, column="GROUP_TYPE", expected="rows of England or of another area")
    return Parsed(
        measured,
        rows_in=tally.rows_in,
        set_aside=tally.set_aside(),
        warnings=[
            f"{path.name}: figures below England are rounded by the publisher (counts to the nearest 5, "
            "percentages to whole numbers), and counts below 5 are hidden"
        ],
    )


def _of_areas(
    rows: pd.DataFrame, known: dict[tuple[str, str, str], str], register: Register, tally: reading.Tally
) -> pd.DataFrame:
    """Measurements of areas of the register; ``known`` has the codes of those that were asked for before."""
    keys = list(zip(rows["group"], rows["code"], rows["period"], strict=True))
    for key in dict.fromkeys(keys):
        if key not in known:
            known[key] = reading.nhs_area_code(key[0], key[1], Period.parse(key[2]), register) or ""
    codes = np.array([known[key] for key in keys], dtype=object)
    lost = codes == ""
    for group, part in rows[lost].groupby("group"):
        tally.leave_unknown(
            f"{group}: code of no area of the register in the month", part["code"], part["measure"]
        )
    return measurements.arrange(
        pd.DataFrame(
            {
                "measure": rows["measure"],
                "area_code": codes,
                "period": rows["period"],
                "value": rows["value"],
                "status": rows["status"],
                "row": rows["row"],
            }
        )[~lost]
    )


def _leave_groups(groups: pd.Series, tally: reading.Tally) -> None:
    for group, count in groups.value_counts(sort=False).items():
        tally.leave(f"group {group!r} is not an area", int(count))


def _csv_rows(path: Path, tally: reading.Tally) -> Iterator[pd.DataFrame]:
    header = reading.header_of(path)
    value = next((name for name in VALUES if name in header), VALUES[0])
    wanted = (*COLUMNS, value)
    for rows in reading.csv_chunks(path, needed=wanted, keep=wanted):
        tally.rows_in += len(rows)
        is_area = rows["GROUP_TYPE"].str.casefold().isin(list(reading.NHS_ORGANISATIONS))
        _leave_groups(rows.loc[~is_area, "GROUP_TYPE"], tally)
        rows = rows[is_area].reset_index(drop=True)
        values, statuses = reading.numbers(
            rows[value], file=path, rows=rows["row"], column=value, markers=MARKERS
        )
        yield pd.DataFrame(
            {
                "group": rows["GROUP_TYPE"],
                "code": rows["ORG_CODE1"],
                "measure": rows["MEASURE_ID"],
                "period": reading.whole_months(path, rows),
                "value": values,
                "status": statuses,
                "row": rows["row"],
            }
        )


def _tidy_rows(path: Path, tally: reading.Tally) -> Iterator[pd.DataFrame]:
    table = reading.read_parquet(path, TIDY_COLUMNS, _TEXTS)
    found = table.column("group_type").cast(pa.string())
    is_area = pc.is_in(pc.utf8_lower(found), value_set=pa.array(list(reading.NHS_ORGANISATIONS)))
    tally.rows_in += table.num_rows
    _leave_groups(found.filter(pc.invert(is_area)).to_pandas(), tally)
    row = np.flatnonzero(is_area.to_numpy()) + 1
    rows = table.filter(is_area).to_pandas()
    if not pd.api.types.is_numeric_dtype(rows["value"]):
        raise ReleaseChanged(f"{path.name}: column 'value' holds {rows['value'].dtype}; expected numbers")
    for name in ("start_date", "end_date"):
        rows[name] = rows[name].astype("str")
    rows["row"] = row
    missing = rows["value"].isna()
    yield pd.DataFrame(
        {
            "group": rows["group_type"].astype("str"),
            "code": rows["org_code1"].astype("str"),
            "measure": rows["measure_id"].astype("str"),
            "period": reading.whole_months(path, rows, "start_date", "end_date"),
            "value": rows["value"].astype("float64"),
            # the copy does not say why a number is missing
            "status": np.where(missing, "not_available", "ok"),
            "row": row,
        }
    )
