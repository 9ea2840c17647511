"""The tables of other names and of similar areas."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date
from typing import Any

from geodata.register import normalise
from geodata.tools.tables.areas import Directory
from geodata.tools.tables.facts import (
    NOMIS_COMBINED_AUTHORITIES,
    NOMIS_COMBINED_AUTHORITIES_ON,
    PUBLISHERS_NAMES,
)
from geodata.tools.tables.material import Material
from geodata.tools.tables.shares import named
from geodata.tools.tables.sources import Sources


def other_names(sources: Sources, material: Material, directory: Directory) -> list[tuple[str, str, str]]:
    """Former names, publishers' spellings and short names that differ from the name kept once normalised."""
    found: dict[tuple[str, str], tuple[str, str, str]] = {}
    names: dict[str, set[str]] = defaultdict(set)
    for area in directory.areas.values():
        names[area.area_code].add(normalise(area.name))

    def add(code: str, alias: str, kind: str) -> None:
        spelling = normalise(alias)
        if spelling and code in names and spelling not in names[code]:
            found.setdefault((code, spelling), (code, alias.strip(), kind))

    for code, alias, kind in PUBLISHERS_NAMES:
        add(code, alias, kind)
    for area in directory.of("combined_authority"):
        if area.alive(NOMIS_COMBINED_AUTHORITIES_ON):
            for form in NOMIS_COMBINED_AUTHORITIES:
                add(area.area_code, form.format(name=area.name), "nomis")
    for area in directory.of("icb"):
        stem = area.name.removesuffix(" Integrated Care Board")
        add(area.area_code, f"{stem} ICB", "short")
        add(area.area_code, stem, "short")
    for year in (2017, 2018, 2019, 2021):
        for shapes in (material.ccg_shapes[year], material.stp_shapes.get(year)):
            if shapes is not None:
                for code, name in named(shapes).items():
                    add(code, name, "former")
    for code, name in sources.pairs("stp20_nhser20_lookup.csv", "stp20cd", "stp20nm").items():
        add(code, name, "former")
    for code, name in sources.rows("mysociety_uk_local_authorities.csv", "gss-code", "nice-name"):
        if (code, "ltla") in directory:
            add(code, name, "other")
    for period, kind, org_code, name in material.organisations:
        if kind in ("CCG", "STP", "ICB"):
            year_end = date(int(period[:4]) + 1, 3, 31)
            for area in directory.of(kind.lower()):
                if org_code in (area.ods_code, area.area_code) and area.alive(year_end):
                    add(area.area_code, name, "nhs_england")
    return sorted(found.values())


def neighbours(sources: Sources, directory: Directory) -> list[tuple[str, int, str]]:
    """ONS nearest neighbours over all indicators: English authorities only, at the rank ONS gives them."""
    text = sources.path("ons_areas_similar.json").read_text(encoding="utf-8")
    listed: dict[str, dict[str, Any]] = json.loads(text)
    known = {area.area_code for area_type in ("ltla", "utla") for area in directory.of(area_type)}
    return [
        (code, rank, other)
        for code, kinds in sorted(listed.items())
        if code in known
        for rank, other in enumerate(kinds.get("global", [])[:20], start=1)
        if other in known
    ]
