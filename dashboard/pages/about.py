"""About the figures: how to read them, how they are made, whose they are and what may be done with them.

Its prose is ``dashboard/content/about.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboard import components as ui
from dashboard import sentences
from dashboard.address.context import Context
from dashboard.address.page import Asked, Page
from dashboard.components import html
from dashboard.components.prose import Prose, prose
from dashboard.figures.explain import interval_example_svg, interval_example_words
from dashboard.queries.finding import sources

Component = Any

# what, publisher, the words to show; as docs/data-attribution.md
ATTRIBUTIONS = (
    (
        "Employment, inactivity, unemployment, claimant count, pay, qualifications, healthy life expectancy and "
        "children in low income (ONS local indicators)",
        "Office for National Statistics; children in low income: Department for Work and Pensions; claimant count "
        "and pay: ONS via Nomis",
        "Source: Office for National Statistics",
    ),
    (
        "Annual Population Survey, table T01",
        "Office for National Statistics, via Nomis",
        "ONS Crown Copyright Reserved, from Nomis",
    ),
    (
        "NHS Talking Therapies (Psychological Therapies) annual reports; Mental Health Services Data Set",
        "NHS England (before 2023, NHS Digital)",
        "Copyright © NHS England",
    ),
    (
        "Measures from the Adult Social Care Outcomes Framework",
        "NHS Digital for the Department of Health and Social Care (DHSC)",
        "Source: NHS Digital",
    ),
    (
        "Census 2021, table TS038 Disability",
        "Office for National Statistics",
        "Source: Office for National Statistics",
    ),
    (
        "English Indices of Deprivation 2019 and 2025",
        "Ministry of Housing, Communities and Local Government",
        "Source: Ministry of Housing, Communities and Local Government",
    ),
    (
        "National figures, flows and targets",
        "As cited at each figure: Improving Lives (Cm 9526, 2017) by the Department for Work and Pensions and the "
        "Department of Health, and others",
        "As cited at each figure",
    ),
    (
        "Area names, codes, lookups and boundaries",
        "Office for National Statistics (Open Geography), NHS England, Ordnance Survey",
        "Contains OS data © Crown copyright and database right",
    ),
    (
        "Statistical nearest neighbours (“similar areas”)",
        "Office for National Statistics, Clustering similar local authorities and statistical nearest neighbours in "
        "the UK",
        "Source: Office for National Statistics",
    ),
    (
        "Similar NHS areas",
        "Calculated here, not by NHS England: distance in age, disability, depression, employment deprivation and child "
        "poverty",
        "From the figures of this dashboard",
    ),
)

_COMPARED = ("better", "similar", "worse", "lower", "higher", "not_compared")
_MISSING = ("suppressed", "unreliable", "not_available", "not_collected", "illustrative")


def layout(context: Context, asked: Asked) -> Sequence[Component]:
    """The page; the only thing it asks of the settings is whether illustrative figures are in use."""
    text = prose("about")
    return [
        text.page(
            {
                "contents": _contents(text),
                "interval-example": _interval_example(),
                "attributions": _attributions(context),
                "illustrative-now": _illustrative_now(context),
                **{word.replace("_", "-"): ui.tag(sentences.compare_words(word), word) for word in _COMPARED},
                **{status: sentences.STATUS_WORDS[status] for status in _MISSING},
            },
            below_heading=ui.about_tabs("/about"),
        )
    ]


def _contents(text: Prose) -> Component:
    return html.nav(
        ui.bullets(html.a(words, href=f"#{id}", class_="wh-link") for words, id in text.headings),
        class_="wh-contents wh-contents-side",
        aria_label="On this page",
    )


def _interval_example() -> Component:
    return html.figure(
        [
            # in the text itself, so that it follows the colours of the page
            html.div(html.trusted(interval_example_svg()), role="img", aria_label=interval_example_words()),
            html.figcaption(
                "The mark is the best estimate, the line through it the interval. A square is worse than England, a circle "
                "similar, a diamond better.",
                class_="wh-hint",
            ),
        ],
        class_="wh-figure",
    )


def _attributions(context: Context) -> Component:
    places = [(source.what, source.publisher, source.credit) for source in sources(context)]
    return ui.table(
        "Where the figures come from, and the words to show when you use them",
        ["What", "Publisher", "Words to show"],
        [*ATTRIBUTIONS, *places],
        id="attribution",
        sort=False,
    )


def _illustrative_now(context: Context) -> Component:
    if not context.settings.include_illustrative:
        return ui.paragraph("Illustrative figures are switched off here.")
    return ui.paragraph("See ", ui.link("which sources are illustrative now", "/refresh"), ".")


PAGE = Page(
    path="/about",
    name="about",
    title="About the figures",
    layout=layout,
    nav="About",
    takes_view=False,
    order=60,
    description="How to read intervals and comparisons, small numbers, illustrative figures, licences and accessibility.",
)
