"""Why figures changed where it was not their publisher: a rollback, a correction made here, another way to derive."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

_KEY = ("area_code", "period", "sex", "age", "breakdown")


class Cause(NamedTuple):
    """``kind`` is ``rollback``, ``correction``, ``correction_ended`` or ``recalculated``; ``reason`` is as given, or None."""

    kind: str
    reason: str | None = None


class Causes:
    """The causes of changes, by the instant of a change.

    Made from (started_at, finished_at, details) of published runs. A change lies within its run, and no two runs
    overlap: the log's clock never stands still or goes back.
    """

    def __init__(self, runs: Iterable[tuple[str, str, Mapping[str, Any]]]) -> None:
        self._runs = sorted(runs, key=lambda run: run[0])
        self._starts = [started_at for started_at, *_ in self._runs]

    def _of_run(self, changed_at: str) -> Mapping[str, Any] | None:
        place = bisect_right(self._starts, changed_at) - 1
        if place < 0 or changed_at > self._runs[place][1]:
            return None
        details = self._runs[place][2]
        if back := details.get("rolled_back"):
            return {"kind": "rollback", "reason": back["reason"]}
        found: Mapping[str, Any] | None = details.get("cause")
        return found

    def of_all(self, changed_at: str, kind: str, indicator_id: str) -> Cause | None:
        """The cause of all changes of an indicator at an instant, None where it is the publisher's, or not one for all.

        ``kind`` is ``added``, ``revised`` or ``withdrawn``: a figure that is added has a cause only in a rollback.
        """
        found = self._of_run(changed_at)
        if found is None:
            return None
        if found["kind"] == "rollback":
            return Cause("rollback", found["reason"])
        if kind == "added":
            return None
        if found["kind"] == "recalculated":
            return Cause("recalculated")
        if found["kind"] == "correction":
            # sums and differences hang on a corrected figure of another key
            named = [*found["corrections"], *found["ended"]]
            own = [fact for fact in named if indicator_id in fact.get("indicators", ())] or named
            reasons = " ".join(dict.fromkeys(fact["reason"] for fact in own))
            return Cause("correction" if found["corrections"] else "correction_ended", reasons)
        return None

    def of_figure(self, row: Mapping[str, Any]) -> Cause | None:
        """The cause of one change: a row of ``Store.changes`` or of ``Store.revisions`` with its ``kind``."""
        cause = self.of_all(row["changed_at"], row["kind"], row["indicator_id"])
        found = self._of_run(row["changed_at"])
        if found is None or row["kind"] == "added" or found["kind"] not in ("publication", "correction"):
            return cause
        for name, kind in (("corrections", "correction"), ("ended", "correction_ended")):
            for fact in found[name]:
                if row["indicator_id"] in fact.get("indicators", ()) and _is_of(fact, row):
                    return Cause(kind, fact["reason"])
        return cause

    def has_corrections(self, changed_at: str, indicator_id: str) -> bool:
        """Whether some changes of an indicator at an instant may be corrections and others the publisher's."""
        found = self._of_run(changed_at)
        return found is not None and any(
            indicator_id in fact.get("indicators", ())
            for name in ("corrections", "ended")
            for fact in found.get(name, ())
        )


def _is_of(fact: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    return all(fact[name] == row[name] for name in _KEY)


def grouped(
    rows: Sequence[Mapping[str, Any]], causes: Causes, group: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """A row of ``Store.change_groups`` by cause: one row for each, with ``cause``.

    ``rows`` are the changes behind it (``Store.revisions_of``); the publisher's come first.
    """
    of_cause: dict[Cause | None, list[Mapping[str, Any]]] = {None: []}
    for row in rows:
        of_cause.setdefault(causes.of_figure({**row, "kind": group["kind"]}), []).append(row)
    return [
        {
            **group,
            "cause": cause,
            "figures": len(found),
            "periods": len({row["period"] for row in found}),
            "first_period": min(row["period"] for row in found),
            "last_period": max(row["period"] for row in found),
            "old_value": found[0]["old_value"],
            "new_value": found[0]["new_value"],
        }
        for cause, found in of_cause.items()
        if found
    ]
