"""The queries that are sent to the Nomis API."""

from __future__ import annotations

import json
from collections.abc import Iterable
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
    kinds = ("england", "region", "utla", "ltla", "combined_authority", "lep")
    codes: dict[str, None] = {}
    for kind in kinds:
        vintages = register.area_type(kind).vintages
        vintage = max((known for known in vintages if known <= year), default=vintages[0])
        codes |= dict.fromkeys(sorted(register.codes(kind, vintage)))
    return list(codes)


def numbers_by_name(definition: bytes, stems: Iterable[str]) -> dict[str, str]:
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
        stem = stem_of(number, name)
        if stem in wanted and not stem.isdigit():
            found.setdefault(stem, number)
    return found


def fetch_pages(downloads: Downloads, stem: str, variable: str, geography: str, dates: str) -> None:
    got, count, page = 0, 1, 1
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
            f"nomis-aps-{stem}-p{page:02d}.csv",
            f"{API}.data.csv?{urlencode(asked, safe=',')}",
            content_types=("text/csv", "application/csv", "application/octet-stream", "text/plain"),
        )
        rows = reading.read_csv(path, needed=COLUMNS, keep=COLUMNS)
        count = int(whole_numbers(path.name, rows, "RECORD_COUNT")[0])
        got += len(rows)
        page += 1
