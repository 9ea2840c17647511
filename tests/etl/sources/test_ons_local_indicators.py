"""ONS local indicators: literal rows from a small file in the real layout, and the real files."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from etl_toolkit import indicator, route

from etl.sources import SOURCES
from etl.sources.base import BadFile, LiveSource, Parsed, ReleaseChanged, no_progress
from etl.sources.ons_local_indicators import KNOWN_FILES, OnsLocalIndicators
from geodata.register import load_register

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
    parsed = parse_asked(folder, "something-new", "something-new")
    assert rows_of(parsed.measurements[:1], "measure", "age", "value") == [("something-new", "16+", 71.5)]
    # the other indicator of the file is not asked for
    assert ("indicator is not one that the catalogue asks for (rows)", 1, ("Another",)) in aside_of(parsed)


def parse_asked(folder: Path, edition: str, *measures: str) -> Parsed:
    """Parse an edition with a catalogue that asks for these measures alone."""
    routes = [route(SOURCE, "published", "published", value=(measure,)) for measure in measures]
    source = OnsLocalIndicators(lambda: {"some": indicator("some", *routes)})
    [found] = [found for found in source.discover(folder) if found.edition == edition]
    return source.parse(found, load_register(), no_progress)


def aside_of(parsed: Parsed) -> list[tuple[str, int, tuple[str, ...]]]:
    return [(kind.reason, kind.rows, kind.examples) for kind in parsed.set_aside]


HEADER = "areacd,areanm,geography,indicator,period,observation,measure,unit,lci_95,uci_95,status,notes"


def write(folder: Path, name: str, *lines: str, header: str = HEADER) -> None:
    (folder / name).write_text("\n".join([header, *lines, ""]), encoding="utf-8")


def test_a_sibling_file_that_the_catalogue_does_not_ask_for_is_no_edition(copied, editions) -> None:
    folder = copied(SOURCE)
    before = set(editions(SOURCE, folder))
    write(folder, "drive-to-work.csv", "E11000001,Greater Manchester,x,Drive to work,2015,seven,,mins,,,q,")
    assert set(editions(SOURCE, folder)) == before


def test_codes_of_kinds_that_are_not_held_are_set_aside_and_counted(tmp_path, rows_of) -> None:
    names = {"E11000001": "", "E13000001": "", "E23000001": "", "E23000002": "", "TLD3": "", "E06000018": ""}
    names |= {"E08000020": "Obsolete code since 2013 (replaced by E08000037 Gateshead)", "W06000015": ""}
    write(
        tmp_path,
        "drive.csv",
        *(
            f"{code},x,x,Drive to work,2015-01-01/P1Y,7.5,Minutes,mins,,,,{note}"
            for code, note in names.items()
        ),
    )
    parsed = parse_asked(tmp_path, "drive", "drive-to-work")
    assert rows_of(parsed.measurements, "area_code", "value", "row") == [("E06000018", 7.5, 7)]
    assert sorted(aside_of(parsed)) == [
        ("areas of a kind that is not held: E11 (rows)", 1, ("E11000001",)),
        ("areas of a kind that is not held: E13 (rows)", 1, ("E13000001",)),
        ("areas of a kind that is not held: E23 (rows)", 2, ("E23000001", "E23000002")),
        ("areas of a kind that is not held: no GSS code, such as an ITL region (rows)", 1, ("TLD3",)),
        ("codes that ONS marks as obsolete (rows)", 1, ("E08000020",)),
        ("outside England: Wales (rows)", 1, ("W06000015",)),
    ]
    assert parsed.rows_in == len(parsed.measurements) + parsed.rows_set_aside


def test_status_c_is_suppressed(copied, editions, parse, rows_of) -> None:
    folder = copied(SOURCE, "employment-rate.csv")
    path = folder / "employment-rate.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",x,", ",c,"), encoding="utf-8")
    parsed = parse(SOURCE, editions(SOURCE, folder)["employment-rate"])
    scilly = parsed.measurements.query("area_code == 'E06000053'")
    assert rows_of(scilly, "value", "status") == [(None, "suppressed")]


def test_a_column_of_notes_that_stands_twice_is_read(tmp_path, rows_of) -> None:
    line = "E06000018,x,x,Drive to work,2015-01-01/P1Y,7.5,Minutes,mins,,,,"
    write(
        tmp_path,
        "drive.csv",
        f"{line}first,second",
        f"{line.replace('2015', '2016')}same,same",
        header=f"{HEADER},notes",
    )
    parsed = parse_asked(tmp_path, "drive", "drive-to-work")
    assert rows_of(parsed.measurements, "period", "note") == [
        ("2015-01-01/P1Y", "first; second"),
        ("2016-01-01/P1Y", "same"),
    ]


def test_a_figure_that_stands_there_again_is_one_figure(tmp_path, rows_of) -> None:
    line = "E47000001,Greater Manchester,{},Arts,2023-04-01/P1Y,{},Percentage,%,87,89,,"
    city, itl = "Combined Authority or City Region", "ITL Level 2"
    write(tmp_path, "arts.csv", line.format(city, 88), line.format(itl, 88))
    parsed = parse_asked(tmp_path, "arts", "arts")
    assert rows_of(parsed.measurements, "area_code", "value", "row") == [("E47000001", 88.0, 2)]
    assert aside_of(parsed) == [("the same figure again (rows)", 1, ())]
    write(tmp_path, "arts.csv", line.format(city, 88), line.format(itl, 87.5))
    with pytest.raises(BadFile, match=r"row 3: 'arts of E47000001 in .*expected each figure once, and row 2"):
        parse_asked(tmp_path, "arts", "arts")


def test_an_indicator_that_was_renamed_is_a_changed_layout(copied, editions, parse) -> None:
    folder = copied(SOURCE, "gross-median-weekly-pay.csv")
    path = folder / "gross-median-weekly-pay.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("Gross median weekly pay", "Median pay"), encoding="utf-8")
    with pytest.raises(
        ReleaseChanged, match=r"'indicator': none that the catalogue asks for; found \['Median pay'\]"
    ):
        parse(SOURCE, editions(SOURCE, folder)["gross-median-weekly-pay"])


@pytest.mark.shared
def test_the_files_of_the_publishers_folder(shared, rows_of) -> None:
    folder = shared / "cases" / SOURCE
    parsed = parse_asked(folder, "obsolete-and-old-kinds", "drive-to-work")
    assert rows_of(parsed.measurements, "area_code", "period") == [("E92000001", "2014-01-01/P1Y")]
    assert [kind.rows for kind in parsed.set_aside] == [1, 1, 1]
    parsed = parse_asked(folder, "duplicate-itl-row", "engaged-with-the-arts")
    assert rows_of(parsed.measurements, "area_code", "value") == [("E47000001", 88.0)]
    assert OnsLocalIndicators().discover(folder) == []


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
    "children-in-relative-poverty": (2472, 1096),
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
