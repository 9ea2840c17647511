"""What was found for a postcode, a name or a code that someone typed."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.answers.areas import Description


@dataclass(frozen=True, slots=True)
class Option:
    """An area that the text may mean, and what was found that leads to it.

    name         what was found: the area's name, an old name, a place, a postcode
    described    the area that the choice leads to
    why          ``code``, ``name``, ``other name``, ``old name``, ``place`` or ``postcode``
    place        kind of place, where ``why`` is ``place``: ``town``, ``village``, ``built-up area``, ``post town``,
                 ``neighbourhood``, ``parish``, ``ward``
    residents    of a town or village
    share        of the residents of a place or postcode who live in the area; None where it is not known, or of an area
    is_main      False for a further area of a place that lies in several
    is_near      whether it is only like what was typed
    point        latitude and longitude of a place, degrees
    """

    name: str
    described: Description
    why: str
    place: str | None = None
    residents: int | None = None
    share: float | None = None
    is_main: bool = True
    is_near: bool = False
    point: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class PostcodeFound:
    """A postcode as it is written, and the sector or district that is known of it ("" where none is)."""

    written: str
    known: str
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Found:
    """The options for a text (as it may be repeated), the closest first. ``more`` is how many were left out; ``credits`` names those whose facts
    about places or postcodes are among them.
    """

    text: str
    options: tuple[Option, ...]
    postcode: PostcodeFound | None = None
    more: int = 0
    credits: tuple[str, ...] = ()

    @property
    def is_near(self) -> bool:
        """Whether nothing is what was typed, and the options are only like it."""
        return bool(self.options) and all(option.is_near for option in self.options)
