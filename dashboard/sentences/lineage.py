"""Where a figure comes from."""

from __future__ import annotations

from dashboard.answers.lineage import Lineage, LineageFile
from dashboard.sentences.counts import counted, listed, number
from dashboard.sentences.figure import value_words
from dashboard.sentences.people import age_words, sex_words
from dashboard.sentences.periods import date_words, period_words, published_words
from dashboard.sentences.status import missing_words


def figure_line(lineage: Lineage) -> str:
    """``Employment rate, Leeds, 2023: 74.7%``; the group is named where it is not everyone of every age."""
    row, indicator = lineage.row, lineage.indicator
    group = [sex_words(row["sex"])] if row["sex"] != "persons" else []
    group += [age_words(row["age"])] if row["age"] != "all" else []
    group += [row["breakdown"]] if row["breakdown"] != "all" else []
    people = f" ({', '.join(group)})" if group else ""
    value = missing_words(row["status"]) if row["value"] is None else value_words(row["value"], indicator)
    return f"{indicator.short_title}, {row['area_name']}, {period_words(row['period'])}{people}: {value}"


def release_line(lineage: Lineage) -> str:
    """``Office for National Statistics, Local indicators: Employment rate``; of a derived figure what was done."""
    release = lineage.release
    if release.is_derived:
        return f"{release.publication}."
    return f"{release.publisher}, {release.publication}. {published_words(release.published_on)}."


def file_line(file: LineageFile) -> str:
    """``employment-rate.csv, row 1,569, read on 22 November 2026``."""
    row = "" if file.row is None else f", row {number(file.row)}"
    read = f", read on {date_words(file.retrieved_at[:10])}" if file.retrieved_at else ""
    return f"{file.file_name}{row}{read}"


def members_line(lineage: Lineage) -> str:
    """What a sum is made of: ``Made from 4 areas.``, with those whose own figure is not stored here; empty for others."""
    if not lineage.members:
        return ""
    words = f"Made from {counted(len(lineage.members), 'area')}."
    names = listed(member.name for member in lineage.unstored)
    if not names:
        return words
    if len(lineage.unstored) == len(lineage.members):
        return f"Made from the publisher’s figures for {counted(len(lineage.members), 'area')}: {names}."
    return f"{words} No figure is stored for {names}."
