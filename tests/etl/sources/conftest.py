"""What the tests of the sources share: the register, fixtures in real layouts, and ways to damage a file."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from source_samples import nhs_pages

from etl.fetching.failures import FetchFailed
from etl.frames.measurements import COLUMNS
from etl.sources import SOURCES
from etl.sources.base import Edition, Parsed, no_progress
from geodata.register import Register, load_register

FIXTURES = Path(__file__).parents[2] / "fixtures" / "sources"


@pytest.fixture(scope="session")
def register() -> Register:
    return load_register()


@pytest.fixture(scope="session")
def parse(register: Register) -> Callable[[str, Edition], Parsed]:
    """Parse an edition and check what holds of every parser: columns, and each row used or set aside."""

    def of(source_id: str, edition: Edition) -> Parsed:
        parsed = SOURCES[source_id].parse(edition, register, no_progress)
        assert list(parsed.measurements.columns) == list(COLUMNS)
        assert 0 <= parsed.rows_set_aside <= parsed.rows_in
        return parsed

    return of


@pytest.fixture
def copied(tmp_path: Path) -> Callable[..., Path]:
    """Copy a source's fixtures into a folder of their own and return it."""

    def of(source_id: str, *names: str) -> Path:
        folder = tmp_path / source_id
        folder.mkdir(exist_ok=True)
        for path in sorted((FIXTURES / source_id).iterdir()):
            if not names or path.name in names:
                shutil.copy(path, folder / path.name)
        return folder

    return of


@pytest.fixture
def editions() -> Callable[[str, Path], dict[str, Edition]]:
    """Editions that a source finds in a folder, by their name."""
    return lambda source_id, folder: {
        edition.edition: edition for edition in SOURCES[source_id].discover(folder)
    }


@dataclass
class FakeDownloads:
    """Downloads from a mapping (or a function) of addresses to bytes; ``calls`` are (verb, url, content types, day) in
    order, ``urls`` the addresses of the files saved."""

    folder: Path
    responses: Mapping[str, bytes] | Callable[[str], bytes]
    secrets: Mapping[str, str] = field(default_factory=dict)
    calls: list[tuple[str, str, tuple[str, ...], date | None]] = field(default_factory=list)
    urls: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    heads_only: bool = False

    def _answer(self, url: str) -> bytes:
        if callable(self.responses):
            return self.responses(url)
        if url not in self.responses:
            raise FetchFailed(f"{url}: the server answered 404; expected 200")
        return self.responses[url]

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
        self.calls.append(("save", url, content_types, published_on))
        content = self._answer(url)
        path = self.folder / file_name
        path.write_bytes(content)
        self.urls[file_name] = url
        return path

    def read(self, url: str, *, content_types: tuple[str, ...] = ()) -> bytes:
        self.calls.append(("read", url, content_types, None))
        return self._answer(url)

    def note(self, words: str) -> None:
        self.notes.append(words)

    @property
    def saved(self) -> list[str]:
        """Names of the files saved, in order."""
        return sorted(path.name for path in self.folder.iterdir())


@pytest.fixture
def fake_downloads(
    tmp_path: Path,
) -> Callable[[Mapping[str, bytes] | Callable[[str], bytes]], FakeDownloads]:
    """Downloads that answer from a mapping or a function, into an empty folder."""

    def of(responses: Mapping[str, bytes] | Callable[[str], bytes]) -> FakeDownloads:
        folder = tmp_path / "fetched"
        folder.mkdir()
        return FakeDownloads(folder, responses)

    return of


@pytest.fixture
def nhs_site() -> Callable[..., dict[str, bytes]]:
    """Pages of a series in the marks of digital.nhs.uk: {slug: {file name: content}}, the newest first."""

    return nhs_pages


@pytest.fixture
def rows_of() -> Callable[..., list[tuple[Any, ...]]]:
    """Rows of measurements as tuples of some columns; a missing number is None."""

    def of(measurements: pd.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
        picked = measurements[list(columns)].astype(object)
        return list(picked.where(picked.notna(), None).itertuples(index=False, name=None))

    return of
