"""What a release that waits in quarantine would change, for a person to look at: before and after, area by area.

It is kept beside the log, and never among the figures: pages, files and the API do not read it, but for the page on which
the person looks at it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, zip_longest

from etl.frames.observations import KEY
from etl.pipeline import Row
from etl.pipeline.diff import Concern
from etl.pipeline.planning import Plan
from indicators.store import Store
from indicators.store.writing import OBSERVATION_COLUMNS

MOST_LINES = 8
"""Lines (an indicator, period and group of people) that are kept: enough to see what is wrong."""
MOST_FIGURES = 2_000
"""Figures that are kept of all lines together, so that a run that waits stays small in the log."""
WITHDRAWN = "withdrawn"
"""Status of a figure that the waiting release does not have."""

_Line = tuple[str, str, str, str, str]
_Figure = tuple[float | None, str]
_PLACE = {name: place for place, name in enumerate(OBSERVATION_COLUMNS)}
_LINE = ("indicator_id", "period", "sex", "age", "breakdown")


def held_figures(store: Store, planned: Plan) -> Row:
    """The figures that a plan would change in the lines for which it waits.

    Gives ``lines`` with ``indicator_id, period, sex, age, breakdown`` and ``figures``: rows of area code, value and status
    now, value and status in the waiting release. ``left_out`` counts the figures of these lines that are too many to keep.
    """
    concerns = chosen(planned.diff.concerns)
    after = _after(planned, {(concern.indicator_id, concern.period) for concern in concerns})
    lines: dict[_Line, None] = {}
    for concern in concerns:
        if line := _line_of(concern, after):
            lines.setdefault(line)
    found: list[Row] = []
    room, left_out = MOST_FIGURES, 0
    for line in lines:
        figures = _changed(store.line(*line), after[line])
        left_out += max(0, len(figures) - room)
        figures = figures[:room]
        room -= len(figures)
        if figures:
            found.append({**dict(zip(_LINE, line, strict=True)), "figures": figures})
    return {"lines": found, "left_out": left_out}


def chosen(concerns: Iterable[Concern]) -> list[Concern]:
    """The concerns to look at: of each indicator in turn the newest period first, at most ``MOST_LINES``."""
    by_indicator: dict[str, list[Concern]] = {}
    for concern in dict.fromkeys(concerns):
        by_indicator.setdefault(concern.indicator_id, []).append(concern)
    newest_first = (
        sorted(own, key=lambda concern: concern.period, reverse=True) for own in by_indicator.values()
    )
    in_turn = chain.from_iterable(zip_longest(*newest_first))
    return [concern for concern in in_turn if concern is not None][:MOST_LINES]


def _after(planned: Plan, wanted: set[tuple[str, str]]) -> dict[_Line, dict[str, _Figure]]:
    """What the plan writes or removes in the lines of some indicators and periods, by line and area code."""
    found: dict[_Line, dict[str, _Figure]] = {}
    line_places = [_PLACE[name] for name in _LINE]
    code, value, status = (_PLACE[name] for name in ("area_code", "value", "status"))
    for cells in planned.changes.put:
        if (cells[line_places[0]], cells[line_places[1]]) in wanted:
            found.setdefault(_line(cells, line_places), {})[cells[code]] = (cells[value], cells[status])
    in_key = [KEY.index(name) for name in _LINE]
    for cells in planned.changes.removed:
        if (cells[in_key[0]], cells[in_key[1]]) in wanted:
            found.setdefault(_line(cells, in_key), {})[cells[KEY.index("area_code")]] = (None, WITHDRAWN)
    return found


def _line(cells: Sequence[object], places: Sequence[int]) -> _Line:
    first, period, sex, age, breakdown = (str(cells[place]) for place in places)
    return first, period, sex, age, breakdown


def _line_of(concern: Concern, after: dict[_Line, dict[str, _Figure]]) -> _Line | None:
    """The line of a concern; of one about a whole period the line that changes most, everyone's before any other."""
    fitting = [
        line
        for line in after
        if line[:2] == (concern.indicator_id, concern.period) and concern.group in (None, line[2:])
    ]
    return max(fitting, key=lambda line: (line[4] == "all", len(after[line])), default=None)


def _changed(before: dict[str, _Figure], after: dict[str, _Figure]) -> list[list[object]]:
    """Rows of the figures that differ, by area code; illustrative ones are not looked at."""
    rows: list[list[object]] = []
    for code in sorted(after):
        was, now = before.get(code, (None, "")), after[code]
        if was != now and "illustrative" not in (was[1], now[1]):
            rows.append([code, *was, *now])
    return rows
