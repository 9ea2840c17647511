"""API: how programs read the figures, with examples that the tests run and every address with what it takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboard import components as ui
from dashboard.address.context import Context
from dashboard.address.page import Asked, Page
from dashboard.api.addresses import ADDRESSES, EXAMPLE_AREA
from dashboard.api.questions import parameters_of
from dashboard.components import api
from dashboard.exports.rows_csv import columns
from indicators.catalogue import the

Component = Any


def layout(context: Context, asked: Asked) -> Sequence[Component]:
    """The page: what the API is, examples, addresses, how to read an answer, errors."""
    headline = the(context.catalogue, "headline").id
    return [
        ui.heading(
            "API",
            "Read every figure with a program. No key is needed, and nothing can be changed.",
        ),
        ui.paragraph(
            "The description for programs is at ",
            ui.link("/api/v1/openapi.json", "/api/v1/openapi.json"),
            " (OpenAPI 3.1). Whole files are on ",
            ui.link("the data page", "/data"),
            ".",
        ),
        api.examples_section(headline, EXAMPLE_AREA),
        api.addresses_section(
            api.Described(
                address.template,
                address.summary,
                address.example.format(indicator=headline),
                parameters_of(address.question),
            )
            for address in ADDRESSES
        ),
        api.reading_section(columns()),
        api.problems_section(),
    ]


PAGE = Page(
    path="/api",
    name="api",
    title="API",
    layout=layout,
    door="/data",
    description="An API for work and health figures of English areas, with examples for Python, R, Excel and Power BI.",
)
