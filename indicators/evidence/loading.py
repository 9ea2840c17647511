"""Evidence: one strict TOML file a piece, every problem of every file reported at once."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from geodata.register import Register
from indicators.catalogue.strict import problem_lines
from indicators.evidence.model import STRENGTHS, Intervention, Paper, Piece, Programme

EVIDENCE_DIRECTORY = Path(__file__).parent
PAPERS = "papers.toml"
_BOOK = "evidence"
_KINDS: Mapping[str, type[Intervention] | type[Programme]] = {
    "intervention": Intervention,
    "programme": Programme,
}


class EvidenceError(ValueError):
    """Some files of evidence cannot be used; one line a problem, each naming file and key."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is known: interventions and programmes by id, the strongest evidence first, then by title."""

    papers: Mapping[str, Paper]
    interventions: Mapping[str, Intervention]
    programmes: Mapping[str, Programme]


def load_evidence(
    indicator_ids: Collection[str], register: Register, directory: Path = EVIDENCE_DIRECTORY
) -> Evidence:
    """Every piece of evidence of a folder.

    Raises EvidenceError with every problem of every file: also where a piece names an indicator, an area, a paper or
    an intervention that is not there, where two pieces have one title, and where the folder holds none.
    """
    papers, problems = _papers(directory / PAPERS)
    pieces: dict[str, Intervention | Programme] = {}
    for path in sorted(directory.glob("*.toml")):
        if path.name == PAPERS:
            continue
        piece, found = _piece(path)
        problems += found
        if piece is not None:
            pieces[piece.id] = piece
    titles: dict[str, str] = {}
    for piece in pieces.values():
        problems += _unknown(piece, pieces, papers, indicator_ids, register)
        first = titles.setdefault(piece.title, piece.id)
        if first != piece.id:
            problems.append(f"{piece.id}.toml: title: {piece.title!r} is that of {first}.toml already")
    if not pieces and not problems:
        problems.append(f"{directory.name}: holds no evidence; expected one TOML file for each piece")
    if problems:
        raise EvidenceError("\n".join(problems))
    ordered = sorted(pieces.values(), key=lambda piece: (STRENGTHS.index(piece.strength), piece.title))
    return Evidence(
        papers,
        {piece.id: piece for piece in ordered if isinstance(piece, Intervention)},
        {piece.id: piece for piece in ordered if isinstance(piece, Programme)},
    )


def _read(path: Path) -> tuple[dict[str, Any], list[str]]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8")), []
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return {}, [f"{path.name}: is not readable TOML: {error}"]


def _papers(path: Path) -> tuple[dict[str, Paper], list[str]]:
    tables, problems = _read(path)
    papers = {}
    for key, table in tables.items():
        try:
            papers[key] = Paper.model_validate(table)
        except ValidationError as error:
            problems += problem_lines(f"{path.name}: {key}", error, _BOOK)
    return papers, problems


def _piece(path: Path) -> tuple[Intervention | Programme | None, list[str]]:
    table, problems = _read(path)
    if problems:
        return None, problems
    kind = table.get("kind")
    model = _KINDS.get(kind) if isinstance(kind, str) else None
    if model is None:
        told = f"{kind!r} is not one of {', '.join(_KINDS)}" if "kind" in table else "is missing"
        return None, [f"{path.name}: kind: {told}"]
    try:
        piece = model.model_validate(table)
    except ValidationError as error:
        return None, problem_lines(path.name, error, _BOOK)
    if piece.id != path.stem:
        return None, [f"{path.name}: id: {piece.id!r} differs from the file's name {path.stem!r}"]
    return piece, []


def _unknown(
    piece: Piece,
    pieces: Mapping[str, Piece],
    papers: Mapping[str, Paper],
    indicator_ids: Collection[str],
    register: Register,
) -> Iterator[str]:
    """What a piece names that is not there."""
    for name in piece.indicators:
        if name not in indicator_ids:
            yield f"{piece.id}.toml: indicators: no indicator {name!r} in the catalogue"
    for place, source in enumerate(piece.sources):
        if source.paper not in papers:
            known = ", ".join(papers)
            yield f"{piece.id}.toml: sources.{place}.paper: {source.paper!r} is not one of {known}"
    if isinstance(piece, Programme):
        for key, codes in (("areas", piece.areas), ("part_of", piece.part_of)):
            for code in codes:
                if code not in register:
                    yield f"{piece.id}.toml: {key}: no area has the code {code!r}"
        named = piece.intervention
        if named is not None and not isinstance(pieces.get(named), Intervention):
            yield f"{piece.id}.toml: intervention: no intervention {named!r} in this folder"
