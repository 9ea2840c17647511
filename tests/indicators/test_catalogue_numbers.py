"""The numbers by which the API that Fingertips' clients ask knows indicators: given once, never by order."""

from __future__ import annotations

from pathlib import Path

import pytest

from indicators.catalogue import CatalogueError, catalogue, load_catalogue
from indicators.catalogue.loading import CATALOGUE_DIRECTORY
from indicators.catalogue.numbers import HASHED_NUMBERS_FROM, OWN_NUMBERS_FROM, hashed_number

FIRST, SECOND = "claimant-count", "employment-deprivation"


def toml(indicator_id: str) -> str:
    return (CATALOGUE_DIRECTORY / f"{indicator_id}.toml").read_text(encoding="utf-8")


def write(folder: Path, indicator_id: str, text: str) -> None:
    (folder / f"{indicator_id}.toml").write_text(text, encoding="utf-8")


def test_every_indicator_of_the_project_has_a_number_given_by_hand() -> None:
    without = [
        indicator.id
        for indicator in catalogue().values()
        if (indicator.fingertips_id is None) == (indicator.api_number is None)
    ]
    assert without == [], "give api_number, the next that is free (or fingertips_id where Fingertips has it)"


def test_numbers_that_clients_may_have_written_down() -> None:
    numbers = {indicator_id: indicator.number for indicator_id, indicator in catalogue().items()}
    assert len(set(numbers.values())) == len(numbers)
    # literal on purpose: a script that asks for one of them must get the same indicator next year
    assert numbers["employment-rate"] == 92313
    assert numbers["employment-gap-learning-disability"] == 90283
    assert numbers[FIRST] == 900002
    assert numbers["unemployment-rate-disabled"] == 900071


def test_a_name_has_always_the_same_number_that_r_can_hold() -> None:
    assert hashed_number("my-own-indicator") == 1_687_439_285
    assert OWN_NUMBERS_FROM < HASHED_NUMBERS_FROM <= hashed_number("") < 2**31


def test_two_indicators_with_one_number_are_refused(tmp_path: Path) -> None:
    write(tmp_path, FIRST, toml(FIRST))
    number = next(line for line in toml(FIRST).splitlines() if line.startswith("api_number"))
    lines = [number if line.startswith("api_number") else line for line in toml(SECOND).splitlines()]
    write(tmp_path, SECOND, "\n".join(lines))
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(tmp_path)
    assert f"{SECOND}.toml: api_number: 900002 is the number of {FIRST!r} already" in str(caught.value)


def test_two_numbers_of_one_indicator_are_refused(tmp_path: Path) -> None:
    write(tmp_path, FIRST, toml(FIRST).replace("\napi_number", "\nfingertips_id = 5\napi_number"))
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(tmp_path)
    assert f"{FIRST}.toml: api_number: stands beside fingertips_id" in str(caught.value)


def test_a_number_below_ours_is_refused(tmp_path: Path) -> None:
    write(tmp_path, FIRST, toml(FIRST).replace("api_number = 900002", "api_number = 5"))
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(tmp_path)
    assert f"{FIRST}.toml: api_number" in str(caught.value)
