"""Fetches that go out through a proxy: it is asked, errors name it, and nothing ever shows its password."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from raw_server import RawServer, answer

from etl.fetching.failures import FetchFailed
from etl.fetching.http import Fetcher
from etl.fetching.proxies import proxy_of, through

PUBLISHER = "http://publisher.example/figures.csv"
PASSWORD = "s3cret-of-the-proxy"


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http", "https", "all", "no"):
        monkeypatch.delenv(f"{name}_proxy", raising=False)
        monkeypatch.delenv(f"{name}_proxy".upper(), raising=False)


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    with Fetcher(sleep=lambda seconds: None) as made:
        yield made


def address_of(server: RawServer, *, secret: bool = True) -> str:
    host = server.url.split("/")[2]
    return f"http://clerk:{PASSWORD}@{host}" if secret else f"http://{host}"


def test_a_file_comes_through_the_proxy(fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    with RawServer([answer(b"a,b\n1,2\n")]) as proxy:
        monkeypatch.setenv("HTTP_PROXY", address_of(proxy))
        assert fetcher.get(PUBLISHER) == b"a,b\n1,2\n"
    assert proxy.requests[0].startswith(b"GET http://publisher.example/figures.csv HTTP/1.1")
    assert b"Proxy-Authorization: Basic " in proxy.requests[0]


def test_what_the_proxy_refuses_names_it_and_no_password(
    fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    with RawServer([answer(b"blocked by policy", status="403 Forbidden")]) as proxy:
        monkeypatch.setenv("HTTP_PROXY", address_of(proxy))
        host = proxy.url.split("/")[2]
        with pytest.raises(FetchFailed) as failed:
            fetcher.get(PUBLISHER)
    assert f"the server answered 403; expected 200 (through the proxy {host})" in str(failed.value)
    assert PASSWORD not in str(failed.value) and "clerk" not in str(failed.value)


def test_a_page_of_apology_names_the_proxy(fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    with RawServer([answer(b"<html>", kind="text/html")]) as proxy:
        monkeypatch.setenv("HTTP_PROXY", address_of(proxy))
        with pytest.raises(FetchFailed, match=r"expected text/csv \(through the proxy 127\.0\.0\.1:\d+\)"):
            fetcher.get(PUBLISHER, content_types=("text/csv",))


def test_a_tunnel_that_is_refused_names_the_proxy(fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    refusal = answer(b"", status="407 Proxy Authentication Required")
    with RawServer([refusal] * 4) as proxy:
        monkeypatch.setenv("https_proxy", address_of(proxy))
        with pytest.raises(FetchFailed) as failed:
            fetcher.get(PUBLISHER.replace("http:", "https:"))
    words = str(failed.value)
    assert "ProxyError: 407" in words
    assert f"tried 4 times (through the proxy {proxy.url.split('/')[2]})" in words
    assert PASSWORD not in words


def test_a_proxy_that_does_not_answer_is_named(fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    with RawServer([]) as proxy:
        address = address_of(proxy)
    monkeypatch.setenv("ALL_PROXY", address)
    with pytest.raises(
        FetchFailed, match=r"ConnectError.*tried 4 times \(through the proxy 127\.0\.0\.1:\d+\)"
    ):
        fetcher.get(PUBLISHER)


def test_a_host_without_a_proxy_is_asked_itself(fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://clerk:{PASSWORD}@127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "localhost,intranet.example")
    # it is asked itself: so the rule on addresses inside the own network holds
    expected = pytest.raises(FetchFailed, match="inside your own network")
    with RawServer([answer(b"x")]) as server, expected as failed:
        fetcher.get(server.url.replace("127.0.0.1", "localhost"))
    assert "proxy" not in str(failed.value)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://www.ons.gov.uk/a", "http://secure.example:3128"),
        ("http://www.ons.gov.uk/a", "http://other.example"),
        ("https://files.intranet.example/a", ""),
        ("https://intranet.example:8443/a", ""),
        ("https://notintranet.example/a", "http://secure.example:3128"),
    ],
)
def test_which_proxy_an_address_goes_through(
    monkeypatch: pytest.MonkeyPatch, url: str, expected: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "secure.example:3128")
    monkeypatch.setenv("ALL_PROXY", "http://other.example")
    monkeypatch.setenv("NO_PROXY", "intranet.example")
    assert proxy_of(httpx.URL(url)) == expected
    host = expected.removeprefix("http://")
    assert through(httpx.URL(url)) == (f" (through the proxy {host})" if host else "")


@pytest.mark.parametrize(
    "proxy", [f"http://clerk:{PASSWORD}@proxy.example:port", f"ftp://clerk:{PASSWORD}@proxy"]
)
def test_a_proxy_that_cannot_be_used_is_said_without_its_password(
    fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    with pytest.raises(FetchFailed, match=r"HTTPS_PROXY .*names 'proxy.*expected http://host:port") as failed:
        fetcher.get("https://publisher.example/figures.csv")
    assert PASSWORD not in str(failed.value)
