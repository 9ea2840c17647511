"""The command that works out similar NHS areas from the loaded figures."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from etl.cli.wiring import catalogue_of, store_of
from etl.pipeline import likeness
from geodata.people import COLUMNS, FOLDER
from geodata.register import load_register
from indicators.settings import load_settings
from indicators.store import NoStore

# nearly all figures are for the boards that stood until March 2026
AS_ON = date(2025, 12, 31)


def similar_areas(
    to: Annotated[Path, typer.Option(help="folder to write the tables to")] = FOLDER,
) -> None:
    """Work out which NHS areas are most like each other, and write the tables that the pages read."""
    settings, register = load_settings(), load_register()
    store = store_of(settings, register, catalogue_of(settings))
    if not store.exists():
        raise NoStore("the store is empty; run: python -m etl starter load")
    people = likeness.residents(store, register, AS_ON)
    profiles: list[likeness.Profile] = []
    pairs: list[likeness.Alike] = []
    for area_type, count in likeness.NEAREST.items():
        of_type = likeness.profiles(store, register, area_type, AS_ON)
        profiles += of_type
        pairs += likeness.alike(of_type, count)
    store.close()
    to.mkdir(parents=True, exist_ok=True)
    tables: dict[str, tuple[Sequence[str], list[tuple[object, ...]]]] = {
        "residents.csv": (COLUMNS["residents.csv"], sorted(people.items())),
        "measures_nhs.csv": (
            ("area_code", "area_type", *likeness.MEASURES),
            sorted((profile.area_code, profile.area_type, *profile.values) for profile in profiles),
        ),
        "similar_nhs.csv": (
            COLUMNS["similar_nhs.csv"],
            sorted((pair.area_code, pair.rank, pair.similar_code, pair.distance) for pair in pairs),
        ),
    }
    for name, (header, rows) in tables.items():
        _write(to / name, header, rows)
        Console(soft_wrap=True).print(f"{name}: {len(rows)} rows", highlight=False)


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
