"""One edition from its bytes to observations: read, correct, hold against the contract, derive."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from etl.deriving.cross_check import joined
from etl.deriving.derive import derive
from etl.deriving.disclosure import Disclosure
from etl.frames import measurements
from etl.frames.buffer import Shelf, Workroom
from etl.frames.observations import empty
from etl.frames.routes import measures_of, routes_of
from etl.pipeline import Row, corrections
from etl.pipeline.accounting import NotTaken, account, left_out_words
from etl.pipeline.candidates import Candidate
from etl.pipeline.cause import correction_facts
from etl.pipeline.context import Context
from etl.pipeline.contract import MeasurementChecks, check_observations, file_names
from etl.pipeline.planning import LoadedEdition
from etl.sources.base import Source, SourceProblem, UnknownArea
from indicators.catalogue import LOCAL_SOURCE


def no_details() -> Row:
    """What the log says of a run in which nothing was loaded yet."""
    return {
        "editions": [],
        "rows": [],
        "set_aside": [],
        "corrections": [],
        "cross_checks": [],
        "warnings": [],
    }


class Loading:
    """The editions of one source while they are loaded into a workroom.

    ``details`` is for the log: what was set aside, corrected, cross-checked and warned of. ``measures`` are those
    that any of the editions gives. An illustrative edition keeps only what no real edition loaded before it supplies:
    real figures take the place of illustrative ones route by route of the catalogue. ``refused`` holds what stopped
    an edition that may fail alone, by its release.
    """

    def __init__(self, context: Context, source: Source, room: Workroom) -> None:
        self.details = no_details()
        self.measures: set[str] = set()
        self.refused: dict[str, SourceProblem] = {}
        self._supplied: set[tuple[str, int]] = set()
        self._context = context
        self._source = source
        self._room = room

    def load(self, candidates: list[Candidate], alone: frozenset[str] = frozenset()) -> list[LoadedEdition]:
        """The candidates that hold anything the catalogue asks for. Raises the parsers' and the contract's errors.

        An error of a candidate whose release is in ``alone`` stops that candidate only, and goes to ``refused``.
        """
        loaded = []
        for candidate in candidates:
            before = set(self.measures)
            try:
                edition = self._load(candidate)
            except SourceProblem as problem:
                if candidate.release_id not in alone:
                    raise
                self.measures = before
                self.refused[candidate.release_id] = problem
                continue
            if edition is not None:
                loaded.append(edition)
        return loaded

    def _load(self, candidate: Candidate) -> LoadedEdition | None:
        edition, context = candidate.edition, self._context
        source_id, files = self._source.info.source_id, file_names(candidate.edition)
        context.progress(f"{source_id} {edition.edition}: reading", 0, 0)
        parsed = candidate.read()
        checks = MeasurementChecks(edition, source_id, context.register, context.catalogue)
        correcting = corrections.Correcting(candidate.corrections)
        read = self._room.shelf(measurements.empty())
        for given in parsed.chunks:
            chunk = correcting.corrected(given)
            checks.rows(chunk)
            self.measures |= set(chunk["measure"].unique())
            read.put(chunk)
        correcting.end()
        context.progress(f"{source_id} {edition.edition}: deriving", 0, 0)
        observations, reports = self._room.shelf(empty()), []
        not_taken = NotTaken(source_id, context.catalogue, context.register)
        for part in self._room.parts([read]):
            lines = read.take(part)
            checks.keys(lines)
            checks.stop()
            not_taken.see(lines)
            derived, noticed = derive(
                lines,
                source_id=source_id,
                file=files,
                illustrative=edition.illustrative,
                register=context.register,
                catalogue=context.catalogue,
            )
            check_observations(derived, context.catalogue, files)
            derived = self._not_supplied(derived) if edition.illustrative else self._noted_supplied(derived)
            observations.put(correcting.noted(derived, context.catalogue, source_id))
            reports.append(noticed)
        rows = account(edition.edition, parsed, read.rows)
        read.clear()
        report = joined(reports)
        details = self.details
        details["rows"].append(rows.facts)
        details["corrections"] += correction_facts(candidate.corrections, context.catalogue, source_id)
        details["warnings"] += [
            f"{edition.edition}: {words}" for words in (*parsed.warnings, *rows.warnings, *report.warnings)
        ]
        if source_id == LOCAL_SOURCE:
            observations, hidden = self._protected(observations)
            details["warnings"] += hidden
        details["cross_checks"] += [{"edition": edition.edition, **check} for check in report.cross_checks]
        details["set_aside"] += [
            {
                "edition": edition.edition,
                "reason": aside.reason,
                "rows": aside.rows,
                "examples": list(aside.examples),
            }
            for aside in (*parsed.set_aside, *not_taken.set_aside())
        ]
        left_out = [found for aside in parsed.set_aside for found in aside.unknown]
        self._note_unknown(edition.edition, left_out, "left out")
        self._note_unknown(edition.edition, parsed.unknown, "count in wider areas only, and are left out")
        if not observations.rows and edition.illustrative and self._supplied:
            details.setdefault("replaced", []).append(candidate.release_id)
            return None
        if not observations.rows:
            asked = ", ".join(sorted(measures_of(context.catalogue, source_id)))
            left_out = left_out_words(files, asked, edition.edition, source_id, context.catalogue)
            details.setdefault("without_figures", {})[candidate.release_id] = left_out
            details["warnings"].append(left_out)
            return None
        return LoadedEdition(candidate.release, candidate.files, observations)

    def _protected(self, observations: Shelf) -> tuple[Shelf, list[str]]:
        """Figures of the user's own with what gives a hidden count away hidden too, and what a person should know of it.

        Taken whole, however many: a total may stand in another part than what it adds up. Their parser held them all too.
        """
        disclosure = Disclosure(self._context.register, self._context.catalogue)
        protected = self._room.shelf(empty())
        protected.put(disclosure.protected(observations.take()))
        observations.clear()
        return protected, disclosure.warnings()

    def _note_unknown(self, edition: str, found: Sequence[UnknownArea], what: str) -> None:
        """Warn of each code that looks like an area's and is not one: whose figures are missing, and of how many rows.

        ``what`` became of the rows: they are left out, or left out of the figure of that area alone.
        """
        routes = routes_of(self._context.catalogue, self._source.info.source_id)
        rows: dict[str, int] = {}
        indicators: dict[str, dict[str, None]] = {}
        for unknown in found:
            rows[unknown.code] = rows.get(unknown.code, 0) + unknown.rows
            named = indicators.setdefault(unknown.code, {})
            for route in routes:
                if not unknown.measures or not set(unknown.measures).isdisjoint(route.measures):
                    named[route.indicator.id] = None
        for code, many in rows.items():
            names = list(indicators[code])
            of_what = f" of {', '.join(names)}" if names else ", of measures that no indicator uses"
            self.details["warnings"].append(
                f"{edition}: code {code} looks like an area, and the register has none with it in the period: "
                f"{many:,} {'row' if many == 1 else 'rows'} {what}{of_what}; add the area to geodata/tables if it is new"
            )
            self.details.setdefault("unknown_areas", []).append(
                {"edition": edition, "code": code, "rows": many, "indicators": names}
            )

    def _noted_supplied(self, derived: pd.DataFrame) -> pd.DataFrame:
        """Real observations, whose routes are remembered."""
        pairs = derived[["indicator_id", "route"]].drop_duplicates()
        self._supplied.update((str(name), int(place)) for name, place in pairs.itertuples(index=False))
        return derived

    def _not_supplied(self, derived: pd.DataFrame) -> pd.DataFrame:
        """Illustrative observations of the routes that no real edition supplies."""
        if not self._supplied or derived.empty:
            return derived
        pairs = zip(derived["indicator_id"], derived["route"], strict=True)
        kept = [(str(name), int(place)) not in self._supplied for name, place in pairs]
        return derived[kept].reset_index(drop=True)
