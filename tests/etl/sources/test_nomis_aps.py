"""Annual Population Survey on the Nomis API: pages, measures, half-widths, markers, areas, and fetching them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest

from etl.fetching.failures import FetchFailed
from etl.sources import SOURCES
from etl.sources.base import BadFile, LiveSource, Problems
from etl.sources.nomis_aps import NomisAps
from etl.sources.nomis_aps.figures import stem_of
from etl.sources.nomis_aps.pages import COLUMNS
from etl.sources.nomis_aps.requests import area_codes

SOURCE = "nomis_aps"
FIRST, SECOND = "nomis-aps-45-p01.csv", "nomis-aps-45-p02.csv"
DISCLOSIVE = (
    "Estimate and confidence interval not available since the group sample size is zero or disclosive (0-2)"
)
SMALL = "Estimate and confidence interval unreliable since the group sample size is small (3-9)"


def test_pages_and_variables_are_one_edition_known_by_its_newest_month(copied, editions) -> None:
    [edition] = editions(SOURCE, copied(SOURCE)).values()
    assert (edition.edition, edition.publication) == ("2022-12", "Annual Population Survey, Nomis")
    assert [file.path.name for file in edition.files] == [
        FIRST,
        SECOND,
        "nomis-aps-disability-p01.csv",
        "nomis-aps-others-p01.csv",
    ]
    assert not edition.illustrative


def test_rows_of_an_answer_in_two_pages(copied, editions, parse, rows_of) -> None:
    parsed = parse(SOURCE, editions(SOURCE, copied(SOURCE, FIRST, SECOND))["2022-12"])
    assert rows_of(
        parsed.measurements,
        "measure", "area_code", "period", "age", "value", "half_width_95", "status", "note", "row",
    ) == [
        ("45.percent", "E92000001", "2022-01-01/P1Y", "16-64", 75.0, 0.4, "ok", "", 2),
        ("45.numerator", "E92000001", "2022-01-01/P1Y", "16-64", 26_000_000.0, None, "ok", "", 3),
        ("45.denominator", "E92000001", "2022-01-01/P1Y", "16-64", 34_666_700.0, None, "ok", "", 4),
        ("45.percent", "E06000018", "2022-01-01/P1Y", "16-64", 60.5, 4.1, "ok", "", 6),
        ("45.numerator", "E06000018", "2022-01-01/P1Y", "16-64", 130_000.0, None, "ok", "", 7),
        ("45.denominator", "E06000018", "2022-01-01/P1Y", "16-64", 214_900.0, None, "ok", "", 8),
        ("45.percent", "E06000053", "2022-01-01/P1Y", "16-64", None, None, "suppressed", DISCLOSIVE, 10),
        ("45.percent", "E37000009", "2022-01-01/P1Y", "16-64", 72.5, 2.5, "ok", "", 2),
        # a user's own area with the name of a LEP is that LEP
        ("45.percent", "E37000001", "2022-01-01/P1Y", "16-64", 68.0, 2.0, "ok", "", 4),
        # the interval rests on too few people: so does the figure
        ("45.percent", "E06000018", "2021-01-01/P1Y", "16-64", 59.0, 4.3, "unreliable", SMALL, 9),
    ]  # fmt: skip
    assert parsed.rows_in == 19
    assert {(kind.reason, kind.rows, kind.examples) for kind in parsed.set_aside} == {
        ("areas that users of Nomis defined (rows)", 1, ("Our patch",)),
        ("outside England: Wales (rows)", 1, ("W06000015",)),
        ("areas of a kind that is not held: E05 (rows)", 1, ("E05000026",)),
    }
    half_widths = 6
    assert len(parsed.measurements) + half_widths + parsed.rows_set_aside == parsed.rows_in


def test_every_variable_has_the_age_that_it_is_about(copied, editions, parse) -> None:
    parsed = parse(SOURCE, editions(SOURCE, copied(SOURCE))["2022-12"])
    ages = parsed.measurements[["measure", "age"]].drop_duplicates().set_index("measure")["age"].to_dict()
    assert ages == {
        "45.percent": "16-64",
        "45.numerator": "16-64",
        "45.denominator": "16-64",
        "44.percent": "16+",
        "1715.percent": "16+",
        "1496.percent": "16-64",
        "employment-rate-disabled.percent": "16-64",
        "employment-rate-not-disabled.percent": "16-64",
    }


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("Employment rate - aged 16-64", "45"),
        ("% aged 16-64 who are EA core or work-limiting disabled", "45"),
        ("Employment rate EA core or work-limiting disabled - aged 16-64", "employment-rate-disabled"),
        ("Employment rate not EA core or work-limiting disabled - aged 16-64", "employment-rate-not-disabled"),
        ("Unemployment rate EA core or work-limiting disabled - aged 16-64", "45"),
        ("Employment rate males EA core or work-limiting disabled - aged 16-64", "45"),
    ],
)  # fmt: skip
def test_rates_of_disabled_people_are_known_by_their_name(name: str, stem: str) -> None:
    assert stem_of("45", name) == stem


def test_a_page_that_is_missing_is_named_with_the_question_to_ask(copied, editions, parse) -> None:
    folder = copied(SOURCE)
    (folder / SECOND).unlink()
    with pytest.raises(
        BadFile,
        match=rf"{FIRST}: column 'RECORD_OFFSET': '10 records': expected all 19 of the answer; "
        "fetch the page with recordoffset=10",
    ):
        parse(SOURCE, editions(SOURCE, folder)["2022-12"])


def test_a_page_that_is_there_twice_is_named(copied, editions, parse) -> None:
    folder = copied(SOURCE)
    (folder / "nomis-aps-45-p03.csv").write_bytes((folder / SECOND).read_bytes())
    with pytest.raises(
        BadFile, match=r"nomis-aps-45-p03\.csv: row 2: column 'RECORD_OFFSET': 10: expected each record once"
    ):
        parse(SOURCE, editions(SOURCE, folder)["2022-12"])


def test_pages_of_two_questions_are_not_put_together(copied, editions, parse) -> None:
    folder = copied(SOURCE)
    path = folder / SECOND
    path.write_text(path.read_text(encoding="utf-8").replace(",19\n", ",23\n"), encoding="utf-8")
    with pytest.raises(BadFile, match=f"{SECOND}: row 2: column 'RECORD_COUNT': 23: expected 19"):
        parse(SOURCE, editions(SOURCE, folder)["2022-12"])


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("Jan 2022-Dec 2022", "2022", "row 2: column 'DATE_NAME': '2022': expected twelve months"),
        (",75.0,", ",many,", "row 2: column 'OBS_VALUE': 'many': expected a number"),
        ("Normal Value", "Odd Value", "row 2: column 'OBS_STATUS_NAME': 'Odd Value': expected words"),
        (",75.0,", ",,", "row 2: column 'OBS_VALUE': .*expected a figure beside 'Normal Value'"),
        (f",,Q,{DISCLOSIVE}", f",50.0,Q,{DISCLOSIVE}",
         "row 10: column 'OBS_VALUE': '50.0 .*expected no figure beside such a status"),
        (",0,19", ",0.5,19", "row 2: column 'RECORD_OFFSET': '0.5': expected a whole number"),
        ("E06000018", "E06999999", "row 6: column 'GEOGRAPHY_CODE': 'E06999999': expected a GSS code"),
    ],
)  # fmt: skip
def test_a_cell_that_cannot_be_is_named(
    copied, editions, parse, before: str, after: str, message: str
) -> None:
    folder = copied(SOURCE, FIRST, SECOND)
    path = folder / FIRST
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(BadFile, match=f"{FIRST}: {message}"):
        parse(SOURCE, editions(SOURCE, folder)["2022-12"])


def test_the_same_figure_in_two_answers_is_named(copied, editions, parse) -> None:
    folder = copied(SOURCE, "nomis-aps-others-p01.csv")
    path = folder / "nomis-aps-others-p01.csv"
    (folder / "nomis-aps-again-p01.csv").write_bytes(path.read_bytes())
    with pytest.raises(
        BadFile, match=r"expected each figure once, and nomis-aps-again-p01\.csv row 3 has it"
    ):
        parse(SOURCE, editions(SOURCE, folder)["2022-12"])


def test_a_measure_that_is_not_known_and_a_half_width_alone_are_set_aside(copied, editions, parse) -> None:
    folder = copied(SOURCE, "nomis-aps-others-p01.csv")
    path = folder / "nomis-aps-others-p01.csv"
    text = path.read_text(encoding="utf-8").replace(",20599,Variable,60.0,", ",20701,Weighted,60.0,")
    path.write_text(text, encoding="utf-8")
    parsed = parse(SOURCE, editions(SOURCE, folder)["2022-12"])
    assert {(kind.reason, kind.rows) for kind in parsed.set_aside} == {
        ("measure 'Weighted' is not read (rows)", 1),
        ("half-width of a percentage that is not there (rows)", 1),
    }


def test_the_illustrative_edition_is_marked_and_gives_all_four_measures(register, parse) -> None:
    [edition] = SOURCES[SOURCE].discover(SOURCES[SOURCE].bundled)
    assert edition.illustrative and edition.precedence == -1
    measured = parse(SOURCE, edition).measurements
    assert sorted(measured["measure"].unique()) == [
        "1715.percent",
        "44.percent",
        "employment-rate-disabled.percent",
        "employment-rate-not-disabled.percent",
    ]
    codes = register.codes("ltla", 2023) | register.codes("utla", 2023) | register.codes("region", 2023)
    assert set(measured["area_code"]) == codes | {"E92000001"}
    assert sorted(measured["period"].unique()) == ["2021-01-01/P1Y", "2022-01-01/P1Y", "2023-01-01/P1Y"]
    assert set(measured.loc[measured["value"].isna(), "area_code"]) == {"E06000053", "E09000001"}


# --- fetching ---------------------------------------------------------------------------------------------


def answer(variable: str, name: str, offset: int, records: int, count: int) -> bytes:
    """A page of an answer: ``records`` rows from ``offset`` on of ``count``."""
    lines = [",".join(COLUMNS)]
    for place in range(offset, offset + records):
        year = 2014 + place
        lines.append(
            f"Jan {year}-Dec {year},England,E92000001,{name},{variable},20599,Variable,7{place}.5,Normal Value,"
            f"{place},{count}"
        )
    return "\n".join([*lines, ""]).encode()


def definition(*names: tuple[int, str]) -> bytes:
    codes = [{"value": number, "description": {"value": name, "lang": "en"}} for number, name in names]
    return json.dumps({"structure": {"codelists": {"codelist": [{"code": codes}]}}}).encode()


DISABLED = (1750, "Employment rate EA core or work-limiting disabled - aged 16-64")
OTHERS = (
    (45, "Employment rate - aged 16-64"),
    (1733, "% aged 16-64 who are EA core or work-limiting disabled"),
)


def respond(url: str) -> bytes:
    """Nomis, with answers of three records in pages of two."""
    if url.endswith("variable.def.sdmx.json"):
        return definition(*OTHERS, DISABLED)
    asked = parse_qs(urlsplit(url).query)
    offset = int(asked["recordoffset"][0])
    variable = asked["variable"][0]
    name = DISABLED[1] if variable == "1750" else f"Variable {variable} - aged 16-64"
    return answer(variable, name, offset, min(2, 3 - offset), 3)


def test_fetch_asks_for_page_after_page_and_what_it_saves_is_read(fake_downloads, editions, parse) -> None:
    downloads = fake_downloads(respond)
    source = SOURCES[SOURCE]
    assert isinstance(source, LiveSource)
    source.fetch(downloads, date(2025, 11, 25))
    names = sorted(path.name for path in downloads.folder.iterdir())
    stems = ["111", "1496", "1715", "44", "45", "employment-rate-disabled"]
    assert names == [f"nomis-aps-{stem}-p{page:02d}.csv" for stem in stems for page in (1, 2)]
    asked = parse_qs(urlsplit(downloads.urls["nomis-aps-employment-rate-disabled-p02.csv"]).query)
    assert (asked["variable"], asked["recordoffset"], asked["measures"]) == (
        ["1750"],
        ["2"],
        ["20599,21001,21002,21003"],
    )
    assert asked["date"][0].split(",")[:2] == ["2014-12", "2015-12"]
    assert asked["date"][0].endswith(",2024-12")
    codes = asked["geography"][0].split(",")
    assert {"E92000001", "E12000004", "E10000007", "E06000018", "E47000001", "E37000001"} <= set(codes)
    assert len(codes) == len(set(codes))
    [edition] = editions(SOURCE, downloads.folder).values()
    parsed = parse(SOURCE, edition)
    assert len(parsed.measurements) == parsed.rows_in == 3 * len(stems)


def test_before_the_release_of_a_year_it_is_not_asked_for(fake_downloads) -> None:
    downloads = fake_downloads(respond)
    NomisAps().fetch(downloads, date(2025, 2, 1))
    dates = parse_qs(urlsplit(downloads.urls["nomis-aps-45-p01.csv"]).query)["date"][0]
    assert dates.endswith(",2023-12")


def test_a_list_of_variables_in_another_layout_is_a_note(fake_downloads) -> None:
    downloads = fake_downloads(lambda url: b"{}" if "sdmx" in url else respond(url))
    NomisAps().fetch(downloads, date(2025, 11, 25))
    [words] = downloads.notes
    assert "variable.def.sdmx.json: KeyError 'structure'; expected the list" in words
    assert "nomis-aps-45-p02.csv" in downloads.saved
    assert not any("disabled" in name for name in downloads.saved)


def test_an_answer_that_gives_no_rows_is_refused_and_not_asked_again(fake_downloads: Callable) -> None:
    downloads = fake_downloads(
        lambda url: respond(url) if "sdmx" in url else (",".join(COLUMNS) + "\n").encode()
    )
    with pytest.raises(Problems, match=r"nomis-aps-111-p01\.csv: expected rows below the header"):
        NomisAps().fetch(downloads, date(2025, 11, 25))
    assert downloads.saved == []


def test_a_variable_of_which_a_page_fails_leaves_none_and_stops_no_other(
    fake_downloads, editions, parse
) -> None:
    def answers(url: str) -> bytes:
        asked = parse_qs(urlsplit(url).query)
        if asked.get("variable") == ["45"] and asked["recordoffset"] == ["2"]:
            raise FetchFailed(f"{url}: the server answered 500; tried 4 times")
        return respond(url)

    downloads = fake_downloads(answers)
    NomisAps().fetch(downloads, date(2025, 11, 25))
    assert not any(name.startswith("nomis-aps-45-") for name in downloads.saved)
    *_, words = downloads.notes
    assert words.startswith("variable 45: not fetched: ") and "the server answered 500" in words
    [edition] = editions(SOURCE, downloads.folder).values()
    assert "44.percent" in set(parse(SOURCE, edition).measurements["measure"])


def test_where_no_name_fits_every_name_on_disability_is_told(fake_downloads) -> None:
    renamed = (1751, "Employment rate Equality Act disabled - aged 16-64")

    def answers(url: str) -> bytes:
        return definition(*OTHERS, renamed) if "sdmx" in url else respond(url)

    downloads = fake_downloads(answers)
    NomisAps().fetch(downloads, date(2025, 11, 25))
    [words] = downloads.notes
    assert words == (
        "no variable of NM_17_5 is named as employment-rate-disabled, employment-rate-not-disabled is known by; names with 'disab' in them: "
        "1733 % aged 16-64 who are EA core or work-limiting disabled; "
        "1751 Employment rate Equality Act disabled - aged 16-64"
    )


@pytest.mark.parametrize("year", [2024, 2026])
def test_both_codes_of_one_land_are_asked_for(register, year: int) -> None:
    codes = set(area_codes(register, year))
    for before, after in (("E08000016", "E08000038"), ("E08000019", "E08000039"), ("E10000027", "E06000066"),
                          ("E10000023", "E06000065"), ("E10000002", "E06000060")):  # fmt: skip
        assert {before, after} <= codes, (before, after)
    # a merger is no change of code
    assert not {"E07000187", "E07000188"} <= codes
