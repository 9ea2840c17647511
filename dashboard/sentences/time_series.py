"""Areas over time in words: the newest figure, what the chart shows, where series begin and end."""

from __future__ import annotations

from dashboard.answers.time_series import AreaHistory, AreaSeries, TimeSeries
from dashboard.sentences import (
    ILLUSTRATIVE_LEAD,
    age_note,
    date_words,
    figure_title,
    group_words,
    in_period,
    interval_words,
    listed,
    lower_first,
    period_words,
    short_name,
    titled,
    trend_sentence,
    value_words,
)
from indicators.catalogue import Indicator

TREND_METHOD = (
    "We test whether the last five periods that do not overlap rise or fall by more than chance: a chi-square (χ²) test "
    "for trend on the counts, or, for survey figures, a line through the five figures weighted by their intervals. A "
    "trend is named only where χ² is above 9.55 (p below 0.002) and leaving out any one period would not turn it round. "
    "“Better” and “worse” follow from which way is good for this indicator; where neither is, only the direction is "
    "named."
)


def heading_words(series: TimeSeries) -> str:
    """``Employment rate over time``, with the people where the indicator has several groups."""
    title = ", ".join(
        [f"{series.indicator.short_title} over time", *group_words(series.available, series.view)]
    )
    return titled(title, series.is_illustrative)


def series_title(series: TimeSeries) -> str:
    """Indicator, people and unit: the title of chart and table without the periods."""
    title = figure_title(series.indicator, series.available, series.view)
    return titled(title, series.is_illustrative)


def chart_title(series: TimeSeries) -> str:
    """``Employment rate, 2004 to 2023``. There must be at least one period."""
    first, last = period_words(series.periods[0]), period_words(series.periods[-1])
    return f"{series_title(series)}, {first if len(series.periods) == 1 else f'{first} to {last}'}"


def chart_label(series: TimeSeries) -> str:
    """The chart's text alternative."""
    names = listed(short_name(area.name) for area in series.series)
    intervals = "With 95% intervals. " if _has_intervals(series) else ""
    return f"Line chart. {chart_title(series)}: {names}. {intervals}Every figure is in the table below."


def newest_words(area: AreaSeries, indicator: Indicator) -> str:
    """``66.1% (95% CI 62.0% to 70.2%) in 2023``, or that there is no figure. The age of an old one stands behind it."""
    if not area.real:
        return "no figure"
    row = area.real[-1]
    between = interval_words(row["lower_ci_95"], row["upper_ci_95"], indicator)
    interval = f" (95% CI {between})" if between else ""
    note = age_note(area.age, row["period"])
    old = f" ({note})" if note else ""
    return f"{value_words(row['value'], indicator)}{interval} {in_period(row['period'])}{old}"


def summary(series: TimeSeries) -> str:
    """The first area's newest figure beside its oldest, and the benchmark's, in one sentence; empty without figures.

    Illustrative figures are passed over.
    """
    if series.is_all_illustrative:
        return ILLUSTRATIVE_LEAD
    first = next((area for area in series.series if area.real), None)
    if first is None:
        return ""
    indicator = series.indicator
    words = f"{first.name}: {newest_words(first, indicator)}"
    oldest, newest = first.real[0], first.real[-1]
    if len(first.real) > 1:
        began = f"{value_words(oldest['value'], indicator)} {in_period(oldest['period'])}"
        words += f", and {began} when the series begins"
    benchmark = next((area for area in series.series if area.area_code == series.benchmark_code), None)
    if benchmark is not None and benchmark is not first:
        same = next((row for row in benchmark.real if row["period"] == newest["period"]), None)
        if same is not None:
            words += f". {benchmark.name}: {value_words(same['value'], indicator)} in the same period"
    return f"{words}."


def too_many_areas(asked: int, shown: int) -> str:
    """That the address names more areas than a chart of lines can hold."""
    return (
        f"The address names {asked} areas. A chart of more than {shown} lines cannot be read, so the first {shown} are "
        f"shown and {asked - shown} left out. Remove some to see others."
    )


def recent_trend(area: AreaSeries) -> str:
    """``increasing and getting better: …``, or why there is no trend: what stands after the area's name."""
    if not area.held:
        return "no figure for this indicator"
    return (
        lower_first(trend_sentence(area.trend))
        if area.real
        else "none: the figures are illustrative, not real"
    )


def reading_words(series: TimeSeries, *, starts_above_zero: bool) -> str:
    """How to read the chart: its intervals, its axis, its targets."""
    if series.is_all_illustrative:
        return "Hatched marks are illustrative: they are not joined to lines."
    parts = [
        "Shaded bands are 95% intervals."
        if _has_intervals(series)
        else "The publisher gives no intervals, so none are drawn.",
        "Each figure stands at the middle of its period.",
    ]
    if starts_above_zero:
        parts.append("The axis of values does not start at zero.")
    if series.targets:
        parts.append("A dotted line across is a target that a programme set itself.")
    parts += [
        f"The dashed line is the straight way to it from the figure for {period_words(target.since)}; it is drawn "
        "to read the chart by, no programme planned it so."
        for target in series.targets
        if target.since in series.periods
    ]
    return " ".join(parts)


def target_words(series: TimeSeries) -> list[str]:
    """Each target of the indicator with where it is written."""
    return [f"Target: {target.label}. Source: {target.source}." for target in series.indicator.targets]


def formed_words(history: AreaHistory) -> str:
    """Since when an area has stood in its present form, and what that means for its figures; empty where nothing."""
    if history.formed_on is None:
        return ""
    if history.divided:
        names = listed([name for _, name in history.divided], "and")
        were = "was" if len(history.divided) == 1 else "were"
        return (
            f"{names} {were} divided on {date_words(history.formed_on)}. Earlier figures cannot be split, so they are not "
            f"joined to those of {history.name}."
        )
    since = f"{history.name} has stood in its present form since {date_words(history.formed_on)}"
    names = "; ".join(history.made_of)
    if history.is_joined:
        return f"{since}, when it took the place of: {names}. Earlier figures are the sum of theirs."
    if history.is_restated:
        return f"{since} (before: {names}); the publisher shows earlier years on today’s boundaries."
    return f"{since}, when it took the place of: {names}. Earlier figures, of those areas, are not joined to its own."


def ended_words(history: AreaHistory) -> str:
    """That an area ended: what stands before the names of the areas in its place. There must be a last day."""
    return (
        f"{history.name} ended on {date_words(history.ended_on)}. Its figures are not joined to those of what took its "
        "place"
    )


def _has_intervals(series: TimeSeries) -> bool:
    return any(row["lower_ci_95"] is not None for area in series.series for row in area.real)
