"""Where figures come from: releases with their files, the lineage of a figure, boundary files."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa

from indicators.store import schema
from indicators.store.reading import FIGURE_COLUMNS, Reader, Row
from indicators.store.schema import observation, release, release_file, snapshot


class ProvenanceReader(Reader):
    """Questions about where figures come from."""

    def releases(self, current_only: bool = True, *, hidden: bool = False) -> list[Row]:
        """Releases by source and edition, the newest loading last.

        ``hidden`` gives the illustrative ones even where this store leaves them out: for the jobs.
        """
        wanted: list[sa.ColumnElement[bool]] = []
        if not (self.include_illustrative or hidden):
            wanted.append(release.c.illustrative.is_(False))
        if current_only:
            wanted.append(release.c.is_current.is_(True))
        statement = (
            sa.select(release)
            .where(*wanted)
            .order_by(release.c.source_id, release.c.edition, release.c.loaded_at, release.c.release_id)
        )
        with self.connections.reading() as connection:
            return [_release(row) for row in connection.execute(statement).mappings()]

    def release(self, release_id: str) -> Row:
        """One release with ``files`` (name, sha256, size, url, dates, licence) and ``inputs`` (releases it is
        worked out from, each with its files). Raises LookupError.
        """
        with self.connections.reading() as connection:
            return self._release(connection, release_id)

    def _release(self, connection: sa.Connection, release_id: str) -> Row:
        found = (
            connection.execute(sa.select(release).where(release.c.release_id == release_id))
            .mappings()
            .first()
        )
        if found is None:
            raise LookupError(f"release {release_id!r} is not in the store")
        files = connection.execute(
            sa.select(
                release_file.c.role,
                release_file.c.file_name,
                release_file.c.sha256,
                snapshot.c.size,
                snapshot.c.url,
                snapshot.c.retrieved_at,
                snapshot.c.published_on,
                snapshot.c.licence,
                snapshot.c.stored,
            )
            .join(snapshot, snapshot.c.sha256 == release_file.c.sha256)
            .where(release_file.c.release_id == release_id)
            .order_by(release_file.c.role, release_file.c.file_name)
        ).mappings()
        inputs = schema.release_input
        input_ids = connection.scalars(
            sa.select(inputs.c.input_release_id)
            .where(inputs.c.release_id == release_id)
            .order_by(inputs.c.input_release_id)
        ).all()
        return {
            **_release(found),
            "files": [{**row, "stored": bool(row["stored"])} for row in files],
            "inputs": [self._release(connection, input_id) for input_id in input_ids],
        }

    def releases_of(self, indicator_id: str) -> list[str]:
        """Ids of the releases that the figures of an indicator are taken from. Raises UnknownIndicator."""
        statement = (
            sa.select(observation.c.release_id)
            .where(*self._matching(observation, indicator_id))
            .distinct()
            .order_by(observation.c.release_id)
        )
        with self.connections.reading() as connection:
            return list(connection.scalars(statement))

    def indicators_of(self, source_id: str, *, real_only: bool = False) -> list[str]:
        """Ids of the indicators that have observations of this source; ``real_only`` passes over illustrative ones."""
        wanted = [release.c.source_id == source_id]
        if real_only:
            wanted.append(release.c.illustrative.is_(False))
        statement = (
            sa.select(observation.c.indicator_id)
            .join(release, release.c.release_id == observation.c.release_id)
            .where(*wanted)
            .distinct()
            .order_by(observation.c.indicator_id)
        )
        with self.connections.reading() as connection:
            return list(connection.scalars(statement))

    def indicators_from(self, release_ids: Collection[str]) -> list[str]:
        """Ids of the indicators of which any observation rests on one of these releases."""
        statement = (
            sa.select(observation.c.indicator_id)
            .where(observation.c.release_id.in_(sorted(release_ids)))
            .distinct()
            .order_by(observation.c.indicator_id)
        )
        with self.connections.reading() as connection:
            return list(connection.scalars(statement))

    def lineage(
        self,
        *,
        indicator_id: str,
        area_code: str,
        period: str,
        sex: str | None = None,
        age: str | None = None,
        breakdown: str | None = None,
    ) -> list[Row]:
        """From figures back to files: each observation with ``source_row``, ``release`` (with its files) and,
        for a gap, ``inputs``: the lineage of the two rates it was taken from.

        ``source_row`` is the row in the publisher's file of the value or its numerator, None where not known.
        """
        wanted = self._matching(observation, indicator_id, sex, age, breakdown)
        wanted += [observation.c.area_code == area_code, observation.c.period == period]
        statement = sa.select(
            observation.c.source_row, observation.c.basis_period, observation.c.release_id, *FIGURE_COLUMNS
        ).where(*wanted)
        with self.connections.reading() as connection:
            answer: list[Row] = [
                {
                    "indicator_id": indicator_id,
                    **self._figure(*cells),
                    "source_row": source_row,
                    "basis_period": basis_period,
                    "release": self._release(connection, release_id),
                }
                for source_row, basis_period, release_id, *cells in connection.execute(statement).all()
            ]
        for row in answer:
            row["inputs"] = self._inputs(row)
        return answer

    def _inputs(self, row: Row) -> list[Row]:
        routes = self.catalogue[row["indicator_id"]].routes
        route = next((route for route in routes if route.method == "difference"), None)
        if route is None or row["basis_period"] is None or not route.minuend or not route.subtrahend:
            return []
        area_code = row["area_code"]
        overall = self.lineage(indicator_id=route.minuend, area_code=area_code, period=row["basis_period"])
        group = self.lineage(
            indicator_id=route.subtrahend,
            area_code=area_code,
            period=row["period"],
            sex=row["sex"],
            age=row["age"],
            breakdown=row["breakdown"],
        )
        same_sex = [rate for rate in overall if rate["sex"] == row["sex"]]
        return (same_sex or overall) + group

    def boundaries(self) -> list[Row]:
        """Boundary files that are loaded: area_type, vintage, file_name, sha256, release_id."""
        table = schema.boundary
        with self.connections.reading() as connection:
            statement = sa.select(table).order_by(table.c.area_type, table.c.vintage)
            return [dict(row) for row in connection.execute(statement).mappings()]


def _release(row: Mapping[Any, Any]) -> Row:
    return {**row, "is_current": bool(row["is_current"]), "illustrative": bool(row["illustrative"])}
