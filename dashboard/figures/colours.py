"""The colours of ``assets/tokens.css`` that pictures are drawn in: the light values, and what each becomes in dark mode.

Pictures carry the light values, so that a file taken away looks the same everywhere. On a page ``assets/figures.css`` and
``assets/charts.js`` turn them into the dark ones where the reader's device asks for dark.
"""

from __future__ import annotations

PAPER = "#FFFFFF"
PANEL = "#F3F5F4"
INK = "#0B1620"
MUTED = "#45525C"
EDGE = "#69757F"
LINE = "#D5DADD"
LINK = "#15559A"
OWN = "#6B2C91"
"""The reader's own area, and nothing else."""
FRONT = "#0F5A63"
"""Another area that is brought forward."""

BETTER = "#00403A"
SIMILAR = "#EBE8E0"
WORSE = "#D4622C"
LOWER = "#4A83C4"
HIGHER = "#14306B"
NOT_COMPARED = PAPER
MISSING = PAPER
SHORE = "#6F777D"
ILLUSTRATIVE = "#DADCDE"
# no judgement: from least to most
BANDS = ("#E2ECEF", "#A8C7D1", "#6C9FB0", "#35728A", "#0A3E54")

COMPARED = {
    "much_better": "#002823",
    "better": BETTER,
    "similar": SIMILAR,
    "worse": WORSE,
    "much_worse": "#A8431A",
    "much_lower": "#8FB6E0",
    "lower": LOWER,
    "higher": HIGHER,
    "much_higher": "#0A1B42",
    "not_compared": NOT_COMPARED,
    # hatched wherever it stands
    "illustrative": ILLUSTRATIVE,
}
# lines of a chart, distinguished by dash and marker too; the first is the reader's own area
SERIES = (OWN, LINK, "#A84A1B", "#0F5A63", "#7A6A00", "#A0266B", "#3C6E2F", MUTED)

DARK = {
    PAPER: "#10171D",
    PANEL: "#1A232B",
    INK: "#F2F5F7",
    MUTED: "#B4C0C9",
    EDGE: "#8694A0",
    LINE: "#34404A",
    LINK: "#8CC4FF",
    OWN: "#DDB0F5",
    COMPARED["much_better"]: "#EFFFFB",
    BETTER: "#C9F8EE",
    SIMILAR: "#313B44",
    WORSE: "#DB622D",
    COMPARED["much_worse"]: "#FF8A55",
    COMPARED["much_lower"]: "#2F5B9E",
    LOWER: "#5485D0",
    HIGHER: "#E3ECFF",
    COMPARED["much_higher"]: "#FFFFFF",
    SHORE: "#8E99A3",
    ILLUSTRATIVE: "#3A444D",
    "#E2ECEF": "#24333D",
    "#A8C7D1": "#33566A",
    "#6C9FB0": "#4F87A0",
    "#35728A": "#86B9CC",
    "#0A3E54": "#D6EEF6",
    "#A84A1B": "#F0A06A",
    "#0F5A63": "#7FD0DA",
    "#7A6A00": "#D8C94A",
    "#A0266B": "#F49AC8",
    "#3C6E2F": "#9BD08A",
}
"""Light value → dark value, of every colour above."""


def ink_on(colour: str) -> str:
    """Black or white, whichever stands out more on a ``#RRGGBB`` colour (WCAG relative luminance)."""
    light = luminance(colour)
    return PAPER if 1.05 / (light + 0.05) >= (light + 0.05) / (luminance(INK) + 0.05) else INK


def luminance(colour: str) -> float:
    """Relative luminance of a ``#RRGGBB`` colour, 0 (black) to 1 (white). WCAG 2.2."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two ``#RRGGBB`` colours, 1 to 21. WCAG 2.2."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)
