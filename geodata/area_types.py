"""Reading ``area_types.toml``: the kinds of area and what each has to do with the others."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from geodata.reading import Problems
from geodata.records import AreaType

_REQUIRED: dict[str, type] = {
    "name": str,
    "plural": str,
    "code_prefixes": list,
    "order": int,
    "default_vintage": int,
    "vintages": list,
    "nearness": int,
}


_OPTIONAL: dict[str, type] = {
    "preferred": int,
    "region": str,
    "named_with": list,
    "around": list,
    "zoom_to": list,
    "outlined_by": list,
    "outlines": list,
    "grouped_by": str,
    "made_of": str,
    "lists": str,
    "has_similar": bool,
    "similar_here": bool,
    "stands_by": bool,
}


_ONE_TYPE = ("region", "grouped_by", "made_of", "lists")


_MANY_TYPES = ("named_with", "around", "zoom_to", "outlined_by", "outlines")


# a place may be given once
_PLACES = ("order", "nearness", "preferred")


def read_area_types(path: Path, problems: Problems) -> dict[str, AreaType]:
    """Area types by id, those of the file that are sound; what is wrong with the others goes to ``problems``."""
    if not path.is_file():
        problems.append(f"{path.name}: the file is absent")
        return {}
    try:
        tables: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems.append(f"{path.name}: {error}")
        return {}
    area_types = {}
    taken: dict[tuple[str, int], str] = {}
    for area_type, entry in tables.items():
        if not isinstance(entry, dict):
            problems.append(f"{path.name}: {area_type}: {entry!r}; expected a table [{area_type}]")
            continue
        faults = [
            *_faults_of_keys(entry),
            *_faults_of_types(area_type, entry, tables),
            *_faults_of_places(area_type, entry, taken),
        ]
        problems.extend(f"{path.name}: {area_type}.{fault}" for fault in faults)
        if not faults:
            lists = ("vintages", "code_prefixes", *_MANY_TYPES)
            fields: dict[str, Any] = {
                key: tuple(given) if key in lists else given for key, given in entry.items()
            }
            area_types[area_type] = AreaType(area_type, **fields)
    return area_types


def _faults_of_keys(entry: Mapping[str, Any]) -> list[str]:
    """Keys that are unknown or absent, values of the wrong type, and vintages that contradict each other."""
    faults = [f"{key}: unknown key" for key in entry if key not in _REQUIRED | _OPTIONAL]
    for key, kind in (_REQUIRED | _OPTIONAL).items():
        given = entry.get(key)
        if given is None and key in _OPTIONAL:
            continue
        # True is an int to Python and not to a reader of the file
        if not isinstance(given, kind) or (kind is int and isinstance(given, bool)):
            faults.append(f"{key}: {given!r}; expected {kind.__name__}")
    # groups of readers have no vintages, and 0 stands for the default
    known = entry["vintages"] or [0] if not faults else []
    if not faults and entry["default_vintage"] not in known:
        faults.append(f"default_vintage: {entry['default_vintage']} is not one of vintages")
    if not faults and entry["vintages"] != sorted(set(entry["vintages"])):
        faults.append("vintages: expected years in order, none twice")
    return faults


def _faults_of_types(area_type: str, entry: Mapping[str, Any], known: Iterable[str]) -> list[str]:
    """Keys that name an area type which the file does not have, the type itself, or one twice."""
    types = tuple(known)
    faults = []
    for key in (*_ONE_TYPE, *_MANY_TYPES):
        given = entry.get(key)
        if given is None or not isinstance(given, _OPTIONAL[key]):
            continue
        named = given if isinstance(given, list) else [given]
        for position, other in enumerate(named):
            if other not in types:
                faults.append(f"{key}: {other!r} is not one of {', '.join(types)}")
            elif other == area_type:
                faults.append(f"{key}: {other!r} is the type itself")
            elif other in named[:position]:
                faults.append(f"{key}: {other!r} is named twice")
    return faults


def _faults_of_places(
    area_type: str, entry: Mapping[str, Any], taken: dict[tuple[str, int], str]
) -> list[str]:
    """Places in an order that another type has taken; adds those of this type to ``taken``."""
    faults = []
    for key in _PLACES:
        place = entry.get(key)
        if isinstance(place, int):
            holder = taken.setdefault((key, place), area_type)
            if holder != area_type:
                faults.append(f"{key}: {place} is already that of {holder}")
    return faults
