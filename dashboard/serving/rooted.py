"""The service under a path of a host, ``/work-health`` say: requests lose it before anything reads them.

The path is that of the settings, the same for all requests of a process: what is cached holds addresses with it. A proxy
may hand requests on with the path or without it. One that says that it took off another path (``SCRIPT_NAME``,
``X-Forwarded-Prefix``) is set otherwise than the service, and its requests are refused in words.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from ipaddress import ip_address, ip_network
from typing import Any

from dashboard.address.root import under
from indicators.settings import Settings, SettingsError

log = logging.getLogger(__name__)

Environ = dict[str, Any]
StartResponse = Callable[..., Any]


class Rooted:
    """Stands before an app (WSGI) that runs under ``settings.root``."""

    def __init__(self, app: Callable[[Environ, StartResponse], Iterable[bytes]], settings: Settings) -> None:
        self._app = app
        self._root = settings.root
        listed = settings.trusted_proxies.replace("*", "0.0.0.0/0,::/0")
        self._proxies = [ip_network(part.strip(), strict=False) for part in listed.split(",") if part.strip()]

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        taken_off = self._taken_off(environ)
        if taken_off not in ("", self._root):
            return self._refuse(taken_off, start_response)
        path = environ.get("PATH_INFO", "")
        if not environ.get("SCRIPT_NAME") and (path == self._root or path.startswith(f"{self._root}/")):
            path = path[len(self._root) :]
        environ["SCRIPT_NAME"] = self._root
        environ["PATH_INFO"] = path or "/"
        with under(self._root):
            return self._app(environ, start_response)

    def _taken_off(self, environ: Environ) -> str:
        """The path that stood before the request's own, by the server or by a proxy that is trusted; empty if none."""
        mounted: str = environ.get("SCRIPT_NAME", "")
        forwarded: str = environ.get("HTTP_X_FORWARDED_PREFIX", "") if self._is_trusted(environ) else ""
        return (mounted or forwarded).rstrip("/")

    def _is_trusted(self, environ: Environ) -> bool:
        # over a socket file there is no address: whoever may open the file is on this machine
        peer = ip_address(environ.get("REMOTE_ADDR") or "127.0.0.1")
        return any(peer in network for network in self._proxies)

    def _refuse(self, taken_off: str, start_response: StartResponse) -> Iterable[bytes]:
        log.error(
            "a request came through a proxy that serves under %r, and this service runs under %r; "
            "set WORKHEALTH_PUBLIC_URL to the address that readers use",
            taken_off[:200],
            self._root,
        )
        words = "The proxy and this service are set to different paths. Whoever runs the service finds both in its log.\n"
        body = words.encode()
        start_response(
            "500 INTERNAL SERVER ERROR",
            [
                ("Content-Type", "text/plain; charset=utf-8"),
                ("Content-Length", str(len(body))),
                ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )
        return [body]


def check(settings: Settings, rules: Sequence[str]) -> None:
    """Raises SettingsError where the path of the service begins as one of its own pages does (``rules``, ``/map``).

    A request for ``/map/change`` would then be two things.
    """
    first = settings.root.split("/")[1] if settings.root else ""
    own = {rule.split("/")[1] for rule in rules}
    if first in own and first:
        raise SettingsError(
            f"the path that the service runs under is {settings.root!r}, and the service has pages below /{first}; "
            "give it a path of another name, such as /work-health (WORKHEALTH_PUBLIC_URL or SCRIPT_NAME)"
        )
