"""Figures of the user's own: a table for each indicator that they describe in a TOML file beside it.

The pair ``<indicator-id>.toml`` and ``<indicator-id>.csv`` (or a workbook, ``.xlsx``) is one edition. The measures of
the TOML's routes are named after the columns: ``<indicator-id>.value``, ``<indicator-id>.numerator``,
``<indicator-id>.denominator``.
"""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

from etl.frames import measurements
from etl.sources import reading
from etl.sources.base import Downloads, Edition, FoundFile, Parsed, Progress, SourceInfo, SourceProblem
from etl.sources.local_upload.check import (
    Check,
    figure_files,
    given_twice,
    hidden_words,
    hide_small_numbers,
    links,
    pair_problems,
    stop,
)
from etl.sources.local_upload.table import KINDS, read_table
from geodata.register import Register
from indicators.catalogue import LOCAL_SOURCE, CatalogueError, load_indicator

_BLOCK = 20_000  # rows that are dictionaries at once, on their way into a frame


class LocalUpload:
    """Reads the user's own pairs of a TOML and a table from a folder given with ``--from``."""

    info = SourceInfo(
        source_id=LOCAL_SOURCE,
        publisher="Your own organisation",
        title="Local data upload",
        licence="As your organisation decides",
        url="",
        cadence="when you change a file",
        attribution="Figures added on this computer; they are no official statistics.",
    )
    parser_version = 2

    def discover(self, folder: Path) -> list[Edition]:
        """One edition for each table with a TOML of the same name beside it that reads from this source.

        Raises BadFile, or Problems, for a link to another place and for figures of an indicator that are given in two files.
        """
        editions: list[Edition] = []
        found: dict[Path, list[Path]] = {}
        for path in reading.files_below(folder, *(f"*{ending}" for ending in KINDS)):
            described = path.with_suffix(".toml")
            stop(links((path, described)))
            if (publication := _publication(described)) is None:
                continue
            found.setdefault(described, []).append(path)
            editions.append(
                Edition(
                    edition=path.stem,
                    publication=publication,
                    files=(FoundFile(path, "figures"), FoundFile(described, "metadata")),
                )
            )
        stop(given_twice(found.values()))
        return editions

    def parse(self, edition: Edition, register: Register, progress: Progress) -> Parsed:
        """Read one table; counts its rows, the lines of text around it among them.

        Raises BadFile, or Problems with every problem of the file at once.
        """
        files = {file.role: file.path for file in edition.files}
        path = files["figures"]
        progress(f"{path.name}: reading", 0, 0)
        try:
            indicator = load_indicator(files["metadata"])
        except CatalogueError as error:
            raise SourceProblem(str(error)) from error
        table = read_table(path)
        figures = Check(path, table, indicator, register).figures()
        warnings, rows_in, set_aside = list(table.warnings), table.rows_in, list(table.set_aside)
        del table  # the rows of a large file are hundreds of megabytes
        if indicator.small_numbers != "allow":
            hidden = hide_small_numbers(figures, indicator)
            warnings += [hidden_words(path, hidden, indicator)] if hidden else []
        blocks = [figures[start : start + _BLOCK] for start in range(0, len(figures), _BLOCK)]
        used = len(figures)
        del figures
        frames = []
        for place, block in enumerate(blocks):
            frames.append(
                measurements.from_rows([record for row in block for record in row.records(indicator.id)])
            )
            blocks[place] = []
        return Parsed(
            measurements.join(frames), rows_in=rows_in, set_aside=set_aside, warnings=warnings, used=used
        )


class LocalFolder(LocalUpload):
    """The same of the user's folder (``WORKHEALTH_LOCAL_DIR``), which a refresh without ``--from`` reads.

    ``fetch`` copies the pairs as they are: nothing comes from any address, so no file of them has one.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fetch(self, downloads: Downloads, today: date) -> None:
        """Copy every pair into ``downloads.folder``.

        Raises BadFile, or Problems, for a link to another place, for a file without its pair and for figures that are
        given in two files.
        """
        tables: dict[str, list[Path]] = {}
        for path in figure_files(self.folder):
            tables.setdefault(path.stem, []).append(path)
        described = {path.stem: path for path in sorted(self.folder.glob("*.toml"))}
        stop(links((*(path for paths in tables.values() for path in paths), *described.values())))
        stop(pair_problems(tables, described))
        for path in (*(path for paths in tables.values() for path in paths), *described.values()):
            shutil.copyfile(path, downloads.folder / path.name)


def _publication(path: Path) -> str | None:
    """The publication of a TOML that reads from this source, None where there is none.

    A file that names this source and cannot be read is kept: ``parse`` then says what is wrong with it.
    """
    if not path.is_file():
        return None
    try:
        indicator = load_indicator(path)
    except CatalogueError:
        return path.stem if LOCAL_SOURCE.encode() in path.read_bytes() else None
    except OSError:
        return None
    route = indicator.routes[0]
    return route.publication if route.source == LOCAL_SOURCE else None


source = LocalUpload()
