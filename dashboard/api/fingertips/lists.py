"""Lists that clients look numbers up in: areas and their types, sexes, ages, notes, profiles and their groups.

The first key of each object is the one that Fingertips' clients make the key of a dictionary.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from dashboard.address.context import Context
from dashboard.api.fingertips import ids
from dashboard.api.fingertips.figures import NOTES, note_words
from dashboard.queries import geography
from dashboard.queries.long_table import has_long_table, notes_of_figures, parent_types
from geodata.register import Area
from indicators.catalogue import Indicator, themes_of
from indicators.catalogue.numbers import hashed_number

Json = dict[str, Any]


# ---- areas -----------------------------------------------------------------------------------------


def area_types(context: Context, *, with_figures: bool = False) -> list[Json]:
    """Every area type; ``with_figures`` leaves out those that nothing is loaded for."""
    return [
        {**_type(named), "IsSearchable": True, "CanBeDisplayedOnMap": area_type not in ("england", "uk")}
        for area_type, named in ids.area_types(context.register).items()
        if not with_figures
        or any(has_long_table(context, indicator, area_type) for indicator in context.catalogue)
    ]


def parent_area_types(context: Context) -> list[Json]:
    """Every area type with the types that its areas can be listed under."""
    types = ids.area_types(context.register)
    return [
        {
            **_type(named),
            "ParentAreaTypes": [_type(types[parent]) for parent in parent_types(context, area_type)],
        }
        for area_type, named in types.items()
    ]


def areas(context: Context, area_type: str) -> list[Json]:
    """The areas of a type in the year that is shown when nothing says which."""
    return [_area(context, area, area_type) for area in _standing(context, area_type)]


def areas_in(context: Context, area_type: str, parent_code: str) -> list[Json]:
    """The areas of a type of which at least half lies in another area. Raises UnknownArea."""
    inside = set(_inside(context, area_type, parent_code))
    return [area for area in areas(context, area_type) if area["Code"] in inside]


def similar_areas(context: Context, area_type: str, area_code: str) -> list[Json]:
    """The areas most like an area, the nearest first. Raises UnknownArea."""
    context.register.area(area_code)
    return [
        _area(context, context.register.area(code), area_type)
        for code in geography.similar(context.register, area_code)
    ]


def children_by_parent(context: Context, area_type: str, parent_type: str) -> dict[str, list[str]]:
    """The codes of the areas of a type that lie in each area of another one, by at least half."""
    return {
        parent.area_code: _inside(context, area_type, parent.area_code)
        for parent in _standing(context, parent_type)
    }


def neighbour_types(context: Context) -> list[Json]:
    """The lists of similar areas, each with the types of area that it is for."""
    types = ids.area_types(context.register)
    found: dict[int, Json] = {}
    for kind in context.register.area_types.values():
        named = ids.neighbour_type(kind)
        if named is not None:
            whole = {"NeighbourTypeId": named.id, "Name": named.name, "ApplicableAreaTypes": []}
            applicable = {**_type(types[kind.area_type]), "CanBeDisplayedOnMap": True}
            found.setdefault(named.id, whole)["ApplicableAreaTypes"].append(applicable)
    return list(found.values())


def _standing(context: Context, area_type: str) -> tuple[Area, ...]:
    return context.register.vintage(area_type, context.register.area_type(area_type).default_vintage)


def _inside(context: Context, area_type: str, parent_code: str) -> list[str]:
    codes = [area.area_code for area in _standing(context, area_type)]
    if parent_code == geography.ENGLAND:
        return [code for code in codes if code.startswith("E")]
    on = date(context.register.area_type(area_type).default_vintage, 12, 31)
    return list(geography.inside(context.register, parent_code, area_type, on, codes).area_codes)


def _type(named: ids.Named) -> Json:
    return {"Id": named.id, "Name": named.name, "Short": named.short}


def _area(context: Context, area: Area, area_type: str) -> Json:
    number = ids.area_types(context.register)[area_type].id
    return {"Code": area.area_code, "Name": area.name, "Short": area.name, "AreaTypeId": number}


# ---- groups of figures -----------------------------------------------------------------------------


def sexes() -> list[Json]:
    """Every sex."""
    return [{"Id": sex.id, "Name": sex.name} for sex in ids.sexes()]


def ages(context: Context) -> list[Json]:
    """Every age band that is loaded, and those that Fingertips has a number for."""
    loaded = {row["age"] for rows in context.all_available().values() for row in rows}
    found = sorted(ids.age(band) for band in loaded | set(ids.table()["ages"]))
    return [{"Id": age.id, "Name": age.name} for age in found]


def category_types(context: Context) -> list[Json]:
    """The kinds of group that figures are published for, each with its groups."""
    loaded = dict.fromkeys(row["breakdown"] for rows in context.all_available().values() for row in rows)
    found: dict[int, Json] = {}
    for breakdown in sorted(loaded):
        pair = ids.category(breakdown)
        if pair is not None:
            kind, group = pair
            whole = found.setdefault(kind.id, {**_type(kind), "Categories": []})
            whole["Categories"].append({"Id": group.id, "CategoryTypeId": kind.id, "Name": group.name})
    return list(found.values())


def value_notes(context: Context) -> list[Json]:
    """Every note that stands in the column "Value note", and those that may stand there for a missing value."""
    pairs = (*((status, "") for status in NOTES), *notes_of_figures(context))
    texts = dict.fromkeys(note_words(status, note) for status, note in pairs)
    return [{"Id": hashed_number(text), "Text": text} for text in texts if text]


# ---- profile and groups ----------------------------------------------------------------------------


def profile(context: Context) -> Json:
    """The one profile that there is: all indicators; its groups are the themes."""
    found = ids.profile()
    groups = group_themes(context)
    return {
        "Id": found.id,
        "Name": found.name,
        "Key": found.short,
        "GroupIds": list(groups),
        "GroupMetadata": groups_of(context, groups),
    }


def group_themes(context: Context) -> dict[int, str]:
    """The theme of each group by its number, in the order in which pages show them."""
    return {ids.group_id(theme): theme for theme in themes_of(context.catalogue.values())}


def groups_of(context: Context, group_ids: Iterable[int]) -> list[Json]:
    """Groups with their names."""
    themes = group_themes(context)
    return [
        {"Id": number, "Name": themes[number], "ProfileId": ids.profile().id, "Sequence": place}
        for place, number in enumerate(group_ids, 1)
    ]


def indicator_names(indicators: Iterable[Indicator]) -> list[Json]:
    """Indicators with their names and groups."""
    return [
        {
            "IndicatorId": indicator.number,
            "IndicatorName": indicator.title,
            "GroupId": ids.group_id(indicator.theme),
        }
        for indicator in indicators
    ]


def summaries(indicators: Iterable[Indicator]) -> list[Json]:
    """Indicators with their groups."""
    return [{"IID": indicator.number, "GroupId": ids.group_id(indicator.theme)} for indicator in indicators]


def series_in_order(context: Context, indicators: Iterable[Indicator], area_type: str) -> list[Json]:
    """Each series for everyone that a type of area has, in the order in which pages show them."""
    lines = [
        (indicator, row["sex"], row["age"])
        for indicator in indicators
        for row in context.available(indicator.id)
        if row["area_type"] == area_type and row["breakdown"] == "all" and not row["illustrative"]
    ]
    return [
        {
            "IID": indicator.number,
            "Sequence": place,
            "Sex": {"Id": ids.sex(sex).id, "Name": ids.sex(sex).name},
            "Age": {"Id": ids.age(band).id, "Name": ids.age(band).name},
        }
        for place, (indicator, sex, band) in enumerate(lines, 1)
    ]


def available(context: Context, indicators: Iterable[Indicator], area_type_ids: Iterable[str]) -> list[Json]:
    """Which indicators have figures for which types of area: two keys, since R renames them by their place."""
    types = ids.area_types(context.register)
    wanted = list(area_type_ids)
    return [
        {"IndicatorId": indicator.number, "AreaTypeId": types[area_type].id}
        for indicator in indicators
        for area_type in wanted
        if has_long_table(context, indicator.id, area_type)
    ]
