"""What the charts share: fonts, margins, titles and sources, axes in the indicator's unit.

A figure carries its own title and source, so that a downloaded picture says what it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import floor, isclose, log10
from textwrap import wrap
from typing import Any

from dashboard.figures import colours
from dashboard.sentences.counts import number
from dashboard.sentences.status import ILLUSTRATIVE_ACROSS
from indicators.catalogue import Indicator

FONT = "Helvetica, Arial, sans-serif"
TICK_SIZE = 13
"""The smallest words of a chart, in px."""
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
    title: str, source: str, *, top: int, bottom: int, left: int, right: int, plot: int, note: str = ""
) -> dict[str, Any]:
    """A layout with a plot of ``plot`` px. ``height`` of it is the height that the chart needs.

    ``top`` and ``bottom`` are px above and below the plot. Title, source and a ``note`` on what its marks mean are kept as
    ``meta``: the page shows them as text beside the chart, and ``assets/takeaway.js`` writes them on a picture at its real
    width. ``meta["narrow"]`` is what gives way on a narrow screen: values by their place in the layout (``assets/charts.js``).
    """
    return {
        "font": {"family": FONT, "size": 14, "color": colours.INK},
        "paper_bgcolor": colours.PAPER,
        "plot_bgcolor": colours.PAPER,
        "height": top + plot + bottom,
        "margin": {"t": top, "b": bottom, "l": left, "r": right, "pad": 0},
        "hovermode": "closest",
        "hoverlabel": {
            "bgcolor": colours.PAPER,
            "bordercolor": colours.INK,
            "font": {"family": FONT, "size": 14, "color": colours.INK},
            "align": "left",
        },
        "dragmode": False,
        "meta": {"title": title, "note": note, "source": source, "narrow": {}},
        "annotations": [],
        "shapes": [],
        "showlegend": False,
    }


def across(layout: dict[str, Any]) -> None:
    """Write the word across the plot that says that its figures are illustrative."""
    layout["annotations"].append(
        {
            "text": f"<b>{ILLUSTRATIVE_ACROSS}</b>",
            "font": {"size": 40, "color": colours.MUTED},
            "opacity": 0.4,
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
        "tickfont": {"size": TICK_SIZE, "color": colours.MUTED},
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


def tick_words(value: float, step: float, indicator: Indicator) -> str:
    """A value under an axis whose ticks are ``step`` apart: ``70%``, ``£600``, ``25k``, with no more digits than differ."""
    form = indicator.unit_format
    size, letter = (1e6, "m") if step >= 1e5 else (1e3, "k") if step >= 1e4 else (1.0, "")
    apart = step / size
    places = next(
        places for places in range(9) if isclose(apart, round(apart, places), rel_tol=1e-6) or places == 8
    )
    minus = "−" if value < 0 else ""
    before, after = (form.before, form.after) if form.short else ("", "")
    return f"{minus}{before}{number(abs(value) / size, places)}{letter if value else ''}{after}"


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
