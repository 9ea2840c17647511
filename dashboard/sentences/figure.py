"""One figure: its value with the unit, its interval, and how the interval was made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from dashboard.sentences.counts import listed, number
from dashboard.sentences.status import missing_words
from indicators.catalogue import Indicator
from indicators.catalogue.units import UnitFormat, known_units


@dataclass(frozen=True, slots=True)
class UnitWords:
    """What stands before and after a number, and over a column of numbers.

    heading      of a column or an axis, which may stand alone
    short        whether the unit stays beside the number in a narrow column, where the heading gives it too
    """

    prefix: str
    suffix: str
    heading: str
    short: bool = False


def unit_of(form: UnitFormat) -> UnitWords:
    """The words of a unit out of its format in the catalogue."""
    return UnitWords(form.before, form.after, form.heading, form.short)


UNITS = {name: unit_of(form) for name, form in known_units().items()}
"""The words of every unit that the project knows; the browser is served the same."""


def _unit(indicator: Indicator) -> UnitWords:
    known = UNITS.get(indicator.unit) if indicator.format is None else None
    return known or unit_of(indicator.unit_format)


def value_words(value: float | None, indicator: Indicator, status: str = "ok") -> str:
    """A value with its unit: ``76.0%``, ``£640.50``, ``1,456,446``; a missing one gives its status in words."""
    if value is None:
        return missing_words(status)
    return _with_unit(number(value, indicator.decimal_places), _unit(indicator))


def short_value_words(value: float | None, indicator: Indicator) -> str:
    """A value for a narrow column: as ``value_words``, with units that the heading gives left out."""
    if value is None:
        return "–"
    unit = _unit(indicator)
    text = number(value, indicator.decimal_places)
    return _with_unit(text, unit) if unit.short else text


def _with_unit(text: str, unit: UnitWords) -> str:
    """The minus stands before the sign of a currency."""
    minus, digits = ("−", text[1:]) if text.startswith("−") else ("", text)
    return f"{minus}{unit.prefix}{digits}{unit.suffix}"


def unit_words(indicator: Indicator) -> str:
    """The unit as a column heading or an axis title."""
    return _unit(indicator).heading


def unit_beside(indicator: Indicator) -> str:
    """The unit where the figures of a narrow column do not show it: ``Years``; an empty text for others."""
    unit = _unit(indicator)
    return unit.heading if unit.suffix and not unit.short else ""


def range_words(low: float, high: float, indicator: Indicator) -> str:
    """Two values with their unit once: ``62.0 to 70.2%``, ``£640 to 655``; one where both read the same."""
    ends = dict.fromkeys(number(end, indicator.decimal_places) for end in (low, high))
    return _with_unit(" to ".join(ends), _unit(indicator))


def interval_words(lower: float | None, upper: float | None, indicator: Indicator) -> str:
    """``62.0% to 70.2%``; an empty text where there is no interval."""
    if lower is None or upper is None:
        return ""
    return f"{short_value_words(lower, indicator)} to {short_value_words(upper, indicator)}"


def value_with_interval(row: Mapping[str, Any], indicator: Indicator) -> str:
    """``66.1% (95% confidence interval 62.0% to 70.2%)``; the bracket only where there is an interval."""
    words = value_words(row["value"], indicator, row.get("status", "ok"))
    between = interval_words(row.get("lower_ci_95"), row.get("upper_ci_95"), indicator)
    return f"{words} (95% confidence interval {between})" if row["value"] is not None and between else words


_INTERVAL_METHODS = {
    # as the catalogue's routes say it
    "published": "95% confidence interval as published",
    "combined": "95% interval of a difference, calculated here from the survey’s two published half-widths",
    "wilson": "95% Wilson score interval, calculated here from the counts",
    "byar": "95% Byar’s interval (exact Poisson below 10 events), calculated here from the counts",
    "survey": "approximate 95% interval, calculated here from the survey’s published half-widths",
    "newcombe": "95% interval of a difference (Newcombe), calculated here from the two intervals",
    "paired": "95% interval of a paired change, calculated here from the counts",
    "estimated": "95% interval wider where estimated",
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
    "estimated by share": "estimated",
}
_WIDENED = ", widened for rounded counts"
_AND_WIDENED = ", widened because the counts are rounded"


def interval_method_words(methods: Iterable[str]) -> str:
    """How the intervals shown were made, as one sentence."""
    words = list(dict.fromkeys(map(_method_words, methods))) or [_INTERVAL_METHODS["none"]]
    text = listed(words)
    return f"{text[:1].upper()}{text[1:]}."


def _method_words(method: str) -> str:
    plain = method.removesuffix(_WIDENED)
    known = _STORED_METHODS.get(plain, plain)
    return _INTERVAL_METHODS.get(known, known) + (_AND_WIDENED if plain != method else "")
