"""A first check of the publishers: every address is asked, the beginning of what comes is read, nothing is published.

Names, columns and labels are held against what the sources expect. Each source gets a verdict: ``right``, ``moved``
(an address is gone), ``renamed`` (a file, column or label has another name), ``broken`` (no usable answer), ``unsure``
(the beginning alone does not tell), ``no key``, or ``nothing to ask`` (it has no addresses). The worst of what was found is the verdict.
"""

from __future__ import annotations

import json
import re
import tempfile
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from etl.fetching.failures import FetchFailed
from etl.fetching.heads import Asked, HeadDownloads
from etl.frames.routes import measures_of
from etl.pipeline.contract import MeasurementChecks
from etl.sources import reading
from etl.sources.base import (
    BoundarySource,
    Edition,
    LiveSource,
    MissingKey,
    Source,
    SourceProblem,
    no_progress,
)
from geodata.register import Register
from indicators.catalogue import Indicator

if TYPE_CHECKING:
    from etl.fetching.http import Fetcher

RIGHT, MOVED, RENAMED, BROKEN = "right", "moved", "renamed", "broken"
UNSURE, NO_KEY, NOTHING_TO_ASK = "unsure", "no key", "nothing to ask"
_WORST = (BROKEN, RENAMED, MOVED, NO_KEY, UNSURE, RIGHT, NOTHING_TO_ASK)
_MOST_LABELS = 40
_GONE = re.compile(r"the server answered (404|410)\b")
_NO_ANSWER = re.compile(
    r"the server answered \d|tried \d+ times|content type|content encoding|expected a whole|more than [\d,]+ bytes|"
    r"[\d,]+ bytes came|no part of the file came|no address"
)
_OTHER_NAME = re.compile(r"gone; found|no link to|no attachment named|named like|no value set|no variable of")


@dataclass(frozen=True)
class SeenFile:
    """A file that came: its columns, or the fields of a table of JSON with their labels."""

    name: str
    is_whole: bool
    columns: tuple[str, ...]


@dataclass(frozen=True)
class SeenEdition:
    """An edition made of what came: how many figures its beginning has, and the measures the catalogue asks for."""

    edition: str
    files: tuple[str, ...]
    figures: int = 0
    seen: tuple[str, ...] = ()
    not_seen: tuple[str, ...] = ()
    set_aside: tuple[str, ...] = ()
    problem: str = ""
    unsure: str = ""
    """What could not be told from the beginning alone."""


@dataclass
class SourceReport:
    """What came of one source."""

    source_id: str
    title: str
    verdicts: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    files: list[SeenFile] = field(default_factory=list)
    editions: list[SeenEdition] = field(default_factory=list)

    @property
    def verdict(self) -> str:
        """The worst verdict of all that was found."""
        return min(self.verdicts or [RIGHT], key=_WORST.index)

    def add(self, verdict: str, words: str) -> None:
        """Note a problem; the same words are noted once."""
        self.verdicts.append(verdict)
        if words not in self.problems:
            self.problems.append(words)


def probe(
    source: Source | BoundarySource,
    *,
    fetcher: Fetcher,
    secrets: Mapping[str, str],
    register: Register,
    catalogue: Mapping[str, Indicator],
    today: date,
) -> SourceReport:
    """Ask a source's addresses and hold the beginnings against what it expects. Writes to a temporary folder only."""
    report = SourceReport(source.info.source_id, source.info.title)
    if not isinstance(source, LiveSource):
        report.add(NOTHING_TO_ASK, "its files are given with --from, or come with the project")
        return report
    with tempfile.TemporaryDirectory(prefix="workhealth-probe-") as name:
        folder = Path(name)
        downloads = HeadDownloads(folder, fetcher, secrets)
        try:
            source.fetch(downloads, today)
        except MissingKey as error:
            report.add(NO_KEY, str(error))
        except (FetchFailed, SourceProblem) as error:
            for words in str(error).splitlines():
                report.add(_verdict_of(words), words)
        except Exception as error:
            report.add(BROKEN, _unexpected(error))
        for words in downloads.notes:
            report.add(_verdict_of(words), words)
        report.asked = downloads.asked
        report.files = [_seen(path, path.name in downloads.whole) for path in sorted(folder.glob("*"))]
        if report.files:
            _hold(report, source, folder, downloads.whole, register, catalogue)
    return report


def _verdict_of(words: str) -> str:
    """What kind of problem some words tell of."""
    if _GONE.search(words):
        return MOVED
    if _OTHER_NAME.search(words):
        return RENAMED
    return BROKEN if _NO_ANSWER.search(words) else RENAMED


def _unexpected(error: Exception) -> str:
    return f"unexpected {type(error).__name__}: {error}; {traceback.format_exc(limit=-2).splitlines()[-2].strip()}"


def _seen(path: Path, is_whole: bool) -> SeenFile:
    columns: list[str] = []
    if path.suffix.casefold() in (".csv", ".tsv"):
        columns = reading.header_of(path)
    elif path.suffix.casefold() in (".json", ".geojson"):
        columns = _labels(path)
    return SeenFile(path.name, is_whole, tuple(columns[:_MOST_LABELS]))


def _labels(path: Path) -> list[str]:
    """Properties of the first feature of GeoJSON; fields with their first labels of a table of Stat-Xplore."""
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
        if "features" in content:
            return list(content["features"][0]["properties"])
        return [
            f"{entry['label']}: {', '.join(' '.join(item['labels']) for item in entry['items'][:8])}"
            for entry in content["fields"]
        ]
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        return []


def _hold(
    report: SourceReport,
    source: Source | BoundarySource,
    folder: Path,
    whole: set[str],
    register: Register,
    catalogue: Mapping[str, Indicator],
) -> None:
    """Find the editions in what came and read them as far as beginnings can be read."""
    editions = source.discover(folder)
    if not editions:
        report.add(
            RENAMED, f"{len(report.files)} files came and none is known as a file of {source.info.title}"
        )
    for edition in editions:
        files = tuple(file.path.name for file in edition.files)
        if not isinstance(source, Source):
            report.editions.append(SeenEdition(edition.edition, files))
            continue
        seen, verdict = _read(source, edition, set(files) <= whole, register, catalogue)
        report.editions.append(seen)
        if seen.problem:
            report.add(verdict, f"{edition.edition}: {seen.problem}")
        else:
            report.verdicts.append(verdict)


def _read(
    source: Source, edition: Edition, is_whole: bool, register: Register, catalogue: Mapping[str, Indicator]
) -> tuple[SeenEdition, str]:
    """(what an edition's beginning holds, the verdict where it has a problem)."""
    source_id, files = source.info.source_id, tuple(file.path.name for file in edition.files)
    asked = measures_of(catalogue, source_id)
    measures: set[str] = set()
    figures = 0
    aside: list[str] = []
    try:
        parsed = source.parse(edition, register, no_progress)
        checks = MeasurementChecks(edition, source_id, register, catalogue)
        for chunk in parsed.chunks:
            figures += len(chunk)
            measures |= set(chunk["measure"].unique())
            checks.rows(chunk)
        aside = [
            f"{kind.reason} ({kind.rows:,}): {', '.join(kind.examples[:4])}" for kind in parsed.set_aside
        ]
        checks.stop()
    except SourceProblem as error:
        words, changed = str(error), _OTHER_NAME.search(str(error)) is not None
        if changed or is_whole:
            return SeenEdition(edition.edition, files, problem=words), RENAMED if changed else BROKEN
        return SeenEdition(edition.edition, files, figures, unsure=words), UNSURE
    except Exception as error:
        if is_whole:
            return SeenEdition(edition.edition, files, problem=_unexpected(error)), BROKEN
        return SeenEdition(edition.edition, files, figures, unsure=_unexpected(error)), UNSURE
    found = tuple(sorted(asked & measures))
    seen = SeenEdition(
        edition.edition, files, figures, found, tuple(sorted(asked - measures)), tuple(aside[:_MOST_LABELS])
    )
    return seen, RIGHT
