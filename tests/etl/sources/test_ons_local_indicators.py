"""ONS local indicators: literal rows from a small file in the real layout, and the real files."""

from __future__ import annotations

import json
from datetime import date

import pytest

from etl.sources import SOURCES
from etl.sources.base import BadFile, LiveSource, ReleaseChanged
from etl.sources.ons_local_indicators import KNOWN_FILES

SOURCE = "ons_local_indicators"


def test_rows_of_the_employment_rate(copied, editions, parse, rows_of) -> None:
    edition = editions(SOURCE, copied(SOURCE))["employment-rate"]
    assert edition.published_on == date(2024, 3, 2)
    assert edition.publication == (
        "Local indicators: Employment rate, Economically inactive "
        "(from Office for National Statistics, 01/02/2024)"
    )
    parsed = parse(SOURCE, edition)
    unreliable = "Estimate and confidence interval unreliable since the group sample size is small (3-9)"
    columns = ("measure", "area_code", "value", "lower_ci_95", "upper_ci_95", "status", "note", "row")
    assert rows_of(parsed.measurements, *columns) == [
        ("employment-rate", "K02000001", 71.5, 71.1, 71.9, "ok", "", 2),
        ("employment-rate", "E92000001", 72.5, 72.1, 72.9, "ok", "", 3),
        ("employment-rate", "E06000018", 60.5, 55.5, 65.5, "unreliable", unreliable, 4),
        ("employment-rate", "E06000053", None, None, None, "not_available", "", 5),
        ("employment-rate", "E07000223", None, None, None, "unreliable", "", 6),
        ("economically-inactive", "E92000001", 21.5, 21.1, 21.9, "ok", "", 7),
    ]
    assert set(parsed.measurements["age"]) == {"16-64"}
    assert set(parsed.measurements["period"]) == {"2022-01-01/P1Y"}
    assert parsed.rows_in == 9
    assert [(kind.reason, kind.rows, kind.examples) for kind in parsed.set_aside] == [
        ("outside England: Great Britain or England and Wales (rows)", 1, ("K03000001",)),
        ("outside England: Scotland (rows)", 1, ("S12000033",)),
        ("outside England: Wales (rows)", 1, ("W06000001",)),
    ]


def test_pay_is_of_the_month_of_its_reference_date(copied, editions, parse, rows_of) -> None:
    parsed = parse(SOURCE, editions(SOURCE, copied(SOURCE))["gross-median-weekly-pay"])
    assert rows_of(parsed.measurements, "measure", "area_code", "period", "age", "value", "note") == [
        (
            "gross-median-weekly-pay",
            "E92000001",
            "2022-04-01/P1M",
            "all",
            601.5,
            "Pay period that includes 27 April 2022",
        ),
        (
            "gross-median-weekly-pay",
            "E06000018",
            "2022-04-01/P1M",
            "all",
            501.5,
            "Pay period that includes 27 April 2022",
        ),
    ]
    assert parsed.warnings == [
        "gross-median-weekly-pay.csv: no metadata beside it: date of publication not known"
    ]


def test_healthy_life_expectancy_takes_its_sex_from_the_name(copied, editions, parse, rows_of) -> None:
    parsed = parse(SOURCE, editions(SOURCE, copied(SOURCE))["healthy-life-expectancy"])
    assert rows_of(parsed.measurements, "measure", "sex", "age", "period", "value") == [
        ("healthy-life-expectancy", "male", "at birth", "2020-01-01/P3Y", 58.1),
        ("healthy-life-expectancy", "female", "at birth", "2020-01-01/P3Y", 59.2),
    ]


def test_a_new_indicator_needs_no_change_here(copied, editions, parse, rows_of) -> None:
    folder = copied(SOURCE, "employment-rate.csv")
    (folder / "employment-rate.csv").rename(folder / "something-new.csv")
    text = (folder / "something-new.csv").read_text(encoding="utf-8")
    (folder / "something-new.csv").write_text(
        text.replace("Employment rate", "Something new").replace("Economically inactive", "Another"),
        encoding="utf-8",
    )
    inner = {"label": "Something new", "subtitle": "Percentage of people aged 16 years and over"}
    (folder / "something-new.json").write_text(json.dumps({"ess-beta-metadata": inner}), encoding="utf-8")
    parsed = parse(SOURCE, editions(SOURCE, folder)["something-new"])
    assert rows_of(parsed.measurements[:1], "measure", "age", "value") == [("something-new", "16+", 71.5)]


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("E06000018,", "E06000999,", r"employment-rate.csv: row 4: column 'areacd': 'E06000999'"),
        (",x,", ",q,", r"row 5: column 'status': 'q': expected x \(not available\), u \(unreliable\)"),
        ("E06000018,Nottingham,County or Unitary Authority,Employment rate,2022-01-01/P1Y,60.5",
         "E06000018,Nottingham,County or Unitary Authority,Employment rate,2022-01-01/P1Y,sixty",
         r"row 4: column 'observation': 'sixty': expected a number"),
        ("Employment rate,2022-01-01/P1Y,60.5", "Employment rate,2022,60.5",
         r"row 4: column 'period': '2022': expected ISO 8601 start/duration"),
        ("2022-01-01/P1Y,,Percentage,%,,,x,", "2022-01-01/P1Y,5,Percentage,%,,,x,",
         r"row 5: column 'observation': '5': expected no figure beside status x"),
        ("E06000053,Isles of Scilly", "E06000018,Isles of Scilly",
         r"row 5: 'employment-rate of E06000018 in 2022-01-01/P1Y': expected each figure once, "
         r"and row 4 has it already"),
    ],
)  # fmt: skip
def test_a_cell_that_cannot_be_stops_the_file(
    copied, editions, parse, before: str, after: str, message: str
) -> None:
    folder = copied(SOURCE, "employment-rate.csv")
    path = folder / "employment-rate.csv"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(BadFile, match=message):
        parse(SOURCE, editions(SOURCE, folder)["employment-rate"])


def test_an_indicator_in_two_units_is_a_changed_layout(copied, editions, parse) -> None:
    folder = copied(SOURCE, "employment-rate.csv")
    path = folder / "employment-rate.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",%,72.1", ",Pounds,72.1"), encoding="utf-8")
    with pytest.raises(ReleaseChanged, match=r"'Employment rate' comes in \['%', 'Pounds'\]"):
        parse(SOURCE, editions(SOURCE, folder)["employment-rate"])


def test_metadata_that_cannot_be_read_stops_the_file(copied, editions, parse) -> None:
    folder = copied(SOURCE, "employment-rate.csv", "employment-rate.json")
    (folder / "employment-rate.json").write_text('{"_note": "cut sho', encoding="utf-8")
    with pytest.raises(BadFile, match=r"employment-rate.json: .*expected JSON metadata"):
        parse(SOURCE, editions(SOURCE, folder)["employment-rate"])


REAL = {
    # edition: (rows in, set aside)
    "children-in-relative-poverty": (2472, 408),
    "claimant-count": (10325, 1750),
    "employment-rate": (16080, 2360),
    "gross-median-weekly-pay": (7109, 1172),
    "healthy-life-expectancy": (5814, 1566),
    "modelled-unemployment": (7580, 1160),
    "qualifications-level-3-or-above": (803, 118),
    "qualifications-none-gb": (804, 118),
}


def test_fetch_takes_every_known_file_with_its_metadata(fake_downloads, copied, editions, parse) -> None:
    fixtures = copied(SOURCE)
    content = {
        ".csv": (fixtures / "employment-rate.csv").read_bytes(),
        ".json": (fixtures / "employment-rate.json").read_bytes(),
    }
    downloads = fake_downloads(lambda url: content[url[url.rindex(".") :]])
    source = SOURCES[SOURCE]
    assert isinstance(source, LiveSource)
    source.fetch(downloads, date(2025, 11, 25))
    base = "https://raw.githubusercontent.com/ONSdigital/explore-local-statistics-data/main"
    assert downloads.urls["employment-rate.csv"] == f"{base}/employment-rate/employment-rate.csv"
    assert downloads.urls["employment-rate.json"] == f"{base}/employment-rate/employment-rate.json"
    assert set(downloads.urls) == {
        name for csv in KNOWN_FILES for name in (csv, csv.replace(".csv", ".json"))
    }
    found = editions(SOURCE, downloads.folder)
    assert sorted(found) == sorted(name.removesuffix(".csv") for name in KNOWN_FILES)
    assert parse(SOURCE, found["employment-rate"]).rows_in > 0


@pytest.mark.shared
def test_the_real_files(shared, editions, parse, rows_of) -> None:
    found = editions(SOURCE, shared / "publications")
    assert set(found) == set(REAL)
    for name, (rows_in, set_aside) in REAL.items():
        parsed = parse(SOURCE, found[name])
        assert (parsed.rows_in, parsed.rows_set_aside) == (rows_in, set_aside)
        assert len(parsed.measurements) == rows_in - set_aside
    rate = parse(SOURCE, found["employment-rate"]).measurements.query(
        "measure == 'employment-rate' and period == '2023-01-01/P1Y'"
    )
    rate = rate[rate["area_code"].isin(["E92000001", "E06000018", "E06000060"])]
    columns = ("area_code", "value", "lower_ci_95", "upper_ci_95")
    rounded = [(code, *(round(x, 1) for x in numbers)) for code, *numbers in rows_of(rate, *columns)]
    assert sorted(rounded) == [
        ("E06000018", 66.1, 62.0, 70.2),
        ("E06000060", 81.2, 77.7, 84.7),
        ("E92000001", 76.0, 75.6, 76.4),
    ]
