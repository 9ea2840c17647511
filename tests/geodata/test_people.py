"""Residents of councils, and the similar areas of NHS areas that are worked out here."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from geodata.people import COLUMNS, FOLDER, BadPeople, read_similar, residents
from geodata.register import load_register

REGISTER = load_register()
LEEDS, WEST_YORKSHIRE = "E38000225", "E54000054"


def test_every_council_has_its_residents_and_they_are_those_of_england() -> None:
    people = residents()
    assert set(people) == {area.area_code for area in REGISTER.vintage("ltla", 2025)}
    assert people["E08000035"] == 811915
    assert people["E06000053"] == 2053
    # the Census counts 56,490,048; councils are rounded or perturbed one by one
    assert sum(people.values()) == pytest.approx(56_490_048, abs=100)


def test_leeds_and_west_yorkshire_have_the_similar_areas_of_the_table() -> None:
    assert [REGISTER.area(code).name for code in REGISTER.similar(LEEDS)][:3] == [
        "NHS Nottingham and Nottinghamshire ICB – Nottingham and Nottinghamshire (52R)",
        "NHS Coventry and Warwickshire ICB (B2M3M)",
        "NHS Mid and South Essex ICB – Thurrock (07G)",
    ]
    assert [REGISTER.area(code).name for code in REGISTER.similar(WEST_YORKSHIRE)] == [
        "NHS Greater Manchester Integrated Care Board",
        "NHS Black Country Integrated Care Board",
        "NHS South Yorkshire Integrated Care Board",
        "NHS Nottingham and Nottinghamshire Integrated Care Board",
        "NHS Derby and Derbyshire Integrated Care Board",
    ]


@pytest.mark.parametrize(("area_type", "count"), [("sub_icb", 10), ("icb", 5)])
def test_every_nhs_area_of_2025_has_as_many_of_its_own_type_and_never_itself(
    area_type: str, count: int
) -> None:
    codes = REGISTER.codes(area_type, 2025)
    for code in codes:
        alike = REGISTER.similar(code)
        assert len(alike) == len(set(alike)) == count
        assert code not in alike
        assert codes.issuperset(alike)


def test_types_whose_similar_areas_are_ours_say_so() -> None:
    ours = [name for name, kind in REGISTER.area_types.items() if kind.similar_here]
    assert ours == ["sub_icb", "icb"]
    assert all(REGISTER.area_types[name].has_similar for name in ours)


def test_each_distance_is_that_of_the_measures_beside_it() -> None:
    """The slow way: one pair at a time, from the committed measures."""
    with (FOLDER / "measures_nhs.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    columns = [name for name in rows[0] if name not in ("area_code", "area_type")]
    assert columns == [
        "aged_16_to_64",
        "disability",
        "depression",
        "employment_deprivation",
        "children_in_low_income",
    ]
    with (FOLDER / "similar_nhs.csv").open(encoding="utf-8") as file:
        told = [row for row in csv.DictReader(file) if row["area_code"] in (LEEDS, WEST_YORKSHIRE)]
    for row in told:
        kind = next(found["area_type"] for found in rows if found["area_code"] == row["area_code"])
        of_type = {found["area_code"]: found for found in rows if found["area_type"] == kind}
        total = 0.0
        for column in columns:
            values = [float(found[column]) for found in of_type.values()]
            mean = sum(values) / len(values)
            variance = sum((value - mean) ** 2 for value in values) / len(values)
            here, there = (float(of_type[row[key]][column]) for key in ("area_code", "similar_code"))
            total += (here - there) ** 2 / variance
        assert total**0.5 == pytest.approx(float(row["distance"]), abs=0.0006)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("residents.csv", "area_code,people\n", "columns"),
        (
            "residents.csv",
            "area_code,residents\nE06000001,few\n",
            "residents.csv row 2: E06000001,few; expected",
        ),
        ("residents.csv", "area_code,residents\nE06000001,0\n", "residents.csv row 2: E06000001,0; expected"),
        (
            "similar_nhs.csv",
            f"{','.join(COLUMNS['similar_nhs.csv'])}\n{LEEDS},1,E99,0.1\n",
            "'E99' is not in",
        ),
        (
            "similar_nhs.csv",
            f"{','.join(COLUMNS['similar_nhs.csv'])}\n{LEEDS},first\n",
            "expected a code, a rank",
        ),
    ],
)
def test_a_damaged_table_names_the_row(tmp_path: Path, name: str, content: str, message: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(BadPeople, match=message):
        residents(tmp_path) if name == "residents.csv" else read_similar({LEEDS}, tmp_path)


def test_an_absent_table_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(BadPeople, match="python -m etl similar-areas"):
        residents(tmp_path)
