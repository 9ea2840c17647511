"""Cells of the user's own tables: headings, periods and numbers in the forms that spreadsheets have them in."""

from __future__ import annotations

import re

from etl.sources import reading
from etl.sources.base import BadFile
from indicators.periods import Period

MARKERS = {
    "": "not_available",
    "*": "suppressed",
    "[c]": "suppressed",
    "c": "suppressed",
    "suppressed": "suppressed",
    "[x]": "not_available",
    "x": "not_available",
    "[z]": "not_available",
    "z": "not_available",
    "-": "not_available",
    "–": "not_available",
    "—": "not_available",
    "..": "not_available",
    ":": "not_available",
    "n/a": "not_available",
    "na": "not_available",
    "#n/a": "not_available",
}
"""What stands in the place of a number, in lower case; none of it is ever 0."""
EXPECTED = "a number, an empty cell or one of * [c] [x] [z] c x z - .. : N/A"
PERIODS = (
    "a year (2023), a financial year (2022/23 or 2022-23), a month (2024-05 or May 2024), a quarter (Q1 2022/23), "
    "months (Oct 2021 to Sep 2022) or ISO 8601 (2022-04-01/P1Y)"
)

_BELOW = re.compile(r"<\s*\d+|(fewer|less) than \d+")
_YEARS = re.compile(r"(?:FY\s*)?(\d{4})\s*([-/–])\s*(\d{2}|\d{4})", re.IGNORECASE)
_MONTH = re.compile(r"([A-Za-z]{3,9})[\s-]+(\d{4}|\d{2})")
_QUARTER = re.compile(
    r"Q([1-4])\s+(\d{4})[-/–](\d{2})|(\d{4})[-/–](\d{2})\s+Q([1-4])",
    re.IGNORECASE,
)
_MONTHS = re.compile(r"([A-Za-z]{3,9})\s+(\d{4})\s*(?:-|–|to)\s*([A-Za-z]{3,9})\s+(\d{4})", re.IGNORECASE)


class AmbiguousPeriod(ValueError):
    """A period that can be read in two ways; the text names both."""


def heading(text: str) -> str:
    """A heading as the names of columns are written: ``Area Code [note 1]`` → ``area_code``."""
    text = re.sub(r"\s*[\[(]notes? [^\])]*[\])]", "", text, flags=re.IGNORECASE)
    return re.sub(r"[\s_-]+", "_", text.replace("\ufeff", "").strip().casefold()).strip("_")


def period(text: str) -> str:
    """A period in any of the forms of ``PERIODS`` as ISO 8601. Raises ValueError, and AmbiguousPeriod for ``2009-10``."""
    text = " ".join(text.split())
    if re.fullmatch(r"\d{4}", text):
        return reading.calendar_year(text)
    if found := _YEARS.fullmatch(text):
        return _years(text, *found.groups())
    if found := _QUARTER.fullmatch(text):
        number, first, last = found.groups()[:3] if found[1] else (found[6], found[4], found[5])
        year = int(reading.financial_year(f"{first}/{last}")[:4])
        month = (int(number) * 3) % 12 + 1
        return f"{year + (number == '4'):04d}-{month:02d}-01/P3M"
    if found := _MONTHS.fullmatch(text):
        first_month, first, last_month, last = found.groups()
        return reading.span(
            (int(first), reading.month_number(first_month)), (int(last), reading.month_number(last_month))
        )
    if found := _MONTH.fullmatch(text):
        return reading.month(found[2] if len(found[2]) == 4 else f"20{found[2]}", found[1])
    return Period.parse(text).iso


def _years(text: str, first: str, mark: str, last: str) -> str:
    """Two numbers with a mark between them: a financial year, or a year and its month."""
    is_month = mark == "-" and len(last) == 2 and 1 <= int(last) <= 12
    try:
        year = reading.financial_year(f"{first}/{last}")
    except ValueError:
        if is_month:
            return reading.month(first, last)
        raise
    if is_month:
        raise AmbiguousPeriod(
            f"{first}/{last} for the financial year, or {reading.month(first, last)} for the month"
        )
    return year


def number(text: str, *, is_count: bool, is_percentage: bool, has_decimal_comma: bool) -> tuple[float, str]:
    """A cell as (value, status); nan where a marker stands for a number. Raises ValueError for anything else.

    ``<5`` is a hidden count. A percentage may have its sign. Where columns are parted by semicolons a comma may be the
    decimal mark, so that no number with a comma is read.
    """
    word = " ".join(text.split()).casefold()
    if word in MARKERS:
        return float("nan"), MARKERS[word]
    if is_count and _BELOW.fullmatch(word):
        return float("nan"), "suppressed"
    if is_percentage:
        word = word.removesuffix("%").rstrip()
    if has_decimal_comma and "," in word:
        raise ValueError("a number with a point as the decimal mark and nothing between thousands")
    try:
        return reading.number(word or text, file="", row=None, column="", markers={})
    except BadFile as error:
        raise ValueError(EXPECTED) from error
