"""The glossary: every term of art in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboard import components as ui
from dashboard.address.context import Context
from dashboard.address.page import Asked, Page
from dashboard.components import html
from dashboard.components.glossary import Term, glossary

Component = Any


def layout(context: Context, asked: Asked) -> Sequence[Component]:
    """The page: a description list, by the alphabet."""
    terms = sorted(glossary().values(), key=lambda entry: entry.term.lower())
    return [
        ui.heading("Glossary", "Terms used on these pages, in plain words."),
        ui.about_tabs("/glossary"),
        _letters(terms),
        html.dl(
            [
                html.div([html.dt(entry.term, id=entry.key), html.dd(entry.words)], class_="wh-facts-row")
                for entry in terms
            ],
            class_="wh-facts",
        ),
    ]


def _letters(terms: Sequence[Term]) -> Component:
    """A link to the first term of each letter."""
    first: dict[str, str] = {}
    for entry in terms:
        first.setdefault(entry.term[0].upper(), entry.key)
    return html.nav(
        html.ul([html.li(ui.link(letter, f"#{key}")) for letter, key in first.items()], class_="wh-letters"),
        aria_label="Terms by their first letter",
    )


PAGE = Page(
    path="/glossary",
    name="glossary",
    order=140,
    title="Glossary",
    layout=layout,
    door="/about",
    description="Terms of work and health figures in plain words: interval, benchmark, percentile, IPS, ICB and others.",
)
