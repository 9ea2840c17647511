"""Which areas share land with an area, with both shares; and which areas lie at a point."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from dashboard.answers.overlaps import AtPoint, Overlap
from dashboard.queries.finding import places
from dashboard.queries.geography import ENGLAND, holders
from dashboard.queries.overlaps import overlap, parts_of

if TYPE_CHECKING:
    from dashboard.address.context import Context
    from geodata.register import Area, Register


def overlaps(register: Register, area: Area, area_type: str, on: date) -> tuple[Overlap, ...]:
    """The areas of a type that share land with an area on a day, the largest share of the area first.

    Shares are those of ``queries.overlaps``. Raises UnknownAreaType.
    """
    own = parts_of(register, area.area_code, on)
    found = []
    for other in _standing(register, register.area_type(area_type).area_type, on):
        if other.area_code == area.area_code or own.keys().isdisjoint(
            parts_of(register, other.area_code, on)
        ):
            continue
        pair = overlap(register, area.area_code, other.area_code, on)
        found.append(Overlap(other, pair.of_first, pair.of_second))
    return tuple(
        sorted(found, key=lambda pair: (-(pair.of_area or 0), -(pair.of_other or 0), pair.area.area_code))
    )


def _standing(register: Register, area_type: str, on: date) -> list[Area]:
    return [other for other in register if other.area_type == area_type and other.alive(on)]


def areas_at(context: Context, latitude: float, longitude: float) -> AtPoint | None:
    """The named place nearest to a point, the council most of its residents live in and what that lies in today.

    None where no place is near. Raises NoIndex.
    """
    register, today = context.register, context.today()
    near = places(context).nearest(latitude, longitude)
    if not near:
        return None
    # of several places at one spot the smallest kind says most: those are listed last
    place = next((place for place in near if len(place.authorities) == 1), near[0])
    council = register.area(place.authorities[0].area_code)
    lies_in = []
    for kind in register.area_types.values():
        if kind.area_type in (council.area_type, "uk") or not kind.vintages:
            continue
        found = holders(register, council.area_code, kind.area_type, today, area_type=council.area_type)
        lies_in += [
            Overlap(register.area(share.area_code, kind.area_type), share.share, None) for share in found
        ]
    england = register.area(ENGLAND)
    if all(part.area.area_code != ENGLAND for part in lies_in):
        lies_in.append(Overlap(england, 1.0, None))
    return AtPoint(place, council, tuple(lies_in))
