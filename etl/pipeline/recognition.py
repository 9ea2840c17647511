"""What the files of a folder look like by their content, for a person whose files no source took.

Names change when people save a file; columns, headings and the first letters of a file do not. Nothing here decides how
a file is read: it only tells what was seen, and under which name which source reads such a file.
"""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from etl.sources import reading
from etl.sources.base import BoundarySource, Source, SourceProblem
from geodata.register import load_register

NAMES = {
    "ons_local_indicators": "*.csv with the columns areacd, indicator, observation …, of an indicator in the catalogue",
    "nomis_aps_t01": "nomis_*.xlsx with table T01 in the sheet Data",
    "nomis_aps": "nomis-aps-<variable>-p<page>.csv",
    "nomis_aps_north": "nomis_aps_north*_<year>-<year>.csv or .csv.gz",
    "nhs_talking_therapies": "psych-ther-ann-rep-csv-<year>-main*.csv, nhstalkingtherapies_month_*.csv",
    "nhs_talking_therapies_employment": "psych-ther-ann-rep-csv-<year>-employment*.csv",
    "nhs_talking_therapies_sub_icb": "england_sicb_iapt_<month><year>_<month><year>.csv",
    "nhs_mental_health_dashboard": "nhsmh-dashboard-q<n>-<year>*.xlsx or .xlsm",
    "mhsds": "MHSDS_Data_<month>Perf_<year>.csv",
    "ascof": "meas-from-asc-of-eng-<year>-*.csv or .xlsx, *ascof*outcomes*.csv",
    "fingertips": "fingertips-<type>.csv, indicators-*.csv",
    "fit_notes": "*fit-note*.csv",
    "qof": "PREVALENCE_<yyyy>.csv beside MAPPING_NHS_GEOGRAPHIES_<yyyy>.csv",
    "gp_patient_survey": "GPPS_<year>_<level>_data_(weighted)*.csv",
    "census_2021": "ts038_disability_ltla*.csv",
    "deprivation": "File_10_*.xlsx, iod<year>_lad*.csv, imd<year>_england_icb*.csv",
    "dwp_stat_xplore": "*.json, an answer of Stat-Xplore on a database that is read here",
    "national_facts": "national_headlines.csv and the files beside it",
    "disabled_employment": "a08<month><year>.xls, .xlsx or .ods",
    "ons_sdg": "indicator_8-5-2.csv",
    "local_upload": "<indicator-id>.csv beside <indicator-id>.toml",
    "ons_geography": "the files of boundaries by the names of docs/sources/ons_geography.md",
}
"""The names under which each source reads its files."""

_MOST_TOLD = 12
_PEEK = 65_536  # bytes
_MOST_BYTES = 50_000_000  # of a workbook that is looked into
_ROWS = 12
_NOTHING_TO_READ = (".md", ".txt", ".py", ".log", ".toml")


@dataclass(frozen=True)
class _Sign:
    """A kind of publication: what it is called, the source that reads it, and what gives it away (lower case)."""

    what: str
    source_id: str | None
    marks: frozenset[str]
    fix: str = ""


def _sign(what: str, source_id: str | None, *marks: str, fix: str = "") -> _Sign:
    return _Sign(what, source_id, frozenset(marks), fix)


# columns of CSVs without underscores; the first that are all there count
_COLUMNS = (
    _sign("MHSDS monthly statistics", "mhsds", "primarylevel", "measureid", "measurevalue"),
    _sign(
        "ONS local indicators",
        "ons_local_indicators",
        "areacd", "indicator", "observation",
        fix="no indicator in it is one that the catalogue asks for",
    ),
    _sign("Fingertips", "fingertips", "indicator id", "area code", "time period", "value"),
    _sign("the Adult Social Care Outcomes Framework", "ascof", "ascof measure code", "measure type"),
    _sign("outcomes of the Adult Social Care Outcomes Framework", "ascof", "ons code", "disaggregation level"),
    _sign(
        "employment status in the Talking Therapies annual report",
        "nhs_talking_therapies_employment",
        "variableb", "countemploymentstatusendtreatmentemployed",
    ),
    _sign("the Talking Therapies annual report", "nhs_talking_therapies", "orgtype", "variableb"),
    _sign("Talking Therapies by month", "nhs_talking_therapies", "grouptype", "orgcode1", "measureid"),
    _sign("Talking Therapies by sub-ICB location", "nhs_talking_therapies_sub_icb", "sicbl22code", "name", "value"),
    _sign("QOF prevalence by practice", "qof", "practicecode", "groupcode"),
    _sign("QOF prevalence by practice", "qof", "practicecode", "indicatorgroupcode"),
    _sign("QOF geographies of practices", "qof", "practicecode", "regionodscode"),
    _sign("fit notes", "fit_notes", "count of fit notes"),
    _sign("the GP Patient Survey", "gp_patient_survey", "healthltcondition1.pct"),
    _sign("Census 2021, disability (TS038)", "census_2021", "geographycode", "c2021disability5"),
    _sign("Census 2021, disability (TS038)", "census_2021", "disability", "total residents"),
    _sign("Census 2021, disability (TS038)", "census_2021", "disability", "totalresidents"),
    _sign("an answer of the Nomis API on the Annual Population Survey", "nomis_aps", "variablecode", "measures", "recordoffset"),
    _sign("the Annual Population Survey in a tidy copy", "nomis_aps_north", "geographycode", "variablecode", "measurescode"),
    _sign(
        "an answer of the Nomis API on another data set",
        None,
        "geographycode", "obsvalue",
        fix="of Nomis, only data set NM_17_5 (nomis_aps) and TS038 (census_2021) are read",
    ),
    _sign("Indices of Deprivation in a tidy copy", "deprivation", "indexdomain", "averagerank"),
    _sign(
        "Indices of Deprivation by small area (LSOA)",
        None,
        "lsoa code (2021)",
        fix="deprivation reads summaries by local authority district: File 10",
    ),
    _sign(
        "Indices of Deprivation by small area (LSOA)",
        None,
        "lsoa code (2011)",
        fix="deprivation reads summaries by local authority district: File 10",
    ),
    _sign("Sustainable Development Goals of ONS", "ons_sdg", "disability status", "unit measure", "value"),
    _sign("local data upload", "local_upload", "area code", "period", "value"),
    _sign("local data upload", "local_upload", "areacode", "period", "value"),
    _sign("local data upload", "local_upload", "areacode", "period", "numerator"),
)  # fmt: skip

# words in the names and the first rows of the sheets of a workbook, in lower case
_SHEETS = (
    _sign("table T01 of the Annual Population Survey", "nomis_aps_t01", "annual population survey", "t01:"),
    _sign("table A08, labour market status of disabled people", "disabled_employment", "a08", "disabled"),
    _sign("table A08, labour market status of disabled people", "disabled_employment", "labour market status of disabled"),
    _sign("the Adult Social Care Outcomes Framework", "ascof", "ascof measure code", "measure type"),
    _sign(
        "Indices of Deprivation by local authority district (File 10)",
        "deprivation",
        "local authority district code", "average rank", "idaci",
    ),
    _sign(
        "Indices of Deprivation by local authority (upper tier) (File 11)",
        None,
        "upper tier local authority", "average rank",
        fix="deprivation reads summaries by local authority district: File 10",
    ),
    _sign(
        "Indices of Deprivation by county (File 11)",
        None,
        "higher tier local authority", "average rank",
        fix="deprivation reads summaries by local authority district: File 10",
    ),
    _sign(
        "Indices of Deprivation by another kind of area",
        None,
        "average rank", "average score",
        fix="deprivation reads summaries by local authority district: File 10",
    ),
    _sign("the NHS Mental Health Dashboard", "nhs_mental_health_dashboard", "es(i)_final calc", "es(i)_target"),
)  # fmt: skip


def seen_words(folder: Path, sources: Mapping[str, Source | BoundarySource]) -> str:
    """What lies in a folder and below it, a line for each file: name, what it looks like, who reads it and how.

    Files that look like a publication and that no source finds come first; those that a source finds are counted by
    source. Never raises for what a file holds.
    """
    taken = _taken(folder, sources)
    told: list[tuple[int, str]] = []
    others = 0
    for path in reading.files_below(folder, "*"):
        if path in taken:
            continue
        if path.name.casefold().endswith(_NOTHING_TO_READ):
            others += 1
            continue
        rank, words = _look(path, sources)
        told.append((rank, f"- {path.relative_to(folder)}: {words}"))
    lines = [words for _, words in sorted(told, key=lambda pair: pair[0])]
    others += max(0, len(lines) - _MOST_TOLD)
    lines = lines[:_MOST_TOLD]
    for source_id in dict.fromkeys(taken.values()):
        own = [path for path, other in taken.items() if other == source_id]
        named = _named([str(path.relative_to(folder)) for path in own])
        lines.append(f"- {named}: {source_id} reads {'it' if len(own) == 1 else f'these {len(own)}'}")
    if others:
        lines.append(f"- and {others} more {'file' if others == 1 else 'files'}")
    return "\n".join(["seen there:", *lines]) if lines else "the folder is empty"


def unread_publications(folder: Path, sources: Mapping[str, Source | BoundarySource]) -> list[str]:
    """A line for the files of a folder that look like one publication and that no source finds under their names."""
    taken = _taken(folder, sources)
    alike: dict[str, list[str]] = {}
    for path in reading.files_below(folder, "*"):
        if path in taken or path.name.casefold().endswith(_NOTHING_TO_READ):
            continue
        rank, words = _look(path, sources)
        if rank == 0:
            alike.setdefault(words, []).append(str(path.relative_to(folder)))
    return [
        f"{_named(names)}{f' ({len(names)} files)' if len(names) > 1 else ''}: {words}"
        for words, names in alike.items()
    ]


def _taken(folder: Path, sources: Mapping[str, Source | BoundarySource]) -> dict[Path, str]:
    """The files that sources find in a folder, by the source that finds them first."""
    taken: dict[Path, str] = {}
    for source_id, source in sources.items():
        try:
            editions = source.discover(folder)
        except (SourceProblem, OSError, ValueError):
            continue
        for edition in editions:
            for file in edition.files:
                # a source may have a folder of its own
                if file.path.is_relative_to(folder):
                    taken.setdefault(file.path, source_id)
    return taken


def wanted_words(source_id: str) -> str:
    """The names under which a source reads its files."""
    names = NAMES.get(source_id)
    page = f"docs/sources/{source_id}.md"
    return f"expected {names} ({page})" if names else f"expected files as {page} describes"


def _look(path: Path, source_ids: Collection[str]) -> tuple[int, str]:
    """(0 where it looks like a publication, 1 where not; the words)."""
    try:
        found = _kind(path)
    except (OSError, SourceProblem, ValueError, csv.Error, zipfile.BadZipFile) as error:
        return 1, f"cannot be looked into: {str(error).splitlines()[0]}"
    if isinstance(found, str):
        return 1, found
    words = f"looks like {found.what}"
    if found.fix:
        words += f"; {found.fix}"
    if found.source_id in source_ids:
        return 0, f"{words}; {found.source_id} reads {NAMES[str(found.source_id)]}"
    return 0, words


def _kind(path: Path) -> _Sign | str:
    with path.open("rb") as opened:
        head = opened.read(_PEEK)
    if not head.strip():
        return "is empty"
    if head.startswith(b"%PDF"):
        return "is a PDF; the tables behind it are needed"
    text = head.decode("utf-8-sig", errors="replace").lstrip()
    if re.match(r"<!doctype html|<html", text, re.IGNORECASE):
        return "is a web page; download the file that it links to"
    looks: Mapping[str, Callable[[], _Sign | str]] = {
        ".csv": lambda: _of_columns(reading.header_of(path)),
        ".json": lambda: _of_json(path, text),
        ".geojson": lambda: _of_json(path, text),
        ".topojson": lambda: _of_json(path, text),
        ".xlsx": lambda: _of_workbook(path),
        ".xlsm": lambda: _of_workbook(path),
        ".xls": lambda: _of_workbook(path),
        ".ods": lambda: _of_workbook(path),
        ".zip": lambda: _of_zip(path),
        ".parquet": lambda: (
            f"is a Parquet file with the columns {_named(reading.open_parquet(path).schema_arrow.names)}"
        ),
    }
    look = looks.get(path.suffix.casefold())
    return look() if look else f"is a file of a kind that no source reads ({path.suffix or 'no ending'})"


def _of_columns(header: list[str]) -> _Sign | str:
    columns = {name.casefold().replace("_", "") for name in header}
    for sign in _COLUMNS:
        if sign.marks <= columns:
            return sign
    return f"is a CSV with the columns {_named(header)}, which no source reads"


def _of_workbook(path: Path) -> _Sign | str:
    if path.stat().st_size > _MOST_BYTES:
        return f"is a workbook of {path.stat().st_size / 1e6:,.0f} MB, which is not looked into"
    sheets = reading.first_cells(path, _ROWS)
    cells = [str(cell) for rows in sheets.values() for row in rows for cell in row if str(cell).strip()]
    text = "\n".join([*sheets, *cells]).casefold()
    is_open = path.suffix.casefold() == ".ods"
    for sign in _SHEETS:
        if all(mark in text for mark in sign.marks):
            if is_open and sign.source_id not in (None, "disabled_employment"):
                fix = "; ".join(part for part in (sign.fix, "save it as a workbook (.xlsx)") if part)
                return _Sign(
                    f"{sign.what}, as an OpenDocument spreadsheet (ODS)", sign.source_id, sign.marks, fix
                )
            return sign
    kind = "an OpenDocument spreadsheet (ODS)" if is_open else "a workbook"
    return f"is {kind} with the sheets {_named(list(sheets))}, which no source reads"


def _of_json(path: Path, text: str) -> _Sign | str:
    # a TopoJSON may name its layers behind millions of arcs
    if re.search(r'"type"\s*:\s*"Topology"', text):
        return _boundaries(path, "a TopoJSON of boundaries", _LAYERED)
    if re.search(r'"type"\s*:\s*"FeatureCollection"', text):
        whole = text if '"properties"' in text[200:] else path.read_text(encoding="utf-8", errors="replace")
        fields = re.findall(r'"properties"\s*:\s*\{([^{}]*)\}', whole)
        keys = re.findall(r'"(\w+)"\s*:', fields[-1] if fields else "")
        code = re.search(r'"([EKNSW]\d{8})"', fields[-1] if fields else "")
        what = f"a GeoJSON of boundaries with the properties {_named(keys)}"
        return _boundaries(path, what, keys, code[1] if code else "")
    if "ess-beta-metadata" in text:
        return (
            "is metadata of ONS local indicators; ons_local_indicators reads the CSV of the same name with it"
        )
    if '"cubes"' in text or '"database"' in text:
        return _sign(
            "an answer of Stat-Xplore",
            "dwp_stat_xplore",
            fix="its database or its areas are not those that are read",
        )
    return "is JSON that no source reads"


_LAYERED = ("areacd",)


def _boundaries(path: Path, what: str, keys: Collection[str], code: str = "") -> _Sign:
    """``keys`` are the properties of its areas, ``code`` that of one of them where it is known."""
    from geodata.boundaries import BOUNDARY_FILES  # geopandas: only where boundaries were given

    kinds = load_register().area_types
    names = dict.fromkeys(
        entry.file_name
        for entry in BOUNDARY_FILES
        if entry.code_field in keys
        and (entry.layer is None or keys is _LAYERED)
        and (not code or code[:3] in kinds[entry.area_type].code_prefixes)
    )
    if names:
        fix = f"give it the name {' or '.join(names)}"
    else:
        layered = next(entry.file_name for entry in BOUNDARY_FILES if entry.layer)
        fix = f"no boundaries are drawn from such properties; those of councils come from {layered}"
    return _sign(what, "ons_geography", fix=fix)


def _of_zip(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if not name.endswith("/")]
    return f"is a zip with {_named(names)}; unpack it and give its folder with --from"


def _named(names: list[str]) -> str:
    shown = ", ".join(name[:100] for name in names[:6])
    return f"{shown} …" if len(names) > 6 else shown or "none"
