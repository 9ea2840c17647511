"""What the scripts of pages fetch as JSON: ``<page>/<name>?to=<query>`` (``Page.fetches``)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import flask
from sqlalchemy.exc import SQLAlchemyError

from dashboard.address.context import Context
from dashboard.address.page import STORE_UNAVAILABLE, Asked, Page, resolve
from dashboard.address.view import Problem
from dashboard.serving import cache, static
from indicators.store import NoStore

Fetch = Callable[[Context, Asked, Mapping[str, str]], Any]


def register(server: flask.Flask, context: Context, pages: Sequence[Page]) -> None:
    """Add a route for each thing that a page's script fetches."""
    for page in pages:
        for name, fetch in page.fetches.items():
            _add(server, context, page, name, fetch)


def _add(server: flask.Flask, context: Context, page: Page, name: str, fetch: Fetch) -> None:
    def answer() -> flask.Response:
        given = flask.request.args.to_dict()
        found = resolve(context, (page,), page.path, given.get("to", ""))
        if isinstance(found, Problem):
            # the router shows the page of the problem
            return static.json_answer(json.dumps({"problem": found.heading}).encode(), found.status)
        cache.begin_answer(context, found)
        try:
            content = fetch(context, found.asked, given)
        except (SQLAlchemyError, NoStore, OSError) as error:
            server.logger.error("the store cannot be read: %s", error)
            problem = {"problem": STORE_UNAVAILABLE.heading}
            return static.json_answer(json.dumps(problem).encode(), STORE_UNAVAILABLE.status)
        body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        if "br" in flask.request.accept_encodings:
            return static.json_answer(static.brotli_of(body), encoding="br")
        return static.json_answer(body)

    server.add_url_rule(f"{page.path}/{name}", f"{page.name} {name}", answer, methods=["GET"])
