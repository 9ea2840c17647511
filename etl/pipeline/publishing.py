"""The figures of one source: which editions it shall rest on, and the publication, quarantine or dry run of them."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from etl.frames.buffer import Workroom
from etl.pipeline import Row
from etl.pipeline.candidates import Candidate, Candidates, real_and_illustrative
from etl.pipeline.cause import cause_of
from etl.pipeline.context import Context
from etl.pipeline.contract import check_supply
from etl.pipeline.held import held_figures
from etl.pipeline.loading import Loading, no_details
from etl.pipeline.log import RunResult, instant, with_notes
from etl.pipeline.medians import median_shifts
from etl.pipeline.planning import LoadedEdition, Plan, apply, plan
from etl.pipeline.rollback import key_of, left_out_words, refused
from etl.sources.base import Edition, Problems, Source, SourceProblem

ILLUSTRATIVE = "illustrative"
"""Stands in the log in the place of a source, where the illustrative figures of all sources are removed."""

_MOST_REASONS = 20


@dataclass(frozen=True)
class Order:
    """How a publication is asked for.

    With ``dry_run`` nothing is written; ``accept`` is the reason for which what waits in quarantine goes ahead;
    ``more`` goes to the log's details.
    """

    dry_run: bool = False
    accept: str | None = None
    more: Row = field(default_factory=dict)


def with_warnings(order: Order, warnings: Sequence[str], more: Row | None = None) -> Order:
    """The order, with warnings and other details added to what goes to the log."""
    if not warnings and not more:
        return order
    told = [*order.more.get("warnings", ()), *warnings]
    return dataclasses.replace(order, more={**order.more, **(more or {}), "warnings": told})


class Publisher:
    """Publishes the editions of sources of figures."""

    def __init__(self, context: Context, candidates: Candidates) -> None:
        self._context = context
        self._candidates = candidates

    def publish_found(self, source: Source, editions: Sequence[Edition], order: Order) -> RunResult:
        """Publish the editions of a folder beside those that the source rests on; those rolled back are left out."""
        found = [self._candidates.found(source, edition, keep=not order.dry_run) for edition in editions]
        if order.accept is None:
            found, more = self._without_refused(source, found)
            order = with_warnings(order, more.pop("warnings", ()), more)
            if not found:
                words = "\n".join(order.more["warnings"])
                return RunResult(source.info.source_id, "unchanged", words, order.more)
        return self.publish_beside_current(source, found, order)

    def publish_beside_current(self, source: Source, found: list[Candidate], order: Order) -> RunResult:
        """Publish candidates beside the editions that the source rests on already, in the place of those of their name.

        One that cannot be read is refused alone, and what the source rested on under its name stays. Raises what is
        wrong where none can be read.
        """
        current = self._context.current(source.info.source_id)
        names = {(candidate.edition.illustrative, candidate.edition.edition) for candidate in found}
        remaining = [
            facts for facts in current if (facts["origin"] == "illustrative", facts["edition"]) not in names
        ]
        candidates = [*found, *(self._candidates.resting(source, facts) for facts in remaining)]
        real, illustrative = real_and_illustrative(candidates)
        # what the source rests on was read before: an error there is no fault of a new file
        new = [candidate.release_id for candidate in found if not candidate.edition.illustrative]
        alone = frozenset(new) - _ids(current)
        return self.publish(source, real, illustrative, current, order, alone)

    def publish(
        self,
        source: Source,
        real: list[Candidate],
        illustrative: list[Candidate],
        current: list[Row],
        order: Order,
        alone: frozenset[str] = frozenset(),
    ) -> RunResult:
        """Read, check, derive and publish the editions that a source shall rest on.

        Illustrative ones are used where the store shows them, for what no real one supplies. ``current`` are facts of
        the editions it rests on now, ``alone`` the releases that may be refused without the others.
        """
        started = self._context.log.now()
        if not self._context.store.include_illustrative:
            illustrative = []
        known = self._without_figures(source.info.source_id)
        left_out = {
            candidate.release_id: known[candidate.release_id]
            for candidate in real
            if candidate.release_id in known
        }
        replaced = self._replaced(source.info.source_id)
        shown = [candidate for candidate in real if candidate.release_id not in left_out]
        shown += [candidate for candidate in illustrative if not (shown and candidate.release_id in replaced)]
        if _ids(current) == {candidate.release_id for candidate in shown}:
            result = with_notes(self._unchanged(source, shown, real, started), order.more)
            if not left_out:
                return result
            warnings = [*order.more.get("warnings", ()), *left_out.values()]
            details = {**order.more, "warnings": warnings, "without_figures": left_out}
            return dataclasses.replace(
                result, message="; ".join(left_out.values()), details=details, is_logged=True
            )
        with Workroom(self._context.snapshots.folder.parent, self._context.rows_at_once) as room:
            return self._publish(source, real, illustrative, current, order, alone, started, room)

    def _publish(
        self,
        source: Source,
        real: list[Candidate],
        illustrative: list[Candidate],
        current: list[Row],
        order: Order,
        alone: frozenset[str],
        started: datetime,
        room: Workroom,
    ) -> RunResult:
        source_id = source.info.source_id
        loading = Loading(self._context, source, room)
        details = loading.details
        details |= {**order.more, "warnings": list(order.more.get("warnings", ()))}
        loaded = loading.load(real, alone)
        if loading.refused:
            real, earlier = self._without_unreadable(source, real, current, alone, loading)
            loaded += loading.load(earlier)
        if loaded:
            details["warnings"] += self._check_supply(source_id, loading.measures, real)
        loaded += loading.load(illustrative)
        used_ids = {edition.release["release_id"] for edition in loaded}
        used = [candidate for candidate in real + illustrative if candidate.release_id in used_ids]
        if _ids(current) == used_ids:
            words = "; ".join(details.get("without_figures", {}).values()) or "nothing new"
            words += _refused_words(details)
            result = self._unchanged(source, used, real, started)
            return dataclasses.replace(result, message=words, details=details, is_logged=True)
        details["editions"] = [candidate.facts for candidate in used]
        last = next(iter(self._context.store.history(source_id, 1, "published")), None)
        details["cause"] = cause_of(current, details["editions"], last, details)
        planned = self._plan(source_id, loaded, started, room)
        details["diff"] = planned.diff.summary()
        details["overlaps"] = planned.overlaps
        details["cross_checks"] += planned.report.cross_checks
        details["warnings"] += planned.report.warnings
        if order.dry_run or (planned.diff.reasons and order.accept is None):
            return self._not_published(source_id, planned, order, details)
        return self._apply(source_id, planned, order, details)

    def _without_unreadable(
        self,
        source: Source,
        real: list[Candidate],
        current: list[Row],
        alone: frozenset[str],
        loading: Loading,
    ) -> tuple[list[Candidate], list[Candidate]]:
        """(candidates that could be read and those that stay, the latter alone), with a warning for each refused.

        What the source rested on under the name of a refused edition stays. Raises what is wrong where nothing new
        could be read.
        """
        unreadable = loading.refused
        if alone == unreadable.keys():
            raise _together(list(unreadable.values()))
        by_name = {(facts["origin"] == "illustrative", facts["edition"]): facts for facts in current}
        earlier = []
        for candidate in real:
            if candidate.release_id not in unreadable:
                continue
            name = candidate.edition.edition
            words = f"{name}: refused: {unreadable[candidate.release_id]}"
            facts = by_name.get((candidate.edition.illustrative, name))
            if facts is not None:
                earlier.append(self._candidates.resting(source, facts))
                words += "; its figures of before stay"
            loading.details["warnings"].append(words)
            loading.details.setdefault("refused_editions", []).append(name)
        kept = [candidate for candidate in real if candidate.release_id not in unreadable]
        return kept + earlier, earlier

    def _check_supply(self, source_id: str, measures: set[str], real: list[Candidate]) -> list[str]:
        """Warnings of routes without a publication. Raises where a route has lost its measures."""
        return check_supply(
            frozenset(measures),
            source_id,
            self._context.catalogue,
            frozenset(candidate.edition.publication for candidate in real),
            frozenset(self._context.store.indicators_of(source_id, real_only=True)),
        )

    def remove_illustrative(self) -> RunResult:
        """Take every illustrative release out of the store in one transaction; what rests on them is derived anew."""
        started = self._context.log.now()
        releases = [row for row in self._context.store.releases(hidden=True) if row["illustrative"]]
        if not releases:
            return RunResult(ILLUSTRATIVE, "unchanged", "none is loaded", is_logged=False)
        ids = [row["release_id"] for row in releases if row["origin"] != "derived"]
        with Workroom(self._context.snapshots.folder.parent, self._context.rows_at_once) as room:
            planned = self._plan(ILLUSTRATIVE, [], started, room, ids)
            sources = sorted({row["source_id"] for row in releases if row["origin"] != "derived"})
            words = (
                f"WORKHEALTH_ILLUSTRATIVE is off: the illustrative figures of {', '.join(sources)} were removed; "
                f"{_in_words(planned)}"
            )
            details = {**no_details(), "diff": planned.diff.summary(), "releases_removed": ids}
            return self._written(ILLUSTRATIVE, planned, words, details)

    def _plan(
        self,
        source_id: str,
        loaded: list[LoadedEdition],
        started: datetime,
        room: Workroom,
        removed: Sequence[str] = (),
    ) -> Plan:
        return plan(
            store=self._context.store,
            source_id=source_id,
            loaded=loaded,
            run=self._context.log.row(source_id, started, "published", ""),
            register=self._context.register,
            catalogue=self._context.catalogue,
            room=room,
            removed=removed,
        )

    def _not_published(self, source_id: str, planned: Plan, order: Order, details: Row) -> RunResult:
        """What a plan would change, where it is a dry run or waits in quarantine."""
        reasons = planned.diff.reasons
        if not order.dry_run:
            waits = (
                f'nothing was published; to publish it all the same: refresh {source_id} --accept "reason"'
            )
            unread = [words] if (words := _refused_words(details).removeprefix("; ")) else []
            return RunResult(
                source_id,
                "quarantined",
                "\n".join([*reasons[:_MOST_REASONS], *unread, waits]),
                details,
                held=held_figures(self._context.store, planned),
            )
        changes = planned.changes
        before = self._context.store.distributions(changes.series_of)
        details["median_shifts"] = median_shifts(before, changes.distributions)
        note = f"; would wait in quarantine: {reasons[0]}" if reasons else ""
        return RunResult(
            source_id,
            "dry_run",
            f"would publish: {_in_words(planned)}{_refused_words(details)}{note}",
            details,
        )

    def _apply(self, source_id: str, planned: Plan, order: Order, details: Row) -> RunResult:
        if order.accept is not None and (planned.diff.reasons or "rolled_back" in order.more):
            details["accepted"] = order.accept
            for row in planned.changes.releases:
                row["accepted"] = order.accept
        result = self._written(source_id, planned, _in_words(planned) + _refused_words(details), details)
        self._context.snapshots.note_published(
            source_id, planned.changes.run["finished_at"], details["editions"]
        )
        return result

    def _written(self, source_id: str, planned: Plan, words: str, details: Row) -> RunResult:
        """Write a plan, with its line of the log, in one transaction."""
        run = planned.changes.run
        run["finished_at"] = instant(self._context.log.now())
        run["message"] = words
        run["details"] = json.dumps(details, ensure_ascii=False)
        apply(self._context.store, planned, self._context.on_step)
        return RunResult(source_id, "published", words, details, run["run_id"])

    def _without_refused(self, source: Source, found: list[Candidate]) -> tuple[list[Candidate], Row]:
        """What was found but for editions that were rolled back; those are reported, and wait for --accept."""
        source_id = source.info.source_id
        refusals = refused(self._context.store.history(source_id, None, "published"))
        wanted, waiting, warnings = [], [], []
        for candidate in found:
            edition = candidate.edition.edition
            refusal = refusals.get(key_of(edition, candidate.files))
            if refusal is None:
                wanted.append(candidate)
                continue
            waiting.append(candidate.facts)
            warnings.append(left_out_words(edition, refusal, f"refresh {source_id}"))
        return wanted, {"refused": waiting, "warnings": warnings} if waiting else {}

    def waiting(self, source: Source) -> list[Candidate]:
        """What the last run that read any file left in quarantine, or found refused; [] when it left nothing.

        A run that failed, and one that only looked, leave what waits as it is.
        """
        for run in self._context.store.history(source.info.source_id):
            if run["outcome"] in ("failed", "dry_run"):
                continue
            waiting = "editions" if run["outcome"] == "quarantined" else "refused"
            return [self._candidates.resting(source, facts) for facts in run["details"].get(waiting, [])]
        return []

    def _without_figures(self, source_id: str) -> Mapping[str, str]:
        """Releases that the last run read and found nothing in that the catalogue asks for, with what it said of each.

        They need not be read again to know: a release's id changes with its bytes, parser, routes and register.
        """
        return {
            release_id: words
            for run in self._context.store.history(source_id, 1)
            for release_id, words in run["details"].get("without_figures", {}).items()
        }

    def _replaced(self, source_id: str) -> frozenset[str]:
        """Illustrative releases of which nothing was left when the source was last read, since real ones supply it all.

        Without the real ones they come back: those are then not what the source rests on, and everything is read again.
        """
        for run in self._context.store.history(source_id):
            if run["outcome"] == "published" or "replaced" in run["details"]:
                return frozenset(run["details"].get("replaced", ()))
        return frozenset()

    def _unchanged(
        self, source: Source, shown: list[Candidate], real: list[Candidate], started: datetime
    ) -> RunResult:
        facts = [candidate.facts for candidate in shown]
        source_id = source.info.source_id
        if facts:
            # a process that ended right after its transaction may have left this unwritten
            self._context.snapshots.note_published(source_id, instant(started), facts)
        # only what a publisher's file was held against is worth a line in the log
        is_logged = any(candidate.origin == "publisher" for candidate in real)
        return RunResult(source_id, "unchanged", "nothing new", is_logged=is_logged)


def _ids(current: Sequence[Row]) -> set[str]:
    return {facts["release_id"] for facts in current}


def _together(problems: Sequence[SourceProblem]) -> SourceProblem:
    return problems[0] if len(problems) == 1 else Problems(problems)


def _refused_words(details: Row) -> str:
    """What a message says of editions that were refused alone, "" where there are none."""
    names = details.get("refused_editions", ())
    return f"; refused: {', '.join(names)} (the notes say why)" if names else ""


def _in_words(planned: Plan) -> str:
    words = {
        "added": "added",
        "revised": "revised",
        "removed": "removed",
        "moved": "the same from another release",
    }
    totals = planned.diff.totals()
    parts = [f"{totals[kind]:,} {word}" for kind, word in words.items() if totals[kind]]
    return "figures: " + (", ".join(parts) or "none changed")
