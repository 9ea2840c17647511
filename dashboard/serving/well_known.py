"""What other programs ask every site for: rules for crawlers, whom to tell of a weakness, an icon."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import flask

from dashboard.address.context import Context
from dashboard.address.root import at_root, root_of
from dashboard.serving.static import ASSETS

# each is another address with the same figures, and costs work: a crawler has no use for them
_NOT_FOR_CRAWLERS = (
    "/api/",
    "/csv/",
    "/data/",
    "/embed",
    "/picture/",
    "/quarantine",
    "/refresh",
    "/metrics",
    "/readyz",
)
_FOR_A_DAY = "public, max-age=86400"
_VALID = timedelta(days=180)


def register(server: flask.Flask, context: Context) -> None:
    """Serve ``/robots.txt``, ``/favicon.ico`` and, where the settings name a contact, ``/.well-known/security.txt``."""

    @server.get("/robots.txt")
    def robots() -> flask.Response:
        lines = ["User-agent: *", *(f"Disallow: {at_root(path)}" for path in _NOT_FOR_CRAWLERS)]
        # a chosen view of a page is no page of its own
        return _text("\n".join([*lines, f"Disallow: {at_root('/*?')}", ""]))

    @server.get("/.well-known/security.txt")
    def security() -> flask.Response:
        """As RFC 9116 has it."""
        contact = context.settings.contact
        if not contact:
            flask.abort(404)
        expires = context.today() + _VALID
        lines = [
            f"Contact: mailto:{contact}",
            f"Expires: {expires.isoformat()}T00:00:00Z",
            "Preferred-Languages: en",
        ]
        root = root_of(context)
        if urlsplit(root).hostname:
            lines.append(f"Canonical: {root}/.well-known/security.txt")
        return _text("\n".join([*lines, ""]))

    @server.get("/favicon.ico")
    def icon() -> flask.Response:
        response = flask.Response((ASSETS / "icon.svg").read_bytes(), mimetype="image/svg+xml")
        response.headers["Cache-Control"] = _FOR_A_DAY
        return response


def _text(text: str) -> flask.Response:
    response = flask.Response(text, mimetype="text/plain")
    response.headers["Cache-Control"] = _FOR_A_DAY
    return response
