"""``bundle export FILE`` and ``bundle import FILE``: a whole service as one file."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from etl.cli.wiring import catalogue_of, store_of
from etl.pipeline.exchange import Told, export_archive, import_archive
from geodata.register import load_register
from indicators.settings import Settings, load_settings
from indicators.store import Store
from indicators.store.locks import refresh_lock

app = typer.Typer(
    help="Take everything to another machine: figures, publishers' files, catalogue, evidence, outlines.",
    no_args_is_help=True,
)
File = Annotated[Path, typer.Argument(help="The archive, such as work-and-health.zip.")]


@app.command("export")
def export(file: File) -> None:
    """Write everything to one file with the digest of each part."""
    settings, store = _opened()
    with refresh_lock(store.connections, "bundle export", datetime.now(UTC)):
        told = export_archive(store, settings, file, datetime.now(UTC))
    typer.echo(f"{file}: {_words(told)}")


@app.command("import")
def import_(file: File) -> None:
    """Put what the file holds in the place of what is here, once every digest is verified."""
    if not file.is_file():
        raise ValueError(f"{file}: no such file; give one made by: python -m etl bundle export FILE")
    settings, store = _opened()
    with refresh_lock(store.connections, "bundle import", datetime.now(UTC)):
        told = import_archive(store, settings, file)
    typer.echo(f"imported: {_words(told)}")


def _opened() -> tuple[Settings, Store]:
    settings = load_settings()
    return settings, store_of(settings, load_register(), catalogue_of(settings))


def _words(told: Told) -> str:
    return (
        f"publication {told.publication_id}, {told.figures:,} figures of {told.releases:,} releases, "
        f"{told.files:,} files of publishers, {told.size / 1e6:,.1f} MB"
    )
