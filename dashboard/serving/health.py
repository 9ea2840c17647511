"""Whether the process lives (``/healthz``), can answer (``/readyz``), and how it has fared (``/metrics``, for Prometheus).

Workers of one server count into files of one folder, which ``gunicorn.conf.py`` names, so that any of them answers for all.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

import flask
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector
from sqlalchemy.exc import SQLAlchemyError

from dashboard.address.context import Context
from indicators.store import NoStore

Environ = dict[str, Any]
StartResponse = Callable[..., Any]

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""Variable of the environment with the folder of the workers' counts; without it a process counts for itself."""
PATHS = ("/healthz", "/readyz", "/metrics")
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds
_KINDS = (
    ("/api/", "api"),
    ("/csv/", "file"),
    ("/data/", "file"),
    ("/picture/", "file"),
    ("/feeds/", "file"),
    ("/assets/", "static"),
    ("/geometry/", "static"),
    ("/_dash-component-suites/", "static"),
    ("/scripts-", "static"),
    ("/vocabulary-", "static"),
)

_REGISTRY = CollectorRegistry()
_REQUESTS = Counter(
    "workhealth_requests", "Answers by kind and status.", ("kind", "status"), registry=_REGISTRY
)
_SECONDS = Histogram(
    "workhealth_request_seconds",
    "Time from a request to the first byte of its answer.",
    ("kind",),
    buckets=_BUCKETS,
    registry=_REGISTRY,
)
_CACHED = Counter(
    "workhealth_cached_answers", "Answers that were sent as they were made before.", registry=_REGISTRY
)


def count_cached() -> None:
    """Count an answer that was not made anew."""
    _CACHED.inc()


def kind_of(path: str) -> str:
    """``page``, ``api``, ``file``, ``static`` or ``health``: few enough to count each."""
    if path in PATHS:
        return "health"
    if path.startswith("/areas/") and "/pack." in path:
        return "file"
    return next((kind for start, kind in _KINDS if path.startswith(start)), "page")


class Measured:
    """Stands before an app (WSGI) and counts its answers and how long they took to begin."""

    def __init__(self, app: Callable[[Environ, StartResponse], Iterable[bytes]]) -> None:
        self._app = app
        self._series: dict[tuple[str, str], Any] = {}
        self._times: dict[str, Any] = {}

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        kind = kind_of(environ.get("PATH_INFO", ""))
        began = time.perf_counter()

        def begin(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            key = (kind, status[:3])
            counter = self._series.get(key)
            if counter is None:
                counter = self._series[key] = _REQUESTS.labels(*key)
            counter.inc()
            times = self._times.get(kind)
            if times is None:
                times = self._times[kind] = _SECONDS.labels(kind)
            times.observe(time.perf_counter() - began)
            return start_response(status, headers, exc_info)

        return self._app(environ, begin)


def register(server: flask.Flask, context: Context) -> None:
    """Serve the three addresses."""

    @server.get("/healthz")
    def alive() -> flask.Response:
        return _json({"status": "ok"})

    @server.get("/readyz")
    def ready() -> flask.Response:
        why_not = _why_not_ready(context)
        if why_not:
            return _json({"status": "unavailable", "message": why_not}, 503)
        return _json({"status": "ok", "publication_id": context.store.publication_id()})

    @server.get("/metrics")
    def metrics() -> flask.Response:
        return flask.Response(
            generate_latest(_counts()) + generate_latest(_of_store(context)), content_type=CONTENT_TYPE_LATEST
        )


def _json(content: dict[str, str], status: int = 200) -> flask.Response:
    response = flask.Response(json.dumps(content), status=status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


def _why_not_ready(context: Context) -> str:
    """Why a page could not be made now, in words; empty where one could."""
    store = context.store
    try:
        store.publication_id()
        if not store.has_a_figure():
            return "The store holds no figure yet; run: python -m etl starter load"
    except NoStore as error:
        return str(error)
    except (SQLAlchemyError, OSError) as error:
        return f"The store cannot be read ({type(error).__name__})."
    return ""


def _counts() -> CollectorRegistry:
    """The counts of all workers, or of this process where it counts for itself."""
    if FOLDER not in os.environ:
        return _REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    return registry


def _of_store(context: Context) -> CollectorRegistry:
    """What the store says, asked when it is looked at: whether it is ready, and the age of each source's newest release."""
    registry = CollectorRegistry()
    is_ready = not _why_not_ready(context)
    Gauge("workhealth_ready", "1 where a page can be made.", registry=registry).set(is_ready)
    if not is_ready:
        return registry
    ages = Gauge(
        "workhealth_release_age_days",
        "Days since the newest release of a source was published.",
        ("source",),
        registry=registry,
    )
    newest: dict[str, date] = {}
    for release in context.releases().values():
        if release["published_on"]:
            on = date.fromisoformat(release["published_on"][:10])
            newest[release["source_id"]] = max(on, newest.get(release["source_id"], on))
    for source_id, on in newest.items():
        ages.labels(source_id).set((context.today() - on).days)
    return registry
