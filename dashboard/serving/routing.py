"""The pages there are: every module of ``dashboard/pages`` with a ``PAGE``. Two apps can live in one process."""

from __future__ import annotations

import pkgutil
from collections.abc import Sequence
from importlib import import_module

import dashboard.pages
from dashboard.address.page import Page


def load_pages(names: Sequence[str] | None = None) -> tuple[Page, ...]:
    """The pages of the named modules of ``dashboard.pages`` (all of them by default), in the order of the navigation.

    Raises AttributeError for a module without a ``PAGE``; modules whose name begins with ``_`` are not pages.
    """
    if names is None:
        names = [module.name for module in pkgutil.iter_modules(dashboard.pages.__path__)]
    modules = [import_module(f"dashboard.pages.{name}") for name in names if not name.startswith("_")]
    pages: list[Page] = [module.PAGE for module in modules]
    return tuple(sorted(pages, key=lambda page: (page.order, page.path)))
