"""Answers in other formats than JSON: CSV, a workbook, and JSON-stat 2.0 for figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import flask

from dashboard import sentences
from dashboard.exports.figures import BOM, csv_pieces
from dashboard.exports.sheets_xlsx import MIMETYPE as XLSX
from dashboard.exports.sheets_xlsx import workbook
from indicators.periods import Period

if TYPE_CHECKING:
    from dashboard.address.context import Context

CSV = "text/csv; charset=utf-8"
TABLES = ("csv", "csv-excel", "xlsx")
Records = Sequence[Mapping[str, Any]]
MEASURES = {
    "value": "Value",
    "lower_ci_95": "Lower end of the 95% confidence interval",
    "upper_ci_95": "Upper end of the 95% confidence interval",
    "numerator": "Numerator",
    "denominator": "Denominator",
}
_LINK = "https://json-stat.org/format/"


def attached(body: Any, file_name: str, content_type: str) -> flask.Response:
    """A file that a browser saves under a name."""
    response = flask.Response(body, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response


def flat(records: Records) -> tuple[tuple[str, ...], list[list[Any]]]:
    """Records as columns and rows: lists by semicolons, objects as ``name.key``; what is no single cell is left out."""
    names: dict[str, None] = {}
    rows: list[dict[str, Any]] = []
    for record in records:
        cells: dict[str, Any] = {}
        for name, value in record.items():
            if isinstance(value, Mapping):
                cells.update(
                    {
                        f"{name}.{key}": part
                        for key, part in value.items()
                        if not isinstance(part, dict | list)
                    }
                )
            elif not isinstance(value, list):
                cells[name] = value
            elif not any(isinstance(part, dict) for part in value):
                cells[name] = ";".join(str(part) for part in value)
        names.update(dict.fromkeys(cells))
        rows.append(cells)
    return tuple(names), [[cells.get(name) for name in names] for cells in rows]


def table_response(records: Records, name: str, *, for_excel: bool) -> flask.Response:
    """Records as a CSV."""
    names, rows = flat(records)
    text = "".join(csv_pieces(names, ([_word(cell) for cell in row] for row in rows)))
    return attached((BOM if for_excel else "") + text, f"{name}.csv", CSV)


def sheet_response(records: Records, name: str) -> flask.Response:
    """Records as a workbook of one sheet."""
    return attached(workbook([(name[:31], *flat(records))]), f"{name}.xlsx", XLSX)


def _word(cell: Any) -> Any:
    return str(cell).lower() if isinstance(cell, bool) else cell


def json_stat(context: Context, records: Records) -> dict[str, Any]:
    """Figures as a JSON-stat 2.0 dataset: indicator × area × period × sex × age × breakdown × measure, cells that are not
    there left out.
    """
    catalogue = context.catalogue
    labels: dict[str, dict[str, str]] = {
        "indicator": {row["indicator_id"]: catalogue[row["indicator_id"]].title for row in records},
        "area": {row["area_code"]: row["area_name"] for row in records},
        "period": {iso: sentences.period_words(iso) for iso in _in_order(row["period"] for row in records)},
        **{name: {row[name]: row[name] for row in records} for name in ("sex", "age", "breakdown")},
        "measure": MEASURES,
    }
    places = {name: {key: place for place, key in enumerate(found)} for name, found in labels.items()}
    sizes = [len(found) for found in labels.values()]
    values: dict[str, float] = {}
    status: dict[str, str] = {}
    for row in records:
        at = 0
        for name, key in (
            ("indicator", row["indicator_id"]), ("area", row["area_code"]), ("period", row["period"]),
            ("sex", row["sex"]), ("age", row["age"]), ("breakdown", row["breakdown"]),
        ):  # fmt: skip
            at = at * len(places[name]) + places[name][key]
        for place, measure in enumerate(MEASURES):
            if row[measure] is not None:
                values[str(at * len(MEASURES) + place)] = row[measure]
        if row["status"] != "ok":
            status[str(at * len(MEASURES))] = row["status"]
    return {
        "version": "2.0",
        "class": "dataset",
        "href": flask.request.url,
        "label": "; ".join(labels["indicator"].values()),
        "updated": max((row["loaded_at"] for row in context.releases_behind(_releases(records))), default=""),
        "id": list(labels),
        "size": sizes,
        "role": {"time": ["period"], "geo": ["area"], "metric": ["measure"]},
        "dimension": {
            name: {
                "label": name.capitalize(),
                "category": {"index": list(found), "label": dict(found)},
            }
            for name, found in labels.items()
        },
        "value": values,
        "status": status,
        "link": {"describedby": [{"href": _LINK}]},
    }


def _releases(records: Records) -> Iterable[dict[str, Any]]:
    return ({"release": row["release_id"]} for row in records)


def _in_order(periods: Iterable[str]) -> list[str]:
    return sorted(set(periods), key=lambda iso: Period.parse(iso).sort_key)
