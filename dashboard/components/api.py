"""The page of the API: examples to copy, every address with what it takes, formats, pages and errors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from dashboard.components import html
from dashboard.components.text import bullets, details, facts, paragraph, section

Component = Any
BASE = "https://this-service.example"
"""Stands in the examples for the address of the service."""


class Described(NamedTuple):
    """One address for the page: its path, what it is for, an example, its parameters."""

    path: str
    words: str
    example: str
    parameters: Mapping[str, str]


class Example(NamedTuple):
    """How to read figures with one program: its name, what to do first, the code."""

    program: str
    hint: str
    code: str


EXAMPLES = (
    Example(
        "Python",
        "With pandas. The second address has the publishers, dates and licences.",
        """import pandas

base = "{base}"
figures = pandas.read_csv(f"{{base}}/api/v1/observations?indicator={indicator}&area_type=ltla&period=all&format=csv")
releases = pandas.read_csv(f"{{base}}/api/v1/releases?format=csv")
print(figures.merge(releases, on="release_id")[["area_name", "period_label", "value", "publication"]])
""",
    ),
    Example(
        "R",
        "With readr.",
        """library(readr)

base <- "{base}"
figures <- read_csv(paste0(base, "/api/v1/observations?indicator={indicator}&area_type=ltla&period=all&format=csv"))
nottingham <- subset(figures, area_code == "{area}")
""",
    ),
    Example(
        "Excel",
        "Data, Get Data, From Other Sources, Blank Query; then paste this in the Advanced Editor (Power Query).",
        """let
    Source = Csv.Document(
        Web.Contents("{base}/api/v1/observations?indicator={indicator}&area_type=ltla&format=csv"),
        [Delimiter = ",", Encoding = 65001, QuoteStyle = QuoteStyle.Csv]
    ),
    Headed = Table.PromoteHeaders(Source, [PromoteAllScalars = true]),
    Typed = Table.TransformColumnTypes(Headed, {{{{"value", type number}}, {{"period_start", type date}}}}, "en-GB")
in
    Typed
""",
    ),
    Example(
        "Power BI",
        "Get data, Blank query; then paste this in the Advanced Editor. It follows the pages to the end.",
        """let
    Base = "{base}",
    Page = (address) => Json.Document(Web.Contents(Uri.Combine(Base, address))),
    Pages = List.Generate(
        () => Page(Base & "/api/v1/observations?indicator={indicator}&area_type=ltla&period=all"),
        each _ <> null,
        each if [next] = null then null else Page([next])
    ),
    Figures = Table.FromRecords(List.Combine(List.Transform(Pages, each [observations])))
in
    Figures
""",
    ),
    Example(
        "curl",
        "The second request sends nothing where nothing has changed: put the ETag of the first answer in it.",
        """curl --compressed -OJ "{base}/api/v1/observations?indicator={indicator}&area_type=ltla&format=csv"
curl -i -H 'If-None-Match: "the tag"' "{base}/api/v1/observations?indicator={indicator}&area={area}"
""",
    ),
)
FORMATS = (
    ("json", "Figures, and beside them units, periods, publishers, dates and England's figures."),
    ("csv", "One row a figure, every row however many there are. UTF-8."),
    ("csv-excel", "The same with the mark by which Excel knows UTF-8."),
    ("xlsx", "A workbook with figures, indicators and releases, up to 100,000 rows."),
    ("json-stat", "A JSON-stat 2.0 dataset, for statistical programs. Figures only."),
)
PROBLEMS = (
    (
        "unknown-parameter",
        "400",
        "The address does not take this parameter. “allowed” lists those that it takes.",
    ),
    (
        "bad-value",
        "400",
        "The value cannot be used. “detail” says why, “allowed” lists what may stand there.",
    ),
    ("not-found", "404", "The indicator, area, period or address does not exist."),
    (
        "unavailable",
        "503",
        "The figures cannot be read just now. Ask again after the seconds in Retry-After.",
    ),
)


def examples_section(indicator_id: str, area_code: str) -> Component:
    """Code to copy, a program each."""
    return section(
        "Examples",
        paragraph(f"Put the address of this service in the place of {BASE}."),
        *[
            details(example.program, html.p(example.hint), _code(example, indicator_id, area_code))
            for example in EXAMPLES
        ],
        id="examples",
    )


def _code(example: Example, indicator_id: str, area_code: str) -> Component:
    text = example.code.format(base=BASE, indicator=indicator_id, area=area_code)
    return html.pre(html.code(text), class_="wh-code", tabindex="0", aria_label=f"Code for {example.program}")


def addresses_section(addresses: Iterable[Described]) -> Component:
    """Every address with what it is for, an example and its parameters."""
    return section("Addresses", *[_address(address) for address in addresses], id="addresses")


def _address(address: Described) -> Component:
    link = html.a(html.code(address.example), href=address.example, class_="wh-link wh-address")
    return html.div(
        [
            html.h3(html.code(address.path), class_="wh-h3"),
            html.p(address.words),
            html.p(link),
            details(f"Parameters of {address.path}", facts(address.parameters.items()))
            if address.parameters
            else html.p("Takes no parameters.", class_="wh-hint"),
        ],
        class_="wh-api-address",
    )


def reading_section(columns: Iterable[tuple[str, str, str]]) -> Component:
    """How answers are to be read: formats, missing figures, pages, tags."""
    return section(
        "Reading an answer",
        html.h3("Formats", class_="wh-h3"),
        facts((html.code(name), words) for name, words in FORMATS),
        html.h3("Figures", class_="wh-h3"),
        bullets(
            (
                "Values and limits are rounded as their indicator says. Counts are as they were published.",
                "A missing figure is empty, or null in JSON, and its status says why. It is never 0.",
                "An illustrative figure was invented to show a layout. It is loaded only where this service is set to.",
                "An answer without figures has a “reason”: the one that the pages show.",
                "“age_note” says where a figure is old, a newer one is withheld, or its measure has ended.",
            )
        ),
        details("Columns of the CSV", facts((html.code(name), told) for name, _, told in columns)),
        html.h3("Pages of JSON", class_="wh-h3"),
        paragraph(
            "JSON has up to 10,000 figures at a time. “next” holds the address of the page after it. It names the last figure, so "
            "it stays right when figures are added. A CSV has no pages."
        ),
        html.h3("Unchanged answers", class_="wh-h3"),
        paragraph(
            "Every answer carries an ETag. Send it in If-None-Match, and an unchanged answer comes as 304 without content. "
            "Answers can be compressed with gzip or Brotli. Web pages of any site may read them."
        ),
        id="reading",
    )


def problems_section() -> Component:
    """Errors: their form, and each kind with an id that ``type`` leads to."""
    return section(
        "When something is wrong",
        paragraph(
            "Errors follow RFC 9457. They name the parameter, the value that was found and what is allowed."
        ),
        *[
            html.div([html.h3(html.code(kind), class_="wh-h3"), html.p(f"Status {status}. {words}")], id=kind)
            for kind, status, words in PROBLEMS
        ],
        id="problems",
    )
