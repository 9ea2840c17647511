"""What is asked of an address of this API, and how it is answered: JSON, CSV, or a refusal that is neither.

The clients of Fingertips hand the body of a refusal to their parsers, whatever its status. So a refusal is a text that no
parser takes for a table: its third line has more cells than the lines before it.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from itertools import islice
from tempfile import SpooledTemporaryFile
from threading import Lock, Semaphore
from typing import Any
from urllib.parse import parse_qsl

import flask
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wsgi import FileWrapper

from dashboard.address.context import Context
from dashboard.address.view import clipped
from indicators.plain_text import unrunnable
from indicators.store import NoStore

PREFIX = "/api/"
MOST_CHARACTERS = 4000
"""Of a query: a client names every indicator in one address."""
MOST_IN_MEMORY = 1_000_000  # bytes of a table
MOST_WAITING = 2
"""Tables that wait while another is made: of the four threads of a worker (gunicorn.conf.py) one stays free."""
LONGEST_WAIT_S = 60.0
_PIECE = 500  # rows
_RETRY_S = 10
_BUSY = "to be asked again in some seconds: other tables are being made"
_UNAVAILABLE = "The store of figures cannot be read just now."

Cell = str | float | int | None
Begin = Callable[[], None]
"""Says of the answer to this request that address, publication and day decide it, so that it may be cached."""
Answer = Callable[["Asked"], Any]
Route = Callable[..., Callable[[Answer], Answer]]
"""Adds an answer at an address below ``/api/`` (``answering``)."""


class Refused(Exception):
    """What cannot be answered: status, parameter, value, and what was expected."""

    def __init__(self, status: int, parameter: str, value: str, expected: str) -> None:
        super().__init__(expected)
        self.status, self.parameter, self.value, self.expected = status, parameter, value, expected


class Gate:
    """Lets one table be made at a time, and a few wait: Python computes in one thread, and a page must find a free one.

    ``waiting`` is how many may wait, each at most ``longest_s`` seconds.
    """

    def __init__(self, waiting: int = MOST_WAITING, longest_s: float = LONGEST_WAIT_S) -> None:
        self._places = Semaphore(1 + waiting)
        self._making = Lock()
        self._longest_s = longest_s

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for one's turn, which ends with the block. Raises Refused where too many wait."""
        if not self._places.acquire(blocking=False):
            raise Refused(503, "", "", _BUSY)
        try:
            if not self._making.acquire(timeout=self._longest_s):
                raise Refused(503, "", "", _BUSY)
            try:
                yield
            finally:
                self._making.release()
        finally:
            self._places.release()


class Asked:
    """The parameters of a request. Those that nobody knows are ignored: R sends ``timestamp`` with every request."""

    def __init__(self, query: str) -> None:
        # fingertipsR writes a second question mark before a parameter
        pairs = parse_qsl(query[:MOST_CHARACTERS].replace("?", "&"))
        self._given: dict[str, list[str]] = {}
        for name, value in pairs:
            self._given.setdefault(name, []).append(value.strip())
        self.names = frozenset(self._given)

    def text(self, name: str) -> str | None:
        """The value of a parameter, None where it is not given."""
        return ",".join(value for value in self._given.get(name, ()) if value) or None

    def numbers(self, name: str) -> list[int] | None:
        """The whole numbers of a parameter, each once, None where it is not given. Raises Refused."""
        text = self.text(name)
        if text is None:
            return None
        parts = [part.strip() for part in text.split(",") if part.strip()]
        for part in parts:
            if not (part.isascii() and part.isdecimal() and len(part) <= 10):
                raise Refused(400, name, part, "a whole number, or several with commas between them")
        return list(dict.fromkeys(int(part) for part in parts)) or None

    def needed(self, name: str) -> list[int]:
        """``numbers``, of which there must be one at least. Raises Refused."""
        found = self.numbers(name)
        if found is None:
            raise Refused(400, name, "", "a whole number: the address needs this parameter")
        return found

    def number(self, name: str, default: int | None = None) -> int:
        """The one whole number of a parameter. Raises Refused."""
        found = self.numbers(name) if default is not None else self.needed(name)
        if found is None:
            assert default is not None
            return default
        if len(found) > 1:
            raise Refused(400, name, self.text(name) or "", "one number alone")
        return found[0]


def refusal(error: Refused) -> flask.Response:
    """A refusal as text that neither a parser of CSV nor one of JSON takes for an answer."""
    parts = (
        error.parameter or "service",
        error.value or "nothing",
        f"expected {error.expected}",
        "see /data",
    )
    plain = [clipped(part, 300).replace('"', "'").replace("\n", " ") for part in parts]
    text = f"Error {error.status}\nThis is not a table.\n{', '.join(plain)}\n"
    response = flask.Response(text, error.status, content_type="text/plain; charset=utf-8")
    if error.status == 503:
        response.headers["Retry-After"] = str(_RETRY_S)
    return response


def as_csv(names: Sequence[str], rows: Iterable[Iterable[Cell]]) -> flask.Response:
    """A CSV, made to its end before any of it is sent: a store that fails half way is refused, and no table is cut off.

    What is longer than MOST_IN_MEMORY waits in a temporary file, so that a slow client costs neither memory nor a turn.
    """
    file = SpooledTemporaryFile(max_size=MOST_IN_MEMORY)  # noqa: SIM115 - closed with the answer
    try:
        for piece in csv_pieces(names, rows):
            file.write(piece.encode("utf-8"))
        length = file.tell()
        file.seek(0)
    except BaseException:
        file.close()
        raise
    response = flask.Response(FileWrapper(file), content_type="text/csv; charset=utf-8")
    response.content_length = length
    return response


def csv_pieces(names: Sequence[str], rows: Iterable[Iterable[Cell]]) -> Iterator[str]:
    """A CSV in pieces of a few hundred rows; a number has every digit that it has in the store."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    left = iter(rows)
    while batch := list(islice(left, _PIECE)):
        writer.writerows(batch)
        yield out.getvalue()
        out.seek(0)
        out.truncate()
    if text := out.getvalue():
        yield text


def cell_of(cell: Cell) -> Cell:
    """A cell as it is written: a whole number without a point, a text that no spreadsheet runs."""
    if isinstance(cell, str):
        return unrunnable(cell)
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    return cell


def answering(server: flask.Flask, context: Context, begin: Begin) -> Route:
    """A decorator that adds a route below ``/api/`` with the names of its parameters.

    An answer is cached where all that was asked is known: ``timestamp`` makes every address another one. With
    ``is_large`` it never is. One table (``is_table``) is made at a time.
    """
    gate = Gate()

    def route(
        path: str, *known: str, is_table: bool = False, is_large: bool = False
    ) -> Callable[[Answer], Answer]:
        def add(answer: Answer) -> Answer:
            @server.get(PREFIX + path, endpoint=f"fingertips {path}")
            def respond() -> flask.Response:
                query = flask.request.query_string.decode("utf-8", errors="replace")
                asked = Asked(query)
                try:
                    if len(query) > MOST_CHARACTERS:
                        words = f"a query of at most {MOST_CHARACTERS} characters"
                        raise Refused(400, "query", f"{len(query)} characters", words)
                    context.moment()
                    if asked.names <= set(known) and not is_large:
                        begin()
                    with gate.turn() if is_table else nullcontext():
                        content = answer(asked)
                    return content if isinstance(content, flask.Response) else _json(content)
                except Refused as error:
                    return refusal(error)
                except (SQLAlchemyError, NoStore, OSError) as error:
                    server.logger.error("the store cannot be read: %s", error)
                    return refusal(Refused(503, "", "", f"to be asked again later. {_UNAVAILABLE}"))

            return answer

        return add

    return route


def _json(content: Any) -> flask.Response:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return flask.Response(text, mimetype="application/json")
