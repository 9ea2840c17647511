"""``measures SOURCE``: every number of a publisher that a source gives, to write an indicator from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from etl.cli.wiring import catalogue_of, sources
from etl.frames.routes import routes_of
from etl.pipeline import starter
from etl.sources.base import no_progress
from geodata.register import Register, load_register
from indicators.catalogue import Indicator
from indicators.periods import Period
from indicators.settings import load_settings

if TYPE_CHECKING:
    import pandas as pd

_MOST_GROUPS = 6


def measures(
    source_id: Annotated[str, typer.Argument(metavar="SOURCE", help="Id of a source, as in status.")],
    from_folder: Annotated[
        Path | None,
        typer.Option(
            "--from", help="Folder with the publisher's files; without it the starter edition is read."
        ),
    ] = None,
) -> None:
    """List every measure of a source with its areas, periods and groups, and the indicators made of it."""
    settings = load_settings()
    register, catalogue = load_register(), catalogue_of(settings)
    frames = measurements_of(source_id, from_folder, sources(settings), register)
    if not frames:
        where = "the starter edition" if from_folder is None else str(from_folder)
        hint = " Give a folder with its files: --from DIR." if from_folder is None else ""
        raise ValueError(f"{where} holds nothing of {source_id}.{hint}")
    Console(soft_wrap=False).print(table_of(frames, source_id, register, catalogue))


def measurements_of(
    source_id: str, from_folder: Path | None, known: Mapping[str, Any], register: Register
) -> list[pd.DataFrame]:
    """The measurements of a source: those of a folder of its files, or of the starter edition; [] where there are none.

    Raises ValueError for an unknown source and for a folder that is not there.
    """
    if source_id not in known:
        raise ValueError(f"no source {source_id}; expected one of {', '.join(known)}")
    if from_folder is not None and not from_folder.is_dir():
        raise ValueError(f"{from_folder}: no such folder; give the one that holds the publisher's files")
    return list(
        _of_starter(source_id) if from_folder is None else _of_folder(known[source_id], from_folder, register)
    )


def _of_starter(source_id: str) -> Iterator[pd.DataFrame]:
    """The measurements kept with the project: those that some indicator uses."""
    for release in starter.manifest():
        if release.source_id == source_id:
            yield starter.read(release).measurements


def _of_folder(source: object, folder: Path, register: Register) -> Iterator[pd.DataFrame]:
    """Everything that the parser reads from the publisher's files."""
    if not hasattr(source, "parse"):
        raise ValueError("this source gives boundaries and no measures")
    for edition in source.discover(folder):  # type: ignore[attr-defined]
        parsed = source.parse(edition, register, no_progress)
        yield from parsed.chunks if hasattr(parsed, "chunks") else [parsed.measurements]


def table_of(
    frames: Iterable[pd.DataFrame], source_id: str, register: Register, catalogue: dict[str, Indicator]
) -> Table:
    """A row a measure: its id, areas by type, first and last period, groups of people, and indicators made of it."""
    areas: dict[str, set[str]] = {}
    periods: dict[str, set[str]] = {}
    groups: dict[str, dict[str, None]] = {}
    for frame in frames:
        for measure, rows in frame.groupby("measure", sort=False):
            name = str(measure)
            areas.setdefault(name, set()).update(rows["area_code"].unique())
            periods.setdefault(name, set()).update(rows["period"].unique())
            found = rows[["sex", "age", "breakdown"]].drop_duplicates()
            groups.setdefault(name, {}).update(
                {", ".join(group): None for group in found.itertuples(index=False, name=None)}
            )
    used: dict[str, list[str]] = {}
    for own in routes_of(catalogue, source_id):
        for name in own.measures:
            used.setdefault(name, []).append(own.indicator.id)
    table = Table(title=source_id)
    for heading in ("Measure", "Areas", "Periods", "Sex, age, breakdown", "Indicators"):
        table.add_column(heading, overflow="fold")  # an id is of use only whole
    for name in sorted(areas):
        table.add_row(
            name,
            _areas(areas[name], register),
            _periods(periods[name]),
            _some(list(groups[name])),
            ", ".join(dict.fromkeys(used.get(name, []))) or "none",
        )
    return table


def _areas(codes: set[str], register: Register) -> str:
    counts: dict[str, int] = {}
    for code in codes:
        kind = next(iter(register.types_of(code)), "unknown")
        counts[kind] = counts.get(kind, 0) + 1
    return ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items()))


def _periods(texts: set[str]) -> str:
    found = sorted((Period.parse(text) for text in texts), key=lambda period: period.sort_key)
    first, last = found[0].label, found[-1].label
    return first if len(found) == 1 else f"{first} to {last} ({len(found)})"


def _some(names: list[str]) -> str:
    more = len(names) - _MOST_GROUPS
    return "; ".join(names[:_MOST_GROUPS]) + (f"; and {more} more" if more > 0 else "")
