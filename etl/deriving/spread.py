"""The spread of an indicator over the areas of a type: rows of the store's table ``distribution``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etl.deriving.grid import Flags
from etl.frames.keys import coded, dictionary, repeated
from etl.frames.observations import GROUP, ILLUSTRATIVE, end_of
from geodata.register import Register
from indicators.catalogue import Indicator
from indicators.statistics import comparison
from indicators.store import types_on
from indicators.store.writing import DISTRIBUTION_COLUMNS

_PROBABILITIES = (0.05, 0.25, 0.5, 0.75, 0.95)
_LOOKED_AT = tuple(dict.fromkeys((*GROUP, "area_code", "status", "value")))
_PERCENTILES = ("p5", "p25", "p50", "p75", "p95")


def distributions(
    observations: pd.DataFrame, register: Register, catalogue: Mapping[str, Indicator]
) -> pd.DataFrame:
    """Rows of the table ``distribution`` for whole lines: spread by area type and period.

    The spread is that of real figures. A group of illustrative ones alone has no spread, only how many there are, and
    is marked.

    The areas of a group are those of the vintage that its codes fit best, so that an old and a new district
    of the same place are not both counted.
    """
    kinds, pair = _kinds(observations, register)
    areas, _ = dictionary([observations["area_code"]])
    is_of = {
        kind: np.array([kind in types for types in kinds], dtype=bool)[pair]
        for kind in {kind for types in kinds for kind in types}
    }
    nowhere = np.zeros(len(observations), dtype=bool)
    vintages = _Vintages(register)
    frames = []
    # plain arrays: taking a few of a long column of Arrow strings copies all of it
    looked_at = pd.DataFrame({name: observations[name].to_numpy() for name in _LOOKED_AT})
    for indicator_id, places in observations.groupby("indicator_id", sort=True).indices.items():
        indicator = catalogue[str(indicator_id)]
        for area_type in indicator.area_types:
            at = places[is_of.get(area_type, nowhere)[places]]
            if indicator.on_areas_of is not None:
                at = places[
                    _on_areas_of(
                        observations["area_code"].take(places), indicator.on_areas_of, area_type, register
                    )
                ]
            if len(at):
                frames.append(_spread(looked_at.take(at), areas[at], area_type, vintages))
    table = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=DISTRIBUTION_COLUMNS)
    return _mark_latest(table)


def _on_areas_of(codes: pd.Series, year: int, area_type: str, register: Register) -> Flags:
    """Whether codes stood for a type at the end of a year, whatever their periods."""
    on = date(year, 12, 31)
    of_type = {code for code in codes.unique() if area_type in types_on(register, code, on)}
    return codes.isin(list(of_type)).to_numpy()


def _kinds(observations: pd.DataFrame, register: Register) -> tuple[list[frozenset[str]], NDArray[np.intp]]:
    """(area types of each pair of area and period that occurs, the pair of each row)."""
    [codes] = coded([observations], ["area_code", "period"])
    pair, _ = pd.factorize(codes)
    heads = observations[["area_code", "period"]].take(np.flatnonzero(~repeated(codes)))
    kinds = [
        frozenset(types_on(register, code, end_of(period)))
        for code, period in heads.itertuples(index=False, name=None)
    ]
    return kinds, pair


class _Vintages:
    """Which vintage of a type a set of areas fits best, and which of them belong to it; each looked up once."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self._found: dict[tuple[str, bytes, int], tuple[int, Flags]] = {}

    def of(
        self, area_type: str, numbers: NDArray[np.int32], codes: NDArray[Any], year: int
    ) -> tuple[int, Flags]:
        """(vintage, whether each area is of it) for areas given as numbers and as codes."""
        near = (area_type, numbers.tobytes(), year)
        if near not in self._found:
            vintage = self._register.best_vintage(area_type, frozenset(codes), year)
            inside = self._register.codes(area_type, vintage)
            self._found[near] = vintage, np.array([code in inside for code in codes], dtype=bool)
        return self._found[near]


def _spread(
    part: pd.DataFrame, areas: NDArray[np.int32], area_type: str, vintages: _Vintages
) -> pd.DataFrame:
    """The spread of each group of one indicator over the areas of one type."""
    [groups] = coded([part], GROUP)
    label, found = pd.factorize(groups, sort=True)
    order = np.argsort(label, kind="stable")
    ends = np.cumsum(np.bincount(label, minlength=len(found)))
    codes = part["area_code"].to_numpy(dtype=object)
    heads = part[GROUP].take(order[ends - 1]).reset_index(drop=True)
    period_ends = [end_of(str(period)) for period in heads["period"]]
    vintage = np.zeros(len(found), dtype=np.int64)
    of_vintage = np.zeros(len(part), dtype=bool)
    for number, (start, end) in enumerate(zip([0, *ends[:-1]], ends, strict=True)):
        rows = order[start:end]
        vintage[number], inside = vintages.of(area_type, areas[rows], codes[rows], period_ends[number].year)
        of_vintage[rows] = inside
    many = len(found)
    is_real = (part["status"] != ILLUSTRATIVE).to_numpy()
    of_vintage &= is_real | (np.bincount(label, weights=is_real, minlength=many) == 0)[label]
    values, of_group = part["value"].to_numpy()[of_vintage], label[of_vintage]
    has_value = ~np.isnan(values)
    values = np.where(is_real[of_vintage], values, np.nan)
    # one value more in a group of its own, so that every label up to the last is there
    padded, labels = np.append(values, np.nan), np.append(of_group, many)
    bounds = comparison.percentiles(padded, _PROBABILITIES, labels)
    lowest, highest = comparison.extremes(padded, labels)
    sizes = np.bincount(of_group, minlength=many)
    illustrative = ~is_real[of_vintage]
    # a group none of whose areas is of the vintage has no label of its own
    present = np.flatnonzero(sizes)
    at = np.searchsorted(np.append(present, many), present)
    return heads.take(present).assign(
        area_type=area_type,
        period_end=[period_ends[number].isoformat() for number in present],
        vintage=vintage[present],
        n_values=np.bincount(of_group, weights=has_value, minlength=many)[present].astype(np.int64),
        n_areas=sizes[present],
        minimum=lowest[at],
        **{name: bounds[at, place] for place, name in enumerate(_PERCENTILES)},
        maximum=highest[at],
        is_latest=False,
        illustrative=np.bincount(of_group, weights=illustrative, minlength=many)[present] > 0,
    )[list(DISTRIBUTION_COLUMNS)]


def _mark_latest(table: pd.DataFrame) -> pd.DataFrame:
    """Mark the newest period with a value (or the newest of all) of each line and area type: of real figures, where
    there are any."""
    line = ["indicator_id", "sex", "age", "breakdown", "area_type"]
    has_value = table["n_values"] > 0
    ranked = table.assign(
        has_value=has_value, is_real=has_value & ~table["illustrative"].astype(bool)
    ).sort_values(["is_real", "has_value", "period_end", "period"])
    newest = ranked.index[~ranked.duplicated(line, keep="last")]
    return table.assign(is_latest=table.index.isin(newest))
