"""What a figure of an area stands beside: England's figure and the spread of the areas of its type.

Both are the same for every area of the type, so they are worked out once a publication: the newest of each series
for a whole type of area, and older ones (of an area whose own series ended before) when they are first needed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from math import isfinite, nan
from typing import TYPE_CHECKING, Any

from dashboard.answers.profile import Reference, Spine, Spread
from dashboard.queries.rows import age_there
from indicators.statistics.spine import scales

if TYPE_CHECKING:
    from dashboard.address.context import Context
    from indicators.catalogue import Indicator
    from indicators.store.summaries import SeriesKey

MOST_OLDER = 4_000
"""Older references of a type of area that are held at once; some 400 bytes each."""


def references_of(
    context: Context, keys: Collection[SeriesKey], area_types: Sequence[str]
) -> list[tuple[str | None, Reference]]:
    """For each series and period the type of area it is known for, the first of ``area_types`` first, and its reference.

    The type is None, and the reference without a spread, where no spread is known.
    """
    known = [(area_type, _newest(context, area_type)) for area_type in area_types]
    answer: list[tuple[str | None, Reference] | None] = []
    for key in keys:
        answer.append(next(((area_type, newest[key]) for area_type, newest in known if key in newest), None))
    missing = [key for key, found in zip(keys, answer, strict=True) if found is None]
    older = _older_of(context, missing, tuple(area_types)) if missing else {}
    return [found if found is not None else older[key] for key, found in zip(keys, answer, strict=True)]


def _older_of(
    context: Context, keys: Sequence[SeriesKey], area_types: tuple[str, ...]
) -> Mapping[SeriesKey, tuple[str | None, Reference]]:
    """Older references: few, and mostly of the same periods, so those found once are found again."""
    nothing: dict[SeriesKey, tuple[str | None, Reference]] = {}
    known = context.cached(("older references", area_types), lambda: nothing)
    missing = [key for key in keys if key not in known]
    if missing:
        found = _older(context, missing, area_types)
        if len(known) + len(found) > MOST_OLDER:
            known.clear()
            found |= _older(context, [key for key in keys if key not in found], area_types)
        known.update(found)
    return known


def spine_of(reference: Reference, row: Mapping[str, Any]) -> Spine | None:
    """Where a figure and its interval stand on the spine of its reference; None where no spine can be drawn."""
    value, scale, england = row["value"], reference.scale, reference.england
    if value is None or scale is None or england is None:
        return None
    place = _place(value, england, scale)
    if place is None:
        return None
    lower, upper = row["lower_ci_95"], row["upper_ci_95"]
    left = None if lower is None else _place(lower, england, scale)
    right = None if upper is None else _place(upper, england, scale)
    if left is None or right is None:
        left = right = None
    elif left > right:
        left, right = right, left
    return Spine(
        place, left, right, reference.low5, reference.low25, reference.high75, reference.high95
    )  # fmt: skip


def _place(value: float, england: float, scale: float) -> float | None:
    away = value - england
    if away == 0:
        return 0.0
    place = away * scale
    return place if isfinite(place) else None


def _newest(context: Context, area_type: str) -> Mapping[SeriesKey, Reference]:
    """The references of the newest figures of a type of area, by series and period."""

    def build() -> dict[SeriesKey, Reference]:
        spreads = {_key(row): row for row in context.store.newest_spreads(area_type)}
        return _made(context, list(spreads), spreads)

    return context.cached(("references", area_type), build)


def _older(
    context: Context, keys: Sequence[SeriesKey], area_types: Sequence[str]
) -> dict[SeriesKey, tuple[str | None, Reference]]:
    spreads: dict[SeriesKey, Mapping[str, Any]] = {}
    for row in context.store.spreads_of(keys, area_types):
        known = spreads.get(_key(row))
        if known is None or area_types.index(row["area_type"]) < area_types.index(known["area_type"]):
            spreads[_key(row)] = row
    made = _made(context, keys, spreads, area_types[0] if area_types else None)
    return {
        key: (spreads[key]["area_type"] if key in spreads else None, reference)
        for key, reference in made.items()
    }


def _key(row: Mapping[str, Any]) -> SeriesKey:
    return (row["indicator_id"], row["sex"], row["age"], row["breakdown"], row["period"])


def _made(
    context: Context,
    keys: Sequence[SeriesKey],
    spreads: Mapping[SeriesKey, Mapping[str, Any]],
    area_type: str | None = None,
) -> dict[SeriesKey, Reference]:
    """References from spreads and England's figures; all scales come from one call."""
    keys = [key for key in keys if key[0] in context.catalogue]
    if not keys:
        return {}
    there = {}
    for name, sex, age, breakdown, period in keys:
        key = (name, sex, age, breakdown, period)
        own_type = spreads[key]["area_type"] if key in spreads else area_type
        band = age if own_type is None else age_there(context, name, sex, age, breakdown, own_type, "england")
        there[key] = (name, sex, band, breakdown, period)
    national = context.store.national(list(dict.fromkeys(there.values())))
    values = {key: national.get(there[key], (None, "")) for key in keys}

    made = made_references(
        [
            (
                values[key][0],
                values[key][1] == "illustrative",
                spreads.get(key),
                context.catalogue[key[0]],
            )
            for key in keys
        ]
    )
    return dict(zip(keys, made, strict=True))


def made_references(
    parts: Sequence[tuple[float | None, bool, Mapping[str, Any] | None, Indicator]],
) -> list[Reference]:
    """References of (England's figure, whether it is illustrative, the spread, the indicator).

    A spread is a row of the table ``distribution``. A count has no spine. All scales come from one call.
    """

    def column(name: str) -> list[float]:
        return [_number(None if spread is None else spread[name]) for _, _, spread, _ in parts]

    found = scales(
        [_number(england) if indicator.comparable else nan for england, _, _, indicator in parts],
        column("minimum"),
        column("maximum"),
        [indicator.polarity for *_, indicator in parts],
    )
    return [
        # beside a figure that is compared with nothing no figure for England stands
        _reference(None if indicator.not_compared else england, is_illustrative, spread, float(scale))
        for (england, is_illustrative, spread, indicator), scale in zip(parts, found, strict=True)
    ]


def _reference(
    england: float | None, is_illustrative: bool, spread: Mapping[str, Any] | None, scale: float
) -> Reference:
    if spread is None:
        return Reference(england, is_illustrative)
    of_type = Spread(
        spread["area_type"],
        *(spread[name] for name in ("minimum", "p5", "p25", "p75", "p95", "maximum")),
    )
    if england is None or scale != scale:  # nan
        return Reference(england, is_illustrative, of_type)
    bars = _ordered(
        None if number is None else _place(number, england, scale)
        for number in (of_type.p5, of_type.p25, of_type.p75, of_type.p95)
    )
    return Reference(england, is_illustrative, of_type, scale, *bars)


def _ordered(places: Iterable[float | None]) -> tuple[float | None, ...]:
    """Left to right, since a mirrored spine turns them round; all None where one is missing."""
    given = list(places)
    present = [place for place in given if place is not None]
    return tuple(sorted(present)) if len(present) == len(given) else (None,) * len(given)


def _number(value: float | None) -> float:
    return nan if value is None else float(value)
