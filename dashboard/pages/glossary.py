"""The glossary: every term of art in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboard import components as ui
from dashboard.address.context import Context
from dashboard.address.page import Asked, Page
from dashboard.components import html
from dashboard.components.glossary import glossary

Component = Any


def layout(context: Context, asked: Asked) -> Sequence[Component]:
    """The page: a description list, by the alphabet."""
    terms = sorted(glossary().values(), key=lambda entry: entry.term.lower())
    return [
        ui.heading(
            "Glossary",
            "Terms that these pages use, in plain words. Pages explain them where they stand too.",
        ),
        html.dl(
            [
                html.div([html.dt(entry.term, id=entry.key), html.dd(entry.words)], class_="wh-facts-row")
                for entry in terms
            ],
            class_="wh-facts",
        ),
        ui.paragraph(ui.link("How to read the figures", "/about")),
    ]


PAGE = Page(
    path="/glossary",
    name="glossary",
    order=140,
    title="Glossary",
    layout=layout,
    door="/about",
    description="Terms of work and health figures in plain words: interval, benchmark, percentile, IPS, ICB and others.",
)
