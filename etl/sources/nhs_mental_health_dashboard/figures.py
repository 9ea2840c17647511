"""Which quarters stand for a year or for nine months, and the figures of every place for them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from etl.sources import reading
from etl.sources.base import BadFile, ReleaseChanged
from etl.sources.nhs_mental_health_dashboard.workbook import (
    EXPECTED_SHEET,
    QUARTER,
    SHEET,
    YEAR,
    Place,
    Sheet,
    count,
    months_from_april,
    places_of,
)
from geodata.register import Register

POPULATION = Path(__file__).parents[2] / "facts" / "population_mid2020_nhs.csv"
"""People aged 18 to 69 in the middle of 2020, by CCG, STP and NHS region of April 2021, and in England."""
ROUNDED_TO = 5
"""Counts below England are rounded to the nearest multiple of it by the publisher."""
NATIONAL_COLLECTIONS = ("2016/17", "2020/21")
"""Annual columns with a figure for England alone: the baseline audit and the stocktake, no part of the data set."""
NOTHING_SUBMITTED = "Nothing submitted to the data set, or fewer than 5 people: not a count of none."


def usable_quarters(columns: tuple[str, ...], places: list[Place], tally: reading.Tally) -> dict[str, str]:
    """Quarters that stand for a year or for nine months of one, with their period; the others are set aside."""
    ccgs = [place for place in places if place.kind == "ccg"]
    quarters = {text: found for text in columns if (found := QUARTER.match(text))}
    usable: dict[str, str] = {}
    for year in dict.fromkeys(found[2] for found in quarters.values()):
        for number, months in ((4, 12), (3, 9)):
            quarter, before = f"Q{number} {year}", f"Q{number - 1} {year}"
            if quarter not in quarters:
                continue
            why = _not_risen(quarter, before, ccgs) if before in quarters else ""
            if not why:
                usable[quarter] = months_from_april(quarter, months)
                break
            tally.leave(f"{why} (cells)", len(places), [quarter])
            quarters.pop(quarter)
    for quarter in quarters:
        if quarter not in usable:
            reason = "cumulative quarter within a year that has a later one, or less than nine months (cells)"
            tally.leave(reason, len(places), [quarter])
    return usable


def _not_risen(quarter: str, before: str, ccgs: list[Place]) -> str:
    """Why a quarter does not cover its months; empty where it does.

    A count from April on rises wherever people go on using the service. Where that of most CCGs does not, the quarter
    is the one before over again, or has no figures.
    """
    pairs = [(ccg.people[before], ccg.people[quarter]) for ccg in ccgs]
    counted = [(was, now) for was, now in pairs if was > 0 or now > 0]
    same = sum(was == now for was, now in counted)
    lower = sum(now < was or now != now for was, now in counted)
    if counted and 2 * (same + lower) < len(counted):
        return ""
    return (
        f"{quarter} does not cover its months: of {len(counted)} CCGs with a figure {same} have that of "
        f"{before.split()[0]} again and {lower} a lower one or none"
    )


def figures_of(
    path: Path, quarter: str, period: str, places: list[Place], warnings: list[str]
) -> list[dict[str, Any]]:
    """A figure of every place for one period, with what is to be known of a total."""
    measure = "ips.people" if period.endswith("P1Y") else "ips.people_nine_months"
    records = []
    for place in places:
        value = place.people[quarter]
        if not value > 0:
            note = NOTHING_SUBMITTED if value == 0 else "No figure in the workbook."
            figure: dict[str, Any] = {"status": "not_available", "note": note}
        else:
            apart = _apart(place, quarter)
            if apart:
                warnings.append(
                    f"{path.name}: {quarter}: {place.code} {place.name}: published {value:,.0f}, but its CCGs sum to "
                    f"{apart:,.0f}, further apart than rounding explains: both are kept as published"
                )
            figure = {"value": value, "note": _note(place, quarter, apart)}
        records.append(
            {"measure": measure, "area_code": place.area_code, "period": period, "row": place.row, **figure}
        )
    return records


def _apart(place: Place, quarter: str) -> float | None:
    """What the CCGs of an STP or a region sum to where that differs from its own count by more than rounding and the
    hidden counts of fewer than 5 can explain; else None. England's total also has people of no known CCG."""
    if not place.members or place.kind == "england":
        return None
    counts = [member.people[quarter] for member in place.members]
    if any(count != count for count in counts):
        return None
    total = sum(counts)
    hidden = sum(count == 0 for count in counts) * (ROUNDED_TO - 1)
    spare = (len(counts) + 1) * ROUNDED_TO / 2
    return None if -spare <= place.people[quarter] - total <= spare + hidden else total


def _note(place: Place, quarter: str, apart: float | None) -> str:
    parts = []
    without = sum(not member.people[quarter] > 0 for member in place.members)
    if without:
        verb = "has" if without == 1 else "have"
        parts.append(
            f"{without} of {len(place.members)} CCGs in it {verb} nothing in the data set (nothing submitted, or fewer "
            "than 5 people): this total is too low for that reason."
        )
    if apart is not None:
        parts.append(f"The published counts of its CCGs sum to {apart:,.0f}.")
    return " ".join(parts)


def national_collections(
    path: Path, people: Sheet, places: list[Place], tally: reading.Tally
) -> list[dict[str, Any]]:
    """England's figures of the two national collections; other annual columns are set aside."""
    records = []
    cells_of = dict(people.rows)
    for heading in people.columns:
        if QUARTER.match(heading):
            continue
        for place in places:
            value = (
                count(path, SHEET, place.row, heading, cells_of[place.row][heading])
                if YEAR.match(heading)
                else 0.0
            )
            if heading in NATIONAL_COLLECTIONS and place.kind == "england" and value > 0:
                period = reading.financial_year(heading)
                records.append(
                    {"measure": "ips.people_audit", "area_code": place.area_code, "period": period,
                     "value": value, "row": place.row}
                )  # fmt: skip
            else:
                has_none = value != value
                reason = "annual column without a figure" if has_none else "column is not used"
                tally.leave(f"{SHEET}: {reason} (cells)", 1, [heading])
    return records


def expected_of(
    path: Path,
    expected: Sheet,
    usable: Mapping[str, str],
    latest: str,
    register: Register,
    tally: reading.Tally,
) -> list[dict[str, Any]]:
    """How many people were expected by the end of nine months. Raises BadFile where they are no three quarters of the
    year's."""
    nine_months = {quarter: period for quarter, period in usable.items() if period.endswith("P9M")}
    places = places_of(path, EXPECTED_SHEET, expected, latest, register, tally)
    cells_of = dict(expected.rows)
    lost = [quarter for quarter in nine_months if quarter not in expected.columns]
    if lost:
        raise ReleaseChanged.columns(path.name, lost, list(expected.columns), f"sheet {EXPECTED_SHEET!r}")
    records = []
    for place in places:
        counts = {
            heading: count(path, EXPECTED_SHEET, place.row, heading, cells_of[place.row][heading])
            for heading in expected.columns
            if QUARTER.match(heading) or YEAR.match(heading)
        }
        for heading in expected.columns:
            if heading not in nine_months:
                tally.leave(
                    f"{EXPECTED_SHEET}: number expected by another quarter, or none (cells)", 1, [heading]
                )
                continue
            value, whole = counts[heading], counts.get(heading.replace("Q3", "Q4"), float("nan"))
            if abs(value - 0.75 * whole) > max(1.0, 0.01 * whole):
                raise BadFile(
                    path, row=place.row, column=f"{EXPECTED_SHEET}, {heading}", value=value,
                    expected=f"three quarters of the number expected in the whole year, {whole:,.2f}",
                )  # fmt: skip
            figure = {"status": "not_available", "note": "No number expected in the workbook."}
            records.append(
                {
                    "measure": "ips.expected_nine_months",
                    "area_code": place.area_code,
                    "period": nine_months[heading],
                    "row": place.row,
                    # shares of 32,000 as binary fractions: 24,000.000000000033 is 24,000
                    **({"value": round(value, 6)} if value > 0 else figure),
                }
            )
    return records


def populations(places: list[Place], periods: list[str], warnings: list[str]) -> list[dict[str, Any]]:
    """The population of mid-2020 of every place, for each year that has figures; it is of no row of the workbook."""
    needed = ("area_code", "population_18_69")
    rows = reading.read_csv(POPULATION, needed=needed, keep=needed)
    people, _ = reading.numbers(
        rows["population_18_69"], file=POPULATION, rows=rows["row"], column="population_18_69", markers={}
    )
    known = dict(zip(rows["area_code"], people, strict=True))
    lost = [f"{place.code} {place.name}" for place in places if place.area_code not in known]
    if lost and periods:
        warnings.append(
            f"{POPULATION.name}: no population aged 18 to 69 for {'; '.join(lost)}: no rate is calculated there"
        )
    return [
        {
            "measure": "population.18-69",
            "area_code": place.area_code,
            "period": period,
            "value": known[place.area_code],
        }
        for period in periods
        for place in places
        if place.area_code in known
    ]
