"""The colours of DESIGN section 6: what is good, what is bad, and what is not judged."""

from __future__ import annotations

BETTER = "#00703C"
SIMILAR = "#FFDD00"
WORSE = "#D4351C"
LOWER = "#5694CA"
HIGHER = "#003078"
NOT_COMPARED = "#FFFFFF"
MISSING = "#F3F2F1"
ILLUSTRATIVE = "#DADCDE"
INK = "#0B0C0C"
MUTED = "#505A5F"
LINE = "#B1B4B6"
LINK = "#1D70B8"
# no judgement: from least to most
BANDS = ("#E4DDFF", "#CBBEF4", "#AA90EC", "#8B60E2", "#6B33C3")

COMPARED = {
    "much_better": "#00502B",
    "better": BETTER,
    "similar": SIMILAR,
    "worse": WORSE,
    "much_worse": "#942514",
    "much_lower": "#A8CCEA",
    "lower": LOWER,
    "higher": HIGHER,
    "much_higher": "#001A45",
    "not_compared": NOT_COMPARED,
    # hatched wherever it stands
    "illustrative": ILLUSTRATIVE,
}
# lines of a chart, distinguished by dash and marker too
SERIES = ("#1D70B8", "#D4351C", "#00703C", "#4C2C92", "#B58840", "#28A197", "#801650", "#505A5F")


def ink_on(colour: str) -> str:
    """Black or white, whichever stands out more on a ``#RRGGBB`` colour (WCAG relative luminance)."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#FFFFFF" if 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.05 else INK
