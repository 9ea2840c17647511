"""Characters that no file we write may hold, and texts that a spreadsheet must not run.

XML 1.0 (workbooks, feeds, SVG) has no way to write some characters.
"""

from __future__ import annotations

import re

_UNWRITABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def control_character(text: str) -> str | None:
    """The first control character (or half a character) of a text as ``U+0007``, None where it has none.

    Tabs and line ends are none. Source: XML 1.0 (Fifth Edition), production 2, without its discouraged C1 controls.
    """
    found = _UNWRITABLE.search(text)
    return f"U+{ord(found[0]):04X}" if found else None


def without_control_characters(text: str) -> str:
    """The text without them."""
    return _UNWRITABLE.sub("", text)


_RUN_AS_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def unrunnable(text: str) -> str:
    """A text for a cell of a CSV: one that a spreadsheet could run as a formula gets an apostrophe before it."""
    return f"'{text}" if text.startswith(_RUN_AS_FORMULA) else text
