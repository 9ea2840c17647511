"""Financial years of NHS Talking Therapies: providers placed in ICBs, what is not placed, and what is refused."""

from __future__ import annotations

import calendar
import csv
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl.deriving.derive import derive
from etl.sources.base import BadFile, Parsed, ReleaseChanged
from etl.sources.nhs_talking_therapies.provider_years import KEPT_PLACES
from geodata.register import Register
from indicators.catalogue import catalogue
from indicators.notes import not_compared
from indicators.statistics import intervals

SOURCE = "nhs_talking_therapies"
EDITION = "activity_performance_monthly_1-years"
YEAR = "2021-04-01/P1Y"
LIST = "provider_to_icb_region_2026.csv"
HEREFORD, SOMERSET, GLOUCESTER, UNLISTED = "E54000019", "E54000038", "E54000043", "E54000011"
MIDLANDS, SOUTH_WEST, ENGLAND = "E40000011", "E40000006", "E92000001"
MONTHS = [(2021, month) for month in range(4, 13)] + [(2022, month) for month in (1, 2, 3)]
Line = tuple[Any, ...]


def line(group: str, provider: str, measure: str, value: float | None, year: int, month: int) -> Line:
    days = calendar.monthrange(year, month)[1]
    first, last = date(year, month, 1), date(year, month, days)
    code = "all" if group == "England" else provider
    return (
        f"{year}-{month:02d}", first, last, group, "all", "all CCGs", code, "A NAME", measure, "a_name", "count", value,
    )  # fmt: skip


def year_of(provider: str, **values: float | None) -> list[Line]:
    """The same figures in each of the twelve months; of England where ``provider`` is empty."""
    group = "Provider" if provider else "England"
    return [
        line(group, provider, measure, value, *month) for month in MONTHS for measure, value in values.items()
    ]


def months_file(path: Path, rows: Iterable[Line], **renamed: str) -> None:
    """A Parquet file in the layout of the tidy copy."""
    names = (
        "reporting_period", "start_date", "end_date", "group_type", "org_code1", "org_name1", "org_code2",
        "org_name2", "measure_id", "measure_name", "measure_statistic", "value",
    )  # fmt: skip
    kept = list(rows)
    columns = {
        renamed.get(name, name): pa.array(
            [row[place] for row in kept],
            type=pa.date32() if name.endswith("date") else pa.float64() if name == "value" else pa.string(),
        )
        for place, name in enumerate(names)
    }
    pq.write_table(pa.table(columns), path)


PROVIDERS = [
    ("RHW", "QGH"),  # Herefordshire and Worcestershire
    ("RH5", "QSL"),  # Somerset
    ("RTQ", "QR1"),  # Gloucestershire
    ("RWX", "QGH"),
    ("RE9", ""),
]
ALL = [
    *year_of("", M099=100.0, M076=200.0, M212=50.0, M213=4.0, M215=3.0, M237=10.0),
    *year_of("RHW", M099=60.0, M076=100.0, M212=20.0, M213=5.0, M215=3.0, M237=5.0),
    *year_of("RWX", M099=30.0, M076=50.0, M212=10.0, M213=2.0, M215=1.5, M237=None),
    *year_of("RH5", M099=None, M076=30.0, M212=10.0, M213=4.0, M215=3.0, M237=None),
    *year_of("RE9", M099=10.0, M076=20.0, M212=10.0, M213=4.0, M215=3.0, M237=5.0),
]


@pytest.fixture
def years(tmp_path: Path, editions: Any, parse: Any) -> Callable[..., Parsed]:
    """Parse the years of some months and a list of providers."""

    def of(rows: Iterable[Line] = ALL, providers: Iterable[tuple[str, str]] | None = PROVIDERS) -> Parsed:
        months_file(tmp_path / "activity_performance_monthly_1.parquet", rows)
        if providers is not None:
            with (tmp_path / LIST).open("w", encoding="utf-8", newline="") as lines:
                writer = csv.writer(lines)
                writer.writerow(["org_code", "org_name", "icb_code"])
                writer.writerows((code, "A NAME", board) for code, board in providers)
        return parse(SOURCE, editions(SOURCE, tmp_path)[EDITION])

    return of


def figure(parsed: Parsed, measure: str, area_code: str, period: str = YEAR) -> tuple[Any, ...]:
    found = parsed.measurements
    (row,) = found[
        (found["measure"] == measure) & (found["area_code"] == area_code) & (found["period"] == period)
    ].itertuples()
    return (None if row.value != row.value else row.value, row.status, row.note)


def test_providers_are_summed_to_their_icb_its_region_and_the_year(years) -> None:
    parsed = years()
    assert figure(parsed, "M099.year", HEREFORD) == (
        1080.0,
        "ok",
        "By where 2 providers are based, not where patients live; 90.0% of England's employment support appointments "
        "could be placed.",
    )
    assert figure(parsed, "M076.year", HEREFORD)[0] == 1800.0
    assert figure(parsed, "M099.year", MIDLANDS)[0] == 1080.0
    # England's own months, not the sum of what could be placed
    assert figure(parsed, "M099.year", ENGLAND) == (1200.0, "ok", "")


def test_means_are_pooled_by_their_pairs(years) -> None:
    parsed = years()
    # (20 × 5 + 10 × 2) × 12 over 30 × 12 pairs: 4.0, where the mean of the two means is 3.5
    assert figure(parsed, "M213.mean", HEREFORD)[0] == 4.0
    assert figure(parsed, "M215.mean", HEREFORD)[0] == 2.5
    assert figure(parsed, "M212.year", HEREFORD)[0] == 360.0


def test_what_nobody_published_is_not_a_count_of_zero(years) -> None:
    parsed = years()
    reason = "Its providers published no employment support appointments all year: that is no count of 0."
    assert figure(parsed, "M099.year", SOMERSET) == (None, "not_available", reason)
    assert figure(parsed, "M076.year", SOMERSET)[:2] == (360.0, "ok")
    # listed, but in none of the months
    assert figure(parsed, "M076.year", GLOUCESTER)[:2] == (None, "not_available")
    assert figure(parsed, "M099.year", UNLISTED) == (
        None,
        "not_available",
        "No provider is listed in this ICB, so there is no figure.",
    )
    assert figure(parsed, "M237.year", HEREFORD) == (
        60.0,
        "ok",
        "By where 2 providers are based, not where patients live; 50.0% of England's moves off sick pay could be placed. "
        "12 of 24 monthly figures are hidden or were not given, and add nothing.",
    )
    assert figure(parsed, "M099.year", SOUTH_WEST)[1] == "not_available"


def test_a_sum_says_of_how_many_rounded_numbers_it_is_made(years) -> None:
    parsed = years()
    # two providers in twelve months each; of moves off sick pay one of them gave none
    assert figure(parsed, "M076.year.rounded_cells", HEREFORD) == (24.0, "ok", "")
    assert figure(parsed, "M237.year.rounded_cells", HEREFORD)[0] == 12.0
    assert figure(parsed, "M237.year.rounded_cells", MIDLANDS)[0] == 12.0
    assert figure(parsed, "M076.year.rounded_cells", SOUTH_WEST)[0] == 12.0
    found = parsed.measurements
    cells = found[found["measure"].str.endswith(".rounded_cells")]
    # England's own numbers are exact, nobody placed is in none, and nothing is made of nothing
    assert set(cells["area_code"]) == {HEREFORD, SOMERSET, MIDLANDS, SOUTH_WEST}
    assert set(cells["measure"]) == {"M076.year.rounded_cells", "M237.year.rounded_cells"}
    assert len(cells) == 6
    # the row of the file that the first number of the sum stands in
    assert set(cells.loc[cells["area_code"] == SOMERSET, "row"]) == {
        place for place, row in enumerate(ALL, 1) if row[6:9:2] == ("RH5", "M076") and row[0] == "2021-04"
    }


@pytest.mark.parametrize(("courses", "moved"), [(100.0, 5.0), (1000.0, 40.0)])
def test_the_interval_of_a_year_allows_for_every_rounded_month(
    years, register: Register, courses: float, moved: float
) -> None:
    rows = [
        *year_of("", M076=3 * courses, M237=3 * moved),
        *year_of("RHW", M076=courses, M237=moved),
        *year_of("RWX", M076=courses, M237=moved),
    ]
    entry = catalogue()["talking-therapies-off-sick-pay-annual"]
    found, _ = derive(
        years(rows).measurements,
        source_id=SOURCE,
        file="months.parquet",
        illustrative=False,
        register=register,
        catalogue={entry.id: entry},
    )
    found = found.set_index("area_code")
    # 24 numbers rounded to 5 in each count: 60 off, and 60 off
    share = moved / courses
    bound = 100 * ((24 * moved + 60) / (24 * courses - 60) - share)
    _, lower, upper = intervals.proportion(24 * moved, 24 * courses, 100)
    row = found.loc[HEREFORD]
    assert row["value"] == pytest.approx(100 * share)
    assert row["upper_ci_95"] == pytest.approx(upper + bound)
    assert row["lower_ci_95"] == pytest.approx(max(lower - bound, 0.0))
    assert row["interval_method"] == "Wilson score, widened for rounded counts"
    assert not_compared(row["note"]) == (bound > 2)
    assert found.at[ENGLAND, "interval_method"] == "Wilson score"


def test_what_is_not_placed_is_named_and_counted(years) -> None:
    parsed = years()
    assert parsed.rows_in == len(ALL) == 360
    assert [(aside.reason, aside.rows, aside.examples) for aside in parsed.set_aside] == [
        (f"provider in no ICB of {LIST}", 72, ("RE9",))
    ]
    assert parsed.warnings[0] == f"{LIST}: listed without an ICB: RE9"
    assert parsed.warnings[1].startswith(
        f"{LIST}: lists providers for 3 of 36 ICBs; without one, and so without figures: NHS Cheshire and Merseyside, "
    )
    assert (
        "M099.year 2021/22: 1,080 of England's 1,200 employment support appointments are placed, 120 are at 1 provider "
        "in no ICB: RE9 (120); the rest is rounded away or hidden"
    ) in parsed.warnings
    assert (
        "M099.year 2021/22: no employment support appointments all year, which is not a count of 0: NHS Somerset, "
        "NHS Gloucestershire"
    ) in parsed.warnings


def test_a_year_without_all_its_months_is_told_and_not_made(years) -> None:
    without_june = [row for row in ALL if not (row[0] == "2021-06" and row[8] == "M099")]
    parsed = years([*without_june, line("England", "", "M099", 7.0, 2022, 4)])
    measures = set(parsed.measurements["measure"])
    assert "M099.year" not in measures and "M076.year" in measures
    assert {aside.reason: aside.rows for aside in parsed.set_aside} == {
        "month of a year that is not whole": 56,
        f"provider in no ICB of {LIST}": 60,
    }
    told = [words for words in parsed.warnings if "no year" in words]
    assert told[0] == (
        "activity_performance_monthly_1.parquet: no year 2021/22 is made of M099: England's months 2021-06 are missing"
    )
    assert "no year 2022/23 is made of M099: England's months 2022-05, 2022-06" in told[1]


def test_a_month_that_england_hides_makes_no_year(years) -> None:
    hidden = [
        line("England", "", "M099", None, 2021, 6) if row[3] == "England" and row[0] == "2021-06" and row[8] == "M099" else row
        for row in ALL
    ]  # fmt: skip
    assert "M099.year" not in set(years(hidden).measurements["measure"])


def test_without_a_list_beside_it_the_kept_one_is_used(years, editions, tmp_path: Path) -> None:
    parsed = years([*ALL, *year_of("R1A", M099=5.0, M076=10.0)], None)
    assert editions(SOURCE, tmp_path)[EDITION].files[1].path == KEPT_PLACES
    assert figure(parsed, "M099.year", HEREFORD)[0] == 60.0


@pytest.mark.parametrize(
    ("providers", "message"),
    [
        ([("RHW", "QGH"), ("RH5", "QNQ")], r"row 3: column 'icb_code': 'QNQ'.*stood on 2026-04-01"),
        ([("RHW", "QGH"), ("RHW", "QSL")], r"row 3: column 'org_code': 'RHW'.*each provider in one ICB"),
        ([("RE9", "")], "column 'icb_code'.*providers with the code of their ICB"),
    ],
)
def test_a_list_that_cannot_be_used_is_refused(years, providers, message: str) -> None:
    with pytest.raises(BadFile, match=message):
        years(ALL, providers)


def test_a_list_may_name_a_provider_twice_in_one_icb(years) -> None:
    assert figure(years(ALL, [*PROVIDERS, PROVIDERS[0]]), "M099.year", HEREFORD)[0] == 1080.0


def test_a_list_without_its_columns_is_another_layout(years, editions, parse, tmp_path: Path) -> None:
    years()
    (tmp_path / LIST).write_text("org_code,board\nRHW,QGH\n", encoding="utf-8")
    with pytest.raises(ReleaseChanged, match=r"column 'icb_code' gone; found .*'board'"):
        parse(SOURCE, editions(SOURCE, tmp_path)[EDITION])


def test_a_month_given_twice_is_refused_not_counted_twice(years) -> None:
    with pytest.raises(BadFile, match=r"row 361: .*M099 of RHW in 2021-04-01/P1M.*each figure once"):
        years([*ALL, line("Provider", "RHW", "M099", 60.0, 2021, 4)])


def test_a_negative_count_and_a_damaged_file_are_refused(years, editions, parse, tmp_path: Path) -> None:
    with pytest.raises(BadFile, match=r"row 361: column 'value': .*-5.*0 or more"):
        years([*ALL, line("Provider", "RTQ", "M099", -5.0, 2021, 4)])
    path = tmp_path / "activity_performance_monthly_1.parquet"
    months_file(path, ALL, org_code2="provider")
    with pytest.raises(ReleaseChanged, match=r"column 'org_code2' gone"):
        parse(SOURCE, editions(SOURCE, tmp_path)[EDITION])
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(BadFile, match="expected a whole Parquet file"):
        parse(SOURCE, editions(SOURCE, tmp_path)[EDITION])


def test_no_whole_year_at_all_is_an_error(years) -> None:
    with pytest.raises(BadFile, match="all twelve months of a financial year of England"):
        years([line("England", "", "M099", 7.0, 2022, 4)])


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(1, 400), st.floats(0, 8)), min_size=2, max_size=4))
def test_a_pooled_mean_lies_between_its_means(years, scores: list[tuple[int, float]]) -> None:
    rows = year_of("", M212=1000.0, M213=4.0)
    providers = []
    for place, (pairs, mean) in enumerate(scores):
        rows += year_of(f"P{place}", M212=float(pairs), M213=mean)
        providers.append((f"P{place}", "QGH"))
    parsed = years(rows, providers)
    pooled = figure(parsed, "M213.mean", HEREFORD)[0]
    means = [mean for _, mean in scores]
    assert min(means) - 1e-9 <= pooled <= max(means) + 1e-9
    assert pooled == pytest.approx(sum(n * mean for n, mean in scores) / sum(n for n, _ in scores))


def test_the_kept_list_places_providers_in_icbs_of_2026(register: Register) -> None:
    with KEPT_PLACES.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    codes = {register.by_ods(row["icb_code"], "icb", date(2026, 4, 1)) for row in rows if row["icb_code"]}
    assert len(rows) == 233 and len(codes) == 34 and None not in codes
    assert {row["org_code"] for row in rows if not row["icb_code"]} >= {"RE9"}


@pytest.mark.shared
def test_the_real_years(shared: Path, editions, parse) -> None:
    found = editions(SOURCE, shared / "publications")
    parsed = parse(SOURCE, found["activity_performance_monthly_6285452-years"])
    assert (parsed.rows_in, parsed.rows_set_aside) == (1_870_253, 1_824_533)
    last = "2025-04-01/P1Y"

    def rate(area_code: str) -> float:
        count, courses = (figure(parsed, name, area_code, last)[0] for name in ("M099.year", "M076.year"))
        return round(100 * count / courses, 1)

    assert (rate(ENGLAND), rate(HEREFORD), rate("E54000062")) == (47.5, 88.7, 29.3)
    pairs = figure(parsed, "M212.year", ENGLAND, last)[0]
    assert pairs == 522_733
    assert [round(figure(parsed, f"{name}.mean", ENGLAND, last)[0], 2) for name in ("M213", "M215")] == [
        3.80,
        2.91,
    ]
    moved = parsed.measurements[parsed.measurements["measure"] == "M237.year"]
    assert set(moved["period"]) == {YEAR}
    assert moved.loc[moved["area_code"] == ENGLAND, "value"].item() == 25_525
    assert moved.loc[moved["area_code"].str.startswith("E54"), "value"].sum() == 23_990
    # rows of the file that hold a number, of the providers that are placed
    held = parsed.measurements[parsed.measurements["measure"] == "M237.year.rounded_cells"]
    assert held.loc[held["area_code"].str.startswith("E54"), "value"].sum() == 1_206
    assert held.loc[held["area_code"].str.startswith("E40"), "value"].sum() == 1_206
    assert any(
        "23,990 of England's 25,525 moves off sick pay are placed, 935 are at" in text
        for text in parsed.warnings
    )
    assert figure(parsed, "M099.year", SOMERSET, last)[:2] == (None, "not_available")
    assert figure(parsed, "M099.year", GLOUCESTER, last)[:2] == (None, "not_available")
    listed = next(text for text in parsed.warnings if "34 of 36 ICBs" in text)
    assert listed.endswith(
        "NHS Shropshire, Telford and Wrekin, NHS Bath and North East Somerset, Swindon and Wiltshire"
    )
