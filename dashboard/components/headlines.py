"""The three main questions with their answers, on the pages that lead with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboard.answers.headlines import Answer, HeadlineAnswers
from dashboard.components import html
from dashboard.components.text import bullets, details, link, paragraph, section
from dashboard.sentences import headlines as words
from geodata.register import Area

Component = Any


def headlines_section(area: Area, found: Sequence[HeadlineAnswers]) -> Component:
    """Each question with its answers, what is to know about them, and what is lacking."""
    of_area = f" for {words.in_words(area)}"
    return section(
        words.HEADING + of_area,
        html.div([_question(area, answers) for answers in found], class_="wh-headlines"),
        paragraph(link("What is missing, and why", f"/areas/{area.area_code}/figures#ledger")),
        id="answers",
    )


def _question(area: Area, found: HeadlineAnswers) -> Component:
    told = found.answers
    lacking = words.lacking_sentence(found)
    notes = list(dict.fromkeys(note for answer in told for note in words.notes_of(answer)))
    return html.section(
        [
            html.h3(words.QUESTIONS[found.headline], class_="wh-h3"),
            bullets(_answer(answer, area) for answer in told)
            if told
            else html.p(words.no_answer(found, area), class_="wh-missing"),
            html.p(lacking, class_="wh-hint") if lacking else None,
            # a total that is too low, or a figure of part of the places, is not to be read without its note
            details("Notes", bullets(notes), open=any(map(words.is_qualified, told))) if notes else None,
        ],
        id=f"answers-{found.headline.replace('_', '-')}",
    )


def _answer(answer: Answer, area: Area) -> Component:
    return [
        link(words.answer_name(answer.indicator, answer.to), f"/indicators/{answer.indicator.id}"),
        words.answer_rest(answer, area),
        html.span(words.unsaid_sentence(answer.unsaid), class_="wh-hint wh-close") if answer.unsaid else None,
        html.span(words.source_words(answer), class_="wh-hint wh-close"),
    ]
