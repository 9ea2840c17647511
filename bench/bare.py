"""A server that only reads and answers: the yardstick of ``bench_serve``.

``bench.bare:server`` gives the bytes of files of a folder (``WORKHEALTH_BENCH_BODIES``), compressed at every request with
the app's own settings and cached nowhere:

``/<name>``        reads from the store the figures that the page shows, in one question, and gives the bytes: what a page
                   reaches of this rate is what making it leaves
``/bytes/<name>``  gives the bytes alone
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import flask
from flask_compress import Compress

from app import create_app
from indicators.store import Store

BODIES_VARIABLE = "WORKHEALTH_BENCH_BODIES"
ADDRESSES = "addresses.json"


def read_figures(store: Store, address: str) -> int:
    """Read what the page at an address shows, in one question; gives the number of figures.

    The newest figures of an indicator for all areas of a type, or all newest figures of the areas.
    """
    parts = urlsplit(address)
    query = {key: values[0] for key, values in parse_qs(parts.query).items()}
    if "indicator" in query:
        area_type = query.get("area_type", "ltla")
        period = query.get("period", "latest")
        rows = store.observations(
            indicator_id=query["indicator"],
            area_type=area_type,
            period=period,
            sex=query.get("sex", "persons"),
            breakdown=query.get("breakdown", "all"),
        )
        return len(rows)
    codes = query["area"].split(",") if "area" in query else [parts.path.rsplit("/", 1)[-1]]
    return len(store.newest(codes))


def create_bare(folder: Path) -> flask.Flask:
    """A Flask app over a folder of bodies, and ``addresses.json`` there: the address of each body by its name."""
    addresses: dict[str, str] = json.loads((folder / ADDRESSES).read_text(encoding="utf-8"))
    bodies = {name: (folder / name).read_bytes() for name in addresses}
    server = flask.Flask("bare", static_folder=None)
    app = create_app()
    settings = app.server.config
    server.config.update(
        {
            name: setting
            for name, setting in settings.items()
            if name.startswith("COMPRESS_") and not name.startswith("COMPRESS_CACHE")
        }
    )
    Compress(server)

    @server.get("/<name>")
    def page(name: str) -> flask.Response:
        read_figures(app.context.store, addresses[name])
        return flask.Response(bodies[name], mimetype="text/html")

    @server.get("/bytes/<name>")
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
