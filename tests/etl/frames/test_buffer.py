"""A release that is too large for memory is worked out part by part, and comes to the same."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest
from etl_toolkit import (
    ENGLAND,
    LEEDS,
    NOTTINGHAM,
    Y2020,
    Y2021,
    YORK,
    Bench,
    TidySource,
    claim_rows,
    count_rows,
    rate_rows,
    small_catalogue,
)
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from etl.frames import buffer
from etl.pipeline import loading
from etl.sources.base import Edition, ParsedInChunks, Progress
from geodata.register import Register

LINES = [
    {"sex": sex, "age": "16-64", "breakdown": breakdown}
    for sex in ("persons", "female")
    for breakdown in ("all", "disability: yes", "disability: no", "ethnic group: white")
]
RATES = {NOTTINGHAM: 66.1, LEEDS: 75.0, YORK: 80.0, ENGLAND: 76.0}


class ChunkedSource(TidySource):
    """A tidy source that gives its rows cut after ``borders`` (shares of the file)."""

    borders: Sequence[float] = ()

    def parse(self, edition: Edition, register: Register, progress: Progress) -> ParsedInChunks:
        parsed = super().parse(edition, register, progress)
        cuts = sorted(round(share * len(parsed.measurements)) for share in self.borders)
        ends = [*cuts, len(parsed.measurements)]
        chunks = (parsed.measurements.iloc[start:end] for start, end in zip([0, *cuts], ends, strict=True))
        return ParsedInChunks(chunks, rows_in=parsed.rows_in)


def chunked(folder: Path, borders: Sequence[float]) -> Bench:
    """A pipeline on SQLite whose sources give their rows in chunks."""
    made = Bench(f"sqlite:///{folder}/store.sqlite", folder, small_catalogue())
    made.sources = {name: ChunkedSource(name, made.bundle) for name in made.sources}
    for source in made.sources.values():
        source.borders = borders
    return made


EVERYONE = {"sex": "persons", "age": "all", "breakdown": "all"}
CLAIM = [{**claim_rows({NOTTINGHAM: 1})[0], **EVERYONE}]


def release(shift: float) -> dict[str, list[dict]]:
    """Files of both publishers, with figures revised, added and removed between one shift and another."""
    rates, others, counts = [], [], []
    for place, line in enumerate(LINES):
        values = {code: value - place + (shift if place % 2 else 0.0) for code, value in RATES.items()}
        if shift and place == 3:
            del values[LEEDS]
        rates += rate_rows(values, Y2020, **line)
        others += rate_rows({YORK: 70.0 + place + shift}, Y2020, "other-rate", **line)
        counts += [{**row, **line} for row in count_rows({NOTTINGHAM: (50 + place, 200 + 10 * shift)}, Y2020)]
    rates += rate_rows(RATES, Y2021, **LINES[0]) + [
        {**row, **EVERYONE} for row in claim_rows({NOTTINGHAM: 12 + shift})
    ]
    return {"alpha-1.csv": rates, "beta-1.csv": others + counts}


def published(bench: Bench, rows_at_once: int) -> list[tuple]:
    """Both releases one after the other: what was said of each source, and the store after each."""
    answers = []
    for shift in (0.0, 0.5):
        for name, rows in release(shift).items():
            bench.put(name, rows)
        results = bench.pipeline(rows_at_once=rows_at_once).refresh(
            folder=bench.folder / "incoming", accept="a test"
        )
        answers.append(
            (
                [(result.outcome, result.message, result.details.get("diff")) for result in results],
                [result.details.get("cross_checks") for result in results],
                bench.store.digest(),
                bench.store.revisions(),
            )
        )
    bench.store.close()
    return answers


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> list[tuple]:
    """What comes of releases that are worked on at once."""
    return published(chunked(tmp_path_factory.mktemp("whole"), ()), buffer.ROWS_AT_ONCE)


@pytest.mark.slow
@given(
    borders=st.lists(st.floats(0, 1), max_size=6),
    rows_at_once=st.integers(1, 60),
)
@settings(
    max_examples=6,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_cut_anywhere_and_worked_out_in_parts_it_comes_to_the_same(
    borders: list[float], rows_at_once: int, whole: list[tuple], tmp_path_factory: pytest.TempPathFactory
) -> None:
    in_parts = published(chunked(tmp_path_factory.mktemp("parts"), borders), rows_at_once)
    assert [said[0] for said in whole[0][0]] == ["published", "published"]
    for (said, _, digest, revisions), (said_whole, _, digest_whole, revisions_whole) in zip(
        in_parts, whole, strict=True
    ):
        assert said == said_whole
        assert digest == digest_whole
        assert revisions == revisions_whole


@pytest.mark.slow
def test_comparisons_are_reported_over_all_parts_together(whole: list[tuple], tmp_path: Path) -> None:
    def counted(checks: list[list[dict]]) -> list[tuple]:
        return [
            (check["indicator_id"], check["against"], check["compared"], check["apart"])
            for of_source in checks
            for check in of_source
        ]

    in_parts = published(chunked(tmp_path, ()), 10)
    assert [counted(answer[1]) for answer in in_parts] == [counted(answer[1]) for answer in whole]
    assert ("rate", "source beta") in {count[:2] for count in counted(in_parts[0][1])}


def test_a_figure_given_twice_in_different_chunks_is_named_with_both_rows(tmp_path: Path) -> None:
    bench = chunked(tmp_path, (0.5,))
    rows = [row for line in LINES for row in rate_rows(RATES, Y2021, **line)]
    bench.put("alpha-1.csv", [*rows, rows[5], *CLAIM])
    result = bench.pipeline(rows_at_once=10).refresh(["alpha"], folder=bench.folder / "incoming")[-1]
    assert (result.outcome, result.message) == (
        "failed",
        f"alpha-1.csv: row 34: column 'key': 'rate · {LEEDS} · {Y2021} · persons · 16-64 · disability: yes': expected "
        "each figure once (row 7 has it already)",
    )


def test_a_breach_in_any_chunk_stops_the_source_before_anything_is_written(tmp_path: Path) -> None:
    bench = chunked(tmp_path, (0.3, 0.6))
    rows = [row for line in LINES for row in rate_rows(RATES, Y2021, **line)]
    rows[30] = {**rows[30], "value": 180.0, "upper_ci_95": 182.0}
    bench.put("alpha-1.csv", rows + CLAIM)
    result = bench.pipeline(rows_at_once=10).refresh(["alpha"], folder=bench.folder / "incoming")[-1]
    assert result.message == "alpha-1.csv: row 32: column 'rate': 180.0: expected percent from 0 to 100"
    assert bench.store.releases() == []


@pytest.mark.parametrize("lines", [20, 80])
def test_what_is_worked_on_and_held_does_not_grow_with_the_file(
    lines: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once, held = [], []
    derive, spill_where_full = loading.derive, buffer.Workroom.spill_where_full

    def counted_derive(measurements: pd.DataFrame, **more):
        at_once.append(len(measurements))
        return derive(measurements, **more)

    def counted_way(room: buffer.Workroom) -> None:
        spill_where_full(room)
        held.append(sum(spool.held for spool in room._spools))

    monkeypatch.setattr(loading, "derive", counted_derive)
    monkeypatch.setattr(buffer.Workroom, "spill_where_full", counted_way)
    bench = chunked(tmp_path, [number / lines for number in range(1, lines)])
    rows = [
        row
        for number in range(lines)
        for row in rate_rows(RATES, Y2021, **{**EVERYONE, "breakdown": f"group: {number:03d}"})
    ]
    bench.put("alpha-1.csv", rows + CLAIM)
    result = bench.pipeline(rows_at_once=20).refresh(["alpha"], folder=bench.folder / "incoming")[-1]
    assert result.message == f"figures: {4 * lines + 1} added"
    # lines fall into buckets, so that a part can be no finer than one of these
    assert max(at_once) <= 28
    assert max(held) <= 40
    assert bench.value("rate", LEEDS) == 75.0
    assert not list(tmp_path.glob("*.arrow"))


def test_frames_come_back_as_they_were_put(tmp_path: Path) -> None:
    empty = pd.DataFrame({"sex": [], "age": [], "breakdown": []}, dtype="str").assign(
        value=pd.Series(dtype="float64"), row=pd.Series(dtype="Int64"), note=pd.Series(dtype="str")
    )
    frames = [
        pd.DataFrame(
            {
                "sex": ["persons"] * 3,
                "age": ["all"] * 3,
                "breakdown": ["all", "b: 1", "b: 2"],
                "value": [1.5, float("nan"), number],
                "row": pd.array([None, 2, number], dtype="Int64"),
                "note": pd.array(["x", None, "£ ½"], dtype="str"),
            }
        )
        for number in range(3)
    ]
    with buffer.Workroom(tmp_path, rows_at_once=2) as room:
        spool, shelf = room.spool(empty), room.shelf(empty)
        for frame in frames:
            spool.put(frame)
            shelf.put(frame)
        for before, after in zip(frames, spool, strict=True):
            pd.testing.assert_frame_equal(before, after)
        parts = room.parts([shelf])
        assert len(parts) > 1
        everyone = shelf.take(parts[0])
        assert everyone["breakdown"].tolist() == ["all"] * 3
        assert sum(len(shelf.take(part)) for part in parts) == 9
        assert shelf.take(frozenset({buffer.BUCKETS})).empty
