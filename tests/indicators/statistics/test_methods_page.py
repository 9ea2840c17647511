"""The methods page: every worked example is run, every section has one and its source, every function is named."""

from __future__ import annotations

import ast
import doctest
import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs" / "methods.md"
MODULES = (
    "intervals",
    "comparison",
    "trends.series",
    "trends.words",
    "spine",
    "aggregation",
    "funnel",
    "ranks",
    "disclosure",
    "inequality",
    "relation",
    "quality",
)


def sections() -> dict[str, str]:
    parts = re.split(r"^## (.+)$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_every_worked_example_is_what_the_code_answers() -> None:
    example = doctest.DocTestParser().get_doctest(
        PAGE.read_text(encoding="utf-8").replace("```pycon", "").replace("```", ""),
        {},
        "methods",
        str(PAGE),
        0,
    )
    assert len(example.examples) > 45
    failures: list[str] = []
    result = doctest.DocTestRunner(verbose=False).run(example, out=failures.append)
    assert result.failed == 0, "".join(failures)


@pytest.mark.parametrize(
    "title", [title for title in sections() if title != "Where other tools answer otherwise"]
)
def test_every_method_has_an_example_and_a_source(title: str) -> None:
    text = sections()[title]
    assert "\n>>> " in text, f"{title}: no worked example"
    assert "\nSource: " in text, f"{title}: no source"
    assert re.search(r"Functions?: `", text), f"{title}: no function named"


def public_functions(module: str) -> list[str]:
    loaded = importlib.import_module(f"indicators.statistics.{module}")
    tree = ast.parse(Path(str(loaded.__file__)).read_text(encoding="utf-8"))
    return [
        node.name for node in tree.body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]


@pytest.mark.parametrize("module", MODULES)
def test_every_public_function_is_on_the_page_and_says_what_it_does(module: str) -> None:
    page = PAGE.read_text(encoding="utf-8")
    loaded = importlib.import_module(f"indicators.statistics.{module}")
    names = public_functions(module)
    assert names
    for name in names:
        if name != "describe_periods":
            assert f"`{name}`" in page, f"{module}.{name} is not on the methods page"
        assert getattr(loaded, name).__doc__, f"{module}.{name} has no docstring"
