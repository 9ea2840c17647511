"""Every source and every fault: tried again, stopped with an error that names it, or read right.

Whatever stops a source, what was published before is served as it was. A source without a publication (and, where
it is fetched, a publisher) in ``source_samples`` fails here, and so does a pair of file and fault about which the
table below says nothing.
"""

from __future__ import annotations

import dataclasses
import functools
import io
import re
import shutil
import zipfile
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
import respx
from etl_toolkit import Bench
from source_samples import (
    SITES,
    Publisher,
    Sample,
    boundary_samples,
    content_of,
    file_10,
    grid_of,
    nhs_talking_therapies_employment_site,
    nhs_talking_therapies_site,
    qof_site,
    samples,
    samples_of,
    zipped,
)

from etl.fetching.downloads import FolderDownloads
from etl.fetching.http import Fetcher
from etl.fetching.snapshots import file_sha256
from etl.pipeline.run import RunResult
from etl.sources import BOUNDARY_SOURCES, SOURCES
from etl.sources.base import LiveSource
from indicators.catalogue import Indicator, load_catalogue

pytestmark = pytest.mark.slow

TABLES = ("csv", "xlsx", "parquet")
SHAPES = ("geojson", "topojson")
TEXTS = ("csv", "json", *SHAPES)
KINDS = (*TABLES, "json", *SHAPES)
EVERY_SOURCE = {**SOURCES, **BOUNDARY_SOURCES}


@dataclasses.dataclass(frozen=True)
class Stops:
    """The source stops; the log's message matches."""

    message: str


@dataclasses.dataclass(frozen=True)
class Missed:
    """Nothing is shown otherwise; the log says what was not there: it stops the source, waits, or is a note."""

    message: str


@dataclasses.dataclass(frozen=True)
class Read:
    """It is published, and not a figure (nor a boundary) is another than in the file as it should be."""


@dataclasses.dataclass(frozen=True)
class Added:
    """It is published beside what was there, of which not a figure changes; ``reason`` says why nothing stops it."""

    reason: str


@dataclasses.dataclass(frozen=True)
class Waits:
    """It waits in quarantine; the reason given matches."""

    message: str


@dataclasses.dataclass(frozen=True)
class Kept:
    """It cannot be known for a file of the source: nothing is published, and ``reason`` says why that is right."""

    reason: str


@dataclasses.dataclass(frozen=True)
class CannotBe:
    """The fault has no meaning for such a file."""

    reason: str


Outcome = Stops | Waits | Read | Added | Kept | CannotBe


# --- damage -----------------------------------------------------------------------------------------------


def in_grid(change: Callable[[Sample, Any], Any]) -> Callable[[Sample], bytes]:
    """Damage that is done to cells."""
    return lambda sample: content_of(
        sample.kind, change(sample, grid_of(sample.kind, sample.content)), sample.content
    )


def shapes_in(sample: Sample, grid: Any) -> list[dict[str, Any]]:
    """Areas of a file of boundaries: their properties are its columns, and each is a row."""
    shapes: list[dict[str, Any]] = (
        grid["features"] if sample.kind == "geojson" else grid["objects"]["ltla"]["geometries"]
    )
    return shapes


def renamed_column(sample: Sample, grid: Any) -> Any:
    if sample.kind in SHAPES:
        for shape in shapes_in(sample, grid):
            shape["properties"][f"{sample.needed} (new)"] = shape["properties"].pop(sample.needed)
        return grid
    if sample.kind == "json":
        return {f"{name} (new)" if name == sample.needed else name: part for name, part in grid.items()}
    header = grid[sample.header]
    header[header.index(sample.needed)] = f"{sample.needed} (new)"
    return grid


def extra_column(sample: Sample, grid: Any) -> Any:
    if sample.kind in SHAPES:
        for shape in shapes_in(sample, grid):
            shape["properties"]["new"] = "?"
        return grid
    if sample.kind == "json":
        return {"new": "?", **grid}
    width = len(grid[sample.header])
    for place, line in enumerate(grid[sample.header :]):
        line.extend([""] * (width - len(line)) + ["new" if place == 0 else "?"])
    return grid


def reordered_columns(sample: Sample, grid: Any) -> Any:
    if sample.kind in SHAPES:
        for shape in shapes_in(sample, grid):
            shape["properties"] = dict(reversed(shape["properties"].items()))
        return grid
    if sample.kind == "json":
        return dict(reversed(grid.items()))
    if sample.source_id == "nomis_aps_t01":
        # a heading stands above three columns: the threes change places
        for line in grid[sample.header :]:
            threes = [line[place : place + 3] for place in range(1, len(line), 3)]
            line[1:] = [cell for three in reversed(threes) for cell in three]
        return grid
    return [list(reversed(line)) for line in grid]


def new_marker(sample: Sample, grid: Any) -> Any:
    if sample.kind in SHAPES:
        # all its numbers are coordinates
        line = (
            grid["arcs"][0]
            if sample.kind == "topojson"
            else grid["features"][0]["geometry"]["coordinates"][0]
        )
        line[0][0] = "[z]"
        return grid
    if sample.kind == "json":
        inside = next(iter(grid["cubes"].values()))["values"]
        while isinstance(inside[0], list):
            inside = inside[0]
        inside[0] = "[z]"
        return grid
    column = grid[sample.header].index(sample.figures)
    first = next(
        line for line in grid[sample.header + 1 :] if re.fullmatch(r"[\d.]+", str(line[column] or ""))
    )
    first[column] = "[z]"
    return grid


def duplicated_rows(sample: Sample, grid: Any) -> Any:
    if sample.kind in SHAPES:
        shapes = shapes_in(sample, grid)
        shapes.insert(0, shapes[0])
        return grid
    if sample.kind == "json":
        for field in grid["fields"]:
            field["items"].insert(0, field["items"][0])
        for cube in grid["cubes"].values():
            cube["values"] = doubled(cube["values"])
        return grid
    place = next(
        place for place, line in enumerate(grid) if place > sample.header and is_row_of_figures(line)
    )
    grid.insert(place, list(grid[place]))
    return grid


def is_row_of_figures(line: list[Any]) -> bool:
    """Whether there is a number in a row of a table."""
    return any(re.fullmatch(r"-?[\d.]+", str(cell)) for cell in line)


def doubled(values: Any) -> Any:
    if not isinstance(values, list):
        return values
    inner = [doubled(value) for value in values]
    return [inner[0], *inner]


def windows_1252(sample: Sample) -> bytes:
    """An apostrophe of Windows in the first words below the heading."""
    head, line_end, rest = sample.content.partition(b"\n")
    found = re.search(rb"[A-Za-z]{3}", rest)
    assert found
    return head + line_end + rest[: found.end()] + b"\x92s" + rest[found.end() :]


def with_member(sample: Sample, name: str, blocks: int) -> bytes:
    """The workbook with one more file in its zip, of so many megabytes of nothing."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(sample.content)) as book,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as copy,
    ):
        for member in book.infolist():
            copy.writestr(member.filename, book.read(member))
        with copy.open(name, "w") as file:
            for _ in range(blocks):
                file.write(bytes(1024**2))
    return made.getvalue()


def cut_short(sample: Sample) -> bytes:
    """Two thirds of a file; of a table in text, up to a place inside a row."""
    part = sample.content[: len(sample.content) * 2 // 3]
    return part[: part.rindex(b"\n") + 4] if sample.kind == "csv" else part


NO_TEXT = CannotBe("the file is no text, so it has no such marks")
NO_ARCHIVE = CannotBe("the file is no archive; those that are fetched in one are below")

# fault → (damage, kinds of files it can be done to, what then comes of it, why it cannot be done to others)
FAULTS: Mapping[str, tuple[Callable[[Sample], bytes], tuple[str, ...], Outcome, CannotBe | None]] = {
    "renamed column": (
        in_grid(renamed_column), KINDS, Stops(r"column '{needed}' gone; found .*{needed} \(new\)"), None,
    ),
    "extra column": (in_grid(extra_column), KINDS, Read(), None),
    "reordered columns": (in_grid(reordered_columns), KINDS, Read(), None),
    "new suppression marker": (
        in_grid(new_marker), KINDS, Stops(r"{name}: row \d+: column '.*': '\[z\]': expected a number"), None,
    ),
    "byte order mark": (lambda sample: b"\xef\xbb\xbf" + sample.content, TEXTS, Read(), NO_TEXT),
    "Windows-1252": (
        windows_1252, TEXTS, Stops(r"{name}: row \d+: .*expected text in UTF-8; .*save it as CSV UTF-8"), NO_TEXT,
    ),
    "CRLF": (lambda sample: sample.content.replace(b"\n", b"\r\n"), TEXTS, Read(), NO_TEXT),
    "empty file": (
        lambda sample: b"", KINDS, Stops(r"{name}: .*expected a .*fetch (the file|it) again"), None,
    ),
    "cut short": (
        cut_short, KINDS,
        Stops(r"{name}: .*(cut short|fetch the file again|fetch it again)"), None,
    ),
    "duplicated rows": (in_grid(duplicated_rows), KINDS, Stops(r"expected each figure once"), None),
    "zip with a path outside": (
        lambda sample: with_member(sample, "../outside.xml", 0), ("xlsx",), Read(), NO_ARCHIVE,
    ),
    "decompression beyond size": (
        lambda sample: with_member(sample, "xl/more.xml", 128), ("xlsx",),
        Stops(r"{name}: .*xl/more\.xml: unfolds to more than 200 times the zip's own size"), NO_ARCHIVE,
    ),
}  # fmt: skip

TABLE_T01 = Stops(r"column '.*' is not a cell of table T01")
UNKNOWN_JSON = Kept("a JSON that does not begin as a table of Stat-Xplore may be anybody's")
EXCEPTIONS: Mapping[tuple[str, str], Outcome] = {
    # ONS gives some areas again under another geography of the same code
    ("ons_local_indicators", "duplicated rows"): Read(),
    # NHS England writes these in Windows text too
    ("mhsds", "Windows-1252"): Read(),
    ("ascof", "Windows-1252"): Read(),
    ("nomis_aps_t01", "renamed column"): TABLE_T01,
    ("nomis_aps_t01", "extra column"): TABLE_T01,
    ("nomis_aps_t01", "new suppression marker"): Stops(
        r"row 9: column 'in-employment-16-64 number': '\[z\]'"
    ),
    ("nomis_aps", "duplicated rows"): Stops(r"row 3: column 'RECORD_OFFSET': 0: expected each record once"),
    ("fingertips", "duplicated rows"): Read(),
    ("census_2021", "duplicated rows"): Stops(r"'3 rows for E06000001': expected one row for each of"),
    ("census_2021", "cut short"): Stops(
        r"(cut short|expected one row for each of|expected all 296 authorities)"
    ),
    ("nhs_talking_therapies_employment", "duplicated rows"): Stops(r"expected each starting status once"),
    ("dwp_stat_xplore", "renamed column"): Stops(r"column 'fields' gone; found .*fields \(new\)"),
    ("dwp_stat_xplore", "new suppression marker"): Stops(r"pip\.json: .*'\[z\]': expected a number or null"),
    ("dwp_stat_xplore", "empty file"): UNKNOWN_JSON,
    ("qof", "duplicated rows"): Stops(r"'C84001': expected each practice once for each disease"),
    # headings of table A08 are known by words in them, below the name of a group over several columns
    ("disabled_employment", "renamed column"): Read(),
    ("disabled_employment", "reordered columns"): Stops(
        r"no single column of employment for each group; found"
    ),
    ("disabled_employment", "new suppression marker"): Stops(
        r"row 8: column '.*': '\[z\]': expected a number"
    ),
    ("local_upload", "renamed column"): Stops(
        r"column 'denominator \(new\)': expected one of area_code, period"
    ),
    ("local_upload", "new suppression marker"): Waits("1 of 1 figures become missing"),
    ("local_upload", "Windows-1252"): Read(),
    ("local_upload", "extra column"): Stops(r"column 'new': expected one of area_code, period"),
}
# files of boundaries hold shapes with properties, or a list of codes: no figure
NO_NUMBERS = CannotBe("a list of codes holds no number that a marker could stand for")
NOT_UTF_8 = Stops(r"{name}: 'byte \d+ is not UTF-8': expected UTF-8 text; fetch the file again")
NO_JSON = Stops(
    r"{name}: .line \d+, column \d+: .*: expected JSON; it is empty, cut short or not JSON: fetch the file"
)
OF_BOUNDARIES: Mapping[tuple[str, str], Outcome] = {
    ("geojson", "renamed column"): Stops(r"{name}: feature 1: property '{needed}' gone, found .*{needed} \(new\)"),
    ("geojson", "new suppression marker"): Stops(r"{name}: .*feature 1 cannot be read .*expected properties and a polygon"),
    ("geojson", "duplicated rows"): Stops(r"{name}: 'feature 2: E12000001 stands twice': expected each area once"),
    ("topojson", "renamed column"): Stops(r"{name}: feature 1: property '{needed}' gone, found .*{needed} \(new\)"),
    ("topojson", "new suppression marker"): Stops(r"{name}: .*layer 'ltla' cannot be read .*expected areas made of arcs"),
    ("topojson", "duplicated rows"): Stops(r"{name}: 'feature 2: E0\d+ stands twice': expected each area once"),
    **{(kind, "Windows-1252"): NOT_UTF_8 for kind in SHAPES},
    **{(kind, fault): NO_JSON for kind in SHAPES for fault in ("empty file", "cut short")},
    ("csv", "new suppression marker"): NO_NUMBERS,
    ("csv", "Windows-1252"): Stops(r"{name}: 'row 2: byte 0x92': expected text in UTF-8; .*save it as CSV UTF-8"),
    ("csv", "empty file"): Stops(r"{name}: column 'CCG19CD', '{needed}' gone; found \[\].*fetch the file again"),
    ("csv", "duplicated rows"): Stops(r"{name}: .row 3: column 'CCG19CD': 'E38\d+' stands twice.: expected each area once"),
}  # fmt: skip

# the file under the name of another month or edition (of each publication: the name, and what comes of it)
YEAR_IN_NAME = Added("the file has no column for its year: its name is all that tells")
OTHER_EDITION: Mapping[str, tuple[str, Outcome]] = {
    "employment-rate.csv": ("employment-rate-2.csv", Read()),
    "nomis_2022_06_14_095314.xlsx": ("nomis_2019_06_14_095314.xlsx", Read()),
    "nomis-aps-45-p01.csv": (
        "nomis-aps-46-p01.csv",
        Stops(r"expected all 19 of the answer; fetch the page with"),
    ),
    "fingertips-502.csv": ("fingertips-501.csv", Read()),
    "a08aug2024.xlsx": ("a08may2024.xlsx", Read()),
    "nhsmh-dashboard-q4-21-22-v3.2.xlsx": (
        "nhsmh-dashboard-q3-21-22-v3.2.xlsx",
        Stops(r"'Q4 2021/22': expected Q3 2021/22, as the name of the file says"),
    ),
    "gp-fit-note-eng-csv-fit-notes-sep-22.csv": ("gp-fit-note-eng-csv-fit-notes-jun-22.csv", Read()),
    "indicator_8-5-2.csv": (
        "indicator_8-6-1.csv",
        Kept("the repository has a file of each indicator, and the name is what tells them apart"),
    ),
    "PREVALENCE_2425.csv": (
        "PREVALENCE_2324.csv",
        Stops(r"expected MAPPING_NHS_GEOGRAPHIES of the same year in the same folder"),
    ),
    "GPPS_2025_ICS_data_(weighted)_(csv)_PUBLIC.csv": (
        "GPPS_2024_ICS_data_(weighted)_(csv)_PUBLIC.csv",
        Waits(r"long-term-condition-prevalence, 2025-01-01/P3M: areas are gone: E54000048"),
    ),
    "psych-ther-ann-rep-csv-2021-22-main-csv.csv": ("psych-ther-ann-rep-csv-2019-20-main.csv", YEAR_IN_NAME),
    "nhstalkingtherapies_month_sep_2025_activity_performance.csv": (
        "nhstalkingtherapies_month_oct_2025_activity_performance.csv",
        Read(),
    ),
    "psych-ther-ann-rep-csv-2021-22-employment-status.csv": (
        "psych-ther-ann-rep-csv-2020-21-employment-status.csv",
        YEAR_IN_NAME,
    ),
    "MHSDS_Data_MarPerf_2024.csv": ("MHSDS_Data_AprPerf_2024.csv", Read()),
    "meas-from-asc-of-eng-1920-open-data-csv.csv": (
        "meas-from-asc-of-eng-2021-open-data-csv.csv",
        YEAR_IN_NAME,
    ),
    "ascof_outcomes_processed.csv": ("ascof_outcomes_2020.csv", Read()),
    "ts038_disability_ltla24.csv": ("ts038_disability_ltla25.csv", Read()),
    "iod2019_lad.csv": (
        "iod2025_lad.csv",
        Stops(r"row 2: column 'year': '2019': expected 2025, as in the file's name"),
    ),
    file_10(2019): (
        file_10(2025),
        Stops(
            r"column 'Local Authority District code \(2019\)': 2019: expected districts of 2025 or 2024, for the edition"
        ),
    ),
    "imd2025_england_icb24.csv": ("imd2025_england_icb26.csv", Read()),
    "nomis_aps_northern_las_excerpt_2021-2022.csv": (
        "nomis_aps_northern_las_excerpt_2020-2021.csv",
        Read(),
    ),
    "england_sicb_iapt_jul2022_may2023.csv": ("england_sicb_iapt_aug2022_jun2023.csv", Read()),
    "ips_appendix_e_first10_utla.csv": (
        "ips_appendix_e_utla.csv",
        Kept("the files kept by hand have one name each, and another is nobody's"),
    ),
    "pip.json": ("statxplore-pip-2.json", Read()),
    "supported-into-work.csv": (
        "moved-into-work.csv",
        Kept("figures of one's own are known by the TOML of the same name, and there is none"),
    ),
    "national_headlines.csv": (
        "national_headlines_2020.csv",
        Kept("the files kept by hand have one name each, and another is nobody's"),
    ),
    "rgn_2023-12_en_buc.geojson": (
        "nhser_2024-01_en_bsc.geojson",
        Stops(r"nhser_2024-01_en_bsc\.geojson: feature 1: property 'NHSER24CD', 'NHSER24NM' gone, found"),
    ),
    "ons_uk_topo_2014-2025.topojson": (
        "ons_uk_topo_2014-2024.topojson",
        Kept("boundaries are known by the whole names of their files, and another is nobody's"),
    ),
    "ccg19_names_codes_and_ccg20_successor.csv": (
        "ccg20_names_codes_and_ccg21_successor.csv",
        Kept("the lookup is known by its columns, whatever the file is called"),
    ),
}


def outcome_of(sample: Sample, fault: str) -> Outcome:
    """What the table says, with the words of the sample put in."""
    _, kinds, usual, otherwise = FAULTS[fault]
    exceptions = EXCEPTIONS
    key = sample.source_id
    if key in BOUNDARY_SOURCES:
        exceptions, key = OF_BOUNDARIES, sample.kind
    found = exceptions.get((key, fault), usual if sample.kind in kinds else otherwise)
    assert found is not None, f"the fault matrix says nothing about {fault!r} of {sample.source_id}"
    if isinstance(found, Stops):
        words = {"needed": re.escape(sample.needed), "name": re.escape(sample.name)}
        message = found.message
        for name, word in words.items():
            message = message.replace(f"{{{name}}}", word)
        return Stops(message)
    return found


# --- the figures before ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Indicator]:
    """The project's indicators, and that of the user's own publication."""
    (own,) = samples_of("local_upload")
    return load_catalogue(local=own.write(tmp_path_factory.mktemp("own")).parent)


@pytest.fixture(scope="module")
def published(
    catalogue: dict[str, Indicator], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Sample, Path], Bench]:
    """A store in which a publication is served, a new copy each time."""
    made: dict[str, Path] = {}

    def of(sample: Sample, folder: Path) -> Bench:
        if sample.name not in made:
            made[sample.name] = tmp_path_factory.mktemp("published")
            bench = opened(made[sample.name], catalogue)
            sample.write(bench.folder / "before")
            result = refresh(bench, sample.source_id, folder=bench.folder / "before")
            assert result.outcome == "published", result.message
            bench.store.close()
        shutil.copytree(made[sample.name], folder / "published")
        return opened(folder / "published", catalogue)

    return of


def opened(folder: Path, catalogue: dict[str, Indicator]) -> Bench:
    return Bench(f"sqlite:///{folder}/store.sqlite", folder, catalogue)


def refresh(bench: Bench, source_id: str, publisher: Fetcher | None = None, **more: Any) -> RunResult:
    """Refresh one of the real sources, from a folder or from its publisher."""
    downloads = None
    if publisher is not None:
        downloads = functools.partial(through, publisher)
    sources = {source_id: EVERY_SOURCE[source_id]}
    (result,) = bench.pipeline(sources=sources, downloads=downloads).refresh([source_id], **more)
    return result


def through(fetcher: Fetcher, folder: Path) -> FolderDownloads:
    return FolderDownloads(folder, fetcher, {"STATXPLORE_API_KEY": "a key that nobody may see"})


Served = tuple[str, dict[str, str]]
"""What readers are given: the store's digest, and the sha256 of each file of boundaries."""


def served(bench: Bench) -> Served:
    folder = bench.pipeline().context.boundaries_dir
    return bench.store.digest(), {path.name: file_sha256(path) for path in sorted(folder.glob("*"))}


def check(bench: Bench, before: Served, result: RunResult, outcome: Outcome) -> None:
    """Whether it came as the table says; what was published is served as it was wherever nothing took its place."""
    totals = result.details.get("diff", {}).get("totals", {})
    match outcome:
        case Stops(message):
            assert result.outcome == "failed"
            assert re.search(message, result.message), result.message
            assert not result.message.startswith("unexpected ")
            assert served(bench) == before
        case Waits(message):
            assert result.outcome == "quarantined"
            assert re.search(message, result.message), result.message
            assert served(bench) == before
        case Missed(message):
            told = "\n".join([result.message, *result.details.get("warnings", [])])
            assert re.search(message, told), told
            assert not result.message.startswith("unexpected ")
            assert served(bench) == before
        case Read():
            assert result.outcome in ("published", "unchanged"), result.message
            assert [totals.get(kind, 0) for kind in ("added", "revised", "removed")] == [0, 0, 0]
        case Added():
            assert result.outcome == "published", result.message
            assert totals["added"] > 0
            assert [totals.get(kind, 0) for kind in ("revised", "removed")] == [0, 0]
        case Kept():
            assert result.outcome in ("failed", "unchanged"), result.message
            assert served(bench) == before
    assert served(bench)[1] == before[1]
    assert bench.store.problems() == []


# --- files ------------------------------------------------------------------------------------------------

PUBLICATIONS = [sample for sample in (*samples(), *boundary_samples()) if sample.enough]
PAIRS = [(sample, fault) for sample in PUBLICATIONS for fault in FAULTS]


def test_the_table_says_something_about_every_source() -> None:
    for source_id, source in EVERY_SOURCE.items():
        for sample in samples_of(source_id):
            assert sample.name in OTHER_EDITION, (
                f"the fault matrix says nothing about another edition of {source_id}"
            )
            for fault in FAULTS:
                outcome_of(sample, fault)
        if isinstance(source, LiveSource):
            assert source_id in SITES, f"the fault matrix says nothing about the publisher of {source_id}"


@pytest.mark.parametrize(
    ("sample", "fault"),
    [pair for pair in PAIRS if not isinstance(outcome_of(*pair), CannotBe)],
    ids=lambda value: value.name if isinstance(value, Sample) else value,
)
def test_a_damaged_file(
    sample: Sample, fault: str, published: Callable[[Sample, Path], Bench], tmp_path: Path
) -> None:
    bench = published(sample, tmp_path)
    before = served(bench)
    damaged = sample.write(tmp_path / "incoming", FAULTS[fault][0](sample))
    assert damaged.read_bytes() != sample.content
    check(bench, before, refresh(bench, sample.source_id, folder=damaged.parent), outcome_of(sample, fault))
    assert not (tmp_path / "outside.xml").exists()


@pytest.mark.parametrize("sample", PUBLICATIONS, ids=lambda value: value.name)
def test_a_file_of_another_edition(
    sample: Sample, published: Callable[[Sample, Path], Bench], tmp_path: Path
) -> None:
    bench = published(sample, tmp_path)
    before = served(bench)
    name, outcome = OTHER_EDITION[sample.name]
    path = sample.write(tmp_path / "incoming")
    path.rename(path.with_name(name))
    check(bench, before, refresh(bench, sample.source_id, folder=path.parent), outcome)


# --- publishers -------------------------------------------------------------------------------------------


@dataclasses.dataclass
class Asked:
    """A publisher that fails when asked to.

    ``fault`` answers instead of it at the first ``times`` requests to one address; ``at`` is which request in the
    order of a refresh that address has (the last is that of a file with figures), None for every address.
    """

    publisher: Publisher
    fault: Callable[[httpx.Request, httpx.Response], httpx.Response] | None = None
    times: int = 0
    at: int | None = None
    order: list[tuple[str, str, bytes]] = dataclasses.field(default_factory=list)
    tries: Counter[tuple[str, str, bytes]] = dataclasses.field(default_factory=Counter)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        key = (request.method, str(request.url), request.content)
        if key not in self.order:
            self.order.append(key)
        self.tries[key] += 1
        good = self.publisher(request)
        chosen = self.at is None or self.order.index(key) == self.at
        if self.fault is not None and chosen and self.tries[key] <= self.times:
            return self.fault(request, good)
        return good


def timeout(request: httpx.Request, good: httpx.Response) -> httpx.Response:
    raise httpx.ReadTimeout("no answer in time", request=request)


def too_many(request: httpx.Request, good: httpx.Response) -> httpx.Response:
    return httpx.Response(429, headers={"Retry-After": "7"})


def server_error(request: httpx.Request, good: httpx.Response) -> httpx.Response:
    return httpx.Response(500)


def truncated(request: httpx.Request, good: httpx.Response) -> httpx.Response:
    headers = {**good.headers, "content-length": str(len(good.content))}
    return httpx.Response(200, content=good.content[:-5], headers=headers)


def apology(request: httpx.Request, good: httpx.Response) -> httpx.Response:
    return httpx.Response(200, html="<html>Sorry, the service is being fixed</html>")


ALWAYS = 1000
HTTP_FAULTS: Mapping[str, tuple[Any, int, str]] = {
    # fault → (what is answered instead, how often, the message where it is too often)
    "timeout once": (timeout, 1, ""),
    "timeout always": (timeout, ALWAYS, r"ReadTimeout: no answer in time; tried 4 times"),
    "429 with Retry-After": (too_many, 1, ""),
    "500 three times": (server_error, 3, ""),
    "500 always": (server_error, ALWAYS, r"the server answered 500; tried 4 times"),
    "truncated body once": (truncated, 1, ""),
    "truncated body always": (truncated, ALWAYS, r"bytes came; expected .*; tried 4 times"),
    "another content type": (
        apology,
        ALWAYS,
        r"content type 'text/html.*'; expected |no publication of the series|expected the list of variables|"
        r"no link to a workbook|expected a whole workbook|expected GeoJSON|column '(ltla24_code|Year)', .* gone",
    ),
}
WAITS = {"timeout once": [1.0], "429 with Retry-After": [7.0], "500 three times": [1.0, 2.0, 4.0],
         "truncated body once": [1.0]}  # fmt: skip


def live(bench: Bench, source_id: str, publisher: Asked) -> tuple[RunResult, list[float]]:
    """Refresh a source from its publisher; what came of it, and how long it waited between tries."""
    waits: list[float] = []
    with (
        respx.mock(assert_all_called=False) as router,
        Fetcher(sleep=waits.append) as fetcher,
    ):
        router.route().mock(side_effect=publisher)
        return refresh(bench, source_id, fetcher), waits


@pytest.fixture(scope="module")
def fetched(
    catalogue: dict[str, Indicator], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], tuple[Path, Served, int]]:
    """(folder of a store into which a source was fetched undisturbed, what it serves, how many addresses were asked)."""

    @functools.cache
    def of(source_id: str) -> tuple[Path, Served, int]:
        folder = tmp_path_factory.mktemp("fetched")
        bench, publisher = opened(folder, catalogue), Asked(SITES[source_id]())
        result, waits = live(bench, source_id, publisher)
        assert (result.outcome, waits) == ("published", []), result.message
        whole = served(bench)
        bench.store.close()
        return folder, whole, len(publisher.order)

    return of


@pytest.mark.parametrize("fault", HTTP_FAULTS)
@pytest.mark.parametrize("source_id", SITES)
def test_a_publisher_that_fails(
    source_id: str,
    fault: str,
    fetched: Callable[[str], tuple[Path, Served, int]],
    catalogue: dict[str, Indicator],
    tmp_path: Path,
) -> None:
    folder, whole, asked = fetched(source_id)
    answer, times, message = HTTP_FAULTS[fault]
    if message:
        shutil.copytree(folder, tmp_path / "copy")
        bench = opened(tmp_path / "copy", catalogue)
        for at in {0, asked - 1}:
            result, _ = live(bench, source_id, Asked(SITES[source_id](), answer, times, at))
            check(bench, whole, result, Missed(message))
            assert "a key that nobody may see" not in result.message
    else:
        # the same store comes of it as where nothing failed, however often each address did
        bench = opened(tmp_path / "new", catalogue)
        result, waits = live(bench, source_id, Asked(SITES[source_id](), answer, times))
        assert result.outcome == "published", result.message
        assert waits == WAITS[fault] * asked
        assert served(bench) == whole
    assert [path.name for path in bench.folder.iterdir() if path.name.startswith(".incoming")] == []
    bench.store.close()


NAMES = {
    "a path outside": ({"../outside.csv": b"a,b\n1,2\n"}, "lies outside the zip's own folder"),
    "beyond size": ({"more.csv": bytes(128 * 1024**2)}, "unfolds to more than 200 times the zip's own size"),
}
ZIP_SITES = {
    "qof": qof_site,
    "nhs_talking_therapies": nhs_talking_therapies_site,
    "nhs_talking_therapies_employment": nhs_talking_therapies_employment_site,
}


@pytest.mark.parametrize("fault", NAMES)
@pytest.mark.parametrize("source_id", ZIP_SITES)
def test_a_zip_that_means_harm(
    source_id: str,
    fault: str,
    fetched: Callable[[str], tuple[Path, Served, int]],
    catalogue: dict[str, Indicator],
    tmp_path: Path,
) -> None:
    folder, whole, _ = fetched(source_id)
    shutil.copytree(folder, tmp_path / "copy")
    bench = opened(tmp_path / "copy", catalogue)
    members, message = NAMES[fault]
    archive = zipped({**samples_of(source_id)[0].files, **members})
    result, _ = live(bench, source_id, Asked(ZIP_SITES[source_id](archive)))
    # each edition fails alone: the months beside a year that is refused stay as they were
    check(bench, whole, result, Missed(rf"\.zip: .*{message}"))
    assert not list(tmp_path.rglob("outside.csv"))
    bench.store.close()
