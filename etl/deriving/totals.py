"""Sums of parts against the whole that the publisher gives itself, where counts add up.

A difference is reported, never corrected: the publisher's own figure is shown whatever its parts come to.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etl.deriving.parts import Memberships, count_columns
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
            counted = lines.loc[lines[name].notna(), ["area_code", *_GROUP, name]]
            if counted.empty:
                continue
            codes = frozenset(counted["area_code"].unique())
            for whole_type, part_type in LEVELS:
                if not (self._any(whole_type, codes) and self._any(part_type, codes)):
                    continue
                compared = self._compared(counted, name, whole_type, part_type)
                if len(compared):
                    self._note(indicator, name, whole_type, part_type, compared)

    def _any(self, area_type: str, codes: frozenset[str]) -> bool:
        return any(area_type in self._register.types_of(code) for code in codes)

    def _compared(self, counted: pd.DataFrame, name: str, whole_type: str, part_type: str) -> pd.DataFrame:
        """Wholes whose every part has a count: ``published``, ``summed`` and how far apart rounding alone may put them."""
        part_whole, expected = [], {}
        for period, places in counted.groupby("period", sort=False).indices.items():
            codes = counted["area_code"].iloc[places]
            vintage = self._memberships.vintage(part_type, frozenset(codes), str(period))
            if vintage is None:
                continue
            wholes = self._memberships.parts(whole_type, part_type, vintage, frozenset(codes))
            whole_of = {part: whole for whole, parts in wholes.items() for part in parts}
            part_whole.append(pd.Series(codes.map(whole_of), index=codes.index))
            expected |= {(str(period), whole): len(parts) for whole, parts in wholes.items()}
        if not part_whole:
            return counted.iloc[:0]
        parts = counted.assign(whole=pd.concat(part_whole)).dropna(subset="whole")
        sums = parts.groupby(["whole", *_GROUP], sort=True)[name].agg(["sum", "size"]).reset_index()
        needed = [
            expected[key] for key in zip(sums["period"].astype(str), sums["whole"].astype(str), strict=True)
        ]
        complete = sums[sums["size"].to_numpy() == np.array(needed)]
        both = complete.merge(
            counted.rename(columns={"area_code": "whole", name: "published"}),
            on=["whole", *_GROUP],
            validate="one_to_one",
        )
        spare = (
            both["size"] * rounding(parts[name].to_numpy()) / 2 + rounding(both["published"].to_numpy()) / 2
        )
        return both.assign(spare=spare)

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
        beyond = compared[(difference > compared["spare"] + 1e-6).to_numpy()]
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
