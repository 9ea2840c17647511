"""The overview: which areas stand beside each other, every indicator for them, and how they changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dashboard.answers.age import age_of_period
from dashboard.answers.comparison import Against, Verdict
from dashboard.answers.geography import Inside, ParentGroup
from dashboard.answers.grid import Grid, GridAreas, GridColumn, GridLine, Role
from dashboard.answers.time_series import Line
from dashboard.queries import geography
from dashboard.queries.comparison import verdicts
from dashboard.queries.geography import ENGLAND
from dashboard.queries.releases import releases_of
from dashboard.queries.sparklines import land_codes, sparklines
from geodata.groups import is_group
from geodata.register import AreaType

if TYPE_CHECKING:
    from dashboard.address.context import Context
    from dashboard.address.view import View

Row = Mapping[str, Any]
Figures = dict[tuple[int, str], Row]

MOST_AREAS = 10
"""Areas beside England."""
MOST_INSIDE = 70
"""Areas inside a parent: the South East has 64 districts."""
MOST_WHOLE = 45
"""A type with no more areas than this is shown whole."""
WHOLE_COUNTRIES = ("england", "uk")
"""Types of one area, of which there is no list."""


# ---- areas -----------------------------------------------------------------------------------------


def grid_areas(context: Context, view: View) -> GridAreas:
    """England, then the areas asked for; or an area with its region and areas like it; or all of a type or a parent."""
    register = context.register
    kind = register.area_types[_listed_type(context, view)]
    chosen = tuple(code for code in view.area_codes if code != ENGLAND)
    shown = chosen[:MOST_AREAS]
    roles: dict[str, Role] = {}
    focus = shown[0] if len(shown) == 1 or (view.parent and shown) else None
    found: Inside | None = None
    too_many: AreaType | None = None
    whole: AreaType | None = None
    if view.parent:
        found = geography.inside(register, view.parent, kind.area_type, _day(context, kind.area_type))
        codes = [*shown, *found.area_codes[:MOST_INSIDE]]
    elif len(chosen) == 1:
        roles = _beside(context, chosen[0])
        codes = [chosen[0], *roles]
    elif chosen:
        codes = list(shown)
    else:
        whole = kind if "area_type" in view.asked else _regions(context)
        if len(areas_of(context, whole.area_type)) > MOST_WHOLE:
            too_many, whole = whole, _regions(context, whole)
        codes = [code for code, _ in areas_of(context, whole.area_type)]
    columns = tuple(
        GridColumn(code, _name(context, kind, code), roles.get(code, ""))
        for code in dict.fromkeys([ENGLAND, *codes])
    )
    parent = register.area(view.parent) if view.parent else None
    return GridAreas(
        view, kind, columns, focus, chosen, parent, found, too_many,
        areas_of(context, kind.area_type), _narrowed_by(context, kind.area_type), whole,
    )  # fmt: skip


def areas_of(context: Context, area_type: str) -> Sequence[tuple[str, str]]:
    """(code, name) of the areas of a type that stand, or that stood last; by name."""
    register = context.register
    day = _day(context, area_type)
    return context.cached_for_good(
        ("grid areas", area_type, day),
        lambda: tuple(
            (code, register.area(code, area_type).name)
            for code in geography.standing(register, area_type, day)
        ),
    )


def _day(context: Context, area_type: str) -> Any:
    return geography.last_day(context.register, area_type, context.moment()[1])


def _narrowed_by(context: Context, area_type: str) -> Sequence[ParentGroup]:
    day = _day(context, area_type)
    codes = [code for code, _ in areas_of(context, area_type)]
    return context.cached_for_good(
        ("grid parents", area_type, day),
        lambda: geography.parents_of_list(context.register, codes, area_type, day),
    )


def _regions(context: Context, beside: AreaType | None = None) -> AreaType:
    """The type of region that areas of a type lie in; without one (or for the regions themselves) the usual one."""
    register = context.register
    own = beside.region if beside is not None else None
    return register.area_types[own or geography.region_types(register)[0]]


def _listed_type(context: Context, view: View) -> str:
    """As asked, or that of the first area, or the type that is listed inside the parent."""
    if "area_type" in view.asked and view.area_type not in WHOLE_COUNTRIES:
        return view.area_type
    for code in view.area_codes:
        # a group stands among areas of its members' type
        kind = context.register.land_types(code)[1 if is_group(code) else 0]
        if kind not in WHOLE_COUNTRIES:
            return kind
    return geography.listed_type(context.register, view.parent)


def _beside(context: Context, area_code: str) -> dict[str, Role]:
    """The region of an area, then the areas most like it, or the others of its region where none are named."""
    register = context.register
    region = geography.region_of(register, area_code, context.moment()[1])
    found: dict[str, Role] = {region: "region"} if region else {}
    alike = geography.similar(register, area_code)
    others: Sequence[str] = alike or _siblings(context, area_code, region)
    for code in others[: MOST_AREAS - 1 - len(found)]:
        found.setdefault(code, "similar" if alike else "")
    return found


def _siblings(context: Context, area_code: str, region: str | None) -> list[str]:
    kind = context.register.land_types(area_code)[1 if is_group(area_code) else 0]
    if kind in WHOLE_COUNTRIES:
        return []
    if region is not None:
        codes = geography.inside(context.register, region, kind, _day(context, kind)).area_codes
    else:
        codes = tuple(code for code, _ in areas_of(context, kind))
        codes = codes if len(codes) <= MOST_AREAS else ()
    own = {area_code, *geography.same_land(context.register, area_code)}
    return [code for code in codes if code not in own]


def _name(context: Context, kind: AreaType, area_code: str) -> str:
    """The name as the type of area that is looked at, where the code is one."""
    register = context.register
    return register.area(
        area_code, kind.area_type if kind.area_type in register.types_of(area_code) else None
    ).name


# ---- figures ---------------------------------------------------------------------------------------


def grid(context: Context, view: View) -> Grid:
    """Every indicator for the areas of a view, beside England's figure of the same period.

    One question to the store and one comparison for the whole grid. Raises the store's errors.
    """
    areas = grid_areas(context, view)
    candidates = _lines(context, areas)
    found = _figures(context, candidates, areas.codes, areas.area_type.area_type)
    places = [place for place in range(len(candidates)) if _has_figures(found, place, areas.codes)]
    lines = tuple(candidates[place] for place in places)
    figures = {
        (new, code): found[old, code]
        for new, old in enumerate(places)
        for code in areas.codes
        if (old, code) in found
    }
    told = _compared(context, lines, figures)
    return Grid(
        areas,
        lines,
        figures,
        {key: verdict.word for key, verdict in told.items()},
        _without(context, lines),
        releases_of(context, figures.values()),
        {key: verdict.at_odds for key, verdict in told.items() if verdict.at_odds is not None},
    )


def courses(context: Context, found: Grid, area_codes: Sequence[str] | None = None) -> list[tuple[Line, ...]]:
    """Of each line of the grid its areas over time (all of them, or some), England as the benchmark; one question.

    A count of the whole country is left out: it would press the areas flat.
    """
    keys = [(line.indicator.id, line.sex, line.age, line.breakdown) for line in found.lines]
    codes = found.areas.codes if area_codes is None else area_codes
    lines = sparklines(context, keys, codes, area_type=found.areas.area_type.area_type)
    return [tuple(lines[key].values()) for key in keys]


def _lines(context: Context, areas: GridAreas) -> Sequence[GridLine]:
    """For each indicator the newest period that the areas' own type has, for everyone or for each sex."""
    register = context.register
    own = dict.fromkeys(
        kind
        for code in areas.codes
        if code != ENGLAND
        for kind in (register.land_types(code)[1:] if is_group(code) else register.types_of(code))
    )
    regions = geography.region_types(register)
    # a region stands beside others; they say the period
    kinds = tuple(sorted(own, key=lambda kind: kind in regions))
    return context.cached(("grid lines", kinds, context.today()), lambda: _lines_of(context, kinds))


def _lines_of(context: Context, kinds: Sequence[str]) -> Sequence[GridLine]:
    found = []
    for indicator in context.catalogue.values():
        rows = context.available(indicator.id)
        mains = (_main([row for row in rows if row["area_type"] == kind]) for kind in kinds)
        main = next((main for main in mains if main), [])
        found += [
            GridLine(
                indicator, row["area_type"], row["sex"], row["age"], row["breakdown"], row["latest"], len(main) > 1,
                age_of_period(indicator, row["latest"], context.today()),
            )
            for row in main
        ]  # fmt: skip
    return tuple(found)


def _main(rows: Sequence[Row]) -> list[Row]:
    """The series for everyone of every age; where there is none, of each sex. Groups are left to their own pages."""
    rows = [row for row in rows if row["breakdown"] == "all"]
    for key, whole in (("age", "all"), ("sex", "persons")):
        rows = [row for row in rows if row[key] == whole] or rows
    most: dict[str, Row] = {}
    for row in rows:  # one age band a sex: the one with the most areas
        there = most.get(row["sex"])
        if there is None or (row["n_areas"] or 0) > (there["n_areas"] or 0):
            most[row["sex"]] = row
    return list(most.values())


def _figures(
    context: Context, lines: Sequence[GridLine], area_codes: Sequence[str], area_type: str
) -> Figures:
    bands = context.cached(("grid ages", tuple(lines)), lambda: [_ages(context, line) for line in lines])
    groups = [
        (line.indicator.id, line.period, line.sex, age, line.breakdown)
        for line, ages in zip(lines, bands, strict=True)
        for age in ages
    ]
    found: dict[tuple[str, str, str, str, str], dict[str, Row]] = {}
    codes = land_codes(context, area_codes, area_type)
    for row in context.store.grid(
        groups=groups, area_codes=[code for land in codes.values() for code in land]
    ):
        key = (row["indicator_id"], row["period"], row["sex"], row["breakdown"], row["area_code"])
        found.setdefault(key, {})[row["age"]] = row
    figures: Figures = {}
    for place, line in enumerate(lines):
        for code, land in codes.items():
            # figures may stand under the code that the area had before
            keys = ((line.indicator.id, line.period, line.sex, line.breakdown, own) for own in land)
            there = next((found[key] for key in keys if key in found), None)
            if there is None:
                continue
            # a publisher may give another age band for another type of area
            row = there.get(line.age) or (next(iter(there.values())) if len(there) == 1 else None)
            if row is not None:
                figures[place, code] = row
    return figures


def _ages(context: Context, line: GridLine) -> list[str]:
    """The age bands in which any type of area has a line's indicator and group."""
    return list(
        dict.fromkeys(
            row["age"]
            for row in context.available(line.indicator.id)
            if (row["sex"], row["breakdown"]) == (line.sex, line.breakdown)
        )
    )


def _has_figures(figures: Figures, place: int, area_codes: Sequence[str]) -> bool:
    return any(
        row["value"] is not None
        for code in area_codes
        if code != ENGLAND and (row := figures.get((place, code))) is not None
    )


def _compared(
    context: Context, lines: Sequence[GridLine], figures: Figures
) -> dict[tuple[int, str], Verdict]:
    """The verdict on every real figure beside England's of the same period, in one comparison."""
    name = context.register.area(ENGLAND).name
    england = {
        place: Against(ENGLAND, name, row["value"], row["status"] == "illustrative")
        for place in range(len(lines))
        if (row := figures.get((place, ENGLAND))) is not None
    }
    none = Against(ENGLAND, name, None)
    keys = [
        key
        for key, row in figures.items()
        if key[1] != ENGLAND and row["value"] is not None and row["status"] != "illustrative"
    ]
    found = verdicts(
        context,
        [(lines[place].indicator, figures[place, code], england.get(place, none)) for place, code in keys],
    )
    return dict(zip(keys, found, strict=True))


def _without(context: Context, lines: Sequence[GridLine]) -> tuple[Any, ...]:
    types = context.register.area_types
    shown = {line.indicator.id for line in lines}
    return tuple(
        (indicator, tuple(types[kind] for kind in dict.fromkeys(row["area_type"] for row in context.available(indicator.id))))
        for indicator in context.catalogue.values()
        if indicator.id not in shown
    )  # fmt: skip
