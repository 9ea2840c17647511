"""The figures of an area over time, with England's beside them: a sheet for each theme, and one for what is rarely printed."""

from __future__ import annotations

from typing import Any

from dashboard import sentences
from dashboard.exports.pack import Pack, Row
from dashboard.exports.sheets import NOT_APPLICABLE, NOT_AVAILABLE, Cell, Figure, Sheet, shorthand
from dashboard.exports.workbook_references import References, day_of, rounded
from dashboard.queries.geography import ENGLAND
from dashboard.queries.grades import grades
from indicators.catalogue import Indicator

RECENT = 24
"""Periods of a series on the sheet of its theme. Older ones, and groups of people besides those that pages show first,
would take dozens of pages in print: they have a sheet of their own."""
OTHERS = "Other groups and periods"
EXPLAINED = "Letters in square brackets and the numbers of notes and sources are explained in the worksheets Notes and Sources."
_NOT_PRINTED = "Only the headings of this worksheet are printed, so that the workbook stays short on paper."
_COUNT = "#,##0"
Key = tuple[str, str, str, str, str]


def series_sheets(pack: Pack, references: References) -> list[Sheet]:
    """A sheet for each theme that the area has figures of."""
    indicators = {line.indicator.id: line.indicator for line in pack.lines}
    own = {_key(row): row for row in pack.series if row["area_code"] == pack.area.area_code}
    england = {_key(row): row for row in pack.series if row["area_code"] == ENGLAND} if pack.compared else {}
    groups = {_group(key) for key in own}
    # England's other groups of people have nothing to stand beside
    keys = [*own, *(key for key in england if key not in own and _group(key) in groups)]
    order = list(indicators)
    keys = [key for key in keys if key[0] in indicators]
    keys.sort(key=lambda key: (order.index(key[0]), key[1:4], day_of(key[4])))
    of_group: dict[tuple[str, ...], list[Key]] = {}
    for key in keys:
        of_group.setdefault(_group(key), []).append(key)
    main = {
        (line.indicator.id, line.row["sex"], line.row["age"], line.row["breakdown"]) for line in pack.main
    }
    shown = {key for group, same in of_group.items() if group in main for key in same[-RECENT:]}
    known = [key for key in own if key[0] in indicators]
    graded = dict(zip(known, grades([(indicators[key[0]], own[key]) for key in known]), strict=True))

    def sheet(
        name: str, title: str, table: str, chosen: list[Key], more: list[str], is_printed: bool
    ) -> Sheet:
        some = any(row["status"] == "illustrative" for key in chosen if (row := own.get(key)))
        rows = [
            _cells(
                pack, references, indicators[key[0]], key, own.get(key), england.get(key), graded.get(key, "")
            )
            for key in chosen
        ]
        return Sheet(
            name,
            title + (" (some figures are illustrative, not real)" if some else ""),
            table,
            ["This worksheet contains one table. The oldest period of each indicator comes first.", *more],
            _headings(pack),
            rows,
            _widths(pack),
            is_printed,
        )

    themes: dict[str, list[Key]] = {}
    for key in keys:
        if key in shown:
            themes.setdefault(indicators[key[0]].theme, []).append(key)
    sheets = [
        sheet(
            theme,
            f"{theme}: figures for {pack.place} over time",
            f"figures_{number}",
            of_theme,
            [EXPLAINED],
            True,
        )
        for number, (theme, of_theme) in enumerate(themes.items(), 1)
    ]
    others = [key for key in keys if key not in shown]
    if others:
        title = f"Other groups of people, and periods before the last {RECENT}: figures for {pack.place}"
        sheets.append(sheet(OTHERS, title, "other_figures", others, [EXPLAINED, _NOT_PRINTED], False))
    return sheets


def _key(row: Row) -> Key:
    return row["indicator_id"], row["sex"], row["age"], row["breakdown"], row["period"]


def _group(key: Key) -> tuple[str, ...]:
    return key[:4]


def _headings(pack: Pack) -> list[str]:
    name = pack.area.name
    return [
        "Indicator", "People", "Unit", "Period", "Period end", name, "Lower 95% limit", "Upper 95% limit",
        *(["England", "England, lower 95% limit", "England, upper 95% limit"] if pack.compared else []),
        "Survey quality", "Numerator", "Denominator", "Interval method", "Note", "Source",
    ]  # fmt: skip


def _widths(pack: Pack) -> list[float]:
    england = [12.0, 12.0, 12.0] if pack.compared else []
    return [42, 30, 14, 22, 20, 14, 12, 12, *england, 10, 14, 14, 11, 11, 12]


def _cells(
    pack: Pack,
    references: References,
    indicator: Indicator,
    key: Key,
    own: Row | None,
    england: Row | None,
    grade: str,
) -> list[Cell]:
    _, sex, age, breakdown, period = key
    told: Row = own or {"value": None, "status": "not_available", "release": None}
    is_illustrative = told["status"] == "illustrative"
    people = [sentences.sex_words(sex), sentences.age_words(age)]
    if breakdown != "all":
        people.append(sentences.breakdown_words(breakdown))
    cells: list[Cell] = [
        sentences.titled(indicator.short_title, is_illustrative),
        ", ".join(people),
        sentences.unit_words(indicator),
        sentences.period_words(period),
        day_of(period),
        *_figures(told, indicator),
    ]
    if pack.compared:
        # an invented figure stands beside none
        cells += [NOT_APPLICABLE] * 3 if is_illustrative or england is None else _figures(england, indicator)
    release = told["release"] or (england or {}).get("release")
    cells += [
        grade or NOT_APPLICABLE,
        _count(told.get("numerator"), told),
        _count(told.get("denominator"), told),
        references.note(told.get("interval_method")),
        references.note(told.get("note")),
        references.source(release, indicator) if release else NOT_AVAILABLE,
    ]
    return cells


def _figures(row: Row, indicator: Indicator) -> list[Cell]:
    """Value and limits, each with the shorthand for why it is not there."""
    if row["value"] is None:
        return [shorthand(row["status"])] * 3
    return [
        rounded(row["value"], indicator),
        rounded(row["lower_ci_95"], indicator) or NOT_APPLICABLE,
        rounded(row["upper_ci_95"], indicator) or NOT_APPLICABLE,
    ]


def _count(value: Any, row: Row) -> Cell:
    if value is None:
        return shorthand(row["status"]) if row["value"] is None else NOT_AVAILABLE
    return Figure(value, _COUNT)
