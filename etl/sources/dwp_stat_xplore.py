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

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from math import isfinite
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import pandas as pd

from etl import measurements
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
    ReleaseChanged,
    SetAside,
    SourceInfo,
    SourceProblem,
)
from geodata.register import Register

API = "https://stat-xplore.dwp.gov.uk/webapi/rest/v1"
JSON_TYPES = ("application/json", "application/vnd.")
"""A page of apology would be taken for a file of somebody else's, and the table be missing without a word."""
KEY_NAME = "STATXPLORE_API_KEY"
ILLUSTRATIVE_FOLDER = Path(__file__).parents[1] / "illustrative" / "dwp_stat_xplore"
NEWEST = 13
"""Months (of quarterly caseloads: quarters) that are fetched, newest first."""
MOST_CELLS = 5_000
"""Cells asked for in one request: larger tables time out at the publisher's, so they are split by month."""

AREA_FIELD = "COA_CODE"
REGIONS = tuple(f"E1200000{number}" for number in range(1, 10))
_LARGEST_LEVEL = 360
_NOT_PLACES = ("XXZZZZZZZ", "ZZXXXXXXX")
_NIL = 'Nil or negligible (".."), as the publisher shows it'


@dataclass(frozen=True)
class Category:
    """One item of a category field: known by its code, or by words in its label where the code is not certain."""

    measure: str
    code: str | None = None
    words: str | None = None
    breakdown: str = "all"

    def is_item(self, item: Item) -> bool:
        """Whether an item of a cube is this category."""
        if self.words is not None:
            return re.search(self.words, item.label, re.IGNORECASE) is not None
        return item.codes == (self.code,)


@dataclass(frozen=True)
class Split:
    """A field of categories. Where ``whole_measure`` is given, the categories are all that there are and a total
    over them is everyone."""

    field: str
    categories: tuple[Category, ...]
    asked_codes: tuple[str, ...] = ()
    value_set: str = ""
    whole_measure: str | None = None


@dataclass(frozen=True)
class Table:
    """One database of Stat-Xplore, with what is read of it. ``measure`` is that of everyone, None where a table
    without the category field is of no use."""

    key: str
    database: str
    facts: str
    month_field: str
    publication: str
    measure: str | None
    split: Split | None = None

    @property
    def count(self) -> str:
        """Id of the count of people."""
        return f"str:count:{self.database}:{self.facts}"

    def field(self, name: str) -> str:
        """Id of a field of the facts table, or of the months' (which has a table of its own)."""
        return f"str:field:{self.database}:{name if ':' in name else f'{self.facts}:{name}'}"


TABLES = (
    Table(
        "esa",
        "ESA_Caseload_new",
        "V_F_ESA_NEW",
        "F_ESA_QTR_NEW:DATE_NAME",
        "Employment and Support Allowance caseload",
        "esa.people",
        Split(
            "ICDGP",
            (
                Category("esa.mental-health.people", words=r"\bmental\b"),
                Category("esa.musculoskeletal.people", words=r"\bmusculoskeletal\b"),
            ),
            asked_codes=("5", "13"),
            value_set="C_ESA_ICDGP",
        ),
    ),
    Table(
        "pip",
        "PIP_Monthly_new",
        "V_F_PIP_MONTHLY",
        "F_PIP_DATE:DATE2",
        "Personal Independence Payment: cases with entitlement",
        "pip.people",
    ),
    Table(
        "uc-health",
        "UC_WCA_CASE",
        "V_F_UC_WCA_CASE",
        "F_UC_WCA_MONTH:DATE_NAME",
        "Universal Credit health caseload",
        "uc_health.people",
        Split(
            "STAGE_CODE",
            (
                Category("uc_health.people", code="1", breakdown="stage: fit note"),
                Category("uc_health.people", code="2", breakdown="stage: limited capability for work"),
                Category(
                    "uc_health.people",
                    code="3",
                    breakdown="stage: limited capability for work and work-related activity",
                ),
            ),
            asked_codes=("1", "2", "3"),
            value_set="C_UC_WCA_STAGE",
            whole_measure="uc_health.people",
        ),
    ),
    Table(
        "uc-sanctions",
        "UC_sanc_rates",
        "V_F_UC_SANC_RATE",
        "V_F_UC_SANC_RATE:DATE_CODE",
        "Universal Credit sanction rates",
        None,
        Split(
            "CCSANCTION_FLAG",
            (
                Category("uc_sanctions.not_sanctioned", words=r"^(no|not sanctioned|no sanction)$"),
                Category("uc_sanctions.sanctioned", words=r"^(yes|sanctioned|sanction)$"),
            ),
        ),
    ),
)
_TABLE_OF = {table.database: table for table in TABLES}


# --- cubes --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Item:
    """One item of a field: codes of the values that it stands for (none for a total), and its label."""

    codes: tuple[str, ...]
    label: str

    @property
    def is_total(self) -> bool:
        return not self.codes


@dataclass(frozen=True)
class Field:
    """One field of a cube with its items, in the order of the values."""

    uri: str
    label: str
    items: tuple[Item, ...]

    def has(self, name: str) -> bool:
        """Whether the field is the one called ``name`` (its id may end with the id of a value set)."""
        return name in self.uri.split(":")


@dataclass(frozen=True)
class Cube:
    """An answer of the API: for each measure an array with one axis a field, nan where there is no value."""

    database: str
    fields: tuple[Field, ...]
    values: Mapping[str, np.ndarray]


def read_cube(path: Path) -> Cube:
    """A saved answer of the table endpoint. Raises BadFile where it is no JSON, is cut short or its values do not
    fit its fields, ReleaseChanged where a part of the answer is gone."""
    try:
        answer = json.loads(reading.read_text(path))
    except json.JSONDecodeError as error:
        raise BadFile(
            path,
            row=error.lineno,
            value=error.msg,
            expected="the JSON of a table of Stat-Xplore",
            mend="the file may be cut short: fetch it again",
        ) from error
    if not isinstance(answer, dict):
        raise BadFile(path, value=type(answer).__name__, expected="the JSON object of a table of Stat-Xplore")
    lost = [name for name in ("database", "measures", "fields", "cubes") if name not in answer]
    if lost:
        raise ReleaseChanged.columns(path.name, lost, list(answer))
    try:
        database = str(answer["database"]["id"])
        fields = tuple(
            Field(one["uri"], one["label"], tuple(_item(item) for item in one["items"]))
            for one in answer["fields"]
        )
        nested = {one["uri"]: answer["cubes"][one["uri"]]["values"] for one in answer["measures"]}
    except (KeyError, TypeError, IndexError) as error:
        raise ReleaseChanged(
            f"{path.name}: {type(error).__name__} {error}; expected a database with its id, fields with uri, label "
            "and items, and a cube of values for every measure"
        ) from error
    shape = tuple(len(one.items) for one in fields)
    return Cube(database, fields, {uri: _array(path, uri, values, shape) for uri, values in nested.items()})


def _item(item: Mapping[str, Any]) -> Item:
    uris = [] if item["type"] == "Total" else item["uris"]
    return Item(tuple(uri.rsplit(":", 1)[-1] for uri in uris), " ".join(item["labels"]))


def _array(path: Path, uri: str, values: object, shape: tuple[int, ...]) -> np.ndarray:
    """Nested lists as an array of ``shape``; null becomes nan. Raises BadFile for anything else than a number."""
    try:
        array = np.array(values, dtype=object)
    except ValueError:
        array = np.empty(0)
    if array.shape != shape:
        raise BadFile(
            path,
            column=uri,
            value=f"values of shape {array.shape}",
            expected=f"numbers or null of shape {shape}, one axis for each field",
            mend="the file may be cut short: fetch it again",
        )
    for cell in array.flat:
        # numpy would take the texts "inf" and "nan" for numbers, and Python's JSON the bare words
        if cell is not None and not (type(cell) in (int, float) and isfinite(cell)):
            raise BadFile(path, column=uri, value=cell, expected="a number or null")
    return array.astype(float)


def _month(path: Path, field: Field, item: Item) -> str:
    """``201805`` or a label such as ``May-18`` or ``April 2019`` → ``2018-05-01/P1M``."""
    try:
        if len(item.codes) == 1 and (found := re.fullmatch(r"(20\d{2})(\d{2})", item.codes[0])):
            return reading.month(found[1], found[2])
        if found := re.search(r"([A-Za-z]{3,9})[- ](20)?(\d{2})\b", item.label):
            return reading.month(f"20{found[3]}", found[1])
    except ValueError:
        pass
    raise BadFile(
        path,
        column=field.label,
        value=f"{item.label} ({', '.join(item.codes)})",
        expected="one month, such as 201805 (May-18)",
    )


# --- the source ---------------------------------------------------------------------------------------------


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
                publication=_TABLE_OF[database].publication,
                files=tuple(FoundFile(path, "table", f"{API}/table") for path in paths),
                precedence=int(newest.replace("-", "")) if newest[0].isdigit() else 0,
                illustrative=illustrative,
            )
            for (illustrative, database, newest), paths in sorted(groups.items(), key=lambda one: one[0][1:])
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
            for reason, label, record in _cells(file.path, cube):
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
            months = _newest_months(downloads, table, headers)
            sets = _value_sets(downloads, table, headers)
            for name, body in queries(table, months, sets):
                downloads.save(
                    f"statxplore-{name}.json",
                    f"{API}/table",
                    content_types=JSON_TYPES,
                    body=_encoded(body),
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
            mend="keep one of the tables that give it",
        )


def _peek(path: Path) -> tuple[str, str] | None:
    """(database, newest month such as ``2024-05``) of a table by area of a known database; None for any other file.

    The month of a table that is damaged is ``unknown``: what is wrong with it is for ``parse`` to say.
    """
    with path.open("rb") as opened:
        start = opened.read(400).decode("utf-8-sig", errors="replace")
    found = re.search(r'"str:database:(\w+)"', start)
    table = None if found is None else _TABLE_OF.get(found[1])
    if table is None:
        return None
    try:
        cube = read_cube(path)
        if not any(field.has(AREA_FIELD) for field in cube.fields):
            return None
        _, axis, _ = _axes(path, cube, table)
        months = [_month(path, cube.fields[axis], one) for one in cube.fields[axis].items if not one.is_total]
    except SourceProblem:
        months = []
    return table.database, max(months, default="unknown")[:7]


def _cells(path: Path, cube: Cube) -> Iterator[tuple[str, str, dict[str, Any] | None]]:
    """Every cell of a cube: a record of a measurement, or None with the reason for setting it aside and its label."""
    table = _TABLE_OF.get(cube.database)
    if table is None:
        raise BadFile(path, column="database", value=cube.database, expected=f"one of {list(_TABLE_OF)}")
    area_axis, month_axis, split_axis = _axes(path, cube, table)
    whole_england = _covers(cube.fields[area_axis], REGIONS)
    areas = [_area(item, whole_england) for item in cube.fields[area_axis].items]
    months = [
        None if item.is_total else _month(path, cube.fields[month_axis], item)
        for item in cube.fields[month_axis].items
    ]
    kinds = _kinds(table, None if split_axis is None else cube.fields[split_axis])
    for uri, array in cube.values.items():
        for place in product(*(range(size) for size in array.shape)):
            area, reason = areas[place[area_axis]]
            label = cube.fields[area_axis].items[place[area_axis]].label
            month = months[place[month_axis]]
            kind = kinds[0 if split_axis is None else place[split_axis]]
            if uri != table.count:
                yield "another measure", uri, None
            elif area is None:
                yield reason, label, None
            elif month is None:
                yield "a total over months", "Total", None
            elif isinstance(kind, str):
                yield "a category that is not shown, or a total of some of them", kind, None
            else:
                missing = np.isnan(array[place])
                yield (
                    "",
                    label,
                    {
                        "measure": kind.measure,
                        "area_code": area,
                        "period": month,
                        "breakdown": kind.breakdown,
                        "value": float(array[place]),
                        "status": "suppressed" if missing else "ok",
                        "note": _NIL if missing else "",
                    },
                )


def _axes(path: Path, cube: Cube, table: Table) -> tuple[int, int, int | None]:
    """Places of the fields of areas, months and categories (None where there are none)."""

    def axis(name: str) -> int | None:
        return next((place for place, field in enumerate(cube.fields) if field.has(name)), None)

    area, month = axis(AREA_FIELD), axis(table.month_field.split(":")[-1])
    split = None if table.split is None else axis(table.split.field)
    known = {place for place in (area, month, split) if place is not None}
    strange = [field.label for place, field in enumerate(cube.fields) if place not in known]
    if area is None or month is None or strange or (split is None and table.measure is None):
        wanted = [AREA_FIELD, table.month_field]
        if table.split is not None:
            wanted.append(
                table.split.field if table.measure is None else f"{table.split.field} (may be left out)"
            )
        raise ReleaseChanged(
            f"{path.name}: fields {[field.label for field in cube.fields]} found; expected those of {wanted} and no "
            "other; make the table again as docs/sources/dwp_stat_xplore.md describes"
        )
    return area, month, split


def _covers(field: Field, codes: Sequence[str]) -> bool:
    """Whether the items that are no totals are exactly these codes, one each."""
    return sorted(item.codes for item in field.items if not item.is_total) == sorted(
        (code,) for code in codes
    )


def _area(item: Item, whole_england: bool) -> tuple[str | None, str]:
    """(GSS code, "") of an item, or (None, why it is set aside)."""
    if item.is_total:
        return (reading.ENGLAND, "") if whole_england else (None, "a total over areas")
    code = item.codes[0]
    if len(item.codes) > 1 or code in _NOT_PLACES or not re.fullmatch(r"[EWSNK]\d{8}", code):
        return None, "not an area: unknown, abroad or a group of areas"
    if code.startswith("E"):
        return code, ""
    return None, "outside England"


def _kinds(table: Table, field: Field | None) -> list[Category | str]:
    """For each item of the category field what it measures, or the label of one that is set aside."""
    if field is None or table.split is None:
        return [Category(table.measure or "")]
    split = table.split
    found: list[Category | str] = []
    complete = split.whole_measure is not None and _covers(field, split.asked_codes)
    for item in field.items:
        if item.is_total:
            found.append(Category(str(split.whole_measure)) if complete else item.label)
        else:
            found.append(next((one for one in split.categories if one.is_item(item)), item.label))
    return found


# --- requests -----------------------------------------------------------------------------------------------


def queries(
    table: Table, months: Sequence[str], sets: Mapping[str, str]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """(name, body) of every table that is asked of one database.

    ``months`` are ids of values, newest last; ``sets`` the ids of the value sets of ``ltla`` and ``region``. Of
    regions a total is asked for too: of all nine, it is England. Of local authorities the whole value set is a
    dimension. A table has at most MOST_CELLS cells.
    """
    asked: list[Split | None] = [] if table.split is None else [table.split]
    if table.measure is not None and (table.split is None or table.split.whole_measure is None):
        asked.insert(0, None)
    for split in asked:
        categories = 1 if split is None else max(len(split.categories), len(split.asked_codes)) + 1
        for level, areas in (("region", len(REGIONS) + 1), ("ltla", _LARGEST_LEVEL)):
            size = max(1, MOST_CELLS // (areas * categories))
            for number, start in enumerate(range(0, len(months), size), start=1):
                words = "all" if split is None else split.field.casefold().replace("_", "-")
                yield (
                    f"{table.key}-{words}-{level}-{number}",
                    _query(table, split, level, sets[level], months[start : start + size]),
                )


def _query(
    table: Table, split: Split | None, level: str, value_set: str, months: Sequence[str]
) -> dict[str, Any]:
    month_field, area_field = table.field(table.month_field), table.field(AREA_FIELD)
    recodes: dict[str, Any] = {month_field: {"map": [[one] for one in months], "total": False}}
    area_dimension = value_set
    if level == "region":
        stem = value_set.replace("str:valueset:", "str:value:")
        recodes[area_field] = {"map": [[f"{stem}:{code}"] for code in REGIONS], "total": True}
        area_dimension = area_field
    dimensions = [[area_dimension], [month_field]]
    if split is not None:
        split_field = table.field(split.field)
        dimensions.append([split_field])
        if split.asked_codes:
            stem = split_field.replace("str:field:", "str:value:")
            recodes[split_field] = {
                "map": [[f"{stem}:{split.value_set}:{code}"] for code in split.asked_codes],
                "total": split.whole_measure is not None,
            }
    return {
        "database": f"str:database:{table.database}",
        "measures": [table.count],
        "recodes": recodes,
        "dimensions": dimensions,
    }


def _encoded(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body).encode()


def _newest_months(downloads: Downloads, table: Table, headers: Mapping[str, str]) -> list[str]:
    """Ids of the newest months that a database has, oldest first: from a table by month alone.

    The list of values in the schema is not used: it stops at 100.
    """
    month_field = table.field(table.month_field)
    body = {
        "database": f"str:database:{table.database}",
        "measures": [table.count],
        "dimensions": [[month_field]],
    }
    path = downloads.save(
        f"statxplore-{table.key}-months.json",
        f"{API}/table",
        content_types=JSON_TYPES,
        body=_encoded(body),
        headers=headers,
    )
    cube = read_cube(path)
    answer = json.loads(path.read_text(encoding="utf-8-sig"))
    dated = sorted(
        (_month(path, cube.fields[0], item), given["uris"][0])
        for item, given in zip(cube.fields[0].items, answer["fields"][0]["items"], strict=True)
        if not item.is_total
    )
    if not dated:
        raise ReleaseChanged(f"{path.name}: no month in {table.database}; expected at least one")
    return [uri for _, uri in dated[-NEWEST:]]


def _value_sets(downloads: Downloads, table: Table, headers: Mapping[str, str]) -> dict[str, str]:
    """Ids of the value sets of local authorities and regions, the newest geography of each."""
    field = table.field(AREA_FIELD)
    path = downloads.save(
        f"statxplore-{table.key}-areas.json",
        f"{API}/schema/{quote(field, safe='')}",
        content_types=JSON_TYPES,
        headers=headers,
    )
    try:
        children = [str(child["id"]) for child in json.loads(reading.read_text(path))["children"]]
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise ReleaseChanged(
            f"{path.name}: {type(error).__name__} {error}; expected children with ids"
        ) from error
    sets = {}
    for level, ending in (("ltla", "LA_TO_REGION"), ("region", "REGION_TO_COUNTRY")):
        known = [one for one in children if re.search(rf":V_C_MASTERGEOG\d+_{ending}$", one)]
        if not known:
            raise ReleaseChanged(
                f"{path.name}: no value set of areas ending in {ending} under {field}; found {children}"
            )
        sets[level] = max(known)
    return sets


source = DwpStatXplore()
