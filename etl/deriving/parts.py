"""Which smaller areas make up a larger one, in the vintage that the figures are published for."""

from __future__ import annotations

from etl.frames.observations import end_of
from geodata.parts import parts_of
from geodata.register import Register
from indicators.catalogue import Indicator
from indicators.store import types_on


class Memberships:
    """The parts of areas, each looked up once."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self._parts: dict[tuple[str, str, str, int], frozenset[str]] = {}
        self._vintages: dict[tuple[str, frozenset[str], str], int | None] = {}

    def vintage(self, part_type: str, codes: frozenset[str], period: str) -> int | None:
        """The vintage of the parts in a period; None where none of the codes stood for such a part then."""
        key = (part_type, codes, period)
        if key not in self._vintages:
            end = end_of(period)
            stood = any(part_type in types_on(self._register, code, end) for code in codes)
            self._vintages[key] = self._register.best_vintage(part_type, codes, end.year) if stood else None
        return self._vintages[key]

    def parts(
        self, whole_type: str, part_type: str, vintage: int, among: frozenset[str]
    ) -> dict[str, frozenset[str]]:
        """Codes of the parts by the code of the whole, in a vintage of the parts.

        Only wholes that are ``among`` some codes and are made up of such parts.
        """
        vintages = self._register.area_type(whole_type).vintages
        near = min(vintages, key=lambda year: (abs(year - vintage), year))
        found = {}
        for whole in sorted(self._register.codes(whole_type, near) & among):
            key = (whole, whole_type, part_type, vintage)
            if key not in self._parts:
                self._parts[key] = (
                    self._register.codes(part_type, vintage)
                    if whole_type == "england"
                    else parts_of(self._register, whole, whole_type, part_type, vintage)
                )
            if self._parts[key]:
                found[whole] = self._parts[key]
        return found


def count_columns(indicator: Indicator) -> tuple[str, ...]:
    """The columns of an indicator's observations that hold counts, and so add up."""
    if indicator.unit in ("count", "people"):
        return ("value",)
    return ("numerator", "denominator")
