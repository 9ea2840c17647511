"""The national goal as SVG: the published counts, the goal and a steady increase to it; and targets as bullet bars."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape
from math import ceil

from dashboard.figures import colours

WIDE, NARROW = 680, 358  # px: drawn for a desk and for a phone, so that no letter is scaled
HEIGHT = 320
_LEFT, _RIGHT, _TOP, _BOTTOM = 28, 92, 34, 34


def goal_svg(
    points: Sequence[tuple[date, float]],
    *,
    start: tuple[date, float],
    goal: tuple[date, float],
    label: str,
    width: int = WIDE,
) -> str:
    """An SVG of counts over time, in millions from zero, with the goal and the straight line to it.

    ``points`` are (middle of the period, people), oldest first; ``start`` and ``goal`` are the ends of the
    goal's line. Text stands beside every mark, so nothing rests on colour.
    """
    first = min(start[0], *(day for day, _ in points)) if points else start[0]
    last = max(goal[0], *(day for day, _ in points)) if points else goal[0]
    top = ceil(max(goal[1], *(value for _, value in points), 1) / 1e6)

    def x(day: date) -> float:
        years = (last - first).days or 1
        return round(_LEFT + (day - first).days / years * (width - _LEFT - _RIGHT), 1)

    def y(value: float) -> float:
        return round(HEIGHT - _BOTTOM - value / (top * 1e6) * (HEIGHT - _TOP - _BOTTOM), 1)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HEIGHT}" width="{width}" height="{HEIGHT}" '
        f'role="img" font-family="Helvetica, Arial, sans-serif" font-size="14" fill="{colours.INK}">',
        f"<title>{escape(label)}</title>",
        f'<rect width="{width}" height="{HEIGHT}" fill="{colours.PAPER}"/>',
        f'<text x="0" y="16" fill="{colours.MUTED}">Million people</text>',
    ]
    for million in range(top + 1):
        height = y(million * 1e6)
        parts.append(
            f'<path d="M{_LEFT} {height}H{width - _RIGHT}" stroke="{colours.LINE}" stroke-width="1"/>'
        )
        parts.append(f'<text x="{_LEFT - 8}" y="{height + 5}" text-anchor="end">{million}</text>')
    for year in range(first.year + (first > date(first.year, 1, 1)), last.year + 1):
        if (year - first.year) % (2 if width == WIDE else 4) == 1 or last.year - first.year < 8:
            parts.append(
                f'<text x="{x(date(year, 1, 1))}" y="{HEIGHT - 10}" text-anchor="middle">{year}</text>'
            )
    parts.append(
        f'<path d="M{x(start[0])} {y(start[1])}L{x(goal[0])} {y(goal[1])}" fill="none" '
        f'stroke="{colours.MUTED}" stroke-width="2" stroke-dasharray="6 5"/>'
    )
    gx, gy = x(goal[0]), y(goal[1])
    parts.append(
        f'<path d="M{gx - 7} {gy}l7 -7l7 7l-7 7z" fill="{colours.PAPER}" stroke="{colours.INK}" stroke-width="2"/>'
        f'<text x="{gx + 12}" y="{gy - 4}" font-weight="700">Goal: {goal[1] / 1e6:.1f}m</text>'
        f'<text x="{gx + 12}" y="{gy + 13}">by {goal[0].year}</text>'
    )
    if points:
        line = "L".join(f"{x(day)} {y(value)}" for day, value in points)
        parts.append(
            f'<path d="M{line}" fill="none" stroke="{colours.LINK}" stroke-width="3" stroke-linejoin="round"/>'
        )
    # the ends, the start of the goal and the first to pass it are named; the table beside has them all
    passed = next((day for day, value in points if value >= goal[1]), None)
    named = {day for day, _ in (*points[:1], *points[-1:])} | {start[0], passed}
    for i, (day, value) in enumerate(points):
        parts.append(
            f'<circle cx="{x(day)}" cy="{y(value)}" r="4.5" fill="{colours.LINK}" stroke="{colours.PAPER}"/>'
        )
        if day not in named:
            continue
        place, anchor = (x(day) + 8, "start") if i == 0 else (x(day), "end" if day == passed else "middle")
        weight = ' font-weight="700"' if day in (start[0], points[-1][0]) else ""
        parts.append(
            f'<text x="{place}" y="{y(value) - 11}" text-anchor="{anchor}"{weight}>{value / 1e6:.1f}m</text>'
        )
    parts.append("</svg>")
    return "".join(parts)


# ---- targets -----------------------------------------------------------------------------------------

BAR_HEIGHT = 26


def bullet_bar(
    value: float, limits: tuple[float | None, float | None], target: float, end: float, label: str
) -> str:
    """A figure as a bar from 0 with its 95% interval, and its target as an upright line; ``end`` is where the scale ends.

    Of any width: places are per cent of it.
    """

    def place(number: float) -> str:
        return f"{max(0.0, min(1.0, number / end)) * 100:.1f}%"

    low, high = limits
    interval = ""
    if low is not None and high is not None:
        ends = "".join(f'<line x1="{x}" x2="{x}" y1="9" y2="17"/>' for x in (place(low), place(high)))
        interval = f'<g stroke="{colours.INK}" stroke-width="1.5"><line x1="{place(low)}" x2="{place(high)}" y1="13" y2="13"/>{ends}</g>'
    return (
        f'<svg class="wh-bullet" role="img" aria-label="{escape(label, quote=True)}" width="100%" height="{BAR_HEIGHT}">'
        f'<rect y="3" width="100%" height="20" fill="{colours.PANEL}"/>'
        f'<rect y="7" width="{place(value)}" height="12" fill="{colours.BANDS[2]}"/>{interval}'
        f'<line x1="{place(target)}" x2="{place(target)}" y1="0" y2="{BAR_HEIGHT}" stroke="{colours.INK}" stroke-width="3"/></svg>'
    )
