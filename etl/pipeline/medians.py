"""How far a publication moves the middle of each indicator, for a person to look at before it is shown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from etl.pipeline import Row
from indicators.store.writing import DISTRIBUTION_COLUMNS

_KEY = ("indicator_id", "period", "sex", "age", "breakdown", "area_type")


def median_shifts(before: Iterable[Row], after: Iterable[tuple[Any, ...]]) -> list[Row]:
    """The largest move of a median for each indicator and area type, in the indicator's unit.

    ``before`` are rows of the store's table ``distribution``, ``after`` tuples of its columns. A row has
    ``indicator_id, area_type, groups`` (medians that are in both), ``period, sex, age, breakdown`` of the one that
    moves furthest, ``was`` and ``now``. Groups of fewer than four areas have no median.
    """
    was = {tuple(row[name] for name in _KEY): row["p50"] for row in before}
    furthest: dict[tuple[str, str], Row] = {}
    for cells in after:
        row = dict(zip(DISTRIBUTION_COLUMNS, cells, strict=True))
        old = was.get(tuple(row[name] for name in _KEY))
        if old is None or row["p50"] is None:
            continue
        place = (row["indicator_id"], row["area_type"])
        found = furthest.setdefault(place, {"groups": 0, "was": old, "now": old})
        if not found["groups"] or abs(row["p50"] - old) > abs(found["now"] - found["was"]):
            found |= {name: row[name] for name in _KEY} | {"was": old, "now": row["p50"]}
        found["groups"] += 1
    return [furthest[place] for place in sorted(furthest)]
