"""No question about figures reads a whole table of them, on either database."""

from __future__ import annotations

from collections.abc import Iterator

import plans
import pytest
import sqlalchemy as sa
from etl_toolkit import (
    ENGLAND,
    LEEDS,
    NOTTINGHAM,
    Y2019,
    Y2020,
    Bench,
    count_rows,
    rate_rows,
    small_catalogue,
)

from indicators.store import Store
from indicators.store.selection import Selection

GROUP = {"sex": "persons", "age": "all", "breakdown": "all"}


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A rate of two years and counts."""
    folder = tmp_path_factory.mktemp("plans")
    url = f"sqlite:///{folder}/store.sqlite"
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres_server")
        engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(sa.text("CREATE DATABASE plans"))
        engine.dispose()
        url = server.replace("/postgres?", "/plans?")
    bench = Bench(url, folder, small_catalogue())
    rates = {NOTTINGHAM: 66.1, LEEDS: 75.0, ENGLAND: 76.0}
    bench.put("alpha-1.csv", rate_rows(rates, Y2019) + rate_rows(rates, Y2020))
    bench.put("beta-1.csv", count_rows({NOTTINGHAM: (11, 908)}, Y2019))
    bench.pipeline().refresh(folder=bench.folder / "incoming")
    if request.param == "sqlite":
        # what the last refresh counted would have SQLite read a table of ten rows as a whole
        with bench.store.connections.writing() as connection:
            connection.exec_driver_sql("DELETE FROM sqlite_stat1")
        bench.store.close()
    yield bench.store
    bench.store.close()


def ask_everything(store: Store) -> None:
    """Every question about figures that pages and the API ask."""
    some = [NOTTINGHAM, LEEDS]
    store.latest_period(indicator_id="rate", area_type="ltla", **GROUP)
    for period in ("latest", "all", Y2019):
        store.observations(indicator_id="rate", area_type="ltla", period=period, **GROUP)
        store.observations(indicator_id="rate", area_type="ltla", period=period, area_codes=some)
    store.series(indicator_id="rate", area_codes=some, **GROUP)
    store.newest(some)
    store.area_series(some)
    store.grid(groups=[("rate", Y2020, "persons", "all", "all")], area_codes=some)
    store.courses(groups=[("rate", "persons", "all", "all")], area_codes=some)
    store.trends(indicator_id="rate", **GROUP)
    list(store.stream(["rate", "share"]))
    for selection in (
        Selection("rate"),
        Selection("rate", (Y2019,), ("persons",), ("all",), ("all",)),
        Selection("rate", (Y2019, Y2020), ("persons",), area_codes=(NOTTINGHAM, LEEDS)),
        Selection("rate", after=(Y2019, "persons", "all", "all", LEEDS)),
        Selection("rate", (Y2019,), ("persons",), ("all",), ("all",), between=(NOTTINGHAM, LEEDS)),
    ):
        for narrow in (False, True):
            assert list(store.select_parts([selection], narrow=narrow))


def test_figures_between_two_codes_are_read_and_no_others(store: Store) -> None:
    every = [(rows[0], rows[1]) for _, rows in store.select([Selection("rate")])]
    codes = sorted({code for code, _ in every})
    assert len(codes) == 3
    for first, last in (
        (codes[0], codes[1]),
        (codes[1], codes[2]),
        (codes[0], codes[2]),
        (codes[1], codes[1]),
    ):
        read = [(rows[0], rows[1]) for _, rows in store.select([Selection("rate", between=(first, last))])]
        assert read == [figure for figure in every if first <= figure[0] <= last]
    assert not list(store.select([Selection("rate", between=(codes[1], codes[0]))]))


def test_no_question_reads_a_whole_table_of_figures(store: Store) -> None:
    engine = store.connections.engine
    with plans.recorded(engine) as sent:
        ask_everything(store)
    assert len(sent) > 12
    assert plans.full_scans(engine, sent, as_if_large=True) == []


def test_a_question_that_reads_a_whole_table_is_found(store: Store) -> None:
    engine = store.connections.engine
    text = "SELECT area_code FROM observation WHERE note = 'x'"
    with plans.recorded(engine) as sent, engine.connect() as connection:
        connection.exec_driver_sql(text)
    [found] = plans.full_scans(engine, sent, as_if_large=True)
    assert text in found
