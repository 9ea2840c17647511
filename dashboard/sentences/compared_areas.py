"""What a list of areas says in words: its answer, the areas chosen, and how to read its pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboard.answers.compared_areas import ComparedAreas, NamedAreas, NamedKind
from dashboard.sentences.age import age_sentence
from dashboard.sentences.benchmarks import against_name, benchmark_name, level_words
from dashboard.sentences.comparison import at_odds_words, compare_words, never_compared
from dashboard.sentences.counted_areas import areas_counted, of_areas, without_figure
from dashboard.sentences.counts import counted, lower_first, number
from dashboard.sentences.counts import listed as joined
from dashboard.sentences.figure import interval_words, short_value_words, value_with_interval, value_words
from dashboard.sentences.geography import inside_notes
from dashboard.sentences.periods import in_period, period_words
from dashboard.sentences.places import in_words
from dashboard.sentences.sources import picture_source
from dashboard.sentences.status import ILLUSTRATIVE, ILLUSTRATIVE_LEAD, SOME_ILLUSTRATIVE, titled
from dashboard.sentences.titles import figure_title, group_words
from indicators.catalogue import Indicator

MOST_LEFT_OUT = 10
"""Areas that a funnel cannot show and that are named; more are counted."""


def plural(listed: ComparedAreas) -> str:
    """What the areas are called in the middle of a sentence."""
    return lower_first(listed.area_type.plural)


def where_words(listed: ComparedAreas) -> str:
    """`` in the East Midlands`` where the list is narrowed to a parent."""
    return f" in {in_words(listed.parent)}" if listed.parent else ""


def list_title(listed: ComparedAreas) -> str:
    """``Employment rate, 2023``, with the people or group where the indicator has several."""
    view = listed.view
    parts = [listed.indicator.short_title, *group_words(listed.available, view)]
    title = ", ".join([*parts, period_words(view.period)] if view.period else parts)
    return titled(title, listed.is_illustrative)


def list_benchmark(listed: ComparedAreas) -> str:
    """``England (76.0%)``, or ``their own region``."""
    return benchmark_name(listed.compared.benchmarks) + level_words(listed.level, listed.indicator)


def list_summary(listed: ComparedAreas) -> str:
    """The answer in one sentence: how many areas are better, similar and worse, and how many have no figure."""
    if listed.is_all_illustrative:
        return ILLUSTRATIVE_LEAD
    told = _answer(listed)
    told += age_sentence(listed.age) if told else ""
    return f"{told} {SOME_ILLUSTRATIVE}" if told and listed.is_illustrative else told


def _answer(listed: ComparedAreas) -> str:
    counts, where, indicator = listed.compared.counts, where_words(listed), listed.indicator
    if not listed.rows:
        return ""
    if not listed.present:
        return f"No {lower_first(listed.area_type.name)}{where} has a figure."
    text = of_areas(counts, area_type=listed.area_type, where=where, benchmark=list_benchmark(listed))
    if text:
        return text
    if len(listed.rows) == 1:
        row = dict(listed.present[0])
        return f"{row['area_name']}: {value_with_interval(row, indicator)}."
    low, high = ends_words(listed)
    spread = f"values run from {low} to {high}" if low != high else f"the value is {low}"
    total = areas_counted(counts.total, listed.area_type)
    return f"Of {total}{where}, {spread}.{without_figure(counts)}"


def ends_words(listed: ComparedAreas) -> tuple[str, str]:
    """The lowest and the highest real value. Raises ValueError where no area has one."""
    values = [row["value"] for row in listed.real]
    return short_value_words(min(values), listed.indicator), short_value_words(max(values), listed.indicator)


def list_notes(listed: ComparedAreas) -> list[str]:
    """What is to know of the areas inside the parent."""
    if listed.inside is None or listed.parent is None:
        return []
    return inside_notes(listed.inside, listed.parent, plural(listed))


def why_not_compared(listed: ComparedAreas) -> str:
    """Why no area is compared; empty where at least one is."""
    if listed.is_compared or len(listed.present) < 2:
        return ""
    name = benchmark_name(listed.compared.benchmarks)
    if listed.is_all_illustrative:
        return ""
    if listed.indicator.not_compared:
        return f"These figures are not compared: {never_compared(listed.indicator)}."
    if not listed.indicator.comparable:
        return (
            "These figures are counts. A larger place has more of everything, so areas are shown beside "
            "each other but not compared."
        )
    if not listed.compared.benchmarks.has_values:
        return (
            f"There is no figure for {name} in {period_words(listed.view.period)}, "
            "so there is nothing to compare with."
        )
    if all(row["lower_ci_95"] is None for row in listed.present):
        return (
            "The publisher gives neither intervals nor the counts to work them out, so a real difference from "
            f"{name} cannot be distinguished from chance: areas are not compared."
        )
    return ""


def chosen_sentence(listed: ComparedAreas, area_code: str, name: str) -> str:
    """What a chosen area's figure is and how it compares; or that it has none, and why."""
    rows = (*listed.beside, *listed.all_rows)
    row = next((row for row in rows if row["area_code"] == area_code), None)
    if row is None:
        return f"{name} has no figure {in_period(listed.view.period)}."
    indicator = listed.indicator
    # what is missing of a figure that is compared with nothing
    known = f" {row['note'].rstrip('.')}." if indicator.not_compared and row.get("note") else ""
    if row["value"] is None:
        status = lower_first(value_words(None, indicator, row["status"]))
        return f"{name} has no figure {in_period(listed.view.period)}: {status}.{known}"
    between = interval_words(row["lower_ci_95"], row["upper_ci_95"], indicator)
    value = value_words(row["value"], indicator)
    words = f"{name}, {value} (95% CI {between})" if between else f"{name}, {value}"
    if row["status"] == "illustrative":
        return f"{words}{ILLUSTRATIVE}."
    against = listed.against[area_code]
    benchmark = against_name(against, listed.compared.benchmarks.kind) + level_words(against.value, indicator)
    match listed.by_area[area_code]:
        case "similar":
            return f"{words}, is similar to {benchmark}."
        case "better" | "worse" | "lower" | "higher" as word:
            return f"{words}, is significantly {word} than {benchmark}."
        case _:
            if odds := at_odds_words(
                listed.at_odds.get(area_code), against_name(against, listed.compared.benchmarks.kind)
            ):
                known += f" Not compared with {benchmark}: {odds}."
            return f"{words}.{known}"


def trend_heading(listed: ComparedAreas) -> str:
    """The trend is that of the newest periods, which the reader of older figures must know."""
    view = listed.view
    if view.periods and view.period != view.periods[-1]:
        return f"Recent trend (to {period_words(view.periods[-1])})"
    return "Recent trend"


# ---- the picture -------------------------------------------------------------------------------------


def figures_title(listed: ComparedAreas) -> str:
    """The caption of the table: ``Employment rate, 2023: local authorities (lower tier) in the East Midlands``."""
    title = figure_title(listed.indicator, listed.available, listed.view)
    title = titled(f"{title}, {period_words(listed.view.period)}", listed.is_illustrative)
    return f"{title}: {plural(listed)}{where_words(listed)}"


def chart_title(listed: ComparedAreas, chart: str) -> str:
    """The title of the picture, with what its areas are compared with (ranks are compared with nothing)."""
    title = titled(figure_title(listed.indicator, listed.available, listed.view), listed.is_illustrative)
    compared = ""
    if listed.is_compared or len(listed.real) == 1:
        compared = f", compared with {benchmark_name(listed.compared.benchmarks)}"
    where = f"{plural(listed)}{where_words(listed)}, {period_words(listed.view.period)}"
    return f"{title}: {where}{compared if chart != 'ranks' else ''}"


def chart_source(listed: ComparedAreas) -> str:
    """Source, date and licence of the figures."""
    return picture_source(listed.releases)


def chart_label(listed: ComparedAreas, title: str, drawn: str) -> str:
    """The text alternative. ``drawn`` says what each area is in the picture."""
    if listed.is_all_illustrative:
        return f"Chart. {title}. {ILLUSTRATIVE_LEAD} Every figure is in the table below."
    low, high = ends_words(listed)
    against = f"; {list_benchmark(listed)}" if listed.level is not None else ""
    return f"Chart. {title}. {drawn}; values run from {low} to {high}{against}. Every figure is in the table below."


def reading_of_rows(listed: ComparedAreas) -> str:
    """How to read rows with an interval each."""
    if listed.is_all_illustrative:
        return "Hatched marks are illustrative. Areas stand in the order of their names."
    if listed.is_compared and listed.level is not None:
        name = benchmark_name(listed.compared.benchmarks)
        return (
            f"The line through each mark is its 95% confidence interval. Where it crosses the line of {name}, the area is "
            f"similar to {name}. Areas whose intervals overlap may not differ, so their order means little."
        )
    if listed.is_compared:
        return (
            "The line through each mark is its 95% confidence interval. The upright tick in each row is what the area is "
            "compared with. Areas whose intervals overlap may not differ, so their order means little."
        )
    return "Areas whose intervals overlap may not differ, so their order means little."


def reading_of_pile(listed: ComparedAreas, step: float) -> str:
    """How to read a picture with a dot for each area, at its value to the nearest ``step``."""
    return (
        "Each dot is an area. Taller columns mean more areas have that value, to the nearest "
        f"{step_words(step, listed.indicator)}."
    )


def step_words(step: float, indicator: Indicator) -> str:
    """``1 percentage point``, ``£20``: what the values of the strip are rounded to."""
    places = 0 if step >= 1 else 1 if step >= 0.1 else 2
    text = number(step, places)
    match indicator.unit:
        case "percent" | "percentage_points":
            return f"{text} percentage {'point' if step == 1 else 'points'}"
        case "pounds_per_week":
            return f"£{text}"
        case "years":
            return f"{text} {'year' if step == 1 else 'years'}"
        case _ if indicator.format is not None:
            return f"{indicator.format.before}{text}{indicator.format.after}"
        case _:
            return text


def reading_of_funnel(listed: ComparedAreas, places: Mapping[str, int], left_out: Sequence[str] = ()) -> str:
    """How to read a funnel. ``places`` is how many areas lie where: ``similar``, beyond 95%, ``much_…`` beyond 99.8%.

    ``left_out`` names the areas that have a figure and no counts.
    """
    total = sum(places.values())
    far = sum(n for word, n in places.items() if word.startswith("much_"))
    near = total - far - places.get("similar", 0)
    return (
        f"Small areas vary more by chance, so the limits around {benchmark_name(listed.compared.benchmarks)} are wide on "
        f"the left and narrow on the right. {counted(far, 'area lies', 'areas lie')} beyond the 99.8% limits, which "
        f"chance alone would do to about {number(0.002 * total, 1)} of {total}; {number(near)} more beyond the 95% "
        "limits. Where very many lie outside, areas differ for reasons other than chance, such as who lives there, and "
        "the limits are too narrow to single any of them out. The table compares each area by its own interval."
        + _left_out_words(left_out)
    )


def _left_out_words(names: Sequence[str]) -> str:
    """`` Not drawn, because its figure has no counts: Isles of Scilly.``; empty where all areas are drawn."""
    if not names:
        return ""
    told = list(names[:MOST_LEFT_OUT])
    more = len(names) - len(told)
    rest = f" and {counted(more, 'other')}" if more else ""
    words = f"{', '.join(told)}{rest}" if more else joined(told)
    whose = "its figure has" if len(names) == 1 else "their figures have"
    return f" Not drawn, because {whose} no counts: {words}."


def reading_of_ranks(widest: int, ranked: int, without: int) -> str:
    """How to read ranks: the widest interval in ranks, the areas ranked, and those with a value that are not."""
    return (
        "Each line runs from the best to the worst rank that an area could have, given how sure its figure is (95% of "
        f"10,000 simulations). The longest covers {widest} of {ranked} ranks. Where lines overlap, do not "
        "say that one area ranks above another. A high rank is not always good: see what the indicator means."
        + (f" {counted(without, 'area has', 'areas have')} no interval and no rank." if without else "")
    )


def _why_no_funnel(listed: ComparedAreas) -> str:
    """What of it the figures lack, to follow a colon."""
    indicator = listed.indicator
    if not indicator.comparable:
        return f"these figures are not compared, since {never_compared(indicator)}"
    if indicator.unit != "percent":
        return "these figures are not percentages of people counted"
    if indicator.survey is not None:
        return "these are estimates from a sample survey, not counts of people"
    if listed.level is None:
        return "the areas do not share one benchmark that has a figure"
    return "fewer than three areas have the counts behind their figure"


def why_another_chart(listed: ComparedAreas, asked: str, shown: str) -> str:
    """Why the picture that the address asks for is not the one shown; empty where it is."""
    if asked == shown:
        return ""
    if asked == "funnel":
        return (
            f"A funnel plot is not available: {_why_no_funnel(listed)}. Each area is shown with its own confidence "
            "interval instead."
        )
    return (
        "Ranks are shown only with the interval that uncertainty leaves them. These figures have no intervals, "
        "so no ranks are shown."
    )


# ---- the areas that are named ------------------------------------------------------------------------


def page_heading(listed: ComparedAreas) -> str:
    """``Employment rate, 2023: areas compared``."""
    return f"{list_title(listed)}: areas compared"


def rows_title(listed: ComparedAreas, named: NamedAreas) -> str:
    """The title of the picture of rows: ``Employment rate, 2023: local authorities (lower tier) in the East Midlands``."""
    title = figure_title(listed.indicator, listed.available, listed.view)
    title = titled(f"{title}, {period_words(listed.view.period)}", listed.is_illustrative)
    return f"{title}: {_which_words(listed, named)}"


def _which_words(listed: ComparedAreas, named: NamedAreas) -> str:
    """``local authorities (lower tier) in the East Midlands``, ``areas like Nottingham``."""
    match named.kind:
        case "region" if named.region is not None:
            return f"{plural(listed)} in {in_words(named.region)}"
        case "similar":
            return f"areas similar to {named.pinned[0]['area_name']}"
        case "regions":
            return "regions"
        case _:
            return f"{plural(listed)}{where_words(listed)}"


def choice_words(listed: ComparedAreas, named: NamedAreas, kind: NamedKind) -> str:
    """A choice of which areas are named, with their number: ``East Midlands (35)``, ``All 296``."""
    n = number(named.offered[kind])
    match kind:
        case "region" if named.region is not None:
            return f"{named.region.name} ({n})"
        case "similar":
            return f"Areas similar to {named.pinned[0]['area_name']} ({n})"
        case "regions":
            return f"Regions ({n})"
        case _:
            return f"{listed.parent.name} ({n})" if listed.parent is not None else f"All {n}"


def own_lead(listed: ComparedAreas, named: NamedAreas, name: str) -> str:
    """The first chosen area's figure and how it compares; how old it is where that is to be said."""
    if listed.is_all_illustrative:
        return ILLUSTRATIVE_LEAD
    told = chosen_sentence(listed, named.own, name) + age_sentence(listed.age)
    return f"{told} {SOME_ILLUSTRATIVE}" if listed.is_illustrative else told


def overlap_words(named: NamedAreas) -> str:
    """From how many of the other named areas the first chosen one cannot be told; empty where that cannot be said."""
    if not named.own:
        return ""
    own = named.pinned[0]
    others = [
        row
        for row in named.rows
        if row["lower_ci_95"] is not None
        and row["status"] != "illustrative"
        and row["area_code"] != own["area_code"]
    ]
    if own["lower_ci_95"] is None or own["status"] == "illustrative" or not others:
        return ""
    n = sum(
        row["lower_ci_95"] <= own["upper_ci_95"] and own["lower_ci_95"] <= row["upper_ci_95"]
        for row in others
    )
    return f"Its interval overlaps with {number(n)} of the {counted(len(others), 'other area')} shown."


_ORDERS = {
    "highest": "Sorted by value, highest first",
    "lowest": "Sorted by value, lowest first",
    "a-z": "Sorted by name, A to Z",
    "z-a": "Sorted by name, Z to A",
}
ORDER_CHOICES = (
    ("highest", "Highest value first"),
    ("lowest", "Lowest value first"),
    ("a-z", "Name, A to Z"),
    ("z-a", "Name, Z to A"),
)


def order_words(listed: ComparedAreas, named: NamedAreas, *, are_pinned: bool = True) -> str:
    """In which order the rows stand, and which stand above them where some do."""
    order = _ORDERS[listed.view.sort]
    if listed.is_all_illustrative:
        order = _ORDERS["z-a" if listed.view.sort == "z-a" else "a-z"]
    if not named.pinned or not are_pinned:
        return f"{order}."
    names = joined([row["area_name"] for row in named.pinned], "and")
    verb = "is" if len(named.pinned) == 1 else "are"
    return f"{order}; {names} {verb} pinned on top."


def file_words(listed: ComparedAreas, named: NamedAreas) -> str:
    """What the files of a part of the list hold; empty where they hold all of it."""
    if named.kind == "all":
        return ""
    return f"The files hold the {counted(len(named.rows), 'area')} shown here."


def why_other_areas(listed: ComparedAreas, named: NamedAreas) -> str:
    """That the areas asked for are not those named; empty where they are."""
    asked = listed.view.show
    if asked is None or asked == named.kind or (asked == "region" and named.kind == "regions"):
        return ""
    missing = "Similar areas" if asked == "similar" else "The areas of one region"
    return f"{missing} cannot be shown for this choice, so others are."


def pile_heading(listed: ComparedAreas, named: NamedAreas) -> str:
    """``Where Nottingham stands among all 294``; without a chosen area how many are shown."""
    n = number(len(listed.real))
    if not named.own:
        return f"All {n} {plural(listed)}{where_words(listed)}"
    return f"Where {named.pinned[0]['area_name']} stands among all {n}"


_SIGNS = {"better": "◆", "similar": "○", "worse": "■", "higher": "▲", "lower": "▼"}


def counts_note(counts: Mapping[str, int], benchmark: str) -> str:
    """What the marks of a picture mean, as text: ``Compared with England: ◆ better (5) · ○ similar (25)``."""
    named = [
        f"{_SIGNS.get(word.removeprefix('much_'), '')} {lower_first(compare_words(word))} ({number(n)})".strip()
        for word, n in counts.items()
    ]
    return f"Compared with {benchmark}: {' · '.join(named)}"


def too_many(asked: int, most: int) -> str:
    """That not all the areas of the address are marked; empty where they are."""
    return f"The address names {asked} areas; the first {most} are marked." if asked > most else ""
