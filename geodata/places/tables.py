"""Reading the committed tables of places and postcodes, a row at a time.

``places.csv`` has a row for each name in an authority: ``authorities`` is the code of a lower-tier authority of 2024, or
several of them, the first with the share of the place's residents (``E08000021:0.733 E08000022``), the others with more
than 5% each. ``postcodes.csv`` has postcode districts (``NG9``) and sectors (``NG9 2``), with the share of residents of
each authority where there are several; the shares of a postcode add up to 1.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
BUILT_UP = "built_up_area"
KINDS = (BUILT_UP, "post_town", "neighbourhood", "parish", "ward")
COLUMNS: dict[str, tuple[str, ...]] = {
    "places.csv": ("name", "kind", "latitude", "longitude", "residents", "authorities"),
    "postcodes.csv": ("postcode", "authorities"),
    "sources.csv": ("kinds", "what", "publisher", "licence", "credit", "through"),
}


class BadPlaces(ValueError):
    """A committed table is absent or is not as it was written; the message says which, where and what to do."""


@dataclass(frozen=True, slots=True)
class Share:
    """An authority, and the share of a place's residents who live in it; None where it is only known to be above 5%."""

    area_code: str
    share: float | None


@dataclass(frozen=True, slots=True)
class Place:
    """A name in an authority, or across several. ``latitude`` and ``longitude`` are degrees, to about a kilometre."""

    name: str
    kind: str
    latitude: float
    longitude: float
    residents: int | None
    authorities: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """Where facts come from, and the words that credit them. ``through`` is who had put them together.

    ``kinds`` are the kinds of place that the facts are of; ``postcode`` for postcodes.
    """

    kinds: tuple[str, ...]
    what: str
    publisher: str
    licence: str
    credit: str
    through: str


def rows_of(name: str, folder: Path = FOLDER) -> Iterator[list[str]]:
    """The cells of a table row by row. Raises BadPlaces."""
    path = folder / name
    if not path.is_file():
        raise BadPlaces(f"{name} is not in {folder}; make it again with: python -m geodata places")
    with path.open(encoding="utf-8", newline="") as lines:
        reader = csv.reader(lines)
        header = next(reader, [])
        if tuple(header) != COLUMNS[name]:
            raise BadPlaces(f"{name} row 1: columns {header}; expected {list(COLUMNS[name])}")
        for row, cells in enumerate(reader, start=2):
            if len(cells) != len(header):
                raise BadPlaces(f"{name} row {row}: {len(cells)} cells; expected {len(header)}")
            yield cells


def read_places(folder: Path = FOLDER) -> Iterator[Place]:
    """Every place. Raises BadPlaces."""
    for cells in rows_of("places.csv", folder):
        name, kind, latitude, longitude, residents, authorities = cells
        try:
            if kind not in KINDS:
                raise ValueError(f"kind {kind!r} is not one of {', '.join(KINDS)}")
            yield Place(
                name,
                kind,
                float(latitude),
                float(longitude),
                int(residents) if residents else None,
                shares_of(authorities),
            )
        except ValueError as error:
            raise BadPlaces(f"places.csv: {','.join(cells)}: {error}") from error


def shares_of(text: str) -> tuple[Share, ...]:
    """``E06000018`` is all of it; ``E07000172:0.7684 E06000018:0.2316`` are shares. Raises ValueError."""
    parts = text.split()
    if not parts:
        raise ValueError("no authority")
    if len(parts) == 1 and ":" not in text:
        return (Share(text, 1.0),)
    found = []
    for part in parts:
        code, _, share = part.partition(":")
        found.append(Share(code, float(share) if share else None))
    return tuple(found)


def written(shares: Iterable[Share]) -> str:
    """The cell that ``shares_of`` reads."""
    return " ".join(
        share.area_code if share.share is None else f"{share.area_code}:{share.share:g}" for share in shares
    )


def read_sources(folder: Path = FOLDER) -> tuple[Source, ...]:
    """Where the facts come from. Raises BadPlaces."""
    return tuple(Source(tuple(kinds.split()), *more) for kinds, *more in rows_of("sources.csv", folder))
