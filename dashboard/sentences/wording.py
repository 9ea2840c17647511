"""The words of the interface, in plain British English: values, intervals, periods, comparisons, statuses."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from dashboard.address.keys import SERVICE as SERVICE
from indicators.catalogue import Indicator
from indicators.periods import Period

ILLUSTRATIVE = " (illustrative, not real)"
"""Stands after the name of every figure that is made up."""
STATUS_WORDS = {
    "ok": "Published",
    "suppressed": "Hidden by the publisher (small numbers)",
    "unreliable": "Too uncertain to publish",
    "not_available": "Not available",
    "not_collected": "Not collected",
    "illustrative": "Illustrative, not a real figure",
}
MADE_UP = "Illustrative figures, not real."  # before a sentence that such figures make
COMPARE_WORDS = {
    "much_better": "Much better",
    "better": "Better",
    "similar": "Similar",
    "worse": "Worse",
    "much_worse": "Much worse",
    "much_higher": "Much higher",
    "higher": "Higher",
    "lower": "Lower",
    "much_lower": "Much lower",
    "not_compared": "Not compared",
}
SEX_WORDS = {"persons": "All people", "male": "Men", "female": "Women"}
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def number(value: float, decimal_places: int = 0) -> str:
    """A number with thousands separators and a real minus sign; never ``-0.0``."""
    rounded = round(float(value), decimal_places)
    if rounded == 0:
        rounded = 0.0  # -0.0 would print its sign
    return f"{rounded:,.{decimal_places}f}".replace("-", "−")


def value_words(value: float | None, indicator: Indicator, status: str = "ok") -> str:
    """A value with its unit: ``76.0%``, ``£640.50``, ``1,456,446``; a missing one gives its status in words."""
    if value is None:
        return (
            STATUS_WORDS.get(status, "Not available")
            if status not in ("ok", "illustrative")
            else "Not available"
        )
    text = number(value, indicator.decimal_places)
    match indicator.unit:
        case "percent":
            return f"{text}%"
        case "percentage_points":
            return f"{text} percentage points"
        case "count" | "people":
            return text
        case "pounds_per_week":
            return f"−£{text[1:]}" if text.startswith("−") else f"£{text}"
        case "years":
            return f"{text} years"
        case "per_100000":
            return f"{text} per 100,000"


def unit_words(indicator: Indicator) -> str:
    """The unit as a column heading or an axis title."""
    match indicator.unit:
        case "percent":
            return "%"
        case "percentage_points":
            return "Percentage points"
        case "count":
            return "Count"
        case "people":
            return "People"
        case "pounds_per_week":
            return "£ a week"
        case "years":
            return "Years"
        case "per_100000":
            return "Per 100,000"


def short_value_words(value: float | None, indicator: Indicator) -> str:
    """A value for a narrow column: as ``value_words``, with units that the heading gives left out."""
    if value is None:
        return "–"
    text = number(value, indicator.decimal_places)
    match indicator.unit:
        case "percent":
            return f"{text}%"
        case "pounds_per_week":
            return f"−£{text[1:]}" if text.startswith("−") else f"£{text}"
        case _:
            return text


def interval_words(lower: float | None, upper: float | None, indicator: Indicator) -> str:
    """``62.0% to 70.2%``; an empty text where there is no interval."""
    if lower is None or upper is None:
        return ""
    return f"{short_value_words(lower, indicator)} to {short_value_words(upper, indicator)}"


def value_with_interval(row: dict[str, Any], indicator: Indicator) -> str:
    """``66.1% (95% confidence interval 62.0% to 70.2%)``; the bracket only where there is an interval."""
    words = value_words(row["value"], indicator, row.get("status", "ok"))
    between = interval_words(row.get("lower_ci_95"), row.get("upper_ci_95"), indicator)
    return f"{words} (95% confidence interval {between})" if row["value"] is not None and between else words


def period_words(iso: str | None) -> str:
    """The label of an ISO period: ``2023``, ``2022/23``, ``Q1 2022/23``."""
    return Period.parse(iso).label if iso else "no period"


def date_words(day: date | datetime | str | None) -> str:
    """``22 November 2026``; ``not known`` where there is none."""
    if day is None or day == "":
        return "not known"
    if isinstance(day, str):
        day = datetime.fromisoformat(day)
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def published_words(day: date | datetime | str | None) -> str:
    """``Published 12 November 2024``; ``Date of publication not known`` where there is none."""
    return f"Published {date_words(day)}" if day else "Date of publication not known"


def made_up_first(words: str, made_up: bool) -> str:
    """A sentence, told to be about illustrative figures where it is."""
    return f"{MADE_UP} {words}" if words and made_up else words


def compare_words(category: str | None) -> str:
    """``better`` → ``Better``; an unknown word or none → ``Not compared``."""
    return COMPARE_WORDS.get(category or "not_compared", COMPARE_WORDS["not_compared"])


def sex_words(sex: str) -> str:
    return SEX_WORDS.get(sex, sex)


def breakdown_words(breakdown: str) -> str:
    """``deprivation decile: 01 Least deprived`` → ``Deprivation decile 1, least deprived``; ``all`` → ``Everyone``."""
    if breakdown == "all":
        return "Everyone"
    category, _, group = breakdown.partition(": ")
    return f"{category[:1].upper()}{category[1:]}: {breakdown_group_words(breakdown)}" if group else breakdown


def breakdown_group_words(breakdown: str) -> str:
    """The group without its category: ``01 Least deprived`` → ``1 (least deprived)``."""
    group = breakdown.partition(": ")[2] or breakdown
    number_first = re.match(r"^(\d+) (.+)$", group)
    return f"{int(number_first[1])} ({lower_first(number_first[2])})" if number_first else group


def age_words(age: str) -> str:
    """``18-25`` → ``aged 18 to 25``, ``65+`` → ``aged 65 and over``, ``all`` → ``all ages``."""
    if age == "all":
        return "all ages"
    if re.fullmatch(r"\d+-\d+", age):
        return f"aged {age.replace('-', ' to ')}"
    if re.fullmatch(r"\d+\+", age):
        return f"aged {age[:-1]} and over"
    return age


def listed(items: Iterable[str], joiner: str = "and") -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    words = list(items)
    if len(words) <= 1:
        return "".join(words)
    return f"{', '.join(words[:-1])} {joiner} {words[-1]}"


def lower_first(text: str) -> str:
    """The text with a small first letter, unless it opens with an abbreviation such as NHS or IPS."""
    if len(text) > 1 and text[1].isupper():
        return text
    return text[:1].lower() + text[1:]


def area_types_words(names: Iterable[str]) -> str:
    """Kinds of area in a sentence: ``regions, NHS regions and the United Kingdom``. ``names`` as people see them."""
    words = {"England": "England", "United Kingdom": "the United Kingdom"}
    return listed(words.get(name) or lower_first(name) for name in names)


def with_article(words: str) -> str:
    """``a region``, ``an integrated care board``, ``an STP``, ``a UK figure``."""
    letters_read_out = words[:2].isupper()
    sounds_like_you = words.lower().startswith("uni")
    vowel = (
        words[:1] in "AEFHILMNORSX"
        if letters_read_out
        else words[:1].lower() in "aeiou" and not sounds_like_you
    )
    return f"{'an' if vowel else 'a'} {words}"


def counted(n: int, one: str, many: str | None = None) -> str:
    """``1 area``, ``2 areas``."""
    return f"{number(n)} {one if n == 1 else many or one + 's'}"


_INTERVAL_METHODS = {
    # as the catalogue's routes say it
    "published": "95% confidence interval as published",
    "combined": "95% interval of a difference, worked out here from the survey’s two published half-widths",
    "wilson": "95% Wilson score interval, worked out here from the counts",
    "byar": "95% Byar’s interval (exact Poisson below 10 events), worked out here from the counts",
    "survey": "approximate 95% interval, worked out here from the survey’s published half-widths",
    "newcombe": "95% interval of a difference (Newcombe), worked out here from the two intervals",
    "paired": "95% interval of a paired change, worked out here from the counts",
    "none": "the publisher gives no interval",
}
# as the store's rows say it
_STORED_METHODS = {
    "published 95%; 99.8% widened from it": "published",
    "published half-widths, combined; 99.8% widened from it": "combined",
    "Wilson score": "wilson",
    "Byar's; exact Poisson below 10": "byar",
    "approximate, from the survey's half-widths": "survey",
    "Newcombe's hybrid score": "newcombe",
    "adjusted Wald for paired proportions": "paired",
    "Wilson score of the sums": "wilson",
}


def interval_method_words(methods: Iterable[str]) -> str:
    """How the intervals shown were made, as one sentence."""
    known = dict.fromkeys(_STORED_METHODS.get(method, method) for method in methods)
    words = [_INTERVAL_METHODS.get(method, method) for method in known] or [_INTERVAL_METHODS["none"]]
    text = listed(words)
    return f"{text[:1].upper()}{text[1:]}."


def millions(people: float) -> str:
    """``3.5 million`` where that is short and exact enough; below a million the number itself."""
    return number(people) if abs(people) < 1e6 else f"{number(people / 1e6, 1)} million"


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
