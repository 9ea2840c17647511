"""Financial years of NHS Talking Therapies for ICBs and NHS regions, a part of ``nhs_talking_therapies``.

Source: NHS England. The monthly figures of providers are placed in the ICBs of 1 April 2026 by a list of providers
and summed to financial years; England's years are made of its own months. Measures are ``<id>.year``, the sum of
a count, ``<id>.year.rounded_cells``, how many rounded numbers are in it, and ``<id>.mean``, the means of months and
providers pooled by their paired scores.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from etl.frames import measurements
from etl.sources import reading
from etl.sources.base import BadFile, Edition, FoundFile, Parsed, Progress, ReleaseChanged
from etl.sources.nhs_talking_therapies.monthly import TITLE
from geodata.register import Register

YEARS_ROLE = "provider_years"
PLACES_ROLE = "provider_places"
PLACES_NAME = "provider_to_icb*.csv"
KEPT_PLACES = Path(__file__).parents[2] / "facts" / "talking_therapies_providers_2026.csv"
"""The list of providers that is kept with the project, for folders that have none."""
BOARDS_ON = date(2026, 4, 1)
COLUMNS = ("start_date", "end_date", "group_type", "org_code2", "measure_id", "value")
_TEXTS = ("group_type", "org_code2", "measure_id")
_PROVIDER, _ENGLAND = "provider", "england"

PAIRS = "M212"
SUMS: Mapping[str, tuple[str, str]] = {
    "M099.year": ("M099", "employment support appointments"),
    "M237.year": ("M237", "moves off sick pay"),
    "M076.year": ("M076", "finished courses"),
    "M212.year": (PAIRS, "paired scores"),
    "M213.mean": ("M213", "paired scores"),
    "M215.mean": ("M215", "paired scores"),
}
"""Measure of a year → the publisher's id of the month, and what is counted (for means: what they are weighted by)."""
CELLS: Mapping[str, str] = {name: f"{name}.rounded_cells" for name in ("M237.year", "M076.year")}
"""Measure of a year → the measure that says of how many rounded numbers of providers each sum is made."""
_MEANS = ("M213", "M215")
_USED = tuple(dict.fromkeys(name for name, _ in SUMS.values()))


@dataclass(frozen=True)
class _Places:
    """Where providers are placed: ``board_of`` provider → ICB, ``region_of`` ICB → NHS region (GSS codes).

    ``nowhere`` are the providers that are listed without an ICB.
    """

    board_of: dict[str, str]
    region_of: dict[str, str]
    nowhere: tuple[str, ...]


def discover(folder: Path) -> list[Edition]:
    """One edition for each tidy copy of the months, with the list of providers beside it or the one that is kept."""
    lists = reading.files_below(folder, PLACES_NAME)
    places = FoundFile(lists[-1] if lists else KEPT_PLACES, PLACES_ROLE)
    return [
        Edition(
            f"{path.stem}-years",
            f"{TITLE}, providers placed in ICBs, financial years",
            (FoundFile(path, YEARS_ROLE), places),
            precedence=1,
        )
        for path in reading.files_below(folder, "activity_performance_monthly*.parquet")
    ]


def parse(edition: Edition, register: Register, progress: Progress) -> Parsed:
    """Sum the months of providers and of England to financial years; counts rows of the monthly file.

    A year is made where England has all its twelve months. Measures not used, providers in no ICB and years that are
    not whole are set aside with their counts. Raises BadFile and ReleaseChanged.
    """
    path, listed = (file.path for file in edition.files)
    progress(f"{path.name}: reading", 0, 0)
    tally = reading.Tally()
    places = _read_places(listed, register)
    rows = _read_months(path, tally)
    england = rows[rows["provider"] == ""]
    warnings: list[str] = []
    whole = _whole_years(england, path.name, warnings)
    wanted = pd.Series(list(zip(rows["year"], rows["measure"], strict=True)), index=rows.index).isin(whole)
    tally.leave("month of a year that is not whole", int((~wanted).sum()), rows.loc[~wanted, "period"])
    rows = rows[wanted]
    is_placed = rows["provider"].isin(list(places.board_of)) | (rows["provider"] == "")
    # not taken out here: each year says what it could not place
    tally.leave(
        f"provider in no ICB of {listed.name}", int((~is_placed).sum()), rows.loc[~is_placed, "provider"]
    )
    found: list[dict[str, Any]] = []
    for name, (measure, words) in SUMS.items():
        of_measure = rows[rows["measure"] == measure]
        for year, months in of_measure.groupby("year", sort=True):
            found += _year(name, words, str(year), months, places, register, warnings)
    found += _rounded_cells(rows, places)
    measured = measurements.from_rows(found)
    if measured.empty:
        raise BadFile(path, column="start_date", expected="all twelve months of a financial year of England")
    without = sorted(places.region_of.keys() - set(places.board_of.values()))
    if without:
        warnings.insert(
            0,
            f"{listed.name}: lists providers for {len(places.region_of) - len(without)} of {len(places.region_of)} ICBs; "
            f"without one, and so without figures: {_names(register, without)}",
        )
    if places.nowhere:
        warnings.insert(0, f"{listed.name}: listed without an ICB: {', '.join(sorted(places.nowhere))}")
    return Parsed(
        measured,
        rows_in=tally.rows_in,
        set_aside=tally.set_aside(),
        warnings=warnings,
        used=int(is_placed.sum()),
    )


def _names(register: Register, codes: Sequence[str]) -> str:
    return ", ".join(register.area(code, "icb").name.removesuffix(" Integrated Care Board") for code in codes)


def _read_places(path: Path, register: Register) -> _Places:
    """The list of providers. Raises BadFile for an ICB that is not one of April 2026 and a provider in two of them."""
    rows = reading.read_csv(path, needed=("org_code", "icb_code"), keep=("org_code", "icb_code"))
    board_of: dict[str, str] = {}
    nowhere: list[str] = []
    for provider, ods_code, row in zip(rows["org_code"], rows["icb_code"], rows["row"], strict=True):
        if not ods_code:
            nowhere.append(str(provider))
            continue
        area = register.by_ods(ods_code, "icb", BOARDS_ON)
        if area is None:
            raise BadFile(
                path,
                row=int(row),
                column="icb_code",
                value=ods_code,
                expected=f"the ODS code of an ICB that stood on {BOARDS_ON}, such as QGH",
            )
        if board_of.setdefault(provider, area.area_code) != area.area_code:
            raise BadFile(
                path,
                row=int(row),
                column="org_code",
                value=provider,
                expected="each provider in one ICB",
                fix=f"it is in {_names(register, [board_of[provider]])} above: keep one of the two rows",
            )
    if not board_of:
        raise BadFile(path, column="icb_code", expected="providers with the code of their ICB")
    regions = {
        board: register.parents(board, "nhs_region", BOARDS_ON, "icb")[0].parent_code
        for board in register.codes("icb", BOARDS_ON.year)
    }
    return _Places(board_of, regions, tuple(nowhere))


def _read_months(path: Path, tally: reading.Tally) -> pd.DataFrame:
    """Months of providers and of England (provider ""): measure, period, year, value, weight, row.

    ``value`` of a mean is mean × paired scores, ``weight`` the pairs; of a count they are equal.
    """
    table = reading.read_parquet(path, COLUMNS, _TEXTS)
    tally.rows_in = table.num_rows
    group = pc.utf8_lower(table.column("group_type").cast(pa.string()))
    measure = table.column("measure_id").cast(pa.string())
    is_used = pc.is_in(measure, value_set=pa.array(_USED))
    is_group = pc.is_in(group, value_set=pa.array((_PROVIDER, _ENGLAND)))
    kept = pc.fill_null(pc.and_(is_used, is_group), False)
    tally.leave(
        "measure that no year is made of, or a group other than providers",
        pc.sum(pc.invert(kept)).as_py() or 0,
    )
    rows = table.filter(kept).to_pandas()
    rows["row"] = np.flatnonzero(kept.to_numpy(zero_copy_only=False)) + 1
    if not pd.api.types.is_numeric_dtype(rows["value"]):
        raise ReleaseChanged(f"{path.name}: column 'value' holds {rows['value'].dtype}; expected numbers")
    for name in ("start_date", "end_date"):
        rows[name] = rows[name].astype("str")
    value = rows["value"].astype("float64")
    wrong = np.flatnonzero(np.isinf(value) | (value < 0))
    if len(wrong):
        row = int(rows["row"].iloc[wrong[0]])
        raise BadFile(path, row=row, column="value", value=float(value.iloc[wrong[0]]), expected="0 or more")
    period = reading.whole_months(path, rows, "start_date", "end_date")
    is_month = period.str.endswith("/P1M")
    tally.leave("period other than a month", int((~is_month).sum()), period[~is_month])
    is_england = rows["group_type"].astype("str").str.casefold() == _ENGLAND
    frame = pd.DataFrame(
        {
            "provider": rows["org_code2"].astype("str").mask(is_england, ""),
            "measure": rows["measure_id"].astype("str"),
            "period": period,
            "year": _financial_years(period),
            "value": value,
            "row": rows["row"],
        }
    )[is_month]
    _refuse_twice(path, frame)
    return _weighted(frame)


def _financial_years(periods: pd.Series) -> pd.Series:
    """``2022-03-01/P1M`` → ``2021-04-01/P1Y``."""
    year = periods.str[:4].astype(int) - (periods.str[5:7].astype(int) < 4).astype(int)
    return year.astype("str") + "-04-01/P1Y"


def _refuse_twice(path: Path, frame: pd.DataFrame) -> None:
    twice = frame[frame.duplicated(["provider", "measure", "period"])]
    if len(twice):
        first = twice.iloc[0]
        raise BadFile(
            path,
            row=int(first["row"]),
            column="measure_id",
            value=f"{first['measure']} of {first['provider'] or 'England'} in {first['period']}",
            expected="each figure once",
            fix="fetch the file again",
        )


def _weighted(frame: pd.DataFrame) -> pd.DataFrame:
    """Means turned into mean × pairs, with the pairs as their weight; a mean without its pairs has no value."""
    key = ["provider", "period"]
    pairs = frame[frame["measure"] == PAIRS].set_index(key)["value"]
    is_mean = frame["measure"].isin(_MEANS).to_numpy()
    of_row = pairs.reindex(pd.MultiIndex.from_frame(frame[key])).to_numpy()
    of_row = np.where(of_row > 0, of_row, np.nan)  # a mean of nobody is none
    weight = np.where(is_mean, of_row, frame["value"])
    value = np.where(is_mean, frame["value"] * of_row, frame["value"])
    return frame.assign(value=value, weight=np.where(np.isnan(value), np.nan, weight))


def _whole_years(england: pd.DataFrame, file_name: str, warnings: list[str]) -> set[tuple[str, str]]:
    """(year, measure) of which England has twelve months; those begun and not whole are reported once a year."""
    whole: set[tuple[str, str]] = set()
    for year, rows in england.groupby("year", sort=True):
        short: dict[str, list[str]] = {}
        for measure, months in rows.groupby("measure", sort=True):
            held = set(months.loc[months["value"].notna(), "period"].str[:7])
            missing = [month for month in _months_of(str(year)) if month not in held]
            if missing:
                short.setdefault(", ".join(missing), []).append(str(measure))
            else:
                whole.add((str(year), str(measure)))
        warnings += [
            f"{file_name}: no year {_label(str(year))} is made of {', '.join(names)}: England's months {missing} are missing"
            for missing, names in short.items()
        ]
    return whole


def _months_of(year: str) -> list[str]:
    first = int(year[:4])
    return [f"{first + month // 12}-{month % 12 + 1:02d}" for month in range(3, 15)]


def _label(year: str) -> str:
    return f"{year[:4]}/{(int(year[:4]) + 1) % 100:02d}"


def _year(
    name: str,
    words: str,
    year: str,
    months: pd.DataFrame,
    places: _Places,
    register: Register,
    warnings: list[str],
) -> list[dict[str, Any]]:
    """One measure in one year for England, every NHS region and every ICB; tells in ``warnings`` what is not placed."""
    own = months["provider"] == ""
    first = {"measure": name, "period": year}
    rows = [{**first, "area_code": reading.ENGLAND, **_sum(months[own], name)}]
    of_providers = months[~own]
    boards = of_providers["provider"].map(places.board_of)
    placed = of_providers[boards.notna()].assign(board=boards)
    lost = of_providers[boards.isna()]
    weight = float(months.loc[own, "weight"].sum())
    share = 100 * float(placed["weight"].sum()) / weight if weight else float("nan")
    # a mean is placed where its pairs are, so this is reported once
    if lost["value"].notna().any() and not name.endswith(".mean"):
        warnings.append(_lost_words(name, words, year, lost, float(placed["weight"].sum()), weight))
    listed = set(places.board_of.values())
    silent = []
    for board in sorted(places.region_of):
        note, status = _told(placed[placed["board"] == board], words, share)
        if board not in listed:
            note = "No provider is listed in this ICB, so there is no figure."
        elif status != "ok":
            silent.append(board)
        rows.append(
            {
                **first,
                "area_code": board,
                "note": note,
                "status": status,
                **_sum(placed[placed["board"] == board], name),
            }
        )
    placed = placed.assign(region=placed["board"].map(places.region_of))
    for region in sorted(set(places.region_of.values())):
        inside = placed[placed["region"] == region]
        note, status = _told(inside, words, share)
        rows.append({**first, "area_code": region, "note": note, "status": status, **_sum(inside, name)})
    if silent:
        warnings.append(
            f"{name} {_label(year)}: no {words} all year, which is not a count of 0: {_names(register, silent)}"
        )
    return rows


def _sum(rows: pd.DataFrame, name: str) -> dict[str, Any]:
    """The sum of a count, or of a mean × pairs over the pairs; nan where nothing was given."""
    total = rows["value"].sum(min_count=1)
    pairs = rows["weight"].sum(min_count=1)
    return {
        "value": total / pairs if name.endswith(".mean") else total,
        "row": int(rows["row"].min()) if len(rows) else pd.NA,
    }


def _rounded_cells(rows: pd.DataFrame, places: _Places) -> list[dict[str, Any]]:
    """How many monthly numbers of providers, each rounded, are in the sums of ICBs and NHS regions (``CELLS``).

    England's own numbers are not rounded, so that it has none.
    """
    wanted = {SUMS[name][0]: cells for name, cells in CELLS.items()}
    given = rows[rows["measure"].isin(list(wanted)) & rows["value"].notna()]
    boards = given["provider"].map(places.board_of)
    placed = given[boards.notna()].assign(board=boards)
    placed = placed.assign(region=placed["board"].map(places.region_of))
    return [
        {
            "measure": wanted[str(measure)],
            "period": str(year),
            "area_code": str(area_code),
            "value": float(len(numbers)),
            "row": int(numbers["row"].min()),
        }
        for kind in ("board", "region")
        for (measure, year, area_code), numbers in placed.groupby(["measure", "year", kind], sort=True)
    ]


def _told(rows: pd.DataFrame, words: str, share: float) -> tuple[str, str]:
    """(note, status) of the sum of some providers' months."""
    by_provider = rows.groupby("provider")["value"].count()
    if not by_provider.any():
        return (f"Its providers published no {words} all year: that is no count of 0.", "not_available")
    missing = int(rows["value"].isna().sum())
    parts = [
        f"By where {len(by_provider)} provider{'s are' if len(by_provider) > 1 else ' is'} based, not where patients live; "
        f"{share:.1f}% of England's {words} could be placed."
    ]
    if missing:
        parts.append(
            f"{missing} of {len(rows)} monthly figures are hidden or were not given, and add nothing."
        )
    return (" ".join(parts), "ok")


def _lost_words(name: str, words: str, year: str, lost: pd.DataFrame, placed: float, total: float) -> str:
    by_provider = lost.groupby("provider")["weight"].sum()
    by_provider = by_provider[by_provider > 0].sort_values(ascending=False)
    named = ", ".join(f"{provider} ({count:,.0f})" for provider, count in by_provider.items())
    return (
        f"{name} {_label(year)}: {placed:,.0f} of England's {total:,.0f} {words} are placed, {by_provider.sum():,.0f} are "
        f"at {len(by_provider)} provider{'s' if len(by_provider) != 1 else ''} in no ICB: {named}; the rest is rounded "
        "away or hidden"
    )
