"""Files that never change under their address: kept compressed, kept by the browser, and a plotly of our own size."""

from __future__ import annotations

import hashlib
from pathlib import Path
from urllib.parse import quote

import brotli
import flask

ASSETS = Path(__file__).resolve().parents[2] / "assets"
PLOTLY = ASSETS / "vendor" / "plotly-basic.min.js"
# inside the document: browsers ask for a file of its own again at every change of the address
ICON = "data:image/svg+xml," + quote((ASSETS / "icon.svg").read_text(encoding="utf-8").strip())
# where dash looks for the whole library; it asks only when a chart is on the page
DASH_PLOTLY = "/_dash-component-suites/plotly/package_data/plotly.min.js"
VOCABULARY, SCRIPTS = "/vocabulary-", "/scripts-"  # before the version and ".js"
_STATIC = ("/assets/", "/_dash-component-suites/", "/geometry/", VOCABULARY, SCRIPTS)
_MOST_KEPT = 20_000_000  # bytes
_SMALL = 8_192  # bytes of a body
_FOR_A_DAY = "public, max-age=86400"
FOR_GOOD = "public, max-age=31536000, immutable"


class CompressedFiles:
    """What flask-compress keeps: compressed bodies of static addresses, each made once a process."""

    def __init__(self) -> None:
        self._bodies: dict[str, bytes] = {}
        self._size = 0

    def get(self, key: str) -> bytes | None:
        return self._bodies.get(key)

    def set(self, key: str, value: bytes) -> None:
        path = key.partition(";")[2]
        if path.startswith(_STATIC) and key not in self._bodies and self._size + len(value) <= _MOST_KEPT:
            self._bodies[key] = value
            self._size += len(value)


def brotli_of(body: bytes) -> bytes:
    """A body made once and sent often: compressed harder than one that is made for each request.

    With a window of 64 kB, which most bodies fit in: a larger one costs 2 ms to set up whatever is compressed. A small
    body, such as a change of the map, takes a tenth less at quality 10, for 2 to 5 ms; a large one would take too long.
    """
    quality = 10 if len(body) <= _SMALL else 9
    compressed: bytes = brotli.compress(body, quality=quality, lgwin=16)
    return compressed


def json_answer(body: bytes, status: int = 200, *, encoding: str = "") -> flask.Response:
    """An answer to a script of ours, asked after each time."""
    response = flask.Response(body, status=status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-cache"
    if encoding:
        response.headers["Content-Encoding"] = encoding
        response.headers["Vary"] = "Accept-Encoding"
    return response


def address(request: flask.Request) -> str:
    """What tells two static answers apart: path and query."""
    return request.full_path


def register(server: flask.Flask) -> None:
    """Serve the partial plotly where dash expects the whole one, and let browsers keep files with a version."""
    # read again where it is asked for, once a day and browser: a megabyte less in every worker
    tag = hashlib.sha256(PLOTLY.read_bytes()).hexdigest()[:16]

    @server.get(DASH_PLOTLY)
    def plotly() -> flask.Response:
        response = flask.Response(PLOTLY.read_bytes(), mimetype="text/javascript")
        response.set_etag(tag)
        # the address has no version in it, so that it must be asked after, now and then
        response.headers["Cache-Control"] = _FOR_A_DAY
        response.make_conditional(flask.request)
        return response

    @server.after_request
    def keep(response: flask.Response) -> flask.Response:
        # dash writes the time of its last change into each of our files' addresses
        if (
            flask.request.path.startswith("/assets/")
            and "m" in flask.request.args
            and response.status_code == 200
        ):
            response.headers["Cache-Control"] = FOR_GOOD
        return response
