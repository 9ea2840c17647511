"""Monthly activity and performance of NHS Talking Therapies: the CSV of a month, the tidy copy, the real months."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from etl.deriving.derive import derive
from etl.sources.base import BadFile, ReleaseChanged
from indicators.catalogue import load_catalogue

SOURCE = "nhs_talking_therapies"
NAME = "nhstalkingtherapies_month_sep_2025_activity_performance"
COLUMNS = ("measure", "area_code", "period", "value", "status", "row")


def test_rows_of_a_month(copied, editions, parse, rows_of) -> None:
    parsed = parse(SOURCE, editions(SOURCE, copied(SOURCE))[NAME])
    assert rows_of(parsed.measurements, *COLUMNS) == [
        ("M076", "E92000001", "2025-09-01/P1M", 50_123.0, "ok", 2),
        ("M099", "E92000001", "2025-09-01/P1M", 27_001.0, "ok", 3),
        ("M306", "E92000001", "2025-09-01/P1M", 4_017.0, "ok", 4),
        ("M099", "E40000011", "2025-09-01/P1M", 4_105.0, "ok", 5),
        ("M076", "E38000243", "2025-09-01/P1M", 1_005.0, "ok", 6),
        ("M306", "E38000243", "2025-09-01/P1M", None, "suppressed", 7),
    ]
    assert parsed.rows_in == 9
    assert {(kind.reason, kind.rows, kind.examples) for kind in parsed.set_aside} == {
        ("group 'SubICB/Provider' is not an area", 1, ()),
        ("group 'Provider' is not an area", 1, ()),
        ("SubICB: code of no area of the register in the month", 1, ("UNKNOWN",)),
    }


def test_the_month_whose_value_has_another_name(copied, editions, parse) -> None:
    folder = copied(SOURCE)
    before = parse(SOURCE, editions(SOURCE, folder)[NAME]).measurements
    path = folder / f"{NAME}.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("MEASURE_VALUE_SUPPRESSED", "MEASURE_VALUE"), encoding="utf-8")
    assert parse(SOURCE, editions(SOURCE, folder)[NAME]).measurements.equals(before)


def test_without_any_value_the_usual_column_is_named(copied, editions, parse) -> None:
    folder = copied(SOURCE)
    path = folder / f"{NAME}.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("MEASURE_VALUE_SUPPRESSED", "VALUE"), encoding="utf-8")
    with pytest.raises(ReleaseChanged, match=r"column 'MEASURE_VALUE_SUPPRESSED' gone; found .*'VALUE'"):
        parse(SOURCE, editions(SOURCE, folder)[NAME])


def test_a_month_that_is_not_whole_is_named(copied, editions, parse) -> None:
    folder = copied(SOURCE)
    path = folder / f"{NAME}.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("2025-09-30", "2025-09-29", 1), encoding="utf-8")
    with pytest.raises(BadFile, match=r"row 2: column 'REPORTING_PERIOD_END': .*expected whole months"):
        parse(SOURCE, editions(SOURCE, folder)[NAME])


def test_a_file_known_by_its_columns_and_final_figures_go_first(copied, editions) -> None:
    folder = copied(SOURCE, f"{NAME}.csv")
    (folder / f"{NAME}.csv").rename(folder / "september-final.csv")
    (folder / "iapt_month_mar_2021.csv").write_text("anything", encoding="utf-8")
    (folder / "activity_performance_monthly_1.parquet").write_bytes(b"anything")
    found = editions(SOURCE, folder)
    assert {name: edition.precedence for name, edition in found.items()} == {
        "activity_performance_monthly_1": 1,
        "activity_performance_monthly_1-years": 1,
        "iapt_month_mar_2021": 2,
        "september-final": 3,
    }


# --- the tidy copy ----------------------------------------------------------------------------------------


def tidy(path: Path, rows: list[tuple[Any, ...]], **renamed: str) -> None:
    """A Parquet file in the layout of the tidy copy."""
    names = (
        "reporting_period", "start_date", "end_date", "group_type", "org_code1", "org_name1", "org_code2",
        "org_name2", "measure_id", "measure_name", "measure_statistic", "value",
    )  # fmt: skip
    columns = {
        renamed.get(name, name): pa.array(
            [row[place] for row in rows],
            type=pa.date32() if name.endswith("date") else pa.float64() if name == "value" else pa.string(),
        )
        for place, name in enumerate(names)
    }
    pq.write_table(pa.table(columns), path)


def line(group: str, provider: str, measure: str, value: float | None) -> tuple[Any, ...]:
    return (
        "2022-03", date(2022, 3, 1), date(2022, 3, 31), group, "all", "all CCGs", provider, "A NAME", measure,
        "a_name", "count", value,
    )  # fmt: skip


LINES = [
    line("Provider", "RHA", "M237", 5.0),
    line("England", "all", "M237", 2001.0),
    line("Provider", "RHA", "M076", None),
    line("England", "all", "M076", None),
]


def test_rows_of_the_tidy_copy(tmp_path: Path, editions, parse, rows_of) -> None:
    tidy(tmp_path / "activity_performance_monthly_1.parquet", LINES)
    parsed = parse(SOURCE, editions(SOURCE, tmp_path)["activity_performance_monthly_1"])
    assert rows_of(parsed.measurements, *COLUMNS) == [
        ("M237", "E92000001", "2022-03-01/P1M", 2_001.0, "ok", 2),
        ("M076", "E92000001", "2022-03-01/P1M", None, "not_available", 4),
    ]
    assert [(kind.reason, kind.rows) for kind in parsed.set_aside] == [("group 'Provider' is not an area", 2)]
    assert parsed.rows_in == 4


def test_a_damaged_tidy_copy(tmp_path: Path, editions, parse) -> None:
    path = tmp_path / "activity_performance_monthly_1.parquet"
    tidy(path, LINES, org_code1="organisation")
    with pytest.raises(ReleaseChanged, match=r"column 'org_code1' gone; found .*organisation"):
        parse(SOURCE, editions(SOURCE, tmp_path)[path.stem])
    tidy(path, [*LINES, LINES[1]])
    with pytest.raises(BadFile, match=r"row 5: 'M237 of E92000001 .* row 2 has it already"):
        parse(SOURCE, editions(SOURCE, tmp_path)[path.stem])
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(BadFile, match="expected a whole Parquet file"):
        parse(SOURCE, editions(SOURCE, tmp_path)[path.stem])


@pytest.mark.shared
def test_the_real_months(shared, editions, parse) -> None:
    found = editions(SOURCE, shared / "publications")
    parsed = parse(SOURCE, found["activity_performance_monthly_6285452"])
    assert (parsed.rows_in, parsed.rows_set_aside, len(parsed.measurements)) == (1_870_253, 1_857_599, 12_654)
    assert set(parsed.measurements["area_code"]) == {"E92000001"}
    figures = parsed.measurements.set_index(["measure", "period"])["value"]
    # 154,572 is the figure of the publisher's own CSV of that month
    assert figures["M001", "2025-09-01/P1M"] == 154_572
    assert figures["M099", "2026-03-01/P1M"] == 27_729
    assert figures["M237"].size == 15
    assert figures["M237", "2022-03-01/P1M"] == 2_334


# --- employment advisers, in a file of their own ------------------------------------------------------------


def split(folder: Path, name: str) -> Path:
    """Move the rows of M306 of the fixture into a file of their own."""
    path = folder / f"{NAME}.csv"
    head, *lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text(
        "\n".join([head, *(line for line in lines if ",M306," not in line)]) + "\n", encoding="utf-8"
    )
    advisers = folder / name
    advisers.write_text(
        "\n".join([head, *(line for line in lines if ",M306," in line)]) + "\n", encoding="utf-8"
    )
    return advisers


def test_employment_advisers_belong_to_the_activity_of_their_month(
    copied, editions, parse, rows_of, register
) -> None:
    folder = copied(SOURCE)
    whole = parse(SOURCE, editions(SOURCE, folder)[NAME]).measurements
    split(folder, "nhstalkingtherapies_month_sep_2025_employment_advisors_performance.csv")
    edition = editions(SOURCE, folder)[NAME]
    assert [file.role for file in edition.files] == ["monthly", "monthly_employment_advisers"]
    parsed = parse(SOURCE, edition)
    columns = ("measure", "area_code", "period", "value", "status")
    assert sorted(rows_of(parsed.measurements, *columns), key=repr) == sorted(
        rows_of(whole, *columns), key=repr
    )
    assert parsed.rows_in == 9
    derived, _ = derive(
        parsed.measurements,
        source_id=SOURCE,
        file="x",
        illustrative=False,
        register=register,
        catalogue=load_catalogue(),
    )
    share = derived[derived["indicator_id"] == "talking-therapies-finished-with-employment-support"]
    england = share.set_index("area_code").loc["E92000001"]
    assert (england["numerator"], england["denominator"]) == (4_017.0, 50_123.0)


def test_employment_advisers_are_known_by_their_measures(copied, editions) -> None:
    folder = copied(SOURCE)
    split(folder, "some_name_Sep_2025.csv")
    assert [file.path.name for file in editions(SOURCE, folder)[NAME].files] == [
        f"{NAME}.csv",
        "some_name_Sep_2025.csv",
    ]


def test_employment_advisers_of_another_month_are_an_edition_of_their_own(copied, editions, parse) -> None:
    folder = copied(SOURCE)
    split(folder, "advisers_oct_2025.csv")
    found = editions(SOURCE, folder)
    assert len(found[NAME].files) == 1
    assert set(parse(SOURCE, found["advisers_oct_2025"]).measurements["measure"]) == {"M306"}


def test_a_measure_of_both_files_is_read_once(copied, editions, parse) -> None:
    folder = copied(SOURCE)
    (folder / "advisers_sep_2025.csv").write_text(
        (folder / f"{NAME}.csv")
        .read_text(encoding="utf-8")
        .replace(",M076,", ",M307,")
        .replace(",M099,", ",M308,"),
        encoding="utf-8",
    )
    parsed = parse(SOURCE, editions(SOURCE, folder)[NAME])
    aside = {kind.reason: kind.rows for kind in parsed.set_aside}
    assert aside["measure is in the activity file too"] == 2
    assert parsed.rows_in == 18 == len(parsed.measurements) + parsed.rows_set_aside
