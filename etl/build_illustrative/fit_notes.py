"""Illustrative fit notes by diagnosis and type."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from etl.build_illustrative.chance import about, size_of, spread, write_csv
from etl.sources import fit_notes
from geodata.register import Area, Register

# invented: fit notes of a month per 100,000 registered patients, and what they are for
_FIT_NOTES = 1_450.0
_FIT_NOTE_SHARES = (
    ("All", "May be fit", 0.068),
    ("Unknown", "All", 0.37),
    ("Mental and behavioural disorders (F00-F99)", "All", 0.215),
    ("Diseases of the musculoskeletal system and connective tissue (M00-M99)", "All", 0.12),
)
_FIT_NOTE_MONTHS = tuple(date(2024, month, 1) for month in range(4, 13))
FitNotes = dict[tuple[date, str, str], int]
"""Count by month, diagnosis and type."""


def _fit_notes_of(area: Area, patients: int) -> FitNotes:
    """Invented counts of one sub-ICB location: a level of its own, and months around it."""
    level = patients / 100_000 * _FIT_NOTES * spread(0.22, area.ods_code, "fit notes")
    shares = [
        (diagnosis, kind, share * spread(0.10, area.ods_code, diagnosis, kind))
        for diagnosis, kind, share in _FIT_NOTE_SHARES
    ]
    counts: FitNotes = {}
    for day in _FIT_NOTE_MONTHS:
        total = about(level * spread(0.02, day, "month"), area.ods_code, day, "fit notes")
        counts[day, "All", "All"] = total
        for diagnosis, kind, share in shares:
            counts[day, diagnosis, kind] = min(
                total, about(total * share, area.ods_code, day, diagnosis, kind)
            )
    return counts


def build_fit_notes(folder: Path, register: Register) -> list[Path]:
    """April to December 2024 by sub-ICB location, ICB, region and England."""
    day = date(2024, 12, 31)
    locations = register.vintage("sub_icb", 2024)
    weights = {area.area_code: size_of(area, day, register) for area in locations}
    scale = 63_000_000 / sum(weights.values())
    patients = {code: round(weight * scale) for code, weight in weights.items()}
    counts = {area.area_code: _fit_notes_of(area, patients[area.area_code]) for area in locations}
    rows = _fit_note_rows("England", "All", "England", list(counts.values()), sum(patients.values()))
    boards = {code: register.parents(code, "icb", day)[0].parent_code for code in counts}
    regions = {
        code: register.parents(board, "nhs_region", day)[0].parent_code for code, board in boards.items()
    }
    for area_type, kind, above in (
        ("nhs_region", "Commissioning Region", regions),
        ("icb", "ICB", boards),
        ("sub_icb", "Sub ICB", {code: code for code in counts}),
    ):
        inside: dict[str, list[str]] = {}
        for code in counts:
            inside.setdefault(above[code], []).append(code)
        for area in sorted(register.vintage(area_type, 2024), key=lambda area: area.ods_code or ""):
            codes = inside[area.area_code]
            rows += _fit_note_rows(
                kind,
                area.ods_code or "",
                (area.official_name or area.name).upper(),
                [counts[code] for code in codes],
                sum(patients[code] for code in codes),
            )
    return [write_csv(folder / "illustrative-gp-fit-note-eng-csv-dec-24.csv", fit_notes.COLUMNS, rows)]


def _fit_note_rows(
    kind: str, code: str, name: str, parts: Sequence[FitNotes], patients: int
) -> list[list[str]]:
    return [
        [
            f"{day:%b-%y}",
            kind,
            code,
            name,
            diagnosis,
            note_type,
            "All",
            str(sum(part[day, diagnosis, note_type] for part in parts)),
            str(patients),
        ]
        for day, diagnosis, note_type in parts[0]
    ]
