"""Who recovers after treatment: by sex, age, deprivation and group, in words, in a picture and in tables."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dashboard import sentences
from dashboard.answers.conditions import Recovery, RecoveryBy
from dashboard.components import html
from dashboard.components.conditions import picture_files, table_csv
from dashboard.components.tables import table
from dashboard.components.text import (
    bullets,
    details,
    illustrative_banner,
    inset,
    is_illustrative,
    link,
    section,
)
from dashboard.figures.conditions import Dot, grouped_svg, nice_ends
from geodata.register import Area

Component = Any
_HEADING = "Who recovers after talking therapies"
_ID = "inequalities"
_PICTURE = "recovery"


@dataclass(frozen=True, slots=True)
class RecoveryParts:
    """What the section says and shows of one area, whichever area the page is asked for: finished HTML.

    label, caption, svg  of the picture
    """

    before: html.Html
    svg: str
    label: str
    caption: str
    after: html.Html

    def packed(self) -> bytes:
        """The five texts compressed, about a tenth of their length."""
        texts = [str(self.before), self.svg, self.label, self.caption, str(self.after)]
        return zlib.compress(json.dumps(texts).encode(), 1)

    @classmethod
    def unpacked(cls, packed: bytes) -> RecoveryParts:
        """What ``packed`` was made from."""
        before, svg, label, caption, after = json.loads(zlib.decompress(packed))
        return cls(html.trusted(before), svg, label, caption, html.trusted(after))


def recovery_section(area: Area, parts: RecoveryParts | None) -> Component:
    """``area`` is the one the page is asked for; the figures may be those of another one that serves it."""
    if parts is None:
        return section(
            _HEADING,
            inset(
                html.p("Recovery by sex, age, deprivation and ethnic group is not loaded yet."),
                html.p(link("Data releases", "/data#releases")),
            ),
            id=_ID,
        )
    return section(
        _HEADING,
        html.div(
            [
                html.figure(
                    [html.trusted(parts.svg), html.figcaption(parts.caption, class_="wh-hint")],
                    id=f"{_PICTURE}-frame",
                    class_="wh-figure",
                ),
                html.div(parts.before),
            ],
            class_="wh-recovery",
        ),
        picture_files(_PICTURE, area),
        parts.after,
        id=_ID,
    )


def recovery_parts(recovery: Recovery) -> RecoveryParts:
    """The words, the picture and the tables of recovery in one area."""
    indicator, overall = recovery.overall.indicator, recovery.overall.row
    place = sentences.in_words(recovery.area)
    name = recovery.area.name
    period = sentences.period_words(overall["period"])
    every = [(group.by, row) for group in recovery.groups for row in group.rows]
    finer: list[tuple[RecoveryBy, Any]] = [("ethnic_group", row) for row in recovery.finer]
    before = html.joined(
        illustrative_banner() if is_illustrative([overall]) else None,
        html.p(
            f"{sentences.value_with_interval(dict(overall), indicator)} of people in {place} recovered in {period}. They had "
            "finished a course of talking therapies and were at caseness at the start. Recovery does not mean a job, and a "
            "job is not the only sign of getting better."
        ),
        bullets(sentences.recovery_sentences(recovery)),
        html.p(
            "These figures show where results differ, not why. A person is in one group of each kind, so the groups overlap. "
            "Where the intervals of two groups overlap, the difference may be chance. Deprivation decile 1 is the most "
            "deprived tenth of places.",
            class_="wh-hint",
        ),
    )
    caption = f"Recovery after talking therapies, {name}, {period}"
    by_group = details(
        "The figures as a table", _table(caption, every, recovery, "recovery-by-group", "recovery")
    )
    caption = f"Recovery by ethnic group in detail, {name}, {period}"
    detailed = "recovery-by-ethnic-group"
    in_detail = _table(caption, finer, recovery, detailed, detailed) if finer else None
    after = html.joined(by_group, details("Ethnic groups in more detail", in_detail) if finer else None)
    return RecoveryParts(before, *_picture(recovery, place, period), after)


def _picture(recovery: Recovery, place: str, period: str) -> tuple[str, str, str]:
    """The SVG, its text alternative and its caption."""
    indicator, overall = recovery.overall.indicator, recovery.overall.row
    drawn = [
        (
            sentences.BY_WORDS[group.by],
            [
                Dot(
                    sentences.recovery_people(group.by, row),
                    row["value"],
                    sentences.short_value_words(row["value"], indicator),
                    row["lower_ci_95"],
                    row["upper_ci_95"],
                    overall["value"],
                )
                for row in group.rows
                if row["value"] is not None
            ],
        )
        for group in recovery.groups
    ]
    ends = nice_ends([dot for _, dots in drawn for dot in dots], from_zero=False)
    label = f"Recovery after talking therapies in {place} by group, {period}. " + " ".join(
        f"{words}: {', '.join(f'{dot.name} {dot.text}' for dot in dots)}." for words, dots in drawn
    )
    svg = grouped_svg(drawn, ends=ends, suffix="%", label=label, shown="Group", benchmark="Everyone")
    caption = f"Share who recovered, {recovery.area.name}, {period}. The upright line is everyone there."
    if ends[0] > 0:
        caption += f" The scale starts at {ends[0]:.0f}%, not at zero."
    return svg, label, caption


def _table(
    caption: str, rows: Sequence[tuple[RecoveryBy, Any]], recovery: Recovery, id: str, name: str
) -> Component:  # fmt: skip
    indicator = recovery.overall.indicator
    cells = []
    for by, row in rows:
        value, finished = row["value"], row["denominator"]
        words = (
            sentences.value_words(None, indicator, row["status"])
            if value is None
            else sentences.short_value_words(value, indicator)
        )
        counted = "Not published" if finished is None else sentences.number(finished)
        between = sentences.interval_words(row["lower_ci_95"], row["upper_ci_95"], indicator)
        cells.append(
            [
                sentences.recovery_people(by, row),
                sentences.BY_WORDS[by],
                {"t": words, "s": value},
                between or "Not available",
                {"t": counted, "s": finished},
            ]
        )
    return table(
        caption,
        [
            "Group",
            "By",
            {"label": "Recovered", "kind": "number"},
            "95% CI",
            {"label": "People who finished", "kind": "number", "hide": True},
        ],
        cells,
        id=id,
        sort=False,
        csv=table_csv(name, recovery.area),
    )
