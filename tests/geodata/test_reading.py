"""Tables of the register that contradict themselves: each kind of problem by file, row and what was expected."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from geodata.register import TABLES, BadRegister, read_register


@pytest.fixture(scope="module")
def problems(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The lines that the committed tables with some bad rows more bring about."""
    folder = tmp_path_factory.mktemp("bad") / "tables"
    shutil.copytree(TABLES, folder)
    for name, rows in {
        "areas.csv": [
            "E07999997,ltla,  ,,,,,",
            "W07999996,ltla,Elsewhere,,,,,",
            "E07999995,ltla,South,,,,48.99,0",
        ],
        "memberships.csv": [
            "E06999999,ltla,E12000004,region,,,1",
            "E06000018,ltla,E12000004,region,2021-01-01,2020-01-01,1",
            "E06000018,ltla,E12000004,region,,,0",
        ],
        "successions.csv": [
            "ltla,E06999999,E07000026,2020-04-01,1",
            "ltla,E06000018,E07999999,2020-04-01,1",
            "ltla,E06000018,E06000019,2021-04-01,0",
            "ltla,E06000018,E06000019,,1",
        ],
        "aliases.csv": ["E06000018,   ,short"],
        "similar.csv": ["E06000018,21,E06999999", "E06999998,1,E06000018"],
    }.items():
        with (folder / name).open("a", encoding="utf-8") as table:
            table.writelines(f"{row}\n" for row in rows)
    with pytest.raises(BadRegister) as caught:
        read_register(folder)
    return str(caught.value).splitlines()


@pytest.mark.parametrize(
    "expected",
    [
        "areas.csv row {}: name of E07999997 is empty",
        "areas.csv row {}: area_code 'W07999996' of ltla; expected nine characters that begin with E06 or",
        "areas.csv row {}: (48.99, 0.0) is outside the United Kingdom",
        "memberships.csv row {}: child E06999999 ltla is not in areas.csv",
        "memberships.csv row {}: end_on 2020-01-01 is before start_on 2021-01-01",
        "memberships.csv row {}: share 0.0; expected more than 0 and at most 1",
        "memberships.csv row {}: the membership is already in row",
        "successions.csv row {}: predecessor E06999999 ltla is not in areas.csv",
        "successions.csv row {}: successor E07999999 ltla is not in areas.csv",
        "successions.csv row {}: share 0.0; expected more than 0 and at most 1",
        "successions.csv row {}: ltla,E06000018,E06000019,,1: changed_on is empty; expected a day such as 2023-04-01",
        "aliases.csv row {}: alias of E06000018 is empty",
        "similar.csv row {}: area_code 'E06999999' is not in areas.csv",
        "similar.csv row {}: area_code 'E06999998' is not in areas.csv",
    ],
)
def test_each_problem_is_named_by_file_and_row(problems: list[str], expected: str) -> None:
    before, after = expected.split("{}")
    assert any(line.startswith(before) and after in line for line in problems), problems


def test_nothing_else_is_said_of_them(problems: list[str]) -> None:
    """A sound row beside a bad one is never blamed."""
    files = [line.split(" row ")[0] for line in problems]
    assert {name: files.count(name) for name in sorted(set(files))} == {
        "aliases.csv": 1,
        "areas.csv": 3,
        "memberships.csv": 4,
        "similar.csv": 2,
        "successions.csv": 4,
    }


def test_a_table_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "tables"
    shutil.copytree(TABLES, folder)
    (folder / "aliases.csv").write_bytes(b"area_code,alias,kind\nE06000018,Caf\xe9,short\n")
    with pytest.raises(BadRegister, match=r"^aliases\.csv: .*; expected UTF-8$"):
        read_register(folder)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (None, "area_types.toml: the file is absent"),
        (b"[ltla", "area_types.toml: Expected ']' at the end of a table declaration"),
        (b"[ltla]\nname = 'Caf\xe9'", "area_types.toml: 'utf-8' codec can't decode"),
        (b"ltla = 1", "area_types.toml: ltla: 1; expected a table [ltla]"),
    ],
)
def test_a_file_of_area_types_that_cannot_be_read_is_named(
    tmp_path: Path, content: bytes | None, expected: str
) -> None:
    path = tmp_path / "area_types.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadRegister) as caught:
        read_register(TABLES, path)
    assert str(caught.value).startswith(expected)
