"""About the figures: how to read them, how they are made, whose they are and what may be done with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from dashboard import components as ui
from dashboard import sentences
from dashboard.address.context import Context
from dashboard.address.page import Asked, Page
from dashboard.components import html
from dashboard.figures.explain import interval_example_svg, interval_example_words

Component = Any

LICENCE_ADDRESS = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"

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
)

_CONTENTS = (
    ("How to read an interval", "#intervals"),
    ("How sure a survey is", "#survey-quality"),
    ("What better, similar and worse mean", "#comparison"),
    ("Recent trends", "#trends"),
    ("Small numbers", "#small-numbers"),
    ("When there is no figure", "#statuses"),
    ("Illustrative figures", "#illustrative"),
    ("Areas that changed", "#areas"),
    ("Work and health", "#work-and-health"),
    ("Licence and attribution", "#licence"),
    ("Accessibility", "#accessibility"),
)


def layout(context: Context, asked: Asked) -> Sequence[Component]:
    """The page; the only thing it reads from the store is whether illustrative figures are in use."""
    return [
        ui.heading(
            "About the figures",
            "How to read them, how sure they are, whose they are, and what you may do with them.",
        ),
        html.nav(
            ui.bullets(html.a(words, href=href, class_="wh-link") for words, href in _CONTENTS),
            class_="wh-contents",
            aria_label="On this page",
        ),
        _intervals(),
        _survey_quality(),
        _comparison(),
        _trends(),
        _small_numbers(),
        _statuses(),
        _illustrative(context),
        _areas(),
        _work_and_health(),
        _licence(),
        _accessibility(),
    ]


def _intervals() -> Component:
    return ui.section(
        "How to read an interval",
        ui.paragraph(
            "Most figures here are estimates, with a ",
            ui.term("confidence-interval"),
            ". A survey asks some people and not others; a service sees a few "
            "hundred people one year and a few hundred others the next. Chance alone moves the figure. The interval "
            "shows how far.",
        ),
        ui.inset(
            html.p(
                "In Nottingham in 2023, 66.1% of people aged 16 to 64 were in work, with an interval of 62.0% to 70.2%."
            ),
            html.p(
                "Read it as: our best single estimate is 66.1%. The true figure probably lies between 62.0% and "
                "70.2%. Intervals made in this way hold the true figure 95 times in 100."
            ),
        ),
        html.figure(
            [
                html.img(
                    src=f"data:image/svg+xml;charset=utf-8,{quote(interval_example_svg())}",
                    alt=interval_example_words(),
                ),
                html.figcaption(
                    "The mark is the best estimate, the line through it the interval. A square is worse than England, a circle "
                    "similar, a diamond better.",
                    class_="wh-hint",
                ),
            ],
            class_="wh-figure",
        ),
        ui.bullets(
            (
                "A wide interval means little can be said for sure. It is not a sign of a bad service.",
                "Before you say that one place differs from another, look whether the intervals are apart.",
                "The interval covers chance only. It does not cover mistakes in records, or people who are never counted.",
            )
        ),
        ui.details(
            "How the intervals are made",
            ui.facts(
                (
                    (
                        "Published intervals",
                        "Where the publisher gives an interval, it is shown as published.",
                    ),
                    ("Percentages of a count", "Wilson score interval (Wilson, 1927)."),
                    (
                        "Counts and rates",
                        "Exact Poisson interval below 10 events, Byar’s method from 10 (APHO Technical Briefing 3).",
                    ),
                    (
                        "Gaps between two rates",
                        "Newcombe’s hybrid method, from the intervals of the two rates. A gap can be below zero.",
                    ),
                    (
                        "Figures for Local Enterprise Partnerships from the Annual Population Survey",
                        "Worked out from the survey’s published half-widths. These intervals are approximate.",
                    ),
                )
            ),
            ui.paragraph("Each page names the method of the figures it shows, at its end."),
        ),
        id="intervals",
    )


def _survey_quality() -> Component:
    return ui.section(
        "How sure a survey is",
        ui.paragraph(
            "Some figures come from a ",
            ui.term("aps", "survey of a sample of people", place="quality"),
            ". Each of them carries a grade, from the width of its interval beside the figure itself, as the Office for National "
            "Statistics grades its own estimates:",
        ),
        ui.facts(
            (
                ("A: precise", "The standard error is less than 5% of the figure."),
                ("B: reasonably precise", "5% or more, but less than 10%."),
                ("C: acceptable, use with care", "10% or more, but less than 20%."),
                (
                    "D: unreliable",
                    "20% or more, or the publisher says that the sample is too small. Do not decide anything by it alone.",
                ),
            )
        ),
        ui.paragraph(
            "Look at the interval too. A high percentage, such as an employment rate, gets a good grade easily: 76% give or take 8 "
            "points is still graded B."
        ),
        id="survey-quality",
    )


def _comparison() -> Component:
    return ui.section(
        "What better, similar and worse mean",
        ui.paragraph(
            "A place is compared with England (or another benchmark that you choose) by its interval, and never by "
            "its place in a league table."
        ),
        ui.facts(
            (
                (
                    "Better",
                    [
                        ui.tag("Better", "better"),
                        " The whole interval lies on the good side of England’s figure.",
                    ],
                ),
                (
                    "Similar",
                    [
                        ui.tag("Similar", "similar"),
                        " The interval holds England’s figure. The place may differ from England, but these figures "
                        "cannot show it.",
                    ],
                ),
                ("Worse", [ui.tag("Worse", "worse"), " The whole interval lies on the other side."]),
                (
                    "Lower or higher",
                    [
                        ui.tag("Lower", "lower"),
                        " ",
                        ui.tag("Higher", "higher"),
                        " The same test, for figures where neither way is good or bad in itself, such as how many "
                        "people are disabled.",
                    ],
                ),
                (
                    "Not compared",
                    [
                        ui.tag("Not compared", "not_compared"),
                        " The publisher gives neither an interval nor counts to make one from, or the figure is a "
                        "plain count: a large place has more of everything.",
                    ],
                ),
            )
        ),
        ui.paragraph(
            "With many comparisons, about 1 in 20 places that are no different from England will look different by "
            "chance. A difference says nothing about its cause: places differ in age, in health and in the work "
            "there is."
        ),
        ui.paragraph(
            "The bands of five equal groups on the map say only which areas have the lowest and highest values. "
            "They take no account of intervals."
        ),
        id="comparison",
    )


def _trends() -> Component:
    return ui.section(
        "Recent trends",
        ui.paragraph(
            "A recent trend uses the last five periods that do not overlap. It is called increasing or decreasing only "
            "where the change is larger than chance would give (p below 0.002) and does not rest on any single "
            "period. Otherwise the page says “no significant change”, which is not proof that nothing changed."
        ),
        ui.paragraph(
            "Where there are fewer than five periods, or no way to tell how sure each one is, there is no trend and the page "
            "says why. Lines on charts break where an area’s boundary or the way of counting changed."
        ),
        id="trends",
    )


def _small_numbers() -> Component:
    return ui.section(
        "Small numbers",
        ui.paragraph(
            "Publishers hide very small counts (",
            ui.term("suppressed", "suppressed figures"),
            "), so that nobody can be recognised, and round others: NHS England rounds "
            "local talking therapies counts to the nearest 5. Percentages that we work out from rounded counts can be off by "
            "a little, more so in small places.",
        ),
        ui.paragraph(
            "A hidden figure stays hidden here. It is never shown as zero, never guessed and never worked back from totals."
        ),
        id="small-numbers",
    )


def _statuses() -> Component:
    explained = {
        "suppressed": "Too few people to publish without a risk that someone is recognised.",
        "unreliable": "The publisher says that the sample is too small to give a figure that can be used.",
        "not_available": "The publisher gives no figure for this area and period.",
        "not_collected": "The figure was not collected for this area or period.",
        "illustrative": "Invented, only to show how a page looks.",
    }
    return ui.section(
        "When there is no figure",
        ui.paragraph("Where a figure is missing, the page says which of these is the reason:"),
        ui.facts((sentences.STATUS_WORDS[status], words) for status, words in explained.items()),
        id="statuses",
    )


def _illustrative(context: Context) -> Component:
    switched_off = not context.settings.include_illustrative
    return ui.section(
        "Illustrative figures",
        ui.paragraph(
            "For two things we would like to show, no publisher’s file can be shipped with this service: access to "
            "Individual Placement and Support (IPS), and movement into work during NHS Talking Therapies. Until the real "
            "files are loaded, invented figures stand in, so that the pages can be tried out."
        ),
        ui.bullets(
            (
                "Each one is marked “illustrative” in words, on every page, in every download and in the API.",
                "They describe no place. Do not quote them, and do not use them to decide anything.",
                "The first real release of that source removes them all.",
                "They can be left out altogether: set WORKHEALTH_ILLUSTRATIVE to off.",
            )
        ),
        ui.paragraph("Illustrative figures are switched off here.")
        if switched_off
        else ui.paragraph("See ", ui.link("which sources are illustrative now", "/refresh"), "."),
        id="illustrative",
    )


def _areas() -> Component:
    return ui.section(
        "Areas that changed",
        ui.paragraph(
            "Councils merge, and the NHS redraws its map. Each figure is shown for the areas that its publisher used. An area "
            "that no longer exists keeps its page, which says what became of it."
        ),
        ui.paragraph(
            ui.term("lep", "Local Enterprise Partnerships (LEPs)"),
            " overlap: seven districts lie in two. Such a district counts in both, so LEPs do "
            "not add up to England.",
        ),
        ui.paragraph(
            "Similar areas are the statistical nearest neighbours of the Office for National Statistics: councils that "
            "are alike in their people, economy and services, wherever they are in England."
        ),
        ui.paragraph(ui.link("Find an area", "/areas")),
        id="areas",
    )


def _work_and_health() -> Component:
    return ui.section(
        "Work and health",
        ui.paragraph(
            "Work can be good for health when it suits the person: when it is safe, fairly paid, and fits what they can and wish to do. "
            "Poor or unsuitable work can do harm. So no figure here is a reason to push anyone into any job. A low "
            "employment rate is a question about support, health, and the jobs that there are, and not a judgement on "
            "the people who live there."
        ),
        id="work-and-health",
    )


def _licence() -> Component:
    rows = [[what, publisher, words] for what, publisher, words in ATTRIBUTIONS]
    return ui.section(
        "Licence and attribution",
        ui.paragraph(
            "The figures, names and codes belong to their publishers and are used under the ",
            ui.link("Open Government Licence v3.0", LICENCE_ADDRESS),
            ". You may copy, publish and adapt them, also for business, if you name the source with the words below.",
        ),
        ui.table(
            "Where the figures come from, and the words to show when you use them",
            ["What", "Publisher", "Words to show"],
            rows,
            id="attribution",
            sort=False,
        ),
        ui.bullets(
            (
                "Contains public sector information licensed under the Open Government Licence v3.0.",
                "Contains OS data © Crown copyright and database right.",
                "Points, memberships and shares of areas, and figures that we work out from counts, are derived from the "
                "sources above.",
                "Hex maps are our own work, under the MIT licence. So is the software.",
            )
        ),
        ui.paragraph(
            "Fingertips indicator numbers are given so that you can find the like figure in the tool of the Office for Health "
            "Improvement and Disparities (DHSC). Nothing of that tool is included."
        ),
        html.h3("No endorsement", class_="wh-h3"),
        ui.paragraph(
            "Neither the Office for National Statistics, NHS England, DHSC nor any other publisher endorses this service. "
            "Figures that are worked out here are ours: mistakes in them are not the publisher’s."
        ),
        id="licence",
    )


def _accessibility() -> Component:
    return ui.section(
        "Accessibility",
        ui.paragraph(
            "The ",
            ui.link("accessibility statement", "/accessibility"),
            " says what works for whom, what does not yet, and who can help. ",
            ui.link("What the words mean", "/glossary"),
            " explains the terms that these pages use.",
        ),
        id="accessibility",
    )


PAGE = Page(
    path="/about",
    name="about",
    title="About the figures",
    layout=layout,
    nav="About",
    takes_view=False,
    order=120,
    description="How to read intervals and comparisons, small numbers, illustrative figures, licences and accessibility.",
)
