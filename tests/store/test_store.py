"""The questions a page asks, on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
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
    claim_rows,
    count_rows,
    indicator,
    rate_rows,
    route,
    small_catalogue,
)

from geodata.register import UnknownArea, UnknownAreaType, load_register
from indicators.store import NoStore, Store, UnknownIndicator, types_on, writing
from indicators.store import schema as tables

KEYS = [
    "area_code", "area_name", "area_type", "period", "sex", "age", "breakdown", "value", "numerator", "denominator",
    "lower_ci_95", "upper_ci_95", "lower_ci_998", "upper_ci_998", "status", "release", "interval_method", "note",
    "route",
]  # fmt: skip
RATES = {NOTTINGHAM: 66.1, LEEDS: 75.0, YORK: 80.0, ENGLAND: 76.0}


@pytest.fixture
def loaded(database_url: str, tmp_path: Path) -> Iterator[Store]:
    """Three years of a rate (the last only for England), counts by sex, a gap."""
    bench = Bench(database_url, tmp_path, small_catalogue())
    bench.put(
        "alpha-1.csv",
        rate_rows({**RATES, NOTTINGHAM: 60.0}, Y2019)
        + rate_rows({**RATES, YORK: "*"}, Y2020)
        + rate_rows({ENGLAND: 76.5, LEEDS: ""}, Y2021)
        + claim_rows({NOTTINGHAM: 100, LEEDS: 900}, Y2020),
    )
    men = [{**row, "sex": "male"} for row in count_rows({NOTTINGHAM: (6, 500)}, Y2020)]
    bench.put(
        "beta-1.csv",
        [
            {"sex": "persons", **row}
            for row in count_rows({NOTTINGHAM: (11, 908), ENGLAND: (6871, 133658)}, Y2020)
        ]
        + men
        + [{"sex": "persons", **row} for row in rate_rows({"E06000010": 70.0}, Y2020, "other-rate")],
    )
    results = bench.pipeline().refresh(folder=bench.folder / "incoming")
    assert [result.outcome for result in results] == ["published", "published"], results
    yield bench.store
    bench.store.close()


def test_rows_have_the_keys_of_the_api_in_their_order(loaded: Store) -> None:
    [row] = loaded.observations(indicator_id="rate", area_type="utla", period=Y2020, area_codes=[NOTTINGHAM])
    assert list(row) == KEYS
    assert (row["area_name"], row["area_type"], row["value"]) == ("Nottingham", "utla", 66.1)


def test_the_latest_period_is_the_newest_with_a_value_for_that_area_type(loaded: Store) -> None:
    assert loaded.latest_period(indicator_id="rate", area_type="england") == Y2021
    # in 2021 the only upper-tier row has no value
    assert loaded.latest_period(indicator_id="rate", area_type="utla") == Y2020
    rows = loaded.observations(indicator_id="rate", area_type="utla")
    assert {row["period"] for row in rows} == {Y2020}
    assert [row["area_name"] for row in rows] == [
        "Kingston upon Hull, City of",
        "Leeds",
        "Nottingham",
        "York",
    ]
    assert loaded.latest_period(indicator_id="rate", area_type="lep") is None
    assert loaded.observations(indicator_id="rate", area_type="lep") == []


def test_missing_is_none_with_its_status(loaded: Store) -> None:
    [row] = loaded.observations(indicator_id="rate", area_type="utla", period=Y2020, area_codes=[YORK])
    assert (row["value"], row["lower_ci_95"], row["status"]) == (None, None, "suppressed")


def test_all_periods_come_oldest_first(loaded: Store) -> None:
    rows = loaded.observations(indicator_id="rate", area_type="utla", period="all", area_codes=[LEEDS])
    assert [(row["period"], row["value"]) for row in rows] == [(Y2019, 75.0), (Y2020, 75.0), (Y2021, None)]


def test_sex_can_be_asked_for(loaded: Store) -> None:
    rows = loaded.observations(indicator_id="share", area_type="utla", period=Y2020)
    assert [(row["sex"], row["area_code"]) for row in rows] == [("male", NOTTINGHAM), ("persons", NOTTINGHAM)]
    [row] = loaded.observations(indicator_id="share", area_type="utla", sex="male")
    assert (row["numerator"], row["denominator"]) == (6.0, 500.0)


def test_what_does_not_exist_is_refused_by_name(loaded: Store) -> None:
    with pytest.raises(UnknownIndicator, match="'rates' is not in the catalogue"):
        loaded.observations(indicator_id="rates", area_type="utla")
    with pytest.raises(UnknownAreaType, match="'county' is not one of"):
        loaded.observations(indicator_id="rate", area_type="county")
    with pytest.raises(ValueError, match="period '2020' is not ISO 8601"):
        loaded.observations(indicator_id="rate", area_type="utla", period="2020")
    with pytest.raises(UnknownArea):
        loaded.newest(["E99999999"])
    with pytest.raises(LookupError, match="release 'x' is not in the store"):
        loaded.release("x")


def test_available_lists_each_series_of_areas_once(loaded: Store) -> None:
    rows = loaded.available("rate")
    assert [(row["area_type"], row["periods"], row["latest"]) for row in rows] == [
        ("ltla", [Y2019, Y2020, Y2021], Y2020),
        ("utla", [Y2019, Y2020, Y2021], Y2020),
        ("england", [Y2019, Y2020, Y2021], Y2021),
    ]
    assert rows[1]["n_areas"] == 4
    assert rows[1]["illustrative"] is False
    assert {row["indicator_id"] for row in loaded.available()} == {"rate", "share", "gap", "claims"}
    assert [row["sex"] for row in loaded.available("share") if row["area_type"] == "utla"] == [
        "persons",
        "male",
    ]


def test_a_series_follows_the_order_asked_for(loaded: Store) -> None:
    rows = loaded.series(indicator_id="rate", area_codes=[ENGLAND, NOTTINGHAM], sex="persons", age="all")
    assert [(row["area_code"], row["period"], row["value"]) for row in rows] == [
        (ENGLAND, Y2019, 76.0),
        (ENGLAND, Y2020, 76.0),
        (ENGLAND, Y2021, 76.5),
        (NOTTINGHAM, Y2019, 60.0),
        (NOTTINGHAM, Y2020, 66.1),
    ]
    assert loaded.series(indicator_id="rate", area_codes=[], sex="persons", age="all") == []


def test_the_newest_figure_of_each_series_comes_with_its_trend(loaded: Store) -> None:
    rows = loaded.newest([NOTTINGHAM])
    assert [(row["indicator_id"], row["sex"]) for row in rows] == [
        ("rate", "persons"),
        ("share", "persons"),
        ("share", "male"),
        ("gap", "persons"),
        ("claims", "persons"),
    ]
    rate = rows[0]
    assert (rate["period"], rate["value"], rate["area_type"]) == (Y2020, 66.1, "ltla")
    assert rate["trend"]["direction"] == "not_calculated"
    assert rate["trend"]["periods_used"] == []
    # a missing newest figure does not hide the last one there is
    leeds = next(row for row in loaded.newest([LEEDS]) if row["indicator_id"] == "rate")
    assert (leeds["period"], leeds["value"]) == (Y2020, 75.0)


def test_the_newest_figures_of_several_areas_can_be_narrowed(loaded: Store) -> None:
    rows = loaded.newest([NOTTINGHAM, LEEDS], indicator_ids=["rate", "share"], breakdown="all")
    assert [(row["area_code"], row["indicator_id"], row["sex"]) for row in rows][:4] == [
        (NOTTINGHAM, "rate", "persons"),
        (NOTTINGHAM, "share", "persons"),
        (NOTTINGHAM, "share", "male"),
        (LEEDS, "rate", "persons"),
    ]
    assert {row["indicator_id"] for row in rows} == {"rate", "share"}
    assert loaded.newest([NOTTINGHAM], breakdown="age: young") == []


def test_the_periods_of_the_newest_figures_leave_out_what_has_no_value(loaded: Store) -> None:
    found = loaded.newest_periods()
    assert (NOTTINGHAM, "rate", Y2020) in found and (LEEDS, "rate", Y2020) in found
    assert len(found) == len(set(found))
    valued = {
        (row["area_code"], row["indicator_id"], row["period"])
        for area_code in {code for code, _, _ in found} | {YORK}
        for row in loaded.newest([area_code])
        if row["value"] is not None
    }
    assert valued == set(found)


def test_the_spread_and_england_are_found_by_series_and_period(loaded: Store) -> None:
    key = ("rate", "persons", "all", "all", Y2020)
    [spread] = loaded.spreads_of([key], ["ltla"])
    assert (spread["n_values"], spread["minimum"]) == (3, 66.1)
    assert loaded.spreads_of([key], ["lep"]) == []
    assert loaded.national([key]) == {key: (76.0, "ok")}
    assert loaded.national([("share", "male", "all", "all", Y2020)]) == {}
    newest = {row["indicator_id"]: row["period"] for row in loaded.newest_spreads("ltla")}
    assert newest["rate"] in (Y2020, Y2021)


def test_spread_and_trends_by_key(loaded: Store) -> None:
    spread = loaded.distribution(
        indicator_id="rate", area_type="utla", period=Y2019, sex="persons", age="all"
    )
    assert spread is not None
    assert (spread["minimum"], spread["maximum"], spread["n_values"], spread["p50"]) == (60.0, 80.0, 3, None)
    assert (
        loaded.distribution(indicator_id="rate", area_type="lep", period=Y2019, sex="persons", age="all")
        is None
    )
    found = loaded.trends(indicator_id="rate", sex="persons", age="all", area_codes=[LEEDS])
    assert list(found) == [LEEDS]
    assert found[LEEDS]["reason"].startswith("fewer than five periods")


def test_lineage_leads_from_a_gap_to_both_files_and_rows(loaded: Store) -> None:
    [gap] = loaded.lineage(indicator_id="gap", area_code=NOTTINGHAM, period=Y2020, sex="persons")
    assert gap["release"]["origin"] == "derived"
    overall, group = gap["inputs"]
    assert (overall["indicator_id"], overall["period"]) == ("rate", Y2020)
    assert overall["release"]["files"][0]["file_name"] == "alpha-1.csv"
    assert overall["source_row"] == 6
    assert group["release"]["files"][0]["file_name"] == "beta-1.csv"
    assert group["source_row"] == 2
    assert group["release"]["files"][0]["licence"] == "Open Government Licence v3.0"


def test_each_place_is_once_on_a_map_of_a_vintage(tmp_path: Path, database_url: str) -> None:
    register = load_register()
    catalogue = {
        "rate": indicator("rate", route("alpha", "published", "published", ("ltla",), value=("rate",)))
    }
    bench = Bench(database_url, tmp_path, catalogue)
    today = sorted(register.codes("ltla", 2024))
    aylesbury = "E07000004"
    bench.put("alpha-1.csv", rate_rows(dict.fromkeys([*today, aylesbury], 50.0), "2019-01-01/P1Y"))
    bench.refresh("alpha")
    rows = bench.store.observations(indicator_id="rate", area_type="ltla")
    assert len(rows) == 296
    assert aylesbury not in {row["area_code"] for row in rows}
    # asked for by code, the old district is there with its own name
    [row] = bench.store.observations(indicator_id="rate", area_type="ltla", area_codes=[aylesbury])
    assert row["area_name"] == "Aylesbury Vale"
    bench.store.close()


def test_codes_outlive_types() -> None:
    register = load_register()
    day = register.area("E54000008", "stp").end_on
    assert day is not None
    assert types_on(register, "E54000008", day) == ("stp",)
    assert types_on(register, "E54000008", day.replace(year=2024)) == ("icb",)
    # ONS shows old years on today's areas: a code that did not stand yet stands for what it is now
    assert types_on(register, "E06000060", day.replace(year=2010)) == ("ltla", "utla")
    # figures of 2019/20 on the CCGs of 2021 are figures of a CCG, not of the sub-ICB location that took its code
    assert types_on(register, "E38000256", day.replace(year=2020)) == ("ccg",)


def test_readers_see_the_old_release_until_the_transaction_ends(loaded: Store, tmp_path: Path) -> None:
    bench = Bench(loaded.connections.url.render_as_string(hide_password=False), tmp_path, small_catalogue())
    before, publication = loaded.digest(), loaded.publication_id()
    seen: list[str] = []

    def look(words: str, done: int, of: int) -> None:
        if words in ("releases", "observation", "trend", "commit"):
            assert (loaded.digest(), loaded.publication_id()) == (before, publication)
            seen.append(words)

    bench.put("alpha-1.csv", rate_rows(RATES, Y2020) + claim_rows({LEEDS: 1}, Y2020))
    bench.pipeline(on_step=look).refresh(["alpha"], folder=bench.folder / "incoming", accept="a test")
    assert {"releases", "observation", "trend", "commit"} <= set(seen)
    assert loaded.publication_id() != publication
    assert loaded.digest() != before
    bench.store.close()


def test_a_store_made_before_a_fork_works_after_it(loaded: Store) -> None:
    before = loaded.digest()
    child = os.fork()
    if not child:
        try:
            os._exit(0 if loaded.digest() == before else 1)
        except BaseException:
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert loaded.digest() == before


def test_a_database_that_is_not_there_is_not_made_by_a_question(tmp_path: Path) -> None:
    path = tmp_path / "none.sqlite"
    store = Store(f"sqlite:///{path}", register=load_register(), catalogue=small_catalogue())
    assert store.exists() is False
    with pytest.raises(NoStore, match="the store is empty; run: python -m etl starter load"):
        store.publication_id()
    assert not path.exists()
    with pytest.raises(ValueError, match="only sqlite and postgresql"):
        Store("mysql://x/y", register=load_register(), catalogue={})


def test_an_unknown_status_cannot_be_written(loaded: Store) -> None:
    with pytest.raises(sa.exc.IntegrityError), loaded.connections.writing() as connection:
        connection.execute(sa.text("UPDATE observation SET status = 'fine'"))
    with pytest.raises(sa.exc.IntegrityError), loaded.connections.writing() as connection:
        connection.execute(sa.text("UPDATE observation SET value = NULL, status = 'ok'"))
    with pytest.raises(sa.exc.IntegrityError), loaded.connections.writing() as connection:
        connection.execute(sa.text("UPDATE observation SET release_id = 'nobody:1'"))


def test_problems_are_found(loaded: Store) -> None:
    assert loaded.problems() == []
    with loaded.connections.writing() as connection:
        connection.execute(sa.text("UPDATE observation SET upper_ci_95 = 1 WHERE area_code = 'E06000018'"))
        connection.execute(
            sa.text("UPDATE observation SET status = 'illustrative' WHERE area_code = 'E08000035'")
        )
        connection.execute(sa.text("DELETE FROM release_file"))
    words = " · ".join(loaded.problems())
    assert "below their lower or above their upper limit" in words
    assert "illustrative marks that do not agree" in words
    assert "2 current releases with neither a file nor an input" in words


def test_the_log_keeps_every_run(loaded: Store) -> None:
    [run] = loaded.history("alpha")
    assert (run["outcome"], run["message"]) == ("published", "figures: 12 added")
    assert run["details"]["diff"]["totals"]["added"] == 12
    states = {status["source_id"]: status for status in loaded.source_status()}
    assert states["alpha"]["rows"] == 12
    assert states["alpha"]["published_on"] == "2022-01-01"
    assert states["derived"]["outcome"] is None


@pytest.mark.parametrize("fails", [False, True], ids=["published", "stopped"])
def test_the_second_index_is_there_after_many_rows_and_after_a_stop(
    fails: bool, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "_MANY", 2)
    bench = Bench(database_url, tmp_path, small_catalogue())
    bench.put("alpha-1.csv", rate_rows(RATES, Y2020) + claim_rows({NOTTINGHAM: 7}))

    def on_step(words: str, done: int, of: int) -> None:
        if fails and words == "observation":
            raise RuntimeError("stopped among the rows")

    [result, *_] = bench.pipeline(on_step=on_step).refresh(["alpha"], folder=bench.folder / "incoming")
    assert result.outcome == ("failed" if fails else "published")
    names = {index["name"] for index in sa.inspect(bench.store.connections.engine).get_indexes("observation")}
    assert names == {"observation_by_area"}
    assert len(bench.store.observations(indicator_id="rate", area_type="ltla", period=Y2020)) == (
        0 if fails else 3
    )
    bench.store.close()


def test_a_publication_is_seen_although_files_are_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database whose files are as they were is not read again; a commit of another process is seen at once."""
    address = f"sqlite:///{tmp_path / 'store.sqlite'}"
    reader, writer = (Store(address, register=load_register(), catalogue={}) for _ in range(2))
    writer.create()
    facts = tables.store_fact

    def publish(publication_id: str) -> None:
        with writer.connections.writing() as connection:
            connection.execute(
                facts.update().where(facts.c.name == "publication_id").values(value=publication_id)
            )

    def age() -> None:
        """Let the files be older than the clock's tick, as if a while had passed."""
        for path in tmp_path.iterdir():
            file_state = path.stat()
            os.utime(path, ns=(file_state.st_atime_ns, file_state.st_mtime_ns - 2_000_000_000))

    assert reader.publication_id() == "0"
    publish("1")  # within the same second
    assert reader.publication_id() == "1"
    age()
    assert reader.publication_id() == "1"
    reading = reader.connections.reading
    monkeypatch.setattr(reader.connections, "reading", lambda: pytest.fail("the database was read again"))
    assert reader.publication_id() == "1"
    monkeypatch.setattr(reader.connections, "reading", reading)
    publish("2")
    assert reader.publication_id() == "2"
    age()
    publish("3")
    age()
    assert reader.publication_id() == "3"
