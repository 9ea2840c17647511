"""The table of figures: every period of some indicators in the 27 columns of Fingertips' downloads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from dashboard.address.context import Context
from dashboard.answers.comparison import Word
from dashboard.answers.long_table import LongRow
from dashboard.api.fingertips import ids
from dashboard.api.fingertips.asking import Cell, cell_of
from dashboard.queries.long_table import WHOLE, long_table
from indicators.catalogue import Indicator
from indicators.periods import Period

COLUMNS = (
    "Indicator ID",
    "Indicator Name",
    "Parent Code",
    "Parent Name",
    "Area Code",
    "Area Name",
    "Area Type",
    "Sex",
    "Age",
    "Category Type",
    "Category",
    "Time period",
    "Value",
    "Lower CI 95.0 limit",
    "Upper CI 95.0 limit",
    "Lower CI 99.8 limit",
    "Upper CI 99.8 limit",
    "Count",
    "Denominator",
    "Value note",
    "Recent Trend",
    "Compared to England value or percentiles",
    "Compared to parent",
    "Time period Sortable",
    "New data",
    "Compared to goal",
    "Time period range",
)
"""In Fingertips' order; the name of the 23rd depends on the parent (``columns``)."""
_NUMBERS = (
    "value",
    "lower_ci_95",
    "upper_ci_95",
    "lower_ci_998",
    "upper_ci_998",
    "numerator",
    "denominator",
)
_WORDS: Mapping[Word, str] = {
    "better": "Better",
    "higher": "Higher",
    "similar": "Similar",
    "lower": "Lower",
    "worse": "Worse",
    "not_compared": "Not compared",
}
_NO_TREND = "Cannot be calculated"
_TRENDS = {
    ("increasing", "none"): "Increasing",
    ("increasing", "getting_better"): "Increasing and getting better",
    ("increasing", "getting_worse"): "Increasing and getting worse",
    ("decreasing", "none"): "Decreasing",
    ("decreasing", "getting_better"): "Decreasing and getting better",
    ("decreasing", "getting_worse"): "Decreasing and getting worse",
    ("no_change", "none"): "No significant change",
}
NOTES = {
    "ok": "",
    "suppressed": "Value suppressed for disclosure control due to small count",
    "unreliable": "Value too unreliable to publish",
    "not_available": "Value missing in source data",
    "not_collected": "Value not collected",
}
"""What the note of a figure says of its status."""


def columns(parent: ids.Named, is_england: bool) -> list[str]:
    """The names of the columns for a type of parent. Fingertips' clients need one comparison besides that with England."""
    words = "Compared to percentiles" if is_england else f"Compared to {parent.short} value or percentiles"
    return [words if name == "Compared to parent" else name for name in COLUMNS]


def figure_rows(
    context: Context, indicators: Iterable[Indicator], area_type: str, parent_type: str
) -> Iterator[list[Cell]]:
    """The cells of the table, one indicator after another. Raises the store's errors."""
    types = ids.area_types(context.register)
    for indicator in indicators:
        for found in long_table(context, indicator.id, area_type, parent_type):
            yield _cells(context, indicator, types, found, parent_type)


def _cells(
    context: Context, indicator: Indicator, types: Mapping[str, ids.Named], found: LongRow, parent_type: str
) -> list[Cell]:
    row = found.row
    # areas of the type of parent are themselves listed under England
    named_as = WHOLE if row["area_type"] == parent_type else parent_type
    period, order, length = _period_cells(row["period"])
    return [
        indicator.number,
        cell_of(indicator.title),
        found.parent,
        context.register.area(found.parent, named_as).name if found.parent else "",
        row["area_code"],
        row["area_name"],
        types[row["area_type"]].short,
        *_people_cells(row["sex"], row["age"], row["breakdown"]),
        period,
        *(cell_of(row[name]) for name in _NUMBERS),
        cell_of(note_words(row["status"], row["note"])),
        trend_words(found.trend),
        _WORDS[found.to_england],
        _WORDS[found.to_parent],
        order,
        None,
        None,
        length,
    ]


@lru_cache(maxsize=512)
def _people_cells(sex: str, band: str, breakdown: str) -> tuple[Cell, ...]:
    group = ids.category(breakdown)
    names = ("", "") if group is None else (group[0].name, group[1].name)
    return tuple(cell_of(words) for words in (ids.sex(sex).name, ids.age_words(band), *names))


@lru_cache(maxsize=512)
def _period_cells(iso: str) -> tuple[str, int, str]:
    period = Period.parse(iso)
    return period_words(period), sortable(period), period_range(period)


def note_words(status: str, note: str) -> str:
    """The note of a figure: why there is no value, in Fingertips' words, then what the store notes of it."""
    return ". ".join(words for words in (NOTES[status], note) if words)


def trend_words(trend: tuple[str, str] | None) -> str:
    """The direction and judgement of a trend in Fingertips' words; empty beside a figure that is not the newest."""
    return "" if trend is None else _TRENDS.get(trend, _NO_TREND)


def period_words(period: Period) -> str:
    """A period as Fingertips writes it.

    ``2023``, ``2022/23``, ``2014 - 16``, ``2018/19 - 20/21``, ``2019/20 Q1``, ``Mar 2020``, ``Nov 2019 - Oct 2020``.
    """
    first, last = period.start_on, period.end_on
    years = period.months // 12 if period.months % 12 == 0 else 0
    if years > 1 and first.month == 1:
        return f"{first.year} - {last.year % 100:02d}"
    if years > 1 and first.month == 4:
        end = f"{last.year % 100:02d}"
        return f"{_financial(first.year)} - {(last.year - 1) % 100:02d}/{end}"
    if period.months == 3 and first.month in (1, 4, 7, 10):
        year = first.year if first.month >= 4 else first.year - 1
        return f"{_financial(year)} Q{(first.month - 4) // 3 % 4 + 1}"
    return period.label.replace(" – ", " - ")


def _financial(year: int) -> str:
    return f"{year}/{(year + 1) % 100:02d}"


def sortable(period: Period) -> int:
    """A number that sorts periods by their first day: 20220000 for years from January or April, else 20221000."""
    first = period.start_on
    is_year = period.months >= 12 and first.month in (1, 4)
    return first.year * 10_000 + (0 if is_year else first.month * 100)


def period_range(period: Period) -> str:
    """The length of a period: ``1y``, ``3m``, ``1d``."""
    if period.days:
        return f"{period.days}d"
    return f"{period.months // 12}y" if period.months % 12 == 0 else f"{period.months}m"
