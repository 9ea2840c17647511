"""A small publication of each source in the publisher's own layout, with invented numbers, as bytes by file name.

What damages files, mutates them or kills a refresh of them takes them from here, so that a new source is asked for
in all of those places: ``samples_of`` raises for a source that has none.
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, partial
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from etl.sources.deprivation import BOARD_DOMAINS, BOARD_SUMMARIES
from etl.sources.national_facts import FACTS_FOLDER
from etl.sources.ons_geography import LAYERS, LAYERS_TO_CHECK
from geodata.boundaries import BOUNDARY_FILES, CHECKED, SERVICES_ONLY, BoundaryFile, boundary_file
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
    where it does not tell). Without ``enough`` it lacks measures that the catalogue asks of a publication.
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
    enough: bool = True

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
            try:
                text = content.decode("utf-8-sig")
            except UnicodeDecodeError:
                text = content.decode("cp1252")  # as NHS England writes some of its files
            return list(csv.reader(io.StringIO(text, newline="")))
        case "xlsx":
            book = openpyxl.load_workbook(io.BytesIO(content))
            return [list(line) for line in book.worksheets[0].iter_rows(values_only=True)]
        case "parquet":
            table = pq.read_table(io.BytesIO(content))
            return [list(table.column_names), *map(list, zip(*table.to_pydict().values(), strict=True))]
        case "json" | "geojson" | "topojson":
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
        case "geojson" | "topojson":
            return json.dumps(grid, indent=1).encode()
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
        "lep:Black Country": (700, 520, 480, 420, 60, 40, 180),
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
    files: dict[str, bytes] = {}
    for name in ("45-p01", "45-p02", "disability-p01", "others-p01"):
        files |= fixture("nomis_aps", f"nomis-aps-{name}.csv")
    header, *lines = files["nomis-aps-others-p01.csv"].decode().splitlines()
    inactive = [line.replace(",1496,", ",111,") for line in lines if ",1496," in line]
    pages = [f"{line.rsplit(',', 2)[0]},{place},{len(inactive)}" for place, line in enumerate(inactive)]
    files["nomis-aps-111-p01.csv"] = "\n".join([header, *pages, ""]).encode()
    name = "nomis-aps-45-p01.csv"
    others = sum(len(below(grid_of("csv", content))) for other, content in files.items() if other != name)
    return Sample(
        "nomis_aps",
        "2022-12",
        name,
        files,
        "OBS_VALUE",
        "OBS_VALUE",
        units=lambda grid: len(below(grid)) + others,
        # a half-width is a row of its own and makes no measurement; rows are those of four files
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
        "nomis_aps",
        "2021-12",
        name,
        {name: content_of("csv", [headings, *kept])},
        "OBS_VALUE",
        "OBS_VALUE",
        enough=False,
    )


def fingertips() -> Sample:
    name = "fingertips-502.csv"
    return Sample(
        "fingertips",
        "fingertips-502",
        name,
        fixture("fingertips", name),
        "Area Code",
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
            len(below(grid))
            * sum(bool(re.match(r"(Count|Percentage|Mean|Median|Sum)_?.", name.strip())) for name in grid[0])
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
    (content,) = fixture("mhsds", name).values()
    lines = content.decode().splitlines()
    # the denominator of the employment rate, for the areas that have its numerator
    lines += [
        line.replace("AMH17e", "AMH03e").replace("AMH17e", "AMH03e") for line in lines if ",AMH17e," in line
    ]
    return Sample(
        "mhsds",
        "MHSDS_Data_MarPerf_2024",
        name,
        {name: "\n".join([*lines, ""]).encode()},
        "PRIMARY_LEVEL",
        "MEASURE_VALUE",
        # ICBs are summed on top of the rows
        used=lambda measured: int((~measured["note"].str.contains("sub-ICB location", na=False)).sum()),
    )


def ascof() -> Sample:
    name = "meas-from-asc-of-eng-1920-open-data-csv.csv"
    return Sample("ascof", "2019-20", name, fixture("ascof", name), "ONS Code", "Measure Value")


def ascof_processed() -> Sample:
    name = "ascof_outcomes_processed.csv"
    files = {**ascof().files, **fixture("ascof", name)}
    return Sample("ascof", "outcomes-1E-1F", name, files, "Measure Value", "Measure Value")


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


BOARDS = ("08", 10, 11, 13, 15, 18, 19, 22, 23, 24, 25, 26, 27, 28)
"""Ends of codes of other boards: with fewer rows the headings are most of the file."""


def deprivation_boards() -> Sample:
    """Two boards in the columns of MHCLG's file by ICB, with made-up figures."""
    names = [f"{start}_{end}" for start in BOARD_DOMAINS for end in BOARD_SUMMARIES]
    figures = [20001.5, 12.0, 0.171, 11.0, 0.2101, 13.0] * len(BOARD_DOMAINS)
    grid: Grid = [
        ["icb24_code", "icb24_name", *names, "employment_scale"],
        ["E54000060", "NHS Nottingham and Nottinghamshire Integrated Care Board", *figures, 61001.5],
        ["E54000062", "NHS Black Country Integrated Care Board", *figures, 71001.5],
        *([f"E540000{number}", f"Board {number}", *figures, 81001.5] for number in BOARDS),
    ]
    name = "imd2025_england_icb24.csv"
    return Sample(
        "deprivation",
        "2025-icb",
        name,
        {name: content_of("csv", grid)},
        "employment_average_score",
        "employment_average_score",
        used=distinct_rows,
        as_published=False,
    )


DOMAINS_OF_DEPRIVATION = {
    "IMD": "IMD",
    "Income": "Income",
    "Employment": "Employment",
    "Education": "Education, Skills and Training",
    "Health": "Health Deprivation and Disability",
    "Crime": "Crime",
    "Barriers": "Barriers to Housing and Services",
    "Living": "Living Environment",
    "IDACI": "IDACI",
    "IDAOPI": "IDAOPI",
}
"""Sheets of File 10 and how their headings begin."""


def deprivation_sheet(begins: str, of_year: int, codes: tuple[str, ...]) -> Grid:
    """A sheet of File 10: the publisher's headings, spaces at their ends and all, above invented figures."""
    share = "roportion of LSOAs in most deprived 10% nationally "
    headings = [f"Local Authority District code ({of_year})", f"Local Authority District name ({of_year})"]
    summaries = ("Average rank ", "Rank of average rank ", "Average score ", "Rank of average score ")
    headings += [f"{begins} - {words}" for words in (*summaries, f"P{share}", f"Rank of p{share}")]
    headings += {"IMD": [f"IMD {of_year} - Extent "], "Income": ["Income scale"]}.get(begins, [])
    lines = [
        [code, f"Area {code}", 20001.5 + place, 12 + place, 0.151 + place / 1000, 11 + place, 0.2101, 13]
        for place, code in enumerate(codes)
    ]
    return [headings, *(line + [0.5] * (len(headings) - 8) for line in lines)]


def deprivation_workbook(year: int, of_year: int, codes: tuple[str, ...], *, notes: str = "first") -> bytes:
    """File 10 of an edition; ``notes`` says where the sheet Notes stands (the publisher's is the first)."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = "Notes"
    page.append([f"English Indices of Deprivation {year}: invented figures"])
    for name, begins in DOMAINS_OF_DEPRIVATION.items():
        page = book.create_sheet(name)
        for line in deprivation_sheet(begins, of_year, codes):
            page.append(line)
    if notes == "last":
        book.move_sheet("Notes", len(DOMAINS_OF_DEPRIVATION))
    made = io.BytesIO()
    book.save(made)
    return undated(made.getvalue())


def undated(workbook: bytes) -> bytes:
    """The same workbook in the same bytes whenever it is made: without the instant at which it was."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as book, zipfile.ZipFile(made, "w") as copy:
        for name in book.namelist():
            content = re.sub(rb"\d{4}-\d\d-\d\dT[\d:]+Z", b"2026-01-01T00:00:00Z", book.read(name))
            copy.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def file_10(year: int, version: str = "") -> str:
    return f"File_10_-_IoD{year}_Local_Authority_District_Summaries__lower-tier__{version}.xlsx"


def deprivation_file_10() -> Sample:
    name = file_10(2019)
    codes = ("E06000018", "E06000001")
    # damage is done to the first sheet of a workbook, and Notes is not read
    content = deprivation_workbook(2019, 2019, codes, notes="last")
    return Sample(
        "deprivation",
        "2019",
        name,
        {name: content},
        "Local Authority District code (2019)",
        "IMD - Average score ",
        units=lambda grid: len(_filled(below(grid))) + len(codes) * (len(DOMAINS_OF_DEPRIVATION) - 1),
        used=lambda measured: len(measured) // 6,
        as_published=False,
    )


def dwp_stat_xplore() -> Sample:
    files: dict[str, bytes] = {}
    for name in ("esa-ltla", "esa-regions", "pip", "uc-health", "uc-sanctions", "uc-sanctions-regimes"):
        files |= fixture("dwp_stat_xplore", f"{name}.json")

    def cells(answer: Any) -> int:
        measures = {measure["uri"] for measure in answer["measures"]}
        return math.prod(len(field["items"]) for field in answer["fields"]) * len(measures)

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
        # to the reader of old workbooks a cell of an error, or of a formula never worked out, is empty
        units=lambda grid: (
            len(_filled(below(grid, _row_of_headings(grid)), nothing=("#REF!", "=1+1"))) + in_other_sheets
        ),
        # two groups of people make two figures of a row
        used=lambda measured: len(measured) // 2,
        as_published=False,
    )


def nhs_mental_health_dashboard() -> Sample:
    name = "nhsmh-dashboard-q4-21-22-v3.2.xlsx"
    in_the_other_sheet = 13 * 10

    def cells(grid: Grid) -> int:
        """Organisations times headings of figures; what the reader takes for empty counts as such."""
        told = [[_said(cell) for cell in line] for line in grid]
        at = next(number for number, line in enumerate(told) if "Org code" in line)
        names = {"Region Code", "STP Code", "Org code", "Org name", "Org Type"}
        headed = [place for place, text in enumerate(told[at]) if text]
        rows = [line for line in told[at + 1 :] if any(line[place] for place in headed if place < len(line))]
        return len(rows) * sum(told[at][place] not in names for place in headed) + in_the_other_sheet

    return Sample(
        "nhs_mental_health_dashboard",
        "2021-22-q4-v3.2",
        name,
        fixture("nhs_mental_health_dashboard", name),
        "Org code",
        "Q4 2020/21",
        header=9,
        units=cells,
        # the population is of no cell of the workbook
        used=lambda measured: int(measured["measure"].str.startswith("ips.").sum()),
        as_published=False,
    )


def _said(cell: object) -> str:
    text = "" if cell is None else " ".join(str(cell).split())
    return "" if text in ("#REF!", "#N/A", "=1+1") else text


def _row_of_headings(grid: Grid) -> int:
    """Of A08: below the names of the groups of people."""
    group = "Harmonised Standard Definition Disabled 1"
    first = next(number for number, line in enumerate(grid) if group in line)
    return next(number for number in range(first + 1, len(grid)) if "In employment" in grid[number])


def _filled(lines: Grid, nothing: tuple[str, ...] = ()) -> Grid:
    """Rows with a cell that says anything; texts of ``nothing`` do not."""
    return [
        line
        for line in lines
        if any(cell is not None and str(cell).strip() and cell not in nothing for cell in line)
    ]


def local_upload() -> Sample:
    pages = Path(__file__).parents[2] / "docs" / "sources" / "local_upload.md"
    found = re.findall(r"^```(toml|csv)\n(.*?)^```$", pages.read_text(encoding="utf-8"), re.M | re.S)
    blocks = dict(reversed(found))  # the first of each kind
    name = "supported-into-work.csv"
    files = {name: blocks["csv"].encode(), "supported-into-work.toml": blocks["toml"].encode()}
    return Sample(
        "local_upload",
        "supported-into-work",
        name,
        files,
        "denominator",
        "denominator",
        # the headings may stand below lines without a word
        units=lambda grid: max(0, len(below(grid, -1)) - 1),
        used=distinct_rows,
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


def qof() -> Sample:
    name = "PREVALENCE_2425.csv"
    files = fixture("qof", name) | fixture("qof", "MAPPING_NHS_GEOGRAPHIES_2425.csv")
    # its figures are sums of practices
    return Sample("qof", "2024-25", name, files, "REGISTER", "REGISTER", used=None, as_published=False)


def gp_patient_survey() -> Sample:
    files: dict[str, bytes] = {}
    for level in ("National", "Region", "ICS"):
        files |= fixture("gp_patient_survey", f"GPPS_2025_{level}_data_(weighted)_(csv)_PUBLIC.csv")
    name = "GPPS_2025_ICS_data_(weighted)_(csv)_PUBLIC.csv"
    others = sum(len(below(grid_of("csv", content))) for other, content in files.items() if other != name)
    share = "healthltcondition_1.pct"
    return Sample(
        "gp_patient_survey",
        "2025",
        name,
        files,
        share,
        share,
        units=lambda grid: len(below(grid)) + others,
        as_published=False,
    )


def national_facts() -> Sample:
    name = "national_headlines.csv"
    return Sample("national_facts", "facts", name, fixture("national_facts", name), "value", "value")


def nomis_aps_north() -> Sample:
    name = "nomis_aps_northern_las_excerpt_2021-2022.csv"
    return Sample("nomis_aps_north", "2021-2022", name, fixture("nomis_aps_north", name), "value", "value")


def nhs_talking_therapies_sub_icb() -> Sample:
    name = "england_sicb_iapt_jul2022_may2023.csv"
    files = fixture("nhs_talking_therapies_sub_icb", name)
    return Sample("nhs_talking_therapies_sub_icb", "jul2022_may2023", name, files, "value", "value")


def ten_councils() -> Sample:
    name = "ips_appendix_e_first10_utla.csv"
    figures = "disability_employment_rate_2020_21"
    # the file that is kept with the project: the fixture is too short to be cut in its rows
    files = {name: (FACTS_FOLDER / name).read_bytes()}
    return Sample("national_facts", "ips-appendix-e", name, files, figures, figures, used=distinct_rows)


def ons_sdg() -> Sample:
    name = "indicator_8-5-2.csv"
    return Sample("ons_sdg", "8-5-2", name, fixture("ons_sdg", name), "Value", "Value")


# --- boundaries -------------------------------------------------------------------------------------------


def square(place: int) -> list[list[float]]:
    """The ring of a invented square by its number, apart from all others."""
    west, south = -4 + 0.1 * (place % 40), 50.5 + 0.1 * (place // 40)
    east, north = west + 0.05, south + 0.05
    return [[west, south], [west, north], [east, north], [east, south], [west, south]]


def shown_area(entry: BoundaryFile, area_code: str) -> dict[str, Any]:
    """Code and name of an area in the properties of its publisher's layer."""
    return {entry.code_field: area_code, entry.name_field: f"Area {area_code}"}


def squares_of(entry: BoundaryFile) -> dict[str, Any]:
    """GeoJSON of one vintage: the official codes, and a invented square for each area."""
    features = [
        {
            "type": "Feature",
            "properties": shown_area(entry, area_code),
            "geometry": {"type": "Polygon", "coordinates": [square(place)]},
        }
        for place, area_code in enumerate(sorted(load_register().codes(entry.area_type, entry.vintage)))
    ]
    return {"type": "FeatureCollection", "features": features}


def topology_of_squares() -> dict[str, Any]:
    """TopoJSON of every vintage of local and combined authorities, a square of one arc for each code."""
    years: dict[tuple[str, str], list[int]] = {}
    entries = [entry for entry in BOUNDARY_FILES if entry.layer is not None and entry.year is not None]
    for entry in entries:
        for area_code in sorted(load_register().codes(entry.area_type, entry.vintage)):
            years.setdefault((str(entry.layer), area_code), []).append(entry.year or 0)
    layers: dict[str, Any] = {}
    for place, ((layer, area_code), stood) in enumerate(years.items()):
        shape = {
            "type": "Polygon",
            "arcs": [[place]],
            "properties": {**shown_area(entries[0], area_code), "start": min(stood), "end": max(stood)},
        }
        layers.setdefault(layer, {"type": "GeometryCollection", "geometries": []})["geometries"].append(shape)
    arcs = [square(place) for place in range(len(years))]
    return {"type": "Topology", "arcs": arcs, "objects": layers}


def boundaries_of_regions() -> Sample:
    name = "rgn_2023-12_en_buc.geojson"
    content = content_of("geojson", squares_of(boundary_file("region", 2023)))
    return Sample("ons_geography", "2023", name, {name: content}, "RGN23CD", "coordinates")


def boundaries_of_authorities() -> Sample:
    name = "ons_uk_topo_2014-2025.topojson"
    content = content_of("topojson", topology_of_squares())
    return Sample("ons_geography", "2025", name, {name: content}, "areacd", "coordinates")


def boundaries_joined() -> Sample:
    """CCGs of 2020: those of 2019 and a list of their successors, invented where a CCG ended."""
    register = load_register()
    before = sorted(register.vintage("ccg", 2019), key=lambda area: area.area_code)
    successors = {str(area.ods_code) for area in register.vintage("ccg", 2020)}
    new = cycle(sorted(successors - {area.ods_code for area in before}))
    lines: Grid = [["FID", "CCG19CD", "CCG19CDH", "CCG19NM", "ccg20cdh"]]
    for number, area in enumerate(before, start=1):
        successor = area.ods_code if area.ods_code in successors else next(new)
        lines.append([str(number), area.area_code, area.ods_code, f"Area {number}", successor])
    name = "ccg19_names_codes_and_ccg20_successor.csv"
    files = {
        name: content_of("csv", lines),
        "ccg2019_fingertips_clean.geojson": content_of("geojson", squares_of(boundary_file("ccg", 2019))),
    }
    return Sample("ons_geography", "2020", name, files, "ccg20cdh", "")


@cache
def boundary_samples() -> tuple[Sample, ...]:
    """A file of each layout that boundaries are drawn from: official codes, invented shapes."""
    return boundaries_of_regions(), boundaries_of_authorities(), boundaries_joined()


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
    deprivation_file_10,
    deprivation_boards,
    dwp_stat_xplore,
    fit_notes,
    qof,
    gp_patient_survey,
    national_facts,
    nomis_aps_north,
    nhs_talking_therapies_sub_icb,
    ten_councils,
    disabled_employment,
    nhs_mental_health_dashboard,
    ons_sdg,
    local_upload,
)


@cache
def samples() -> tuple[Sample, ...]:
    """Every publication of figures, in the order of the sources."""
    return tuple(make() for make in _MADE)


def samples_of(source_id: str) -> list[Sample]:
    """Publications of a source. Raises LookupError where there is none: a new source must bring one."""
    found = [sample for sample in (*samples(), *boundary_samples()) if sample.source_id == source_id]
    if not found:
        raise LookupError(
            f"tests/etl/source_samples.py says nothing about {source_id}; add a publication of it"
        )
    return found


# --- publishers -------------------------------------------------------------------------------------------

Publisher = Callable[[httpx.Request], httpx.Response]
"""Answers whatever a source's ``fetch`` asks for, as its publisher would."""

DWP_LABELS = {
    "5": "Mental and behavioural disorders",
    "13": "Diseases of the musculoskeletal system and connective tissue",
}
NHS = "https://digital.nhs.uk/data-and-information/publications/statistical/"
NHS_ANNUAL = f"{NHS}nhs-talking-therapies-for-anxiety-and-depression-annual-reports"
NHS_MONTHLY = f"{NHS}nhs-talking-therapies-monthly-statistics-including-employment-advisors"
KINDS = {
    ".csv": "text/csv",
    ".zip": "application/zip",
    ".json": "application/json",
    ".xlsx": "application/vnd.x",
}


def nhs_pages(
    series: str, contents: Mapping[str, Mapping[str, bytes]], day: str = "15 May 2025"
) -> dict[str, bytes]:
    """Pages of a series in the marks of digital.nhs.uk: {slug: {file name: content}}, the newest first."""

    def listed(slugs: list[str], mark: str) -> str:
        links = "".join(
            f'<li><h3><a href="{series.removeprefix("https://digital.nhs.uk")}/{slug}" '
            f'class="cta__button">{slug}</a></h3><img src="x.png"><p>Words</li>'
            for slug in slugs
        )
        return f'<ul class="list" data-uipath="ps.series.publications-list.{mark}">{links}</ul>'

    slugs = list(contents)
    pages = {
        series: "<html><body><a href='/about'>About</a>"
        + listed(slugs[:1], "latest")
        + listed(slugs[1:], "previous")
        + f"<a href='{series}/elsewhere'>Not in the list</a></body></html>"
    }
    answers: dict[str, bytes] = {}
    for number, (slug, files) in enumerate(contents.items()):
        links = ""
        for place, (name, content) in enumerate(files.items()):
            url = f"https://files.digital.nhs.uk/{number:02d}/{place:06d}/{name.replace(' ', '%20')}"
            links += f'<a href="{url}" class="attachment">{name}</a>'
            answers[url] = content
        pages[f"{series}/{slug}"] = (
            f'<dl><dt>Date<dd data-uipath="ps.publication.publication-date">{day}</dd></dl>{links}'
            '<a href="https://example.org/other.csv">Elsewhere</a>'
        )
    return answers | {url: page.encode() for url, page in pages.items()}


def site(answers: Mapping[str, bytes]) -> Publisher:
    """A publisher whose every address is known."""

    def answer(request: httpx.Request) -> httpx.Response:
        path = request.url.path
        kind = next((KINDS[ending] for ending in KINDS if path.endswith(ending)), "text/html; charset=utf-8")
        return httpx.Response(200, content=answers[str(request.url)], headers={"Content-Type": kind})

    return answer


def zipped(files: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in files.items():
            opened.writestr(name, content)
    return made.getvalue()


def nhs_talking_therapies_site(archive: bytes | None = None) -> Publisher:
    whole, month = samples_of("nhs_talking_therapies")
    slug = "nhs-talking-therapies-annual-reports-2021-22"
    archive = zipped(whole.files) if archive is None else archive
    annual = nhs_pages(NHS_ANNUAL, {slug: {"psych-ther-ann-rep-csv-2021-22.zip": archive}})
    return site(annual | nhs_pages(NHS_MONTHLY, {"performance-september-2025": month.files}))


def nhs_talking_therapies_employment_site(archive: bytes | None = None) -> Publisher:
    (sample,) = samples_of("nhs_talking_therapies_employment")
    archive = zipped(sample.files) if archive is None else archive
    slug = "nhs-talking-therapies-annual-reports-2021-22"
    return site(nhs_pages(NHS_ANNUAL, {slug: {"psych-ther-ann-rep-csvs-2021-22.zip": archive}}))


def one_csv_site(source_id: str) -> Publisher:
    """Answers everything with the one publication of a source."""
    (sample,) = samples_of(source_id)
    return lambda request: httpx.Response(200, content=sample.content, headers={"Content-Type": "text/csv"})


NOMIS_NAMES = {
    "44": "Employment rate - aged 16+",
    "45": "Employment rate - aged 16-64",
    "1715": "% In employment with health conditions or illnesses lasting more than 12 months (aged 16+)",
    "9001": "Employment rate EA core or work-limiting disabled - aged 16-64",
    "9002": "Employment rate not EA core or work-limiting disabled - aged 16-64",
}


def nomis_aps_site() -> Publisher:
    """Answers with England's figure of one year, in two pages: the number, then its half-width."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith(".json"):
            codes = [
                {"value": number, "description": {"value": name}} for number, name in NOMIS_NAMES.items()
            ]
            return httpx.Response(200, json={"structure": {"codelists": {"codelist": [{"code": codes}]}}})
        number, page = request.url.params["variable"], int(request.url.params["recordoffset"])
        name = NOMIS_NAMES.get(number, f"Variable {number} - aged 16-64")
        measure, words, value = (("20599", "Variable", 60.5), ("21003", "Confidence", 0.5))[page]
        head = (
            "DATE_NAME,GEOGRAPHY_NAME,GEOGRAPHY_CODE,VARIABLE_NAME,VARIABLE_CODE,MEASURES,MEASURES_NAME,OBS_VALUE,"
            "OBS_STATUS_NAME,RECORD_OFFSET,RECORD_COUNT"
        )
        line = f"Jan 2024-Dec 2024,England,E92000001,{name},{number},{measure},{words},{value},Normal Value,{page},2"
        return httpx.Response(200, content=f"{head}\n{line}\n".encode(), headers={"Content-Type": "text/csv"})

    return answer


def mhsds_site() -> Publisher:
    (sample,) = samples_of("mhsds")
    series = f"{NHS}mental-health-services-monthly-statistics"
    return site(nhs_pages(series, {"performance-march-2024": {"MHSDS Data_MarPrf_2024.csv": sample.content}}))


def fit_notes_site() -> Publisher:
    (sample,) = samples_of("fit_notes")
    return site(nhs_pages(f"{NHS}fit-notes-issued-by-gp-practices", {"september-2022": sample.files}))


def qof_site(archive: bytes | None = None) -> Publisher:
    (sample,) = samples_of("qof")
    series = f"{NHS}quality-and-outcomes-framework-achievement-prevalence-and-exceptions-data"
    archive = zipped(sample.files) if archive is None else archive
    return site(nhs_pages(series, {"2024-25": {"QOF_2425.zip": archive}}))


def gp_patient_survey_site() -> Publisher:
    (sample,) = samples_of("gp_patient_survey")
    pages = site(nhs_pages(f"{NHS}nhse-gp-patient-survey-results", {"2025": {}}))

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host != "www.gp-patient.co.uk":
            return pages(request)
        name = request.url.params["fileRedirect"].rsplit("/", 1)[-1]
        return httpx.Response(200, content=sample.files[name], headers={"Content-Type": "text/csv"})

    return answer


def disabled_employment_site() -> Publisher:
    (sample,) = samples_of("disabled_employment")
    page = (
        "/employmentandlabourmarket/peopleinwork/employmentandemployeetypes/datasets/"
        "labourmarketstatusofdisabledpeoplea08"
    )
    file = f"/file?uri={page}/current/{sample.name}"

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == page:
            return httpx.Response(200, html=f'<a href="{file}">xlsx</a>')
        return httpx.Response(200, content=sample.content, headers={"Content-Type": "application/vnd.x"})

    return answer


ONS_INDICATORS = {
    "children-in-relative-poverty": "Children in relative poverty before housing costs",
    "claimant-count": "Claimant count",
    "employment-rate": "Employment rate",
    "modelled-unemployment": "Modelled unemployment rate",
    "qualifications-level-3-or-above": "Level 3 or above qualifications great britain",
    "qualifications-none-gb": "No qualifications",
}


def ons_local_indicators_site() -> Publisher:
    """Every file that is known, the employment rate's under other names."""
    (sample,) = samples_of("ons_local_indicators")
    answers = fixture("ons_local_indicators", "gross-median-weekly-pay.csv")
    answers |= fixture("ons_local_indicators", "healthy-life-expectancy.csv")
    for stem, words in ONS_INDICATORS.items():
        answers[f"{stem}.csv"] = sample.content.replace(b"Employment rate", words.encode())

    def answer(request: httpx.Request) -> httpx.Response:
        name = request.url.path.rsplit("/", 1)[-1]
        if name.endswith(".json"):
            words = name.removesuffix(".json").replace("-", " ")
            content = json.dumps({"ess-beta-metadata": {"label": words, "sourceDate": "01/05/2025"}}).encode()
        else:
            content = answers[name]
        return httpx.Response(200, content=content, headers={"Content-Type": "text/plain; charset=utf-8"})

    return answer


def ascof_site() -> Publisher:
    sample = samples_of("ascof")[0]
    series = f"{NHS}adult-social-care-outcomes-framework-ascof"
    return site(nhs_pages(series, {"england-2019-20": sample.files}))


DWP_VALUES = {
    "CCSANCTION_FLAG": ("Not sanctioned", "Sanctioned"),
    "CCCONDITIONALITY_REGIME": (
        "Searching for work",
        "No work requirements",
        "Planning for work",
        "Preparing for work",
        "Unknown or missing regime",
    ),
}


def dwp_stat_xplore_site() -> Publisher:
    """Answers any query with a cube of ones (of fives by regime: a rate of 5%): two councils, or the nine regions with
    their total."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            return httpx.Response(
                200, json={"children": dwp_schema(unquote(request.url.path.rsplit("/", 1)[-1]))}
            )
        query = json.loads(request.content)
        fields = [
            dwp_field(dimension[0], query.get("recodes", {}).get(dimension[0]))
            for dimension in query["dimensions"]
        ]
        values: Any = 5.0 if any("REGIME" in field["uri"] for field in fields) else 1.0
        for asked in reversed(fields):
            values = [values] * len(asked["items"])
        (count,) = query["measures"]
        return httpx.Response(
            200,
            json={
                "query": query,
                "database": {"id": query["database"].rsplit(":", 1)[-1]},
                "measures": [{"uri": count}],
                "fields": fields,
                "cubes": {count: {"values": values}},
            },
        )

    return answer


def dwp_schema(of: str) -> list[dict[str, str]]:
    """What the schema lists below a field or a value set."""
    name = of.rsplit(":", 1)[-1]
    if name == "COA_CODE":
        stem = of.replace("str:field:", "str:valueset:")
        endings = ("LA_TO_REGION", "REGION_TO_COUNTRY")
        return [{"id": f"{stem}:V_C_MASTERGEOG21_{ending}", "label": ending} for ending in endings]
    if of.startswith("str:field:"):
        return [{"id": f"{of.replace('str:field:', 'str:valueset:')}:C_{name}", "label": name}]
    stem = of.replace("str:valueset:", "str:value:")
    labels = DWP_VALUES[name.removeprefix("C_")]
    return [{"id": f"{stem}:{number}", "label": label} for number, label in enumerate(labels)]


def dwp_label(uri: str) -> str:
    """The label of a value: of a category by its number, else its code."""
    *_, field, _, code = uri.split(":")
    return DWP_VALUES[field][int(code)] if field in DWP_VALUES else DWP_LABELS.get(code, code)


def dwp_field(uri: str, recode: Any) -> dict[str, Any]:
    """A field of a cube: the items that a query asks for, else those that the publisher has."""
    if recode is not None:
        items = [item("RecodeItem", uris, dwp_label(uris[0])) for uris in recode["map"]]
        if recode["total"]:
            items.append(item("Total", [], "Total"))
    elif "MASTERGEOG" in uri:
        stem = uri.replace("str:valueset:", "str:value:")
        items = [item("RecodeItem", [f"{stem}:{code}"], code) for code in ("E06000018", "E07000034")]
    else:
        items = [item("RecodeItem", [f"{uri}:C:2025{month:02d}"], f"2025{month:02d}") for month in (2, 5, 8)]
    return {"uri": uri, "label": uri.rsplit(":", 1)[-1], "items": items}


def item(kind: str, uris: list[str], label: str) -> dict[str, Any]:
    return {"type": kind, "uris": uris, "labels": [label]}


def deprivation_site() -> Publisher:
    """GOV.UK's two pages as data, with other attachments beside the workbooks, and their files."""
    media = "https://assets.publishing.service.gov.uk/media/0123456789abcdef"
    files = {file_10(2019): samples_of("deprivation")[1].content}
    files[file_10(2025, "v2")] = deprivation_workbook(2025, 2024, ("E06000063", "E06000018"))
    attachments = {
        2019: [f"{media}/{file_10(2019)}"],
        2025: [
            f"{media}/{file_10(2025)}",
            f"{media}/{file_10(2025, 'v2')}",
            f"{media}/{file_10(2025).replace('10', '11').replace('lower', 'upper')}",
            "/government/statistics/english-indices-of-deprivation-2025/statistical-release",
        ],
    }

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host == "www.gov.uk":
            urls = attachments[int(request.url.path[-4:])]
            return httpx.Response(
                200, json={"details": {"attachments": [{"title": "x", "url": url} for url in urls]}}
            )
        content = files[request.url.path.rsplit("/", 1)[-1]]
        return httpx.Response(200, content=content, headers={"Content-Type": KINDS[".xlsx"]})

    return answer


def nhs_mental_health_dashboard_site() -> Publisher:
    """The dashboard's page, with links to two quarters and to what is no workbook of it, and the workbooks."""
    (sample,) = samples_of("nhs_mental_health_dashboard")
    uploads = "https://www.england.nhs.uk/wp-content/uploads/2022/08"
    page = (
        f'<a href="{uploads}/nhsmh-dashboard-q3-21-22-v1.xlsm">Q3</a><a href="{uploads}/{sample.name}">Q4</a>'
        f'<a href="{uploads}/nhsmh-dashboard-q4-21-22-v2.0.xlsm">Q4, before</a><a href="/about">About</a>'
        '<a href="https://example.org/nhsmh-dashboard-q4-22-23.xlsx">Elsewhere</a>'
    )
    url = "https://www.england.nhs.uk/publication/nhs-mental-health-dashboard/"
    return site({url: page.encode(), f"{uploads}/{sample.name}": sample.content})


def lookup_of_2026(fields: Sequence[str]) -> list[dict[str, str]]:
    """A row for each sub-ICB location of April 2026 that the register has, and one for each board without any."""
    register, on = load_register(), date(2026, 4, 1)
    boards = {
        link.child_code: link.parent_code
        for board in register.codes("icb", 2026)
        for link in register.children(board, "sub_icb", on)
    }
    any_location = min(boards)
    pairs = [
        *boards.items(),
        *((any_location, board) for board in register.codes("icb", 2026) - set(boards.values())),
    ]
    rows = [
        {
            **dict.fromkeys(fields, "x"),
            "LSOA21CD": f"E01{place:06d}",
            "SICBL26CD": location,
            "ICB26CD": board,
            "LAD26CD": "E06000018",
        }
        for place, (location, board) in enumerate(sorted(pairs))
    ]
    return rows


def ons_geography_site() -> Publisher:
    """The repository of the topology, and services that give fifty features a page."""
    topology = content_of("topojson", topology_of_squares())
    whole: dict[str, dict[str, Any]] = {}
    for layer in (*LAYERS, *LAYERS_TO_CHECK):
        if layer.is_table:
            whole[layer.service] = {"features": [{"attributes": row} for row in lookup_of_2026(layer.fields)]}
            continue
        entries = (*BOUNDARY_FILES, *SERVICES_ONLY, *CHECKED)
        entry = next(file for file in entries if file.file_name == layer.file_name)
        whole[layer.service] = squares_of(entry)

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host == "raw.githubusercontent.com":
            return httpx.Response(
                200, content=topology, headers={"Content-Type": "text/plain; charset=utf-8"}
            )
        service = request.url.path.removesuffix("/FeatureServer/0/query").rsplit("/", 1)[-1]
        first, features = int(request.url.params["resultOffset"]), whole[service]["features"]
        page = {**whole[service], "features": features[first : first + 50]}
        if first + 50 < len(features):
            page["properties"] = {"exceededTransferLimit": True}
        return httpx.Response(200, json=page, headers={"Content-Type": "application/geo+json"})

    return answer


SITES: Mapping[str, Callable[[], Publisher]] = {
    "ons_local_indicators": ons_local_indicators_site,
    "nomis_aps": nomis_aps_site,
    "fingertips": partial(one_csv_site, "fingertips"),
    "census_2021": partial(one_csv_site, "census_2021"),
    "ons_sdg": partial(one_csv_site, "ons_sdg"),
    "nhs_talking_therapies": nhs_talking_therapies_site,
    "nhs_talking_therapies_employment": nhs_talking_therapies_employment_site,
    "mhsds": mhsds_site,
    "ascof": ascof_site,
    "dwp_stat_xplore": dwp_stat_xplore_site,
    "disabled_employment": disabled_employment_site,
    "nhs_mental_health_dashboard": nhs_mental_health_dashboard_site,
    "fit_notes": fit_notes_site,
    "qof": qof_site,
    "gp_patient_survey": gp_patient_survey_site,
    "deprivation": deprivation_site,
    "ons_geography": ons_geography_site,
}
"""The publisher of each source that is fetched."""
