"""Whole indicators as CSV, and all of them as a zip with a Frictionless data package; a few hundred rows at a time."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, groupby
from typing import Any, BinaryIO, NamedTuple

from dashboard import sentences
from dashboard.address.context import Context
from dashboard.address.keys import SERVICE
from dashboard.answers.observations import Observation
from dashboard.exports.figures import BOM, Cell, csv_pieces
from dashboard.exports.pack import HOW_TO_READ, ILLUSTRATIVE, LICENCE
from dashboard.exports.page_csv import file_columns, region_in
from dashboard.exports.rows_csv import FigureRows, figures_csv
from indicators.catalogue import Indicator
from indicators.store.selection import Selection

OGL = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
_PROFILES = "https://datapackage.org/profiles/2.0"
NAME = "work-and-health-indicators"
_KEYS = ["area_code", "period", "sex", "age", "breakdown"]
# field of a figure, the table it leads to, and the key there
_FOREIGN_KEYS = (
    ("indicator_id", "indicators", "id"),
    ("area_code", "areas", "area_code"),
    ("parent_code", "areas", "area_code"),
    ("release_id", "releases", "release_id"),
)
# name, type (of the Table Schema), what it holds
DESCRIBED_COLUMNS: tuple[tuple[str, str, str], ...] = (
    ("id", "string", "Id of the indicator, as in addresses and in the API"),
    ("title", "string", "Title"),
    ("theme", "string", "Theme that it belongs to"),
    ("definition", "string", "What is counted"),
    ("numerator", "string", "The count that a figure is made of"),
    ("denominator", "string", "The count that it is divided by"),
    ("unit", "string", "Unit of value and limits"),
    ("polarity", "string", "high_is_good, low_is_good or none"),
    ("caveats", "string", "Limitations"),
)
AREA_COLUMNS: tuple[tuple[str, str, str], ...] = (
    ("area_code", "string", "GSS code"),
    ("area_name", "string", "Name"),
    ("area_type", "string", "Kind of area: ltla, utla, region, england, icb and so on"),
    ("start_on", "date", "First day, where known"),
    ("end_on", "date", "Last day; empty where it still stands"),
)
RELEASE_COLUMNS: tuple[tuple[str, str, str], ...] = (
    ("release_id", "string", "Id of the release, as figures name it"),
    ("publisher", "string", "Who published it"),
    ("publication", "string", "What it was published in"),
    ("edition", "string", "Which issue of the publication"),
    ("published_on", "date", "Day of publication, where known"),
    ("loaded_at", "datetime", "When it was loaded here (UTC)"),
    ("licence", "string", "Licence of its figures"),
    ("url", "string", "Address of the publication"),
    ("illustrative", "boolean", "Whether its figures are illustrative and not real"),
)
_TABLES = {
    "indicators": ("What each indicator counts", DESCRIBED_COLUMNS, ["id"]),
    "areas": ("Areas by their codes", AREA_COLUMNS, ["area_code"]),
    "releases": ("What the figures rest on", RELEASE_COLUMNS, ["release_id"]),
}


def loaded_ids(context: Context) -> list[str]:
    """Indicators that have figures, in the order of the catalogue."""
    loaded = context.all_available()
    return [indicator_id for indicator_id in context.catalogue if indicator_id in loaded]


def indicator_csv(context: Context, indicator: Indicator, *, for_excel: bool = False) -> Iterator[str]:
    """Every figure of an indicator as a CSV, in pieces; ``for_excel`` with the mark by which Excel knows UTF-8."""
    found = context.store.select([Selection(indicator.id)])
    return figures_csv(_rows(context), _typed(context, found), for_excel=for_excel)


def releases_csv(context: Context, *, for_excel: bool = False) -> Iterator[str]:
    """What the figures rest on: each current release with publisher, publication, dates and licence."""
    rows = (
        [
            release["release_id"], release["publisher"], release["publication"], release["edition"],
            release["published_on"], release["loaded_at"], release["licence"], release["url"],
            "true" if release["illustrative"] else "false",
        ]
        for release in context.releases().values()
    )  # fmt: skip
    pieces = csv_pieces([name for name, *_ in RELEASE_COLUMNS], rows)
    return chain([BOM], pieces) if for_excel else pieces


def _rows(context: Context) -> FigureRows:
    return FigureRows(context, region_in(context))


def _typed(context: Context, found: Iterable[tuple[str, Sequence[Any]]]) -> Iterator[Observation]:
    """Figures with the first type that their area is of."""
    types: dict[str, str] = {}
    for indicator_id, cells in found:
        code = cells[0]
        if code not in types:
            types[code] = context.register.area(code).area_type if code in context.register else ""
        yield Observation(indicator_id, types[code], cells)


def areas_csv(context: Context) -> Iterator[str]:
    """Every area by its code, once, with its first type and the days between which it stood."""
    register = context.register
    codes = dict.fromkeys(area.area_code for area in register)
    areas = (register.area(code) for code in codes)
    rows = (
        [
            area.area_code, area.name, area.area_type,
            area.start_on.isoformat() if area.start_on else None, area.end_on.isoformat() if area.end_on else None,
        ]
        for area in areas
    )  # fmt: skip
    return csv_pieces([name for name, *_ in AREA_COLUMNS], rows)


def write_bundle(context: Context, file: BinaryIO) -> None:
    """Write the zip: README, licence, tables of indicators, areas and releases, one CSV of figures an indicator, and
    ``datapackage.json``, which says what all of them hold, with the size and digest of each.

    All figures are read in one view of the store: a publication in between does not show.
    """
    ids = loaded_ids(context)
    described = (_described(context.catalogue[name]) for name in ids)
    tables: dict[str, Iterable[str]] = {
        "indicators.csv": csv_pieces([name for name, *_ in DESCRIBED_COLUMNS], described),
        "areas.csv": areas_csv(context),
        "releases.csv": releases_csv(context),
    }
    marks: dict[str, Mark] = {}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.md", readme(context, ids))
        archive.writestr("LICENCE.txt", f"{LICENCE}\n\n{OGL}\n")
        for path, pieces in tables.items():
            marks[path] = _add(archive, path, pieces)
        found = context.store.select([Selection(name) for name in ids])
        for indicator_id, rows in groupby(found, key=lambda row: row[0]):
            path = f"figures/{indicator_id}.csv"
            marks[path] = _add(archive, path, figures_csv(_rows(context), _typed(context, rows)))
        package = json.dumps(data_package(context, marks), ensure_ascii=False, indent=2)
        archive.writestr("datapackage.json", package + "\n")


class Mark(NamedTuple):
    """Size in bytes and SHA-256 of a file."""

    size: int
    sha256: str


def _add(archive: zipfile.ZipFile, path: str, pieces: Iterable[str]) -> Mark:
    size, digest = 0, hashlib.sha256()
    with archive.open(path, "w") as member:
        for piece in pieces:
            written = piece.encode()
            member.write(written)
            digest.update(written)
            size += len(written)
    return Mark(size, digest.hexdigest())


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


def data_package(context: Context, marks: Mapping[str, Mark]) -> dict[str, Any]:
    """The description of the bundle by the Data Package standard, version 2; ``marks`` by the path of each file."""
    releases = context.releases().values()
    sources = {(release["publisher"], release["publication"]): release["url"] for release in releases}
    return {
        "$schema": f"{_PROFILES}/datapackage.json",
        "name": NAME,
        "title": f"{SERVICE}, England",
        "description": "Figures for English areas with intervals, status, source and dates.",
        "version": context.publication_id(),
        "created": f"{context.today().isoformat()}T00:00:00Z",
        "licenses": [{"name": "OGL-UK-3.0", "title": "Open Government Licence v3.0", "path": OGL}],
        "sources": [
            {"title": f"{publisher}, {publication}", **({"path": url} if url else {})}
            for (publisher, publication), url in sources.items()
        ],
        "resources": [_resource(context, path, mark) for path, mark in marks.items()],
    }


def _resource(context: Context, path: str, mark: Mark) -> dict[str, Any]:
    name = path.removeprefix("figures/").removesuffix(".csv")
    if path.startswith("figures/"):
        title, columns, keys = context.catalogue[name].title, file_columns(), _KEYS
    else:
        title, columns, keys = _TABLES[name]
    schema: dict[str, Any] = {
        "$schema": f"{_PROFILES}/tableschema.json",
        "fields": [_field(column) for column in columns],
        "primaryKey": keys,
        "missingValues": [""],
    }
    if path.startswith("figures/"):
        schema["foreignKeys"] = [
            {"fields": [field], "reference": {"resource": resource, "fields": [key]}}
            for field, resource, key in _FOREIGN_KEYS
        ]
    return {
        "$schema": f"{_PROFILES}/dataresource.json",
        "type": "table",
        "name": name,
        "path": path,
        "title": title,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": mark.size,
        "hash": f"sha256:{mark.sha256}",
        "schema": schema,
    }


def _field(column: tuple[str, str, str]) -> dict[str, str]:
    name, kind, words = column
    return {"name": name, "type": kind, "description": words}


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
        "says what each counts, `areas.csv` what the codes stand for, and `releases.csv` where the figures come from. "
        "`datapackage.json` describes every column (Data Package, version 2).",
        "",
        "## How to read the figures",
        "",
        *(f"- {words}" for words in HOW_TO_READ),
        "- An empty value means that there is no figure. `status` says why. It is never zero.",
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
