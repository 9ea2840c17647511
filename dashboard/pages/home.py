"""Home: find your area, the goal of a million more, the questions people come with, what is loaded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs

from dashboard import components as ui
from dashboard import sentences
from dashboard.address.context import Context
from dashboard.address.page import Asked, Page
from dashboard.address.view import clipped
from dashboard.answers.freshness import News
from dashboard.components import html
from dashboard.components.goal import goal_picture, goal_table
from dashboard.queries import freshness
from dashboard.queries import goal as goals
from dashboard.queries.catalogue import answered_questions
from dashboard.queries.finding import find
from dashboard.queries.geography import ENGLAND
from dashboard.queries.headlines import headlines
from dashboard.queries.releases import releases_of
from dashboard.sentences.freshness import loaded_words, news_words, publications_words
from dashboard.sentences.goal import goal_source, goal_summary
from indicators.catalogue import the

Component = Any

_MOST_INDICATORS = 4  # named of one publication


def layout(context: Context, asked: Asked) -> Sequence[Component]:
    """The page, what a visitor comes for first."""
    return [
        ui.heading(
            "Work and health in your area",
            "See how many people are in work, who is left out, and what help there is. Every figure says how sure "
            "we can be and where it comes from.",
        ),
        find_area(context, asked),
        # filled by assets/recent.js from what this browser remembers; nothing stands here before that
        html.div(id="recent-areas", data_recent_areas="yes"),
        main_questions(context, asked),
        *million_more(context),
        ui.section("Questions people come with", questions(context)),
        *whats_new(context),
        whats_loaded(context),
    ]


# ---- find your area --------------------------------------------------------------------------------


def find_area(context: Context, asked: Asked) -> Component:
    """A search by name. ``assets/find.js`` shows matches as you type; without scripts the form gives a list."""
    text = parse_qs(asked.search.removeprefix("?")).get("q", [""])[0].strip()
    return ui.section(
        "Find your area",
        ui.find_area_form(
            "Postcode, town, council or NHS area",
            "Such as NG7 2RD, Beeston or Nottingham. Old names and area codes work too.",
            clipped(text, 100),
            "/",
        ),
        *([found_areas(context, text)] if text else []),
    )


def found_areas(context: Context, text: str) -> Component:
    """What a search found, each with its kind and a link to the page of its area."""
    return ui.found_places(find(context, text), context.register.area_types, level=3)


# ---- the three main questions ----------------------------------------------------------------------


def main_questions(context: Context, asked: Asked) -> Component:
    """The first answer to each for the area that the address names, else for England."""
    codes = asked.view.area_codes
    area = context.register.area(codes[0] if codes else ENGLAND)
    return ui.headlines_section(area, headlines(context, area), brief=True)


# ---- the goal --------------------------------------------------------------------------------------


def million_more(context: Context) -> list[Component]:
    """The goal, where it stands, the chart and its table. Nothing where it is not loaded."""
    progress = goals.progress(context)
    if progress is None:
        return []
    caption = goal_source(progress, releases_of(context, progress.series), interval=True)
    summary = html.div([*(ui.paragraph(words) for words in goal_summary(progress)), _onward(context)])
    return [
        ui.section(
            "A million more disabled people in work",
            html.div([summary, goal_picture(progress, caption)], class_="wh-two wh-two-turned"),
            ui.details("The figures as a table", goal_table(progress, path=False)),
        )
    ]


def _onward(context: Context) -> Component:
    leaving = the(context.catalogue, "out_of_work")
    return ui.bullets(
        [
            ui.link("What the goal does not mean, and the targets along the way", "/goal"),
            ui.link("What is counted", f"/indicators/{the(context.catalogue, 'goal').id}"),
            *(
                [ui.link("Moving into work and out of it", f"/trends?indicator={leaving.id}")]
                if context.available(leaving.id)
                else []
            ),
        ]
    )


# ---- questions and what is loaded ------------------------------------------------------------------


def questions(context: Context) -> Component:
    """The questions that the figures loaded can answer; those answered by illustrative figures say so."""
    return html.ul(
        [
            html.li(
                [
                    ui.link(answered.question.words, answered.href, class_="wh-link wh-card-link"),
                    html.p(
                        f"{answered.question.below} {sentences.ILLUSTRATIVE_FIRST}"
                        if answered.is_illustrative
                        else answered.question.below
                    ),
                ]
            )
            for answered in answered_questions(context)
        ],
        class_="wh-cards",
    )


def whats_new(context: Context) -> list[Component]:
    """What came last, a publication a line: its indicators, their newest period, and how many figures it revised."""
    items = [html.li(_news_item(news)) for news in freshness.news(context)]
    return [ui.section("What is new", html.ul(items, class_="wh-list"), id="new")] if items else []


def _news_item(news: News) -> list[Component]:
    parts: list[Component] = []
    for indicator in news.indicators[:_MOST_INDICATORS]:
        parts += [
            ", " if parts else "",
            ui.link(indicator.short_title, f"/compare?indicator={indicator.id}"),
        ]
    more = len(news.indicators) - _MOST_INDICATORS
    return [*parts, f" and {more} more" if more > 0 else "", news_words(news)]


def whats_loaded(context: Context) -> Component:
    """What is loaded and how fresh, by publication."""
    loaded = freshness.loaded(context)
    if not context.releases():
        return ui.section(
            "What is loaded",
            ui.inset(
                html.p("No figures are loaded yet."),
                html.p(
                    "Whoever runs this service can load the starter edition with: python -m etl starter load"
                ),
            ),
        )
    rows = []
    for source in loaded.sources:
        day = source.newest.published_on
        rows.append(
            [
                publications_words(source.publications),
                source.newest.publisher,
                {"t": sentences.date_words(day) if day else "Not given", "s": day or ""},
                "Illustrative, not real" if source.newest.is_illustrative else "Real figures",
            ]
        )
    return ui.section(
        "What is loaded",
        ui.paragraph(
            f"{loaded_words(loaded)} ",
            ui.link("When each was last refreshed, and any problems", "/refresh"),
            ".",
        ),
        ui.details(
            "The publications, with the newest date of each",
            ui.table(
                "Publications, with the newest date of each",
                ["Publication", "Publisher", "Published", "Kind"],
                rows,
                id="loaded-table",
                hide_caption=True,
            ),
        ),
    )


PAGE = Page(
    path="/",
    name="home",
    title="",
    layout=layout,
    nav="Home",
    takes_view=False,
    order=0,
    description="Find your area and see how work and health are doing there, how sure the figures are, and their source.",
)
