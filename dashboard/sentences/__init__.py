"""How figures are said, in plain British English: answers in, text out."""

from dashboard.address.keys import SERVICE
from dashboard.sentences.comparison import COMPARE_WORDS, COMPARED_WITH, LEGEND_WORDS, compare_words
from dashboard.sentences.counts import counted, listed, lower_first, millions, number, with_article
from dashboard.sentences.figure import (
    UNITS,
    UnitWords,
    interval_method_words,
    interval_words,
    short_value_words,
    unit_words,
    value_with_interval,
    value_words,
)
from dashboard.sentences.people import SEX_WORDS, age_words, breakdown_group_words, breakdown_words, sex_words
from dashboard.sentences.periods import date_words, in_period, period_words, published_words, span_words
from dashboard.sentences.places import area_types_words, in_words, short_name
from dashboard.sentences.sources import publishers_words, release_words, source_line, sources_words
from dashboard.sentences.status import (
    ILLUSTRATIVE,
    MADE_UP,
    NO_ROW,
    STATUS_WORDS,
    made_up_first,
    missing_words,
)
from dashboard.sentences.titles import figure_title, group_words
from dashboard.sentences.trend import trend_sentence, trend_words

__all__ = [
    "COMPARED_WITH",
    "COMPARE_WORDS",
    "ILLUSTRATIVE",
    "LEGEND_WORDS",
    "MADE_UP",
    "NO_ROW",
    "SERVICE",
    "SEX_WORDS",
    "STATUS_WORDS",
    "UNITS",
    "UnitWords",
    "age_words",
    "area_types_words",
    "breakdown_group_words",
    "breakdown_words",
    "compare_words",
    "counted",
    "date_words",
    "figure_title",
    "group_words",
    "in_period",
    "in_words",
    "interval_method_words",
    "interval_words",
    "listed",
    "lower_first",
    "made_up_first",
    "millions",
    "missing_words",
    "number",
    "period_words",
    "published_words",
    "publishers_words",
    "release_words",
    "sex_words",
    "short_name",
    "short_value_words",
    "source_line",
    "sources_words",
    "span_words",
    "trend_sentence",
    "trend_words",
    "unit_words",
    "value_with_interval",
    "value_words",
    "with_article",
]
