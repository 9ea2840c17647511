"""Names of periods as publishers write them, as ISO 8601 periods."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from etl.sources.base import BadFile
from indicators.periods import Period

if TYPE_CHECKING:
    pass


_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("jan", "january"),
            ("feb", "february"),
            ("mar", "march"),
            ("apr", "april"),
            ("may",),
            ("jun", "june"),
            ("jul", "july"),
            ("aug", "august"),
            ("sep", "sept", "september"),
            ("oct", "october"),
            ("nov", "november"),
            ("dec", "december"),
        ),
        start=1,
    )
    for name in names
}


def calendar_year(year: int | str) -> str:
    """``2022`` → ``2022-01-01/P1Y``."""
    return f"{int(year):04d}-01-01/P1Y"


def financial_year(text: str) -> str:
    """``2020-21``, ``2020/21`` or ``202021`` → ``2020-04-01/P1Y``. Raises ValueError when it is not one."""
    found = re.fullmatch(r"(\d{4})\s*[-/–]?\s*(\d{2}|\d{4})", text.strip())
    if not found or int(found[2][-2:]) != (int(found[1]) + 1) % 100:
        raise ValueError(f"{text!r} is not a financial year such as 2020-21")
    return f"{int(found[1]):04d}-04-01/P1Y"


def month(year: int | str, name_or_number: int | str) -> str:
    """(2026, ``Mar``) or (2026, 3) → ``2026-03-01/P1M``. Raises ValueError when there is no such month."""
    text = str(name_or_number).strip().casefold()
    value = int(text) if text.isdigit() else _MONTHS.get(text, 0)
    if not 1 <= value <= 12:
        raise ValueError(f"{name_or_number!r} is not a month")
    return f"{int(year):04d}-{value:02d}-01/P1M"


def span(first: tuple[int, int], last: tuple[int, int]) -> str:
    """From (year, month) to (year, month), both inside: ((2021, 10), (2022, 9)) → ``2021-10-01/P1Y``."""
    months = (last[0] - first[0]) * 12 + last[1] - first[1] + 1
    if months < 1:
        raise ValueError(f"a span from {first} to {last} has no length")
    length = f"{months // 12}Y" if months % 12 == 0 else f"{months}M"
    return f"{first[0]:04d}-{first[1]:02d}-01/P{length}"


def whole_months(
    path: Path,
    rows: pd.DataFrame,
    first: str = "REPORTING_PERIOD_START",
    last: str = "REPORTING_PERIOD_END",
) -> pd.Series:
    """Periods of rows that say their first and last day (text); each different pair is read once.

    Days come as 30/09/2024, 2024-09-30, 30-09-2024, 30/09/24 or 30-Sep-2024, with or without midnight behind them.
    Raises BadFile naming the row for a day that cannot be read and for anything but whole months.
    """
    pairs = rows[first] + "|" + rows[last]
    known = {}
    for pair in pairs.unique():
        start, end = pair.split("|")
        row = int(rows.loc[pairs == pair, "row"].iloc[0])
        start_on = _day(path, row, first, start)
        end_on = _day(path, row, last, end)
        try:
            iso = span((start_on.year, start_on.month), (end_on.year, end_on.month))
            whole = Period.parse(iso)
            days = (whole.start_on, whole.end_on)
        except ValueError as error:
            # a day after the last one of the calendar cannot be written
            expected = f"a day after {start} and before 9999-12-31"
            raise BadFile(path, row=row, column=last, value=end, expected=expected) from error
        if days != (start_on, end_on):
            raise BadFile(path, row=row, column=last, value=f"{start} to {end}", expected="whole months")
        known[pair] = iso
    return pairs.map(known)


# the day comes before the month in every form but ISO's: the publishers are British
_DAY_FORMS = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d/%m/%y", "%d-%m-%y", "%d-%b-%Y", "%d-%b-%y", "%d %B %Y")
_MIDNIGHT = re.compile(r"[ T]00:00(:00(\.0+)?)?$")


def _day(path: Path, row: int, column: str, text: str) -> date:
    plain = _MIDNIGHT.sub("", text)
    for form in _DAY_FORMS:
        try:
            return datetime.strptime(plain, form).date()  # noqa: DTZ007 (a day, not an instant)
        except ValueError:
            continue
    raise BadFile(path, row=row, column=column, value=text, expected="a day such as 30/09/2024 or 2024-09-30")


def month_number(name: str) -> int:
    """``Jan`` or ``January`` → 1. Raises ValueError when it is not a month."""
    try:
        return _MONTHS[name.strip().casefold()]
    except KeyError:
        raise ValueError(f"{name!r} is not a month") from None


def year_in_name(path: Path) -> str | None:
    """``psych-ther-ann-rep-csv-2021-22-main.csv`` → ``2021-22``; None where the name has no such year."""
    return year_in_text(path.stem)


def year_in_text(text: str) -> str | None:
    """The first financial year such as ``2021-22`` in a text, None where there is none."""
    for found in re.finditer(r"(?<!\d)(20\d{2})-(\d{2})(?!\d)", text):
        if int(found[2]) == (int(found[1]) + 1) % 100:
            return f"{found[1]}-{found[2]}"
    return None
