"""Who stood when: a bar for each code of an area's history, a line down for each day of change.

Pure: an answer in, SVG text out (every text escaped). Its width is that of its place, its texts keep their size.
"""

from __future__ import annotations

from datetime import date
from html import escape

from dashboard.answers.area_history import AreaTimeline
from dashboard.figures.axes import wrapped
from dashboard.sentences import short_name

MOST_ROWS = 16
"""A history of more codes is said by its table alone."""
ROW, BAR, TOP, FOOT = 36, 10, 26, 8
"""px: a code's row with its name above the bar, the bar, the years above, room below."""
_NAME = 44  # characters of a name that fit a phone
_APART = 22.0  # per cent of the width between the names of two days
_SPARE = 400  # days before the first change and after the last one


def timeline_svg(timeline: AreaTimeline, label: str) -> str:
    """The picture with ``label`` as its text alternative; empty for more than ``MOST_ROWS`` codes."""
    if len(timeline.lives) > MOST_ROWS:
        return ""
    days = sorted({step.changed_on for step in timeline.steps})
    first = days[0].toordinal() - _SPARE
    last = max(timeline.today.toordinal(), days[-1].toordinal() + _SPARE)

    def x(day: date) -> float:
        return round(100 * (day.toordinal() - first) / (last - first), 2)

    foot = TOP + ROW * len(timeline.lives) + FOOT
    parts = [
        f'<svg class="wh-timeline" width="100%" height="{foot}" role="img" aria-label="{escape(label, quote=True)}">'
    ]
    named = -_APART
    for day in days:
        place = x(day)
        parts.append(f'<line x1="{place:g}%" x2="{place:g}%" y1="{TOP - 4}" y2="{foot - FOOT}"/>')
        # of days whose names would touch the first is named; the table has them all
        if place - named >= _APART:
            named = place
            parts.append(
                f'<text class="wh-tick" x="{place:g}%" y="{TOP - 10}" text-anchor="{_anchor(place)}">{day:%b %Y}</text>'
            )
    for place, life in enumerate(timeline.lives):
        y = TOP + ROW * place
        start = 0.0 if life.start_on is None else max(x(life.start_on), 0.0)
        end = 100.0 if life.end_on is None else max(min(x(life.end_on), 100.0), start)
        [name] = wrapped(short_name(life.name), _NAME, most_lines=1)
        is_late = start > 50
        at = 'x="100%" text-anchor="end"' if is_late else f'x="{start:g}%"'
        own = ' class="wh-timeline-own"' if life.is_own else ""
        parts.append(
            f'<g{own}><text {at} y="{y + 16}">{name}</text>'
            f'<rect x="{start:g}%" y="{y + 21}" width="{round(max(end - start, 0.4), 2):g}%" height="{BAR}"/></g>'
        )
    return "".join([*parts, "</svg>"])


def _anchor(place: float) -> str:
    return "start" if place < 10 else "end" if place > 90 else "middle"
