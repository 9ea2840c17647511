"""A server that does nothing but answer: the yardstick of ``bench_serve``.

``bench.bare:server`` gives the bytes of files of a folder (``WORKHEALTH_BENCH_BODIES``), compressed at every request with
the app's own settings and cached nowhere. What a page reaches of its rate is what making the page leaves.
"""

from __future__ import annotations

import os
from pathlib import Path

import flask
from flask_compress import Compress

from app import create_app

BODIES_VARIABLE = "WORKHEALTH_BENCH_BODIES"


def create_bare(folder: Path) -> flask.Flask:
    """A Flask app with one route: ``/<name>`` answers with the bytes of that file of ``folder`` as HTML."""
    bodies = {path.name: path.read_bytes() for path in folder.iterdir()}
    server = flask.Flask("bare", static_folder=None)
    settings = create_app().server.config
    server.config.update(
        {
            name: setting
            for name, setting in settings.items()
            if name.startswith("COMPRESS_") and not name.startswith("COMPRESS_CACHE")
        }
    )
    Compress(server)

    @server.get("/<name>")
    def body(name: str) -> flask.Response:
        return flask.Response(bodies[name], mimetype="text/html")

    @server.get("/healthz")
    def health() -> str:
        return "ok"

    return server


def __getattr__(name: str) -> flask.Flask:
    # made when gunicorn asks for it: tests import this module without a folder of bodies
    if name == "server":
        return create_bare(Path(os.environ[BODIES_VARIABLE]))
    raise AttributeError(name)
