"""What happened to figures: those that were added, revised or withdrawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa

from indicators.store import schema
from indicators.store.causes import Causes, grouped
from indicators.store.reading import Reader, Row
from indicators.store.schema import observation, release


class Additions:
    """When the figures of each indicator, period and area type came, and from which publication.

    Made from rows of (changed_at, indicator_id, period, area_type, publication, area_codes); ``area_codes`` are those
    that came alone, with a space on either side of each, or None where all areas of the type came.
    """

    def __init__(self, rows: Iterable[Sequence[Any]]) -> None:
        # by area type: of an indicator and period (changed_at, publication, codes that came alone)
        self._of_type: dict[str, dict[tuple[str, str], list[tuple[str, str, frozenset[str] | None]]]] = {}
        # an area that came to a period later is named there, and was not among all the areas before
        self._named: dict[tuple[str, str], set[str]] = {}
        for changed_at, indicator_id, period, area_type, publication, area_codes in rows:
            codes = None if area_codes is None else frozenset(area_codes.split())
            key = (indicator_id, period)
            self._of_type.setdefault(area_type, {}).setdefault(key, []).append(
                (changed_at, publication, codes)
            )
            if codes:
                self._named.setdefault(key, set()).update(codes)

    def groups(self, area_code: str, area_types: Iterable[str], held: Iterable[Sequence[Any]]) -> list[Row]:
        """Rows of kind ``added``, as of ``change_groups``, for what an area has: (indicator_id, period, figures)."""
        of_types = [self._of_type[kind] for kind in area_types if kind in self._of_type]
        found: dict[tuple[str, str], dict[str, int]] = {}
        publications: dict[tuple[str, str], set[str]] = {}
        for indicator_id, period, figures in held:
            key = (indicator_id, period)
            for of_type in of_types:
                for changed_at, publication, codes in of_type.get(key, ()):
                    # where all areas of the type came, those named alone came later
                    if (area_code in codes) if codes else (area_code not in self._named.get(key, ())):
                        group = (changed_at, indicator_id)
                        found.setdefault(group, {})[period] = figures
                        publications.setdefault(group, set()).add(publication)
        return [
            {
                "changed_at": changed_at,
                "kind": "added",
                "indicator_id": indicator_id,
                "figures": sum(of_period.values()),
                "periods": len(of_period),
                "first_period": min(of_period),
                "last_period": max(of_period),
                "publication": max(publications[changed_at, indicator_id]),
                "publications": len(publications[changed_at, indicator_id]),
                "old_value": None,
                "new_value": None,
            }
            for (changed_at, indicator_id), of_period in found.items()
        ]


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
        given = self._given(since, area_code, indicator_id)
        statement = _changes_statement(*(name in given for name in _ASKED))
        given |= {"most": limit, "skipped": offset}
        with self.connections.reading() as connection:
            rows = [dict(row) for row in connection.execute(statement, given).mappings()]
        for row in rows:
            if row["area_code"] is not None:
                row["area_type"] = next(iter(self.register.types_of(row["area_code"])), None)
        return rows

    def change_groups(self, *, indicator_id: str | None = None, limit: int = 50) -> list[Row]:
        """``changes`` brought together by publication and indicator, newest first.

        Keys ``changed_at, kind, indicator_id, figures`` (how many), ``periods`` (how many), ``first_period`` and
        ``last_period`` (ISO), ``publication`` (one of ``publications``, how many), and ``old_value`` and ``new_value``, which tell something where
        ``figures`` is 1. Raises UnknownIndicator.
        """
        given = self._given(None, None, indicator_id)
        statement = _groups_statement("indicator_id" in given)
        given["most"] = limit
        with self.connections.reading() as connection:
            return [
                {**row, "figures": int(row["figures"])}
                for row in connection.execute(statement, given).mappings()
            ]

    def causes(self) -> Causes:
        """Why figures changed where it was not their publisher; read once, since few runs have anything to say of it."""
        table = schema.run
        said = [table.c.details.like(f'%"{name}": {{%') for name in ("rolled_back", "cause")]
        statement = sa.select(table.c.started_at, table.c.finished_at, table.c.details).where(
            table.c.outcome == "published", sa.or_(*said)
        )
        with self.connections.reading() as connection:
            found = connection.execute(statement).all()
        return Causes((started, finished, self._json(details)) for started, finished, details in found)

    def groups_by_cause(
        self, groups: Iterable[Row], causes: Causes, *, area_code: str | None = None
    ) -> list[Row]:
        """Rows of ``change_groups`` (or those of an area) with ``cause``, None where the publisher changed the figures.

        A group of which some figures were corrected here is two rows. ``causes`` as this store gave them.
        """
        answer = []
        for group in groups:
            changed_at, indicator_id = group["changed_at"], group["indicator_id"]
            whole = causes.of_all(changed_at, group["kind"], indicator_id)
            if group["kind"] == "added" or not causes.has_corrections(changed_at, indicator_id):
                answer.append({**group, "cause": whole})
            else:
                rows = self._revised_at(changed_at, indicator_id, group["kind"], area_code)
                answer += grouped(rows, causes, group)
        return answer

    def _revised_at(self, changed_at: str, indicator_id: str, kind: str, area_code: str | None) -> list[Row]:
        table = schema.revision
        is_withdrawn = table.c.new_status == "withdrawn"
        wanted = [
            table.c.changed_at == changed_at,
            table.c.indicator_id == indicator_id,
            is_withdrawn if kind == "withdrawn" else ~is_withdrawn,
        ]
        if area_code is not None:
            wanted.append(table.c.area_code == area_code)
        statement = sa.select(table).where(*wanted).order_by(*table.primary_key.columns)
        with self.connections.reading() as connection:
            return [dict(row) for row in connection.execute(statement).mappings()]

    def additions(self) -> Additions:
        """When the figures of each indicator, period and area type came: the same for every area, so read once."""
        table = schema.addition
        names = ("changed_at", "indicator_id", "period", "area_type", "publication", "area_codes")
        with self.connections.reading() as connection:
            found = connection.execute(sa.select(*(table.c[name] for name in names))).all()
        return Additions(found)

    def area_change_groups(self, area_code: str, additions: Additions, *, limit: int = 50) -> list[Row]:
        """``change_groups`` of one area, with ``additions`` as this store gave them. Raises UnknownArea.

        A figure that an area has as two types (a unitary authority) counts once.
        """
        self.register.area(area_code)
        with self.connections.reading() as connection:
            held = connection.execute(_held_statement(), {"area_code": area_code}).all()
            revised = connection.execute(_revised_groups_statement(), {"area_code": area_code}).mappings()
            groups = [{**row, "figures": int(row["figures"])} for row in revised]
        groups += additions.groups(area_code, self.register.types_of(area_code), held)
        groups.sort(key=lambda row: (row["kind"], row["indicator_id"]))
        groups.sort(key=lambda row: row["changed_at"], reverse=True)
        return groups[:limit]

    def _given(
        self, since: str | None, area_code: str | None, indicator_id: str | None
    ) -> dict[str, Any]:  # fmt: skip
        """The parameters of a question. Raises UnknownIndicator and UnknownArea."""
        given: dict[str, Any] = {}
        if since is not None:
            given["since"] = since
        if area_code is not None:
            self.register.area(area_code)
            given |= {
                "area_code": area_code,
                "listed": f"% {area_code} %",
                "kinds": self.register.types_of(area_code),
            }
        if indicator_id is not None:
            given["indicator_id"] = self._known(indicator_id)
        return given


# what a question may be narrowed by, each a parameter of its statement
_ASKED = ("since", "area_code", "indicator_id")


@cache
def _changes_statement(since: bool, area: bool, indicator: bool) -> sa.Select[Any]:
    """The question behind ``changes``: made once for each way of asking, since that takes longer than the answer."""
    both = _both(since, area, indicator)
    return (
        sa.select(both)
        .order_by(
            both.c.changed_at.desc(),
            *(both.c[name] for name in ("kind", "indicator_id")),
            both.c.period.desc(),
            *(both.c[name] for name in ("area_type", "area_code", "sex", "age", "breakdown")),
        )
        .limit(sa.bindparam("most", type_=sa.Integer))
        .offset(sa.bindparam("skipped", type_=sa.Integer))
    )


@cache
def _groups_statement(indicator: bool) -> sa.Select[Any]:
    """The question behind ``change_groups``: made once for each way of asking."""
    return _grouped(_both(False, False, indicator)).limit(sa.bindparam("most", type_=sa.Integer))


@cache
def _revised_groups_statement() -> sa.Select[Any]:
    """Revised and withdrawn figures of an area, brought together."""
    return _grouped(_revised(False, True, False).subquery("revised"))


def _grouped(rows: sa.Subquery) -> sa.Select[Any]:
    return (
        sa.select(
            rows.c.changed_at,
            rows.c.kind,
            rows.c.indicator_id,
            sa.func.sum(rows.c.figures).label("figures"),
            sa.func.count(rows.c.period.distinct()).label("periods"),
            sa.func.min(rows.c.period).label("first_period"),
            sa.func.max(rows.c.period).label("last_period"),
            sa.func.max(rows.c.publication).label("publication"),
            sa.func.count(rows.c.publication.distinct()).label("publications"),
            sa.func.max(rows.c.old_value).label("old_value"),
            sa.func.max(rows.c.new_value).label("new_value"),
        )
        .group_by(rows.c.changed_at, rows.c.kind, rows.c.indicator_id)
        .order_by(rows.c.changed_at.desc(), rows.c.kind, rows.c.indicator_id)
    )


@cache
def _held_statement() -> sa.Select[Any]:
    """How many figures an area has of each indicator and period: counted in an index that holds it all."""
    columns = (observation.c.indicator_id, observation.c.period)
    return (
        sa.select(*columns, sa.func.count().label("figures"))
        .where(observation.c.area_code == sa.bindparam("area_code"))
        .group_by(*columns)
    )


def _both(since: bool, area: bool, indicator: bool) -> sa.Subquery:
    return sa.union_all(_added(since, area, indicator), _revised(since, area, indicator)).subquery("both")


def _added(since: bool, area: bool, indicator: bool) -> sa.Select[Any]:
    table = schema.addition
    wanted: list[sa.ColumnElement[bool]] = []
    figures: sa.ColumnElement[Any] = table.c.figures
    source: sa.FromClause = table
    if since:
        wanted.append(table.c.changed_at >= sa.bindparam("since"))
    if indicator:
        wanted.append(table.c.indicator_id == sa.bindparam("indicator_id"))
    if area:
        # what the area has, counted once from an index that holds it all
        held = (
            sa.select(
                observation.c.indicator_id, observation.c.period, sa.func.count().label("figures")
            )
            .where(observation.c.area_code == sa.bindparam("area_code"))
            .group_by(observation.c.indicator_id, observation.c.period)
            .cte("held")
        )  # fmt: skip
        source = table.join(
            held,
            sa.and_(held.c.indicator_id == table.c.indicator_id, held.c.period == table.c.period),
        )
        figures = held.c.figures
        # an area that came to a period later is named there, and was not among all the areas before
        later = table.alias("later")
        named_later = sa.select(later.c.indicator_id, later.c.period).where(
            later.c.area_codes.like(sa.bindparam("listed"))
        )
        wanted += [
            table.c.area_type.in_(sa.bindparam("kinds", expanding=True)),
            sa.or_(
                table.c.area_codes.like(sa.bindparam("listed")),
                sa.and_(
                    table.c.area_codes.is_(None),
                    sa.tuple_(table.c.indicator_id, table.c.period).not_in(named_later),
                ),
            ),
        ]
    nothing = sa.cast(sa.null(), sa.Text)
    return (
        sa.select(
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
        )
        .select_from(source)
        .where(*wanted)
    )


def _revised(since: bool, area: bool, indicator: bool) -> sa.Select[Any]:
    table = schema.revision
    wanted: list[sa.ColumnElement[bool]] = []
    if area:
        wanted.append(table.c.area_code == sa.bindparam("area_code"))
    if indicator:
        wanted.append(table.c.indicator_id == sa.bindparam("indicator_id"))
    if since:
        wanted.append(table.c.changed_at >= sa.bindparam("since"))
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
