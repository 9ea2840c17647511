"""Characters that no workbook, feed or picture can hold."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from indicators.plain_text import control_character, without_control_characters


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("bell \u0007", "U+0007"),
        ("vertical tab \u000b", "U+000B"),
        ("nul \u0000", "U+0000"),
        ("\ufffe", "U+FFFE"),
        ("\ud800", "U+D800"),
        ("\u007f", "U+007F"),
        ("tab\t, line\r\nend, é, – and 🙂", None),
    ],
)
def test_the_first_control_character_is_named(text: str, found: str | None) -> None:
    assert control_character(text) == found


@given(st.text())
def test_what_is_left_can_be_written_as_xml_and_in_a_workbook(text: str) -> None:
    left = without_control_characters(text)
    assert control_character(left) is None
    assert not ILLEGAL_CHARACTERS_RE.search(left)
    escaped = left.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    ElementTree.fromstring(f"<a>{escaped}</a>")
