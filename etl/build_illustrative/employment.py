"""Illustrative employment status at start and end of treatment (NHS Talking Therapies)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

from etl.build_illustrative.chance import about, shown, size_of, spread, write_csv
from etl.sources import nhs_talking_therapies_employment
from geodata.register import Area, Register

START_STATUSES = (
    "Employed",
    "Unemployed and seeking work",
    "Students who are not working or actively seeking work",
    "Long term sick or disabled, or in receipt of benefit payments",
    "Homemaker who is not working or actively seeking work",
    "Not receiving benefits and who are not working or actively seeking work",
    "Unpaid voluntary work who are not working or actively seeking work",
    "Retired",
    "Not Stated/Not known/Invalid",
)
# invented: shares of finished courses by status at the start, among those whose status is known
_START_SHARES = (0.575, 0.125, 0.065, 0.105, 0.050, 0.025, 0.010, 0.045)
# invented: chance of being in work at the end, for those who were not at the start
_INTO_WORK = (0.165, 0.070, 0.035, 0.040, 0.080, 0.090, 0.006)
# invented: chance of each other status at the end, for those who were in work at the start
_OUT_OF_WORK = (0.0190, 0.0020, 0.0150, 0.0025, 0.0030, 0.0005, 0.0035)
Table = list[list[int]]
"""Rows by status at the start, columns by status at the end; both in the publisher's order, unknown last."""


def employment_table(area_code: str, year: str, finished: float) -> Table:
    """One organisation's invented table of finished courses, start × end."""
    known_at_start = min(0.97, 0.88 * spread(0.05, area_code, "known at start"))
    known_at_end = min(0.96, 0.84 * spread(0.07, area_code, "known at end"))
    shares = [share * spread(0.12, area_code, "share", place) for place, share in enumerate(_START_SHARES)]
    into = spread(0.20, area_code, year, "into work")
    out = spread(0.16, area_code, year, "out of work")
    table: Table = []
    for place, share in enumerate(shares):
        people = finished * known_at_start * share / sum(shares)
        if place == 0:
            left = [rate * out for rate in _OUT_OF_WORK]
            ends = [1 - sum(left), *left]
        else:
            found = min(0.5, _INTO_WORK[place - 1] * into)
            stayed = (1 - found) * 0.955
            drift = (1 - found - stayed) / 6
            ends = [found, *(stayed if other == place else drift for other in range(1, 8))]
        row = [
            about(people * known_at_end * end, area_code, year, place, column)
            for column, end in enumerate(ends)
        ]
        row.append(about(people * (1 - known_at_end), area_code, year, place, "unknown"))
        table.append(row)
    unknown = finished * (1 - known_at_start)
    ends = [0.5 * known_at_end * share / sum(shares) for share in shares]
    row = [about(unknown * end, area_code, year, 8, column) for column, end in enumerate(ends)]
    row.append(about(unknown * (1 - sum(ends)), area_code, year, 8, "unknown"))
    table.append(row)
    return table


def add_tables(tables: Iterable[Table]) -> Table:
    """Cell by cell."""
    return [[sum(cells) for cells in zip(*rows, strict=True)] for rows in zip(*tables, strict=True)]


def _employment_rows(kind: str, code: str, name: str, table: Table, *, exact: bool) -> list[list[str]]:
    write = str if exact else shown
    referrals = [
        round(sum(cells) * 2.4 * spread(0.04, code, start, "referrals"))
        for start, cells in zip(START_STATUSES, table, strict=True)
    ]
    totals = [sum(column) for column in zip(*table, strict=True)]
    return [
        [
            kind,
            code,
            name,
            nhs_talking_therapies_employment.VARIABLE,
            start,
            "All",
            *(write(count) for count in (received, sum(cells), *cells)),
        ]
        for start, received, cells in zip(
            ("Total", *START_STATUSES), (sum(referrals), *referrals), (totals, *table), strict=True
        )
    ]


def employment_header(year: str) -> list[str]:
    """The columns of a year: those of 2022-23 on mix two spellings, as the publisher's do."""
    names = [
        nhs_talking_therapies_employment.END + status
        for status in nhs_talking_therapies_employment.END_STATUSES
    ]
    if year >= "2022":
        names[1:] = [name.replace("Count_", "Count", 1) for name in names[1:]]
    return [
        *nhs_talking_therapies_employment.KEYS,
        "Count_ReferralsReceived",
        nhs_talking_therapies_employment.FINISHED,
        *names,
    ]


def build_employment(folder: Path, register: Register) -> list[Path]:
    """2021-22 by CCG, STP, region and England; 2022-23 by ICB, region and England."""
    paths = []
    for year, kinds, vintage, day in (
        ("2021-22", (("ccg", "CCG"), ("stp", "STP")), 2021, date(2021, 4, 1)),
        ("2022-23", (("icb", "ICB"),), 2022, date(2022, 12, 31)),
    ):
        smallest = register.vintage(kinds[0][0], vintage)
        weights = {area.area_code: size_of(area, day, register) for area in smallest}
        scale = 640_000 / sum(weights.values())
        tables: dict[str, Table] = {
            area.area_code: employment_table(area.ods_code or "", year, weights[area.area_code] * scale)
            for area in smallest
        }
        levels: list[tuple[str, Sequence[Area], Mapping[str, Table]]] = [(kinds[0][1], smallest, tables)]
        for area_type, kind in (*kinds[1:], ("nhs_region", "Commissioning Region")):
            tables = _lifted(tables, area_type, day, register)
            level = [area for area in register.vintage(area_type, vintage) if area.area_code in tables]
            levels.append((kind, level, tables))
        england = add_tables(tables.values())
        rows = _employment_rows("England", "All", "All", england, exact=True)
        for kind, areas, of_level in reversed(levels):
            for area in sorted(areas, key=lambda area: area.ods_code or ""):
                name = (area.official_name or area.name).upper() + (
                    {"STP": " STP", "Commissioning Region": " COMMISSIONING REGION"}.get(kind, "")
                )
                rows += _employment_rows(
                    kind, area.ods_code or "", name, of_level[area.area_code], exact=False
                )
        path = folder / f"illustrative-psych-ther-ann-rep-csv-{year}-employment-status.csv"
        paths.append(write_csv(path, employment_header(year), rows))
    return paths


def _lifted(tables: Mapping[str, Table], parent_type: str, day: date, register: Register) -> dict[str, Table]:
    """Tables of the areas above: the sums of those that lie in them (the largest share, where several do)."""
    below: dict[str, list[Table]] = {}
    for code, table in tables.items():
        parent = register.parents(code, parent_type, day)[0].parent_code
        below.setdefault(parent, []).append(table)
    return {code: add_tables(parts) for code, parts in below.items()}
