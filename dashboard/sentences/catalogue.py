"""What the catalogue says of an indicator, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.answers.age import Age
from dashboard.answers.area_map import AreaMap
from dashboard.answers.catalogue import Held, MissingSource, Sought
from dashboard.answers.national import NationalFigure
from dashboard.sentences.age import aged_period
from dashboard.sentences.comparison import never_compared
from dashboard.sentences.counts import counted, listed, lower_first, number
from dashboard.sentences.figure import interval_method_words, short_value_words, unit_words, value_words
from dashboard.sentences.people import age_words, breakdown_words, sex_words
from dashboard.sentences.periods import in_period, period_words
from geodata.register import AreaType
from indicators.catalogue import Indicator, Polarity, Target

POLARITIES: dict[Polarity, str] = {
    "high_is_good": "Higher is better.",
    "low_is_good": "Lower is better.",
    "none": "Neither way is good or bad in itself: areas are shown as lower, similar or higher.",
}
METHODS = {
    "published": "The publisher’s own figure.",
    "proportion": "Calculated here from the publisher’s counts: numerator ÷ denominator.",
    "rate": "A rate by the publisher, or calculated here from its count and population.",
    "count": "A count as published.",
    "survey_proportion": "Calculated here from the survey’s estimates of both counts.",
    "difference": "Calculated here: one rate minus another, for the same area and the nearest period.",
    "paired_movement": "Calculated here from counts of people before and after: those who moved in minus those who moved out.",
    "combined": "Calculated here: one published rate minus another, of the same area and period.",
    "aggregate": "For areas that the publisher gives no figure for: summed here from the counts of the areas inside them.",
}
"""How a route makes its figure."""


def methods_of(indicator: Indicator) -> list[str]:
    """How the figures are made, each way once, in the order of the routes."""
    made = ("combined" if route.interval == "combined" else route.method for route in indicator.routes)
    return [METHODS[method] for method in dict.fromkeys(made)]


def intervals_of(indicator: Indicator) -> str:
    """How the intervals are made, as one sentence."""
    return interval_method_words(dict.fromkeys(route.interval for route in indicator.routes))


def whole_unit_words(indicator: Indicator) -> str:
    """The unit where it stands by itself: ``Percentage (%)``."""
    return "Percentage (%)" if indicator.unit == "percent" else unit_words(indicator)


def comparison_rule(indicator: Indicator) -> str:
    """Whether and how areas are compared with England."""
    if not indicator.comparable:
        return f"Not compared: {never_compared(indicator)}."
    if all(route.interval == "none" for route in indicator.routes):
        return "Not compared: no interval is known, so chance cannot be distinguished from a difference."
    return "By its interval. It is better or worse only where the whole interval lies on one side of England’s figure."


NOTHING = "–"
"""Stands in a cell without a figure."""


def national_value(figure: NationalFigure) -> str:
    """``76.0%``; with the country where it is not England, and with the sex where there is no figure for everyone."""
    told = []
    if figure.has_sexes:
        told.append(lower_first(sex_words(figure.row["sex"])))
    if figure.area_type == "uk":
        told.append("UK")
    value = short_value_words(figure.row["value"], figure.indicator)
    return f"{value} ({', '.join(told)})" if told else value


NO_INTERVAL = "No confidence interval is published"
NO_REVISIONS = (
    "No figure of this indicator has been revised, withdrawn or corrected since it was first shown here."
)
WITHOUT_FIGURES = "No figures yet"
"""Heading of the indicators without figures."""


def national_title(figure: NationalFigure) -> str:
    """Who a national figure is about: ``England, people aged 16 to 64``."""
    row = figure.row
    people = SEX_PEOPLE[row["sex"]]
    if row["breakdown"] != "all":
        people += f", {breakdown_words(row['breakdown'])}"
    if row["age"] != "all":
        people += f" {age_words(row['age'])}"
    return figure.area_name if people == SEX_PEOPLE["persons"] else f"{figure.area_name}, {people}"


SEX_PEOPLE = {"persons": "people", "male": "men", "female": "women"}


def line_label(figure: NationalFigure) -> str:
    """A small chart of a national figure in words: its first and its last value."""
    held = figure.line.held if figure.line is not None else ()
    if not held:
        return ""
    told = " and ".join(
        f"{value_words(point.value, figure.indicator)} {in_period(point.period)}"
        for point in (held[0], held[-1])
    )
    return f"{figure.indicator.short_title} in {figure.area_name}: {told}."


def map_caption(shown: AreaMap) -> str:
    """``Local authorities (lower tier) compared with England, 2023. Approximate outlines.``"""
    how = " compared with England" if shown.shading == "benchmark" else ""
    outlines = " Approximate outlines." if shown.shapes and shown.shapes.view == "approximate" else ""
    return f"{shown.area_type.plural}{how}, {aged_period(shown.age, shown.view.period or '')}.{outlines}"


def map_label(shown: AreaMap, classes: Sequence[tuple[Mapping[str, Any], Sequence[int]]]) -> str:
    """The small map in words: how many areas there are of each class."""
    told = "; ".join(f"{kind['words']}: {counted(len(places), 'area')}" for kind, places in classes)
    return f"Map of {shown.indicator.short_title}. {map_caption(shown)} {told}."


def newest_in_short(age: Age, period: str) -> str:
    """A period with its age for a narrow column: ``2020/21 (over 5 years old, ended)``."""
    told = [
        *([f"over {counted(age.years, 'year')} old"] if age.years is not None else []),
        *(["ended"] if age.ended is not None else []),
    ]
    return f"{period_words(period)} ({', '.join(told)})" if told else period_words(period)


def areas_in_short(area_types: Sequence[AreaType]) -> str:
    """``Local authorities (lower tier) + 4 more``: the first type and how many others."""
    rest = len(area_types) - 1
    return area_types[0].plural + (f" + {rest} more" if rest else "")


def shown_words(shown: int, of: int, with_figures: int, sought: Sought) -> str:
    """``90 indicators, 63 with figures.``, or how many of them a list is narrowed to."""
    if sought.is_everything:
        return f"{counted(of, 'indicator')}, {number(with_figures)} with figures."
    return f"{number(shown)} of {number(of)} shown."


NO_FIGURES_YET = "no figures yet"
"""Stands after the name of an indicator without figures, in menus and lists."""


def named_source(source: MissingSource) -> str:
    """``Fit notes issued by GP practices (NHS England)``."""
    by = f" ({source.publisher})" if source.publisher else ""
    return f"{listed(source.publications)}{by}"


def missing_source_words(source: MissingSource) -> str:
    """``Fit notes issued by GP practices (NHS England): no release of it is loaded. To load it: ``, before the command."""
    why = (
        "its releases hold no figure of this indicator" if source.is_loaded else "no release of it is loaded"
    )
    how = "To load it, with the folder of its files after --from" if source.needs_folder else "To load it"
    return f"{named_source(source)}: {why}. {how}: "


def command_of(source: MissingSource) -> str:
    """The command that loads a source."""
    return f"{source.command} --from DIR" if source.needs_folder else source.command


def held_people(held: Held) -> str:
    """``All people, aged 16 to 64``; says where the figures are illustrative."""
    words = [sex_words(held.sex)]
    if held.age != "all":
        words.append(age_words(held.age))
    if held.breakdown != "all":
        words.append(held.breakdown)
    return ", ".join(words) + (" (illustrative)" if held.is_illustrative else "")


def target_level(target: Target, indicator: Indicator) -> str:
    """``80% employment rate: 80.0%, by 2027``."""
    words = f"{target.label}: {value_words(target.value, indicator)}"
    if not target.period:
        return words
    return f"{words}, by {period_words(target.period) if '/' in target.period else target.period}"
