"""The monthly activity and performance figures of NHS Talking Therapies, a part of ``nhs_talking_therapies``.

Source: NHS England. Two layouts are read: the publisher's CSV of a month (ten columns; the value was called
``MEASURE_VALUE`` in March 2021) and the tidy copy of all months (Parquet, England and providers only). Measure
ids are the publisher's (``M099``, ``M237`` …): its measures keep their id while their names have changed.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from etl.frames import measurements
from etl.sources import reading
from etl.sources.base import BadFile, Downloads, Edition, FoundFile, Parsed, Progress, ReleaseChanged
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
ACTIVITY = r"^(nhstalkingtherapies|iapt)[-_ ]month.*activity.*\.csv$"
"""The file of activity: ``…_activity_performance.csv``, or ``…_activity_final.csv`` once the figures are final."""
ADVISERS_ROLE = "monthly_employment_advisers"
ADVISERS_WORDS = r"employment[- ]advis[eo]r"
"""Words of the link to the file of employment advisers, whose name was never seen."""
NAME = re.compile(r"(nhstalkingtherapies|iapt)[-_ ]month.*\.csv$", re.IGNORECASE)

_ADVISERS_NAME = re.compile(r"employment|[-_ ]ea[-_ .]", re.IGNORECASE)
# the measures of employment advisers in NHS England's published definitions
_ADVISERS_MEASURE = re.compile(r"^M3(0[6-9]|[12]\d|3[01])$")
_MONTH = re.compile(
    r"(?<![a-z])(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[-_ ]?(20\d{2})", re.IGNORECASE
)
_TEXTS = ("group_type", "org_code1", "measure_id")


def discover(folder: Path) -> list[Edition]:
    """One edition for the tidy copy and one for each CSV, which goes before it; final figures go before others.

    A file of employment advisers belongs to the edition of its month's activity in the same folder: a share of one is
    made with counts of the other. Without one it is an edition of its own.
    """
    editions = [
        Edition(path.stem, f"{TITLE}, tidy copy", (FoundFile(path, TIDY_ROLE),), precedence=1)
        for path in reading.files_below(folder, "activity_performance_monthly*.parquet")
    ]
    activity: list[Path] = []
    advisers: dict[tuple[Path, str], list[Path]] = {}
    for path in reading.files_below(folder, "*.csv"):
        if NAME.match(path.name) or {"GROUP_TYPE", "MEASURE_ID"} <= set(reading.header_of(path)):
            if is_of_advisers(path):
                advisers.setdefault((path.parent, _month_in_name(path)), []).append(path)
            else:
                activity.append(path)
    for path in activity:
        beside = advisers.pop((path.parent, _month_in_name(path)), [])
        editions.append(_edition(path, (FoundFile(path, CSV_ROLE), *_as_advisers(beside))))
    for paths in advisers.values():
        editions.append(_edition(paths[0], _as_advisers(paths)))
    return editions


def _as_advisers(paths: Iterable[Path]) -> tuple[FoundFile, ...]:
    return tuple(FoundFile(path, ADVISERS_ROLE) for path in paths)


def _edition(path: Path, files: tuple[FoundFile, ...]) -> Edition:
    final = "final" in path.stem.casefold()
    return Edition(path.stem, f"{TITLE}, {path.stem}", files, precedence=3 if final else 2)


def _month_in_name(path: Path) -> str:
    """``sep-2025`` of a name with a month; the whole name of one without, which then belongs to no other."""
    found = _MONTH.search(path.stem)
    return f"{found[1]}-{found[2]}".casefold() if found else path.stem


def is_of_advisers(path: Path) -> bool:
    """Whether a monthly CSV is that of employment advisers: by its first measures, or by its name where it has none."""
    if re.search("activity", path.name, re.IGNORECASE):
        return False
    try:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as opened:
            first = [line.get("MEASURE_ID") or "" for line in islice(csv.DictReader(opened), 20)]
    except (OSError, csv.Error):
        first = []
    if any(first):
        return all(_ADVISERS_MEASURE.match(measure.strip()) for measure in first if measure.strip())
    return _ADVISERS_NAME.search(path.name) is not None


def fetch(downloads: Downloads, newest: int) -> None:
    """Fetch the newest months, each alone, and each month's file of employment advisers where its page links one.

    Raises ReleaseChanged or FetchFailed where no month came.
    """
    attempts = reading.Attempts(downloads)
    for publication in nhs_publications.publications(downloads, SERIES)[:newest]:
        activity = nhs_publications.save_matching(downloads, attempts, publication, ACTIVITY)
        with attempts.at(f"{publication.slug}, employment advisers", counts=False):
            files, published_on = nhs_publications.files_of(
                downloads, publication, r"employment.*\.(csv|zip)$", ADVISERS_WORDS
            )
            taken = {file.name for file in activity}
            for file in files:
                is_table = file.name.casefold().endswith((".csv", ".zip"))
                if (
                    is_table
                    and file.name not in taken
                    and not re.search("metadata", file.name, re.IGNORECASE)
                ):
                    nhs_publications.save(downloads, file, published_on)
    attempts.end()


def parse(files: Sequence[FoundFile], register: Register, progress: Progress) -> Parsed:
    """Read a month's CSVs or the tidy copy; counts rows (one number each).

    England, regions, CCGs and sub-ICB locations are kept; providers, and sub-ICB locations split by provider, are
    set aside with their counts, as are codes that are no area of the register in the month, and measures of the
    employment advisers' file that the activity file has too. Raises BadFile and ReleaseChanged.
    """
    tally = reading.Tally()
    known: dict[tuple[str, str, str], str] = {}
    kept: list[pd.DataFrame] = []
    for file in files:
        progress(f"{file.path.name}: reading", 0, 0)
        before = {measure for frame in kept for measure in frame["measure"].unique()}
        for rows in _tidy_rows(file.path, tally) if file.role == TIDY_ROLE else _csv_rows(file.path, tally):
            progress(f"{file.path.name}: reading", tally.rows_in, 0)
            if before:
                again = rows["measure"].isin(before)
                tally.leave(
                    "measure is in the activity file too", int(again.sum()), rows.loc[again, "measure"]
                )
                rows = rows[~again].reset_index(drop=True)
            kept.append(_of_areas(rows, known, register, tally))
    path = files[0].path
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
