"""Every parser on files that nobody would publish: a clean named error, or right rows and every one accounted for.

``WORKHEALTH_FAULT_EXAMPLES`` asks for that many files of each publication instead of a few, other ones each time
(``make bench BENCH=faults``).
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from source_samples import Grid, Sample, boundary_samples, content_of, grid_of, samples, samples_of

from etl.frames.measurements import COLUMNS, STATUSES
from etl.sources import BOUNDARY_SOURCES, SOURCES
from etl.sources.base import SourceProblem, no_progress
from geodata.register import load_register

ASKED = os.environ.get("WORKHEALTH_FAULT_EXAMPLES")
FEW = 40

NASTY = (
    "", " ", "*", "NaN", "nan", "inf", "-inf", "1e400", "-1", "0", "1,2", "1,234", "12.", ".5", "1_000", "0x10", "١٢",
    "½", "TRUE", "None", "NULL", "#REF!", "=1+1", "[c]", "..", "2023-13-01", "31/02/2024", "9999-12-31", "0000", "99999",
    "E06000018", "E99999999", "w06000001", "All", "Total", "\u202e", "a\u0000b", "\ufeff", '"', "x" * 70_000,
)  # fmt: skip
PART = st.floats(0, 1, exclude_max=True)
MUTATION = st.one_of(
    st.tuples(st.sampled_from(["flip", "cut out", "repeat", "cut off"]), PART, PART, st.just("")),
    st.tuples(
        st.just("put in"), PART, PART, st.sampled_from(['"', ",", "\n", "\r", "\x00", "\x92", "é", "1"])
    ),
    st.tuples(st.sampled_from(["line twice", "line gone", "lines swapped"]), PART, PART, st.just("")),
    st.tuples(
        st.sampled_from(["columns swapped", "column gone", "cell over another"]), PART, PART, st.just("")
    ),
    st.tuples(st.sampled_from(["cell", "figure"]), PART, PART, st.sampled_from(NASTY)),
)


def at(part: float, size: int) -> int:
    return int(part * size)


def mutated(sample: Sample, mutations: list[tuple[str, float, float, str]]) -> bytes:
    """The file after some mutations; those of cells are passed over once it is no table any more."""
    content = sample.content
    for name, first, second, text in mutations:
        if name in ("flip", "cut out", "repeat", "cut off", "put in"):
            content = in_bytes(content, name, first, second, text)
            continue
        try:
            grid = grid_of(sample.kind, content)
            content = content_of(
                sample.kind, in_cells(sample, grid, name, first, second, text), sample.content
            )
        except Exception:  # a table that is broken already stays as it is
            continue
    return content


def in_bytes(content: bytes, name: str, first: float, second: float, text: str) -> bytes:
    place, length = at(first, len(content)), at(second**4, len(content)) + 1
    match name:
        case "flip":
            return content[:place] + bytes([at(second, 256)]) + content[place + 1 :]
        case "cut out":
            return content[:place] + content[place + length :]
        case "repeat":
            return content[: place + length] + content[place:]
        case "put in":
            return content[:place] + text.encode("latin-1") + content[place:]
        case _:
            return content[:place]


def in_cells(sample: Sample, grid: Grid, name: str, first: float, second: float, text: str) -> Grid:
    if sample.kind in ("json", "geojson", "topojson"):
        return in_json(grid, name, first, second, text)
    row, other = at(first, len(grid)), at(second, len(grid))
    line = grid[row]
    column = at(second, max(len(line), 1))
    match name:
        case "line twice":
            grid.insert(other, list(line))
        case "line gone":
            del grid[row]
        case "lines swapped":
            grid[row], grid[other] = grid[other], grid[row]
        case "columns swapped" | "column gone" | "cell over another":
            left, right = at(first, len(grid[0])), at(second, len(grid[0]))
            for place, cells in enumerate(grid):
                if max(left, right) < len(cells):
                    if name == "columns swapped":
                        cells[left], cells[right] = cells[right], cells[left]
                    elif name == "column gone":
                        del cells[left]
                    elif place == row:
                        cells[left] = cells[right]
        case "figure":
            line[grid[sample.header].index(sample.figures)] = text
        case _:
            line[column] = text
    return grid


def in_json(answer: Any, name: str, first: float, second: float, text: str) -> Any:
    """Change one list or object, anywhere in it: take a part out, give it twice, swap two, or write another in."""
    places = list(containers(answer))
    inside = places[at(first, len(places))]
    keys = list(inside) if isinstance(inside, dict) else list(range(len(inside)))
    if not keys:
        return answer
    key, other = keys[at(second, len(keys))], keys[at(first, len(keys))]
    match name:
        case "line gone" | "column gone":
            del inside[key]
        case "line twice" if isinstance(inside, list):
            inside.insert(key, inside[key])
        case "lines swapped" | "columns swapped":
            inside[key], inside[other] = inside[other], inside[key]
        case "cell over another":
            inside[key] = inside[other]
        case _:
            inside[key] = text
    return answer


def containers(part: Any) -> Iterator[Any]:
    """Every list and object of a JSON text, the whole first."""
    if isinstance(part, dict | list):
        yield part
        for inner in part.values() if isinstance(part, dict) else part:
            yield from containers(inner)


def numbers_in(cells: list[Any]) -> set[float]:
    """What can be read as a number in a row, a thousands' comma allowed."""
    found = set()
    for cell in cells:
        try:
            found.add(float(str(cell).replace(",", "")))
        except ValueError:
            continue
    return found


def check(sample: Sample, path: Path) -> str:
    """Read the file as a refresh would; how it ended: ``refused``, ``read`` or ``not its file``."""
    source = SOURCES[sample.source_id]
    for edition in source.discover(path.parent):
        if path.name not in {file.path.name for file in edition.files}:
            continue
        try:
            parsed = source.parse(edition, load_register(), no_progress)
        except SourceProblem as error:
            assert str(error).strip()
            return "refused"
        measured = parsed.measurements
        assert list(measured.columns) == list(COLUMNS)
        grid = grid_of(sample.kind, path.read_bytes())
        assert parsed.rows_in == sample.units(grid), "rows of the file that nobody reports"
        if sample.used is not None:
            assert sample.used(measured) + parsed.rows_set_aside == parsed.rows_in, "rows lost"
        values = measured["value"].to_numpy(dtype="float64")
        assert not np.isinf(values).any()
        assert set(measured["status"]) <= set(STATUSES)
        assert not (np.isnan(values) & (measured["status"] == "ok").to_numpy()).any()
        if sample.as_published:
            whole = measured.dropna(subset=["row", "value"])
            for row, value in zip(whole["row"], whole["value"], strict=True):
                assert value in numbers_in(grid[int(row) - 1]), f"row {row} does not say {value}"
        return "read"
    return "not its file"


def check_drawn(sample: Sample, path: Path) -> str:
    """Draw the boundaries of a folder as a refresh would; how it ended: ``refused`` or ``drawn``."""
    source = BOUNDARY_SOURCES[sample.source_id]
    (edition,) = source.discover(path.parent)
    with tempfile.TemporaryDirectory() as made:
        try:
            drawn = source.draw(edition, load_register(), Path(made), no_progress)
        except SourceProblem as error:
            assert str(error).strip()
            assert list(Path(made).iterdir()) == []
            return "refused"
        for drawing in drawn:
            features = json.loads(drawing.path.read_text(encoding="utf-8"))["features"]
            assert {feature["id"] for feature in features} == load_register().codes(
                drawing.area_type, drawing.vintage
            )
            assert len(features) == drawing.areas
    return "drawn"


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as made:
        yield Path(made)


def test_every_source_has_a_publication() -> None:
    for source_id in (*SOURCES, *BOUNDARY_SOURCES):
        assert samples_of(source_id)


@pytest.mark.parametrize(
    "sample", samples(), ids=lambda sample: f"{sample.source_id}-{sample.edition}-{sample.name}"
)
def test_the_publication_itself_is_read(sample: Sample, folder: Path) -> None:
    assert check(sample, sample.write(folder / "whole" / sample.edition / sample.name)) == "read"


as_asked = settings(
    max_examples=int(ASKED or FEW),
    derandomize=ASKED is None,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.mark.slow
@pytest.mark.parametrize(
    "sample", samples(), ids=lambda sample: f"{sample.source_id}-{sample.edition}-{sample.name}"
)
@as_asked
@given(mutations=st.lists(MUTATION, min_size=1, max_size=3))
def test_a_mutated_file_is_refused_or_read_right(
    sample: Sample, folder: Path, mutations: list[tuple[str, float, float, str]]
) -> None:
    check(sample, sample.write(folder / sample.edition / sample.name, mutated(sample, mutations)))


@pytest.mark.parametrize("sample", boundary_samples(), ids=lambda sample: sample.name)
def test_the_boundaries_themselves_are_drawn(sample: Sample, folder: Path) -> None:
    assert check_drawn(sample, sample.write(folder / "drawn" / sample.name)) == "drawn"


@pytest.mark.slow
@pytest.mark.parametrize("sample", boundary_samples(), ids=lambda sample: sample.name)
@as_asked
@given(mutations=st.lists(MUTATION, min_size=1, max_size=3))
def test_mutated_boundaries_are_refused_or_drawn_whole(
    sample: Sample, folder: Path, mutations: list[tuple[str, float, float, str]]
) -> None:
    check_drawn(sample, sample.write(folder / sample.edition / sample.name, mutated(sample, mutations)))
