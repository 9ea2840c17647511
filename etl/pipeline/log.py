"""The log of runs: what came of each source and when, in an order that no clock can change."""

from __future__ import annotations

import dataclasses
import json
import secrets
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

from etl.fetching.snapshots import LostSnapshot
from etl.pipeline import Row
from etl.pipeline.starter import BadStarter
from etl.sources.base import SourceProblem
from indicators.store import Store
from indicators.store.writing import record_run

Outcome = Literal["published", "unchanged", "failed", "quarantined", "dry_run", "not_here"]

_TICK = timedelta(milliseconds=1)
"""The smallest step of an instant in the log."""

_EXPECTED = (SourceProblem, LostSnapshot, BadStarter, ValueError, OSError)
"""Errors whose message says what to do; any other is reported with its trace."""


@dataclass(frozen=True)
class RunResult:
    """What came of one source. ``not_here`` (no file of it in the folder) is reported and not written in the log.

    ``finished_at`` is an instant (UTC), ``seconds`` how long it took. Of a run that changed nothing ``is_logged`` says
    whether it is worth a line in the log; a published one writes its line in its own transaction. ``held`` are the figures
    of what waits in quarantine (``etl.pipeline.held``).
    """

    source_id: str
    outcome: Outcome
    message: str
    details: Row = field(default_factory=dict)
    run_id: str = ""
    seconds: float = 0.0
    finished_at: str = ""
    is_logged: bool = True
    held: Row | None = None


class RunLog:
    """The log of one store, by one clock."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self._store = store
        self._latest = datetime.min.replace(tzinfo=UTC)

    def now(self) -> datetime:
        """The present instant, but later than every one before it and in the log.

        The order of the log is what history, quarantine and rollback go by: a clock that was put back must not
        change it.
        """
        self._latest = max(self.clock(), self._latest + _TICK)
        return self._latest

    def catch_up(self) -> None:
        """Let every instant from here on be later than the last one in the store."""
        if (last := self._store.last_instant()) is not None:
            self._latest = max(self._latest, datetime.fromisoformat(last))

    def guarded(self, source_id: str, work: Callable[[], RunResult]) -> RunResult:
        """Do the work of one source; whatever stops it becomes a failed run in the log, and no other stops."""
        started, clock = self.now(), time.perf_counter()
        try:
            result = work()
        except Exception as error:
            expected = isinstance(error, _EXPECTED)
            message = str(error) if expected else f"unexpected {type(error).__name__}: {error}"
            details = {} if expected else {"trace": traceback.format_exc(limit=-6)}
            result = RunResult(source_id, "failed", message, details)
        seconds = time.perf_counter() - clock
        result = dataclasses.replace(result, seconds=seconds, finished_at=instant(self.now()))
        if result.outcome in ("published", "not_here") or not result.is_logged:
            return result
        row = self.row(source_id, started, result.outcome, result.message, result.details)
        try:
            record_run(self._store, row, result.held)
        except OSError as error:
            # what stopped the source is what matters: that it cannot be logged comes after it
            words = f"{result.message}\nthis run could not be written in the log: {error}"
            return dataclasses.replace(result, outcome="failed", message=words)
        return dataclasses.replace(result, run_id=row["run_id"], finished_at=row["finished_at"])

    def row(
        self, source_id: str, started: datetime, outcome: str, message: str, details: Row | None = None
    ) -> Row:
        """A row of the store's table of runs, finished now."""
        return {
            "run_id": f"{started:%Y%m%dT%H%M%S}-{source_id}-{secrets.token_hex(4)}",
            "source_id": source_id,
            "started_at": instant(started),
            "finished_at": instant(self.now()),
            "outcome": outcome,
            "message": message,
            "details": json.dumps(details or {}, ensure_ascii=False),
        }


def instant(moment: datetime) -> str:
    """An instant as the store writes it, to the millisecond."""
    return moment.isoformat(timespec="milliseconds")


def with_notes(result: RunResult, more: Row) -> RunResult:
    """A result that changed nothing, with what there is to say all the same."""
    if not more:
        return result
    message = "\n".join([result.message, *more.get("warnings", ())])
    return dataclasses.replace(result, message=message, details=more, is_logged=True)
