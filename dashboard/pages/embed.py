"""One chart alone, for a frame in another web page: ``/embed/<page>/<chart>`` with the page's own query.

The chart is taken out of the page that holds it, so that a frame shows what the page shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html

from dashboard import comparing, kit, routing
from dashboard.context import Context
from dashboard.figures.sheets import Sheet
from dashboard.routing import Asked, Found, Page
from dashboard.view import Problem

Component = Any

# pages whose charts may be framed
EMBEDDED = ("map", "compare", "trends", "overview", "relate", "areas", "conditions", "goal")
# what assets/map.js draws the map into and from
_MAP = ("map-drawing", "map-table", "map-values")
_MAP_PARTS = ("map", "map")


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
    if len(asked.parts) < 2 or asked.parts[0] not in EMBEDDED:
        return Problem(
            404,
            "There is no chart at this address",
            "The address of a chart to embed is under “Embed this chart in a web page”, below each chart.",
            (("Go to the home page", "/"),),
        )
    path = "/" + "/".join(asked.parts[:-1])
    return routing.resolve(context, routing.load_pages((asked.parts[0],)), path, asked.search)


def _chart(context: Context, found: Found, asked: Asked) -> Component | None:
    """The frame of the chart inside the page's layout; None where the page draws none."""
    name = asked.parts[-1]
    if name in found.page.sheets:
        sheet = _sheet(context, found, asked)
        return sheet and kit.picture(sheet.svg, sheet.label, sheet.caption, id=name)
    page = html.Div(list(found.page.layout(context, found.asked)))
    names = _MAP if asked.parts == _MAP_PARTS else (f"{name}-frame",)
    try:
        return html.Div([page[name] for name in names])
    except KeyError:
        return None


def _sheet(context: Context, found: Found, asked: Asked) -> Sheet | None:
    draw = found.page.sheets.get(asked.parts[-1])
    return draw(context, found.asked) if draw else None


def _query(asked: Asked) -> str:
    text = asked.search.removeprefix("?")
    return f"?{text}" if text else ""


def layout(context: Context, asked: Asked) -> Sequence[Component]:
    """The chart under the title of its page, with its source and a link to the page."""
    return _parts(context, asked)


def first_paint(context: Context, asked: Asked) -> Sequence[Component]:
    """The same before scripts; without the places of the map, which its script must find only once."""
    return _parts(context, asked, with_chart=asked.parts != _MAP_PARTS)


def _parts(context: Context, asked: Asked, *, with_chart: bool = True) -> list[Component]:
    found = _page(context, asked)
    assert isinstance(found, Found) and found.page.export is not None  # check has let it pass
    sheet = _sheet(context, found, asked)
    rows = sheet.rows if sheet else [one.row for one in found.page.export(context, found.asked).figures]
    address = found.asked.pathname + _query(asked)
    title = found.page.title_of(context, found.asked).removesuffix(f" – {routing.SERVICE}")
    return [
        html.H1(title, className="wh-h2", tabIndex="-1"),
        # a whole picture says in its own words which of its figures are real
        *([kit.illustrative_banner()] if not sheet and kit.is_illustrative(rows) else []),
        *([_chart(context, found, asked)] if with_chart else []),
        html.P(
            [
                comparing.source_line(context, rows),
                " ",
                html.A(
                    "Every figure, its interval and its method",
                    href=address,
                    target="_blank",
                    rel="noopener",
                    className="wh-link",
                ),
                " (opens in a new tab).",
            ],
            className="wh-hint",
        ),
    ]


def _title(context: Context, asked: Asked) -> str:
    found = _page(context, asked)
    if isinstance(found, Problem):
        return found.heading
    return found.page.title_of(context, found.asked).removesuffix(f" – {routing.SERVICE}")


PAGE = Page(
    path="/embed",
    name="embed",
    title=_title,
    layout=layout,
    first_paint=first_paint,
    nav=None,
    description="One chart of work and health in English areas, to stand in another web page.",
    most_parts=3,
    check=check,
)
