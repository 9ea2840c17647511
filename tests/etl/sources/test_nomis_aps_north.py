"""Long-term sickness among the inactive, councils of the North: a tidy copy."""

from __future__ import annotations

import gzip

import pytest

from etl.sources.base import BadFile, ReleaseChanged

SOURCE = "nomis_aps_north"
NAME = "nomis_aps_northern_las_excerpt_2021-2022.csv"


def test_calendar_years_of_the_variable_are_read(copied, editions, parse, rows_of) -> None:
    edition = editions(SOURCE, copied(SOURCE))["2021-2022"]
    assert "tidy copy by Open Innovations" in edition.publication
    parsed = parse(SOURCE, edition)
    columns = ("measure", "area_code", "period", "age", "value", "status", "row")
    assert rows_of(parsed.measurements, *columns) == [
        ("1496.percent", "E08000035", "2022-01-01/P1Y", "16-64", 21.5, "ok", 2),
        ("1496.numerator", "E08000035", "2022-01-01/P1Y", "16-64", 30_100.0, "ok", 3),
        ("1496.percent", "E07000163", "2022-01-01/P1Y", "16-64", None, "not_available", 4),
    ]
    assert parsed.rows_in == 5
    assert [(group.reason, group.rows) for group in parsed.set_aside] == [
        ("variable 'Employment rate - aged 16-64' is not used (rows)", 1),
        ("twelve months that are no calendar year (rows)", 1),
    ]
    assert parsed.measurements["half_width_95"].isna().all()


def test_a_packed_copy_is_read_and_a_damaged_one_refused(copied, editions, parse) -> None:
    folder = copied(SOURCE)
    plain = folder / NAME
    packed = folder / f"{NAME}.gz"
    whole = gzip.compress(plain.read_bytes())
    plain.unlink()
    packed.write_bytes(whole)
    assert len(parse(SOURCE, editions(SOURCE, folder)["2021-2022"]).measurements) == 3
    for damaged in (whole[:-20], whole[:40] + b"xx" + whole[42:], b"no gzip"):
        packed.write_bytes(damaged)
        with pytest.raises(BadFile, match="expected a whole gzip file"):
            parse(SOURCE, editions(SOURCE, folder)["2021-2022"])


@pytest.mark.parametrize(
    ("before", "after", "error", "message"),
    [
        (",21.5", ",many", BadFile, "row 2: column 'value': 'many': expected a number"),
        ("E08000035,Leeds", "E08999999,Leeds", BadFile, "row 2: column 'geography_code': 'E08999999'"),
        (
            "2022-12-01,Jan",
            "2022-11-01,Jan",
            BadFile,
            "row 2: column 'date_name': '2022-11-01, Jan 2022-Dec 2022'",
        ),
        ("1496.0", "long-term", BadFile, "row 2: column 'variable_code': 'long-term': expected the number"),
        ("% of economically inactive long-term sick", "% who work", BadFile, "row 2: column 'variable_name'"),
        (",measures_code", ",measure", ReleaseChanged, "column 'measures_code' gone"),
    ],
)
def test_what_cannot_be_is_named(
    copied, editions, parse, before: str, after: str, error: type[Exception], message: str
) -> None:
    folder = copied(SOURCE)
    text = (folder / NAME).read_text(encoding="utf-8")
    (folder / NAME).write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(error, match=message):
        parse(SOURCE, editions(SOURCE, folder)["2021-2022"])


def test_a_copy_without_the_variable_is_refused(copied, editions, parse) -> None:
    folder = copied(SOURCE)
    text = (folder / NAME).read_text(encoding="utf-8")
    (folder / NAME).write_text(text.replace("1496.0", "1497.0"), encoding="utf-8")
    with pytest.raises(ReleaseChanged, match="no row of variable 1496"):
        parse(SOURCE, editions(SOURCE, folder)["2021-2022"])


@pytest.mark.shared
def test_the_real_copy(shared, editions, parse) -> None:
    parsed = parse(SOURCE, editions(SOURCE, shared / "publications")["2004-2023"])
    assert parsed.rows_in == 66_528
    percent = parsed.measurements[parsed.measurements["measure"] == "1496.percent"]
    # 72 councils and 20 calendar years, a fifth of the cells blank
    assert (len(percent), int(percent["value"].notna().sum())) == (1440, 1142)
    by_year = percent.set_index(["area_code", "period"])["value"]
    assert by_year["E08000003", "2022-01-01/P1Y"] == 26.2
    assert by_year["E08000003", "2023-01-01/P1Y"] == 22.1
