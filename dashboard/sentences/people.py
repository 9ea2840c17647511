"""Whom a figure is about: sex, age and group."""

from __future__ import annotations

import re

from dashboard.sentences.counts import lower_first

SEX_WORDS = {"persons": "All people", "male": "Men", "female": "Women"}


def sex_words(sex: str) -> str:
    """``female`` → ``Women``."""
    return SEX_WORDS.get(sex, sex)


def age_words(age: str) -> str:
    """``18-25`` → ``aged 18 to 25``, ``65+`` → ``aged 65 and over``, ``all`` → ``all ages``."""
    if age == "all":
        return "all ages"
    if re.fullmatch(r"\d+-\d+", age):
        return f"aged {age.replace('-', ' to ')}"
    if re.fullmatch(r"\d+\+", age):
        return f"aged {age[:-1]} and over"
    return age


_PEOPLE = {"persons": "people", "male": "men", "female": "women"}


# groups that a sentence names before the people
_OF_GROUP = {"disability: disabled": "disabled", "disability: not disabled": "non-disabled"}


def is_before_people(breakdown: str) -> bool:
    """Whether ``people_in_text`` names the group: ``disabled people``."""
    return breakdown in _OF_GROUP


def people_in_text(sex: str, age: str, breakdown: str = "all") -> str:
    """Who is counted, inside a sentence: ``people aged 16 to 64``, ``women``; an age that is no span of years is left out."""
    people = " ".join(
        [*([_OF_GROUP[breakdown]] if breakdown in _OF_GROUP else []), _PEOPLE.get(sex, "people")]
    )
    words = age_words(age)
    return f"{people} {words}" if words.startswith("aged ") else people


def breakdown_words(breakdown: str) -> str:
    """``deprivation decile: 01 Least deprived`` → ``Deprivation decile: 10 (least deprived)``; ``all`` → ``Everyone``."""
    if breakdown == "all":
        return "Everyone"
    category, _, group = breakdown.partition(": ")
    return f"{category[:1].upper()}{category[1:]}: {breakdown_group_words(breakdown)}" if group else breakdown


def breakdown_group_words(breakdown: str) -> str:
    """The group without its category: ``01 Least deprived`` → ``10 (least deprived)``.

    Deciles of deprivation are numbered as people know them, decile 1 the most deprived: a publisher that counts the other
    way round says so by its words, and its numbers are turned.
    """
    group = breakdown.partition(": ")[2] or breakdown
    number_first = re.match(r"^(\d+) (.+)$", group)
    if not number_first:
        return group
    number, words = int(number_first[1]), lower_first(number_first[2])
    if breakdown.startswith("deprivation decile: ") and _counts_from_the_least(number, words):
        number = _DECILES + 1 - number
    return f"{number} ({words})"


_DECILES = 10


def _counts_from_the_least(decile: int, words: str) -> bool:
    """Whether a decile's words show that its publisher gives 1 to the least deprived: ``2 less deprived``."""
    is_low = decile <= _DECILES // 2
    return words.startswith(("least", "less")) if is_low else words.startswith(("most", "more"))
