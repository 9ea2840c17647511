"""Why the figures of a source change with a run: the publisher's doing, or ours, and with which reason.

``details["cause"]`` of a published run holds it. ``kind`` is

rollback      a person went back to the releases before (``reason``)
correction    the files are the same, and the corrections made here are not
recalculated  files and corrections are the same, and they are read or derived in another way
publication   the publisher's files are other ones

with ``corrections`` that are new and ``ended`` ones that were taken out since the run before. ``Store.causes`` reads it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from etl.frames.routes import routes_of
from etl.pipeline import Row
from etl.pipeline.corrections import Correction, facts
from etl.pipeline.rollback import key_of
from indicators.catalogue import Indicator


def correction_facts(
    corrections: Sequence[Correction], catalogue: Mapping[str, Indicator], source_id: str
) -> list[Row]:
    """Corrections as the log has them, each with the ``indicators`` whose figures of its key rest on it."""
    return [
        {**fact, "indicators": resting_on(correction.measure, catalogue, source_id)}
        for fact, correction in zip(facts(corrections), corrections, strict=True)
    ]


def resting_on(measure: str, catalogue: Mapping[str, Indicator], source_id: str) -> list[str]:
    """Ids of the indicators made from a measure of a source, and of the differences made from those."""
    own = {route.indicator.id for route in routes_of(catalogue, source_id) if measure in route.measures}
    gaps = {
        indicator.id
        for indicator in catalogue.values()
        for route in indicator.routes
        if route.method == "difference" and {route.minuend, route.subtrahend} & own
    }
    return sorted(own | gaps)


def cause_of(current: Sequence[Row], used: Sequence[Row], last: Row | None, details: Row) -> Row:
    """The cause of a run that publishes ``used`` in the place of ``current`` (facts of editions).

    ``last`` is the run of the source that published before, None for its first; ``details`` are those of this run.
    """
    if back := details.get("rolled_back"):
        return {"kind": "rollback", "reason": back["reason"]}
    now: list[Row] = details["corrections"]
    before: list[Row] = [] if last is None else last["details"].get("corrections", [])
    new = [fact for fact in now if _told(fact) not in map(_told, before)]
    ended = [fact for fact in before if _told(fact) not in map(_told, now)]
    kind = "publication"
    if current and _keys(current) == _keys(used):
        kind = "correction" if new or ended else "recalculated"
    return {"kind": kind, "corrections": new, "ended": ended}


def _keys(editions: Sequence[Row]) -> set[object]:
    return {key_of(edition["edition"], edition["files"]) for edition in editions}


def _told(fact: Row) -> Row:
    """A correction without what the catalogue says of it, which may change by itself."""
    return {name: cell for name, cell in fact.items() if name != "indicators"}
