"""Data: a builder of addresses, whole files, what is loaded, the API with examples that the tests run, and the feeds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboard import components as ui
from dashboard import sentences
from dashboard.address.context import Context
from dashboard.address.page import Asked, Page
from dashboard.address.view import View, search_of
from dashboard.components import data, html
from dashboard.components.downloads import for_excel
from dashboard.exports.page_csv import file_columns
from dashboard.queries import freshness
from dashboard.queries.changes import ALL_FEED, area_feed, group_feed, indicator_feed
from dashboard.queries.geography import ENGLAND, day_of_choices, parents_of_list
from dashboard.queries.headlines import headlines
from dashboard.queries.ledger import ledger
from dashboard.queries.rows import rows_of
from indicators.catalogue import Indicator, the

Component = Any

EXAMPLE_AREA = "E06000018"


def examples(indicator_id: str) -> tuple[tuple[str, str], ...]:
    """Addresses of the API that work as they stand, and what each answers."""
    observations = f"/api/v1/observations?indicator={indicator_id}"
    return (
        (
            "/api/v1/indicators",
            "Every indicator: what it counts, its unit, which way is good, and its loaded periods.",
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
            "One period of every local authority (lower tier).",
        ),
        (
            f"/api/v1/changes?indicator={indicator_id}",
            "What changed, the newest first: figures that were added, revised or withdrawn.",
        ),
        (
            f"/api/v1/evidence?area={EXAMPLE_AREA}",
            "What is known to help, how strong the evidence is and its source, with the local programmes of an area.",
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
        (ALL_FEED.href, "What is new everywhere"),
        (area_feed(EXAMPLE_AREA).href, "What is new for one area"),
        (group_feed(f"custom:E06000015+{EXAMPLE_AREA}").href, "What is new for a group of areas"),
        (indicator_feed(indicator_id).href, "What is new for one indicator"),
    )


def layout(context: Context, asked: Asked) -> Sequence[Component]:
    """The page: the builder first, then whole files, what is loaded, the API, the feeds, the columns."""
    headline = the(context.catalogue, "headline").id
    return [
        ui.heading(
            "Data",
            "Choose figures, then download them or copy their address. All are free to use under the Open Government Licence.",
        ),
        *_builder(context, asked.view),
        _files(context),
        data.releases_section(freshness.source_states(context), freshness.news(context)),
        data.api_section(examples(headline)),
        data.feeds_section(feeds(headline)),
        data.columns_section(file_columns()),
        _gaps(context, asked),
        _licence(),
    ]


# ---- the builder ---------------------------------------------------------------------------------------


def _builder(context: Context, view: View) -> list[Component]:
    """The choices as a form, and what they give. It works as a plain form before scripts run."""
    if not context.all_available():
        return [
            ui.inset(
                html.p("No figures are loaded yet, so there is nothing to download."),
                html.p(["Whoever runs this service can ", ui.link("run a refresh", "/refresh"), "."]),
            )
        ]
    codes = [row["area_code"] for row in rows_of(context, view, view.area_type)]
    groups = parents_of_list(context.register, codes, view.area_type, day_of_choices(context, view))
    form = ui.controls(
        ui.indicator_select(context, view),
        ui.area_type_select(context, view),
        ui.period_select(context, view),
        more=[
            ui.people_select(context, view),
            ui.parent_select(context, view, groups, "Show all areas in", nothing="All of England"),
        ],
        label="Choose figures",
    )
    indicator = context.catalogue[view.indicator_id]
    whole = (
        "Whole indicator (CSV)",
        "Every area, period and group.",
        f"/data/{indicator.id}.csv",
        True,
    )
    if view.period is None:
        nothing = ui.inset(html.p(f"{indicator.short_title}: no figures are loaded for this choice."))
        ways = [whole] if context.available(indicator.id) else []
        return [form, nothing, data.chosen_addresses(indicator.short_title, ways) if ways else None]
    ways = [
        ("CSV", "One row an area, with intervals, status, source and date.", _csv_address(view), True),
        ("API (JSON)", "The same figures for a program.", _api_address(view), False),
        whole,
    ]
    return [form, data.chosen_addresses(_chosen_words(context, view), ways)]


def _chosen_words(context: Context, view: View) -> str:
    """``Employment rate, 2023: local authorities (lower tier) in the East Midlands``."""
    register = context.register
    indicator = context.catalogue[view.indicator_id]
    name = sentences.titled(indicator.short_title, context.is_only_illustrative(indicator.id))
    where = sentences.area_types_words([register.area_types[view.area_type].plural])
    inside = f" in {sentences.in_words(register.area(view.parent))}" if view.parent else ""
    return f"{name}, {sentences.period_words(view.period)}: {where}{inside}"


def _people(view: View) -> dict[str, str | None]:
    return {
        "sex": view.sex if view.sex != "persons" else None,
        "age": view.age if view.age not in ("", "all") and "age" in view.asked else None,
        "breakdown": view.breakdown if view.breakdown != "all" else None,
    }


def _csv_address(view: View) -> str:
    asked = {"indicator": view.indicator_id, "area_type": view.area_type, "period": view.period}
    return f"/csv/compare{search_of({**asked, 'parent': view.parent, **_people(view)})}"


def _api_address(view: View) -> str:
    asked = {"indicator": view.indicator_id, "area_type": view.area_type, "period": view.period}
    return f"/api/v1/observations{search_of({**asked, 'parent': view.parent, **_people(view)})}"


# ---- whole files ---------------------------------------------------------------------------------------


def _files(context: Context) -> Component:
    loaded = context.all_available()
    if not loaded:
        return None
    themes: dict[str, list[Indicator]] = {}
    for indicator in context.catalogue.values():
        if indicator.id in loaded:
            themes.setdefault(indicator.theme, []).append(indicator)
    parts: list[Component] = []
    for theme, found in themes.items():
        parts.append(html.h3(theme, class_="wh-h3"))
        parts.append(html.ul([_file(context, indicator) for indicator in found], class_="wh-list"))
    count = sentences.counted(len(loaded), "indicator")
    return ui.section(
        "Whole files",
        html.p(
            [
                html.a("Download everything (zip)", href="/data/all.zip", download="", class_="wh-button"),
                html.span(
                    f"A CSV for each of {count}, what each counts, a description for programs, and the licence.",
                    class_="wh-hint",
                ),
            ],
            id="everything",
        ),
        html.p(
            [
                ui.file_link("/data/releases.csv", "Releases (CSV)", plain=True),
                html.span(
                    "Publisher, publication, dates and licence of each release that a figure names.",
                    class_="wh-hint wh-close",
                ),
            ]
        ),
        html.div(ui.details(f"{count} as files: every area, period and group", *parts), id="indicators"),
        id="files",
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
            ", ",
            html.a(
                ["for Excel", html.span(f": {indicator.short_title}", class_="wh-visually-hidden")],
                href=for_excel(f"/data/{indicator.id}.csv"),
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
    title="Data",
    layout=layout,
    nav="Data",
    steady=False,  # what is said of the last runs changes without a publication
    order=50,
    description="Work and health figures of English areas as CSV, as one bundle, and through an API with examples.",
)
