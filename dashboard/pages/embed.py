"""One chart alone, for a frame in another web page: ``/embed/<page>/<chart>`` with the page's own query.

The chart is taken out of the page that holds it, so that a frame shows what the page shows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from dashboard import components as ui
from dashboard import sentences
from dashboard.address.context import Context
from dashboard.address.keys import SERVICE
from dashboard.address.page import Asked, Found, Page, Sheet, resolve
from dashboard.address.view import Problem
from dashboard.components import html
from dashboard.queries.releases import releases_of

Component = Any


def check(context: Context, asked: Asked) -> Problem | None:
    """A Problem where the address names no chart, or where its page shows none for this query."""
    found = _page(context, asked)
    if isinstance(found, Problem):
        return found
    if _chart(context, found, asked) is None:
        return Problem(
            404,
            "There is no chart to show",
            "The page that this frame takes its chart from has none for these choices.",
            (("Open the page", found.asked.pathname + _query(asked)),),
        )
    return None


def _page(context: Context, asked: Asked) -> Found | Problem:
    # the list of areas and the page of one share their name
    pages = [page for page in context.pages if asked.parts[:1] == (page.name,) and page.export is not None]
    if not pages or len(asked.parts) < 2:
        return Problem(
            404,
            "There is no chart at this address",
            "The address of a chart to embed is under “Embed this chart in a web page”, below each chart.",
            (("Go to the home page", "/"),),
        )
    path = "/" + "/".join(asked.parts[:-1])
    return resolve(context, pages, path, asked.search)


def _chart(context: Context, found: Found, asked: Asked) -> Component | None:
    """The frame of the chart inside the page's layout; None where the page draws none."""
    name = asked.parts[-1]
    if name in found.page.sheets:
        sheet = _sheet(context, found, asked)
        return sheet and ui.picture(sheet.svg, sheet.label, sheet.caption, id=name)
    page = html.text_of(found.page.layout(context, found.asked))
    parts = [html.element_with_id(page, id) for id in found.page.frames.get(name, (f"{name}-frame",))]
    return None if None in parts else _in_new_tabs(html.joined(*parts))


def _in_new_tabs(markup: html.Html) -> html.Html:
    """A frame of another site shows this chart alone: the pages that its links lead to open beside it."""
    return html.trusted(re.sub(r'(<a\b[^>]*?) href="/', r'\1 target="_blank" rel="noopener" href="/', markup))


def _sheet(context: Context, found: Found, asked: Asked) -> Sheet | None:
    draw = found.page.sheets.get(asked.parts[-1])
    return draw(context, found.asked) if draw else None


def _query(asked: Asked) -> str:
    text = asked.search.removeprefix("?")
    return f"?{text}" if text else ""


def layout(context: Context, asked: Asked) -> Sequence[Component]:
    """The chart under the title of its page, with its source and a link to the page."""
    found = _page(context, asked)
    assert isinstance(found, Found) and found.page.export is not None  # check has let it pass
    sheet = _sheet(context, found, asked)
    rows = sheet.rows if sheet else [shown.row for shown in found.page.export(context, found.asked).figures]
    address = found.asked.pathname + _query(asked)
    title = found.page.title_of(context, found.asked).removesuffix(f" – {SERVICE}")
    return [
        html.h1(title, class_="wh-h2", tabindex="-1"),
        # a whole picture says in its own words which of its figures are real
        *([ui.illustrative_banner()] if not sheet and ui.is_illustrative(rows) else []),
        _chart(context, found, asked),
        html.p(
            [
                sentences.source_line(releases_of(context, rows)),
                " ",
                html.a(
                    "Every figure, its interval and its method",
                    href=address,
                    target="_blank",
                    rel="noopener",
                    class_="wh-link",
                ),
                " (opens in a new tab).",
            ],
            class_="wh-hint",
        ),
    ]


def _title(context: Context, asked: Asked) -> str:
    found = _page(context, asked)
    if isinstance(found, Problem):
        return found.heading
    return found.page.title_of(context, found.asked).removesuffix(f" – {SERVICE}")


PAGE = Page(
    path="/embed",
    name="embed",
    order=150,
    title=_title,
    layout=layout,
    description="One chart of work and health in English areas, to stand in another web page.",
    most_parts=3,
    check=check,
    is_frame=True,
)
