"""Shapes for the map: ``/geometry/<view>/<area_type>-<vintage>.json``; sent once, kept by the browser.

What can be drawn, and how, is ``dashboard.queries.shapes``'s to say.
"""

from __future__ import annotations

import re

import brotli
import flask
from sqlalchemy.exc import SQLAlchemyError

from dashboard.address.context import Context
from dashboard.queries.shapes import KINDS, outlines, shapes, vintages
from indicators.store import NoStore

_NAME = re.compile(r"^([a-z_]+)-(\d{4})\.json$")


def register(server: flask.Flask, context: Context) -> None:
    """Add the geometry route to a server."""

    @server.get("/geometry/<view>/<name>")
    def geometry(view: str, name: str) -> flask.Response:
        found = _NAME.match(name)
        try:
            return answer(view, name, found, flask.request.args.get("outline", ""))
        except (SQLAlchemyError, NoStore, OSError) as error:
            server.logger.error("shapes cannot be read: %s", error)
            words = {
                "parameter": "",
                "value": "",
                "message": "The shapes cannot be read just now.",
                "known": [],
            }
            return flask.make_response(flask.jsonify(error=words), 503)

    def answer(view: str, name: str, found: re.Match[str] | None, parent_type: str) -> flask.Response:
        known = found is not None and found[1] in context.register.area_types and view in KINDS
        drawn = shapes(context, view, found[1], int(found[2])) if found and known else None
        body: bytes | None = None
        if drawn and parent_type:
            body = outlines(context, view, drawn.area_type, drawn.vintage, parent_type)
        elif drawn:
            body = brotli.decompress(drawn.compressed)
        if drawn is None or body is None:
            return unknown(view, name)
        response = flask.Response(body, mimetype="application/json")
        response.set_etag(drawn.etag)
        asked_exactly = flask.request.args.get("v") == drawn.etag
        response.headers["Cache-Control"] = (
            "public, max-age=31536000, immutable" if asked_exactly else "public, max-age=300"
        )
        response.make_conditional(flask.request)
        return response

    def unknown(view: str, name: str) -> flask.Response:
        response = flask.jsonify(
            error={
                "parameter": "path",
                "value": f"{view}/{name}"[:120],
                "message": "No such shapes can be drawn here.",
                "known": [
                    f"{kind}/{area_type}-{year}.json"
                    for kind in sorted(KINDS)
                    for area_type in context.register.area_types
                    for year in vintages(context, kind, area_type)
                ],
            }
        )
        response.status_code = 404
        return response
