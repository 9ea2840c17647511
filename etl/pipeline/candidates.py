"""Editions that a source may rest on, wherever their files are: given, kept, bundled, or in the starter edition."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from etl.fetching.downloads import FetchedFile
from etl.fetching.snapshots import LostSnapshot
from etl.frames.routes import routes_digest
from etl.pipeline import Row, corrections, starter
from etl.pipeline.context import Context
from etl.pipeline.release import day_of, edition_facts, file_row, release_row
from etl.sources.base import BoundarySource, Edition, FoundFile, Parsed, ParsedInChunks, Source


@dataclass
class Candidate:
    """An edition that a source may rest on, before it is read; ``files`` are rows of snapshots with ``role``."""

    edition: Edition
    origin: str
    files: list[Row]
    release: Row
    read: Callable[[], Parsed | ParsedInChunks]
    corrections: tuple[corrections.Correction, ...] = ()

    @property
    def release_id(self) -> str:
        return str(self.release["release_id"])

    @property
    def facts(self) -> Row:
        """What must be known to read it again."""
        return edition_facts(self.edition, self.origin, self.files, self.release_id)


class Candidates:
    """Makes candidates of what is found, of what the store rests on, and of what comes with the project."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def found(self, source: Source, edition: Edition, *, keep: bool) -> Candidate:
        """An edition of a folder. With ``keep`` its bytes are kept first, and the parser reads the kept copy."""
        whole, rows = self.kept(source, edition, keep=keep)
        origin = "illustrative" if edition.illustrative else "publisher"
        return self._candidate(source, whole, origin, rows, self._parser(source, whole))

    def kept(
        self, source: Source | BoundarySource, edition: Edition, *, keep: bool
    ) -> tuple[Edition, list[Row]]:
        """(the edition with its files among the snapshots, their rows); without ``keep`` the files stay where they are."""
        files, rows = [], []
        for file in edition.files:
            published_on = file.published_on or edition.published_on
            if keep:
                snapshot = self._context.snapshots.keep(
                    file.path,
                    url=file.url or source.info.url,
                    published_on=published_on,
                    licence=source.info.licence,
                    now=self._context.log.now(),
                )
                names = ("sha256", "file_name", "url", "size", "retrieved_at", "published_on", "licence")
                row = {name: getattr(snapshot, name) for name in names} | {"stored": True, "role": file.role}
                file = dataclasses.replace(file, path=snapshot.path)
            else:
                row = file_row(source, file, published_on, stored=True)
            files.append(file)
            rows.append(row)
        return dataclasses.replace(edition, files=tuple(files)), rows

    def resting(self, source: Source, facts: Row) -> Candidate:
        """An edition that the source rests on already. Raises LostSnapshot where its bytes are gone."""
        is_kept = facts["origin"] == "illustrative" and all(
            self._context.snapshots.has(file["sha256"], file["file_name"]) for file in facts["files"]
        )
        if facts["origin"] == "publisher" or is_kept:
            edition, rows = self.edition_of(facts)
            return self._candidate(source, edition, facts["origin"], rows, self._parser(source, edition))
        for kept_with_project in (self.starter, self.bundled):
            for candidate in kept_with_project(source):
                if candidate.edition.edition == facts["edition"]:
                    return candidate
        raise LostSnapshot(
            f"edition {facts['edition']} of {source.info.source_id} came with the project and is no longer part "
            "of it; give the publisher's files with --from"
        )

    def starter(self, source: Source) -> list[Candidate]:
        """The editions of the starter edition. Raises BadStarter."""
        candidates = []
        for release in starter.manifest(self._context.starter_folder):
            if release.source_id != source.info.source_id:
                continue
            names = ("sha256", "file_name", "url", "size", "retrieved_at", "published_on", "role")
            rows = [
                {
                    **{name: file[name] for name in names},
                    "licence": source.info.licence,
                    "stored": False,
                }
                for file in release.files
            ]
            candidates.append(
                self._candidate(
                    source,
                    release.as_edition(),
                    "starter",
                    rows,
                    lambda release=release: starter.read(release),
                    release.sha256,
                )
            )
        return candidates

    def bundled(self, source: Source) -> list[Candidate]:
        """Editions whose files are kept with the project: facts carried over by hand, or illustrative ones."""
        folder = getattr(source, "bundled", None)
        if folder is None or not folder.is_dir():
            return []
        candidates = []
        for edition in source.discover(folder):
            rows = [
                file_row(source, file, file.published_on or edition.published_on, stored=False)
                for file in edition.files
            ]
            origin = "illustrative" if edition.illustrative else "starter"
            candidates.append(self._candidate(source, edition, origin, rows, self._parser(source, edition)))
        return candidates

    def copy_not_fetched(
        self, source_id: str, folder: Path, editions: Collection[str] | None = None
    ) -> dict[str, FetchedFile]:
        """Put the files that a source rests on beside those fetched into ``folder``, by their names; of the editions
        named, or of all.

        A publisher's services have fewer vintages than a folder may, and a file may be missing for a day: what was
        not fetched stays as it is. Raises LostSnapshot.
        """
        copied = {}
        for facts in self._context.current(source_id):
            if facts["origin"] != "publisher" or (editions is not None and facts["edition"] not in editions):
                continue
            for file in facts["files"]:
                name = file["file_name"]
                if not (folder / name).exists():
                    shutil.copyfile(self._context.snapshots.find(file["sha256"], name), folder / name)
                    copied[name] = FetchedFile(name, file["url"], day_of(file["published_on"]))
        return copied

    def edition_of(self, facts: Row) -> tuple[Edition, list[Row]]:
        """(an edition from its facts, the rows of its files). Raises LostSnapshot where its bytes are gone."""
        files, rows = [], []
        for file in facts["files"]:
            path = self._context.snapshots.find(file["sha256"], file["file_name"])
            files.append(FoundFile(path, file["role"], file["url"], day_of(file["published_on"])))
            record = self._context.snapshots.record(file["sha256"])
            arrival = next(
                arrival for arrival in record["arrivals"] if arrival["file_name"] == file["file_name"]
            )
            rows.append(
                {
                    **{name: file[name] for name in ("sha256", "file_name", "url", "published_on", "role")},
                    "size": record["size"],
                    "retrieved_at": arrival["retrieved_at"],
                    "licence": arrival["licence"],
                    "stored": True,
                }
            )
        edition = Edition(
            facts["edition"],
            facts["publication"],
            tuple(files),
            day_of(facts["published_on"]),
            facts["precedence"],
            bool(facts["illustrative"]),
        )
        return edition, rows

    def _parser(self, source: Source, edition: Edition) -> Callable[[], Parsed | ParsedInChunks]:
        return lambda: source.parse(edition, self._context.register, self._context.progress)

    def _candidate(
        self,
        source: Source,
        edition: Edition,
        origin: str,
        files: list[Row],
        read: Callable[[], Parsed | ParsedInChunks],
        content: str = "",
    ) -> Candidate:
        source_id = source.info.source_id
        rests_on = [routes_digest(self._context.catalogue, source_id), content]
        wanted: tuple[corrections.Correction, ...] = ()
        if not edition.illustrative:
            known = corrections.read_corrections(source_id, self._context.corrections_folder)
            wanted = tuple(correction for correction in known if correction.edition == edition.edition)
        if wanted:
            rests_on.append(corrections.digest(wanted))
        release = release_row(
            source,
            edition,
            origin,
            files,
            register_digest=self._context.register_digest,
            rests_on=rests_on,
        )
        return Candidate(edition, origin, files, release, read, wanted)


def real_and_illustrative(candidates: Sequence[Candidate]) -> tuple[list[Candidate], list[Candidate]]:
    """Candidates with figures of a publisher, and those with illustrative ones."""
    real = [candidate for candidate in candidates if not candidate.edition.illustrative]
    return real, [candidate for candidate in candidates if candidate.edition.illustrative]


def with_addresses(edition: Edition, facts: Mapping[str, FetchedFile]) -> Edition:
    """An edition whose files know the address they were fetched from, and their date where it is known."""
    files = []
    for file in edition.files:
        fact = facts.get(file.path.name)
        if fact is not None:
            day = fact.published_on or file.published_on
            file = dataclasses.replace(file, url=fact.url, published_on=day)
        files.append(file)
    days = [file.published_on for file in files if file.published_on]
    published_on = edition.published_on or (max(days) if days else None)
    return dataclasses.replace(edition, files=tuple(files), published_on=published_on)
