"""Where each area could rank, given how sure its figure is: a line from its best to its worst likely rank.

Pure: marks and rank intervals in, plain plotly dict out. A rank is never drawn without its interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from dashboard.figures import colours
from dashboard.figures.axes import titled, wrapped
from dashboard.figures.compare import NAME_WIDTH
from dashboard.figures.marks import Mark
from dashboard.sentences import short_value_words
from indicators.catalogue import Indicator

_NAMED_LINE = 24  # px for an area with its name beside it
_LINE = 3  # px for one of many


@dataclass(frozen=True, slots=True)
class Rank:
    """One area's rank (1 the highest value) and the interval that its uncertainty leaves."""

    mark: Mark
    rank: int
    lower: int
    upper: int

    @property
    def words(self) -> str:
        """``12 to 87``; one number where nothing is in doubt."""
        return str(self.lower) if self.lower == self.upper else f"{self.lower} to {self.upper}"


def ranked(marks: Sequence[Mark]) -> list[Rank]:
    """The marks that have an interval, highest value first, with ranks by simulation (Goldstein & Spiegelhalter 1996)."""
    from indicators.statistics.ranks import rank_interval

    known = [mark for mark in marks if mark.lower is not None and mark.upper is not None]
    if not known:
        return []
    found = rank_interval(
        [mark.value for mark in known], [mark.lower for mark in known], [mark.upper for mark in known]
    )
    answer = [
        Rank(mark, int(rank), int(low), int(high))
        for mark, rank, low, high in zip(known, found.rank, found.lower, found.upper, strict=True)
    ]
    return sorted(answer, key=lambda rank: (rank.rank, rank.mark.name))


def rank_chart(
    ranks: Sequence[Rank], *, indicator: Indicator, named: bool, title: str, source: str
) -> dict[str, Any]:
    """A line for each area from the best rank it could have to the worst, highest value at the top.

    With ``named`` each line has its name beside it; else only the chosen areas are named.
    """
    step = _NAMED_LINE if named else _LINE
    plot = max(160, step * len(ranks))
    labels = [wrapped(rank.mark.name, NAME_WIDTH, most_lines=1)[0] for rank in ranks]
    left = min(150, 14 + round(max(len(label) for label in labels) * 6.1)) if named else 16
    layout = titled(title, source, top=8, bottom=50, left=left, right=16, plot=plot)
    places = list(range(len(ranks), 0, -1))
    layout["xaxis"] = {
        "range": [0, len(ranks) + 1],
        "title": {
            "text": f"Rank among {len(ranks)}: 1 is the highest value",
            "font": {"size": 12},
            "standoff": 6,
        },
        "tickvals": _ticks(len(ranks)),
        "showgrid": True,
        "gridcolor": colours.MISSING,
        "zeroline": False,
        "fixedrange": True,
        "tickfont": {"size": 12},
    }
    layout["yaxis"] = {
        "range": [0.2, len(ranks) + 0.8],
        "fixedrange": True,
        "showgrid": False,
        "zeroline": False,
        **(
            {
                "tickvals": places,
                "ticktext": [
                    f"<b>{label}</b>" if rank.mark.selected else label
                    for rank, label in zip(ranks, labels, strict=True)
                ],
                "tickfont": {"size": 12},
                "ticks": "",
            }
            if named
            else {"visible": False}
        ),
    }
    traces = []
    for chosen in (False, True):
        held = [
            (rank, place) for rank, place in zip(ranks, places, strict=True) if rank.mark.selected is chosen
        ]
        if held:
            traces.append(_lines(held, indicator, chosen=chosen, named=named))
    if not named:
        layout["annotations"].extend(
            {
                "text": f"<b>{escape(rank.mark.name, quote=False)}</b> {rank.words}",
                "x": rank.upper if rank.upper < len(ranks) * 0.6 else rank.lower,
                "xanchor": "left" if rank.upper < len(ranks) * 0.6 else "right",
                "xshift": 8 if rank.upper < len(ranks) * 0.6 else -8,
                "y": place,
                "showarrow": False,
                "font": {"size": 13},
                "bgcolor": "rgba(255,255,255,0.9)",
            }
            for rank, place in zip(ranks, places, strict=True)
            if rank.mark.selected
        )
    return {"data": traces, "layout": layout}


def _ticks(count: int) -> list[int]:
    """1, the last, and round numbers between."""
    step = next(size for size in (1, 2, 5, 10, 20, 50, 100) if count / size <= 7 or size == 100)
    between = [rank for rank in range(step, count, step) if rank > 1 and count - rank > step / 2]
    return [1, *between, count] if count > 1 else [1]


def _lines(
    held: Sequence[tuple[Rank, int]], indicator: Indicator, *, chosen: bool, named: bool
) -> dict[str, Any]:
    thick = 3 if chosen else 1.6 if named else 1
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [rank.rank for rank, _ in held],
        "y": [place for _, place in held],
        "text": [
            f"<b>{escape(rank.mark.name, quote=False)}</b><br>{short_value_words(rank.mark.value, indicator)}"
            f"<br>Could rank {rank.words}"
            for rank, _ in held
        ],
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {
            "symbol": "diamond" if chosen else "circle",
            "size": 11 if chosen else 7 if named else 3,
            "color": colours.HIGHER if chosen else colours.LOWER,
            "line": {"color": colours.INK, "width": 1 if chosen or named else 0},
            "opacity": 1,
        },
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [rank.upper - rank.rank for rank, _ in held],
            "arrayminus": [rank.rank - rank.lower for rank, _ in held],
            "color": colours.HIGHER if chosen else colours.LOWER,
            "thickness": thick,
            "width": 0,
        },
        "cliponaxis": False,
    }
