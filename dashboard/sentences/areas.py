"""Areas in words: what kind they are, where they lie, how much of them, and what became of them."""

from __future__ import annotations

from dashboard.answers.areas import AreaList, Description
from dashboard.sentences.counts import counted, number
from dashboard.sentences.periods import date_words
from dashboard.sentences.places import in_words
from geodata.register import Area, AreaType

ALL_OF_IT = 0.995
# what the codes of local authorities stand for
_COUNCILS = {
    "E06": "Unitary authority",
    "E07": "District",
    "E08": "Metropolitan district",
    "E09": "London borough",
    "E10": "County",
}


def kind_words(area: Area, area_type: AreaType) -> str:
    """What kind of area it is: ``Unitary authority``, ``Integrated care board``. ``area_type`` is its type."""
    return _COUNCILS.get(area.area_code[:3]) or area_type.name


def area_words(description: Description, area_type: AreaType) -> str:
    """One line beside a name in a list: kind, where, and when it ended."""
    words = kind_words(description.area, area_type)
    if description.region:
        words += f" in {in_words(description.region)}"
        words += " (NHS region)" if description.region.area_type == "nhs_region" else ""
    if description.ended_on:
        words += f", until {date_words(description.ended_on)}"
    return words


def share_words(share: float) -> str:
    """A share of an area in words: ``all of it``, ``about 86%``, ``less than 1%``."""
    if share >= ALL_OF_IT:
        return "all of it"
    if share < 0.01:
        return "less than 1%"
    return f"about {number(share * 100)}%"


def share_after(share: float) -> str:
    """`` (about 86%)`` after a name; nothing for all of an area."""
    return f" ({share_words(share)})" if share < ALL_OF_IT else ""


def list_words(areas: AreaList) -> str:
    """``296 areas``; of a type that has ended until when there were any."""
    words = counted(areas.count, "area")
    return f"{words}, until {date_words(areas.until)}" if areas.until else words
