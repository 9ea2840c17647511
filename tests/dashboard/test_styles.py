"""Rules of the styles that decide how much of a page a browser looks at again when one element changes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

SHEETS = sorted((Path(__file__).parents[2] / "assets").glob("*.css"))
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_COMBINATOR = re.compile(r"\s*[>+~\s]\s*")
_IN_BRACKETS = re.compile(r"\([^()]*\)")
_NAMED = re.compile(r"^[a-z]|[.#]\w")


def unbound(sheet: str) -> list[str]:
    """Selectors with ``:has()`` in which a later part has no element, class or id: any element may be that part.

    Browsers keep one list of what follows any ``:has()``. With such a part in it, each new element anywhere below ``body``
    made them work out the styles of the whole page.
    """
    found = []
    for selectors in re.findall(r"([^{}]+)\{", _COMMENT.sub("", sheet)):
        for selector in re.split(r",(?![^(]*\))", selectors):
            head, has, rest = selector.strip().partition(":has(")
            if not has or head.startswith("@"):
                continue
            plain = f"({rest}"
            while _IN_BRACKETS.search(plain):
                plain = _IN_BRACKETS.sub("", plain)
            later = [part for part in _COMBINATOR.split(plain.lstrip(")"))[1:] if part]
            if not all(_NAMED.search(part) for part in later):
                found.append(selector.strip())
    return found


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_what_follows_has_is_named(sheet: Path) -> None:
    assert unbound(sheet.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "selector",
    ["tr:has(+ .a) > *", ".a:not(:has(b)) :hover", "p, body:has(.b:not(.c)) [hidden]", ".a:has(.b) > .c > *"],
)
def test_a_part_that_any_element_may_be_is_found(selector: str) -> None:
    assert len(unbound(f"/* a */ {selector} {{ margin: 0; }}")) == 1


@pytest.mark.parametrize(
    "selector", ["tr:has(+ .a) > td", "body:has(.b) .c", "#a:has(> .b) .c > p", ".a:has(*)", ".a > *"]
)
def test_other_selectors_are_let_be(selector: str) -> None:
    assert unbound(f"{selector} {{ margin: 0; }}") == []
