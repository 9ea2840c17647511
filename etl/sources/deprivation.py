"""English Indices of Deprivation 2019 and 2025: summaries by lower-tier local authority.

Source: Ministry of Housing, Communities and Local Government. Measures are ``<domain>.<summary>``, such as
``employment-deprivation.average_score``, for every domain and every summary of the file.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pandas as pd

from etl import measurements
from etl.sources import reading
from etl.sources.base import BadFile, Edition, FoundFile, Parsed, Progress, SourceInfo
from geodata.register import Register

SUMMARIES = (
    "average_rank",
    "rank_average_rank",
    "average_score",
    "rank_average_score",
    "proportion_bottom_decile",
    "rank_proportion_bottom_decile",
)
# the two editions name some domains differently: one id for each, so that they make one series
DOMAINS = {
    "income": "income-deprivation",
    "employment": "employment-deprivation",
    "education-skills-and-training": "education-skills-and-training-deprivation",
    "health-and-disability": "health-deprivation-and-disability",
    "living-environment": "living-environment-deprivation",
}
PUBLISHED_ON = {2019: date(2019, 9, 26), 2025: date(2025, 10, 30)}
_NAME = re.compile(r"iod(\d{4})_lad", re.IGNORECASE)


class Deprivation:
    """Reads the Indices of Deprivation."""

    info = SourceInfo(
        source_id="deprivation",
        publisher="Ministry of Housing, Communities and Local Government",
        title="English Indices of Deprivation",
        licence="Open Government Licence v3.0",
        url="https://www.gov.uk/government/collections/english-indices-of-deprivation",
        cadence="every four to six years",
        attribution=(
            "Source: Ministry of Housing, Communities and Local Government, English Indices of Deprivation, "
            "licensed under the Open Government Licence v3.0."
        ),
    )
    parser_version = 1

    def discover(self, folder: Path) -> list[Edition]:
        """One edition for each ``iod<year>_lad.csv``, oldest first."""
        editions = []
        for path in reading.files_below(folder, "iod20??_lad*.csv"):
            found = _NAME.search(path.stem)
            year = int(found[1]) if found else 0
            editions.append(
                Edition(
                    edition=str(year),
                    publication=f"English Indices of Deprivation {year}: local authority summaries",
                    files=(FoundFile(path, "figures", published_on=PUBLISHED_ON.get(year)),),
                    published_on=PUBLISHED_ON.get(year),
                    precedence=year,
                )
            )
        return sorted(editions, key=lambda one: one.precedence)

    def parse(self, edition: Edition, register: Register, progress: Progress) -> Parsed:
        """Read one edition; counts its rows (one authority and one domain each, with six summaries).

        Raises ReleaseChanged for a column that is gone and BadFile for a code, a number or a year that cannot be.
        """
        path = edition.files[0].path
        progress(f"{path.name}: reading", 0, 0)
        header = reading.header_of(path)
        code_column = next((name for name in header if re.fullmatch(r"lad\d{2}cd", name)), "area_code")
        year_column = "year" if "year" in header else "deprivation_data_year"
        needed = (code_column, "index_domain", year_column, *SUMMARIES)
        rows = reading.read_csv(path, needed=needed)
        reading.refuse_unknown_areas(
            rows[code_column], file=path, rows=rows["row"], column=code_column, register=register
        )
        _one_year(path, rows, year_column, edition.edition)
        domains = {name: _domain(name) for name in rows["index_domain"].unique()}
        pieces = []
        for summary in SUMMARIES:
            values, _ = reading.numbers(
                rows[summary], file=path, rows=rows["row"], column=summary, markers={}
            )
            pieces.append(
                pd.DataFrame(
                    {
                        "measure": rows["index_domain"].map(domains) + f".{summary}",
                        "area_code": rows[code_column],
                        "period": reading.calendar_year(edition.edition),
                        "value": values,
                        "row": rows["row"],
                    }
                )
            )
        measured = measurements.join([measurements.arrange(piece) for piece in pieces])
        reading.refuse_duplicates(measured, path)
        return Parsed(measured, rows_in=len(rows))


def _domain(name: str) -> str:
    text = reading.slug(name)
    return DOMAINS.get(text, text)


def _one_year(path: Path, rows: pd.DataFrame, column: str, year: str) -> None:
    wrong = rows[rows[column] != year]
    if len(wrong):
        first = wrong.iloc[0]
        raise BadFile(
            path,
            row=int(first["row"]),
            column=column,
            value=first[column],
            expected=f"{year}, as in the file's name",
        )


source = Deprivation()
