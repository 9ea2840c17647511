"""Indicator 8.5.2 of the UK's Sustainable Development Goals. Numbers of the fixture are invented."""

from __future__ import annotations

from datetime import date

import pytest

from etl.sources import SOURCES, ons_sdg
from etl.sources.base import BadFile

SOURCE, NAME = "ons_sdg", "indicator_8-5-2.csv"


def test_rows_of_the_unemployment_rate(copied, editions, parse, rows_of) -> None:
    parsed = parse(SOURCE, editions(SOURCE, copied(SOURCE))["8-5-2"])
    assert rows_of(
        parsed.measurements, "measure", "area_code", "period", "sex", "age", "value", "status"
    ) == [
        ("unemployment_rate.disabled", "K02000001", "2013-04-01/P3M", "persons", "16+", 13.25, "ok"),
        ("unemployment_rate.disabled", "K02000001", "2013-04-01/P3M", "female", "16+", 12.5, "ok"),
        ("unemployment_rate.disabled", "K02000001", "2013-07-01/P3M", "persons", "16+", None, "suppressed"),
        ("unemployment_rate.not_disabled", "K02000001", "2013-04-01/P3M", "persons", "16+", 7.5, "ok"),
    ]
    assert parsed.rows_in == 6
    assert [(kind.reason, kind.rows) for kind in parsed.set_aside] == [
        ("not by disability", 1),
        ("by disability and something else", 1),
    ]


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("2013 Q3,", "2013 Q5,", "row 4: column 'Year': '2013 Q5': expected a quarter, such as 2013 Q2"),
        (",Female,Percentage", ",Women,Percentage", "row 3: column 'Sex': 'Women': expected one of"),
        ("Non-disabled (GSS", "Not disabled (GSS", r"row 5: column 'Disability status': 'Not disabled \(GSS"),
        ("suppressed,,\n", "suppressed,,9\n", "row 4: column 'Value': '9': expected what its status says: Missing"),
        (",,13.25", ",,", "row 2: column 'Value': '': expected what its status says: Normal value"),
        (",,13.25", ",,[x]", r"row 2: column 'Value': '\[x\]': expected a number or one of"),
        ("Q2,Not seasonally adjusted,,,,,Disabled (GSS harmonised),Female",
         "Q2,Not seasonally adjusted,,,,,Disabled (GSS harmonised),", "row 3: .*expected each figure once"),
    ],
)  # fmt: skip
def test_a_cell_that_cannot_be_is_named(copied, editions, parse, before, after, message) -> None:
    path = copied(SOURCE) / NAME
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(BadFile, match=message):
        parse(SOURCE, editions(SOURCE, path.parent)["8-5-2"])


def test_it_is_fetched_from_the_publishers_repository(fake_downloads) -> None:
    downloads = fake_downloads({ons_sdg.DATA_URL: b"Year\n"})
    SOURCES[SOURCE].fetch(downloads, date(2026, 1, 1))
    assert downloads.saved == [NAME]


@pytest.mark.shared
def test_the_real_file(shared, editions, parse) -> None:
    parsed = parse(SOURCE, editions(SOURCE, shared / "publications")["8-5-2"])
    assert (parsed.rows_in, parsed.rows_set_aside, len(parsed.measurements)) == (9261, 9021, 240)
    persons = parsed.measurements[
        (parsed.measurements["measure"] == "unemployment_rate.disabled")
        & (parsed.measurements["sex"] == "persons")
    ].set_index("period")["value"]
    assert persons["2013-04-01/P3M"] == 13.514506903812414
    assert persons["2023-01-01/P3M"] == 6.228614205038867
