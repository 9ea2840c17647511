"""The indicators that there are: which questions they answer, and where their figures come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.answers.catalogue import AnsweredQuestion
from indicators.catalogue import questions

if TYPE_CHECKING:
    from dashboard.address.context import Context


def answered_questions(context: Context) -> tuple[AnsweredQuestion, ...]:
    """The questions of the home page that figures loaded can answer: by real figures first, then by illustrative ones."""
    answered = []
    for indicator, question in questions(context.catalogue):
        rows = context.available(indicator.id)
        if rows:
            illustrative = all(row.get("illustrative") for row in rows)
            answered.append(AnsweredQuestion(indicator, question, illustrative))
    return tuple(sorted(answered, key=lambda found: found.is_illustrative))
