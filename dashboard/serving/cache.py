"""Finished answers, cached as they were sent: the same address of the same publication on the same day is made once.

A page is a pure function of the store, its address and the day. Making it takes milliseconds, and compressing it some
more; sending it again takes none of them. What was made says so itself (``keep``): errors, problems and answers that
depend on anything else never do. Answers of up to ``MOST_OF_ONE`` bytes stay in memory, larger ones are files that all
workers of the machine share.
"""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import tempfile
from collections.abc import Callable, Hashable, Iterable, Sequence
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple
from urllib.parse import parse_qs

from sqlalchemy.exc import SQLAlchemyError
from werkzeug.datastructures import Headers
from werkzeug.http import parse_etags

from dashboard.address.cache import Cache
from dashboard.address.context import Context, Moment
from dashboard.address.kept import MARK, TURN, code_version, keep, take_turn
from dashboard.address.keys import known_query
from dashboard.address.page import Found, Page
from dashboard.address.view import Problem
from dashboard.serving.health import count_cached
from indicators.store import NoStore

__all__ = ["AnswerFiles", "CachedAnswers", "begin_answer", "code_version", "keep", "take_turn"]

log = logging.getLogger(__name__)

MOST_BYTES = 3_000_000  # some 200 pages, compressed
MOST_OF_ONE = 64_000
MOST_ON_DISK = 500_000_000
_MOST_ASKED = 16_000  # bytes of a question that is looked up; the browser's own are a few hundred
_OWN_BYTES = 1_000  # of an entry besides its body: headers, key, places in the dictionary
# addresses whose query is not that of a page
_OTHER_QUERIES = (
    "/api",
    "/assets",
    "/data/",
    "/feeds",
    "/geometry",
    "/healthz",
    "/readyz",
    "/metrics",
    "/robots.txt",
    "/favicon.ico",
    "/.well-known",
    "/_",
)
_OPEN_PAGE = "/_dash-update-component"

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Key = tuple[str, ...]


class Answer(NamedTuple):
    """A finished answer of status 200. ``tag`` is that of its bytes, which differ by compression."""

    headers: list[tuple[str, str]]
    body: bytes
    tag: str


def begin_answer(context: Context, found: Found | Problem) -> None:
    """Have the answer to this request made in turn, and cached where nothing but store, address and day decides it."""
    take_turn()
    if isinstance(found, Found) and found.page.steady:
        keep(context)


class CachedAnswers:
    """Stands before an app (WSGI) and answers what it has answered before.

    Answers stay until the next publication or day, up to ``MOST_BYTES`` in memory and ``MOST_ON_DISK`` in ``folder``.
    """

    def __init__(
        self,
        app: Callable[[Environ, StartResponse], Iterable[bytes]],
        context: Context,
        pages: Sequence[Page] = (),
        folder: Path | None = None,
    ) -> None:
        self._app = app
        self._context = context
        self._fetches = frozenset(f"{page.path}/{name}" for page in pages for name in page.fetches)
        self._memory: Cache[Answer] = Cache(MOST_BYTES, _size)
        self._files = None if folder is None else AnswerFiles(folder)
        self._turn = Lock()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        key = self._key(environ)
        if key is None:
            return self._app(environ, start_response)
        found = self._look_up(key)
        if found is not None:
            count_cached()
            return _send(found, environ, start_response)
        with ExitStack() as turn:
            environ[TURN] = lambda: turn.enter_context(self._turn)
            return self._make(key, environ, start_response)

    def _make(self, key: Key, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        begun: list[Any] = []

        def begin(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            begun[:] = [status, headers, exc_info]
            return lambda _: None

        parts = self._app(environ, begin)
        status, headers, exc_info = begun
        moment = environ.get(MARK)
        if moment is None or not status.startswith("200 "):
            start_response(status, headers, exc_info)
            return parts
        try:
            body = b"".join(parts)
        finally:
            if hasattr(parts, "close"):
                parts.close()
        made = _answer(headers, body)
        if len(body) <= MOST_OF_ONE:
            self._memory.put(key, made, moment)
        elif self._files is not None:
            self._files.put(key, made, moment)
        return _send(made, environ, start_response)

    def _look_up(self, key: Key) -> Answer | None:
        in_memory = key in self._memory
        if not in_memory and (self._files is None or not self._files.may_hold(key)):
            return None
        try:
            now = self._context.store.publication_id(), self._context.today()
        except (SQLAlchemyError, NoStore, OSError) as error:
            log.error("the store cannot be read: %s", error)
            return None
        if in_memory:
            return self._memory.get(key, now)
        return None if self._files is None else self._files.get(key, now)

    def _key(self, environ: Environ) -> Key | None:
        """Everything of a question that an answer may depend on; None for one that is never looked up."""
        path, query, body = environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", ""), b""
        match environ["REQUEST_METHOD"]:
            case "GET":
                if path not in self._fetches and not path.startswith(_OTHER_QUERIES):
                    # the one parameter of files that is no key of a page
                    form = parse_qs(query).get("format", [""])[0] if path.startswith("/csv/") else ""
                    query = known_query(query) + (f"&format={form}" if form else "")
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
            # a pack names its own address
            environ.get("wsgi.url_scheme", ""),
            environ.get("HTTP_HOST", ""),
            path,
            query,
            # every address in the answer begins with it; files outlast a process that had another
            environ.get("SCRIPT_NAME", ""),
            environ.get("HTTP_ACCEPT_ENCODING", ""),
            environ.get("CONTENT_TYPE", ""),
            body.decode("latin-1"),
        )


class AnswerFiles:
    """Large answers as files below a folder, one for each publication, day and version of the code; others are removed.

    A file that cannot be written or read is a line in the log and an answer made anew, never an error.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: set[Key] = set()
        self._bytes = 0
        self._moment: Moment | None = None

    def may_hold(self, key: Key) -> bool:
        """Whether a file could be there: one that this process wrote or has seen, or any when it is large by its kind."""
        return key in self._known or _is_large_kind(key)

    def get(self, key: Key, moment: Moment) -> Answer | None:
        path = self._path(key, moment)
        try:
            with path.open("rb") as file:
                head = json.loads(file.readline())
                body = file.read()
            headers = [(name, value) for name, value in head["headers"]]
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            log.warning("a cached answer cannot be read: %s", error)
            return None
        self._known.add(key)
        return Answer(headers, body, head["tag"])

    def put(self, key: Key, answer: Answer, moment: Moment) -> None:
        folder = self._path(key, moment).parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if moment != self._moment:
                self._remove_others(folder)
                self._moment = moment
                self._known.clear()
                self._bytes = sum(path.stat().st_size for path in folder.iterdir())
            if self._bytes + len(answer.body) > MOST_ON_DISK:
                return
            head = json.dumps({"headers": answer.headers, "tag": answer.tag}).encode()
            with tempfile.NamedTemporaryFile(dir=folder, prefix="new-", delete=False) as file:
                file.write(head + b"\n" + answer.body)
            # whole or not at all, also for another worker
            Path(file.name).replace(self._path(key, moment))
            self._bytes += len(answer.body)
            self._known.add(key)
        except OSError as error:
            log.warning("an answer cannot be cached as a file: %s", error)

    def _path(self, key: Key, moment: Moment) -> Path:
        publication, day = moment
        period = hashlib.sha256(f"{publication} {day} {code_version()}".encode()).hexdigest()[:16]
        return self._folder / period / hashlib.sha256(repr(key).encode()).hexdigest()

    def _remove_others(self, folder: Path) -> None:
        for other in self._folder.iterdir():
            if other != folder and other.is_dir():
                shutil.rmtree(other, ignore_errors=True)


def _is_large_kind(key: Key) -> bool:
    """Packs and lists of figures, which another worker may have made."""
    path = key[3]
    return path.startswith(("/csv/", "/data/", "/picture/")) or "/pack." in path


def _answer(headers: list[tuple[str, str]], body: bytes) -> Answer:
    lasting = [(name, value) for name, value in headers if name.lower() not in ("date", "etag")]
    return Answer(lasting, body, hashlib.sha256(body).hexdigest()[:20])


def _size(key: Hashable, answer: Answer) -> int:
    assert isinstance(key, tuple)
    return _OWN_BYTES + len(answer.body) + sum(len(part) for part in key)


def _send(answer: Answer, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
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
