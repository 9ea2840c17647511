"""What is wrong with an address, in words, with a status and ways on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlencode

from dashboard.address.keys import KEYS
from geodata import groups
from geodata.register import Register, UnknownArea


@dataclass(frozen=True, slots=True)
class Problem:
    """An address that cannot be shown: what is wrong in words, and ways on as (words, href).

    503 stands for a store that cannot be read."""

    status: Literal[400, 404, 503]
    heading: str
    words: str
    links: tuple[tuple[str, str], ...] = ()
    parameter: str = ""
    value: str = ""
    known: tuple[str, ...] = ()


def clipped(text: str, most: int = 60) -> str:
    """Someone else's text, short enough to be repeated in a sentence."""
    printable = "".join(character if character.isprintable() else " " for character in text)
    return printable if len(printable) <= most else f"{printable[:most]}…"


def unknown_area(area_code: str, parameter: str = "area") -> Problem:
    """The 404 for a code that the register does not know."""
    return Problem(
        404,
        "We do not know this area",
        f"No area has the code “{clipped(area_code)}”. Area codes are nine characters, such as E06000018 for "
        "Nottingham. You can look for a place by its name instead.",
        (("Find your area by name", "/"), ("Go to the map", "/map")),
        parameter,
        clipped(area_code),
    )


def bad_group(given: str, why: groups.BadGroup, parameter: str = "area") -> Problem:
    """The 400 for areas that cannot be put together."""
    return Problem(
        400,
        "These areas cannot be put together",
        f"{why}.",
        (
            # the page that makes groups takes the areas as far as they fit
            ("Change the areas of the group", f"/groups?{urlencode({'members': groups.plain_code(given)})}"),
            ("Find your area by name", "/"),
            ("Go to the map", "/map"),
        ),
        parameter,
        clipped(given),
    )


def unknown_choice(key: str, value: str, known: Iterable[str]) -> Problem:
    """The 400 for a value that is not one of the known ones."""
    choices = tuple(known)
    return Problem(
        400,
        f"We do not know this {KEYS[key].label}",
        f"“{clipped(value)}” is not one of: {', '.join(choices)}.",
        (("Start from the map", "/map"),),
        key,
        clipped(value),
        choices,
    )


def area_code_of(
    register: Register, given: str, values: Mapping[str, str], notes: list[str], parameter: str
) -> str | Problem:
    """The code that pages use for one of the address; what was not taken as given goes to ``notes``."""
    try:
        code, own_notes = groups.code_of(given, register, values.get("name", ""))
    except groups.BadGroup as error:
        return bad_group(given, error, parameter)
    except UnknownArea as error:
        # of a group the message is the code of the member that is not known
        return unknown_area(str(error) if groups.is_group(given) else given, parameter)
    notes.extend(note for note in own_notes if note not in notes)
    return code
