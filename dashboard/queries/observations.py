"""The figures themselves by any choice, one after the other in a fixed order, read while they are sent.

The order is that of their keys: indicator (as in the catalogue), period, sex, age, breakdown, area code. It does not
depend on what is loaded, so that whoever holds one part can ask for what comes after it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from heapq import merge
from itertools import groupby, product
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from dashboard.answers.observations import Observation, Run, Wanted
from dashboard.queries.geography import inside
from geodata.groups import CUSTOM, is_group, types_listed
from indicators.periods import Period, in_order, named
from indicators.store.selection import NARROW, Cells, Group, Selection

if TYPE_CHECKING:
    from dashboard.address.context import Context

Row = Mapping[str, Any]
Groups = dict[str, tuple[str, ...] | None]
Allowed = dict[tuple[str, str, str, str], list[tuple[str, frozenset[str]]]]
"""Areas that may stand in the answer with their type, by (period, sex, age, breakdown)."""
_WHOLE = {"sex": "persons", "age": "all", "breakdown": "all"}
_FEW = 60  # areas that are looked up one by one; more are read together
_YEAR = re.compile(r"^(\d{4})(?:/(\d{2}))?$")
_MONTH = re.compile(r"^(\d{4})-(\d{2})$")


class Plan(NamedTuple):
    """What is read to answer a question, and which of it stands in the answer: by indicator."""

    selections: tuple[Selection, ...]
    allowed: Mapping[str, Allowed]

    @property
    def most(self) -> int:
        """How many figures the answer can have at most: an area without a figure counts here too."""
        return sum(
            len(codes) for chosen in self.allowed.values() for pairs in chosen.values() for _, codes in pairs
        )


def observations(context: Context, wanted: Wanted, plan: Plan | None = None) -> Iterator[Observation]:
    """The figures that are asked for, each once: an area of two types stands for the first of those asked for.

    Without ``area_codes`` the areas of a period are those of the vintage that the publisher used in it, so that a map has
    each place once. With ``parents`` those of which at least half lies in one of them, as on the map. Raises the store's
    errors, and ValueError for a period that cannot be understood.
    """
    plan = plan_of(context, wanted) if plan is None else plan
    parts = _allowed(context.store.select_parts(plan.selections), plan.allowed)
    found = (
        Observation(indicator_id, kind, cells) for indicator_id, kind, _, rows in parts for cells in rows
    )
    if any(is_group(code) for code in wanted.area_codes):
        places = {name: place for place, name in enumerate(wanted.indicator_ids)}
        yield from merge(found, _of_groups(context, wanted), key=lambda figure: _key(places, figure))
    else:
        yield from found


def runs(context: Context, wanted: Wanted) -> Iterator[Run]:
    """The same figures, those together that share indicator, type of area, period and group of people."""
    if any(is_group(code) for code in wanted.area_codes):
        for figure in observations(context, wanted):
            yield run_of(figure)
        return
    plan = plan_of(context, wanted)
    parts = context.store.select_parts(plan.selections, narrow=True)
    for indicator_id, area_type, group, rows in _allowed(parts, plan.allowed):
        yield Run(
            indicator_id, area_type, group, rows if len(rows[0]) == len(NARROW) else list(map(_narrow, rows))
        )


def plan_of(context: Context, wanted: Wanted) -> Plan:
    """What has to be read to answer a question. Raises the store's errors, and ValueError for a period that is none."""
    selections, allowed = [], {}
    for indicator_id in _left(wanted):
        groups = _groups(context, wanted, indicator_id)
        chosen = _chosen(context, wanted, indicator_id, groups)
        if chosen:
            allowed[indicator_id] = chosen
            selections.append(_selection(wanted, indicator_id, chosen, groups))
    return Plan(tuple(selections), allowed)


def _allowed(
    parts: Iterable[tuple[str, Group | None, Sequence[Cells]]], allowed: Mapping[str, Allowed]
) -> Iterator[tuple[str, str, Group, Sequence[Cells]]]:
    """Those rows that stand in the answer, in their order, by (indicator_id, type of area, group)."""
    for indicator_id, known_group, rows in parts:
        for group, together in _by_group(rows) if known_group is None else ((known_group, rows),):
            pairs = allowed[indicator_id].get(group, ())
            if len(pairs) == 1:
                ((area_type, codes),) = pairs
                if found := [cells for cells in together if cells[0] in codes]:
                    yield indicator_id, area_type, group, found
                continue
            for kind, alike in groupby(together, lambda cells, pairs=pairs: _type_among(pairs, cells[0])):  # type: ignore[misc]
                if kind is not None:
                    yield indicator_id, kind, group, list(alike)


def _type_among(pairs: Sequence[tuple[str, frozenset[str]]], area_code: str) -> str | None:
    """The first type that an area stands for."""
    for area_type, codes in pairs:
        if area_code in codes:
            return area_type
    return None


_group_of = itemgetter(1, 2, 3, 4)
_narrow = itemgetter(*NARROW)


def _by_group(rows: Sequence[Cells]) -> Iterator[tuple[Group, Sequence[Cells]]]:
    """Rows in the order of their keys by (period, sex, age, breakdown)."""
    first = _group_of(rows[0])
    if first == _group_of(rows[-1]):  # the usual case, and half of the time of the other
        yield first, rows
    else:
        for group, together in groupby(rows, _group_of):
            yield group, list(together)


def _of_groups(context: Context, wanted: Wanted) -> Iterator[Observation]:
    """The figures of groups of the reader's own, in order: they are worked out and not read."""
    places = {name: place for place, name in enumerate(wanted.indicator_ids)}
    after = wanted.after and (places[wanted.after[0]], *wanted.after[1:])
    found = []
    for indicator_id in _left(wanted):
        groups = _groups(context, wanted, indicator_id)
        for code in filter(is_group, wanted.area_codes):
            kinds = types_listed(code, context.register)
            series = dict.fromkeys(
                (row["sex"], row["age"], row["breakdown"])
                for row in context.available(indicator_id)
                if row["area_type"] in kinds and all(_is_among(row[name], groups[name]) for name in _WHOLE)
            )
            for sex, age, breakdown in series:
                found += [
                    observation_of(indicator_id, row)
                    for row in _of_group(context, code, wanted.period, indicator_id, sex, age, breakdown)
                ]
    found.sort(key=lambda figure: _key(places, figure))
    yield from (figure for figure in found if after is None or _key(places, figure) > after)


def _of_group(
    context: Context, code: str, period: str, indicator_id: str, sex: str, age: str, breakdown: str
) -> Sequence[Row]:
    """The figures of a group in one series, in the periods asked for; where it has none, the row that says why."""
    asked = {"indicator_id": indicator_id, "sex": sex, "age": age, "breakdown": breakdown}
    if period == "latest":
        return context.store.observations(**asked, area_type=CUSTOM, area_codes=[code])
    rows = context.store.series(**asked, area_codes=[code])
    if period == "all":
        return rows
    periods = chosen_periods(period, [row["period"] for row in rows])
    return [row for row in rows if row["period"] in periods]


def _key(places: Mapping[str, int], figure: Observation) -> tuple[Any, ...]:
    """Where a figure stands in the order."""
    code, period, sex, age, breakdown = figure.cells[:5]
    return places[figure.indicator_id], period, sex, age, breakdown, code


def run_of(figure: Observation) -> Run:
    """One figure as a run of its own."""
    return Run(figure.indicator_id, figure.area_type, _group_of(figure.cells), (_narrow(figure.cells),))


def observation_of(indicator_id: str, row: Row) -> Observation:
    """A row of the store as a dict (``Store.observations``) as an observation."""
    cells = (
        row["area_code"], row["period"], row["sex"], row["age"], row["breakdown"], row["value"], row["numerator"],
        row["denominator"], row["lower_ci_95"], row["upper_ci_95"], row["lower_ci_998"], row["upper_ci_998"], row["status"],
        row["release"], row["interval_method"], row["note"], row["route"],
    )  # fmt: skip
    return Observation(indicator_id, row["area_type"], cells)


def parent_of(context: Context, wanted: Wanted) -> Callable[[Observation], str | None]:
    """What tells which of the parents asked for an observation's area lies in on the last day of its period."""
    known: dict[tuple[str, str, str], str | None] = {}

    def find(figure: Observation) -> str | None:
        code, period = figure.cells[0], figure.cells[1]
        key = (figure.area_type, period, code)
        if key not in known:
            on = Period.parse(period).end_on
            holding = (
                parent
                for parent in wanted.parents
                if inside(context.register, parent, figure.area_type, on, (code,)).area_codes
            )
            known[key] = next(holding, None)
        return known[key]

    return find


def headline_groups(asked: Groups, loaded: Sequence[Row]) -> Groups:
    """The groups asked for, and everyone of every age where a group is not named and that is published.

    An indicator that is only published by sex, or only by disability, gives each of those groups.
    """
    chosen = dict(asked)
    for key, everyone in _WHOLE.items():
        here = {
            row[key]
            for row in loaded
            if all(_is_among(row[other], chosen[other]) for other in _WHOLE if other != key)
        }
        if chosen[key] is None and everyone in here:
            chosen[key] = (everyone,)
    return chosen


def chosen_periods(text: str, known: Sequence[str]) -> tuple[str, ...]:
    """The ISO periods that a text means, of those that there are; none where the text means others.

    ``2023``, ``2022/23``, ``Mar 2026``, ``2022-04-01/P1Y``; ``2019..2022`` every period that lies wholly between the first day
    of the one and the last day of the other, ``2019..`` and ``..2022`` with one end open. Raises ValueError for what is no
    period.
    """
    first, dots, last = text.partition("..")
    if not dots:
        if text in known:
            return (text,)
        try:
            return (named(text, known),)
        except ValueError:
            _edges(text, known)  # raises where it is no period at all
            return ()
    start_on = _edges(first, known)[0] if first.strip() else date.min
    end_on = _edges(last, known)[1] if last.strip() else date.max
    if start_on > end_on:
        raise ValueError(f"period {text!r} ends before it begins; give the earlier one first")
    return tuple(
        iso
        for iso in in_order(list(known))
        if start_on <= Period.parse(iso).start_on and Period.parse(iso).end_on <= end_on
    )


def _edges(text: str, known: Sequence[str]) -> tuple[date, date]:
    """First and last day of a period as people write it. Raises ValueError."""
    plain = text.strip()
    if year := _YEAR.match(plain):
        start = int(year[1])
        if year[2] is None and start:
            return date(start, 1, 1), date(start, 12, 31)
        if start and (start + 1) % 100 == int(year[2] or 0):
            return date(start, 4, 1), date(start + 1, 3, 31)
    if month := _MONTH.match(plain):
        plain = f"{month[0]}-01/P1M"
    try:
        return Period.parse(plain).start_on, Period.parse(plain).end_on
    except ValueError:
        pass
    try:
        found = Period.parse(named(plain, known))
    except ValueError:
        expected = (
            "latest, all, 2023, 2022/23, 2022-04-01/P1Y, or two with .. between them such as 2019..2022"
        )
        raise ValueError(f"{text!r} is no period; expected {expected}") from None
    return found.start_on, found.end_on


def _left(wanted: Wanted) -> tuple[str, ...]:
    """The indicators of which something may be left after what is held already."""
    if wanted.after is None:
        return wanted.indicator_ids
    place = wanted.indicator_ids.index(wanted.after[0])
    return wanted.indicator_ids[place:]


def _groups(context: Context, wanted: Wanted, indicator_id: str) -> Groups:
    asked: Groups = {
        "sex": wanted.sexes or None,
        "age": wanted.ages or None,
        "breakdown": wanted.breakdowns or None,
    }
    return asked if wanted.every_group else headline_groups(asked, context.available(indicator_id))


def _chosen(context: Context, wanted: Wanted, indicator_id: str, groups: Groups) -> Allowed:
    """The areas that may stand in the answer with their type, by (period, sex, age, breakdown)."""
    register = context.register
    loaded = context.available(indicator_id)
    kinds = list(wanted.area_types or dict.fromkeys(row["area_type"] for row in loaded))
    own = {kind for code in wanted.area_codes if not is_group(code) for kind in register.types_of(code)}
    kinds.sort(key=lambda kind: kind not in own if wanted.area_codes else False)
    single: tuple[str, ...] = ()
    if wanted.period not in ("latest", "all"):
        single = chosen_periods(wanted.period, known_periods(context, indicator_id))
    vintages = context.cached(("vintages", indicator_id), lambda: _vintages(context, indicator_id))
    found: Allowed = {}
    sets: dict[tuple[str, int | str], frozenset[str]] = {}
    for kind in kinds:
        periods = {_latest(context, indicator_id, kind, groups)} if wanted.period == "latest" else set(single)
        here = vintages.get(kind, {})
        for period in here if wanted.period == "all" else here.keys() & periods:
            for key, vintage in here[period]:
                if not all(_is_among(text, groups[name]) for name, text in zip(_WHOLE, key[1:], strict=True)):
                    continue
                # with parents the areas also depend on the day
                place = (kind, f"{vintage} {period}" if wanted.parents else vintage)
                codes = sets.get(place)
                if codes is None:
                    codes = sets[place] = _codes(context, wanted, kind, vintage, period)
                if codes:
                    found.setdefault(key, []).append((kind, codes))
    return found


def known_periods(context: Context, indicator_id: str) -> Sequence[str]:
    """The ISO periods that an indicator has, in the order of their text."""
    return context.cached(
        ("periods", indicator_id),
        lambda: tuple(sorted({iso for row in context.available(indicator_id) for iso in row["periods"]})),
    )


def _vintages(context: Context, indicator_id: str) -> dict[str, dict[str, list[tuple[Group, int]]]]:
    """The year whose areas the publisher used, with its group, by type of area and period."""
    found: dict[str, dict[str, list[tuple[Group, int]]]] = {}
    for (area_type, *group), vintage in context.store.vintages(indicator_id).items():
        period, sex, age, breakdown = group
        here = found.setdefault(area_type, {}).setdefault(period, [])
        here.append(((period, sex, age, breakdown), vintage))
    return found


def _codes(context: Context, wanted: Wanted, area_type: str, vintage: int, period: str) -> frozenset[str]:
    """The areas of one type in one period that are asked for."""
    register = context.register
    codes = context.cached(("codes", area_type, vintage), lambda: register.codes(area_type, vintage))
    if wanted.area_codes:
        # a county whose land is a unitary authority today has the figures of the district too
        codes = frozenset(
            code
            for code in wanted.area_codes
            if not is_group(code) and area_type in register.land_types(code)
        )
    if not wanted.parents:
        return codes
    on = Period.parse(period).end_on
    held: set[str] = set()
    for parent in wanted.parents:
        held.update(inside(register, parent, area_type, on, codes).area_codes)
    return frozenset(held)


def _latest(context: Context, indicator_id: str, area_type: str, groups: Groups) -> str | None:
    """The newest period of a type of area with a value, over the groups asked for."""
    key = ("latest", indicator_id, area_type, *groups.values())

    def build() -> str | None:
        texts = [groups[name] or (None,) for name in _WHOLE]
        found = [
            context.store.latest_period(
                indicator_id=indicator_id, area_type=area_type, sex=sex, age=age, breakdown=breakdown
            )
            for sex, age, breakdown in product(*texts)
        ]
        periods = [period for period in found if period is not None]
        return max(periods, key=lambda iso: Period.parse(iso).sort_key) if periods else None

    return context.cached(key, build)


def _selection(
    wanted: Wanted,
    indicator_id: str,
    chosen: Allowed,
    groups: Groups,
) -> Selection:
    sets = {codes for pairs in chosen.values() for _, codes in pairs}
    codes = frozenset[str]().union(*sets)
    is_first = wanted.after is not None and wanted.after[0] == indicator_id
    return Selection(
        indicator_id,
        None if wanted.period == "all" else tuple(sorted({key[0] for key in chosen})),
        groups["sex"],
        groups["age"],
        groups["breakdown"],
        tuple(sorted(codes)) if wanted.area_codes or (wanted.parents and len(codes) <= _FEW) else None,
        wanted.after[1:] if is_first and wanted.after else None,
        # areas of other types lie before and after them in the order of the codes
        (min(codes), max(codes)),
    )


def _is_among(text: str, texts: tuple[str, ...] | None) -> bool:
    return texts is None or text in texts
