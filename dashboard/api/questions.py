"""What each address under ``/api/v1`` takes: one model an address, which validates, and which OpenAPI is made from.

A list is given with commas, or by giving the parameter several times. ``asked`` reads a query by its model.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from werkzeug.datastructures import MultiDict

from dashboard.address.view import clipped
from dashboard.api.problems import UNKNOWN_PARAMETER, BadRequest
from dashboard.sentences import listed
from indicators.catalogue.shown import PEOPLE

MOST_AREAS = 500
MOST_ROWS = 10_000
"""Rows of one page of JSON."""
MOST_SHEET_ROWS = 100_000
LONGEST = 6_000
"""Characters of one parameter."""
Format = Literal["json", "csv", "csv-excel", "xlsx"]
FigureFormat = Literal["json", "csv", "csv-excel", "xlsx", "json-stat"]


def _parts(given: Any) -> Any:
    return (
        tuple(dict.fromkeys(part.strip() for part in given.split(",") if part.strip()))
        if isinstance(given, str)
        else given
    )


Names = Annotated[tuple[str, ...], BeforeValidator(_parts)]
_AREA = "Codes of areas with commas between them. An old code works too. A group: custom:E06000015+E06000018."
_NAME = "What a group in “area” or “parent” is called."
_PERIOD = (
    "“latest” (as where it is left out), “all”, a period as people write it (2023, 2022/23, Mar 2026) or in ISO 8601 "
    "(2022-04-01/P1Y), or two with “..” between them (2019..2022)."
)


class Question(BaseModel):
    """The parameters of an address; others are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class _Table(Question):
    format: Format = Field(
        "json", description="json, csv, csv-excel (CSV with the mark by which Excel knows UTF-8) or xlsx."
    )


class _Groups(Question):
    sex: Names = Field(
        (), description="persons, male or female. Left out: everyone, where that is published."
    )
    age: Names = Field(
        (), description="An age group as in /api/v1/indicators. Left out: every age, where that is published."
    )
    breakdown: Names = Field(
        (),
        description="A group of people as in /api/v1/indicators. Left out: everyone, where that is published.",
    )


class Observations(_Groups):
    """Figures by any choice of indicators, areas, periods and groups."""

    indicator: Names = Field(min_length=1, max_length=100, description="Ids of indicators. Needed.")
    area_type: Names = Field(
        (), description="ltla, utla, region, england, icb and so on. Left out: every type."
    )
    area: Names = Field((), max_length=MOST_AREAS, description=_AREA)
    name: str = Field("", max_length=100, description=_NAME)
    parent: Names = Field(
        (),
        max_length=60,
        description="Codes of areas: only areas of which at least half lies in one of them, as on the map. Each row then "
        "names the one that it lies in.",
    )
    period: str = Field("latest", min_length=1, max_length=100, description=_PERIOD)
    groups: Literal["all"] | None = Field(None, description="all: every group of people.")
    format: FigureFormat = Field(
        "json", description="json, csv, csv-excel, xlsx or json-stat (JSON-stat 2.0)."
    )
    limit: Annotated[int, Field(ge=1, le=MOST_ROWS)] | None = Field(
        None,
        description=f"Rows of one page of JSON; {MOST_ROWS:,} where it is left out. A CSV has every row.",
    )
    cursor: str | None = Field(
        None, max_length=600, description="Where the next page begins; “next” in the answer holds it."
    )


class Indicators(_Table):
    """What indicators there are, and what is loaded of each."""

    indicator: Names = Field((), description="Ids of indicators. Left out: all.")


class Catalogue(Question):
    """Everything that the catalogue says of indicators."""

    indicator: Names = Field((), description="Ids of indicators. Left out: all.")


class Areas(_Table):
    """Areas by name, code, type or parent."""

    q: str | None = Field(
        None,
        description="A postcode, the name of a place, an area or an old area, or a code. Typing errors are forgiven.",
    )
    area_type: str | None = Field(None, description="Areas of one type only.")
    area: Names = Field((), max_length=MOST_AREAS, description=_AREA)
    name: str = Field("", max_length=100, description=_NAME)
    parent: str | None = Field(
        None, description="Code of an area: only areas of which at least half lies in it today."
    )


class Area(Question):
    """One area: its types, what it lies in, what stands there today."""

    on: str | None = Field(
        None, description="A day such as 2022-07-01: what it lay in then. Left out: today."
    )


class History(Question):
    """What an area was made of and what became of it, step by step."""

    on: str | None = Field(
        None, description="A day such as 2022-07-01: which areas stood for its land then. Left out: today."
    )


class Overlaps(_Table):
    """The areas of a type that share land with an area, with both shares."""

    area_type: str = Field(description="The type of those areas. Needed.")
    on: str | None = Field(None, description="A day such as 2022-07-01. Left out: today.")


class At(Question):
    """The area at a point."""

    lat: float = Field(ge=49, le=61, description="Latitude in degrees (WGS84). Needed.")
    lon: float = Field(ge=-9, le=3, description="Longitude in degrees (WGS84). Needed.")


class Groups(Question):
    """How a group of areas is written, its limits, and the groups that others have made."""

    area: str | None = Field(
        None,
        description="Code of an area: the areas most like it, as a group. Left out: which lists there are.",
    )


class Group(Question):
    """A group of areas of one's own: its members."""

    name: str = Field("", max_length=100, description="What the group is called.")


class Releases(_Table):
    """The publications that figures are taken from."""

    source: Names = Field((), description="Ids of sources. Left out: all.")


class Changes(_Table):
    """What changed, the newest first."""

    since: str | None = Field(None, description="A date or an instant, such as 2026-01-31.")
    area: str | None = Field(None, description="Code of one area.")
    indicator: str | None = Field(None, description="Id of an indicator.")
    limit: int = Field(100, ge=1, le=1000, description="How many at a time, 100 where it is left out.")
    offset: int = Field(
        0,
        ge=0,
        le=100_000,
        description="How many to pass over; “next” in the answer holds the address of the next page.",
    )


class Evidence(Question):
    """What is known to help, with the strength of the evidence."""

    indicator: str | None = Field(None, description="Id of an indicator.")
    condition: str | None = Field(None, description=f"One of {listed(PEOPLE, 'or')}.")
    area: str | None = Field(None, description="Code of one area.")


class Boundaries(_Table):
    """The shapes that maps are drawn with, and their addresses."""

    area_type: str | None = Field(None, description="Shapes of one type of area only.")


class Trend(Question):
    """One series of some areas, each with its recent trend."""

    indicator: str = Field(description="Id of an indicator. Needed.")
    area: Names = Field(min_length=1, max_length=8, description=f"{_AREA} Needed.")
    sex: str | None = Field(None, description="persons, male or female.")
    age: str | None = Field(None, description="An age group.")
    breakdown: str | None = Field(None, description="A group of people.")


class Compare(_Table):
    """The areas of a type beside a benchmark."""

    indicator: str = Field(description="Id of an indicator. Needed.")
    area_type: str | None = Field(None, description="Left out: the type that the page shows.")
    area: Names = Field((), max_length=20, description="Only these areas.")
    parent: str | None = Field(None, description="Only areas of which at least half lies in it.")
    period: str | None = Field(None, description="Left out: the newest.")
    benchmark: str | None = Field(
        None,
        description="england (as where it is left out), region, parent, similar, or the code of an area.",
    )
    sex: str | None = Field(None, description="persons, male or female.")
    age: str | None = Field(None, description="An age group.")
    breakdown: str | None = Field(None, description="A group of people.")


class Profile(_Table):
    """Every newest figure of one area beside England's."""

    area: str = Field(min_length=1, description="Code of one area. Needed.")
    groups: Literal["all"] | None = Field(
        None, description="all: every group of people, and not the main figures alone."
    )


class Ledger(Question):
    """What an area has of each figure that answers a main question."""

    area: str | None = Field(None, description="Code of one area. Left out: England.")


class Lineage(Question):
    """Where a figure comes from, back to the publisher's file and row."""

    indicator: str = Field(description="Id of an indicator. Needed.")
    area: str = Field(min_length=1, description="Code or name of an area. Needed.")
    period: str = Field(
        min_length=1,
        description="An ISO 8601 start and duration such as 2022-04-01/P1Y, or as people write it: 2023, 2022/23. Needed.",
    )
    sex: str | None = Field(None, description="persons, male or female.")
    age: str | None = Field(None, description="An age group.")
    breakdown: str | None = Field(None, description="A group of people.")


class OpenApi(Question):
    """This description, for programs (OpenAPI 3.1)."""


Q = TypeVar("Q", bound=Question)


def parameters_of(model: type[Question]) -> dict[str, str]:
    """The parameters of an address and what each holds, in words."""
    return {field.alias or name: field.description or "" for name, field in model.model_fields.items()}


def is_list(model: type[Question], name: str) -> bool:
    """Whether a parameter takes several values."""
    field = next(field for key, field in model.model_fields.items() if name in (key, field.alias))
    return get_origin(field.annotation) is tuple


def asked(model: type[Q], path: str, query: MultiDict[str, str]) -> Q:
    """The parameters of a query by its model. Raises BadRequest that names the first that cannot be used."""
    known = parameters_of(model)
    values: dict[str, str] = {}
    for name in query:
        if name not in known:
            takes = f"it takes {listed(known)}" if known else "it takes none"
            words = f"{path} has no parameter {clipped(name)!r}; {takes}"
            raise BadRequest(400, clipped(name), query[name], words, known, UNKNOWN_PARAMETER)
        given = [text.strip() for text in query.getlist(name) if text.strip()]
        if len(given) > 1 and not is_list(model, name):
            raise BadRequest(400, name, ", ".join(given), f"{name} is given {len(given)} times; give it once")
        text = ",".join(given)
        if len(text) > LONGEST:
            raise BadRequest(400, name, text, f"{name} has {len(text):,} characters; that is too long")
        if text:
            values[name] = text
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise _refused(model, error, values) from error


def _refused(model: type[Question], error: ValidationError, values: dict[str, str]) -> BadRequest:
    """The first problem that a model found, in words."""
    found = error.errors(include_url=False)[0]
    name = str(found["loc"][0])
    value = values.get(name, "")
    told = parameters_of(model)[name]
    allowed = _choices(model, name)
    if found["type"] == "missing":
        return BadRequest(400, name, "", f"{name} is missing; give one: {told}", allowed)
    words = f"{name} {clipped(value)!r} cannot be used: {_words(str(found['msg']))}; expected: {told}"
    return BadRequest(400, name, value, words, allowed)


def _words(message: str) -> str:
    return message[:1].lower() + message[1:]


def _choices(model: type[Question], name: str) -> tuple[str, ...]:
    """The values of a parameter that takes a few words only."""
    for key, field in model.model_fields.items():
        if name in (key, field.alias):
            for kind in (field.annotation, *get_args(field.annotation)):
                if get_origin(kind) is Literal:
                    return tuple(str(choice) for choice in get_args(kind))
    return ()
