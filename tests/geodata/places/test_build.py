"""Making the tables of places from a gazetteer and shares: what is kept, what is left out, what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from geodata.places.tables import COLUMNS, FOLDER, rows_of
from geodata.tools.places.build import BadSource, build_places, write_places

GAZETTEER = "kind,code,name,latitude,longitude,ltla24_code,ltla24_name,share,all_ltla24,population_2021"
BUILT_UP, WHOLE, WARD = "built-up area sub-division 2011", "built-up area 2011", "ward 2024"
NAMES = '"neighbourhood (MSOA 2021, House of Commons Library name)"'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small folder in the layout of the source."""
    rows = [
        f"{WARD},1,Oneham,52.1111,-1.2222,E06000018,N,1.0,E06000018,",
        f"{BUILT_UP},2,Oneham (Broxtowe),52.9,-1.2,E07000172,B,0.998,E07000172,51278.0",
        f"{WHOLE},3,Oneham,52.8,-1.1,E07000172,B,0.733,E07000172 E06000018,60000.0",
        f"{WARD},4,Twoham,52,-1,E06000018,N,0.6,E06000018 E07000172,",
        f"{NAMES},5,Old & New,52,-1,E06000018,N,1.0,E06000018,",
        f"{WHOLE},6,Great City,52,-1,E06000018,N,0.19,E06000018,9000000.0",
        "post town,7,Postham (N),52,-1,E06000018,N,0.39,E06000018 E07000172,700.0",
        "post town,8,Letterham,52,-1,E06000018,N,0.4,E06000018 E07000172,700.0",
    ]
    (tmp_path / "gazetteer_england.csv").write_text("\n".join([GAZETTEER, *rows]), encoding="utf-8")
    sectors = ["NG9 2,E07000172,B,1,1,0.3333", "NG9 2,E06000018,N,1,1,0.3333", "NG9 2,E06000015,D,1,1,0.3333"]
    sectors += ["EC1A4,E09000001,C,1,5,1.0", "NG9 1,E07000172,B,1,9999999,1.0", "NG9 1,E06000018,N,1,1,0.0"]
    head = "ltla24_code,ltla24_name,oas,population,share"
    (tmp_path / "england_pcs_ltla24_shares.csv").write_text(
        "\n".join([f"PCS,{head}", *sectors]), encoding="utf-8"
    )
    districts = ["NG9,E06000018,N,1,25,0.25", "NG9,E07000172,B,1,75,0.75", "EC1A,E09000001,C,1,5,1.0"]
    (tmp_path / "england_pcd_ltla24_shares.csv").write_text(
        "\n".join([f"PCD,{head}", *districts]), encoding="utf-8"
    )
    return tmp_path


def test_a_name_is_kept_once_in_an_authority_as_what_it_is_best_known_as(folder: Path) -> None:
    assert build_places(folder)["places.csv"] == [
        ("Letterham", "post_town", "52", "-1", "", "E06000018:0.4 E07000172"),
        ("Old & New", "neighbourhood", "52", "-1", "", "E06000018"),
        # the part of a built-up area goes before the whole of it; a share that is not all is given
        ("Oneham", "built_up_area", "52.9", "-1.2", "51278", "E07000172:0.998"),
        ("Oneham", "ward", "52.11", "-1.22", "", "E06000018"),
        ("Twoham", "ward", "52", "-1", "", "E06000018:0.6 E07000172"),
    ]


def test_shares_are_rounded_so_that_they_add_up(folder: Path) -> None:
    assert build_places(folder)["postcodes.csv"] == [
        ("EC1A", "E09000001"),
        ("EC1A 4", "E09000001"),
        ("NG9", "E07000172:0.75 E06000018:0.25"),
        # a ten-millionth rounds to nothing
        ("NG9 1", "E07000172:1"),
        ("NG9 2", "E06000015:0.3334 E06000018:0.3333 E07000172:0.3333"),
    ]


def test_what_is_written_can_be_read(folder: Path, tmp_path: Path) -> None:
    made = tmp_path / "made"
    assert write_places(build_places(folder), made) == {"places.csv": 5, "postcodes.csv": 5}
    assert [cells[0] for cells in rows_of("postcodes.csv", made)] == [
        "EC1A",
        "EC1A 4",
        "NG9",
        "NG9 1",
        "NG9 2",
    ]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (
            "gazetteer_england.csv",
            "kind,name\n",
            r"gazetteer_england.csv: columns \['latitude', .*\] gone; found",
        ),
        (
            "gazetteer_england.csv",
            f"{GAZETTEER}\ncastle,1,X,52,-1,E06000018,N,1,E06000018,\n",
            "kind 'castle' is not",
        ),
        (
            "gazetteer_england.csv",
            f"{GAZETTEER}\n{WARD},1,(),52,-1,E06000018,N,1,E06000018,\n",
            "has no letters",
        ),
        ("england_pcs_ltla24_shares.csv", "PCS,share\n", r"columns \['ltla24_code', 'population'\] gone"),
        (
            "england_pcd_ltla24_shares.csv",
            "PCD,ltla24_code,population\nNG9,E06000018,0\nNG9,E07000172,0\n",
            "no residents to share a postcode by",
        ),
    ],
)
def test_a_source_that_is_not_as_it_was_is_refused(folder: Path, name: str, text: str, message: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(BadSource, match=message):
        build_places(folder)


def test_a_file_that_is_absent_is_named(folder: Path) -> None:
    (folder / "gazetteer_england.csv").unlink()
    with pytest.raises(
        BadSource, match=r"gazetteer_england.csv is not in .*; give the folder that holds it with --from"
    ):
        build_places(folder)


@pytest.mark.shared
def test_the_committed_tables_are_what_the_command_makes(shared: Path) -> None:
    made = build_places(shared / "geography" / "places")
    for name in ("places.csv", "postcodes.csv"):
        assert [tuple(cells) for cells in rows_of(name, FOLDER)] == made[name]
        assert all(len(row) == len(COLUMNS[name]) for row in made[name])
