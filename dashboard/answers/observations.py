"""What is asked of the figures themselves: which indicators, areas, periods and groups, several of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple


class Observation(NamedTuple):
    """One figure: its indicator, the type that its area stands for here, and the cells as the store gives them.

    ``cells`` are area_code, period, sex, age, breakdown, value, numerator, denominator, lower_ci_95, upper_ci_95,
    lower_ci_998, upper_ci_998, status, release_id, interval_method, note, route.
    """

    indicator_id: str
    area_type: str
    cells: Sequence[Any]


class Run(NamedTuple):
    """Figures that come one after the other and share indicator, type of area, period and group of people.

    ``group`` is (period, sex, age, breakdown). ``rows``, of which there is at least one, are ``Observation.cells`` without
    the group and the route: area_code, value, numerator, denominator, lower_ci_95, upper_ci_95, lower_ci_998,
    upper_ci_998, status, release_id, interval_method, note.
    """

    indicator_id: str
    area_type: str
    group: tuple[str, str, str, str]
    rows: Sequence[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Figures that are asked for; an empty tuple of types, areas, parents or groups stands for every one.

    period   ``latest`` (of each type of area its newest period with a value), ``all``, a period as people write it or in
             ISO form, or two with ``..`` between them
    sexes    with ages and breakdowns: where none is named, everyone, where that is published; see ``every_group``
    after    (indicator_id, period, sex, age, breakdown, area_code) of the last figure that is held already
    """

    indicator_ids: tuple[str, ...]
    area_types: tuple[str, ...] = ()
    area_codes: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    period: str = "latest"
    sexes: tuple[str, ...] = ()
    ages: tuple[str, ...] = ()
    breakdowns: tuple[str, ...] = ()
    every_group: bool = False
    after: tuple[str, str, str, str, str, str] | None = None
