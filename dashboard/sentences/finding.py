"""What is said of a search: above the options, and of each of them."""

from __future__ import annotations

from dashboard.answers.finding import Found, Option
from dashboard.sentences.areas import area_words, kind_words
from dashboard.sentences.counts import counted, lower_first, number
from dashboard.sentences.places import in_words
from geodata.register import AreaType

ADVICE = "Check the spelling, or try fewer letters. Postcodes, towns, wards, councils and NHS areas of England are listed."
_ALL = 0.995
_SMALL_NUMBERS = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine"}


def heading_words(found: Found) -> str:
    """One line above the options: how many there are, or that nothing bears the name."""
    shown = f"“{found.text}”"
    if words := _postcode_words(found):
        return words
    if not found.options:
        return f"No place is called {shown}."
    if found.is_near:
        return f"No place is called {shown}. Near matches:"
    return f"{counted(len(found.options) + found.more, 'match', 'matches')} for {shown}"


def _postcode_words(found: Found) -> str:
    """What is known of a postcode; "" where the text is none, or was found as something else."""
    postcode = found.postcode
    if postcode is None:
        return ""
    options = [option for option in found.options if option.why == "postcode"]
    if not options:
        return "" if found.options else f"No English postcode like {postcode.written} is listed."
    if not postcode.known:
        if all(option.name.startswith(postcode.written) for option in options):
            return f"Postcode districts that begin with {postcode.written}:"
        return f"{postcode.written} is not listed. Near matches:"
    kind = "sector" if " " in postcode.known else "district"
    lies = "one council" if len(options) == 1 else f"{_few(len(options))} councils"
    if postcode.written == postcode.known:
        return f"Postcode {kind} {postcode.known} lies in {lies}:"
    return f"{postcode.written} is in postcode {kind} {postcode.known}, which lies in {lies}:"


def name_words(option: Option) -> str:
    """``Beeston``; of a postcode the area too, with the share of residents: ``NG9 2AB: Broxtowe (77%)``."""
    area = option.described.area
    if option.why == "postcode":
        return f"{option.name}: {area.name} ({share_of_residents(option.share or 0)})"
    return option.name if option.place else area.name


def detail_words(option: Option, area_type: AreaType) -> str:
    """Beside the name: kind and place. ``area_type`` is the type of the area that the choice leads to.

    ``Town in Broxtowe, 51,278 people`` · ``Unitary authority in the South East. Formerly Aylesbury Vale``
    """
    area = option.described.area
    if option.place is None:
        words = area_words(option.described, area_type)
        if option.why == "old name" and option.name != area.name:
            return f"{words}. Formerly {option.name}"
        if option.why == "other name" and not _words_of(option.name) <= _words_of(area.name):
            return f"{words}. Also called {option.name}"
        return words
    where = "in" if option.is_main else "partly in"
    words = f"{option.place[:1].upper()}{option.place[1:]} {where} {in_words(area)}"
    if option.share is not None and option.share < _ALL:
        return f"{words} ({share_of_residents(option.share)} of residents)"
    return f"{words}, {number(option.residents)} people" if option.residents and option.is_main else words


def _words_of(name: str) -> set[str]:
    return set(name.casefold().replace(",", " ").split())


def share_of_residents(share: float) -> str:
    """``77%``; ``over 99%`` and ``under 1%`` where rounding would say all or none."""
    if share >= 1:
        return "100%"
    if share >= _ALL:
        return "over 99%"
    if share < 0.01:
        return "under 1%"
    return f"{number(share * 100)}%"


def place_words(option: Option) -> str | None:
    """Where the thing found lies: the council of a place or postcode, the region of an area; None where none is known."""
    if option.place is not None or option.why == "postcode":
        return option.described.area.name
    return option.described.region.name if option.described.region else None


def kind_of(option: Option, area_type: AreaType) -> str:
    """What was found: ``town``, ``postcode``, or the kind of area: ``unitary authority``."""
    if option.why == "postcode":
        return "postcode"
    return option.place or lower_first(kind_words(option.described.area, area_type))


def _few(count: int) -> str:
    return _SMALL_NUMBERS.get(count) or number(count)
