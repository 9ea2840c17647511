"""Data: whole indicators and everything at once as files, the API with examples that the tests run, and the feeds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboard import components as ui
from dashboard import sentences
from dashboard.address.context import Context
from dashboard.address.page import Asked, Page
from dashboard.api.parameters import PARAMETERS
from dashboard.api.routes import OBSERVATION_KEYS
from dashboard.components import html
from dashboard.exports.figures import BASE_COLUMNS
from dashboard.queries.changes import area_feed, indicator_feed
from dashboard.queries.geography import ENGLAND
from dashboard.queries.headlines import headlines
from dashboard.queries.ledger import ledger
from indicators.catalogue import Indicator, the

Component = Any

EXAMPLE_AREA = "E06000018"
_PYTHON = """import csv, io, urllib.request

address = "{base}/data/{indicator_id}.csv"
with urllib.request.urlopen(address) as answer:
    rows = list(csv.DictReader(io.TextIOWrapper(answer, "utf-8-sig")))
nottingham = [row for row in rows if row["area_code"] == "{area_code}"]
"""


def examples(indicator_id: str) -> tuple[tuple[str, str], ...]:
    """Addresses of the API that work as they stand, and what each answers."""
    observations = f"/api/v1/observations?indicator={indicator_id}"
    return (
        (
            "/api/v1/indicators",
            "Every indicator: what it counts, its unit, which way is good, and what is loaded of it.",
        ),
        ("/api/v1/areas?q=nottingham", "Areas by name, code or old name."),
        ("/api/v1/areas?area_type=region", "Every area of a type."),
        (
            f"{observations}&area={EXAMPLE_AREA},{ENGLAND}",
            "The newest figure of two areas, with intervals, status and release.",
        ),
        (f"{observations}&area_type=region&period=all", "Every period of every region."),
        (f"{observations}&area_type=ltla&parent=E12000004", "The districts of a region."),
        (
            f"{observations}&area_type=ltla&period=2023-01-01/P1Y",
            "One period of every lower-tier local authority.",
        ),
        (
            f"/api/v1/changes?indicator={indicator_id}",
            "What changed, the newest first: figures that were added, revised or withdrawn.",
        ),
        (
            f"/api/v1/evidence?area={EXAMPLE_AREA}",
            "What is known to help, how strong the evidence is and where it is written, with the local programmes of an area.",
        ),
        (
            "/api/v1/evidence?condition=learning_disability",
            "The same for a group of people, or for an indicator.",
        ),
        (
            f"/api/v1/ledger?area={EXAMPLE_AREA}",
            "What an area has of each figure that answers a main question, and what loads what it has not.",
        ),
        (
            f"/api/v1/lineage?indicator={indicator_id}&area={EXAMPLE_AREA}&period=2023",
            "Where a figure comes from: release, file and row, and for a derived figure those of what it was made from.",
        ),
    )


def feeds(indicator_id: str) -> tuple[tuple[str, str], ...]:
    """Addresses of feeds, and what each reports."""
    return (
        (area_feed(EXAMPLE_AREA).href, "What is new for one area"),
        (indicator_feed(indicator_id).href, "What is new for one indicator"),
    )


def layout(context: Context, asked: Asked) -> Sequence[Component]:
    """The page: files first, then the API, the feeds, the columns."""
    headline = the(context.catalogue, "headline").id
    return [
        ui.heading(
            "Download data",
            "Take the figures as files for a spreadsheet, or read them with a program. Everything is free to use under the "
            "Open Government Licence.",
        ),
        _everything(context),
        _indicators(context),
        _api(headline),
        _feeds(headline),
        _columns(),
        _gaps(context, asked),
        _licence(),
    ]


def _everything(context: Context) -> Component:
    loaded = context.all_available()
    if not loaded:
        return ui.inset(
            html.p("No figures are loaded yet, so there is nothing to download."),
            html.p(["See ", ui.link("what is loaded and how to load it", "/refresh"), "."]),
        )
    return ui.section(
        "Everything in one file",
        ui.paragraph(
            f"A zip with all {sentences.counted(len(loaded), 'indicator')}: a CSV for each, what each counts, a description of every "
            "column that programs can read (a Frictionless data package), the licence, and how to read the figures."
        ),
        html.p(html.a("Download everything (zip)", href="/data/all.zip", download="", class_="wh-button")),
        id="everything",
    )


def _indicators(context: Context) -> Component:
    loaded = context.all_available()
    themes: dict[str, list[Indicator]] = {}
    for indicator in context.catalogue.values():
        if indicator.id in loaded:
            themes.setdefault(indicator.theme, []).append(indicator)
    parts: list[Component] = []
    for theme, found in themes.items():
        parts.append(html.h3(theme, class_="wh-h3"))
        parts.append(html.ul([_file(context, indicator) for indicator in found], class_="wh-list"))
    return ui.section(
        "One indicator",
        ui.paragraph(
            "All areas, periods and groups of people of an indicator. The files open in Excel as they are. To take only what a page "
            "shows, use “Download CSV” under its chart."
        ),
        *parts,
        id="indicators",
    )


def _file(context: Context, indicator: Indicator) -> Component:
    rows = context.available(indicator.id)
    types = context.register.area_types
    kinds = dict.fromkeys(types[row["area_type"]].plural for row in rows)
    newest = max((row["periods"][-1] for row in rows if row["periods"]), default=None)
    is_illustrative = any(row["illustrative"] for row in rows)
    return html.li(
        [
            html.a(
                f"{indicator.short_title} (CSV)",
                href=f"/data/{indicator.id}.csv",
                download="",
                class_="wh-link",
            ),
            html.span(f" {sentences.ILLUSTRATIVE_FIRST}", class_="wh-missing") if is_illustrative else None,
            html.span(
                f"Newest: {sentences.period_words(newest)}. For {sentences.area_types_words(kinds)}.",
                class_="wh-hint wh-close",
            ),
        ]
    )


def _address(path: str) -> Component:
    return html.a(html.code(path), href=path, class_="wh-link wh-address")


def _api(indicator_id: str) -> Component:
    return ui.section(
        "For programs: the API",
        ui.paragraph("Addresses under /api/v1 answer with JSON and need no key. These work as they stand:"),
        html.ul(
            [
                html.li([_address(path), html.span(words, class_="wh-hint wh-close")])
                for path, words in examples(indicator_id)
            ],
            class_="wh-list wh-addresses",
        ),
        ui.facts(
            (
                ("indicator", "Id of an indicator, as in /api/v1/indicators. Needed for observations."),
                ("area", "Codes of areas with commas between them. An old code works too."),
                ("parent", "Code of an area: only areas of which at least half lies in it, as on the map."),
                ("area_type", "ltla, utla, region, england, icb and so on. Left out: every type."),
                (
                    "period",
                    "An ISO 8601 start and duration such as 2022-04-01/P1Y, “latest” (as when it is left out) or “all”.",
                ),
                (
                    "sex, age, breakdown",
                    "A group of people. Left out: everyone of every age, where that is published. groups=all gives every group.",
                ),
            )
        ),
        ui.details("Every parameter of every address", *_parameters()),
        ui.details(
            "What an observation holds",
            ui.bullets(html.code(key) for key in OBSERVATION_KEYS),
            html.p(
                "An answer without observations has a “reason” in words: the one that the pages give. It is null where there are "
                "observations."
            ),
            html.p(
                "A missing figure is null with a status that says why, never 0. A status of “illustrative” means that the figure "
                "was invented to show a layout; it is loaded only where this service is set to."
            ),
        ),
        ui.details(
            "When something is wrong",
            html.p(
                "The answer has status 400 or 404 and an “error” that names the parameter, the value, what is wrong and what would be "
                "right. A parameter that the address does not take is such an error too. 503 means that the store cannot be read just "
                "now. Answers carry an ETag of their content, so that a program need not take what it has already."
            ),
        ),
        ui.details(
            "Read a file with Python",
            html.pre(
                html.code(
                    _PYTHON.format(
                        base="https://this-service.example", indicator_id=indicator_id, area_code=EXAMPLE_AREA
                    )
                ),
                class_="wh-code",
                tabindex="0",
                aria_label="Python code",
            ),
        ),
        id="api",
    )


def _parameters() -> list[Component]:
    parts: list[Component] = []
    for path, parameters in PARAMETERS.items():
        parts.append(html.p(html.code(path)))
        parts.append(ui.facts(parameters.items()) if parameters else html.p("Takes no parameters."))
    return parts


def _feeds(indicator_id: str) -> Component:
    return ui.section(
        "Feeds",
        ui.paragraph("Atom feeds tell a feed reader when figures change. Put the code of your area or the id of an indicator in:"),
        html.ul(
            [
                html.li([_address(path), html.span(words, class_="wh-hint wh-close")])
                for path, words in feeds(indicator_id)
            ],
            class_="wh-list wh-addresses",
        ),
        id="feeds",
    )  # fmt: skip


def _columns() -> Component:
    return ui.section(
        "What the columns hold",
        ui.table(
            "Columns of every CSV",
            ["Column", "Type", "What it holds"],
            [[name, kind, words] for name, kind, words in BASE_COLUMNS],
            id="columns",
            sort=False,
            hide_caption=True,
        ),
        ui.paragraph(
            "Files are UTF-8. Numbers have a full stop for the decimal point and no thousands separator. A text that a spreadsheet "
            "could run as a formula has an apostrophe in front."
        ),
        id="columns-section",
    )


def _gaps(context: Context, asked: Asked) -> Component:
    """The ledger of the area that the address names, else of England."""
    codes = asked.view.area_codes
    area = context.register.area(codes[0] if codes else ENGLAND)
    return ui.ledger_section(ledger(context, area, headlines(context, area)))


def _licence() -> Component:
    return ui.section(
        "Licence",
        ui.paragraph(
            "Use the figures for anything, also for business, if you name their source: ",
            ui.link("the words to show for each", "/about#licence"),
            ".",
        ),
        id="licence",
    )


PAGE = Page(
    path="/data",
    name="data",
    title="Download data",
    layout=layout,
    nav="Data",
    takes_view=False,
    order=50,
    description="Work and health figures of English areas as CSV, as one bundle, and through an API with examples.",
)
