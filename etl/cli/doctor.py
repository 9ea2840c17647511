"""The command for a new operator: what is wrong with this installation, and what to do about each thing."""

from __future__ import annotations

import ctypes.util
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import sqlalchemy as sa
import typer
from rich.console import Console
from rich.markup import escape

from etl.cli.telling import FAILED
from etl.cli.wiring import KEYS, catalogue_of, store_of
from geodata.register import load_register
from indicators.catalogue import CatalogueError
from indicators.settings import Settings, SettingsError, load_settings
from indicators.store import NoStore, Store, StoreDamaged

_OLDEST_PYTHON = (3, 11)
_LEAST_FREE_BYTES = 1_000_000_000
_PROXIES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY")
_STYLES = {"good": "green", "note": "cyan", "problem": "red"}

Kind = Literal["good", "note", "problem"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: whether it is as it should be, in words, and what to do where it is not."""

    kind: Kind
    words: str
    fix: str = ""


def doctor() -> None:
    """Look at this installation, from settings to figures, and say what is wrong and what to do about it."""
    console = Console(soft_wrap=True, highlight=False)
    problems = 0
    for finding in findings():
        problems += finding.kind == "problem"
        console.print(
            f"[{_STYLES[finding.kind]}]{finding.kind:<8}[/{_STYLES[finding.kind]}]{escape(finding.words)}"
        )
        if finding.fix:
            console.print(f"        → {escape(finding.fix)}")
    console.print("nothing is wrong" if not problems else f"{problems} to put right, the first one first")
    raise typer.Exit(FAILED if problems else 0)


def findings() -> Iterator[Finding]:
    """What is found, in the order in which it is best put right; it ends where the rest cannot be looked at."""
    yield _python()
    try:
        settings = load_settings()
    except SettingsError as error:
        yield Finding("problem", f"settings: {error}", "correct the variable, then run this again")
        return
    yield Finding("good", f"settings: data in {settings.data_dir}, database {_database(settings)}")
    yield from _disk(settings)
    yield from _pdf()
    yield from _network()
    try:
        catalogue = catalogue_of(settings)
    except CatalogueError as error:
        yield Finding(
            "problem", f"catalogue: {error}", "correct the file, then run: python -m indicators.catalogue"
        )
        return
    yield Finding("good", f"catalogue: {len(catalogue)} indicators")
    yield from _store(store_of(settings, load_register(), catalogue))


def _python() -> Finding:
    here = ".".join(str(part) for part in sys.version_info[:3])
    if sys.version_info[:2] < _OLDEST_PYTHON:
        return Finding("problem", f"Python {here}", "install Python 3.11 or newer, then run: make run")
    return Finding("good", f"Python {here}")


def _database(settings: Settings) -> str:
    """The database without its password."""
    return str(sa.engine.make_url(settings.store_url).render_as_string(hide_password=True))


def _disk(settings: Settings) -> Iterator[Finding]:
    folder = settings.data_dir
    nearest = next(parent for parent in (folder, *folder.absolute().parents) if parent.is_dir())
    try:
        with tempfile.TemporaryFile(dir=nearest):
            pass
    except OSError as error:
        yield Finding(
            "problem",
            f"data folder: {folder} cannot be written to ({error.strerror})",
            "give this account the right to write there, or set WORKHEALTH_DATA_DIR to another folder",
        )
        return
    free = shutil.disk_usage(nearest).free
    if free < _LEAST_FREE_BYTES:
        yield Finding(
            "problem",
            f"data folder: {free / 1e9:.1f} GB free beside {folder}",
            "free at least 1 GB: a refresh writes the new figures before the old ones go",
        )
    else:
        yield Finding("good", f"data folder: {folder} can be written to, {free / 1e9:.0f} GB free")


def _pdf() -> Iterator[Finding]:
    if find_spec("weasyprint") is None or ctypes.util.find_library("pango-1.0") is None:
        yield Finding(
            "note",
            "PDFs: WeasyPrint or the system's Pango library is missing",
            "install what README names under “What PDFs need”; everything else works without it",
        )
    else:
        yield Finding("good", "PDFs: WeasyPrint and Pango are there")


def _network() -> Iterator[Finding]:
    proxies = [name for name in _PROXIES if os.environ.get(name) or os.environ.get(name.lower())]
    if proxies:
        yield Finding("note", f"network: refreshes go through the proxy of {', '.join(proxies)}")
    missing = [name for name in KEYS if not os.environ.get(name)]
    if missing:
        yield Finding(
            "note",
            f"keys: {', '.join(missing)} is not set",
            "only sources that need it cannot be fetched; a folder of files works (refresh --from)",
        )


def _store(store: Store) -> Iterator[Finding]:
    try:
        if damage := store.connections.damage():
            raise StoreDamaged(str(store.connections.sqlite_path), damage)
        if not store.exists():
            yield Finding(
                "problem",
                "store: no tables of this version",
                "run: python -m etl starter load (or: make run)",
            )
            return
        releases = store.releases()
        if not releases:
            yield Finding("problem", "store: no figures", "run: python -m etl starter load (or: make run)")
            return
        yield Finding("good", f"store: {len(releases)} current releases")
        yield from _inside(store)
    except StoreDamaged as error:
        yield Finding("problem", f"store: {error.where}", "run: python -m etl rebuild")
    except (sa.exc.SQLAlchemyError, NoStore, OSError) as error:
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        yield Finding(
            "problem",
            f"store: {_where(store)} does not answer ({reason})",
            "start the database, or correct WORKHEALTH_DATABASE_URL",
        )


def _where(store: Store) -> Path | str:
    return store.connections.sqlite_path or str(store.connections.url.render_as_string(hide_password=True))


def _inside(store: Store) -> Iterator[Finding]:
    """What the store itself says: problems, and the last run of each source."""
    for problem in store.problems():
        yield Finding("problem", f"store: {problem}", "run: python -m etl rebuild")
    for state in store.source_status():
        name, words = state["source_id"], (state["message"] or "").partition("\n")[0]
        if state["outcome"] == "failed":
            yield Finding(
                "problem",
                f"{name}: the last run failed: {words}",
                f"run: python -m etl history {name}; then again: python -m etl refresh {name}",
            )
        elif state["outcome"] == "quarantined":
            yield Finding(
                "problem",
                f"{name}: a release waits in quarantine: {words}",
                f"run: python -m etl diff {name}; where it is right: python -m etl refresh {name} --accept “reason”",
            )
