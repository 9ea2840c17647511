"""Periods and days."""

from __future__ import annotations

from datetime import date, datetime

from indicators.periods import Period

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def period_words(iso: str | None) -> str:
    """The label of an ISO period: ``2023``, ``2022/23``, ``Q1 2022/23``; ``no period`` where there is none."""
    return Period.parse(iso).label if iso else "no period"


def in_period(iso: str | None) -> str:
    """``in 2023``, ``on 30 Apr 2025``."""
    preposition = "on" if iso and Period.parse(iso).days == 1 else "in"
    return f"{preposition} {period_words(iso)}"


def opening_words(iso: str) -> str:
    """A period as a sentence opens with it: ``In 2023``, ``From 2022 to 2024``, ``In April to June 2017``, ``On 21 March 2021``."""
    period = Period.parse(iso)
    first, last = period.start_on, period.end_on
    if period.days == 1:
        return f"On {date_words(first)}"
    if period.days:
        return f"From {date_words(first)} to {date_words(last)}"
    if first.day == 1 and first.month == 1 and period.months % 12 == 0 and period.months > 12:
        return f"From {first.year} to {last.year}"
    words = span_words(iso)
    if words != period.label or period.months <= 1:
        return f"In {words}"
    return f"In {words}" if "–" not in words else f"From {_month(first)} to {_month(last)}"


def _month(day: date) -> str:
    return f"{_MONTHS[day.month - 1]} {day.year}"


def span_words(iso: str) -> str:
    """A period in full months for running text: ``January to March 2017``; whole years by their label."""
    period = Period.parse(iso)
    if period.days or period.months >= 12 or period.start_on.day != 1:
        return period.label
    first, last = period.start_on, period.end_on
    if first.month == last.month and first.year == last.year:
        return f"{_MONTHS[first.month - 1]} {first.year}"
    if first.year == last.year:
        return f"{_MONTHS[first.month - 1]} to {_MONTHS[last.month - 1]} {last.year}"
    return f"{_MONTHS[first.month - 1]} {first.year} to {_MONTHS[last.month - 1]} {last.year}"


def date_words(day: date | datetime | str | None) -> str:
    """``22 November 2026``; ``not known`` where there is none. Text is ISO 8601."""
    if day is None or day == "":
        return "not known"
    if isinstance(day, str):
        day = datetime.fromisoformat(day)
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def published_words(day: date | datetime | str | None) -> str:
    """``Published 12 November 2024``; ``Date of publication not known`` where there is none."""
    return f"Published {date_words(day)}" if day else "Date of publication not known"
