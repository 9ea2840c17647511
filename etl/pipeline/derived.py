"""Sums and gaps that hang on other figures: what they rest on, and the releases that they get."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from etl.deriving.derive import DERIVE_VERSION
from etl.frames.routes import DERIVED, IndicatorRoute, gap_digest
from etl.pipeline import Row


class DerivedFigures:
    """One sum or gap over all parts: what it rests on, and the release it gets."""

    def __init__(self, indicator_route: IndicatorRoute) -> None:
        self.indicator_route = indicator_route
        # stands for the release until that is known
        self.placeholder = f"made:{indicator_route.indicator.id}:{indicator_route.place}"
        self.rows = 0
        self.areas: set[str] = set()
        self._rests_on: set[str] = set()
        self._of_areas: set[tuple[str, str]] = set()

    def rest_on(self, frame: pd.DataFrame) -> None:
        """Note releases that it rests on whatever its areas are."""
        self._rests_on.update(frame["release_id"].unique())

    def rest_on_own_areas(self, frame: pd.DataFrame) -> None:
        """Note releases that it rests on where it has the area of the figure."""
        pairs = frame[["area_code", "release_id"]].drop_duplicates()
        self._of_areas.update(pairs.itertuples(index=False, name=None))

    def add(self, figures: pd.DataFrame) -> pd.DataFrame:
        """Note the figures of one part, and give them under the placeholder."""
        self.rows += len(figures)
        self.areas.update(figures["area_code"].unique())
        return figures.assign(release_id=self.placeholder)

    @property
    def input_ids(self) -> list[str]:
        """The releases it rests on; [] where nothing could be made."""
        if not self.rows:
            return []
        return sorted(self._rests_on | {name for code, name in self._of_areas if code in self.areas})


def is_current(release: Row, releases: Mapping[str, Row]) -> bool:
    """Whether a release is shown now; ``releases`` are those of the store by id."""
    known = releases.get(release["release_id"])
    return bool(known and known["is_current"])


def new_release_row(release: Row, run: Row) -> Row:
    """A row of the store's table of releases, current from this run on."""
    return {**release, "loaded_at": run["finished_at"], "replaced_at": None, "is_current": True, "rows": 0}


def derived_release(
    indicator_route: IndicatorRoute,
    input_ids: list[str],
    run: Row,
    releases: Mapping[str, Row],
    loaded: Iterable[Row],
) -> tuple[str, Row]:
    """(id, row) of the release of one sum or gap; ``releases`` and ``loaded`` are rows of those it may rest on."""
    identity = gap_digest(indicator_route, DERIVE_VERSION, input_ids)
    # an indicator may have several sums; a difference has one release
    edition = indicator_route.indicator.id
    if indicator_route.route.method == "aggregate":
        edition += f"-{indicator_route.place}"
    release_id = f"{DERIVED}:{edition}:{identity[:8]}"
    known = {**releases, **{release["release_id"]: release for release in loaded}}
    rests_on = [known[name] for name in input_ids]
    publishers = sorted({release["publisher"] for release in rests_on})
    dates = [release["published_on"] for release in rests_on if release["published_on"]]
    row = new_release_row(
        {
            "release_id": release_id,
            "source_id": DERIVED,
            "edition": edition,
            "publication": indicator_route.route.publication,
            "publisher": "Calculated here from figures of " + ", ".join(publishers),
            "licence": "; ".join(sorted({release["licence"] for release in rests_on})),
            "url": None,
            "attribution": " ".join(sorted({release["attribution"] for release in rests_on})),
            "published_on": max(dates) if dates else None,
            "origin": "derived",
            "illustrative": any(release["illustrative"] for release in rests_on),
            "identity": identity,
            "parser_version": DERIVE_VERSION,
            "precedence": 0,
            "accepted": None,
        },
        run,
    )
    return release_id, row
