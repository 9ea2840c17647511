"""The proxy that a request goes out through: ``HTTPS_PROXY``, ``HTTP_PROXY``, ``ALL_PROXY`` and ``NO_PROXY``.

One rule for what is done and for what errors say: the transport asks ``proxy_of`` before each request, and so does whoever
words a failure.
"""

from __future__ import annotations

from urllib.request import getproxies, proxy_bypass

import httpx

from etl.fetching.failures import FetchFailed


def proxy_of(url: httpx.URL) -> str:
    """Address of the proxy that a request to ``url`` goes through, which may hold a password; empty for none.

    Variables in small letters count as those in capitals. A name in ``NO_PROXY`` stands for its subdomains too, and ``*``
    for every host.
    """
    found = getproxies()
    proxy = found.get(url.scheme) or found.get("all") or ""
    if not proxy or proxy_bypass(url.netloc.decode("ascii")):
        return ""
    return proxy if "://" in proxy else f"http://{proxy}"


def through(url: httpx.URL) -> str:
    """`` (through the proxy proxy.example:3128)``, for a message about a request to ``url``; empty without a proxy."""
    proxy = proxy_of(url)
    return f" (through the proxy {_name(proxy)})" if proxy else ""


def _name(proxy: str) -> str:
    """Host and port of a proxy, without the name and password that may stand before them."""
    try:
        address = httpx.URL(proxy)
    except httpx.InvalidURL:
        return proxy.rpartition("@")[2].rpartition("/")[2]
    return address.host if address.port is None else f"{address.host}:{address.port}"


class ByProxy(httpx.BaseTransport):
    """Sends each request directly or through the proxy of its address; connections stay open for the next one."""

    def __init__(self) -> None:
        self._made: dict[str, httpx.HTTPTransport] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer. Raises FetchFailed where the environment names a proxy that cannot be used."""
        proxy = proxy_of(request.url)
        if proxy not in self._made:
            try:
                self._made[proxy] = httpx.HTTPTransport(proxy=proxy or None)
            except (ValueError, ImportError, httpx.InvalidURL):
                variable = f"{request.url.scheme.upper()}_PROXY (or ALL_PROXY)"
                raise FetchFailed(
                    f"{request.url}: {variable} names {_name(proxy)!r}, which is no proxy that can be used; "
                    "expected http://host:port, with name:password@ before the host where it asks for them"
                ) from None
        return self._made[proxy].handle_request(request)

    def close(self) -> None:
        """Close every connection."""
        for transport in self._made.values():
            transport.close()
