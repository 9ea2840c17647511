"""Home: find your area, the goal of a million more, the questions people come with, what is loaded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import parse_qs

from dashboard import components as ui
from dashboard import sentences
from dashboard.address.context import Context
from dashboard.address.page import Asked, Page
from dashboard.address.view import clipped
from dashboard.components import html
from dashboard.figures.goal import goal_svg
from geodata.register import Area
from indicators.periods import Period, latest

Component = Any

GOAL_INDICATOR = "disabled-people-in-employment"
UNITED_KINGDOM = "K02000001"
_GOAL = (date(2027, 1, 1), 4_500_000.0)
_MOST_FOUND = 30

# the question, the page it opens, the indicator it needs, what stands below it
_QUESTIONS = (
    (
        "How many people are in work where I live?",
        "/map?indicator=employment-rate",
        "employment-rate",
        "Employment rate of people aged 16 to 64, by council and by local enterprise partnership.",
    ),
    (
        "Who is in work, by health condition?",
        "/conditions",
        "employment-rate",
        "Employment by condition, the gaps, and the services that help.",
    ),
    (
        "How far are disabled people from equal chances of work?",
        "/map?indicator=disability-employment-gap",
        "disability-employment-gap",
        "The gap between their employment rate and that of people who are not disabled.",
    ),
    (
        "Do people with a long-term health condition have work?",
        "/map?indicator=employment-gap-long-term-condition",
        "employment-gap-long-term-condition",
        "The gap between their employment rate and everyone’s.",
    ),
    (
        "Do people with a learning disability get paid work?",
        "/map?indicator=employment-gap-learning-disability",
        "employment-gap-learning-disability",
        "The gap between their employment rate and everyone’s.",
    ),
    (
        "And people who use secondary mental health services?",
        "/map?indicator=employment-gap-secondary-mental-health",
        "employment-gap-secondary-mental-health",
        "The gap between their employment rate and everyone’s.",
    ),
    (
        "Do people get better after talking therapies?",
        "/map?indicator=talking-therapies-recovery-rate",
        "talking-therapies-recovery-rate",
        "Recovery after a course of treatment, by NHS area.",
    ),
    (
        "How long do people wait for talking therapies?",
        "/map?indicator=talking-therapies-wait-6-weeks",
        "talking-therapies-wait-6-weeks",
        "The share who wait six weeks or less.",
    ),
    (
        "Who is out of work and not looking?",
        "/map?indicator=economic-inactivity-rate",
        "economic-inactivity-rate",
        "Many of them are ill, study or care for someone.",
    ),
    (
        "Who gets help from Individual Placement and Support?",
        "/map?indicator=ips-access-rate",
        "ips-access-rate",
        "Help to find and keep a job that suits, inside mental health services.",
    ),
    (
        "Do people move into work during talking therapies?",
        "/map?indicator=talking-therapies-net-movement-into-employment",
        "talking-therapies-net-movement-into-employment",
        "Those in work at the end less those at the start, and how many nobody knows of.",
    ),
    (
        "How often do GPs say that someone is not fit for work?",
        "/map?indicator=fit-notes-rate",
        "fit-notes-rate",
        "Fit notes for each 100,000 patients, by NHS area, and what they are for.",
    ),
    (
        "How many people get a benefit because of their health?",
        "/compare?indicator=esa-claimants",
        "esa-claimants",
        "Employment and Support Allowance, in all and by main condition.",
    ),
    (
        "How many people get help with the extra costs of disability?",
        "/compare?indicator=pip-claimants",
        "pip-claimants",
        "Personal Independence Payment, in work or not.",
    ),
    (
        "How many years do people live in good health?",
        "/map?indicator=healthy-life-expectancy",
        "healthy-life-expectancy",
        "Healthy life expectancy of women and men.",
    ),
    (
        "How does my area compare with others?",
        "/compare?indicator=employment-rate",
        "employment-rate",
        "Every area with its interval; no league tables.",
    ),
    (
        "Is it getting better?",
        "/trends?indicator=employment-rate",
        "employment-rate",
        "Several areas over time, with intervals.",
    ),
)


def layout(context: Context, asked: Asked) -> Sequence[Component]:
    return [
        ui.heading(
            "Work and health in your area",
            "See how many people are in work, who is left out, and what help there is. Every figure says how sure "
            "we can be and where it comes from.",
        ),
        find_area(context, asked),
        # filled by assets/recent.js from what this browser remembers; nothing stands here before that
        html.div(id="recent-areas", data_recent_areas="yes"),
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
            "Name of a place, council, NHS area or region",
            "For example Nottingham, Black Country, or an old name such as Aylesbury Vale. Area codes work too.",
            clipped(text, 100),
            "/",
        ),
        *([found_areas(context, text)] if text else []),
    )


def found_areas(context: Context, text: str) -> Component:
    """What a search found, each with its type and a link to its profile."""
    found = context.register.search(text[:100], limit=_MOST_FOUND)
    shown = clipped(text)
    if not found:
        return ui.inset(
            html.p(f"No area is called “{shown}”."),
            html.p("Try the name of your council, or fewer letters. Post codes cannot be searched."),
        )
    return html.div(
        [
            html.p(
                f"{sentences.counted(len(found), 'area')} found for “{shown}”.",
                class_="wh-body",
                role="status",
            ),
            ui.bullets(
                [ui.link(area.name, f"/areas/{area.area_code}"), f" – {area_words(context, area)}"]
                for area in found
            ),
        ]
    )


def area_words(context: Context, area: Area) -> str:
    """``Lower-tier local authority``; with the last year of an area that is no more."""
    words = context.register.area_types[area.area_type].name
    return words if area.end_on is None else f"{words}, until {area.end_on.year}"


# ---- the goal --------------------------------------------------------------------------------------


def million_more(context: Context) -> list[Component]:
    """The headline: the goal, where it stands, the chart and its table. Nothing where it is not loaded."""
    indicator = context.catalogue.get(GOAL_INDICATOR)
    rows = context.available(GOAL_INDICATOR)
    if indicator is None or not rows:
        return []
    one = rows[0]
    series = [
        row
        for row in context.store.series(
            indicator_id=GOAL_INDICATOR,
            area_codes=[UNITED_KINGDOM],
            sex=one["sex"],
            age=one["age"],
            breakdown=one["breakdown"],
        )
        if row["value"] is not None
    ]
    start = next((row for row in series if row["period"].startswith("2017-01")), None)
    if start is None or len(series) < 2:
        return []
    last = series[-1]
    reached = next((row for row in series if row["value"] >= _GOAL[1]), None)
    words = [
        f"In {sentences.span_words(start['period'])}, {sentences.millions(start['value'])} disabled people were in work in "
        "the United Kingdom. The government’s goal was a million more by 2027: "
        f"{sentences.millions(_GOAL[1])}. In {sentences.span_words(last['period'])} there were "
        f"{sentences.millions(last['value'])}."
    ]
    if reached:
        words.append(
            f"The first of these figures to pass the goal is for {sentences.span_words(reached['period'])}. That does not "
            "mean that a disabled person’s chance of work rose as fast: more people now say that they are disabled, "
            "and each year a larger share of disabled workers than of other workers leave work."
        )
    label = (
        f"Disabled people in work, United Kingdom: {sentences.millions(start['value'])} in "
        f"{sentences.span_words(start['period'])}, {sentences.millions(last['value'])} in "
        f"{sentences.span_words(last['period'])}; goal {sentences.millions(_GOAL[1])} by 2027."
    )
    svg = goal_svg(
        [(Period.parse(row["period"]).midpoint, row["value"]) for row in series],
        start=(Period.parse(start["period"]).midpoint, start["value"]),
        goal=_GOAL,
        label=label,
    )
    table = ui.table(
        "Disabled people in employment, United Kingdom",
        ["Period", {"label": "People", "kind": "number"}],
        [
            [sentences.span_words(row["period"]), {"t": sentences.number(row["value"]), "s": row["value"]}]
            for row in series
        ],
        id="goal-table",
        sort=False,
        file_name="disabled-people-in-employment",
    )
    return [
        ui.section(
            "A million more disabled people in work",
            html.div(
                [
                    html.div([ui.paragraph(one) for one in words] + [_onward(context)]),
                    html.div(
                        [
                            ui.picture(svg, label, _sources(context, series), id="million-more"),
                            ui.take_away(
                                "million-more",
                                "million-more-disabled-people-in-work",
                                csv="/csv/goal",
                                embed="/goal",
                            ),
                        ]
                    ),
                ],
                class_="wh-two wh-two-turned",
            ),
            ui.details("The figures as a table", table),
        )
    ]


def _sources(context: Context, series: Sequence[dict[str, Any]]) -> str:
    notes = list(dict.fromkeys(row["note"] for row in series if row.get("note")))
    if notes:
        return f"Source: {'; '.join(notes)}. No interval is published with these figures."
    releases = context.releases()
    publications = dict.fromkeys(
        releases[row["release"]]["publication"] for row in series if row["release"] in releases
    )
    return (
        f"Source: {'; '.join(publications)}. Rounded to 100,000; no interval is published with these figures."
    )


def _onward(context: Context) -> Component:
    links = [
        ui.link("What the goal does not mean, and the targets along the way", "/goal"),
        ui.link("What is counted", f"/indicators/{GOAL_INDICATOR}"),
    ]
    if context.available("moving-out-of-work"):
        links.append(ui.link("Moving into work and out of it", "/trends?indicator=moving-out-of-work"))
    return ui.bullets(links)


# ---- questions and what is loaded ------------------------------------------------------------------


def questions(context: Context) -> Component:
    """The questions that the figures loaded can answer: by real figures first, then by illustrative ones, which say so."""
    answered = [
        (all(row.get("illustrative") for row in context.available(indicator_id)), words, href, below)
        for words, href, indicator_id, below in _QUESTIONS
        if context.available(indicator_id)
    ]
    return html.ul(
        [
            html.li(
                [
                    ui.link(words, href, class_="wh-link wh-card-link"),
                    html.p(f"{below} Illustrative figures, not real." if made_up else below),
                ]
            )
            for made_up, words, href, below in sorted(answered, key=lambda one: one[0])
        ],
        class_="wh-cards",
    )


_MOST_NEW = 6  # publications
_MOST_INDICATORS = 4  # named of one publication
_MOST_CHANGES = 3000  # of the newest changes that are looked through


def whats_new(context: Context) -> list[Component]:
    """What came last, a publication a line: its indicators, their newest period, and how many figures it revised."""
    items = context.cached("what is new", lambda: _news(context))
    if not items:
        return []
    return [
        ui.section(
            "What is new",
            html.ul(
                [
                    html.li(
                        [
                            *[
                                part
                                for place, indicator_id in enumerate(one["indicators"][:_MOST_INDICATORS])
                                for part in (
                                    ", " if place else "",
                                    ui.link(
                                        context.catalogue[indicator_id].short_title,
                                        f"/compare?indicator={indicator_id}",
                                    ),
                                )
                            ],
                            f" and {len(one['indicators']) - _MOST_INDICATORS} more"
                            if len(one["indicators"]) > _MOST_INDICATORS
                            else "",
                            one["words"],
                        ]
                    )
                    for one in items
                ],
                class_="wh-list",
            ),
            id="new",
        )
    ]


def _news(context: Context) -> list[dict[str, Any]]:
    releases = context.releases()
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for row in context.store.changes(limit=_MOST_CHANGES):
        release = releases.get(row["release_id"])
        if release is None or release["origin"] == "derived" or row["indicator_id"] not in context.catalogue:
            continue
        one = found.setdefault(
            (row["changed_at"][:10], release["release_id"]),
            {"release": release, "indicators": set(), "periods": set(), "revised": 0},
        )
        one["indicators"].add(row["indicator_id"])
        one["periods"].add(row["period"])
        one["revised"] += row["kind"] != "added"
    # what was published last comes first, also where all was loaded on one day
    newest = sorted(
        found.items(), key=lambda item: (item[0][0], item[1]["release"]["published_on"] or ""), reverse=True
    )
    return [
        {
            "indicators": sorted(one["indicators"], key=list(context.catalogue).index),
            "words": _news_words(one, day),
        }
        for (day, _), one in newest[:_MOST_NEW]
    ]


def _news_words(one: dict[str, Any], day: str) -> str:
    """``: figures for 2024/25, published 13 May 2026 (Office for National Statistics), loaded 25 November 2026.``"""
    release = one["release"]
    made_up = "illustrative " if release["illustrative"] else ""
    published = (
        f", published {sentences.date_words(release['published_on'])}" if release["published_on"] else ""
    )
    revised = f" {sentences.counted(one['revised'], 'figure')} revised." if one["revised"] else ""
    return (
        f": {made_up}figures for {sentences.period_words(latest(list(one['periods'])))}{published} "
        f"({release['publisher']}), loaded {sentences.date_words(day)}.{revised}"
    )


def whats_loaded(context: Context) -> Component:
    """What is loaded and how fresh, by publication."""
    releases = list(context.releases().values())
    if not releases:
        return ui.section(
            "What is loaded",
            ui.inset(
                html.p("No figures are loaded yet."),
                html.p(
                    "Whoever runs this service can load the starter edition with: python -m etl starter load"
                ),
            ),
        )
    shown = [one for one in releases if one["origin"] != "derived"]
    sources: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for one in shown:
        sources.setdefault((one["publisher"], one["source_id"]), []).append(one)
    rows = []
    for (publisher, _), editions in sources.items():
        newest = max(editions, key=lambda one: one["published_on"] or "")
        rows.append(
            [
                _publication_words([one["publication"] for one in editions]),
                publisher,
                {
                    "t": sentences.date_words(newest["published_on"])
                    if newest["published_on"]
                    else "Not given",
                    "s": newest["published_on"] or "",
                },
                "Illustrative, not real" if newest["illustrative"] else "Real figures",
            ]
        )
    loaded = context.all_available()
    made_up = sum(all(row.get("illustrative") for row in some) for some in loaded.values())
    kinds = (
        f" {sentences.counted(made_up, 'of them is', 'of them are')} illustrative, not real."
        if made_up
        else ""
    )
    return ui.section(
        "What is loaded",
        ui.paragraph(
            f"{sentences.counted(len(loaded), 'indicator')} from {sentences.counted(len(shown), 'publication')}.{kinds} ",
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


def _publication_words(names: Sequence[str]) -> str:
    """One publication by its name; several by what their names share: ``Local indicators (9 publications)``."""
    if len(names) == 1:
        return names[0]
    shared = names[0]
    while not all(name.startswith(shared) for name in names):
        shared = shared[:-1]
    if shared.count("(") > shared.count(")"):  # the names differ within their brackets
        shared = shared[: shared.rindex("(")].rstrip()
    else:
        shared = shared.rstrip(" ,:-–0123456789")
    first = shared if len(shared) >= 12 else names[0]
    return f"{first} ({sentences.counted(len(names), 'publication')})"


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
