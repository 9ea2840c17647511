"""Errors of the API as RFC 9457 has them: which parameter, what was found there, what is allowed.

``{"type", "title", "status", "detail", "parameter", "value", "allowed"}`` as ``application/problem+json``. Status 400 is a
value that cannot be understood or a parameter that the address does not take, 404 something that does not exist, 503 a
store that cannot be read.
"""

from __future__ import annotations

from collections.abc import Iterable

import flask
import orjson

from dashboard.address.root import at_root
from dashboard.address.view import clipped

MIMETYPE = "application/problem+json"
_TITLES = {
    400: "A parameter cannot be used",
    404: "Not found",
    405: "The API is only read",
    503: "Not available just now",
}
UNKNOWN_PARAMETER = "unknown-parameter"
_KINDS = {400: "bad-value", 404: "not-found", 405: "only-read", 503: "unavailable"}
KINDS = (UNKNOWN_PARAMETER, "bad-value", "not-found", "only-read", "unavailable")
"""What ``type`` ends with, after ``/api#``."""
_MOST_ALLOWED = 200


class BadRequest(Exception):
    """A request that cannot be answered; carries what the JSON says."""

    def __init__(
        self,
        status: int,
        parameter: str,
        value: str,
        message: str,
        known: Iterable[str] = (),
        kind: str | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.content = {
            "type": at_root(f"/api#{kind or _KINDS[status]}"),
            "title": _TITLES[status],
            "status": status,
            "detail": message,
            "parameter": parameter,
            "value": clipped(value, 200),
            "allowed": list(known)[:_MOST_ALLOWED],
        }


def problem_response(error: BadRequest) -> flask.Response:
    """The error as an answer."""
    response = flask.Response(orjson.dumps(error.content), status=error.status, mimetype=MIMETYPE)
    response.headers["Cache-Control"] = "no-store"
    return response
