"""Public health profiles (Fingertips) of the Department of Health and Social Care: one long CSV of many indicators.

A row is one indicator, area, sex, age, category and period, with its value, its limits, its count and its
denominator. The CSV has 26 columns, or 27 with ``Time period range``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from urllib.parse import urlencode

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
    SetAside,
    SourceInfo,
)
from geodata.register import Register
from indicators.catalogue import Indicator, catalogue
from indicators.periods import Period

COLUMNS = (
    "Indicator ID",
    "Area Code",
    "Area Type",
    "Sex",
    "Age",
    "Category Type",
    "Category",
    "Time period",
    "Value",
    "Lower CI 95.0 limit",
    "Upper CI 95.0 limit",
    "Count",
    "Denominator",
    "Value note",
    "Time period Sortable",
)
API = "https://fingertips.phe.org.uk/api/all_data/csv/by_indicator_id"
AREA_TYPES = {402: "upper tier, 2021 to 2023", 501: "lower tier, from 2023", 502: "upper tier, from 2023"}
"""Fingertips' area types that are fetched; England and the regions come with each. A later one goes first."""
_REGIONS = 6

_SEXES = {"persons": "persons", "male": "male", "female": "female", "not applicable": "persons"}
# indicators of academic years: their label is that of a financial year
_ACADEMIC = ("93203",)
_NAME = re.compile(r"^(fingertips|indicators)[-_.].*$", re.IGNORECASE)
_HEADER = {"Indicator ID", "Area Code", "Time period", "Value"}
_GSS = re.compile(r"^[EKNSW]\d{8}$")
_YEAR = r"(?P<first>\d{4})"
_FINANCIAL = r"(?P<first>\d{4})/(?P<second>\d{2})"
_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (re.compile(_YEAR), lambda found: reading.calendar_year(found["first"])),
    (re.compile(_FINANCIAL), lambda found: reading.financial_year(found[0])),
    (
        re.compile(_YEAR + r"\s*-\s*(?P<last>\d{2}|\d{4})"),
        lambda found: reading.span((int(found["first"]), 1), (_last_year(found["first"], found["last"]), 12)),
    ),
    (
        re.compile(_FINANCIAL + r"\s*-\s*(?P<last>\d{2}|\d{4})/(?P<end>\d{2})"),
        lambda found: _financial_span(found),
    ),
    (
        re.compile(_YEAR + r"\s+Q(?P<quarter>[1-4])"),
        lambda found: _quarter(int(found["first"]), int(found["quarter"]), 1),
    ),
    (
        re.compile(_FINANCIAL + r"\s+Q(?P<quarter>[1-4])"),
        lambda found: _quarter(_checked(found), int(found["quarter"]), 4),
    ),
    (
        re.compile(r"(?P<month>[A-Za-z]{3,9})\s+" + _YEAR),
        lambda found: reading.month(found["first"], found["month"]),
    ),
    (
        re.compile(_YEAR + r"\s+(?P<month>[A-Za-z]{3,9})"),
        lambda found: reading.month(found["first"], found["month"]),
    ),
    (
        re.compile(
            r"(?P<month>[A-Za-z]{3,9})\s+" + _YEAR + r"\s*-\s*(?P<until>[A-Za-z]{3,9})\s+(?P<last>\d{4})"
        ),
        lambda found: reading.span(
            (int(found["first"]), reading.month_number(found["month"])),
            (int(found["last"]), reading.month_number(found["until"])),
        ),
    ),
)


class Fingertips:
    """Reads and fetches the long CSVs of Fingertips.

    ``indicators`` gives the catalogue, whose routes say which of Fingertips' indicators are fetched.
    """

    info = SourceInfo(
        source_id="fingertips",
        publisher="Office for Health Improvement and Disparities, Department of Health and Social Care",
        title="Public health profiles (Fingertips)",
        licence="Open Government Licence v3.0",
        url="https://fingertips.phe.org.uk/",
        cadence="each indicator once a year, on the first Tuesdays of February, May, July and November",
        attribution=(
            "Source: Office for Health Improvement and Disparities, public health profiles "
            "(https://fingertips.phe.org.uk), licensed under the Open Government Licence v3.0."
        ),
        calendar=Calendar(months=(2, 5, 7, 11), day=8),
    )
    parser_version = 2

    def __init__(self, indicators: Callable[[], Mapping[str, Indicator]] = catalogue) -> None:
        self._indicators = indicators

    def discover(self, folder: Path) -> list[Edition]:
        """One edition a CSV that is named as Fingertips names its downloads, or has the columns of the series."""
        editions = []
        for path in reading.files_below(folder, "*.csv"):
            if not _NAME.match(path.name) and not set(reading.header_of(path)) >= _HEADER:
                continue
            named = re.search(r"^fingertips-(\d{3})\b", path.name, re.IGNORECASE)
            area_type = int(named[1]) if named else 0
            words = f", {AREA_TYPES[area_type]}" if area_type in AREA_TYPES else ""
            editions.append(
                Edition(
                    edition=path.stem,
                    publication=f"Public health profiles (Fingertips){words}",
                    files=(FoundFile(path, "figures"),),
                    precedence=area_type,
                )
            )
        return sorted(editions, key=lambda edition: (edition.precedence, edition.edition))

    def parse(self, edition: Edition, register: Register, progress: Progress) -> Parsed:
        """Read one CSV; counts its rows.

        The measure is Fingertips' indicator id, with its count (``<id>.count``) and denominator
        (``<id>.denominator``) where given. Areas outside England and areas without a GSS code of the register's
        kinds are set aside, and so is a row that stands again under another parent. Raises BadFile and
        ReleaseChanged.
        """
        path = edition.files[0].path
        progress(f"{path.name}: reading", 0, 0)
        rows = reading.read_csv(path, needed=COLUMNS, keep=COLUMNS, last_may_lack=True)
        rows_in = len(rows)
        rows, aside = _of_england(path, rows, register)
        rows["period"] = _periods(path, rows)
        rows["sex"] = _sexes(path, rows)
        rows["age"] = rows["Age"].map({text: _age(text) for text in rows["Age"].unique()})
        split = rows["Category Type"] != ""
        rows["breakdown"] = (rows["Category Type"] + ": " + rows["Category"]).where(split, "all")
        again = rows.duplicated(
            [
                "Indicator ID",
                "Area Code",
                "period",
                "sex",
                "age",
                "breakdown",
                "Value",
                "Count",
                "Denominator",
            ]
        )
        if again.any():
            aside.append(SetAside("the same figure again, under another parent (rows)", int(again.sum()), ()))
        rows = rows[~again].reset_index(drop=True)
        frames = [_values(path, rows)]
        for column, suffix in (("Count", "count"), ("Denominator", "denominator")):
            frames.append(_counts(path, rows, column, suffix))
        measured = measurements.join(frames)
        reading.refuse_duplicates(measured, path)
        progress(f"{path.name}: read", rows_in, rows_in)
        return Parsed(measured, rows_in=rows_in, set_aside=aside, used=len(rows))

    def fetch(self, downloads: Downloads, today: date) -> None:
        """Fetch every indicator that the catalogue asks for, one CSV for each type of council, each alone.

        Raises FetchFailed.
        """
        attempts = reading.Attempts(downloads)
        ids = sorted(
            {
                name.removeprefix("-").partition(".")[0]
                for indicator in self._indicators().values()
                for route in indicator.routes
                if route.source == self.info.source_id
                for name in (*route.value, *route.numerator, *route.denominator, *route.published)
            }
        )
        for area_type in AREA_TYPES:
            asked = {
                "indicator_ids": ",".join(ids),
                "child_area_type_id": area_type,
                "parent_area_type_id": _REGIONS,
            }
            with attempts.at(f"fingertips-{area_type}.csv"):
                downloads.save(
                    f"fingertips-{area_type}.csv",
                    f"{API}?{urlencode(asked, safe=',')}",
                    content_types=("text/csv", "application/csv", "application/octet-stream"),
                )
        attempts.end()


# --- areas ------------------------------------------------------------------------------------------------


def _of_england(path: Path, rows: pd.DataFrame, register: Register) -> tuple[pd.DataFrame, list[SetAside]]:
    held = {prefix for kind in register.area_types.values() for prefix in kind.code_prefixes}
    codes = rows["Area Code"]
    is_gss = codes.str.match(_GSS)
    outside = is_gss & ~codes.str.startswith("E") & (codes != reading.UNITED_KINGDOM)
    kept = is_gss & codes.str[:3].isin(held)
    aside = reading.outside_england(codes[outside])[1]
    for kind, part in rows[~kept & ~outside].groupby("Area Type", sort=True):
        aside.append(
            SetAside(
                f"area type {kind!r} is not held (rows)", len(part), reading.unmatched(part["Area Code"])
            )
        )
    inside = rows[kept].reset_index(drop=True)
    reading.refuse_unknown_areas(
        inside["Area Code"], file=path, rows=inside["row"], column="Area Code", register=register
    )
    return inside, aside


# --- cells ------------------------------------------------------------------------------------------------


def _last_year(first: str, last: str) -> int:
    """The year that ``14`` is after ``2012``."""
    if len(last) == 4:
        return int(last)
    year = int(first) // 100 * 100 + int(last)
    return year if year >= int(first) else year + 100


def _checked(found: re.Match[str]) -> int:
    """The first year of ``2018/19``. Raises ValueError where the second is not the next."""
    reading.financial_year(f"{found['first']}/{found['second']}")
    return int(found["first"])


def _financial_span(found: re.Match[str]) -> str:
    first, last = _checked(found), _last_year(found["first"], found["last"])
    reading.financial_year(f"{last}/{found['end']}")
    return reading.span((first, 4), (last + 1, 3))


def _quarter(year: int, quarter: int, first_month: int) -> str:
    """A quarter of a year that starts in ``first_month``."""
    month = first_month + 3 * (quarter - 1)
    return f"{year + (month - 1) // 12:04d}-{(month - 1) % 12 + 1:02d}-01/P3M"


def period_of(label: str, indicator_id: str = "") -> str:
    """ISO period of Fingertips' words for one, such as ``2018/19 - 20/21``. Raises ValueError for other words."""
    for form, made in _FORMS:
        found = form.fullmatch(label.strip())
        if found:
            iso = Period.parse(made(found)).iso
            if indicator_id in _ACADEMIC and iso.endswith("-04-01/P1Y"):
                return iso.replace("-04-", "-09-")
            return iso
    raise ValueError(f"{label!r} is not a period")


def _periods(path: Path, rows: pd.DataFrame) -> pd.Series:
    known: dict[tuple[str, str, str], str] = {}
    triples = list(zip(rows["Indicator ID"], rows["Time period"], rows["Time period Sortable"], strict=True))
    for place, triple in enumerate(triples):
        if triple in known:
            continue
        indicator_id, label, sortable = triple
        row = int(rows["row"].iloc[place])
        try:
            known[triple] = period_of(label, indicator_id)
        except ValueError as error:
            raise BadFile(
                path,
                row=row,
                column="Time period",
                value=label,
                expected="a year, years, quarter or month such as 2019, 2018/19, 2014 - 16, 2018/19 - 20/21, "
                "2019/20 Q1, Mar 2020",
            ) from error
        if sortable and sortable[:4] != known[triple][:4]:
            raise BadFile(
                path,
                row=row,
                column="Time period Sortable",
                value=sortable,
                expected=f"the first year of the period {label!r}",
            )
    return pd.Series([known[triple] for triple in triples], index=rows.index, dtype="str")


def _sexes(path: Path, rows: pd.DataFrame) -> pd.Series:
    sexes = rows["Sex"].str.casefold().map(_SEXES)
    if sexes.isna().any():
        line = rows[sexes.isna()].iloc[0]
        raise BadFile(
            path,
            row=int(line["row"]),
            column="Sex",
            value=line["Sex"],
            expected="Persons, Male, Female or Not applicable",
        )
    return sexes


def _age(text: str) -> str:
    """``16-64 yrs`` → ``16-64``, ``<16 yrs`` → ``0-15``, ``All ages`` → ``all``."""
    short = text.strip().removesuffix("yrs").strip()
    if short.casefold() in ("all ages", "not applicable", ""):
        return "all"
    if found := re.fullmatch(r"<\s*(\d+)", short):
        return f"0-{int(found[1]) - 1}"
    return short


def _status(note: str, missing: bool) -> str:
    """Status of a figure by its note; the words of the note are always kept."""
    words = note.casefold()
    if missing:
        return "suppressed" if "suppress" in words or "disclosure" in words else "not_available"
    doubtful = ("unreliable", "caution", "data quality issue")
    return "unreliable" if any(part in words for part in doubtful) else "ok"


def _numbers(path: Path, rows: pd.DataFrame, column: str) -> np.ndarray:
    return reading.numbers(rows[column], file=path, rows=rows["row"], column=column, markers={"": "none"})[0]


def _key(rows: pd.DataFrame) -> dict[str, pd.Series]:
    same = ("period", "sex", "age", "breakdown", "row")
    return {"area_code": rows["Area Code"], **{name: rows[name] for name in same}}


def _values(path: Path, rows: pd.DataFrame) -> pd.DataFrame:
    value = _numbers(path, rows, "Value")
    lower = _numbers(path, rows, "Lower CI 95.0 limit")
    upper = _numbers(path, rows, "Upper CI 95.0 limit")
    missing = np.isnan(value)
    # some values are rounded and their limits are not: 17, from 17.02 to 17.07
    decimals = rows["Value"].str.extract(r"\.(\d+)$")[0].fillna("").str.len().to_numpy()
    slack = 0.5 * 10.0**-decimals
    lower = np.where((lower > value) & (lower - value <= slack), value, lower)
    upper = np.where((upper < value) & (value - upper <= slack), value, upper)
    return measurements.arrange(
        pd.DataFrame(
            {
                "measure": rows["Indicator ID"],
                **_key(rows),
                "value": value,
                "lower_ci_95": np.where(missing, np.nan, lower),
                "upper_ci_95": np.where(missing, np.nan, upper),
                "status": [
                    _status(note, gone) for note, gone in zip(rows["Value note"], missing, strict=True)
                ],
                "note": rows["Value note"],
            }
        )
    )


def _counts(path: Path, rows: pd.DataFrame, column: str, suffix: str) -> pd.DataFrame:
    given = rows[rows[column] != ""]
    return measurements.arrange(
        pd.DataFrame(
            {
                "measure": given["Indicator ID"] + f".{suffix}",
                **_key(given),
                "value": _numbers(path, given, column),
            }
        )
    )


source = Fingertips()
