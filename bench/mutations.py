"""Small faults in Python source: what a mutation run breaks, one at a time.

Each operator changes one place of a file and leaves every other byte as it is, so that a survivor can be shown as it
would be typed. Operators: a comparison moves by its boundary or turns round, ``and`` and ``or`` change places, ``not`` and
a minus sign go, arithmetic operators change places, a number moves by one, True and False change places, a slice loses a
bound, a default and a returned value become None, a condition is negated, a statement that only calls goes.

Left alone: annotations, docstrings and other texts, f-strings (Python 3.11 does not say where their parts stand), calls of a
logger, names in ``__all__``, ``strict`` of ``zip``, which asserts what holds already, and ``sort`` of ``groupby``: rows have
keys, and whoever shows them puts them in order.
"""

from __future__ import annotations

import ast
import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

_COMPARISONS = {
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
    ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"),
}
_ARITHMETIC = {
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "/"),
    ast.Div: ("/", "*"),
    ast.FloorDiv: ("//", "/"),
    ast.Mod: ("%", "*"),
    ast.Pow: ("**", "*"),
    ast.BitAnd: ("&", "|"),
    ast.BitOr: ("|", "&"),
}
_LOGGERS = {"log", "logger", "logging"}


@dataclass(frozen=True, order=True)
class Mutation:
    """One fault: in ``path`` (from the project's root) the bytes from ``start`` to ``end`` become ``replacement``.

    ``line`` is where they stand, ``statement`` the line where the statement around them begins.
    """

    path: str
    line: int
    statement: int
    start: int
    end: int
    original: str
    replacement: str
    operator: str

    def apply(self, source: bytes) -> bytes:
        """The source with the fault in it."""
        return source[: self.start] + self.replacement.encode() + source[self.end :]

    def words(self) -> str:
        """``etl/derive.py:12  comparison: < → <=``."""
        original, replacement = (" ".join(text.split()) for text in (self.original, self.replacement))
        return f"{self.path}:{self.line}  {self.operator}: {original} → {replacement or '(nothing)'}"


def mutations_of(path: str, source: bytes) -> list[Mutation]:
    """Every fault the operators can make in a file, in the order of the source; each still parses."""
    found = sorted(set(_Finder(path, source).mutations()))
    return [mutation for mutation in found if _parses(mutation.apply(source))]


def sample(mutations: Iterable[Mutation], most: int, seed: int) -> list[Mutation]:
    """At most ``most`` of them, drawn with a fixed seed and put in order again."""
    known = sorted(mutations)
    return known if len(known) <= most else sorted(random.Random(seed).sample(known, most))


def room_mutations(root: Path, files: Iterable[Path]) -> list[Mutation]:
    """The faults of every file of a room."""
    return [
        mutation
        for file in sorted(files)
        for mutation in mutations_of(file.relative_to(root).as_posix(), file.read_bytes())
    ]


def _parses(source: bytes) -> bool:
    try:
        ast.parse(source)
    except SyntaxError:
        return False
    return True


class _Finder:
    """Walks a syntax tree and places its mutations in the bytes of the source."""

    def __init__(self, path: str, source: bytes) -> None:
        self._path = path
        self._source = source
        self._statement = 1
        self._line_starts = [0]
        for line in source.splitlines(keepends=True):
            self._line_starts.append(self._line_starts[-1] + len(line))

    def mutations(self) -> Iterator[Mutation]:
        yield from self._visit(ast.parse(self._source))

    def _visit(self, node: ast.AST) -> Iterator[Mutation]:
        if isinstance(node, ast.JoinedStr) or _is_left_alone(node):
            return
        around = self._statement
        if isinstance(node, ast.stmt):
            self._statement = node.lineno
        yield from self._own(node)
        for name, value in ast.iter_fields(node):
            if name in ("annotation", "returns", "decorator_list", "bases"):
                continue
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST) and not _is_order_of_groups(node, child):
                    yield from self._visit(child)
        self._statement = around

    def _own(self, node: ast.AST) -> Iterator[Mutation]:
        match node:
            case ast.Compare(left=left, ops=operators, comparators=comparators):
                for operator, before, after in zip(
                    operators, [left, *comparators], comparators, strict=False
                ):
                    yield from self._between(before, after, *_COMPARISONS[type(operator)], "comparison")
            case ast.BoolOp(op=operator, values=values):
                old, new = ("and", "or") if isinstance(operator, ast.And) else ("or", "and")
                for before, after in pairwise(values):
                    yield from self._between(before, after, old, new, "and/or")
            case ast.UnaryOp(op=ast.Not()):
                yield self._at(self._start(node), self._start(node) + 3, "", "not")
            case ast.UnaryOp(op=ast.USub()):
                yield self._at(self._start(node), self._start(node) + 1, "", "minus sign")
            case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _ARITHMETIC:
                if not any(_is_text(side) for side in (left, right)):
                    yield from self._between(left, right, *_ARITHMETIC[type(operator)], "arithmetic")
            case ast.AugAssign(target=target, op=operator, value=value) if type(operator) in _ARITHMETIC:
                old, new = _ARITHMETIC[type(operator)]
                if not _is_text(value):
                    yield from self._between(target, value, f"{old}=", f"{new}=", "arithmetic")
            case ast.Constant(value=bool(value)):
                yield self._whole(node, str(not value), "constant")
            case ast.Constant(value=int(value)):
                yield self._whole(node, str(value + 1), "constant")
                yield self._whole(node, str(value - 1) if value else "(-1)", "constant")
            case ast.Constant(value=float(value)):
                yield self._whole(node, repr(value + 1), "constant")
            case ast.Slice(lower=lower, upper=upper):
                for bound in (lower, upper):
                    if bound is not None:
                        yield self._whole(bound, "", "slice")
            case ast.Return(value=ast.expr() as value) if not _is_none(value):
                yield self._whole(node, "return None", "returned value")
            case ast.arguments(defaults=defaults, kw_defaults=keyword_defaults):
                for default in (*defaults, *keyword_defaults):
                    if default is not None and not _is_none(default):
                        yield self._whole(default, "None", "default")
            case ast.Expr(value=ast.Call() as call) if not _is_logging(call):
                yield self._whole(node, "pass", "call")
        test = getattr(node, "test", None)
        tests = [test] if isinstance(test, ast.expr) else getattr(node, "ifs", [])
        for condition in tests:
            if not isinstance(condition, ast.Compare | ast.BoolOp | ast.UnaryOp | ast.Constant):
                text = self._source[self._start(condition) : self._end(condition)].decode()
                yield self._whole(condition, f"(not ({text}))", "condition")

    def _between(
        self, before: ast.expr, after: ast.expr, old: str, new: str, operator: str
    ) -> Iterator[Mutation]:
        """The operator ``old`` that stands between two operands."""
        start, end = self._end(before), self._start(after)
        pattern = re.escape(old).replace(r"\ ", r"\s+").encode()
        if old[0].isalpha():
            pattern = rb"\b" + pattern + rb"\b"
        found = re.search(pattern, self._source[start:end])
        if found:
            yield self._at(start + found.start(), start + found.end(), new, operator)

    def _whole(self, node: ast.expr | ast.stmt, replacement: str, operator: str) -> Mutation:
        return self._at(self._start(node), self._end(node), replacement, operator)

    def _at(self, start: int, end: int, replacement: str, operator: str) -> Mutation:
        line = self._source.count(b"\n", 0, start) + 1
        original = self._source[start:end].decode()
        return Mutation(self._path, line, self._statement, start, end, original, replacement, operator)

    def _start(self, node: ast.expr | ast.stmt) -> int:
        return self._line_starts[node.lineno - 1] + node.col_offset

    def _end(self, node: ast.expr | ast.stmt) -> int:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self._line_starts[node.end_lineno - 1] + node.end_col_offset


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str | bytes)
    )


def _is_none(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _is_logging(call: ast.Call) -> bool:
    function = call.func
    return (
        isinstance(function, ast.Attribute)
        and isinstance(function.value, ast.Name)
        and function.value.id in _LOGGERS
    )


def _is_order_of_groups(node: ast.AST, child: ast.AST) -> bool:
    """Whether ``child`` is the ``sort`` of a call of ``groupby``."""
    return (
        isinstance(child, ast.keyword)
        and child.arg == "sort"
        and isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "groupby"
    )


def _is_left_alone(node: ast.AST) -> bool:
    """Statements whose change says nothing about the tests: logging, ``__all__``, imports for the type checker."""
    match node:
        case ast.keyword(arg="strict"):
            return True
        case ast.Expr(value=ast.Call() as call):
            return _is_logging(call)
        case ast.Assign(targets=[ast.Name(id="__all__")]):
            return True
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return True
    return False
