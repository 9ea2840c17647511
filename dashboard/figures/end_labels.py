"""Names at the ends of lines, moved up or down so that no two overlap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.figures import colours

LINE = 17  # px of one line of a label


END = "end"
"""What these annotations are called, so that a narrow screen can leave them out."""


@dataclass(frozen=True, slots=True)
class Label:
    """Words at the end of a line whose last figure has the value ``value``; ``x`` is a date.

    character  its mark, where it has one; is_bold for the lines that are brought forward
    """

    value: float
    lines: tuple[str, ...]
    x: str
    colour: str
    character: str = ""
    is_bold: bool = False

    @property
    def height(self) -> float:
        return len(self.lines) * LINE + 4


def end_labels(labels: Sequence[Label], low: float, high: float, plot: int) -> list[dict[str, Any]]:
    """Each label at its value, moved up or down so that no two overlap; ``plot`` px stand for ``low`` to ``high``."""
    wanted = sorted(labels, key=lambda label: label.value)
    last_x = max((label.x for label in labels), default="")
    middles = spread(
        [(label.value - low) / (high - low) * plot for label in wanted],
        [label.height for label in wanted],
        plot,
    )
    return [
        {
            "name": END,
            "text": _text(label),
            "x": label.x,
            "xanchor": "left",
            "xshift": 9,
            "y": low + (high - low) * middle / plot,
            "yanchor": "middle",
            "align": "left",
            "showarrow": False,
            "font": {"size": 14, "color": label.colour},
            # a line that ends early has its name among the others
            **({"bgcolor": colours.PAPER} if label.x < last_x else {}),
        }
        for middle, label in zip(middles, wanted, strict=True)
    ]


def _text(label: Label) -> str:
    words = "<br>".join(label.lines)
    return (f"{label.character} " if label.character else "") + (
        f"<b>{words}</b>" if label.is_bold else words
    )


def spread(wanted: Sequence[float], heights: Sequence[float], most: float) -> list[float]:
    """Middles as near to ``wanted`` (ascending) as they can be without overlap, between 0 and ``most``.

    Boxes that touch are merged into one block that stands at the mean of what its boxes want.
    """
    blocks: list[tuple[float, float, list[int]]] = []  # wanted bottom edge, height, members

    def edge(bottom: float, height: float) -> float:
        return min(max(bottom, 0.0), max(most - height, 0.0))

    for i, (middle, height) in enumerate(zip(wanted, heights, strict=True)):
        bottom, tall, members = middle - height / 2, height, [i]
        while blocks and edge(blocks[-1][0], blocks[-1][1]) + blocks[-1][1] > edge(bottom, tall):
            under, under_tall, under_members = blocks.pop()
            n, k = len(under_members), len(members)
            # the upper block would rather start under_tall lower than it wants
            bottom = (under * n + (bottom - under_tall) * k) / (n + k)
            tall, members = tall + under_tall, under_members + members
        blocks.append((bottom, tall, members))
    middles = [0.0] * len(wanted)
    for bottom, tall, members in blocks:
        at = edge(bottom, tall)
        for i in members:
            middles[i] = at + heights[i] / 2
            at += heights[i]
    return middles
