"""England's rate of Universal Credit sanctions, held against the one that DWP publishes before anything is shown.

DWP divides everybody whose payment is reduced because of a sanction, in whatever regime, by the people in the regimes
in which a sanction can be applied: searching, planning and preparing for work, and those whose regime is unknown
(written answer 74742 of 2025; benefit sanctions statistics to May 2025). Over all regimes the rate would be about a
third of that.
"""

from __future__ import annotations

import pandas as pd

from etl.sources import reading
from etl.sources.base import BadFile, Edition
from etl.sources.dwp_stat_xplore.tables import REGIMES, SANCTIONED

PUBLISHED = {"2023-11-01/P1M": 7.14, "2024-08-01/P1M": 5.61}
"""Percentages of Great Britain by month (benefit sanctions statistics, 13 February and 15 November 2024)."""
NEAR = 1.0
"""Percentage points that England's rate may lie from that of Great Britain in the same month."""
LOWEST, HIGHEST = min(PUBLISHED.values()) / 1.75, max(PUBLISHED.values()) * 1.75
"""Percentages between which England's rate lies in a month without a published one, from the first of them on."""


def check_rate(measured: pd.DataFrame, edition: Edition) -> list[str]:
    """Hold England's rate in every month against the published ones.

    ``measured`` has the measures of the edition; gives warnings of months that could not be held against anything.
    Raises BadFile where a rate cannot be that of the published definition.
    """
    england = measured[measured["area_code"] == reading.ENGLAND]
    wanted = [SANCTIONED, *REGIMES]
    if not measured["measure"].isin(wanted).any():
        return []
    names = ", ".join(file.path.name for file in edition.files[:3])
    lost = [measure for measure in wanted if not (measured["measure"] == measure).any()]
    if lost:
        return [
            f"{names}: no figures of {', '.join(lost)}: no sanction rate is made; it needs a table by sanction "
            "indicator and one by conditionality regime"
        ]
    table = england.pivot_table(index="period", columns="measure", values="value", aggfunc="first")
    table = table.reindex(columns=wanted).dropna()
    unchecked = sorted(set(measured["period"]) - set(table.index[table.index >= min(PUBLISHED)]))
    for period, counts in table[table.index >= min(PUBLISHED)].iterrows():
        rate = 100 * counts[SANCTIONED] / counts[list(REGIMES)].sum()
        published = PUBLISHED.get(str(period))
        low, high = (LOWEST, HIGHEST) if published is None else (published - NEAR, published + NEAR)
        if not low <= rate <= high:
            raise BadFile(
                names,
                column="sanctioned, of those in the regimes where sanctions apply",
                value=f"{rate:.2f}% in England in {str(period)[:7]}",
                expected=f"{low:.2f}% to {high:.2f}%, near the published rate of Great Britain",
                fix="the definition or the ids may have changed: compare with DWP's benefit sanctions statistics",
            )
    if not unchecked:
        return []
    return [
        f"{names}: England's sanction rate could not be held against the published one in "
        f"{', '.join(period[:7] for period in unchecked)}: no count of England, or before "
        f"{min(PUBLISHED)[:7]}"
    ]
