"""A full load of every publication and boundary beside the checkout, as the command line does it.

Into an empty SQLite and into a PostgreSQL server of its own; then the same folder again, with nothing new. The
rows of the loaded store are also written by a plain ``executemany`` and a plain COPY, so that what the pipeline
adds to the database's own work can be seen in the same run.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

import sqlalchemy as sa

from bench import children
from indicators.store import schema

SHARED = children.ROOT.parent / "shared"
WANTED = {"sqlite": 90.0, "postgresql": 120.0, "nothing new": 2.0}
PEAK_MB_WANTED = 1500.0


def refresh(data_dir: Path, url: str | None) -> children.Took:
    """One ``refresh --from ../shared`` in a process of its own."""
    environment = {"WORKHEALTH_DATA_DIR": str(data_dir)}
    if url is not None:
        environment["WORKHEALTH_DATABASE_URL"] = url
    return children.run(["-m", "etl", "refresh", "--from", str(SHARED)], environment)


def loaded_rows(path: Path) -> list[tuple[object, ...]]:
    """The observations of a loaded SQLite store, in order of keys."""
    with sqlite3.connect(path) as connection:
        return connection.execute("SELECT * FROM observation").fetchall()


def plain_sqlite(rows: list[tuple[object, ...]], folder: Path) -> float:
    """Seconds that one executemany of the same rows takes, into the same table and index."""
    engine = sa.create_engine(f"sqlite:///{folder}/plain.sqlite")
    schema.metadata.create_all(engine)
    engine.dispose()
    with sqlite3.connect(folder / "plain.sqlite") as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        started = time.perf_counter()
        places = ", ".join("?" * len(schema.observation.c))
        connection.executemany(f"INSERT INTO observation VALUES ({places})", rows)
        connection.commit()
        return time.perf_counter() - started


def plain_postgresql(rows: list[tuple[object, ...]], url: str) -> float:
    """Seconds that one COPY of the same rows takes, into a table of the same columns, key and index."""
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE plain (LIKE observation INCLUDING ALL)")
        driver = connection.connection.driver_connection
        started = time.perf_counter()
        with driver.cursor() as cursor, cursor.copy("COPY plain FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        took = time.perf_counter() - started
        connection.exec_driver_sql("DROP TABLE plain")
    engine.dispose()
    return took


def say(words: str, took: children.Took, wanted: float) -> None:
    print(
        f"{words:<34}{took.wall:8.1f} s wall   {took.cpu:6.1f} s processor   peak {took.peak_mb:6,.0f} MB   "
        f"(at most {wanted:.0f} s, {PEAK_MB_WANTED:,.0f} MB)"
    )
    sys.stdout.flush()


def main() -> None:
    """Print every figure, and the same as JSON in the last line."""
    from tests.store import store_servers

    if not SHARED.is_dir():
        print(f"nothing to load: there is no {SHARED.name}/ beside the checkout")
        return
    figures: dict[str, object] = {}
    with tempfile.TemporaryDirectory(prefix="workhealth-bench-") as name:
        folder = Path(name)
        for kind in ("sqlite", "nothing new"):
            took = refresh(folder / "sqlite", None)
            figures[kind] = took.figures()
            say(f"{kind}, SQLite" if kind == "nothing new" else "full load, SQLite", took, WANTED[kind])
        rows = loaded_rows(folder / "sqlite" / "workhealth.sqlite")
        figures["observations"] = len(rows)
        figures["plain executemany"] = round(plain_sqlite(rows, folder), 2)
        print(
            f"{'  its observations, plain executemany':<42}{figures['plain executemany']:8} s for {len(rows):,} rows"
        )
        reason = store_servers.why_not()
        if reason:
            print(f"no figures of PostgreSQL: {reason}")
        else:
            with store_servers.server() as url:
                took = refresh(folder / "postgresql", url)
                figures["postgresql"] = took.figures()
                say("full load, PostgreSQL", took, WANTED["postgresql"])
                again = refresh(folder / "postgresql", url)
                figures["nothing new, postgresql"] = again.figures()
                say("nothing new, PostgreSQL", again, WANTED["nothing new"])
                figures["plain copy"] = round(plain_postgresql(rows, url), 2)
                print(
                    f"{'  its observations, plain COPY':<42}{figures['plain copy']:8} s for {len(rows):,} rows"
                )
    print(json.dumps(figures))
    sys.stdout.flush()


if __name__ == "__main__":
    main()
