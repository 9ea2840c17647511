"""``python -m geodata build``, ``outlines`` and ``places``: make the committed tables and our outlines again."""

from __future__ import annotations

import gzip
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.console import Console

from geodata.outlines import FOLDER as OUTLINES
from geodata.places.tables import FOLDER as PLACES
from geodata.register import TABLES

app = typer.Typer(add_completion=False, no_args_is_help=True, help="The register of areas.")
console = Console()


@app.callback()
def _root() -> None:
    """The register of areas."""


@app.command()
def build(
    source: Annotated[Path, typer.Option("--from", help="folder of boundaries, lookups and code lists")],
    publications: Annotated[
        Path | None, typer.Option(help="folder of publications; the one beside --from where not given")
    ] = None,
    to: Annotated[Path, typer.Option(help="folder to write the tables to")] = TABLES,
) -> None:
    """Read the official boundaries and lookups and write the tables of the register."""
    # geopandas: only where it is needed
    from geodata.register import BadRegister, read_register
    from geodata.tools.tables.build import build_tables, write_tables
    from geodata.tools.tables.sources import SourceMissing

    with console.status("reading") as status:
        try:
            tables = build_tables(source, publications, lambda step: status.update(f"{step} …"))
            with TemporaryDirectory() as draft:  # tables that contradict themselves never replace sound ones
                write_tables(tables, Path(draft))
                read_register(Path(draft))
            rows = write_tables(tables, to)
        except (SourceMissing, BadRegister) as problem:
            console.print(f"[red]not built:[/red] {problem}", highlight=False, soft_wrap=True)
            raise typer.Exit(1) from problem
    for file_name, count in rows.items():
        console.print(f"{file_name}: {count} rows", highlight=False)


@app.command()
def outlines(
    source: Annotated[
        Path, typer.Option("--from", help="folder of centres, lookups, boundaries and the coast")
    ],
    check: Annotated[
        Path | None, typer.Option(help="folder of official boundaries to hold the outlines against")
    ] = None,
    to: Annotated[Path, typer.Option(help="folder to write the layers to")] = OUTLINES,
) -> None:
    """Draw our own approximate outlines of every area type and vintage, and say how true they are."""
    # geopandas: only where it is needed
    from geodata.boundaries import BoundaryProblem
    from geodata.register import load_register
    from geodata.tools.outlines.build import (
        build_outlines,
        files_of,
        markdown_table,
        report_rows,
        write_outlines,
    )
    from geodata.tools.tables.sources import SourceMissing

    with console.status("reading") as status:
        try:
            built = build_outlines(
                source, load_register(), check, lambda step: status.update(f"outlines of {step} …")
            )
            write_outlines(built, to)
        except (SourceMissing, BoundaryProblem, ValueError) as problem:
            console.print(f"[red]not built:[/red] {problem}", highlight=False, soft_wrap=True)
            raise typer.Exit(1) from problem
    for line in markdown_table(report_rows(built)):
        console.print(line, highlight=False, soft_wrap=True)
    files = files_of(built)
    total = sum(map(len, files.values()))
    console.print(f"{len(built)} layers in {len(files)} files, {total / 1000:,.0f} kB", highlight=False)


@app.command()
def places(
    source: Annotated[
        Path, typer.Option("--from", help="folder of the gazetteer and the shares of postcodes")
    ],
    to: Annotated[Path, typer.Option(help="folder to write the tables to")] = PLACES,
) -> None:
    """Make the compact tables of places and postcodes that the search of a place reads."""
    from geodata.tools.places.build import BadSource, build_places, write_places

    try:
        rows = write_places(build_places(source), to)
    except BadSource as problem:
        console.print(f"[red]not built:[/red] {problem}", highlight=False, soft_wrap=True)
        raise typer.Exit(1) from problem
    for file_name, count in rows.items():
        size = len(gzip.compress((to / file_name).read_bytes(), 9))
        console.print(f"{file_name}: {count} rows, {size / 1000:,.0f} kB after gzip", highlight=False)


if __name__ == "__main__":
    app()
