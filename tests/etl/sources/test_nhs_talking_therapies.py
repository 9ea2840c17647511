"""NHS Talking Therapies annual reports: the wide CSV, the tidy copy, and the real figures."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from etl.sources.base import BadFile, ReleaseChanged

SOURCE = "nhs_talking_therapies"
WIDE = "psych-ther-ann-rep-csv-2021-22-main-csv.csv"


def test_rows_of_the_wide_csv(copied, editions, parse, rows_of) -> None:
    edition = editions(SOURCE, copied(SOURCE))["2021-22-main"]
    assert edition.published_on == date(2022, 9, 29)
    parsed = parse(SOURCE, edition)
    wanted = parsed.measurements[
        parsed.measurements["measure"].isin(
            [
                "recovery.percentage",
                "wait_6_weeks.count",
                "second_wait_28_days.count",
                "second_wait_over_90_days.count",
            ]
        )
    ]
    columns = ("measure", "area_code", "sex", "age", "breakdown", "value", "status", "row")
    assert rows_of(wanted, *columns) == [
        ("recovery.percentage", "E92000001", "persons", "all", "all", 50.2, "ok", 2),
        ("recovery.percentage", "E92000001", "female", "all", "all", 51.1, "ok", 3),
        ("recovery.percentage", "E92000001", "persons", "65-74", "all", 48.3, "ok", 5),
        ("recovery.percentage", "E92000001", "persons", "all", "deprivation decile: 10 Most deprived",
         44.7, "ok", 6),
        ("recovery.percentage", "E92000001", "persons", "all",
         "ethnic group: Asian or Asian British, any other Asian background", 50.0, "ok", 7),
        ("recovery.percentage", "E92000001", "persons", "all", "long-term condition: no", 49.8, "ok", 8),
        ("wait_6_weeks.count", "E92000001", "persons", "all", "all", 451.0, "ok", 9),
        ("second_wait_over_90_days.count", "E92000001", "persons", "all", "all", 91.0, "ok", 11),
        ("second_wait_28_days.count", "E92000001", "persons", "all", "all", 201.0, "ok", 12),
        ("recovery.percentage", "E92000001", "persons", "all",
         "disability type: memory or ability to concentrate and learn or understand (learning disability)",
         49.8, "ok", 13),
        ("recovery.percentage", "E92000001", "persons", "all",
         "disability type: progressive conditions and physical health", 49.8, "ok", 14),
        ("recovery.percentage", "E40000003", "persons", "all", "all", 50.0, "ok", 17),
        ("recovery.percentage", "E54000048", "persons", "all", "all", 40.0, "ok", 18),
        ("recovery.percentage", "E38000243", "persons", "all", "all", 36.0, "ok", 19),
    ]  # fmt: skip
    nottingham = parsed.measurements[parsed.measurements["area_code"] == "E38000243"]
    assert rows_of(nottingham, "measure", "value", "status") == [
        ("referrals_received.count", 35.0, "ok"),
        ("finished_course_treatment.count", 15.0, "ok"),
        ("wait_accessing_services.mean", 20.0, "ok"),
        ("at_caseness.count", 15.0, "ok"),
        ("not_at_caseness.count", None, "suppressed"),
        ("recovery.count", 5.0, "ok"),
        ("recovery.percentage", 36.0, "ok"),
        ("reliable_recovery.count", None, "suppressed"),
        ("reliable_recovery.percentage", None, "suppressed"),
    ]
    assert set(parsed.measurements["period"]) == {"2021-04-01/P1Y"}
    # 20 rows of 9 numbers
    assert parsed.rows_in == 180
    assert len(parsed.measurements) == 180 - parsed.rows_set_aside
    assert {kind.reason: (kind.rows, kind.examples) for kind in parsed.set_aside} == {
        "CCG: code of no area of the register in the year": (9, ("UNKNOWN",)),
        "gender neither recorded as male nor as female": (
            9,
            ("Indeterminate (unable to be classified as male or female) / NULL",),
        ),
        "organisation type 'Provider' is not an area": (9, ()),
        "variable 'Religion' is not used": (9, ()),
        "waiting times are published for finished courses of treatment only": (
            32,
            (
                "First treatment / <6 weeks",
                "First to Second treatment / <6 weeks",
                "First to Second treatment / >90 days",
                "First to Second treatment / <=28 days",
            ),
        ),
        "waits to the second treatment in bands other than 28 and 90 days": (
            1,
            ("First to Second treatment / <6 weeks",),
        ),
        "disability type is used for recovery only": (
            15,
            (
                "04 Memory or ability to concentrate and learn or understand (Learning Disability) / NULL",
                "08 Progressive Conditions and Physical Health (such as HIV; cancer; fits etc) / NULL",
                "No Code Recorded / NULL",
            ),
        ),
        "type of disability not recorded": (4, ("No Code Recorded / NULL",)),
    }


def test_names_without_underscores_are_the_same_measures(copied, editions, parse) -> None:
    folder = copied(SOURCE)
    with_underscores = parse(SOURCE, editions(SOURCE, folder)["2021-22-main"]).measurements
    path = folder / WIDE
    lines = path.read_text(encoding="utf-8").split("\n")
    path.write_text("\n".join([lines[0].replace("_", ""), *lines[1:]]), encoding="utf-8")
    without = parse(SOURCE, editions(SOURCE, folder)["2021-22-main"]).measurements
    assert without.equals(with_underscores)


def test_a_year_is_needed_in_the_name(copied, editions, parse) -> None:
    folder = copied(SOURCE)
    (folder / WIDE).rename(folder / "main.csv")
    with pytest.raises(BadFile, match=r"main.csv: 'main': expected the year in the name of the file"):
        parse(SOURCE, editions(SOURCE, folder)["main-main"])


@pytest.mark.parametrize("lost", ["OrgCode", "VariableB", "Count_Recovery", "Percentage_ReliableRecovery"])
def test_a_renamed_column_is_named(copied, editions, parse, lost: str) -> None:
    folder = copied(SOURCE)
    path = folder / WIDE
    path.write_text(path.read_text(encoding="utf-8").replace(lost, "Renamed", 1), encoding="utf-8")
    with pytest.raises(ReleaseChanged, match=f"column '{lost}' gone; found .*Renamed"):
        parse(SOURCE, editions(SOURCE, folder)["2021-22-main"])


def test_a_strange_value_is_named(copied, editions, parse) -> None:
    folder = copied(SOURCE)
    path = folder / WIDE
    path.write_text(path.read_text(encoding="utf-8").replace(",205,105,", ",205,[z],", 1), encoding="utf-8")
    message = r"row 17: column 'finished_course_treatment.count': '\[z\]': expected a number"
    with pytest.raises(BadFile, match=message):
        parse(SOURCE, editions(SOURCE, folder)["2021-22-main"])


# --- the tidy copy ----------------------------------------------------------------------------------------


def tidy(path: Path, rows: list[tuple[Any, ...]], **renamed: str) -> Path:
    """A Parquet file in the layout of the tidy copy, in row groups of two."""
    names = (
        "reporting_period", "start_date", "end_date", "org_type", "org_code", "org_name", "variable_type",
        "variable_a", "variable_b", "measure_name", "measure_statistic", "value",
    )  # fmt: skip
    columns: dict[str, pa.Array] = {}
    for place, name in enumerate(names):
        cells = [row[place] for row in rows]
        kind = pa.date32() if name.endswith("date") else pa.string()
        columns[renamed.get(name, name)] = pa.array(cells, type=kind)
    pq.write_table(pa.table(columns), path, row_group_size=2)
    return path


def line(year: str, org: tuple[str, str], variable: tuple[str, str, str], measure: str, value: str) -> Any:
    first = int(year[:4])
    name, statistic = measure.split(".")
    return (
        year,
        date(first, 4, 1),
        date(first + 1, 3, 31),
        org[0],
        org[1],
        "A NAME",
        *variable,
        name,
        statistic,
        value,
    )


TOTAL = ("Total", "NULL", "NULL")
LINES = [
    line("2022-23", ("ICB", "QE1"), TOTAL, "recovery.percentage", "51"),
    line("2022-23", ("Provider", "RV5"), TOTAL, "recovery.percentage", "52"),
    line("2022-23", ("England", "All"), TOTAL, "recovery.percentage", "49.9"),
    line("2017-18", ("England", "All"), TOTAL, "recovery.percentage", "50.8"),
    line("2017-18", ("STP", "E54000009"), TOTAL, "recovery.count", "*"),
    line("2017-18", ("CCG", "UNKNOWN"), TOTAL, "recovery.count", "5"),
    line("2017-18", ("CCG", "02P"), ("Waiting Time", "First treatment", "<18 weeks"),
         "finished_course_treatment.count", "95"),
    line("2017-18", ("CCG", "02P"), ("Religion", "Sikh", "NULL"), "recovery.count", "5"),
]  # fmt: skip


def test_rows_of_the_tidy_copy(tmp_path, editions, parse, rows_of) -> None:
    tidy(tmp_path / "measures_annual.parquet", LINES)
    found = editions(SOURCE, tmp_path)
    assert list(found) == ["2017-18", "2022-23"]
    old = parse(SOURCE, found["2017-18"])
    columns = ("measure", "area_code", "period", "value", "status", "row")
    assert rows_of(old.measurements, *columns) == [
        ("recovery.percentage", "E92000001", "2017-04-01/P1Y", 50.8, "ok", 4),
        ("recovery.count", "E54000009", "2017-04-01/P1Y", None, "suppressed", 5),
        ("wait_18_weeks.count", "E38000006", "2017-04-01/P1Y", 95.0, "ok", 7),
    ]
    assert (old.rows_in, old.rows_set_aside) == (5, 2)
    new = parse(SOURCE, found["2022-23"])
    assert rows_of(new.measurements, *columns) == [
        ("recovery.percentage", "E54000048", "2022-04-01/P1Y", 51.0, "ok", 1),
        ("recovery.percentage", "E92000001", "2022-04-01/P1Y", 49.9, "ok", 3),
    ]
    assert (new.rows_in, new.rows_set_aside) == (3, 1)


def test_the_publishers_csv_goes_before_the_tidy_copy_of_its_year(tmp_path, copied, editions) -> None:
    folder = copied(SOURCE)
    tidy(
        folder / "measures_annual.parquet",
        [line("2021-22", ("England", "All"), TOTAL, "recovery.count", "5")],
    )
    found = editions(SOURCE, folder)
    assert found["2021-22"].precedence < found["2021-22-main"].precedence


def test_a_damaged_tidy_copy(tmp_path, editions, parse) -> None:
    path = tidy(tmp_path / "measures_annual.parquet", LINES)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BadFile, match=r"measures_annual.parquet: .*expected a whole Parquet file; .*again"):
        parse(SOURCE, next(iter(editions(SOURCE, tmp_path).values())))
    path.write_bytes(b"")
    with pytest.raises(BadFile, match="this one is empty"):
        parse(SOURCE, next(iter(editions(SOURCE, tmp_path).values())))
    tidy(path, LINES, org_code="organisation")
    with pytest.raises(ReleaseChanged, match=r"column 'org_code' gone; found .*organisation"):
        parse(SOURCE, editions(SOURCE, tmp_path)["2017-18"])


def test_a_tidy_copy_that_says_it_has_very_many_rows_is_not_read(
    tmp_path, editions, parse, monkeypatch
) -> None:
    monkeypatch.setattr("etl.sources.reading.tables.MOST_ROWS", 7)
    tidy(tmp_path / "measures_annual.parquet", LINES)
    with pytest.raises(BadFile, match=r"measures_annual.parquet: '8 rows': expected 7 at most"):
        parse(SOURCE, next(iter(editions(SOURCE, tmp_path).values())))


def test_a_figure_given_twice_in_the_tidy_copy(tmp_path, editions, parse) -> None:
    tidy(tmp_path / "measures_annual.parquet", [*LINES, LINES[2]])
    with pytest.raises(BadFile, match=r"row 9: 'recovery.percentage of E92000001 .* row 3 has it already"):
        parse(SOURCE, editions(SOURCE, tmp_path)["2022-23"])


REAL = {
    # year: (rows in, used)
    "2017-18": (665_280, 156_860),
    "2018-19": (654_500, 149_420),
    "2019-20": (654_500, 149_420),
    "2020-21": (675_920, 123_580),
    "2021-22": (611_842, 106_392),
    "2022-23": (432_390, 34_100),
    "2023-24": (420_210, 34_100),
    "2024-25": (415_114, 34_100),
}


@pytest.mark.shared
def test_the_real_tidy_copy(shared, editions, parse) -> None:
    found = editions(SOURCE, shared / "publications")
    assert [name for name in found if name in REAL] == list(REAL)
    figures: dict[str, Any] = {}
    for year, (rows_in, used) in REAL.items():
        parsed = parse(SOURCE, found[year])
        assert (parsed.rows_in, parsed.rows_in - parsed.rows_set_aside) == (rows_in, used)
        assert len(parsed.measurements) == used
        whole = parsed.measurements.query("breakdown == 'all' and sex == 'persons' and age == 'all'")
        figures[year] = whole.set_index(["area_code", "measure"])["value"]
    england = figures["2020-21"]["E92000001"]
    assert england["recovery.percentage"] == 51.4
    assert england["referrals_received.count"] == 1_456_446
    assert figures["2020-21"]["E38000243", "recovery.percentage"] == 54
    # NHS Digital, 25 November 2021: 90.0% within six weeks, of 634,649 who finished treatment
    assert england["wait_6_weeks.count"] == 571_035
    assert england["finished_course_treatment.count"] == 634_649
    assert round(100 * england["wait_6_weeks.count"] / england["finished_course_treatment.count"], 1) == 90.0
    for year in REAL:
        in_year = figures[year]["E92000001"]
        # the publisher's own percentage, made from the counts: not at caseness is left out of the whole
        at_risk = in_year["finished_course_treatment.count"] - in_year["not_at_caseness.count"]
        assert round(100 * in_year["recovery.count"] / at_risk, 1) == pytest.approx(
            in_year["recovery.percentage"], abs=0.1001
        )


@pytest.mark.shared
def test_every_area_of_a_year_is_there(shared, editions, parse, register) -> None:
    parsed = parse(SOURCE, editions(SOURCE, shared / "publications")["2021-22"])
    codes = set(parsed.measurements["area_code"])
    assert register.codes("ccg", 2021) <= codes
    assert register.codes("stp", 2021) <= codes
    assert register.codes("nhs_region", 2021) <= codes
