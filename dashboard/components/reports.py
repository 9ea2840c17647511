"""Reporting a problem with a figure: a mail with the figure's own details filled in."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from dashboard import sentences
from dashboard.answers.releases import Release
from dashboard.components import html
from dashboard.components.text import link
from geodata.register import Area
from indicators.catalogue import Indicator

Component = Any

WORDS = "Report a problem with this figure"


def report_problem(
    contact: str,
    indicator: Indicator,
    *,
    area: Area | None = None,
    period: str | None = None,
    release: Release | None = None,
    words: str = WORDS,
) -> Component:
    """A link that opens a mail to the service with area, indicator, period and release filled in.

    contact  mail address of the service (``Settings.contact``); where there is none, the publisher is named to write to
    period   ISO period of the figure; left out, like ``area`` and ``release``, where the page shows several
    """
    if not contact:
        publisher = (
            release.publisher if release and not release.is_derived else "the publisher of its figures"
        )
        return html.span(f"To report a problem, write to {publisher}.", class_="wh-report")
    about = indicator.short_title + (f", {area.name}" if area else "")
    facts = [
        ("Indicator", f"{indicator.title} ({indicator.id})"),
        ("Area", f"{area.name} ({area.area_code})" if area else None),
        ("Period", sentences.period_words(period) if period else None),
        ("Release", _release_words(release) if release else None),
    ]
    known = "\n".join(f"{name}: {value}" for name, value in facts if value)
    body = (
        f"What is wrong with this figure:\n\n\nWhat it should be, and where that is published:\n\n\n{known}\n"
    )
    address = f"mailto:{quote(contact, safe='@')}?subject={quote(f'Problem with a figure: {about}')}&body={quote(body)}"
    # several links on a page read the same to the eye
    return link(words, address, class_="wh-link wh-report", aria_label=f"{words}: {about}")


def _release_words(release: Release) -> str:
    published = f", published {sentences.date_words(release.published_on)}" if release.published_on else ""
    return f"{release.publisher}, {release.publication}, {release.edition}{published} ({release.release_id})"
