"""What every source of figures is: how its files are found, read, and how it says what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Protocol, runtime_checkable

import pandas as pd

from geodata.register import Register
from indicators.calendar import Calendar

Progress = Callable[[str, int, int], None]
"""Called as ``progress(words, done, of)`` on long work; ``of`` is 0 where the length is not known."""


def no_progress(words: str, done: int, of: int) -> None:
    """A progress that shows nothing."""


EVERY_MONTH = tuple(range(1, 13))


@dataclass(frozen=True)
class SourceInfo:
    """A publisher's series, as people should see it named.

    ``cadence`` is for people; ``calendar`` says when the next figures are due, None where no more are expected
    (a census, a series that has ended, facts kept by hand).
    """

    source_id: str
    publisher: str
    title: str
    licence: str
    url: str
    cadence: str
    attribution: str
    calendar: Calendar | None = None


@dataclass(frozen=True)
class FoundFile:
    """A publisher's file that ``discover`` found; ``role`` tells the parser what it is for."""

    path: Path
    role: str
    url: str | None = None
    published_on: date | None = None


@dataclass(frozen=True)
class Edition:
    """One publication of a source: it becomes one release.

    Where two editions of a source give the same figure, the higher ``precedence`` wins.
    """

    edition: str
    publication: str
    files: tuple[FoundFile, ...]
    published_on: date | None = None
    precedence: int = 0
    illustrative: bool = False


@dataclass(frozen=True)
class UnknownArea:
    """A code that looks like that of an area and that the register has no area for in the period.

    ``rows`` (or cells) of the file had it; ``measures`` are those they were of, empty where the parser does not say.
    """

    code: str
    rows: int
    measures: tuple[str, ...] = ()


@dataclass
class SetAside:
    """Rows (or cells) of a file that were read and left out on purpose, with the reason.

    ``unknown`` are the codes among them that look like those of areas: a person must be told of each.
    """

    reason: str
    rows: int
    examples: tuple[str, ...] = ()
    unknown: tuple[UnknownArea, ...] = ()


@dataclass
class Parsed:
    """What a parser made of an edition.

    ``rows_in`` counts the rows (or cells: the parser's docstring says which) of the files, and equals
    those used plus those set aside; ``measurements`` has the columns of ``etl.frames.measurements.COLUMNS``.
    ``used`` counts the rows that figures are made of; None where each measurement is one of them. ``unknown`` are codes of
    rows among those used: they count in wider areas, and the area of the code itself has no figure.
    """

    measurements: pd.DataFrame
    rows_in: int
    set_aside: list[SetAside] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    used: int | None = None
    unknown: tuple[UnknownArea, ...] = ()

    @property
    def rows_set_aside(self) -> int:
        return sum(aside.rows for aside in self.set_aside)

    @property
    def rows_used(self) -> int:
        """Rows that are in a figure."""
        return len(self.measurements) if self.used is None else self.used

    @property
    def chunks(self) -> Iterable[pd.DataFrame]:
        """The measurements as the one chunk they are."""
        return (self.measurements,)


@dataclass
class ParsedInChunks:
    """What a parser makes of an edition that may be too large for memory.

    ``chunks`` gives frames like ``Parsed.measurements`` one after another, cut anywhere: the pipeline brings together
    what belongs together. The other fields are whole once the last chunk was taken, and mean what they mean there.
    """

    chunks: Iterable[pd.DataFrame]
    rows_in: int = 0
    set_aside: list[SetAside] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    used: int | None = None
    unknown: tuple[UnknownArea, ...] = ()


class SourceProblem(Exception):
    """Something in a publisher's file stops its source; the text says what, where and how to fix it."""


class ReleaseChanged(SourceProblem):
    """The layout of a publication changed: a column, sheet or measure that is needed is gone."""

    @classmethod
    def columns(
        cls, file_name: str, lost: Sequence[str], found: Sequence[str], fix: str = ""
    ) -> ReleaseChanged:
        """The usual case: columns lost, with those found beside them."""
        lost_words = ", ".join(repr(name) for name in lost)
        text = f"{file_name}: column {lost_words} gone; found {list(found)}"
        return cls(f"{text}; {fix}" if fix else text)


class BadFile(SourceProblem):
    """A file cannot be trusted: says file, row, column, value, what was expected and the fix."""

    def __init__(
        self,
        file: str | Path,
        *,
        expected: str,
        row: int | None = None,
        column: str | None = None,
        value: object = None,
        fix: str | None = None,
    ) -> None:
        self.file = file.name if isinstance(file, Path) else file
        self.row = row
        self.column = column
        self.value = value
        self.expected = expected
        self.fix = fix
        places = [self.file]
        if row is not None:
            places.append(f"row {row}")
        if column is not None:
            places.append(f"column {column!r}")
        text = ": ".join(places)
        if value is not None:
            text += f": {value!r}"
        text += f": expected {expected}"
        if fix:
            text += f"; {fix}"
        super().__init__(text)


class Problems(SourceProblem):
    """Several problems of one source at once, one a line."""

    def __init__(self, problems: Sequence[Exception | str]) -> None:
        self.problems = [str(problem) for problem in problems]
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True)
class DrawnBoundary:
    """A file of boundaries that a BoundarySource wrote: one vintage of one area type."""

    area_type: str
    vintage: int
    path: Path
    areas: int
    warnings: tuple[str, ...] = ()


@runtime_checkable
class BoundarySource(Protocol):
    """A source of boundaries instead of figures: draws one GeoJSON for each area type and vintage.

    Files are written as ``<area_type>-<vintage>.geojson`` below ``folder``, which is empty; the pipeline
    moves them to the place they are served from once all of them are whole.
    """

    info: SourceInfo
    parser_version: int

    def discover(self, folder: Path) -> list[Edition]:
        """Editions whose files are in ``folder``; [] when none."""
        ...

    def draw(
        self, edition: Edition, register: Register, folder: Path, progress: Progress
    ) -> list[DrawnBoundary]:
        """Draw one edition's boundaries into ``folder``. Raises ReleaseChanged or BadFile."""
        ...


class Downloads(Protocol):
    """What a source fetches through: every file it asks for lands whole in ``folder``, or an error is raised.

    ``secrets`` are variables of the environment that hold keys (such as ``STATXPLORE_API_KEY``); they are sent and
    never written down.
    """

    folder: Path
    secrets: Mapping[str, str]
    heads_only: bool
    """Whether only the beginning of each answer is read: one page of many is then enough."""

    def save(
        self,
        file_name: str,
        url: str,
        *,
        content_types: tuple[str, ...] = (),
        published_on: date | None = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        read_seconds: float | None = None,
    ) -> Path:
        """Fetch ``url`` into ``folder / file_name`` (a POST when there is a ``body``) and note where it came from.

        The files of a zip are unpacked beside it, each by its own name. ``read_seconds`` is how long the server may
        take to answer, where that is longer than usual. Raises FetchFailed.
        """
        ...

    def read(self, url: str, *, content_types: tuple[str, ...] = ()) -> bytes:
        """The body of a small page that is not kept: an index, a list of editions. Raises FetchFailed."""
        ...

    def note(self, words: str) -> None:
        """Tell something that the run shall say: a file, month or table that was not there."""
        ...


@runtime_checkable
class LiveSource(Protocol):
    """A source whose files can be fetched from its publisher by documented addresses.

    What ``fetch`` leaves in ``downloads.folder`` carries names that ``discover`` knows, so that a file that was
    fetched and one that was given with ``--from`` go the same way from there.
    """

    info: SourceInfo

    def fetch(self, downloads: Downloads, today: date) -> None:
        """Fetch the files of the newest publications. Raises FetchFailed, ReleaseChanged where an index has changed,
        and MissingKey where a key is needed and not set."""
        ...


class MissingKey(SourceProblem):
    """A publisher asks for a key, and the environment has none; the text says which variable and where to get it."""


@runtime_checkable
class Source(Protocol):
    """A publisher's series: finds its files in a folder and reads them into measurements.

    ``parser_version`` goes up whenever the same bytes would be read differently.
    """

    info: SourceInfo
    parser_version: int

    def discover(self, folder: Path) -> list[Edition]:
        """Editions whose files are in ``folder`` (searched below it too), oldest first; [] when none."""
        ...

    def parse(self, edition: Edition, register: Register, progress: Progress) -> Parsed | ParsedInChunks:
        """Read one edition. Raises ReleaseChanged or BadFile; never returns a guess."""
        ...
