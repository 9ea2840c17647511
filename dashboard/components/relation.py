"""Parts of the page of two indicators: the warning, the second indicator's control, the table, why there is nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboard.address.context import Context
from dashboard.address.view import search_of
from dashboard.answers.relation import Relation, Side
from dashboard.components import html
from dashboard.components.forms import by_theme, select
from dashboard.components.glossary import words_used
from dashboard.components.tables import figure_cell, real_value, table
from dashboard.components.text import bullets, inset, link, paragraph, section
from dashboard.sentences import interval_words, lower_first
from dashboard.sentences import relation as words
from geodata.groups import short_code
from indicators.catalogue import Indicator

Component = Any


def fallacy() -> Component:
    """What a scatter of areas does not say: the ecological fallacy, in plain words."""
    return inset(html.p([html.strong(words.NOT_CAUSE), words.FALLACY]))


def second_select(context: Context, choices: Sequence[tuple[Indicator, bool]], chosen: str) -> Component:
    """Choose the second indicator, by theme; ``choices`` say whether each has figures by this type of area. Those without
    come last.
    """
    here: list[tuple[Indicator, bool, bool]] = []
    elsewhere: list[tuple[str, str]] = []
    for indicator, has_figures in choices:
        if has_figures or indicator.id not in context.all_available():
            here.append((indicator, has_figures, context.is_only_illustrative(indicator.id)))
        else:
            elsewhere.append((indicator.id, f"{indicator.short_title} (not by this type of area)"))
    groups = by_theme(here)
    if elsewhere:
        groups.append(("Not by this type of area", elsewhere))
    return select("with", "Compare with", groups, chosen)


def pairs_table(relation: Relation, *, csv: str) -> Component:
    """Every area with both figures and their intervals; marked areas first, then by name."""
    place = {code: order for order, code in enumerate(relation.marked)}
    pairs = sorted(
        relation.pairs,
        key=lambda pair: (place.get(pair[0]["area_code"], len(place)), pair[0]["area_name"]),
    )
    has_note = any(row["status"] == "illustrative" for pair in pairs for row in pair)
    columns: list[Any] = ["Area"]
    for side in relation.sides:
        columns.append({"label": words.axis_words(side), "kind": "number"})
        columns.append({"label": f"{side.indicator.short_title}: 95% interval", "kind": "number"})
    columns += [*(["Note"] if has_note else []), "Code"]
    rows = []
    for pair in pairs:
        code, name = pair[0]["area_code"], pair[0]["area_name"]
        marked = {"c": "wh-marked"} if code in place else {}
        cells: list[Any] = [{"t": name, "h": f"/areas/{code}", **marked}]
        for side, row in zip(relation.sides, pair, strict=True):
            cells += [figure_cell(row, side.indicator), _interval(row, side)]
        if has_note:
            cells.append(_note(relation, pair))
        rows.append([*cells, short_code(code)])
    return section(
        "All figures",
        table(
            words.table_caption(relation), columns, rows, id="relate-table", csv=csv, hide_caption=True, skip=True
        ),
        id="figures",
    )  # fmt: skip


def _interval(row: Any, side: Side) -> dict[str, Any]:
    between = interval_words(row["lower_ci_95"], row["upper_ci_95"], side.indicator)
    return {"t": between, "s": real_value(row, "lower_ci_95")}


def _note(relation: Relation, pair: tuple[Any, Any]) -> str:
    return "; ".join(
        words.illustrative_note(side)
        for side, row in zip(relation.sides, pair, strict=True)
        if row["status"] == "illustrative"
    )


def relation_method() -> Component:
    return section(
        "How this is calculated",
        paragraph(words.METHOD),
        paragraph("Glossary terms: ", *words_used(("correlation", "ecological-fallacy"), place="method")),
        id="method",
    )


def no_pairs(relation: Relation) -> Component:
    """Why no area has both figures, and where both have some."""
    view = relation.view
    if relation.across is None:
        kind = lower_first(relation.area_type.name)
        return inset(html.p(f"No second indicator has figures by {kind}."))
    if relation.across.rows or relation.across.view.period is not None:
        plural = words.plural(relation)
        return inset(
            html.p(f"No {plural}{words.where(relation)} have both figures."),
            html.p(link(f"Show all {plural}", f"/relate{view.search(parent=None)}")),
        )
    ids = {"indicator": view.indicator_id, "with": relation.across.indicator.id}
    elsewhere = [
        link(kind.plural, f"/relate{search_of({**ids, 'area_type': kind.area_type})}")
        for kind in relation.shared_types
    ]
    return inset(html.p(words.has_no_figures(relation)), bullets(elsewhere) if elsewhere else None)
