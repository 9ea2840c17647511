"""Areas over time in words: the newest figure, what the chart shows, where series begin and end."""

from __future__ import annotations

from dashboard.answers.time_series import AreaHistory, AreaSeries, Row, TimeSeries
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
    share_after,
    short_name,
    short_value_words,
    titled,
    trend_sentence,
    value_words,
)
from dashboard.sentences.sources import picture_source
from indicators.catalogue import Indicator
from indicators.merged_areas import is_estimated
from indicators.periods import in_order
from indicators.statistics.trends import describe_periods, is_decided_by_one

TREND_METHOD = (
    "We test the last five periods that do not overlap. For counts this is a chi-square (χ²) test for trend. For survey figures "
    "it is a line through the five figures, weighted by their intervals. A trend is named only where χ² is above 9.55 (p below "
    "0.002) and leaving out any one period would not reverse it. “Better” and “worse” follow from which way is good for this "
    "indicator. Where neither is, only the direction is named."
)


def heading_words(series: TimeSeries) -> str:
    """``Employment rate since 2004``, with the people where the indicator has several groups."""
    held = [row["period"] for row in series.present]
    first = period_words(in_order(held)[0]) if held else ""
    since = f"since {first}" if len(set(held)) > 1 else "over time"
    name = ", ".join([series.indicator.short_title, *group_words(series.available, series.view)])
    return titled(f"{name} {since}", series.is_illustrative)


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
    said = ", ".join(part for part in (note, "estimated" if is_estimated(row["note"]) else "") if part)
    old = f" ({said})" if said else ""
    return f"{value_words(row['value'], indicator)}{interval} {in_period(row['period'])}{old}"


def summary(series: TimeSeries) -> str:
    """The first area's newest figure beside its oldest, and its recent trend; empty without figures.

    Illustrative figures are passed over.
    """
    if series.is_all_illustrative:
        return ILLUSTRATIVE_LEAD
    first = next((area for area in series.series if area.real), None)
    if first is None:
        return ""
    indicator = series.indicator
    words = f"{first.name}: {newest_words(first, indicator)}"
    # an estimate is compared with nothing
    own = [row for row in first.real if not is_estimated(row["note"])]
    if len(own) > 1 and own[-1] is first.real[-1]:
        oldest = own[0]
        words += f", compared with {value_words(oldest['value'], indicator)} {in_period(oldest['period'])}"
    return f"{words}. {trend_lead(first.trend)}".rstrip()


def trend_lead(trend: Row | None) -> str:
    """The recent trend as a sentence without the numbers of its test; empty where none could be worked out.

    ``Over the five years 2019–2023 there is no clear change.``
    """
    if trend is None or trend["direction"] in (None, "not_calculated") or not trend["periods_used"]:
        return ""
    periods = describe_periods(trend["periods_used"])
    if trend["direction"] == "no_change":
        if not is_decided_by_one(trend["chi_square"]):
            return f"Over the {periods} there is no clear change."
        slope = trend["slope"] or 0.0
        side = "Up" if slope > 0 else "Down" if slope < 0 else "Level"
        unit = periods.split(" ")[1]
        return f"{side} in most {unit}, but one {unit.removesuffix('s')} decides it, so it is not counted as a trend."
    judged = {"getting_better": ", which is better", "getting_worse": ", which is worse"}
    moved = "increased" if trend["direction"] == "increasing" else "decreased"
    return f"Over the {periods} it {moved}{judged.get(trend['judgement'] or '', '')}."


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
        lower_first(trend_sentence(area.trend, with_test=False))
        if area.real
        else "none: the figures are illustrative, not real"
    )


def trend_test(area: AreaSeries) -> str:
    """The recent trend with χ² and p; empty where there is no test."""
    if not area.real or area.trend is None or area.trend["chi_square"] is None:
        return ""
    return lower_first(trend_sentence(area.trend))


def reading_words(series: TimeSeries, *, starts_above_zero: bool) -> str:
    """How to read the chart: its intervals, its axis, its targets."""
    if series.is_all_illustrative:
        return "Hatched marks are illustrative: they are not joined to lines."
    parts = [
        "The shaded band is the 95% confidence interval of the thick line."
        if _has_intervals(series)
        else "The publisher gives no intervals, so none are drawn.",
    ]
    if starts_above_zero:
        parts.append("The scale does not start at zero.")
    if series.targets:
        parts.append("Dotted line: target.")
    if any(point.is_estimated for line in series.lines for point in line.held):
        parts.append("Open circles: estimated, because the boundary changed later.")
    parts += [
        f"Dashed line to it: a steady change from the figure for {period_words(target.since)}. The target had no yearly "
        "milestones."
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
    if history.is_estimated:
        names = "; ".join(
            f"{name}{share_after(share)}" for name, share in zip(history.made_of, history.shares, strict=True)
        )
        return (
            f"The boundary of {history.name} changed on {date_words(history.formed_on)}. Earlier figures are estimated from "
            f"the areas that it was made of: {names}. They are not compared, and no trend is judged from them."
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


def source_words(series: TimeSeries) -> str:
    """Source, date and licence of the figures."""
    return picture_source(series.releases)


def key_words(series: TimeSeries) -> list[tuple[str, str]]:
    """What the lines are: (kind of line, words), the one brought forward first."""
    drawn = [line for line in series.lines if line.held]
    if not drawn:
        return []
    front = next((line for line in drawn if line.area_code in series.area_codes[:1]), drawn[0])
    rest = [line for line in drawn if line is not front and not line.is_benchmark]
    interval = " with 95% CI" if any(point.lower is not None for point in front.points) else ""
    kind = "own" if series.view.area_codes and front.area_code == series.area_codes[0] else "front"
    entries = [(kind, f"{short_name(front.name)}{interval}")]
    entries += [
        ("benchmark", short_name(line.name)) for line in drawn if line.is_benchmark and line is not front
    ]
    if len(rest) == 1:
        entries.append(("rest", short_name(rest[0].name)))
    elif rest:
        entries.append(("rest", f"{len(rest)} other areas"))
    return entries


def panel_label(series: TimeSeries, name: str) -> str:
    """The text alternative of the panel of one area."""
    return f"Line chart. {chart_title(series)}: {name} beside the others. Every figure is in the table below."


def panel_name(area: AreaSeries, indicator: Indicator) -> str:
    """``Nottingham: 66.1%``, the area and its newest figure; the area alone where all of its figures are illustrative."""
    return f"{area.name}: {short_value_words(area.real[-1]['value'], indicator)}" if area.real else area.name


def panels_note(series: TimeSeries, *, starts_above_zero: bool) -> str:
    """How to read the panels and what their names do."""
    return f"{panels_key(series, starts_above_zero=starts_above_zero)} Choose a name to bring it forward."


def panels_key(series: TimeSeries, *, starts_above_zero: bool) -> str:
    """How to read the panels."""
    scale = " The scale does not start at zero." if starts_above_zero else ""
    return f"Thick line: the area. {_dashed(series)}Thin: the others.{scale}"


def panels_title(series: TimeSeries) -> str:
    """The title of the panels where they stand alone: ``Employment rate, 2004 to 2023: each area on the same scale``."""
    return f"{chart_title(series)}: each area on the same scale"


def _dashed(series: TimeSeries) -> str:
    name = next((short_name(line.name) for line in series.lines if line.is_benchmark), "")
    return f"Dashed: {name}. " if name else ""
