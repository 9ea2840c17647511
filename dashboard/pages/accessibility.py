"""The accessibility statement: what is met, what is known not to be, how it was tested, and who can help."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboard import components as ui
from dashboard.address.context import Context
from dashboard.address.page import Asked, Page

Component = Any


def layout(context: Context, asked: Asked) -> Sequence[Component]:
    """The page, in the order of the model statement for public sector websites."""
    return [
        ui.heading(
            "Accessibility statement",
            "We want as many people as possible to be able to use this service, whatever they see, hear, move or read with.",
        ),
        ui.section(
            "What you can do here",
            ui.bullets(
                (
                    "Use every part with a keyboard alone, and see where the focus is.",
                    "Move from area to area on the map with the arrow keys, and hear each name and figure.",
                    "Read every chart and map as a table with the same figures.",
                    "Tell figures apart without colour: a word, a shape or a pattern says the same.",
                    "Zoom to 200%, use a telephone, or a screen 320 pixels wide, without scrolling sideways. Wide tables scroll "
                    "inside their own frame.",
                    "Turn movement off, or use the colours of your own system.",
                    "Read the words and tables before any script has run, and print every page.",
                    "Open an explanation of a term where it stands, by keyboard or touch.",
                )
            ),
        ),
        ui.section(
            "How accessible it is",
            ui.paragraph(
                "This service is built to meet the Web Content Accessibility Guidelines, version 2.2, at level AA. Our tests find no "
                "failure, but tests by software find only some of the failures there can be. No audit by people has been made yet."
            ),
            id="status",
        ),
        ui.section(
            "What we know is not good enough",
            ui.bullets(
                (
                    "Charts as PNG pictures carry no text for screen readers. Use the table beside the chart, or its CSV.",
                    "PDF packs are tagged, with headings, table headers and a text for each picture, and say that they follow PDF/UA-1. "
                    "They have not been checked with a validator or by people who use screen readers.",
                    "Points of line charts and dots of scatter charts cannot be reached one by one by keyboard. Their tables can.",
                    "Figures of small areas are hard to read at 200% zoom in the grid of the overview; its table has them as rows.",
                    "Files that we link to on publishers’ sites are not ours, and some are not accessible.",
                )
            ),
            id="known",
        ),
        ui.section(
            "Help and other forms",
            ui.paragraph(
                "If something does not work for you, or you need the figures in another form (large print, easy read, braille or "
                "read out), ask the team that runs this service where you work. Tell them the address of the page and what you use "
                "to read it."
            ),
            ui.paragraph(
                "If you are not happy with the answer, the Equality Advisory and Support Service (EASS) can help. The Equality and "
                "Human Rights Commission makes sure that public bodies keep to the accessibility regulations of 2018."
            ),
            id="help",
        ),
        ui.section(
            "How it was tested",
            ui.bullets(
                (
                    "Each change of the service runs through axe, which looks for failures of WCAG 2.2 AA and of good practice, on every "
                    "kind of page, at the widths of a desk and of a telephone. A single finding stops the change.",
                    "Whole journeys are walked by keyboard alone in the tests.",
                    "The structure of the PDF packs (tags, language, title, texts of pictures) is read and checked in the tests.",
                    "It has not been tested by disabled people, nor by hand with every screen reader. Whoever runs it should do both.",
                )
            ),
            id="tested",
        ),
    ]


PAGE = Page(
    path="/accessibility",
    name="accessibility",
    order=130,
    title="Accessibility statement",
    layout=layout,
    nav=None,
    description="How accessible this service is, what is known not to be good enough, how it was tested and how to get help.",
)
