"""How figures in a unit are written, and the units and themes that the project knows (``indicators/words.toml``)."""

from __future__ import annotations

import difflib
import tomllib
from functools import cache
from pathlib import Path
from typing import Self

from pydantic import model_validator

from indicators.catalogue.strict import Strict, Text

_WORDS = Path(__file__).parents[1] / "words.toml"
_CLOSE = 0.75  # from here on two names are so alike that one may be a slip for the other


class UnitFormat(Strict):
    """How a figure in a unit is written, and which figures can be at all."""

    before: str = ""
    """What stands before the number, such as ``£``."""
    after: str = ""
    """What stands after it, with the space: `` out of 10``."""
    heading: Text
    """The unit over a column or along an axis, where it may stand alone."""
    short: bool = False
    """Whether it stays beside the number in a narrow column, where the heading gives it too."""
    lowest: float | None = None
    """The least figure that is possible; None: 0, or none where the indicator may be negative."""
    highest: float | None = None
    """The greatest figure that is possible; None where there is no end."""

    @model_validator(mode="after")
    def _the_least_comes_first(self) -> Self:
        if self.lowest is not None and self.highest is not None and self.lowest >= self.highest:
            raise ValueError(f"lowest {self.lowest:g} is not below highest {self.highest:g}")
        return self


@cache
def known_units() -> dict[str, UnitFormat]:
    """The units of the project's own indicators, by their name in the catalogue."""
    return {name: UnitFormat.model_validate(table) for name, table in _words()["units"].items()}


@cache
def known_themes() -> tuple[str, ...]:
    """The themes of the project's own indicators, in the order in which pages show them."""
    return tuple(_words()["themes"])


def plain_format(unit: str) -> UnitFormat:
    """A format for a unit that has none: a currency sign stands before the number, other words after it."""
    if len(unit) == 1 and not unit.isalpha():
        return UnitFormat(
            **{"after" if unit in "%‰°" else "before": unit},  # type: ignore[arg-type]
            heading=unit,
            short=True,
        )
    return UnitFormat(after=f" {unit}", heading=f"{unit[0].upper()}{unit[1:]}")


def meant(unit: str) -> str | None:
    """The known unit that another name is probably a slip for; None where there is none."""
    close = difflib.get_close_matches(unit.casefold().replace(" ", "_"), known_units(), n=1, cutoff=_CLOSE)
    return close[0] if close else None


def _words() -> dict:  # type: ignore[type-arg]
    return tomllib.loads(_WORDS.read_text(encoding="utf-8"))
