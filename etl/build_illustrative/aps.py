"""Illustrative employment rates by disability and long-term condition (Annual Population Survey)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from etl.build_illustrative.chance import deviate, half_width_95, spread, write_csv
from etl.sources.nomis_aps.pages import COLUMNS as APS_COLUMNS
from geodata.register import Area, Register

# number of the variable (those from 9001 on are invented: Nomis' own are not documented), stem, name,
# invented rate of England, of a survey of whom, and by how much places differ
_APS_VARIABLES = (
    ("44", "44", "Employment rate - aged 16+", 60.5, 1.0, 3.0),
    (
        "1715",
        "1715",
        "% In employment with health conditions or illnesses lasting more than 12 months (aged 16+)",
        44.0,
        0.38,
        4.5,
    ),
    (
        "9001",
        "employment-rate-disabled",
        "Employment rate EA core or work-limiting disabled - aged 16-64",
        54.0,
        0.20,
        6.0,
    ),
    (
        "9002",
        "employment-rate-not-disabled",
        "Employment rate not EA core or work-limiting disabled - aged 16-64",
        81.0,
        0.55,
        2.5,
    ),
)
_APS_YEARS = (2021, 2022, 2023)
_HIDDEN = (
    "Estimate and confidence interval not available since the group sample size is zero or disclosive (0-2)"
)
_MISSING_PLACES = ("E06000053", "E09000001")  # Isles of Scilly and City of London: too small for the survey


def build_aps(folder: Path, register: Register) -> list[Path]:
    """Three calendar years by district, county, region and England: rates and the half-widths of their intervals."""
    day = date(_APS_YEARS[-1], 12, 31)
    districts = register.vintage("ltla", _APS_YEARS[-1])
    sampled = {
        area.area_code: 0.0
        if area.area_code in _MISSING_PLACES
        else 420 * spread(0.35, area.area_code, "sample")
        for area in districts
    }
    counties = [area for area in register.vintage("utla", _APS_YEARS[-1]) if area.area_code not in sampled]
    areas = [*register.vintage("england", _APS_YEARS[-1]), *register.vintage("region", _APS_YEARS[-1])]
    areas += [*counties, *districts]
    inside = {
        area.area_code: [row.child_code for row in register.children(area.area_code, "ltla", day)]
        for area in areas
        if area.area_code not in sampled
    }
    inside[areas[0].area_code] = list(sampled)
    paths = []
    for number, stem, name, national, share, apart in _APS_VARIABLES:
        records = []
        for year, later in zip(_APS_YEARS, range(len(_APS_YEARS)), strict=True):
            rates = {
                code: national + 0.4 * later + apart * deviate(code, stem) + 1.2 * deviate(code, stem, year)
                for code in sampled
            }
            for area in areas:
                parts = inside.get(area.area_code, [area.area_code])
                people = sum(sampled[code] for code in parts) * share
                rate = sum(rates[code] * sampled[code] for code in parts) * share / people if people else None
                records += _aps_rows(area, f"Jan {year}-Dec {year}", number, name, rate, people)
        rows = [[*record, str(place), str(len(records))] for place, record in enumerate(records)]
        path = folder / f"illustrative-nomis-aps-{stem}-p01.csv"
        paths.append(write_csv(path, list(APS_COLUMNS), rows))
    return paths


def _aps_rows(
    area: Area, span: str, number: str, name: str, rate: float | None, people: float
) -> list[list[str]]:
    """The percentage and its half-width, of so many people in the survey."""
    half_width = 0.0 if rate is None else half_width_95(rate, people)
    status = _HIDDEN if rate is None else "Normal Value"
    return [
        [span, area.official_name or area.name, area.area_code, name, number, measure, words, value, status]
        for measure, words, value in (
            ("20599", "Variable", "" if rate is None else f"{rate:.1f}"),
            ("21003", "Confidence", "" if rate is None else f"{half_width:.1f}"),
        )
    ]
