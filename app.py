"""The web app: ``create_app(settings)`` builds one, ``server`` is what gunicorn serves (``gunicorn app:server``)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from dashboard.address.context import Context
from dashboard.serving.application import build_app
from geodata.register import load_register
from indicators.catalogue import load_catalogue
from indicators.settings import Settings, load_settings
from indicators.store import Store

_PATIENCE_S = 5.0  # a reader who waited longer for the database would have left


def _today() -> date:
    return datetime.now(UTC).date()


def create_app(settings: Settings | None = None) -> Any:
    """A dash app of its own: nothing is shared with another one in the same process but facts read from disk.

    The store is not opened here but at the first request, so that a server may fork after loading this.
    """
    settings = settings or load_settings()
    register = load_register()
    indicators = load_catalogue(local=settings.local_dir)
    store = Store(
        settings.store_url,
        register=register,
        catalogue=indicators,
        include_illustrative=settings.include_illustrative,
        patience_s=_PATIENCE_S,
    )
    context = Context(settings, register, indicators, store, _today)
    context.evidence()  # a file of it that cannot be used stops the start, and not a page
    return build_app(context)


def __getattr__(name: str) -> Any:
    # made when it is asked for: tests import this module without the project's own store
    if name == "server":
        server = create_app().server
        globals()["server"] = server
        return server
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
