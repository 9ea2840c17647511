"""Fetching: tried again where that can help, as long as the server asks, and never a part of a file."""

from __future__ import annotations

import gzip
import io
import logging
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest
import respx
from raw_server import RawServer, answer

from etl.fetching.failures import FetchFailed
from etl.fetching.http import Fetcher, retry_after

URL = "https://example.org/figures.csv"
NOW = datetime(2026, 1, 1, 12, 0, 0, tzinfo=UTC)


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def fetcher(waits: list[float]) -> Fetcher:
    return Fetcher(sleep=waits.append, now=lambda: NOW, private_hosts=["127.0.0.1"])


@respx.mock
def test_a_good_answer_is_taken_at_once(fetcher: Fetcher, waits: list[float]) -> None:
    respx.get(URL).respond(200, content=b"a,b\n", content_type="text/csv")
    assert fetcher.get(URL, content_types=("text/csv",)) == b"a,b\n"
    assert waits == []


@respx.mock
@pytest.mark.parametrize(
    "bad",
    [httpx.Response(500), httpx.Response(503), httpx.ConnectTimeout("slow"), httpx.ReadError("broken off")],
)
def test_what_may_pass_is_tried_again(fetcher: Fetcher, waits: list[float], bad) -> None:
    respx.get(URL).mock(side_effect=[bad, bad, bad, httpx.Response(200, content=b"good")])
    assert fetcher.get(URL) == b"good"
    assert waits == [1.0, 2.0, 4.0]


@respx.mock
def test_it_waits_as_long_as_the_server_asks(fetcher: Fetcher, waits: list[float]) -> None:
    respx.get(URL).mock(
        side_effect=[
            httpx.Response(429, headers={"Retry-After": "17"}),
            httpx.Response(429, headers={"Retry-After": "Thu, 01 Jan 2026 12:00:30 GMT"}),
            httpx.Response(200, content=b"good"),
        ]
    )
    assert fetcher.get(URL) == b"good"
    assert waits == [17.0, 30.0]


@respx.mock
def test_after_four_tries_it_says_so(fetcher: Fetcher) -> None:
    respx.get(URL).respond(500)
    with pytest.raises(FetchFailed, match=r"figures\.csv: the server answered 500; tried 4 times"):
        fetcher.get(URL)


@respx.mock
@pytest.mark.parametrize("code", [400, 401, 403, 404])
def test_what_will_not_pass_is_not_tried_again(fetcher: Fetcher, code: int, waits: list[float]) -> None:
    asked = respx.get(URL).respond(code)
    with pytest.raises(FetchFailed, match=f"the server answered {code}; expected 200"):
        fetcher.get(URL)
    assert asked.call_count == 1 and waits == []


@respx.mock
def test_a_page_of_apology_is_no_file(fetcher: Fetcher) -> None:
    respx.get(URL).respond(200, content=b"<html>sorry</html>", content_type="text/html")
    with pytest.raises(FetchFailed, match=r"content type 'text/html'; expected text/csv"):
        fetcher.get(URL, content_types=("text/csv",))


def test_retry_after_is_seconds_or_a_date() -> None:
    assert retry_after("5", NOW) == 5.0
    assert retry_after("Thu, 01 Jan 2026 12:01:00 GMT", NOW) == 60.0
    assert retry_after("Thu, 01 Jan 2026 11:00:00 GMT", NOW) == 0.0
    assert retry_after("soon", NOW) is None
    assert retry_after(None, NOW) is None


@respx.mock
def test_a_wait_of_more_than_two_minutes_stops_the_fetch(fetcher: Fetcher, waits: list[float]) -> None:
    asked = respx.get(URL).respond(429, headers={"Retry-After": "3600"})
    with pytest.raises(
        FetchFailed, match=r"answered 429 and asks to wait 3,600 seconds; .*run this again after that time"
    ):
        fetcher.get(URL)
    assert asked.call_count == 1 and waits == []


def test_a_body_cut_short_is_tried_again_and_the_file_started_anew(
    fetcher: Fetcher, waits: list[float]
) -> None:
    whole, cut = answer(b"a,b\n1,2\n"), answer(b"a,b\n1,2\n")[:-5]
    into = io.BytesIO()
    with RawServer([cut, cut, whole]) as server:
        assert fetcher.download(server.url, into) == 8
    assert into.getvalue() == b"a,b\n1,2\n"
    assert waits == [1.0, 2.0]


@pytest.mark.parametrize(
    "cut",
    [
        answer(b"a,b\n1,2\n")[:-5],
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\na,b\n",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"",
    ],
    ids=["length", "chunked", "head", "nothing"],
)
def test_a_body_always_cut_short_is_named(fetcher: Fetcher, cut: bytes) -> None:
    with (
        RawServer([cut] * 4) as server,
        pytest.raises(FetchFailed, match=rf"{server.url}: (RemoteProtocol|Read)Error: .*; tried 4 times"),
    ):
        fetcher.get(server.url)


@respx.mock
def test_another_length_than_promised_is_never_a_file(fetcher: Fetcher) -> None:
    respx.get(URL).respond(200, content=b"half", headers={"Content-Length": "8"})
    with pytest.raises(FetchFailed, match="4 bytes came; expected 8, as the server said; tried 4 times"):
        fetcher.get(URL)


@respx.mock
def test_a_packed_body_is_measured_as_it_was_sent(fetcher: Fetcher) -> None:
    packed = gzip.compress(b"a,b\n" * 100)
    respx.get(URL).respond(200, content=packed, headers={"Content-Encoding": "gzip"})
    assert fetcher.get(URL) == b"a,b\n" * 100


def test_an_encoding_that_unfolds_without_bound_is_refused(fetcher: Fetcher) -> None:
    sent = answer(b"x", "Content-Encoding: br")
    with (
        RawServer([sent]) as server,
        pytest.raises(FetchFailed, match="content encoding 'br'; expected gzip, deflate or none"),
    ):
        fetcher.get(server.url)


@respx.mock
def test_a_file_may_not_be_larger_than_asked(fetcher: Fetcher) -> None:
    respx.get(URL).respond(200, content=b"12345")
    with pytest.raises(FetchFailed, match="more than 4 bytes; expected a smaller file"):
        fetcher.download(URL, io.BytesIO(), largest=4)


@respx.mock
def test_a_server_that_dribbles_does_not_hold_a_refresh_for_ever(waits: list[float]) -> None:
    respx.get(URL).respond(200, content=b"12345")
    instants = iter([0.0, 3601.0])
    fetcher = Fetcher(sleep=waits.append, seconds=lambda: next(instants))
    with pytest.raises(FetchFailed, match="5 bytes came in 60 minutes; expected the whole file by then"):
        fetcher.get(URL)


@respx.mock
def test_a_query_that_is_posted_is_tried_again_with_its_body_and_headers(
    fetcher: Fetcher, waits: list[float]
) -> None:
    asked = respx.post(URL).mock(side_effect=[httpx.Response(503), httpx.Response(200, content=b"{}")])
    into = io.BytesIO()
    fetcher.download(URL, into, body=b'{"database": 1}', headers={"APIKey": "s3cret"})
    assert into.getvalue() == b"{}"
    assert [(call.request.content, call.request.headers["APIKey"]) for call in asked.calls] == [
        (b'{"database": 1}', "s3cret")
    ] * 2


@respx.mock
def test_a_header_with_a_key_is_never_sent_on_to_another_address(fetcher: Fetcher) -> None:
    respx.get(URL).respond(302, headers={"Location": "https://elsewhere.example/"})
    elsewhere = respx.get("https://elsewhere.example/").respond(200, content=b"x")
    with pytest.raises(FetchFailed, match="the server answered 302; expected 200"):
        fetcher.download(URL, io.BytesIO(), headers={"APIKey": "s3cret"})
    assert elsewhere.call_count == 0
    assert fetcher.get(URL) == b"x"


@pytest.mark.parametrize("url", ["ftp://example.org/x", "figures.csv", "https://exa mple\n/"])
def test_what_is_no_web_address_is_named_and_not_tried_again(
    fetcher: Fetcher, url: str, waits: list[float]
) -> None:
    with pytest.raises(FetchFailed):
        fetcher.get(url)
    assert waits == []


@respx.mock
def test_the_log_of_requests_holds_no_key(fetcher: Fetcher, caplog: pytest.LogCaptureFixture) -> None:
    respx.get(URL).respond(200, content=b"x")
    with caplog.at_level(logging.INFO, "httpx"):
        fetcher.get(f"{URL}?uid=s3cret")
    assert caplog.messages == ['HTTP Request: GET https://example.org "HTTP/1.1 200 OK"']


# --- a beginning, and parts ---------------------------------------------------------------------------------


def test_a_beginning_is_enough_of_a_body_that_is_cut_short() -> None:
    """The rest is not waited for: a real server that promises more than it sends."""
    body = b"x" * 200_000
    with (
        RawServer([answer(body)[:-1]]) as server,
        Fetcher(sleep=lambda seconds: None, private_hosts=["127.0.0.1"]) as fetcher,
    ):
        into = io.BytesIO()
        size = fetcher.download(server.url, into, stop_after=100_000)
    assert 100_000 <= size < 200_000
    assert into.getvalue() == b"x" * size


@respx.mock
def test_a_part_and_the_size_of_the_whole() -> None:
    url = "https://example.org/a.zip"
    route = respx.get(url).respond(206, content=b"cde", headers={"Content-Range": "bytes 2-4/9"})
    with Fetcher(sleep=lambda seconds: None) as fetcher:
        assert fetcher.part(url, 2, 4) == (b"cde", 9)
        assert route.calls.last.request.headers["Range"] == "bytes=2-4"
        assert route.calls.last.request.headers["Accept-Encoding"] == "identity"
        fetcher.part(url, -3, 0)
        assert route.calls.last.request.headers["Range"] == "bytes=-3"
        respx.get(url).respond(200, content=b"the whole")
        assert fetcher.part(url, 2, 4) is None
        respx.get(url).respond(404)
        with pytest.raises(FetchFailed, match="the server answered 404"):
            fetcher.part(url, 2, 4)
        again = respx.get(url).mock(side_effect=[httpx.Response(503), httpx.Response(206, content=b"cde", headers={"Content-Range": "bytes 2-4/9"})])  # fmt: skip
        assert fetcher.part(url, 2, 4) == (b"cde", 9)
        assert again.call_count >= 2


# --- addresses that a publisher's answer may not lead to -----------------------------------------------------


@pytest.fixture
def guarded() -> Iterator[Fetcher]:
    """A fetcher as the jobs use it, without a private host that may be asked."""
    with Fetcher(sleep=lambda seconds: None) as made:
        yield made


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "[::1]", "[fe80::1]", "192.168.0.4"]
)
def test_an_address_inside_the_own_network_is_refused_before_anything_is_sent(
    guarded: Fetcher, host: str
) -> None:
    with pytest.raises(FetchFailed, match="is an address inside your own network; expected a publisher's"):
        guarded.get(f"http://{host}:9/figures.csv")


@respx.mock
def test_a_redirection_into_the_own_network_is_refused(guarded: Fetcher) -> None:
    respx.get(URL).respond(302, headers={"Location": "https://169.254.169.254/latest/meta-data"})
    with pytest.raises(FetchFailed, match=r"169\.254\.169\.254 is an address inside your own network"):
        guarded.get(URL)


def test_a_name_that_leads_into_the_own_network_is_refused_unread(
    guarded: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with RawServer([answer(b"a secret")]) as server:
        into = io.BytesIO()
        with pytest.raises(FetchFailed, match=r"(127\.0\.0\.1|::1) is an address inside your own network"):
            guarded.download(server.url.replace("127.0.0.1", "localhost"), into)
    assert into.getvalue() == b""


@respx.mock
def test_https_never_leads_to_http(guarded: Fetcher) -> None:
    respx.get(URL).respond(302, headers={"Location": "http://example.org/figures.csv"})
    plain = respx.get("http://example.org/figures.csv").respond(200, content=b"x")
    with pytest.raises(FetchFailed, match="which is not encrypted; expected an https address"):
        guarded.get(URL)
    assert not plain.called
