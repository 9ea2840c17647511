"""Rows of Nomis as figures: areas, variables, markers, and the half-width of each percentage."""

from __future__ import annotations

import re
from datetime import date

import numpy as np
import pandas as pd

from etl.sources import reading
from etl.sources.base import (
    BadFile,
    SetAside,
)
from geodata.register import Register
from indicators.periods import Period

SUFFIXES = {"20599": "percent", "21001": "numerator", "21002": "denominator"}
"""What a measure of Nomis is called at the end of a measurement's id, after the variable."""
CONFIDENCE = "21003"
# variables whose name does not say the age
_AGES = {"1496": "16-64"}
_AGE = re.compile(r"aged (\d+)(?:-(\d+)|\+)")
_GSS = re.compile(r"^[EKNSW]\d{8}$")
# what Nomis says of a number, by words within it; the first that fits counts
_STATUSES = (
    ("normal value", "ok"),
    # before "unreliable": Nomis writes "These figures are suppressed as statistically unreliable"
    ("suppressed", "suppressed"),
    ("disclosive", "suppressed"),
    ("unreliable", "unreliable"),
    ("less than 500", "not_available"),
    ("missing", "not_available"),
)
_RANK = {"ok": 0, "unreliable": 1, "not_available": 2, "suppressed": 3}


def areas_of(rows: pd.DataFrame, register: Register) -> tuple[pd.Series, list[SetAside]]:
    """GSS code of each row, empty where the row is set aside, and what was set aside."""
    codes = rows["GEOGRAPHY_CODE"].where(rows["GEOGRAPHY_CODE"].str.match(_GSS), "")
    own = rows[codes == ""]
    for (name, period), part in own.groupby(["GEOGRAPHY_NAME", "period"], sort=True):
        codes.loc[part.index] = _by_name(str(name), Period.parse(str(period)).end_on, register)
    aside = []
    unnamed = rows.loc[codes == "", "GEOGRAPHY_NAME"]
    if len(unnamed):
        # every name is listed: an area that is missed must be seen
        names = reading.unmatched(unnamed, limit=len(unnamed))
        aside.append(SetAside("areas that users of Nomis defined (rows)", len(unnamed), names))
    coded = codes[codes != ""]
    inside, left = reading.outside_england(coded)
    aside += left
    codes.loc[coded.index[~inside]] = ""
    coded = codes[codes != ""]
    held, left = reading.of_held_kinds(coded, register)
    aside += left
    codes.loc[coded.index[~held]] = ""
    for file, part in rows[codes != ""].groupby("file", sort=True):
        reading.refuse_unknown_areas(
            codes[part.index], file=str(file), rows=part["row"], column="GEOGRAPHY_CODE", register=register
        )
    return codes, aside


def _by_name(name: str, on: date, register: Register) -> str:
    """Code of the LEP or combined authority that a user's own area is named after, empty where there is none."""
    for area_type in ("lep", "combined_authority"):
        area = register.by_name(name, area_type, on)
        if area is not None:
            return area.area_code
    return ""


def stem_of(number: str, name: str) -> str:
    """What a variable's measures are called by: its number, or words for those whose number is not documented."""
    words = name.casefold()
    if (
        "disabled" in words
        and re.search(r"\bemployment rate", words)
        and "core or work-limiting" in words
        and not re.search(r"\b(fe)?males?\b|\b(wo)?men\b", words)
    ):
        return "employment-rate-not-disabled" if re.search(r"\bnot\b", words) else "employment-rate-disabled"
    return number


def _age(number: str, name: str) -> str:
    if number in _AGES:
        return _AGES[number]
    found = _AGE.search(name)
    if not found:
        return "all"
    return f"{found[1]}-{found[2]}" if found[2] else f"{found[1]}+"


def _status(words: str) -> str | None:
    return next((status for part, status in _STATUSES if part in words.casefold()), None)


def with_values(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with ``stem``, ``age``, ``value``, ``status`` and ``note``. Raises BadFile for a cell that cannot be."""
    statuses = {words: _status(words) for words in rows["OBS_STATUS_NAME"].unique()}
    for words, status in statuses.items():
        if status is None:
            line = rows[rows["OBS_STATUS_NAME"] == words].iloc[0]
            raise BadFile(
                line["file"],
                row=int(line["row"]),
                column="OBS_STATUS_NAME",
                value=words,
                expected=f"words that say one of {[part for part, _ in _STATUSES]}",
                fix="learn what the new marker means before loading the file",
            )
    parts = []
    for file, part in rows.groupby("file", sort=False):
        values, _ = reading.numbers(
            part["OBS_VALUE"], file=str(file), rows=part["row"], column="OBS_VALUE", markers={"": "none"}
        )
        parts.append(part.assign(value=values))
    rows = pd.concat(parts).sort_index() if parts else rows.assign(value=np.nan)
    rows["status"] = rows["OBS_STATUS_NAME"].map(statuses).astype("object")
    hidden = rows["status"].isin(["suppressed", "not_available"]) & rows["value"].notna()
    bare = (rows["status"] == "ok") & rows["value"].isna()
    for wrong, expected in (
        (hidden, "no figure beside such a status"),
        (bare, "a figure beside 'Normal Value'"),
    ):
        if wrong.any():
            line = rows[wrong].iloc[0]
            raise BadFile(
                line["file"],
                row=int(line["row"]),
                column="OBS_VALUE",
                value=f"{line['OBS_VALUE']} ({line['OBS_STATUS_NAME']})",
                expected=expected,
            )
    # a doubtful figure that is not given is not there
    rows.loc[(rows["status"] == "unreliable") & rows["value"].isna(), "status"] = "not_available"
    rows["note"] = rows["OBS_STATUS_NAME"].where(rows["status"] != "ok", "")
    pairs = rows[["VARIABLE_CODE", "VARIABLE_NAME"]].apply(tuple, axis=1)
    rows["stem"] = pairs.map({pair: stem_of(*pair) for pair in pairs.unique()})
    rows["age"] = pairs.map({pair: _age(*pair) for pair in pairs.unique()})
    return rows


def with_half_widths(rows: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """The figures with ``measure`` and ``half_width_95``, and how many half-widths have no figure."""
    key = ["stem", "area_code", "period"]
    is_half = rows["MEASURES"] == CONFIDENCE
    figures, halves = rows[~is_half].copy(), rows[is_half]
    refuse_repeated(halves.assign(measure="half-width", age=halves["age"]))
    figures["measure"] = figures["stem"] + "." + figures["MEASURES"].map(SUFFIXES)
    percent = figures["MEASURES"] == "20599"
    width = figures[key].merge(
        halves[[*key, "value", "status", "note"]], on=key, how="left", validate="many_to_one"
    )
    width.index = figures.index
    given = percent & figures["value"].notna()
    figures["half_width_95"] = width["value"].where(given)
    # a sample too small for an interval makes the figure itself doubtful
    worse = given & (width["status"].map(_RANK).fillna(0) > figures["status"].map(_RANK))
    figures.loc[worse, "status"] = "unreliable"
    figures.loc[worse, "note"] = width.loc[worse, "note"]
    there = pd.MultiIndex.from_frame(figures.loc[percent, key])
    lonely = ~pd.MultiIndex.from_frame(halves[key]).isin(there)
    return figures, int(lonely.sum())


def refuse_repeated(figures: pd.DataFrame) -> None:
    """Raises BadFile where two rows, of one page or of two, give the same figure."""
    key = ["measure", "stem", "area_code", "period", "age"]
    again = figures.duplicated(key, keep="first")
    if not again.any():
        return
    line = figures[again].iloc[0]
    first = figures[(figures[key] == line[key]).all(axis=1)].iloc[0]
    raise BadFile(
        line["file"],
        row=int(line["row"]),
        value=f"{line['VARIABLE_NAME']} of {line['GEOGRAPHY_NAME']} in {line['DATE_NAME']}",
        expected=f"each figure once, and {first['file']} row {int(first['row'])} has it already",
        fix="remove the repeated row or fetch the pages again",
    )
