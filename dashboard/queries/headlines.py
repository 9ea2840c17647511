"""Each of the three main questions answered for an area by the best real figures there are.

Which indicators answer a question, and in which order, are keys of their TOML (``answers``); whose figure is shown where an
area has none is the order of ``queries.stand_ins``. Illustrative figures never count.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from dashboard.answers.age import age_of
from dashboard.answers.catalogue import MissingSource
from dashboard.answers.headlines import (
    Answer,
    HeadlineAnswers,
    Lacking,
    Place,
    StandIn,
    Told,
    Unsaid,
    WhyLacking,
)
from dashboard.answers.profile import Line
from dashboard.queries.catalogue import sources_of
from dashboard.queries.geography import ENGLAND
from dashboard.queries.overlaps import part_type
from dashboard.queries.profile import is_compared, lines_from, main_rows
from dashboard.queries.releases import releases_of
from dashboard.queries.stand_ins import Series, areas_with, first_with, stand_ins_of
from geodata.register import Area
from indicators.catalogue import Indicator, answering
from indicators.catalogue.shown import HEADLINES, AnswerTo, Headline
from indicators.periods import Period

if TYPE_CHECKING:
    from dashboard.address.context import Context

Row = dict[str, Any]
Rows = Mapping[Series, Mapping[str, Row]]
"""The newest real row for everybody, by series and area; it may have no value."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """One indicator of one question with the areas that may speak, and the row that is shown; ``place`` None without one."""

    headline: Headline
    indicator: Indicator
    to: AnswerTo
    offered: tuple[StandIn, ...]
    is_loaded: bool

    @property
    def series(self) -> Series:
        return self.indicator.id, self.to.breakdown


def headlines(
    context: Context, area: Area, own_rows: Sequence[Row] | None = None
) -> tuple[HeadlineAnswers, ...]:
    """The three main questions in their order, each with what answers it for an area. Raises the store's errors.

    ``own_rows`` are all newest rows of the area (``Store.newest``), where a page has read them already.
    """
    own_newest = {} if own_rows is None else _by_breakdown(own_rows)
    asked = _asked(context, area, own_newest)
    rows = _newest(context, area.area_code, asked, own_newest if own_rows is not None else None)
    today = context.today()
    chosen: list[tuple[StandIn, Row] | None] = []
    for question in asked:
        held = {code: row for code, row in rows.get(question.series, {}).items() if row["value"] is not None}
        old = {code for code, row in held.items() if age_of(question.indicator, row, today).is_old}
        place = first_with(question.offered, held, old)
        chosen.append((place, held[place.area_code]) if place else None)
    seconds = [
        _second(question, pair[1], rows) if pair else None
        for question, pair in zip(asked, chosen, strict=True)
    ]
    unsaid = [
        _unsaid(question, rows, pair[0] if pair else None)
        for question, pair in zip(asked, chosen, strict=True)
    ]
    shown = [pair[1] for pair in (*chosen, *unsaid) if pair] + [row for row in seconds if row]
    lines = {id(row): line for row, line in zip(shown, lines_from(context, shown), strict=True)}
    told: dict[Headline, list[Told]] = {headline: [] for headline in HEADLINES}
    for question, pair, second, nearer in zip(asked, chosen, seconds, unsaid, strict=True):
        without = _without(context, nearer, lines) if nearer else None
        if pair is None:
            why: WhyLacking = "not_published"
            if not question.is_loaded or waiting_sources(context, area, question.indicator):
                why = "not_loaded"
            told[question.headline].append(Lacking(question.indicator, question.to, why, without))
            continue
        stand_in, row = pair
        line = lines[id(row)]
        told[question.headline].append(
            Answer(
                question.indicator,
                question.to,
                _place(context, stand_in, line.row["area_type"]),
                line,
                lines[id(second)] if second else None,
                without,
                next(iter(releases_of(context, [row])), None),
                _of_england(question.indicator, rows, question.series, row),
                _of_england(question.indicator, rows, (second["indicator_id"], question.to.breakdown), second)
                if second
                else None,
            )
        )
    return tuple(HeadlineAnswers(area, headline, tuple(told[headline])) for headline in HEADLINES)


def waiting_sources(context: Context, area: Area, indicator: Indicator) -> tuple[MissingSource, ...]:
    """The sources that would give figures of an indicator for areas of this type, and of which nothing is loaded."""
    kinds = set(context.register.land_types(area.area_code))
    here = {route.publication for route in indicator.routes if kinds.intersection(route.area_types)}
    return tuple(
        source
        for source in sources_of(context, indicator.id)
        if not source.is_loaded and here.intersection(source.publications)
    )


def _asked(context: Context, area: Area, own_newest: Mapping[str, Mapping[str, Row]]) -> list[_Asked]:
    catalogue = context.catalogue
    wanted = [
        (headline, indicator, to)
        for headline in HEADLINES
        for indicator, to in answering(catalogue, headline)
    ]
    among = areas_with(
        context,
        list(dict.fromkeys(indicator.id for _, indicator, _ in wanted)),
        list(dict.fromkeys(to.breakdown for _, _, to in wanted)),
    )
    settled = {
        (name, breakdown)
        for breakdown, rows in own_newest.items()
        for name, row in rows.items()
        if row["value"] is not None
    }
    series = [(indicator.id, to.breakdown) for _, indicator, to in wanted]
    offered = stand_ins_of(context, area.area_code, series, among, settled)
    return [
        _Asked(
            headline,
            indicator,
            to,
            offered[indicator.id, to.breakdown],
            (indicator.id, to.breakdown) in among,
        )
        for headline, indicator, to in wanted
    ]


def _newest(
    context: Context,
    area_code: str,
    asked: Sequence[_Asked],
    own_newest: Mapping[str, Mapping[str, Row]] | None,
) -> Rows:
    """The newest real rows of all areas that may speak: one question to the store for each breakdown."""
    found: dict[Series, dict[str, Row]] = {}
    for breakdown in dict.fromkeys(question.to.breakdown for question in asked):
        of_group = [question for question in asked if question.to.breakdown == breakdown]
        ids = [question.indicator.id for question in of_group]
        ids += [question.to.then for question in of_group if question.to.then]
        codes = dict.fromkeys(place.area_code for question in of_group for place in question.offered)
        # the area itself is on no other page: only those around it are cached
        around = [code for code in codes if code != area_code]
        ask = partial(_asked_rows, context, tuple(ids), breakdown)
        by_area = context.cached_each(("newest for headlines", tuple(ids), breakdown), around, ask)
        if own_newest is None:
            by_area |= ask([area_code])
        else:
            own = own_newest.get(breakdown, {})
            by_area[area_code] = {name: own[name] for name in ids if name in own}
        for code, rows in by_area.items():
            for name, row in rows.items():
                found.setdefault((name, breakdown), {})[code] = row
    return found


def _by_breakdown(own_rows: Iterable[Row]) -> dict[str, dict[str, Row]]:
    """By breakdown and indicator the newest real row for everybody, of the rows of one area."""
    found: dict[str, list[Row]] = {}
    for row in own_rows:
        found.setdefault(row["breakdown"], []).append(row)
    return {breakdown: _newest_of(rows) for breakdown, rows in found.items()}


def _asked_rows(
    context: Context, indicator_ids: tuple[str, ...], breakdown: str, area_codes: Sequence[str]
) -> dict[str, dict[str, Row]]:
    """By area and indicator the newest real row for everybody."""
    by_area: dict[str, list[Row]] = {code: [] for code in area_codes}
    for row in context.store.newest(area_codes, indicator_ids=indicator_ids, breakdown=breakdown):
        by_area[row["area_code"]].append(row)
    return {code: _newest_of(rows) for code, rows in by_area.items()}


def _newest_of(rows: Iterable[Row]) -> dict[str, Row]:
    """By indicator the newest real row for everybody, of the rows of one area."""
    found: dict[str, Row] = {}
    for row in main_rows(
        [row for row in rows if row["sex"] == "persons" and row["status"] != "illustrative"]
    ):
        before = found.get(row["indicator_id"])
        if before is None or _is_newer(row, before):
            found[row["indicator_id"]] = row
    return found


def _is_newer(row: Row, than: Row) -> bool:
    """With a value before without one, then by period."""

    def rank(found: Row) -> tuple[bool, Any]:
        return found["value"] is not None, Period.parse(found["period"]).sort_key

    return rank(row) > rank(than)


def _second(question: _Asked, row: Row, rows: Rows) -> Row | None:
    """The row that is shown after another one: of the same area and period."""
    then = question.to.then
    found = rows.get((then, question.to.breakdown), {}).get(row["area_code"]) if then else None
    return found if found and found["period"] == row["period"] and found["value"] is not None else None


def _of_england(indicator: Indicator, rows: Rows, series: Series, row: Row) -> Row | None:
    """England's row of the same period with a value; None beside a whole country and where nothing is compared."""
    if indicator.not_compared:
        return None
    found = rows.get(series, {}).get(ENGLAND)
    fits = found is not None and found["period"] == row["period"] and found["value"] is not None
    return found if fits and is_compared(row["area_code"]) else None


def _unsaid(question: _Asked, rows: Rows, told: StandIn | None) -> tuple[StandIn, Row] | None:
    """The nearest place with a row and no value, before the place whose figure is shown."""
    by_area = rows.get(question.series, {})
    for place in question.offered:
        if place == told:
            return None
        row = by_area.get(place.area_code)
        if row is not None and row["value"] is None:
            return place, row
    return None


def _without(context: Context, nearer: tuple[StandIn, Row], lines: Mapping[int, Line]) -> Unsaid:
    place, row = nearer
    return Unsaid(_place(context, place, lines[id(row)].row["area_type"]), row)


def _place(context: Context, stand_in: StandIn, area_type: str) -> Place:
    types = context.register.area_types
    area = context.register.area(stand_in.area_code, area_type)
    parts_kind = types[part_type(context.register)].plural
    return Place(area, stand_in.relation, types[area_type].name, stand_in.share, stand_in.parts, parts_kind)
