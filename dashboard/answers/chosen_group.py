"""What was understood of the areas that someone wants to add up as one group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from geodata.register import Area


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A piece of text that names no area, and areas whose names are like it, the closest first."""

    text: str
    like: tuple[Area, ...]


@dataclass(frozen=True, slots=True)
class ChosenGroup:
    """Areas for a group, as far as they are known.

    name         as given, empty without one
    area_type    the type of its members
    members      each land once, by name
    repeated     members that were given more than once
    other_type   areas that are of another type, and therefore no members
    unmatched    pieces of text that name no area
    problem      why there is no such group: ``few`` or ``many`` members, ``refused``; empty where there is one
    reason       of ``refused`` in words
    title        what pages call the group; empty where there is none
    code         of the group (``custom:E06000015+E06000018``), empty where there is none
    notes        sentences on members that count with another one
    is_asked     whether anything was given at all
    """

    name: str
    area_type: str
    members: tuple[Area, ...] = ()
    repeated: tuple[Area, ...] = ()
    other_type: tuple[Area, ...] = ()
    unmatched: tuple[Unmatched, ...] = ()
    problem: Literal["", "few", "many", "refused"] = ""
    reason: str = ""
    title: str = ""
    code: str = ""
    notes: tuple[str, ...] = ()
    is_asked: bool = False
