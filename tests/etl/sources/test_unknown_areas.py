"""Codes that look like those of areas: every code of the register does, and what is known to be none does not."""

from __future__ import annotations

import pandas as pd
import pytest

from etl.sources.base import UnknownArea
from etl.sources.reading import Tally, looks_like_area, unknown_areas
from geodata.register import load_register


def test_every_code_of_the_register_looks_like_an_area() -> None:
    codes = {code for area in load_register() for code in (area.area_code, area.ods_code) if code}
    assert sorted(code for code in codes if not looks_like_area(code)) == ["K02000001"]


@pytest.mark.parametrize("code", ["QEX", " qex ", "99Z", "D9Z9Z", "Y99", "E54000099", "E06999999"])
def test_a_new_code_looks_like_an_area(code: str) -> None:
    assert looks_like_area(code)


@pytest.mark.parametrize(
    # a hub, a region of 2017, no code at all, a provider, a ward, other nations
    "code",
    ["13Q", "Y54", "UNKNOWN", "", "NULL", "RX1", "RWK", "E05000001", "W06000001", "S12000033", "NONE"],
)
def test_what_is_no_area_does_not(code: str) -> None:
    assert not looks_like_area(code)


def test_rows_are_counted_by_code_with_their_measures() -> None:
    codes = pd.Series(["QEX", "UNKNOWN", "QEX", "QZ1"], dtype="str")
    measures = pd.Series(["a", "a", "b", "a"], dtype="str")
    assert unknown_areas(codes, measures) == (
        UnknownArea("QEX", 2, ("a", "b")),
        UnknownArea("QZ1", 1, ("a",)),
    )
    assert unknown_areas(codes) == (UnknownArea("QEX", 2), UnknownArea("QZ1", 1))


def test_rows_of_several_chunks_add_up() -> None:
    tally = Tally()
    for measure in ("a", "b"):
        tally.leave_unknown(
            "no area", pd.Series(["QEX", "UNKNOWN"], dtype="str"), pd.Series([measure] * 2, dtype="str")
        )
    [aside] = tally.set_aside()
    assert (aside.rows, aside.examples) == (4, ("QEX", "UNKNOWN"))
    assert aside.unknown == (UnknownArea("QEX", 2, ("a", "b")),)
