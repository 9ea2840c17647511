"""The pack of an area as an XLSX workbook: a contents sheet, notes, sources, and one sheet an indicator.

Numbers are numbers with a format, header rows stay in view, no cells are merged, each table is a named table of Excel
(a screen reader reads its headers), and column A of every sheet opens with what the sheet holds.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dashboard import sentences
from dashboard.exports import pack as packs
from dashboard.exports.figures import FORMULA
from dashboard.exports.pack import Pack
from dashboard.queries.grades import grades
from dashboard.sentences import SERVICE, evidence, headlines, ledger
from geodata.groups import plain_code
from indicators.catalogue import Indicator
from indicators.evidence import Piece
from indicators.plain_text import without_control_characters

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_LONGEST_NAME = 31  # of a sheet, in Excel
_FORMATS = {
    "percent": '0.0"%"',
    "percentage_points": "0.0",
    "count": "#,##0",
    "people": "#,##0",
    "pounds_per_week": '"£"#,##0.00',
    "years": "0.0",
    "per_100": "0.0",
    "per_100000": "#,##0.0",
    "points": "0.00",
}
_COLUMNS = (
    "Area code", "Area", "Period", "Period (ISO 8601)", "Sex", "Age", "Group", "Value", "Lower 95% limit",
    "Upper 95% limit", "Unit", "Status", "Survey quality", "Numerator", "Denominator",
    "Interval method", "Note", "Publisher", "Publication", "Published on",
)  # fmt: skip
_VALUE, _LOWER, _UPPER, _COUNT, _OUT_OF = 8, 9, 10, 14, 15
_FIRST_ROW = 4  # of the table on an indicator's sheet: a title and a definition stand above it


def workbook(pack: Pack) -> bytes:
    """The workbook as bytes."""
    from openpyxl import Workbook

    book = Workbook()
    book.properties.title = f"{pack.area.name}: work and health"
    book.properties.creator = SERVICE
    book.properties.language = "en-GB"
    by_indicator: dict[str, list[packs.Row]] = {}
    for row in pack.series:
        by_indicator.setdefault(row["indicator_id"], []).append(row)
    chosen = {line.indicator.id: line.indicator for line in pack.lines}
    names = _sheet_names(list(chosen.values()))
    contents = book.active
    assert contents is not None
    _contents(contents, pack, chosen, names)
    _notes(book.create_sheet("Notes"), pack)
    _sources(book.create_sheet("Sources"), pack)
    _answers(book.create_sheet("Main questions"), pack)
    _ledger(book.create_sheet("Missing figures"), pack)
    _evidence(book.create_sheet("Evidence"), pack)
    for place, (indicator_id, indicator) in enumerate(chosen.items(), 1):
        sheet = book.create_sheet(names[indicator_id])
        _indicator(sheet, pack, indicator, by_indicator.get(indicator_id, []), place)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet_names(indicators: Sequence[Indicator]) -> dict[str, str]:
    """Short titles without what Excel forbids in the name of a sheet, each one once."""
    names: dict[str, str] = {}
    for indicator in indicators:
        plain = re.sub(r"[\[\]:*?/\\']", " ", indicator.short_title)
        name = " ".join(plain.split())[:_LONGEST_NAME].strip()
        number = 2
        while name.lower() in {known.lower() for known in names.values()}:
            ending = f" {number}"
            name = f"{name[: _LONGEST_NAME - len(ending)].strip()}{ending}"
            number += 1
        names[indicator.id] = name
    return names


def _contents(sheet: Worksheet, pack: Pack, chosen: dict[str, Indicator], names: dict[str, str]) -> None:
    sheet.title = "Contents"
    _titles(sheet, f"{pack.area.name}: work and health", f"{pack.caption}. Newest figure of each indicator.")
    headings = [
        "Indicator", "Sheet", "Theme", "Group", pack.area.name, "Lower 95% limit", "Upper 95% limit", "England",
        "Unit", "Compared with England", "Period", "Status", "Age",
    ]  # fmt: skip
    rows: list[list[Any]] = []
    formats: list[str] = []
    for line in pack.main:
        rows.append(
            [
                line.indicator.title,
                names[line.indicator.id],
                line.indicator.theme,
                sentences.people_of(line) or "Everyone",
                line.row["value"],
                line.row["lower_ci_95"],
                line.row["upper_ci_95"],
                line.england,
                sentences.unit_words(line.indicator),
                sentences.judged_words(line) if pack.compared and not line.illustrative else "",
                sentences.period_words(line.row["period"]),
                sentences.STATUS_WORDS[line.row["status"]],
                sentences.age_note(line.age, line.row["period"]),
            ]
        )
        formats.append(_number_format(line.indicator))
    _table(sheet, headings, rows, "Contents")
    for place, form in enumerate(formats, _FIRST_ROW + 1):
        for column in (5, 6, 7, 8):
            sheet.cell(place, column).number_format = form
        link = sheet.cell(place, 2)
        link.hyperlink = f"#'{link.value}'!A1"
        link.style = "Hyperlink"
        link.quotePrefix = str(link.value).startswith(FORMULA)  # the style took it away
    assert chosen or not rows


def _notes(sheet: Worksheet, pack: Pack) -> None:
    words = [
        *pack.summary,
        *packs.HOW_TO_READ,
        *([packs.ILLUSTRATIVE] if pack.illustrative else []),
        "An empty cell in a column of numbers means that there is no figure. The column “Status” says why. Hidden "
        "figures are never shown as zero.",
        *(
            f"{indicator.short_title}: {caveat}"
            for indicator in {line.indicator.id: line.indicator for line in pack.lines}.values()
            for caveat in indicator.caveats
        ),
        f"Made on {sentences.date_words(pack.made_on)} by {SERVICE}: {pack.address}",
    ]
    _titles(sheet, "Notes", "How to read the figures, and the limitations of each.")
    _table(sheet, ["Note"], [[note] for note in words], "Notes", widths={1: 110})


def _sources(sheet: Worksheet, pack: Pack) -> None:
    _titles(sheet, "Sources and licence", packs.LICENCE)
    headings = [
        "Indicators", "Publisher", "Publication", "Edition", "Published on", "Loaded at", "Licence", "Illustrative",
    ]  # fmt: skip
    rows = [
        [
            "; ".join(source.titles),
            source.release.publisher,
            source.release.publication,
            source.release.edition,
            source.release.published_on or "Not known",
            source.release.loaded_at,
            source.release.licence,
            "Illustrative, not real" if source.release.is_illustrative else "No",
        ]
        for source in pack.sources
    ]
    _table(sheet, headings, rows, "Sources", widths={1: 60, 2: 40, 3: 50, 7: 32})


def _answers(sheet: Worksheet, pack: Pack) -> None:
    """The three main questions with their answers; a value is a number in the unit beside it."""
    _titles(sheet, headlines.HEADING, "The best published figures for this area, and which area each is for.")
    columns = [
        "Question", "Figure", "Area of the figure", "Area code", "Value", "Lower 95% limit", "Upper 95% limit", "Then", "England",
        "Unit", "Period", "Age", "Summary", "Notes and source",
    ]  # fmt: skip
    rows: list[list[Any]] = [
        [
            headlines.QUESTIONS[found.headline],
            headlines.answer_name(answer.indicator, answer.to),
            headlines.place_words(answer.place, pack.area),
            answer.place.area.area_code,
            answer.line.row["value"],
            answer.line.row["lower_ci_95"],
            answer.line.row["upper_ci_95"],
            answer.then.row["value"] if answer.then else None,
            answer.england["value"] if answer.england else None,
            sentences.unit_words(answer.indicator),
            sentences.period_words(answer.line.row["period"]),
            sentences.age_note(answer.line.age, answer.line.row["period"]),
            headlines.answer_sentence(answer, pack.area),
            " ".join(
                [
                    *([headlines.unsaid_sentence(answer.unsaid)] if answer.unsaid else []),
                    *headlines.notes_of(answer),
                    headlines.source_words(answer),
                ]
            ),
        ]
        for found in pack.answers
        for answer in found.answers
    ]
    rows += [
        [
            headlines.QUESTIONS[found.headline],
            headlines.answer_name(lack.indicator, lack.to),
            *[None] * 10,
            headlines.WHY_LACKING[lack.why],
            None,
        ]
        for found in pack.answers
        for lack in found.lacking
    ]
    _table(sheet, columns, rows, "Questions", widths={1: 40, 2: 61, 3: 40, 13: 80, 14: 80})


def _ledger(sheet: Worksheet, pack: Pack) -> None:
    """What the area has of each figure that answers a main question."""
    _titles(sheet, f"{ledger.HEADING}: {pack.area.name}", ledger.EXPLAINED)
    rows = [
        [headlines.QUESTIONS[entry.headline], *ledger.row_words(entry, pack.area)]
        for entry in pack.ledger.entries
    ]
    _table(
        sheet,
        ["Question", *ledger.COLUMNS],
        rows,
        "Ledger",
        widths={1: 40, 2: 61, 3: 26, 4: 40, 5: 61, 6: 61, 7: 61},
    )


def _evidence(sheet: Worksheet, pack: Pack) -> None:
    """The local programmes of the area first, then what is known to help with the main questions."""
    found = pack.evidence
    _titles(sheet, "What may help: evidence", f"{evidence.SUITABLE} {evidence.AGE}")
    headings = [
        "About", "Title", "Where", "What it is", "For whom", "What was found", "How strong", "How it is known",
        "Scale and dates", "Cost", "Indicators", "Source",
    ]  # fmt: skip
    told: list[tuple[str, str, str, Piece]] = [
        ("Local programme", evidence.place_words(local), "", local.programme) for local in found.local
    ]
    for headline, interventions in found.by_headline:
        about = evidence.HEADLINES[headline]
        told += [(about, "", evidence.design_words(piece), piece) for piece in interventions]
    rows = [
        [
            about,
            piece.title,
            where,
            piece.what,
            piece.people,
            evidence.found_words(piece),
            evidence.strength_words(piece.strength),
            known,
            piece.scale or "",
            piece.cost or "",
            "; ".join(piece.indicators),
            "; ".join(evidence.source_words(source, found.papers) for source in piece.sources),
        ]
        for about, where, known, piece in told
    ]
    wide = {1: 32, 2: 40, 3: 28, 4: 61, 5: 40, 6: 61, 7: 26, 8: 61, 9: 40, 10: 30, 11: 40, 12: 61}
    _table(sheet, headings, rows, "Evidence", widths=wide)


def _indicator(
    sheet: Worksheet, pack: Pack, indicator: Indicator, found: Sequence[packs.Row], place: int
) -> None:
    is_illustrative = any(row["status"] == "illustrative" for row in found)
    title = indicator.title + (" (illustrative figures, not real)" if is_illustrative else "")
    _titles(sheet, title, indicator.definition)
    graded = grades([(indicator, row) for row in found])
    rows = []
    for row, grade in zip(found, graded, strict=True):
        release = pack.releases.get(row["release"], {})
        rows.append(
            [
                plain_code(row["area_code"]),
                row["area_name"],
                sentences.period_words(row["period"]),
                row["period"],
                sentences.sex_words(row["sex"]),
                row["age"],
                sentences.breakdown_words(row["breakdown"]),
                row["value"],
                row["lower_ci_95"],
                row["upper_ci_95"],
                sentences.unit_words(indicator),
                sentences.STATUS_WORDS[row["status"]],
                sentences.grade_words(grade),
                row["numerator"],
                row["denominator"],
                row["interval_method"],
                row["note"] or "",
                release.get("publisher", ""),
                release.get("publication", ""),
                release.get("published_on") or "Not known",
            ]
        )
    _table(sheet, _COLUMNS, rows, f"Indicator{place}", widths={2: 28, 17: 40, 18: 30, 19: 40})
    form = _number_format(indicator)
    for number in range(_FIRST_ROW + 1, _FIRST_ROW + 1 + len(rows)):
        for column in (_VALUE, _LOWER, _UPPER):
            sheet.cell(number, column).number_format = form
        for column in (_COUNT, _OUT_OF):
            sheet.cell(number, column).number_format = "#,##0"


def _number_format(indicator: Indicator) -> str:
    """Excel's format of the indicator's figures; a unit of the user's own stays beside them where it is short."""
    if indicator.unit in _FORMATS:
        return _FORMATS[indicator.unit]
    form, places = indicator.unit_format, indicator.decimal_places
    digits = "#,##0" + ("." + "0" * places if places else "")
    if not form.short:
        return digits
    before, after = (
        f'"{words}"' if words else "" for words in (_quotable(form.before), _quotable(form.after))
    )
    return f"{before}{digits}{after}"


def _quotable(words: str) -> str:
    return words.replace('"', "").replace("\\", "")


def _titles(sheet: Worksheet, title: str, words: str) -> None:
    from openpyxl.styles import Font

    _write(sheet, 1, 1, title)
    sheet["A1"].font = Font(bold=True, size=14)
    _write(sheet, 2, 1, words)


def _write(sheet: Worksheet, row: int, column: int, value: Any) -> None:
    """A cell of a sheet; a text that opens like a formula is marked as text, as an apostrophe does by hand."""
    if isinstance(value, str):
        # a store may hold texts from before they were refused
        value = without_control_characters(value)
    cell = sheet.cell(row, column, value)
    if isinstance(value, str):
        cell.data_type = "s"
        if value.startswith(FORMULA):
            cell.quotePrefix = True


def _table(
    sheet: Worksheet,
    headings: Sequence[str],
    rows: Sequence[Sequence[Any]],
    name: str,
    widths: dict[int, float] | None = None,
) -> None:
    """Rows under headings as a named table at ``_FIRST_ROW``; texts are written as texts, never as formulas."""
    from openpyxl.styles import Alignment
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.table import Table, TableStyleInfo

    for column, words in enumerate(headings, 1):
        _write(sheet, _FIRST_ROW, column, words)
    for number, cells in enumerate(rows, _FIRST_ROW + 1):
        for column, value in enumerate(cells, 1):
            _write(sheet, number, column, value)
    for column in range(1, len(headings) + 1):
        width = (widths or {}).get(column, max(12.0, min(24.0, len(headings[column - 1]) + 4.0)))
        sheet.column_dimensions[get_column_letter(column)].width = width
        if width > 60:
            for number in range(_FIRST_ROW, _FIRST_ROW + 1 + len(rows)):
                sheet.cell(number, column).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = f"A{_FIRST_ROW + 1}"
    if rows:
        last = f"{get_column_letter(len(headings))}{_FIRST_ROW + len(rows)}"
        table = Table(displayName=name, ref=f"A{_FIRST_ROW}:{last}")
        table.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=True)
        sheet.add_table(table)
