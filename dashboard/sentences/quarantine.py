"""What a release in quarantine would change, and what to do about it, in words."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.answers.freshness import SourceState
from dashboard.answers.quarantine import GONE, NEW, Held, HeldFigure, HeldLine, Value
from dashboard.sentences.counts import counted, listed
from dashboard.sentences.figure import range_words, short_value_words, value_words
from dashboard.sentences.freshness import instant_words, source_name
from dashboard.sentences.people import age_words, breakdown_words, sex_words
from dashboard.sentences.periods import period_words
from dashboard.sentences.places import area_types_words
from dashboard.sentences.status import missing_words
from indicators.catalogue import Indicator

NOTHING_WAITS = "No release is held back."
NOT_SHOWN = "Figures of a release that is held back are shown on this page and nowhere else."


def waiting_lead(states: Sequence[SourceState]) -> str:
    """How many sources have a release that waits."""
    if not states:
        return NOTHING_WAITS
    return (
        f"{counted(len(states), 'source has', 'sources have')} a release that someone has to look at. Readers still see "
        "the figures from before."
    )


def held_lead(held: Held) -> str:
    """``New figures from … were held back on 20 November 2026 at 10:05 (UTC). Readers still see …``"""
    what = "boundaries" if held.is_boundaries else "figures"
    return (
        f"New {what} from {source_name(held.state)} were held back on {instant_words(held.finished_at)}. Readers still "
        f"see the {what} from before."
    )


def accept_command(held: Held) -> str:
    """What publishes the waiting release all the same."""
    folder = " --from FOLDER" if held.is_boundaries else ""
    return f'python -m etl refresh {held.state.source_id}{folder} --accept "why it is right"'


def line_title(line: HeldLine) -> str:
    """``Employment rate, 2023, women, aged 16 to 64``."""
    people = [
        *([] if line.sex == "persons" else [sex_words(line.sex).lower()]),
        *([] if line.age == "all" else [age_words(line.age)]),
        *([] if line.breakdown == "all" else [breakdown_words(line.breakdown)]),
    ]
    return ", ".join([line.indicator.short_title, period_words(line.period), *people])


def line_lead(line: HeldLine) -> str:
    """``Of 296 areas with a figure, 3 would lose it and 12 would get another one. 1 area would get a first figure.``"""
    lost = sum(figure.before[0] is not None and figure.after[0] is None for figure in line.figures)
    fresh = sum(figure.before[0] is None and figure.after[0] is not None for figure in line.figures)
    moved = sum(figure.change is not None and figure.change != 0 for figure in line.figures)
    parts = [
        *([f"{lost:,} would lose it"] if lost else []),
        *([f"{moved:,} would get another one"] if moved else []),
    ]
    words = (
        f"Of {counted(line.shown, 'area')} with a figure, {listed(parts) or 'none would lose or change it'}."
    )
    return f"{words} {counted(fresh, 'area')} would get a first figure." if fresh else words


def value_cell_words(value: Value, indicator: Indicator) -> str:
    """A value in a cell; why there is none; whether the figure is not in the release at all."""
    number, status = value
    if number is not None:
        return short_value_words(number, indicator)
    match status:
        case "withdrawn":
            return "Not in the release"
        case "":
            return "No figure"
        case _:
            return missing_words(status)


def change_cell_words(figure: HeldFigure, indicator: Indicator) -> str:
    """``+1.2``, ``−30.0``, ``0.0``; what is lost or new where there is no difference."""
    if figure.change is not None:
        sign = "+" if round(figure.change, indicator.decimal_places) > 0 else ""
        return f"{sign}{short_value_words(figure.change, indicator)}"
    if figure.before[0] is not None:
        return "Gone" if figure.after[1] == GONE else "Becomes missing"
    return "New" if figure.before[1] == NEW and figure.after[0] is not None else "–"


def class_words(place: int, bounds: Sequence[tuple[float, float] | None], indicator: Indicator) -> str:
    """The values of a class in the key of both maps: those before, and beyond the ends those after too."""
    bound = bounds[place]
    if bound is None:
        return ""
    filled = [number for number, found in enumerate(bounds) if found is not None]
    low, high = bound
    if place == filled[0]:
        return f"{value_words(high, indicator)} or lower"
    return (
        f"{value_words(low, indicator)} or higher"
        if place == filled[-1]
        else range_words(low, high, indicator)
    )


def maps_words(line: HeldLine) -> str:
    """What both maps show: the areas, and what decides their colours."""
    if line.map is None:
        return ""
    kind = area_types_words([line.map.plural])
    return f"Both maps show {kind}, in quintiles (five equal groups) of the values before."


def map_label(line: HeldLine, *, after: bool) -> str:
    """The text alternative of one of the two maps."""
    if line.map is None:
        return ""
    side = "in the release that is held back" if after else "as shown now"
    changed = f" {counted(len(line.map.changed), 'area')} with a dark edge would change." if after else ""
    return f"Map of {line_title(line)} {side}, in quintiles of the values shown now.{changed}"
