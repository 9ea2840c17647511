"""Figures against others for the same key: the publisher's own rounded figure, or that of another route."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from etl.deriving.grid import Grid
from etl.deriving.methods import RouteFigures
from etl.frames.observations import KEY
from etl.frames.routes import IndicatorRoute

_EXAMPLES = 5
_OWN = "the publisher's own figure"


@dataclass
class Report:
    """What was noticed on the way: ``warnings`` for people, ``cross_checks`` as facts."""

    warnings: list[str] = field(default_factory=list)
    cross_checks: list[dict[str, Any]] = field(default_factory=list)

    def check(self, found: dict[str, Any]) -> None:
        """Add a comparison to the one of the same indicator and publisher in another part, or beside the others."""
        for known in self.cross_checks:
            if (known["indicator_id"], known["against"]) == (found["indicator_id"], found["against"]):
                known["compared"] += found["compared"]
                known["apart"] += found["apart"]
                known["examples"] = (known["examples"] + found["examples"])[:_EXAMPLES]
                if "largest" in found:
                    sizes = [size for size in (known["largest"], found["largest"]) if size is not None]
                    known["largest"] = max(sizes, default=None)
                return
        self.cross_checks.append(found)

    def warn(self) -> None:
        """Put into words where a publisher's own figures differ from ours, once every part was looked at."""
        for check in self.cross_checks:
            if check["against"] == _OWN and check["apart"]:
                first = check["examples"][0]
                self.warnings.append(
                    f"{check['indicator_id']}: {check['apart']:,} of {check['compared']:,} figures differ from the "
                    f"publisher's own beyond rounding, such as {first['area_code']} {first['period']}: ours "
                    f"{first['ours']:g}, theirs {first['theirs']:g}"
                )


def joined(reports: Iterable[Report]) -> Report:
    """What was noticed on several parts, as if they had been one."""
    answer = Report()
    for report in reports:
        for found in report.cross_checks:
            answer.check(found)
    answer.warn()
    return answer


def against_own_figure(
    grid: Grid, indicator_route: IndicatorRoute, figures: RouteFigures, report: Report
) -> None:
    """The ratio of counts against the publisher's rounded figure: further apart than the bounds of both are reported."""
    route = indicator_route.route
    if not route.published:
        return
    own = grid.total(route.published)
    theirs = own.value * route.scale
    # methods without a ratio of counts have their own value to compare
    ours = np.where(np.isnan(figures.ratio), figures.values["value"], figures.ratio)
    part, whole = figures.values["numerator"], figures.values["denominator"]
    both = (
        figures.there & ~np.isnan(theirs) & ~np.isnan(ours) & ~np.isnan(part) & ~np.isnan(whole) & (whole > 0)
    )
    if not both.any():
        return
    last_digit = 0.5 * 10.0 ** -grid.precision(own.value, both) * route.scale
    tolerance = last_digit + figures.ratio_bound + 1e-6
    apart = both & (np.abs(ours - theirs) > tolerance)
    examples = [
        {
            "area_code": str(grid.places["area_code"].iloc[at]),
            "period": str(grid.places["period"].iloc[at]),
            "ours": round(float(ours[at]), 4),
            "theirs": float(theirs[at]),
        }
        for at in np.flatnonzero(apart)[:_EXAMPLES]
    ]
    report.check(
        {
            "indicator_id": indicator_route.indicator.id,
            "against": _OWN,
            "compared": int(both.sum()),
            "apart": int(apart.sum()),
            "examples": examples,
        }
    )


def compare(taken: pd.DataFrame, left: pd.DataFrame, whose: str, report: Report) -> None:
    """Note how far figures that were left (``whose``) differ from those taken for the same keys."""
    both = left.merge(
        taken[[*KEY, "value"]], on=KEY, how="inner", suffixes=("", "_taken"), validate="many_to_one"
    )
    for indicator_id, part in both.groupby("indicator_id", sort=True):
        apart = (part["value"] - part["value_taken"]).abs()
        report.check(
            {
                "indicator_id": str(indicator_id),
                "against": whose,
                "compared": int(apart.notna().sum()),
                "apart": int((apart > 1e-9 * (1 + part["value"].abs())).sum()),
                "largest": None if apart.isna().all() else float(apart.max()),
                "examples": [
                    {
                        "area_code": row["area_code"],
                        "period": row["period"],
                        "ours": row["value_taken"],
                        "theirs": row["value"],
                    }
                    for row in part[apart > 1e-9].head(_EXAMPLES).to_dict("records")
                ],
            }
        )
