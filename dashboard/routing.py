"""Which page an address leads to. No registry of dash's: two apps can live in one process.

A page is one module of ``dashboard/pages`` with a ``PAGE``. ``_MODULES`` below lists them in the
order of the navigation. ``resolve`` turns a pathname and a query into a page with its checked
view, or a Problem; dashboard.application uses it for the status, the first paint and the callbacks.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import Any
from urllib.parse import unquote

from dash import Dash
from sqlalchemy.exc import SQLAlchemyError

from dashboard import wording
from dashboard.context import Context
from dashboard.exports.figures import Export
from dashboard.figures.sheets import Sheet
from dashboard.view import NEAR_BENCHMARKS, Problem, View, clipped, read_view
from indicators.store import NoStore

log = logging.getLogger(__name__)

SERVICE = wording.SERVICE


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks a page for.

    ``parts`` are the path's pieces after the page's own path: ``/areas/E06000018`` → ``("E06000018",)``.
    ``search`` is the query as given, for a page that reads more than the view; its text is not checked.
    """

    pathname: str
    parts: tuple[str, ...]
    view: View
    search: str = ""


Component = Any
Layout = Callable[[Context, Asked], Sequence[Component]]


@dataclass(frozen=True, slots=True)
class Page:
    """One page.

    layout      gives the page's components, the h1 first (``kit.heading``). It is called when the
                page is opened and again whenever the query changes; dash keeps what did not change.
    title       of the document, as text or as a function of (context, asked).
    check       may answer with a Problem (an unknown area in the path, say); None lets it pass.
    most_parts  how many pieces the path may have after ``path``.
    nav         words in the navigation; None keeps the page out of it.
    register    adds callbacks of the page's own to an app.
    first_paint  what stands there before scripts run, where that is not ``layout``.
    own_search  True for a page whose own script answers a changed query (the map asks for values only).
    steady      False where more than the store, the address and the day decides ``layout``; else it is made once for each.
    near_benchmarks  benchmarks with a figure of its own for each area that the page can draw.
    export      the figures that the page shows, for the CSV at ``/csv`` before its own address.
    sheets      by name, whole pictures that the server draws of it, at ``/picture/<page>/<name>.svg``; None where this
                address has nothing to draw.
    """

    path: str
    name: str
    title: str | Callable[[Context, Asked], str]
    layout: Layout
    nav: str | None = None
    description: str = ""
    most_parts: int = 0
    check: Callable[[Context, Asked], Problem | None] | None = None
    register: Callable[[Dash, Context], None] | None = None
    own_search: bool = False
    near_benchmarks: tuple[str, ...] = ("region",)
    steady: bool = True
    first_paint: Layout | None = None
    export: Callable[[Context, Asked], Export] | None = None
    sheets: Mapping[str, Callable[[Context, Asked], Sheet | None]] = field(default_factory=dict)

    def title_of(self, context: Context, asked: Asked) -> str:
        """The document's title: ``Map – Work and health indicators``."""
        words = self.title if isinstance(self.title, str) else self.title(context, asked)
        return f"{words} – {SERVICE}" if words else SERVICE


@dataclass(frozen=True, slots=True)
class Found:
    """A page together with what it is asked for."""

    page: Page
    asked: Asked


# in the order of the navigation, which is that of a commissioner's need: my place, then the pictures, then what is
# behind them
_MODULES = (
    "home",
    "areas",
    "conditions",
    "map",
    "compare",
    "trends",
    "overview",
    "relate",
    "goal",
    "indicators",
    "data",
    "refresh",
    "about",
    "accessibility",
    "glossary",
    "embed",
)


STORE_AWAY = Problem(
    503,
    "The figures cannot be read just now",
    "The store of figures is not there, or does not answer. Try again in a few minutes. Whoever runs this "
    "service can look at /healthz, and load the starter edition with: python -m etl starter load",
    (("Try the home page again", "/"),),
)


def load_pages(modules: Sequence[str] = _MODULES) -> tuple[Page, ...]:
    """The pages of the given modules of ``dashboard.pages``, in that order."""
    return tuple(import_module(f"dashboard.pages.{name}").PAGE for name in modules)


def resolve(
    context: Context, pages: Sequence[Page], pathname: str | None, search: str | None
) -> Found | Problem:
    """The page at an address with its checked view; a Problem where there is none, or where the store is away."""
    try:
        return _resolve(context, pages, pathname, search)
    except (SQLAlchemyError, NoStore, OSError) as error:
        log.error("the store cannot be read: %s", error)
        return STORE_AWAY


def _resolve(
    context: Context, pages: Sequence[Page], pathname: str | None, search: str | None
) -> Found | Problem:
    parts = tuple(unquote(part) for part in (pathname or "/").split("/") if part)
    page = _page_at(pages, parts)
    if page is None:
        return Problem(
            404,
            "Page not found",
            f"There is no page at “{clipped('/' + '/'.join(parts))}”. If you typed the address, check it is right. "
            "If you followed a link, it may be out of date.",
            (
                ("Go to the home page", "/"),
                ("Go to the map", "/map"),
                ("See the list of indicators", "/indicators"),
            ),
        )
    context.moment()  # before anything is read that could be older
    view = read_view(context, search)
    if isinstance(view, Problem):
        return view
    if view.benchmark in NEAR_BENCHMARKS and view.benchmark not in page.near_benchmarks:
        words = "This page compares with England, a region or a chosen area; England is shown."
        view = replace(
            view, benchmark="england", asked=view.asked - {"benchmark"}, notes=(*view.notes, words)
        )
    own_parts = len([part for part in page.path.split("/") if part])
    asked = Asked("/" + "/".join(parts), parts[own_parts:], view, search or "")
    problem = page.check(context, asked) if page.check else None
    return problem or Found(page, asked)


def _page_at(pages: Sequence[Page], parts: tuple[str, ...]) -> Page | None:
    for page in pages:
        own = tuple(part for part in page.path.split("/") if part)
        if parts[: len(own)] == own and len(parts) - len(own) <= page.most_parts:
            return page
    return None
