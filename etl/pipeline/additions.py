"""Which figures a publication brought that were not there before: what "what is new" is answered from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from etl.frames.observations import KEY
from etl.pipeline.diff import Changed
from geodata.register import Register

_GROUP = ["indicator_id", "period", "area_type"]


class Additions:
    """Figures added, gathered over parts that are whole lines, by indicator, period and area type.

    An illustrative figure is no news; a real figure in its place is.
    """

    def __init__(self, register: Register) -> None:
        self._register = register
        self._gained: list[pd.DataFrame] = []
        self._shown: list[pd.DataFrame] = []

    def see(self, changed: Changed, after: pd.DataFrame) -> None:
        """Take in a part; ``after`` are all its observations that will be shown."""
        illustrative = changed.was.loc[changed.was["status"] == "illustrative", KEY]
        now_real = changed.revised.merge(illustrative, on=KEY, how="inner")
        gained = pd.concat([changed.added, now_real], ignore_index=True)
        gained = gained[gained["status"] != "illustrative"]
        by_area = gained.groupby(["indicator_id", "period", "area_code"], sort=False)
        self._gained.append(by_area["release_id"].agg(["size", "first"]).reset_index())
        self._shown.append(after[["indicator_id", "period", "area_code"]].drop_duplicates())

    def rows(self, releases: Mapping[str, Mapping[str, Any]], changed_at: str) -> list[tuple[Any, ...]]:
        """Rows of the store's table ``addition``; ``releases`` are rows of releases by id."""
        gained = pd.concat(self._gained, ignore_index=True)
        if gained.empty:
            return []
        shown = pd.concat(self._shown, ignore_index=True).drop_duplicates()
        kinds = {code: next(iter(self._register.types_of(code)), "") for code in shown["area_code"].unique()}
        everywhere = shown.assign(area_type=shown["area_code"].map(kinds)).groupby(_GROUP).size()
        gained = gained.assign(area_type=gained["area_code"].map(kinds))
        # plain arrays: taking a few of a long column of Arrow strings copies all of it
        gained = pd.DataFrame({name: gained[name].to_numpy() for name in gained.columns})
        rows = []
        for (indicator_id, period, area_type), part in gained.groupby(_GROUP, sort=True):
            codes = sorted(part["area_code"].unique())
            release_id = str(part["first"].iloc[0])
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
                    int(part["size"].sum()),
                    None if whole else f" {' '.join(codes)} ",
                )
            )
        return rows
