"""A store of as many observations as are asked for: the starter edition, and copies of it for further groups of people.

Each copy has all that hangs on its figures (spread, recent trends) under a breakdown of its own, so that every question of
a page has its rows among millions of others. The figures are invented: such a store is only good for measuring.
"""

from __future__ import annotations

import time
from pathlib import Path

import sqlalchemy as sa

from bench import children

_TABLES = ("distribution", "trend", "observation")
_BREAKDOWN = "synthetic: {number:03d}"


def make(folder: Path, url: str, rows: int) -> int:
    """Fill an empty database with at least ``rows`` observations; gives how many there are.

    ``folder`` is the data folder and ``url`` the address of the database as SQLAlchemy writes it. Raises RuntimeError where
    the starter edition cannot be loaded, and the database's errors.
    """
    environment = {"WORKHEALTH_DATA_DIR": str(folder), "WORKHEALTH_DATABASE_URL": url}
    children.run(["-m", "etl", "starter", "load"], environment)
    started = time.perf_counter()
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        own = connection.execute(sa.text("SELECT count(*) FROM observation")).scalar_one()
        of_everyone = connection.execute(
            sa.text("SELECT count(*) FROM observation WHERE breakdown = 'all'")
        ).scalar_one()
        copies = max(0, -(-(rows - own) // of_everyone))
        for table in _TABLES:
            names = [column["name"] for column in sa.inspect(connection).get_columns(table)]
            cells = ", ".join(":breakdown" if name == "breakdown" else name for name in names)
            statement = sa.text(
                f"INSERT INTO {table} ({', '.join(names)}) SELECT {cells} FROM {table} WHERE breakdown = 'all'"
            )
            for number in range(copies):
                connection.execute(statement, {"breakdown": _BREAKDOWN.format(number=number)})
        made: int = connection.execute(sa.text("SELECT count(*) FROM observation")).scalar_one()
    # as after each publication
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    engine.dispose()
    print(f"  {made:,} observations, the copies made in {time.perf_counter() - started:.0f} s")
    return made
