"""Dashboard code names no indicator: where one stands and what is said of it are keys of its TOML.

Pages come to indicators through ``indicators.catalogue.roles`` (``the``, ``in_role``, ``groups``, ``questions``).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator
from pathlib import Path

import pytest

import dashboard
from dashboard.components.glossary import glossary
from indicators.catalogue import catalogue

ROOM = Path(dashboard.__file__).parent
# methods of a string that look for a part of an id
_LOOKING = {"startswith", "endswith", "removeprefix", "removesuffix"}


def ids_named(source: str, ids: Collection[str]) -> list[tuple[int, str]]:
    """(line, id or part of ids) of each string constant of Python source that names an indicator.

    An id counts where it stands as a whole word: ``employment-rate`` is not named by ``employment-rate-of-men``.
    An id of one plain word counts only where the string is nothing else, or where it is a value in an address.
    A beginning of ids with its last hyphen (``employment-gap-``), and a part of an id that is looked for
    with ``startswith`` and the like, count too. Docstrings may name an indicator as an example.
    """
    tree = ast.parse(source)
    docstrings = {id(node) for node in _docstrings(tree)}
    looked_for = {
        id(argument)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _LOOKING
        for argument in node.args
    }
    longest_first = sorted(ids, key=len, reverse=True)
    long = "|".join(re.escape(indicator_id) for indicator_id in longest_first if "-" in indicator_id)
    short = (
        "|".join(re.escape(indicator_id) for indicator_id in longest_first if "-" not in indicator_id)
        or r"(?!)"
    )
    pattern = re.compile(
        rf"(?<![\w-])(?:{long})(?![\w-])|(?:(?<==)|(?<=/)|^)(?:{short})(?=$|&)" if long else short
    )
    parts = {
        "-".join(words[:n])
        for indicator_id in ids
        if (words := indicator_id.split("-"))
        for n in range(1, len(words))
    }
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in docstrings:
            continue
        text = node.value
        found += [(node.lineno, match) for match in pattern.findall(text)]
        is_beginning = text.endswith("-") and text[:-1] in parts
        bare = text.strip("-")  # a hyphen alone is part of every id
        is_looked_for = (
            id(node) in looked_for
            and bare
            and any(bare in indicator_id for indicator_id in ids)
            and "-" in text
        )
        if (is_beginning or is_looked_for) and not pattern.search(text):
            found.append((node.lineno, text))
    return sorted(found)


def _docstrings(tree: ast.Module) -> Iterator[ast.Constant]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                yield first.value


def test_dashboard_code_names_no_indicator() -> None:
    ids = set(catalogue())
    named = [
        f"{path.relative_to(ROOM.parent)}:{line}: {text!r}"
        for path in sorted(ROOM.rglob("*.py"))
        for line, text in ids_named(path.read_text(encoding="utf-8"), ids)
    ]
    assert not named, "\n".join(named)


def test_terms_of_indicators_stand_in_the_glossary() -> None:
    unknown = {indicator.id: set(indicator.terms) - set(glossary()) for indicator in catalogue().values()}
    assert not {indicator_id: terms for indicator_id, terms in unknown.items() if terms}


@pytest.mark.parametrize(
    ("source", "named"),
    [
        ('X = "employment-rate"', ["employment-rate"]),
        ('X = "/map?indicator=employment-rate&area=E1"', ["employment-rate"]),
        ('X = f"/map?indicator=employment-rate{y}"', ["employment-rate"]),
        ('X = "employment-rate-men employment-rates self-employment-rate"', []),
        ('X = "employment-gap-"', ["employment-gap-"]),
        ('X = "employment-gap"', []),
        ('X = y.startswith("employment-gap")', ["employment-gap"]),
        ('X = y.startswith("employment")', []),
        ('X = y.removeprefix("-")', []),
        ('X = "neet"', ["neet"]),
        ('X = "/data/neet"', ["neet"]),
        ('X = "who is neet and young"', []),
        ('"""Such as ``employment-rate``."""', []),
        ('def f():\n    """Such as employment-rate."""\n    return "employment-rate"', ["employment-rate"]),
    ],
)
def test_what_counts_as_a_name(source: str, named: list[str]) -> None:
    ids = {"employment-rate", "employment-gap-disabled", "neet"}
    assert [text for _, text in ids_named(source, ids)] == named
