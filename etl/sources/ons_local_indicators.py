"""ONS local indicators: one CSV an indicator group, with its metadata as JSON beside it.

Source: Office for National Statistics, Explore Local Statistics. Each ``<name>.csv`` is an edition; the
measure id is the slug of its ``indicator`` column, so that a file with a new indicator needs no change here.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from etl.frames import measurements
from etl.frames.routes import measures_of
from etl.sources import reading
from etl.sources.base import (
    EVERY_MONTH,
    BadFile,
    Calendar,
    Downloads,
    Edition,
    FoundFile,
    Parsed,
    Progress,
    ReleaseChanged,
    SetAside,
    SourceInfo,
)
from geodata.register import Register
from indicators.catalogue import Indicator, catalogue
from indicators.periods import Period

COLUMNS = (
    "areacd",
    "areanm",
    "geography",
    "indicator",
    "period",
    "observation",
    "measure",
    "unit",
    "lci_95",
    "uci_95",
    "status",
    "notes",
)
REPOSITORY = "https://raw.githubusercontent.com/ONSdigital/explore-local-statistics-data/main"
"""Where ONS keeps the files behind Explore Local Statistics: ``<name>/<name>.csv`` and ``.json`` of each."""
# a file is known by its name even when its columns were renamed: then parse says which one is lost
KNOWN_FILES = (
    "children-in-relative-poverty.csv",
    "claimant-count.csv",
    "employment-rate.csv",
    "gross-median-weekly-pay.csv",
    "healthy-life-expectancy.csv",
    "modelled-unemployment.csv",
    "qualifications-level-3-or-above.csv",
    "qualifications-none-gb.csv",
)
# who each figure is about, from the subtitles of the metadata
AGES = {
    "employment-rate": "16-64",
    "economically-inactive": "16-64",
    "modelled-unemployment-rate": "16+",
    "claimant-count": "16-64",
    "gross-median-weekly-pay": "all",
    "healthy-life-expectancy": "at birth",
    "no-qualifications": "16-64",
    "level-3-or-above-qualifications-great-britain": "16-64",
    "children-in-relative-poverty-before-housing-costs": "0-15",
    "children-in-relative-poverty-after-housing-costs": "0-15",
}
_SEXES = {"male": "male", "female": "female"}
_STATUSES = {"": "ok", "x": "not_available", "u": "unreliable", "c": "suppressed"}
_WITHOUT_FIGURE = ("x", "c")
_SAME = ("value", "lower_ci_95", "upper_ci_95", "status")
_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_MODIFIED = re.compile(r"last modified on (\d{2}/\d{2}/\d{4})")


class OnsLocalIndicators:
    """Reads the local indicators of the Office for National Statistics.

    ``indicators`` gives the catalogue, whose routes say which of the publisher's indicators are read.
    """

    info = SourceInfo(
        source_id="ons_local_indicators",
        publisher="Office for National Statistics",
        title="Explore local statistics: local indicators",
        licence="Open Government Licence v3.0",
        url="https://www.ons.gov.uk/explore-local-statistics/",
        cadence="as each indicator is published, most of them once a year; looked for every month",
        attribution=(
            "Source: Office for National Statistics, licensed under the Open Government Licence v3.0. "
            "Contains public sector information of the Department for Work and Pensions."
        ),
        calendar=Calendar(EVERY_MONTH, 20),
    )
    parser_version = 2

    def __init__(self, indicators: Callable[[], Mapping[str, Indicator]] = catalogue) -> None:
        self._indicators = indicators

    def discover(self, folder: Path) -> list[Edition]:
        """One edition a CSV that has a known name, or an indicator that the catalogue asks for.

        Which indicators a file has stands in its rows, and in metadata of the same name.
        """
        asked = self._asked()
        editions = []
        for path in reading.files_below(folder, "*.csv"):
            beside = path.with_suffix(".json")
            if path.name not in KNOWN_FILES and not any(
                _measure(name)[0] in asked for name in (*_indicators_in(path), *_parts(_metadata(beside)))
            ):
                continue
            metadata = _metadata(beside)
            published_on = _published_on(metadata)
            files = [FoundFile(path, "figures", published_on=published_on)]
            if beside.is_file():
                files.append(FoundFile(beside, "metadata", published_on=published_on))
            editions.append(
                Edition(
                    edition=path.stem,
                    publication=_publication(path.stem, metadata),
                    files=tuple(files),
                    published_on=published_on,
                    precedence=published_on.toordinal() if published_on else 0,
                )
            )
        return sorted(editions, key=lambda edition: (edition.published_on or date.min, edition.edition))

    def parse(self, edition: Edition, register: Register, progress: Progress) -> Parsed:
        """Read one CSV; counts its rows.

        Indicators that the catalogue does not ask for are set aside first. England's areas and the United Kingdom
        are kept; the rest is set aside by country and by kind, and so are codes that ONS marks as obsolete and a
        figure that stands there again. Raises ReleaseChanged for a column or all indicators that are gone and
        BadFile for a cell that cannot be, such as another figure for the same key.
        """
        path = next(file.path for file in edition.files if file.role == "figures")
        progress(f"{edition.edition}: reading", 0, 0)
        subtitles = _subtitles(edition)
        rows = reading.read_csv(path, needed=COLUMNS, may_repeat=("notes",))
        asked, aside = self._asked_rows(path, rows)
        english, left = _english(asked, register)
        aside += left
        if english.empty:
            raise BadFile(path, column="areacd", expected="areas of England (codes that start with E)")
        reading.refuse_unknown_areas(
            english["areacd"], file=path, rows=english["row"], column="areacd", register=register
        )
        _one_unit_each(path, english)
        names = {name: _measure(name) for name in english["indicator"].unique()}
        periods = {text: _period(path, english, text) for text in english["period"].unique()}
        values, found = reading.numbers(
            english["observation"], file=path, rows=english["row"], column="observation", markers={"": "none"}
        )
        statuses, blanks = _statuses(path, english, found == "none")
        notes = [
            "; ".join(part for part in (periods[period][1], note) if part)
            for period, note in zip(english["period"], english["notes"], strict=True)
        ]
        measured = measurements.arrange(
            pd.DataFrame(
                {
                    "measure": english["indicator"].map({name: pair[0] for name, pair in names.items()}),
                    "area_code": english["areacd"],
                    "period": english["period"].map({text: pair[0] for text, pair in periods.items()}),
                    "sex": english["indicator"].map({name: pair[1] for name, pair in names.items()}),
                    "age": english["indicator"].map(
                        {name: _age(pair[0], subtitles.get(name, "")) for name, pair in names.items()}
                    ),
                    "value": values,
                    "lower_ci_95": _limits(path, english, "lci_95"),
                    "upper_ci_95": _limits(path, english, "uci_95"),
                    "status": statuses,
                    "note": notes,
                    "row": english["row"],
                }
            )
        )
        again = measured.duplicated([*measurements.KEY, *_SAME])
        if again.any():
            aside.append(SetAside("the same figure again (rows)", int(again.sum())))
        measured = measured[~again].reset_index(drop=True)
        reading.refuse_duplicates(measured, path)
        warnings = []
        if not subtitles:
            warnings.append(f"{path.name}: no metadata beside it: date of publication not known")
        if blanks:
            warnings.append(
                f"{path.name}: {blanks} figures are empty without a status: taken as not available"
            )
        progress(f"{edition.edition}: read", len(rows), len(rows))
        return Parsed(measured, rows_in=len(rows), set_aside=aside, warnings=warnings)

    def _asked(self) -> frozenset[str]:
        return measures_of(self._indicators(), self.info.source_id)

    def _asked_rows(self, path: Path, rows: pd.DataFrame) -> tuple[pd.DataFrame, list[SetAside]]:
        """Rows of the indicators that the catalogue asks for, and the rest as SetAside."""
        asked = self._asked()
        wanted = {name: _measure(name)[0] in asked for name in rows["indicator"].unique()}
        is_asked = rows["indicator"].map(wanted).to_numpy(dtype=bool)
        if not is_asked.any():
            raise ReleaseChanged(
                f"{path.name}: column 'indicator': none that the catalogue asks for; found {sorted(wanted)[:12]}; "
                "if ONS has renamed an indicator, give its new name in the routes of the catalogue"
            )
        aside = []
        if not is_asked.all():
            others = rows.loc[~is_asked, "indicator"]
            aside.append(
                SetAside(
                    "indicator is not one that the catalogue asks for (rows)",
                    len(others),
                    reading.unmatched(others, limit=12),
                )
            )
        return rows[is_asked], aside

    def fetch(self, downloads: Downloads, today: date) -> None:
        """Fetch every known file and its metadata from ONS' repository, each pair alone. Raises FetchFailed."""
        attempts = reading.Attempts(downloads)
        for name in KNOWN_FILES:
            stem = name.removesuffix(".csv")
            # the metadata give the dates of the figures: the two are one
            with attempts.at(name):
                for file_name in (f"{stem}.json", name):
                    downloads.save(
                        file_name,
                        f"{REPOSITORY}/{stem}/{file_name}",
                        content_types=(
                            "text/plain",
                            "text/csv",
                            "application/json",
                            "application/octet-stream",
                        ),
                    )
        attempts.end()


def _indicators_in(path: Path) -> list[str]:
    """Different indicators of a CSV of the series, as far as they can be read; [] for other files."""
    if not {"areacd", "indicator", "observation"} <= set(reading.header_of(path)):
        return []
    try:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as opened:
            return list(dict.fromkeys(line.get("indicator") or "" for line in csv.DictReader(opened)))
    except (OSError, csv.Error):
        return []


def _english(rows: pd.DataFrame, register: Register) -> tuple[pd.DataFrame, list[SetAside]]:
    """Rows of areas of England and of the United Kingdom that the register may hold, and the rest as SetAside."""
    aside: list[SetAside] = []
    kept = rows
    for choose in (partial(reading.of_held_kinds, register=register), reading.outside_england):
        chosen, left = choose(kept["areacd"])
        aside += left
        kept = kept[chosen]
    known = kept["areacd"].map({code: code in register for code in kept["areacd"].unique()})
    # the register has the codes of its first vintage on; ONS says itself which older ones have ended
    ended = ~known.astype(bool) & kept["notes"].str.contains("obsolete", case=False)
    if ended.any():
        aside.append(
            SetAside(
                "codes that ONS marks as obsolete (rows)",
                int(ended.sum()),
                reading.unmatched(kept.loc[ended, "areacd"], limit=12),
            )
        )
    return kept[~ended].reset_index(drop=True), aside


def _measure(indicator: str) -> tuple[str, str]:
    """(measure id, sex): the sex that starts an indicator's name is taken out of it."""
    first, _, rest = indicator.partition(" ")
    sex = _SEXES.get(first.casefold())
    if sex and rest:
        return reading.slug(rest), sex
    return reading.slug(indicator), "persons"


def _age(measure: str, subtitle: str) -> str:
    if measure in AGES:
        return AGES[measure]
    if found := re.search(r"aged (\d+) to (\d+)", subtitle):
        return f"{found[1]}-{found[2]}"
    if found := re.search(r"aged (\d+)(?: years)? and over", subtitle):
        return f"{found[1]}+"
    if found := re.search(r"aged under (\d+)", subtitle):
        return f"0-{int(found[1]) - 1}"
    return "all"


def _period(path: Path, rows: pd.DataFrame, text: str) -> tuple[str, str]:
    """(ISO period, note). Pay gives a reference date: its month, with the date in the note."""
    try:
        if _DATE.match(text):
            day = date.fromisoformat(text)
            return (
                reading.month(day.year, day.month),
                f"Pay period that includes {day.day} {day:%B %Y}",
            )
        return Period.parse(text).iso, ""
    except ValueError as error:
        raise BadFile(
            path,
            row=int(rows.loc[rows["period"] == text, "row"].iloc[0]),
            column="period",
            value=text,
            expected="ISO 8601 start/duration such as 2023-01-01/P1Y, or a date",
        ) from error


def _limits(path: Path, rows: pd.DataFrame, column: str) -> np.ndarray:
    return reading.numbers(rows[column], file=path, rows=rows["row"], column=column, markers={"": "none"})[0]


def _statuses(path: Path, rows: pd.DataFrame, empty: np.ndarray) -> tuple[np.ndarray, int]:
    """Statuses of ours, and how many figures were empty without one of the publisher's."""
    given = rows["status"].str.casefold()
    unknown = ~given.isin(list(_STATUSES))
    if unknown.any():
        first = rows[unknown].iloc[0]
        raise BadFile(
            path,
            row=int(first["row"]),
            column="status",
            value=first["status"],
            expected="x (not available), u (unreliable), c (suppressed) or nothing",
            fix="learn what the new marker means before loading the file",
        )
    contradiction = given.isin(_WITHOUT_FIGURE).to_numpy(dtype=bool) & ~empty
    if contradiction.any():
        first = rows[contradiction].iloc[0]
        raise BadFile(
            path,
            row=int(first["row"]),
            column="observation",
            value=first["observation"],
            expected="no figure beside status x (not available) or c (suppressed)",
        )
    statuses = given.map(_STATUSES).to_numpy(dtype=object)
    # the note says so where the status does not
    doubtful = rows["notes"].str.contains("unreliable", case=False).to_numpy(dtype=bool) & ~empty
    statuses[doubtful] = "unreliable"
    blank = empty & (given == "").to_numpy(dtype=bool)
    statuses[blank] = "not_available"
    return statuses, int(blank.sum())


def _one_unit_each(path: Path, rows: pd.DataFrame) -> None:
    units = rows.groupby("indicator")["unit"].nunique()
    mixed = units[units > 1]
    if len(mixed):
        name = mixed.index[0]
        found = sorted(rows.loc[rows["indicator"] == name, "unit"].unique())
        raise ReleaseChanged(f"{path.name}: column 'unit': {name!r} comes in {found}; expected one unit")


# --- metadata ---------------------------------------------------------------------------------------------


def _is_metadata(path: Path) -> bool:
    return path.is_file() and "ess-beta-metadata" in path.read_text(encoding="utf-8-sig", errors="replace")


def _read_metadata(path: Path) -> dict[str, Any]:
    text = json.loads(path.read_text(encoding="utf-8-sig"))
    if not isinstance(text, dict) or not isinstance(text.get("ess-beta-metadata"), dict):
        raise ValueError("no object 'ess-beta-metadata'")
    return text


def _metadata(path: Path) -> dict[str, Any]:
    """The metadata, {} where there is none or it cannot be read: parse refuses it then."""
    try:
        return _read_metadata(path)
    except (OSError, ValueError):
        return {}


def _parts(metadata: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Indicator name → its metadata; a file has either one flat object or one object an indicator."""
    inner = metadata.get("ess-beta-metadata", {})
    if "label" in inner:
        return {str(inner["label"]): inner}
    return {name: part for name, part in inner.items() if name != "shared" and isinstance(part, dict)}


def _subtitles(edition: Edition) -> dict[str, str]:
    path = next((file.path for file in edition.files if file.role == "metadata"), None)
    if path is None:
        return {}
    try:
        parts = _parts(_read_metadata(path))
    except (OSError, ValueError) as error:
        raise BadFile(
            path,
            value=str(error),
            expected="JSON metadata of the indicator (key 'ess-beta-metadata')",
            fix="fetch the file again",
        ) from error
    return {name: str(part.get("subtitle", "")) for name, part in parts.items()}


def _published_on(metadata: dict[str, Any]) -> date | None:
    """The day the file was last modified, else the day of its source."""
    found = _MODIFIED.search(str(metadata.get("_note", "")))
    inner = metadata.get("ess-beta-metadata", {})
    text = found[1] if found else str(inner.get("shared", inner).get("sourceDate", "")).split("|")[0]
    try:
        return datetime.strptime(text, "%d/%m/%Y").date()  # noqa: DTZ007 (a day, not an instant)
    except ValueError:
        return None


def _publication(stem: str, metadata: dict[str, Any]) -> str:
    names = list(_parts(metadata)) or [stem.replace("-", " ")]
    inner = metadata.get("ess-beta-metadata", {})
    shared = inner.get("shared", inner)
    text = f"Local indicators: {', '.join(names)}"
    organisations = " and ".join(str(shared.get("sourceOrg", "")).split("|"))
    dates = str(shared.get("sourceDate", "")).split("|")[0]
    origin = ", ".join(part for part in (organisations, dates) if part)
    return f"{text} (from {origin})" if origin else text


source = OnsLocalIndicators()
