"""Forms that NHS England's monthly files and clients of Nomis are known to write: days, encodings, names, markers."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl.sources.base import BadFile

MHSDS, NOMIS = "mhsds", "nomis_aps"
MONTH = "MHSDS_Data_MarPerf_2024.csv"
FIRST, SECOND = "nomis-aps-45-p01.csv", "nomis-aps-45-p02.csv"
DISCLOSIVE = (
    "Estimate and confidence interval not available since the group sample size is zero or disclosive (0-2)"
)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("01-04-2023", "31-03-2024"),
        ("01/04/23", "31/03/24"),
        ("2023-04-01", "2024-03-31"),
        ("01-Apr-2023", "31-Mar-2024"),
        ("2023-04-01 00:00:00", "2024-03-31 00:00:00"),
        ("01/04/2023", "2024-03-31"),
    ],
)
def test_days_in_every_form_of_the_monthly_files(copied, editions, parse, first: str, last: str) -> None:
    folder = copied(MHSDS, MONTH)
    path = folder / MONTH
    before = parse(MHSDS, editions(MHSDS, folder)["MHSDS_Data_MarPerf_2024"]).measurements
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("01/04/2023,31/03/2024", f"{first},{last}"), encoding="utf-8")
    after = parse(MHSDS, editions(MHSDS, folder)["MHSDS_Data_MarPerf_2024"]).measurements
    assert after.equals(before)


def test_a_month_before_its_day_is_refused(copied, editions, parse) -> None:
    folder = copied(MHSDS, MONTH)
    path = folder / MONTH
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("01/04/2023,31/03/2024", "04/01/2023,03/31/2024"), encoding="utf-8")
    with pytest.raises(BadFile, match="'REPORTING_PERIOD_END': '03/31/2024': expected a day such as"):
        parse(MHSDS, editions(MHSDS, folder)["MHSDS_Data_MarPerf_2024"])


def test_windows_text_with_no_break_spaces_is_read(copied, editions, parse) -> None:
    folder = copied(MHSDS, MONTH)
    path = folder / MONTH
    before = parse(MHSDS, editions(MHSDS, folder)["MHSDS_Data_MarPerf_2024"]).measurements
    content = path.read_bytes()
    assert b",Performance," in content
    assert b",30001\n" in content
    # in words that are not read, behind a status, and behind a number
    content = content.replace(b",Performance,", b",Performance\xa0,").replace(b",30001\n", b",30001\xa0\n")
    path.write_bytes(content)
    after = parse(MHSDS, editions(MHSDS, folder)["MHSDS_Data_MarPerf_2024"]).measurements
    assert after.equals(before)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("MHSDS_Data__MarPerf__2024", "March 2024 (performance)"),
        ("MHSDS Data_Mar Perf _2024", "March 2024 (performance)"),
        ("MHSDS\u00a0Data_AprPrf_2023 v3", "April 2023 (performance)"),
        ("MHSDS Monthly Performance July 2025 MHSDS Data File", "July 2025 (performance)"),
        ("MHSDS_Data_JunFinal_2024", "June 2024 (final)"),
    ],
)
def test_names_of_the_monthly_files(tmp_path: Path, editions, name: str, words: str) -> None:
    (tmp_path / f"{name}.csv").write_text("anything", encoding="utf-8")
    assert (
        editions(MHSDS, tmp_path)[name].publication == f"Mental Health Services Monthly Statistics, {words}"
    )


@pytest.mark.shared
@pytest.mark.parametrize(
    ("form", "name", "period"),
    [
        ("form-b", "MHSDS_Data_MarPerf_2024", "2023-04-01/P1Y"),
        ("form-c", "MHSDS_Data_JunFinal_2024", "2023-07-01/P1Y"),
        ("form-e", "MHSDS_Data_AprPerf_2023", "2022-05-01/P1Y"),
    ],
)
def test_the_forms_of_real_months(
    shared, editions, parse, rows_of, form: str, name: str, period: str
) -> None:
    parsed = parse(MHSDS, editions(MHSDS, shared / "cases" / "mhsds" / form)[name])
    given = parsed.measurements[~parsed.measurements["area_code"].str.startswith("E54")]
    assert rows_of(given, "measure", "area_code", "period", "value") == [
        ("MHS116", "E92000001", period, 15_230.0),
        ("MHS116a", "E92000001", period, 26.5),
        ("MHS116", "E38000258", period, 120.0),
    ]


def test_a_figure_suppressed_as_unreliable_is_suppressed(copied, editions, parse, rows_of) -> None:
    words = "These figures are suppressed as statistically unreliable"
    folder = copied(NOMIS, FIRST, SECOND)
    path = folder / FIRST
    text = path.read_text(encoding="utf-8")
    assert text.count(DISCLOSIVE) >= 1
    path.write_text(text.replace(DISCLOSIVE, words), encoding="utf-8")
    parsed = parse(NOMIS, editions(NOMIS, folder)["2022-12"])
    scilly = parsed.measurements.query("area_code == 'E06000053'")
    assert rows_of(scilly, "measure", "value", "status", "note") == [
        ("45.percent", None, "suppressed", words)
    ]


@pytest.mark.shared
def test_the_suppressed_numerator_of_a_client_of_nomis(shared, tmp_path, editions, parse, rows_of) -> None:
    case = shared / "cases" / "nomis_aps" / "nomisr21-suppressed-numerator.csv"
    (tmp_path / "nomis-aps-1715-p01.csv").write_bytes(case.read_bytes())
    parsed = parse(NOMIS, editions(NOMIS, tmp_path)["2022-12"])
    nottingham = parsed.measurements.query("area_code == 'E06000018'")
    assert rows_of(nottingham, "measure", "value", "half_width_95", "status") == [
        ("44.percent", 56.0, 3.0, "ok"),
        ("1715.percent", None, None, "suppressed"),
        ("1496.percent", 30.0, 6.5, "ok"),
    ]
