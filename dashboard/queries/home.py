"""What the home page shows: a figure for each common question, and the small map to choose from."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import brotli

from dashboard.address.view import Problem, read_view
from dashboard.answers.age import age_of
from dashboard.answers.home import QuestionFigure, SmallMap
from dashboard.queries.area_map import area_map
from dashboard.queries.catalogue import answered_questions
from dashboard.queries.geography import ENGLAND
from dashboard.queries.profile import main_rows
from dashboard.queries.sparklines import Key, sparklines

if TYPE_CHECKING:
    from dashboard.address.context import Context

Row = Mapping[str, Any]


def question_figures(context: Context, most: int) -> tuple[QuestionFigure, ...]:
    """The first common questions that a real figure of England answers, each of another indicator.

    Raises the store's errors.
    """
    asked = {}
    for answered in answered_questions(context):
        if not answered.is_illustrative:
            asked.setdefault(answered.indicator.id, answered)
    rows = _rows_of_england(context, list(asked))
    chosen = {name: rows[name] for name in asked if name in rows}
    chosen = dict(list(chosen.items())[:most])
    keys = {name: _key(found[0]) for name, found in chosen.items()}
    lines = sparklines(context, list(keys.values()), [ENGLAND]) if keys else {}
    today = context.today()
    return tuple(
        QuestionFigure(
            asked[name],
            found,
            lines[keys[name]].get(ENGLAND),
            age_of(asked[name].indicator, found[0], today),
        )
        for name, found in chosen.items()
    )


def _rows_of_england(context: Context, indicator_ids: Sequence[str]) -> dict[str, tuple[Row, ...]]:
    """By indicator the newest real figures to show first, with a value: of everyone, else of each sex."""
    newest = context.store.newest([ENGLAND], indicator_ids=indicator_ids, breakdown="all")
    found: dict[str, tuple[Row, ...]] = {}
    for row in main_rows(newest):
        if row["value"] is not None and row["status"] != "illustrative":
            found[row["indicator_id"]] = (*found.get(row["indicator_id"], ()), row)
    return found


def _key(row: Row) -> Key:
    return (row["indicator_id"], row["sex"], row["age"], row["breakdown"])


def small_map(context: Context) -> SmallMap | None:
    """The map that opens where an address names nothing; None where nothing can be drawn or compared.

    Kept until the next publication. Raises the store's errors.
    """
    return context.cached("small map", lambda: _small_map(context))


def _small_map(context: Context) -> SmallMap | None:
    view = read_view(context, "")
    if isinstance(view, Problem):
        return None
    shown = area_map(context, view)
    if shown.shapes is None or view.period is None or not shown.rows:
        return None
    drawn = json.loads(brotli.decompress(shown.shapes.compressed))
    own_codes = dict(zip((area[0] for area in drawn["areas"]), shown.shapes.area_codes, strict=True))
    areas = tuple(
        (area[2], str(shown.words.get(own_codes[area[0]], "not_compared"))) for area in drawn["areas"]
    )
    return SmallMap(
        shown.indicator,
        view.period,
        view.area_type,
        drawn["width"],
        drawn["height"],
        areas,
        Counter(category for _, category in areas),
    )
