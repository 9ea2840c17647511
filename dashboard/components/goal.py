"""The picture of the national goal, and the tables and lists of its page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboard import sentences
from dashboard.answers.goal import Chance, Judged, Moves, Pledged, Progress, middle_of
from dashboard.components import html
from dashboard.components.cards import status
from dashboard.components.downloads import take_away
from dashboard.components.tables import table
from dashboard.components.text import bullets, details, link, paragraph
from dashboard.figures.flows import flows_svg
from dashboard.figures.goal import NARROW, WIDE, bullet_bar, goal_svg
from dashboard.sentences import goal as words

Component = Any


GOAL, MOVES = "million-more", "moves"
"""Names of the pictures in addresses."""


def goal_drawing(progress: Progress, width: int = WIDE) -> str:
    """The counts, the goal and a steady increase to it, as SVG."""
    return goal_svg(
        [(middle_of(row), row["value"]) for row in progress.series],
        start=(middle_of(progress.start), progress.start["value"]),
        goal=(progress.by, progress.goal),
        label=words.goal_label(progress),
        width=width,
    )


def goal_picture(progress: Progress, caption: str) -> Component:
    """The counts and the goal, drawn for a desk and for a phone, with their downloads."""
    return html.div(
        [
            html.figure(
                [
                    html.div(html.trusted(goal_drawing(progress)), class_="wh-goal-wide"),
                    html.div(html.trusted(goal_drawing(progress, NARROW)), class_="wh-goal-narrow"),
                    html.figcaption(caption, class_="wh-hint"),
                ],
                id=f"{GOAL}-frame",
                class_="wh-figure",
            ),
            take_away(
                GOAL,
                "million-more-disabled-people-in-work",
                csv="/csv/goal",
                embed="/goal",
                drawn=f"/picture/goal/{GOAL}.svg",
            ),
        ]
    )


def goal_table(progress: Progress) -> Component:
    """The counts by period with a steady increase beside them, and what each is taken from."""
    columns: list[str | dict[str, Any]] = [
        "Period",
        {"label": "People", "kind": "number"},
        {"label": "Steady increase", "kind": "number"},
        {"label": "Taken from", "hide": True},
    ]
    rows: list[list[Any]] = []
    for row in progress.series:
        text, value = words.path_words(progress, row)
        people = {"t": sentences.number(row["value"]), "s": row["value"]}
        rows.append(
            [sentences.span_words(row["period"]), people, {"t": text, "s": value}, row.get("note") or ""]
        )
    return table(
        "Disabled people in employment, United Kingdom, and a steady increase to the goal",
        columns,
        rows,
        id="goal-table",
        sort=False,
        csv="/csv/goal/counts.csv",
    )


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
    """Moving into and out of work in words, as a picture and as a table."""
    label = words.flows_label(moves.flows)
    return [
        bullets(words.flow_words(flow) for flow in moves.flows),
        paragraph(
            "So the number in work depends on people staying in work as well as on people finding it. The figures are of "
            "the same people asked twice, a year apart. They do not say why people moved, or whether they wished to."
        ),
        html.figure(
            [
                html.trusted(flows_svg(moves.flows, label=label)),
                html.figcaption(words.ARROWS, class_="wh-hint"),
            ],
            id=f"{MOVES}-frame",
            class_="wh-figure",
        ),
        take_away(
            MOVES,
            "moving-into-and-out-of-work",
            csv="/csv/goal",
            embed="/goal",
            drawn=f"/picture/goal/{MOVES}.svg",
        ),
        details(
            "Show as table",
            table(
                "Moves within a year, United Kingdom, people aged 16 to 64",
                [
                    "People",
                    {"label": "Moved out of work, of those in work", "kind": "number"},
                    {"label": "Moved into work, of those out of work", "kind": "number"},
                ],
                [
                    [flow.name, words.range_words(flow.out), words.range_words(flow.into)]
                    for flow in moves.flows
                ],
                id="flows-table",
                sort=False,
                csv="/csv/goal/moves.csv",
            ),
        ),
    ]


def target_table(found: Sequence[Judged | Pledged]) -> Component:
    """Each target with its figure as a bullet bar. It stands whole on the page, and does not scroll within itself."""
    columns: list[str | dict[str, Any]] = [
        "Target",
        "Figure and target",
        {"label": "Newest figure", "kind": "number"},
        "Reached?",
        {"label": "Where and when", "hide": True},
        {"label": "Source", "hide": True},
    ]
    return html.div(
        table(
            "Targets and the newest figures",
            columns,
            [_target_cells(target) for target in found],
            id="targets-table",
            sort=False,
            csv="/csv/goal/targets.csv",
        ),
        class_="wh-entry wh-targets",
    )


def _target_cells(target: Judged | Pledged) -> list[Any]:
    title: Any = {"t": words.target_title(target)}
    note = words.target_note(target)
    if note:
        title["after"] = html.span(note, class_="wh-hint wh-close")
    verdict = words.target_verdict(target)
    judged = status(_JUDGED[target.verdict], verdict) if _is_judged(target) else verdict  # type: ignore[union-attr]
    if target.row is None or target.indicator is None:
        return [
            title,
            _no_bar(),
            # the verdict says it of a target
            {"t": "–" if isinstance(target, Judged) else "No figure loaded", "s": None},
            judged,
            "–",
            words.target_source(target),
        ]
    figure, between, where = words.target_figure(target.row, target.indicator)
    cell: dict[str, Any] = {"t": figure, "s": target.row["value"], "h": f"/indicators/{target.indicator.id}"}
    if between != "Not available":
        cell["after"] = html.span(f"95% CI {between}", class_="wh-hint wh-close")
    return [title, _bar(target), cell, judged, where, words.target_source(target)]


_JUDGED = {"reached": "better", "not_reached": "worse", "too_close": "similar"}


def _is_judged(target: Judged | Pledged) -> bool:
    return isinstance(target, Judged) and target.verdict in _JUDGED


def _no_bar() -> Component:
    return html.span("–", class_="wh-missing")


def _bar(target: Judged | Pledged) -> Component:
    """The bar of a figure that has a number to reach; an illustrative one is never drawn beside a target."""
    row = target.row
    if not isinstance(target, Judged) or row is None or row["status"] == "illustrative":
        return _no_bar()
    ends = [target.target.value, row["value"], row["upper_ci_95"] or 0.0]
    end = 100.0 if target.indicator.unit == "percent" else max(ends) * 1.15
    limits = (row["lower_ci_95"], row["upper_ci_95"])
    return html.trusted(
        bullet_bar(row["value"], limits, target.target.value, end, words.bullet_label(target))
    )
