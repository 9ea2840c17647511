"""Observations as frames, and as rows for the database and back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd

from etl.frames.buffer import Spool
from etl.frames.keys import coded, dictionary
from etl.frames.observations import KEY, typed
from indicators.store.writing import (
    ALTERNATE_COLUMNS,
    OBSERVATION_COLUMNS,
)

NO_OBSERVATIONS = typed(pd.DataFrame({name: [] for name in OBSERVATION_COLUMNS}))
NO_ALTERNATES = typed(pd.DataFrame({name: [] for name in ALTERNATE_COLUMNS}))


def frame_of(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> pd.DataFrame:
    """Rows of the store as a typed frame of observations."""
    cells = zip(*rows, strict=True) if rows else ([] for _ in columns)
    return typed(pd.DataFrame({name: list(column) for name, column in zip(columns, cells, strict=True)}))


def tuples_of(frame: pd.DataFrame, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """A frame as rows for the database: missing is None, never NaN; row numbers are whole."""
    return zip(*(_cells(name, frame[name]) for name in columns), strict=True)


def _cells(name: str, column: pd.Series) -> list[Any]:
    if column.dtype == "float64":
        cells = column.to_numpy()
        missing = np.isnan(cells)
        whole = name in ("source_row", "route")
        if not missing.any():
            return cells.astype("int64").tolist() if whole else cells.tolist()
        made = cells.astype(object)
        made[~missing] = cells[~missing].astype("int64" if whole else "float64")
        made[missing] = None
        return made.tolist()
    if column.dtype in ("int64", "bool"):
        return column.tolist()
    places, texts = dictionary([column])
    return np.array([*texts, None], dtype=object)[places].tolist()


class SpooledRows:
    """The rows of a spool, made into tuples as they are asked for."""

    def __init__(self, spool: Spool, columns: Sequence[str]) -> None:
        self._spool = spool
        self._columns = columns

    def __len__(self) -> int:
        return self._spool.rows

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return chain.from_iterable(tuples_of(frame, self._columns) for frame in self._spool)


def in_key_order(frame: pd.DataFrame, key: Sequence[str] = KEY) -> pd.DataFrame:
    """Rows in the order of the table's key: a b-tree grows fastest at its end."""
    [codes] = coded([frame], key)
    return frame.take(np.argsort(codes))
