"""The pack of an area as an XLSX workbook: contents, notes, newest figures, answers, figures over time, and sources.

What each sheet holds; how it looks is in ``sheets``. Numbers are rounded as on the pages, days are dates, and blank
cells hold the shorthand that the notes explain.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import date

from dashboard import sentences
from dashboard.exports import pack as packs
from dashboard.exports.pack import Pack
from dashboard.exports.sheets import (
    NOT_APPLICABLE,
    NOT_AVAILABLE,
    SHORTHAND,
    Cell,
    Link,
    Sheet,
    prepare,
    shorthand,
    write,
)
from dashboard.exports.workbook_references import References, day_of, rounded
from dashboard.exports.workbook_series import EXPLAINED, series_sheets
from dashboard.sentences import SERVICE, evidence, headlines, ledger
from geodata.groups import plain_code
from indicators.catalogue import Indicator
from indicators.evidence import Piece

_LONGEST_NAME = 31  # of a sheet, in Excel
_ONE_TABLE = "This worksheet contains one table."


def workbook(pack: Pack) -> bytes:
    """The workbook as bytes."""
    from openpyxl import Workbook

    references = References(pack)
    sheets = [
        _newest(pack, references),
        _answers(pack),
        _ledger(pack),
        _evidence(pack),
        *series_sheets(pack, references),
        _definitions(pack),
    ]
    # last, for they list what the others refer to
    sheets = [_notes(pack, references), *sheets, _sources(references)]
    names = sheet_names([sheet.name for sheet in sheets])
    book = Workbook()
    prepare(book)
    book.properties.title = sentences.titled(f"{pack.area.name}: work and health", pack.is_all_illustrative)
    book.properties.creator = SERVICE
    book.properties.language = "en-GB"
    del book[book.sheetnames[0]]
    for sheet in (_contents(pack, sheets, names), *sheets):
        page = write(book, sheet)
        page.title = names.get(sheet.name, page.title)
    book.active = 0
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sheet_names(wanted: Sequence[str]) -> dict[str, str]:
    """Each name without what Excel forbids in the name of a sheet, cut to its length, each one once."""
    names: dict[str, str] = {}
    taken = {"contents"}
    for name in wanted:
        plain = " ".join(re.sub(r"[\[\]:*?/\\']", " ", name).split())
        short = plain[:_LONGEST_NAME].strip() or "Sheet"
        if len(plain) > _LONGEST_NAME and " " in short and plain[_LONGEST_NAME] != " ":
            short = short.rpartition(" ")[0]  # no half words
        number = 2
        while short.lower() in taken:
            ending = f" {number}"
            short = f"{plain[: _LONGEST_NAME - len(ending)].strip()}{ending}"
            number += 1
        taken.add(short.lower())
        names[name] = short
    return names


def _contents(pack: Pack, sheets: Sequence[Sheet], names: dict[str, str]) -> Sheet:
    return Sheet(
        "Contents",
        sentences.titled(f"{pack.area.name}: work and health", pack.is_all_illustrative),
        "contents",
        [
            f"{pack.caption}.",
            *pack.summary,
            *([packs.ILLUSTRATIVE] if pack.illustrative else []),
            f"Made on {sentences.date_words(pack.made_on)} by {SERVICE}.",
            f"The newest figures and the methods are at {pack.address}",
            packs.LICENCE,
            _ONE_TABLE,
        ],
        ["Worksheet", "What it holds"],
        [[Link(names[sheet.name], f"#'{names[sheet.name]}'!A1"), sheet.title] for sheet in sheets],
        [70, 60],
    )


def _newest(pack: Pack, references: References) -> Sheet:
    """The newest figure of each indicator, and how it compares."""
    headings = ["Indicator", "People", "Theme", "Unit", "Period", "Period end", pack.area.name, "Lower 95% limit", "Upper 95% limit"]  # fmt: skip
    headings += ["England", "Compared with England"] if pack.compared else []
    headings += ["Recent trend", "Age of the figure", "Source"]
    rows: list[list[Cell]] = []
    for line in pack.main:
        indicator, row = line.indicator, line.row
        judged = pack.compared and not line.illustrative
        cells: list[Cell] = [
            sentences.titled(indicator.title, line.illustrative),
            sentences.people_of(line) or "Everyone",
            indicator.theme,
            sentences.unit_words(indicator),
            sentences.period_words(row["period"]),
            day_of(row["period"]),
            rounded(row["value"], indicator) or shorthand(row["status"]),
            rounded(row["lower_ci_95"], indicator) or NOT_APPLICABLE,
            rounded(row["upper_ci_95"], indicator) or NOT_APPLICABLE,
        ]
        if pack.compared:
            cells += [
                (rounded(line.england, indicator) or NOT_AVAILABLE) if judged else NOT_APPLICABLE,
                sentences.judged_words(line) if judged else NOT_APPLICABLE,
            ]
        cells += [
            NOT_APPLICABLE if line.illustrative else sentences.trend_words(line.trend),
            sentences.age_note(line.age, row["period"]) or "Up to 2 years",
            references.source(row["release"], indicator),
        ]
        rows.append(cells)
    title = f"Newest figures for {pack.place}"
    widths = [44, 22, 24, 16, 20, 20, 16, 14, 14, *([14, 22] if pack.compared else []), 24, 26, 12]
    return Sheet("Newest figures", title, "newest_figures", [_ONE_TABLE, EXPLAINED], headings, rows, widths)


def _notes(pack: Pack, references: References) -> Sheet:
    indicators = {line.indicator.id: line.indicator for line in pack.lines}
    rows: list[list[Cell]] = [[f"Shorthand {sign}", words] for sign, words in SHORTHAND.items()]
    rows += [["How to read", words] for words in packs.HOW_TO_READ]
    if pack.illustrative:
        rows.append(["Illustrative figures", packs.ILLUSTRATIVE])
    rows += [
        [f"About: {indicator.short_title}", caveat]
        for indicator in indicators.values()
        for caveat in indicator.caveats
    ]
    rows += [[reference, words] for words, reference in references.notes.items()]
    above = [
        "This worksheet contains one table. It says how to read the figures, and the limitations of each."
    ]
    return Sheet("Notes", "Notes and shorthand", "notes", above, ["Note", "Text"], rows, [34, 160])


def _sources(references: References) -> Sheet:
    headings = ["Source", "Indicators", "Publisher", "Publication", "Edition", "Published on", "Loaded on", "Licence", "Illustrative"]  # fmt: skip
    rows: list[list[Cell]] = [
        [
            reference,
            "; ".join(titles),
            release.get("publisher", NOT_AVAILABLE),
            release.get("publication", NOT_AVAILABLE),
            release.get("edition", NOT_AVAILABLE),
            date.fromisoformat(release["published_on"]) if release.get("published_on") else NOT_AVAILABLE,
            date.fromisoformat(release["loaded_at"][:10]) if release.get("loaded_at") else NOT_AVAILABLE,
            release.get("licence", NOT_AVAILABLE),
            "Illustrative, not real" if release.get("illustrative") else "No",
        ]
        for reference, titles, release in references.sources()
    ]
    above = [_ONE_TABLE, packs.LICENCE]
    return Sheet(
        "Sources",
        "Sources and licence",
        "sources",
        above,
        headings,
        rows,
        [14, 60, 36, 50, 20, 20, 20, 34, 16],
    )


def _definitions(pack: Pack) -> Sheet:
    """What each indicator counts."""
    indicators: dict[str, Indicator] = {line.indicator.id: line.indicator for line in pack.lines}
    rows: list[list[Cell]] = [
        [
            indicator.short_title,
            indicator.title,
            indicator.definition,
            indicator.numerator,
            indicator.denominator,
            sentences.unit_words(indicator),
            _POLARITY[indicator.polarity],
        ]
        for indicator in indicators.values()
    ]
    headings = [
        "Indicator",
        "Title",
        "What is counted",
        "Numerator",
        "Denominator",
        "Unit",
        "Which way is better",
    ]
    return Sheet(
        "Definitions", "What each indicator counts", "definitions", [_ONE_TABLE], headings, rows,
        [34, 40, 60, 44, 44, 16, 22],
    )  # fmt: skip


_POLARITY = {"high_is_good": "Higher is better", "low_is_good": "Lower is better", "none": "Neither"}


def _answers(pack: Pack) -> Sheet:
    """The three main questions with their answers; a value is a number in the unit beside it."""
    headings = [
        "Question", "Figure", "Area of the figure", "Area code", "Value", "Lower 95% limit", "Upper 95% limit", "Then", "England",
        "Unit", "Period", "Age of the figure", "Summary", "Notes and source",
    ]  # fmt: skip
    rows: list[list[Cell]] = []
    for found in pack.answers:
        question = headlines.QUESTIONS[found.headline]
        for answer in found.answers:
            indicator, row = answer.indicator, answer.line.row
            said = [
                *([headlines.unsaid_sentence(answer.unsaid)] if answer.unsaid else []),
                *headlines.notes_of(answer),
                headlines.source_words(answer),
            ]
            rows.append(
                [
                    question,
                    headlines.answer_name(indicator, answer.to),
                    headlines.place_words(answer.place, pack.area),
                    plain_code(answer.place.area.area_code),
                    rounded(row["value"], indicator) or shorthand(row["status"]),
                    rounded(row["lower_ci_95"], indicator),
                    rounded(row["upper_ci_95"], indicator),
                    rounded(answer.then.row["value"], answer.then.indicator) if answer.then else None,
                    rounded(answer.england["value"], indicator) if answer.england else None,
                    sentences.unit_words(indicator),
                    sentences.period_words(row["period"]),
                    sentences.age_note(answer.line.age, row["period"]) or "Up to 2 years",
                    headlines.answer_sentence(answer, pack.area),
                    " ".join(said),
                ]
            )
        rows += [
            [
                question, headlines.answer_name(lack.indicator, lack.to), pack.area.name, plain_code(pack.area.area_code),
                NOT_AVAILABLE, *[None] * 7, headlines.WHY_LACKING[lack.why], None,
            ]
            for lack in found.lacking
        ]  # fmt: skip
    above = [f"{_ONE_TABLE} It has the best published figures for this area, and which area each is for."]
    widths = [34, 44, 34, 14, 12, 12, 12, 12, 12, 16, 20, 22, 60, 70]
    return Sheet("Main questions", headlines.HEADING, "main_questions", above, headings, rows, widths)


def _ledger(pack: Pack) -> Sheet:
    """What the area has of each figure that answers a main question."""
    rows = [
        [headlines.QUESTIONS[entry.headline], *ledger.row_words(entry, pack.area)]
        for entry in pack.ledger.entries
    ]
    return Sheet(
        "Missing figures",
        f"{ledger.HEADING}: {pack.area.name}",
        "missing_figures",
        [_ONE_TABLE, ledger.EXPLAINED],
        ["Question", *ledger.COLUMNS],
        rows,
        [34, 50, 22, 30, 40, 60, 50],
    )


def _evidence(pack: Pack) -> Sheet:
    """The local programmes of the area first, then what is known to help with the main questions."""
    found = pack.evidence
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
    rows: list[list[Cell]] = [
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
    above = [_ONE_TABLE, evidence.SUITABLE, evidence.AGE]
    widths = [26, 34, 22, 56, 34, 56, 24, 50, 34, 30, 30, 50]
    return Sheet("Evidence", "What may help: evidence", "evidence", above, headings, rows, widths)
