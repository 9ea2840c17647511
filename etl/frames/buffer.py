"""Frames that may be too large for memory: buffered, spilled to disk, and read back in parts that fit.

A part holds every row of the sexes, ages and breakdowns it has. All that is calculated from figures (keys given
once, intervals, gaps, sums, spread, trend) stays inside one of these lines, so that working part by part gives the
same as working on the whole, and what a part needs is bounded by areas and periods, not by the size of a file.
"""

from __future__ import annotations

import os
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Self

import numpy as np
import pandas as pd
import pyarrow as pa

from etl.frames.keys import coded, repeated

LINE = ["sex", "age", "breakdown"]
BUCKETS = 64
ROWS_AT_ONCE = 500_000
"""Rows that are worked on at once, where no line is longer than that; twice as many are held in memory."""

Part = frozenset[int] | None
"""Buckets of lines that are taken together; None is everything."""


def bucket_of(sex: str, age: str, breakdown: str) -> int:
    """The bucket of a line, the same in every frame. Bucket 0 has the lines of everyone (breakdown ``all``)."""
    if breakdown == "all":
        return 0
    return 1 + zlib.crc32("\0".join((sex, age, breakdown)).encode()) % (BUCKETS - 1)


class Workroom:
    """Where the frames of one publication are kept while it is planned.

    Files are made in ``folder`` once many rows are held; they have no name, so that none outlives the process.
    """

    def __init__(self, folder: Path, rows_at_once: int = ROWS_AT_ONCE) -> None:
        self.rows_at_once = rows_at_once
        self._folder = folder
        self._spools: list[Spool] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for spool in self._spools:
            spool.clear()

    def spool(self, empty: pd.DataFrame) -> Spool:
        """A place for frames of the columns of ``empty``, given back one by one."""
        self._spools.append(Spool(self, empty))
        return self._spools[-1]

    def shelf(self, empty: pd.DataFrame) -> Shelf:
        """A place for frames of the columns of ``empty``, those of a line among them, given back in parts."""
        shelf = Shelf(self, empty)
        self._spools.append(shelf)
        return shelf

    def parts(self, shelves: Sequence[Shelf]) -> list[Part]:
        """The parts in which to take these shelves: one where they fit together; the one with everyone comes first."""
        if sum(shelf.rows for shelf in shelves) <= self.rows_at_once:
            return [None]
        rows: dict[int, int] = {}
        for shelf in shelves:
            for bucket, count in shelf.counts().items():
                rows[bucket] = rows.get(bucket, 0) + count
        parts: list[list[int]] = [[]]
        filled = 0
        for bucket in sorted(rows):
            if parts[-1] and filled + rows[bucket] > self.rows_at_once:
                parts.append([])
                filled = 0
            parts[-1].append(bucket)
            filled += rows[bucket]
        return [frozenset(part) for part in parts]

    def file(self) -> IO[bytes]:
        """A new file without a name, for reading and writing."""
        self._folder.mkdir(parents=True, exist_ok=True)
        return tempfile.TemporaryFile(dir=self._folder)

    def spill_where_full(self) -> None:
        """Write to disk what is held, once it is too much."""
        if sum(spool.held for spool in self._spools) > 2 * self.rows_at_once:
            for spool in self._spools:
                spool.spill()


@dataclass(frozen=True)
class _OnDisk:
    start: int
    size: int
    schema: pa.Schema


class Spool:
    """Frames of the same columns, in the order in which they came; made by ``Workroom.spool``."""

    def __init__(self, room: Workroom, empty: pd.DataFrame) -> None:
        self.rows = 0
        self.held = 0
        self._room = room
        self._empty = empty
        self._frames: list[pd.DataFrame | pa.RecordBatch | _OnDisk | None] = []
        self._file: IO[bytes] | None = None

    def put(self, frame: pd.DataFrame) -> None:
        """Add a frame, an empty one too."""
        self._add(frame)
        self._room.spill_where_full()

    def frame(self, number: int) -> pd.DataFrame:
        """The frame that was put as the so-many-th, from 0."""
        return self._get([number])

    def __iter__(self) -> Iterator[pd.DataFrame]:
        return (self.frame(number) for number in range(len(self._frames)))

    def spill(self) -> None:
        """Write what is held in memory to disk."""
        for number, frame in enumerate(self._frames):
            if frame is None or isinstance(frame, _OnDisk) or not len(frame):
                continue
            if self._file is None:
                self._file = self._room.file()
            batch = frame if isinstance(frame, pa.RecordBatch) else _batch(frame)
            start = self._file.seek(0, os.SEEK_END)
            self._frames[number] = _OnDisk(start, self._file.write(batch.serialize()), batch.schema)
        self.held = 0

    def clear(self) -> None:
        """Forget everything."""
        if self._file is not None:
            self._file.close()
        self._file, self._frames, self.rows, self.held = None, [], 0, 0

    def _add(self, frame: pd.DataFrame) -> int:
        self._frames.append(frame)
        self.rows += len(frame)
        self.held += len(frame)
        return len(self._frames) - 1

    def _get(self, numbers: Sequence[int]) -> pd.DataFrame:
        """Some frames under each other."""
        frames: list[pd.DataFrame] = []
        batches: list[pa.RecordBatch] = []
        for held in (self._frames[number] for number in numbers):
            if isinstance(held, pd.DataFrame):
                frames.append(held)
            elif held is not None:
                batches.append(self._read(held) if isinstance(held, _OnDisk) else held)
        if batches:
            frames.insert(0, pa.Table.from_batches(batches).to_pandas(use_threads=False))
        if len(frames) > 1:
            return pd.concat(frames, ignore_index=True)
        return frames[0] if frames else self._empty

    def _read(self, place: _OnDisk) -> pa.RecordBatch:
        assert self._file is not None
        self._file.seek(place.start)
        return pa.ipc.read_record_batch(pa.py_buffer(self._file.read(place.size)), place.schema)


class Shelf(Spool):
    """Frames whose lines are given back whole; made by ``Workroom.shelf``."""

    def __init__(self, room: Workroom, empty: pd.DataFrame) -> None:
        super().__init__(room, empty)
        self._uncut: list[int] = []
        self._in_bucket: dict[int, list[int]] = {}
        self._counts: dict[int, int] = {}

    def counts(self) -> dict[int, int]:
        """Rows in each bucket that has any."""
        self._cut()
        return self._counts

    def take(self, part: Part = None) -> pd.DataFrame:
        """The rows of a part; those of a line in the order in which they came."""
        if part is None and not self._in_bucket:
            return self._get(self._uncut)
        self._cut()
        chosen = sorted(self._in_bucket if part is None else part & self._in_bucket.keys())
        return self._get([number for bucket in chosen for number in self._in_bucket[bucket]])

    def spill(self) -> None:
        """Write what is held in memory to disk, cut by bucket."""
        self._cut()
        super().spill()

    def clear(self) -> None:
        """Forget everything."""
        super().clear()
        self._uncut, self._in_bucket, self._counts = [], {}, {}

    def _add(self, frame: pd.DataFrame) -> int:
        number = super()._add(frame)
        self._uncut.append(number)
        return number

    def _cut(self) -> None:
        """Cut the frames that came since the last time by bucket."""
        uncut, self._uncut = self._uncut, []
        for number in uncut:
            frame = self._frames[number]
            self._frames[number] = None
            if not isinstance(frame, pd.DataFrame) or frame.empty:
                continue
            buckets = _buckets(frame)
            ordered = _batch(frame).take(pa.array(np.argsort(buckets, kind="stable")))
            start = 0
            for bucket, count in enumerate(np.bincount(buckets).tolist()):
                if count:
                    self._frames.append(ordered.slice(start, count))
                    self._in_bucket.setdefault(bucket, []).append(len(self._frames) - 1)
                    self._counts[bucket] = self._counts.get(bucket, 0) + count
                    start += count


def _batch(frame: pd.DataFrame) -> pa.RecordBatch:
    """A frame that has rows, as Arrow keeps it."""
    table = pa.Table.from_pandas(frame, preserve_index=False, nthreads=1)
    [batch] = table.combine_chunks().to_batches()
    return batch


def _buckets(frame: pd.DataFrame) -> np.ndarray:
    """The bucket of each row."""
    line, _ = pd.factorize(coded([frame], LINE)[0])
    heads = frame[LINE].take(np.flatnonzero(~repeated(line)))
    return np.array([bucket_of(*head) for head in heads.itertuples(index=False)], dtype=np.int64)[line]
