"""Builds the committed tables of the register from a folder of official boundaries, lookups and code lists.

``python -m geodata build --from ../shared/geography`` writes ``geodata/tables/*.csv``. Only facts are written:
codes, names, dates, shares, and one point an area. Sources, rules and gaps: ``docs/geography.md``.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

from geodata.reading import COLUMNS, TABLES, Tables
from geodata.tools.tables.areas import (
    Directory,
    care_boards,
    combined_authorities,
    commissioning_groups,
    enterprise_partnerships,
    local_authorities,
    nations_and_regions,
    nhs_regions,
    partnerships,
)
from geodata.tools.tables.material import read_material
from geodata.tools.tables.memberships import (
    authority_links,
    combined_authority_links,
    county_of,
    enterprise_partnership_links,
    health_links,
)
from geodata.tools.tables.names import neighbours, other_names
from geodata.tools.tables.shares import joined
from geodata.tools.tables.sources import Sources
from geodata.tools.tables.successions import authority_successions, health_successions

Progress: TypeAlias = Callable[[str], None]


def build_tables(
    folder: Path, publications: Path | None = None, progress: Progress = lambda step: None
) -> Tables:
    """The tables, from the folder of boundaries and lookups and the publications beside it.

    ``progress`` is called at each step. Raises SourceMissing naming the file or column that is absent.
    """
    sources = Sources(folder, publications or folder.parent / "publications")
    progress("boundaries and lookups")
    material = read_material(sources)
    progress("areas and their points")
    areas = [
        *local_authorities(sources),
        *nations_and_regions(sources),
        *combined_authorities(sources),
        *enterprise_partnerships(sources),
        *care_boards(sources, material),
        *nhs_regions(material),
        *commissioning_groups(material),
        *partnerships(sources, material),
    ]
    directory = Directory(areas)
    progress("successions")
    counties = county_of(sources, directory)
    changes = authority_successions(sources, material, directory, counties)
    changes += health_successions(sources, material)
    progress("memberships")
    links = [
        *authority_links(sources, directory, changes, counties),
        *combined_authority_links(sources, directory, counties),
        *enterprise_partnership_links(sources, directory, changes),
        *health_links(sources, material, directory, changes),
    ]
    progress("other names and neighbours")
    return Tables(
        areas=sorted(areas, key=lambda area: (area.area_type, area.area_code)),
        memberships=joined(row for row in links if row is not None),
        successions=sorted(
            changes, key=lambda row: (row.area_type, row.changed_on, row.predecessor_code, row.successor_code)
        ),
        aliases=other_names(sources, material, directory),
        similar=neighbours(sources, directory),
    )


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case float():
            return f"{value:.4f}".rstrip("0").rstrip(".")
        case _:
            return str(value)  # a date as ISO 8601


def write_tables(tables: Tables, folder: Path = TABLES) -> dict[str, int]:
    """Writes the five CSV files; returns rows by file name."""
    records: dict[str, Sequence[object]] = {
        "areas.csv": tables.areas,
        "memberships.csv": tables.memberships,
        "successions.csv": tables.successions,
        "aliases.csv": tables.aliases,
        "similar.csv": tables.similar,
    }
    folder.mkdir(parents=True, exist_ok=True)
    for file_name, rows in records.items():
        columns = COLUMNS[file_name]
        with (folder / file_name).open("w", encoding="utf-8", newline="") as lines:
            writer = csv.writer(lines, lineterminator="\n")
            writer.writerow(columns)
            for row in rows:
                cells = row if isinstance(row, tuple) else [getattr(row, column) for column in columns]
                writer.writerow([_cell(cell) for cell in cells])
    return {file_name: len(rows) for file_name, rows in records.items()}
