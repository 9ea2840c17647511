"""Sustainable Development Goal indicator 8.5.2: unemployment rate by disability, United Kingdom, by quarter.

Source: Office for National Statistics, UK Sustainable Development Goals data, from the Labour Force Survey (people
aged 16 and over, not seasonally adjusted). Measures: ``unemployment_rate.disabled`` and
``unemployment_rate.not_disabled``, per cent, by sex.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pandas as pd

from etl.frames import measurements
from etl.sources import reading
from etl.sources.base import (
    BadFile,
    Downloads,
    Edition,
    FoundFile,
    Parsed,
    Progress,
    SetAside,
    SourceInfo,
)
from geodata.register import Register

FILE_NAME = "indicator_8-5-2.csv"
DATA_URL = f"https://raw.githubusercontent.com/ONSdigital/sdg-data/develop/data/{FILE_NAME}"
PUBLICATION = "UK Sustainable Development Goals, indicator 8.5.2"
# a row of all these splits empty is of everyone in the United Kingdom
SPLITS = ("Age", "Country", "Region", "Country of birth")
COLUMNS = ("Year", *SPLITS, "Disability status", "Sex", "Unit measure", "Observation status", "Value")
MEASURES = {
    "Disabled (GSS harmonised)": "unemployment_rate.disabled",
    "Non-disabled (GSS harmonised)": "unemployment_rate.not_disabled",
}
_SEXES = {"": "persons", "Male": "male", "Female": "female"}
_STATUSES = {"Normal value": "ok", "Missing value; suppressed": "suppressed"}


class OnsSdg:
    """Reads the unemployment rate of disabled people."""

    info = SourceInfo(
        source_id="ons_sdg",
        publisher="Office for National Statistics",
        title="UK Sustainable Development Goals, 8.5.2: unemployment rate by disability",
        licence="Open Government Licence v3.0",
        url="https://sdgdata.gov.uk/8-5-2/",
        cadence="irregular: the file at hand ends with the first quarter of 2023",
        attribution=(
            "Source: Office for National Statistics, Labour Force Survey, licensed under the Open Government "
            "Licence v3.0."
        ),
    )
    parser_version = 1

    def discover(self, folder: Path) -> list[Edition]:
        """One edition for the file of indicator 8.5.2."""
        return [
            Edition("8-5-2", PUBLICATION, (FoundFile(path, "figures"),))
            for path in reading.files_below(folder, FILE_NAME)[:1]
        ]

    def fetch(self, downloads: Downloads, today: date) -> None:
        """The file of the publisher's repository. Raises FetchFailed."""
        downloads.save(FILE_NAME, DATA_URL)

    def parse(self, edition: Edition, register: Register, progress: Progress) -> Parsed:
        """Read the file; counts its rows. Rows of other splits (age, country, region, birth) are set aside."""
        path = edition.files[0].path
        progress(f"{path.name}: reading", 0, 0)
        rows = reading.read_csv(path, needed=COLUMNS)
        by_disability = rows["Disability status"] != ""
        whole = (rows[list(SPLITS)] == "").all(axis=1)
        kept = rows[by_disability & whole].reset_index(drop=True)
        aside = [
            SetAside(words, int(left.sum()), ())
            for words, left in (
                ("not by disability", ~by_disability),
                ("by disability and something else", by_disability & ~whole),
            )
            if left.any()
        ]
        for column, known in (
            ("Disability status", MEASURES),
            ("Sex", _SEXES),
            ("Unit measure", {"Percentage (%)": ""}),
            ("Observation status", _STATUSES),
        ):
            _refuse_unknown(path, kept, column, known)
        values, _ = reading.numbers(
            kept["Value"], file=path, rows=kept["row"], column="Value", markers={"": "suppressed"}
        )
        statuses = kept["Observation status"].map(_STATUSES)
        wrong = kept[pd.Series(values).isna() != (statuses == "suppressed")]
        if len(wrong):
            raise BadFile(
                path,
                row=int(wrong["row"].iloc[0]),
                column="Value",
                value=wrong["Value"].iloc[0],
                expected=f"what its status says: {wrong['Observation status'].iloc[0]}",
            )
        frame = pd.DataFrame(
            {
                "measure": kept["Disability status"].map(MEASURES),
                "area_code": reading.UNITED_KINGDOM,
                "period": [_quarter(path, *pair) for pair in zip(kept["Year"], kept["row"], strict=True)],
                "sex": kept["Sex"].map(_SEXES),
                "age": "16+",
                "value": values,
                "status": statuses,
                "row": kept["row"],
            }
        )
        measured = measurements.arrange(frame)
        reading.refuse_duplicates(measured, path)
        return Parsed(measured, rows_in=len(rows), set_aside=aside)


def _refuse_unknown(path: Path, rows: pd.DataFrame, column: str, known: dict[str, str]) -> None:
    strange = rows[~rows[column].isin(list(known))]
    if len(strange):
        raise BadFile(
            path,
            row=int(strange["row"].iloc[0]),
            column=column,
            value=strange[column].iloc[0],
            expected=f"one of {list(known)}",
        )


def _quarter(path: Path, text: str, row: int) -> str:
    """``2013 Q2`` → ``2013-04-01/P3M``."""
    found = re.fullmatch(r"(\d{4}) Q([1-4])", text)
    if found is None:
        raise BadFile(path, row=int(row), column="Year", value=text, expected="a quarter, such as 2013 Q2")
    year, last = int(found[1]), int(found[2]) * 3
    return reading.span((year, last - 2), (year, last))


source = OnsSdg()
