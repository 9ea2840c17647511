"""Addresses as the service writes them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from dashboard.address.keys import VIEW_KEYS
from geodata import groups

_OF_AREAS = ("area", "parent", "benchmark")
"""Keys that hold codes of areas."""


def search_of(values: dict[str, Any]) -> str:
    """``?key=value&…`` in the order of the keys; lists by comma; empty values left out.

    Where it holds one group, the name of the group is a key of its own.
    """
    pairs = []
    values = _with_name(values)
    for key in VIEW_KEYS:
        value = values.get(key)
        text = value if isinstance(value, str) or value is None else ",".join(value)
        if text:
            pairs.append((key, text))
    return f"?{urlencode(pairs, safe=',/:')}" if pairs else ""


def _with_name(values: dict[str, Any]) -> dict[str, Any]:
    """Values with ``name`` for the name of the only group; the codes of several groups carry their names themselves."""
    given = {key: values[key] for key in _OF_AREAS if values.get(key)}
    codes = {key: text.split(",") if isinstance(text, str) else list(text) for key, text in given.items()}
    found = {code for several in codes.values() for code in several if groups.is_group(code)}
    name = groups.name_in(next(iter(found))) if len(found) == 1 else ""
    if not name:
        return values
    plain = {key: [groups.plain_code(code) for code in several] for key, several in codes.items()}
    return {**values, **plain, "name": name}
