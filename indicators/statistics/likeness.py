"""Which areas are most like each other over several measures."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def nearest(values: NDArray[np.float64], count: int) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """The ``count`` nearest other rows of each row by standardised Euclidean distance.

    values  one row an area, one column a measure; every column must differ between rows

    Returns places of rows and distances, each of shape (rows, count), the nearest first; of two as near the first row.
    Raises ValueError where a column is the same everywhere or there are too few rows.
    """
    spread = values.std(axis=0)
    if len(values) <= count or (spread == 0).any():
        raise ValueError(
            f"{len(values)} areas with standard deviations {spread.tolist()}; expected more than {count} and none 0"
        )
    scaled = values / spread
    distance = np.sqrt(((scaled[:, None, :] - scaled[None, :, :]) ** 2).sum(axis=2))
    np.fill_diagonal(distance, np.inf)
    order = np.argsort(distance, axis=1, kind="stable")[:, :count]
    return order, np.take_along_axis(distance, order, axis=1)
