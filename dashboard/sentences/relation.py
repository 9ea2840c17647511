"""Two indicators over areas in words: whether they go together, how to read the chart, and what it does not say."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.answers.relation import Dot, Relation, Side
from dashboard.sentences import (
    STATUS_WORDS,
    counted,
    group_words,
    in_words,
    interval_words,
    listed,
    lower_first,
    number,
    period_words,
    short_value_words,
    titled,
    unit_words,
    value_words,
)
from dashboard.sentences.comparison import never_compared
from dashboard.sentences.geography import inside_notes
from dashboard.sentences.lead import in_text
from dashboard.sentences.sources import picture_source

SHAPES = (
    "diamond",
    "square",
    "triangle",
    "star",
    "cross",
    "pentagon",
    "upturned triangle",
    "six-pointed star",
)
"""What the marks of the marked areas are called, in their order."""
AGAINST_ITSELF = "An indicator cannot be compared with itself, so another one is shown."
NOT_CAUSE = "These are areas, not people, and correlation is not causation. "
FALLACY = (
    "What is true of areas may not be true of the people in them (the ecological fallacy). Areas with more disabled people may "
    "have fewer people in work, but those out of work need not be the disabled people. Something else, such as age, industry "
    "or rents, may explain both figures."
)
METHOD = (
    "The correlation is Pearson’s, with the interval of Fisher’s z; the line is that of least squares. Every area counts "
    "once, whatever its size. This does not adjust for uncertainty in each area’s figure, so the true correlation may be "
    "stronger where figures come from a small survey. A correlation is called weak below 0.3, strong from 0.6 on and "
    "moderate in between; where its interval reaches over a border, both words are given."
)
MODERATE, STRONG = 0.3, 0.6
"""Sizes of a correlation from which on it is called so."""
# a step in the second indicator that a reader can picture, in the unit and in words
_STEPS = {
    "percent": (1, "1 percentage point"),
    "percentage_points": (1, "1 percentage point"),
    "pounds_per_week": (10, "£10 a week"),
    "years": (1, "1 year"),
    "per_100": (10, "10 per 100"),
    "per_100000": (10, "10 per 100,000"),
    "points": (1, "1 point"),
}
_UNITS = {
    "percent": " percentage points",
    "percentage_points": " percentage points",
    "pounds_per_week": " pounds a week",
    "years": " years",
    "per_100": " per 100",
    "per_100000": " per 100,000",
    "points": " points",
}


# ---- names -----------------------------------------------------------------------------------------


def side_name(side: Side | None) -> str:
    """``Employment rate``, ``Healthy life expectancy, women``: an indicator with the people, where that is not everyone."""
    if side is None:
        return ""
    groups = [words for words in group_words(side.available, side.view) if words != "all people"]
    return ", ".join([side.indicator.short_title, *groups])


def heading_words(relation: Relation) -> str:
    """``Employment rate and disability``."""
    across = f" and {in_text(side_name(relation.across))}" if relation.across is not None else ""
    return titled(side_name(relation.up) + across, relation.is_illustrative)


def where(relation: Relation) -> str:
    """`` in the East Midlands`` where the list is narrowed to a parent."""
    return f" in {in_words(relation.parent)}" if relation.parent is not None else ""


def plural(relation: Relation) -> str:
    """What the areas are called in a sentence."""
    return lower_first(relation.area_type.plural)


def axis_words(side: Side) -> str:
    """``Employment rate, 2023``, with the unit where it is not a percentage."""
    unit = unit_words(side.indicator)
    units = "" if unit == "%" else f" ({lower_first(unit)})"
    return f"{side_name(side)}{units}, {period_words(side.view.period)}"


def chart_title(relation: Relation) -> str:
    """``Employment rate and disability: local authorities (lower tier) in the East Midlands``."""
    return f"{heading_words(relation)}: {plural(relation)}{where(relation)}"


# ---- what is said ----------------------------------------------------------------------------------


def strength_words(lower: float, upper: float) -> str:
    """``weak``, ``moderate to strong``: the sizes of correlation that an interval which leaves 0 out reaches over.

    The value alone says too much: 0.85 over nine regions (0.44 to 0.97) may be moderate.
    """
    weakest, strongest = sorted((abs(lower), abs(upper)))
    return " to ".join(dict.fromkeys((_size_words(weakest), _size_words(strongest))))


def _size_words(size: float) -> str:
    return "weak" if size < MODERATE else "moderate" if size < STRONG else "strong"


def _number(value: float) -> str:
    return number(value, 2)


def summary(relation: Relation) -> list[str]:
    """How closely the two go together over these areas, with the number and its interval."""
    if relation.across is None or not relation.pairs:
        return []
    if (unrelated := relation.not_related) is not None:
        if unrelated.not_compared:
            return [
                f"No correlation is calculated for “{unrelated.short_title}”: {never_compared(unrelated)}."
            ]
        return [
            f"“{unrelated.short_title}” is a count, which is larger in larger areas, so the two are not compared."
        ]
    if relation.complement:
        return [f"These two are parts of one whole, so no correlation is calculated. {relation.complement}"]
    if relation.is_illustrative:
        return ["Illustrative figures, not real: they are not compared, so there is no chart."]
    areas = _areas_with_both(relation)
    found = relation.correlation
    if found is None:
        return [f"{areas[:1].upper()}{areas[1:]}: too few, or too alike, to calculate a correlation."]
    up, across = (in_text(side_name(side)) for side in relation.sides)
    between = f"{_number(found.lower)} to {_number(found.upper)}"
    text = f"r = {_number(found.value)}, 95% CI {between}, over {areas}"
    if found.lower <= 0 <= found.upper:
        return [f"No clear correlation between {up} and {across} ({text})."]
    sign = "positive" if found.value > 0 else "negative"
    return [f"{strength_words(found.lower, found.upper).capitalize()} {sign} correlation ({text})."]


def direction(relation: Relation) -> str:
    """Which way the two go together, in words; empty where that is not clear."""
    found = relation.correlation
    if relation.across is None or found is None or found.lower <= 0 <= found.upper:
        return ""
    up, across = (in_text(side_name(side)) for side in relation.sides)
    side = "higher" if found.value > 0 else "lower"
    return f"Areas with a higher figure for {across} tend to have a {side} figure for {up}."


def _areas_with_both(relation: Relation) -> str:
    """``35 local authorities (lower tier) in the East Midlands that have both figures``."""
    n = len(relation.dots)
    areas = counted(n, lower_first(relation.area_type.name), plural(relation))
    return f"{areas}{where(relation)} that {'has' if n == 1 else 'have'} both figures"


def notes(relation: Relation) -> list[str]:
    """What was not taken as asked, what is to know of the areas inside the parent, and figures made from each other."""
    parts = [AGAINST_ITSELF] if relation.is_against_itself else []
    if relation.inside is not None and relation.parent is not None:
        parts += inside_notes(relation.inside, relation.parent, plural(relation))
    return parts


def by_construction(relation: Relation) -> str:
    """Words where one indicator is worked out from the other, so that they must go together."""
    if relation.made_from is None:
        return ""
    whole, part = relation.made_from
    return (
        f"“{whole.short_title}” is calculated from “{part.short_title}”, so the two are correlated by the way they are "
        "made. The chart says nothing more than that."
    )


def marked_area(relation: Relation, area_code: str, name: str) -> str:
    """Both figures of a chosen area, its shape, and what the line gives there; or that it lacks one of them."""
    dot = relation.dot(area_code)
    if dot is None or relation.across is None:
        return (
            f"{name} does not have both figures, or is not one of these {plural(relation)}{where(relation)}."
        )
    text = f"{name}: {listed(_both_figures(relation, dot))}."
    if area_code in relation.expected:
        shape = SHAPES[relation.marked.index(area_code)]
        level = short_value_words(relation.expected[area_code], relation.up.indicator)
        text += (
            f" On the chart it is the {shape}. The line gives {level} for an area with "
            f"{short_value_words(dot.x, relation.across.indicator)}."
        )
    return text


def _both_figures(relation: Relation, dot: Dot) -> list[str]:
    parts = []
    for side, value, limits in zip(relation.sides, (dot.y, dot.x), (dot.y_limits, dot.x_limits), strict=True):
        between = interval_words(*limits, side.indicator)
        interval = f" ({between})" if between else ""
        parts.append(f"{in_text(side_name(side))} {value_words(value, side.indicator)}{interval}")
    return parts


def too_many_marked(asked: int, marked: int) -> str:
    return f"The address names {asked} areas; the first {marked} are marked."


# ---- the chart -------------------------------------------------------------------------------------


def chart_label(relation: Relation) -> str:
    """The chart's text alternative."""
    return (
        f"Scatter chart. {chart_title(relation)}. {counted(len(relation.dots), 'area')}. "
        f"{' '.join(summary(relation))} Every figure is in the table below."
    )


def reading_words(relation: Relation, names: Sequence[str]) -> str:
    """How to read the chart; ``names`` are those of the marked areas."""
    parts = [direction(relation), "Each dot is an area. Dashed lines are England’s figures."]
    if relation.fit is not None:
        parts.append(
            "The line fits the areas best. The grey band is its 95% confidence interval: where the average of areas lies, not "
            "where a single area does."
        )
        parts.append(slope_words(relation))
    if names:
        shapes = [f"{name} ({shape})" for name, shape in zip(names, SHAPES, strict=False)]
        parts.append(f"Marked, with the intervals of both figures: {listed(shapes)}.")
    return " ".join(part for part in parts if part)


def slope_words(relation: Relation) -> str:
    """How much the first differs, on average, between areas a step apart in the second; empty without a line."""
    if relation.slope is None or relation.across is None:
        return ""
    own = relation.across.indicator.unit_format
    step, words = _STEPS.get(relation.across.indicator.unit, (1, f"{own.before}1{own.after}"))
    value, lower, upper = (_number(part * step) for part in relation.slope)
    up, across = (in_text(side_name(side)) for side in relation.sides)
    return (
        f"Areas that are {words} apart in {across} differ on average by {value}"
        f"{_UNITS.get(relation.up.indicator.unit, relation.up.indicator.unit_format.after)} in {up} (95% interval {lower} to {upper})."
    )


def matching_words(relation: Relation) -> str:
    """Which periods and which areas are set against each other, and how many areas are left out."""
    first, second = (period_words(side.view.period) for side in relation.sides)
    text = (
        f"Both figures are for {first}."
        if first == second
        else f"{side_name(relation.up)} is for {first}; {in_text(side_name(relation.across))} for {second}, the "
        "nearest period there is."
    )
    text += " Areas are matched by their code."
    if relation.in_one_only:
        years = listed(str(year) for year in sorted({side.year for side in relation.sides}))
        text += (
            f" The figures are for the areas as they were at the end of {years}; "
            f"{counted(relation.in_one_only, 'area is', 'areas are')} in one publication only and left out."
        )
    if relation.lacking:
        text += f" {counted(relation.lacking, 'area lacks', 'areas lack')} one of the figures."
    return text


# ---- the table -------------------------------------------------------------------------------------


def table_caption(relation: Relation) -> str:
    """Both axes and the areas."""
    up, across = (titled(axis_words(side), side.is_illustrative) for side in relation.sides)
    return f"{up}, and {lower_first(across)}: {plural(relation)}{where(relation)}"


def illustrative_note(side: Side) -> str:
    """``Access to IPS: illustrative, not a real figure``."""
    return f"{side.indicator.short_title}: {lower_first(STATUS_WORDS['illustrative'])}"


def has_no_figures(relation: Relation) -> str:
    """That the second indicator has nothing by these areas, and whether both have something elsewhere."""
    assert relation.across is not None
    text = (
        f"“{relation.across.indicator.short_title}” has no figures by {lower_first(relation.area_type.name)}"
    )
    if relation.shared_types:
        return f"{text}. Both have figures for:"
    return f"{text}, and no type of area has both it and “{relation.up.indicator.short_title}”."


def source_words(relation: Relation) -> str:
    """Source, date and licence of both figures."""
    return picture_source(relation.releases)
