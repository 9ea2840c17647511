"""Puts the pieces together: a dash app over Flask, with honest statuses, the document, the API and geometry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import flask
from dash import ClientsideFunction, Dash, Input, Output, dcc, html
from flask_compress import Compress
from werkzeug.test import create_environ, run_wsgi_app

from dashboard.address.context import Context
from dashboard.address.keys import SERVICE
from dashboard.address.page import Found, Page, resolve
from dashboard.address.root import at_root, under
from dashboard.address.view import Problem
from dashboard.api import changes, evidence, fingertips, geometry, ledger, lineage, routes
from dashboard.serving import (
    cache,
    fetches,
    files,
    health,
    limits,
    rooted,
    scripts,
    security,
    static,
    vocabulary,
    well_known,
)
from dashboard.serving.document import Shell, document, page_html, shown
from dashboard.serving.routing import load_pages

_PAGE_RULES = ("/", "/<path:path>")  # dash's own: whatever no other route takes


class WorkHealthDash(Dash):
    """Dash that says what it needs in a document, and leaves the document to ``serving.document``."""

    context: Context
    _parts: dict[str, str] | None = None

    def interpolate_index(self, **parts: Any) -> str:
        self._parts = {key: str(part) for key, part in parts.items()}
        return "".join(self._parts.values())  # dash checks that nothing is missing

    def _config(self) -> dict[str, Any]:
        """Without dash's token of a page load, which only callbacks in the background need.

        There are none here, and with it a page would have another tag in each process: a browser could not keep it.
        """
        config: dict[str, Any] = super()._config()
        config.pop("end_id", None)
        return config

    def renderer_markup(self) -> str:
        """The inline script with which dash starts itself, as it stands in a document."""
        return str(self._generate_renderer())

    def document_parts(self) -> dict[str, str]:
        """Styles, scripts and configuration as HTML, the same for every page: made once a process."""
        if self._parts is None:
            self.index()
        assert self._parts is not None
        return self._parts


def build_app(context: Context, pages: Sequence[Page] | None = None) -> WorkHealthDash:
    """An app over ``context`` with the given pages (all of them by default).

    Raises SettingsError where it is to run under a path that begins as one of its own pages does.
    """
    with under(context.settings.root):
        return _build_app(context, load_pages() if pages is None else pages)


def _build_app(context: Context, pages: Sequence[Page]) -> WorkHealthDash:
    server = flask.Flask("workhealth", static_folder=None)
    server.config.update(
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_BR_LEVEL=3,  # 5% more bytes than at 4, and a third of a millisecond less for each page
        COMPRESS_BR_WINDOW=18,  # 1% more bytes of the largest script, and megabytes less while it is compressed
        COMPRESS_CACHE_BACKEND=static.CompressedFiles,
        COMPRESS_CACHE_KEY=static.address,
        COMPRESS_MIMETYPES=[
            "text/html", "text/css", "text/plain", "text/javascript", "application/javascript",
            "application/json", "application/geo+json", "application/atom+xml", "image/svg+xml", "text/csv",
            "application/problem+json",
        ],
        COMPRESS_MIN_SIZE=500,
    )  # fmt: skip
    Compress(server)
    app = WorkHealthDash(
        __name__,
        server=server,
        assets_folder=str(static.ASSETS),
        assets_path_ignore=["vendor"],
        assets_ignore=r"\.js$",  # served as one by serving.scripts
        serve_locally=True,
        title=SERVICE,
        update_title=None,
        suppress_callback_exceptions=True,
        use_pages=False,
        routes_pathname_prefix="/",
        requests_pathname_prefix=at_root("/"),
    )
    app.layout = html.Div(
        [
            dcc.Location(id="url", refresh=False),
            *(dcc.Store(id=name) for name in ("address", "content", "arrived")),
        ]
    )
    shell = Shell(pages)
    app.context = context
    context.pages = pages
    _answer_pages(app, context, pages, shell)
    server.register_error_handler(500, _failed)
    limits.register(server, context)
    well_known.register(server, context)
    static.register(server)
    routes.register(server, context)
    health.register(server, context)
    changes.register(server, context)
    evidence.register(server, context)
    ledger.register(server, context)
    lineage.register(server, context)
    geometry.register(server, context)
    fingertips.register(server, context, lambda: cache.keep(context))
    files.register(server, context, pages, shell)
    fetches.register(server, context, pages)
    shell.scripts = scripts.register(server)
    shell.vocabulary = vocabulary.register(server, context.register, pages)
    _open_pages(app, context, pages)
    app.clientside_callback(
        ClientsideFunction("workhealth", "arrive"),
        Output("arrived", "data"),
        Input("content", "data"),
        prevent_initial_call=True,
    )
    # dash sets itself up in its first request and lets others in before it has ended: with threads, a browser that asks
    # for several scripts at once is refused some. This request touches no store, so that a server may still fork.
    run_wsgi_app(server, create_environ(static.DASH_PLOTLY))
    rooted.check(context.settings, [rule.rule for rule in server.url_map.iter_rules()])
    answers = cache.CachedAnswers(server.wsgi_app, context, pages, context.settings.data_dir / "cache")
    server.wsgi_app = rooted.Rooted(health.Measured(answers), context.settings)
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
    )

    @app.callback(Output("content", "data"), Input("address", "data"), prevent_initial_call=True)
    def open_page(address: dict[str, str]) -> dict[str, Any]:
        pathname, search = address.get("pathname"), address.get("search")
        found = resolve(context, pages, pathname, search)
        cache.begin_answer(context, found)
        content = {"html": page_html(context, found), **shown(context, found, pathname)}
        if isinstance(found, Found) and "drawing" in found.page.fetches:
            content["drawing"] = found.page.fetches["drawing"](context, found.asked, {})
        return content


def _failed(error: Exception) -> tuple[str, int]:
    """A page in words for what nobody foresaw; the details are in the server's log only."""
    return (
        '<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Something went wrong – {SERVICE}</title></head>"
        '<body style="font-family:Helvetica,Arial,sans-serif;margin:2rem;max-width:40rem"><main>'
        "<h1>Something went wrong</h1><p>This page could not be made. It is a fault in the service, not in what "
        "you did. Try again later, or "
        f'<a href="{at_root("/")}">go to the home page</a>.</p></main></body></html>',
        500,
    )


def _answer_pages(app: WorkHealthDash, context: Context, pages: Sequence[Page], shell: Shell) -> None:
    """Pages with their status, in the place of dash's own document (always 200); security headers on every answer."""
    server = app.server
    policy = security.Policy(app.renderer_markup())

    @server.before_request
    def answer_page() -> flask.Response | None:
        rule = flask.request.url_rule
        if rule is None or rule.rule not in _PAGE_RULES:
            return None
        query = flask.request.query_string.decode("utf-8", errors="replace")
        flask.g.found = found = resolve(context, pages, flask.request.path, query)
        cache.begin_answer(context, found)
        text = document(context, shell, app.document_parts(), found, flask.request.path)
        status = found.status if isinstance(found, Problem) else 200
        return flask.Response(text, status=status, mimetype="text/html")

    @server.after_request
    def set_headers(response: flask.Response) -> flask.Response:
        found = flask.g.get("found")
        if found is not None:
            response.headers["Cache-Control"] = "no-cache"
        security.set_headers(response, policy, is_framed=isinstance(found, Found) and found.page.is_frame)
        return response
