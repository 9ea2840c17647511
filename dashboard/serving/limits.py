"""What a client may send: how large a body is, and the one shape of request that the pages' own script makes.

Anything else is refused in words before dash reads it, so that a malformed request is never an error of the service.
"""

from __future__ import annotations

from typing import Any

import flask
from dash.exceptions import DependencyException
from werkzeug.exceptions import BadRequest

from dashboard.address.context import Context
from dashboard.address.root import trusted_hosts

MOST_BODY = 64 * 1024
"""Bytes of a body; a page's own request has a few hundred."""
_CALLBACK_RULE = "/_dash-update-component"
_OUTPUT, _INPUT = ("content", "data"), ("address", "data")
_EXPECTED = (
    "expected a JSON object as the pages of this service send it: "
    'output "content.data" and one input "address.data" with a pathname and a search'
)


def register(server: flask.Flask, context: Context) -> None:
    """Bound the bodies of a server, refuse malformed requests and foreign hosts with 400 and unknown script files with 404."""
    server.config["MAX_CONTENT_LENGTH"] = MOST_BODY
    server.config["TRUSTED_HOSTS"] = trusted_hosts(context.settings)
    server.before_request(_refuse_malformed)
    server.register_error_handler(DependencyException, _no_such_file)


def _refuse_malformed() -> None:
    """Raises BadRequest, and RequestEntityTooLarge for a body that is too long."""
    rule = flask.request.url_rule
    if rule is None or rule.rule != _CALLBACK_RULE or flask.request.method != "POST":
        return
    try:
        body = flask.request.get_json()
    except RecursionError:
        raise BadRequest(_EXPECTED) from None
    if not _is_callback(body):
        raise BadRequest(_EXPECTED)


def _is_callback(body: Any) -> bool:
    """Whether a body asks for a page's content as the pages' script does."""
    if not isinstance(body, dict) or body.get("output") != ".".join(_OUTPUT):
        return False
    outputs, inputs = body.get("outputs"), body.get("inputs")
    if not (_names(outputs, _OUTPUT) and isinstance(inputs, list) and len(inputs) == 1):
        return False
    if not (_names(inputs[0], _INPUT) and isinstance(body.get("changedPropIds"), list)):
        return False
    address = inputs[0].get("value")
    return isinstance(address, dict) and all(
        isinstance(address.get(key, ""), str | None) for key in ("pathname", "search")
    )


def _names(part: Any, wanted: tuple[str, str]) -> bool:
    return isinstance(part, dict) and (part.get("id"), part.get("property")) == wanted


def _no_such_file(_: Exception) -> tuple[str, int]:
    """Dash's own error for a script that it does not have."""
    return "There is no such file.", 404
