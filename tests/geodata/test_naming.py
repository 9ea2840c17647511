"""Which area a name means, among those that have figures."""

from __future__ import annotations

import pytest

from geodata.naming import area_named
from geodata.register import UnknownArea, load_register

LEEDS, CITY_REGION, BRISTOL = "E08000035", "E37000062", "E06000023"


def test_a_whole_name_goes_before_one_that_begins_alike() -> None:
    register = load_register()
    among = {LEEDS, CITY_REGION, BRISTOL}
    assert area_named(register, "Leeds", among) == LEEDS
    assert area_named(register, " leeds city region", among) == CITY_REGION
    # the only area among them that the words begin
    assert area_named(register, "bristol", among) == BRISTOL


def test_a_code_is_taken_as_it_is() -> None:
    assert area_named(load_register(), "e08000035", set()) == LEEDS


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "Lee",
            r"'Lee' may be any of these areas: Leeds \(E08000035\), Leeds City Region \(E37000062\); give the code",
        ),
        ("Narnia", "no area with figures has the code or the name 'Narnia'"),
        ("E99999999", "no area with figures has the code or the name 'E99999999'"),
    ],
)
def test_what_no_one_area_is_called_is_said(text: str, words: str) -> None:
    with pytest.raises(UnknownArea, match=words):
        area_named(load_register(), text, {LEEDS, CITY_REGION})
