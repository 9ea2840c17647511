"""Periods as ISO 8601 start/duration: parsing, order, overlap and the words people read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

_FORM = re.compile(r"^(\d{4})-(\d{2})-(\d{2})/P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?$")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _add_months(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, day.day)


@dataclass(frozen=True, slots=True, order=False)
class Period:
    """A span of time that a figure describes.

    ``start_on`` is the first day, ``months`` or ``days`` its length (exactly one is above zero).
    """

    start_on: date
    months: int = 0
    days: int = 0
    end_on: date = field(init=False, repr=False, compare=False)
    """The last day of the period (inclusive)."""

    def __post_init__(self) -> None:
        # periods are read once and asked for their last day hundreds of times a page
        after = (
            self.start_on + timedelta(days=self.days)
            if self.days
            else _add_months(self.start_on, self.months)
        )
        object.__setattr__(self, "end_on", after - timedelta(days=1))

    @staticmethod
    @lru_cache(maxsize=4096)
    def parse(text: str) -> Period:
        """Read ``2022-04-01/P1Y``, ``2011-01-01/P3Y``, ``2026-03-01/P1M`` or ``2021-03-21/P1D``.

        Raises ValueError naming the text and the form expected.
        """
        found = _FORM.match(text)
        if not found or not any(found.groups()[3:]):
            raise ValueError(f"period {text!r} is not ISO 8601 start/duration, such as 2022-04-01/P1Y")
        year, month, day, years, months, days = (int(part or 0) for part in found.groups())
        if days and (years or months):
            raise ValueError(f"period {text!r} mixes days with months or years; give one of them")
        try:
            start_on = date(year, month, day)
        except ValueError as error:
            raise ValueError(f"period {text!r} starts on a day that does not exist") from error
        if not days and day > 28:
            raise ValueError(f"period {text!r}: a span of months must start on day 1 to 28")
        if not (years or months or days):
            raise ValueError(f"period {text!r} has no length; expected one such as P1Y")
        try:
            return Period(start_on, years * 12 + months, days)
        except (ValueError, OverflowError) as error:
            raise ValueError(f"period {text!r} ends after the year 9999") from error

    @property
    def iso(self) -> str:
        """``start/duration``; whole years as ``P<n>Y``."""
        if self.days:
            length = f"{self.days}D"
        elif self.months % 12 == 0:
            length = f"{self.months // 12}Y"
        else:
            length = f"{self.months}M"
        return f"{self.start_on.isoformat()}/P{length}"

    @property
    def midpoint(self) -> date:
        """The middle day: what "nearest period" is measured between."""
        return self.start_on + (self.end_on - self.start_on) / 2

    @property
    def sort_key(self) -> tuple[date, date]:
        """Oldest first: by last day, then by first day."""
        return (self.end_on, self.start_on)

    def overlaps(self, other: Period) -> bool:
        """Whether the two share a day."""
        return self.start_on <= other.end_on and other.start_on <= self.end_on

    @property
    def label(self) -> str:
        """The words for people: ``2023``, ``2022/23``, ``2022 to 2024``, ``Oct 2021 – Sep 2022``, ``Q1 2022/23``, ``Mar 2026``."""
        return _label(self)


@lru_cache(maxsize=4096)
def _label(period: Period) -> str:
    first, last = period.start_on, period.end_on
    if period.days == 1:
        return f"{first.day} {_MONTHS[first.month - 1]} {first.year}"
    if period.days:
        return (
            f"{first.day} {_MONTHS[first.month - 1]} {first.year} – "
            f"{last.day} {_MONTHS[last.month - 1]} {last.year}"
        )
    if first.day == 1:
        if period.months == 12 and first.month == 1:
            return str(first.year)
        if period.months == 12 and first.month == 4:
            return f"{first.year}/{last.year % 100:02d}"
        if period.months % 12 == 0 and first.month == 1:
            return f"{first.year} to {last.year}"
        if period.months == 1:
            return f"{_MONTHS[first.month - 1]} {first.year}"
        if period.months == 3 and first.month in (1, 4, 7, 10):
            quarter = (first.month - 4) // 3 % 4 + 1
            year = first.year if first.month >= 4 else first.year - 1
            return f"Q{quarter} {year}/{(year + 1) % 100:02d}"
    return f"{_MONTHS[first.month - 1]} {first.year} – {_MONTHS[last.month - 1]} {last.year}"


def latest(periods: list[str]) -> str:
    """The newest of some ISO periods. Raises ValueError when there is none."""
    if not periods:
        raise ValueError("no period given; expected at least one")
    return max(periods, key=lambda iso: Period.parse(iso).sort_key)


def in_order(periods: list[str]) -> list[str]:
    """ISO periods, oldest first, each once."""
    return sorted(set(periods), key=lambda iso: Period.parse(iso).sort_key)


def named(text: str, among: Iterable[str]) -> str:
    """The ISO period that people mean by ``text`` (``2023``, ``2022/23``, ``Mar 2026``), of some ISO periods.

    The words of ``Period.label`` in any case, also with a hyphen or a dash; a year alone is the one period that any part
    of it lies in where none is called so. Raises ValueError that names the periods there are.
    """
    known = in_order(list(among))
    wanted = _plain(text)
    if text.strip() in known:
        return text.strip()
    found = [iso for iso in known if _plain(Period.parse(iso).label) == wanted]
    if not found and re.fullmatch(r"\d{4}", wanted):
        year = int(wanted)
        found = [
            iso for iso in known if Period.parse(iso).start_on.year <= year <= Period.parse(iso).end_on.year
        ]
    if len(found) == 1:
        return found[0]
    said = ", ".join(f"{Period.parse(iso).label} ({iso})" for iso in (found or known))
    what = "may be any of these periods" if found else "is none of the periods there are"
    raise ValueError(f"{text!r} {what}: {said}; give one of them")


def _plain(text: str) -> str:
    """A period's words in small letters, each kind of dash and stroke as one sign; the century of a second year left out."""
    plain = re.sub(r"\s*[-–—/]\s*", "/", " ".join(text.lower().split()))
    return re.sub(r"^(\d{2})(\d{2})/\1(\d{2})$", r"\1\2/\3", plain)
