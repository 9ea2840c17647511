"""Releases that wait in quarantine, before and after. No other page, file or API reads what they hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dashboard.answers.quarantine import Held, HeldFigure, HeldFile, HeldLine, HeldMap
from dashboard.queries.freshness import source_states
from dashboard.queries.shapes import KINDS, best_vintage, drawn_for, shapes, vintages
from dashboard.queries.small_map import small_drawing

if TYPE_CHECKING:
    from dashboard.address.context import Context
    from dashboard.answers.freshness import SourceState
    from dashboard.answers.shapes import Shapes

FEWEST_ON_A_MAP = 5
"""Areas with a figure from which the values can be put into five classes."""
_Line = Mapping[str, Any]
_Values = dict[str, float | None]


def waiting(context: Context) -> tuple[SourceState, ...]:
    """The sources of which a release waits in quarantine. Not cached: a run that waits is no publication."""
    return tuple(state for state in source_states(context) if context.store.held(state.source_id) is not None)


def held(context: Context, source_id: str) -> Held | None:
    """What waits of a source; None where nothing does, or where there is no such source."""
    state = next((state for state in source_states(context) if state.source_id == source_id), None)
    run = context.store.held(source_id) if state else None
    if state is None or run is None:
        return None
    details = run["details"]
    difference = details.get("diff") or {"indicators": {}, "reasons": []}
    kept = run["held"] or {"lines": [], "left_out": 0}
    known = [line for line in kept["lines"] if line["indicator_id"] in context.catalogue]
    return Held(
        state,
        run["finished_at"],
        run["message"],
        tuple(difference["reasons"]),
        tuple(
            HeldFile(edition["edition"], file["file_name"], file["sha256"])
            for edition in details.get("editions", ())
            for file in edition.get("files", ())
        ),
        tuple(
            (_name_of(context, indicator_id), counts)
            for indicator_id, counts in difference["indicators"].items()
        ),
        tuple(_line(context, line) for line in known),
        kept["left_out"],
        tuple(sorted({line["indicator_id"] for line in kept["lines"]} - set(context.catalogue))),
        run["held"] is None and not difference["reasons"],
    )


def _name_of(context: Context, indicator_id: str) -> str:
    known = context.catalogue.get(indicator_id)
    return indicator_id if known is None else known.short_title


def _line(context: Context, line: _Line) -> HeldLine:
    register = context.register
    figures = [
        HeldFigure(
            code, register.area(code).name if code in register else code, (was, was_status), (now, now_status)
        )
        for code, was, was_status, now, now_status in line["figures"]
    ]
    key = {name: line[name] for name in ("period", "sex", "age", "breakdown")}
    shown = context.store.line(line["indicator_id"], **key)
    before: _Values = {code: value for code, (value, status) in shown.items() if status != "illustrative"}
    before |= {figure.area_code: figure.before[0] for figure in figures}
    after = before | {figure.area_code: figure.after[0] for figure in figures}
    return HeldLine(
        context.catalogue[line["indicator_id"]],
        **key,
        # what is lost first, then what moves furthest
        figures=tuple(sorted(figures, key=_urgency)),
        shown=sum(value is not None for value in before.values()),
        map=_map(context, line["period"], before, after, [figure.area_code for figure in figures]),
    )


def _urgency(figure: HeldFigure) -> tuple[bool, float, str]:
    is_lost = figure.before[0] is not None and figure.after[0] is None
    return not is_lost, -abs(figure.change or 0.0), figure.area_name


def _map(
    context: Context, period: str, before: _Values, after: _Values, changed: Sequence[str]
) -> HeldMap | None:
    """The type of area with the most changes, drawn as the map would draw it."""
    register = context.register
    counts: dict[str, int] = {}
    for code in changed:
        for kind in register.types_of(code) if code in register else ():
            counts[kind] = counts.get(kind, 0) + 1
    for kind in sorted(counts, key=lambda kind: -counts[kind]):
        codes = [code for code in before if code in register and kind in register.types_of(code)]
        if sum(before[code] is not None for code in codes) < FEWEST_ON_A_MAP:
            continue
        drawn = _shapes(context, kind, codes, int(period[:4]))
        if drawn is None:
            continue
        places = {code: place for place, code in enumerate(drawn.area_codes)}
        return HeldMap(
            register.area_types[kind].plural,
            small_drawing(context, drawn),
            tuple(before.get(code) for code in drawn.area_codes),
            tuple(after.get(code) for code in drawn.area_codes),
            tuple(sorted(places[code] for code in changed if code in places)),
        )
    return None


def _shapes(context: Context, area_type: str, codes: Sequence[str], near: int) -> Shapes | None:
    for kind in KINDS:
        year = best_vintage(context.register, area_type, vintages(context, kind, area_type), codes, near)
        found = None if year is None else shapes(context, kind, area_type, year)
        if found is not None:
            return drawn_for(context.register, found, set(codes))
    return None
