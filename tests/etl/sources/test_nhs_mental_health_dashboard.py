"""NHS Mental Health Dashboard: people who accessed IPS, which quarters stand for a year, and what is missing of totals."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from source_samples import samples_of

from etl.sources import SOURCES
from etl.sources.base import BadFile, ReleaseChanged
from etl.sources.nhs_mental_health_dashboard import figures
from etl.sources.nhs_mental_health_dashboard.workbook import quarter_of_name

SOURCE = "nhs_mental_health_dashboard"
EDITION = "2021-22-q4-v3.2"
NAME = "nhsmh-dashboard-q4-21-22-v3.2.xlsx"
YEAR, NINE_MONTHS = "2020-04-01/P1Y", "2021-04-01/P9M"
NOTTINGHAM, BASSETLAW, SHEFFIELD = "E38000243", "E38000008", "E38000146"
SOUTH_YORKSHIRE, NORTH_EAST = "E54000009", "E54000050"


@pytest.fixture
def read(copied, editions, parse) -> Callable[..., Any]:
    """Parse the fixture after ``change(workbook)``."""

    def of(change: Callable[[openpyxl.Workbook], Any] | None = None) -> Any:
        folder = copied(SOURCE)
        if change is not None:
            book = openpyxl.load_workbook(folder / NAME)
            change(book)
            book.save(folder / NAME)
        return parse(SOURCE, editions(SOURCE, folder)[EDITION])

    return of


def cell(heading: str, row: int, value: object, sheet: str = "ES(i)_FINAL CALC") -> Callable[..., None]:
    """A change of one cell below a heading; row 10 has the headings."""

    def change(book: openpyxl.Workbook) -> None:
        headings = [heading.value for heading in book[sheet][10]]
        book[sheet].cell(row, headings.index(heading) + 1).value = value

    return change


def values(measured, measure: str, period: str) -> dict[str, tuple[float | None, str]]:
    rows = measured[(measured["measure"] == measure) & (measured["period"] == period)]
    return {
        row["area_code"]: (None if row["value"] != row["value"] else row["value"], row["status"])
        for _, row in rows.iterrows()
    }


def note(measured, area_code: str, measure: str = "ips.people", period: str = YEAR) -> str:
    rows = measured[
        (measured["measure"] == measure)
        & (measured["area_code"] == area_code)
        & (measured["period"] == period)
    ]
    assert len(rows) == 1
    return str(rows["note"].iloc[0])


def test_the_last_quarter_is_the_year_and_nought_is_no_count(read) -> None:
    parsed = read()
    assert values(parsed.measurements, "ips.people", YEAR) == {
        "E92000001": (415.0, "ok"),
        "E40000008": (240.0, "ok"),
        "E40000009": (150.0, "ok"),
        "E54000014": (240.0, "ok"),
        SOUTH_YORKSHIRE: (100.0, "ok"),
        NORTH_EAST: (None, "not_available"),
        NOTTINGHAM: (240.0, "ok"),
        "E38000006": (100.0, "ok"),
        BASSETLAW: (None, "not_available"),
        SHEFFIELD: (45.0, "ok"),
        "E38000234": (None, "not_available"),
    }
    for area_code in (BASSETLAW, NORTH_EAST):
        assert note(parsed.measurements, area_code) == (
            "Nothing submitted to the data set, or fewer than 5 people: not a count of none."
        )
    assert note(parsed.measurements, NOTTINGHAM) == ""


def test_a_total_says_how_many_of_its_members_submitted_nothing(read) -> None:
    measured = read().measurements
    assert note(measured, "E92000001") == (
        "2 of 5 CCGs in it have nothing in the data set (nothing submitted, or fewer than 5 people): this total is too "
        "low for that reason."
    )
    assert note(measured, "E40000009").startswith("2 of 4 CCGs in it have nothing in the data set")
    assert note(measured, "E54000014") == ""


def test_a_total_that_its_members_do_not_sum_to_is_kept_and_told(read) -> None:
    parsed = read()
    # 100 + nothing + 45; rounding explains (3 + 1) times 2.5, and no more than 4 people are hidden
    assert note(parsed.measurements, SOUTH_YORKSHIRE) == (
        "1 of 3 CCGs in it has nothing in the data set (nothing submitted, or fewer than 5 people): this total is too "
        "low for that reason. The published counts of its CCGs sum to 145."
    )
    assert parsed.warnings == [
        f"{NAME}: Q4 2020/21: QF7 SOUTH YORKSHIRE AND BASSETLAW STP: published 100, but its CCGs sum to 145, further "
        "apart than rounding explains: both are kept as published"
    ]


@pytest.mark.parametrize(("published", "reported"), [(134, True), (135, False), (159, False), (160, True)])
def test_how_far_rounding_and_hidden_counts_explain_a_difference(
    read, published: int, reported: bool
) -> None:
    assert (len(read(cell("Q4 2020/21", 15, published)).warnings) == 1) is reported


def test_a_quarter_that_repeats_the_one_before_is_no_year_and_nine_months_stand_alone(read) -> None:
    parsed = read()
    measured = parsed.measurements
    assert set(measured.loc[measured["measure"] == "ips.people", "period"]) == {YEAR}
    assert values(measured, "ips.people_nine_months", NINE_MONTHS)["E92000001"] == (505.0, "ok")
    assert values(measured, "ips.expected_nine_months", NINE_MONTHS)["E92000001"] == (600.0, "ok")
    aside = {group.reason: (group.rows, group.examples) for group in parsed.set_aside}
    assert aside[
        "Q4 2021/22 does not cover its months: of 3 CCGs with a figure 2 have that of Q3 again and 0 a lower one or none "
        "(cells)"
    ] == (11, ("Q4 2021/22",))


def test_a_last_quarter_that_rises_is_a_year(read) -> None:
    def risen(book: openpyxl.Workbook) -> None:
        for row, people in ((17, 300), (18, 160)):
            cell("Q4 2021/22", row, people)(book)

    measured = read(risen).measurements
    assert values(measured, "ips.people", "2021-04-01/P1Y")[NOTTINGHAM] == (300.0, "ok")
    assert "ips.people_nine_months" not in set(measured["measure"])
    assert "ips.expected_nine_months" not in set(measured["measure"])


def test_half_of_the_groups_rising_is_not_enough(read) -> None:
    # of two groups with a figure one rises: as many repeat the quarter before
    def one_of_two(book: openpyxl.Workbook) -> None:
        for quarter in ("Q3 2021/22", "Q4 2021/22"):
            cell(quarter, 18, 0)(book)

    assert "2021-04-01/P1Y" not in set(read(one_of_two).measurements["period"])


def test_the_national_collections_are_measures_of_their_own(read) -> None:
    measured = read().measurements
    assert values(measured, "ips.people_audit", "2016-04-01/P1Y") == {"E92000001": (900.0, "ok")}
    assert values(measured, "ips.people_audit", YEAR) == {"E92000001": (1400.0, "ok")}


def test_every_cell_is_used_or_set_aside_with_a_reason(read) -> None:
    parsed = read()
    used = int(parsed.measurements["measure"].str.startswith("ips.").sum())
    # 13 organisations, 11 and 10 columns of figures
    assert parsed.rows_in == 13 * 11 + 13 * 10 == used + parsed.rows_set_aside
    aside = {group.reason: (group.rows, group.examples) for group in parsed.set_aside}
    assert aside["ES(i)_FINAL CALC: CCG: code of no area of the register in 2021/22 (cells)"] == (
        11, ("9Z9 NHS NOWHERE CCG",),
    )  # fmt: skip
    assert aside["ES(i)_FINAL CALC: organisation type 'Provider' is not read (cells)"] == (
        11,
        ("RX4 A TRUST",),
    )
    assert aside["ES(i)_FINAL CALC: annual column without a figure (cells)"][0] == 11 * 3 - 2


def test_the_population_is_that_of_mid_2020(read) -> None:
    population = values(read().measurements, "population.18-69", YEAR)
    assert population[NOTTINGHAM] == (701_383.0, "ok")
    assert population["E92000001"] == (36_777_131.0, "ok")
    assert len(population) == 11


def test_a_place_without_a_population_is_named_and_has_no_rate(
    read, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lines = figures.POPULATION.read_text(encoding="utf-8").splitlines()
    short = tmp_path / "population.csv"
    short.write_text("\n".join(line for line in lines if NOTTINGHAM not in line), encoding="utf-8")
    monkeypatch.setattr(figures, "POPULATION", short)
    parsed = read()
    assert (
        "population.csv: no population aged 18 to 69 for 52R NHS Nottingham and Nottinghamshire CCG: no rate is calculated "
        "there"
    ) in parsed.warnings
    assert NOTTINGHAM not in values(parsed.measurements, "population.18-69", YEAR)
    assert values(parsed.measurements, "ips.people", YEAR)[NOTTINGHAM] == (240.0, "ok")


def without(sheet: str) -> Callable[[openpyxl.Workbook], None]:
    return lambda book: book.remove(book[sheet])


def title(label: str, value: str) -> Callable[[openpyxl.Workbook], None]:
    def change(book: openpyxl.Workbook) -> None:
        page = book["ES(i)_FINAL CALC"]
        row = next(line for line in page.iter_rows(max_row=9) if line[0].value == label)
        row[1].value = value

    return change


def without_headings(book: openpyxl.Workbook) -> None:
    book["ES(i)_FINAL CALC"].delete_rows(10)


def without_code_heading(book: openpyxl.Workbook) -> None:
    book["ES(i)_FINAL CALC"]["C10"] = "Organisation"


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (without("ES(i)_Target"), ReleaseChanged,
         r"sheet 'ES\(i\)_Target' gone; found \['ES\(i\)_FINAL CALC', 'Front page'\]"),
        (without("ES(i)_FINAL CALC"), ReleaseChanged,
         r"sheet 'ES\(i\)_FINAL CALC' gone; found \['ES\(i\)_Target', 'Front page'\]"),
        (without_headings, ReleaseChanged, r"no row with the headings Region Code, STP Code, Org code, .*; found"),
        (without_code_heading, ReleaseChanged,
         r"sheet 'ES\(i\)_FINAL CALC': row 10: column 'Org code' gone; found \[.*'Organisation'"),
        (title("Latest Period:", "Q3 2021/22"), BadFile,
         r"'Q3 2021/22': expected the last quarter of the headings, Q4 2021/22"),
        (title("Period Covered:", "Quarter"), ReleaseChanged, r"is 'Quarter'; expected 'Cumulative YTD'"),
        (cell("Q4 2020/21", 17, "about 240"), BadFile,
         r"row 17: column 'ES\(i\)_FINAL CALC, Q4 2020/21': 'about 240': expected a number"),
        (cell("Q4 2020/21", 17, -5), BadFile, r"row 17: .*expected a whole number of people, 0 or more"),
        (cell("Q4 2020/21", 17, 2.5), BadFile, r"row 17: .*expected a whole number of people, 0 or more"),
        (cell("Org code", 17, None), BadFile, r"row 17: .*expected the code and the type of an organisation"),
        (cell("Q1 2020/21", 10, None), BadFile, r"row 11: .*100.*expected a heading above each cell"),
        (cell("Q1 2020/21", 10, "Q4 2020/21"), BadFile, r"row 10: .*Q4 2020/21'.*expected each heading once"),
        (cell("Org code", 17, "02P"), BadFile, r"row 18: .*expected each figure once, and row 17 has it already"),
        (cell("Q3 2021/22", 11, 200, "ES(i)_Target"), BadFile,
         r"row 11: column 'ES\(i\)_Target, Q3 2021/22': 200\.0: expected three quarters of .*800\.00"),
        (cell("Q3 2021/22", 10, "Q3", "ES(i)_Target"), ReleaseChanged, r"column 'Q3 2021/22' gone; found"),
        (cell("Org Type", 11, "Country"), BadFile, r"expected a row of type 'National' for England"),
    ],
)  # fmt: skip
def test_a_workbook_that_is_not_as_known_is_refused_by_name(
    read, change: Callable[[openpyxl.Workbook], Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message) as caught:
        read(change)
    assert NAME in str(caught.value)


def test_a_workbook_of_another_quarter_is_refused(copied, editions, parse) -> None:
    folder = copied(SOURCE)
    (folder / NAME).rename(folder / "nhsmh-dashboard-q3-21-22-v3.2.xlsx")
    with pytest.raises(BadFile, match=r"'Q4 2021/22': expected Q3 2021/22, as the name of the file says"):
        parse(SOURCE, editions(SOURCE, folder)["2021-22-q3-v3.2"])


def test_headings_may_stand_lower_and_columns_in_another_order(read) -> None:
    before = read().measurements

    def moved(book: openpyxl.Workbook) -> None:
        for name in ("ES(i)_FINAL CALC", "ES(i)_Target"):
            book[name].insert_rows(9, 2)

    after = read(moved).measurements
    assert before.drop(columns="row").equals(after.drop(columns="row"))
    assert after["row"].dropna().min() == before["row"].dropna().min() + 2


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("nhsmh-dashboard-q4-21-22-v3.2.xlsm", ("2021/22", 4, "3.2")),
        ("NHSMH-dashboard-Q1-2022-23.xlsm", ("2022/23", 1, "")),
        ("nhs-mental-health-dashboard-q2-20-21_v1.xlsx", ("2020/21", 2, "1")),
        ("nhsmh-dashboard-q4-21-23.xlsm", None),
        ("nhsmh-dashboard.xlsm", None),
    ],
)
def test_the_quarter_in_the_name_of_a_file(name: str, expected: tuple[str, int, str] | None) -> None:
    assert quarter_of_name(name) == expected


def test_later_quarters_and_versions_win(tmp_path: Path) -> None:
    names = ("q4-21-22-v3.10", "q4-21-22-v3.2", "q1-22-23", "q3-21-22-v9")
    for part in names:
        (tmp_path / f"nhsmh-dashboard-{part}.xlsm").write_bytes(b"x")
    assert [edition.edition for edition in SOURCES[SOURCE].discover(tmp_path)] == [
        "2021-22-q3-v9", "2021-22-q4-v3.2", "2021-22-q4-v3.10", "2022-23-q1",
    ]  # fmt: skip


def test_the_fixture_is_read_as_the_publishers_kind_of_workbook(copied, editions, parse) -> None:
    (sample,) = samples_of(SOURCE)
    folder = copied(SOURCE)
    (folder / NAME).rename(folder / NAME.replace(".xlsx", ".xlsm"))
    parsed = parse(SOURCE, editions(SOURCE, folder)[sample.edition])
    assert values(parsed.measurements, "ips.people", YEAR)["E92000001"] == (415.0, "ok")


# ---- the publication itself -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def published(shared, parse):
    folder = shared / "publications" / SOURCE
    (edition,) = SOURCES[SOURCE].discover(folder)
    assert (edition.edition, edition.publication) == (
        EDITION, "NHS Mental Health Dashboard, Q4 2021/22, version 3.2",
    )  # fmt: skip
    return parse(SOURCE, edition)


@pytest.mark.shared
def test_the_published_figures(published) -> None:
    measured = published.measurements
    england = "E92000001"
    assert values(measured, "ips.people", "2019-04-01/P1Y")[england] == (8425.0, "ok")
    years = values(measured, "ips.people", YEAR)
    assert years[england] == (11_165.0, "ok")
    assert years[NOTTINGHAM] == (365.0, "ok")
    assert values(measured, "ips.people_nine_months", NINE_MONTHS)[england] == (15_095.0, "ok")
    assert values(measured, "ips.expected_nine_months", NINE_MONTHS)[england] == (24_000.0, "ok")
    assert values(measured, "ips.people_audit", "2016-04-01/P1Y") == {england: (9775.0, "ok")}
    assert values(measured, "ips.people_audit", YEAR) == {england: (14_633.0, "ok")}
    assert set(measured["period"]) == {"2016-04-01/P1Y", "2019-04-01/P1Y", YEAR, NINE_MONTHS}
    for period, count in (("2019-04-01/P1Y", 50), (YEAR, 41)):
        ccgs = [
            status
            for code, (_, status) in values(measured, "ips.people", period).items()
            if code[:3] == "E38"
        ]
        assert (len(ccgs), ccgs.count("not_available")) == (106, count)
        assert note(measured, england, period=period).startswith(f"{count} of 106 CCGs in it have nothing")
    assert note(measured, "E54000026").startswith("The published counts of its CCGs sum to 685.")
    assert published.warnings == [
        "nhsmh-dashboard-q4-21-22-v3.2.xlsm: Q4 2020/21: QH8 MID AND SOUTH ESSEX STP: published 655, but its CCGs sum to "
        "685, further apart than rounding explains: both are kept as published"
    ]
    # rows in = figures + rows reported
    used = int(measured["measure"].str.startswith("ips.").sum())
    assert published.rows_in == 156 * 25 + 156 * 14 == used + published.rows_set_aside
    assert (
        "Q4 2021/22 does not cover its months: of 83 CCGs with a figure 71 have that of Q3 again and 8 a lower"
        in (" ".join(group.reason for group in published.set_aside))
    )


@pytest.mark.shared
def test_every_figure_is_that_of_the_tidy_copy(published, shared, register) -> None:
    path = shared / "publications" / SOURCE / (
        "ips_access_es_i_ccg_stp_region_quarterly_cumulative_2019-20_2021-22.csv"
    )  # fmt: skip
    kinds = {"National": "england", "Region": "nhs_region", "STP": "stp", "CCG": "ccg"}
    wanted = {("2019/20", "4"): ("ips.people", "2019-04-01/P1Y"), ("2020/21", "4"): ("ips.people", YEAR),
              ("2021/22", "3"): ("ips.people_nine_months", NINE_MONTHS)}  # fmt: skip
    ours = {
        (row["measure"], row["period"], row["area_code"]): row["value"]
        for _, row in published.measurements.iterrows()
    }
    compared = 0
    with path.open(encoding="utf-8") as opened:
        for row in csv.DictReader(opened):
            key = wanted.get((row["financial_year"], row["quarter"]))
            if key is None:
                continue
            kind, day = kinds[row["org_type"]], date(2021, 4, 1)
            area = None if kind == "england" else register.by_ods(row["org_code"], kind, day)
            code = area.area_code if area else "E92000001"
            theirs = float(row["people_accessing_ips_year_to_date"])
            value = ours[*key, code]
            assert value == theirs or (theirs == 0 and value != value), row
            if key[1] == NINE_MONTHS:
                expected = ours["ips.expected_nine_months", NINE_MONTHS, code]
                assert expected == pytest.approx(float(row["expected_year_to_date"]), abs=0.01)
            compared += 1
    assert compared == 3 * 156


@pytest.mark.shared
def test_the_population_is_the_shared_one_and_adds_up(shared, register) -> None:
    with figures.POPULATION.open(encoding="utf-8") as opened:
        rows = {row["area_code"]: row for row in csv.DictReader(opened)}
    for kind, count in (("ccg", 106), ("stp", 42)):
        path = shared / "publications" / "population" / f"population_mid2020_{kind}21_summed_from_lsoa11.csv"
        with path.open(encoding="utf-8") as opened:
            theirs = {row[f"{kind}21_code"]: row["age_18_69"] for row in csv.DictReader(opened)}
        assert len(theirs) == count
        assert {code: rows[code]["population_18_69"] for code in theirs} == theirs
    totals = {
        kind: sum(int(row["population_18_69"]) for row in rows.values() if row["area_type"] == kind)
        for kind in ("ccg", "stp", "nhs_region", "england")
    }
    assert set(totals.values()) == {36_777_131}
    assert len(rows) == 106 + 42 + 7 + 1
