"""The goal of a million more disabled people in work: where it stands, what it does not mean, the moves behind it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboard import components as ui
from dashboard import sentences
from dashboard.address.context import Context
from dashboard.address.page import Asked, Export, Page, Sheet, Shown
from dashboard.answers.goal import Chance, Judged, Moves, Pledged, Progress
from dashboard.components import goal as parts
from dashboard.components import html
from dashboard.components.releases import release_items
from dashboard.figures.flows import flows_svg
from dashboard.figures.sheets import Frame, framed_picture
from dashboard.queries import goal as queries
from dashboard.queries.releases import named_releases, releases_of
from dashboard.sentences import goal as words
from indicators.catalogue import Indicator, the

Component = Any
_COMPARED = {"reached": "better", "not_reached": "worse", "too_close": "similar"}
"""How a figure compares with its target in the file of targets, by what the page says of it."""


def layout(context: Context, asked: Asked) -> Sequence[Component]:
    """The answer in words, the way to the goal, what it does not mean, moves, targets, and where all of it is from."""
    progress = queries.progress(context)
    chances, waiting = queries.chances(context)
    moves = queries.moves(context)
    targets = [*queries.targets(context), *queries.pledges(context)]
    figures = [
        *((progress.indicator, row) for row in (progress.series if progress else ())),
        *((chance.indicator, row) for chance in chances for row in chance.series),
        *moves.figures,
        *((target.indicator, target.row) for target in targets if target.indicator and target.row),
    ]
    return [
        ui.heading("A million more disabled people in work by 2027", *words.goal_lead(progress)),
        ui.about_tabs("/goal"),
        *(
            [_path_section(progress), _meaning_section(context, asked, chances, waiting)]
            if progress
            else [_not_loaded()]
        ),
        _targets_section(targets),
        _moves_section(moves),
        _sources_section(context, progress, moves, figures),
    ]


def _not_loaded() -> Component:
    return ui.inset(
        html.p("The figures of the goal are not loaded yet."),
        html.p(ui.link("Data releases", "/data#releases")),
    )


def _path_section(progress: Progress) -> Component:
    explained = html.div(
        [
            *[ui.paragraph(told) for told in words.path_sentences(progress)],
            ui.paragraph(
                "More people now say that they are disabled. So a disabled person’s chance of work did not rise as fast as "
                "the number.",
            ),
            ui.paragraph("Figures are rounded to 100,000. No interval is published with them.", muted=True),
        ]
    )
    caption = words.goal_source(progress, (), interval=False)
    return html.section(
        [
            html.h2("Progress towards the goal", class_="wh-h2"),
            html.div([parts.goal_picture(progress, caption), explained], class_="wh-two wh-goal"),
            ui.details("Show as table", parts.goal_table(progress)),
        ],
        class_="wh-section wh-goal-path",
    )


def _meaning_section(
    context: Context, asked: Asked, chances: Sequence[Chance], waiting: Sequence[Indicator]
) -> Component:
    names = sentences.listed(indicator.short_title for indicator in waiting)
    return ui.section(
        "What passing the goal does not mean",
        ui.bullets(
            [
                "It does not mean that a disabled person’s chance of work rose as fast as the number. Many of those who now "
                "say that they are disabled already had a job, and the number in work rises with them.",
                [
                    "It does not say what share of disabled people are in work, nor how far that is from others.",
                    parts.chance_list(chances) if chances else None,
                    f" Not loaded yet: {names}." if waiting else None,
                ],
                "It does not show that any one programme brought it about. A count cannot tell what caused it.",
                "It does not say whether the jobs suit the people in them. Only work that suits a person can be good for "
                "their health.",
            ]
        ),
        ui.paragraph(
            ui.link("Who is in work by health condition, for your area", _conditions(asked)),
            " · ",
            ui.link("What is counted", f"/indicators/{the(context.catalogue, 'goal').id}"),
        ),
    )


def _conditions(asked: Asked) -> str:
    """The page by condition, of the area that is looked at."""
    codes = asked.view.area_codes
    return f"/conditions?area={codes[0]}" if codes else "/conditions"


def _moves_section(moves: Moves) -> Component:
    if not moves.flows:
        missing = ui.inset(html.p("How many people move into and out of work is not loaded yet."))
        return ui.section("Moving into and out of work", missing)
    return ui.section("Moving into and out of work", *parts.moves_parts(moves))


def _targets_section(targets: Sequence[Judged | Pledged]) -> Component:
    return ui.section(
        "Related targets",
        ui.paragraph(
            "Government and the NHS set these targets. The bar is England’s newest figure, with its 95% CI where one is "
            "published. The upright line is the target. Where the interval holds the target, the result is not "
            "statistically clear."
        ),
        ui.illustrative_banner()
        if ui.is_illustrative(target.row for target in targets if target.row)
        else None,
        parts.target_table(targets),
    )


def _sources_section(
    context: Context, progress: Progress | None, moves: Moves, figures: Sequence[tuple[Indicator, Any]]
) -> Component:
    of_the_goal = (
        the(context.catalogue, "goal"),
        the(context.catalogue, "out_of_work"),
        the(context.catalogue, "into_work"),
    )
    caveats = dict.fromkeys(caveat for indicator in of_the_goal for caveat in indicator.caveats)
    notes = dict.fromkeys(row["note"] for _, row in moves.figures if row.get("note"))
    named = named_releases(context, [(indicator.short_title, row) for indicator, row in figures])
    return ui.section(
        "Method and sources",
        ui.paragraph(progress.indicator.definition) if progress else None,
        ui.bullets(caveats),
        ui.details("Where the moves into and out of work are taken from", ui.bullets(notes)) if notes else None,
        ui.bullets(release_items(named)) if named else html.p("No release is loaded."),
        ui.paragraph(
            "Glossary terms: ",
            *ui.words_used(
                ("disabled", "percentage-point", "confidence-interval", "ips", "talking-therapies"), place="goal"
            ),
        ),
        ui.paragraph(ui.link("How to read the figures", "/about")),
        id="sources",
    )  # fmt: skip


def goal_sheet(context: Context, asked: Asked) -> Sheet | None:
    """The counts and the goal as one picture; None where they are not loaded."""
    progress = queries.progress(context)
    if progress is None:
        return None
    caption = words.goal_source(progress, (), interval=True)
    label = words.goal_label(progress)
    source = sentences.whole_picture_source(releases_of(context, progress.series))
    title = "Disabled people in work, United Kingdom, and the goal"
    frame = Frame(sentences.titled(title, ui.is_illustrative(progress.series)), [caption], source)
    svg = framed_picture(frame, parts.goal_drawing(progress))
    return Sheet(f"{parts.GOAL}-disabled-people-in-work", svg, label, caption, progress.series)


def moves_sheet(context: Context, asked: Asked) -> Sheet | None:
    """Moving into and out of work as one picture; None where it is not loaded."""
    moves = queries.moves(context)
    if not moves.flows:
        return None
    label = words.flows_label(moves.flows)
    rows = [row for _, row in moves.figures]
    source = sentences.whole_picture_source(releases_of(context, rows))
    title = sentences.titled("Moving into and out of work, United Kingdom", ui.is_illustrative(rows))
    frame = Frame(title, [words.ARROWS], source)
    svg = framed_picture(frame, flows_svg(moves.flows, label=label))
    return Sheet("moving-into-and-out-of-work", svg, label, label, rows)


def export(context: Context, asked: Asked) -> Export:
    """The counts of the goal and the moves into and out of work, as drawn."""
    shown = [*counts_export(context, asked).figures, *moves_export(context, asked).figures]
    return Export("disabled-people-in-employment-and-moves", shown)


def counts_export(context: Context, asked: Asked) -> Export:
    """The counts of the goal."""
    progress = queries.progress(context)
    rows = progress.series if progress else ()
    return Export(
        the(context.catalogue, "goal").id, [Shown(the(context.catalogue, "goal"), row) for row in rows]
    )


def moves_export(context: Context, asked: Asked) -> Export:
    """The moves into and out of work."""
    shown = [Shown(indicator, row) for indicator, row in queries.moves(context).figures]
    return Export("into-work-and-out-of-it", shown)


def targets_export(context: Context, asked: Asked) -> Export:
    """The newest figures beside the targets that they are judged by, then those nearest to targets that cannot be judged."""
    judged = [
        Shown(
            target.indicator,
            target.row,
            f"Target: {target.target.label}",
            target.target.value,
            _COMPARED.get(target.verdict, "not_compared"),
        )
        for target in queries.targets(context)
        if target.row
    ]
    pledged = [
        Shown(pledge.indicator, pledge.row)
        for pledge in queries.pledges(context)
        if pledge.indicator and pledge.row
    ]
    return Export("targets", [*judged, *pledged])


PAGE = Page(
    path="/goal",
    name="goal",
    title="A million more disabled people in work by 2027",
    layout=layout,
    door="/about",
    takes_view=False,
    order=80,
    description="How far the goal of a million more disabled people in work has come, and what that does not mean.",
    export=export,
    sheets={parts.GOAL: goal_sheet, parts.MOVES: moves_sheet},
    tables={"counts": counts_export, "moves": moves_export, "targets": targets_export},
)
