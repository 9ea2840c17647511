"""Quality and Outcomes Framework: practices summed to areas."""

from __future__ import annotations

import csv

import pytest

from etl.sources.base import BadFile, ReleaseChanged, UnknownArea
from etl.sources.qof import PREVALENCE_COLUMNS

SOURCE = "qof"
PREVALENCE = "PREVALENCE_2425.csv"
MAPPING = "MAPPING_NHS_GEOGRAPHIES_2425.csv"


def test_practices_are_summed_to_every_level(copied, editions, parse, rows_of) -> None:
    parsed = parse(SOURCE, editions(SOURCE, copied(SOURCE))["2024-25"])
    # 1,201 + 402 in Nottingham and Nottinghamshire; 903 and 13 in Lancashire and South Cumbria
    assert rows_of(parsed.measurements, "measure", "area_code", "value", "row") == [
        ("DEP.register", "E38000014", 903.0, 5),
        ("DEP.register", "E38000243", 1_603.0, 2),
        ("DEP.list_size", "E38000014", 6_003.0, 5),
        ("DEP.list_size", "E38000243", 12_003.0, 2),
        ("DEP.register", "E54000048", 916.0, 5),
        ("DEP.register", "E54000060", 1_603.0, 2),
        ("DEP.list_size", "E54000048", 6_108.0, 5),
        ("DEP.list_size", "E54000060", 12_003.0, 2),
        ("DEP.register", "E40000011", 1_603.0, 2),
        ("DEP.register", "E40000014", 916.0, 5),
        ("DEP.list_size", "E40000011", 12_003.0, 2),
        ("DEP.list_size", "E40000014", 6_108.0, 5),
        ("DEP.register", "E92000001", 2_519.0, 2),
        ("DEP.list_size", "E92000001", 18_111.0, 2),
    ]
    assert set(parsed.measurements["period"]) == {"2024-04-01/P1Y"}
    assert set(parsed.measurements["age"]) == {"18+"}
    assert parsed.rows_in == 6 and parsed.unknown == ()
    assert [(kind.reason, kind.rows, kind.examples) for kind in parsed.set_aside] == [
        ("disease is not used", 1, ("HYP",)),
        ("practice is not in the file of geographies", 1, ("Z99004",)),
    ]
    assert parsed.warnings == [
        "PREVALENCE_2425.csv: SUB_ICB_LOC_ODS_CODE: codes of no area of the register in 2024/25: 9Z9"
    ]


def test_a_code_that_looks_like_an_area_is_told_with_its_practices(copied, editions, parse) -> None:
    """Its practices count in what lies above: the register may not know the area yet."""
    folder = copied(SOURCE)
    text = (folder / MAPPING).read_text(encoding="utf-8")
    (folder / MAPPING).write_text(text.replace("52R", "99Z").replace("QE1", "QZZ"), encoding="utf-8")
    parsed = parse(SOURCE, editions(SOURCE, folder)["2024-25"])
    assert parsed.unknown == (UnknownArea("99Z", 2), UnknownArea("QZZ", 2))
    assert parsed.warnings == [
        "PREVALENCE_2425.csv: SUB_ICB_LOC_ODS_CODE: codes of no area of the register in 2024/25: 9Z9"
    ]
    assert parsed.rows_in == parsed.rows_used + parsed.rows_set_aside == 6
    registers = parsed.measurements[parsed.measurements["measure"] == "DEP.register"]
    found = dict(zip(registers["area_code"], registers["value"], strict=True))
    assert found["E92000001"] == 2_519.0 and found["E40000014"] == 916.0
    assert not found.keys() & {"E38000243", "E54000048"}


def test_a_year_of_ccgs_and_stps(copied, editions, parse) -> None:
    folder = copied(SOURCE)
    (folder / PREVALENCE).rename(folder / "PREVALENCE_2021_v2.csv")
    text = (folder / MAPPING).read_text(encoding="utf-8")
    text = text.replace("SUB_ICB_LOC_ODS_CODE", "CCG_ODS_CODE").replace("ICB_ODS_CODE", "STP_ODS_CODE")
    (folder / "MAPPING_NHS_GEOGRAPHIES_2021.csv").write_text(text, encoding="utf-8")
    (folder / MAPPING).unlink()
    measured = parse(SOURCE, editions(SOURCE, folder)["2020-21"]).measurements
    # the CCGs kept their codes; the STP and the regions of the day had others
    assert sorted(set(measured["area_code"])) == [
        "E38000014", "E38000243", "E40000008", "E40000010", "E54000014", "E54000048", "E92000001",
    ]  # fmt: skip


def test_a_ccg_formed_on_the_day_after_the_year_is_placed_by_that_day(
    copied, editions, parse, rows_of
) -> None:
    folder = copied(SOURCE)
    (folder / PREVALENCE).rename(folder / "PREVALENCE_2021_v2.csv")
    text = (folder / MAPPING).read_text(encoding="utf-8")
    text = text.replace("SUB_ICB_LOC_ODS_CODE", "CCG_ODS_CODE").replace("ICB_ODS_CODE", "STP_ODS_CODE")
    # NHS Bedfordshire, Luton and Milton Keynes CCG began on 1 April 2021
    (folder / "MAPPING_NHS_GEOGRAPHIES_2021.csv").write_text(text.replace("52R", "M1J4Y"), encoding="utf-8")
    (folder / MAPPING).unlink()
    parsed = parse(SOURCE, editions(SOURCE, folder)["2020-21"])
    ccgs = parsed.measurements[parsed.measurements["measure"] == "DEP.register"]
    assert [row for row in rows_of(ccgs, "area_code", "value", "note") if row[0].startswith("E38")] == [
        ("E38000014", 903.0, ""),
        ("E38000249", 1_603.0, "Formed on 1 April 2021: the practices are placed as of that day."),
    ]


@pytest.mark.shared
def test_2020_21_has_every_ccg_and_the_published_share(shared, editions, parse) -> None:
    parsed = parse(SOURCE, editions(SOURCE, shared / "publications" / "qof")["2020-21"])
    sums = parsed.measurements.pivot(index="area_code", columns="measure", values="value")
    assert sums.loc["E92000001"].to_dict() == {"DEP.list_size": 48_459_095, "DEP.register": 5_955_865}
    for prefix, areas in (("E38", 106), ("E54", 42), ("E40", 7)):
        level = sums[sums.index.str.startswith(prefix)]
        assert len(level) == areas
        assert level.sum().to_dict() == sums.loc["E92000001"].to_dict()
    assert [(group.reason, group.rows) for group in parsed.set_aside] == [("disease is not used", 131_420)]
    assert parsed.warnings == []


@pytest.mark.parametrize(
    ("file", "before", "after", "error", "message"),
    [
        (PREVALENCE, "DEP,1201", "DEP,many", BadFile, "row 2: column 'REGISTER': 'many': expected a number"),
        (PREVALENCE, "C84002,DEP", "C84001,DEP", BadFile,
         "row 4: column 'PRACTICE_CODE': 'C84001': expected each practice once"),
        (PREVALENCE, ",DEP,", ",DEM,", ReleaseChanged, r"no row with GROUP_CODE 'DEP'; found \['DEM', 'HYP'\]"),
        (MAPPING, "C84002,ANOTHER", "P81003,ANOTHER", BadFile,
         "row 4: column 'PRACTICE_CODE': 'P81003': expected each practice in one place"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_is_named(
    copied, editions, parse, file: str, before: str, after: str, error: type[Exception], message: str
) -> None:
    folder = copied(SOURCE)
    text = (folder / file).read_text(encoding="utf-8")
    assert before in text
    (folder / file).write_text(text.replace(before, after), encoding="utf-8")
    with pytest.raises(error, match=message):
        parse(SOURCE, editions(SOURCE, folder)["2024-25"])


def test_the_file_of_geographies_is_needed(copied, editions, parse) -> None:
    folder = copied(SOURCE, PREVALENCE)
    with pytest.raises(BadFile, match=r"expected MAPPING_NHS_GEOGRAPHIES of the same year .*whole zip"):
        parse(SOURCE, editions(SOURCE, folder)["2024-25"])


# the columns of each year (formats/qof): practice, group, register, list size
HEADINGS = {
    "1415": ("INDICATOR_GROUP_CODE", "REGISTER_SIZE", "PATIENT_LIST_SIZE"),
    "1819": ("INDICATOR_GROUP_CODE", "REGISTER", "PATIENT_LIST_SIZE"),
    "1920": ("GROUP_CODE", "REGISTER", "PATIENT_LIST_SIZE"),
    "2425": ("GROUP_CODE", "REGISTER", "PRACTICE_LIST_SIZE"),
    "2526": ("GROUP_CODE", "REGISTER_SIZE", "PRACTICE_LIST_SIZE"),
}


@pytest.mark.parametrize("year", HEADINGS)
def test_the_columns_of_every_year(copied, editions, parse, year: str) -> None:
    folder = copied(SOURCE)
    path = folder / PREVALENCE
    head, _, rows = path.read_text(encoding="utf-8").partition("\n")
    now = HEADINGS["2425"]
    for before, heading in zip(now, HEADINGS[year], strict=True):
        head = ",".join(heading if name == before else name for name in head.split(","))
    path.unlink()
    (folder / f"PREVALENCE_{year}.csv").write_text(f"{head}\n{rows}", encoding="utf-8")
    (folder / MAPPING).rename(folder / f"MAPPING_NHS_GEOGRAPHIES_{year}.csv")
    [edition] = editions(SOURCE, folder).values()
    measured = parse(SOURCE, edition).measurements
    england = measured[measured["area_code"] == "E92000001"].set_index("measure")["value"]
    assert england.to_dict() == {"DEP.register": 2_519.0, "DEP.list_size": 18_111.0}


@pytest.mark.shared
def test_the_columns_are_those_of_the_shared_table(shared) -> None:
    rows = csv.DictReader(
        (shared / "formats" / "qof" / "prevalence_columns_by_year.csv").open(encoding="utf-8")
    )
    for row in rows:
        for kind, column in (("practice", "PRACTICE_CODE"), ("group", "GROUP_CODE"), ("register", "REGISTER"),
                             ("list_size", "PRACTICE_LIST_SIZE")):  # fmt: skip
            assert row[kind] in PREVALENCE_COLUMNS[column], row


def test_a_column_under_no_known_name_is_named(copied, editions, parse) -> None:
    folder = copied(SOURCE)
    path = folder / PREVALENCE
    path.write_text(
        path.read_text(encoding="utf-8").replace("REGISTER,", "ON_REGISTER,", 1), encoding="utf-8"
    )
    with pytest.raises(ReleaseChanged, match=r"column 'REGISTER' gone; found .*'ON_REGISTER'"):
        parse(SOURCE, editions(SOURCE, folder)["2024-25"])
