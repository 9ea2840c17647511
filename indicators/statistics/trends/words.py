"""A recent trend in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from indicators.periods import Period
from indicators.statistics.trends.answers import NUMBERS_IN_WORDS, Trend
from indicators.statistics.trends.kernel import THRESHOLD


def describe_trend(trend: Trend, *, with_test: bool = True) -> str:
    """The trend in plain words, with the periods and, if wanted, χ² and p; or why there is none.

    ``Increasing and getting better: five years 2019–2023, χ² = 14.2, p < 0.001``. Where the rule fails the words say
    which part of it: the test, or a slope that rests on one period.
    """
    if trend.direction == "not_calculated" or trend.chi_square is None or trend.p_value is None:
        return f"No recent trend: {trend.reason}"
    match trend.direction:
        case "increasing":
            words = "Increasing"
        case "decreasing":
            words = "Decreasing"
        case "no_change" if is_decided_by_one(trend.chi_square):
            side = "Up" if trend.slope and trend.slope > 0 else "Down" if trend.slope else "Level"
            words = f"{side} overall, but one period decides it, so it is not counted as a trend"
        case "no_change":
            words = "No significant change"
    match trend.judgement:
        case "getting_better":
            words += " and getting better"
        case "getting_worse":
            words += " and getting worse"
        case "none":
            pass
    told = f"{words}: {describe_periods(trend.periods_used)}"
    if not with_test:
        return told
    needed = (
        " (a trend needs p below 0.002)" if words == "No significant change" and trend.p_value < 0.05 else ""
    )
    return f"{told}, χ² = {trend.chi_square:.1f}, {_p_words(trend.p_value)}{needed}"


def is_decided_by_one(chi_square: float | None) -> bool:
    """Whether a series without a trend passes the test: leaving out one of its periods turns or levels its slope."""
    return chi_square is not None and chi_square > THRESHOLD


def describe_periods(periods_used: Sequence[str]) -> str:
    """``five years 2019–2023``, ``five quarters Q1 2022/23 – Q1 2023/24``; the first and the last period's labels."""
    used = [Period.parse(text) for text in periods_used]
    first, last = used[0].label, used[-1].label
    joined = all(
        earlier.end_on.toordinal() + 1 == later.start_on.toordinal() for earlier, later in pairwise(used)
    )
    names = {12: "years", 3: "quarters", 1: "months"}
    unit = names.get(used[0].months, "periods") if joined else "periods"
    count = NUMBERS_IN_WORDS[len(used)] if len(used) < len(NUMBERS_IN_WORDS) else str(len(used))
    dash = "–" if " " not in first + last else (" to " if "–" in first + last else " – ")
    return f"{count} {unit} {first}{dash}{last}"


def _p_words(p_value: float) -> str:
    return (
        "p < 0.001" if p_value < 0.001 else f"p = {p_value:.2g}" if p_value < 0.01 else f"p = {p_value:.2f}"
    )
