"""Makes the illustrative files: invented figures for real areas, in the exact layouts of the publications.

No publisher's file for these can ship with the project. The files made here go through the real parsers, so
that the pages can be used before the first refresh; every figure of theirs is shown as illustrative. All numbers
are invented. They depend on the code of the area and nothing else that changes (no clock, no random state), so
that the same register always gives the same files.

Run with ``python -m etl.build_illustrative``.
"""

from __future__ import annotations

import csv
import hashlib
import json
import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from statistics import NormalDist
from typing import Any

from etl.sources import dwp_stat_xplore, fit_notes, mhsds, nhs_talking_therapies_employment, nomis_aps
from etl.sources.dwp_stat_xplore import tables as esa_tables
from etl.sources.dwp_stat_xplore.requests import queries
from etl.sources.nomis_aps.pages import COLUMNS as APS_COLUMNS
from geodata.register import Area, Register, load_register

FOLDER = Path(__file__).resolve().parent / "illustrative"

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

# invented: fit notes of a month per 100,000 registered patients, and what they are for
_FIT_NOTES = 1_450.0
_FIT_NOTE_SHARES = (
    ("All", "May be fit", 0.068),
    ("Unknown", "All", 0.37),
    ("Mental and behavioural disorders (F00-F99)", "All", 0.215),
    ("Diseases of the musculoskeletal system and connective tissue (M00-M99)", "All", 0.12),
)
_FIT_NOTE_MONTHS = tuple(date(2024, month, 1) for month in range(4, 13))

_NORMAL = NormalDist()
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


def chance(*words: object) -> float:
    """A number between 0 and 1 that depends on the words alone."""
    digest = hashlib.sha256("|".join(str(word) for word in words).encode()).digest()
    return (int.from_bytes(digest[:7], "big") + 0.5) / 2**56


def spread(size: float, *words: object) -> float:
    """A factor around 1, log-normal with standard deviation ``size`` of its logarithm."""
    return math.exp(size * _NORMAL.inv_cdf(chance(*words)))


def about(expected: float, *words: object) -> int:
    """A whole number around ``expected`` (≥ 0), about as spread as a count is."""
    return max(0, round(expected + math.sqrt(max(expected, 0.0)) * _NORMAL.inv_cdf(chance(*words))))


def shown(count: float) -> str:
    """As the publisher shows counts below England: to the nearest 5, below 5 hidden."""
    return "*" if count < 5 else str(5 * math.floor(count / 5 + 0.5))


# --- employment status at start and end of treatment --------------------------------------------------------

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
        weights = {area.area_code: _size(area, day, register) for area in smallest}
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
            for area in sorted(areas, key=lambda one: one.ods_code or ""):
                name = area.name.upper() + (
                    {"STP": " STP", "Commissioning Region": " COMMISSIONING REGION"}.get(kind, "")
                )
                rows += _employment_rows(
                    kind, area.ods_code or "", name, of_level[area.area_code], exact=False
                )
        path = folder / f"illustrative-psych-ther-ann-rep-csv-{year}-employment-status.csv"
        paths.append(_write(path, employment_header(year), rows))
    return paths


def _lifted(tables: Mapping[str, Table], parent_type: str, day: date, register: Register) -> dict[str, Table]:
    """Tables of the areas above: the sums of those that lie in them (the largest share, where several do)."""
    below: dict[str, list[Table]] = {}
    for code, table in tables.items():
        parent = register.parents(code, parent_type, day)[0].parent_code
        below.setdefault(parent, []).append(table)
    return {code: add_tables(parts) for code, parts in below.items()}


def _size(area: Area, day: date, register: Register) -> float:
    """An invented size: the number of districts in the area, spread by chance."""
    districts = sum(row.share for row in register.children(area.area_code, "ltla", day))
    return max(districts, 0.2) * spread(0.3, area.ods_code, "size")


# --- Individual Placement and Support -----------------------------------------------------------------------


def build_mhsds(folder: Path, register: Register) -> list[Path]:
    """Twelve months to each March by sub-ICB location, ICB and England: MHS116 and MHS116a."""
    paths = []
    for year, month in _MHSDS_MONTHS:
        day = date(year, month, 31)
        first = date(year - 1, month + 1, 1)
        locations = register.vintage("sub_icb", year - 1)
        weights = {area.area_code: _size(area, day, register) for area in locations}
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
        parents = {
            area.area_code: register.parents(area.area_code, "icb", day)[0].parent_code for area in locations
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
        for board in sorted(
            register.vintage("icb", year - 1),
            key=lambda one: one.ods_code or "",
        ):
            inside = [code for code, parent in parents.items() if parent == board.area_code]
            rows += _mhsds_rows(
                first,
                day,
                "ICB of Residence",
                board.ods_code or "",
                board.name.upper(),
                sum(counts[code] for code in inside),
                sum(people[code] for code in inside),
                exact=False,
            )
        for area in sorted(locations, key=lambda one: one.ods_code or ""):
            rows += _mhsds_rows(
                first,
                day,
                "Sub ICB of Residence",
                area.ods_code or "",
                area.name.upper(),
                counts[area.area_code],
                people[area.area_code],
                exact=False,
            )
        path = folder / f"illustrative-MHSDS_Data_MarPerf_{year}.csv"
        paths.append(_write(path, list(mhsds.COLUMNS), rows))
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


# --- Employment and Support Allowance -----------------------------------------------------------------------

_ESA_QUARTERS = (202405, 202408, 202411, 202502)
_ESA_CONDITIONS = {"5": "Mental and behavioural disorders", "13": "Diseases of the musculoskeletal system"}
# invented: people on the benefit in an average district, and what is left of them after a quarter
_ESA_DISTRICT, _ESA_LEFT = 4_300.0, 0.975
_ESA_SHARES = {"5": 0.50, "13": 0.13}


def build_esa(folder: Path, register: Register) -> list[Path]:
    """Four quarters by district, region and England: everyone, and two medical conditions."""
    table = next(one for one in esa_tables.TABLES if one.key == "esa")
    districts = register.vintage("ltla", 2024)
    day = date(2024, 5, 31)
    region_of = {
        area.area_code: register.parents(area.area_code, "region", day)[0].parent_code for area in districts
    }
    months = [f"str:value:{table.database}:{table.month_field}:C_ESA_QTR_NEW:{one}" for one in _ESA_QUARTERS]
    sets = {
        level: f"str:valueset:{table.database}:{table.facts}:COA_CODE:V_C_MASTERGEOG21_{ending}"
        for level, ending in (("ltla", "LA_TO_REGION"), ("region", "REGION_TO_COUNTRY"))
    }
    paths = []
    for name, query in queries(table, months, sets):
        conditions = list(_ESA_CONDITIONS) if "icdgp" in name else [""]
        counts = {
            area.area_code: _esa_counts(area.area_code, conditions, _ESA_QUARTERS) for area in districts
        }
        if "-ltla-" in name:
            areas, total = [(area.area_code, area.name) for area in districts], False
        else:
            areas = [(code, register.area(code).name) for code in esa_tables.REGIONS]
            counts = {
                code: add_tables(counts[one] for one, region in region_of.items() if region == code)
                for code, _ in areas
            }
            total = True
        answer = _esa_answer(table, query, areas, counts, total=total)
        path = folder / f"illustrative-statxplore-{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(answer, separators=(",", ":"), ensure_ascii=False), encoding="utf-8")
        paths.append(path)
    return paths


def _esa_counts(code: str, conditions: Sequence[str], quarters: Sequence[int]) -> Table:
    """Rows by quarter, columns by medical condition ("" is all of them)."""
    people = _ESA_DISTRICT * spread(0.55, code, "esa")
    return [
        [
            about(
                people
                * _ESA_LEFT**number
                * (_ESA_SHARES[condition] * spread(0.12, code, condition) if condition else 1.0),
                code,
                quarter,
                condition,
            )
            for condition in conditions
        ]
        for number, quarter in enumerate(quarters)
    ]


def _esa_answer(
    table: esa_tables.Table,
    query: dict[str, Any],
    areas: Sequence[tuple[str, str]],
    counts: Mapping[str, Table],
    *,
    total: bool,
) -> dict[str, Any]:
    """What the table endpoint would answer; a last item of the areas is their total where it is asked for."""
    tables = [counts[code] for code, _ in areas]
    if total:
        tables.append(add_tables(tables))
    area_dimension, (month_field,), *rest = query["dimensions"]
    stem = (
        f"str:value:{table.database}:{table.facts}:COA_CODE:"
        f"V_C_MASTERGEOG21_{'REGION_TO_COUNTRY' if total else 'LA_TO_REGION'}"
    )
    fields: list[dict[str, Any]] = [
        {
            "uri": area_dimension[0],
            "label": "National - Regional - LA - OAs",
            "items": [_item(f"{stem}:{code}", name) for code, name in areas]
            + ([{"type": "Total", "labels": ["Total"]}] if total else []),
        },
        {
            "uri": month_field,
            "label": "Quarter",
            "items": [
                _item(uri, f"{quarter} ({date(quarter // 100, quarter % 100, 1):%b-%y})")
                for (uri,), quarter in zip(query["recodes"][month_field]["map"], _ESA_QUARTERS, strict=True)
            ],
        },
    ]
    values: list[Any] = tables
    if rest:
        ((field,),) = rest
        fields.append(
            {
                "uri": field,
                "label": "Medical condition",
                "items": [
                    _item(uri, label)
                    for (uri,), label in zip(
                        query["recodes"][field]["map"], _ESA_CONDITIONS.values(), strict=True
                    )
                ],
            }
        )
    else:
        values = [[row[0] for row in rows] for rows in tables]
    return {
        "query": query,
        "database": {
            "id": table.database,
            "uri": f"str:database:{table.database}",
            "label": "Illustrative: every figure of this file is invented",
        },
        "measures": [
            {
                "uri": table.count,
                "label": "Illustrative caseload",
                "measure": table.count,
                "function": "COUNT",
            }
        ],
        "fields": fields,
        "cubes": {table.count: {"values": values, "precision": 0}},
        "annotationMap": {},
    }


def _item(uri: str, label: str) -> dict[str, Any]:
    return {"type": "RecodeItem", "uris": [uri], "labels": [label]}


# --- employment by disability and long-term condition -----------------------------------------------------------

# number of the variable (those from 9001 on are invented: Nomis' own are not documented), stem, name,
# invented rate of England, of a survey of whom, and by how much places differ
_APS_VARIABLES = (
    ("44", "44", "Employment rate - aged 16+", 60.5, 1.0, 3.0),
    (
        "1715",
        "1715",
        "% In employment with health conditions or illnesses lasting more than 12 months (aged 16+)",
        44.0,
        0.38,
        4.5,
    ),
    (
        "9001",
        "employment-rate-disabled",
        "Employment rate EA core or work-limiting disabled - aged 16-64",
        54.0,
        0.20,
        6.0,
    ),
    (
        "9002",
        "employment-rate-not-disabled",
        "Employment rate not EA core or work-limiting disabled - aged 16-64",
        81.0,
        0.55,
        2.5,
    ),
)
_APS_YEARS = (2021, 2022, 2023)
_HIDDEN = (
    "Estimate and confidence interval not available since the group sample size is zero or disclosive (0-2)"
)
_MISSING_PLACES = ("E06000053", "E09000001")  # Isles of Scilly and City of London: too small for the survey


def build_aps(folder: Path, register: Register) -> list[Path]:
    """Three calendar years by district, county, region and England: rates and the half-widths of their intervals."""
    day = date(_APS_YEARS[-1], 12, 31)
    districts = register.vintage("ltla", _APS_YEARS[-1])
    sampled = {
        area.area_code: 0.0
        if area.area_code in _MISSING_PLACES
        else 420 * spread(0.35, area.area_code, "sample")
        for area in districts
    }
    counties = [area for area in register.vintage("utla", _APS_YEARS[-1]) if area.area_code not in sampled]
    areas = [*register.vintage("england", _APS_YEARS[-1]), *register.vintage("region", _APS_YEARS[-1])]
    areas += [*counties, *districts]
    inside = {
        area.area_code: [row.child_code for row in register.children(area.area_code, "ltla", day)]
        for area in areas
        if area.area_code not in sampled
    }
    inside[areas[0].area_code] = list(sampled)
    paths = []
    for number, stem, name, national, share, apart in _APS_VARIABLES:
        records = []
        for year, later in zip(_APS_YEARS, range(len(_APS_YEARS)), strict=True):
            rates = {
                code: national
                + 0.4 * later
                + apart * _NORMAL.inv_cdf(chance(code, stem))
                + 1.2 * _NORMAL.inv_cdf(chance(code, stem, year))
                for code in sampled
            }
            for area in areas:
                parts = inside.get(area.area_code, [area.area_code])
                people = sum(sampled[code] for code in parts) * share
                rate = sum(rates[code] * sampled[code] for code in parts) * share / people if people else None
                records += _aps_rows(area, f"Jan {year}-Dec {year}", number, name, rate, people)
        rows = [[*record, str(place), str(len(records))] for place, record in enumerate(records)]
        path = folder / f"illustrative-nomis-aps-{stem}-p01.csv"
        paths.append(_write(path, list(APS_COLUMNS), rows))
    return paths


def _aps_rows(
    area: Area, span: str, number: str, name: str, rate: float | None, people: float
) -> list[list[str]]:
    """The percentage and its half-width, of so many people in the survey."""
    half_width = 0.0 if rate is None else 196 * math.sqrt(rate / 100 * (1 - rate / 100) / people)
    status = _HIDDEN if rate is None else "Normal Value"
    return [
        [span, area.name, area.area_code, name, number, measure, words, value, status]
        for measure, words, value in (
            ("20599", "Variable", "" if rate is None else f"{rate:.1f}"),
            ("21003", "Confidence", "" if rate is None else f"{half_width:.1f}"),
        )
    ]


# --- fit notes ----------------------------------------------------------------------------------------------

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
    weights = {area.area_code: _size(area, day, register) for area in locations}
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
        for area in sorted(register.vintage(area_type, 2024), key=lambda one: one.ods_code or ""):
            codes = inside[area.area_code]
            rows += _fit_note_rows(
                kind,
                area.ods_code or "",
                area.name.upper(),
                [counts[code] for code in codes],
                sum(patients[code] for code in codes),
            )
    return [_write(folder / "illustrative-gp-fit-note-eng-csv-dec-24.csv", fit_notes.COLUMNS, rows)]


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


# --- files --------------------------------------------------------------------------------------------------


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
    return path


def build(folder: Path = FOLDER, register: Register | None = None) -> list[Path]:
    """Write every illustrative file below ``folder``; returns their paths."""
    register = register or load_register()
    return [
        *build_employment(folder / nhs_talking_therapies_employment.source.info.source_id, register),
        *build_mhsds(folder / mhsds.source.info.source_id, register),
        *build_fit_notes(folder / fit_notes.source.info.source_id, register),
        *build_esa(folder / dwp_stat_xplore.source.info.source_id, register),
        *build_aps(folder / nomis_aps.source.info.source_id, register),
    ]


if __name__ == "__main__":
    for written in build():
        sys.stdout.write(f"{written.relative_to(FOLDER)}\n")
