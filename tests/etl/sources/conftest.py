"""What the tests of the sources share: the register, fixtures in real layouts, and ways to damage a file."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from etl.measurements import COLUMNS
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
    return lambda source_id, folder: {one.edition: one for one in SOURCES[source_id].discover(folder)}


@pytest.fixture
def rows_of() -> Callable[..., list[tuple[Any, ...]]]:
    """Rows of measurements as tuples of some columns; a missing number is None."""

    def of(measurements: pd.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
        picked = measurements[list(columns)].astype(object)
        return list(picked.where(picked.notna(), None).itertuples(index=False, name=None))

    return of
