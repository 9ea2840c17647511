"""The keys of an indicator's file as a page of the documentation, made from the models that check the file."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from pydantic import BaseModel

from indicators.catalogue import model as models
from indicators.catalogue import shown, units
from indicators.catalogue.strict import Strict

PAGE = Path(__file__).parents[2] / "docs" / "catalogue.md"
_MODULES = (models, shown, units)
_OPENING = """# The keys of an indicator's file

`python -m indicators.catalogue reference` writes this page from the models that check the files. A test holds it to them.
Each indicator is a file `indicators/catalogue/<id>.toml`; `make check` lists every problem of every file at once.
[CONTRIBUTING.md](../CONTRIBUTING.md#add-an-indicator) says where to begin.
"""


def reference() -> str:
    """The whole page as Markdown."""
    parts = [_OPENING]
    for table in _tables(models.Indicator):
        said = " ".join((inspect.getdoc(table) or "").split())
        parts += [
            f"## {_named(table)}\n",
            f"{_cell(said)}\n",
            "| Key | Kind | Needed | What it is |",
            "|---|---|---|---|",
        ]
        for name, kind, words in _fields(table):
            field = table.model_fields[name]
            parts.append(
                f"| `{name}` | {_cell(_kind(kind))} | {'yes' if field.is_required() else 'no'} | {_cell(words)} |"
            )
        parts.append("")
    return "\n".join(parts).rstrip() + "\n"


def _named(table: type[BaseModel]) -> str:
    return "The file" if table is models.Indicator else f"`{table.__name__}`"


def _tables(first: type[BaseModel]) -> list[type[BaseModel]]:
    """The model of the file and every model that it holds, each once, in the order in which they are met."""
    found = [first]
    for table in found:
        for field in table.model_fields.values():
            for kind in _inside(field.annotation):
                if kind not in found:
                    found.append(kind)
    return found


def _inside(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, Strict):
        yield annotation
    for part in get_args(annotation):
        yield from _inside(part)


def _fields(table: type[BaseModel]) -> Iterator[tuple[str, str, str]]:
    """Each key of a model with its annotation and the text that stands below it in the code."""
    body = ast.parse(textwrap.dedent(inspect.getsource(table))).body[0]
    assert isinstance(body, ast.ClassDef)
    for place, node in enumerate(body.body):
        if not isinstance(node, ast.AnnAssign) or not isinstance(node.target, ast.Name):
            continue
        if node.target.id not in table.model_fields:
            continue
        after = body.body[place + 1] if place + 1 < len(body.body) else None
        words = ""
        if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
            words = " ".join(str(after.value.value).split())
        yield node.target.id, ast.unparse(node.annotation), words


def _kind(annotation: str) -> str:
    """An annotation as written in the code, with the values of a named choice."""
    for module in _MODULES:
        choices = get_args(getattr(module, annotation, None))
        if choices and all(isinstance(choice, str) for choice in choices):
            return ", ".join(f"`{choice}`" for choice in choices)
    return f"`{annotation}`"


def _cell(words: str) -> str:
    return words.replace("``", "`").replace("|", "\\|")
