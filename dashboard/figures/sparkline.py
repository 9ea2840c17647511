"""A sparkline: one area over time as a small line with a dot at its end, England dashed beside it.

Pure: lists in, SVG text out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from html import escape

from dashboard.answers.time_series import Line
from dashboard.figures import colours
from indicators.periods import Period

FEWEST_POINTS = 4
"""A series with fewer figures is not drawn: it says too little."""
_EDGE = 4  # px left free at each side, for the dot

Stretches = Sequence[Sequence[tuple[float, float]]]
"""(place in time, value) of the figures of a line, in the pieces that are joined."""


def sparkline(
    own: Sequence[float | None],
    beside: Sequence[float | None],
    label: str,
    *,
    width: int = 120,
    height: int = 32,
    is_england: bool = False,
) -> str:
    """SVG markup of a series and of the series beside it, or an empty text with fewer than ``FEWEST_POINTS`` values.

    own, beside  one value a period, of the same periods, oldest first; None where there is no figure (the line breaks)
    label        text alternative; without one the picture says nothing to a screen reader
    is_england   drawn in ink, since purple is the reader's own area
    """
    return _drawn(_by_place(own), _by_place(beside), label, width, height, is_england, is_fluid=False)


def of_lines(
    own: Line | None,
    beside: Line | None,
    label: str = "",
    *,
    width: int = 120,
    height: int = 32,
    is_england: bool = False,
    is_fluid: bool = False,
) -> str:
    """The same of lines with their breaks; what stands beside it is drawn for the time of ``own`` alone.

    is_fluid  fills any box, its strokes as thick as ever: for a place whose width follows the page
    """
    if own is None or len(held := _held(own)) < FEWEST_POINTS:
        return ""
    first, last = _day(held[0][0]), _day(held[-1][0])
    other = [] if beside is None else _held(beside)
    around = [(period, value) for period, value in other if first <= _day(period) <= last]
    return _drawn(
        _joined(own, held),
        _joined(beside, around) if beside is not None else [],
        label,
        width,
        height,
        is_england,
        is_fluid=is_fluid,
    )


def ends_of(line: Line) -> tuple[str, str]:
    """The first and the last period (ISO) that is drawn of a line that has figures."""
    held = line.held
    return held[0].period, held[-1].period


@lru_cache(maxsize=4096)
def _day(period: str) -> int:
    return Period.parse(period).midpoint.toordinal()


def _held(line: Line) -> list[tuple[str, float]]:
    return [(point.period, point.value) for point in line.points if point.value is not None]


def _joined(line: Line, held: Iterable[tuple[str, float]]) -> Stretches:
    ends = {found.after for found in line.breaks}
    if not ends:
        return [[(_day(period), value) for period, value in held]]
    stretches: list[list[tuple[float, float]]] = [[]]
    for period, value in held:
        stretches[-1].append((_day(period), value))
        if period in ends:
            stretches.append([])
    return [stretch for stretch in stretches if stretch]


def _by_place(values: Sequence[float | None]) -> Stretches:
    stretches: list[list[tuple[float, float]]] = [[]]
    for place, value in enumerate(values):
        if value is not None:
            stretches[-1].append((place, value))
        elif stretches[-1]:
            stretches.append([])
    return [stretch for stretch in stretches if stretch]


def _drawn(
    own: Stretches, beside: Stretches, label: str, width: int, height: int, is_england: bool, *, is_fluid: bool
) -> str:  # fmt: skip
    if sum(map(len, own)) < FEWEST_POINTS:
        return ""
    points = [point for stretch in (*own, *beside) for point in stretch]
    times = [time for time, _ in points]
    values = [value for _, value in points]
    start, low = min(times), min(values)
    across, high = max(times) - start, max(values)
    wide = (width - 2 * _EDGE) / (across or 1)
    tall = (height - 2 * _EDGE) / ((high - low) or 1)
    # a line without change lies in the middle
    foot = height - _EDGE if high > low else height / 2

    def path(stretches: Stretches) -> str:
        text = ""
        for stretch in stretches:
            places = [
                f"{_EDGE + (time - start) * wide:.1f} {foot - (value - low) * tall:.1f}"
                for time, value in stretch
            ]
            # a figure that is joined to nothing is a dot
            text += f"M{'L'.join(places)}" if len(places) > 1 else f"M{places[0]}h.01"
        return text

    colour = colours.INK if is_england else colours.OWN
    other = path(beside)
    time, value = own[-1][-1]
    said = f'role="img" aria-label="{escape(label, quote=True)}"' if label else 'aria-hidden="true"'
    fluid, steady = (
        (' preserveAspectRatio="none"', ' vector-effect="non-scaling-stroke"') if is_fluid else ("", "")
    )
    dashed = (
        f'<path d="{other}" fill="none" stroke="{colours.MUTED}" stroke-width="1.5" stroke-dasharray="3 2.5"{steady}/>'
        if other
        else ""
    )
    round_ends = f'fill="none" stroke="{colour}" stroke-linecap="round" stroke-linejoin="round"{steady}'
    return (
        f'<svg class="wh-sparkline" {said} viewBox="0 0 {width} {height}" width="{width}" height="{height}"{fluid}>'
        f'{dashed}<path d="{path(own)}" stroke-width="2.2" {round_ends}/>'
        # a dot stays round in a box of any shape as a stroke without length
        f'<path d="M{_EDGE + (time - start) * wide:.1f} {foot - (value - low) * tall:.1f}h0" stroke-width="6.4" '
        f"{round_ends}/></svg>"
    )
