"""Where figures come from: releases with their files, the lineage of a figure, boundary files."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa

from geodata.lands import WHOLE
from geodata.naming import area_named
from geodata.parts import parts_of
from geodata.register import UnknownArea
from geodata.succession import Standing, standing_for
from indicators.catalogue import Route
from indicators.merged_areas import is_estimated, is_joined
from indicators.periods import Period, named
from indicators.store import schema
from indicators.store.reading import FIGURE_COLUMNS, Reader, Row, types_on
from indicators.store.schema import observation, release, release_file, snapshot

_COUNTED = re.compile(r"Summed from \d+ of (\d+) ")


class UnknownFigure(LookupError):
    """No figure is meant by the words given; ``parameter`` (indicator, area, period) says which of them."""

    def __init__(self, parameter: str, words: str) -> None:
        super().__init__(words)
        self.parameter = parameter


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
        of_release, of_files, of_inputs = _release_statements()
        asked = {"release": release_id}
        found = connection.execute(of_release, asked).mappings().first()
        if found is None:
            raise LookupError(f"release {release_id!r} is not in the store")
        files = connection.execute(of_files, asked).mappings()
        input_ids = connection.scalars(of_inputs, asked).all()
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

    def named_figure(self, indicator_id: str, area: str, period: str) -> tuple[str, str]:
        """(area code, ISO period) of the figures of an indicator that people mean by words for an area and a period.

        ``area`` is a code or a name (``E08000035``, ``Leeds``), ``period`` is ISO or as people write it (``2023``,
        ``2022/23``). Raises UnknownIndicator, and UnknownFigure that names what there is.
        """
        wanted = self._matching(observation, indicator_id)
        statement = sa.select(observation.c.area_code, observation.c.period).where(*wanted).distinct()
        with self.connections.reading() as connection:
            periods_of: dict[str, set[str]] = {}
            for code, iso in connection.execute(statement):
                periods_of.setdefault(code, set()).add(iso)
        if not periods_of:
            raise UnknownFigure(
                "indicator",
                f"no figure of {indicator_id} for {area}: nothing of it is loaded; see what is: python -m etl status",
            )
        try:
            code = area_named(self.register, area, periods_of)
        except UnknownArea as error:
            raise UnknownFigure("area", str(error)) from error
        if code not in periods_of:
            raise UnknownFigure(
                "area", f"no figure of {indicator_id} for {code} ({self._area(code, None)[1]})"
            )
        try:
            return code, named(period, periods_of[code])
        except ValueError as error:
            words = f"no figure of {indicator_id} for {code} ({self._area(code, None)[1]}): {error}"
            raise UnknownFigure("period", words) from error

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
        """From figures back to files: each observation with ``source_row``, ``release`` (with its files), ``members``
        and ``inputs``.

        ``inputs`` are lineage again: of a gap the two rates it was taken from, of a sum the figures of its members.
        ``members`` are the areas that a sum is made of, with and without a figure: ``area_code``, ``area_name`` and
        ``status`` (that of its figure, None where it has none of its own here); None where the figure is no sum.
        ``source_row`` is the row in the publisher's file of the value or its numerator, None where not known; each file of
        the release has it as ``row``, but for metadata.
        """
        wanted = self._matching(observation, indicator_id, sex, age, breakdown)
        wanted += [observation.c.area_code == area_code, observation.c.period == period]
        return self._lineage(indicator_id, wanted)

    def _lineage(
        self,
        indicator_id: str,
        wanted: Sequence[sa.ColumnElement[bool]],
        table: sa.Table = observation,
    ) -> list[Row]:
        """The lineage of the observations (or parts of sums) that fit some conditions, by their keys."""
        facts = ("source_row", "basis_period", "release_id", "route")
        statement = (
            sa.select(*(table.c[name] for name in (*facts, *(column.name for column in FIGURE_COLUMNS))))
            .where(*wanted)
            .order_by(*table.primary_key.columns)
        )
        with self.connections.reading() as connection:
            rows = connection.execute(statement).all()
            # the members of a sum are mostly of one release
            releases = {row.release_id: self._release(connection, row.release_id) for row in rows}
            answer: list[Row] = [
                {
                    "indicator_id": indicator_id,
                    **self._figure(*cells),
                    "source_row": source_row,
                    "basis_period": basis_period,
                    "route": route,
                    "release": _with_own_files(releases[release_id]),
                }
                for source_row, basis_period, release_id, route, *cells in rows
            ]
        for row in answer:
            for file in row["release"]["files"]:
                # the row is one of a table of figures, not of the metadata that came with it
                file["row"] = None if file["role"] == "metadata" else row["source_row"]
            row["members"], row["inputs"] = self._made_from(row, self._route(row))
            del row["route"]
        return answer

    def _route(self, row: Row) -> Route | None:
        """The route of the catalogue that gave a figure; None where the catalogue has changed since."""
        routes = self.catalogue[row["indicator_id"]].routes
        return routes[row["route"]] if row["route"] < len(routes) else None

    def _made_from(self, row: Row, route: Route | None) -> tuple[list[Row] | None, list[Row]]:
        """(members, inputs) of a figure, see ``lineage``."""
        if route is not None and route.method == "difference":
            return None, self._rates(row, route)
        if is_joined(row["note"]):
            codes = self._joined_from(row)
        elif route is not None and route.parts is not None and row["source_row"] is None:
            codes = self._parts(row, route)
        else:
            return None, []
        # the parts of a survey's sum are not shown by themselves: what is shown of them is of another publication
        found: list[Row] = []
        for table in (schema.part, observation) if self._has_parts() else (observation,):
            wanted = self._matching(table, row["indicator_id"], row["sex"], row["age"], row["breakdown"])
            wanted += [table.c.period == row["period"], table.c.area_code.in_(sorted(codes))]
            if route is None or route.method != "aggregate":
                wanted.append(table.c.release_id == row["release"]["release_id"])
            found = found or self._lineage(row["indicator_id"], wanted, table)
        status_of = {member["area_code"]: member["status"] for member in found}
        members = [
            {"area_code": code, "area_name": self._area(code, None)[1], "status": status_of.get(code)}
            for code in sorted(codes, key=lambda code: (self._area(code, None)[1], code))
        ]
        return members, sorted(found, key=lambda member: (member["area_name"], member["area_code"]))

    def _joined_from(self, row: Row) -> list[str]:
        """Codes of the areas of the period that a sum or an estimate across a change of boundary was made of."""
        by_type: dict[str, list[Standing]] = {}
        for standing in standing_for(self.register, row["area_code"], Period.parse(row["period"]).end_on):
            by_type.setdefault(standing.area_type, []).append(standing)
        # a unitary authority was made of whole districts, and as an upper tier of a part of a county
        for found in by_type.values():
            is_whole = all(standing.share >= WHOLE for standing in found)
            if is_whole != is_estimated(row["note"]) and (len(found) > 1 or not is_whole):
                return [standing.area_code for standing in found]
        return []

    def _has_parts(self) -> bool:
        """Whether the store has the table of parts: one of an earlier version gets it with the next publication."""
        with self.connections.reading() as connection:
            return sa.inspect(connection).has_table(schema.part.name)

    def _parts(self, row: Row, route: Route) -> list[str]:
        """Codes of the areas that a sum was made of: ``geodata.parts`` in the vintage of what was summed."""
        part_type = str(route.parts)
        names = ("indicator_id", "period", "sex", "age", "breakdown")
        codes: frozenset[str] = frozenset()
        with self.connections.reading() as connection:
            for table in (schema.part, observation) if self._has_parts() else (observation,):
                published = (
                    sa.select(table.c.area_code)
                    .join(release, release.c.release_id == table.c.release_id)
                    .where(*(table.c[name] == row[name] for name in names), release.c.origin != "derived")
                )
                codes = codes or frozenset(connection.scalars(published))
        end = Period.parse(row["period"]).end_on
        kind = next(iter(set(types_on(self.register, row["area_code"], end)) & set(route.area_types)), None)
        if kind is None:
            return []
        best = self.register.best_vintage(part_type, codes, end.year)
        # the publisher of the parts may use areas of another year than that of the figures shown: the note says how many
        counted = _COUNTED.search(row["note"])
        vintages = self.register.area_type(part_type).vintages
        for vintage in sorted(vintages, key=lambda year: (year != best, abs(year - end.year), year)):
            parts = parts_of(self.register, row["area_code"], kind, part_type, vintage)
            if counted is None or len(parts) == int(counted[1]):
                return sorted(parts)
        return []

    def _rates(self, row: Row, route: Route) -> list[Row]:
        if row["basis_period"] is None or not route.minuend or not route.subtrahend:
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


def _with_own_files(found: Row) -> Row:
    """A release whose files a figure may add its row to."""
    return {**found, "files": [{**file} for file in found["files"]]}


@cache
def _release_statements() -> tuple[sa.Select[Any], sa.Select[Any], sa.Select[Any]]:
    """The questions behind a release, its files and its inputs: made once, since that takes longer than the answers."""
    asked = sa.bindparam("release", type_=sa.Text)
    inputs = schema.release_input
    return (
        sa.select(release).where(release.c.release_id == asked),
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
        .where(release_file.c.release_id == asked)
        .order_by(release_file.c.role, release_file.c.file_name),
        sa.select(inputs.c.input_release_id)
        .where(inputs.c.release_id == asked)
        .order_by(inputs.c.input_release_id),
    )
