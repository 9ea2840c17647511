"""What is known to help: by indicator, by health condition, and the programmes that have to do with an area."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from dashboard.answers.evidence import AreaEvidence, EvidenceList, LocalProgramme, Relation
from dashboard.queries.geography import inside, same_land
from geodata.register import Area
from indicators.catalogue.shown import PEOPLE, Condition
from indicators.evidence import HEADLINES, Piece, Programme

if TYPE_CHECKING:
    from dashboard.address.context import Context

_WHOLE_COUNTRY = ("england", "uk")
_NEAREST_FIRST: tuple[Relation, ...] = ("here", "inside", "holds", "part")


def area_evidence(context: Context, area: Area) -> AreaEvidence:
    """The programmes of an area, the nearest first, and the interventions of the three main questions."""
    evidence = context.evidence()
    by_headline = tuple(
        (headline, tuple(piece for piece in evidence.interventions.values() if piece.headline == headline))
        for headline in HEADLINES
    )
    return AreaEvidence(area, local_programmes(context, area), by_headline, evidence.papers)


def local_programmes(context: Context, area: Area) -> tuple[LocalProgramme, ...]:
    """The programmes of an area, of the places it lies in, and of those that lie in it; of those the nearest first.

    A whole country has none of its own.
    """
    if area.area_type in _WHOLE_COUNTRY:
        return ()
    programmes = context.evidence().programmes.values()
    codes = dict.fromkeys(code for programme in programmes for code in (*programme.areas, *programme.part_of))
    related = _related(context, area, codes)
    found = []
    for programme in programmes:
        own = [related[code] for code in programme.areas if code in related]
        if own:
            # the places by which it is nearest: a region also holds the council that is named
            relation = min((relation for _, relation in own), key=_NEAREST_FIRST.index)
            places = tuple(place for place, other in own if other == relation)
            found.append(LocalProgramme(programme, places, relation))
            continue
        wider = tuple(related[code][0] for code in programme.part_of if code in related)
        if wider:
            found.append(LocalProgramme(programme, wider, "part"))
    return tuple(sorted(found, key=lambda local: _NEAREST_FIRST.index(local.relation)))


def _related(context: Context, area: Area, codes: Iterable[str]) -> dict[str, tuple[Area, Relation]]:
    """The places that an area is, lies in or holds, by their codes; each of the codes is looked up once."""
    register, today = context.register, context.today()
    own = {area.area_code, *same_land(register, area.area_code)}
    types = register.area_types
    found: dict[str, tuple[Area, Relation]] = {}
    of_type: dict[str, list[str]] = {}
    for code in codes:
        place = register.area(code)
        if code in own:
            found[code] = (area, "here")
        elif area.area_code in _all_inside(context, code, area.area_type, today):
            found[code] = (place, "inside")
        elif types[place.area_type].nearness < types[area.area_type].nearness:
            of_type.setdefault(place.area_type, []).append(code)
    # what the area holds is asked once for each smaller type
    for area_type, places in of_type.items():
        for code in inside(register, area.area_code, area_type, today, places).area_codes:
            found[code] = (register.area(code), "holds")
    return found


def _all_inside(context: Context, code: str, area_type: str, on: date) -> frozenset[str]:
    """All areas of a type, of whatever vintage, that lie in a place: worked out once, since programmes name few places."""

    def build() -> frozenset[str]:
        codes = [area.area_code for area in context.register if area.area_type == area_type]
        return frozenset(inside(context.register, code, area_type, on, codes).area_codes)

    return context.cached(("all inside", code, area_type, on), build)


def evidence_list(
    context: Context,
    *,
    condition: str | None = None,
    indicator_id: str | None = None,
    area: Area | None = None,
) -> EvidenceList:
    """Evidence for a group of people, that goes with an indicator, or (programmes only) that has to do with an area.

    What is left out does not narrow the list; evidence that is for no group in particular goes with none of them.
    """
    evidence = context.evidence()

    def is_wanted(piece: Piece) -> bool:
        return (condition is None or condition in piece.conditions) and (
            indicator_id is None or indicator_id in piece.indicators
        )

    programmes: Sequence[LocalProgramme]
    if area is not None and area.area_type not in _WHOLE_COUNTRY:
        programmes = local_programmes(context, area)
    else:
        programmes = [_everywhere(context, programme) for programme in evidence.programmes.values()]
    return EvidenceList(
        tuple(piece for piece in evidence.interventions.values() if is_wanted(piece)),
        tuple(local for local in programmes if is_wanted(local.programme)),
        evidence.papers,
    )


def _everywhere(context: Context, programme: Programme) -> LocalProgramme:
    """A programme with all its places."""
    codes = programme.areas or programme.part_of
    places = tuple(context.register.area(code) for code in codes)
    return LocalProgramme(programme, places, "here" if programme.areas else "part")


def indicators_with_evidence(context: Context) -> tuple[str, ...]:
    """Ids of the indicators that any evidence goes with, in the order of the catalogue."""
    evidence = context.evidence()
    pieces = (*evidence.interventions.values(), *evidence.programmes.values())
    named = {indicator_id for piece in pieces for indicator_id in piece.indicators}
    return tuple(indicator_id for indicator_id in context.catalogue if indicator_id in named)


def conditions_with_evidence(context: Context) -> tuple[Condition, ...]:
    """The groups of people that any evidence is for, in the order of ``PEOPLE``."""
    evidence = context.evidence()
    pieces = (*evidence.interventions.values(), *evidence.programmes.values())
    named = {condition for piece in pieces for condition in piece.conditions}
    return tuple(condition for condition in PEOPLE if condition in named)
