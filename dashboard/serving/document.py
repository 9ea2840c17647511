"""The whole document of an answer: head, header, the page, footer, and the scripts that dash needs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from dashboard import components as ui
from dashboard.address.context import Context
from dashboard.address.keys import SERVICE
from dashboard.address.page import Found, Page
from dashboard.address.root import at_root
from dashboard.address.view import Problem
from dashboard.components import html
from dashboard.components.html import escape
from dashboard.queries.changes import feed_of
from dashboard.serving import static
from dashboard.serving.security import MARK_SCRIPTS

# two areas joined by a line: the service's own mark
_MARK = html.trusted(
    '<svg class="wh-mark-of-service" aria-hidden="true" focusable="false" viewBox="0 0 28 14" width="28" height="14">'
    '<circle cx="6" cy="7" r="6" fill="currentColor"/><path d="M11 7h7" stroke="currentColor" stroke-width="2.5"/>'
    '<circle cx="22" cy="7" r="4.7" fill="none" stroke="currentColor" stroke-width="2.5"/></svg>'
)
_DESCRIPTION = (
    "Work and health indicators in English areas: employment, health conditions, support and pay, "
    "with intervals, maps, trends and sources."
)


_ONWARD = (
    ("Home", "/"),
    ("Your area", "/areas"),
    ("Map", "/map"),
    ("All indicators", "/indicators"),
    ("Data", "/data"),
)
"""Where to go on from any problem, after the links that it gives itself."""


def problem_page(problem: Problem) -> list[html.Html]:
    """The page of an address that cannot be shown: what is wrong, a search, and where to go on.

    Where the store cannot be read no other page can be shown either: only its own links are given.
    """
    can_go_on = problem.status < 500
    named = {href for _, href in problem.links}
    onward = [(words, href) for words, href in _ONWARD if can_go_on and href not in named]
    links = [*problem.links, *onward]
    return [
        ui.heading(problem.heading, problem.words, caption=f"Error {problem.status}"),
        *(
            [
                ui.find_area_form(
                    "Find your area",
                    "A postcode, town, council or NHS area, such as NG7 2RD, Beeston or Nottingham",
                    "",
                    "/areas",
                )
            ]
            if can_go_on
            else []
        ),
        *(
            [ui.section("Where to go on", ui.bullets(ui.link(words, href) for words, href in links))]
            if links
            else []
        ),
    ]


def page_html(context: Context, found: Found | Problem) -> str:
    """What stands inside the page's place: the layout of the page found, or the words of the Problem."""
    if isinstance(found, Problem):
        return html.text_of(problem_page(found))
    return html.text_of([*ui.notes(context, found.asked.view), *found.page.layout(context, found.asked)])


def title_of(context: Context, found: Found | Problem) -> str:
    """Of the document."""
    if isinstance(found, Problem):
        return f"{found.heading} – {SERVICE}"
    return found.page.title_of(context, found.asked)


def shown(context: Context, found: Found | Problem, pathname: str | None) -> dict[str, Any]:
    """What ``assets/page.js`` needs to know of the page it shows.

    Title, path for the focus, nav link to mark; ``drawing`` is where what is drawn on it is fetched.
    """
    return {
        "pathname": "/" + "/".join(part for part in (pathname or "/").split("/") if part),
        "title": title_of(context, found),
        "path": found.page.path if isinstance(found, Found) else "",
        "nav": found.page.marked if isinstance(found, Found) else "",
        "problem": isinstance(found, Problem),
        "ownSearch": isinstance(found, Found) and found.page.own_search,
        "drawing": _drawing(found),
    }


def _drawing(found: Found | Problem) -> str:
    """Address of what the page's script draws first; empty for a page that is HTML alone."""
    if isinstance(found, Problem) or "drawing" not in found.page.fetches:
        return ""
    return at_root(f"{found.page.path}/drawing?to={quote(found.asked.search, safe='')}")


class Shell:
    """What stands round every page, written once a process for each place in the navigation.

    ``vocabulary`` is the address of the script with the words and rules that the browser shares with the server, and
    ``scripts`` that of all scripts of ``assets/``.
    """

    def __init__(self, pages: Sequence[Page]) -> None:
        self.vocabulary = self.scripts = ""
        self._pages = [page for page in pages if page.nav]
        self._openings: dict[str, str] = {}
        self.closing = html.text_of(_footer())

    def opening(self, current: str) -> str:
        """Skip link and header, with the link of the page at ``current`` marked."""
        if current not in self._openings:
            links = html.ul(
                [html.li(_nav_link(page, page.path == current)) for page in self._pages],
                class_="wh-nav-list",
            )
            header = html.header(
                html.div(
                    [
                        html.a([_MARK, html.span(SERVICE)], href="/", class_="wh-service"),
                        html.button(
                            "Menu",
                            type="button",
                            class_="wh-menu wh-needs-script",
                            aria_expanded="false",
                            aria_controls="wh-nav",
                        ),
                        html.nav(links, class_="wh-nav", id="wh-nav", aria_label="Main"),
                        ui.find_in_header(hidden=current == "/"),
                    ],
                    class_="wh-width wh-header-inner",
                ),
                class_="wh-header",
            )
            self._openings[current] = html.a("Skip to main content", href="#main", class_="wh-skip") + header
        return self._openings[current]

    def body(self, page: str, current: str = "", path: str = "") -> str:
        """The visible part of a document round the HTML of a page, which sheets may know by its ``path``."""
        return (
            f'<div class="wh-shell">{self.opening(current)}<main id="main" class="wh-width wh-main" tabindex="-1">'
            f'<div id="page" data-path="{escape(path)}">{page}</div></main>{self.closing}</div>'
        )


def _nav_link(page: Page, is_current: bool) -> html.Html:
    return ui.link(
        page.nav,
        page.path,
        class_="wh-nav-link",
        data_door=page.path,
        aria_current="page" if is_current else None,
    )


def _footer() -> html.Html:
    return html.footer(
        html.div(
            [
                html.p(
                    [
                        "Figures: Office for National Statistics, NHS England, Department for Work and Pensions and "
                        "others named beside each figure. ",
                        ui.link("Open Government Licence v3.0", "/about#licence"),
                        ". Contains OS data © Crown copyright and database right.",
                    ]
                ),
                html.p(
                    [
                        ui.link("Accessibility", "/accessibility"),
                        " · ",
                        ui.link("Glossary", "/glossary"),
                        " · ",
                        ui.link("Releases", "/data#releases"),
                        " · ",
                        ui.link("Run a refresh", "/refresh"),
                    ]
                ),
            ],
            class_="wh-width",
        ),
        class_="wh-footer",
    )


def document(
    context: Context, shell: Shell, parts: Mapping[str, str], found: Found | Problem, pathname: str
) -> str:
    """The document of a page. ``parts`` are what dash needs in it: css, app_entry, config, scripts, renderer."""
    current = found.page.marked if isinstance(found, Found) else ""
    description = found.page.description if isinstance(found, Found) else ""
    # a chart in a frame stands without the service's header and footer
    embedded = " wh-embedded" if isinstance(found, Found) and found.page.is_frame else ""
    about = json.dumps(shown(context, found, pathname), ensure_ascii=False).replace("<", "\\u003c")
    return f"""<!DOCTYPE html>
<html lang="en-GB"{embedded and ' class="wh-embedded"'}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="description" content="{escape(description or _DESCRIPTION)}">
<meta name="color-scheme" content="light dark">
<meta name="theme-color" content="#0E2F3F">
<title>{escape(title_of(context, found))}</title>
<link rel="icon" type="image/svg+xml" href="{static.ICON}">
{_alternate(found)}{_preload(found)}{parts["css"]}
<script>{MARK_SCRIPTS[bool(embedded)]}</script>
</head>
<body>
{shell.body(page_html(context, found), current, found.page.path if isinstance(found, Found) else "")}
<script type="application/json" id="shown">{about}</script>
<div hidden>{parts["app_entry"]}</div>
<script src="{at_root(shell.vocabulary)}"></script>
<script src="{at_root(shell.scripts)}"></script>
{parts["config"]}{parts["scripts"]}{parts["renderer"]}
</body>
</html>"""


def plain_document(shell: Shell, problem: Problem) -> str:
    """A page without scripts that says what is wrong. ``assets/takeaway.js`` reads out its words."""
    body = shell.body(html.text_of(problem_page(problem)))
    return (
        f'<!DOCTYPE html>\n<html lang="en-GB"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(problem.heading)} – {SERVICE}</title>"
        f'<meta name="color-scheme" content="light dark">'
        f'<link rel="stylesheet" href="{at_root("/assets/tokens.css")}"><link rel="stylesheet" href="{at_root("/assets/dashboard.css")}"></head>'
        f"<body>{body}<p hidden data-problem>{escape(problem.words)}</p></body></html>"
    )


def _preload(found: Found | Problem) -> str:
    """Lets the browser fetch what is drawn while it still loads the scripts that draw."""
    drawing = _drawing(found)
    return f'<link rel="preload" as="fetch" crossorigin href="{escape(drawing)}">\n' if drawing else ""


def _alternate(found: Found | Problem) -> str:
    """Where a reader of feeds finds what changes on a page; empty for a page without a feed."""
    feed = feed_of(found.page.path, found.asked.parts) if isinstance(found, Found) else None
    if feed is None:
        return ""
    href, title = escape(at_root(feed.href)), escape(feed.title)
    return f'<link rel="alternate" type="application/atom+xml" title="{title}" href="{href}">\n'
