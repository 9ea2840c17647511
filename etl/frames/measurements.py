"""The tidy shape of what a publisher's file says: one of its numbers a row, nothing computed.

Columns of a frame of measurements:

``measure``           id of the publisher's number, unique within its source
``area_code``         GSS code
``period``            ISO 8601 start/duration, such as ``2022-04-01/P1Y``
``sex``               ``persons``, ``male`` or ``female``
``age``               as published in a short form: ``16-64``, ``18+``, ``all``
``breakdown``         ``all`` or ``<category>: <value>``
``value``             float64, nan where missing
``lower_ci_95``       float64, the publisher's own limit, nan where there is none
``upper_ci_95``       as above
``half_width_95``     float64, half of the publisher's 95% interval, nan where there is none
``status``            one of STATUSES; a missing value always has a status other than ``ok``
``note``              text, empty where there is none
``row``               Int64, row in the publisher's file (the header counts; sheet row in a workbook)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from indicators.plain_text import control_character, without_control_characters
from indicators.statistics.decimals import meant

STATUSES = ("ok", "suppressed", "unreliable", "not_available", "not_collected", "illustrative")
SEXES = ("persons", "male", "female")

COLUMNS = (
    "measure",
    "area_code",
    "period",
    "sex",
    "age",
    "breakdown",
    "value",
    "lower_ci_95",
    "upper_ci_95",
    "half_width_95",
    "status",
    "note",
    "row",
)
KEY = ("measure", "area_code", "period", "sex", "age", "breakdown")
NUMBERS = ("value", "lower_ci_95", "upper_ci_95", "half_width_95")
TEXTS = ("measure", "area_code", "period", "sex", "age", "breakdown", "status", "note")

_DEFAULTS: dict[str, Any] = {
    "sex": "persons",
    "age": "all",
    "breakdown": "all",
    "value": float("nan"),
    "lower_ci_95": float("nan"),
    "upper_ci_95": float("nan"),
    "half_width_95": float("nan"),
    "status": "ok",
    "note": "",
    "row": pd.NA,
}


def empty() -> pd.DataFrame:
    """A frame of no measurements, with every column in its type."""
    return arrange(pd.DataFrame({column: [] for column in COLUMNS}))


def arrange(frame: pd.DataFrame) -> pd.DataFrame:
    """Put a frame's columns in order and in their types, filling the optional ones.

    ``measure``, ``area_code`` and ``period`` must be there; ``sex``, ``age`` and ``breakdown`` become
    ``persons``, ``all`` and ``all`` where the column is absent, limits nan, ``status`` ``ok``, ``note``
    empty. Numbers lose the tails of binary arithmetic (``meant``): 6.199999999999999 is 6.2. Control characters are taken
    out of ages, breakdowns and notes. Raises ValueError naming columns that are absent or not known.
    """
    absent = [column for column in COLUMNS if column not in frame.columns and column not in _DEFAULTS]
    unknown = [str(column) for column in frame.columns if column not in COLUMNS]
    if absent or unknown:
        raise ValueError(
            f"measurements: columns absent {absent}, not known {unknown}; expected {list(COLUMNS)}"
        )
    columns = {
        column: frame[column] if column in frame.columns else pd.Series(_DEFAULTS[column], index=frame.index)
        for column in COLUMNS
    }
    arranged = pd.DataFrame(columns, index=frame.index).reset_index(drop=True)
    for column in TEXTS:
        cells = arranged[column].astype("str")
        arranged[column] = cells.fillna(_DEFAULTS[column]) if column in _DEFAULTS else cells
    for column in ("age", "breakdown", "note"):
        # one such character in a note would stop every workbook and feed that holds it
        strange = {
            text: without_control_characters(text)
            for text in arranged[column].unique()
            if control_character(text)
        }
        if strange:
            arranged[column] = arranged[column].replace(strange)
    for column in NUMBERS:
        arranged[column] = meant(arranged[column].astype("float64").to_numpy())
    arranged["row"] = arranged["row"].astype("Int64")
    return arranged


def from_rows(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """A frame of measurements from dictionaries, one a row; the optional keys may be left out."""
    if not rows:
        return empty()
    return arrange(pd.DataFrame.from_records([row if isinstance(row, dict) else dict(row) for row in rows]))


def join(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Several frames of measurements under each other."""
    full = [frame for frame in frames if len(frame)]
    if not full:
        return empty()
    return arrange(pd.concat(full, ignore_index=True))
