"""The starter edition: tidy measurements of real publications, kept with the project so that it can start alone.

``build`` reads the publishers' files with the real parsers and keeps what the catalogue uses, as compressed CSV
with a manifest of where each came from. ``load`` gives them back; they then go the way of any other edition.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from etl.fetching.snapshots import file_sha256
from etl.frames.measurements import COLUMNS, KEY, NUMBERS, TEXTS, arrange
from etl.frames.routes import taken
from etl.pipeline.contract import check_measurements
from etl.sources.base import Edition, FoundFile, Parsed, Progress, SetAside, Source, no_progress
from geodata.register import Register
from indicators.catalogue import Indicator
from indicators.periods import in_order

FOLDER = Path(__file__).parents[1] / "starter"
MANIFEST = "manifest.json"
_STEP = "row_step"
LARGEST = 5_000_000
"""Bytes that the whole starter edition may have."""


class BadStarter(ValueError):
    """The starter edition kept with the project cannot be used; the message says which part and why."""


@dataclass(frozen=True)
class StarterRelease:
    """One edition of the starter: facts of the publication, and the file of its tidy measurements."""

    source_id: str
    edition: str
    publication: str
    published_on: date | None
    precedence: int
    parser_version: int
    path: Path
    sha256: str
    rows: int
    rows_in: int
    used: int | None
    files: tuple[dict[str, Any], ...]
    set_aside: tuple[SetAside, ...]
    warnings: tuple[str, ...]

    def as_edition(self) -> Edition:
        """The edition, with the tidy file in the place of the publisher's (errors then name that)."""
        return Edition(
            self.edition,
            self.publication,
            (FoundFile(self.path, "starter", None, self.published_on),),
            self.published_on,
            self.precedence,
        )


def manifest(folder: Path = FOLDER) -> list[StarterRelease]:
    """The editions of the starter, in the order in which they were built; [] where there is none.

    Raises BadStarter for a manifest that cannot be read.
    """
    path = folder / MANIFEST
    if not path.is_file():
        return []
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))["releases"]
        return [
            StarterRelease(
                source_id=entry["source_id"],
                edition=entry["edition"],
                publication=entry["publication"],
                published_on=None
                if entry["published_on"] is None
                else date.fromisoformat(entry["published_on"]),
                precedence=entry["precedence"],
                parser_version=entry["parser_version"],
                path=folder / entry["path"],
                sha256=entry["sha256"],
                rows=entry["rows"],
                rows_in=entry["rows_in"],
                used=entry.get("used"),
                files=tuple(entry["files"]),
                set_aside=tuple(
                    SetAside(aside["reason"], aside["rows"], tuple(aside["examples"]))
                    for aside in entry["set_aside"]
                ),
                warnings=tuple(entry["warnings"]),
            )
            for entry in entries
        ]
    except (ValueError, KeyError, TypeError) as error:
        raise BadStarter(
            f"{MANIFEST}: {type(error).__name__}: {error}; build it again: python -m etl starter build --from DIR"
        ) from error


def read(release: StarterRelease) -> Parsed:
    """The measurements of one starter edition. Raises BadStarter when its bytes are not those of the manifest."""
    if not release.path.is_file() or file_sha256(release.path) != release.sha256:
        raise BadStarter(
            f"{release.path.name}: gone, or not the file of the manifest; restore etl/starter from the project"
        )
    frame = pd.read_csv(
        release.path,
        compression="gzip",
        dtype={**dict.fromkeys(TEXTS, "str"), **dict.fromkeys(NUMBERS, "float64"), _STEP: "Int64"},
        keep_default_na=False,
        na_values={name: [""] for name in (*NUMBERS, _STEP)},
        encoding="utf-8",
    )
    frame["row"] = frame.pop(_STEP).cumsum()
    set_aside = list(release.set_aside)
    # manifests before this key came say no more than what was set aside
    used = release.rows_in - sum(aside.rows for aside in set_aside) if release.used is None else release.used
    return Parsed(arrange(frame), release.rows_in, set_aside, list(release.warnings), used)


def build(
    *,
    sources: Mapping[str, Source],
    from_folder: Path,
    register: Register,
    catalogue: Mapping[str, Indicator],
    now: datetime,
    folder: Path = FOLDER,
    progress: Progress = no_progress,
) -> list[dict[str, Any]]:
    """Parse every publication below ``from_folder`` and write the starter edition; gives the manifest's entries.

    The same files give the same bytes: a file that the manifest knows keeps the time at which it was first read. Raises the parsers' and the contract's errors, and BadStarter when the
    whole is larger than LARGEST.
    """
    entries: list[dict[str, Any]] = []
    contents: dict[str, bytes] = {}
    first_read = {
        file["sha256"]: file["retrieved_at"]
        for release in manifest(folder)
        for file in release.files
        if "retrieved_at" in file
    }
    for source_id, source in sources.items():
        bundled = getattr(source, "bundled", None)
        for edition in source.discover(from_folder):
            if edition.illustrative or (bundled is not None and _within(edition, bundled)):
                continue
            parsed = source.parse(edition, register, progress)
            check_measurements(parsed, edition, source_id, register, catalogue)
            kept = used_measurements(parsed.measurements, source_id, register, catalogue)
            if kept.empty:
                continue
            path = f"{source_id}/{_file_name(edition.edition)}.csv.gz"
            contents[path] = _compressed(kept)
            entries.append(_entry(source, edition, parsed, kept, path, contents[path]))
    moment = now.astimezone(UTC).isoformat(timespec="seconds")
    for entry in entries:
        for file in entry["files"]:
            file["retrieved_at"] = first_read.get(file["sha256"], moment)
    size = sum(len(content) for content in contents.values())
    if size > LARGEST:
        raise BadStarter(
            f"the starter edition has {size:,} bytes; expected at most {LARGEST:,}: leave out breakdowns or years"
        )
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*/*.csv.gz"):
        if old.relative_to(folder).as_posix() not in contents:
            old.unlink()
    for path, content in contents.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    text = json.dumps({"version": 1, "size": size, "releases": entries}, indent=1, ensure_ascii=False)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")
    return entries


def used_measurements(
    measurements: pd.DataFrame, source_id: str, register: Register, catalogue: Mapping[str, Indicator]
) -> pd.DataFrame:
    """The rows that some route of the source uses: its measures, for areas of its types in the row's period."""
    wanted = taken(measurements, source_id, register, catalogue)
    return measurements[wanted].reset_index(drop=True)


def _within(edition: Edition, folder: Path) -> bool:
    return all(file.path.resolve().is_relative_to(folder.resolve()) for file in edition.files)


def _file_name(edition: str) -> str:
    return "".join(letter if letter.isalnum() or letter in "-._" else "-" for letter in edition)


def _compressed(measurements: pd.DataFrame) -> bytes:
    """CSV in the publisher's order, numbers in their shortest form that reads back the same, no time inside.

    ``row`` is written as the step from the line before: a third of the size.
    """
    ordered = measurements.sort_values(["row", *KEY], kind="stable", na_position="last")
    columns: dict[str, list[Any]] = {}
    for name in COLUMNS:
        cells = ordered[name].tolist()
        if name in NUMBERS:
            columns[name] = ["" if cell != cell else _shortest(cell) for cell in cells]
        elif name == "row":
            before = [0, *cells]
            columns[_STEP] = [
                "" if cell is pd.NA else cell - last for cell, last in zip(cells, before, strict=False)
            ]
        else:
            columns[name] = cells
    text = io.StringIO()
    pd.DataFrame(columns).to_csv(text, index=False, lineterminator="\n")
    packed = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=packed, mtime=0) as archive:
        archive.write(text.getvalue().encode("utf-8"))
    return packed.getvalue()


def _shortest(number: float) -> str:
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)


def _entry(
    source: Source, edition: Edition, parsed: Parsed, kept: pd.DataFrame, path: str, content: bytes
) -> dict[str, Any]:
    info = source.info
    periods = in_order(kept["period"].unique().tolist())
    return {
        "source_id": info.source_id,
        "edition": edition.edition,
        "publisher": info.publisher,
        "publication": edition.publication,
        "licence": info.licence,
        "attribution": info.attribution,
        "url": info.url,
        "published_on": None if edition.published_on is None else edition.published_on.isoformat(),
        "first_period": periods[0],
        "last_period": periods[-1],
        "precedence": edition.precedence,
        "parser_version": source.parser_version,
        "path": path,
        "sha256": hashlib.sha256(content).hexdigest(),
        "size": len(content),
        "rows": len(kept),
        "rows_in": parsed.rows_in,
        "used": parsed.rows_used,
        "set_aside": [
            {"reason": aside.reason, "rows": aside.rows, "examples": list(aside.examples)}
            for aside in parsed.set_aside
        ],
        "warnings": parsed.warnings,
        "files": [
            {
                "file_name": file.path.name,
                "role": file.role,
                "url": file.url or info.url,
                "sha256": file_sha256(file.path),
                "size": file.path.stat().st_size,
                "published_on": None
                if (file.published_on or edition.published_on) is None
                else (file.published_on or edition.published_on).isoformat(),  # type: ignore[union-attr]
            }
            for file in edition.files
        ],
    }


assert set(KEY) <= set(COLUMNS)
