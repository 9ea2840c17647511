"""The queries that are sent to the Nomis API."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlencode

from etl.sources import reading
from etl.sources.base import (
    Downloads,
    ReleaseChanged,
)
from etl.sources.nomis_aps.figures import CONFIDENCE, SUFFIXES, stem_of
from etl.sources.nomis_aps.pages import COLUMNS, whole_numbers
from geodata.register import Register

API = "https://www.nomisweb.co.uk/api/v01/dataset/NM_17_5"
PAGE = 25_000
"""Rows that Nomis gives a guest for one query."""
FIRST_YEAR = 2014


def area_codes(register: Register, year: int) -> list[str]:
    """GSS codes of the areas that are asked for, of the newest vintages until ``year``.

    Where a code changed without a change of land (Barnsley in 2025) both are asked for: Nomis keeps either one.
    """
    kinds = ("england", "region", "utla", "ltla", "combined_authority", "lep")
    codes: dict[str, None] = {}
    for kind in kinds:
        vintages = register.area_type(kind).vintages
        vintage = max((known for known in vintages if known <= year), default=vintages[0])
        for code in sorted(register.codes(kind, vintage)):
            codes |= dict.fromkeys([code, *register.same_land(code)])
    return list(codes)


def numbers_by_name(definition: bytes, stems: Iterable[str]) -> dict[str, str]:
    """Numbers of the variables that are known by their names only, from the data set's own list of variables.

    Raises ReleaseChanged for a list in another layout.
    """
    names = names_of(definition)
    wanted = set(stems)
    found: dict[str, str] = {}
    for number, name in names:
        stem = stem_of(number, name)
        if stem in wanted and not stem.isdigit():
            found.setdefault(stem, number)
    return found


def names_of(definition: bytes) -> list[tuple[str, str]]:
    """(number, name) of every variable in the data set's own list. Raises ReleaseChanged."""
    try:
        codes = json.loads(definition)["structure"]["codelists"]["codelist"][0]["code"]
        return [(str(code["value"]), str(code["description"]["value"])) for code in codes]
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise ReleaseChanged(
            f"variable.def.sdmx.json: {type(error).__name__} {error}; expected the list of variables of NM_17_5 under "
            "structure.codelists.codelist[0].code, each with value and description"
        ) from error


def fetch_pages(downloads: Downloads, stem: str, variable: str, geography: str, dates: str) -> None:
    """Every page of one variable, or none: a page that is missing would stop the others of its edition.

    Raises FetchFailed, BadFile and ReleaseChanged.
    """
    pages: list[Path] = []
    got, count = 0, 1
    try:
        while got < count:
            asked = {
                "geography": geography,
                "date": dates,
                "variable": variable,
                "measures": ",".join([*SUFFIXES, CONFIDENCE]),
                "select": ",".join(name.casefold() for name in COLUMNS),
                "recordlimit": PAGE,
                "recordoffset": got,
            }
            path = downloads.save(
                f"nomis-aps-{stem}-p{len(pages) + 1:02d}.csv",
                f"{API}.data.csv?{urlencode(asked, safe=',')}",
                content_types=("text/csv", "application/csv", "application/octet-stream", "text/plain"),
            )
            pages.append(path)
            rows = reading.read_csv(path, needed=COLUMNS, keep=COLUMNS)
            count = int(whole_numbers(path.name, rows, "RECORD_COUNT")[0])
            got += len(rows)
            if downloads.heads_only:
                _say_whole(path, len(rows))
                break
    except BaseException:
        for path in pages:
            path.unlink()
        raise


def _say_whole(path: Path, records: int) -> None:
    """Let the beginning of an answer say that it is all of it, so that its labels can be read."""
    with path.open(encoding="utf-8-sig", newline="") as opened:
        lines = list(csv.DictReader(opened))
    with path.open("w", encoding="utf-8", newline="") as written:
        writer = csv.DictWriter(written, list(lines[0]))
        writer.writeheader()
        writer.writerows({**line, "RECORD_COUNT": str(records)} for line in lines)
