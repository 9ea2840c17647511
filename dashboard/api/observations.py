"""``/api/v1/observations``: figures by any choice, as JSON in pages, CSV to the end, a workbook or JSON-stat."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from operator import itemgetter
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import flask
import orjson

from dashboard import sentences
from dashboard.address.root import at_root
from dashboard.address.view import clipped
from dashboard.answers.observations import Observation, Run, Wanted
from dashboard.api import questions
from dashboard.api.answering import answering, held, not_modified, tag_of_moment
from dashboard.api.checking import (
    GROUPS,
    known_codes,
    known_groups,
    known_indicator,
    known_period,
    known_type,
)
from dashboard.api.formats import CSV, XLSX, attached, flat, json_stat
from dashboard.api.problems import BadRequest
from dashboard.exports.rows_csv import FigureRows, figures_csv
from dashboard.exports.sheets_xlsx import workbook
from dashboard.queries.absence import absence
from dashboard.queries.geography import ENGLAND
from dashboard.queries.observations import (
    chosen_periods,
    known_periods,
    observations,
    parent_of,
    plan_of,
    runs,
)
from dashboard.queries.rows import age_there
from dashboard.sentences import absence as absence_words
from indicators.periods import Period
from indicators.store.selection import Selection

if TYPE_CHECKING:
    from dashboard.address.context import Context

_MOST_REASONS = 5
_MOST_HELD = 20_000  # rows of a CSV that is made before it is sent; longer ones are sent while they are made
_MOST_STREAMS = 2  # at once in one process, so that others are answered too
_streams = BoundedSemaphore(_MOST_STREAMS)
_KEPT_OF_RELEASE = (
    "publisher", "publication", "edition", "published_on", "loaded_at", "licence", "url", "illustrative",
)  # fmt: skip


def register(server: flask.Flask, context: Context) -> None:
    """Add the route to a server."""

    @answering(server, context)("/api/v1/observations", questions.Observations)
    def figures(question: questions.Observations) -> Any:
        wanted = wanted_of(context, question)
        rows = FigureRows(context, parent_of(context, wanted) if wanted.parents else None)
        if question.format in ("csv", "csv-excel") and question.limit is None:
            return _csv(context, wanted, rows, for_excel=question.format == "csv-excel")
        most = question.limit or (
            questions.MOST_SHEET_ROWS if question.format == "xlsx" else questions.MOST_ROWS
        )
        if question.format in ("csv", "csv-excel"):
            first = islice(observations(context, wanted), most)
            lines = "".join(figures_csv(rows, first, for_excel=question.format == "csv-excel"))
            return attached(lines, "observations.csv", CSV)
        found, has_more = _first(runs(context, wanted), most)
        if has_more and question.format == "xlsx":
            words = f"a workbook has at most {most:,} rows, and this one would have more; ask for less, or for a CSV"
            raise BadRequest(400, "format", "xlsx", words, ("csv", "csv-excel", "json"))
        following = _next(question, found[-1]) if has_more else None
        if question.format == "json-stat":
            return json_stat(context, rows.records(found))
        metadata = metadata_of(context, found)
        if question.format == "xlsx":
            return attached(_sheets(rows.records(found), metadata), "observations.xlsx", XLSX)
        return {
            "observations": orjson.Fragment(rows.json_text(found)),
            "reason": None if found or wanted.after else reason(context, wanted),
            "next": following,
            "metadata": metadata,
        }


def wanted_of(context: Context, question: questions.Observations) -> Wanted:
    """What a question asks for, every value checked. Raises BadRequest."""
    ids = tuple(known_indicator(context, name) for name in question.indicator)
    order = {name: place for place, name in enumerate(context.catalogue)}
    ids = tuple(sorted(ids, key=order.__getitem__))
    for kind in question.area_type:
        known_type(context, kind)
    codes = known_codes(context, question.area, "area", question.name)
    parents = known_codes(context, question.parent, "parent", question.name)
    for name in GROUPS:
        known_groups(context, ids, name, getattr(question, name))
    known_period(context, ids, question.period)
    return Wanted(
        ids,
        question.area_type,
        codes,
        parents,
        question.period,
        question.sex,
        question.age,
        question.breakdown,
        question.groups == "all",
        _position(question.cursor, ids),
    )


# ---- pages ---------------------------------------------------------------------------------------------


def _first(found: Iterable[Run], most: int) -> tuple[list[Run], bool]:
    """Up to ``most`` figures, and whether there are more."""
    taken: list[Run] = []
    room = most
    for run in found:
        if len(run.rows) > room:
            return ([*taken, run._replace(rows=run.rows[:room])] if room else taken), True
        taken.append(run)
        room -= len(run.rows)
    return taken, False


def _next(question: questions.Observations, last: Run) -> str:
    """The address of the page after one that ends with a run: it names the last figure, not a number of rows, so that it
    stays right when figures are added.
    """
    key = [last.indicator_id, *last.group, last.rows[-1][0]]
    cursor = base64.urlsafe_b64encode(orjson.dumps(key)).decode().rstrip("=")
    given = [(name, text) for name, text in flask.request.args.items(multi=True) if name != "cursor"]
    query = urlencode([*given, ("cursor", cursor)], safe=",/:")
    return at_root(f"/api/v1/observations?{query}")


def _position(cursor: str | None, ids: Sequence[str]) -> tuple[str, str, str, str, str, str] | None:
    if cursor is None:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        key = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        first, period, sex, age, group, code = (str(part) for part in key)
    except (binascii.Error, ValueError, TypeError) as error:
        words = "cursor is none that this address gave; take it from “next” in an answer, or leave it out"
        raise BadRequest(400, "cursor", cursor, words) from error
    if first not in ids:
        words = (
            f"cursor is of {clipped(first)!r}, which is not asked for; keep the other parameters as they were"
        )
        raise BadRequest(400, "cursor", cursor, words)
    return first, period, sex, age, group, code


# ---- CSV -----------------------------------------------------------------------------------------------


def _csv(context: Context, wanted: Wanted, rows: FigureRows, *, for_excel: bool) -> flask.Response:
    """Every row: made whole and kept where there are few, else sent while it is made."""
    plan = plan_of(context, wanted)
    pieces = figures_csv(rows, observations(context, wanted, plan), for_excel=for_excel)
    if plan.most <= _MOST_HELD:
        return attached("".join(pieces), "observations.csv", CSV)
    tag = tag_of_moment(context)
    if sent := held(tag):
        return not_modified(sent)
    if not _streams.acquire(blocking=False):
        words = (
            "Other large files are being sent just now. Ask again in a few seconds, or for less at a time."
        )
        raise BadRequest(503, "", "", words)
    try:
        first = next(pieces)  # a store that cannot be read is noticed before the first byte
    except BaseException:
        _streams.release()
        raise
    response = attached(b"", "observations.csv", CSV)
    response.response = _Sent(chain((first,), pieces), _streams.release)
    response.headers.pop("Content-Length", None)
    response.set_etag(tag)
    return response


class _Sent:
    """Pieces of an answer, and what is done once when the last is sent or the client has gone."""

    def __init__(self, pieces: Iterator[str], ended: Callable[[], None]) -> None:
        self._pieces = (piece.encode() for piece in pieces)
        self._ended: Callable[[], None] | None = ended

    def __iter__(self) -> Iterator[bytes]:
        return self._pieces

    def close(self) -> None:
        self._pieces.close()
        if self._ended is not None:
            self._ended()
            self._ended = None


# ---- what stands beside the figures --------------------------------------------------------------------


_status_of, _release_of = itemgetter(8), itemgetter(9)  # of the rows of a run


def metadata_of(context: Context, found: Sequence[Run]) -> dict[str, Any]:
    """What the figures rest on: indicators with unit, periods with days, releases with publisher, benchmarks."""
    releases = context.releases()
    sources: dict[tuple[str, str], None] = {}
    illustrative = set()
    for run in found:
        for release_id in dict.fromkeys(map(_release_of, run.rows)):
            sources[run.indicator_id, release_id] = None
        if "illustrative" in map(_status_of, run.rows):
            illustrative.add(run.indicator_id)
    names = dict.fromkeys(release_id for _, release_id in sources)
    publishers: dict[str, dict[str, None]] = {}
    for indicator_id, release_id in sources:
        if release_id in releases:
            publishers.setdefault(indicator_id, {})[releases[release_id]["publisher"]] = None
    return {
        "publication": context.publication_id(),
        "indicators": {
            indicator_id: {
                **described(context, indicator_id),
                "publishers": list(publishers.get(indicator_id, ())),
                "illustrative": indicator_id in illustrative,
            }
            for indicator_id in dict.fromkeys(run.indicator_id for run in found)
        },
        "periods": {iso: period_of(iso) for iso in dict.fromkeys(run.group[0] for run in found)},
        "releases": {
            name: {key: releases[name][key] for key in _KEPT_OF_RELEASE} for name in names if name in releases
        },
        "benchmarks": _benchmarks(context, found),
    }


def described(context: Context, indicator_id: str) -> dict[str, Any]:
    """What has to be known of an indicator to read its figures."""
    indicator = context.catalogue[indicator_id]
    return {
        "title": indicator.title,
        "short_title": indicator.short_title,
        "unit": indicator.unit,
        "unit_words": sentences.unit_words(indicator),
        "decimal_places": indicator.decimal_places,
        "polarity": indicator.polarity,
        "comparable": indicator.comparable,
        "ended": indicator.ended,
    }


def period_of(iso: str) -> dict[str, str]:
    """The days and the label of a period."""
    period = Period.parse(iso)
    return {
        "start_on": period.start_on.isoformat(),
        "end_on": period.end_on.isoformat(),
        "label": sentences.period_words(iso),
    }


def _benchmarks(context: Context, found: Sequence[Run]) -> list[dict[str, Any]]:
    """England's figure of each indicator, period and group in the answer, where the indicator can be compared."""
    keys: dict[tuple[str, str, str, str, str], None] = {}
    groups = dict.fromkeys((run.indicator_id, run.area_type, *run.group) for run in found)
    for indicator_id, area_type, period, sex, age, breakdown in groups:
        if context.catalogue[indicator_id].comparable:
            band = age_there(context, indicator_id, sex, age, breakdown, area_type, "england")
            keys[indicator_id, period, sex, band, breakdown] = None
    rows = FigureRows(context)
    answer = []
    for indicator_id, *key in keys:
        row = _england(context, indicator_id).get(tuple(key))
        if row is not None:
            answer.append(rows.record(row))
    return answer


def _england(context: Context, indicator_id: str) -> dict[tuple[str, ...], Observation]:
    """England's real figures of an indicator by (period, sex, age, breakdown)."""

    def build() -> dict[tuple[str, ...], Observation]:
        cells = context.store.select([Selection(indicator_id, area_codes=(ENGLAND,))])
        return {
            tuple(row[1:5]): Observation(indicator_id, "england", tuple(row))
            for _, row in cells
            if row[12] != "illustrative"
        }

    return context.cached(("england", indicator_id), build)


def _sheets(records: Sequence[Mapping[str, Any]], metadata: Mapping[str, Any]) -> bytes:
    """Figures, indicators and releases as the sheets of a workbook."""
    tables = {
        "Observations": records,
        "Indicators": [{"indicator_id": name, **told} for name, told in metadata["indicators"].items()],
        "Releases": [{"release_id": name, **told} for name, told in metadata["releases"].items()],
    }
    return workbook([(name, *flat(rows)) for name, rows in tables.items()])


def reason(context: Context, wanted: Wanted) -> str:
    """Why there are no figures, in words: of each indicator that was asked for."""
    words = []
    group = {
        "sex": _single(wanted.sexes),
        "age": _single(wanted.ages),
        "breakdown": _single(wanted.breakdowns),
    }
    for indicator_id in wanted.indicator_ids[:_MOST_REASONS]:
        why = absence(
            context,
            indicator_id,
            area_type=_single(wanted.area_types),
            area_codes=wanted.area_codes,
            parent=wanted.parents[0] if wanted.parents else None,
            period=_single_period(context, indicator_id, wanted.period),
            group=group,
        )
        words.append(absence_words.reason(why))
    return " ".join(dict.fromkeys(words))


def _single(texts: Sequence[str]) -> str | None:
    return texts[0] if len(texts) == 1 else None


def _single_period(context: Context, indicator_id: str, text: str) -> str | None:
    """The ISO period that a text names; None for the newest, for all and for a span of time."""
    if text in ("latest", "all") or ".." in text:
        return None
    found = chosen_periods(text, known_periods(context, indicator_id))
    return found[0] if found else None
