"""The compact tables of places and postcodes, from a gazetteer and from shares of residents by postcode.

``python -m geodata places --from ../shared/geography/places`` writes ``geodata/places/*.csv``. Only what finding a place
needs is written: a name once for each authority, the kind it is best known as, a rounded point, and authorities with
shares.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

from geodata.places.spelling import spelled
from geodata.places.tables import BUILT_UP, COLUMNS, FOLDER

Row: TypeAlias = tuple[str, ...]

GAZETTEER, SECTORS, DISTRICTS = (
    "gazetteer_england.csv",
    "england_pcs_ltla24_shares.csv",
    "england_pcd_ltla24_shares.csv",
)
_KINDS = {
    "built-up area sub-division 2011": BUILT_UP,
    "built-up area 2011": BUILT_UP,
    "post town": "post_town",
    "neighbourhood (MSOA 2021, House of Commons Library name)": "neighbourhood",
    "parish": "parish",
    "ward 2024": "ward",
}
# a name that ONS or Royal Mail made distinct: "Beeston (Broxtowe)", "London (NW)"
_IN_BRACKETS = re.compile(r" \([^()]+\)$")
_DECIMALS_OF_POINT, _STEPS = 2, 10_000
_WHOLE = 0.9995
# a place of which the foremost authority holds less leads nowhere: Greater London, the post towns of London
_LEAST_SHARE, _LEAST_SHARE_OF_POST_TOWN = 0.2, 0.4


class BadSource(ValueError):
    """A file of the folder is absent or is not as it was; the message says which and what was found."""


def build_places(folder: Path) -> dict[str, list[Row]]:
    """Rows by name of the table, sorted. Raises BadSource."""
    return {
        "places.csv": sorted(_places(folder)),
        "postcodes.csv": sorted([*_postcodes(folder, DISTRICTS, "PCD"), *_postcodes(folder, SECTORS, "PCS")]),
    }


def write_places(tables: dict[str, list[Row]], folder: Path = FOLDER) -> dict[str, int]:
    """Writes the tables; returns the rows of each."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        with (folder / name).open("w", encoding="utf-8", newline="") as lines:
            writer = csv.writer(lines, lineterminator="\n")
            writer.writerow(COLUMNS[name])
            writer.writerows(rows)
    return {name: len(rows) for name, rows in tables.items()}


def _read(folder: Path, name: str, *columns: str) -> Iterator[dict[str, str]]:
    path = folder / name
    if not path.is_file():
        raise BadSource(f"{name} is not in {folder}; give the folder that holds it with --from")
    with path.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        lost = [column for column in columns if column not in (reader.fieldnames or [])]
        if lost:
            raise BadSource(f"{name}: columns {lost} gone; found {reader.fieldnames}")
        yield from reader


def _places(folder: Path) -> Iterator[Row]:
    """A row for each name in an authority: of several kinds of one name the one that people know best."""
    columns = (
        "kind",
        "name",
        "latitude",
        "longitude",
        "ltla24_code",
        "share",
        "all_ltla24",
        "population_2021",
    )
    best: dict[tuple[str, str], tuple[int, Row]] = {}
    for row in _read(folder, GAZETTEER, *columns):
        if row["kind"] not in _KINDS:
            raise BadSource(f"{GAZETTEER}: kind {row['kind']!r} is not one of {', '.join(_KINDS)}")
        name = _IN_BRACKETS.sub("", row["name"].strip())
        if not spelled(name):
            raise BadSource(f"{GAZETTEER}: {row['name']!r} has no letters")
        kind, share = _KINDS[row["kind"]], float(row["share"])
        if share < (_LEAST_SHARE_OF_POST_TOWN if kind == "post_town" else _LEAST_SHARE):
            continue
        place: Row = (
            name,
            kind,
            _rounded(row["latitude"]),
            _rounded(row["longitude"]),
            f"{float(row['population_2021']):.0f}" if kind == BUILT_UP and row["population_2021"] else "",
            _authorities(row["ltla24_code"], share, row["all_ltla24"].split()),
        )
        # the order of the kinds above tells a part of a built-up area before the whole of it
        rank = list(_KINDS).index(row["kind"])
        key = (spelled(name), row["ltla24_code"])
        if key not in best or rank < best[key][0]:
            best[key] = (rank, place)
    return (place for _, place in best.values())


def _rounded(degrees: str) -> str:
    return f"{float(degrees):.{_DECIMALS_OF_POINT}f}".rstrip("0").rstrip(".")


def _authorities(main: str, share: float, every: Sequence[str]) -> str:
    """``E06000018``, or the main one with its share and then those that hold more than 5%."""
    others = [code for code in every if code != main]
    return " ".join([f"{main}:{share:g}", *others]) if others or share < _WHOLE else main


def _postcodes(folder: Path, name: str, key: str) -> Iterator[Row]:
    residents: dict[str, dict[str, int]] = defaultdict(dict)
    for row in _read(folder, name, key, "ltla24_code", "population"):
        residents[_written(row[key], is_sector=key == "PCS")][row["ltla24_code"]] = int(row["population"])
    for postcode, by_authority in residents.items():
        if len(by_authority) == 1:
            yield postcode, next(iter(by_authority))
        else:
            shares = _shares(by_authority.items())
            yield postcode, " ".join(f"{code}:{share / _STEPS:g}" for code, share in shares if share)


def _written(postcode: str, is_sector: bool) -> str:
    """A district or sector as people write it: the source has ``NG9 2`` and, of longer districts, ``EC1A4``."""
    joined = postcode.replace(" ", "")
    return f"{joined[:-1]} {joined[-1]}" if is_sector else joined


def _shares(residents: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """Shares in steps of 0.0001 that add up to 1, the largest first: what rounding leaves goes to the largest remainders."""
    known = list(residents)
    total = sum(count for _, count in known)
    if not total:
        raise BadSource(f"{', '.join(code for code, _ in known)}: no residents to share a postcode by")
    exact = {code: count * _STEPS / total for code, count in known}
    steps = {code: int(share) for code, share in exact.items()}
    by_remainder = sorted(exact, key=lambda code: (steps[code] - exact[code], code))
    for code in by_remainder[: _STEPS - sum(steps.values())]:
        steps[code] += 1
    return sorted(steps.items(), key=lambda pair: (-pair[1], pair[0]))
