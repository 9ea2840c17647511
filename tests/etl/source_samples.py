"""A small publication of each source in the publisher's own layout, with made-up numbers, as bytes by file name.

What damages files, mutates them or kills a refresh of them takes them from here, so that a new source is asked for
in all of those places: ``samples_of`` raises for a source that has none.
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from geodata.register import load_register

FIXTURES = Path(__file__).parents[1] / "fixtures" / "sources"

Grid = Any
"""Rows of cells; of JSON what it says."""


@dataclass(frozen=True)
class Sample:
    """One publication. ``name`` is the file that is damaged, ``files`` has it and those that belong to it.

    ``needed`` is a heading without which it cannot be read, ``figures`` one above the publisher's numbers.
    ``header`` is the row of the headings from 0. ``units`` gives how many units ``parse`` has to account for in the
    grid of the file, and ``used`` how many a frame of measurements stands for (None
    where it does not tell).
    """

    source_id: str
    edition: str
    name: str
    files: Mapping[str, bytes] = field(repr=False)
    needed: str
    figures: str
    header: int = 0
    units: Callable[[Grid], int] = field(default=lambda grid: len(below(grid)), repr=False)
    used: Callable[[pd.DataFrame], int] | None = field(default=len, repr=False)
    as_published: bool = True

    @property
    def content(self) -> bytes:
        return self.files[self.name]

    @property
    def kind(self) -> str:
        return Path(self.name).suffix.removeprefix(".")

    def write(self, folder: Path, content: bytes | None = None) -> Path:
        """Put the files into a folder, the damaged one with other content; its path."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, whole in self.files.items():
            (folder / name).write_bytes(whole)
        path = folder / self.name
        if content is not None:
            path.write_bytes(content)
        return path


def below(grid: Grid, header: int = 0) -> Grid:
    """Rows below the headings that hold anything."""
    return [line for line in grid[header + 1 :] if any(str(cell).strip() for cell in line)]


def distinct_rows(measured: pd.DataFrame) -> int:
    """For parsers that make several measurements of a row."""
    return int(measured["row"].nunique())


# --- grids ------------------------------------------------------------------------------------------------


def grid_of(kind: str, content: bytes) -> Grid:
    """Cells of a file; what cannot be read as ``kind`` raises whatever its reader raises."""
    match kind:
        case "csv":
            return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
        case "xlsx":
            book = openpyxl.load_workbook(io.BytesIO(content))
            return [list(line) for line in book.worksheets[0].iter_rows(values_only=True)]
        case "parquet":
            table = pq.read_table(io.BytesIO(content))
            return [list(table.column_names), *map(list, zip(*table.to_pydict().values(), strict=True))]
        case "json":
            return json.loads(content)
    raise ValueError(f"a file of kind {kind!r} has no grid")


def content_of(kind: str, grid: Grid, like: bytes | None = None) -> bytes:
    """The file of some cells; of a workbook ``like`` has the other sheets, and the names of all."""
    match kind:
        case "csv":
            text = io.StringIO(newline="")
            csv.writer(text, lineterminator="\n").writerows(grid)
            return text.getvalue().encode()
        case "xlsx":
            book = openpyxl.Workbook() if like is None else openpyxl.load_workbook(io.BytesIO(like))
            page = book.worksheets[0]
            if like is None:
                page.title = "Data"
            page.delete_rows(1, page.max_row)
            for line in grid:
                page.append(line)
            made = io.BytesIO()
            book.save(made)
            return made.getvalue()
        case "parquet":
            names, *lines = grid
            columns = [
                [line[place] if place < len(line) else None for line in lines] for place in range(len(names))
            ]
            made = io.BytesIO()
            pq.write_table(pa.table(columns, names=[str(name) for name in names]), made, row_group_size=2)
            return made.getvalue()
        case "json":
            return json.dumps(grid).encode()
    raise ValueError(f"a file of kind {kind!r} has no grid")


# --- publications -----------------------------------------------------------------------------------------


def fixture(source_id: str, name: str) -> dict[str, bytes]:
    return {name: (FIXTURES / source_id / name).read_bytes()}


def ons_local_indicators() -> Sample:
    name = "employment-rate.csv"
    files = fixture("ons_local_indicators", name) | fixture("ons_local_indicators", "employment-rate.json")
    return Sample("ons_local_indicators", "employment-rate", name, files, "observation", "observation")


def nomis_aps_t01() -> Sample:
    cells = (
        (22, "All"),
        (25, "Economically active"),
        (28, "In employment"),
        (31, "Employees"),
        (34, "Self Employed"),
        (37, "Unemployed"),
        (40, "Inactive"),
    )
    headings: list[Any] = ["Area"]
    triples: list[Any] = [None]
    for number, words in cells:
        headings += [f"T01:{number} (Aged 16-64 - {words} : All People )", None, None]
        triples += ["number", "Flags", "conf"]
    areas = {
        "country:England": (40_000, 32_000, 30_000, 26_000, 4_000, 2_000, 8_000),
        "ladu:Darlington": (65, 52, 49, 42, 7, 3, 13),
        "ladu:Rutland": (24, 19, 18, 15, 3, 1, 5),
    }
    grid: Grid = [
        ["annual population survey"],
        ["ONS Crown Copyright Reserved [from Nomis on 14 June 2022]"],
        [],
        ["date", "Jan 2021-Dec 2021"],
        ["confidence", "95% confidence interval (+/-)"],
        [],
        headings,
        triples,
        *(
            [label, *(cell for count in counts for cell in (count * 1000, None, count * 100))]
            for label, counts in areas.items()
        ),
        [],
        ["! Estimate and confidence interval not available"],
    ]
    name = "nomis_2022_06_14_095314.xlsx"
    return Sample(
        "nomis_aps_t01",
        "2022-06-14",
        name,
        {name: content_of("xlsx", grid)},
        headings[7],
        headings[7],
        header=6,
        units=lambda grid: 7 * sum(":" in str(line[0]) and any(line[1:]) for line in grid),
    )


def nomis_aps() -> Sample:
    name, second = "nomis-aps-45-p01.csv", "nomis-aps-45-p02.csv"
    files = fixture("nomis_aps", name) | fixture("nomis_aps", second)
    others = len(below(grid_of("csv", files[second])))
    return Sample(
        "nomis_aps",
        "2022-12",
        name,
        files,
        "OBS_VALUE",
        "OBS_VALUE",
        units=lambda grid: len(below(grid)) + others,
        # a half-width becomes part of its percentage, and the rows are those of two files
        used=None,
        as_published=False,
    )


def nomis_aps_one_page() -> Sample:
    headings, *lines = grid_of("csv", fixture("nomis_aps", "nomis-aps-45-p01.csv")["nomis-aps-45-p01.csv"])
    places = {name: place for place, name in enumerate(headings)}
    kept = [line for line in lines if line[places["MEASURES"]] != "21003"]
    for number, line in enumerate(kept):
        line[places["DATE_NAME"]] = "Jan 2021-Dec 2021"
        line[places["RECORD_OFFSET"]], line[places["RECORD_COUNT"]] = str(number), str(len(kept))
    name = "nomis-aps-45-p01.csv"
    return Sample(
        "nomis_aps", "2021-12", name, {name: content_of("csv", [headings, *kept])}, "OBS_VALUE", "OBS_VALUE"
    )


def fingertips() -> Sample:
    name = "fingertips-502.csv"
    return Sample(
        "fingertips",
        "fingertips-502",
        name,
        fixture("fingertips", name),
        "Value",
        "Value",
        used=distinct_rows,
    )


def nhs_talking_therapies() -> Sample:
    name = "psych-ther-ann-rep-csv-2021-22-main-csv.csv"
    (content,) = fixture("nhs_talking_therapies", name).values()
    waits = b"England,All,All,Waiting Time,First treatment,<18 weeks,0,480,0,0,0,0,0,0,0\n"
    return Sample(
        "nhs_talking_therapies",
        "2021-22-main",
        name,
        {name: content.rstrip(b"\n") + b"\n" + waits},
        "VariableType",
        "Count_FinishedCourseTreatment",
        units=lambda grid: (
            len(below(grid)) * sum("_" in name and name[:4] in ("Coun", "Mean", "Perc") for name in grid[0])
        ),
    )


def nhs_talking_therapies_monthly() -> Sample:
    name = "nhstalkingtherapies_month_sep_2025_activity_performance.csv"
    return Sample(
        "nhs_talking_therapies",
        name.removesuffix(".csv"),
        name,
        fixture("nhs_talking_therapies", name),
        "ORG_CODE1",
        "MEASURE_VALUE_SUPPRESSED",
    )


def nhs_talking_therapies_employment() -> Sample:
    name = "psych-ther-ann-rep-csv-2021-22-employment-status.csv"
    return Sample(
        "nhs_talking_therapies_employment",
        "2021-22",
        name,
        fixture("nhs_talking_therapies_employment", name),
        "Count_FinishedCourseTreatment",
        "Count_FinishedCourseTreatment",
        # its measurements name the first row of an organisation's table alone
        used=None,
        as_published=False,
    )


def mhsds() -> Sample:
    name = "MHSDS_Data_MarPerf_2024.csv"
    return Sample(
        "mhsds", "MHSDS_Data_MarPerf_2024", name, fixture("mhsds", name), "PRIMARY_LEVEL", "MEASURE_VALUE"
    )


def ascof() -> Sample:
    name = "meas-from-asc-of-eng-1920-open-data-csv.csv"
    return Sample("ascof", "2019-20", name, fixture("ascof", name), "ONS Code", "Measure Value")


def ascof_processed() -> Sample:
    name = "ascof_outcomes_processed.csv"
    return Sample("ascof", "outcomes-1E-1F", name, fixture("ascof", name), "Measure Value", "Measure Value")


def census_2021() -> Sample:
    lines: Grid = [["ltla24_code", "ltla24_name", "disability", "n", "total_residents", "pct"]]
    for place, code in enumerate(sorted(load_register().codes("ltla", 2024))):
        name, disabled, others = load_register().area(code).name, 20_000 + place, 80_000 + place
        for words, count in (("Disabled", disabled), ("Not disabled", others)):
            share = round(100 * count / (disabled + others), 1)
            lines.append([code, name, f"{words} under the Equality Act", count, disabled + others, share])
    name = "ts038_disability_ltla24.csv"
    return Sample(
        "census_2021",
        "ts038-ltla-2024",
        name,
        {name: content_of("csv", lines)},
        "total_residents",
        "n",
        used=distinct_rows,
    )


def deprivation() -> Sample:
    name = "iod2019_lad.csv"
    return Sample(
        "deprivation",
        "2019",
        name,
        fixture("deprivation", name),
        "proportion_bottom_decile",
        "average_rank",
        used=distinct_rows,
    )


def dwp_stat_xplore() -> Sample:
    files: dict[str, bytes] = {}
    for name in ("esa-ltla", "esa-regions", "pip", "uc-health", "uc-sanctions"):
        files |= fixture("dwp_stat_xplore", f"{name}.json")

    def cells(answer: Any) -> int:
        return math.prod(len(one["items"]) for one in answer["fields"]) * len(answer["measures"])

    return Sample(
        "dwp_stat_xplore",
        "PIP_Monthly_new-2024-05",
        "pip.json",
        files,
        "fields",
        "values",
        units=cells,
        as_published=False,
    )


def disabled_employment() -> Sample:
    name = "a08aug2024.xlsx"
    in_other_sheets = 6
    return Sample(
        "disabled_employment",
        "a08aug2024",
        name,
        fixture("disabled_employment", name),
        "In employment",
        "In employment",
        header=5,
        units=lambda grid: len(_filled(below(grid, _row_of_headings(grid)))) + in_other_sheets,
        # two groups of people make two figures of a row
        used=lambda measured: len(measured) // 2,
        as_published=False,
    )


def _row_of_headings(grid: Grid) -> int:
    """Of A08: below the names of the groups of people."""
    group = "Harmonised Standard Definition Disabled 1"
    first = next(number for number, line in enumerate(grid) if group in line)
    return next(number for number in range(first + 1, len(grid)) if "In employment" in grid[number])


def _filled(lines: Grid) -> Grid:
    return [line for line in lines if any(cell is not None and str(cell).strip() for cell in line)]


def local_upload() -> Sample:
    pages = Path(__file__).parents[2] / "docs" / "sources" / "local_upload.md"
    blocks = dict(re.findall(r"^```(toml|csv)\n(.*?)^```$", pages.read_text(encoding="utf-8"), re.M | re.S))
    name = "supported-into-work.csv"
    files = {name: blocks["csv"].encode(), "supported-into-work.toml": blocks["toml"].encode()}
    return Sample(
        "local_upload", "supported-into-work", name, files, "denominator", "denominator", used=distinct_rows
    )


def fit_notes() -> Sample:
    name = "gp-fit-note-eng-csv-fit-notes-sep-22.csv"
    return Sample(
        "fit_notes",
        name.removesuffix(".csv"),
        name,
        fixture("fit_notes", name),
        "Count of fit notes",
        "Count of fit notes",
        # its figures are sums of months
        used=None,
        as_published=False,
    )


def national_facts() -> Sample:
    name = "national_headlines.csv"
    return Sample("national_facts", "facts", name, fixture("national_facts", name), "value", "value")


_MADE = (
    ons_local_indicators,
    nomis_aps_t01,
    nomis_aps,
    nomis_aps_one_page,
    fingertips,
    nhs_talking_therapies,
    nhs_talking_therapies_monthly,
    nhs_talking_therapies_employment,
    mhsds,
    ascof,
    ascof_processed,
    census_2021,
    deprivation,
    dwp_stat_xplore,
    fit_notes,
    national_facts,
    disabled_employment,
    local_upload,
)


@cache
def samples() -> tuple[Sample, ...]:
    """Every publication, in the order of the sources."""
    return tuple(make() for make in _MADE)


def samples_of(source_id: str) -> list[Sample]:
    """Publications of a source. Raises LookupError where there is none: a new source must bring one."""
    found = [one for one in samples() if one.source_id == source_id]
    if not found:
        raise LookupError(
            f"tests/etl/source_samples.py says nothing about {source_id}; add a publication of it"
        )
    return found
