"""What more than one table is made from: small areas, shapes of health areas, and what CCGs and STPs lay in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from geodata.tools.tables.boards_2026 import Boards2026, location_2026, read_boards_2026, shapes_2026
from geodata.tools.tables.facts import LSOA_2021, LSOA_2022, LSOA_2024, LSOA_2026, WARDS
from geodata.tools.tables.shares import land_shares, largest, shares
from geodata.tools.tables.sources import Shapes, SourceMissing, Sources


class Lsoa(NamedTuple):
    """A small area of 2011 and what it lay in, in 2021 and after July 2022."""

    lsoa_code: str
    lsoa_name: str
    ccg: str
    stp: str
    ltla: str
    sub_icb: str
    icb: str


class LaterLsoa(NamedTuple):
    """A small area of 2021 and what it lies in, in 2024; and after April 2026, its location where the code is known."""

    lsoa_code: str
    sub_icb: str
    icb: str
    ltla: str
    sub_icb_2026: str | None
    icb_2026: str


@dataclass
class Material:
    """Files and conclusions that more than one table needs. Keys of the mappings are years."""

    lsoas: list[Lsoa]
    later_lsoas: list[LaterLsoa]
    ccg_shapes: dict[int, Shapes]
    ccg_codes: dict[int, set[str]]
    ccg_of_2020: dict[str, str]  # CCG of 2019 → CCG of 2020
    ccg_ods_2021: dict[str, str]
    stp_shapes: dict[int, Shapes]
    stp_codes: dict[int, set[str]]
    stp_of: dict[int, dict[str, str]]  # year → CCG → STP
    icb_shapes: Shapes
    boards_2026: Boards2026
    shapes_2026: tuple[Shapes, Shapes]  # ICBs, sub-ICB locations
    nhs_region_shapes: Shapes
    organisations: list[tuple[str, str, str, str]]

    def kept_lsoas(self) -> list[tuple[Lsoa, LaterLsoa]]:
        """LSOAs that have the same code in 2011 and 2021."""
        later = {lsoa.lsoa_code: lsoa for lsoa in self.later_lsoas}
        return [(lsoa, later[lsoa.lsoa_code]) for lsoa in self.lsoas if lsoa.lsoa_code in later]


def _read_lsoas(sources: Sources) -> list[Lsoa]:
    after = {
        code: (sub_icb, icb)
        for code, sub_icb, icb in sources.rows(LSOA_2022, "lsoa11_code", "sicbl22_code", "icb22_code")
    }
    columns = ("lsoa11_code", "lsoa11_name", "ccg21_code", "stp21_code", "ltla21_code")
    before = sources.rows(LSOA_2021, *columns)
    if {row[0] for row in before} != after.keys() or len(before) != len(after):
        raise SourceMissing(f"{LSOA_2021} and {LSOA_2022} do not list the same LSOAs; fetch both again")
    return [Lsoa._make((*row, *after[row[0]])) for row in before]


def _read_later_lsoas(sources: Sources, boards: Boards2026) -> list[LaterLsoa]:
    authorities = sources.pairs(WARDS, "lsoa21_code", "ltla24_code")
    rows = sources.rows(LSOA_2024, "lsoa21_code", "sicbl24_code", "icb24_code")
    for name, known in ((WARDS, authorities), (LSOA_2026, boards.of_lsoa)):
        lost = [row[0] for row in rows if row[0] not in known]
        if lost:
            raise SourceMissing(f"{name} lacks {len(lost)} LSOAs of {LSOA_2024}, such as {lost[0]}")
    return [
        LaterLsoa(
            code,
            sub_icb,
            icb,
            authorities[code],
            location_2026(sub_icb, boards.of_lsoa[code]),
            boards.of_lsoa[code],
        )
        for code, sub_icb, icb in rows
    ]


def read_material(sources: Sources) -> Material:
    """Reads every file that more than one table needs and settles the CCGs of 2020."""
    lsoas = _read_lsoas(sources)
    boards = read_boards_2026(sources)
    ccg_shapes = {
        year: sources.shapes(f"ccg{year}_fingertips_clean.geojson", "code", "name", extra=("ods",))
        for year in (2017, 2018, 2019)
    }
    ccg_shapes[2021] = sources.shapes("ccg_2021-04_en_buc.geojson", "CCG21CD", "CCG21NM")
    ccg_codes = {year: set(shapes["code"]) for year, shapes in ccg_shapes.items()}

    # a sub-ICB location kept the ODS code of the CCG it was
    ods = sources.pairs(LSOA_2022, "sicbl22_code", "sicbl22_code_h")
    ccg_ods_2021 = {
        ccg: ods[sub_icb] for ccg, sub_icb in largest(shares((row.ccg, row.sub_icb) for row in lsoas)).items()
    }
    # No list of the GSS codes of 2020 is at hand. A CCG that kept its ODS code in 2020 kept its GSS code; one that
    # was made by merger has the GSS code that its ODS code has in 2021.
    code_2021 = {ods_code: code for code, ods_code in ccg_ods_2021.items()}
    ccg_of_2020 = {
        code: code if ods_2019 == ods_2020 else code_2021[ods_2020]
        for code, ods_2019, ods_2020 in sources.rows(
            "ccg19_names_codes_and_ccg20_successor.csv", "CCG19CD", "CCG19CDH", "ccg20cdh"
        )
    }
    ccg_codes[2020] = set(ccg_of_2020.values())

    stp_shapes = {
        2017: sources.shapes("stp2017_fingertips_clean.geojson", "code", "name"),
        2018: sources.shapes("stp2018_fingertips_clean.geojson", "code", "name"),
        2021: sources.shapes("geographr_stp21.geojson", "stp21_code", "stp21_name"),
    }
    stp_codes = {year: set(shapes["code"]) for year, shapes in stp_shapes.items()}
    stp_codes[2019] = stp_codes[2018]
    stp_codes[2020] = set(sources.pairs("stp20_nhser20_lookup.csv", "stp20cd", "nhser20cd"))

    merged = ccg_shapes[2019][["code", "geometry"]].copy()
    merged["code"] = merged["code"].map(ccg_of_2020)
    ccg_shapes[2020] = merged.dissolve(by="code").reset_index()
    return Material(
        lsoas=lsoas,
        later_lsoas=_read_later_lsoas(sources, boards),
        ccg_shapes=ccg_shapes,
        ccg_codes=ccg_codes,
        ccg_of_2020=ccg_of_2020,
        ccg_ods_2021=ccg_ods_2021,
        stp_shapes=stp_shapes,
        stp_codes=stp_codes,
        stp_of=_partnership_of(sources, lsoas, ccg_shapes, stp_shapes, stp_codes),
        icb_shapes=sources.shapes("icb_2023-04_en_bsc.geojson", "ICB23CD", "ICB23NM"),
        boards_2026=boards,
        shapes_2026=shapes_2026(sources, boards),
        nhs_region_shapes=sources.shapes("nhser_2024-01_en_bsc.geojson", "NHSER24CD", "NHSER24NM"),
        organisations=sources.organisations(),
    )


def _partnership_of(
    sources: Sources,
    lsoas: Sequence[Lsoa],
    ccg_shapes: Mapping[int, Shapes],
    stp_shapes: Mapping[int, Shapes],
    stp_codes: Mapping[int, set[str]],
) -> dict[int, dict[str, str]]:
    """Year → CCG → STP: by the list of 2018 and the LSOAs of 2021, and by land where neither has the CCG."""
    listed = sources.pairs("ccg18_population_mid2018_syoa.csv", "ccg18cd", "stp18cd")
    of_2017 = {
        code: listed[code] if listed.get(code) in stp_codes[2017] else parent
        for code, parent in largest(land_shares(ccg_shapes[2017], stp_shapes[2017])).items()
    }
    of_2019 = {
        code: listed.get(code, parent)
        for code, parent in largest(land_shares(ccg_shapes[2019], stp_shapes[2018])).items()
    }
    of_2021 = largest(shares((row.ccg, row.stp) for row in lsoas))
    # the mergers of 2021 were each inside one STP: a CCG of 2020 lay in the STP of its successor
    later = largest(land_shares(ccg_shapes[2020], ccg_shapes[2021]))
    of_2020 = {code: of_2021[successor] for code, successor in later.items()}
    return {2017: of_2017, 2018: listed, 2019: of_2019, 2020: of_2020, 2021: of_2021}
