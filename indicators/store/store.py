"""The store: one object that answers every question, and the database that it rests on."""

from __future__ import annotations

import sqlalchemy as sa

from indicators.store import schema
from indicators.store.changes import ChangeReader
from indicators.store.engine import FileMark
from indicators.store.faults import NoStore
from indicators.store.figures import FigureReader
from indicators.store.groups import GroupReader
from indicators.store.jobs import JobReader
from indicators.store.selection import SelectionReader
from indicators.store.summaries import SummaryReader

_EMPTY = "the store is empty; run: python -m etl starter load"
_FACTS = sa.select(schema.store_fact.c.name, schema.store_fact.c.value).where(
    schema.store_fact.c.name.in_(("publication_id", "schema_version"))
)


def _version_of(connection: sa.Connection) -> int | None:
    """Version of the tables in a database; None where it has none of ours."""
    if not sa.inspect(connection).has_table(schema.store_fact.name):
        return None
    facts = schema.store_fact
    found = connection.scalar(sa.select(facts.c.value).where(facts.c.name == "schema_version"))
    return int(found) if found is not None and str(found).isdigit() else None


def _other_version(found: int) -> str:
    """Why a store cannot be read by this program, and what to do."""
    if found < schema.SCHEMA_VERSION:
        return (
            f"the store has version {found} of the tables, this program needs {schema.SCHEMA_VERSION}; any job brings it "
            "there, and its figures stay: python -m etl starter load"
        )
    return (
        f"the store has version {found} of the tables, this program knows {schema.SCHEMA_VERSION} at most; use the newer "
        "program, or make the store again with this one: python -m etl rebuild"
    )


class Store(GroupReader, FigureReader, SelectionReader, SummaryReader, ChangeReader, JobReader):
    """The figures, where they come from, and what happened to them: what every room is given.

    Questions stand in modules by what they are about: ``groups`` (any of them, asked of a reader's group of areas),
    ``figures`` (observations, series, grid), ``selection`` (many at once), ``summaries`` (profile, trends, spreads),
    ``provenance`` (releases, lineage), ``changes`` (revisions), ``jobs`` (sources, runs).
    """

    _known_publication: tuple[FileMark, str] | None = None

    def create(self) -> None:
        """Make the tables where they are not there yet, and bring those of an older version of the program to this one.

        Figures, releases and history stay. Raises NoStore when the tables are of a newer version of the program.
        """
        path = self.connections.sqlite_path
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            with self.connections.disk_errors_named(), self.connections.engine.connect() as connection:
                connection.connection.driver_connection.execute(  # type: ignore[union-attr]
                    "PRAGMA journal_mode = WAL"
                )
        with self.connections.writing() as connection:
            if not self.connections.is_sqlite:
                # two processes that start together must not both make the tables
                connection.execute(sa.text("SELECT pg_advisory_xact_lock(7402531)"))
            from indicators.store import migrations  # the web process does not need them

            found = _version_of(connection)
            if found is None:
                schema.metadata.create_all(connection)
                connection.execute(schema.store_fact.insert(), {"name": "publication_id", "value": "0"})
                migrations.stamp(connection)
            elif found < schema.SCHEMA_VERSION:
                migrations.upgrade(connection)
            elif found > schema.SCHEMA_VERSION:
                raise NoStore(_other_version(found))

    def exists(self) -> bool:
        """Whether the tables are there, in this program's version. Raises StoreDamaged and StoreNotAnswering."""
        return self.version() == schema.SCHEMA_VERSION

    def version(self) -> int | None:
        """Version of the tables; None where there are none."""
        path = self.connections.sqlite_path
        if path is not None and not path.is_file():
            return None
        with self.connections.reading() as connection:
            return _version_of(connection)

    def has_a_figure(self) -> bool:
        """Whether any figure can be read. Raises NoStore's kinds."""
        with self.connections.reading() as connection:
            return connection.execute(sa.select(schema.observation.c.area_code).limit(1)).first() is not None

    def reset(self) -> None:
        """Drop every table, of whatever version, and make them anew: all figures and all history go."""
        with self.connections.writing() as connection:
            found = sa.MetaData()
            found.reflect(connection)
            found.drop_all(connection)
        self.create()

    def close(self) -> None:
        """Close idle connections."""
        self.connections.close()

    def publication_id(self) -> str:
        """Changes with each publication: what a cache of answers is keyed by.

        Raises NoStore where nothing was ever loaded, or the tables are of another version. Asked for with every request, so a SQLite database whose files are
        as they were is not read again.
        """
        path = self.connections.sqlite_path
        if path is not None and not path.is_file():
            raise NoStore(_EMPTY)
        mark = self.connections.file_mark()
        known = self._known_publication
        if mark is not None and known is not None and known[0] == mark:
            return known[1]
        try:
            with self.connections.reading() as connection:
                facts = dict(connection.execute(_FACTS).fetchall())
        except (sa.exc.OperationalError, sa.exc.ProgrammingError) as error:
            raise NoStore(f"{_EMPTY} ({error.orig})") from error
        version = int(facts.get("schema_version", "0"))
        if version != schema.SCHEMA_VERSION:
            raise NoStore(_other_version(version))
        found = str(facts["publication_id"])
        # the mark was taken before the reading: a publication in between has another one
        self._known_publication = None if mark is None else (mark, found)
        return found
