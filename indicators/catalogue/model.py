"""The catalogue: one strict TOML file an indicator, typed, frozen, every problem reported at once."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

Polarity = Literal["high_is_good", "low_is_good", "none"]
Unit = Literal["percent", "percentage_points", "count", "people", "pounds_per_week", "years", "per_100000"]
Method = Literal[
    "published",
    "proportion",
    "rate",
    "count",
    "survey_proportion",
    "difference",
    "paired_movement",
    "aggregate",
]
Interval = Literal["published", "combined", "wilson", "byar", "survey", "newcombe", "paired", "none"]
Theme = Literal[
    "Work",
    "Pay and income",
    "Skills",
    "Health",
    "Disabled people and health conditions",
    "Health services and work",
    "Benefits and fit notes",
    "The national goal",
]
AreaTypeId = Literal[
    "ltla",
    "utla",
    "region",
    "england",
    "uk",
    "ccg",
    "stp",
    "sub_icb",
    "icb",
    "nhs_region",
    "lep",
    "combined_authority",
]
THEMES: tuple[str, ...] = get_args(Theme)

CATALOGUE_DIRECTORY = Path(__file__).parent

Words = Annotated[str, Field(min_length=1)]
Measures = tuple[Words, ...]

# what each method must be given, and the intervals that make sense for it
_METHOD_NEEDS: dict[str, tuple[str, ...]] = {
    "published": ("value",),
    "proportion": ("numerator", "denominator"),
    "rate": ("numerator",),
    "count": ("value",),
    "survey_proportion": ("numerator", "denominator"),
    "difference": ("minuend", "subtrahend"),
    "paired_movement": ("moved_in", "moved_out", "denominator"),
    "aggregate": ("parts",),
}
_METHOD_INTERVALS: dict[str, frozenset[str]] = {
    "published": frozenset({"published", "combined", "none"}),
    "proportion": frozenset({"wilson"}),
    "rate": frozenset({"byar"}),
    "count": frozenset({"byar", "none"}),
    "survey_proportion": frozenset({"survey"}),
    "difference": frozenset({"newcombe"}),
    "paired_movement": frozenset({"paired"}),
    "aggregate": frozenset({"wilson"}),
}


class CatalogueError(ValueError):
    """Some catalogue files cannot be used; one line a problem, each naming file and key."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    @field_validator("*", mode="before")
    @classmethod
    def _lists_become_tuples(cls, value: object) -> object:
        return tuple(value) if isinstance(value, list) else value


class Route(_Strict):
    """How one source's measures become the observations of an indicator.

    A measure may start with ``-``: measures of one list are summed with their signs.
    Where two routes give the same area and period, the route that stands first wins.
    """

    source: Words
    publication: Words
    area_types: Annotated[tuple[AreaTypeId, ...], Field(min_length=1)]
    method: Method
    interval: Interval
    value: Measures = ()
    numerator: Measures = ()
    denominator: Measures = ()
    moved_in: Measures = ()
    moved_out: Measures = ()
    published: Measures = ()
    """The publisher's own rounded figure, used only to cross-check ours."""
    minuend: str | None = None
    subtrahend: str | None = None
    parts: AreaTypeId | None = None
    """Area type whose counts are summed for areas the publisher gives no figure for."""
    scale: float = 1.0
    """What a published value is multiplied by (100 where a publisher gives shares of one)."""

    @model_validator(mode="after")
    def _method_has_what_it_needs(self) -> Self:
        missing = [key for key in _METHOD_NEEDS[self.method] if not getattr(self, key)]
        if self.method == "rate" and not (self.denominator or self.value):
            missing.append("denominator (or value)")
        if missing:
            raise ValueError(f"method {self.method!r} needs {', '.join(missing)}")
        if self.interval not in _METHOD_INTERVALS[self.method]:
            allowed = ", ".join(sorted(_METHOD_INTERVALS[self.method]))
            raise ValueError(
                f"interval {self.interval!r} does not go with method {self.method!r}; use {allowed}"
            )
        if self.interval == "combined" and len(self.value) < 2:
            raise ValueError("interval 'combined' needs two values or more: their half-widths are combined")
        return self


class Target(_Strict):
    """A level that a programme set itself, with where it is written."""

    label: Words
    value: float
    period: str | None = None
    """Year or ISO period by which it was to be met, where one was set."""
    since: str | None = None
    """ISO period from whose figure a straight way to the target is drawn; needs ``period``."""
    source: Words

    @model_validator(mode="after")
    def _a_way_has_an_end(self) -> Self:
        if self.since is not None and self.period is None:
            raise ValueError("since needs period: a way to a target has an end")
        return self


class Indicator(_Strict):
    """One indicator: what it means, which way is good, and how its figures are made."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    title: Words
    short_title: Annotated[str, Field(min_length=1, max_length=60)]
    theme: Theme
    definition: Words
    rationale: Words
    numerator: Words
    denominator: Words
    unit: Unit
    multiplier: float = 1.0
    decimal_places: Annotated[int, Field(ge=0, le=3)] = 1
    polarity: Polarity
    may_be_negative: bool = False
    """True for a percentage that can lie below 0, such as a pay gap in favour of women."""
    comparable: bool = True
    """False for raw counts: a large place has more of everything, so it is never benchmarked."""
    caveats: tuple[Words, ...] = ()
    breakdowns: tuple[Words, ...] = ()
    fingertips_id: int | None = None
    survey: Words | None = None
    """The sample survey that the figures come from; they are then graded by how sure they are."""
    targets: tuple[Target, ...] = ()
    routes: Annotated[tuple[Route, ...], Field(min_length=1)]

    @property
    def area_types(self) -> tuple[str, ...]:
        """Area types that any route gives, in the order of the routes, each once."""
        return tuple(dict.fromkeys(kind for route in self.routes for kind in route.area_types))

    @property
    def bounds(self) -> tuple[float | None, float | None]:
        """Lowest and highest value that is possible at all, in the unit."""
        match self.unit:
            case "percent":
                return (-100.0 if self.may_be_negative else 0.0, 100.0)
            case "percentage_points":
                return (-100.0, 100.0)
            case _:
                return (0.0, None)


def _problems(name: str, error: ValidationError) -> list[str]:
    lines = []
    for problem in error.errors():
        key = ".".join(str(part) for part in problem["loc"]) or "file"
        match problem["type"]:
            case "extra_forbidden":
                message = "is not a key of the catalogue; remove it or mend its spelling"
            case "missing":
                message = "is missing"
            case "literal_error":
                allowed = (
                    str(problem.get("ctx", {}).get("expected", "")).replace("'", "").replace(" or ", ", ")
                )
                message = f"{problem['input']!r} is not one of {allowed}"
            case _:
                message = f"{problem['msg'].removeprefix('Value error, ')} (found {problem['input']!r})"
        lines.append(f"{name}: {key}: {message}")
    return lines


def load_indicator(path: Path) -> Indicator:
    """Read one catalogue file. Raises CatalogueError with a line for each problem of the file."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CatalogueError(f"{path.name}: is not readable TOML: {error}") from error
    try:
        indicator = Indicator.model_validate(table)
    except ValidationError as error:
        raise CatalogueError("\n".join(_problems(path.name, error))) from error
    if indicator.id != path.stem:
        raise CatalogueError(f"{path.name}: id: {indicator.id!r} differs from the file's name {path.stem!r}")
    return indicator


LOCAL_SOURCE = "local_upload"
"""The only source that an indicator of the user's own may have."""


def load_catalogue(directory: Path = CATALOGUE_DIRECTORY, local: Path | None = None) -> dict[str, Indicator]:
    """Every indicator by id, in the order of themes, then of titles; those of the folder ``local`` too.

    Raises CatalogueError with every problem of every file: where a difference names an indicator that does not
    exist or that is itself a difference, where a file of ``local`` has an id that the project has already, and
    where it reads from any source but ``local_upload``.
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
            indicators.setdefault(indicator.id, indicator)
    for indicator in indicators.values():
        for number, route in enumerate(indicator.routes):
            if route.parts is not None and not any(
                inner.method == "proportion" and route.parts in inner.area_types for inner in indicator.routes
            ):
                problems.append(
                    f"{indicator.id}.toml: routes.{number}.parts: no route of this indicator gives counts "
                    f"(method 'proportion') for area type {route.parts!r}; only such figures can be summed"
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
    if problems:
        raise CatalogueError("\n".join(problems))
    if not indicators:
        raise CatalogueError(f"{directory.name}: holds no indicator; expected one TOML file for each")
    ordered = sorted(indicators.values(), key=lambda one: (THEMES.index(one.theme), one.title))
    return {indicator.id: indicator for indicator in ordered}


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
