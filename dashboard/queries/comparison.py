"""How areas compare with their benchmark: one rule for map, list, grid, profile and API."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from math import nan
from typing import TYPE_CHECKING, Any, cast

from dashboard.answers.comparison import Against, Benchmarks, Compared, Counts, GroupRate, Verdict, Word
from dashboard.queries.benchmarks import benchmarks, middle_of, with_shared
from indicators.catalogue import rate_of_gap
from indicators.notes import not_compared
from indicators.statistics.comparison import to_benchmark

if TYPE_CHECKING:
    from dashboard.address.context import Context
    from dashboard.address.view import View
    from dashboard.queries.rows import Row
    from indicators.catalogue import Indicator

Figure = tuple["Indicator", Mapping[str, Any], Against]
"""One figure to compare: its indicator, its row, and its benchmark."""
_OPPOSITE: Mapping[Word, Word] = {"better": "worse", "worse": "better"}


def compare(context: Context, view: View, rows: Sequence[Row]) -> Compared:
    """The rows of a view beside what the view's benchmark says: ``benchmarks`` and ``words`` in one question."""
    found = benchmarks(context, view, rows)
    return compared(context, context.catalogue[view.indicator_id], rows, found)


def compare_all(context: Context, view: View, rows: Sequence[Row]) -> Compared:
    """``compare`` for ``rows_of`` the view's own type of area, cached until the next publication: the areas chosen, the
    parent and the picture change nothing of it.
    """
    key = ("compared", *view.key.values(), view.area_type, view.period, view.benchmark)
    return context.cached(key, lambda: compare(context, view, rows))


def narrowed(whole: Compared, rows: Sequence[Row]) -> Compared:
    """A comparison for some of its rows: the words stay as they are, counts and the shared benchmark are theirs alone."""
    by_area = {row["area_code"]: whole.by_area[row["area_code"]] for row in rows}
    against = {row["area_code"]: whole.benchmarks.of(row["area_code"]) for row in rows}
    found = with_shared(whole.benchmarks.kind, against, whole.benchmarks.shared)
    at_odds = {code: rate for code, rate in whole.at_odds.items() if code in by_area}
    return Compared(found, by_area, counts(rows, by_area), at_odds)


def compared(context: Context, indicator: Indicator, rows: Sequence[Row], found: Benchmarks) -> Compared:
    """Rows of one indicator beside benchmarks that are known already."""
    told = verdicts(context, [(indicator, row, found.of(row["area_code"])) for row in rows])
    by_code = {row["area_code"]: verdict for row, verdict in zip(rows, told, strict=True)}
    by_area = {code: verdict.word for code, verdict in by_code.items()}
    at_odds = {code: verdict.at_odds for code, verdict in by_code.items() if verdict.at_odds is not None}
    return Compared(found, by_area, counts(rows, by_area), at_odds)


def verdicts(context: Context, figures: Sequence[Figure]) -> list[Verdict]:
    """How each figure compares with its benchmark; indicators may differ. The only place where that is decided.

    The word is that of ``_words``, but a gap is judged with its rate: where the gap and the rate of the group itself
    (``rate_of_gap``) are both beyond chance and point different ways, the gap is ``not_compared``, and the verdict
    holds the rate. A gap can be narrow because others are out of work too. The rate is that of the same area, period
    and people, beside the same benchmark. Raises the store's errors.
    """
    found = _words(figures)
    gaps = {
        place: rate
        for place, (indicator, row, _) in enumerate(figures)
        if found[place] in _OPPOSITE
        and row.get("period")
        and (rate := rate_of_gap(context.catalogue, indicator)) is not None
    }
    verdicts = [Verdict(word) for word in found]
    if not gaps:
        return verdicts
    rates = _rates(context, {place: (rate, *figures[place][1:]) for place, rate in gaps.items()})
    for (place, (rate, row, against)), word in zip(rates.items(), _words(list(rates.values())), strict=True):
        if word == _OPPOSITE[found[place]] and against.value is not None:
            verdicts[place] = Verdict("not_compared", GroupRate(rate, row["value"], against.value))
    return verdicts


def _rates(context: Context, gaps: Mapping[int, Figure]) -> dict[int, Figure]:
    """For each gap the group's rate in the same area and period, beside the rate of the same benchmark.

    ``gaps`` have the rate's indicator with the gap's row and benchmark. Gaps whose rate or benchmark is not known are
    left out. One question to the store.
    """
    ages = {
        (row["sex"], row["breakdown"], rate.id): [
            series["age"]
            for series in context.available(rate.id)
            if (series["sex"], series["breakdown"]) == (row["sex"], row["breakdown"])
        ]
        for rate, row, _ in gaps.values()
    }
    groups = [
        (rate.id, row["period"], row["sex"], age, row["breakdown"])
        for rate, row, _ in gaps.values()
        for age in dict.fromkeys([row["age"], *ages[row["sex"], row["breakdown"], rate.id]])
    ]
    codes = dict.fromkeys(
        code
        for _, row, against in gaps.values()
        for code in (row["area_code"], against.area_code, *against.made_of)
        if code
    )
    held: dict[tuple[str, ...], dict[str, Row]] = {}
    for row in context.store.grid(groups=groups, area_codes=list(codes)):
        if row["value"] is not None and row["status"] != "illustrative":
            key = (row["indicator_id"], row["period"], row["sex"], row["breakdown"], row["area_code"])
            held.setdefault(key, {})[row["age"]] = row

    def of(rate: Indicator, gap: Mapping[str, Any], area_code: str) -> Row | None:
        there = held.get((rate.id, gap["period"], gap["sex"], gap["breakdown"], area_code), {})
        # a publisher may give another age band for another type of area
        return there.get(gap["age"]) or (next(iter(there.values())) if len(there) == 1 else None)

    found: dict[int, Figure] = {}
    for place, (rate, gap, against) in gaps.items():
        own = of(rate, gap, gap["area_code"])
        if against.area_code is not None:
            benchmark = of(rate, gap, against.area_code)
            value = benchmark["value"] if benchmark else None
        else:
            alike = {code: there["value"] for code in against.made_of if (there := of(rate, gap, code))}
            value = middle_of(alike, against.made_of)
        if own is not None and value is not None:
            found[place] = (rate, own, replace(against, value=value))
    return found


def _words(figures: Sequence[Figure]) -> list[Word]:
    """The word of each figure against its benchmark, in one vectorised call; indicators may differ.

    ``better``, ``similar`` or ``worse`` (polarity ``none``: ``higher``, ``similar``, ``lower``) by whether the 95%
    interval holds the benchmark. ``not_compared`` where the catalogue says so (a count, or a reason of its own), where
    value, interval or benchmark is missing, where the figure or its benchmark is illustrative, and for an area beside
    itself.
    """
    places = [place for place, figure in enumerate(figures) if _may_be_compared(*figure)]
    answer: list[Word] = ["not_compared"] * len(figures)
    if not places:
        return answer

    def column(name: str) -> list[float]:
        return [nan if (number := figures[place][1][name]) is None else float(number) for place in places]

    found = to_benchmark(
        column("value"),
        column("lower_ci_95"),
        column("upper_ci_95"),
        [nan if (value := figures[place][2].value) is None else float(value) for place in places],
        [figures[place][0].polarity for place in places],
    )
    for place, word in zip(places, found, strict=True):
        answer[place] = cast(Word, str(word))
    return answer


def _may_be_compared(indicator: Indicator, row: Mapping[str, Any], against: Against) -> bool:
    # a figure whose note says why it is not compared has too few people behind it, or counts too rounded, to be judged
    return (
        indicator.comparable
        and row["status"] != "illustrative"
        and not against.is_illustrative
        and against.area_code != row["area_code"]
        and not not_compared(row.get("note"))
    )


def counts(rows: Iterable[Mapping[str, Any]], by_area: Mapping[str, Word]) -> Counts:
    """How many areas have a figure, how they compare, and why the others have none; illustrative ones do not count."""
    listed = [row for row in rows if row["status"] != "illustrative"]
    present = [row for row in listed if row["value"] is not None]
    missing = Counter(str(row["status"]) for row in listed if row["value"] is None)
    return Counts(
        len(listed),
        len(present),
        Counter(by_area[row["area_code"]] for row in present),
        tuple(missing.most_common()),
    )
