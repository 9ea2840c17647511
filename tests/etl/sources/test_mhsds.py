"""MHSDS monthly CSV: measures by area, providers and splits set aside."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from etl.frames import measurements
from etl.sources import SOURCES, mhsds
from etl.sources.base import BadFile, UnknownArea
from indicators.catalogue import load_catalogue
from indicators.periods import Period

SOURCE = "mhsds"
FILE = "MHSDS_Data_MarPerf_2024.csv"


def test_rows_of_a_month(copied, editions, parse, rows_of) -> None:
    edition = editions(SOURCE, copied(SOURCE))["MHSDS_Data_MarPerf_2024"]
    assert edition.publication == "Mental Health Services Monthly Statistics, March 2024 (performance)"
    assert not edition.illustrative
    parsed = parse(SOURCE, edition)
    assert rows_of(parsed.measurements, "measure", "area_code", "period", "value", "status", "row") == [
        ("MHS116", "E92000001", "2023-04-01/P1Y", 30_001.0, "ok", 2),
        ("MHS116a", "E92000001", "2023-04-01/P1Y", 53.123456, "ok", 3),
        ("MHS116", "E38000234", "2023-04-01/P1Y", 305.0, "ok", 4),
        ("MHS116", "E38000243", "2023-04-01/P1Y", None, "suppressed", 5),
        ("AMH17e", "E54000048", "2023-04-01/P1Y", 205.0, "ok", 6),
    ]
    [words] = parsed.warnings[1:]
    assert words.startswith(f"{FILE}: no sum of referrals to IPS for NHS North East and North Cumbria")
    assert "(without 99C, 00L, 00N, 00P, 13T, 01H, 16C); NHS Nottingham and Nottinghamshire" in words
    assert parsed.rows_in == 9
    assert {(kind.reason, kind.rows) for kind in parsed.set_aside} == {
        ("breakdown 'England; Gender' is not an area", 1),
        ("breakdown 'Provider' is not an area", 1),
        ("breakdown 'ICB of Residence': the same area is there by another way", 1),
        ("ICB of GP Practice or Residence: code of no area of the register in the period", 1),
    }


def test_a_code_that_looks_like_an_area_is_told_with_its_rows_and_measures(copied, editions, parse) -> None:
    folder = copied(SOURCE)
    path = next(folder.rglob(FILE))
    row = "01/04/2023,31/03/2024,Performance,Sub ICB of Residence,{},NHS NEW,NONE,NONE,{},Name,5\n"
    with path.open("a", encoding="utf-8") as file:
        file.writelines(
            row.format(*cells) for cells in (("99Z", "MHS116"), ("99Z", "MHS116a"), ("13Q", "MHS116"))
        )
    parsed = parse(SOURCE, editions(SOURCE, folder)["MHSDS_Data_MarPerf_2024"])
    found = [unknown for aside in parsed.set_aside for unknown in aside.unknown]
    # neither the hub 13Q nor UNKNOWN is an area
    assert found == [UnknownArea("99Z", 2, ("MHS116", "MHS116a"))]


def test_people_in_contact_by_council_and_age(copied, editions, parse, rows_of) -> None:
    parsed = parse(SOURCE, editions(SOURCE, copied(SOURCE))["MHSDS_Data_ASCOF_AprPerf_2024"])
    assert rows_of(parsed.measurements, "measure", "area_code", "age", "value", "status", "row") == [
        ("AMH03e", "E92000001", "18-69", 900_001.0, "ok", 2),
        ("AMH14e", "E92000001", "18-69", 180_002.0, "ok", 3),
        ("AMH17e", "E92000001", "18-69", 70_003.0, "ok", 4),
        ("AMH03e", "E10000007", "18-69", 10_005.0, "ok", 5),
        ("AMH17e", "E10000007", "18-69", None, "suppressed", 6),
        ("AMH03e", "E06000018", "18-69", 7_000.0, "ok", 8),
    ]
    assert set(parsed.measurements["period"]) == {"2024-04-01/P1M"}
    assert {(kind.reason, kind.rows) for kind in parsed.set_aside} == {
        ("breakdown 'CASSR;Gender' is not an area", 1),
        ("breakdown 'Provider' is not an area", 1),
        ("breakdown 'LAD/UA': the same area is there by another way", 1),
        ("CASSR: code of no area of the register in the period", 1),
    }


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("01/04/2023,31/03/2024", "01/04/2023,30/03/2024",
         "row 2: column 'REPORTING_PERIOD_END': '01/04/2023 to 30/03/2024': expected whole months"),
        ("01/04/2023,31/03/2024", "April,31/03/2024",
         "row 2: column 'REPORTING_PERIOD_START': 'April': expected a day"),
        ("01/04/2023,31/03/2024", "01/04/2023,31/12/9999",
         "row 2: column 'REPORTING_PERIOD_END': '31/12/9999': expected a day after 01/04/2023 and before 9999-12-31"),
        (",30001\n", ",thousands\n", "row 2: column 'MEASURE_VALUE': 'thousands': expected a number"),
    ],
)  # fmt: skip
def test_a_cell_that_cannot_be_is_named(
    copied, editions, parse, before: str, after: str, message: str
) -> None:
    folder = copied(SOURCE)
    path = folder / FILE
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(BadFile, match=message):
        parse(SOURCE, editions(SOURCE, folder)["MHSDS_Data_MarPerf_2024"])


def test_later_months_and_final_figures_go_first(tmp_path: Path, editions) -> None:
    for name in ("MHSDS_Data_FebPerf_2024.csv", "MHSDS_Data_MarFinal_2024.csv", "MHSDS_Data_MarPrf_2024.csv"):
        (tmp_path / name).write_text("anything", encoding="utf-8")
    assert list(editions(SOURCE, tmp_path)) == [
        "MHSDS_Data_FebPerf_2024",
        "MHSDS_Data_MarPrf_2024",
        "MHSDS_Data_MarFinal_2024",
    ]


def test_the_illustrative_files(editions, parse, register) -> None:
    bundled: Path = SOURCES[SOURCE].bundled  # type: ignore[attr-defined]
    found = editions(SOURCE, bundled)
    assert list(found) == [f"illustrative-MHSDS_Data_MarPerf_{year}" for year in (2023, 2024, 2025)]
    assert all(edition.illustrative and edition.precedence == -1 for edition in found.values())
    for edition in found.values():
        parsed = parse(SOURCE, edition)
        assert parsed.set_aside == []
        assert set(parsed.measurements["measure"]) == {"MHS116", "MHS116a"}
        codes = set(parsed.measurements["area_code"])
        assert sum(code.startswith("E38") for code in codes) == 106
        assert sum(code.startswith("E54") for code in codes) == 42


@pytest.mark.shared
def test_the_real_month(shared, editions, parse, rows_of) -> None:
    found = editions(SOURCE, shared / "publications")
    parsed = parse(SOURCE, found["MHSDS_Data_4WW_SepPerf_2024"])
    assert (parsed.rows_in, parsed.rows_set_aside, len(parsed.measurements)) == (18_942, 17_050, 1_892)
    england = parsed.measurements.query("area_code == 'E92000001'")
    assert rows_of(england[:3], "measure", "period", "value") == [
        ("MRS01", "2024-07-01/P3M", 13_706.0),
        ("MRS01a", "2024-07-01/P3M", 1_148.0),
        ("MRS01b", "2024-07-01/P3M", 8.375894),
    ]
    assert parsed.measurements["area_code"].nunique() == 43


# --- ICBs as sums of their sub-ICB locations ----------------------------------------------------------------

YEAR = "2024-04-01/P1Y"


def of_locations(*rows: tuple[str, float | None, float | None]) -> pd.DataFrame:
    """Measurements of MHS116 and MHS116a of sub-ICB locations: (code, count, rate); None is hidden."""
    records = [
        {
            "measure": measure,
            "area_code": code,
            "period": YEAR,
            "value": float("nan") if value is None else value,
            "status": "suppressed" if value is None else "ok",
            "row": place,
        }
        for place, (code, count, rate) in enumerate(rows, start=2)
        for measure, value in (("MHS116", count), ("MHS116a", rate))
    ]
    return measurements.from_rows(records)


def locations_of(register, board: str) -> list[str]:
    return sorted(link.child_code for link in register.children(board, "sub_icb", on=date(2025, 3, 31)))


def test_an_icb_is_the_sum_of_its_locations(register) -> None:
    """100 of 200,000 people, 50 of 50,000 and 150 of 250,000: 300 of 500,000 is 60 per 100,000."""
    board = "E54000023"
    parts = locations_of(register, board)
    assert len(parts) == 3
    rows = zip(parts, (100.0, 50.0, 150.0), (50.0, 100.0, 60.0), strict=True)
    sums, words = mhsds.board_sums(of_locations(*rows), register)
    assert words == ""
    assert sums[["measure", "area_code", "period", "value", "status", "row"]].values.tolist() == [
        ["MHS116", board, YEAR, 300.0, "ok", 2],
        ["MHS116a", board, YEAR, 60.0, "ok", 2],
    ]
    assert set(sums["note"]) == {"Sum of 3 sub-ICB locations, each rounded by the publisher."}


def test_a_hidden_location_hides_its_icb_and_a_missing_one_is_named(register) -> None:
    board = "E54000023"
    parts = locations_of(register, board)
    hidden = of_locations((parts[0], 100.0, 50.0), (parts[1], None, None), (parts[2], 150.0, 60.0))
    sums, words = mhsds.board_sums(hidden, register)
    assert words == ""
    assert sums["value"].isna().all()
    assert set(sums["status"]) == {"suppressed"}
    sums, words = mhsds.board_sums(of_locations((parts[0], 100.0, 50.0)), register)
    assert sums.empty
    ods = [register.area(code).ods_code for code in parts[1:]]
    assert words == f"no sum of referrals to IPS for {register.area(board).name} (without {', '.join(ods)})"


def test_an_icb_that_the_file_gives_is_not_summed(register) -> None:
    board = "E54000023"
    given = of_locations(*((code, 100.0, 50.0) for code in (*locations_of(register, board), board)))
    sums, _ = mhsds.board_sums(given, register)
    assert sums.empty


def test_frimley_has_three_heirs_and_is_none_of_them(register) -> None:
    """Its rows of a period after March 2026 find no area, and no ICB of 2026 is a sum without its share of it."""
    after = Period.parse("2026-04-01/P1M")
    assert mhsds._area_code("sub_icb", "D4U1Y", after, register) == ""
    assert mhsds._area_code("sub_icb", "D4U1Y", Period.parse("2025-04-01/P1Y"), register) == "E38000252"


@pytest.mark.parametrize("name", ["ips-access", "ips-access-rate"])
def test_routes_name_the_areas_that_the_publisher_and_the_sums_give(name: str) -> None:
    [own] = [route for route in load_catalogue()[name].routes if route.source == SOURCE]
    assert own.area_types == ("england", "icb", "sub_icb")


def test_the_illustrative_files_have_the_publishers_breakdowns_and_every_icb(editions, parse) -> None:
    for edition in editions(SOURCE, mhsds.ILLUSTRATIVE_FOLDER).values():
        with edition.files[0].path.open(encoding="utf-8") as opened:
            assert {line["BREAKDOWN"] for line in csv.DictReader(opened)} == {
                "England",
                "Sub ICB of Residence",
            }
        measured = parse(SOURCE, edition).measurements
        boards = measured[measured["area_code"].str.startswith("E54")]
        assert boards.groupby("measure").size().to_dict() == {"MHS116": 42, "MHS116a": 42}
        england, total = (
            rows.loc[rows["measure"] == "MHS116", "value"].sum()
            for rows in (measured[measured["area_code"] == "E92000001"], boards)
        )
        assert total == pytest.approx(england, rel=0.01)


@pytest.mark.shared
def test_the_board_of_2026_is_never_lost_in_silence(shared, tmp_path, editions, parse) -> None:
    """Six rows of an ICB under a code that had ended by then: named with its rows, beside England's figures."""
    name = "mhsds-new-icb-code-2026.csv"
    (tmp_path / name).write_bytes((shared / "cases" / "mhsds" / name).read_bytes())
    parsed = parse(SOURCE, editions(SOURCE, tmp_path)["mhsds-new-icb-code-2026"])
    [found] = [unknown for aside in parsed.set_aside for unknown in aside.unknown]
    assert (found.code, found.rows) == ("QEX", 6)
    assert found.measures == ("MRS01", "MRS01a", "MRS01b", "MRS04", "MRS05", "MRS08")
    assert set(parsed.measurements["area_code"]) == {"E92000001"}
