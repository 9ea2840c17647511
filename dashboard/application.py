"""Puts the pieces together: a dash app over Flask, with honest statuses, a first paint, the API and geometry."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import flask
from dash import ClientsideFunction, Dash, Input, Output, State
from flask_compress import Compress
from werkzeug.test import create_environ, run_wsgi_app

from dashboard import answers, routing, shell, static
from dashboard.api import changes, geometry, routes
from dashboard.context import Context
from dashboard.exports import routes as export_routes
from dashboard.news import feed_of
from dashboard.prerender import to_html
from dashboard.routing import Found, Page
from dashboard.view import Problem

_PAGE_RULES = ("/", "/<path:path>")  # dash's own: whatever no other route takes
_DESCRIPTION = (
    "Work and health in English areas: employment, health conditions, support and pay, "
    "with intervals, maps, trends and sources."
)


class WorkHealthDash(Dash):
    """Dash whose first HTML already holds the page's words."""

    context: Context
    pages: Sequence[Page]

    def interpolate_index(self, **parts: Any) -> str:
        found = flask.g.get("found")
        if found is None:
            found = routing.resolve(self.context, self.pages, "/", "")
        description = found.page.description if isinstance(found, Found) else ""
        children = shell.page_children(self.context, found, first=True)
        current = found.page.path if isinstance(found, Found) else ""
        first = to_html(shell.shell(self.pages, children, scripts=False, current=current))
        # a chart in a frame stands without the service's header and footer
        embedded = " wh-embedded" if current == "/embed" else ""
        return f"""<!DOCTYPE html>
<html lang="en-GB"{embedded and ' class="wh-embedded"'}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="description" content="{escape(description or _DESCRIPTION, quote=True)}">
<meta name="theme-color" content="#003078">
<title>{escape(shell.title_of(self.context, found))}</title>
<link rel="icon" type="image/svg+xml" href="{static.ICON}">
{_alternate(found)}{parts["css"]}
<script>document.documentElement.className = "wh-js{embedded}";</script>
</head>
<body>
<div id="first-paint">{first}</div>
{parts["app_entry"]}
<footer hidden>{parts["config"]}{parts["scripts"]}{parts["renderer"]}</footer>
</body>
</html>"""


def build_app(context: Context, pages: Sequence[Page] | None = None) -> WorkHealthDash:
    """An app over ``context`` with the given pages (all of them by default)."""
    pages = routing.load_pages() if pages is None else pages
    server = flask.Flask("workhealth", static_folder=None)
    server.config.update(
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_BR_LEVEL=5,
        COMPRESS_BR_WINDOW=18,  # 1% more bytes of the largest script, and megabytes less while it is compressed
        COMPRESS_CACHE_BACKEND=static.CompressedFiles,
        COMPRESS_CACHE_KEY=static.address,
        COMPRESS_MIMETYPES=[
            "text/html", "text/css", "text/plain", "text/javascript", "application/javascript",
            "application/json", "application/geo+json", "application/atom+xml", "image/svg+xml",
        ],
        COMPRESS_MIN_SIZE=500,
    )  # fmt: skip
    Compress(server)
    app = WorkHealthDash(
        __name__,
        server=server,
        assets_folder=str(static.ASSETS),
        assets_path_ignore=["vendor"],
        serve_locally=True,
        title=routing.SERVICE,
        update_title=None,
        suppress_callback_exceptions=True,
        use_pages=False,
    )
    app.context = context
    app.pages = pages
    app.layout = lambda: shell.shell(pages)
    _answer_with_status(server, context, pages)
    server.register_error_handler(500, _failed)
    static.register(server)
    routes.register(server, context)
    changes.register(server, context)
    geometry.register(server, context)
    export_routes.register(server, context, pages)
    _open_pages(app, context, pages)
    app.clientside_callback(
        ClientsideFunction("workhealth", "arrive"),
        Output("arrived", "data"),
        Input("shown", "data"),
        State("arrived", "data"),
    )
    # dash sets itself up in its first request and lets others in before it has ended: with threads, a browser that asks
    # for several scripts at once is refused some. This request touches no store, so that a server may still fork.
    run_wsgi_app(server, create_environ(static.DASH_PLOTLY))
    server.wsgi_app = answers.KeptAnswers(server.wsgi_app, context)
    return app


def _open_pages(app: Dash, context: Context, pages: Sequence[Page]) -> None:
    """Add the router and every page's own callbacks to an app.

    A clientside callback watches the address. It hands a new page, or a new query of a page that
    leaves its queries to the router, to ``address``; a new query of a page with ``own_search`` goes to
    that page's own script. So each change of the address costs one request.
    """
    app.clientside_callback(
        ClientsideFunction("workhealth", "route"),
        Output("address", "data"),
        Input("url", "pathname"),
        Input("url", "search"),
        State("shown", "data"),
    )

    @app.callback(
        Output("page", "children"),
        Output("shown", "data"),
        Input("address", "data"),
        prevent_initial_call=True,
    )
    def open_page(address: dict[str, str]) -> tuple[Any, Any]:
        pathname, search = address.get("pathname"), address.get("search")
        found = routing.resolve(context, pages, pathname, search)
        _begin_answer(context, found)
        return shell.page_children(context, found), shell.shown(context, found, pathname)

    for page in pages:
        if page.register:
            page.register(app, context)


def _begin_answer(context: Context, found: Found | Problem) -> None:
    """Have the answer to this request made in turn, and kept where nothing but store, address and day decides it."""
    answers.take_turn()
    if isinstance(found, Found) and found.page.steady:
        answers.keep(context)


def _alternate(found: Found | Problem) -> str:
    """Where a reader of feeds finds what changes on a page; empty for a page without a feed."""
    feed = feed_of(found.page.path, found.asked.parts) if isinstance(found, Found) else None
    if feed is None:
        return ""
    href, title = escape(feed.href, quote=True), escape(feed.title, quote=True)
    return f'<link rel="alternate" type="application/atom+xml" title="{title}" href="{href}">\n'


def _failed(error: Exception) -> tuple[str, int]:
    """A page in words for what nobody foresaw; the details are in the server's log only."""
    return (
        '<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Something went wrong – {routing.SERVICE}</title></head>"
        '<body style="font-family:Helvetica,Arial,sans-serif;margin:2rem;max-width:40rem"><main>'
        "<h1>Something went wrong</h1><p>This page could not be made. It is a fault in the service, not in what "
        'you did. Try again later, or <a href="/">go to the home page</a>.</p></main></body></html>',
        500,
    )


def _answer_with_status(server: flask.Flask, context: Context, pages: Sequence[Page]) -> None:
    """Pages that cannot be shown answer 400 or 404 (dash alone would answer 200); security headers on all."""

    @server.before_request
    def find_page() -> None:
        rule = flask.request.url_rule
        if rule is not None and rule.rule in _PAGE_RULES:
            query = flask.request.query_string.decode("utf-8", errors="replace")
            flask.g.found = found = routing.resolve(context, pages, flask.request.path, query)
            _begin_answer(context, found)

    @server.after_request
    def set_status(response: flask.Response) -> flask.Response:
        found = flask.g.get("found")
        if isinstance(found, Problem) and response.status_code == 200:
            response.status_code = found.status
        if found is not None:
            response.headers["Cache-Control"] = "no-cache"
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        # only the charts at /embed may stand in a frame of another site
        framed = isinstance(found, Found) and found.page.path == "/embed"
        response.headers["Content-Security-Policy"] = (
            "frame-ancestors *" if framed else "frame-ancestors 'none'"
        )
        return response
