"""The store: one object that answers every question, and the database that it rests on."""

from __future__ import annotations

import sqlalchemy as sa

from indicators.store import schema
from indicators.store.changes import ChangeReader
from indicators.store.engine import FileMark
from indicators.store.faults import NoStore
from indicators.store.figures import FigureReader
from indicators.store.jobs import JobReader
from indicators.store.summaries import SummaryReader

_EMPTY = "the store is empty; run: python -m etl starter load"
_PUBLICATION_ID = sa.select(schema.store_fact.c.value).where(schema.store_fact.c.name == "publication_id")


class Store(FigureReader, SummaryReader, ChangeReader, JobReader):
    """The figures, where they come from, and what happened to them: what every room is given.

    Questions stand in modules by what they are about: ``figures`` (observations, series, grid), ``summaries``
    (profile, trends, spreads), ``provenance`` (releases, lineage), ``changes`` (revisions), ``jobs`` (sources, runs).
    """

    _known_publication: tuple[FileMark, str] | None = None

    def create(self) -> None:
        """Make the tables where they are not there yet.

        Raises NoStore when the tables are of another version of the program.
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
            schema.metadata.create_all(connection)
            facts = schema.store_fact
            found = connection.scalar(sa.select(facts.c.value).where(facts.c.name == "schema_version"))
            if found is None:
                connection.execute(
                    facts.insert(),
                    [
                        {"name": "schema_version", "value": str(schema.SCHEMA_VERSION)},
                        {"name": "publication_id", "value": "0"},
                    ],
                )
            elif found != str(schema.SCHEMA_VERSION):
                raise NoStore(
                    f"the store has version {found} of the tables, this program needs "
                    f"{schema.SCHEMA_VERSION}; run: python -m etl rebuild"
                )

    def exists(self) -> bool:
        """Whether the tables are there, in this program's version. Raises StoreDamaged."""
        path = self.connections.sqlite_path
        if path is not None and not path.is_file():
            return False
        facts = schema.store_fact
        try:
            with self.connections.reading() as connection:
                found = connection.scalar(sa.select(facts.c.value).where(facts.c.name == "schema_version"))
        except (sa.exc.OperationalError, sa.exc.ProgrammingError):
            return False
        return found == str(schema.SCHEMA_VERSION)

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

        Raises NoStore where nothing was ever loaded. Asked for with every request, so a SQLite database whose files are
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
                found = str(connection.scalar(_PUBLICATION_ID))
        except (sa.exc.OperationalError, sa.exc.ProgrammingError) as error:
            raise NoStore(f"{_EMPTY} ({error.orig})") from error
        # the mark was taken before the reading: a publication in between has another one
        self._known_publication = None if mark is None else (mark, found)
        return found
