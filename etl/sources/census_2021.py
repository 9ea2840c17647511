"""Census 2021, TS038: disability under the Equality Act, by local authority (lower tier).

Source: Office for National Statistics; counts summed from LSOA to the authorities of 2024. The file gives no
total for England or a region: those are added here from its authorities, and each says so.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd

from etl.frames import measurements
from etl.sources import reading
from etl.sources.base import BadFile, Downloads, Edition, FoundFile, Parsed, Progress, SourceInfo
from geodata.register import Register

COLUMNS = ("ltla24_code", "ltla24_name", "disability", "n", "total_residents")
NOMIS_COLUMNS = ("GEOGRAPHY_CODE", "GEOGRAPHY_NAME", "C2021_DISABILITY_5", "OBS_VALUE")
NOMIS = (
    "https://www.nomisweb.co.uk/api/v01/dataset/NM_2056_1.data.csv?date=latest&geography=TYPE424"
    "&c2021_disability_5=0,1001,3,4&measures=20100&select=" + ",".join(NOMIS_COLUMNS)
)
_RESIDENTS = "0"
_NOMIS_ANSWERS = {
    "1001": "Disabled under the Equality Act",
    "3": "Not disabled under the Equality Act",  # has a condition that does not limit day-to-day activities
    "4": "Not disabled under the Equality Act",  # has no long-term condition
}
PERIOD = "2021-03-21/P1D"
BOUNDARIES_ON = date(2024, 5, 1)
MEASURES = {
    "Disabled under the Equality Act": "disabled.count",
    "Not disabled under the Equality Act": "not_disabled.count",
}


class Census2021:
    """Reads the census counts of disabled people."""

    info = SourceInfo(
        source_id="census_2021",
        publisher="Office for National Statistics",
        title="Census 2021, TS038: disability",
        licence="Open Government Licence v3.0",
        url="https://www.nomisweb.co.uk/datasets/c2021ts038",
        cadence="once: the next census is planned for 2031",
        attribution=(
            "Source: Office for National Statistics, Census 2021, licensed under the Open Government Licence "
            "v3.0."
        ),
    )
    parser_version = 1

    def discover(self, folder: Path) -> list[Edition]:
        """One edition for the TS038 table by local authority (lower tier)."""
        return [
            Edition(
                edition="ts038-ltla-2024",
                publication="Census 2021, TS038: disability, summed from LSOA to authorities of 2024",
                files=(FoundFile(path, "figures"),),
            )
            for path in reading.files_below(folder, "ts038_disability_ltla*.csv")
        ]

    def fetch(self, downloads: Downloads, today: date) -> None:
        """The table by the authorities of April 2023 (those of 2024 too) from the Nomis API. Raises FetchFailed."""
        downloads.save("ts038_disability_ltla24_nomis.csv", NOMIS)

    def parse(self, edition: Edition, register: Register, progress: Progress) -> Parsed:
        """Read the table; counts its rows. Totals for regions and England are made on top of them.

        Wales is set aside. Raises BadFile when an authority has not both answers, when they do not add up to
        its residents (to within the census's perturbation), or when an authority of England is missing.
        """
        path = edition.files[0].path
        progress(f"{path.name}: reading", 0, 0)
        from_nomis = "GEOGRAPHY_CODE" in reading.header_of(path)
        rows = reading.read_csv(path, needed=NOMIS_COLUMNS if from_nomis else COLUMNS)
        kept, aside = reading.outside_england(rows["GEOGRAPHY_CODE" if from_nomis else "ltla24_code"])
        english = rows[kept].reset_index(drop=True)
        if from_nomis:
            english = _as_table(path, english)
        reading.refuse_unknown_areas(
            english["ltla24_code"], file=path, rows=english["row"], column="ltla24_code", register=register
        )
        strange = ~english["disability"].isin(list(MEASURES))
        if strange.any():
            first = english[strange].iloc[0]
            raise BadFile(
                path,
                row=int(first["row"]),
                column="disability",
                value=first["disability"],
                expected=f"one of {list(MEASURES)}",
            )
        counts, _ = reading.numbers(english["n"], file=path, rows=english["row"], column="n", markers={})
        totals, _ = reading.numbers(
            english["total_residents"],
            file=path,
            rows=english["row"],
            column="total_residents",
            markers={},
        )
        answers = pd.DataFrame(
            {
                "measure": english["disability"].map(MEASURES),
                "area_code": english["ltla24_code"],
                "value": counts,
                "row": english["row"],
                "total": totals,
            }
        )
        everyone = _everyone(path, answers)
        local = pd.concat([answers.drop(columns="total"), everyone], ignore_index=True)
        local["period"] = PERIOD
        reading.refuse_duplicates(measurements.arrange(local.copy()), path)
        whole = _totals(path, local, register)
        measured = measurements.arrange(pd.concat([local, whole], ignore_index=True))
        return Parsed(measured, rows_in=len(rows), set_aside=aside, used=int(kept.sum()))


def _as_table(path: Path, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of the Nomis API as those of the table: the residents of an authority beside each of its answers.

    Raises BadFile for an answer that was not asked for and for a count that is none.
    """
    strange = ~rows["C2021_DISABILITY_5"].isin([_RESIDENTS, *_NOMIS_ANSWERS])
    if strange.any():
        first = rows[strange].iloc[0]
        raise BadFile(
            path,
            row=int(first["row"]),
            column="C2021_DISABILITY_5",
            value=first["C2021_DISABILITY_5"],
            expected=f"one of {[_RESIDENTS, *_NOMIS_ANSWERS]}",
        )
    counts, _ = reading.numbers(
        rows["OBS_VALUE"], file=path, rows=rows["row"], column="OBS_VALUE", markers={}
    )
    rows = rows.assign(count=counts, disability=rows["C2021_DISABILITY_5"].map(_NOMIS_ANSWERS))
    everyone = rows[rows["C2021_DISABILITY_5"] == _RESIDENTS]
    again = rows[rows.duplicated(["GEOGRAPHY_CODE", "C2021_DISABILITY_5"])]
    if len(again):
        raise BadFile(
            path,
            row=int(again["row"].iloc[0]),
            value=again["GEOGRAPHY_CODE"].iloc[0],
            expected="each answer of an authority once",
        )
    answers = (
        rows.dropna(subset=["disability"])
        .groupby(["GEOGRAPHY_CODE", "disability"], sort=False)
        .agg(n=("count", "sum"), row=("row", "first"))
        .reset_index()
        .rename(columns={"GEOGRAPHY_CODE": "ltla24_code"})
    )
    total = answers["ltla24_code"].map(everyone.set_index("GEOGRAPHY_CODE")["count"])
    return answers.assign(
        n=answers["n"].map("{:.0f}".format),
        total_residents=total.map("{:.0f}".format, na_action="ignore").fillna(""),
    )


def _everyone(path: Path, answers: pd.DataFrame) -> pd.DataFrame:
    """``all.count`` for each authority, from its column of residents."""
    for code, group in answers.groupby("area_code"):
        if len(group) != len(MEASURES):
            raise BadFile(
                path,
                row=int(group["row"].iloc[0]),
                column="disability",
                value=f"{len(group)} rows for {code}",
                expected=f"one row for each of {list(MEASURES)}",
            )
        # small cells are perturbed, so parts and whole may differ by a little
        if group["total"].nunique() != 1 or abs(group["value"].sum() - group["total"].iloc[0]) > 50:
            raise BadFile(
                path,
                row=int(group["row"].iloc[0]),
                column="total_residents",
                value=f"{group['total'].tolist()} for {code}",
                expected=f"the sum of its rows ({group['value'].sum():,.0f})",
            )
    first = answers.drop_duplicates("area_code")
    return pd.DataFrame(
        {
            "measure": "all.count",
            "area_code": first["area_code"],
            "value": first["total"],
            "row": first["row"],
        }
    )


def _totals(path: Path, local: pd.DataFrame, register: Register) -> pd.DataFrame:
    """Regions and England as sums of the authorities of the file."""
    expected = register.codes("ltla", BOUNDARIES_ON.year)
    absent = sorted(expected - set(local["area_code"]))
    if absent:
        raise BadFile(
            path,
            column="ltla24_code",
            value=f"{absent[0]} {register.area(absent[0]).name} absent",
            expected=f"all {len(expected)} authorities of England of {BOUNDARIES_ON.year}",
            fix="a total of England cannot be made without them: fetch the file again",
        )
    region = {
        code: register.parents(code, "region", BOUNDARIES_ON)[0].parent_code
        for code in local["area_code"].unique()
    }
    pieces = []
    for words, parents in (
        ("the region", local["area_code"].map(region)),
        ("England", pd.Series(reading.ENGLAND, index=local.index)),
    ):
        sums = local.groupby([local["measure"], parents.rename("parent")])["value"].agg(["sum", "size"])
        pieces.append(
            pd.DataFrame(
                {
                    "measure": sums.index.get_level_values(0),
                    "area_code": sums.index.get_level_values(1),
                    "period": PERIOD,
                    "value": sums["sum"].to_numpy(),
                    "note": [f"Our sum of the {size} local authorities of {words}" for size in sums["size"]],
                }
            )
        )
    return pd.concat(pieces, ignore_index=True)


source = Census2021()
