"""Which area people mean by a name or a code, among those that a question is about."""

from __future__ import annotations

from collections.abc import Collection

from geodata.register import Register, UnknownArea

_MOST_NAMED = 8


def area_named(register: Register, text: str, among: Collection[str]) -> str:
    """The code of the area called ``text``, of the codes ``among``: ``E08000035``, ``Leeds``, ``leeds``.

    A code of the register is taken as it is, in ``among`` or not. Of several areas that a name begins, the one whose
    whole name it is. Raises UnknownArea that names those it may be.
    """
    code = text.strip().upper()
    if code in register:
        return code
    found = [area for area in register.search(text, limit=1000) if area.area_code in among]
    whole = [area for area in found if area.name.casefold() == text.strip().casefold()]
    for areas in (whole, found):
        if len(areas) == 1:
            return areas[0].area_code
    if not found:
        raise UnknownArea(f"no area with figures has the code or the name {text!r}")
    named = ", ".join(f"{area.name} ({area.area_code})" for area in (whole or found)[:_MOST_NAMED])
    raise UnknownArea(f"{text!r} may be any of these areas: {named}; give the code of one")
