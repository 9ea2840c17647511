"""Answers of Nomis page by page: what each file answers, whether all pages are there, and the twelve months of a row."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import numpy as np
import pandas as pd

from etl.sources import reading
from etl.sources.base import (
    BadFile,
)
from indicators.periods import Period

COLUMNS = (
    "DATE_NAME",
    "GEOGRAPHY_NAME",
    "GEOGRAPHY_CODE",
    "VARIABLE_NAME",
    "VARIABLE_CODE",
    "MEASURES",
    "MEASURES_NAME",
    "OBS_VALUE",
    "OBS_STATUS_NAME",
    "RECORD_OFFSET",
    "RECORD_COUNT",
)
SPAN = re.compile(r"^(\w+) (\d{4})\s*-\s*(\w+) (\d{4})$")
_PAGE_NAME = re.compile(r"^(?P<query>(?:illustrative-)?nomis-aps-.+?)(?:-p\d+)?$", re.IGNORECASE)


def query_of(path: Path) -> str:
    """The question that a file answers a page of: its name without the number of the page."""
    found = _PAGE_NAME.match(path.stem)
    return found["query"].casefold() if found else path.stem.casefold()


def newest_month(path: Path) -> str:
    """``2019-12`` of a file whose newest twelve months end in December 2019, empty where it is not known."""
    try:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as opened:
            names = {line.get("DATE_NAME") or "" for line in csv.DictReader(opened)}
        ends = [Period.parse(period_of(name)).end_on for name in names if SPAN.match(name.strip())]
    except (OSError, csv.Error, ValueError):
        return ""
    return f"{max(ends):%Y-%m}" if ends else ""


def whole_numbers(file: str, rows: pd.DataFrame, column: str) -> np.ndarray:
    found, _ = reading.numbers(rows[column], file=file, rows=rows["row"], column=column, markers={})
    broken = found != np.floor(found)
    if broken.any():
        first = rows[broken].iloc[0]
        raise BadFile(
            file, row=int(first["row"]), column=column, value=first[column], expected="a whole number"
        )
    return found.astype(int)


def check_pages(answer: pd.DataFrame) -> None:
    """Every record of an answer, from the first to the last, once. Raises BadFile naming those missing or there twice."""
    offsets, counts = [], []
    for file, page in answer.groupby("file", sort=True):
        offsets.append(pd.Series(whole_numbers(str(file), page, "RECORD_OFFSET"), index=page.index))
        counts.append(pd.Series(whole_numbers(str(file), page, "RECORD_COUNT"), index=page.index))
    offset, count = pd.concat(offsets), pd.concat(counts)
    first = count.iloc[0]
    other = count[count != first]
    if len(other):
        line = answer.loc[other.index[0]]
        raise BadFile(
            line["file"],
            row=int(line["row"]),
            column="RECORD_COUNT",
            value=int(other.iloc[0]),
            expected=f"{first} as in the first page: all pages must answer one question",
            fix="fetch all pages of this variable again",
        )
    again = offset[offset.duplicated()]
    if len(again):
        line = answer.loc[again.index[0]]
        raise BadFile(
            line["file"],
            row=int(line["row"]),
            column="RECORD_OFFSET",
            value=int(again.iloc[0]),
            expected="each record once",
            fix="a page is there twice: remove one",
        )
    there = set(offset)
    missing = next((place for place in range(first) if place not in there), None)
    if missing is not None or len(there) != first:
        raise BadFile(
            str(answer["file"].iloc[-1]),
            column="RECORD_OFFSET",
            value=f"{len(there):,} records",
            expected=f"all {first:,} of the answer",
            fix="fetch all pages again" if missing is None else f"fetch the page with recordoffset={missing}",
        )


def period_of(text: str) -> str:
    found = SPAN.match(text.strip())
    if not found:
        raise ValueError(f"{text!r} is not a span of months")
    first, last = reading.month_number(found[1]), reading.month_number(found[3])
    return Period.parse(reading.span((int(found[2]), first), (int(found[4]), last))).iso


def periods_of(rows: pd.DataFrame) -> pd.Series:
    periods = {}
    for text in rows["DATE_NAME"].unique():
        try:
            periods[text] = period_of(text)
        except ValueError as error:
            line = rows[rows["DATE_NAME"] == text].iloc[0]
            raise BadFile(
                line["file"],
                row=int(line["row"]),
                column="DATE_NAME",
                value=text,
                expected="twelve months such as Jan 2022-Dec 2022",
            ) from error
    return rows["DATE_NAME"].map(periods)
