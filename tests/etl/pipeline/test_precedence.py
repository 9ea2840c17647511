"""Two publishers of one figure: the order of the catalogue's routes decides, and the run tells how far they differ."""

from __future__ import annotations

from pathlib import Path

import pytest
from etl_toolkit import ENGLAND, Clock

from etl.fetching.snapshots import Snapshots
from etl.pipeline.run import Pipeline
from etl.sources import SOURCES
from geodata.register import Register
from indicators.catalogue import catalogue
from indicators.store import Store

FIXTURES = Path(__file__).parents[2] / "fixtures" / "sources"
Y2022 = "2022-01-01/P1Y"
DORSET = "E37000009"


@pytest.mark.parametrize(
    "order", [("ons_local_indicators", "nomis_aps"), ("nomis_aps", "ons_local_indicators")]
)
def test_ons_local_indicators_go_before_nomis_which_checks_them(
    tmp_path: Path, register: Register, order: tuple[str, str]
) -> None:
    store = Store(f"sqlite:///{tmp_path}/store.sqlite", register=register, catalogue=catalogue())
    pipeline = Pipeline(
        store=store,
        snapshots=Snapshots(tmp_path / "snapshots"),
        sources={name: SOURCES[name] for name in order},
        register=register,
        catalogue=catalogue(),
        now=Clock(),
        boundaries_dir=tmp_path / "boundaries",
    )
    for name in order:
        [result] = pipeline.refresh([name], folder=FIXTURES / name)
        assert result.outcome == "published", result.message

    def rate(area_code: str, area_type: str) -> float:
        [row] = store.observations(
            indicator_id="employment-rate", area_type=area_type, period=Y2022, area_codes=[area_code]
        )
        return float(row["value"])

    assert rate(ENGLAND, "england") == 72.5
    # ONS has no LEPs: the figure of Nomis stands in
    assert rate(DORSET, "lep") == 72.5
    columns, rows = store.current_rows(["employment-rate"], alternates=True)
    left = {
        (row[columns.index("source_id")], row[columns.index("area_code")]): row[columns.index("value")]
        for row in rows
        if row[columns.index("period")] == Y2022
    }
    assert left[("nomis_aps", ENGLAND)] == 75.0
    assert {source for source, _ in left} == {"nomis_aps"}
    [check] = [
        check
        for check in result.details["cross_checks"]
        if check["indicator_id"] == "employment-rate" and check["against"] == "source nomis_aps"
    ]
    # England differs by 2.5; Nottingham is the same; both say that Scilly has no figure
    assert (check["compared"], check["apart"], check["largest"]) == (2, 1, pytest.approx(2.5))
    assert check["examples"] == [{"area_code": ENGLAND, "period": Y2022, "ours": 72.5, "theirs": 75.0}]
    store.close()
