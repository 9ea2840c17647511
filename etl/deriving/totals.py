"""Sums of parts against the whole that the publisher gives itself, where counts add up.

A difference is reported, never corrected: the publisher's own figure is shown whatever its parts come to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etl.deriving.parts import Memberships, count_columns
from etl.frames.keys import Codes, coded, dictionary, positions
from etl.frames.routes import DERIVED
from geodata.register import Register
from indicators.catalogue import Indicator

Row = dict[str, Any]
Floats = NDArray[np.float64]

LEVELS = (
    ("region", "ltla"),
    ("region", "utla"),
    ("england", "region"),
    ("stp", "ccg"),
    ("england", "stp"),
    ("icb", "sub_icb"),
    ("england", "icb"),
)
"""(whole, parts): the levels at which figures are published for every part of a whole."""

_GROUP = ["period", "sex", "age", "breakdown"]
_STEPS = (1000.0, 100.0, 10.0, 5.0, 1.0, 0.1, 0.01)
_EXAMPLES = 5
_LAST_DIGIT = 1.5e-6  # counts with six decimals may miss each other by the last of them


class SumsOfParts:
    """Sums gathered over parts of a publication; each part must hold whole lines (every area of a group).

    ``rows`` gives a row per indicator, level and count: ``indicator_id``, ``against`` (words), ``compared``,
    ``apart`` (beyond the publisher's rounding), ``largest`` (difference) and ``examples`` (``ours`` the sum, ``theirs``
    the published whole).
    """

    def __init__(self, register: Register, catalogue: Mapping[str, Indicator]) -> None:
        self._register = register
        self._catalogue = catalogue
        self._rows: dict[tuple[str, str], Row] = {}
        self._memberships = Memberships(register)

    def see(self, after: pd.DataFrame) -> None:
        """Take in observations (columns of the store's table), whole lines of them."""
        own = after[~after["release_id"].str.startswith(f"{DERIVED}:") & (after["status"] != "illustrative")]
        for indicator_id, lines in own.groupby("indicator_id", sort=False):
            indicator = self._catalogue.get(str(indicator_id))
            if indicator is not None:
                self._indicator(indicator, lines)

    def rows(self) -> list[Row]:
        """What was compared, by indicator and level."""
        return [self._rows[key] for key in sorted(self._rows)]

    def _indicator(self, indicator: Indicator, lines: pd.DataFrame) -> None:
        for name in count_columns(indicator):
            here = lines[name].notna().to_numpy()
            if not here.any():
                continue
            counted = _Counted.of(lines, here, name)
            for whole_type, part_type in LEVELS:
                if not (self._any(whole_type, counted.areas) and self._any(part_type, counted.areas)):
                    continue
                compared = self._compared(counted, whole_type, part_type)
                if len(compared):
                    self._note(indicator, name, whole_type, part_type, compared)

    def _any(self, area_type: str, codes: Iterable[str]) -> bool:
        return any(area_type in self._register.types_of(code) for code in codes)

    def _compared(self, counted: _Counted, whole_type: str, part_type: str) -> pd.DataFrame:
        """Wholes whose every part has a count: ``published``, ``summed`` and how far apart rounding alone may put them."""
        places = {code: place for place, code in enumerate(counted.areas)}
        whole_of = np.full(len(counted.counts), -1, dtype=np.int64)
        expected = np.zeros((len(counted.periods), len(counted.areas)), dtype=np.int64)
        for number, (period, rows) in enumerate(zip(counted.periods, counted.rows_of_period, strict=True)):
            codes = frozenset(counted.areas[place] for place in np.unique(counted.area[rows]))
            vintage = self._memberships.vintage(part_type, codes, period)
            if vintage is None:
                continue
            lies_in = np.full(len(counted.areas), -1, dtype=np.int64)
            for whole, parts in self._memberships.parts(whole_type, part_type, vintage, codes).items():
                expected[number, places[whole]] = len(parts)
                lies_in[[places[part] for part in parts if part in places]] = places[whole]
            whole_of[rows] = lies_in[counted.area[rows]]
        parts = np.flatnonzero(whole_of >= 0)
        many = int(counted.group.max(initial=0)) + 1
        keys, label = np.unique(whole_of[parts] * many + counted.group[parts], return_inverse=True)
        size = np.bincount(label, minlength=len(keys))
        total = np.bincount(label, weights=counted.counts[parts], minlength=len(keys))
        # the row of the whole itself in the same group, where it has a count
        at = positions(keys, counted.area * many + counted.group)
        is_there = at >= 0
        complete = is_there & (size == expected[counted.period[at], keys // many])
        at = at[complete]
        published = counted.counts[at]
        spare = size[complete] * rounding(counted.counts[parts]) / 2 + rounding(published) / 2
        return pd.DataFrame(
            {
                "whole": [counted.areas[place] for place in counted.area[at]],
                "period": [counted.periods[place] for place in counted.period[at]],
                "sum": total[complete],
                "size": size[complete],
                "published": published,
                "spare": spare,
            }
        )

    def _note(
        self, indicator: Indicator, name: str, whole_type: str, part_type: str, compared: pd.DataFrame
    ) -> None:
        types = self._register.area_types
        count = "" if name == "value" else f", {name}"
        against = f"sums of {_words(types[part_type].plural)} for {_words(types[whole_type].plural)}{count}"
        row = self._rows.setdefault(
            (indicator.id, against),
            {
                "indicator_id": indicator.id,
                "against": against,
                "compared": 0,
                "apart": 0,
                "largest": 0.0,
                "examples": [],
            },
        )
        difference = (compared["sum"] - compared["published"]).abs()
        beyond = compared[(difference > compared["spare"] + _LAST_DIGIT).to_numpy()]
        row["compared"] += len(compared)
        row["apart"] += len(beyond)
        row["largest"] = max(row["largest"], float(difference.max()))
        row["examples"] += [
            {
                "area_code": total["whole"],
                "period": total["period"],
                "ours": float(total["sum"]),
                "theirs": float(total["published"]),
            }
            for total in beyond.head(_EXAMPLES - len(row["examples"])).to_dict("records")
        ]


@dataclass(frozen=True)
class _Counted:
    """The rows of an indicator with a count, as whole numbers: quick to group and to find.

    areas, periods   the texts, in their order
    area, period     the place of each row's text in them
    group            equal where period, sex, age and breakdown are equal, in their order
    rows_of_period   the rows of each period
    """

    areas: list[str]
    periods: list[str]
    area: Codes
    period: Codes
    group: Codes
    counts: Floats
    rows_of_period: list[NDArray[np.intp]]

    @classmethod
    def of(cls, lines: pd.DataFrame, here: NDArray[np.bool_], name: str) -> _Counted:
        """Of the rows ``here`` of an indicator's lines, with the counts of a column."""
        [groups] = coded([lines], _GROUP)
        area, areas = _numbered(lines["area_code"], here)
        period, periods = _numbered(lines["period"], here)
        _, group = np.unique(groups[here], return_inverse=True)
        return cls(
            areas,
            periods,
            area,
            period,
            group.astype(np.int64),
            lines[name].to_numpy(dtype=np.float64)[here],
            [np.flatnonzero(period == number) for number in range(len(periods))],
        )


def _numbered(texts: pd.Series, here: NDArray[np.bool_]) -> tuple[Codes, list[str]]:
    """(the place of each text in the list, the list in order) of some rows of a column."""
    places, found = dictionary([texts])
    used, numbers = np.unique(places[here], return_inverse=True)
    names = [str(found[place]) for place in used]
    order = sorted(range(len(names)), key=names.__getitem__)
    rank = np.empty(len(names), dtype=np.int64)
    rank[order] = np.arange(len(names))
    return rank[numbers], [names[place] for place in order]


def _words(plural: str) -> str:
    return plural if plural == "England" else plural[:1].lower() + plural[1:]


def rounding(counts: Floats) -> float:
    """The step that all counts are a multiple of: 5 where a publisher rounds to the nearest 5; 0 where it does not round
    (whole numbers count as they are)."""
    for step in _STEPS:
        if np.allclose(counts / step, np.round(counts / step), rtol=0, atol=1e-6):
            return 0.0 if step == 1.0 else step
    return 0.0


def warnings(rows: list[Row]) -> list[str]:
    """What a person should know of: levels at which sums and wholes differ."""
    warnings = []
    for row in rows:
        if row["apart"]:
            first = row["examples"][0]
            warnings.append(
                f"{row['indicator_id']}: {row['apart']:,} of {row['compared']:,} {row['against']} differ from the "
                f"published figure beyond rounding, such as {first['area_code']} {first['period']}: the sum is "
                f"{first['ours']:,.10g}, published {first['theirs']:,.10g}"
            )
    return warnings
