"""The addresses below ``/api/`` that the clients of Fingertips ask (fingertips_py, fingertipsR), with our figures.

``docs/fingertips.md`` says how to point a client here, and what differs from Fingertips. Each address takes the
parameters named beside it; others are ignored. Illustrative figures are never served here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

import flask

from dashboard.address.context import Context
from dashboard.address.root import root_of
from dashboard.api.fingertips import ids, lists
from dashboard.api.fingertips.asking import Asked, Begin, Refused, Route, answering, as_csv
from dashboard.api.fingertips.figures import columns, figure_rows
from dashboard.api.fingertips.metadata import COLUMNS, metadata, metadata_rows
from dashboard.queries.long_table import WHOLE, has_long_table, parent_types
from dashboard.sentences import listed
from geodata.register import UnknownArea
from indicators.catalogue import Indicator

_NEIGHBOURS = re.compile(r"^nn-(\d{1,10})-(\w{1,20})$")
_TYPES = ("child_area_type_id", "parent_area_type_id", "include_sortable_time_periods")
Find = Callable[[Context, Asked], list[Indicator]]


def register(server: flask.Flask, context: Context, begin: Begin) -> None:
    """Add the routes to a server; ``begin`` is called for an answer that may be cached."""
    route = answering(server, context, begin)
    _register_figures(route, context)
    _register_metadata(route, context)
    _register_areas(route, context)
    _register_lists(route, context)


def _register_figures(route: Route, context: Context) -> None:
    @route("all_data/csv/by_indicator_id", "indicator_ids", "profile_id", *_TYPES, is_table=True)
    def by_indicator(asked: Asked) -> flask.Response:
        return _figures(context, asked, _by_indicator_id(context, asked), "indicator_ids")

    @route("all_data/csv/by_group_id", "group_id", "profile_id", *_TYPES, is_table=True, is_large=True)
    def by_group(asked: Asked) -> flask.Response:
        return _figures(context, asked, _by_group_id(context, asked, "group_id"), "group_id")

    @route("all_data/csv/by_profile_id", "profile_id", *_TYPES, is_table=True, is_large=True)
    def by_profile(asked: Asked) -> flask.Response:
        return _figures(context, asked, _by_profile_id(context, asked), "profile_id")


def _register_metadata(route: Route, context: Context) -> None:
    finders: dict[str, tuple[str, Find]] = {
        "all": ("", lambda context, _: list(context.catalogue.values())),
        "by_indicator_id": ("indicator_ids", _by_indicator_id),
        "by_group_id": ("group_id", lambda context, asked: _by_group_id(context, asked, "group_id")),
        "by_profile_id": ("profile_id", _by_profile_id),
    }

    def add(name: str, parameter: str, find: Find) -> None:
        @route(f"indicator_metadata/csv/{name}", parameter)
        def table(asked: Asked) -> flask.Response:
            links = f"{root_of(context)}/"
            return as_csv(COLUMNS, metadata_rows(context, find(context, asked), links))

    for name, (parameter, find) in finders.items():
        add(name, parameter, find)

    @route("indicator_metadata/by_indicator_id", "indicator_ids", "restrict_to_profile_ids")
    def by_indicator(asked: Asked) -> dict[str, Any]:
        found = _by_indicator_id(context, asked, "restrict_to_profile_ids")
        return {str(indicator.number): metadata(context, indicator, with_text=True) for indicator in found}

    @route("indicator_metadata/all", "include_definition", "include_system_content")
    def everything(asked: Asked) -> dict[str, Any]:
        with_text = (asked.text("include_definition") or "no").lower() in ("yes", "true")
        return {
            str(indicator.number): metadata(context, indicator, with_text=with_text)
            for indicator in context.catalogue.values()
        }

    @route("available_data", "indicator_id", "area_type_id")
    def available(asked: Asked) -> list[dict[str, Any]]:
        numbers = asked.numbers("indicator_id")
        found = (
            list(context.catalogue.values()) if numbers is None else _known(context, "indicator_id", numbers)
        )
        wanted = asked.numbers("area_type_id")
        types = list(context.register.area_types)
        if wanted is not None:
            types = [_area_type(context, "area_type_id", number) for number in wanted]
        return lists.available(context, found, types)


def _register_areas(route: Route, context: Context) -> None:
    @route("area_types", "profile_ids")
    def area_types(asked: Asked) -> list[dict[str, Any]]:
        numbers = asked.numbers("profile_ids")
        _check_profile("profile_ids", numbers)
        return lists.area_types(context, with_figures=numbers is not None)

    @route("area_types/parent_area_types")
    def parents(_: Asked) -> list[dict[str, Any]]:
        return lists.parent_area_types(context)

    @route("areas/by_area_type", "area_type_id")
    def by_type(asked: Asked) -> list[dict[str, Any]]:
        return lists.areas(context, _asked_type(context, asked, "area_type_id"))

    @route("areas/by_parent_area_code", "area_type_id", "parent_area_code")
    def by_parent(asked: Asked) -> list[dict[str, Any]]:
        area_type = _asked_type(context, asked, "area_type_id")
        code = asked.text("parent_area_code") or ""
        neighbours = _NEIGHBOURS.match(code)
        named = ids.neighbour_type(context.register.area_type(area_type))
        like = f"nn-{named.id}- and the code of an area of the type" if named else ""
        try:
            if neighbours is None:
                return lists.areas_in(context, area_type, code)
            if named is None or int(neighbours[1]) != named.id:
                words = (
                    like or "a type of area in /api/nearest_neighbour_types: this one has no similar areas"
                )
                raise Refused(404, "parent_area_code", code, words)
            return lists.similar_areas(context, area_type, neighbours[2])
        except UnknownArea:
            words = f"the code of an area{', or ' if like else ''}{like}"
            raise Refused(404, "parent_area_code", code, words) from None

    @route("parent_to_child_areas", "child_area_type_id", "parent_area_type_id", "profile_id")
    def children(asked: Asked) -> dict[str, list[str]]:
        area_type, parent_type = _types(context, asked)
        return lists.children_by_parent(context, area_type, parent_type)

    @route("nearest_neighbour_types")
    def neighbour_types(_: Asked) -> list[dict[str, Any]]:
        return lists.neighbour_types(context)


def _register_lists(route: Route, context: Context) -> None:
    @route("ages")
    def ages(_: Asked) -> list[dict[str, Any]]:
        return lists.ages(context)

    @route("sexes")
    def sexes(_: Asked) -> list[dict[str, Any]]:
        return lists.sexes()

    @route("value_notes")
    def value_notes(_: Asked) -> list[dict[str, Any]]:
        return lists.value_notes(context)

    @route("category_types")
    def category_types(_: Asked) -> list[dict[str, Any]]:
        return lists.category_types(context)

    @route("profiles")
    def profiles(_: Asked) -> list[dict[str, Any]]:
        return [lists.profile(context)]

    @route("profile", "profile_id")
    def profile(asked: Asked) -> dict[str, Any]:
        _check_profile("profile_id", asked.needed("profile_id"))
        return lists.profile(context)

    @route("group_metadata", "group_ids")
    def groups(asked: Asked) -> list[dict[str, Any]]:
        return lists.groups_of(context, _known_groups(context, asked, "group_ids"))

    @route("indicator_names/by_group_id", "group_ids")
    def names(asked: Asked) -> list[dict[str, Any]]:
        return lists.indicator_names(_by_group_id(context, asked, "group_ids"))

    @route("grouproot_summaries/by_profile_id", "profile_id", "area_type_id")
    def summaries(asked: Asked) -> list[dict[str, Any]]:
        found = _by_profile_id(context, asked)
        area_type = _asked_type(context, asked, "area_type_id")
        having = (indicator for indicator in found if has_long_table(context, indicator.id, area_type))
        return lists.summaries(having)

    @route(
        "latest_data/all_indicators_in_profile_group_for_child_areas",
        "profile_id",
        "group_id",
        "area_type_id",
        "parent_area_code",
    )
    def in_order(asked: Asked) -> list[dict[str, Any]]:
        area_type = _asked_type(context, asked, "area_type_id")
        return lists.series_in_order(context, _by_group_id(context, asked, "group_id"), area_type)


# ---- what is asked ---------------------------------------------------------------------------------


def _figures(context: Context, asked: Asked, found: list[Indicator], parameter: str) -> flask.Response:
    area_type, parent_type = _types(context, asked)
    having = [indicator for indicator in found if has_long_table(context, indicator.id, area_type)]
    if not having:
        types = ids.area_types(context.register)
        loaded = [
            f"{named.id} ({named.short})"
            for name, named in types.items()
            if any(has_long_table(context, indicator.id, name) for indicator in found)
        ]
        words = (
            f"an area type that has figures: {listed(loaded, 'or')}"
            if loaded
            else "an indicator with figures"
        )
        where = "child_area_type_id" if loaded else parameter
        raise Refused(404, where, asked.text(where) or "", words)
    parent = ids.area_types(context.register)[parent_type]
    rows = figure_rows(context, having, area_type, parent_type)
    return as_csv(columns(parent, parent_type == WHOLE), rows)


def _types(context: Context, asked: Asked) -> tuple[str, str]:
    """The types of area and of parent. Raises Refused."""
    area_type = _asked_type(context, asked, "child_area_type_id")
    types = ids.area_types(context.register)
    number = asked.number("parent_area_type_id", types[WHOLE].id)
    parent_type = _area_type(context, "parent_area_type_id", number)
    possible = parent_types(context, area_type)
    if parent_type not in possible:
        names = listed([f"{types[name].id} ({types[name].short})" for name in possible], "or")
        words = f"a type that areas of type {types[area_type].id} can be listed under: {names}"
        raise Refused(400, "parent_area_type_id", str(number), words)
    return area_type, parent_type


def _asked_type(context: Context, asked: Asked, name: str) -> str:
    return _area_type(context, name, asked.number(name))


def _area_type(context: Context, name: str, number: int) -> str:
    types = ids.area_types(context.register)
    for area_type, named in types.items():
        if named.id == number:
            return area_type
    known = listed([f"{named.id} ({named.short})" for named in types.values()], "or")
    raise Refused(404, name, str(number), f"an area type: {known}")


def _check_profile(name: str, numbers: Iterable[int] | None) -> None:
    """Raises Refused for a profile that there is not; None is no profile asked for."""
    own = ids.profile()
    for number in numbers or ():
        if number != own.id:
            raise Refused(404, name, str(number), f"{own.id}, the one profile here")


def _known(context: Context, name: str, numbers: Iterable[int]) -> list[Indicator]:
    by_number = {indicator.number: indicator for indicator in context.catalogue.values()}
    for number in numbers:
        if number not in by_number:
            raise Refused(404, name, str(number), "ids of indicators as in /api/indicator_metadata/csv/all")
    return [by_number[number] for number in numbers]


def _by_indicator_id(context: Context, asked: Asked, profiles: str = "profile_id") -> list[Indicator]:
    _check_profile(profiles, asked.numbers(profiles))
    return _known(context, "indicator_ids", asked.needed("indicator_ids"))


def _by_profile_id(context: Context, asked: Asked) -> list[Indicator]:
    _check_profile("profile_id", asked.needed("profile_id"))
    return list(context.catalogue.values())


def _known_groups(context: Context, asked: Asked, name: str) -> list[int]:
    numbers = asked.needed(name)
    themes = lists.group_themes(context)
    for number in numbers:
        if number not in themes:
            known = listed([f"{own} ({theme})" for own, theme in themes.items()], "or")
            raise Refused(404, name, str(number), f"a group: {known}")
    return numbers


def _by_group_id(context: Context, asked: Asked, name: str) -> list[Indicator]:
    _check_profile("profile_id", asked.numbers("profile_id"))
    numbers = _known_groups(context, asked, name)
    return [indicator for indicator in context.catalogue.values() if ids.group_id(indicator.theme) in numbers]
