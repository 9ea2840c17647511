"""What stands round every page: skip link, name, navigation, footer; and what the router puts inside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import dcc, html

from dashboard import kit
from dashboard.context import Context
from dashboard.routing import SERVICE, Found, Page
from dashboard.view import Problem

Component = Any


def shell(
    pages: Sequence[Page], children: Sequence[Component] = (), *, scripts: bool = True, current: str = ""
) -> Component:
    """The whole document's body.

    ``scripts=False`` gives the first paint, without what needs scripts; ``current`` is then the path of the
    page it shows (afterwards ``assets/state.js`` marks it).
    """
    return html.Div(
        [
            html.A("Skip to main content", href="#main" if scripts else "#first-main", className="wh-skip"),
            html.Header(
                html.Div(
                    [
                        kit.link(SERVICE, "/", className="wh-service"),
                        html.Nav(
                            html.Ul(
                                [
                                    html.Li(_nav_link(page, page.path == current))
                                    for page in pages
                                    if page.nav
                                ],
                                className="wh-nav-list",
                            ),
                            className="wh-nav",
                            **{"aria-label": "Main"},
                        ),
                    ],
                    className="wh-width wh-header-inner",
                ),
                className="wh-header",
            ),
            html.Main(
                html.Div(list(children), id="page" if scripts else "first-page"),
                id="main" if scripts else "first-main",
                className="wh-width wh-main",
                tabIndex="-1",
            ),
            html.Footer(
                html.Div(
                    [
                        html.P(
                            [
                                "Figures are published under the ",
                                kit.link("Open Government Licence v3.0", "/about#licence"),
                                " by the Office for National Statistics, NHS England, the Department of Health and "
                                "Social Care and others named beside each figure.",
                            ]
                        ),
                        html.P("Contains OS data © Crown copyright and database right."),
                        html.P(
                            [
                                kit.link("Sources, licences and how to read the figures", "/about"),
                                " · ",
                                kit.link("What is loaded and how fresh", "/refresh"),
                                " · ",
                                kit.link("Download data", "/data"),
                                " · ",
                                kit.link("What the words mean", "/glossary"),
                                " · ",
                                kit.link("Accessibility statement", "/accessibility"),
                            ]
                        ),
                    ],
                    className="wh-width",
                ),
                className="wh-footer",
            ),
            *(
                [
                    dcc.Location(id="url", refresh=False),
                    dcc.Store(id="address"),
                    dcc.Store(id="shown"),
                    dcc.Store(id="arrived"),
                ]
                if scripts
                else []
            ),
        ],
        className="wh-shell",
    )


def _nav_link(page: Page, is_current: bool) -> Component:
    if is_current:
        return html.A(page.nav, href=page.path, className="wh-nav-link", **{"aria-current": "page"})
    return kit.link(page.nav, page.path, className="wh-nav-link")


def problem_page(problem: Problem) -> list[Component]:
    """The friendly page of an address that cannot be shown."""
    return [
        kit.heading(problem.heading, problem.words),
        kit.bullets(kit.link(words, href) for words, href in problem.links) if problem.links else html.Div(),
    ]


def page_children(context: Context, found: Found | Problem, *, first: bool = False) -> list[Component]:
    """The components of the page found, or of the Problem; ``first`` for the paint before scripts."""
    if isinstance(found, Problem):
        return problem_page(found)
    layout = found.page.first_paint if first and found.page.first_paint else found.page.layout
    return [*kit.notes(found.asked.view), *layout(context, found.asked)]


def title_of(context: Context, found: Found | Problem) -> str:
    if isinstance(found, Problem):
        return f"{found.heading} – {SERVICE}"
    return found.page.title_of(context, found.asked)


def shown(context: Context, found: Found | Problem, pathname: str | None) -> dict[str, Any]:
    """What ``assets/state.js`` needs after a page has come: title, path for the focus, nav link to mark."""
    return {
        "pathname": "/" + "/".join(part for part in (pathname or "/").split("/") if part),
        "title": title_of(context, found),
        "nav": found.page.path if isinstance(found, Found) else "",
        "problem": isinstance(found, Problem),
        "ownSearch": isinstance(found, Found) and found.page.own_search,
    }
