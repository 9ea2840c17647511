"""What happened to figures: those that were added, revised or withdrawn."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from indicators.store import schema
from indicators.store.reading import Reader, Row
from indicators.store.schema import observation, release


class ChangeReader(Reader):
    """Questions about what is new and what changed."""

    def revisions(
        self,
        *,
        since: str | None = None,
        area_code: str | None = None,
        indicator_id: str | None = None,
        limit: int = 1000,
    ) -> list[Row]:
        """What figures were and became, newest change first. ``since`` is a day or an instant (UTC)."""
        table = schema.revision
        wanted: list[sa.ColumnElement[bool]] = []
        if since is not None:
            wanted.append(table.c.changed_at >= since)
        if area_code is not None:
            wanted.append(table.c.area_code == area_code)
        if indicator_id is not None:
            wanted.append(table.c.indicator_id == indicator_id)
        statement = (
            sa.select(table)
            .where(*wanted)
            .order_by(table.c.changed_at.desc(), *(table.c[name] for name in schema.KEY_COLUMNS))
            .limit(limit)
        )
        with self.connections.reading() as connection:
            return [dict(row) for row in connection.execute(statement).mappings()]

    def changes(
        self,
        *,
        since: str | None = None,
        area_code: str | None = None,
        indicator_id: str | None = None,
        limit: int = 100,
        offset: int = 0,
    ) -> list[Row]:
        """What is new and what changed, newest first: figures added, revised and withdrawn.

        ``since`` is a day or an instant (UTC). A row of kind ``added`` is a group of figures (indicator, period, area
        type): ``figures`` says how many, or how many the area has in that period where one is asked for. A row of kind
        ``revised`` or ``withdrawn`` is a single figure. Keys ``changed_at, kind, indicator_id, period, area_type,
        area_code, sex, age, breakdown, figures, old_value, old_status, new_value, new_status, publication,
        release_id``, None where the kind has none.
        Raises UnknownIndicator and UnknownArea.
        """
        both = self._changes(since, area_code, indicator_id)
        statement = (
            sa.select(both)
            .order_by(
                both.c.changed_at.desc(),
                *(both.c[name] for name in ("kind", "indicator_id")),
                both.c.period.desc(),
                *(both.c[name] for name in ("area_type", "area_code", "sex", "age", "breakdown")),
            )
            .limit(limit)
            .offset(offset)
        )
        with self.connections.reading() as connection:
            rows = [dict(row) for row in connection.execute(statement).mappings()]
        for row in rows:
            if row["area_code"] is not None:
                row["area_type"] = next(iter(self.register.types_of(row["area_code"])), None)
        return rows

    def change_groups(
        self, *, area_code: str | None = None, indicator_id: str | None = None, limit: int = 50
    ) -> list[Row]:
        """``changes`` brought together by publication and indicator, newest first.

        Keys ``changed_at, kind, indicator_id, figures`` (how many), ``periods`` (how many), ``first_period`` and
        ``last_period`` (ISO), ``publication`` (one of ``publications``, how many), and ``old_value`` and ``new_value``, which tell something where
        ``figures`` is 1. Raises UnknownIndicator and UnknownArea.
        """
        both = self._changes(None, area_code, indicator_id)
        statement = (
            sa.select(
                both.c.changed_at,
                both.c.kind,
                both.c.indicator_id,
                sa.func.sum(both.c.figures).label("figures"),
                sa.func.count(both.c.period.distinct()).label("periods"),
                sa.func.min(both.c.period).label("first_period"),
                sa.func.max(both.c.period).label("last_period"),
                sa.func.max(both.c.publication).label("publication"),
                sa.func.count(both.c.publication.distinct()).label("publications"),
                sa.func.max(both.c.old_value).label("old_value"),
                sa.func.max(both.c.new_value).label("new_value"),
            )
            .group_by(both.c.changed_at, both.c.kind, both.c.indicator_id)
            .order_by(both.c.changed_at.desc(), both.c.kind, both.c.indicator_id)
            .limit(limit)
        )
        with self.connections.reading() as connection:
            return [
                {**row, "figures": int(row["figures"])} for row in connection.execute(statement).mappings()
            ]

    def _changes(self, since: str | None, area_code: str | None, indicator_id: str | None) -> sa.Subquery:
        if indicator_id is not None:
            self._known(indicator_id)
        return sa.union_all(
            self._added(since, area_code, indicator_id), self._revised(since, area_code, indicator_id)
        ).subquery("both")

    def _added(self, since: str | None, area_code: str | None, indicator_id: str | None) -> sa.Select[Any]:
        table = schema.addition
        wanted: list[sa.ColumnElement[bool]] = []
        figures: sa.ColumnElement[Any] = table.c.figures
        if since is not None:
            wanted.append(table.c.changed_at >= since)
        if indicator_id is not None:
            wanted.append(table.c.indicator_id == indicator_id)
        if area_code is not None:
            self.register.area(area_code)
            there = sa.select(sa.func.count()).where(
                observation.c.area_code == area_code,
                observation.c.indicator_id == table.c.indicator_id,
                observation.c.period == table.c.period,
            )
            figures = there.scalar_subquery()
            # an area that came to a period later is named there, and was not among all the areas before
            later = table.alias("later")
            named_later = sa.exists().where(
                later.c.indicator_id == table.c.indicator_id,
                later.c.period == table.c.period,
                later.c.area_codes.contains(f" {area_code} "),
            )
            wanted += [
                table.c.area_type.in_(self.register.types_of(area_code)),
                sa.or_(
                    table.c.area_codes.contains(f" {area_code} "),
                    sa.and_(table.c.area_codes.is_(None), ~named_later),
                ),
                there.correlate(table).scalar_subquery() > 0,
            ]
        nothing = sa.cast(sa.null(), sa.Text)
        return sa.select(
            table.c.changed_at,
            sa.literal("added").label("kind"),
            table.c.indicator_id,
            table.c.period,
            table.c.area_type,
            nothing.label("area_code"),
            nothing.label("sex"),
            nothing.label("age"),
            nothing.label("breakdown"),
            figures.label("figures"),
            sa.cast(sa.null(), sa.Double).label("old_value"),
            nothing.label("old_status"),
            sa.cast(sa.null(), sa.Double).label("new_value"),
            nothing.label("new_status"),
            table.c.publication,
            table.c.release_id,
        ).where(*wanted)

    def _revised(self, since: str | None, area_code: str | None, indicator_id: str | None) -> sa.Select[Any]:
        table = schema.revision
        wanted: list[sa.ColumnElement[bool]] = []
        for column, word in ((table.c.area_code, area_code), (table.c.indicator_id, indicator_id)):
            if word is not None:
                wanted.append(column == word)
        if since is not None:
            wanted.append(table.c.changed_at >= since)
        kind = sa.case((table.c.new_status == "withdrawn", "withdrawn"), else_="revised")
        of = sa.func.coalesce(table.c.new_release_id, table.c.old_release_id)
        return (
            sa.select(
                table.c.changed_at,
                kind.label("kind"),
                table.c.indicator_id,
                table.c.period,
                sa.cast(sa.null(), sa.Text).label("area_type"),
                table.c.area_code,
                table.c.sex,
                table.c.age,
                table.c.breakdown,
                sa.literal(1).label("figures"),
                table.c.old_value,
                table.c.old_status,
                table.c.new_value,
                table.c.new_status,
                release.c.publication,
                of.label("release_id"),
            )
            .select_from(table.outerjoin(release, release.c.release_id == of))
            .where(*wanted)
        )
