"""Rows of several frames by the texts of some columns, as whole numbers: quick to compare, find and sort."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

Codes = NDArray[np.int64]
_LARGEST = 2**62


def coded(frames: Sequence[pd.DataFrame], columns: Sequence[str]) -> list[Codes]:
    """One number for each row of each frame: equal where all these columns of text are equal (missing is equal to
    missing), and in their order (byte order, the first column first) over all frames."""
    lengths = [len(frame) for frame in frames]
    codes = np.zeros(sum(lengths), dtype=np.int64)
    size = 1
    for name in columns:
        ranks, many = _ranks([frame[name] for frame in frames])
        if size * many > _LARGEST:
            _, codes = np.unique(codes, return_inverse=True)
            size = int(codes.max(initial=-1)) + 1
        codes = codes * many + ranks
        size *= many
    return np.split(codes, np.cumsum(lengths)[:-1])


def _ranks(columns: Sequence[pd.Series]) -> tuple[Codes, int]:
    """The rank of each text among all that are there, from 0, and how many there are."""
    indices, texts = dictionary(columns)
    order = sorted(range(len(texts)), key=lambda place: (texts[place] is not None, texts[place]))
    ranks = np.empty(max(1, len(texts)), dtype=np.int64)
    ranks[order] = np.arange(len(texts))
    return ranks[indices], max(1, len(texts))


def dictionary(columns: Sequence[pd.Series]) -> tuple[NDArray[np.int32], list[str | None]]:
    """Columns of text under each other as (place in the list of texts, that list)."""
    chunks: list[pa.Array] = []
    for column in columns:
        array = pa.array(column, type=pa.large_string(), from_pandas=True)
        chunks += array.chunks if isinstance(array, pa.ChunkedArray) else [array]
    encoded = pa.chunked_array(chunks, type=pa.large_string()).dictionary_encode("encode").combine_chunks()
    if isinstance(encoded, pa.ChunkedArray):  # no chunk at all
        return np.zeros(0, dtype=np.int32), []
    return encoded.indices.to_numpy(zero_copy_only=False), encoded.dictionary.to_pylist()


def looked_up(column: pd.Series, values: Mapping[str, Any], other: Any) -> NDArray[Any]:
    """The entry of ``values`` for each text of a column, ``other`` where nothing does; each text is looked up once."""
    places, texts = dictionary([column])
    return np.array([*(values.get(str(text), other) for text in texts), other])[places]


def positions(keys: Codes, among: Codes) -> Codes:
    """Where each of ``keys`` stands in ``among`` (each of which is there once); -1 where it does not."""
    if not len(among):
        return np.full(len(keys), -1, dtype=np.int64)
    order = np.argsort(among, kind="stable")
    found = np.minimum(np.searchsorted(among[order], keys), len(among) - 1)
    places = order[found]
    return np.where(among[places] == keys, places, -1)


def repeated(codes: Codes) -> NDArray[np.bool_]:
    """Whether a code stood further up already."""
    return pd.Series(codes).duplicated().to_numpy()
