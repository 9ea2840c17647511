"""How areas compare with their benchmark: one rule for map, list, grid, profile and API."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import nan
from typing import TYPE_CHECKING, Any, cast

from dashboard.answers.comparison import Against, Benchmarks, Compared, Counts, Word
from dashboard.queries.benchmarks import benchmarks, with_shared
from indicators.notes import not_compared
from indicators.statistics.comparison import to_benchmark

if TYPE_CHECKING:
    from dashboard.address.context import Context
    from dashboard.address.view import View
    from dashboard.queries.rows import Row
    from indicators.catalogue import Indicator


def compare(context: Context, view: View, rows: Sequence[Row]) -> Compared:
    """The rows of a view beside what the view's benchmark says: ``benchmarks`` and ``words`` in one question."""
    found = benchmarks(context, view, rows)
    return compared(context.catalogue[view.indicator_id], rows, found)


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
    return Compared(found, by_area, counts(rows, by_area))


def compared(indicator: Indicator, rows: Sequence[Row], found: Benchmarks) -> Compared:
    """Rows of one indicator beside benchmarks that are known already."""
    found_words = words([(indicator, row, found.of(row["area_code"])) for row in rows])
    by_area = {row["area_code"]: word for row, word in zip(rows, found_words, strict=True)}
    return Compared(found, by_area, counts(rows, by_area))


def words(figures: Sequence[tuple[Indicator, Mapping[str, Any], Against]]) -> list[Word]:
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
