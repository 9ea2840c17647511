"""The address of this service, as its packs, workbooks and feeds print it.

A request names the host it wants, and anybody can name another: what a client says is printed nowhere unless it is this
machine. ``WORKHEALTH_PUBLIC_URL`` says what the address is.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

import flask

from dashboard.address.context import Context
from indicators.settings import Settings

_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


def trusted_hosts(settings: Settings) -> list[str] | None:
    """The hosts that a request may ask for; None where the settings do not say what the address of this service is."""
    host = urlsplit(settings.public_url).hostname
    return [host, *_THIS_MACHINE] if host else None


def root_of(context: Context) -> str:
    """``https://indicators.example.org``, without a slash at its end; empty where it is not known.

    That of the settings; else what was asked for, where it is this machine.
    """
    if context.settings.public_url:
        return context.settings.public_url
    asked = flask.request.host_url
    return asked.rstrip("/") if _is_this_machine(urlsplit(asked).hostname or "") else ""


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
