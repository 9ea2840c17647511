"""The home page: the hero with the search and the small map, and the cards of the common questions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from dashboard.answers.age import Age
from dashboard.answers.freshness import News
from dashboard.answers.goal import Progress
from dashboard.answers.home import QuestionFigure
from dashboard.answers.small_map import SmallMap
from dashboard.components import html
from dashboard.components.cards import age_badge, number_card, status
from dashboard.components.text import link
from dashboard.figures import small_map, sparkline
from dashboard.sentences import age_note, compare_words, lower_first, period_words, span_words
from dashboard.sentences import home as words
from dashboard.sentences.goal import GOAL_QUESTION, goal_card_words, goal_label

Component = Any
_WIDE, _HIGH = 320, 52  # px of a sparkline


def news_line(found: News | None) -> Component:
    """What came last, with a link to every release; nothing where nothing is loaded."""
    if found is None:
        return None
    named, when = words.news_line(found)
    return html.p(
        [
            html.strong("New", class_="wh-home-new"),
            " ",
            link(named, f"/compare?indicator={found.indicators[0].id}"),
            f"{when} · ",
            link("All releases", "/data#releases"),
        ],
        class_="wh-home-news",
    )


def map_to_choose(found: SmallMap, plural: str) -> Component:
    """The small map with its key and the link to the map; ``plural`` is the type of its areas in a sentence."""
    shown = found.shown
    counts = Counter(word.removeprefix("much_") for word in shown.words.values())
    categories = [
        category for category in ("better", "higher", "similar", "lower", "worse") if counts[category]
    ]
    return html.div(
        [
            html.div(
                html.trusted(small_map.svg(found, words.small_map_words(found, counts, plural))),
                class_="wh-home-map",
            ),
            html.div(
                [
                    html.p(
                        html.strong(f"{shown.indicator.short_title}, {period_words(shown.view.period or '')}")
                    ),
                    html.p("compared with England") if categories else None,
                    html.p(
                        [status(category, lower_first(compare_words(category))) for category in categories],
                        class_="wh-home-key",
                    )
                    if categories
                    else None,
                    html.p(link("Choose on the map", f"/map?area_type={shown.view.area_type}")),
                ],
                class_="wh-home-map-words",
            ),
        ],
        class_="wh-home-choose",
    )


def question_cards(found: Sequence[QuestionFigure], goal: tuple[Progress, Age] | None) -> Component:
    """One card a question with England's figure, its age and a link; the national goal last."""
    cards = [_question_card(figure) for figure in found]
    return html.ul([*cards, _goal_card(*goal) if goal else None], class_="wh-card-row wh-home-cards")


def _question_card(found: QuestionFigure) -> Component:
    value, unit = words.question_value(found)
    href = found.answered.href
    drawn = sparkline.of_lines(
        found.line, None, words.question_spark(found), width=_WIDE, height=_HIGH, is_england=True
    )
    ends = sparkline.ends_of(found.line) if drawn and found.line else None
    return number_card(
        found.answered.question.words,
        href,
        value,
        unit=unit,
        interval=words.question_below(found),
        spark=html.trusted(drawn) if drawn else _bars(words.question_ends(found)),
        spark_ends=(period_words(ends[0]), "", period_words(ends[1])) if ends else None,
        foot=[
            age_badge(words.question_age(found), found.age.is_old),
            link(words.ONWARD[found.answered.question.page], href),
        ],
        level=3,
    )


def _bars(rates: Sequence[tuple[float, str]]) -> Component:
    """A bar for each rate (per cent) with its words; nothing for none."""
    if not rates:
        return None
    bars = [
        html.p([html.span(style=f"--share:{rate:.1f}", class_="wh-home-bar"), html.span(said)])
        for rate, said in rates
    ]
    return html.div(bars, class_="wh-home-bars")


def _goal_card(progress: Progress, age: Age) -> Component:
    value, unit, below = goal_card_words(progress)
    drawn = sparkline.sparkline(
        [row["value"] for row in progress.series],
        [],
        goal_label(progress),
        width=_WIDE,
        height=_HIGH,
        is_england=True,
    )
    ends = [span_words(row["period"]) for row in (progress.series[0], progress.last)]
    return number_card(
        GOAL_QUESTION,
        "/goal",
        value,
        unit=unit,
        interval=below,
        spark=html.trusted(drawn) if drawn else None,
        spark_ends=(ends[0], "", ends[1]) if drawn else None,
        foot=[
            age_badge(", ".join(filter(None, (ends[1], age_note(age, progress.last["period"])))), age.is_old),
            link("The national goal", "/goal"),
        ],
        level=3,
    )
