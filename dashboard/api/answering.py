"""How an address under ``/api/v1`` is answered: parameters checked, content as JSON, tag, cache, headers and errors."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any

import brotli
import flask
import orjson
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

from dashboard.address.cache import Cache
from dashboard.address.context import Context
from dashboard.address.kept import code_version, keep, take_turn
from dashboard.api.formats import TABLES, sheet_response, table_response
from dashboard.api.problems import BadRequest, problem_response
from dashboard.api.questions import Question, asked
from geodata.places.index import NoIndex
from indicators.store import NoStore

Answer = Callable[..., Any]
_MOST_BYTES_OF_TAGS, _BYTES_OF_TAG = 200_000, 200
_OF_ADDRESS = (
    "wsgi.url_scheme", "HTTP_HOST", "SERVER_NAME", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING", "HTTP_ACCEPT_ENCODING",
)  # fmt: skip
_SMALL = 500  # bytes that are not worth a compression, as for all other answers
_STORE = "The store of figures cannot be read just now."
_PLACES = "The index of places cannot be read just now."


def json_response(content: Any, status: int = 200) -> flask.Response:
    """Content as JSON."""
    return flask.Response(orjson.dumps(content), status=status, mimetype="application/json")


@lru_cache(maxsize=256)
def _takes_brotli(accepted: str) -> bool:
    """Whether a client wants brotli, and no other compression more, by its ``Accept-Encoding``."""
    found: Accept = parse_accept_header(accepted, Accept)
    wish: float = found["br"]
    return wish > 0 and wish >= max(found["gzip"], found["identity"])


def _compress(response: flask.Response) -> None:
    """Compress an answer in half of the time that pages take, for a tenth more bytes: most are asked for once."""
    if not _takes_brotli(flask.request.headers.get("Accept-Encoding", "")):
        return
    body = response.get_data()
    if len(body) >= _SMALL:
        response.set_data(brotli.compress(body, quality=1, lgwin=18))
        response.headers["Content-Encoding"] = "br"


def held(tag: str | None) -> str | None:
    """The tag by which the client holds an answer already, also of its compressed form (``tag:br``); None otherwise."""
    sent_tags = flask.request.if_none_match.as_set() if tag else ()
    return next((sent for sent in sent_tags if sent.partition(":")[0] == tag), None)


def _address() -> tuple[str, ...]:
    """What ``request.url`` says and the compressions that are taken, without the time that it takes to write it."""
    environ = flask.request.environ
    return tuple(environ.get(name, "") for name in _OF_ADDRESS)


def tag_of_moment(context: Context) -> str:
    """The tag of an answer that is sent while it is made: of publication, day, code, settings and address."""
    publication, day = context.moment()
    illustrative = context.store.include_illustrative
    text = f"{publication} {day} {code_version()} {illustrative} {flask.request.full_path}"
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def not_modified(tag: str) -> flask.Response:
    """The answer to a client that holds it already."""
    return flask.Response(status=304, headers={"ETag": f'"{tag}"', "Cache-Control": "no-cache"})


def answering(server: flask.Flask, context: Context) -> Callable[..., Callable[[Answer], Answer]]:
    """A decorator that adds a route: its answer as JSON (or the response it gives), with an ETag of its content, and
    errors as ``problems`` says them.

    ``model`` says which parameters the address takes; the answer is then a function of the checked question and of the
    parts of the path. ``table`` names the list in the answer that other formats than JSON are made from.

    The tag is a digest of what is sent. Publication and address alone do not decide an answer: it also depends on the
    day (the age of a figure), on settings (illustrative figures, indicators of one's own) and on the version of the code.
    Tags are remembered for the publication and the day, since the rest is fixed for a process: a client that holds
    the answer gets a 304, and nothing is made again.
    """
    tags: Cache[str] = Cache(_MOST_BYTES_OF_TAGS, lambda address, _: _BYTES_OF_TAG + len(str(address)))

    def made(answer: Answer, path: str, model: type[Question] | None, table: str | None, parts: Any) -> Any:
        if model is None:
            return answer(**parts)
        question = asked(model, path, flask.request.args)
        kind = getattr(question, "format", "json")
        content = answer(question, **parts)
        if isinstance(content, flask.Response) or kind not in TABLES:
            return content
        rows = content[table or ""]
        name = path.removeprefix("/api/v1/").replace("/", "-")
        if kind == "xlsx":
            return sheet_response(rows, name)
        return table_response(rows, name, for_excel=kind == "csv-excel")

    def route(
        path: str, model: type[Question] | None = None, table: str | None = None
    ) -> Callable[[Answer], Answer]:
        def add(answer: Answer) -> Answer:
            @server.get(path, endpoint=f"api {path}")
            @wraps(answer)
            def respond(**parts: str) -> flask.Response:
                try:
                    moment = context.moment()
                    address = _address()
                    if tag := held(tags.get(address, moment)):
                        return not_modified(tag)
                    take_turn()
                    content = made(answer, path, model, table, parts)
                    response = content if isinstance(content, flask.Response) else json_response(content)
                    response.headers["Cache-Control"] = "no-cache"
                    if response.is_streamed or response.status_code != 200:
                        return response
                    keep(context)
                    if response is not content:
                        _compress(response)
                    # of the bytes as they are sent: a tenth of what was compressed
                    tag = hashlib.sha256(response.get_data()).hexdigest()[:20]
                    tags.put(address, tag, moment)
                    response.set_etag(tag)
                    # a tag with the name of a compression is compared once the answer is compressed
                    response.make_conditional(flask.request)
                    return response
                except BadRequest as error:
                    return problem_response(error)
                except (SQLAlchemyError, NoStore, OSError) as error:
                    server.logger.error("the store cannot be read: %s", error)
                    return problem_response(BadRequest(503, "", "", _STORE))
                except NoIndex as error:
                    server.logger.error("%s", error)
                    return problem_response(BadRequest(503, "", "", _PLACES))

            return respond

        return add

    return route


def share_with_all_sites(server: flask.Flask) -> None:
    """Let scripts of other sites read the API (CORS), and answer other methods than GET with a problem."""

    @server.after_request
    def allow(response: flask.Response) -> flask.Response:
        if flask.request.path.startswith("/api/v1"):
            headers = response.headers
            headers["Access-Control-Allow-Origin"] = "*"
            headers["Access-Control-Expose-Headers"] = "ETag, Retry-After, Content-Disposition"
            if flask.request.method == "OPTIONS":
                headers["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
                headers["Access-Control-Allow-Headers"] = "If-None-Match, Accept"
                headers["Access-Control-Max-Age"] = "86400"
        return response
