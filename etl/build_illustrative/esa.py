"""Illustrative caseloads of Employment and Support Allowance (Stat-Xplore)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from etl.build_illustrative.chance import about, spread
from etl.build_illustrative.employment import Table, add_tables
from etl.sources.dwp_stat_xplore import tables as esa_tables
from etl.sources.dwp_stat_xplore.requests import Asked, queries
from geodata.register import Register

_ESA_QUARTERS = (202405, 202408, 202411, 202502)
_ESA_CONDITIONS = {"5": "Mental and behavioural disorders", "13": "Diseases of the musculoskeletal system"}
# invented: people on the benefit in an average district, and what is left of them after a quarter
_ESA_DISTRICT, _ESA_LEFT = 4_300.0, 0.975
_ESA_SHARES = {"5": 0.50, "13": 0.13}
# cells: all of a table in one file
_ONE_FILE = 100_000


def build_esa(folder: Path, register: Register) -> list[Path]:
    """Four quarters by district, region and England: everyone, and two medical conditions."""
    table = next(table for table in esa_tables.TABLES if table.key == "esa")
    districts = register.vintage("ltla", 2024)
    day = date(2024, 5, 31)
    region_of = {
        area.area_code: register.parents(area.area_code, "region", day)[0].parent_code for area in districts
    }
    months = [
        f"str:value:{table.database}:{table.month_field}:C_ESA_QTR_NEW:{quarter}" for quarter in _ESA_QUARTERS
    ]
    stem = f"str:value:{table.database}:{table.facts}:COA_CODE:V_C_MASTERGEOG21"
    asked = Asked(
        months,
        [f"{stem}_LA_TO_REGION:{area.area_code}" for area in districts],
        [f"{stem}_REGION_TO_COUNTRY:{code}" for code in esa_tables.REGIONS],
    )
    (split,) = table.splits
    conditions_asked = [
        f"{table.field(split.field).replace('str:field:', 'str:value:')}:{split.value_set}:{code}"
        for code in _ESA_CONDITIONS
    ]
    paths = []
    for name, query in (
        *queries(table, None, [], asked, _ONE_FILE),
        *queries(table, split, conditions_asked, asked, _ONE_FILE),
    ):
        conditions = list(_ESA_CONDITIONS) if "icdgp" in name else [""]
        counts = {
            area.area_code: _esa_counts(area.area_code, conditions, _ESA_QUARTERS) for area in districts
        }
        if "-ltla-" in name:
            areas, total = [(area.area_code, area.name) for area in districts], False
        else:
            areas = [(code, register.area(code).name) for code in esa_tables.REGIONS]
            counts = {
                code: add_tables(counts[district] for district, region in region_of.items() if region == code)
                for code, _ in areas
            }
            total = True
        answer = _esa_answer(table, query, areas, counts, total=total)
        path = folder / f"illustrative-statxplore-{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(answer, separators=(",", ":"), ensure_ascii=False), encoding="utf-8")
        paths.append(path)
    return paths


def _esa_counts(code: str, conditions: Sequence[str], quarters: Sequence[int]) -> Table:
    """Rows by quarter, columns by medical condition ("" is all of them)."""
    people = _ESA_DISTRICT * spread(0.55, code, "esa")
    return [
        [
            about(
                people
                * _ESA_LEFT**number
                * (_ESA_SHARES[condition] * spread(0.12, code, condition) if condition else 1.0),
                code,
                quarter,
                condition,
            )
            for condition in conditions
        ]
        for number, quarter in enumerate(quarters)
    ]


def _esa_answer(
    table: esa_tables.Table,
    query: dict[str, Any],
    areas: Sequence[tuple[str, str]],
    counts: Mapping[str, Table],
    *,
    total: bool,
) -> dict[str, Any]:
    """What the table endpoint would answer; a last item of the areas is their total where it is asked for."""
    tables = [counts[code] for code, _ in areas]
    if total:
        tables.append(add_tables(tables))
    area_dimension, (month_field,), *rest = query["dimensions"]
    stem = (
        f"str:value:{table.database}:{table.facts}:COA_CODE:"
        f"V_C_MASTERGEOG21_{'REGION_TO_COUNTRY' if total else 'LA_TO_REGION'}"
    )
    fields: list[dict[str, Any]] = [
        {
            "uri": area_dimension[0],
            "label": "National - Regional - LA - OAs",
            "items": [_item(f"{stem}:{code}", name) for code, name in areas]
            + ([{"type": "Total", "labels": ["Total"]}] if total else []),
        },
        {
            "uri": month_field,
            "label": "Quarter",
            "items": [
                _item(uri, f"{quarter} ({date(quarter // 100, quarter % 100, 1):%b-%y})")
                for (uri,), quarter in zip(query["recodes"][month_field]["map"], _ESA_QUARTERS, strict=True)
            ],
        },
    ]
    values: list[Any] = tables
    if rest:
        ((field,),) = rest
        fields.append(
            {
                "uri": field,
                "label": "Medical condition",
                "items": [
                    _item(uri, label)
                    for (uri,), label in zip(
                        query["recodes"][field]["map"], _ESA_CONDITIONS.values(), strict=True
                    )
                ],
            }
        )
    else:
        values = [[row[0] for row in rows] for rows in tables]
    return {
        "query": query,
        "database": {
            "id": table.database,
            "uri": f"str:database:{table.database}",
            "label": "Illustrative: every figure of this file is invented",
        },
        "measures": [
            {
                "uri": table.count,
                "label": "Illustrative caseload",
                "measure": table.count,
                "function": "COUNT",
            }
        ],
        "fields": fields,
        "cubes": {table.count: {"values": values, "precision": 0}},
        "annotationMap": {},
    }


def _item(uri: str, label: str) -> dict[str, Any]:
    return {"type": "RecodeItem", "uris": [uri], "labels": [label]}
