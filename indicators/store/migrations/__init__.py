"""The tables of a store brought to this program's version, one step after another; only jobs do it.

A step is a module of ``versions``: its ``revision`` is a version, and it never changes once it is released. The way back is
``python -m etl rebuild``, which makes the store again from the publishers' files.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from indicators.store import schema

_FOLDER = Path(__file__).parent


def upgrade(connection: sa.Connection, version: int = schema.SCHEMA_VERSION) -> None:
    """Bring the tables to a version (this program's by default), inside the caller's transaction.

    A store from before versions were counted has no record of its steps: each makes only what is not there.
    """
    command.upgrade(_config(connection), str(version))
    _write_version(connection, version)


def stamp(connection: sa.Connection) -> None:
    """Note that tables made new are of this program's version."""
    command.stamp(_config(connection), str(schema.SCHEMA_VERSION))
    _write_version(connection, schema.SCHEMA_VERSION)


def _config(connection: sa.Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _write_version(connection: sa.Connection, version: int) -> None:
    """What the web process reads, which does not know the steps."""
    facts = schema.store_fact
    done = connection.execute(
        facts.update().where(facts.c.name == "schema_version").values(value=str(version))
    )
    if done.rowcount == 0:
        connection.execute(facts.insert(), {"name": "schema_version", "value": str(version)})
