"""Finished answers, kept as they went out: the same address of the same publication on the same day is made once.

A page is a pure function of the store, its address and the day. Making it takes tens of milliseconds, and dash, JSON and
compression some more; sending it again takes none of them. What was made says so itself (``keep``): errors, problems
and answers that depend on anything else never do.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from datetime import date
from io import BytesIO
from threading import Lock
from typing import Any, NamedTuple

import flask
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.datastructures import Headers
from werkzeug.http import parse_etags

from dashboard.address.context import Context
from dashboard.address.page import Found
from dashboard.address.view import Problem
from indicators.store import NoStore

log = logging.getLogger(__name__)

MOST_BYTES = 3_000_000  # some 400 pages, compressed
_MOST_OF_ONE = MOST_BYTES // 10
_MOST_ASKED = 16_000  # bytes of a question that is looked up; the browser's own are a few hundred
_OWN_BYTES = 1_000  # of an entry besides its body: headers, key, places in the dictionary
_MARK, _TURN = "workhealth.moment", "workhealth.turn"

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Moment = tuple[str, date]
Key = tuple[str, ...]


class _Answer(NamedTuple):
    """A finished answer of status 200. ``tag`` is that of its bytes, which differ by compression."""

    headers: list[tuple[str, str]]
    body: bytes
    tag: str


def keep(context: Context) -> None:
    """Say of the answer to this request that publication, day and question decide all of it.

    Call it after ``Context.moment`` was first asked for.
    """
    flask.request.environ[_MARK] = context.moment()


def take_turn() -> None:
    """Wait until no other answer of this process is being made; the turn ends when this one is finished.

    Several pages at once would end no sooner, since Python computes in one thread at a time, and each takes megabytes
    while it is made that a worker hardly ever gives back.
    """
    turn = flask.request.environ.pop(_TURN, None)
    if turn is not None:
        turn()


def begin_answer(context: Context, found: Found | Problem) -> None:
    """Have the answer to this request made in turn, and cached where nothing but store, address and day decides it."""
    take_turn()
    if isinstance(found, Found) and found.page.steady:
        keep(context)


class KeptAnswers:
    """Stands before an app (WSGI) and answers what it has answered before.

    Answers are kept up to ``MOST_BYTES``, those used last the longest, and all go with the next publication or day.
    """

    def __init__(self, app: Callable[[Environ, StartResponse], Iterable[bytes]], context: Context) -> None:
        self._app = app
        self._context = context
        self._kept: dict[Key, _Answer] = {}
        self._size = 0
        self._of: Moment | None = None
        self._lock = Lock()
        self._turn = Lock()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        key = _key(environ)
        if key is None:
            return self._app(environ, start_response)
        found = self._look_up(key)
        if found is not None:
            return _send(found, environ, start_response)
        with ExitStack() as turn:
            environ[_TURN] = lambda: turn.enter_context(self._turn)
            return self._make(key, environ, start_response)

    def _make(self, key: Key, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        begun: list[Any] = []

        def begin(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            begun[:] = [status, headers, exc_info]
            return lambda _: None

        parts = self._app(environ, begin)
        status, headers, exc_info = begun
        moment = environ.get(_MARK)
        if moment is None or not status.startswith("200 "):
            start_response(status, headers, exc_info)
            return parts
        try:
            body = b"".join(parts)
        finally:
            if hasattr(parts, "close"):
                parts.close()
        made = _answer(headers, body)
        self._keep(key, made, moment)
        return _send(made, environ, start_response)

    def _look_up(self, key: Key) -> _Answer | None:
        if key not in self._kept:
            return None
        try:
            now = self._context.store.publication_id(), self._context.today()
        except (SQLAlchemyError, NoStore, OSError) as error:
            log.error("the store cannot be read: %s", error)
            return None
        with self._lock:
            if now != self._of:
                return None
            found = self._kept.pop(key, None)
            if found is not None:
                self._kept[key] = found  # at the end: used last
            return found

    def _keep(self, key: Key, answer: _Answer, moment: Moment) -> None:
        size = _size(key, answer)
        if size > _MOST_OF_ONE:
            return
        with self._lock:
            if moment != self._of:
                self._kept.clear()
                self._size = 0
                self._of = moment
            if key in self._kept:
                return
            while self._kept and self._size + size > MOST_BYTES:
                oldest = next(iter(self._kept))
                self._size -= _size(oldest, self._kept.pop(oldest))
            self._kept[key] = answer
            self._size += size


def _key(environ: Environ) -> Key | None:
    """Everything of a question that an answer may depend on; None for one that is never looked up."""
    body = b""
    match environ["REQUEST_METHOD"]:
        case "GET":
            pass
        case "POST":
            length = environ.get("CONTENT_LENGTH", "")
            if not length.isdecimal() or int(length) > _MOST_ASKED:
                return None
            body = environ["wsgi.input"].read(int(length))
            environ["wsgi.input"] = BytesIO(body)
        case _:
            return None
    return (
        environ["REQUEST_METHOD"],
        environ.get("PATH_INFO", ""),
        environ.get("QUERY_STRING", ""),
        environ.get("HTTP_ACCEPT_ENCODING", ""),
        environ.get("CONTENT_TYPE", ""),
        body.decode("latin-1"),
    )


def _answer(headers: list[tuple[str, str]], body: bytes) -> _Answer:
    lasting = [(name, value) for name, value in headers if name.lower() not in ("date", "etag")]
    return _Answer(lasting, body, hashlib.sha256(body).hexdigest()[:20])


def _size(key: Key, answer: _Answer) -> int:
    return _OWN_BYTES + len(answer.body) + sum(len(part) for part in key)


def _send(answer: _Answer, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """The answer, or that what the browser holds is still right."""
    if environ["REQUEST_METHOD"] != "GET":
        start_response("200 OK", list(answer.headers))
        return [answer.body]
    headers = Headers(answer.headers)
    headers.set("ETag", f'"{answer.tag}"')
    if parse_etags(environ.get("HTTP_IF_NONE_MATCH")).contains_weak(answer.tag):
        headers.remove("Content-Length")
        headers.remove("Content-Type")
        start_response("304 NOT MODIFIED", headers.to_wsgi_list())
        return []
    start_response("200 OK", headers.to_wsgi_list())
    return [answer.body]
