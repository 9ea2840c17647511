"""The table of figures: Fingertips' columns and words, the store's numbers, the pages' comparisons."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.address.context import Context
from dashboard.address.view import View, read_view
from dashboard.api.fingertips import figures, ids
from dashboard.queries.comparison import compare_all
from dashboard.queries.rows import rows_of
from etl.frames import measurements
from etl.sources.fingertips import Fingertips, period_of
from geodata.register import Register
from indicators.periods import Period

ENGLAND, NOTTINGHAM, EAST_MIDLANDS = "E92000001", "E06000018", "E12000004"
EMPLOYMENT = "all_data/csv/by_indicator_id?indicator_ids=92313&child_area_type_id=501&parent_area_type_id=6"
REAL_HEADER = (
    "Indicator ID,Indicator Name,Parent Code,Parent Name,Area Code,Area Name,Area Type,Sex,Age,Category Type,Category,"
    "Time period,Value,Lower CI 95.0 limit,Upper CI 95.0 limit,Lower CI 99.8 limit,Upper CI 99.8 limit,Count,"
    "Denominator,Value note,Recent Trend,Compared to England value or percentiles,"
    "Compared to Region value or percentiles,Time period Sortable,New data,Compared to goal,Time period range"
)
Ask = Callable[[str], Any]


def test_the_columns_are_fingertips_in_its_order(fuller_client: Any) -> None:
    text = fuller_client.get(f"/api/{EMPLOYMENT}").get_data(as_text=True)
    assert text.split("\n", 1)[0] == REAL_HEADER


@pytest.mark.shared
def test_the_columns_are_those_of_a_real_download_and_one_more(shared: Path) -> None:
    real = (shared / "formats" / "fingertips" / "real_csv_download.csv").read_text(encoding="utf-8-sig")
    assert real.splitlines()[0].strip() + ",Time period range" == REAL_HEADER


def test_a_district_as_fingertips_would_write_it(table: Ask) -> None:
    rows = [row for row in table(EMPLOYMENT) if row["Area Code"] == NOTTINGHAM]
    assert [row["Time period"] for row in rows] == ["2022", "2023"]
    newest = {name: cell for name, cell in rows[1].items() if cell}
    assert newest == {
        "Indicator ID": "92313",
        "Indicator Name": "Employment rate, people aged 16 to 64",
        "Parent Code": EAST_MIDLANDS,
        "Parent Name": "East Midlands",
        "Area Code": NOTTINGHAM,
        "Area Name": "Nottingham",
        "Area Type": "Districts & UAs (from Apr 2023)",
        "Sex": "Persons",
        "Age": "16-64 yrs",
        "Time period": "2023",
        "Value": "66.1",
        "Lower CI 95.0 limit": repr(66.1 - 4.1),
        "Upper CI 95.0 limit": repr(66.1 + 4.1),
        "Lower CI 99.8 limit": repr(66.1 - 1.58 * 4.1),
        "Upper CI 99.8 limit": repr(66.1 + 1.58 * 4.1),
        "Recent Trend": "Increasing and getting better",
        "Compared to England value or percentiles": "Worse",
        "Compared to Region value or percentiles": "Worse",
        "Time period Sortable": "20230000",
        "Time period range": "1y",
    }
    # the trend ends with the newest figure: beside an earlier one there is none
    assert rows[0]["Recent Trend"] == ""


def test_england_and_the_parents_stand_first_and_are_compared_with_nothing_above_them(table: Ask) -> None:
    rows = table(EMPLOYMENT)
    types = [row["Area Type"] for row in rows]
    # period by period, as Fingertips writes them
    once = [("England", 1), ("Region", 9), ("Districts & UAs (from Apr 2023)", 296)]
    assert [(name, len(list(group))) for name, group in groupby(types)] == once * 2
    england, region = rows[0], rows[1]
    assert (england["Parent Code"], england["Compared to England value or percentiles"]) == (
        "",
        "Not compared",
    )
    assert (region["Parent Code"], region["Parent Name"]) == (ENGLAND, "England")
    above = [
        row["Compared to Region value or percentiles"]
        for row in rows
        if row["Area Type"] in ("England", "Region")
    ]
    assert set(above) == {"Not compared"}
    assert Counter(row["Compared to England value or percentiles"] for row in rows[1:10]) == {
        "Worse": 2,
        "Similar": 5,
        "Better": 2,
    }


def test_a_missing_value_says_why_in_fingertips_words(table: Ask) -> None:
    scilly = next(row for row in table(EMPLOYMENT) if row["Area Name"] == "Isles of Scilly")
    assert (scilly["Value"], scilly["Value note"]) == ("", "Value too unreliable to publish")
    assert scilly["Compared to England value or percentiles"] == "Not compared"


@pytest.mark.parametrize(("parent", "benchmark"), [(15, "england"), (6, "region")])
def test_comparisons_are_those_of_the_pages(fuller: Context, table: Ask, parent: int, benchmark: str) -> None:
    words = {"Not compared": "not_compared"}
    path = EMPLOYMENT.replace("parent_area_type_id=6", f"parent_area_type_id={parent}")
    rows = [row for row in table(path) if row["Area Type"].startswith("Districts")]
    column = "Compared to percentiles" if parent == 15 else "Compared to Region value or percentiles"
    compared = 0
    for year in (2022, 2023):
        view = read_view(
            fuller,
            f"?indicator=employment-rate&area_type=ltla&period={year}-01-01/P1Y&benchmark={benchmark}",
        )
        assert isinstance(view, View)
        expected = compare_all(fuller, view, rows_of(fuller, view, "ltla")).by_area
        told = {
            row["Area Code"]: words.get(row[column], row[column].lower())
            for row in rows
            if row["Time period"] == str(year)
        }
        assert told == dict(expected)
        compared += sum(word != "not_compared" for word in told.values())
    assert compared > 500


def test_every_row_of_the_store_is_there_once_with_its_numbers(fuller: Context, table: Ask) -> None:
    told = Counter(
        (row["Area Code"], row["Time period"], row["Sex"], row["Value"], row["Lower CI 99.8 limit"])
        for row in table(
            "all_data/csv/by_indicator_id?indicator_ids=90362&child_area_type_id=501&parent_area_type_id=15"
        )
    )
    held = Counter()
    for kind in ("england", "ltla"):
        for row in fuller.store.observations(
            indicator_id="healthy-life-expectancy", area_type=kind, period="all"
        ):
            sex = {"male": "Male", "female": "Female"}[row["sex"]]
            held[row["area_code"], "2022 - 24", sex, str(row["value"]), repr(row["lower_ci_998"])] += 1
    assert told == held
    assert sum(told.values()) == 4


def test_our_own_reader_of_fingertips_reads_it_as_it_was(
    fuller: Context, fuller_client: Any, register: Register, tmp_path: Path
) -> None:
    """The slow twin: what etl.sources.fingertips makes of the file is what the store holds."""
    answer = fuller_client.get(f"/api/{EMPLOYMENT}")
    (tmp_path / "fingertips-501.csv").write_bytes(answer.get_data())
    source = Fingertips()
    (edition,) = source.discover(tmp_path)
    parsed = source.parse(edition, register, lambda *_: None)
    assert parsed.rows_in == 612
    assert not parsed.set_aside
    frame = parsed.measurements
    assert set(measurements.COLUMNS) <= set(frame.columns)
    read = {
        (row.area_code, row.period, row.sex, row.age): (row.value, row.lower_ci_95, row.upper_ci_95)
        for row in frame.itertuples()
        if row.value == row.value
    }
    held = {
        (row["area_code"], row["period"], row["sex"], row["age"]): (
            row["value"],
            row["lower_ci_95"],
            row["upper_ci_95"],
        )
        for kind in ("england", "region", "ltla")
        for row in fuller.store.observations(indicator_id="employment-rate", area_type=kind, period="all")
        if row["value"] is not None
    }
    assert read.keys() == held.keys()
    # the reader rounds to the digits that a publisher means
    assert all(read[key] == pytest.approx(held[key], abs=1e-9) for key in held)


def test_illustrative_figures_are_never_served(fuller: Context, fuller_client: Any, found: Ask) -> None:
    assert fuller.is_only_illustrative("ips-access-rate")
    number = fuller.catalogue["ips-access-rate"].number
    assert number not in {row["IndicatorId"] for row in found("available_data")}
    answer = fuller_client.get(
        f"/api/all_data/csv/by_indicator_id?indicator_ids={number}&child_area_type_id=66"
    )
    assert (answer.status_code, answer.mimetype) == (404, "text/plain")
    assert not [kind for kind in found("area_types?profile_ids=900000") if kind["Id"] == 66]


def test_an_area_without_a_parent_stays_with_an_empty_one(table: Ask) -> None:
    path = EMPLOYMENT.replace("parent_area_type_id=6", "parent_area_type_id=900001")
    rows = [row for row in table(path) if row["Area Type"].startswith("Districts")]
    assert len(rows) == 592
    none = [row for row in rows if not row["Parent Code"]]
    assert all(row["Parent Name"] == "" for row in none)
    leps = {row["Parent Code"][:3] for row in rows if row["Parent Code"]}
    assert leps == {"E37"}
    # no figure of a partnership is loaded here: nothing is compared with one
    assert {row["Compared to LEPs value or percentiles"] for row in rows} == {"Not compared"}


@pytest.mark.parametrize(
    ("iso", "words", "sortable", "length"),
    [
        ("2023-01-01/P1Y", "2023", 20230000, "1y"),
        ("2022-04-01/P1Y", "2022/23", 20220000, "1y"),
        ("2014-01-01/P3Y", "2014 - 16", 20140000, "3y"),
        ("1998-01-01/P3Y", "1998 - 00", 19980000, "3y"),
        ("2018-04-01/P3Y", "2018/19 - 20/21", 20180000, "3y"),
        ("2019-04-01/P3M", "2019/20 Q1", 20190400, "3m"),
        ("2020-01-01/P3M", "2019/20 Q4", 20200100, "3m"),
        ("2020-03-01/P1M", "Mar 2020", 20200300, "1m"),
        ("2019-11-01/P1Y", "Nov 2019 - Oct 2020", 20191100, "1y"),
        ("2021-04-01/P9M", "Apr 2021 - Dec 2021", 20210400, "9m"),
        ("2021-03-21/P1D", "21 Mar 2021", 20210300, "1d"),
    ],
)
def test_periods_in_fingertips_words(iso: str, words: str, sortable: int, length: str) -> None:
    period = Period.parse(iso)
    told = figures.period_words(period), figures.sortable(period), figures.period_range(period)
    assert told == (words, sortable, length)


@given(
    year=st.integers(2000, 2030),
    month=st.integers(1, 12),
    months=st.sampled_from([1, 3, 9, 12, 24, 36, 60]),
)
def test_every_period_is_read_again_as_it_was(year: int, month: int, months: int) -> None:
    iso = Period.parse(f"{year}-{month:02d}-01/P{months}M").iso
    assert period_of(figures.period_words(Period.parse(iso))) == iso


@pytest.mark.parametrize(
    ("status", "note", "words"),
    [
        ("ok", "", ""),
        ("ok", "Not compared: too few people.", "Not compared: too few people."),
        ("suppressed", "", "Value suppressed for disclosure control due to small count"),
        ("not_available", "Lost.", "Value missing in source data. Lost."),
        ("not_collected", "", "Value not collected"),
    ],
)
def test_notes(status: str, note: str, words: str) -> None:
    assert figures.note_words(status, note) == words


@pytest.mark.parametrize(
    ("direction", "judgement", "words"),
    [
        ("increasing", "getting_worse", "Increasing and getting worse"),
        ("decreasing", "getting_better", "Decreasing and getting better"),
        ("decreasing", "none", "Decreasing"),
        ("no_change", "none", "No significant change"),
        ("not_calculated", "none", "Cannot be calculated"),
    ],
)
def test_trends(direction: str, judgement: str, words: str) -> None:
    assert figures.trend_words((direction, judgement)) == words
    assert figures.trend_words(None) == ""


@pytest.mark.parametrize(
    ("band", "words", "number"),
    [("all", "All ages", 1), ("16-64", "16-64 yrs", 204), ("0-15", "<16 yrs", 169), ("65+", "65+ yrs", 27)],
)
def test_ages(band: str, words: str, number: int) -> None:
    assert ids.age(band)[:2] == (number, words)
    assert ids.age("at birth").name == "At birth"
    assert ids.age("18-69").id > 1_000_000_000


def test_groups_of_people_are_worded_as_on_the_pages() -> None:
    kind, group = ids.category("deprivation decile: 01 Least deprived") or ()
    assert (kind.name, group.name) == ("Deprivation decile", "10 (least deprived)")
    kind, group = ids.category("ethnic group: White, Irish") or ()
    assert (kind.name, group.name) == ("Ethnic group", "White, Irish")
    assert ids.category("all") is None


def test_every_area_type_of_the_register_has_a_number_given_by_hand(register: Register) -> None:
    types = ids.area_types(register)
    assert set(types) == set(ids.table()["area_types"])
    assert len({named.id for named in types.values()}) == len(types)
    assert {name: types[name].id for name in ("england", "region", "ltla", "utla", "icb", "sub_icb")} == {
        "england": 15,
        "region": 6,
        "ltla": 501,
        "utla": 502,
        "icb": 221,
        "sub_icb": 66,
    }


def test_a_large_answer_is_the_same_table_and_is_not_cached(fuller_client: Any, table: Ask) -> None:
    group = "all_data/csv/by_group_id?child_area_type_id=501&parent_area_type_id=6&group_id=900001"
    answer = fuller_client.get(f"/api/{group}")
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True), newline="")))
    assert [row for row in rows if row["Indicator ID"] == "92313"] == table(EMPLOYMENT)
    assert "ETag" not in answer.headers
    profile = "all_data/csv/by_profile_id?child_area_type_id=501&parent_area_type_id=6&profile_id=900000"
    assert {row["Indicator ID"] for row in table(profile)} > {"92313", "90362"}
