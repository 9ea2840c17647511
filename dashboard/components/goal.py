"""The picture of the national goal, and the tables and lists of its page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard import sentences
from dashboard.answers.goal import Chance, Judged, Moves, Pledged, Progress, middle_of
from dashboard.components import html
from dashboard.components.charts import picture
from dashboard.components.downloads import take_away
from dashboard.components.tables import table
from dashboard.components.text import bullets, link, paragraph
from dashboard.figures.flows import flows_svg
from dashboard.figures.goal import goal_svg
from dashboard.sentences import goal as words

Component = Any


def goal_picture(progress: Progress, caption: str) -> Component:
    """The counts, the goal and a steady increase to it, with its downloads."""
    label = words.goal_label(progress)
    svg = goal_svg(
        [(middle_of(row), row["value"]) for row in progress.series],
        start=(middle_of(progress.start), progress.start["value"]),
        goal=(progress.by, progress.goal),
        label=label,
    )
    return html.div(
        [
            picture(svg, label, caption, id="million-more"),
            take_away("million-more", "million-more-disabled-people-in-work", csv="/csv/goal", embed="/goal"),
        ]
    )


def goal_table(progress: Progress, *, path: bool) -> Component:
    """The counts by period; ``path`` sets a steady increase beside them, and what each is taken from."""
    caption = "Disabled people in employment, United Kingdom"
    columns: list[str | dict[str, Any]] = ["Period", {"label": "People", "kind": "number"}]
    rows: list[list[Any]] = [
        [sentences.span_words(row["period"]), {"t": sentences.number(row["value"]), "s": row["value"]}]
        for row in progress.series
    ]
    if path:
        caption += ", compared with a steady increase to the goal"
        columns += [{"label": "Steady increase", "kind": "number"}, {"label": "Taken from", "hide": True}]
        for cells, row in zip(rows, progress.series, strict=True):
            text, value = words.path_words(progress, row)
            cells += [{"t": text, "s": value}, row.get("note") or ""]
    return table(caption, columns, rows, id="goal-table", sort=False, csv="/csv/goal/counts.csv")


def chance_list(chances: Sequence[Chance]) -> Component:
    """What the count of the goal leaves out: the newest figures, each with a link to its course."""
    return bullets(
        [
            link(chance.indicator.short_title, f"/trends?indicator={chance.indicator.id}"),
            f": {words.chance_words(chance)}.",
        ]
        for chance in chances
    )


def moves_parts(moves: Moves) -> list[Component]:
    """The moves into and out of work in words, as a picture and as a table."""
    label = words.flows_label(moves.flows)
    return [
        bullets(words.flow_words(flow) for flow in moves.flows),
        paragraph(
            "So the number in work depends on people staying in work as well as on people finding it. The figures are of "
            "the same people asked twice, a year apart. They do not say why people moved, or whether they wished to."
        ),
        picture(
            flows_svg(moves.flows, label=label),
            label,
            "Arrow width shows the percentage of people in its first box who moved within a year.",
            id="moves",
        ),
        take_away("moves", "into-work-and-out-of-it", csv="/csv/goal", embed="/goal"),
        table(
            "Moves within a year, United Kingdom, people aged 16 to 64",
            [
                "People",
                {"label": "Moved out of work, of those in work", "kind": "number"},
                {"label": "Moved into work, of those out of work", "kind": "number"},
            ],
            [[flow.name, words.range_words(flow.out), words.range_words(flow.into)] for flow in moves.flows],
            id="flows-table",
            sort=False,
            csv="/csv/goal/moves.csv",
        ),
    ]


def target_list(found: Sequence[Judged | Pledged]) -> Component:
    """Each target in a sentence."""
    return bullets(
        [html.strong(words.target_title(target)), f": {words.target_sentence(target)}"] for target in found
    )


def target_table(found: Sequence[Judged | Pledged]) -> Component:
    """The targets beside the newest figures. It stands whole on the page, and does not scroll within itself."""
    cells = [
        [
            words.target_title(target),
            *_figure_cells(target),
            words.target_verdict(target),
            words.target_source(target),
        ]
        for target in found
    ]
    return html.div(
        table(
            "Targets and the newest figures",
            [
                "Target",
                {"label": "Newest figure", "kind": "number"},
                {"label": "95% interval", "hide": True},
                "Where and when",
                "Reached?",
                {"label": "Source", "hide": True},
            ],
            cells,
            id="targets-table",
            sort=False,
            csv="/csv/goal/targets.csv",
        ),
        class_="wh-entry",
    )


def _figure_cells(target: Judged | Pledged) -> list[str | Mapping[str, Any]]:
    if target.row is None or target.indicator is None:
        return [{"t": "No figure loaded", "s": None}, "–", "–"]
    figure, between, where = words.target_figure(target.row, target.indicator)
    href = f"/indicators/{target.indicator.id}"
    return [{"t": figure, "s": target.row["value"], "h": href}, between, where]
