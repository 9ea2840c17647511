"""Which figures a publication brought that were not there before: what "what is new" is answered from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from etl.derive import KEY
from etl.diff import Diff
from geodata.register import Register

_GROUP = ["indicator_id", "period", "area_type"]


def additions(
    difference: Diff,
    after: pd.DataFrame,
    releases: Mapping[str, Mapping[str, Any]],
    register: Register,
    changed_at: str,
) -> list[tuple[Any, ...]]:
    """Rows of the store's table ``addition``: figures added, by indicator, period and area type.

    ``after`` are the observations that will be shown, ``releases`` rows of releases by id. What is made up is no
    news; a real figure in the place of a made-up one is.
    """
    made_up = difference.was.loc[difference.was["status"] == "illustrative", KEY]
    now_real = difference.revised.merge(made_up, on=KEY, how="inner")
    gained = pd.concat([difference.added, now_real], ignore_index=True)
    gained = gained[gained["status"] != "illustrative"]
    if gained.empty:
        return []
    shown = after[after["indicator_id"].isin(gained["indicator_id"].unique())]
    kinds = {code: next(iter(register.types_of(code)), "") for code in shown["area_code"].unique()}
    everywhere = shown.assign(area_type=shown["area_code"].map(kinds)).groupby(_GROUP)["area_code"].nunique()
    gained = gained.assign(area_type=gained["area_code"].map(kinds))
    rows = []
    for (indicator_id, period, area_type), part in gained.groupby(_GROUP, sort=True):
        codes = sorted(part["area_code"].unique())
        release_id = str(part["release_id"].iloc[0])
        release = releases[release_id]
        whole = len(codes) == int(everywhere[(indicator_id, period, area_type)])
        rows.append(
            (
                changed_at,
                str(indicator_id),
                str(period),
                str(area_type),
                release["source_id"],
                release_id,
                release["publication"],
                len(part),
                None if whole else f" {' '.join(codes)} ",
            )
        )
    return rows
