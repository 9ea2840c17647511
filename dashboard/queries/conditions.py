"""Work by health condition in one area: rates and gaps by group of people, need, services, and who recovers.

Where an area has no figure of its own, its county's or that of an NHS area that serves it stands in, else England's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from dashboard.answers.conditions import ConditionFigure, Conditions, LoadedGroup, Recovery
from dashboard.answers.profile import Line
from dashboard.queries import geography
from dashboard.queries.geography import ENGLAND
from dashboard.queries.profile import lines_from, main_rows
from dashboard.queries.recovery import recovery_by_group
from geodata.register import Area
from indicators.catalogue import Indicator, groups, in_role, the
from indicators.periods import Period

if TYPE_CHECKING:
    from dashboard.address.context import Context
    from indicators.catalogue.shown import Measure

Row = dict[str, Any]
Rows = Mapping[str, Mapping[str, Row]]
"""The newest figure for everybody, by area and indicator."""
Candidate = tuple[Area, float]
"""An area whose figures may stand for another, and how much of that one lies in it."""
Choice = tuple[str, Candidate, Row]

_EVERYONE = "Everyone of working age"
_NHS_TYPES = ("sub_icb", "icb", "ccg", "stp")  # the smallest first
_BOARD = "icb"


def conditions(context: Context, area: Area) -> Conditions:
    """All that the page of an area shows. Raises the store's errors."""
    councils, health = council_areas(context, area), health_areas(context, area)
    plan = context.cached("plan of conditions", lambda: _plan(context))
    candidates = [*councils, *health]
    rows = newest_rows(context, [place for place, _ in candidates], plan.indicator_ids)
    known = {place.area_code for place, _ in councils if place.area_code != ENGLAND}
    near = [
        *(candidate for candidate in councils if candidate[0].area_code != ENGLAND),
        *(candidate for candidate in health if candidate[0].area_code not in known),
    ]
    england = (context.register.area(ENGLAND), 1.0)
    chosen = [
        list(_first_of(plan.rates, councils, rows)),
        list(_first_of(plan.gaps, councils, rows)),
        list(_newest_of(plan.needs, near, england, rows)),
        list(_newest_of(plan.services, health, england, rows)),
    ]
    figures = _figures(context, chosen)
    by_group = _recovery(context, figures[3], plan.recovery, rows)
    rate_figures, gap_figures, need_figures, service_figures = figures
    return Conditions(
        area,
        rate_figures,
        gap_figures,
        need_figures,
        service_figures,
        by_group,
        plan.rate_groups,
        plan.gap_groups,
    )


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
            group.people, group.indicator, group.indicator is not None and group.indicator.id in loaded
        )
        for group in groups(context.catalogue, measure)
        if group.indicator is None or tuple(group.indicator.area_types) != ("uk",)
    )


def _loaded(found: Iterable[LoadedGroup]) -> tuple[tuple[str, Indicator], ...]:
    return tuple((group.people, group.indicator) for group in found if group.indicator and group.loaded)


# ---- whose figures may stand for an area ---------------------------------------------------------------


def council_areas(context: Context, area: Area) -> list[Candidate]:
    """The area, the county that a district lies in (social care figures are for counties and unitaries), and England."""
    register = context.register
    found: list[Candidate] = [(area, 1.0)]
    county = geography.holder(
        register, area.area_code, "utla", area.end_on or context.today(), area_type=area.area_type
    )
    if county and area.area_type == "ltla":
        found.append((register.area(county, "utla"), 1.0))
    return found if area.area_code == ENGLAND else [*found, (register.area(ENGLAND), 1.0)]


def health_areas(context: Context, area: Area) -> list[Candidate]:
    """The area and the NHS areas that serve it, the smallest first, each with the share of the area that it holds.

    After them those that served it before the present ones began: their figures may be the newest there are.
    """
    register = context.register
    found: dict[tuple[str, str], Candidate] = {(area.area_code, area.area_type): (area, 1.0)}
    days = {area.area_code: area.end_on or context.today()}
    # what an area that is no more has become lies in the NHS areas of today
    days |= {heir.area_code: context.today() for heir in register.live_successors(area.area_code)}
    moments = list(days.items())
    moments += [
        (code, before) for code, day in days.items() if (before := _day_before_change(context, code, day))
    ]
    for code, day in moments:
        kind = register.types_of(code)[0]
        if code != area.area_code:
            found.setdefault((code, kind), (register.area(code, kind), 1.0))
        for nhs_type in _NHS_TYPES:
            if geography.last_day(register, nhs_type, day) != day:
                continue  # the type had not begun, or had ended
            is_direct = bool(register.parents(code, nhs_type, day))
            if not is_direct and (nhs_type, kind) != (_BOARD, "utla"):
                continue  # a county is made of districts, and its board is what serves most of them
            holders = geography.holders(register, code, nhs_type, day, area_type=kind)
            largest = next((share for share in holders if share.area_code != code), None)
            if largest:
                there = register.area(largest.area_code, nhs_type)
                found.setdefault((largest.area_code, nhs_type), (there, largest.share))
    return list(found.values())


def _day_before_change(context: Context, area_code: str, day: date) -> date | None:
    """The last day of the integrated care board that held an area before the present one; None where none did."""
    register = context.register
    kind = register.types_of(area_code)[0]
    board = geography.holder(register, area_code, _BOARD, day, area_type=kind)
    began = register.area(board, _BOARD).start_on if board and board != area_code else None
    if began is None or began > day:
        return None
    before = began - timedelta(days=1)
    return before if geography.last_day(register, _BOARD, before) == before else None


# ---- which figure --------------------------------------------------------------------------------------


def newest_rows(context: Context, areas: Sequence[Area], indicator_ids: tuple[str, ...]) -> Rows:
    """The newest figure for everybody of some areas: one question to the store; England's are cached."""
    codes = list(dict.fromkeys(area.area_code for area in areas if area.area_code != ENGLAND))
    found = dict(
        context.cached(
            ("newest of England", indicator_ids), lambda: _asked(context, [ENGLAND], indicator_ids)
        )
    )  # fmt: skip
    if codes:
        found |= _asked(context, codes, indicator_ids)
    return found


def _asked(context: Context, codes: Sequence[str], indicator_ids: Sequence[str]) -> dict[str, dict[str, Row]]:
    rows = main_rows(context.store.newest(codes, indicator_ids=indicator_ids, breakdown="all"))
    found: dict[str, dict[str, Row]] = {}
    for row in rows:
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


def _first_of(
    wanted: Iterable[tuple[str, Indicator]], candidates: Sequence[Candidate], rows: Rows
) -> Iterable[Choice]:
    """Each indicator from the first candidate that has it, with or without a value; a real row goes before an
    illustrative one.
    """
    for people, indicator in wanted:
        held = [
            (candidate, row)
            for candidate in candidates
            if (row := rows.get(candidate[0].area_code, {}).get(indicator.id))
        ]
        if held:
            candidate, row = next((pair for pair in held if _is_real(pair[1])), held[0])
            yield people, candidate, row


def _newest_of(
    wanted: Iterable[Indicator], candidates: Sequence[Candidate], england: Candidate, rows: Rows
) -> Iterable[Choice]:
    """Each indicator from the candidate with the newest figure, the nearest of several; else England's.

    England's count would say nothing about another area, so none stands in its place.
    """
    for indicator in wanted:
        offered = [
            (candidate, row)
            for candidate in candidates
            if (row := rows.get(candidate[0].area_code, {}).get(indicator.id)) and row["value"] is not None
        ]
        if not offered and not indicator.is_count:
            row = rows.get(ENGLAND, {}).get(indicator.id)
            offered = [(england, row)] if row else []
        if offered:
            # the first of several
            candidate, row = max(offered, key=lambda pair: (_is_real(pair[1]), _end(pair[1])))
            yield indicator.short_title, candidate, row


def _figures(
    context: Context, chosen: Sequence[Sequence[Choice]]
) -> list[tuple[ConditionFigure, ...]]:  # fmt: skip
    """The figures of each part of the page, compared in one call."""
    lines = iter(lines_from(context, [row for part in chosen for _, _, row in part]))
    return [
        tuple(
            ConditionFigure(people, candidate[0], next(lines), candidate[1]) for people, candidate, _ in part
        )
        for part in chosen
    ]


def _recovery(
    context: Context, services: Sequence[ConditionFigure], indicator: Indicator, rows: Rows
) -> Recovery | None:
    """Recovery by group in the area that the services are given for; England where it has no groups."""
    tried: list[tuple[Area, Line]] = [
        (figure.area, figure.line) for figure in services if figure.line.indicator.id == indicator.id
    ]
    national = rows.get(ENGLAND, {}).get(indicator.id)
    if national:
        tried.append((context.register.area(ENGLAND), lines_from(context, [national])[0]))
    for area, overall in tried:
        if overall.row["value"] is not None and not overall.illustrative:
            found = recovery_by_group(context, area, overall)
            if found.groups:
                return found
    return None
