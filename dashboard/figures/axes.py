"""What the charts share: fonts, margins, wrapped titles and source lines, axes in the indicator's unit.

A figure carries its own title and source, so that a downloaded picture says what it is. Texts are wrapped
for a screen of 390 px, since the server does not know how wide the browser is.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import floor, log10
from textwrap import wrap
from typing import Any

from dashboard.figures import colours
from dashboard.sentences.status import ILLUSTRATIVE_ACROSS
from indicators.catalogue import Indicator

FONT = "Helvetica, Arial, sans-serif"
TITLE_SIZE = 15
TITLE_WIDTH = 42  # characters of a bold title in 350 px
TITLE_LINE = 19  # px
SOURCE_WIDTH = 56  # characters of a source line in 350 px
SOURCE_LINE = 14  # px
_ROUNDING = 1e-9  # relative; a spread below this share of the values is floating-point error

# distinguished without their colour; (plotly symbol, the same in words)
SYMBOLS = {
    "much_better": ("diamond", "diamond"),
    "better": ("diamond", "diamond"),
    "similar": ("circle", "circle"),
    "worse": ("square", "square"),
    "much_worse": ("square", "square"),
    "much_higher": ("triangle-up", "triangle"),
    "higher": ("triangle-up", "triangle"),
    "lower": ("triangle-down", "triangle pointing down"),
    "much_lower": ("triangle-down", "triangle pointing down"),
    "not_compared": ("circle", "circle"),
    "illustrative": ("hash-open", "hatch"),
}


def wrapped(text: str, width: int, most_lines: int | None = None) -> list[str]:
    """A text as escaped lines of about ``width`` characters; words are never cut, but lines may be left out."""
    lines = wrap(text, width, break_long_words=False) or [""]
    if most_lines is not None and len(lines) > most_lines:
        lines = lines[:most_lines]
        lines[-1] = f"{lines[-1].rstrip(',;')} …"
    return [escape(line, quote=False) for line in lines]


def titled(
    title: str, source: str, *, top: int, bottom: int, left: int, right: int, plot: int
) -> dict[str, Any]:
    """A layout with a title at the top, a source at the foot, and a plot of ``plot`` px in between.

    ``top`` and ``bottom`` are px between plot and title, and between plot and source. ``height`` of the
    layout is the height that the chart needs.
    """
    title_lines = wrapped(title, TITLE_WIDTH)
    source_lines = wrapped(source, SOURCE_WIDTH)
    margin_top = top + TITLE_LINE * len(title_lines) + 6
    margin_bottom = bottom + SOURCE_LINE * len(source_lines) + 6
    return {
        "font": {"family": FONT, "size": 13, "color": colours.INK},
        "paper_bgcolor": "#FFFFFF",
        "plot_bgcolor": "#FFFFFF",
        "height": margin_top + plot + margin_bottom,
        "margin": {"t": margin_top, "b": margin_bottom, "l": left, "r": right, "pad": 0},
        "hovermode": "closest",
        "hoverlabel": {
            "bgcolor": "#FFFFFF",
            "bordercolor": colours.INK,
            "font": {"family": FONT, "size": 13, "color": colours.INK},
            "align": "left",
        },
        "dragmode": False,
        # plotly cuts the top of its own titles of two lines
        "annotations": [
            _note(
                f"<b>{'<br>'.join(title_lines)}</b>",
                {"size": TITLE_SIZE},
                left,
                y=1,
                yanchor="bottom",
                yshift=top,
            ),
            _note(
                "<br>".join(source_lines),
                {"size": 11, "color": colours.MUTED},
                left,
                y=0,
                yanchor="top",
                yshift=-bottom,
            ),
        ],
        "shapes": [],
        "showlegend": False,
    }


def across(layout: dict[str, Any]) -> None:
    """Write the word across the plot that says that its figures are illustrative."""
    layout["annotations"].append(
        {
            "text": f"<b>{ILLUSTRATIVE_ACROSS}</b>",
            "font": {"size": 40, "color": "rgba(80,90,95,0.38)"},
            "showarrow": False,
            "textangle": -24,
            "x": 0.5,
            "xref": "paper",
            "xanchor": "center",
            "y": 0.5,
            "yref": "paper",
            "yanchor": "middle",
        }
    )


def _note(text: str, font: dict[str, Any], left: int, **place: Any) -> dict[str, Any]:
    """Words outside the plot, starting at the left edge of the figure."""
    return {
        "text": text,
        "font": font,
        "showarrow": False,
        "align": "left",
        "x": 0,
        "xref": "paper",
        "xanchor": "left",
        "xshift": 1 - left,
        "yref": "paper",
        **place,
    }


def unit_axis(indicator: Indicator) -> dict[str, Any]:
    """Ticks of an axis of values: ``70%``, ``£600``, ``1,000``; a true minus sign is plotly's own."""
    axis: dict[str, Any] = {
        "separatethousands": True,
        "showgrid": False,
        "zeroline": False,
        "showline": True,
        "linecolor": colours.LINE,
        "linewidth": 1,
        "ticks": "outside",
        "ticklen": 4,
        "tickcolor": colours.LINE,
        "tickfont": {"size": 12},
        "fixedrange": True,
        "nticks": 6,
        "automargin": False,
    }
    form = indicator.unit_format
    if indicator.is_count:
        axis["tickformat"] = ",~s"
    elif form.short:
        axis |= {
            key: words for key, words in (("tickprefix", form.before), ("ticksuffix", form.after)) if words
        }
    return axis


def padded_range(
    values: Sequence[float | None], bounds: tuple[float | None, float | None], share: float = 0.04
) -> tuple[float, float]:
    """Ends of an axis that holds all the values with a margin, never beyond what is possible at all."""
    present = [value for value in values if value is not None]
    if not present:
        return (0.0, 1.0)
    low, high = min(present), max(present)
    # values that differ only by rounding are treated as equal: a share of their spread would vanish beside them
    magnitude = max(abs(low), abs(high))
    spread = high - low if high - low > magnitude * _ROUNDING else 0.0
    margin = spread * share or magnitude * 0.05 or 1.0
    lowest, highest = bounds
    # a value that stands on the bound still needs room for its mark
    start = low - margin if lowest is None or low < lowest else max(low - margin, lowest - margin / 2)
    end = high + margin if highest is None or high > highest else min(high + margin, highest + margin / 2)
    return (start, end)


def round_step(least: float) -> float:
    """The smallest of 1, 2, 3, 4 and 5 times a power of ten that is at least ``least`` (above 0)."""
    power = 10.0 ** floor(log10(least))
    return next(power * part for part in (1, 2, 3, 4, 5, 10) if power * part >= least * (1 - 1e-9))


def starts_above_zero(low: float) -> bool:
    """Whether an axis leaves 0 out, which the page then says in words."""
    return low > 0
