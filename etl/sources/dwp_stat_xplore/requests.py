"""The tables that are asked of the Open Data API of Stat-Xplore."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from etl.sources import reading
from etl.sources.base import (
    Downloads,
    ReleaseChanged,
)
from etl.sources.dwp_stat_xplore.cubes import Field, Item, month_of, read_cube
from etl.sources.dwp_stat_xplore.tables import AREA_FIELD, REGIONS, Split, Table

API = "https://stat-xplore.dwp.gov.uk/webapi/rest/v1"
JSON_TYPES = ("application/json", "application/vnd.")
"""A page of apology would be taken for a file of somebody else's, and the table be missing without a word."""
NEWEST = 13
"""Months (of quarterly caseloads: quarters) that are fetched, newest first."""
MOST_CELLS = 800
"""Cells asked for in one request: larger tables time out at the publisher's, so they are split by month and area."""
READ_SECONDS = 300.0
"""How long an answer may take: a table is counted while the client waits."""


@dataclass(frozen=True)
class Asked:
    """What a table is asked for: ids of values of months (newest last), of local authorities and of regions."""

    months: Sequence[str]
    authorities: Sequence[str]
    regions: Sequence[str]


def queries(
    table: Table,
    split: Split | None,
    categories: Sequence[str],
    asked: Asked,
    most_cells: int = MOST_CELLS,
) -> Iterator[tuple[str, dict[str, Any]]]:
    """(name, body) of every request for one table: by region with their total (England), then by local authority.

    ``categories`` are ids of the values of the split. A request has at most ``most_cells`` cells.
    """
    width = 1
    if split is not None:
        width = len(categories) + (split.whole_measure is not None)
    words = "all" if split is None else split.field.casefold().replace("_", "-")
    for level, areas, total in (("region", asked.regions, 1), ("ltla", asked.authorities, 0)):
        number = 0
        across = max(1, min(len(areas), most_cells // width - total))
        down = max(1, most_cells // ((across + total) * width))
        for first in range(0, len(asked.months), down):
            months = asked.months[first : first + down]
            for start in range(0, len(areas), across):
                number += 1
                body = _query(table, split, categories, months, areas[start : start + across], bool(total))
                yield f"{table.key}-{words}-{level}-{number}", body


def _query(
    table: Table,
    split: Split | None,
    categories: Sequence[str],
    months: Sequence[str],
    areas: Sequence[str],
    total: bool,
) -> dict[str, Any]:
    month_field, area_field = table.field(table.month_field), table.field(AREA_FIELD)
    recodes: dict[str, Any] = {
        month_field: {"map": [[month] for month in months], "total": False},
        area_field: {"map": [[area] for area in areas], "total": total},
    }
    dimensions = [[area_field], [month_field]]
    if split is not None:
        split_field = table.field(split.field)
        dimensions.append([split_field])
        recodes[split_field] = {
            "map": [[category] for category in categories],
            "total": split.whole_measure is not None,
        }
    return {
        "database": f"str:database:{table.database}",
        "measures": [table.count],
        "recodes": recodes,
        "dimensions": dimensions,
    }


def encoded(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body).encode()


class Client:
    """Asks the API of Stat-Xplore through ``downloads``; every answer is kept as ``statxplore-<name>.json``."""

    def __init__(self, downloads: Downloads, key: str) -> None:
        self._downloads = downloads
        self._headers = {"APIKey": key, "Content-Type": "application/json"}

    def table(self, name: str, body: Mapping[str, Any]) -> Path:
        """One table. Raises FetchFailed."""
        return self._downloads.save(
            f"statxplore-{name}.json",
            f"{API}/table",
            content_types=JSON_TYPES,
            body=encoded(body),
            headers=self._headers,
            read_seconds=READ_SECONDS,
        )

    def children(self, name: str, of: str) -> list[tuple[str, str]]:
        """(id, label) of what the schema lists below an id. Raises FetchFailed, ReleaseChanged."""
        path = self._downloads.save(
            f"statxplore-{name}.json",
            f"{API}/schema/{quote(of, safe='')}",
            content_types=JSON_TYPES,
            headers=self._headers,
            read_seconds=READ_SECONDS,
        )
        try:
            listed = json.loads(reading.read_text(path))["children"]
            return [(str(child["id"]), str(child.get("label", ""))) for child in listed]
        except (json.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
            raise ReleaseChanged(
                f"{path.name}: {type(error).__name__} {error}; expected children with ids"
            ) from error

    def asked(self, table: Table) -> Asked:
        """The newest months of a database and its areas in England, by the newest geography it has.

        The list of values in the schema is not used: it stops at 100. Raises FetchFailed, ReleaseChanged.
        """
        months = self._newest_months(table)
        sets = self._value_sets(table)
        return Asked(months, self._authorities(table, months[-1], sets["ltla"]), _regions(sets["region"]))

    def _newest_months(self, table: Table) -> list[str]:
        month_field = table.field(table.month_field)
        path = self.table(f"{table.key}-months", _by([month_field], table))
        dated = sorted(
            (month_of(path, field, item), uri)
            for field, item, uri in _items(path, month_field)
            if not item.is_total
        )
        if not dated:
            raise ReleaseChanged(f"{path.name}: no month in {table.database}; expected at least one")
        return [uri for _, uri in dated[-NEWEST:]]

    def _value_sets(self, table: Table) -> dict[str, str]:
        field = table.field(AREA_FIELD)
        children = [child for child, _ in self.children(f"{table.key}-areas", field)]
        sets = {}
        for level, ending in (("ltla", "LA_TO_REGION"), ("region", "REGION_TO_COUNTRY")):
            known = [child for child in children if re.search(rf":V_C_MASTERGEOG\d+_{ending}$", child)]
            if not known:
                raise ReleaseChanged(
                    f"statxplore-{table.key}-areas.json: no value set of areas ending in {ending} under {field}; "
                    f"found {children}"
                )
            sets[level] = max(known)
        return sets

    def _authorities(self, table: Table, month: str, value_set: str) -> list[str]:
        """Ids of the values of the local authorities in England, from a table of one month."""
        month_field = table.field(table.month_field)
        body = _by([value_set, month_field], table)
        body["recodes"] = {month_field: {"map": [[month]], "total": False}}
        path = self.table(f"{table.key}-authorities", body)
        found = [
            uri
            for _, item, uri in _items(path, AREA_FIELD)
            if re.fullmatch(r"E0[6-9]\d{6}", item.codes[0] if item.codes else "")
        ]
        if not found:
            raise ReleaseChanged(f"{path.name}: no local authority of England in {value_set}")
        return found

    def categories(self, table: Table, split: Split) -> list[str]:
        """Ids of the values of a split that are asked for. Raises ReleaseChanged where the schema has lost one."""
        field = table.field(split.field)
        if split.asked_codes:
            stem = field.replace("str:field:", "str:value:")
            return [f"{stem}:{split.value_set}:{code}" for code in split.asked_codes]
        name = f"{table.key}-{split.field.casefold().replace('_', '-')}-values"
        values = self.children(name, field)
        for number, (child, _) in enumerate(list(values), start=1):
            if child.startswith("str:valueset:"):
                values += self.children(f"{name}-{number}", child)
        found: dict[str, str] = {}
        for uri, label in values:
            item = Item((uri.rsplit(":", 1)[-1],), label)
            for category in split.asked_categories:
                if uri.startswith("str:value:") and category.is_item(item):
                    found.setdefault(category.measure, uri)
        lost = [category.measure for category in split.asked_categories if category.measure not in found]
        if lost:
            raise ReleaseChanged(
                f"statxplore-{name}.json: no value of {field} for {', '.join(lost)}; found "
                f"{[label for _, label in values]}"
            )
        return list(found.values())


def _by(dimensions: Sequence[str], table: Table) -> dict[str, Any]:
    return {
        "database": f"str:database:{table.database}",
        "measures": [table.count],
        "dimensions": [[name] for name in dimensions],
    }


def _items(path: Path, name: str) -> list[tuple[Field, Item, str]]:
    """(field, item, id of its value) of one field of a saved answer. Raises BadFile and ReleaseChanged."""
    cube = read_cube(path)
    place = next(
        (place for place, field in enumerate(cube.fields) if field.has(name) or field.uri == name), None
    )
    if place is None:
        raise ReleaseChanged.columns(path.name, [name], [field.uri for field in cube.fields])
    field = cube.fields[place]
    given = json.loads(path.read_text(encoding="utf-8-sig"))["fields"][place]["items"]
    return [
        (field, item, "" if item.is_total else str(entry["uris"][0]))
        for item, entry in zip(field.items, given, strict=True)
    ]


def _regions(value_set: str) -> list[str]:
    stem = value_set.replace("str:valueset:", "str:value:")
    return [f"{stem}:{code}" for code in REGIONS]
