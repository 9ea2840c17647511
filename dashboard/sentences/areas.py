"""Areas: what kind they are, where they lie, how much of them, and what became of them."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.answers.areas import AreaList, CodeOfLand, Description
from dashboard.sentences.counts import counted, listed, number, spelt
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


_PLURALS = {
    "E06": "unitary authorities",
    "E07": "districts",
    "E08": "metropolitan districts",
    "E09": "London boroughs",
    "E10": "counties",
}


def kinds_words(area_type: AreaType) -> str:
    """What the areas of a type are called where they have other names: ``Unitary authorities and counties``; else empty."""
    named = listed([_PLURALS[prefix] for prefix in area_type.code_prefixes if prefix in _PLURALS])
    return named[:1].upper() + named[1:]


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


def land_words(name: str, codes: Sequence[CodeOfLand]) -> str:
    """That an area has had several codes, when each was used, and that either finds all its figures; empty for one code."""
    if not codes:
        return ""
    used = " and ".join(
        f"{code.area_code} until {date_words(code.end_on)}"
        if code.end_on
        else f"{code.area_code} since {date_words(code.start_on)}"
        for code in reversed(codes)
    )
    return f"{name} has had two codes for the same area: {used}. Either code finds all its figures."


def share_words(share: float) -> str:
    """A share of an area: ``all of it``, ``about 86%``, ``less than 1%``."""
    if share >= ALL_OF_IT:
        return "all of it"
    if share < 0.01:
        return "less than 1%"
    return f"about {number(share * 100)}%"


def share_after(share: float) -> str:
    """`` (about 86%)`` after a name; nothing for all of an area."""
    return f" ({share_words(share)})" if share < ALL_OF_IT else ""


def same_area_words(share: float, parts: int, place: str) -> str:
    """What an area is to a place of which it has nearly all people: ``the same four districts``, ``the same area as Leeds``.

    share  the smaller share of the two areas' people that lives in the other
    parts  of how many districts both are made, where they are exactly the same; else 0
    """
    if parts > 1:
        return f"the same {spelt(parts)} districts"
    return f"{'nearly ' if share < ALL_OF_IT else ''}the same area as {place}"


def partly_words(share: float) -> str:
    """What an area is to a place of which it has at least half of the people: ``partly the same land (66%)``."""
    return f"partly the same land ({number(share * 100)}%)"


def approximate_words(place: str) -> str:
    """How figures of another area are marked that stand beside a place: ``Approximate for Leeds``."""
    return f"Approximate for {place}"


def covered_words(share: float, more: int, place: str) -> str:
    """How much of a place another area covers, and what else: ``covers all of Leeds and 4 more districts``."""
    held = share_words(share).removesuffix(" of it")
    besides = f" and {counted(more, 'more district')}" if more else ""
    return f"covers {held} of {place}{besides}"


def people_share_words(share: float | None) -> str:
    """A share of people in a cell: ``all``, ``about 34%``, ``less than 1%``, ``not known``."""
    return "not known" if share is None else share_words(share).removesuffix(" of it")


def likeness_words(is_ours: bool) -> tuple[str, str]:
    """In what similar areas are alike, and a sentence on who says so: ONS of councils, this dashboard of NHS areas."""
    if is_ours:
        return (
            "the most alike in age, disability, depression, employment deprivation and child poverty",
            "Calculated here, not by NHS England.",
        )
    return "the most alike in people, economy and services", "Named by the Office for National Statistics."


def list_words(areas: AreaList) -> str:
    """``296 areas``; of a type that has ended until when there were any."""
    words = counted(areas.count, "area")
    return f"{words}, until {date_words(areas.until)}" if areas.until else words
