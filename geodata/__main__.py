"""``python -m geodata build --from DIR``: makes the committed tables of the register again."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.console import Console

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


if __name__ == "__main__":
    app()
