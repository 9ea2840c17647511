"""The catalogue: one strict TOML file an indicator, every problem of every file reported at once."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from pydantic import ValidationError

from indicators.catalogue.model import LOCAL_SOURCE, Indicator
from indicators.catalogue.roles import role_problems
from indicators.catalogue.strict import problem_lines
from indicators.catalogue.units import known_themes, known_units

CATALOGUE_DIRECTORY = Path(__file__).parent


class CatalogueError(ValueError):
    """Some catalogue files cannot be used; one line a problem, each naming file and key."""


def load_indicator(path: Path) -> Indicator:
    """Read one catalogue file. Raises CatalogueError with a line for each problem of the file."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CatalogueError(f"{path.name}: is not readable TOML: {error}") from error
    try:
        indicator = Indicator.model_validate(table)
    except ValidationError as error:
        raise CatalogueError("\n".join(problem_lines(path.name, error, "the catalogue"))) from error
    if indicator.id != path.stem:
        raise CatalogueError(f"{path.name}: id: {indicator.id!r} differs from the file's name {path.stem!r}")
    return indicator


def load_catalogue(directory: Path = CATALOGUE_DIRECTORY, local: Path | None = None) -> dict[str, Indicator]:
    """Every indicator by id, in the order of themes, then of titles; those of the folder ``local`` too.

    Raises CatalogueError with every problem of every file: where a difference names an indicator that does not
    exist or that is itself a difference, where nearest evidence is no other indicator, where two have one number, where a role of one holder is held twice (in the project's own catalogue
    also where it is not held), where a file of ``local`` has an id that the project has already, and where it reads
    from any source but ``local_upload``.
    """
    indicators: dict[str, Indicator] = {}
    problems: list[str] = []
    for folder in (directory,) if local is None else (directory, local):
        for path in sorted(folder.glob("*.toml")):
            try:
                indicator = load_indicator(path)
            except CatalogueError as error:
                problems.append(str(error))
                continue
            if folder == local:
                problems += _local_problems(path, indicator, directory, indicators)
            else:
                problems += _word_problems(path, indicator)
            indicators.setdefault(indicator.id, indicator)
    for indicator in indicators.values():
        for number, route in enumerate(indicator.routes):
            counting = "count" if indicator.is_count else "proportion"
            if route.method == "aggregate" and not any(
                inner.method == counting and route.parts in inner.area_types for inner in indicator.routes
            ):
                problems.append(
                    f"{indicator.id}.toml: routes.{number}.parts: no route of this indicator gives counts "
                    f"(method {counting!r}) for area type {route.parts!r}; only such figures can be summed"
                )
            if route.method == "aggregate" and (route.interval == "none") != indicator.is_count:
                problems.append(
                    f"{indicator.id}.toml: routes.{number}.interval: {route.interval!r} does not go with a sum in "
                    f"{indicator.unit}; use {'none' if indicator.is_count else 'wilson'}"
                )
            for key in ("minuend", "subtrahend"):
                named = getattr(route, key)
                if named is None:
                    continue
                where = f"{indicator.id}.toml: routes.{number}.{key}"
                if named not in indicators:
                    problems.append(f"{where}: no indicator {named!r} in the catalogue")
                elif any(inner.method == "difference" for inner in indicators[named].routes):
                    problems.append(
                        f"{where}: {named!r} is itself a difference; name the rate it is made from"
                    )
    problems += _evidence_problems(indicators)
    problems += _complement_problems(indicators)
    problems += _number_problems(indicators)
    problems += role_problems(indicators.values(), complete=directory == CATALOGUE_DIRECTORY and not problems)
    if problems:
        raise CatalogueError("\n".join(problems))
    if not indicators:
        raise CatalogueError(f"{directory.name}: holds no indicator; expected one TOML file for each")
    themes = themes_of(indicators.values())
    ordered = sorted(
        indicators.values(), key=lambda indicator: (themes.index(indicator.theme), indicator.title)
    )
    return {indicator.id: indicator for indicator in ordered}


def themes_of(indicators: Iterable[Indicator]) -> list[str]:
    """The themes of some indicators: those of the project in its order, then the user's own by name."""
    used = {indicator.theme for indicator in indicators}
    known = [theme for theme in known_themes() if theme in used]
    return known + sorted(used.difference(known))


def _word_problems(path: Path, indicator: Indicator) -> list[str]:
    """Themes and units of the project's own files stand in ``indicators/words.toml``: a slip would make a new one."""
    problems = []
    if indicator.theme not in known_themes():
        problems.append(
            f"{path.name}: theme: {indicator.theme!r} is not one of {', '.join(known_themes())}; "
            "correct it, or add it to indicators/words.toml"
        )
    if indicator.unit not in known_units() and indicator.format is None:
        problems.append(
            f"{path.name}: unit: {indicator.unit!r} is not one of {', '.join(known_units())}; "
            "correct it, give [format], or add it to indicators/words.toml"
        )
    return problems


def _evidence_problems(indicators: Mapping[str, Indicator]) -> list[str]:
    """Where an indicator names itself, or one that is not there, as evidence near to its question."""
    problems = []
    for indicator in indicators.values():
        for number, named in enumerate(indicator.nearest_evidence):
            where = f"{indicator.id}.toml: nearest_evidence.{number}"
            if named not in indicators:
                problems.append(f"{where}: no indicator {named!r} in the catalogue")
            elif named == indicator.id or named in indicator.nearest_evidence[:number]:
                problems.append(f"{where}: {named!r}; expected another indicator, each once")
    return problems


def _complement_problems(indicators: Mapping[str, Indicator]) -> list[str]:
    """Where an indicator names itself, one that is not there, or one twice as another part of the same whole."""
    problems = []
    for indicator in indicators.values():
        known: set[str] = set()
        for number, complement in enumerate(indicator.complements):
            where, named = f"{indicator.id}.toml: complements.{number}.indicator", complement.indicator
            if named not in indicators:
                problems.append(f"{where}: no indicator {named!r} in the catalogue")
            elif named == indicator.id or named in known:
                problems.append(f"{where}: {named!r}; expected another indicator, each once")
            known.add(named)
    return problems


def _number_problems(indicators: Mapping[str, Indicator]) -> list[str]:
    """Where an indicator has the number of another one, or two numbers."""
    problems = []
    holders: dict[int, str] = {}
    for indicator in indicators.values():
        key = "api_number" if indicator.fingertips_id is None else "fingertips_id"
        where = f"{indicator.id}.toml: {key}"
        if indicator.fingertips_id is not None and indicator.api_number is not None:
            problems.append(
                f"{indicator.id}.toml: api_number: stands beside fingertips_id; give one of the two"
            )
        holder = holders.setdefault(indicator.number, indicator.id)
        if holder != indicator.id:
            problems.append(f"{where}: {indicator.number} is the number of {holder!r} already; give another")
    return problems


def _local_problems(
    path: Path, indicator: Indicator, directory: Path, known: Mapping[str, Indicator]
) -> list[str]:
    where = f"{path.parent.name}/{path.name}"
    problems = [
        f"{where}: routes.{number}.source: {route.source!r}; expected {LOCAL_SOURCE!r}, the only source of an "
        "indicator of your own"
        for number, route in enumerate(indicator.routes)
        if route.source != LOCAL_SOURCE
    ]
    if indicator.id in known:
        problems.append(
            f"{where}: id: {indicator.id!r} is that of {directory.name}/{path.name} of the project already; "
            "give the file, its id and its CSV another name"
        )
    return problems


@cache
def catalogue() -> dict[str, Indicator]:
    """The project's own catalogue, read once a process."""
    return load_catalogue()
