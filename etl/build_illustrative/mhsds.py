"""Illustrative access to Individual Placement and Support (Mental Health Services Data Set)."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path

from etl.build_illustrative.chance import about, shown, size_of, spread, write_csv
from etl.sources import mhsds
from geodata.register import Register

_MHSDS_MONTHS = ((2023, 3), (2024, 3), (2025, 3))
_MHSDS_NAMES = {
    "MHS116": (
        "Number of referrals that accessed Individual Placement Support (IPS) in the reporting period"
    ),
    "MHS116a": (
        "Rate of referrals that accessed Individual Placement Support (IPS) in the reporting period "
        "per 100,000 of the population"
    ),
}


def build_mhsds(folder: Path, register: Register) -> list[Path]:
    """Twelve months to each March by sub-ICB location and England, as the publisher has them: MHS116 and MHS116a."""
    paths = []
    for year, month in _MHSDS_MONTHS:
        day = date(year, month, 31)
        first = date(year - 1, month + 1, 1)
        locations = register.vintage("sub_icb", year - 1)
        weights = {area.area_code: size_of(area, day, register) for area in locations}
        scale = 57_000_000 / sum(weights.values())
        people = {code: round(weight * scale) for code, weight in weights.items()}
        # invented: access grows, and places differ by more than they change
        national = {2023: 52.0, 2024: 66.0, 2025: 74.0}[year]
        counts = {
            area.area_code: about(
                people[area.area_code]
                / 100_000
                * national
                * spread(0.38, area.ods_code, "access")
                * spread(0.10, area.ods_code, year, "access"),
                area.ods_code,
                year,
                "referrals",
            )
            for area in locations
        }
        rows = _mhsds_rows(
            first,
            day,
            "England",
            "England",
            "England",
            sum(counts.values()),
            sum(people.values()),
            exact=True,
        )
        for area in sorted(locations, key=lambda area: area.ods_code or ""):
            rows += _mhsds_rows(
                first,
                day,
                "Sub ICB of Residence",
                area.ods_code or "",
                (area.official_name or area.name).upper(),
                counts[area.area_code],
                people[area.area_code],
                exact=False,
            )
        path = folder / f"illustrative-MHSDS_Data_MarPerf_{year}.csv"
        paths.append(write_csv(path, list(mhsds.COLUMNS), rows))
    return paths


def _mhsds_rows(
    first: date, last: date, breakdown: str, code: str, name: str, count: int, people: int, *, exact: bool
) -> list[list[str]]:
    rate = 100_000 * count / people
    values = {
        "MHS116": str(count) if exact else shown(count),
        "MHS116a": f"{rate:.6f}" if exact else ("*" if count < 5 else str(math.floor(rate + 0.5))),
    }
    return [
        [
            f"{first:%d/%m/%Y}",
            f"{last:%d/%m/%Y}",
            "Performance",
            breakdown,
            code,
            name,
            "NONE",
            "NONE",
            measure,
            words,
            values[measure],
        ]
        for measure, words in _MHSDS_NAMES.items()
    ]
