"""The lines of an area: its newest figures beside England's, and which of them to speak of first.

What stands out is chosen by significance (the interval does not hold England's figure) and by size (distance from
England on the spine), never by rank. Illustrative figures are shown in their rows and are never spoken of.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dashboard.answers.comparison import Against
from dashboard.answers.profile import Line, LinesToShow, Reference
from dashboard.queries.age import ages_in
from dashboard.queries.comparison import verdicts
from dashboard.queries.geography import ENGLAND, UNITED_KINGDOM
from dashboard.queries.grades import grades
from dashboard.queries.references import references_of, spine_of
from indicators.catalogue import Indicator, holds, in_role, the

if TYPE_CHECKING:
    from dashboard.address.context import Context
    from indicators.store.summaries import SeriesKey

Row = dict[str, Any]

GOOD = ("better", "much_better")
BAD = ("worse", "much_worse")
DIFFERENT = ("lower", "higher", "much_lower", "much_higher")
MOST_CARDS = 4
"""Key figures at the top of the page of an area."""
MOST_SPOKEN = 3
"""Sentences of the summary of an area that has nothing to be compared with."""
_COUNTRIES = (ENGLAND, UNITED_KINGDOM)
_WHOLE_GROUPS = (("breakdown", "all"), ("age", "all"), ("sex", "persons"))


def is_compared(area_code: str) -> bool:
    """Whether an area is set beside England: not so England and the United Kingdom themselves."""
    return area_code not in _COUNTRIES


def lines_of(context: Context, area_code: str) -> list[Line]:
    """Every figure of an area as a line, in the order of the catalogue, everyone first.

    Raises UnknownArea, and the store's errors.
    """
    return lines_from(context, context.store.newest([area_code]))


def newest_main(context: Context, area_code: str) -> list[Row]:
    """The newest rows of an area that those to show first are among (``main_rows``): without most groups of people.

    Raises UnknownArea, and the store's errors.
    """
    return newest_main_each(context, [area_code])[area_code]


def newest_main_each(context: Context, area_codes: Sequence[str]) -> dict[str, list[Row]]:
    """``newest_main`` of several areas, by code: as many questions to the store as for one."""
    found: dict[str, list[Row]] = {code: [] for code in area_codes}
    for row in context.store.newest(area_codes, breakdown="all"):
        found[row["area_code"]].append(row)
    only = {code: _group_only_of(context, code) for code in area_codes}
    ids = tuple(dict.fromkeys(name for names in only.values() for name in names))
    if ids:
        for row in context.store.newest(area_codes, indicator_ids=ids):
            if row["indicator_id"] in only[row["area_code"]]:
                found[row["area_code"]].append(row)
        order = {name: place for place, name in enumerate(context.catalogue)}
        for rows in found.values():
            rows.sort(key=lambda row: order[row["indicator_id"]])
    return found


def _group_only_of(context: Context, area_code: str) -> tuple[str, ...]:
    kinds = context.register.land_types(area_code)
    return context.cached(("by group only", kinds), lambda: _by_group_only(context, kinds), pinned=True)


def _by_group_only(context: Context, area_types: Sequence[str]) -> tuple[str, ...]:
    """Ids of the indicators that have figures of groups of people for some types of area, and none for everyone."""
    found = []
    for name, series in context.all_available().items():
        groups = [row["breakdown"] for row in series if row["area_type"] in area_types]
        if groups and "all" not in groups:
            found.append(name)
    return tuple(found)


def main_lines(context: Context, rows: Sequence[Row]) -> list[Line]:
    """Of all newest rows of an area those to show first, as lines: what ``main_of(lines_of(…))`` gives."""
    return lines_from(context, main_rows(rows), rows)


def has_groups(rows: Sequence[Row]) -> bool:
    """Whether some of an area's rows are of a sex, an age or a group besides those to show first (``by_group``)."""
    main = _main(rows)
    shown = {(rows[place]["indicator_id"], rows[place]["period"]) for place in main}
    return any(
        place not in main and (row["indicator_id"], row["period"]) in shown for place, row in enumerate(rows)
    )


def lines_from(context: Context, rows: Sequence[Row], every: Sequence[Row] | None = None) -> list[Line]:
    """Rows of ``Store.newest``, of one area or several, as lines in their order.

    Each row is taken as the first type of its area that a spread is known for. ``every`` are all rows of the areas, where
    ``rows`` are some of them: a line names its age where its indicator has several.
    """
    by_area: dict[str, list[int]] = {}
    for place, row in enumerate(rows):
        by_area.setdefault(row["area_code"], []).append(place)
    references = [Reference(None)] * len(rows)
    shown = list(rows)
    for area_code, places in by_area.items():
        if not is_compared(area_code):
            continue
        keys = [_key(rows[place]) for place in places]
        kinds = context.register.land_types(area_code)
        found = references_of(context, keys, kinds)
        for place, (area_type, reference) in zip(places, found, strict=True):
            references[place] = reference
            is_own = area_type in context.register.types_of(area_code)
            if area_type is not None and is_own and area_type != rows[place]["area_type"]:
                name = context.register.area(area_code, area_type).name
                shown[place] = {**rows[place], "area_type": area_type, "area_name": name}
    return beside(context, shown, references, every)


def _key(row: Row) -> SeriesKey:
    return (row["indicator_id"], row["sex"], row["age"], row["breakdown"], row["period"])


def beside(
    context: Context,
    rows: Sequence[Row],
    references: Sequence[Reference],
    every: Sequence[Row] | None = None,
) -> list[Line]:
    """Rows with what each stands beside, as lines: all comparisons come from one call, and so do all grades.

    The main line of an indicator is the one for everyone; one that is published by sex or by group only has several.
    England itself and the United Kingdom are compared with nothing, and neither are illustrative figures.
    """
    chosen = [context.catalogue[row["indicator_id"]] for row in rows]
    # an illustrative figure stands beside nothing, and nothing beside one
    compared = [
        is_compared(row["area_code"]) and row["status"] != "illustrative" and not reference.is_illustrative
        for row, reference in zip(rows, references, strict=True)
    ]
    told = verdicts(
        context,
        [
            (
                indicator,
                row,
                Against(ENGLAND, "", reference.england if is_set_beside else None, reference.is_illustrative),
            )
            for indicator, row, reference, is_set_beside in zip(
                chosen, rows, references, compared, strict=True
            )
        ],
    )
    main = _main(rows)
    ages: dict[str, set[str]] = {}
    for row in rows if every is None else every:
        ages.setdefault(row["indicator_id"], set()).add(row["age"])
    given = grades(list(zip(chosen, rows, strict=True)))
    age_in = ages_in(context)
    return [
        Line(
            chosen[place],
            row,
            references[place].england if compared[place] else None,
            told[place].word,
            spine_of(references[place], row) if compared[place] and chosen[place].comparable else None,
            place in main,
            len(ages[row["indicator_id"]]) > 1,
            given[place],
            references[place].spread,
            None if row["status"] == "illustrative" else row["trend"],
            age_in(chosen[place], row),
            told[place].at_odds,
        )
        for place, row in enumerate(rows)
    ]


def main_rows(rows: Sequence[Row]) -> list[Row]:
    """The rows of each area and indicator that are shown first."""
    main = _main(rows)
    return [row for place, row in enumerate(rows) if place in main]


def _main(rows: Sequence[Row]) -> set[int]:
    """Places of the rows to show first: everyone of every age, else each sex, each group, each age."""
    by_indicator: dict[tuple[str, str], list[int]] = {}
    for place, row in enumerate(rows):
        by_indicator.setdefault((row["area_code"], row["indicator_id"]), []).append(place)
    main: set[int] = set()
    for places in by_indicator.values():
        if len(places) > 1:
            for column, whole in _WHOLE_GROUPS:
                places = [place for place in places if rows[place][column] == whole] or places
        main.update(places)
    return main


def main_of(lines: Sequence[Line]) -> list[Line]:
    """The lines to show first."""
    return [line for line in lines if line.is_main]


def by_group(lines: Sequence[Line]) -> list[Line]:
    """The lines that are not main, of the same period as the main line of their indicator.

    A group that the publisher gave up (an age band, say) ends before the others and is left out.
    """
    newest = {line.indicator.id: line.row["period"] for line in lines if line.is_main}
    return [
        line for line in lines if not line.is_main and newest.get(line.indicator.id) == line.row["period"]
    ]


def told_apart(main: Sequence[Line], compared: bool) -> LinesToShow:
    """Main lines as a table shows them: those set beside England, counts apart, illustrative ones apart."""
    real = [line for line in main if not line.illustrative and not line.not_summed]
    return LinesToShow(
        tuple(line for line in real if not (compared and line.indicator.is_count)),
        tuple(line for line in real if compared and line.indicator.is_count),
        tuple(line for line in main if line.illustrative),
        tuple(line for line in main if line.not_summed),
    )


def stands_out(lines: Sequence[Line]) -> list[Line]:
    """Lines that are better than England, the furthest first."""
    return _furthest(lines, GOOD)


def needs_a_look(lines: Sequence[Line]) -> list[Line]:
    """Lines that are worse than England, the furthest first."""
    return _furthest(lines, BAD)


def differs(lines: Sequence[Line]) -> list[Line]:
    """Lines that are lower or higher than England where neither is good or bad, the furthest first."""
    return _furthest(lines, DIFFERENT)


def _furthest(lines: Sequence[Line], categories: Sequence[str]) -> list[Line]:
    found = [line for line in lines if line.is_main and not line.illustrative and line.compared in categories]
    return sorted(found, key=lambda line: -line.distance)


def headline(context: Context) -> Indicator:
    """The indicator that is said first of an area; looked up once, since every page asks for it."""
    return context.cached("headline", lambda: the(context.catalogue, "headline"), pinned=True)


def key_indicators(context: Context) -> tuple[Indicator, ...]:
    """The indicators in the role ``cards``, in their order."""
    return context.cached_for_good("key indicators", lambda: in_role(context.catalogue, "cards"))


def cards_of(context: Context, lines: Sequence[Line]) -> list[Line]:
    """The lines of the key figures: of the first indicators in the role ``cards`` that the area has real figures of."""
    ranks = {indicator.id: rank for rank, indicator in enumerate(key_indicators(context))}
    found: dict[int, Line] = {}
    for line in lines:
        rank = ranks.get(line.indicator.id)
        if rank is not None and line.is_main and not line.illustrative and line.row["value"] is not None:
            # one that is published for each sex stands there with the first
            found.setdefault(rank, line)
    return [found[rank] for rank in sorted(found)[:MOST_CARDS]]


def newest_published(context: Context, lines: Sequence[Line]) -> tuple[Line, ...]:
    """The main lines whose figures were published last, all of one release; none where no day is known."""
    current = context.releases()
    days: dict[str, str] = {}
    for line in lines:
        release = current.get(line.row["release"])
        if (
            release
            and release["published_on"]
            and line.is_main
            and not (line.illustrative or line.not_summed)
        ):
            days[release["release_id"]] = release["published_on"]
    if not days:
        return ()
    newest = max(days, key=lambda release_id: days[release_id])
    return tuple(
        line for line in lines if line.is_main and not line.not_summed and line.row["release"] == newest
    )


def headline_of(context: Context, main: Sequence[Line]) -> Line | None:
    """The line that opens on other pages: the headline's, or the first that the area has; None without any."""
    first = headline(context)
    return next((line for line in main if line.indicator.id == first.id), main[0] if main else None)


def spoken_of(context: Context, lines: Sequence[Line]) -> list[Line]:
    """Two or three lines for someone with a minute: the headline, then the furthest on either side.

    The second and third come from themes that have not been spoken of, where there are such lines, and from measures
    that go on before those that have ended.
    """
    first = headline(context)
    told = [
        line for line in lines if line.is_main and not line.illustrative and line.row["value"] is not None
    ]
    spoken = [line for line in told if line.indicator.id == first.id][:1]
    for found in (needs_a_look(lines), stands_out(lines)):
        fresh = [line for line in found if line not in spoken]
        themes = {line.indicator.theme for line in spoken}
        fresh.sort(key=lambda line: line.age.ended is not None)
        other = next((line for line in fresh if line.indicator.theme not in themes), None)
        if other or fresh:
            spoken.append(other or fresh[0])
    if len(spoken) < 2 and not any(line.compared != "not_compared" for line in lines):
        # nothing to compare with (England itself, say): one figure of each of the first themes
        spoken += [line for line in told if holds(line.indicator, "goal")]
        for line in told:
            if len(spoken) < MOST_SPOKEN and line.indicator.theme not in {
                known.indicator.theme for known in spoken
            }:
                spoken.append(line)
    return spoken
