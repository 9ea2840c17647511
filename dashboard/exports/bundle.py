"""Whole indicators as CSV, and all of them as a zip with a Frictionless data package; a few hundred rows at a time."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from typing import Any, BinaryIO

from dashboard import sentences
from dashboard.address.context import Context
from dashboard.address.keys import SERVICE
from dashboard.exports.figures import BASE_COLUMNS, BOM, Cell, base_rows, csv_pieces
from dashboard.exports.pack import HOW_TO_READ, ILLUSTRATIVE, LICENCE
from dashboard.queries.age import ages_in
from indicators.catalogue import Indicator

OGL = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
_AT_ONCE = 500  # rows
NAME = "work-and-health-indicators"
_NAMES = [name for name, *_ in BASE_COLUMNS]
_KEYS = ["area_code", "period", "sex", "age", "breakdown"]
_DESCRIBED = (
    "id", "title", "theme", "definition", "numerator", "denominator", "unit", "polarity", "caveats",
)  # fmt: skip


def loaded_ids(context: Context) -> list[str]:
    """Indicators that have figures, in the order of the catalogue."""
    loaded = context.all_available()
    return [indicator_id for indicator_id in context.catalogue if indicator_id in loaded]


def indicator_csv(context: Context, indicator: Indicator) -> Iterator[str]:
    """Every figure of an indicator as a CSV for people: with the mark by which Excel knows UTF-8."""
    yield BOM
    yield from csv_pieces(_NAMES, _cells(context, context.store.stream([indicator.id])))


def _cells(context: Context, rows: Iterable[dict[str, Any]]) -> Iterator[list[Cell]]:
    releases, age = context.releases(), ages_in(context)
    left = iter(rows)
    while some := list(islice(left, _AT_ONCE)):
        yield from base_rows([(context.catalogue[row["indicator_id"]], row) for row in some], releases, age)


def write_bundle(context: Context, file: BinaryIO) -> None:
    """Write the zip: README, licence, ``datapackage.json``, the catalogue, and one CSV an indicator.

    All figures are read in one view of the store: a publication in between does not show.
    """
    ids = loaded_ids(context)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (
            ("README.md", readme(context, ids)),
            ("LICENCE.txt", f"{LICENCE}\n\n{OGL}\n"),
            ("datapackage.json", json.dumps(data_package(context, ids), ensure_ascii=False, indent=2) + "\n"),
            ("indicators.csv", "".join(csv_pieces(_DESCRIBED, (_described(context.catalogue[name]) for name in ids)))),
        ):  # fmt: skip
            archive.writestr(name, text)
        for indicator_id, rows in groupby(context.store.stream(ids), key=lambda row: row["indicator_id"]):
            with archive.open(f"figures/{indicator_id}.csv", "w") as member:
                for piece in csv_pieces(_NAMES, _cells(context, rows)):
                    member.write(piece.encode())


def _described(indicator: Indicator) -> list[Cell]:
    return [
        indicator.id,
        indicator.title,
        indicator.theme,
        indicator.definition,
        indicator.numerator,
        indicator.denominator,
        sentences.unit_words(indicator),
        indicator.polarity,
        " ".join(indicator.caveats),
    ]


def data_package(context: Context, ids: list[str]) -> dict[str, Any]:
    """The description of the bundle by the Data Package standard (Frictionless, version 1)."""
    fields = [{"name": name, "type": kind, "description": words} for name, kind, words in BASE_COLUMNS]
    releases = context.releases().values()
    sources = {(release["publisher"], release["publication"]): release["url"] for release in releases}
    tables = [
        ("indicators", "indicators.csv", "What each indicator counts", [{"name": name, "type": "string"} for name in _DESCRIBED], ["id"]),
        *(
            (name, f"figures/{name}.csv", context.catalogue[name].title, fields, _KEYS)
            for name in ids
        ),
    ]  # fmt: skip
    return {
        "profile": "tabular-data-package",
        "name": NAME,
        "title": f"{SERVICE}, England",
        "description": "Figures for English areas with intervals, status, source and dates.",
        "version": context.publication_id(),
        "created": context.today().isoformat(),
        "licenses": [{"name": "OGL-UK-3.0", "title": "Open Government Licence v3.0", "path": OGL}],
        "sources": [
            {"title": f"{publisher}, {publication}", **({"path": url} if url else {})}
            for (publisher, publication), url in sources.items()
        ],
        "resources": [
            {
                "profile": "tabular-data-resource",
                "name": name,
                "path": path,
                "title": title,
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "schema": {"fields": columns, "primaryKey": keys, "missingValues": [""]},
            }
            for name, path, title, columns, keys in tables
        ],
    }


def _two_codes(context: Context) -> str:
    """``Barnsley (E08000016, E08000038)`` and so on, by name."""
    register = context.register
    lands = {codes[0]: codes for codes in register.lands.values()}
    named = sorted((register.area(newest).name, codes) for newest, codes in lands.items())
    return "; ".join(f"{name} ({', '.join(reversed(codes))})" for name, codes in named)


def readme(context: Context, ids: list[str]) -> str:
    """What is in the bundle and how to read it."""
    illustrative = [
        context.catalogue[name].short_title
        for name in ids
        if any(row["illustrative"] for row in context.available(name))
    ]
    lines = [
        f"# {SERVICE}, England",
        "",
        f"Made on {sentences.date_words(context.today())}. `figures/` has one CSV for each indicator (UTF-8). `indicators.csv` "
        "says what each counts. `datapackage.json` describes every column (Frictionless Data Package).",
        "",
        "## How to read the figures",
        "",
        *(f"- {words}" for words in HOW_TO_READ),
        "- An empty value means that there is no figure. `status` and `status_words` say why. It is never zero.",
        "- Some areas have had two codes, and their figures are listed under both. Count them once when you add areas up: "
        f"{_two_codes(context)}.",
        "",
    ]
    if illustrative:
        lines += [
            "## Illustrative figures",
            "",
            f"{ILLUSTRATIVE} Some or all figures of: {'; '.join(illustrative)}.",
            "",
        ]
    return "\n".join([*lines, "## Licence", "", LICENCE, ""])
