"""An answer of the table endpoint of Stat-Xplore: fields with their items, and an array of values."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np

from etl.sources import reading
from etl.sources.base import (
    BadFile,
    ReleaseChanged,
)


@dataclass(frozen=True)
class Item:
    """One item of a field: codes of the values that it stands for (none for a total), and its label."""

    codes: tuple[str, ...]
    label: str

    @property
    def is_total(self) -> bool:
        return not self.codes


@dataclass(frozen=True)
class Field:
    """One field of a cube with its items, in the order of the values."""

    uri: str
    label: str
    items: tuple[Item, ...]

    def has(self, name: str) -> bool:
        """Whether the field is the one called ``name`` (its id may end with the id of a value set)."""
        return name in self.uri.split(":")


@dataclass(frozen=True)
class Cube:
    """An answer of the API: for each measure an array with one axis a field, nan where there is no value."""

    database: str
    fields: tuple[Field, ...]
    values: Mapping[str, np.ndarray]


def read_cube(path: Path) -> Cube:
    """A saved answer of the table endpoint. Raises BadFile where it is no JSON, is cut short or its values do not
    fit its fields, ReleaseChanged where a part of the answer is gone."""
    try:
        answer = json.loads(reading.read_text(path))
    except json.JSONDecodeError as error:
        raise BadFile(
            path,
            row=error.lineno,
            value=error.msg,
            expected="the JSON of a table of Stat-Xplore",
            fix="the file may be cut short: fetch it again",
        ) from error
    if not isinstance(answer, dict):
        raise BadFile(path, value=type(answer).__name__, expected="the JSON object of a table of Stat-Xplore")
    lost = [name for name in ("database", "measures", "fields", "cubes") if name not in answer]
    if lost:
        raise ReleaseChanged.columns(path.name, lost, list(answer))
    try:
        database = str(answer["database"]["id"])
        fields = tuple(
            Field(field["uri"], field["label"], tuple(_item(item) for item in field["items"]))
            for field in answer["fields"]
        )
        nested = {measure["uri"]: answer["cubes"][measure["uri"]]["values"] for measure in answer["measures"]}
    except (KeyError, TypeError, IndexError) as error:
        raise ReleaseChanged(
            f"{path.name}: {type(error).__name__} {error}; expected a database with its id, fields with uri, label "
            "and items, and a cube of values for every measure"
        ) from error
    shape = tuple(len(field.items) for field in fields)
    return Cube(database, fields, {uri: _array(path, uri, values, shape) for uri, values in nested.items()})


def _item(item: Mapping[str, Any]) -> Item:
    uris = [] if item["type"] == "Total" else item["uris"]
    return Item(tuple(uri.rsplit(":", 1)[-1] for uri in uris), " ".join(item["labels"]))


def _array(path: Path, uri: str, values: object, shape: tuple[int, ...]) -> np.ndarray:
    """Nested lists as an array of ``shape``; null becomes nan. Raises BadFile for anything else than a number."""
    try:
        array = np.array(values, dtype=object)
    except ValueError:
        array = np.empty(0)
    if array.shape != shape:
        raise BadFile(
            path,
            column=uri,
            value=f"values of shape {array.shape}",
            expected=f"numbers or null of shape {shape}, one axis for each field",
            fix="the file may be cut short: fetch it again",
        )
    for cell in array.flat:
        # numpy would take the texts "inf" and "nan" for numbers, and Python's JSON the bare words
        if cell is not None and not (type(cell) in (int, float) and isfinite(cell)):
            raise BadFile(path, column=uri, value=cell, expected="a number or null")
    return array.astype(float)


def month_of(path: Path, field: Field, item: Item) -> str:
    """``201805`` or a label such as ``May-18`` or ``April 2019`` → ``2018-05-01/P1M``."""
    try:
        if len(item.codes) == 1 and (found := re.fullmatch(r"(20\d{2})(\d{2})", item.codes[0])):
            return reading.month(found[1], found[2])
        if found := re.search(r"([A-Za-z]{3,9})[- ](20)?(\d{2})\b", item.label):
            return reading.month(f"20{found[3]}", found[1])
    except ValueError:
        pass
    raise BadFile(
        path,
        column=field.label,
        value=f"{item.label} ({', '.join(item.codes)})",
        expected="one month, such as 201805 (May-18)",
    )
