"""What the home page shows: a figure of England for each common question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dashboard.answers.age import age_of
from dashboard.answers.conditions import Ends
from dashboard.answers.home import QuestionFigure
from dashboard.queries.catalogue import answered_questions
from dashboard.queries.geography import ENGLAND
from dashboard.queries.profile import main_rows
from dashboard.queries.sparklines import Key, sparklines
from indicators.catalogue import rate_of_gap

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
    rates = {
        name: rate.id
        for name, answered in asked.items()
        if (rate := rate_of_gap(context.catalogue, answered.indicator)) is not None
    }
    rows = _rows_of_england(context, [*asked, *rates.values()])
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
            _ends(found[0], rows.get(rates.get(name, ""), ())),
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


def _ends(gap: Row, rates: Sequence[Row]) -> Ends | None:
    """The rate of the group and of everyone, in per cent, for the period of a gap; None without that rate."""
    rate = next((float(row["value"]) for row in rates if row["period"] == gap["period"]), None)
    return None if rate is None else Ends(rate, rate + float(gap["value"]), float(gap["value"]))


def _key(row: Row) -> Key:
    return (row["indicator_id"], row["sex"], row["age"], row["breakdown"])
