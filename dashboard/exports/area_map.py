"""The figures of a map for its CSV: each with what it is compared with, its trend or its change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard import sentences
from dashboard.address.page import Change, Shown
from dashboard.answers.area_map import AreaMap
from dashboard.sentences.area_map import course_words, why_no_course
from dashboard.sentences.benchmarks import against_name


def map_figures(shown: AreaMap) -> list[Shown]:
    """Of the areas in view, in the order of the table."""
    found = shown.compared.benchmarks
    answer = []
    for row in shown.rows_in_view:
        code = row["area_code"]
        against = found.of(code)
        answer.append(
            Shown(
                shown.indicator,
                row,
                against_name(against, found.kind),
                against.value if against.area_code != code else None,  # beside itself: nothing
                shown.words[code],
                _course_words(shown, row) if shown.shading == "trend" else "",
                _change(shown, row),
                sentences.at_odds_words(shown.at_odds.get(code), against_name(against, found.kind)),
            )
        )
    return answer


def _course_words(shown: AreaMap, row: Mapping[str, Any]) -> str:
    """Where the area of a row is heading, in the words of the legend."""
    course = shown.courses.get(row["area_code"])
    if course is None or row["value"] is None:
        return sentences.LEGEND_WORDS["missing"]
    return course_words(course.category, shown.indicator, is_change=shown.shading == "change")


def _change(shown: AreaMap, row: Mapping[str, Any]) -> Change | None:
    if shown.shading != "change" or shown.since is None:
        return None
    course = shown.courses.get(row["area_code"])
    course_text = _course_words(shown, row)
    if course is None:
        return Change(shown.since, None, None, None, course_text)
    why = why_no_course(course, shown.since)
    return Change(shown.since, course.difference, course.lower, course.upper, course_text, why)
