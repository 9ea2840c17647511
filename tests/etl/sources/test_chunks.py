"""Parsers that read in chunks give the same wherever a chunk ends, between rows that belong together too."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pandas.testing import assert_frame_equal
from source_samples import Sample, content_of, grid_of, samples

from etl.sources import SOURCES
from etl.sources.base import BadFile, Parsed, no_progress
from etl.sources.reading import tables
from geodata.register import Register

SIZES = (1, 2, 3, 5, 8)
NAMES = (
    "MHSDS_Data_MarPerf_2024.csv",
    "psych-ther-ann-rep-csv-2021-22-main-csv.csv",
    "nhstalkingtherapies_month_sep_2025_activity_performance.csv",
)
SAMPLES = [sample for sample in samples() if sample.name in NAMES]


@pytest.fixture
def read(
    tmp_path: Path, register: Register, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Sample, bytes, int], Parsed]:
    """Parse a publication with other content, so many rows at a time."""

    def of(sample: Sample, content: bytes, rows: int) -> Parsed:
        monkeypatch.setattr(tables, "ROWS_AT_ONCE", rows)
        source = SOURCES[sample.source_id]
        path = sample.write(tmp_path / "in", content)
        [edition] = source.discover(path.parent)
        parsed = source.parse(edition, register, no_progress)
        assert isinstance(parsed, Parsed)
        return parsed

    return of


def test_every_parser_in_chunks_is_tried() -> None:
    assert [sample.name for sample in SAMPLES] == [NAMES[1], NAMES[2], NAMES[0]]


@pytest.mark.parametrize("rows", SIZES)
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_it_gives_the_same_wherever_a_chunk_ends(read, sample: Sample, rows: int) -> None:
    whole, cut = read(sample, sample.content, 1_000_000), read(sample, sample.content, rows)
    assert_frame_equal(cut.measurements, whole.measurements)
    assert (cut.rows_in, cut.warnings) == (whole.rows_in, whole.warnings)
    # reasons and their examples come in the order in which they are met
    of_cut, of_whole = (
        {group.reason: (group.rows, sorted(group.examples)) for group in parsed.set_aside}
        for parsed in (cut, whole)
    )
    assert of_cut == of_whole
    assert len(cut.set_aside) == len(whole.set_aside)
    assert cut.rows_in == sample.units(grid_of("csv", sample.content))
    assert cut.rows_in == len(cut.measurements) + cut.rows_set_aside


@pytest.mark.parametrize("rows", SIZES)
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_a_figure_twice_is_reported_though_a_chunk_ends_between(read, sample: Sample, rows: int) -> None:
    header, *lines = grid_of("csv", sample.content)
    content = content_of("csv", [header, *lines, lines[0]])
    last = len(lines) + 2
    with pytest.raises(BadFile, match=rf"row {last}: .*expected each figure once, and row 2 has it already"):
        read(sample, content, rows)


@pytest.mark.parametrize("rows", SIZES)
def test_the_preferred_way_of_placing_people_is_kept_wherever_it_stands(read, rows: int) -> None:
    sample = SAMPLES[-1]
    ways = ("ICB of Provider", "ICB", "ICB of Residence", "ICB of GP Practice or Residence")
    line = "01/04/2023,31/03/2024,Performance,{way},QWO,West Yorkshire,NONE,NONE,AMH17e,Name,{value}"
    header = ",".join(grid_of("csv", sample.content)[0])
    lines = [line.format(way=way, value=value) for value, way in enumerate(ways, start=101)]
    content = "\n".join([header, *lines, ""]).encode()
    parsed = read(sample, content, rows)
    assert list(parsed.measurements["value"]) == [104.0]
    assert list(parsed.measurements["row"]) == [5]
    assert [(kind.reason, kind.rows) for kind in parsed.set_aside] == [
        (f"breakdown {way!r}: the same area is there by another way", 1)
        for way in ("ICB of Provider", "ICB of Residence", "ICB")
    ]


@pytest.mark.parametrize("rows", SIZES)
def test_a_file_without_an_area_is_reported_at_its_end(read, rows: int) -> None:
    sample = SAMPLES[-1]
    header, *lines = sample.content.decode().splitlines()
    providers = [line for line in lines if ",Provider," in line] * 3
    with pytest.raises(BadFile, match="expected England, ICB or Sub ICB among the breakdowns"):
        read(sample, "\n".join([header, *providers, ""]).encode(), rows)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_what_is_wrong_in_a_later_chunk_stops_it_with_the_row(read, sample: Sample) -> None:
    content = sample.content.rstrip(b"\n") + b"\n1,2\n"
    row = sample.content.rstrip(b"\n").count(b"\n") + 2
    with pytest.raises(BadFile, match=rf"row {row}: '2 cells': expected \d+ cells as in the header"):
        read(sample, content, 2)
