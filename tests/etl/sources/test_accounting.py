"""Rows in = figures + rows reported, for every source: over all fixtures, and over the real files of the starter."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from source_samples import FIXTURES, Sample, content_of, grid_of, samples

from etl.pipeline.accounting import Account, account
from etl.pipeline.starter import manifest
from etl.sources import SOURCES
from etl.sources.base import Edition, Parsed, SourceProblem, no_progress
from geodata.register import load_register

MOST_ROWS = 24
"""Rows of a sample that are taken out one at a time; of a longer one as many, evenly over it."""
NOT_ROW_BY_ROW = {"dwp_stat_xplore": "its JSON holds a cube of cells, which has no row to take out"}


def read(source_id: str, edition: Edition) -> Parsed:
    parsed = SOURCES[source_id].parse(edition, load_register(), no_progress)
    assert isinstance(parsed, Parsed)
    return parsed


def account_of(edition: str, parsed: Parsed) -> Account:
    return account(edition, parsed, len(parsed.measurements))


def editions_of_fixtures() -> list[tuple[str, Path]]:
    """(source, folder) of every folder of fixtures that a source reads."""
    return [(source_id, FIXTURES / source_id) for source_id in SOURCES if (FIXTURES / source_id).is_dir()]


def of_sample(sample: Sample, folder: Path, content: bytes | None = None) -> Parsed:
    """The edition that the damaged file of a sample belongs to."""
    path = sample.write(folder, content)
    for edition in SOURCES[sample.source_id].discover(folder):
        if path.name in {file.path.name for file in edition.files}:
            return read(sample.source_id, edition)
    raise SourceProblem("not its file any more")


def figures(parsed: Parsed) -> pd.DataFrame:
    """The measurements without the places of rows: those move where a row is taken out."""
    columns = [name for name in parsed.measurements.columns if name != "row"]
    as_text = parsed.measurements[columns].astype("str")
    return as_text.sort_values(columns, kind="stable").reset_index(drop=True)


def without_a_row(sample: Sample) -> Iterator[tuple[int, bytes]]:
    """(place of the row, the file without it), for rows that hold anything."""
    grid = grid_of(sample.kind, sample.content)
    places = [
        place
        for place in range(sample.header + 1, len(grid))
        if any(cell is not None and str(cell).strip() for cell in grid[place])
    ]
    for place in places[:: max(1, len(places) // MOST_ROWS)]:
        less = [line for number, line in enumerate(grid) if number != place]
        yield place + 1, content_of(sample.kind, less, sample.content)


LONG_TO_READ = ("2025-icb",)
"""Editions of samples that have 48 figures a row."""


@pytest.mark.parametrize(
    "sample",
    [
        pytest.param(
            sample,
            id=f"{sample.source_id}-{sample.edition}-{sample.name}",
            marks=[pytest.mark.slow] if sample.edition in LONG_TO_READ else [],
        )
        for sample in samples()
    ],
)
def test_each_row_of_a_fixture_is_a_figure_or_reported(sample: Sample, tmp_path: Path) -> None:
    """The rows are counted here; then each is taken out, and what the parser counted of it must go with it."""
    whole = of_sample(sample, tmp_path)
    assert whole.rows_in == sample.units(grid_of(sample.kind, sample.content))
    assert account_of(sample.edition, whole).unreported == 0
    if sample.source_id in NOT_ROW_BY_ROW:
        return
    before = figures(whole)
    for row, content in without_a_row(sample):
        try:
            less = of_sample(sample, tmp_path, content)
        except SourceProblem:
            continue  # the row is missed, and said to be
        assert account_of(sample.edition, less).unreported == 0, f"row {row}"
        in_figures = whole.rows_used - less.rows_used
        assert whole.rows_in - less.rows_in == in_figures + whole.rows_set_aside - less.rows_set_aside
        if figures(less).equals(before):
            # it was in no figure, or others say the same in its place: a total that is their sum
            assert in_figures <= 0, (
                f"row {row}: counted as part of a figure, and no figure changes without it"
            )
        elif in_figures == 0:
            # a row that was set aside because of this one has taken its place
            assert row in set(whole.measurements["row"]), (
                f"row {row}: set aside, and a figure changes without it"
            )


@pytest.mark.parametrize(
    ("source_id", "folder"), editions_of_fixtures(), ids=lambda part: str(part).rsplit("/", 1)[-1]
)
def test_every_edition_of_the_fixtures_adds_up(source_id: str, folder: Path) -> None:
    found = SOURCES[source_id].discover(folder)
    assert found
    for edition in found:
        try:
            parsed = read(source_id, edition)
        except SourceProblem:
            continue
        assert account_of(edition.edition, parsed).unreported == 0, edition.edition


def records_in(path: Path) -> int:
    """Rows of a CSV below its headings that hold anything, counted without the project's readers."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as opened:
        return sum(any(cell.strip() for cell in record) for record in csv.reader(opened)) - 1


COUNTED_AS_ROWS = ("ons_local_indicators", "nomis_aps_north", "ons_sdg", "census_2021", "qof")
"""Sources whose parser counts the rows of the first file of an edition, a CSV."""


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.parametrize("source_id", sorted({release.source_id for release in manifest()}))
def test_the_files_of_the_starter_add_up(shared: Path, source_id: str) -> None:
    found = SOURCES[source_id].discover(shared / "publications")
    assert found
    for edition in found:
        try:
            parsed = read(source_id, edition)
        except SourceProblem as error:
            assert str(error).strip()  # an error names the file: nothing of it is lost unsaid
            continue
        assert account_of(edition.edition, parsed).unreported == 0, edition.edition
        first = edition.files[0].path
        if source_id in COUNTED_AS_ROWS and first.suffix == ".csv":
            assert parsed.rows_in == records_in(first), edition.edition


def test_rows_that_do_not_add_up_are_said() -> None:
    assert Account("2023", 10, 7, 3).warnings == []
    assert Account("2023", 1_010, 7, 3).warnings == [
        "of 1,010 rows 7 are in figures and 3 set aside: 1,000 are not accounted for; this is a fault of this program, "
        "please report it"
    ]
    assert "1 are counted twice" in Account("2023", 9, 7, 3).warnings[0]
