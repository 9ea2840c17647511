"""What sub-ICB locations are called: NHS England names them by a code alone, people know them by their place.

``NHS West Yorkshire ICB - 15F`` is shown as ``NHS West Yorkshire ICB – Leeds (15F)``. The place is worked out from the
register's own facts; the publisher's name stays as ``Area.official_name``, and finds the area too.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from geodata.records import Area, Membership, Succession

_LOCATION, _FORMER, _DISTRICT = "sub_icb", "ccg", "ltla"
_OFFICIAL = re.compile(r"(?P<board>NHS .+ ICB) - (?P<ods_code>\w+)")
_MOST = 0.9
"""Share of a predecessor from which on its name is still that of the place."""
_WHOLE = 0.995


def named_by_place(
    areas: Sequence[Area], memberships: Iterable[Membership], successions: Iterable[Succession]
) -> list[Area]:
    """The areas, with sub-ICB locations named by their place; every other area as it is.

    The only location of a board needs no place: ``NHS Dorset ICB (11J)``. Otherwise the place is that of the clinical
    commissioning group (CCG) whose code the location kept, or that went to it nearly whole; of the location that it took
    over from; or the district that it is. Where none of these says a place, the publisher's name is kept.
    """
    codes_of_board: dict[str, set[str]] = defaultdict(set)
    for area in areas:
        if area.area_type == _LOCATION and (official := _OFFICIAL.fullmatch(area.name)):
            codes_of_board[official["board"]].add(official["ods_code"])
    if not codes_of_board:
        return list(areas)
    places = _Places(areas, memberships, successions)
    return [_named(area, codes_of_board, places) if area.area_type == _LOCATION else area for area in areas]


def _named(area: Area, codes_of_board: Mapping[str, set[str]], places: _Places) -> Area:
    official = _OFFICIAL.fullmatch(area.name)
    if official is None:
        return area
    board, ods_code = official["board"], official["ods_code"]
    if len(codes_of_board[board]) == 1:
        return replace(area, name=f"{board} ({ods_code})", official_name=area.name)
    place = places.of(area.area_code)
    if place is None:
        return area
    return replace(area, name=f"{board} – {place} ({ods_code})", official_name=area.name)


class _Places:
    """The place that each sub-ICB location is known by."""

    def __init__(
        self, areas: Iterable[Area], memberships: Iterable[Membership], successions: Iterable[Succession]
    ) -> None:
        self._names = {(area.area_code, area.area_type): area.name for area in areas}
        self._before: dict[str, list[Succession]] = defaultdict(list)
        for change in successions:
            if change.area_type in (_FORMER, _LOCATION):
                self._before[change.successor_code].append(change)
        self._districts: dict[str, list[Membership]] = defaultdict(list)
        for link in memberships:
            if link.child_type == _DISTRICT and link.parent_type == _LOCATION and link.end_on is None:
                self._districts[link.parent_code].append(link)

    def of(self, area_code: str) -> str | None:
        """The place, None where no fact names one."""
        former = self._names.get((area_code, _FORMER))
        if former is not None:
            return former.removeprefix("NHS ").removesuffix(" CCG")
        before = max(self._before[area_code], key=lambda change: change.share, default=None)
        if before is not None and before.share >= _MOST:
            return self._former_place(before)
        districts = self._districts[area_code]
        if len(districts) == 1 and districts[0].share >= _WHOLE:
            return self._names.get((districts[0].child_code, _DISTRICT))
        return None

    def _former_place(self, before: Succession) -> str | None:
        if before.area_type == _LOCATION:
            return self.of(before.predecessor_code)
        former = self._names.get((before.predecessor_code, _FORMER))
        return former and former.removeprefix("NHS ").removesuffix(" CCG")
