"""A number card: one figure with its interval, comparison, sparkline and age."""

from __future__ import annotations

from typing import Any

from dashboard.components import html
from dashboard.components.text import link

Component = Any


def status(compared: str, words: Component) -> Component:
    """The symbol of a comparison and its words in the colour of text: never colour alone, never white on a fill."""
    return html.span(
        words, class_=f"wh-compared wh-compared-{(compared or 'not_compared').replace('_', '-')}"
    )


def age_badge(words: str, is_old: bool) -> Component:
    """A period; an old one has a tint and a clock, and says in words how old it is."""
    return html.span(words, class_="wh-age wh-age-old" if is_old else "wh-age")


def number_card(
    title: str,
    href: str,
    value: str,
    *,
    unit: str = "",
    interval: str = "",
    compared: str = "",
    compared_words: str = "",
    spark: Component = None,
    spark_ends: tuple[str, str, str] | None = None,
    foot: Component = None,
    level: int = 2,
) -> Component:
    """One figure on a card.

    title, href     what and who is counted, and where its page is
    value, unit     the figure as it is written, and what follows it smaller
    interval        ``95% CI 62.0% to 70.2%``
    compared        a category of ``indicators.statistics.comparison``, and its words with the benchmark's value
    spark           markup of ``figures.sparkline``; spark_ends are its first period, the trend's word, its last period
    foot            the age, and links
    """
    heading = html.h2 if level == 2 else html.h3
    return html.li(
        [
            heading(link(title, href), class_="wh-card-title"),
            html.p(
                [value, html.span(f" {unit}", class_="wh-card-unit") if unit else None],
                class_="wh-card-value",
            ),
            html.p(interval, class_="wh-card-interval") if interval else None,
            html.p(status(compared, compared_words), class_="wh-card-compared") if compared_words else None,
            html.div(
                [
                    spark,
                    html.p([html.span(words) for words in spark_ends], class_="wh-card-ends")
                    if spark_ends
                    else None,
                ],
                class_="wh-card-spark",
            )
            if spark
            else None,
            html.div(foot, class_="wh-card-foot") if foot is not None else None,
        ],
        class_=f"wh-card wh-card-{(compared or 'plain').replace('_', '-')}",
    )
