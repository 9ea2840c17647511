"""The scripts of ``assets/`` as one file that the browser keeps for good.

Each answers one question in a file of its own; a browser that has never been here would ask two dozen times. They are
put after each other when the server starts, and the page is made ready at the end, before dash is loaded.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import flask

from dashboard.serving import static

MORPHDOM = static.ASSETS / "vendor" / "morphdom.min.js"


def files() -> list[Path]:
    """The scripts in the order in which they stand in the one file: folders after the files beside them, by name."""
    found = [path for path in static.ASSETS.rglob("*.js") if "vendor" not in path.parts]
    return sorted(found, key=lambda path: (len(path.parts), path))


def together() -> str:
    """All scripts, each under its name; then the page in the document is made ready."""
    parts = [f"// {path.relative_to(static.ASSETS)}\n{path.read_text(encoding='utf-8')}" for path in files()]
    return "\n;".join([MORPHDOM.read_text(encoding="utf-8"), *parts, "window.workhealth.start();\n"])


def register(server: flask.Flask) -> str:
    """Serve them; returns the address, which names their content."""
    body = together()
    version = hashlib.sha256(body.encode()).hexdigest()[:12]

    @server.get(f"{static.SCRIPTS}<asked>.js")
    def scripts(asked: str) -> flask.Response:
        response = flask.Response(body, mimetype="text/javascript")
        # a page of the version before may still ask by its old name: it gets this one, and does not keep it
        response.headers["Cache-Control"] = static.FOR_GOOD if asked == version else "no-cache"
        return response

    return f"{static.SCRIPTS}{version}.js"
