"""The glossary: every term of art in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html

from dashboard import kit
from dashboard.context import Context
from dashboard.glossary import glossary
from dashboard.routing import Asked, Page

Component = Any


def layout(context: Context, asked: Asked) -> Sequence[Component]:
    """The page: a description list, by the alphabet."""
    terms = sorted(glossary().values(), key=lambda one: one.term.lower())
    return [
        kit.heading(
            "What the words mean",
            "Terms that these pages use, in plain words. Pages explain them where they stand too.",
        ),
        html.Dl(
            [
                html.Div([html.Dt(one.term, id=one.key), html.Dd(one.words)], className="wh-facts-row")
                for one in terms
            ],
            className="wh-facts",
        ),
        kit.paragraph(kit.link("How to read the figures", "/about")),
    ]


PAGE = Page(
    path="/glossary",
    name="glossary",
    title="What the words mean",
    layout=layout,
    nav=None,
    description="Terms of work and health figures in plain words: interval, benchmark, percentile, IPS, ICB and others.",
)
