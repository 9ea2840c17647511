"""National figures, flows and targets, each carried over by hand with its citation.

Sources: those that each row names (Command Paper 9526, the Department for Work and Pensions, the Public Health
Outcomes Framework …). The files are kept in ``etl/facts`` with the project. A second edition holds ten councils'
figures from an appendix of which no more could be had.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from etl.frames import measurements
from etl.sources import reading
from etl.sources.base import BadFile, Edition, FoundFile, Parsed, Progress, SetAside, SourceInfo
from geodata.register import Register

FACTS_FOLDER = Path(__file__).parents[1] / "facts"
FILES = {
    "headlines": "national_headlines.csv",
    "flows": "annual_flows_by_disability.csv",
    "mean_flows": "mean_flows_by_disability.csv",
    "targets": "programme_targets.csv",
}
COUNCILS = "ips_appendix_e_first10_utla.csv"
COUNCILS_EDITION = "ips-appendix-e"
COUNCILS_PUBLISHED_ON = date(2022, 8, 8)
COUNCILS_PUBLICATION = (
    "Individual Placement and Support in Primary Care, grant guidance, Appendix E (DWP and DHSC): the first ten "
    "councils of the alphabet only"
)
COUNCILS_NOTE = (
    "Annual Population Survey, disabled under the Equality Act only, as given in DWP and DHSC, Individual Placement and "
    "Support in Primary Care, grant guidance, Appendix E, August 2022. Only the first ten councils of the alphabet "
    "could be had. No interval is given"
)
COLUMNS = {
    "headlines": ("measure", "area", "period", "value", "unit", "source"),
    "flows": (
        "period",
        "disability_status",
        "initial_status",
        "count_in_employment_year2_100k",
        "count_out_of_work_year2_100k",
        "percent_moving_out_of_work",
        "percent_moving_into_work",
        "source",
    ),
    "mean_flows": (
        "period",
        "disability_status",
        "people_moving_out_of_work",
        "people_moving_into_work",
        "source",
    ),
    "targets": (
        "target_id",
        "description",
        "baseline_period",
        "baseline_value",
        "target_period",
        "target_value",
        "unit",
        "source",
    ),
    "councils": (
        "utla_name",
        "esa_pct_working_age_nov21",
        "uc_lcwra_hh_pct_nov21",
        "disability_employment_rate_2020_21",
        "disability_employment_gap_pp_2020_21",
    ),
}
_AREAS = {
    "United Kingdom": reading.UNITED_KINGDOM,
    "England": reading.ENGLAND,
    # the register has no Great Britain: its figures stand at the United Kingdom and say so
    "Great Britain": reading.UNITED_KINGDOM,
}
_GREAT_BRITAIN = "Great Britain: Northern Ireland is not counted. "
_AGES = {
    "disabled_people_in_employment": "16-64",
    "disabled_people_out_of_work": "16-64",
    "employment_rate_learning_difficulty_main_condition": "16-64",
    "secondary_mental_health_in_employment": "18-69",
    "employment_rate_16_64": "16-64",
    "ltc_employment_rate_16_64": "16-64",
    "ltc_employment_gap": "16-64",
}
# column → measure, period and age
_COUNCIL_MEASURES = {
    "disability_employment_rate_2020_21": ("council.disabled.employment_rate", "2020-04-01/P1Y", "16-64"),
    "disability_employment_gap_pp_2020_21": ("council.disability_gap", "2020-04-01/P1Y", "16-64"),
    "esa_pct_working_age_nov21": ("council.esa.percent_working_age", "2021-11-01/P1M", "16-64"),
    "uc_lcwra_hh_pct_nov21": ("council.uc_lcwra.percent_households", "2021-11-01/P1M", "all"),
}
_DISABILITY = {"disabled": "disability: disabled", "non_disabled": "disability: not disabled"}
# initial status → (stayed, moved, at the start)
_FLOWS = {
    "in_employment": ("stayed_in_work.count", "moved_out.count", "in_work_start.count"),
    "out_of_work": ("stayed_out_of_work.count", "moved_in.count", "out_of_work_start.count"),
}
_UK_TARGETS = ("one_million_more", "halve_the_gap", "get_britain_working_80")
_MONTHS = re.compile(r"^(\d{4})-(\d{2})/(\d{4})-(\d{2})$")
_MONTH = re.compile(r"^(\d{4})-(\d{2})$")
_YEAR = re.compile(r"^\d{4}$")
_YEARS = re.compile(r"^(\d{4})/(\d{4})$")


class NationalFacts:
    """Reads the national figures carried over by hand."""

    info = SourceInfo(
        source_id="national_facts",
        publisher="Department for Work and Pensions, Department of Health and Social Care and others",
        title="National figures, flows and targets, each with its citation",
        licence="Open Government Licence v3.0",
        url="https://www.gov.uk/government/publications/improving-lives-the-future-of-work-health-and-disability",
        cadence="by hand, when a new figure is published",
        attribution=(
            "Source: Improving Lives: The Future of Work, Health and Disability (Cm 9526) and the publications "
            "named beside each figure, licensed under the Open Government Licence v3.0."
        ),
    )
    parser_version = 3
    bundled = FACTS_FOLDER

    def discover(self, folder: Path) -> list[Edition]:
        """One edition with the files of national facts that are there, one with the ten councils'; [] when none."""
        files = tuple(
            FoundFile(path, role)
            for role, name in FILES.items()
            for path in reading.files_below(folder, name)[:1]
        )
        editions = []
        if files:
            editions.append(
                Edition(
                    edition="facts",
                    publication="National figures, flows and targets, each with its citation",
                    files=files,
                )
            )
        for path in reading.files_below(folder, COUNCILS)[:1]:
            editions.append(
                Edition(
                    edition=COUNCILS_EDITION,
                    publication=COUNCILS_PUBLICATION,
                    files=(FoundFile(path, "councils", published_on=COUNCILS_PUBLISHED_ON),),
                    published_on=COUNCILS_PUBLISHED_ON,
                )
            )
        return editions

    def parse(self, edition: Edition, register: Register, progress: Progress) -> Parsed:
        """Read the files of facts; counts their rows. Other countries and targets without a date are set aside."""
        records: list[dict[str, Any]] = []
        aside: list[SetAside] = []
        warnings: list[str] = []
        rows_in = used = 0
        for file in edition.files:
            progress(f"{file.path.name}: reading", 0, 0)
            rows = reading.read_csv(file.path, needed=COLUMNS[file.role])
            rows_in += len(rows)
            if file.role == "councils":
                found = _councils(file.path, rows, register)
                warnings.append(
                    f"{file.path.name}: {len(rows)} councils only, the first of the alphabet: the rest of the appendix could "
                    "not be had, so these say nothing about any other place"
                )
            else:
                found = _READERS[file.role](file.path, rows, aside)
            records += found
            used += len({record["row"] for record in found})
        measured = measurements.from_rows(records)
        reading.refuse_duplicates(measured, edition.files[0].path)
        return Parsed(measured, rows_in=rows_in, set_aside=aside, warnings=warnings, used=used)


def _number(path: Path, row: pd.Series, column: str) -> float:
    return reading.number(row[column], file=path, row=int(row["row"]), column=column, markers={})[0]


def _period(path: Path, row: pd.Series, column: str) -> str:
    text = str(row[column])
    try:
        if found := _MONTHS.match(text):
            return reading.span((int(found[1]), int(found[2])), (int(found[3]), int(found[4])))
        if found := _MONTH.match(text):
            return reading.month(found[1], found[2])
        if _YEAR.match(text):
            return reading.calendar_year(text)
        return reading.financial_year(text)
    except ValueError as error:
        raise BadFile(
            path,
            row=int(row["row"]),
            column=column,
            value=text,
            expected="a year (2017), a month (2017-02), months (2017-01/2017-03) or a financial year (2017/18)",
        ) from error


def _headlines(path: Path, rows: pd.DataFrame, aside: list[SetAside]) -> list[dict[str, Any]]:
    known = rows["area"].isin(list(_AREAS))
    for area, group in rows[~known].groupby("area"):
        aside.append(
            SetAside(
                f"area {area!r} is not England, Great Britain or the United Kingdom",
                len(group),
                tuple(group["measure"]),
            )
        )
    return [
        {
            "measure": row["measure"],
            "area_code": _AREAS[row["area"]],
            "period": _period(path, row, "period"),
            "age": _AGES.get(row["measure"], "all"),
            "value": _number(path, row, "value"),
            "note": (_GREAT_BRITAIN if row["area"] == "Great Britain" else "") + row["source"],
            "row": row["row"],
        }
        for _, row in rows[known].iterrows()
    ]


def _check_one_of(path: Path, row: pd.Series, column: str, known: Collection[str]) -> None:
    """Raises BadFile for a word that is not ``known``."""
    if row[column] not in known:
        raise BadFile(
            path,
            row=int(row["row"]),
            column=column,
            value=row[column],
            expected=f"one of {sorted(known)}",
        )


def _flows(path: Path, rows: pd.DataFrame, aside: list[SetAside]) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = []
    for _, row in rows.iterrows():
        _check_one_of(path, row, "disability_status", _DISABILITY)
        _check_one_of(path, row, "initial_status", _FLOWS)
        stayed, moved, start = _FLOWS[row["initial_status"]]
        in_work = _people(path, row, "count_in_employment_year2_100k")
        out_of_work = _people(path, row, "count_out_of_work_year2_100k")
        from_work = row["initial_status"] == "in_employment"
        counts = {
            stayed: in_work if from_work else out_of_work,
            moved: out_of_work if from_work else in_work,
            start: in_work + out_of_work,
        }
        percent = "percent_moving_out_of_work" if from_work else "percent_moving_into_work"
        first, last = _years(path, row, 1)
        note = (
            f"Two-wave longitudinal Annual Population Survey: the same people in {first} and in {last}. "
            f"{row['source']}"
        )
        common = {
            "area_code": reading.UNITED_KINGDOM,
            "period": f"{first}-01-01/P2Y",
            "age": "16-64",
            "breakdown": _DISABILITY[row["disability_status"]],
            "note": note,
            "row": row["row"],
        }
        records += [{"measure": measure, "value": value, **common} for measure, value in counts.items()]
        records.append({"measure": percent, "value": _number(path, row, percent), **common})
    return records


def _people(path: Path, row: pd.Series, column: str) -> float:
    """Hundreds of thousands as people; whole tens of thousands, as they are given."""
    return float(round(_number(path, row, column) * 100_000))


def _years(path: Path, row: pd.Series, later: int) -> tuple[int, int]:
    """First and last year of ``2014/2015``, the last so many years ``later``."""
    found = _YEARS.match(str(row["period"]))
    if not found or int(found[2]) != int(found[1]) + later:
        raise BadFile(
            path,
            row=int(row["row"]),
            column="period",
            value=row["period"],
            expected=f"two years, such as 2014/{2014 + later}",
        )
    return int(found[1]), int(found[2])


def _mean_flows(path: Path, rows: pd.DataFrame, aside: list[SetAside]) -> list[dict[str, Any]]:
    """People a year who moved, as the mean of two flows that follow each other: three years in all."""
    records: list[dict[str, Any]] = []
    for _, row in rows.iterrows():
        _check_one_of(path, row, "disability_status", _DISABILITY)
        first, last = _years(path, row, 2)
        for column, measure in (
            ("people_moving_out_of_work", "moved_out.mean"),
            ("people_moving_into_work", "moved_in.mean"),
        ):
            records.append(
                {
                    "measure": measure,
                    "area_code": reading.UNITED_KINGDOM,
                    "period": f"{first}-01-01/P3Y",
                    "age": "16-64",
                    "breakdown": _DISABILITY[row["disability_status"]],
                    "value": _number(path, row, column),
                    "note": f"A year, on average from {first} to {last}; rounded. {row['source']}",
                    "row": row["row"],
                }
            )
    return records


def _councils(path: Path, rows: pd.DataFrame, register: Register) -> list[dict[str, Any]]:
    """Figures of the ten councils by name. Raises BadFile for a name that is no upper-tier authority of the year."""
    records: list[dict[str, Any]] = []
    for _, row in rows.iterrows():
        area = register.by_name(row["utla_name"], "utla", date(2021, 3, 31))
        if area is None:
            raise BadFile(
                path,
                row=int(row["row"]),
                column="utla_name",
                value=row["utla_name"],
                expected="the name of a local authority (upper tier) of March 2021",
            )
        for column, (measure, period, age) in _COUNCIL_MEASURES.items():
            records.append(
                {
                    "measure": measure,
                    "area_code": area.area_code,
                    "period": period,
                    "age": age,
                    "value": _number(path, row, column),
                    "note": COUNCILS_NOTE,
                    "row": row["row"],
                }
            )
    return records


def _targets(path: Path, rows: pd.DataFrame, aside: list[SetAside]) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = []
    left: list[str] = []
    for _, row in rows.iterrows():
        given = [
            (f"target.{row['target_id']}{suffix}", f"{part}_period", f"{part}_value")
            for part, suffix in (("baseline", ".baseline"), ("target", ""))
            if row[f"{part}_period"] and row[f"{part}_value"]
        ]
        if not given:
            left.append(row["target_id"])
        for measure, period, value in given:
            records.append(
                {
                    "measure": measure,
                    "area_code": (
                        reading.UNITED_KINGDOM if row["target_id"] in _UK_TARGETS else reading.ENGLAND
                    ),
                    "period": _period(path, row, period),
                    "value": _number(path, row, value),
                    "note": f"{row['description']}. {row['source']}",
                    "row": row["row"],
                }
            )
    if left:
        aside.append(SetAside("target without a date or without a number", len(left), tuple(left)))
    return records


_READERS: dict[str, Callable[[Path, pd.DataFrame, list[SetAside]], list[dict[str, Any]]]] = {
    "headlines": _headlines,
    "flows": _flows,
    "mean_flows": _mean_flows,
    "targets": _targets,
}

source = NationalFacts()
