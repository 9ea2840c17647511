"""What the catalogue says of an indicator, in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dashboard.answers.catalogue import Held, MissingSource
from dashboard.sentences.comparison import never_compared
from dashboard.sentences.counts import listed
from dashboard.sentences.figure import interval_method_words, unit_words, value_words
from dashboard.sentences.people import age_words, sex_words
from dashboard.sentences.periods import period_words
from dashboard.sentences.places import area_types_words
from indicators.catalogue import Indicator, Polarity, Target

POLARITIES: dict[Polarity, str] = {
    "high_is_good": "Higher is better.",
    "low_is_good": "Lower is better.",
    "none": "Neither way is good or bad in itself: areas are shown as lower, similar or higher.",
}
METHODS = {
    "published": "The publisher’s own figure.",
    "proportion": "Worked out here from the publisher’s counts: numerator ÷ denominator.",
    "rate": "A rate by the publisher, or worked out here from its count and population.",
    "count": "A count as published.",
    "survey_proportion": "Worked out here from the survey’s estimates of both counts.",
    "difference": "Worked out here: one rate minus another, for the same area and the nearest period.",
    "paired_movement": "Worked out here from counts of people before and after: those who moved in minus those who moved out.",
    "combined": "Worked out here: one published rate minus another, of the same area and period.",
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
    return (
        "By its interval: better or worse only where the whole interval lies on one side of England’s figure."
    )


def entry_words(
    area_types: Iterable[str], newest: str | None, publishers: Sequence[str], indicator: Indicator
) -> str:
    """``By region and England. Latest period 2023. Source: …``: a line in the list of indicators.

    ``area_types`` are names as people see them; without a publisher the first publication is named.
    """
    latest = f"Latest period {period_words(newest)}." if newest else "No figures yet."
    source = listed(publishers) if publishers else indicator.routes[0].publication
    return f"By {area_types_words(area_types)}. {latest} Source: {source}."


NO_FIGURES_YET = "no figures yet"
"""Stands after the name of an indicator without figures, in menus and lists."""


def missing_source_words(source: MissingSource) -> str:
    """``Fit notes issued by GP practices (NHS England): nothing of it is loaded here. To load it: ``, before the command."""
    by = f" ({source.publisher})" if source.publisher else ""
    why = (
        "what is loaded of it has no figure of this indicator"
        if source.is_loaded
        else "nothing of it is loaded here"
    )
    how = "To load it, with the folder of its files after --from" if source.needs_folder else "To load it"
    return f"{listed(source.publications)}{by}: {why}. {how}: "


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
