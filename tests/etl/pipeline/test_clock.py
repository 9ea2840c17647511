"""A clock that is put back between runs changes no order: of history, of quarantine, of the way back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from etl_toolkit import LEEDS, NOTTINGHAM, Bench, claim_rows, rate_rows

from etl.scheduling.timetable import Times, Timetable, standing
from indicators.calendar import Calendar

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def refresh(bench: Bench, rate: float, at: datetime) -> str:
    """Publish another rate of Leeds while the clock stands at an instant; the outcome."""
    bench.put("alpha-1.csv", rate_rows({NOTTINGHAM: 66.1, LEEDS: rate}) + claim_rows({NOTTINGHAM: 7}))
    (result,) = bench.pipeline(now=lambda: at).refresh(["alpha"], folder=bench.folder / "incoming")
    return result.outcome


def test_history_and_the_way_back_keep_their_order(bench: Bench) -> None:
    assert refresh(bench, 75.0, NOON) == "published"
    assert refresh(bench, 75.1, NOON - timedelta(days=2)) == "published"
    assert refresh(bench, 75.2, NOON - timedelta(days=1)) == "published"
    runs = bench.store.history("alpha")
    assert [run["details"]["diff"]["totals"]["added"] for run in runs] == [0, 0, 3]
    instants = [(run["started_at"], run["finished_at"]) for run in runs]
    assert instants == sorted(instants, reverse=True) and len(set(instants)) == 3
    assert instants[-1][0].startswith("2026-03-01T12:00:00")
    [state] = [status for status in bench.store.source_status() if status["source_id"] == "alpha"]
    assert state["published_at"] == runs[0]["finished_at"]
    assert [revision["new_value"] for revision in bench.store.revisions(area_code=LEEDS)] == [75.2, 75.1]
    assert (
        bench.pipeline(now=lambda: NOON - timedelta(days=3)).rollback("alpha", "a test").outcome
        == "published"
    )
    assert bench.value("rate", LEEDS) == 75.1


def test_what_waits_in_quarantine_is_that_of_the_last_run(bench: Bench) -> None:
    assert refresh(bench, 75.0, NOON) == "published"
    assert refresh(bench, 10.0, NOON - timedelta(days=1)) == "quarantined"
    assert refresh(bench, 12.0, NOON - timedelta(days=2)) == "quarantined"
    (result,) = bench.pipeline(now=lambda: NOON - timedelta(days=3)).refresh(["alpha"], accept="a test")
    assert result.outcome == "published"
    assert bench.value("rate", LEEDS) == 12.0


def test_a_run_of_a_clock_that_was_ahead_keeps_no_source_from_being_due() -> None:
    ahead = {
        "outcome": "published",
        "finished_at": "2099-01-01T00:00:00.000+00:00",
        "details": {"editions": [{"origin": "publisher"}]},
    }
    found = standing(
        "alpha",
        live=True,
        calendar=Calendar((2,), 10),
        runs=[ahead],
        now=NOON,
        timetable=Timetable(schedule=Times(times=("10:15",), retry_hours=6, late_days=14)),
    )
    assert (found.is_due, found.words) == (True, "never fetched")
