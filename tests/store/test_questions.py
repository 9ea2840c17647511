"""Questions about many figures at once, what changed and what the jobs ask: literal rows, on both databases."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from etl_toolkit import (
    ENGLAND,
    LEEDS,
    NOTTINGHAM,
    Y2019,
    Y2020,
    Y2021,
    YORK,
    Bench,
    TidySource,
    claim_rows,
    count_rows,
    indicator,
    rate_rows,
    route,
    small_catalogue,
)

from geodata.register import UnknownArea, load_register
from indicators.store import Store, StoreDamaged, UnknownIndicator
from indicators.store.selection import Selection

FIRST = {NOTTINGHAM: 66.1, LEEDS: 75.0, ENGLAND: 76.0}


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A rate that is revised and grows by a year, counts by sex, an illustrative claim; read by every test."""
    folder = tmp_path_factory.mktemp("questions")
    url = f"sqlite:///{folder}/store.sqlite"
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres_server")
        engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(sa.text("CREATE DATABASE questions"))
        engine.dispose()
        url = server.replace("/postgres?", "/questions?")
    jobs = indicator("jobs", route("gamma", "count", "none", value=("jobs",)), unit="count", multiplier=1.0)
    bench = Bench(url, folder, {**small_catalogue(), "jobs": jobs})
    bench.put("alpha-1.csv", rate_rows(FIRST, Y2019) + claim_rows({NOTTINGHAM: 100}, Y2020))
    bench.put(
        "beta-1.csv",
        [{"sex": "persons", **row} for row in count_rows({NOTTINGHAM: (11, 908)}, Y2019)]
        + [{"sex": "male", **row} for row in count_rows({NOTTINGHAM: (6, 500)}, Y2019)]
        + [{"sex": "persons", **row} for row in rate_rows({NOTTINGHAM: 66.4}, Y2019, "other-rate")],
    )
    bench.pipeline().refresh(folder=bench.folder / "incoming")
    (bench.folder / "incoming" / "alpha-1.csv").unlink()
    bench.put(
        "alpha-2.csv",
        rate_rows({**FIRST, NOTTINGHAM: 67.0}, Y2019)
        + rate_rows({NOTTINGHAM: 68.0, ENGLAND: 77.0}, Y2020)
        + claim_rows({NOTTINGHAM: 100}, Y2020),
    )
    result = bench.refresh("alpha")
    assert result.outcome == "published", result
    bench.sources["gamma"] = TidySource("gamma", bench.bundle)
    jobs_rows = [{**row, "measure": "jobs"} for row in claim_rows({YORK: 5}, Y2021)]
    bench.put("jobs.csv", jobs_rows).rename(bench.bundle / "illustrative-gamma-9.csv")
    bench.pipeline().load_starter()
    yield bench.store
    bench.store.close()


@pytest.fixture(scope="module")
def real(store: Store) -> Store:
    """The same figures for a reader who is shown no illustrative ones."""
    return Store(
        store.connections.url.render_as_string(hide_password=False),
        register=load_register(),
        catalogue=store.catalogue,
        include_illustrative=False,
    )


def told(rows: list[dict]) -> list[tuple]:
    return [(row["indicator_id"], row["area_code"], row["period"], row["sex"], row["value"]) for row in rows]


def test_everything_of_some_areas_comes_in_the_order_of_the_catalogue(store: Store) -> None:
    assert told(store.area_series([ENGLAND, NOTTINGHAM])) == [
        ("rate", ENGLAND, Y2019, "persons", 76.0),
        ("rate", ENGLAND, Y2020, "persons", 77.0),
        ("rate", NOTTINGHAM, Y2019, "persons", 67.0),
        ("rate", NOTTINGHAM, Y2020, "persons", 68.0),
        ("share", NOTTINGHAM, Y2019, "persons", pytest.approx(100 * 11 / 908)),
        ("share", NOTTINGHAM, Y2019, "male", pytest.approx(1.2)),
        ("gap", NOTTINGHAM, Y2019, "persons", pytest.approx(67 - 100 * 11 / 908)),
        ("claims", NOTTINGHAM, Y2020, "persons", 100.0),
    ]
    assert store.area_series([]) == []


def test_a_stream_gives_one_indicator_after_the_other(store: Store) -> None:
    assert told(list(store.stream(["jobs", "claims", "rate"]))) == [
        ("jobs", YORK, Y2021, "persons", 5.0),
        ("claims", NOTTINGHAM, Y2020, "persons", 100.0),
        ("rate", NOTTINGHAM, Y2019, "persons", 67.0),
        ("rate", LEEDS, Y2019, "persons", 75.0),
        ("rate", ENGLAND, Y2019, "persons", 76.0),
        ("rate", NOTTINGHAM, Y2020, "persons", 68.0),
        ("rate", ENGLAND, Y2020, "persons", 77.0),
    ]
    with pytest.raises(UnknownIndicator, match="'happiness'"):
        list(store.stream(["happiness"]))


def test_a_grid_has_a_row_for_each_figure_with_its_trend(store: Store) -> None:
    groups = [("claims", Y2020, "persons", "all", "all"), ("rate", Y2020, "persons", "all", "all")]
    rows = store.grid(groups=[*groups, groups[0]], area_codes=[NOTTINGHAM, LEEDS, ENGLAND])
    assert told(rows) == [
        ("claims", NOTTINGHAM, Y2020, "persons", 100.0),
        ("rate", NOTTINGHAM, Y2020, "persons", 68.0),
        ("rate", ENGLAND, Y2020, "persons", 77.0),
    ]
    # two periods are too few for a direction, and the word for that is kept with the figure
    assert [row["trend"] for row in rows] == [{"direction": "not_calculated", "judgement": "none"}] * 3
    # a trend belongs to the period it ends in
    [early] = store.grid(groups=[("rate", Y2019, "persons", "all", "all")], area_codes=[NOTTINGHAM])
    assert early["trend"] is None
    assert store.grid(groups=groups, area_codes=[]) == [] == store.grid(groups=[], area_codes=[LEEDS])
    with pytest.raises(UnknownIndicator, match="'happiness'"):
        store.grid(groups=[("happiness", Y2019, "persons", "all", "all")], area_codes=[LEEDS])


def test_courses_have_every_period_of_each_area_oldest_first(store: Store) -> None:
    groups = [("rate", "persons", "all", "all"), ("jobs", "persons", "all", "all")]
    rows = store.courses(groups=[*groups, groups[0]], area_codes=[NOTTINGHAM, YORK, NOTTINGHAM])
    assert sorted(cells[:8] for cells in rows) == [
        ("jobs", "persons", "all", "all", YORK, Y2021, 5.0, "illustrative"),
        ("rate", "persons", "all", "all", NOTTINGHAM, Y2019, 67.0, "ok"),
        ("rate", "persons", "all", "all", NOTTINGHAM, Y2020, 68.0, "ok"),
    ]
    assert [cells[5] for cells in rows] == [Y2019, Y2020, Y2021]
    assert {cells[8][:13] for cells in rows if cells[0] == "rate"} == {"published 95%"}
    assert store.courses(groups=groups, area_codes=[]) == [] == store.courses(groups=[], area_codes=[LEEDS])
    with pytest.raises(UnknownIndicator, match="'happiness'"):
        store.courses(groups=[("happiness", "persons", "all", "all")], area_codes=[LEEDS])


def test_many_codes_are_filtered_as_few_are(store: Store) -> None:
    few = store.observations(
        indicator_id="rate", area_type="utla", period="all", area_codes=[LEEDS, NOTTINGHAM]
    )
    many = [f"E0600{number:04d}" for number in range(1000)] + [LEEDS]
    assert store.observations(indicator_id="rate", area_type="utla", period="all", area_codes=many) == few
    assert [(row["area_code"], row["period"]) for row in few] == [
        (LEEDS, Y2019),
        (NOTTINGHAM, Y2019),
        (NOTTINGHAM, Y2020),
    ]
    # a code that is no area of the type is not answered, whatever is held of it
    assert store.observations(indicator_id="rate", area_type="utla", period="all", area_codes=[ENGLAND]) == []


def test_who_is_shown_no_illustrative_figure_finds_none_anywhere(store: Store, real: Store) -> None:
    assert told(store.area_series([YORK])) == [("jobs", YORK, Y2021, "persons", 5.0)]
    assert real.area_series([YORK]) == []
    assert [row["indicator_id"] for row in store.newest([YORK])] == ["jobs"]
    assert real.newest([YORK]) == []
    assert {row["area_type"]: row["illustrative"] for row in store.available("jobs")} == {
        "ltla": True,
        "utla": True,
    }
    assert real.available("jobs") == []
    assert store.latest_period(indicator_id="jobs", area_type="utla") == Y2021
    assert real.latest_period(indicator_id="jobs", area_type="utla") is None
    jobs = ("jobs", Y2021, "persons", "all", "all")
    course = ("jobs", "persons", "all", "all")
    assert told(store.grid(groups=[jobs], area_codes=[YORK])) == [("jobs", YORK, Y2021, "persons", 5.0)]
    assert real.grid(groups=[jobs], area_codes=[YORK]) == []
    assert len(store.courses(groups=[course], area_codes=[YORK])) == 1
    assert real.courses(groups=[course], area_codes=[YORK]) == []
    assert list(store.trends(indicator_id="jobs", sex="persons", age="all")) == [YORK]
    assert real.trends(indicator_id="jobs", sex="persons", age="all") == {}
    assert [row["edition"] for row in store.releases() if row["illustrative"]] == ["9"]
    assert [row["edition"] for row in real.releases() if row["illustrative"]] == []
    assert [row["edition"] for row in real.releases(hidden=True) if row["illustrative"]] == ["9"]
    assert real.problems() == [
        "1 illustrative observations although WORKHEALTH_ILLUSTRATIVE is off; run: python -m etl starter load"
    ]
    assert store.problems() == []


def test_what_figures_were_and_became(store: Store) -> None:
    gap, rate = store.revisions(area_code=NOTTINGHAM)
    assert (rate["indicator_id"], rate["period"]) == ("rate", Y2019)
    assert (rate["old_value"], rate["old_status"]) == (66.1, "ok")
    assert (rate["new_value"], rate["new_status"]) == (67.0, "ok")
    assert (rate["old_release_id"][:7], rate["new_release_id"][:7]) == ("alpha:1", "alpha:2")
    # the gap that rests on the rate moved with it
    assert gap["new_value"] - gap["old_value"] == pytest.approx(0.9)
    assert [row["indicator_id"] for row in store.revisions(indicator_id="rate")] == ["rate"]
    assert len(store.revisions(limit=1)) == 1
    assert store.revisions(since=rate["changed_at"]) == [gap, rate]
    assert store.revisions(since="2027-01-01") == []
    assert store.revisions(area_code=LEEDS) == []


def test_what_is_new_comes_newest_first_with_how_many_figures(store: Store) -> None:
    rows = store.changes(indicator_id="rate")
    assert [
        (row["kind"], row["period"], row["area_type"], row["area_code"], row["figures"]) for row in rows
    ] == [
        ("added", Y2020, "england", None, 1),
        ("added", Y2020, "ltla", None, 1),
        ("revised", Y2019, "ltla", NOTTINGHAM, 1),
        ("added", Y2019, "england", None, 1),
        ("added", Y2019, "ltla", None, 2),
    ]
    assert rows[2]["publication"] == "Figures of alpha, 2"
    assert store.changes(indicator_id="rate", limit=2, offset=1) == rows[1:3]
    assert store.changes(indicator_id="rate", since=rows[0]["changed_at"]) == rows[:3]
    # asked for one area, an addition says how many figures that area gained
    own = store.changes(indicator_id="rate", area_code=LEEDS)
    assert [(row["kind"], row["period"], row["figures"]) for row in own] == [("added", Y2019, 1)]
    with pytest.raises(UnknownIndicator):
        store.changes(indicator_id="happiness")
    with pytest.raises(UnknownArea):
        store.changes(area_code="E99999999")


def test_changes_are_brought_together_by_publication_and_indicator(store: Store) -> None:
    groups = store.change_groups(indicator_id="rate")
    assert [(row["kind"], row["figures"], row["first_period"], row["last_period"]) for row in groups] == [
        ("added", 2, Y2020, Y2020),
        ("revised", 1, Y2019, Y2019),
        ("added", 3, Y2019, Y2019),
    ]
    assert (groups[1]["old_value"], groups[1]["new_value"]) == (66.1, 67.0)
    assert [row["publications"] for row in groups] == [1, 1, 1]
    assert store.change_groups(indicator_id="rate", limit=1) == groups[:1]
    assert [row["kind"] for row in store.area_change_groups(LEEDS, store.additions())] == ["added"]


def test_each_source_says_when_it_last_came_and_what_rests_on_it(store: Store) -> None:
    status = {row["source_id"]: row for row in store.source_status()}
    alpha = status["alpha"]
    assert (alpha["outcome"], alpha["published_on"], alpha["illustrative"]) == (
        "unchanged",  # the starter was loaded after it, and brought nothing better
        "2022-01-01",
        False,
    )
    # the second edition took over every figure of the first
    assert [(row["edition"], row["rows"]) for row in alpha["releases"]] == [("1", 0), ("2", 6)]
    assert alpha["rows"] == 6
    assert alpha["published_at"] is not None and alpha["published_at"] <= alpha["finished_at"]
    assert status["gamma"]["illustrative"] is True
    assert status["derived"]["rows"] == 1
    runs = store.history("alpha", outcome="published")
    assert len(runs) == 2 and runs[0]["finished_at"] > runs[1]["finished_at"]
    assert runs[0]["details"]["diff"]["indicators"]["rate"] == {
        "added": 2,
        "removed": 0,
        "revised": 1,
        "unchanged": 2,
    }
    assert store.history("alpha", limit=1) == store.history("alpha")[:1]
    assert store.history("nobody") == []
    assert store.last_instant() == max(row["finished_at"] for row in status.values() if row["finished_at"])


def test_what_the_jobs_ask(store: Store) -> None:
    assert store.indicators_of("beta") == ["share"]
    assert store.indicators_of("nobody") == []
    assert [release_id.split(":")[0] for release_id in store.releases_of("rate")] == ["alpha"]
    with pytest.raises(UnknownIndicator):
        store.releases_of("happiness")
    names, rows = store.current_rows(["rate", "claims", "rate"])
    places = [names.index(name) for name in ("indicator_id", "area_code", "period", "value")]
    assert [tuple(row[place] for place in places) for row in rows][:2] == [
        ("claims", NOTTINGHAM, Y2020, 100.0),
        ("rate", NOTTINGHAM, Y2019, 67.0),
    ]
    assert len(rows) == 6
    names, others = store.current_rows(["rate"], alternates=True)
    assert [(row[names.index("source_id")], row[names.index("value")]) for row in others] == [("beta", 66.4)]
    batches = list(store.current_batches(["rate"], size=2))
    assert [len(batch) for batch in batches] == [2, 2, 1]
    spreads = store.distributions(["rate"])
    assert [(row["period"], row["area_type"], row["n_values"], row["is_latest"]) for row in spreads] == [
        (Y2019, "england", 1, False),
        (Y2019, "ltla", 2, False),
        (Y2019, "utla", 2, False),
        (Y2020, "england", 1, True),
        (Y2020, "ltla", 1, True),
        (Y2020, "utla", 1, True),
    ]
    assert store.boundaries() == []
    assert [row["source_id"] for row in store.sources()] == ["alpha", "beta", "gamma"]


def test_equal_stores_have_equal_digests(store: Store, real: Store) -> None:
    assert store.digest() == real.digest()
    assert len(store.digest()) == 64


def test_a_question_to_the_driver_fails_as_others_do(tmp_path: Path) -> None:
    """A store that cannot be read raises the errors of sqlalchemy, and a damaged one StoreDamaged."""
    path = tmp_path / "store.sqlite"
    sqlite3.connect(path).close()
    empty = Store(f"sqlite:///{path}", register=load_register(), catalogue=small_catalogue())
    with pytest.raises(sa.exc.OperationalError, match="no such table: observation"):
        list(empty.select([Selection("rate")]))
    empty.close()
    path.write_bytes(b"no database at all" * 100)
    damaged = Store(f"sqlite:///{path}", register=load_register(), catalogue=small_catalogue())
    with pytest.raises(StoreDamaged):
        list(damaged.select([Selection("rate")]))
    damaged.close()


def test_one_choice_gives_what_it_gives_among_several(store: Store) -> None:
    chosen = Selection("rate", between=(NOTTINGHAM, NOTTINGHAM)), Selection("share")
    together = [(name, tuple(cells)) for name, cells in store.select(chosen)]
    alone = [(name, tuple(cells)) for part in chosen for name, cells in store.select([part])]
    assert alone == together and len(alone) > 2
