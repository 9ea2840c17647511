"""What the words of a row of the reports mean: markers, and sex, age or breakdown of a variable."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from etl.sources.base import (
    ReleaseChanged,
)

MARKERS = {
    "*": "suppressed",
    "NULL": "not_collected",
    "-": "not_available",
    "N/A": "not_available",
    "": "not_available",
}
_NOTHING = {"", "null", "na", "n/a", "all", "total"}
_UNKNOWN = {"not stated/not known/invalid", "not stated", "not known", "unknown"}
_WAITS = {"<6 weeks": "wait_6_weeks", "<18 weeks": "wait_18_weeks"}
# the first attended treatment appointment: "First treatment" to 2021-22, "Accessing services" from 2022-23
_FIRST_WAIT = {"first treatment", "accessing services"}
# in time from the first treatment to the second; four bands make up all finished courses
_SECOND_WAIT = "first to second treatment"
_SECOND_WAITS = {"<=28 days": "second_wait_28_days", ">90 days": "second_wait_over_90_days"}
_RECOVERY = (
    "finished_course_treatment.count",
    "not_at_caseness.count",
    "recovery.count",
    "recovery.percentage",
)
_CODED = re.compile(r"^(\d{2}|NN|XX|ZZ) (.+?)(?: \((?:such as|Person asked).*\))?$")
Meaning = tuple[str, str, str, str]
"""(measure, sex, age, breakdown)"""


def _total(a: str, b: str, measure: str) -> Meaning | str:
    return (measure, "persons", "all", "all")


def _gender(a: str, b: str, measure: str) -> Meaning | str:
    sex = a.casefold()
    if sex in ("male", "female"):
        return (measure, sex, "all", "all")
    return "gender neither recorded as male nor as female"


def _age_group(a: str, b: str, measure: str) -> Meaning | str:
    text = a.casefold()
    if found := re.fullmatch(r"(\d+) to (\d+)", text):
        return (measure, "persons", f"{found[1]}-{found[2]}", "all")
    if found := re.fullmatch(r"(\d+) and over", text):
        return (measure, "persons", f"{found[1]}+", "all")
    if found := re.fullmatch(r"under (\d+)", text):
        return (measure, "persons", f"0-{int(found[1]) - 1}", "all")
    return "age not stated"


def _named(category: str) -> Callable[[str, str, str], Meaning | str]:
    def of(a: str, b: str, measure: str) -> Meaning | str:
        value = "not stated" if a.casefold() in _UNKNOWN else a
        if b.casefold() not in _NOTHING:
            value = f"{value}, {_background(b)}"
        return (measure, "persons", "all", f"{category}: {value}")

    return of


def _background(words: str) -> str:
    """``Any Other Asian Background`` (to 2019-20) and ``Any other Asian background`` as one."""
    first, *rest = words.split(" ")
    if first.casefold() != "any":
        return words
    kept = ("Asian", "Black", "Mixed", "White")
    return " ".join(["any", *(word if word in kept else word.lower() for word in rest)])


def _long_term_condition(a: str, b: str, measure: str) -> Meaning | str:
    text = a.casefold()
    value = {"long term condition": "yes", "no long term condition": "no"}.get(text, "not stated")
    return (measure, "persons", "all", f"long-term condition: {value}")


def _waiting_time(a: str, b: str, measure: str) -> Meaning | str:
    second = a.casefold() == _SECOND_WAIT
    if not second and a.casefold() not in _FIRST_WAIT:
        return "waiting times other than to the first and to the second treatment"
    if measure != "finished_course_treatment.count":
        return "waiting times are published for finished courses of treatment only"
    bands = _SECOND_WAITS if second else _WAITS
    if b not in bands:
        return (
            "waits to the second treatment in bands other than 28 and 90 days"
            if second
            else "waiting times in bands other than 6 and 18 weeks"
        )
    return (f"{bands[b]}.count", "persons", "all", "all")


def _disability_type(a: str, b: str, measure: str) -> Meaning | str:
    if measure not in _RECOVERY:
        return "disability type is used for recovery only"
    found = _CODED.match(a)
    if found is None:
        return "type of disability not recorded"
    if found[1] == "ZZ":
        return "type of disability not stated"
    words = found[2].lower()
    return (measure, "persons", "all", f"disability type: {words}")


VARIABLES: dict[str, Callable[[str, str, str], Meaning | str]] = {
    "total": _total,
    "gender": _gender,
    "age group": _age_group,
    "indices of deprivation decile": _named("deprivation decile"),
    "ethnic group": _named("ethnic group"),
    "long term condition status": _long_term_condition,
    "waiting time": _waiting_time,
    "disability type": _disability_type,
}


def meaning_of(path: Path, variable_type: str, a: str, b: str, measure: str) -> Meaning | str:
    """What a combination of words measures, or the reason why it is set aside."""
    try:
        return VARIABLES[variable_type.casefold()](a, b, measure)
    except KeyError:
        raise ReleaseChanged(f"{path.name}: variable {variable_type!r} is not known") from None
