"""Home: find your area, choose it on a small map, what is new, and six common questions with a figure each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs

from dashboard import components as ui
from dashboard import sentences
from dashboard.address.context import Context
from dashboard.address.page import Asked, Page
from dashboard.address.view import clipped
from dashboard.answers.age import Age, age_of
from dashboard.answers.goal import Progress
from dashboard.components import html
from dashboard.components.home import map_to_choose, news_line, question_cards
from dashboard.queries import freshness, home
from dashboard.queries import goal as goals
from dashboard.queries.finding import find
from dashboard.queries.small_map import small_map
from indicators.catalogue import the

Component = Any

_MOST_CARDS = 6


def layout(context: Context, asked: Asked) -> Sequence[Component]:
    """The search first, then the common questions."""
    news = freshness.news(context)
    shown = small_map(context, the(context.catalogue, "headline").id) if context.all_available() else None
    return [
        html.div(
            [
                html.div(
                    [
                        ui.heading(
                            "Work and health in your area",
                            "Who is in work, who is not, and what support is available. For every council and NHS area in "
                            "England.",
                        ),
                        *_find_area(context, asked),
                        # filled by assets/recent.js from what this browser remembers; nothing stands here before that
                        html.div(id="recent-areas", data_recent_areas="yes"),
                        news_line(news[0] if news else None),
                    ]
                ),
                map_to_choose(shown, sentences.lower_first(_plural(context, shown.shown.view.area_type)))
                if shown
                else None,
            ],
            class_="wh-home-hero",
        ),
        _questions(context),
    ]


def _plural(context: Context, area_type: str) -> str:
    return context.register.area_types[area_type].plural


# ---- find your area --------------------------------------------------------------------------------


def _find_area(context: Context, asked: Asked) -> list[Component]:
    """A search by postcode or name. ``assets/find.js`` shows matches as you type; without scripts ``/areas`` lists them."""
    text = parse_qs(asked.search.removeprefix("?")).get("q", [""])[0].strip()
    form = ui.find_area_form(
        "Find your area",
        "A postcode, town, council or NHS area, such as NG7 2RD, Beeston or Nottingham",
        clipped(text, 100),
        "/areas",
    )
    return [form, _found(context, text)] if text else [form]


def _found(context: Context, text: str) -> Component:
    """What an address of this page with a name in it finds, each with its kind and a link to the page of its area."""
    return ui.found_places(find(context, text), context.register.area_types, level=3)


# ---- questions -------------------------------------------------------------------------------------


def _questions(context: Context) -> Component:
    goal = _goal(context)
    found = home.question_figures(context, _MOST_CARDS - (goal is not None))
    if not found and goal is None:
        return ui.section(
            "Common questions",
            ui.inset(
                html.p("No figures are loaded yet."),
                html.p(["Whoever runs this service can ", ui.link("run a refresh", "/refresh"), "."]),
            ),
        )
    count = sum(context.is_only_illustrative(name) is False for name in context.all_available())
    return ui.section(
        "Common questions",
        question_cards(found, goal),
        html.p(ui.link(f"All {count} indicators", "/indicators"), class_="wh-home-all"),
    )


def _goal(context: Context) -> tuple[Progress, Age] | None:
    progress = goals.progress(context)
    if progress is None or progress.last["status"] == "illustrative":
        return None
    return progress, age_of(progress.indicator, progress.last, context.today())


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
