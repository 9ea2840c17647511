"""Codes of areas as publishers write them, as GSS codes of the register."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from etl.sources.base import BadFile, Problems, SetAside
from geodata.register import Register
from indicators.periods import Period

if TYPE_CHECKING:
    pass
from etl.sources.reading.cells import unmatched

_COUNTRIES = {
    "W": "Wales",
    "S": "Scotland",
    "N": "Northern Ireland",
    "K": "Great Britain or England and Wales",
}
_GSS = r"^[EKNSW]\d{8}$"
_NO_GSS = "no GSS code, such as an ITL region"
UNITED_KINGDOM = "K02000001"
ENGLAND = "E92000001"


def outside_england(codes: pd.Series, *, unit: str = "rows") -> tuple[np.ndarray, list[SetAside]]:
    """Which GSS codes are English or the whole United Kingdom (bool), and the rest by country as SetAside."""
    letter = codes.str[:1]
    kept = ((letter == "E") | (codes == UNITED_KINGDOM)).to_numpy(dtype=bool)
    left = codes[~kept]
    countries = left.str[:1].map(_COUNTRIES).fillna("no country known")
    aside = [
        SetAside(f"outside England: {country} ({unit})", len(group), unmatched(group))
        for country, group in left.groupby(countries)
    ]
    return kept, aside


def of_held_kinds(
    codes: pd.Series, register: Register, *, unit: str = "rows"
) -> tuple[np.ndarray, list[SetAside]]:
    """Which codes are of a kind that the register may hold (bool), and the rest by kind as SetAside.

    An English kind is known by the first three letters of its GSS code (E11 a metropolitan county, E23 a police force
    area). What is no GSS code is a kind of its own. Codes of other countries are kept: ``outside_england`` tells them.
    """
    held = {prefix for kind in register.area_types.values() for prefix in kind.code_prefixes}
    is_gss = codes.str.match(_GSS).to_numpy(dtype=bool)
    kinds = codes.str[:3].where(is_gss, _NO_GSS)
    foreign = is_gss & ~codes.str.startswith("E").to_numpy(dtype=bool)
    kept = kinds.isin(held).to_numpy(dtype=bool) | foreign
    aside = [
        SetAside(
            f"areas of a kind that is not held: {kind} ({unit})",
            len(group),
            unmatched(group),
        )
        for kind, group in codes[~kept].groupby(kinds[~kept])
    ]
    return kept, aside


def refuse_unknown_areas(
    codes: pd.Series, *, file: Path | str, rows: pd.Series, column: str, register: Register
) -> None:
    """Raises BadFile for a GSS code that the register does not hold, Problems when there are several."""
    unknown = [code for code in codes.unique() if code not in register]
    problems = [
        BadFile(
            file,
            row=int(rows[codes == code].iloc[0]),
            column=column,
            value=code,
            expected="a GSS code in the register of areas",
            fix="fix the code, or add the area to the register if it is new",
        )
        for code in unknown
    ]
    if len(problems) == 1:
        raise problems[0]
    if problems:
        raise Problems(problems)


NHS_ORGANISATIONS = {
    "england": "england",
    "commissioning region": "nhs_region",
    "commissioningregion": "nhs_region",
    "stp": "stp",
    "icb": "icb",
    "ccg": "ccg",
    "subicb": "sub_icb",
    "sub icb": "sub_icb",
}
"""Area types by the organisation type (in lower case) of the Talking Therapies reports."""


def nhs_area_code(organisation: str, code: str, period: Period, register: Register) -> str | None:
    """GSS code of an organisation by its ODS or GSS code, None where it is no area in the period.

    ICBs began in the middle of 2022-23: the first day of the period is asked, then its last.
    """
    area_type = NHS_ORGANISATIONS[organisation.casefold()]
    if area_type == "england":
        return ENGLAND
    for day in (period.start_on, period.end_on):
        area = register.by_ods(code, area_type, day)
        if area is not None:
            return area.area_code
    return None
