"""National figures carried over by hand, each with its citation."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from etl.sources import SOURCES
from etl.sources.base import BadFile, ReleaseChanged
from etl.sources.national_facts import FILES

SOURCE = "national_facts"


def test_rows_of_facts(copied, editions, parse, rows_of) -> None:
    parsed = parse(SOURCE, editions(SOURCE, copied(SOURCE))["facts"])
    waves = "Two-wave longitudinal Annual Population Survey: the same people in 2016 and in 2017. A report, table 3"
    mean = "A year, on average from 2015 to 2017; rounded. A report, paragraph 1"
    columns = ("measure", "area_code", "period", "age", "breakdown", "value", "note")
    disabled, others = "disability: disabled", "disability: not disabled"
    assert rows_of(parsed.measurements, *columns) == [
        ("disabled_people_in_employment", "K02000001", "2016-01-01/P3M", "16-64", "all", 3_300_000.0,
         "A report, page 1"),
        ("employment_rate_16_64", "E92000001", "2020-04-01/P1Y", "16-64", "all", 74.5, "A commentary"),
        ("esa_share", "K02000001", "2017-02-01/P1M", "all", "all", 49.0,
         "Great Britain: Northern Ireland is not counted. A table"),
        ("stayed_in_work.count", "K02000001", "2016-01-01/P2Y", "16-64", disabled, 3_010_000.0, waves),
        ("moved_out.count", "K02000001", "2016-01-01/P2Y", "16-64", disabled, 340_000.0, waves),
        ("in_work_start.count", "K02000001", "2016-01-01/P2Y", "16-64", disabled, 3_350_000.0, waves),
        ("percent_moving_out_of_work", "K02000001", "2016-01-01/P2Y", "16-64", disabled, 10.0, waves),
        ("stayed_out_of_work.count", "K02000001", "2016-01-01/P2Y", "16-64", others, 5_030_000.0, waves),
        ("moved_in.count", "K02000001", "2016-01-01/P2Y", "16-64", others, 1_820_000.0, waves),
        ("out_of_work_start.count", "K02000001", "2016-01-01/P2Y", "16-64", others, 6_850_000.0, waves),
        ("percent_moving_into_work", "K02000001", "2016-01-01/P2Y", "16-64", others, 27.0, waves),
        ("moved_out.mean", "K02000001", "2015-01-01/P3Y", "16-64", disabled, 330_000.0, mean),
        ("moved_in.mean", "K02000001", "2015-01-01/P3Y", "16-64", disabled, 410_000.0, mean),
        ("target.one_million_more.baseline", "K02000001", "2017-01-01/P3M", "all", "all", 3_500_000.0,
         "One million more. A command paper"),
        ("target.one_million_more", "K02000001", "2027-01-01/P1Y", "all", "all", 4_500_000.0,
         "One million more. A command paper"),
    ]  # fmt: skip
    assert (parsed.rows_in, parsed.warnings) == (9, [])
    assert [(kind.reason, kind.rows, kind.examples) for kind in parsed.set_aside] == [
        ("area 'Scotland' is not England, Great Britain or the United Kingdom", 1, ("esa_share",)),
        ("target without a date or without a number", 1, ("iapt_recovery",)),
    ]


def test_the_ten_councils_are_an_edition_of_their_own_and_say_so(copied, editions, parse, rows_of) -> None:
    found = editions(SOURCE, copied(SOURCE))
    assert list(found) == ["facts", "ips-appendix-e"]
    edition = found["ips-appendix-e"]
    assert (edition.published_on, edition.publication) == (
        date(2022, 8, 8),
        "Individual Placement and Support in Primary Care, grant guidance, Appendix E (DWP and DHSC): the first ten "
        "councils of the alphabet only",
    )
    parsed = parse(SOURCE, edition)
    assert rows_of(parsed.measurements, "measure", "area_code", "period", "age", "value") == [
        ("council.disabled.employment_rate", "E06000017", "2020-04-01/P1Y", "16-64", 60.1),
        ("council.disability_gap", "E06000017", "2020-04-01/P1Y", "16-64", 18.2),
        ("council.esa.percent_working_age", "E06000017", "2021-11-01/P1M", "16-64", 2.1),
        ("council.uc_lcwra.percent_households", "E06000017", "2021-11-01/P1M", "all", 1.2),
        ("council.disabled.employment_rate", "E06000060", "2020-04-01/P1Y", "16-64", 61.5),
        ("council.disability_gap", "E06000060", "2020-04-01/P1Y", "16-64", 17.3),
        ("council.esa.percent_working_age", "E06000060", "2021-11-01/P1M", "16-64", 1.9),
        ("council.uc_lcwra.percent_households", "E06000060", "2021-11-01/P1M", "all", 0.9),
    ]
    assert all("Only the first ten councils" in note for note in parsed.measurements["note"])
    assert (parsed.rows_in, parsed.set_aside) == (2, [])
    assert parsed.warnings == [
        "ips_appendix_e_first10_utla.csv: 2 councils only, the first of the alphabet: the rest of the appendix could "
        "not be had, so these say nothing about any other place"
    ]


def test_a_council_that_is_none_is_refused(copied, editions, parse) -> None:
    folder = copied(SOURCE)
    path = folder / "ips_appendix_e_first10_utla.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("Rutland", "Camelot"), encoding="utf-8")
    with pytest.raises(
        BadFile,
        match=r"row 2: column 'utla_name': 'Camelot': expected the name of a local authority \(upper tier\)",
    ):
        parse(SOURCE, editions(SOURCE, folder)["ips-appendix-e"])


def test_what_cannot_be_is_named(copied, editions, parse) -> None:
    folder = copied(SOURCE)
    path = folder / "annual_flows_by_disability.csv"
    text = path.read_text(encoding="utf-8")
    for before, after, message in (
        (
            "2016/2017,disabled",
            "2016/2018,disabled",
            "row 2: column 'period': '2016/2018': expected two years",
        ),
        ("non_disabled", "able", "row 3: column 'disability_status': 'able': expected one of"),
        (",10,,", ",,,", "row 2: column 'percent_moving_out_of_work': '': expected a number"),
    ):
        path.write_text(text.replace(before, after, 1), encoding="utf-8")
        with pytest.raises(BadFile, match=message):
            parse(SOURCE, editions(SOURCE, folder)["facts"])
    path.write_text(text.replace("initial_status", "status", 1), encoding="utf-8")
    with pytest.raises(ReleaseChanged, match="column 'initial_status' gone; found"):
        parse(SOURCE, editions(SOURCE, folder)["facts"])


def test_the_facts_kept_with_the_project(editions, parse) -> None:
    bundled: Path = SOURCES[SOURCE].bundled  # type: ignore[attr-defined]
    parsed = parse(SOURCE, editions(SOURCE, bundled)["facts"])
    assert (parsed.rows_in, parsed.rows_set_aside, len(parsed.measurements)) == (36, 7, 56)
    figures = parsed.measurements.set_index(["measure", "breakdown", "period"]).sort_index()["value"]
    people = figures["disabled_people_in_employment", "all"]
    assert people["2017-01-01/P3M"] == 3_500_000
    assert people["2024-04-01/P3M"] == 5_500_000
    assert figures["target.one_million_more", "all", "2027-01-01/P1Y"] == 4_500_000
    disabled, others = "disability: disabled", "disability: not disabled"
    assert figures["percent_moving_out_of_work", disabled, "2015-01-01/P2Y"] == 10
    assert figures["percent_moving_into_work", disabled, "2015-01-01/P2Y"] == 10
    assert figures["percent_moving_out_of_work", others, "2015-01-01/P2Y"] == 5
    assert figures["percent_moving_into_work", others, "2014-01-01/P2Y"] == 27
    assert figures["percent_moving_into_work", others, "2015-01-01/P2Y"] == 26
    assert (people_moving := figures["moved_out.mean", disabled, "2014-01-01/P3Y"]) == 340_000
    assert (
        people_moving
        == (
            figures["moved_out.count", disabled, "2014-01-01/P2Y"]
            + figures["moved_out.count", disabled, "2015-01-01/P2Y"]
        )
        / 2
    )
    assert figures["moved_in.mean", disabled, "2014-01-01/P3Y"] == 400_000
    assert figures["esa_main_condition_mental_health", "all", "2017-02-01/P1M"] == 49
    assert figures["ltc_employment_gap", "all", "2022-04-01/P1Y"] == 10.4
    # every figure carries its citation
    assert (parsed.measurements["note"] != "").all()


@pytest.mark.shared
def test_the_copy_is_the_shared_one(shared) -> None:
    bundled: Path = SOURCES[SOURCE].bundled  # type: ignore[attr-defined]
    for path in (bundled / name for name in FILES.values()):
        if path.name == "mean_flows_by_disability.csv":
            continue  # from the text of Annex D: in none of the shared files
        assert path.read_text(encoding="utf-8") == (shared / "facts" / path.name).read_text(encoding="utf-8")
