"""Census 2021 TS038: authorities, and the sums that make regions and England."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from etl.sources import SOURCES, census_2021
from etl.sources.base import BadFile

SOURCE = "census_2021"


@pytest.fixture
def whole(tmp_path: Path, register) -> Path:
    """A file with every authority of England of 2024: 10 of 100 residents disabled, 11 of 100 in Nottingham."""
    lines = ["ltla24_code,ltla24_name,disability,n,total_residents,pct"]
    for area in register.vintage("ltla", 2024):
        disabled = 11 if area.name == "Nottingham" else 10
        name = f'"{area.name}"'
        lines.append(f"{area.area_code},{name},Disabled under the Equality Act,{disabled}.0,100.0,{disabled}")
        lines.append(
            f"{area.area_code},{name},Not disabled under the Equality Act,{100 - disabled}.0,100.0,"
            f"{100 - disabled}"
        )
    lines.append("W06000001,Isle of Anglesey,Disabled under the Equality Act,14000.0,69000.0,20.3")
    path = tmp_path / "ts038_disability_ltla24_summed_from_lsoa21.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tmp_path


def test_authorities_and_their_sums(whole, editions, parse, rows_of) -> None:
    parsed = parse(SOURCE, editions(SOURCE, whole)["ts038-ltla-2024"])
    assert (parsed.rows_in, parsed.rows_set_aside) == (593, 1)
    wanted = parsed.measurements[
        parsed.measurements["area_code"].isin(["E06000018", "E12000004", "E92000001"])
    ]
    columns = ("measure", "area_code", "period", "value", "note")
    east_midlands = "Our sum of the 35 local authorities of the region"
    england = "Our sum of the 296 local authorities of England"
    assert rows_of(wanted, *columns) == [
        ("disabled.count", "E06000018", "2021-03-21/P1D", 11.0, ""),
        ("not_disabled.count", "E06000018", "2021-03-21/P1D", 89.0, ""),
        ("all.count", "E06000018", "2021-03-21/P1D", 100.0, ""),
        ("all.count", "E12000004", "2021-03-21/P1D", 3500.0, east_midlands),
        ("disabled.count", "E12000004", "2021-03-21/P1D", 351.0, east_midlands),
        ("not_disabled.count", "E12000004", "2021-03-21/P1D", 3149.0, east_midlands),
        ("all.count", "E92000001", "2021-03-21/P1D", 29_600.0, england),
        ("disabled.count", "E92000001", "2021-03-21/P1D", 2_961.0, england),
        ("not_disabled.count", "E92000001", "2021-03-21/P1D", 26_639.0, england),
    ]


def test_a_total_needs_every_authority(copied, editions, parse) -> None:
    with pytest.raises(BadFile, match=r"expected all 296 authorities of England of 2024; a total of England"):
        parse(SOURCE, editions(SOURCE, copied(SOURCE))["ts038-ltla-2024"])


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("E06000018,\"Nottingham\",Not disabled", "E06000018,\"Nottingham\",Perhaps disabled",
         "column 'disability': 'Perhaps disabled under the Equality Act'"),
        ("E06000018,\"Nottingham\",Disabled under the Equality Act,11.0,100.0",
         "E06000018,\"Nottingham\",Disabled under the Equality Act,711.0,100.0",
         r"column 'total_residents': .*E06000018'?: expected the sum of its rows \(800\)"),
        ("E06000018,\"Nottingham\",Disabled under the Equality Act,11.0",
         "E06000018,\"Nottingham\",Disabled under the Equality Act,",
         "column 'n': '': expected a number"),
    ],
)  # fmt: skip
def test_a_cell_that_cannot_be_is_named(
    whole, editions, parse, before: str, after: str, message: str
) -> None:
    path = next(whole.iterdir())
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(BadFile, match=message):
        parse(SOURCE, editions(SOURCE, whole)["ts038-ltla-2024"])


# --- from the Nomis API -------------------------------------------------------------------------------------


@pytest.fixture
def from_nomis(register) -> bytes:
    """What the API answers for those authorities: the same people, who are not disabled with and without a condition."""
    lines = ["GEOGRAPHY_CODE,GEOGRAPHY_NAME,C2021_DISABILITY_5,OBS_VALUE"]
    for area in register.vintage("ltla", 2024):
        disabled = 11 if area.name == "Nottingham" else 10
        for code, count in (("0", 100), ("1001", disabled), ("3", 8), ("4", 92 - disabled)):
            lines.append(f'{area.area_code},"{area.name}",{code},{count}')
    lines += ["W06000001,Isle of Anglesey,0,69000", "W06000001,Isle of Anglesey,1001,14000"]
    return "\n".join(lines).encode()


def test_the_api_gives_the_same_as_the_table(whole, from_nomis, fake_downloads, editions, parse) -> None:
    downloads = fake_downloads({census_2021.NOMIS: from_nomis})
    SOURCES[SOURCE].fetch(downloads, date(2026, 1, 1))
    parsed = parse(SOURCE, editions(SOURCE, downloads.folder)["ts038-ltla-2024"])
    table = parse(SOURCE, editions(SOURCE, whole)["ts038-ltla-2024"])
    assert (parsed.rows_in, parsed.rows_set_aside) == (1186, 2)
    keys = ["measure", "area_code", "period", "value", "note"]
    assert sorted(map(tuple, parsed.measurements[keys].to_numpy())) == sorted(
        map(tuple, table.measurements[keys].to_numpy())
    )


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (b'"Nottingham",1001,', b'"Nottingham",2,', "column 'C2021_DISABILITY_5': '2': expected one of"),
        (b'"Nottingham",0,100', b'"Nottingham",0,', "column 'OBS_VALUE': '': expected a number"),
        (b'"Nottingham",3,8', b'"Nottingham",4,8', "'E06000018': expected each answer of an authority once"),
        (b'"Nottingham",1001,11', b'"Nottingham",1001,711', r"expected the sum of its rows \(800\)"),
    ],
)
def test_an_answer_of_the_api_that_cannot_be_is_named(
    from_nomis, tmp_path: Path, editions, parse, before: bytes, after: bytes, message: str
) -> None:
    assert before in from_nomis
    (tmp_path / "ts038_disability_ltla24_nomis.csv").write_bytes(from_nomis.replace(before, after))
    with pytest.raises(BadFile, match=message):
        parse(SOURCE, editions(SOURCE, tmp_path)["ts038-ltla-2024"])


@pytest.mark.shared
def test_the_real_file(shared, editions, parse) -> None:
    parsed = parse(SOURCE, editions(SOURCE, shared / "publications")["ts038-ltla-2024"])
    assert (parsed.rows_in, parsed.rows_set_aside, len(parsed.measurements)) == (636, 44, 918)
    figures = parsed.measurements.set_index(["area_code", "measure"])["value"]
    assert figures["E06000001", "disabled.count"] == 21_143
    assert figures["E06000001", "all.count"] == 92_339
    england = figures["E92000001"]
    assert england["disabled.count"] + england["not_disabled.count"] == england["all.count"]
    # the census counted 56.5 million usual residents in England
    assert round(england["all.count"] / 1e6, 1) == 56.5
