"""Tables of every released version are brought to today's, with what is in them, on both databases."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from geodata.register import Register
from indicators.catalogue import Indicator
from indicators.store import NoStore, Store, migrations, schema
from indicators.store.schema import store_fact

ROWS: dict[str, dict[str, Any]] = {
    "snapshot": {
        "sha256": "aa",
        "file_name": "table.csv",
        "size": 9,
        "licence": "OGL",
        "stored": True,
    },
    "release": {
        "release_id": "r1",
        "source_id": "alpha",
        "edition": "2021",
        "publication": "A publication",
        "publisher": "A publisher",
        "licence": "OGL",
        "attribution": "",
        "loaded_at": "2022-01-01T00:00:00Z",
        "origin": "publisher",
        "illustrative": False,
        "is_current": True,
        "identity": "one",
        "parser_version": 1,
        "precedence": 0,
        "rows": 1,
    },
    "release_file": {"release_id": "r1", "sha256": "aa", "role": "table", "file_name": "table.csv"},
    "observation": {
        "indicator_id": "rate",
        "period": "2021-01-01/P1Y",
        "sex": "persons",
        "age": "all",
        "breakdown": "all",
        "area_code": "E06000018",
        "value": 66.1,
        "status": "ok",
        "interval_method": "published",
        "note": "",
        "release_id": "r1",
        "route": 0,
    },
    "run": {
        "run_id": "1",
        "source_id": "alpha",
        "started_at": "2022-01-01T00:00:00Z",
        "finished_at": "2022-01-01T00:01:00Z",
        "outcome": "published",
        "message": "one figure",
        "details": "{}",
    },
}


@pytest.fixture
def store(database_url: str, register: Register, catalogue: dict[str, Indicator]) -> Any:
    made = Store(database_url, register=register, catalogue=catalogue)
    path = made.connections.sqlite_path
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    yield made
    made.close()


def make_version(store: Store, version: int, *, is_recorded: bool) -> None:
    """A store as the program of a version left it, with a row in each of its oldest tables."""
    with store.connections.writing() as connection:
        migrations.upgrade(connection, version)
        if not is_recorded:  # from before versions were counted: all were called 1
            connection.exec_driver_sql("DROP TABLE alembic_version")
            connection.execute(store_fact.update().values(value="1"))
        connection.execute(store_fact.insert(), {"name": "publication_id", "value": "abc"})
        for name, row in ROWS.items():
            connection.execute(schema.metadata.tables[name].insert(), row)


def differences(store: Store) -> list[Any]:
    """What the tables lack of the program's own, and what they have besides."""
    with store.connections.reading() as connection:
        found = MigrationContext.configure(connection, opts={"compare_type": True})
        return [
            change
            for change in compare_metadata(found, schema.metadata)
            if "alembic_version" not in str(change)
        ]


@pytest.mark.parametrize("is_recorded", [True, False], ids=["recorded", "from before versions were counted"])
@pytest.mark.parametrize("version", range(1, schema.SCHEMA_VERSION + 1))
def test_a_store_of_any_version_keeps_what_is_in_it(store: Store, version: int, is_recorded: bool) -> None:
    make_version(store, version, is_recorded=is_recorded)
    store.create()
    assert store.version() == schema.SCHEMA_VERSION and store.exists()
    assert differences(store) == []
    assert store.publication_id() == "abc"
    with store.connections.reading() as connection:
        for name, row in ROWS.items():
            (found,) = connection.execute(sa.select(schema.metadata.tables[name])).mappings().all()
            assert {key: found[key] for key in row} == row
    assert store.problems() == []
    store.create()  # a second time there is nothing to do
    assert store.version() == schema.SCHEMA_VERSION


def test_new_tables_are_those_of_the_last_step(store: Store) -> None:
    store.create()
    assert differences(store) == []
    with store.connections.reading() as connection:
        assert connection.scalar(sa.text("SELECT version_num FROM alembic_version")) == str(
            schema.SCHEMA_VERSION
        )


def test_a_reader_of_an_older_store_says_what_to_do(store: Store) -> None:
    make_version(store, 1, is_recorded=True)
    assert not store.exists()
    with pytest.raises(
        NoStore, match=r"version 1 of the tables, this program needs 5; any job brings it there"
    ):
        store.publication_id()


def test_a_store_of_a_newer_program_is_left_alone(store: Store) -> None:
    store.create()
    with store.connections.writing() as connection:
        connection.execute(
            store_fact.update().where(store_fact.c.name == "schema_version").values(value="99")
        )
    for ask in (store.create, store.publication_id):
        with pytest.raises(NoStore, match=r"version 99 of the tables, this program knows 5 at most"):
            ask()


def test_a_step_that_fails_leaves_the_store_as_it_was(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    make_version(store, 1, is_recorded=True)
    before = set(_tables(store))

    def broken(*_: object) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr(migrations, "_write_version", broken)
    with pytest.raises(RuntimeError):
        store.create()
    assert set(_tables(store)) == before and store.version() == 1


def _tables(store: Store) -> list[str]:
    with store.connections.reading() as connection:
        return sa.inspect(connection).get_table_names()
