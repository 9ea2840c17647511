"""Fetching: tried again where that can help, as long as the server asks, and never a part of a file."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest
import respx

from etl.http import Fetcher, FetchFailed, retry_after

URL = "https://example.org/figures.csv"
NOW = datetime(2026, 1, 1, 12, 0, 0, tzinfo=UTC)


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def fetcher(waits: list[float]) -> Fetcher:
    return Fetcher(sleep=waits.append, now=lambda: NOW)


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
