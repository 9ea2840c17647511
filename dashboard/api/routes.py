"""``/api/v1``: every address of it, and what an address that is none of them is answered.

What each address takes is ``questions``, what it answers ``answers``; errors are ``problems``. An answer without rows has
status 200 and a ``reason`` in words, which is null where there are rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import flask
from werkzeug.exceptions import HTTPException

from dashboard.address.view import clipped
from dashboard.api import describing, figures, groups, listing, lookups, observations
from dashboard.api.addresses import ADDRESSES
from dashboard.api.answering import answering, share_with_all_sites
from dashboard.api.problems import BadRequest, problem_response

if TYPE_CHECKING:
    from dashboard.address.context import Context

__all__ = ["BadRequest", "answering", "register"]


def register(server: flask.Flask, context: Context) -> None:
    """Add the API routes to a server."""
    for module in (observations, listing, lookups, groups, figures, describing):
        module.register(server, context)
    share_with_all_sites(server)

    @server.errorhandler(405)
    def only_read(error: HTTPException) -> flask.Response | HTTPException:
        if not flask.request.path.startswith("/api/v1/"):
            return error
        method = flask.request.method
        words = f"The API is only read: {method} changes things, and nothing can be changed here; use GET."
        response = problem_response(BadRequest(405, "method", method, words, ("GET",)))
        response.headers["Allow"] = "GET, HEAD, OPTIONS"
        return response

    @server.get("/api/<path:rest>")
    def unknown_route(rest: str) -> flask.Response:
        words = "There is no such address; those that there are stand at /api and in /api/v1/openapi.json."
        known = [address.path for address in ADDRESSES]
        return problem_response(BadRequest(404, "path", clipped(rest, 200), words, known))
