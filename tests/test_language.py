"""The words of code and documents: loop variables say what they hold, and idioms of our own do not come back."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CODE = ("app.py", "bench", "dashboard", "etl", "geodata", "indicators", "tests")
INSTEAD = {
    "mend": "fix",
    "mends": "fixes",
    "mended": "fixed",
    "kept answers": "cached answers",
    "no way out": "cannot reach",
    "to be had": "available",
    "is told": "is reported, is said",
    "are told": "are reported, are listed",
    "told apart": "distinguished",
}
"""What is not written, and what is written instead."""
SPARED = (
    "docs/decisions.md",
    "tests/test_language.py",
    "tests/test_words.py",
    "indicators/catalogue/fit-notes-rate.toml",
)
"""Files where such words are right: what was decided earlier, this list, and people who are told something."""
_IDIOM = re.compile(
    r"\b(" + "|".join(words.replace(" ", r"\s+") for words in INSTEAD) + r")\b", re.IGNORECASE
)


def python_files() -> list[Path]:
    return sorted(
        path
        for name in CODE
        for path in ([ROOT / name] if name.endswith(".py") else (ROOT / name).rglob("*.py"))
    )


@cache
def texts() -> dict[str, str]:
    """Code and documents by their path in the project; scripts of other people are not ours to word."""
    paths = [*python_files(), *ROOT.glob("*.md"), ROOT / "Makefile"]
    paths += [path for folder in ("docs", "dashboard") for path in (ROOT / folder).rglob("*.md")]
    paths += (ROOT / "indicators").rglob("*.toml")
    paths += (path for path in (ROOT / "assets").rglob("*.js") if "vendor" not in path.parts)
    named = {path.relative_to(ROOT).as_posix(): path for path in paths}
    return {name: path.read_text(encoding="utf-8") for name, path in named.items() if name not in SPARED}


def nameless_targets(tree: ast.AST) -> Iterator[int]:
    """Lines on which a loop, a comprehension or a lambda calls what it holds ``one``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.For | ast.AsyncFor | ast.comprehension):
            targets: list[ast.AST] = list(ast.walk(node.target))
            yield from (name.lineno for name in targets if isinstance(name, ast.Name) and name.id == "one")
        elif isinstance(node, ast.Lambda):
            yield from (given.lineno for given in node.args.args if given.arg == "one")


def idioms(text: str) -> list[tuple[int, str]]:
    """(line, words) of every idiom in a text, also where a line ends inside it."""
    return [(text.count("\n", 0, found.start()) + 1, found[0]) for found in _IDIOM.finditer(text)]


def test_loop_variables_say_what_they_hold() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in python_files()
        for line in nameless_targets(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert found == [], "name what the variable holds: for area in areas"


def test_no_idiom_of_our_own_comes_back() -> None:
    found = [
        f"{name}:{line}: {words!r}; write {INSTEAD[' '.join(words.lower().split())]!r}"
        for name, text in texts().items()
        for line, words in idioms(text)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ("for one in areas:\n    pass", [1]),
        ("x = 1\n[one.id for _, one in areas]", [2]),
        ("key = lambda one: one.id", [1]),
        ("for area in areas:\n    one = area", []),
        ("def counted(n, one, many): ...", []),
    ],
)
def test_a_nameless_variable_is_seen(code: str, lines: list[int]) -> None:
    assert list(nameless_targets(ast.parse(code))) == lines


def test_an_idiom_is_seen_across_lines_and_not_inside_a_word() -> None:
    assert idioms("the value and the\nmend; recommended, amended") == [(2, "mend")]
    assert idioms("whatever it was is\n  told at once") == [(1, "is\n  told")]
