"""The import contracts of etl cover the whole room, whatever is added to it."""

from __future__ import annotations

import tomllib
from pathlib import Path

from etl import sources

ROOT = Path(__file__).parents[2]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
SHARED = {"base", "reading"}
"""What every source stands on; whatever else lies in the folder is a publisher."""
LONGEST = 500


def publishers() -> set[str]:
    folder = ROOT / "etl" / "sources"
    names = {path.stem for path in folder.glob("*.py")}
    names |= {path.parent.name for path in folder.glob("*/__init__.py")}
    return names - SHARED - {"__init__"}


def test_every_source_is_held_to_the_contract_of_independence() -> None:
    [contract] = [contract for contract in CONTRACTS if contract["type"] == "independence"]
    assert contract["modules"] == ["etl.sources.*"]
    # only what is shared is let through
    assert {line.split(" -> ")[1] for line in contract["ignore_imports"]} == {
        "etl.sources.base",
        "etl.sources.reading",
        "etl.sources.reading.*",
    }


def test_every_source_in_the_folder_is_loaded() -> None:
    loaded = {*sources.SOURCES, *sources.BOUNDARY_SOURCES}
    assert publishers() == loaded


def test_every_part_of_the_room_has_its_layer() -> None:
    [contract] = [contract for contract in CONTRACTS if contract["name"].startswith("Inside etl")]
    parts = {f"etl.{path.parent.name}" for path in (ROOT / "etl").glob("*/__init__.py")}
    # nothing imports the builder of the illustrative files
    assert parts - {"etl.build_illustrative"} == set(contract["layers"])


def test_no_file_is_long() -> None:
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for path in (ROOT / "etl").rglob("*.py")
    }
    assert lengths and {name: lines for name, lines in lengths.items() if lines > LONGEST} == {}
