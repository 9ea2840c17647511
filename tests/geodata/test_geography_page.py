"""The examples of docs/geography.md, run as one session."""

from __future__ import annotations

import doctest
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "geography.md"


def test_the_examples_give_what_the_page_says() -> None:
    failures: list[str] = []
    example = doctest.DocTestParser().get_doctest(
        PAGE.read_text(encoding="utf-8"), {}, PAGE.name, str(PAGE), 0
    )
    assert len(example.examples) >= 12
    result = doctest.DocTestRunner(verbose=False).run(example, out=failures.append)
    assert result.failed == 0, "".join(failures)
