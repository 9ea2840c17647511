"""What a map says in words: its title, its answer, the areas chosen, and what is to know about the drawing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.answers.area_map import AreaMap, Course, Row
from dashboard.sentences.age import aged_period
from dashboard.sentences.benchmarks import against_name, each_benchmark
from dashboard.sentences.comparison import (
    COMPARED_WITH,
    LEGEND_WORDS,
    at_odds_words,
    compare_words,
    never_compared,
)
from dashboard.sentences.counted_areas import areas_counted, of_areas, without_figure
from dashboard.sentences.counts import counted, listed, lower_first, number, with_article
from dashboard.sentences.figure import (
    interval_words,
    short_value_words,
    unit_beside,
    value_with_interval,
    value_words,
)
from dashboard.sentences.geography import inside_notes
from dashboard.sentences.periods import date_words, period_words
from dashboard.sentences.places import in_words
from dashboard.sentences.status import ILLUSTRATIVE_LEAD, SOME_ILLUSTRATIVE, titled
from dashboard.sentences.titles import group_words
from dashboard.sentences.unknown_areas import unknown_words
from geodata.register import Area
from indicators.catalogue import Indicator
from indicators.notes import reason_of, why_not_summed

_HEADING_ORDER = ("better", "higher", "similar", "worse", "lower")


def map_title(shown: AreaMap) -> str:
    """``Employment rate, 2023``, with the people or group where the indicator has several."""
    view = shown.view
    parts = [shown.indicator.short_title, *group_words(shown.available, view)]
    title = ", ".join([*parts, period_words(view.period)] if view.period else parts)
    return titled(title, shown.is_illustrative)


def map_caption(shown: AreaMap) -> str:
    """The title with the areas: ``Employment rate, 2023: local authorities (lower tier) in England``."""
    where = f" in {in_words(shown.parent)}" if shown.parent else " in England"
    return f"{map_title(shown)}: {lower_first(shown.area_type.plural)}{where}"


def map_benchmark(shown: AreaMap) -> str:
    """What each area is compared with: ``England (76.0%)``."""
    return each_benchmark(shown.compared.benchmarks, shown.indicator)


def map_summary(shown: AreaMap) -> str:
    """The answer in one sentence, for all areas of the type (or those the map is zoomed to)."""
    if shown.is_all_illustrative:
        return ILLUSTRATIVE_LEAD
    told = _answer(shown)
    if told and shown.why_fifths == "never":
        told += f" These figures are not compared: {never_compared(shown.indicator)}."
    return f"{told} {SOME_ILLUSTRATIVE}" if told and shown.is_illustrative else told


def map_age(shown: AreaMap) -> str:
    """``2023 (over 2 years old)``, to stand beside the answer; empty where the figures are new."""
    if shown.view.period is None or not shown.age.is_old or shown.is_all_illustrative:
        return ""
    return aged_period(shown.age, shown.view.period)


def table_title(shown: AreaMap) -> str:
    """``All local authorities (lower tier) in London, highest first``: of the list under the map."""
    where = f" in {in_words(shown.parent)}" if shown.parent else ""
    return f"All {lower_first(shown.area_type.plural)}{where}, highest first"


def _answer(shown: AreaMap) -> str:
    if shown.view.period is None:
        return ""
    counts = shown.compared.counts
    where = f" in {in_words(shown.parent)}" if shown.parent else ""
    if not counts.present:
        return f"No {lower_first(shown.area_type.name)}{where} has a figure for {period_words(shown.view.period)}."
    if len(shown.rows) == 1:
        row = dict(shown.rows[0])
        return f"{row['area_name']}: {value_with_interval(row, shown.indicator)}."
    if shown.shading in ("trend", "change") and shown.shapes:
        return _course_summary(shown, where)
    text = of_areas(
        counts,
        area_type=shown.area_type,
        where=where,
        benchmark=map_benchmark(shown),
        only_present=True,
    )
    if text:
        return text
    values = [
        row["value"]
        for row in shown.rows_in_view
        if row["value"] is not None and row["status"] != "illustrative"
    ]
    low, high = (value_words(end, shown.indicator) for end in (min(values), max(values)))
    total = counted(counts.present, shown.area_type.name.lower(), lower_first(shown.area_type.plural))
    words = f"Figures for {total}{where} range from {low} to {high}."
    if shown.indicator.not_compared:
        words += without_figure(counts)
    return words


def _course_summary(shown: AreaMap, where: str) -> str:
    """How many areas are heading which way, in one sentence."""
    found: Counter[str] = Counter(
        shown.courses[row["area_code"]].category
        for row in shown.rows_in_view
        if row["value"] is not None and row["area_code"] in shown.courses
    )
    left_out = found.pop("not_compared", 0)
    parts = [
        f"{number(found[category])} {_heading(shown, category, found[category])}"
        for category in _HEADING_ORDER
        if found[category]
    ]
    since = f" since {period_words(shown.since)}" if shown.since else ""
    what = "change" if shown.shading == "change" else "trend"
    if not parts:
        total = areas_counted(left_out, shown.area_type)
        reasons = "; ".join(_reasons_of_rows(shown))
        return f"No {what}{since} is judged for the {total}{where}" + (f": {reasons}." if reasons else ".")
    total = areas_counted(found.total() + left_out, shown.area_type)
    rest = f" No {what} is judged for {number(left_out)}." if left_out else ""
    return f"Of {total}{where}, {listed(parts)}{since}.{rest}"


def _heading(shown: AreaMap, category: str, n: int) -> str:
    """``are getting better (rising)``, ``got worse (down)``, ``shows no clear change``: after a number of areas."""
    is_change = shown.shading == "change"
    words = lower_first(course_words(category, shown.indicator, is_change=is_change))
    match category:
        case "similar":
            return "shows no clear change" if n == 1 else "show no clear change"
        case "higher" | "lower" if is_change:
            return f"went {words}"
    return words if is_change else f"{'is' if n == 1 else 'are'} {words}"


def course_words(category: str, indicator: Indicator, *, is_change: bool) -> str:
    """A class of a trend or a change in the legend: ``Getting better (rising)``, ``Got worse (down)``."""
    up, down = ("up", "down") if is_change else ("rising", "falling")
    good, bad = (up, down) if indicator.polarity == "high_is_good" else (down, up)
    began = "Got" if is_change else "Getting"
    match category:
        case "better":
            return f"{began} better ({good})"
        case "worse":
            return f"{began} worse ({bad})"
        case "similar":
            return LEGEND_WORDS["no_change"]
        case "higher":
            return f"{up[:1].upper()}{up[1:]}"
        case "lower":
            return f"{down[:1].upper()}{down[1:]}"
        case _:
            return LEGEND_WORDS["not_worked_out"]


def why_no_course(course: Course, since: str | None) -> str:
    """Why the course of an area cannot be worked out or judged; an empty text where it can."""
    match course.why:
        case "":
            return ""
        case "ends_elsewhere":
            return "no recent trend ends in this period"
        case "not_calculated":
            return course.recorded or "no trend can be calculated"
        case "not_judged":
            return course.recorded
        case "new_area":
            return f"its boundary changed after {period_words(since)}"
        case "no_figure":
            return f"no figure for {period_words(since)}"
        case "other_definition":
            return "what is counted changed in between"
        case "other_method":
            return "the method changed in between"
        case "no_interval":
            return "without an interval a difference could be chance"


@dataclass(frozen=True, slots=True)
class CardWords:
    """What the card of a chosen area says.

    value, unit  the figure as it is written, and what follows it smaller
    interval     ``95% CI 62.0% to 70.2%``; empty where there is none
    compared     how it compares, in words: ``Worse than England (76.0%)``; empty where it has no figure
    more         sentences on its course and its note
    """

    name: str
    value: str
    unit: str
    interval: str
    compared: str
    more: tuple[str, ...]


def card_words(shown: AreaMap, area_code: str) -> CardWords:
    """Of a chosen area that has a row."""
    row = dict(next(row for row in (*shown.beside, *shown.rows) if row["area_code"] == area_code))
    indicator = shown.indicator
    if row["value"] is None:
        return CardWords(
            row["area_name"], value_words(None, indicator, row["status"]), "", "", "", _notes_of(row)
        )
    is_real = row["status"] != "illustrative"
    between = interval_words(row["lower_ci_95"], row["upper_ci_95"], indicator)
    course = _course_of_one(shown, area_code).strip()
    return CardWords(
        row["area_name"],
        short_value_words(row["value"], indicator),
        lower_first(unit_beside(indicator)),
        f"95% CI {between}" if between else "",
        _compared_with(shown, area_code) if is_real else compare_words("illustrative"),
        (*((course,) if course else ()), *_notes_of(row)),
    )


def no_figure_words(shown: AreaMap, area_code: str) -> str:
    """Why a chosen group has no figure of the period shown: ``No figure for 2023: the publisher gives …``."""
    row = next(row for row in shown.beside if row["area_code"] == area_code)
    why = why_not_summed(row.get("note"))
    return f"No figure for {period_words(shown.view.period)}{f': {why}' if why else ''}."


def _notes_of(row: Mapping[str, Any]) -> tuple[str, ...]:
    # notes of sums end with a full stop already, publishers' do not
    return (f"{row['note'].rstrip('.')}.",) if row.get("note") else ()


def _compared_with(shown: AreaMap, area_code: str) -> str:
    """``Worse than England (76.0%)``; why an area is not compared, where its gap and the group's rate disagree."""
    word = shown.words[area_code]
    if shown.indicator.not_compared:
        return f"{compare_words(word)}: {never_compared(shown.indicator)}"
    if word in COMPARED_WITH:
        return COMPARED_WITH[word].format(benchmark=map_benchmark(shown))
    return compared_cell(shown, area_code)


def compared_cell(shown: AreaMap, area_code: str) -> str:
    """How an area compares, for a cell; why not, where its gap and the group's own rate point different ways."""
    words = compare_words(shown.words[area_code])
    odds = at_odds_words(shown.at_odds.get(area_code), _benchmark_of(shown, area_code))
    return f"{words}: {odds}" if odds else words


def without_row_words(shown: AreaMap, area: Area, area_type_name: str, *, is_of_type: bool) -> str:
    """A chosen area that has no row. ``is_of_type`` says whether it is of the type that the map shows."""
    if is_of_type:
        return f"{area.name} has no figure in this publication for {period_words(shown.view.period)}."
    if area.area_type in ("england", "uk"):
        return f"{area.name} is the whole country, so it is not one of the areas on this map."
    return (
        f"{area.name} is {with_article(lower_first(area_type_name))}, so it is not on a map of "
        f"{lower_first(shown.area_type.plural)}."
    )


def _course_of_one(shown: AreaMap, area_code: str) -> str:
    """Where one area is heading, as a sentence after its value: only where the map shows it."""
    course = shown.courses.get(area_code)
    if course is None or shown.shapes is None or area_code not in shown.shapes.area_codes:
        return ""
    is_change = shown.shading == "change"
    words = lower_first(course_words(course.category, shown.indicator, is_change=is_change))
    if not is_change:
        return f" Recent trend: {words}."
    since = f" Change since {period_words(shown.since)}: "
    if course.difference is None:
        return f"{since}{words}."
    text = _signed(course.difference, shown.indicator)
    if course.lower is not None and course.upper is not None:
        limits = (_signed(course.lower, shown.indicator), _signed(course.upper, shown.indicator))
        text += f" (95% interval {limits[0]} to {limits[1]})"
    unit = " percentage points" if shown.indicator.unit == "percent" else ""
    return f"{since}{text}{unit}, {words}."


def _signed(value: float, indicator: Indicator) -> str:
    text = number(value, indicator.decimal_places)
    return f"+{text}" if round(value, indicator.decimal_places) > 0 else text


_KINDS_WANTED = {
    "official": "Official boundaries",
    "approximate": "Approximate outlines",
    "hex": "Hexagons",
}


def map_note(shown: AreaMap) -> str:
    """What the reader must know of this drawing."""
    view, notes = shown.view, []
    if shown.expected > 1 and not shown.is_illustrative:
        have = shown.compared.counts.present
        areas = lower_first(shown.area_type.plural)
        verb = "has" if have == 1 else "have"
        notes.append(f"{number(have)} of {number(shown.expected)} {areas} {verb} a figure.")
    if missing := unknown_words(shown.unknown):
        notes.append(missing)
    if shown.shapes and "view" in view.asked and shown.shapes.view != view.view:
        notes.append(
            f"{_KINDS_WANTED[view.view]} of these areas are not loaded here, so another shape is shown."
        )
    if shown.shapes and shown.shapes.view == "approximate":
        notes.append("A border of these outlines may be a kilometre or two out.")
    if shown.inside and shown.parent:
        notes += inside_notes(shown.inside, shown.parent, lower_first(shown.area_type.plural))
    codes = set(shown.shapes.area_codes) if shown.shapes else set()
    without_shape = sum(row["area_code"] not in codes for row in shown.rows)
    if without_shape:
        extra = counted(without_shape, "area has a figure", "areas have figures")
        notes.append(f"{extra} but no shape on this map; the table has them.")
    if shown.shading == "benchmark":
        at_odds = [row for row in shown.rows_in_view if row["area_code"] in shown.at_odds]
        if shown.compared.counts.not_compared > len(at_odds):
            notes.append(_not_compared_note(shown))
        if at_odds:
            notes.append(_at_odds_note(shown, at_odds))
    if view.benchmark == "similar" and shown.shading == "benchmark":
        notes.append(
            "Similar areas are those most like each one, calculated here and not by NHS England."
            if shown.area_type.similar_here
            else "Similar areas are the statistical nearest neighbours named by the Office for National Statistics."
        )
    if reasons := _reasons_words(shown):
        notes.append(f"Not calculated for {'; '.join(reasons)}.")
    if shown.why_fifths:
        notes.append(f"Areas are shaded in quintiles, because {_why_fifths(shown)}.")
    return " ".join(notes)


def _benchmark_of(shown: AreaMap, area_code: str) -> str:
    """The name of what one area is compared with."""
    found = shown.compared.benchmarks
    against = found.by_area.get(area_code, found.shared)
    return (
        against_name(against, found.kind) if against is not None else each_benchmark(found, shown.indicator)
    )


def _at_odds_note(shown: AreaMap, rows: Sequence[Row]) -> str:
    """The areas whose gap is not compared because the rate of the group points the other way, with both rates."""
    rates = [shown.at_odds[row["area_code"]] for row in rows]
    each = "; ".join(
        f"{row['area_name']} {value_words(rate.value, rate.indicator)}, compared with "
        f"{value_words(rate.benchmark, rate.indicator)}"
        for row, rate in zip(rows, rates, strict=True)
    )
    title = rates[0].indicator.short_title
    return f"Not compared, because the gap and the group’s own rate point different ways ({title}): {each}."


def _reasons_words(shown: AreaMap) -> list[str]:
    """``3 areas: no figure for 2022`` for each reason that areas on the map have no course."""
    codes = shown.shapes.area_codes if shown.shapes else ()
    found = Counter(
        why_no_course(shown.courses[code], shown.since) for code in codes if code in shown.courses
    )
    return [f"{counted(n, 'area', 'areas')}: {words}" for words, n in found.items() if words]


def _reasons_of_rows(shown: AreaMap) -> list[str]:
    """The reasons for which the areas in view have no course, each once, the commonest first."""
    courses = [
        shown.courses[row["area_code"]] for row in shown.rows_in_view if row["area_code"] in shown.courses
    ]
    return [
        words for words in dict.fromkeys(why_no_course(course, shown.since) for course in courses) if words
    ]


def _not_compared_note(shown: AreaMap) -> str:
    """Why some areas in view are not compared: no interval, or the reason that their notes give."""
    told = sorted({reason_of(row["note"]) for row in shown.rows_in_view} - {""})
    words = "Areas that are not compared have a figure without an interval"
    return f"{words}, or this holds: {listed(told)}." if told else f"{words}."


def _why_fifths(shown: AreaMap) -> str:
    match shown.why_fifths:
        case "no_start":
            return "there is no earlier period that does not overlap this one"
        case "count":
            return "a count is not compared: it is larger in larger areas"
        case "never":
            return f"these figures are not compared: {never_compared(shown.indicator)}"
        case "no_benchmark":
            return f"there is no figure for {map_benchmark(shown)} to compare with"
        case _:
            reasons = {reason_of(row["note"]) for row in shown.rows_in_view if row["value"] is not None}
            # one reason for all: these figures may have intervals
            if len(reasons) == 1 and (reason := reasons.pop()):
                return f"these figures are not compared: {reason}"
            return "these figures have no interval, so a difference could be chance"


def map_source(shown: AreaMap) -> str:
    """``Source: Office for National Statistics, …, published 12 November 2024.``; empty where none is known.

    It stands in every picture of the map that is taken away, before ``map_credit``.
    """
    words = [
        f"{release.publisher}, {release.publication}, published {date_words(release.published_on)}"
        for release in shown.releases
    ]
    return f"Source: {'; '.join(words)}." if words else ""


def map_credit(shown: AreaMap) -> str:
    """Where the shapes of a picture are from, as far as the publisher of the figures does not say so; else empty."""
    if shown.shapes and shown.shapes.view == "approximate":
        return "Approximate outlines, drawn by this service from the centres of small areas."
    return ""
