"""Fingertips' long CSV: indicators, areas, periods, notes, limits, counts, and fetching it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.pipeline.contract import check_measurements, check_supply
from etl.sources import SOURCES
from etl.sources.base import BadFile, LiveSource, no_progress
from etl.sources.fingertips import period_of
from indicators.catalogue import catalogue
from indicators.periods import Period

SOURCE = "fingertips"
FILE = "fingertips-502.csv"


def test_rows_of_a_download(copied, editions, parse, rows_of, register) -> None:
    edition = editions(SOURCE, copied(SOURCE))["fingertips-502"]
    assert edition.publication == "Public health profiles (Fingertips), upper tier, from 2023"
    parsed = parse(SOURCE, edition)
    assert rows_of(
        parsed.measurements,
        "measure", "area_code", "period", "sex", "age", "value", "lower_ci_95", "upper_ci_95", "status", "row",
    ) == [
        ("93882", "E92000001", "2021-04-01/P1Y", "persons", "16-64", 65.5, 65.1, 65.9, "ok", 2),
        # the value is rounded to 65, its limits are not: the lower one is put to the value
        ("93882", "E12000004", "2021-04-01/P1Y", "persons", "16-64", 65.0, 65.0, 66.4, "ok", 3),
        ("93882", "E06000018", "2021-04-01/P1Y", "persons", "16-64", 58.3, 54.2, 62.4, "unreliable", 4),
        ("90283", "E92000001", "2021-04-01/P1Y", "female", "18-64", -1.5, -2.5, -0.5, "ok", 6),
        ("93203", "E10000007", "2022-09-01/P1Y", "persons", "16-17", 4.1, 3.8, 4.4, "ok", 7),
        ("93203", "E06000017", "2022-09-01/P1Y", "persons", "16-17", None, None, None, "suppressed", 8),
        ("90286", "E92000001", "2018-01-01/P3Y", "persons", "16+", 1.9, 1.8, 2.0, "ok", 9),
        ("90286", "E06000018", "2018-01-01/P3Y", "persons", "16+", None, None, None, "not_available", 10),
        ("93350", "E06000017", "2023-01-01/P1Y", "persons", "16+", -3.2, None, None, "ok", 11),
        ("93203.count", "E10000007", "2022-09-01/P1Y", "persons", "16-17", 655.0, None, None, "ok", 7),
        ("93203.denominator", "E10000007", "2022-09-01/P1Y", "persons", "16-17", 16010.0, None, None, "ok", 7),
    ]  # fmt: skip
    split = parsed.measurements[parsed.measurements["breakdown"] != "all"]
    assert rows_of(split, "measure", "breakdown") == [
        ("90286", "County & UA deprivation deciles in England (IMD2019): Most deprived decile (IMD2019)")
    ]
    notes = set(parsed.measurements["note"]) - {""}
    assert "Aggregated from all known lower geography values" in notes
    assert parsed.rows_in == 12
    assert {(kind.reason, kind.rows, kind.examples) for kind in parsed.set_aside} == {
        ("the same figure again, under another parent (rows)", 1, ()),
        ("area type 'GPs' is not held (rows)", 1, ("C81001",)),
        ("outside England: Wales (rows)", 1, ("W92000004",)),
    }
    assert parsed.measurements["row"].nunique() + parsed.rows_set_aside == parsed.rows_in
    check_measurements(parsed, edition, SOURCE, register, catalogue())


def test_a_27th_column_and_another_name_change_nothing(copied, editions, parse, rows_of) -> None:
    found = editions(SOURCE, copied(SOURCE))
    assert list(found) == ["27-columns", "fingertips-502"]
    assert (found["27-columns"].precedence, found["fingertips-502"].precedence) == (0, 502)
    parsed = parse(SOURCE, found["27-columns"])
    assert rows_of(parsed.measurements, "measure", "area_code", "value") == [
        ("91126", "E92000001", 65.5),
        ("91126", "E12000004", 65.0),
        ("91126", "E06000018", 58.3),
    ]


def test_a_last_column_that_every_row_leaves_out_changes_nothing(copied, editions, parse) -> None:
    folder = copied(SOURCE, "fingertips-502.csv")
    path = folder / "fingertips-502.csv"
    before = parse(SOURCE, editions(SOURCE, folder)["fingertips-502"]).measurements
    header, *lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([f"{header},Time period range", *lines, ""]), encoding="utf-8")
    assert parse(SOURCE, editions(SOURCE, folder)["fingertips-502"]).measurements.equals(before)


def test_a_last_column_that_some_rows_leave_out_is_named(copied, editions, parse) -> None:
    folder = copied(SOURCE, "fingertips-502.csv")
    path = folder / "fingertips-502.csv"
    header, first, second, *lines = path.read_text(encoding="utf-8").splitlines()
    for above, row in ((f"{first},1y", 3), (first, 3)):
        other = second if above != first else f"{second},1y"
        path.write_text(
            "\n".join([f"{header},Time period range", above, other, *lines, ""]), encoding="utf-8"
        )
        with pytest.raises(BadFile, match=rf"fingertips-502.csv: row {row}: '\d+ cells': expected \d+ cells"):
            parse(SOURCE, editions(SOURCE, folder)["fingertips-502"])


@pytest.mark.parametrize(
    ("label", "iso"),
    [
        ("2015", "2015-01-01/P1Y"),
        ("2017/18", "2017-04-01/P1Y"),
        ("1999/00", "1999-04-01/P1Y"),
        ("2014 - 16", "2014-01-01/P3Y"),
        ("1999 - 01", "1999-01-01/P3Y"),
        ("2018 - 2020", "2018-01-01/P3Y"),
        ("2018/19 - 20/21", "2018-04-01/P3Y"),
        ("2018/19 - 2020/21", "2018-04-01/P3Y"),
        ("2013 Q2", "2013-04-01/P3M"),
        ("2019/20 Q1", "2019-04-01/P3M"),
        ("2019/20 Q4", "2020-01-01/P3M"),
        ("Mar 2020", "2020-03-01/P1M"),
        ("2020 March", "2020-03-01/P1M"),
        ("Nov 2019 - Oct 2020", "2019-11-01/P1Y"),
    ],
)  # fmt: skip
def test_periods_of_every_kind_of_year(label: str, iso: str) -> None:
    assert period_of(label) == iso


def test_an_academic_year_has_the_label_of_a_financial_one() -> None:
    assert period_of("2022/23", "93203") == "2022-09-01/P1Y"
    assert period_of("2022/23", "93882") == "2022-04-01/P1Y"


@given(st.integers(1950, 2049), st.integers(1, 9))
def test_ranges_of_years_are_as_long_as_they_say(first: int, years: int) -> None:
    last = first + years - 1
    assert period_of(f"{first} - {last % 100:02d}") == f"{first}-01-01/P{years}Y"
    span = period_of(f"{first}/{(first + 1) % 100:02d} - {last % 100:02d}/{(last + 1) % 100:02d}")
    assert Period.parse(span).months == 12 * years


@pytest.mark.parametrize(
    "label", ["2017/19", "2017/18 - 18/20", "2016 - 14/15", "2019 Q5", "Lent 2020", "", "17"]
)
def test_words_that_are_no_period_are_refused(label: str) -> None:
    with pytest.raises(ValueError, match=r"is not a|is not an"):
        period_of(label)


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (",2021/22,65.5", ",sometime,65.5", "row 2: column 'Time period': 'sometime': expected a year"),
        (",2021/22,65.5", ",2020/21,65.5",
         "row 2: column 'Time period Sortable': '20210000': expected the first year of the period '2020/21'"),
        (",65.5,", ",high,", "row 2: column 'Value': 'high': expected a number"),
        (",Persons,16-64", ",Everybody,16-64", "row 2: column 'Sex': 'Everybody': expected Persons, Male"),
        (",655,", ",many,", "row 7: column 'Count': 'many': expected a number"),
        ("E06000018,Nottingham", "E06999999,Nottingham", "row 4: column 'Area Code': 'E06999999': expected a GSS"),
        (",65,65.12345678", ",66,65.12345678", "row 5: '93882 of E12000004 in .*expected each figure once"),
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
    with pytest.raises(BadFile, match=f"{FILE}: {message}"):
        parse(SOURCE, editions(SOURCE, folder)["fingertips-502"])


def test_fetch_asks_for_every_indicator_of_the_catalogue_by_type_of_council(
    fake_downloads, copied, editions
) -> None:
    content = (copied(SOURCE) / FILE).read_bytes()
    downloads = fake_downloads(lambda url: content)
    source = SOURCES[SOURCE]
    assert isinstance(source, LiveSource)
    source.fetch(downloads, date(2025, 11, 25))
    assert list(downloads.urls) == ["fingertips-402.csv", "fingertips-501.csv", "fingertips-502.csv"]
    address = urlsplit(downloads.urls["fingertips-502.csv"])
    assert f"{address.scheme}://{address.netloc}{address.path}" == (
        "https://fingertips.phe.org.uk/api/all_data/csv/by_indicator_id"
    )
    asked = parse_qs(address.query)
    assert (asked["child_area_type_id"], asked["parent_area_type_id"]) == (["502"], ["6"])
    assert asked["indicator_ids"] == [
        "90282,90283,90286,90287,90635,91127,93098,93203,93350,93377,93453,93882,93884,93886,93979,93981"
    ]
    assert list(editions(SOURCE, downloads.folder)) == [name.removesuffix(".csv") for name in downloads.urls]


@pytest.mark.shared
def test_the_real_download_is_read_and_holds_nothing_that_the_catalogue_asks_for(
    shared: Path, register
) -> None:
    [edition] = SOURCES[SOURCE].discover(shared / "publications" / "fingertips")
    parsed = SOURCES[SOURCE].parse(edition, register, no_progress)
    assert (parsed.rows_in, parsed.rows_set_aside) == (87, 0)
    assert len(parsed.measurements["row"].unique()) == 87
    check_measurements(parsed, edition, SOURCE, register, catalogue())
    score = parsed.measurements[
        (parsed.measurements["measure"] == "91872") & (parsed.measurements["area_code"] == "E06000015")
    ]
    assert score[["value", "period", "status"]].to_numpy().tolist() == [[27.79, "2015-01-01/P1Y", "ok"]]
    warnings = check_supply(
        frozenset(parsed.measurements["measure"]),
        SOURCE,
        catalogue(),
        frozenset({edition.publication}),
        frozenset(),
    )
    asked = [
        route for indicator in catalogue().values() for route in indicator.routes if route.source == SOURCE
    ]
    assert len(warnings) == len(asked) == 16
    assert any("fingertips: measure '93882' that employment-rate-long-term-condition needs is in none of" in warning
               for warning in warnings)  # fmt: skip
