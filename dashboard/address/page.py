"""What a page promises: its address, title, layout, figures to download and pictures; and which page an address names."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs, unquote

from sqlalchemy.exc import SQLAlchemyError

from dashboard.address.context import Context
from dashboard.address.keys import NEAR_BENCHMARKS, SERVICE, known_query
from dashboard.address.problems import area_code_of
from dashboard.address.view import Problem, View, clipped, read_view
from geodata.groups import is_group
from indicators.catalogue import Indicator
from indicators.store import NoStore

log = logging.getLogger(__name__)

Html = Any
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks a page for.

    ``parts`` are the path's pieces after the page's own path: ``/areas/E06000018`` → ``("E06000018",)``.
    ``search`` is the query with unknown keys left out, for a page that reads more than the view; its text is not checked.
    """

    pathname: str
    parts: tuple[str, ...]
    view: View
    search: str = ""


Layout = Callable[[Context, Asked], Sequence[Html]]


@dataclass(frozen=True, slots=True)
class Change:
    """How a figure differs from the same area's in the period ``since`` (ISO 8601): numbers in the unit of the value."""

    since: str
    difference: float | None
    lower: float | None
    upper: float | None
    words: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """One figure as a page shows it: the observation, and what it is set against where it is."""

    indicator: Indicator
    row: Row
    benchmark_name: str = ""
    benchmark: float | None = None
    compared: str = ""
    trend: str = ""
    change: Change | None = None
    not_compared: str = ""
    """Why it is not compared, where that is more than that it has no interval."""


@dataclass(frozen=True, slots=True)
class Export:
    """The figures that a page shows, under a file name without its ending."""

    file_name: str
    figures: Sequence[Shown]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A finished picture: the name of its file, its text alternative, what is to know about it (illustrative figures
    too), and the observations that are drawn.
    """

    file_name: str
    svg: str
    label: str
    caption: str
    rows: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Page:
    """One page.

    layout      gives the page's HTML, the h1 first (``ui.heading``), for a first visit and for a changed address alike.
    title       of the document, as text or as a function of (context, asked).
    check       may answer with a Problem (an unknown area in the path, say); None lets it pass.
    most_parts  how many pieces the path may have after ``path``.
    tab         the last piece of the path, where this is one of several pages of the same thing:
                ``/areas/<area_code>/trends``. It goes before a page of the same ``path`` that takes any last piece.
    nav         words of its door in the navigation, where they stand by ``order``; None for a page behind another door.
    door        path of the door that it stands behind, marked in the navigation; empty for a door itself, or none.
    fetches     by name, what the page's own script fetches as JSON from ``<path>/<name>?to=<query>``: a function of
                (context, asked, all that the request gives). ``drawing`` is sent along when the page is opened from
                another one.
    own_search  True for a page whose own script answers a changed query (the map fetches values only).
    steady      False where more than the store, the address and the day decides ``layout``; else it is cached.
    near_benchmarks  benchmarks with a figure of its own for each area that the page can draw.
    export      the figures that the page shows, for the CSV at ``/csv`` before its own address.
    tables      by name, the figures of one table of it, for the CSV at ``/csv/<page>/<name>.csv``.
    sheets      by name, whole pictures that the server draws of it, at ``/picture/<page>/<name>.svg``; None where this
                address has nothing to draw.
    frames      by name, the ids of the elements that make a chart at ``/embed/<page>/<name>``, where that is not the one
                element ``<name>-frame``. Charts of every page with an ``export`` may be framed.
    may_change_type  whether it shows one indicator by type of area, so that another type stands in for one without figures.
    takes_view  whether the navigation takes the chosen indicator, areas and people along to it (``Key.is_carried``).
    is_frame    whether it stands in a frame of another site: without the service's header and footer.
    """

    path: str
    name: str
    title: str | Callable[[Context, Asked], str]
    layout: Layout
    nav: str | None = None
    door: str = ""
    order: int = 100
    description: str = ""
    most_parts: int = 0
    tab: str = ""
    check: Callable[[Context, Asked], Problem | None] | None = None
    fetches: Mapping[str, Callable[[Context, Asked, Mapping[str, str]], Any]] = field(default_factory=dict)
    own_search: bool = False
    near_benchmarks: tuple[str, ...] = ("region",)
    steady: bool = True
    export: Callable[[Context, Asked], Export] | None = None
    tables: Mapping[str, Callable[[Context, Asked], Export]] = field(default_factory=dict)
    sheets: Mapping[str, Callable[[Context, Asked], Sheet | None]] = field(default_factory=dict)
    frames: Mapping[str, Sequence[str]] = field(default_factory=dict)
    takes_view: bool = True
    may_change_type: bool = False
    is_frame: bool = False

    @property
    def marked(self) -> str:
        """Path of the door that the navigation marks while this page is shown."""
        return self.door or (self.path if self.nav else "")

    def title_of(self, context: Context, asked: Asked) -> str:
        """The document's title: ``Map – Work and health indicators``."""
        words = self.title if isinstance(self.title, str) else self.title(context, asked)
        return f"{words} – {SERVICE}" if words else SERVICE


@dataclass(frozen=True, slots=True)
class Found:
    """A page together with what it is asked for."""

    page: Page
    asked: Asked


STORE_UNAVAILABLE = Problem(
    503,
    "The figures cannot be read just now",
    "The figures are not there, or do not answer. Nothing is wrong with your address. Try again in a few minutes.",
    (("Try the home page again", "/"),),
)


def resolve(
    context: Context,
    pages: Sequence[Page],
    pathname: str | None,
    search: str | None,
    *,
    is_exact: bool = False,
) -> Found | Problem:
    """The page at an address with its checked view; a Problem where there is none, or where the store cannot be read.

    is_exact  for a file: no other type of area stands in for the one asked for (``Page.may_change_type``)
    """
    try:
        return _resolve(context, pages, pathname, search, is_exact=is_exact)
    except (SQLAlchemyError, NoStore, OSError) as error:
        log.error("the store cannot be read: %s", error)
        return STORE_UNAVAILABLE


def _resolve(
    context: Context, pages: Sequence[Page], pathname: str | None, search: str | None, *, is_exact: bool
) -> Found | Problem:
    parts = tuple(unquote(part) for part in (pathname or "/").split("/") if part)
    page = _page_at(pages, parts)
    if page is None:
        return not_found("/" + "/".join(parts))
    context.moment()  # before anything is read that could be older
    search = known_query(search or "")
    may_change_type = page.may_change_type and not is_exact
    # most pages are asked for without a query, and are then given one and the same view
    view = (
        read_view(context, search, may_change_type=may_change_type)
        if search
        else context.cached(("view", ""), lambda: read_view(context, ""), pinned=True)
    )
    if isinstance(view, Problem):
        return view
    if view.benchmark in NEAR_BENCHMARKS and view.benchmark not in page.near_benchmarks:
        words = "This page compares with England, a region or a chosen area; England is shown."
        view = replace(
            view, benchmark="england", asked=view.asked - {"benchmark"}, notes=(*view.notes, words)
        )
    own_parts = len([part for part in page.path.split("/") if part])
    named = _with_groups(context, parts, search)
    if isinstance(named, Problem):
        return named
    parts = named
    asked = Asked("/" + "/".join(parts), parts[own_parts:], view, search)
    problem = page.check(context, asked) if page.check else None
    return problem or Found(page, asked)


def _with_groups(context: Context, parts: tuple[str, ...], search: str) -> tuple[str, ...] | Problem:
    """The pieces of a path, the code of a group as pages use it: sorted, and with the name that the query gives it."""
    if not any(is_group(part) for part in parts):
        return parts
    values = {"name": parse_qs(search).get("name", [""])[0]}
    found = []
    for part in parts:
        code = area_code_of(context.register, part, values, [], "area") if is_group(part) else part
        if isinstance(code, Problem):
            return code
        found.append(code)
    return tuple(found)


def not_found(path: str) -> Problem:
    """The 404 for a path with no page."""
    return Problem(
        404,
        "Page not found",
        f"There is no page at “{clipped(path)}”. If you typed the address, check that it is right. "
        "If you followed a link, it may be out of date.",
        (
            ("Go to the home page", "/"),
            ("Go to the map", "/map"),
            ("See the list of indicators", "/indicators"),
        ),
    )


def _page_at(pages: Sequence[Page], parts: tuple[str, ...]) -> Page | None:
    found: Page | None = None
    for page in pages:
        own = tuple(part for part in page.path.split("/") if part)
        more = len(parts) - len(own)
        if parts[: len(own)] != own or more > page.most_parts:
            continue
        if page.tab:
            if more == page.most_parts and parts[-1] == page.tab:
                return page
        elif found is None:
            found = page
    return found
