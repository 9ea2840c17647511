"""What waits in quarantine is kept for a person to look at, and nowhere else."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa
from etl_toolkit import ENGLAND, LEEDS, NOTTINGHAM, Y2019, Y2020, Y2021, YORK, Bench, claim_rows, rate_rows

from etl.pipeline import held
from etl.pipeline.diff import Concern
from indicators.store import schema

RATES = {NOTTINGHAM: 66.1, LEEDS: 75.0, YORK: 80.0, ENGLAND: 76.0}
CLAIMS = claim_rows({NOTTINGHAM: 100})
LINE = {"indicator_id": "rate", "period": Y2021, "sex": "persons", "age": "all", "breakdown": "all"}


@pytest.fixture
def loaded(bench: Bench) -> Bench:
    bench.put("alpha-1.csv", rate_rows(RATES, Y2020) + rate_rows(RATES, Y2021) + CLAIMS)
    assert bench.refresh("alpha").outcome == "published"
    return bench


def wait(bench: Bench, rates: dict) -> dict:
    bench.put("alpha-1.csv", rate_rows(RATES, Y2020) + rate_rows(rates, Y2021) + CLAIMS)
    assert bench.refresh("alpha").outcome == "quarantined"
    found = bench.store.held("alpha")
    assert found is not None
    return found


def test_before_and_after_of_what_waits_area_by_area(loaded: Bench) -> None:
    found = wait(loaded, {NOTTINGHAM: 66.1, LEEDS: "*", ENGLAND: 60.0, "E06000015": 71.0})
    assert found["held"]["left_out"] == 0
    # Nottingham does not change
    assert found["held"]["lines"] == [
        {
            **LINE,
            "figures": [
                [YORK, 80.0, "ok", None, "withdrawn"],
                ["E06000015", None, "", 71.0, "ok"],
                [LEEDS, 75.0, "ok", None, "suppressed"],
                [ENGLAND, 76.0, "ok", 60.0, "ok"],
            ],
        }
    ]
    assert len(found["details"]["diff"]["reasons"]) == 3


def test_it_is_nowhere_among_the_figures(loaded: Bench) -> None:
    before, publication = loaded.store.digest(), loaded.store.publication_id()
    wait(loaded, {**RATES, ENGLAND: 12.345})
    assert (loaded.store.digest(), loaded.store.publication_id()) == (before, publication)
    with loaded.store.connections.reading() as connection:
        for table in schema.metadata.sorted_tables:
            text = str(connection.execute(sa.select(table)).all())
            assert ("12.345" in text) == (table.name in ("store_fact", "run")), table.name


def test_a_failed_run_leaves_it_and_the_next_that_waits_takes_its_place(loaded: Bench) -> None:
    wait(loaded, {**RATES, ENGLAND: 60.0})
    loaded.put("alpha-1.csv", [{"measure": "rate"}])
    assert loaded.refresh("alpha").outcome == "failed"
    found = loaded.store.held("alpha")
    assert found is not None and found["held"]["lines"][0]["figures"][0][3] == 60.0
    again = wait(loaded, {**RATES, ENGLAND: 50.0})
    assert [figure[3] for figure in again["held"]["lines"][0]["figures"]] == [50.0]


def test_it_goes_when_it_is_accepted(loaded: Bench) -> None:
    assert loaded.store.held("alpha") is None
    wait(loaded, {**RATES, ENGLAND: 60.0})
    assert loaded.refresh("alpha", folder=None, accept="it is right").outcome == "published"
    assert loaded.store.held("alpha") is None
    with loaded.store.connections.reading() as connection:
        names = connection.scalars(sa.select(schema.store_fact.c.name)).all()
    assert sorted(names) == ["publication_id", "schema_version"]


def test_a_lost_period_is_kept_whole(loaded: Bench) -> None:
    loaded.put("alpha-1.csv", rate_rows(RATES, Y2021) + CLAIMS)
    assert loaded.refresh("alpha").outcome == "quarantined"
    found = loaded.store.held("alpha")
    assert found is not None
    [line] = found["held"]["lines"]
    assert line["period"] == Y2020
    assert {figure[0]: figure[3:] for figure in line["figures"]} == {
        code: [None, "withdrawn"] for code in RATES
    }


def test_too_many_figures_are_counted(loaded: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held, "MOST_FIGURES", 3)
    found = wait(loaded, {code: value / 2 for code, value in RATES.items()})
    assert [len(line["figures"]) for line in found["held"]["lines"]] == [3]
    assert found["held"]["left_out"] == 1
    assert json.loads(json.dumps(found["held"])) == found["held"]


def test_of_each_indicator_the_newest_period_is_looked_at_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held, "MOST_LINES", 3)
    concerns = [Concern("a", Y2019), Concern("a", Y2021), Concern("a", Y2020), Concern("b", Y2019)]
    assert held.chosen([*concerns, Concern("a", Y2021)]) == [
        Concern("a", Y2021),
        Concern("b", Y2019),
        Concern("a", Y2020),
    ]


def test_a_figure_that_only_moves_to_another_release_is_no_change() -> None:
    before = {YORK: (80.0, "ok"), LEEDS: (75.0, "ok")}
    after = {YORK: (80.0, "ok"), LEEDS: (75.5, "ok"), NOTTINGHAM: (1.0, "illustrative")}
    assert held._changed(before, after) == [[LEEDS, 75.0, "ok", 75.5, "ok"]]
