"""Whole pictures to download of what a page draws in many pieces: spine chart, grid, small multiples, dumbbells.

Pure: words and numbers in, one SVG out (every text escaped) with title, key and source, so that it stands alone.
Nothing is said by colour alone: each comparison has its word, its shape, or both.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from dashboard.answers.profile import Spine
from dashboard.figures import colours, spine
from dashboard.figures.axes import FONT, wrapped
from dashboard.figures.conditions import HEIGHT, LOW_HEIGHT, Dumbbell, axis_ticks, dumbbell
from dashboard.figures.symbols import symbol
from dashboard.sentences import COMPARE_WORDS
from dashboard.sentences.grid import ARROWS, ARROWS_KEY, Cell, Column, Line

_EDGE = 16  # px of white around
_LEAST_WIDTH = 720  # px of a sheet, so that its words have room
_LETTER = 6.5  # px of one letter at 13 px, in a line with many capitals
_LINE = 16  # px from line to line


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around a picture: title, sentences below it, source at the foot."""

    title: str
    lead: Sequence[str]
    source: str


@dataclass(frozen=True, slots=True)
class SpineRow:
    """One figure of an area in words, and its spine; ``detail`` says why there is no spine, or what to know."""

    name: str
    value: str
    interval: str
    england: str
    drawn: Spine | None
    compared: str
    word: str
    period: str
    detail: str = ""


def _text(x: float, y: float, line: str, **style: str) -> str:
    """A line of text; ``line`` is escaped already."""
    attributes = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in style.items())
    return f'<text x="{x:g}" y="{y:g}"{attributes}>{line}</text>'


def _lines(x: float, y: float, lines: Sequence[str], **style: str) -> str:
    return "".join(_text(x, y + place * _LINE, line, **style) for place, line in enumerate(lines))


def _moved(x: float, y: float, drawn: str) -> str:
    return f'<g transform="translate({x:g} {y:g})">{drawn}</g>'


def _framed(frame: Frame, width: float, parts: Sequence[tuple[str, float]]) -> str:
    """The document: title and lead, then the parts (drawing, height) one below the other, then the source."""
    inside = width - 2 * _EDGE
    drawn: list[str] = []
    y = _EDGE + 18.0
    for line in wrapped(frame.title, int(inside / 10)):
        drawn.append(_text(_EDGE, y, line, font_size="20", font_weight="700"))
        y += 24
    for words in frame.lead:
        lines = wrapped(words, int(inside / _LETTER))
        drawn.append(_lines(_EDGE, y, lines))
        y += len(lines) * _LINE + 4
    for part, height in parts:
        drawn.append(_moved(_EDGE, y, part))
        y += height
    source = wrapped(frame.source, int(inside / _LETTER))
    drawn.append(_lines(_EDGE, y + 20, source, fill=colours.MUTED))
    height = ceil(y + 20 + len(source) * _LINE + _EDGE / 2)
    title = wrapped(frame.title, len(frame.title) + 1)[0]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height}" width="{width:g}" height="{height}" '
        f'role="img" font-family="{FONT}" font-size="13" fill="{colours.INK}"><title>{title}</title>'
        f'<rect width="{width:g}" height="{height}" fill="#FFFFFF"/>{"".join(drawn)}</svg>'
    )


def framed_picture(frame: Frame, svg: str) -> str:
    """A finished picture with what stands around it. ``svg`` names its width and its height in px in its first tag."""
    sizes = re.search(r'^<svg [^>]*\bwidth="(\d+)" height="(\d+)"', svg)
    if sizes is None:
        raise ValueError(
            f'svg: {svg[:60]!r} names no width and height; expected <svg … width="680" height="320"'
        )
    return _framed(frame, max(int(sizes[1]) + 2 * _EDGE, _LEAST_WIDTH), [(svg, int(sizes[2]))])


# ---- the spine chart of an area ----------------------------------------------------------------------

_SPINE_WIDTH = 1200
_VALUE, _ENGLAND, _SPINE, _WORD, _PERIOD = 276, 400, 476, 896, 1020  # px from the left of the drawing
_SPINE_ROW = 42


def spine_sheet(frame: Frame, area_name: str, themes: Sequence[tuple[str, Sequence[SpineRow]]]) -> str:
    """Every row of an area's spine chart, by theme, with its key."""
    heads = (
        (0, "Indicator"),
        (_VALUE, area_name),
        (_ENGLAND, "England"),
        (_SPINE, "◄ Worse · England · Better ►"),
        (_WORD, "Compared"),
        (_PERIOD, "Period"),
    )
    lines = {words: wrapped(words, 17 if words == area_name else 40, most_lines=3) for _, words in heads}
    height = max(len(words) for words in lines.values()) * _LINE
    parts = [
        _lines(x, 8 + height - (len(lines[words]) - 1) * _LINE, lines[words], font_weight="700")
        for x, words in heads
    ]
    y = height + 16.0
    for theme, rows in themes:
        parts += [_rule(y, colours.INK), _text(0, y + 20, wrapped(theme, 120)[0], font_weight="700")]
        y += 28
        for row in rows:
            parts += [_rule(y, colours.LINE), _spine_row(row, y)]
            y += _SPINE_ROW
    parts.append(_rule(y, colours.INK))
    return _framed(frame, _SPINE_WIDTH, [_spine_key(), ("".join(parts), y)])


def _rule(y: float, colour: str) -> str:
    return f'<path d="M0 {y:g}H{_SPINE_WIDTH - 2 * _EDGE}" stroke="{colour}"/>'


def _spine_row(row: SpineRow, y: float) -> str:
    parts = [
        _lines(0, y + 17, wrapped(row.name, 42, most_lines=2)),
        _text(_VALUE, y + 17, wrapped(row.value, 19, most_lines=1)[0], font_weight="700"),
        _text(_VALUE, y + 33, wrapped(row.interval, 24, most_lines=1)[0], font_size="11"),
        _text(_ENGLAND, y + 17, wrapped(row.england, 12, most_lines=1)[0]),
        _lines(_WORD, y + 17, wrapped(row.word, 18, most_lines=2)),
        _lines(_PERIOD, y + 17, wrapped(row.period, 22, most_lines=2)),
    ]
    if row.drawn is not None:
        parts.append(_moved(_SPINE, y + 3, spine.marks(row.drawn, row.compared)))
    else:
        parts.append(_text(_SPINE, y + 17, wrapped(row.detail, 36, most_lines=1)[0], fill=colours.MUTED))
    return "".join(parts)


def _spine_key() -> tuple[str, float]:
    parts = []
    for place, (part, words) in enumerate(spine.KEY):
        x, y = (place % 2) * 500, (place // 2) * 24
        parts.append(_moved(x, y, spine.key_svg(part)) + _text(x + 46, y + 15, wrapped(words, 90)[0]))
    return "".join(parts), ceil(len(spine.KEY) / 2) * 24 + 8


# ---- the grid of the overview ------------------------------------------------------------------------

_HATCHING = "url(#illustrative)"
_HATCHES = (
    '<defs><pattern id="illustrative" width="8" height="8" patternUnits="userSpaceOnUse">'
    f'<rect width="8" height="8" fill="#FFFFFF"/><path d="M-2 2L2 -2M0 8L8 0M6 10L10 6" stroke="{colours.ILLUSTRATIVE}" '
    'stroke-width="2"/></pattern></defs>'
)
_NAME_WIDTH, _CELL_WIDTH = 256, 108
_GRID_KEY = ("better", "similar", "worse", "higher", "lower")


def grid_sheet(frame: Frame, columns: Sequence[Column], themes: Sequence[tuple[str, Sequence[Line]]]) -> str:
    """The grid as a table-like picture: value, trend arrow, word and symbol in every cell."""
    width = max(_NAME_WIDTH + _CELL_WIDTH * len(columns) + 2 * _EDGE, _LEAST_WIDTH)
    heads = [
        [*wrapped(column.name, 15, most_lines=4), *(wrapped(column.role, 15) if column.role else [])]
        for column in columns
    ]
    height = max(len(lines) for lines in heads) * _LINE
    parts = [_text(0, height, "Indicator", font_weight="700")]
    parts += [
        _lines(
            _NAME_WIDTH + place * _CELL_WIDTH + 6, height - (len(lines) - 1) * _LINE, lines, font_weight="700"
        )
        for place, lines in enumerate(heads)
    ]
    y = height + 10.0
    for theme, lines in themes:
        parts.append(_text(0, y + 20, wrapped(theme, 120)[0], font_size="15", font_weight="700"))
        y += 28
        for line in lines:
            drawn, tall = _grid_line(line, y)
            parts.append(drawn)
            y += tall
    drawn = "".join(parts)
    if _HATCHING in drawn:
        drawn = _HATCHES + drawn
    return _framed(frame, width, [_grid_key(), (drawn, y)])


def _grid_line(line: Line, y: float) -> tuple[str, float]:
    """A row of the grid and its height."""
    name = [*wrapped(line.name, 38, most_lines=2)]
    cells = [_cell_lines(cell) for cell in line.cells]
    height = max(len(name) + 1, *(len(lines) for lines in cells)) * _LINE + 8
    parts = [
        f'<path d="M0 {y:g}h{_NAME_WIDTH}" stroke="{colours.LINE}"/>',
        _lines(0, y + 17, name),
        _text(
            0,
            y + 17 + len(name) * _LINE,
            wrapped(line.detail, 40, most_lines=1)[0],
            fill=colours.MUTED,
        ),
    ]
    for place, (cell, lines) in enumerate(zip(line.cells, cells, strict=True)):
        x = _NAME_WIDTH + place * _CELL_WIDTH
        fill = _HATCHING if cell.illustrative else colours.PAPER
        parts.append(
            f'<rect x="{x + 0.5:g}" y="{y + 0.5:g}" width="{_CELL_WIDTH - 2}" height="{height - 2:g}" fill="{fill}" '
            f'stroke="{colours.LINE}"/>'
        )
        if cell.compared not in ("", "not_compared", "illustrative"):
            parts.append(symbol(cell.compared, x + _CELL_WIDTH - 14, y + 13, 5.5))
        for number, text in enumerate(lines):
            weight = {"font_weight": "700"} if number == 0 and cell.value else {}
            parts.append(_text(x + 6, y + 17 + number * _LINE, text, **weight))
    return "".join(parts), height


def _cell_lines(cell: Cell) -> list[str]:
    """The escaped lines of a cell: value with its trend arrow, the word of the comparison, what to know."""
    arrow = ARROWS.get(cell.direction, "")
    first = f"{cell.value} {arrow}".strip()
    lines = wrapped(first, 16) if first else []
    if cell.word:
        lines += wrapped(cell.word, 16)
    return lines


def _grid_key() -> tuple[str, float]:
    parts = [
        symbol(category, place * 112 + 8, 11, 6) + _text(place * 112 + 22, 16, COMPARE_WORDS[category])
        for place, category in enumerate(_GRID_KEY)
    ]
    return "".join([*parts, _text(0, 44, f"No symbol: not compared. {ARROWS_KEY}.")]), 62


# ---- small multiples ---------------------------------------------------------------------------------

_ACROSS, _PICTURE_WIDTH, _PICTURE_HEIGHT, _NAME_HEIGHT = 3, 304, 130, 40


def multiples_sheet(
    frame: Frame, pictures: Sequence[tuple[str, str]], *, height: float = _PICTURE_HEIGHT
) -> str:
    """Small pictures (name, SVG of ``figures.multiples``) of ``height`` px three in a row, each under its name."""
    parts = []
    row = height + _NAME_HEIGHT + 12
    for place, (name, svg) in enumerate(pictures):
        x = place % _ACROSS * _PICTURE_WIDTH
        y = place // _ACROSS * row
        parts += [
            _lines(x, y + 14, wrapped(name, 38, most_lines=2), font_weight="700"),
            _moved(x, y + _NAME_HEIGHT, svg),
        ]
    rows = ceil(len(pictures) / _ACROSS)
    return _framed(frame, _ACROSS * _PICTURE_WIDTH + 2 * _EDGE, [(_moved(0, 6, "".join(parts)), rows * row)])


# ---- the dumbbells of an area --------------------------------------------------------------------------

_GAP_WIDTH = 1000
_GAP_LEFT, _GAP_SCALE = 270, 420  # px from the left of the drawing, and how wide the scale is
_GAP_SAID = _GAP_LEFT + _GAP_SCALE + 40


@dataclass(frozen=True, slots=True)
class GapRow:
    """A group of people by health condition: who they are, its marks (``figures.conditions``), and what is said of it.

    A group without marks says why in ``said``.
    """

    name: str
    period: str
    lines: Sequence[Dumbbell]
    said: str


def gap_sheet(frame: Frame, rows: Sequence[GapRow], end: float) -> str:
    """Every group in a row on one scale from 0 to ``end`` per cent, with its words at the right."""
    inside = _GAP_WIDTH - 2 * _EDGE
    ticks = axis_ticks(end)
    places = [_GAP_LEFT + part * _GAP_SCALE / 4 for part in range(len(ticks))]
    parts = [
        _text(x, 24, words, text_anchor="middle", fill=colours.MUTED)
        for x, (_, words) in zip(places, ticks, strict=True)
    ]
    parts.append(_text(_GAP_LEFT, 8, "In paid work", font_weight="700"))
    y = 32.0
    for row in rows:
        said = wrapped(row.said, int((inside - _GAP_SAID) / 6.4), most_lines=6)
        drawn = HEIGHT if len(row.lines) > 1 else LOW_HEIGHT
        height = max(drawn, len(said) * _LINE + 20)
        parts.append(f'<path d="M0 {y:g}H{inside}" stroke="{colours.LINE}"/>')
        parts.append(_lines(0, y + 24, wrapped(row.name, 36, most_lines=1), font_weight="700"))
        parts.append(_lines(0, y + 42, wrapped(row.period, 40, most_lines=2), fill=colours.MUTED))
        parts += [f'<path d="M{x:g} {y:g}v{height:g}" stroke="{colours.LINE}"/>' for x in places]
        if row.lines:
            marks = dumbbell(row.lines, end)
            parts.append(
                f'<svg x="{_GAP_LEFT}" y="{y:g}" width="{_GAP_SCALE}" height="{drawn}" overflow="visible">{marks}</svg>'
            )
        parts.append(_lines(_GAP_SAID, y + 24, said))
        y += height
    return _framed(frame, _GAP_WIDTH, [("".join(parts), y + 8)])
