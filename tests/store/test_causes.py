"""Which run a change belongs to, and so what its cause is."""

from __future__ import annotations

from typing import Any

import pytest

from indicators.store.causes import Cause, Causes

BACK = {"rolled_back": {"reason": "a slip", "editions": []}}
RUNS: list[tuple[str, str, dict[str, Any]]] = [
    ("2026-01-02T10:00:00.000", "2026-01-02T10:05:00.000", {"cause": {"kind": "recalculated"}}),
    ("2026-01-01T10:00:00.000", "2026-01-01T10:05:00.000", BACK),
]


@pytest.mark.parametrize(
    ("changed_at", "cause"),
    [
        ("2026-01-01T09:59:59.999", None),
        ("2026-01-01T10:00:00.000", Cause("rollback", "a slip")),
        ("2026-01-01T10:05:00.000", Cause("rollback", "a slip")),
        # after the end of the run: another one, of which nothing is noted
        ("2026-01-01T10:05:00.001", None),
        ("2026-01-02T10:03:00.000", Cause("recalculated")),
        ("2026-01-03T10:00:00.000", None),
    ],
)
def test_a_change_belongs_to_the_run_in_which_it_happened(changed_at: str, cause: Cause | None) -> None:
    assert Causes(RUNS).of_all(changed_at, "revised", "rate") == cause


def test_what_is_added_has_a_cause_only_in_a_rollback() -> None:
    causes = Causes(RUNS)
    assert causes.of_all("2026-01-01T10:03:00.000", "added", "rate") == Cause("rollback", "a slip")
    assert causes.of_all("2026-01-02T10:03:00.000", "added", "rate") is None


def test_without_runs_nothing_has_a_cause() -> None:
    assert Causes([]).of_all("2026-01-01T10:03:00.000", "revised", "rate") is None
    assert Causes([]).has_corrections("2026-01-01T10:03:00.000", "rate") is False
