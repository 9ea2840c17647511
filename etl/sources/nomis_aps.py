"""Annual Population Survey percentages from the Nomis API (data set NM_17_5), as CSV.

Source: Office for National Statistics, through Nomis. A row is one number of one variable, area and twelve
months: the percentage (20599), its numerator (21001), its denominator (21002) or the half-width of its 95%
interval (21003). An answer longer than a guest may have comes in pages, one a file.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from urllib.parse import urlencode

import numpy as np
import pandas as pd

from etl import measurements
from etl.sources import reading
from etl.sources.base import (
    BadFile,
    Calendar,
    Downloads,
    Edition,
    FoundFile,
    Parsed,
    Progress,
    ReleaseChanged,
    SetAside,
    SourceInfo,
)
from geodata.register import Register, load_register
from indicators.catalogue import Indicator, catalogue
from indicators.periods import Period

COLUMNS = (
    "DATE_NAME",
    "GEOGRAPHY_NAME",
    "GEOGRAPHY_CODE",
    "VARIABLE_NAME",
    "VARIABLE_CODE",
    "MEASURES",
    "MEASURES_NAME",
    "OBS_VALUE",
    "OBS_STATUS_NAME",
    "RECORD_OFFSET",
    "RECORD_COUNT",
)
API = "https://www.nomisweb.co.uk/api/v01/dataset/NM_17_5"
PAGE = 25_000
"""Rows that Nomis gives a guest for one query."""
FIRST_YEAR = 2014
CALENDAR = Calendar(months=(4,), day=28)
"""When the calendar year before is there."""

SUFFIXES = {"20599": "percent", "21001": "numerator", "21002": "denominator"}
"""What a measure of Nomis is called at the end of a measurement's id, after the variable."""
_CONFIDENCE = "21003"
ILLUSTRATIVE_FOLDER = Path(__file__).resolve().parent.parent / "illustrative" / "nomis_aps"

# variables whose name does not say the age
_AGES = {"1496": "16-64"}
_AGE = re.compile(r"aged (\d+)(?:-(\d+)|\+)")
_SPAN = re.compile(r"^(\w+) (\d{4})\s*-\s*(\w+) (\d{4})$")
_PAGE_NAME = re.compile(r"^(?P<query>(?:illustrative-)?nomis-aps-.+?)(?:-p\d+)?$", re.IGNORECASE)
_GSS = re.compile(r"^[EKNSW]\d{8}$")
# what Nomis says of a number, by words within it; the first that fits counts
_STATUSES = (
    ("normal value", "ok"),
    ("unreliable", "unreliable"),
    ("disclosive", "suppressed"),
    ("suppressed", "suppressed"),
    ("less than 500", "not_available"),
    ("missing", "not_available"),
)
_RANK = {"ok": 0, "unreliable": 1, "not_available": 2, "suppressed": 3}


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
    parser_version = 1
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
            newest = max(map(_newest_month, paths))
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
        return sorted(editions, key=lambda one: (one.precedence, one.edition))

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
            pages.append(page.assign(file=file.path.name, query=_query(file.path)))
        rows = pd.concat(pages, ignore_index=True)
        for _, answer in rows.groupby("query", sort=True):
            _check_pages(answer)
        rows["period"] = _periods(rows)
        rows["area_code"], aside = _areas(rows, register)
        rows = rows[rows["area_code"] != ""]
        known = rows["MEASURES"].isin([*SUFFIXES, _CONFIDENCE])
        for name, part in rows[~known].groupby("MEASURES_NAME", sort=True):
            aside.append(SetAside(f"measure {name!r} is not read (rows)", len(part)))
        rows = _with_values(rows[known].reset_index(drop=True))
        figures, lonely = _with_half_widths(rows)
        if lonely:
            aside.append(SetAside("half-width of a percentage that is not there (rows)", lonely))
        measured = measurements.arrange(
            figures[
                ["measure", "area_code", "period", "age", "value", "half_width_95", "status", "note", "row"]
            ]
        )
        _refuse_repeated(figures)
        return Parsed(measured, rows_in=sum(map(len, pages)), set_aside=aside)

    def fetch(self, downloads: Downloads, today: date) -> None:
        """Fetch every calendar year from 2014 on of each variable that the catalogue asks for, page by page.

        England, its regions, counties, districts, combined authorities and LEPs, by GSS code. Raises FetchFailed,
        and ReleaseChanged where an answer is not in the layout or ends early.
        """
        stems = sorted(self._asked())
        numbers = {stem: stem for stem in stems if stem.isdigit()}
        if len(numbers) < len(stems):
            numbers |= _numbers_by_name(downloads.read(f"{API}/variable.def.sdmx.json"), stems)
        last_year = CALENDAR.last_until(today).year - 1
        geography = ",".join(_area_codes(load_register(), last_year))
        dates = ",".join(f"{year}-12" for year in range(FIRST_YEAR, last_year + 1))
        for stem, variable in numbers.items():
            _fetch_pages(downloads, stem, variable, geography, dates)

    def _asked(self) -> set[str]:
        """Stems of the measures that the catalogue's routes of this source name: ``45`` of ``45.percent``."""
        return {
            name.removeprefix("-").rpartition(".")[0]
            for indicator in self._indicators().values()
            for route in indicator.routes
            if route.source == self.info.source_id
            for name in (*route.value, *route.numerator, *route.denominator, *route.published)
        }


# --- fetching ---------------------------------------------------------------------------------------------


def _area_codes(register: Register, year: int) -> list[str]:
    kinds = ("england", "region", "utla", "ltla", "combined_authority", "lep")
    codes: dict[str, None] = {}
    for kind in kinds:
        vintages = register.area_type(kind).vintages
        vintage = max((one for one in vintages if one <= year), default=vintages[0])
        codes |= dict.fromkeys(sorted(register.codes(kind, vintage)))
    return list(codes)


def _numbers_by_name(definition: bytes, stems: Iterable[str]) -> dict[str, str]:
    """Numbers of the variables that are known by their names only, from the data set's own list of variables.

    One that the list does not have is left out: the run then says which measure nothing gives.
    """
    try:
        codes = json.loads(definition)["structure"]["codelists"]["codelist"][0]["code"]
        names = [(str(code["value"]), str(code["description"]["value"])) for code in codes]
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise ReleaseChanged(
            f"variable.def.sdmx.json: {type(error).__name__} {error}; expected the list of variables of NM_17_5 under "
            "structure.codelists.codelist[0].code, each with value and description"
        ) from error
    wanted = set(stems)
    found: dict[str, str] = {}
    for number, name in names:
        stem = _stem(number, name)
        if stem in wanted and not stem.isdigit():
            found.setdefault(stem, number)
    return found


def _fetch_pages(downloads: Downloads, stem: str, variable: str, geography: str, dates: str) -> None:
    got, count, page = 0, 1, 1
    while got < count:
        asked = {
            "geography": geography,
            "date": dates,
            "variable": variable,
            "measures": ",".join([*SUFFIXES, _CONFIDENCE]),
            "select": ",".join(name.casefold() for name in COLUMNS),
            "recordlimit": PAGE,
            "recordoffset": got,
        }
        path = downloads.save(
            f"nomis-aps-{stem}-p{page:02d}.csv",
            f"{API}.data.csv?{urlencode(asked, safe=',')}",
            content_types=("text/csv", "application/csv", "application/octet-stream", "text/plain"),
        )
        rows = reading.read_csv(path, needed=COLUMNS, keep=COLUMNS)
        count = int(_whole_numbers(path.name, rows, "RECORD_COUNT")[0])
        got += len(rows)
        page += 1


# --- files and pages --------------------------------------------------------------------------------------


def _query(path: Path) -> str:
    """The question that a file answers a page of: its name without the number of the page."""
    found = _PAGE_NAME.match(path.stem)
    return found["query"].casefold() if found else path.stem.casefold()


def _newest_month(path: Path) -> str:
    """``2019-12`` of a file whose newest twelve months end in December 2019, empty where it cannot be told."""
    try:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as opened:
            names = {line.get("DATE_NAME") or "" for line in csv.DictReader(opened)}
        ends = [Period.parse(_period(name)).end_on for name in names if _SPAN.match(name.strip())]
    except (OSError, csv.Error, ValueError):
        return ""
    return f"{max(ends):%Y-%m}" if ends else ""


def _whole_numbers(file: str, rows: pd.DataFrame, column: str) -> np.ndarray:
    found, _ = reading.numbers(rows[column], file=file, rows=rows["row"], column=column, markers={})
    broken = found != np.floor(found)
    if broken.any():
        first = rows[broken].iloc[0]
        raise BadFile(
            file, row=int(first["row"]), column=column, value=first[column], expected="a whole number"
        )
    return found.astype(int)


def _check_pages(answer: pd.DataFrame) -> None:
    """Every record of an answer, from the first to the last, once. Raises BadFile naming those missing or there twice."""
    offsets, counts = [], []
    for file, page in answer.groupby("file", sort=True):
        offsets.append(pd.Series(_whole_numbers(str(file), page, "RECORD_OFFSET"), index=page.index))
        counts.append(pd.Series(_whole_numbers(str(file), page, "RECORD_COUNT"), index=page.index))
    offset, count = pd.concat(offsets), pd.concat(counts)
    first = count.iloc[0]
    other = count[count != first]
    if len(other):
        line = answer.loc[other.index[0]]
        raise BadFile(
            line["file"],
            row=int(line["row"]),
            column="RECORD_COUNT",
            value=int(other.iloc[0]),
            expected=f"{first} as in the first page: all pages must answer one question",
            mend="fetch all pages of this variable again",
        )
    again = offset[offset.duplicated()]
    if len(again):
        line = answer.loc[again.index[0]]
        raise BadFile(
            line["file"],
            row=int(line["row"]),
            column="RECORD_OFFSET",
            value=int(again.iloc[0]),
            expected="each record once",
            mend="a page is there twice: remove one",
        )
    there = set(offset)
    missing = next((place for place in range(first) if place not in there), None)
    if missing is not None or len(there) != first:
        raise BadFile(
            str(answer["file"].iloc[-1]),
            column="RECORD_OFFSET",
            value=f"{len(there):,} records",
            expected=f"all {first:,} of the answer",
            mend="fetch all pages again"
            if missing is None
            else f"fetch the page with recordoffset={missing}",
        )


# --- cells ------------------------------------------------------------------------------------------------


def _period(text: str) -> str:
    found = _SPAN.match(text.strip())
    if not found:
        raise ValueError(f"{text!r} is not a span of months")
    first, last = reading.month_number(found[1]), reading.month_number(found[3])
    return Period.parse(reading.span((int(found[2]), first), (int(found[4]), last))).iso


def _periods(rows: pd.DataFrame) -> pd.Series:
    periods = {}
    for text in rows["DATE_NAME"].unique():
        try:
            periods[text] = _period(text)
        except ValueError as error:
            line = rows[rows["DATE_NAME"] == text].iloc[0]
            raise BadFile(
                line["file"],
                row=int(line["row"]),
                column="DATE_NAME",
                value=text,
                expected="twelve months such as Jan 2022-Dec 2022",
            ) from error
    return rows["DATE_NAME"].map(periods)


def _areas(rows: pd.DataFrame, register: Register) -> tuple[pd.Series, list[SetAside]]:
    """GSS code of each row, empty where the row is set aside, and what was set aside."""
    codes = rows["GEOGRAPHY_CODE"].where(rows["GEOGRAPHY_CODE"].str.match(_GSS), "")
    own = rows[codes == ""]
    for (name, period), part in own.groupby(["GEOGRAPHY_NAME", "period"], sort=True):
        codes.loc[part.index] = _by_name(str(name), Period.parse(str(period)).end_on, register)
    aside = []
    unnamed = rows.loc[codes == "", "GEOGRAPHY_NAME"]
    if len(unnamed):
        # every name is listed: an area that is missed must be seen
        names = reading.unmatched(unnamed, limit=len(unnamed))
        aside.append(SetAside("areas that users of Nomis defined (rows)", len(unnamed), names))
    coded = codes[codes != ""]
    inside, left = reading.outside_england(coded)
    aside += left
    codes.loc[coded.index[~inside]] = ""
    held = {prefix for kind in register.area_types.values() for prefix in kind.code_prefixes}
    prefix = codes.str[:3]
    for kind in sorted(set(prefix[codes != ""]) - held - {reading.UNITED_KINGDOM[:3]}):
        there = prefix == kind
        aside.append(
            SetAside(
                f"areas of a kind that is not held: {kind} (rows)",
                int(there.sum()),
                reading.unmatched(codes[there]),
            )
        )
        codes[there] = ""
    for file, part in rows[codes != ""].groupby("file", sort=True):
        reading.refuse_unknown_areas(
            codes[part.index], file=str(file), rows=part["row"], column="GEOGRAPHY_CODE", register=register
        )
    return codes, aside


def _by_name(name: str, on: date, register: Register) -> str:
    """Code of the LEP or combined authority that a user's own area is named after, empty where there is none."""
    for area_type in ("lep", "combined_authority"):
        area = register.by_name(name, area_type, on)
        if area is not None:
            return area.area_code
    return ""


def _stem(number: str, name: str) -> str:
    """What a variable's measures are called by: its number, or words for those whose number is not documented."""
    words = name.casefold()
    if (
        "disabled" in words
        and re.search(r"\bemployment rate", words)
        and "core or work-limiting" in words
        and not re.search(r"\b(fe)?males?\b|\b(wo)?men\b", words)
    ):
        return "employment-rate-not-disabled" if re.search(r"\bnot\b", words) else "employment-rate-disabled"
    return number


def _age(number: str, name: str) -> str:
    if number in _AGES:
        return _AGES[number]
    found = _AGE.search(name)
    if not found:
        return "all"
    return f"{found[1]}-{found[2]}" if found[2] else f"{found[1]}+"


def _status(words: str) -> str | None:
    return next((status for part, status in _STATUSES if part in words.casefold()), None)


def _with_values(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with ``stem``, ``age``, ``value``, ``status`` and ``note``. Raises BadFile for a cell that cannot be."""
    statuses = {words: _status(words) for words in rows["OBS_STATUS_NAME"].unique()}
    for words, status in statuses.items():
        if status is None:
            line = rows[rows["OBS_STATUS_NAME"] == words].iloc[0]
            raise BadFile(
                line["file"],
                row=int(line["row"]),
                column="OBS_STATUS_NAME",
                value=words,
                expected=f"words that say one of {[part for part, _ in _STATUSES]}",
                mend="learn what the new marker means before loading the file",
            )
    parts = []
    for file, part in rows.groupby("file", sort=False):
        values, _ = reading.numbers(
            part["OBS_VALUE"], file=str(file), rows=part["row"], column="OBS_VALUE", markers={"": "none"}
        )
        parts.append(part.assign(value=values))
    rows = pd.concat(parts).sort_index() if parts else rows.assign(value=np.nan)
    rows["status"] = rows["OBS_STATUS_NAME"].map(statuses).astype("object")
    hidden = rows["status"].isin(["suppressed", "not_available"]) & rows["value"].notna()
    bare = (rows["status"] == "ok") & rows["value"].isna()
    for wrong, expected in (
        (hidden, "no figure beside such a status"),
        (bare, "a figure beside 'Normal Value'"),
    ):
        if wrong.any():
            line = rows[wrong].iloc[0]
            raise BadFile(
                line["file"],
                row=int(line["row"]),
                column="OBS_VALUE",
                value=f"{line['OBS_VALUE']} ({line['OBS_STATUS_NAME']})",
                expected=expected,
            )
    # a doubtful figure that is not given is not there
    rows.loc[(rows["status"] == "unreliable") & rows["value"].isna(), "status"] = "not_available"
    rows["note"] = rows["OBS_STATUS_NAME"].where(rows["status"] != "ok", "")
    pairs = rows[["VARIABLE_CODE", "VARIABLE_NAME"]].apply(tuple, axis=1)
    rows["stem"] = pairs.map({pair: _stem(*pair) for pair in pairs.unique()})
    rows["age"] = pairs.map({pair: _age(*pair) for pair in pairs.unique()})
    return rows


def _with_half_widths(rows: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """The figures with ``measure`` and ``half_width_95``, and how many half-widths have no figure."""
    key = ["stem", "area_code", "period"]
    is_half = rows["MEASURES"] == _CONFIDENCE
    figures, halves = rows[~is_half].copy(), rows[is_half]
    _refuse_repeated(halves.assign(measure="half-width", age=halves["age"]))
    figures["measure"] = figures["stem"] + "." + figures["MEASURES"].map(SUFFIXES)
    percent = figures["MEASURES"] == "20599"
    width = figures[key].merge(
        halves[[*key, "value", "status", "note"]], on=key, how="left", validate="many_to_one"
    )
    width.index = figures.index
    given = percent & figures["value"].notna()
    figures["half_width_95"] = width["value"].where(given)
    # a sample too small for an interval makes the figure itself doubtful
    worse = given & (width["status"].map(_RANK).fillna(0) > figures["status"].map(_RANK))
    figures.loc[worse, "status"] = "unreliable"
    figures.loc[worse, "note"] = width.loc[worse, "note"]
    there = pd.MultiIndex.from_frame(figures.loc[percent, key])
    lonely = ~pd.MultiIndex.from_frame(halves[key]).isin(there)
    return figures, int(lonely.sum())


def _refuse_repeated(figures: pd.DataFrame) -> None:
    """Raises BadFile where two rows, of one page or of two, give the same figure."""
    key = ["measure", "stem", "area_code", "period", "age"]
    again = figures.duplicated(key, keep="first")
    if not again.any():
        return
    line = figures[again].iloc[0]
    first = figures[(figures[key] == line[key]).all(axis=1)].iloc[0]
    raise BadFile(
        line["file"],
        row=int(line["row"]),
        value=f"{line['VARIABLE_NAME']} of {line['GEOGRAPHY_NAME']} in {line['DATE_NAME']}",
        expected=f"each figure once, and {first['file']} row {int(first['row'])} has it already",
        mend="remove the repeated row or fetch the pages again",
    )


source = NomisAps()
