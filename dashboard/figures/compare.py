"""Areas beside a benchmark: each in a row with its interval, and all of them as piled dots.

Pure: marks in, SVG markup out. Places across are in per cent of the width, so that a picture fills its column and its
words keep their size. Nothing here ranks an area (``figures.ranks`` does, with intervals).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor
from typing import Any

from dashboard.figures import colours
from dashboard.figures.axes import padded_range, round_step, tick_words
from dashboard.figures.marks import Benchmark, Mark, present_categories
from dashboard.figures.symbols import symbol
from dashboard.sentences import compare_words, interval_words, period_words, short_value_words, value_words
from indicators.catalogue import Indicator

ROW = 26
"""Height of a row in px."""
HEAD = 54
"""Height of the axis above the rows in px."""
_TICKS = 5  # steps of the axis, about: their words must fit on a phone
_SYMBOL = 5.0  # px, half the width of a mark
_DOT = 3.0  # px, half the width of a dot in a pile
_LABEL_Y, _SECOND_Y, _TICK_Y = 13, 30, 48  # px from the top of the axis
_WIDE, _NARROW = 1000, 320  # px of plot in which the dots of a pile must not overlap
_PITCH = 8  # px from dot to dot in a pile
_PILE_TOP, _PILE_FOOT = 40, 26  # px for names above the dots and for the axis below
_NAMES = {"much_better": "better", "much_worse": "worse", "much_higher": "higher", "much_lower": "lower"}


@dataclass(frozen=True, slots=True)
class Scale:
    """An axis of values from ``low`` to ``high``, with ticks ``step`` apart, or at ``places``."""

    low: float
    high: float
    step: float
    places: tuple[float, ...] = ()

    def at(self, value: float) -> float:
        """How far across a value stands, in per cent."""
        return round(100 * (value - self.low) / (self.high - self.low), 2)

    @property
    def ticks(self) -> list[float]:
        if self.places:
            return list(self.places)
        first = ceil(self.low / self.step - 1e-9)
        last = floor(self.high / self.step + 1e-9)
        return [rounded(place * self.step) for place in range(first, last + 1)]


def scale_of(
    marks: Iterable[Mark], levels: Iterable[float | None], bounds: tuple[float | None, float | None]
) -> Scale:
    """The axis on which every mark with its interval has room, and every level beside them."""
    ends = [end for mark in marks for end in (mark.value, mark.lower, mark.upper)]
    low, high = padded_range([*ends, *levels], bounds)
    return Scale(low, high, round_step((high - low) / _TICKS))


# ---- rows --------------------------------------------------------------------------------------------


def symbol_definitions(categories: Iterable[str]) -> str:
    """The marks of some comparisons, drawn once for all rows, which only name them."""
    return _definitions("s", categories, _SYMBOL)


def pile_definitions(categories: Iterable[str]) -> str:
    """The dots of some comparisons, drawn once for a whole pile."""
    return _definitions("d", categories, _DOT)


def _definitions(kind: str, categories: Iterable[str], size: float) -> str:
    drawn = "".join(
        f'<g id="wh-{kind}-{name}">{symbol(name, 0, 0, size)}</g>'
        for name in sorted(set(map(_shape, categories)))
    )
    return f'<svg class="wh-symbols" width="0" height="0" aria-hidden="true" focusable="false"><defs>{drawn}</defs></svg>'


def _shape(category: str) -> str:
    return _NAMES.get(category, category)


def row_picture(mark: Mark, scale: Scale, *, own_level: bool = False) -> str:
    """The interval and the value of one area. ``own_level`` draws what the area alone is compared with.

    The lines that all rows share are the background of the cell (``shared_lines``).
    """
    parts = []
    if own_level and mark.benchmark is not None:
        x = scale.at(mark.benchmark)
        parts.append(f'<line class="wh-level" x1="{x}%" x2="{x}%" y1="3" y2="23"/>')
    if mark.lower is not None and mark.upper is not None:
        parts.append(f'<line x1="{scale.at(mark.lower)}%" x2="{scale.at(mark.upper)}%" y1="13" y2="13"/>')
    parts.append(f'<use href="#wh-s-{_shape(mark.compared)}" x="{scale.at(mark.value)}%" y="13"/>')
    return f'<svg class="wh-interval" width="100%" height="{ROW}" aria-hidden="true">{"".join(parts)}</svg>'


def shared_lines(scale: Scale, level: float | None, second: float | None) -> str:
    """The CSS background of every row: the benchmark as a solid line, a second level dashed, the ticks as hairlines."""
    lines = []
    if level is not None:
        lines.append(f"linear-gradient(var(--ink),var(--ink)) {scale.at(level)}% 0/2px 100%")
    if second is not None:
        lines.append(
            f"repeating-linear-gradient(var(--ink) 0 4px,transparent 4px 7px) {scale.at(second)}% 0/1.5px 100%"
        )
    lines += [
        f"linear-gradient(var(--line),var(--line)) {scale.at(tick)}% 0/1px 100%" for tick in scale.ticks
    ]
    return ",".join(f"{line} no-repeat" for line in lines)


def axis_head(scale: Scale, ticks: Callable[[float], str], lines: Sequence[tuple[float, str]]) -> str:
    """The axis above the rows, with its ticks in words and the names of its ``lines`` (place, words), the benchmark first.

    Each name has a line of its own, so that they never meet. At most two.
    """
    parts = [_head_text(scale.at(tick), _TICK_Y, ticks(tick), "wh-tick") for tick in scale.ticks]
    for (value, words), y, look in zip(lines, (_LABEL_Y, _SECOND_Y), ("wh-level-name", ""), strict=False):
        parts.append(_head_text(scale.at(value), y, words, look))
    return f'<svg class="wh-axis" width="100%" height="{HEAD}" aria-hidden="true">{"".join(parts)}</svg>'


def _head_text(x: float, y: int, words: str, class_name: str) -> str:
    """Words over a place of the axis, turned inwards near its ends."""
    anchor = "start" if x < 22 else "end" if x > 78 else "middle"
    if class_name == "wh-tick":
        anchor = "start" if x < 3 else "end" if x > 97 else "middle"
    class_text = f' class="{class_name}"' if class_name else ""
    return f'<text x="{x}%" y="{y}" text-anchor="{anchor}"{class_text}>{escape(words, quote=False)}</text>'


# ---- the pile ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pile:
    """The dots of many areas at one width, without those chosen: the same whichever areas are chosen.

    places  of each dot by area: per cent across, and px from the top
    """

    drawn: str
    places: Mapping[str, tuple[float, float]]
    height: int


@dataclass(frozen=True, slots=True)
class Piles:
    """The dots of many areas for a wide screen and for a narrow one, on one scale.

    step  what the values of the wide one are rounded to
    """

    scale: Scale
    step: float
    wide: Pile
    narrow: Pile


def piles(marks: Sequence[Mark], level: float | None, indicator: Indicator) -> Piles:
    """Every area as a dot at its value, piled up: a histogram in which each area can be found."""
    values = [mark.value for mark in marks]
    low, high = padded_range([*values, level], indicator.bounds)
    scale = Scale(low, high, round_step((high - low) / _TICKS))
    return Piles(
        scale,
        pile_step(low, high, _WIDE),
        _pile(marks, scale, pile_step(low, high, _WIDE)),
        _pile(marks, scale, pile_step(low, high, _NARROW)),
    )


def pile_step(low: float, high: float, width: int) -> float:
    """What values are rounded to, so that dots do not overlap in a plot of some px."""
    return round_step((high - low) * _PITCH / width)


def _pile(marks: Sequence[Mark], scale: Scale, step: float) -> Pile:
    placed = piled([mark.value for mark in marks], step)
    levels = max((level for _, level in placed), default=0) + 1
    foot = _PILE_TOP + levels * _PITCH
    places = {
        mark.area_code: (scale.at(x), foot - _PITCH / 2 - level * _PITCH)
        for mark, (x, level) in zip(marks, placed, strict=True)
    }
    dots = "".join(
        f'<use href="#wh-d-{_shape(mark.compared)}" x="{places[mark.area_code][0]}%" y="{places[mark.area_code][1]:g}"/>'
        for mark in marks
    )
    return Pile(dots, places, foot + _PILE_FOOT)


def piled(values: Sequence[float], step: float) -> list[tuple[float, int]]:
    """Where each dot stands: its value to the nearest ``step``, and its level there, the lowest value at 0."""
    heights: dict[int, int] = {}
    placed = [(0.0, 0)] * len(values)
    for i in sorted(range(len(values)), key=lambda i: (values[i], i)):
        column = floor(values[i] / step + 0.5)  # round() would favour even columns
        placed[i] = (rounded(column * step), heights.get(column, 0))
        heights[column] = heights.get(column, 0) + 1
    return placed


def pile_picture(
    found: Piles, chosen: Sequence[Mark], *, indicator: Indicator, benchmark: Benchmark, label: str
) -> str:
    """Both widths of a pile; the sheet shows the one that fits. The first of ``chosen`` is the reader's own area."""
    return "".join(
        _pile_picture(pile, found.scale, chosen, indicator, benchmark, label, width)
        for pile, width in ((found.wide, "wide"), (found.narrow, "narrow"))
    )


def _pile_picture(
    pile: Pile,
    scale: Scale,
    chosen: Sequence[Mark],
    indicator: Indicator,
    benchmark: Benchmark,
    label: str,
    width: str,
) -> str:
    foot = pile.height - _PILE_FOOT
    parts = [f'<line class="wh-ground" x1="0" x2="100%" y1="{foot}" y2="{foot}"/>']
    for tick in scale.ticks:
        x = scale.at(tick)
        parts.append(f'<line class="wh-ground" x1="{x}%" x2="{x}%" y1="{foot}" y2="{foot + 4}"/>')
        parts.append(_head_text(x, foot + 19, tick_words(tick, scale.step, indicator), "wh-tick"))
    if benchmark.value is not None:
        x = scale.at(benchmark.value)
        words = f"{benchmark.name} {short_value_words(benchmark.value, indicator)}"
        parts.append(f'<line class="wh-level" x1="{x}%" x2="{x}%" y1="{_SECOND_Y + 4}" y2="{foot}"/>')
        parts.append(_head_text(x, _SECOND_Y, words, "wh-level-name"))
    own = chosen[0] if chosen else None
    if own is not None:
        x = scale.at(own.value)
        parts.append(f'<line class="wh-own" x1="{x}%" x2="{x}%" y1="{_LABEL_Y + 4}" y2="{foot}"/>')
        parts.append(_head_text(x, _LABEL_Y, own.name, "wh-own-name"))
    parts.append(pile.drawn)
    for mark in chosen:
        if mark.area_code in pile.places:
            x, y = pile.places[mark.area_code]
            look = "wh-own-dot" if mark is own else "wh-ring"
            parts.append(f'<circle class="{look}" cx="{x}%" cy="{y:g}" r="6"/>')
    return (
        f'<svg class="wh-pile wh-pile-{width}" role="img" width="100%" height="{pile.height}" '
        f'aria-label="{escape(label, quote=True)}">{"".join(parts)}</svg>'
    )


# ---- the whole picture to download -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One area of a picture taken away: its mark and its words."""

    mark: Mark
    value: str
    interval: str
    word: str
    is_own: bool = False


_SHEET, _EDGE, _PLOT_X, _PLOT_WIDTH = 1040, 16, 330, 410  # px
_VALUE_X, _INTERVAL_X, _WORD_X = 250, 756, 890  # px
_LETTERS = {20: 98, 13: 158}  # of a line across the sheet, by size


def sheet(
    rows: Sequence[SheetRow],
    scale: Scale,
    *,
    indicator: Indicator,
    level: Benchmark,
    second: Benchmark | None,
    title: str,
    notes: Sequence[str],
) -> str:
    """The rows as one SVG with title, axis and key that stands alone. ``notes`` are the source, its date and licence."""
    from textwrap import wrap

    drawn: list[str] = []
    y = _EDGE + 20
    for line in wrap(title, _LETTERS[20]):
        drawn.append(_sheet_text(_EDGE, y, line, size=20, weight="700"))
        y += 26
    drawn += _sheet_key([row.mark for row in rows], y + 8)
    top = y + 26 + HEAD
    foot = top + ROW * len(rows)

    def across(value: float) -> float:
        return round(_PLOT_X + _PLOT_WIDTH * scale.at(value) / 100, 1)

    for tick in scale.ticks:
        x = across(tick)
        drawn.append(_sheet_line(x, top, x, foot, colours.LINE, 1))
        drawn.append(_sheet_text(x, top - 8, tick_words(tick, scale.step, indicator), anchor="middle"))
    for named, place, dash in ((level, top - 42, ""), (second, top - 25, "4 3")):
        if named is not None and named.value is not None:
            x = across(named.value)
            drawn.append(_sheet_line(x, top, x, foot, colours.INK, 2 if not dash else 1.5, dash))
            words = f"{named.name} {short_value_words(named.value, indicator)}"
            drawn.append(_sheet_text(x, place, words, anchor="middle", weight="" if dash else "700"))
    for place, row in enumerate(rows):
        drawn += _sheet_row(row, top + ROW * place, across)
    y = foot + 28
    for note in notes:
        for line in wrap(note, _LETTERS[13]):
            drawn.append(_sheet_text(_EDGE, y, line, colour=colours.MUTED))
            y += 18
    height = y + 4
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_SHEET} {height}" width="{_SHEET}" height="{height}" role="img" '
        f'font-family="Helvetica, Arial, sans-serif" font-size="13" fill="{colours.INK}"><title>{escape(title, quote=False)}</title>'
        f'<rect width="{_SHEET}" height="{height}" fill="{colours.PAPER}"/>{"".join(drawn)}</svg>'
    )


def _sheet_row(row: SheetRow, top: float, across: Any) -> list[str]:
    middle, mark = top + ROW / 2, row.mark
    colour = colours.OWN if row.is_own else colours.INK
    weight = "700" if row.is_own else ""
    drawn = [
        _sheet_text(_EDGE, middle + 5, mark.name, colour=colour, weight=weight),
        _sheet_text(_VALUE_X, middle + 5, row.value, weight="700"),
        _sheet_text(_INTERVAL_X, middle + 5, row.interval, colour=colours.MUTED),
        _sheet_text(_WORD_X, middle + 5, row.word),
    ]
    if mark.lower is not None and mark.upper is not None:
        drawn.append(_sheet_line(across(mark.lower), middle, across(mark.upper), middle, colours.INK, 2))
    return [*drawn, symbol(mark.compared, across(mark.value), middle, _SYMBOL)]


def _sheet_key(marks: Sequence[Mark], y: float) -> list[str]:
    drawn, x = [], float(_EDGE)
    for category in present_categories(marks):
        if category != "not_compared":
            words = compare_words(category)
            drawn += [symbol(category, x + 6, y, _SYMBOL), _sheet_text(x + 18, y + 5, words)]
            x += 18 + len(words) * 7.2 + 20
    if any(mark.lower is not None for mark in marks):
        drawn += [
            _sheet_line(x, y, x + 26, y, colours.INK, 2),
            _sheet_text(x + 34, y + 5, "95% confidence interval"),
        ]
    return drawn


def _sheet_text(
    x: float,
    y: float,
    words: str,
    *,
    size: int = 13,
    weight: str = "",
    anchor: str = "",
    colour: str = colours.INK,
) -> str:
    given = "".join(
        f' {name}="{value}"' for name, value in (("font-weight", weight), ("text-anchor", anchor)) if value
    )
    return f'<text x="{x:g}" y="{y:g}" font-size="{size}" fill="{colour}"{given}>{escape(words, quote=False)}</text>'


def _sheet_line(x1: float, y1: float, x2: float, y2: float, colour: str, width: float, dash: str = "") -> str:
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" stroke="{colour}" stroke-width="{width:g}"{dashed}/>'


# ---- what is said under the pointer ------------------------------------------------------------------


def hovers(
    marks: Sequence[Mark], indicator: Indicator, period: str, benchmark: Benchmark, also: str = ""
) -> dict[str, Any]:
    """What is said of the areas of a trace under the pointer: name, value, interval, period, comparison, a line each.

    What all of them share stands in plotly's template and is sent once. ``also`` is a line of the template's own.
    """
    figures = [_figure_lines(mark, indicator) for mark in marks]
    known: dict[tuple[Any, ...], str] = {}  # most areas share a few
    others = []
    for mark in marks:
        key = (mark.compared, mark.benchmark, mark.benchmark_name, mark.illustrative)
        if key not in known:
            known[key] = _other_lines(mark, indicator, period, benchmark)
        others.append(known[key])
    shared = others[0] if len(set(others)) == 1 else ""
    if not shared:
        figures = [f"{figure}<br>{other}" for figure, other in zip(figures, others, strict=True)]
    lines = ["<b>%{text}</b>", "%{customdata}", *(line for line in (shared, also) if line)]
    return {
        "text": [escape(mark.name, quote=False) for mark in marks],
        "customdata": figures,
        "hovertemplate": f"{'<br>'.join(lines)}<extra></extra>",
    }


def _figure_lines(mark: Mark, indicator: Indicator) -> str:
    between = interval_words(mark.lower, mark.upper, indicator)
    value = value_words(mark.value, indicator)
    return f"{value}<br>95% interval {between}" if between else value


def _other_lines(mark: Mark, indicator: Indicator, period: str, benchmark: Benchmark) -> str:
    lines = [period_words(period)]
    if mark.compared not in ("not_compared", "illustrative"):
        words = compare_words(mark.compared)
        joiner = "to" if mark.compared == "similar" else "than"
        level = f" ({short_value_words(mark.benchmark, indicator)})" if mark.benchmark is not None else ""
        name = mark.benchmark_name or benchmark.name
        lines.append(f"{words} {joiner} {escape(name, quote=False)}{level}")
    if mark.illustrative:
        lines.append("Illustrative, not a real figure")
    return "<br>".join(lines)


def rounded(number: float) -> float:
    """Without the noise of floating point: what is sent has as many digits as can be seen."""
    return float(f"{number:.8g}")
