"""Fetching a publisher's file: always with a time limit, again where that can help, never a part of one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType

import httpx
import tenacity

_TRIES = 4
_LONGEST_WAIT = 120.0
_TIMEOUT = httpx.Timeout(connect=10.0, read=60.0, write=30.0, pool=10.0)
_LARGEST = 500 * 1024 * 1024


class FetchFailed(Exception):
    """A file could not be fetched; the message names the address, what came back and how often it was tried."""


class _TryAgain(Exception):
    def __init__(self, words: str, wait: float | None = None) -> None:
        super().__init__(words)
        self.wait = wait


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
    """A polite client: retries transport errors, 429 and 5xx only, and waits as long as it is asked to.

    ``sleep`` and ``now`` are handed in so that tests need no time.
    """

    def __init__(
        self,
        *,
        sleep: Callable[[float], None] | None = None,
        now: Callable[[], datetime] | None = None,
        timeout: httpx.Timeout = _TIMEOUT,
        headers: dict[str, str] | None = None,
    ) -> None:
        self._sleep = sleep or tenacity.nap.sleep
        self._now = now or (lambda: datetime.now(UTC))
        self._client = httpx.Client(
            timeout=timeout,
            follow_redirects=True,
            headers={
                "User-Agent": "workhealth indicators (+https://www.nationalarchives.gov.uk/doc/"
                "open-government-licence/)",
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
        """The whole body at ``url``. Raises FetchFailed.

        ``content_types`` are beginnings that are accepted (``text/csv``): a page of apology is no file.
        """
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(_TryAgain),
            stop=tenacity.stop_after_attempt(_TRIES),
            wait=_wait,
            sleep=self._sleep,
            reraise=True,
        )
        try:
            return retrying(self._once, url, content_types)
        except _TryAgain as error:
            raise FetchFailed(f"{url}: {error}; tried {_TRIES} times") from error

    def _once(self, url: str, content_types: tuple[str, ...]) -> bytes:
        try:
            with self._client.stream("GET", url) as answer:
                if answer.status_code == 429 or answer.status_code >= 500:
                    wait = retry_after(answer.headers.get("Retry-After"), self._now())
                    raise _TryAgain(f"the server answered {answer.status_code}", wait)
                if answer.status_code != 200:
                    raise FetchFailed(f"{url}: the server answered {answer.status_code}; expected 200")
                kind = answer.headers.get("Content-Type", "")
                if content_types and not kind.startswith(content_types):
                    raise FetchFailed(f"{url}: content type {kind!r}; expected {' or '.join(content_types)}")
                parts, size = [], 0
                for part in answer.iter_bytes():
                    size += len(part)
                    if size > _LARGEST:
                        raise FetchFailed(f"{url}: more than {_LARGEST:,} bytes; expected a smaller file")
                    parts.append(part)
        except httpx.TransportError as error:
            raise _TryAgain(f"{type(error).__name__}: {error}") from error
        return b"".join(parts)


def _wait(state: tenacity.RetryCallState) -> float:
    """As long as the server asks for, else 1, 2, 4 … seconds."""
    error = state.outcome.exception() if state.outcome else None
    asked = error.wait if isinstance(error, _TryAgain) else None
    return min(_LONGEST_WAIT, asked if asked is not None else 2.0 ** (state.attempt_number - 1))
