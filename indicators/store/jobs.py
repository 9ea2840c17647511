"""What the jobs need and what is known of them: sources, runs, rows to compare with, the state of the store."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from indicators.calendar import Calendar
from indicators.store import schema
from indicators.store.provenance import ProvenanceReader
from indicators.store.reading import Row
from indicators.store.schema import distribution, observation, release, release_file, run, trend


class JobReader(ProvenanceReader):
    """Questions about sources and runs, and those that the jobs ask."""

    def source_status(self) -> list[Row]:
        """A row per source that ever ran: its last run, its last success, its current releases.

        Keys ``source_id, outcome, message, started_at, finished_at, details`` (of the last run),
        ``published_at`` (end of the last run that published, or None), ``releases`` (current ones), ``rows``,
        ``published_on`` (newest of its publications), ``illustrative``.
        """
        with self.connections.reading() as connection:
            runs = connection.execute(
                sa.select(run).order_by(run.c.source_id, run.c.started_at, run.c.run_id)
            ).mappings()
            states: dict[str, Row] = {}
            for found in runs:
                state = states.setdefault(found["source_id"], {"published_at": None})
                state.update(found)
                if found["outcome"] == "published":
                    state["published_at"] = found["finished_at"]
        releases = self.releases()
        for release_row in releases:
            source_id = release_row["source_id"]
            states.setdefault(source_id, {"source_id": source_id, "published_at": None})
        answer = []
        for source_id, state in sorted(states.items()):
            own = [row for row in releases if row["source_id"] == source_id]
            dates = [row["published_on"] for row in own if row["published_on"]]
            answer.append(
                {
                    "source_id": source_id,
                    "outcome": state.get("outcome"),
                    "message": state.get("message", ""),
                    "started_at": state.get("started_at"),
                    "finished_at": state.get("finished_at"),
                    "details": self._json(state.get("details") or "{}"),
                    "published_at": state["published_at"],
                    "releases": own,
                    "rows": sum(row["rows"] for row in own),
                    "published_on": max(dates) if dates else None,
                    "illustrative": any(row["illustrative"] for row in own),
                }
            )
        return answer

    def sources(self) -> list[Row]:
        """Every source that the jobs know, in load order, whether it ever ran or not.

        Keys ``source_id, title, publisher, licence, url, cadence, live`` and ``calendar`` (a Calendar, None where
        nothing more is expected).
        """
        with self.connections.reading() as connection:
            found = connection.execute(sa.select(schema.source).order_by(schema.source.c.place)).mappings()
            return [
                {
                    **{
                        name: row[name]
                        for name in ("source_id", "title", "publisher", "licence", "url", "cadence")
                    },
                    "live": bool(row["live"]),
                    "calendar": None
                    if row["months"] is None
                    else Calendar(tuple(self._json(row["months"])), row["day"]),
                }
                for row in found
            ]

    def last_instant(self) -> str | None:
        """The latest instant (UTC) at which a run in the log ended, None when there is no run."""
        with self.connections.reading() as connection:
            answer: str | None = connection.scalar(sa.select(sa.func.max(run.c.finished_at)))
        return answer

    def history(self, source_id: str, limit: int | None = 100, outcome: str | None = None) -> list[Row]:
        """Runs of one source, newest first, with their details; of one outcome where one is given."""
        statement = (
            sa.select(run)
            .where(run.c.source_id == source_id, *([] if outcome is None else [run.c.outcome == outcome]))
            .order_by(run.c.started_at.desc(), run.c.run_id.desc())
            .limit(limit)
        )
        with self.connections.reading() as connection:
            return [
                {**row, "details": self._json(row["details"])}
                for row in connection.execute(statement).mappings()
            ]

    def held(self, source_id: str) -> Row | None:
        """The run of a source that left a release in quarantine; None where nothing of it waits.

        A run that failed, and one that only looked, leave what waits as it is. Keys of ``history``, with ``held``: the
        figures that would change (``lines`` and ``left_out``); None where none were kept (boundaries).
        """
        statement = (
            sa.select(run)
            .where(run.c.source_id == source_id, run.c.outcome.not_in(("failed", "dry_run")))
            .order_by(run.c.started_at.desc(), run.c.run_id.desc())
            .limit(1)
        )
        facts = schema.store_fact
        with self.connections.reading() as connection:
            last = connection.execute(statement).mappings().first()
            if last is None or last["outcome"] != "quarantined":
                return None
            text = connection.scalar(sa.select(facts.c.value).where(facts.c.name == schema.HELD + source_id))
        kept = self._json(text) if text else {}
        is_of_run = kept.get("run_id") == last["run_id"]
        return {**last, "details": self._json(last["details"]), "held": kept if is_of_run else None}

    def line(
        self, indicator_id: str, period: str, sex: str, age: str, breakdown: str
    ) -> dict[str, tuple[float | None, str]]:
        """(value, status) of every area of one line in one period, by code; {} where there is none."""
        columns = observation.c
        statement = sa.select(columns.area_code, columns.value, columns.status).where(
            columns.indicator_id == indicator_id,
            columns.period == period,
            columns.sex == sex,
            columns.age == age,
            columns.breakdown == breakdown,
        )
        with self.connections.reading() as connection:
            return {code: (value, status) for code, value, status in connection.execute(statement)}

    def current_rows(
        self, indicator_ids: Iterable[str], *, alternates: bool = False
    ) -> tuple[list[str], list[tuple[Any, ...]]]:
        """(column names, rows) of the observations of some indicators, in order of keys, as tuples.

        ``alternates`` gives the other table: what later routes say about keys that an earlier one gives.
        """
        table = schema.alternate if alternates else observation
        batches = self.current_batches(indicator_ids, alternates=alternates)
        return [column.name for column in table.c], [tuple(row) for batch in batches for row in batch]

    def current_batches(
        self, indicator_ids: Iterable[str], *, alternates: bool = False, size: int = 50_000
    ) -> Iterator[Sequence[Sequence[Any]]]:
        """The rows of ``current_rows``, at most ``size`` of them in memory at a time."""
        table = schema.alternate if alternates else observation
        with self.connections.reading() as connection:
            reading = connection.execution_options(yield_per=size)
            for indicator_id in sorted(set(indicator_ids)):
                statement = (
                    sa.select(table)
                    .where(table.c.indicator_id == indicator_id)
                    .order_by(*table.primary_key.columns)
                )
                yield from reading.execute(statement).partitions()

    def problems(self) -> list[str]:
        """What is wrong inside the store, in words; [] when it hangs together."""
        checks: list[tuple[str, sa.Select[Any]]] = [
            (
                "{} observations whose release is not in the store",
                sa.select(sa.func.count())
                .select_from(observation.outerjoin(release, release.c.release_id == observation.c.release_id))
                .where(release.c.release_id.is_(None)),
            ),
            (
                "{} observations of a release that is not current",
                sa.select(sa.func.count())
                .select_from(observation.join(release, release.c.release_id == observation.c.release_id))
                .where(release.c.is_current.is_(False)),
            ),
            (
                "{} current releases with neither a file nor an input",
                sa.select(sa.func.count()).where(
                    release.c.is_current,
                    ~sa.exists().where(release_file.c.release_id == release.c.release_id),
                    ~sa.exists().where(schema.release_input.c.release_id == release.c.release_id),
                ),
            ),
            (
                "{} observations below their lower or above their upper limit",
                sa.select(sa.func.count()).where(
                    sa.or_(
                        observation.c.value < observation.c.lower_ci_95 - 1e-9,
                        observation.c.value > observation.c.upper_ci_95 + 1e-9,
                    )
                ),
            ),
            (
                "{} observations without a value and with status ok",
                sa.select(sa.func.count()).where(observation.c.value.is_(None), observation.c.status == "ok"),
            ),
            (
                "{} illustrative marks that do not agree between an observation and its release",
                sa.select(sa.func.count())
                .select_from(observation.join(release, release.c.release_id == observation.c.release_id))
                .where(
                    release.c.origin != "derived",
                    (observation.c.status == "illustrative") != release.c.illustrative,
                ),
            ),
        ]
        if not self.include_illustrative:
            checks.append(
                (
                    "{} illustrative observations although WORKHEALTH_ILLUSTRATIVE is off; "
                    "run: python -m etl starter load",
                    sa.select(sa.func.count()).where(observation.c.status == "illustrative"),
                )
            )
        answer = []
        with self.connections.reading() as connection:
            for words, statement in checks:
                count = connection.scalar(statement) or 0
                if count:
                    answer.append(words.format(f"{count:,}"))
            known = set(connection.scalars(sa.select(observation.c.indicator_id).distinct()))
        unknown = sorted(known - set(self.catalogue))
        if unknown:
            answer.append(f"figures of indicators that are not in the catalogue: {', '.join(unknown)}")
        return answer

    def digest(self) -> str:
        """sha256 over everything a reader sees, in order of keys: equal digests are equal stores.

        Instants of loading, runs and revisions (how the store came to be so) are not part of it.
        """
        summary = hashlib.sha256()
        tables: list[tuple[sa.Table, tuple[str, ...]]] = [
            (observation, ()),
            (schema.alternate, ()),
            (schema.part, ()),
            (distribution, ()),
            (trend, ()),
            (schema.boundary, ()),
            (release_file, ()),
            (schema.release_input, ()),
            (release, ("loaded_at", "replaced_at", "accepted")),
        ]
        with self.connections.reading() as connection:
            current = {
                row[0]
                for row in connection.execute(sa.select(release.c.release_id).where(release.c.is_current))
            }
            for table, left_out in tables:
                columns = [column for column in table.c if column.name not in left_out]
                statement = sa.select(*columns).order_by(*table.primary_key.columns)
                summary.update(f"\n{table.name}\n".encode())
                released = (
                    [column.name for column in columns].index("release_id")
                    if (table.name.startswith("release"))
                    else None
                )
                answer = connection.execution_options(yield_per=10_000).execute(statement)
                for row in answer:
                    # retired releases are history
                    if released is None or row[released] in current:
                        summary.update(repr(tuple(row)).encode())
        return summary.hexdigest()
