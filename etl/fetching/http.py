"""Fetching a publisher's file: always with a time limit, again where that can help, never a part of one."""

from __future__ import annotations

import io
import ipaddress
import logging
import re
import time
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import IO, Any, TypeVar

import httpx
import tenacity

from etl.fetching.failures import FetchFailed
from etl.fetching.proxies import ByProxy, proxy_of, through

_TRIES = 4
_LONGEST_WAIT = 120.0
_TIMEOUT = httpx.Timeout(connect=10.0, read=60.0, write=30.0, pool=10.0)
_LONGEST_FETCH = 3600.0
_LARGEST = 500 * 1024 * 1024
_BLOCK = 64 * 1024
_LARGEST_PAGE = 50 * 1024 * 1024
_ENCODINGS = ("", "identity", "gzip", "deflate")


T = TypeVar("T")


class _TryAgain(Exception):
    def __init__(self, words: str, wait: float | None = None) -> None:
        super().__init__(words)
        self.wait = wait


class _HostAlone(logging.Filter):
    """Leaves only the host of the addresses that httpx logs: the rest may hold a publisher's key."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(
                f"{argument.scheme}://{argument.host}" if isinstance(argument, httpx.URL) else argument
                for argument in record.args
            )
        return True


_host_alone = _HostAlone()


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds that a ``Retry-After`` header asks for (a number of seconds, or a date), None where it says none."""
    if not value:
        return None
    text = value.strip()
    if text.isdigit():
        return float(text)
    try:
        when = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return max(0.0, (when - now).total_seconds())


class Fetcher:
    """A polite client: retries transport errors, bodies cut short, 429 and 5xx only, and waits as long as asked.

    A query sent with POST is tried again as a GET is: it changes nothing at the publisher's. Where a server asks
    for a wait of more than two minutes the fetch stops and says so, and asks no sooner. ``sleep``, ``now`` and
    ``seconds`` (a clock that never goes back) are handed in so that tests need no time.

    A publisher's answer may lead anywhere: an address inside the own network is refused unless its host is one of
    ``private_hosts``, and so is a redirection from https to http.
    Requests go through the proxy that the environment names (``etl.fetching.proxies``); messages then say which.
    """

    def __init__(
        self,
        *,
        sleep: Callable[[float], None] | None = None,
        now: Callable[[], datetime] | None = None,
        seconds: Callable[[], float] = time.monotonic,
        timeout: httpx.Timeout = _TIMEOUT,
        headers: Mapping[str, str] | None = None,
        private_hosts: Collection[str] = (),
    ) -> None:
        self._private_hosts = frozenset(private_hosts)
        self._sleep = sleep or tenacity.nap.sleep
        self._now = now or (lambda: datetime.now(UTC))
        self._seconds = seconds
        self.redirected_to = ""
        """Where a redirection led for the last answer, "" where there was none."""
        logging.getLogger("httpx").addFilter(_host_alone)
        self._client = httpx.Client(
            transport=ByProxy(),
            timeout=timeout,
            event_hooks={"request": [self._check_address], "response": [self._check_answer]},
            headers={
                "User-Agent": "workhealth indicators (+https://www.nationalarchives.gov.uk/doc/"
                "open-government-licence/)",
                # a small answer in another encoding can unfold to any size at once
                "Accept-Encoding": "gzip, deflate",
                **(headers or {}),
            },
        )

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.close()

    def get(self, url: str, *, content_types: tuple[str, ...] = ()) -> bytes:
        """The whole body of a page at ``url`` (50 MB at most), in memory. Raises FetchFailed.

        ``content_types`` are beginnings that are accepted (``text/csv``): a page of apology is no file.
        """
        page = io.BytesIO()
        self.download(url, page, content_types=content_types, largest=_LARGEST_PAGE)
        return page.getvalue()

    def download(
        self,
        url: str,
        into: IO[bytes],
        *,
        content_types: tuple[str, ...] = (),
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        largest: int = _LARGEST,
        read_seconds: float | None = None,
        stop_after: int | None = None,
    ) -> int:
        """Write the whole body at ``url`` into an open file as it comes, and give its size in bytes.

        With a ``body`` it is a POST. ``read_seconds`` is how long the server may be silent (60 when left out). With
        ``stop_after`` only the beginning is read: that many bytes or a few more. Every new try starts the file again. A request with ``headers`` of its own is
        not sent on to another address, since they may hold a key. Raises FetchFailed; what was written by then is
        no file.
        """
        request = self._request(url, body, headers, read_seconds)

        def once() -> int:
            into.seek(0)
            into.truncate()
            return self._once(
                request,
                into,
                content_types,
                follow=not headers,
                largest=largest,
                stop_after=stop_after,
            )

        return self._again(url, once)

    def part(self, url: str, first: int, last: int) -> tuple[bytes, int] | None:
        """(bytes ``first`` to ``last`` of the body at ``url``, its whole size); None where the server gives no parts.

        A ``first`` below zero counts from the end, and ``last`` is then of no use. Raises FetchFailed.
        """
        wanted = f"bytes={first}-{last}" if first >= 0 else f"bytes={first}"
        request = self._request(url, None, {"Range": wanted, "Accept-Encoding": "identity"})

        def once() -> tuple[bytes, int] | None:
            try:
                answer = self._client.send(request, stream=True, follow_redirects=True)
                self.redirected_to = str(answer.url) if answer.history else ""
                try:
                    found = re.fullmatch(r"bytes \d+-\d+/(\d+)", answer.headers.get("Content-Range", ""))
                    if answer.status_code != 206 or found is None:
                        self._check_head(request.url, answer, ())
                        return None
                    return answer.read(), int(found[1])
                finally:
                    answer.close()
            except httpx.TransportError as error:
                raise _TryAgain(f"{type(error).__name__}: {error}") from error

        return self._again(url, once)

    def _again(self, url: str, once: Callable[[], T]) -> T:
        """What ``once`` gives, tried as often as can help. Raises FetchFailed."""
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(_TryAgain),
            stop=tenacity.stop_after_attempt(_TRIES),
            wait=_wait,
            sleep=self._sleep,
            reraise=True,
        )
        try:
            return retrying(once)
        except _TryAgain as error:
            way = through(httpx.URL(url))
            raise FetchFailed(f"{url}: {error}; tried {_TRIES} times{way}") from error

    def _request(
        self,
        url: str,
        body: bytes | None,
        headers: Mapping[str, str] | None,
        read_seconds: float | None = None,
    ) -> httpx.Request:
        method = "GET" if body is None else "POST"
        timeout = self._client.timeout
        if read_seconds is not None:
            timeout = httpx.Timeout(
                connect=timeout.connect, read=read_seconds, write=timeout.write, pool=timeout.pool
            )
        try:
            return self._client.build_request(method, url, content=body, headers=headers, timeout=timeout)
        except httpx.InvalidURL as error:
            raise FetchFailed(f"{url}: no address: {error}") from error

    def _once(
        self,
        request: httpx.Request,
        into: IO[bytes],
        content_types: tuple[str, ...],
        *,
        follow: bool,
        largest: int,
        stop_after: int | None = None,
    ) -> int:
        url = request.url
        end = self._seconds() + _LONGEST_FETCH
        size = 0
        try:
            answer = self._client.send(request, stream=True, follow_redirects=follow)
            self.redirected_to = str(answer.url) if answer.history else ""
            try:
                self._check_head(url, answer, content_types)
                for part in answer.iter_bytes(None if stop_after is None else _BLOCK):
                    size += len(part)
                    if size > largest:
                        raise FetchFailed(f"{url}: more than {largest:,} bytes; expected a smaller file")
                    if self._seconds() > end:
                        raise FetchFailed(
                            f"{url}: {size:,} bytes came in {_LONGEST_FETCH / 60:.0f} minutes; expected the whole "
                            "file by then; try again when the publisher's server is faster"
                        )
                    into.write(part)
                    if stop_after is not None and size >= stop_after:
                        return size
                self._check_length(answer)
            finally:
                answer.close()
        except (httpx.UnsupportedProtocol, httpx.TooManyRedirects) as error:
            raise FetchFailed(f"{url}: {error}") from error
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise _TryAgain(f"{type(error).__name__}: {error}") from error
        return size

    def _check_address(self, request: httpx.Request) -> None:
        """Raises FetchFailed before a request to an address inside the own network is sent."""
        self._refuse_private(request.url, request.url.host)

    def _check_answer(self, answer: httpx.Response) -> None:
        """Raises FetchFailed, before the body is read, where a name led into the own network or https leads to http."""
        stream: Any = answer.extensions.get("network_stream")
        # through a proxy the other end is the proxy, which has rules of its own
        if stream is not None and not proxy_of(answer.url):
            peer = stream.get_extra_info("server_addr")
            if isinstance(peer, tuple):
                self._refuse_private(answer.url, str(peer[0]))
        if answer.has_redirect_location and answer.url.scheme == "https":
            following = answer.url.join(answer.headers["Location"])
            if following.scheme == "http":
                raise FetchFailed(
                    f"{answer.url}: leads to {following}, which is not encrypted; expected an https address"
                )

    def _refuse_private(self, url: httpx.URL, host: str) -> None:
        try:
            address = ipaddress.ip_address(host.strip("[]").partition("%")[0])
        except ValueError:
            return
        if not address.is_global and url.host not in self._private_hosts:
            raise FetchFailed(
                f"{url}: {host} is an address inside your own network; expected a publisher's on the internet"
            )

    def _check_head(self, url: httpx.URL, answer: httpx.Response, content_types: tuple[str, ...]) -> None:
        """Raises _TryAgain where another try may help and FetchFailed where none can."""
        if answer.status_code == 429 or answer.status_code >= 500:
            wait = retry_after(answer.headers.get("Retry-After"), self._now())
            if wait is not None and wait > _LONGEST_WAIT:
                raise FetchFailed(
                    f"{url}: the server answered {answer.status_code} and asks to wait {wait:,.0f} seconds; expected "
                    f"{_LONGEST_WAIT:.0f} at most; run this again after that time{through(answer.url)}"
                )
            raise _TryAgain(f"the server answered {answer.status_code}", wait)
        if answer.status_code != 200:
            raise FetchFailed(
                f"{url}: the server answered {answer.status_code}; expected 200{through(answer.url)}"
            )
        kind = answer.headers.get("Content-Type", "")
        if content_types and not kind.casefold().startswith(content_types):
            raise FetchFailed(
                f"{url}: content type {kind!r}; expected {' or '.join(content_types)}{through(answer.url)}"
            )
        encoding = answer.headers.get("Content-Encoding", "")
        if encoding.strip().casefold() not in _ENCODINGS:
            raise FetchFailed(
                f"{url}: content encoding {encoding!r}; expected gzip, deflate or none{through(answer.url)}"
            )

    def _check_length(self, answer: httpx.Response) -> None:
        """Raises _TryAgain where fewer or more bytes came than the server promised."""
        promised = answer.headers.get("Content-Length", "").strip()
        got = answer.num_bytes_downloaded
        if promised.isdigit() and int(promised) != got:
            raise _TryAgain(f"{got:,} bytes came; expected {int(promised):,}, as the server said")


def _wait(state: tenacity.RetryCallState) -> float:
    """As long as the server asks for, else 1, 2, 4 … seconds."""
    error = state.outcome.exception() if state.outcome else None
    asked = error.wait if isinstance(error, _TryAgain) else None
    return asked if asked is not None else 2.0 ** (state.attempt_number - 1)
