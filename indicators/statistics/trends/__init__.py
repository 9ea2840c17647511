"""The recent trend: whether the last five unbroken, non-overlapping periods rise or fall beyond chance.

``recent_trend`` takes one series, ``recent_trends`` many on one axis of periods, ``trends_by_series`` many given row
by row; all three do the same arithmetic. Needs numpy alone. Source: OHID, Fingertips technical guidance, recent
trends; Armitage (1955). See ``docs/methods.md``.
"""

from indicators.statistics.trends.answers import DIRECTIONS, JUDGEMENTS, Direction, Judgement, Trend, Trends
from indicators.statistics.trends.axis import POINTS
from indicators.statistics.trends.kernel import THRESHOLD
from indicators.statistics.trends.series import recent_trend, recent_trends, trends_by_series
from indicators.statistics.trends.words import describe_periods, describe_trend, is_decided_by_one

__all__ = [
    "DIRECTIONS",
    "JUDGEMENTS",
    "POINTS",
    "THRESHOLD",
    "Direction",
    "Judgement",
    "Trend",
    "Trends",
    "describe_periods",
    "describe_trend",
    "is_decided_by_one",
    "recent_trend",
    "recent_trends",
    "trends_by_series",
]
