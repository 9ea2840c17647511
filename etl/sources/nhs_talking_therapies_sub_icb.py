"""NHS Talking Therapies by sub-ICB location and month, July 2022 to May 2023: a tidy copy of a charity.

Source: NHS England, activity and performance, as collected by the British Red Cross (package healthyr): not the
publisher's file. CSV, one number of a sub-ICB location and month a row. Measures carry the names that the file gives,
such as ``Count_ReferralsReceived``.
"""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from etl.frames import measurements
from etl.sources import reading
from etl.sources.base import (
    BadFile,
    Edition,
    FoundFile,
    Parsed,
    Progress,
    ReleaseChanged,
    SetAside,
    SourceInfo,
)
from geodata.register import Register

COLUMNS = ("sicbl22_code", "date", "name", "value")
MEASURES = (
    "Count_ReferralsReceived",
    "Count_FinishedCourseTreatment",
    "Percentage_AccessingServices6WeeksFinishedCourseTreatment",
    "Percentage_AccessingServices18WeeksFinishedCourseTreatment",
    "Percentage_Recovery",
    "Percentage_ReliableRecovery",
)
NOTE = "NHS England's figure in a tidy copy of the British Red Cross, not the publisher's file."
_NAME = re.compile(r"england_sicb_iapt_(\w{3})(\d{4})_(\w{3})(\d{4})\.csv$", re.IGNORECASE)
_MONTH = re.compile(r"^([A-Za-z]+) (\d{4})$")


class NhsTalkingTherapiesSubIcb:
    """Reads the charity's copy by sub-ICB location."""

    info = SourceInfo(
        source_id="nhs_talking_therapies_sub_icb",
        publisher="NHS England, in a tidy copy of the British Red Cross",
        title="NHS Talking Therapies by sub-ICB location and month, July 2022 to May 2023",
        licence="Open Government Licence v3.0",
        url="https://github.com/humaniverse/healthyr",
        cadence="by hand: the copy is not continued",
        attribution=(
            "Source: NHS England, NHS Talking Therapies monthly statistics, licensed under the Open Government "
            "Licence v3.0, in a tidy copy of the British Red Cross (healthyr)."
        ),
    )
    parser_version = 1

    def discover(self, folder: Path) -> list[Edition]:
        """One edition a copy ``england_sicb_iapt_<month><year>_<month><year>.csv``, known by its months."""
        return [
            Edition(
                edition=path.stem.removeprefix("england_sicb_iapt_"),
                publication="NHS Talking Therapies by sub-ICB location, tidy copy of the British Red Cross",
                files=(FoundFile(path, "figures"),),
            )
            for path in reading.files_below(folder, "england_sicb_iapt_*.csv")
            if _NAME.match(path.name)
        ]

    def parse(self, edition: Edition, register: Register, progress: Progress) -> Parsed:
        """Read the copy; counts its rows. Measures that are not used are set aside; ``NA`` is suppressed.

        Raises BadFile for a code, a month or a number that cannot be, ReleaseChanged where a measure is gone.
        """
        path = edition.files[0].path
        progress(f"{path.name}: reading", 0, 0)
        rows = reading.read_csv(path, needed=COLUMNS, keep=COLUMNS)
        rows_in = len(rows)
        lost = [name for name in MEASURES if not (rows["name"] == name).any()]
        if lost:
            raise ReleaseChanged(
                f"{path.name}: column name: no row of {lost}; found {sorted(rows['name'].unique())}"
            )
        used = rows["name"].isin(list(MEASURES))
        other = rows.loc[~used, "name"]
        aside = [
            SetAside(f"measure {name!r} is not used (rows)", len(part))
            for name, part in other.groupby(other, sort=True)
        ]
        rows = rows[used].reset_index(drop=True)
        reading.refuse_unknown_areas(
            rows["sicbl22_code"], file=path, rows=rows["row"], column="sicbl22_code", register=register
        )
        values, statuses = reading.numbers(
            rows["value"], file=path, rows=rows["row"], column="value", markers={"NA": "suppressed"}
        )
        measured = measurements.arrange(
            pd.DataFrame(
                {
                    "measure": rows["name"],
                    "area_code": rows["sicbl22_code"],
                    "period": [
                        _month(path, text, row) for text, row in zip(rows["date"], rows["row"], strict=True)
                    ],
                    "value": values,
                    "status": statuses,
                    "note": NOTE,
                    "row": rows["row"],
                }
            )
        )
        reading.refuse_duplicates(measured, path)
        return Parsed(
            measured,
            rows_in=rows_in,
            set_aside=aside,
            warnings=[
                f"{path.name}: a tidy copy of the British Red Cross, not NHS England's own file; counts are rounded to the "
                "nearest 5, percentages to whole numbers"
            ],
        )


def _month(path: Path, text: str, row: int) -> str:
    """``July 2022`` → ``2022-07-01/P1M``."""
    try:
        found = _MONTH.match(text)
        if found is None:
            raise ValueError(text)
        return reading.month(found[2], reading.month_number(found[1]))
    except ValueError as error:
        raise BadFile(
            path, row=int(row), column="date", value=text, expected="a month, such as July 2022"
        ) from error


source = NhsTalkingTherapiesSubIcb()
