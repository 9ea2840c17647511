"""The tables that are asked of the Open Data API of Stat-Xplore."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from etl.sources import reading
from etl.sources.base import (
    Downloads,
    ReleaseChanged,
)
from etl.sources.dwp_stat_xplore.cubes import month_of, read_cube
from etl.sources.dwp_stat_xplore.tables import AREA_FIELD, REGIONS, Split, Table

API = "https://stat-xplore.dwp.gov.uk/webapi/rest/v1"
JSON_TYPES = ("application/json", "application/vnd.")
"""A page of apology would be taken for a file of somebody else's, and the table be missing without a word."""
NEWEST = 13
"""Months (of quarterly caseloads: quarters) that are fetched, newest first."""
MOST_CELLS = 5_000
"""Cells asked for in one request: larger tables time out at the publisher's, so they are split by month."""
_LARGEST_LEVEL = 360


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
    recodes: dict[str, Any] = {month_field: {"map": [[month] for month in months], "total": False}}
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


def encoded(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body).encode()


def newest_months(downloads: Downloads, table: Table, headers: Mapping[str, str]) -> list[str]:
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
        body=encoded(body),
        headers=headers,
    )
    cube = read_cube(path)
    answer = json.loads(path.read_text(encoding="utf-8-sig"))
    dated = sorted(
        (month_of(path, cube.fields[0], item), given["uris"][0])
        for item, given in zip(cube.fields[0].items, answer["fields"][0]["items"], strict=True)
        if not item.is_total
    )
    if not dated:
        raise ReleaseChanged(f"{path.name}: no month in {table.database}; expected at least one")
    return [uri for _, uri in dated[-NEWEST:]]


def value_sets(downloads: Downloads, table: Table, headers: Mapping[str, str]) -> dict[str, str]:
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
        known = [child for child in children if re.search(rf":V_C_MASTERGEOG\d+_{ending}$", child)]
        if not known:
            raise ReleaseChanged(
                f"{path.name}: no value set of areas ending in {ending} under {field}; found {children}"
            )
        sets[level] = max(known)
    return sets
