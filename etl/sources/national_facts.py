"""National figures, flows and targets, each carried over by hand with its citation.

Sources: those that each row names (Command Paper 9526, the Department for Work and Pensions, the Public Health
Outcomes Framework …). The files are kept in ``etl/facts`` with the project.
"""

from __future__ import annotations

import re
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
    "targets": "programme_targets.csv",
}
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
}
_AREAS = {"United Kingdom": reading.UNITED_KINGDOM, "England": reading.ENGLAND}
_AGES = {
    "disabled_people_in_employment": "16-64",
    "employment_rate_16_64": "16-64",
    "ltc_employment_rate_16_64": "16-64",
    "ltc_employment_gap": "16-64",
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
    parser_version = 2
    bundled = FACTS_FOLDER

    def discover(self, folder: Path) -> list[Edition]:
        """One edition with the files of facts that are there; [] when none."""
        files = tuple(
            FoundFile(path, role)
            for role, name in FILES.items()
            for path in reading.files_below(folder, name)[:1]
        )
        if not files:
            return []
        return [
            Edition(
                edition="facts",
                publication="National figures, flows and targets, each with its citation",
                files=files,
            )
        ]

    def parse(self, edition: Edition, register: Register, progress: Progress) -> Parsed:
        """Read the files of facts; counts their rows. Great Britain and targets without a date are set aside."""
        records: list[dict[str, Any]] = []
        aside: list[SetAside] = []
        rows_in = 0
        for file in edition.files:
            progress(f"{file.path.name}: reading", 0, 0)
            rows = reading.read_csv(file.path, needed=COLUMNS[file.role])
            rows_in += len(rows)
            reader = {"headlines": _headlines, "flows": _flows, "targets": _targets}[file.role]
            records += reader(file.path, rows, aside)
        measured = measurements.from_rows(records)
        reading.refuse_duplicates(measured, edition.files[0].path)
        return Parsed(measured, rows_in=rows_in, set_aside=aside)


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
                f"area {area!r} is not England or the United Kingdom", len(group), tuple(group["measure"])
            )
        )
    return [
        {
            "measure": row["measure"],
            "area_code": _AREAS[row["area"]],
            "period": _period(path, row, "period"),
            "age": _AGES.get(row["measure"], "all"),
            "value": _number(path, row, "value"),
            "note": row["source"],
            "row": row["row"],
        }
        for _, row in rows[known].iterrows()
    ]


def _flows(path: Path, rows: pd.DataFrame, aside: list[SetAside]) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = []
    for _, row in rows.iterrows():
        for column, known in (("disability_status", _DISABILITY), ("initial_status", _FLOWS)):
            if row[column] not in known:
                raise BadFile(
                    path,
                    row=int(row["row"]),
                    column=column,
                    value=row[column],
                    expected=f"one of {sorted(known)}",
                )
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
        first, last = _years(path, row)
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


def _years(path: Path, row: pd.Series) -> tuple[int, int]:
    found = re.match(r"^(\d{4})/(\d{4})$", str(row["period"]))
    if not found or int(found[2]) != int(found[1]) + 1:
        raise BadFile(
            path,
            row=int(row["row"]),
            column="period",
            value=row["period"],
            expected="two years, such as 2014/2015",
        )
    return int(found[1]), int(found[2])


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


source = NationalFacts()
