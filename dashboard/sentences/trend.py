"""Recent trends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.sentences.counts import lower_first
from indicators.statistics.trends import Trend, describe_trend, is_decided_by_one

NO_TREND = "Not calculated"
_TREND_WORDS = {
    ("increasing", "getting_better"): "Increasing (better)",
    ("increasing", "getting_worse"): "Increasing (worse)",
    ("decreasing", "getting_better"): "Decreasing (better)",
    ("decreasing", "getting_worse"): "Decreasing (worse)",
    ("increasing", "none"): "Increasing",
    ("decreasing", "none"): "Decreasing",
    ("no_change", "none"): "No clear change",
}


def trend_words(row: Mapping[str, Any] | None) -> str:
    """A recent trend in a few words for a table; ``Not calculated`` where there is none."""
    if row is None:
        return NO_TREND
    if row["direction"] == "no_change" and is_decided_by_one(row.get("chi_square")):
        return "Not clear: one period decides it"
    return _TREND_WORDS.get((row["direction"] or "", row["judgement"] or "none"), NO_TREND)


def has_trend(row: Mapping[str, Any] | None) -> bool:
    """Whether a recent trend could be worked out, a change or none."""
    return trend_words(row) != NO_TREND


def trend_told(row: Mapping[str, Any] | None) -> str:
    """``Recent trend: increasing …`` or ``No recent trend: …``, as a sentence without the test's numbers."""
    words = trend_sentence(row, with_test=False)
    return f"{words}." if words.startswith("No recent trend") else f"Recent trend: {lower_first(words)}."


def trend_sentence(row: Mapping[str, Any] | None, *, with_test: bool = True) -> str:
    """A recent trend with its periods and, if wanted, its test; or why it cannot be calculated."""
    if row is None:
        return "No recent trend has been calculated"
    return describe_trend(
        Trend(
            row["direction"] or "not_calculated",
            row["judgement"] or "none",
            row["chi_square"],
            row["p_value"],
            row["slope"],
            tuple(row["periods_used"]),
            row["reason"] or "",
        ),
        with_test=with_test,
    )
