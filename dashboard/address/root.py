"""The address of this service: the path that it runs under, and the whole of it as packs, workbooks and feeds print it.

Pages, queries and sentences know addresses as they are inside the service (``/map``). Whatever writes an address that a
browser or a program is to ask for (``dashboard.components.html``, the API) writes it ``at_root``.

A request names the host it wants, and anybody can name another: what a client says is printed nowhere unless it is this
machine. ``WORKHEALTH_PUBLIC_URL`` says what the address is.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import flask

if TYPE_CHECKING:
    from dashboard.address.context import Context
    from indicators.settings import Settings

_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
_ROOT: ContextVar[str] = ContextVar("root", default="")


@contextmanager
def under(root: str) -> Iterator[None]:
    """Addresses that are written inside are those of a service that runs under ``root`` (``/work-health``, or empty)."""
    token = _ROOT.set(root)
    try:
        yield
    finally:
        _ROOT.reset(token)


def at_root(address: str) -> str:
    """An address as it is to be asked for: ``/map`` → ``/work-health/map`` where the service runs under that path.

    What is no path of this service (``https://…``, ``//…``, ``#place``, ``?key=…``) stays as it is.
    """
    if address[:1] != "/" or address[1:2] == "/":
        return address
    return _ROOT.get() + address


def trusted_hosts(settings: Settings) -> list[str] | None:
    """The hosts that a request may ask for; None where the settings do not say what the address of this service is."""
    host = urlsplit(settings.public_url).hostname
    return [host, *_THIS_MACHINE] if host else None


def root_of(context: Context) -> str:
    """``https://indicators.example.org/work-health``, without a slash at its end.

    That of the settings; else the host that was asked for, where it is this machine; else the path alone.
    """
    if context.settings.public_url:
        return context.settings.public_url
    asked = flask.request.host_url
    host = asked.rstrip("/") if _is_this_machine(urlsplit(asked).hostname or "") else ""
    return host + context.settings.root


def _is_this_machine(host: str) -> bool:
    """Whether a name or an address of a host is that of the machine itself."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
