"""The illustrative files: always the same, and those kept with the project are what the generator makes."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl import build_illustrative
from etl.build_illustrative.chance import chance, shown


def test_the_files_kept_are_what_the_generator_makes(tmp_path: Path, register) -> None:
    made = build_illustrative.build(tmp_path, register)
    names = [path.relative_to(tmp_path) for path in made]
    kept = sorted(path for path in build_illustrative.FOLDER.rglob("*.*"))
    assert sorted(build_illustrative.FOLDER / name for name in names) == kept
    for name in names:
        assert (tmp_path / name).read_bytes() == (build_illustrative.FOLDER / name).read_bytes(), (
            f"{name} differs from what the generator makes: run python -m etl.build_illustrative"
        )


def test_every_file_says_in_its_name_that_it_is_illustrative() -> None:
    assert all(path.name.startswith("illustrative-") for path in build_illustrative.FOLDER.rglob("*.*"))


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "*"), (4, "*"), (5, "5"), (7, "5"), (7.5, "10"), (8, "10"), (12, "10"), (13, "15")],
)
def test_counts_are_shown_as_the_publisher_shows_them(count: float, words: str) -> None:
    assert shown(count) == words


def test_chance_depends_on_the_words_alone() -> None:
    assert chance("52R", 2024) == chance("52R", 2024)
    assert chance("52R", 2024) != chance("52R", 2025)
    assert 0 < chance("x") < 1
