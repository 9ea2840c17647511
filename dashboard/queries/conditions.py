"""Work by health condition in one area: rates and gaps by group of people, need, services, and who recovers.

Whose figure stands in where an area has none of its own is the order of ``queries.stand_ins``, as everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dashboard.answers.age import age_of
from dashboard.answers.conditions import ConditionFigure, Conditions, GroupFigures, LoadedGroup, RecoveryOf
from dashboard.answers.headlines import StandIn
from dashboard.answers.profile import Line
from dashboard.queries.geography import ENGLAND
from dashboard.queries.profile import lines_from, main_rows
from dashboard.queries.recovery import has_groups
from dashboard.queries.stand_ins import areas_with, first_with, stand_ins_of
from geodata.register import Area
from indicators.catalogue import Indicator, groups, in_role, the
from indicators.periods import Period

if TYPE_CHECKING:
    from dashboard.address.context import Context
    from indicators.catalogue.shown import Measure
    from indicators.evidence import Intervention

Row = dict[str, Any]
Rows = dict[str, Mapping[str, Row]]
_NO_ROWS: Mapping[str, Row] = {}
"""The newest figure for everybody, by area and indicator."""
Candidate = tuple[Area, float]
"""An area whose figures may stand for another, and how much of that one lies in it."""
Choice = tuple[str, Candidate, Row]

_EVERYONE = "Everyone of working age"
_WITH_RESULTS = ("tested", "measured")
_SERVING = ("utla", "sub_icb", "icb", "ccg", "stp")
"""Types of area whose services and benefits serve those who live in a smaller one."""


def conditions(context: Context, area: Area) -> Conditions:
    """All that the page of an area shows. Raises the store's errors."""
    plan = context.cached("plan of conditions", lambda: _plan(context))
    among = areas_with(context, plan.indicator_ids, illustrative=True)
    series = [(name, "all") for name in plan.indicator_ids]
    own_rows = context.store.newest([area.area_code], indicator_ids=plan.indicator_ids, breakdown="all")
    own = _by_area(own_rows).get(area.area_code, _NO_ROWS)
    # its own row goes first, with or without a value; an illustrative one gives way to a real one from around
    settled = {(name, "all") for name, row in own.items() if row["value"] is None or _is_real(row)}
    found = stand_ins_of(context, area.area_code, series, among, settled)
    offered = {name: found[name, group] for name, group in series}
    codes = [place.area_code for places in offered.values() for place in places]
    rows = newest_rows(context, codes, plan.indicator_ids, {area.area_code: own})

    def choices(wanted: Iterable[tuple[str, Indicator]]) -> list[Choice]:
        return list(_chosen(context, area, wanted, offered, rows))

    chosen = [
        choices(plan.rates),
        choices(plan.gaps),
        choices((indicator.short_title, indicator) for indicator in plan.needs),
        choices((indicator.short_title, indicator) for indicator in plan.services),
    ]
    figures = _figures(context, area, chosen)
    recovery = _recovery(context, figures[3], plan.recovery, rows)
    rate_figures, gap_figures, need_figures, service_figures = figures
    return Conditions(
        area,
        rate_figures,
        gap_figures,
        need_figures,
        service_figures,
        recovery,
        plan.rate_groups,
        plan.gap_groups,
        _grouped(plan, rate_figures, gap_figures, own_rows),
    )


def _grouped(
    plan: _Plan,
    rates: Sequence[ConditionFigure],
    gaps: Sequence[ConditionFigure],
    own_rows: Sequence[Row],
) -> tuple[GroupFigures, ...]:
    """The rate and the gap of each group of people, side by side: those of the area itself first, those without last."""
    rate_of = {figure.line.indicator.id: figure for figure in rates}
    gap_of = {figure.line.indicator.id: figure for figure in gaps}
    gap_groups = {group.condition or group.people: group for group in plan.gap_groups}

    def together(group: LoadedGroup) -> GroupFigures:
        gap_group = gap_groups.get(group.condition or group.people)
        rate = rate_of.get(group.indicator.id) if group.indicator else None
        gap = gap_of.get(gap_group.indicator.id) if gap_group and gap_group.indicator else None
        return GroupFigures(group, gap_group, rate, gap, _by_sex(rate, own_rows))

    def place(group: GroupFigures) -> int:
        if group.drawn is None or group.rate is None:
            return 2
        return 1 if group.rate.area.area_type == "england" else 0

    return tuple(sorted(map(together, plan.rate_groups), key=place))


def _by_sex(figure: ConditionFigure | None, own_rows: Sequence[Row]) -> tuple[Row, ...]:
    """The rows of women and of men that belong to a figure of the page's own area, men last."""
    if figure is None:
        return ()
    same = ("indicator_id", "area_code", "period", "age")
    found = [
        row
        for row in own_rows
        if row["sex"] != "persons"
        and row["value"] is not None
        and _is_real(row)
        and all(row[name] == figure.row[name] for name in same)
    ]
    return tuple(sorted(found, key=lambda row: str(row["sex"])))


def what_helps(context: Context) -> tuple[Intervention, ...]:
    """The interventions that answer one of the three main questions and have a result of trials or of counting."""
    known = context.evidence().interventions.values()
    return tuple(piece for piece in known if piece.headline and piece.strength in _WITH_RESULTS)


@dataclass(frozen=True, slots=True)
class _Plan:
    """Which indicators the page is about, whatever the area: (people, indicator) for rates and gaps that are loaded."""

    rate_groups: tuple[LoadedGroup, ...]
    gap_groups: tuple[LoadedGroup, ...]
    rates: tuple[tuple[str, Indicator], ...]
    gaps: tuple[tuple[str, Indicator], ...]
    needs: tuple[Indicator, ...]
    services: tuple[Indicator, ...]
    recovery: Indicator
    indicator_ids: tuple[str, ...]


def _plan(context: Context) -> _Plan:
    catalogue = context.catalogue
    rate_groups, gap_groups = groups_of(context, "rate"), groups_of(context, "gap")
    rates = ((_EVERYONE, the(catalogue, "overall_rate")), *_loaded(rate_groups))
    gaps = _loaded(gap_groups)
    needs, services = in_role(catalogue, "needs"), in_role(catalogue, "services")
    recovery = the(catalogue, "recovery")
    of_groups = (indicator for _, indicator in (*rates, *gaps))
    ids = dict.fromkeys(indicator.id for indicator in (*of_groups, *needs, *services, recovery))
    return _Plan(rate_groups, gap_groups, rates, gaps, needs, services, recovery, tuple(ids))


def groups_of(context: Context, measure: Measure) -> tuple[LoadedGroup, ...]:
    """The groups of people with an employment rate or gap, loaded or not, in the order of the page.

    One that is published for the United Kingdom alone has its place on the page of the goal.
    """
    loaded = context.all_available()
    return tuple(
        LoadedGroup(
            group.people,
            group.indicator,
            group.indicator is not None and group.indicator.id in loaded,
            group.condition,
        )
        for group in groups(context.catalogue, measure)
        if group.indicator is None or tuple(group.indicator.area_types) != ("uk",)
    )


def _loaded(found: Iterable[LoadedGroup]) -> tuple[tuple[str, Indicator], ...]:
    return tuple((group.people, group.indicator) for group in found if group.indicator and group.loaded)


# ---- which figure --------------------------------------------------------------------------------------


def newest_rows(
    context: Context, area_codes: Iterable[str], indicator_ids: tuple[str, ...], known: Rows
) -> Rows:
    """The newest figure for everybody of some areas: one question to the store for those that are not cached.

    ``known`` are the rows of areas that have been read already, such as those of the page's own area: an area around many
    others is cached, that one is not.
    """

    def asked(codes: list[str]) -> Rows:
        found = _asked(context, codes, indicator_ids)
        return {code: found.get(code, _NO_ROWS) for code in codes}

    around = [code for code in dict.fromkeys(area_codes) if code not in known]
    return context.cached_each(("newest for everybody", indicator_ids), around, asked) | dict(known)


def _asked(context: Context, codes: Sequence[str], indicator_ids: Sequence[str]) -> dict[str, dict[str, Row]]:
    return _by_area(context.store.newest(codes, indicator_ids=indicator_ids, breakdown="all"))


def _by_area(rows: Sequence[Row]) -> dict[str, dict[str, Row]]:
    """By area and indicator the newest row for everybody."""
    found: dict[str, dict[str, Row]] = {}
    for row in main_rows(rows):
        if row["sex"] == "persons" and row["breakdown"] == "all":
            known = found.setdefault(row["area_code"], {})
            before = known.get(row["indicator_id"])
            if before is None or _end(row) > _end(before):
                known[row["indicator_id"]] = row
    return found


def _is_real(row: Row) -> bool:
    return bool(row["status"] != "illustrative")


def _end(row: Row) -> Any:
    return Period.parse(row["period"]).end_on


def _chosen(
    context: Context,
    area: Area,
    wanted: Iterable[tuple[str, Indicator]],
    offered: Mapping[str, Sequence[StandIn]],
    rows: Rows,
) -> Iterable[Choice]:
    """Each indicator from the area that speaks for it (``stand_ins``): a real figure, else an illustrative one.

    An area's own row goes first, with or without a value. The count of a wider area would say nothing about this one,
    so only a council or an NHS area that serves it stands in with a count.
    """
    today = context.today()
    for people, indicator in wanted:
        places = [
            place
            for place in offered[indicator.id]
            if not indicator.is_count or place.relation == "own" or place.area_type in _SERVING
        ]
        found = {
            place.area_code: row
            for place in places
            if (row := rows.get(place.area_code, {}).get(indicator.id))
        }
        real = {code: row for code, row in found.items() if row["value"] is not None and _is_real(row)}
        # the age decides between several
        old = (
            {code for code, row in real.items() if age_of(indicator, row, today).is_old}
            if len(real) > 1
            else ()
        )
        place = first_with(places, real, old) or first_with(places, found, ())
        own = found.get(area.area_code)
        if own is not None and own["value"] is None:
            yield people, (area, 1.0), own
        elif place is not None:
            row = found[place.area_code]
            there = context.register.area(place.area_code, place.area_type)
            yield people, (area if place.area_code == area.area_code else there, place.share), row


def _figures(
    context: Context, area: Area, chosen: Sequence[Sequence[Choice]]
) -> list[tuple[ConditionFigure, ...]]:  # fmt: skip
    """The figures of each part of the page, compared in one call; other areas as what they were in the period."""
    lines = iter(lines_from(context, [row for part in chosen for _, _, row in part]))

    def figure(people: str, candidate: Candidate, line: Line) -> ConditionFigure:
        there, share = candidate
        if there.area_code != area.area_code:
            there = context.register.area(there.area_code, line.row["area_type"])
        return ConditionFigure(people, there, line, share)

    return [tuple(figure(people, candidate, next(lines)) for people, candidate, _ in part) for part in chosen]


def _recovery(
    context: Context, services: Sequence[ConditionFigure], indicator: Indicator, rows: Rows
) -> RecoveryOf | None:
    """Recovery by group in the area that the services are given for; England where it has no groups."""
    tried: list[tuple[Area, Line]] = [
        (figure.area, figure.line) for figure in services if figure.line.indicator.id == indicator.id
    ]
    national = rows.get(ENGLAND, {}).get(indicator.id)
    if national:
        tried.append((context.register.area(ENGLAND), lines_from(context, [national])[0]))
    for area, overall in tried:
        is_real = overall.row["value"] is not None and not overall.illustrative
        if is_real and has_groups(context, overall):
            return RecoveryOf(area, overall)
    return None
