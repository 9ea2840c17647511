"""``new-indicator``: asks what an indicator is, and writes the file of the catalogue that says so."""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Any, get_args

import typer

from etl.cli.asking import Asker, Choice, nearest
from etl.cli.measures import measurements_of
from etl.cli.wiring import catalogue_of, sources
from etl.frames.routes import routes_of
from geodata.register import Register, load_register
from indicators.catalogue import LOCAL_SOURCE, Indicator, load_catalogue
from indicators.catalogue.loading import CATALOGUE_DIRECTORY
from indicators.catalogue.model import AreaTypeId
from indicators.catalogue.numbers import OWN_NUMBERS_FROM
from indicators.catalogue.units import known_themes, known_units
from indicators.settings import Settings, load_settings

_POLARITIES = (
    Choice("high_is_good", "a high figure is good"),
    Choice("low_is_good", "a low figure is good"),
    Choice("none", "neither is better"),
)
_METHODS = (
    Choice("published", "the publisher's own figure, as it is"),
    Choice("proportion", "a share: one count out of another"),
    Choice("rate", "events for each so many people"),
    Choice("count", "a plain number of people or events"),
    Choice("survey_proportion", "a share of survey estimates that come with half-widths"),
)
"""Methods that one publication is enough for; gaps, sums and movements rest on others and are written by hand."""
_INTERVALS = {
    "published": ("published", "none"),
    "proportion": ("wilson",),
    "rate": ("byar", "none"),
    "count": ("none", "byar"),
    "survey_proportion": ("survey",),
}
_MEASURES = {
    "published": ("value",),
    "proportion": ("numerator", "denominator"),
    "rate": ("numerator", "denominator"),
    "count": ("value",),
    "survey_proportion": ("numerator", "denominator"),
}
_MULTIPLIERS = {"percent": 100.0, "per_100": 100.0, "per_100000": 100_000.0}
_WHOLE = ("count", "people")
_MEASURE_WORDS = {
    "value": "Measures that give the figure",
    "numerator": "Measures that count the numerator",
    "denominator": "Measures that count the denominator",
}
_LONGEST_SHORT_TITLE = 60
Held = Mapping[str, frozenset[str]]
"""Types of area that each measure of a source has figures for."""


def _option(words: str) -> Any:
    return typer.Option(help=words)


def new_indicator(
    id: Annotated[str | None, _option("Name of the file and in addresses, such as employment-rate.")] = None,
    title: Annotated[str | None, _option("The whole title.")] = None,
    short_title: Annotated[str | None, _option("At most 60 characters.")] = None,
    theme: Annotated[str | None, _option("Where it stands in the list of indicators.")] = None,
    definition: Annotated[str | None, _option("What it measures, in a sentence.")] = None,
    rationale: Annotated[str | None, _option("Why it matters, in a sentence.")] = None,
    question: Annotated[str | None, _option("A common question that its map answers, for the home page.")] = None,
    counted: Annotated[str | None, _option("What the numerator counts.")] = None,
    among: Annotated[str | None, _option("What the denominator counts.")] = None,
    polarity: Annotated[str | None, _option("high_is_good, low_is_good or none.")] = None,
    unit: Annotated[str | None, _option("A unit of indicators/words.toml.")] = None,
    decimal_places: Annotated[str | None, _option("Of figures as shown: 0 to 3.")] = None,
    prices: Annotated[str | None, _option("For money: cash or real.")] = None,
    source: Annotated[str | None, _option("Id of the source, as in status.")] = None,
    publication: Annotated[str | None, _option("The publication that the figures are in.")] = None,
    area_types: Annotated[str | None, _option("With commas between them: england, region, ltla.")] = None,
    method: Annotated[str | None, _option("How figures are made of the measures.")] = None,
    interval: Annotated[str | None, _option("How the 95% interval is made.")] = None,
    value: Annotated[str | None, _option("Measures of the figure, with commas.")] = None,
    numerator: Annotated[str | None, _option("Measures of the numerator, with commas.")] = None,
    denominator: Annotated[str | None, _option("Measures of the denominator, with commas.")] = None,
    caveat: Annotated[list[str] | None, _option("A limitation, in a sentence; may be given several times.")] = None,
    from_folder: Annotated[
        Path | None,
        typer.Option("--from", help="Folder with the source's files, to hold the measures against."),
    ] = None,
    to: Annotated[
        Path | None, _option("Folder to write to; when left out the catalogue, or the folder of your own data.")
    ] = None,
    ask: Annotated[
        bool | None, typer.Option("--ask/--no-ask", help="Ask what is not given. When left out: in a terminal.")
    ] = None,
) -> None:  # fmt: skip
    """Write the file of a new indicator: asks for what is not given, and refuses what the catalogue would refuse."""
    given: dict[str, str | None] = {
        "id": id, "title": title, "short-title": short_title, "theme": theme, "definition": definition,
        "rationale": rationale, "question": question, "counted": counted, "among": among, "polarity": polarity,
        "unit": unit, "decimal-places": decimal_places, "prices": prices, "source": source,
        "publication": publication, "area-types": area_types, "method": method, "interval": interval,
        "value": value, "numerator": numerator, "denominator": denominator,
    }  # fmt: skip
    settings = load_settings()
    asker = Asker(given, asks=sys.stdin.isatty() if ask is None else ask)
    catalogue, register = catalogue_of(settings), load_register()
    table = _described(asker, catalogue)
    route, notes = _route(asker, settings, catalogue, register, table, from_folder)
    table["caveats"] = list(caveat or ())
    asker.refuse()
    folder = _folder(to, settings, route["source"])
    path = write_indicator({**table, "routes": [route]}, folder)
    for note in notes:
        typer.secho(note, fg="yellow", err=True)
    typer.echo(f"{path.name} written to {folder}")
    typer.echo(f"Next: python -m etl check, then: python -m etl refresh {route['source']}")


def _described(asker: Asker, catalogue: Mapping[str, Indicator]) -> dict[str, Any]:
    """What the indicator is: every key but its routes."""
    title = asker.text(
        "title", "Title", check=_title, hint="What is shown, of whom: Employment rate, people aged 16 to 64."
    )
    table: dict[str, Any] = {
        "id": asker.text(
            "id", "Id", default=_id_of(title) or None, check=partial(_free_id, catalogue=catalogue)
        ),
        "title": title,
    }
    short = title if len(title) <= _LONGEST_SHORT_TITLE else None
    table["short_title"] = asker.text("short-title", "Short title", default=short or None, check=_short_title)
    table["theme"] = asker.text(
        "theme", "Theme (name or number)", choices=[Choice(name) for name in known_themes()]
    )
    table["definition"] = asker.text("definition", "What does it measure? A sentence", check=_sentence)
    table["rationale"] = asker.text(
        "rationale", "Why does it matter for work and health? A sentence", check=_sentence
    )
    table["numerator"] = asker.text("counted", "What does the numerator count?")
    table["denominator"] = asker.text("among", "What does the denominator count?", default="Not a rate.")
    units = [Choice(name, form.heading) for name, form in known_units().items()]
    table["unit"] = asker.text("unit", "Unit (name or number)", choices=units)
    table["multiplier"] = _MULTIPLIERS.get(table["unit"], 1.0)
    places = "0" if table["unit"] in _WHOLE else "1"
    answer = asker.text("decimal-places", "Decimal places", default=places, check=_places)
    table["decimal_places"] = int(answer or places)
    table["polarity"] = asker.text("polarity", "Is a high figure good? (name or number)", choices=_POLARITIES)
    if table["unit"].startswith("pounds"):
        table["prices"] = asker.text(
            "prices",
            "Which pounds? (name or number)",
            choices=(
                Choice("cash", "those of each year"),
                Choice("real", "those of one year"),
            ),
        )
    if table["unit"] in _WHOLE:
        table["comparable"] = False
    if asked := asker.text("question", "A question that its map answers (may be left empty)", default=""):
        order = 10 + max((part.order for known in catalogue.values() for part in known.questions), default=0)
        table["questions"] = [{"order": order, "page": "map", "words": asked, "below": table["definition"]}]
    return table


def _route(
    asker: Asker,
    settings: Settings,
    catalogue: Mapping[str, Indicator],
    register: Register,
    table: dict[str, Any],
    from_folder: Path | None,
) -> tuple[dict[str, Any], list[str]]:
    """(how its figures are made, what could not be verified); the number of an indicator of the project goes to ``table``."""
    known = sources(settings)
    with_figures = [Choice(name, known[name].info.title) for name in known if hasattr(known[name], "parse")]
    source = asker.text("source", "Source (name or number)", choices=with_figures)
    held = _held(source, from_folder, known, register) if source else {}
    if held:
        listed = ", ".join(sorted(held))
        hint = f"Measures of {source}: {listed}"
    else:
        hint = "python -m etl measures SOURCE lists measures."
    areas = asker.text(
        "area-types",
        "Types of area (names or numbers, with commas)",
        choices=[Choice(name) for name in get_args(AreaTypeId)],
        many=True,
    )
    kinds = [part for part in areas.split(", ") if part]
    method = asker.text("method", "How is the figure made? (name or number)", choices=_METHODS)
    intervals = _INTERVALS.get(method, ())
    interval = asker.text(
        "interval",
        "Interval",
        default=intervals[0] if intervals else "",
        choices=[Choice(name) for name in intervals],
    )
    route: dict[str, Any] = {
        "source": source, "publication": "", "area_types": kinds, "method": method, "interval": interval
    }  # fmt: skip
    notes: list[str] = []
    for key in _MEASURES.get(method, ()):
        check = partial(_measures, held=held, kinds=kinds, is_whole=from_folder is not None, notes=notes)
        answer = asker.text(key, f"{_MEASURE_WORDS[key]} (with commas)", check=check, hint=hint)
        route[key] = _parts(answer)
    routes = routes_of(catalogue, source)
    names = {name.removeprefix("-") for key in _MEASURES.get(method, ()) for name in route[key]}
    same = [other.route.publication for other in routes if names & set(other.measures)]
    every = list(dict.fromkeys(other.route.publication for other in routes))
    likely = same[:1] or (every if len(every) == 1 else [])
    route["publication"] = asker.text(
        "publication",
        "Publication that the figures are in",
        default=likely[0] if likely else None,
        hint=f"Publications of this source: {'; '.join(every)}" if every else "",
    )
    if source != LOCAL_SOURCE:
        numbers = [known_indicator.api_number or 0 for known_indicator in catalogue.values()]
        table["api_number"] = max([OWN_NUMBERS_FROM, *numbers]) + 1
    return route, notes


def _held(source: str, from_folder: Path | None, known: Mapping[str, Any], register: Register) -> Held:
    """What the files of a source hold, of the starter edition where no folder is given."""
    found: dict[str, set[str]] = {}
    for frame in measurements_of(source, from_folder, known, register):
        for measure, rows in frame.groupby("measure", sort=False):
            for code in rows["area_code"].unique():
                found.setdefault(str(measure), set()).update(register.types_of(str(code)))
    if from_folder is not None and not found:
        raise ValueError(f"--from: {from_folder} holds nothing of {source}; give a folder with its files")
    return {measure: frozenset(kinds) for measure, kinds in found.items()}


# ---- whether an answer will do -------------------------------------------------------------------------


def _title(answer: str) -> str:
    if answer.endswith("."):
        raise ValueError(f"{answer!r} ends with a full stop; a title is no sentence")
    return answer


def _short_title(answer: str) -> str:
    if len(answer) > _LONGEST_SHORT_TITLE:
        raise ValueError(f"{answer!r} has {len(answer)} characters; expected at most {_LONGEST_SHORT_TITLE}")
    return _title(answer)


def _sentence(answer: str) -> str:
    if not answer.endswith((".", "?")):
        raise ValueError(f"{answer!r} is no sentence; end it with a full stop")
    return answer


def _places(answer: str) -> str:
    if answer not in ("0", "1", "2", "3"):
        raise ValueError(f"{answer!r}; expected 0, 1, 2 or 3")
    return answer


def _id_of(title: str) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", title.lower()))[:_LONGEST_SHORT_TITLE].strip("-")


def _free_id(answer: str, catalogue: Mapping[str, Indicator]) -> str:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", answer):
        raise ValueError(f"{answer!r}; expected small letters and digits with hyphens between them")
    if answer in catalogue:
        raise ValueError(
            f"{answer!r} is the id of {catalogue[answer].title!r} already; give another, or change that file"
        )
    return answer


def _parts(answer: str) -> list[str]:
    return [part.strip() for part in answer.split(",") if part.strip()]


def _measures(answer: str, held: Held, kinds: Sequence[str], *, is_whole: bool, notes: list[str]) -> str:
    """The measures of a route. Those that the source's files do not have are refused; of the starter edition, which
    holds only what some indicator uses, they are noted."""
    for part in _parts(answer):
        name = part.removeprefix("-")
        if name in held:
            lacking = [kind for kind in kinds if kind not in held[name]]
            if lacking:
                there = ", ".join(sorted(held[name]))
                raise ValueError(f"{name!r} has no figures for {', '.join(lacking)}; it has them for {there}")
        elif is_whole:
            raise ValueError(f"{name!r} is no measure of these files{nearest(name, sorted(held))}")
        else:
            notes.append(
                f"{name!r} is not in the starter edition, so it was not verified; give --from DIR to hold it against files"
            )
    return answer


# ---- the file ------------------------------------------------------------------------------------------


def _folder(to: Path | None, settings: Settings, source: str) -> Path:
    if to is None and source == LOCAL_SOURCE:
        if settings.local_dir is None:
            raise ValueError(
                "--to: the folder of your own data is not set; set WORKHEALTH_LOCAL_DIR, or give --to"
            )
        return settings.local_dir  # fmt: skip
    folder = to or CATALOGUE_DIRECTORY
    if not folder.is_dir():
        raise ValueError(f"--to: {folder}: no such folder")
    return folder


def write_indicator(table: Mapping[str, Any], folder: Path) -> Path:
    """Write the file of an indicator, once the catalogue takes it beside all others.

    Raises CatalogueError with every problem, and ValueError where there is such a file; nothing is written then.
    """
    path = folder / f"{table['id']}.toml"
    if path.exists():
        raise ValueError(f"{path.name}: is there already; give another id, or change that file")
    text = toml_of(table)
    is_local = all(route["source"] == LOCAL_SOURCE for route in table["routes"])
    with tempfile.TemporaryDirectory() as name:
        beside = Path(name)
        known = folder.glob("*.toml") if is_local else CATALOGUE_DIRECTORY.glob("*.toml")
        for other in known:
            (beside / other.name).write_bytes(other.read_bytes())
        (beside / path.name).write_text(text, encoding="utf-8")
        if is_local:
            load_catalogue(local=beside)
        else:
            load_catalogue(beside)
    with path.open("x", encoding="utf-8", newline="\n") as file:
        file.write(text)
    return path


def toml_of(table: Mapping[str, Any]) -> str:
    """A table as TOML: plain keys first, then lists of tables. Texts, numbers, truth values and lists of texts."""
    plain = {key: cell for key, cell in table.items() if not _is_tables(cell)}
    lines = [f"{key} = {_cell(cell)}" for key, cell in plain.items() if cell != []]
    for key, cell in table.items():
        if _is_tables(cell):
            for inner in cell:
                lines += ["", f"[[{key}]]", *(f"{name} = {_cell(part)}" for name, part in inner.items())]
    return "\n".join(lines) + "\n"


def _is_tables(cell: object) -> bool:
    return isinstance(cell, list) and bool(cell) and isinstance(cell[0], dict)


def _cell(cell: object) -> str:
    # the escapes of JSON are those of TOML, but for the one character that JSON leaves as it is
    return json.dumps(cell, ensure_ascii=False).replace("\x7f", "\\u007f")
