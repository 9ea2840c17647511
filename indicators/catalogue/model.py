"""One indicator, as its TOML file gives it: typed, frozen, no key unknown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from indicators.catalogue.numbers import HASHED_NUMBERS_FROM, OWN_NUMBERS_FROM, hashed_number
from indicators.catalogue.shown import AnswerTo, Complement, Group, Pledge, Question, Said, Standing
from indicators.catalogue.strict import Strict, Text
from indicators.catalogue.units import UnitFormat, known_units, meant, plain_format
from indicators.notes import reason_of
from indicators.periods import Period

Polarity = Literal["high_is_good", "low_is_good", "none"]
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
Prices = Literal["cash", "real"]
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

Measures = tuple[Text, ...]
LOCAL_SOURCE = "local_upload"
"""The only source that an indicator of the user's own may have."""

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
    "rate": frozenset({"byar", "none"}),
    "count": frozenset({"byar", "none"}),
    "survey_proportion": frozenset({"survey"}),
    "difference": frozenset({"newcombe"}),
    "paired_movement": frozenset({"paired"}),
    "aggregate": frozenset({"wilson", "none"}),
}


# the methods that read measures of their own besides those of the counts
_OF_PARTS = ("aggregate", "published", "survey_proportion")

_CELLS_BY_NAME = ("proportion", "rate")

RoundedCells = Annotated[int, Field(ge=1)] | Text
"""A number of rounded numbers, or the name of the measure that holds it."""


class Route(Strict):
    """How one source's measures become the observations of an indicator.

    A measure may start with ``-``: measures of one list are summed with their signs.
    Where two routes give the same area and period, the route that stands first wins.
    """

    source: Text
    publication: Text
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
    """Area type whose counts are summed for areas the publisher gives no figure for (methods aggregate, published,
    survey_proportion)."""
    areas_of: int | None = None
    """Year whose areas the figures are on in every period (2026 for the ICBs of that year); None: those of the period."""
    scale: float = 1.0
    """What a published value is multiplied by (100 where a publisher gives shares of one)."""
    definition: Text | None = None
    """Whom or what the figures count, where another route of the indicator counts something else. Figures of two
    definitions are never joined to a line, tested for a trend together, or taken from each other as a change."""
    rounded_to: Annotated[float, Field(gt=0)] | None = None
    """What the publisher rounds counts below England to, in all of its editions or in some; None: counts are exact."""
    rounded_cells: tuple[RoundedCells, RoundedCells] = (1, 1)
    """Of how many of the publisher's rounded numbers each measure of (numerator, denominator) is made: 3 where a quarter is
    a sum of months. For a net movement the first is of each movement. Where the number differs from area to area it is the
    name of the measure that holds it, for all measures of the numerator or denominator together."""

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
        if self.parts is not None and self.method not in _OF_PARTS:
            raise ValueError(f"parts does not go with method {self.method!r}; use {', '.join(_OF_PARTS)}")
        if self.parts is not None and self.method == "published" and self.interval != "combined":
            raise ValueError(
                f"interval {self.interval!r} does not go with published counts of parts; use combined"
            )
        if self.rounded_cells != (1, 1) and self.rounded_to is None:
            raise ValueError("rounded_cells needs rounded_to: exact counts add up to exact ones")
        if any(isinstance(cells, str) for cells in self.rounded_cells) and self.method not in _CELLS_BY_NAME:
            raise ValueError(
                f"rounded_cells by the name of a measure does not go with method {self.method!r}; use a number"
            )
        if self.interval == "combined" and len(self.value) < 2 and self.parts is None:
            raise ValueError(
                "interval 'combined' needs two values or more, or parts: their half-widths are combined"
            )
        return self


class Target(Strict):
    """A level that a programme set itself, with where it is written."""

    label: Text
    value: float
    period: str | None = None
    """Year or ISO period by which it was to be met, where one was set."""
    since: str | None = None
    """ISO period from whose figure a straight way to the target is drawn; needs ``period``."""
    source: Text
    note: Text | None = None
    """What to know of the figures that it is judged by."""

    @model_validator(mode="after")
    def _a_way_has_an_end(self) -> Self:
        if self.since is not None and self.period is None:
            raise ValueError("since needs period: a way to a target has an end")
        return self


class Indicator(Strict):
    """One indicator: what it means, which way is good, and how its figures are made."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    title: Text
    short_title: Annotated[str, Field(min_length=1, max_length=60)]
    theme: Text
    definition: Text
    rationale: Text
    numerator: Text
    denominator: Text
    unit: Text
    """One of ``indicators/words.toml``, or a unit of the user's own."""
    format: UnitFormat | None = None
    """How figures in a unit of the user's own are written."""
    multiplier: float = 1.0
    decimal_places: Annotated[int, Field(ge=0, le=3)] = 1
    polarity: Polarity
    may_be_negative: bool = False
    """True for a percentage, or a figure in a unit of the user's own, that can lie below 0, such as a pay gap in favour
    of women."""
    prices: Prices | None = None
    """Whether an amount of money is in the pounds of each year (``cash``: no trend or change is judged, since prices rise
    too) or in those of one year (``real``). Needed for ``pounds_per_week``; other money is in cash unless it says real."""
    may_exceed_100: bool = False
    """True for a percentage of a number that was expected or planned, which can be passed."""
    comparable: bool = True
    """False for raw counts: a large place has more of everything, so it is never benchmarked."""
    not_compared: Text | None = None
    """Why figures that are no raw counts are compared with nothing, as a sentence; needs ``comparable = false``."""
    caveats: tuple[Text, ...] = ()
    breakdowns: tuple[Text, ...] = ()
    fingertips_id: int | None = None
    """Number of the indicator in Fingertips that it is like, where Fingertips has one."""
    api_number: Annotated[int, Field(ge=OWN_NUMBERS_FROM, lt=HASHED_NUMBERS_FROM)] | None = None
    """Number of an indicator that Fingertips does not have, in the API that Fingertips' clients ask (``docs/fingertips.md``).
    It is never changed, and never given to another indicator."""
    survey: Text | None = None
    """The sample survey that the figures come from; they are then graded by how sure they are."""
    targets: tuple[Target, ...] = ()
    pledges: tuple[Pledge, ...] = ()
    """Targets in documents that the figures cannot be judged by."""
    roles: tuple[Standing, ...] = ()
    group: Group | None = None
    said: Said | None = None
    """A figure as a clause that follows "In 2023, ": ``{value} of {people} in {place} were in work``. None: the plain clause
    "the figure for … in {place} was {value}"."""
    questions: tuple[Question, ...] = ()
    answers: tuple[AnswerTo, ...] = ()
    """Which of the three main questions its figures answer."""
    terms: tuple[Text, ...] = ()
    """Keys of the glossary that explain its name."""
    ended: str | None = None
    """ISO period of the year in which the publisher dropped the measure; figures of earlier periods are its last."""
    without_figures: Text | None = None
    """Why it may have no figures, in a sentence, where that is more than that they are not loaded."""
    complements: tuple[Complement, ...] = ()
    """Indicators that are other parts of the same whole: no relation to them is worked out."""
    nearest_evidence: tuple[Text, ...] = ()
    """Ids of indicators that come nearest to answering its question, the best first: where it has no figures, pages
    link to those of them that have."""
    small_numbers: Literal["allow", "hide"] | None = None
    """For figures of the user's own alone: whether counts of 1 to 4 are shown; None: they are hidden."""
    routes: Annotated[tuple[Route, ...], Field(min_length=1)]

    @field_validator("ended")
    @classmethod
    def _ended_in_a_period(cls, text: str | None) -> str | None:
        if text is not None:
            Period.parse(text)
        return text

    @model_validator(mode="after")
    def _a_unit_has_one_format(self) -> Self:
        if self.unit in known_units():
            if self.format is not None:
                raise ValueError(f"unit {self.unit!r} has a format already; format is for a unit of your own")
        elif self.format is None and (close := meant(self.unit)):
            raise ValueError(
                f"unit {self.unit!r} is not known; write {close!r}, or give [format] if it is a unit of your own"
            )
        return self

    @model_validator(mode="after")
    def _a_reason_goes_with_its_key(self) -> Self:
        if self.comparable and self.not_compared is not None:
            raise ValueError("not_compared says why figures are not compared; it needs comparable = false")
        if not self.comparable and not self.is_count and self.not_compared is None:
            raise ValueError(
                f"comparable = false with unit {self.unit!r} needs not_compared: only a count needs no reason"
            )
        if self.may_exceed_100 and self.unit != "percent":
            raise ValueError("may_exceed_100 is for unit 'percent'")
        if self.small_numbers is not None and not self.is_local:
            raise ValueError(f"small_numbers is for uploaded figures (routes of source {LOCAL_SOURCE!r})")
        if self.unit == "pounds_per_week" and self.prices is None:
            raise ValueError(
                f"prices is missing: unit {self.unit!r} is money; say 'cash' (pounds of each year) or 'real'"
            )
        if self.prices is not None and not self.is_money:
            raise ValueError(f"prices is for money; unit {self.unit!r} is none")
        definitions = {route.definition for route in self.routes}
        if len(self.routes) > 1 and None in definitions and len(definitions) > 1:
            raise ValueError("definition stands with some routes only; give it to all of them or to none")
        if definitions != {None} and len(definitions) == 1:
            raise ValueError(
                "definition is the same in every route; it is for routes that count different things"
            )
        return self

    @property
    def number(self) -> int:
        """Its number in the API that Fingertips' clients ask: Fingertips' own, ours, or one made of the id."""
        return self.fingertips_id or self.api_number or hashed_number(self.id)

    @property
    def is_local(self) -> bool:
        """Whether its figures are the user's own."""
        return all(route.source == LOCAL_SOURCE for route in self.routes)

    @property
    def is_count(self) -> bool:
        """Whether its figures are raw numbers of people or events, which grow with the place."""
        return self.unit in ("count", "people")

    @property
    def counts_a_part(self) -> bool:
        """Whether its numerator counts some of those in its denominator, so that the others are a count too."""
        is_share = self.unit == "percent" and not self.may_exceed_100
        return is_share or any(route.method == "proportion" for route in self.routes)

    @property
    def unit_format(self) -> UnitFormat:
        """How its figures are written."""
        return self.format or known_units().get(self.unit) or plain_format(self.unit)

    @property
    def is_money(self) -> bool:
        """Whether its figures are amounts of money."""
        return self.unit.startswith("pounds") or "£" in self.unit

    @property
    def no_trend(self) -> str:
        """Why no trend or change of its figures is judged, to follow a colon; empty where they may be."""
        if self.is_count:
            return "a count grows with the number of people"
        if not self.comparable:
            return "these figures are compared with nothing"
        if self.is_money and self.prices != "real":
            return "these are the pounds of each year, and prices rise too"
        return ""

    def no_course(self, noted: Mapping[str, str | None]) -> str:
        """Why no trend or change that rests on some figures is judged, to follow a colon; empty where it may be.

        ``noted`` has the note of each figure by its ISO period, the newest first. The only place where that is
        decided: a figure whose note keeps it from being compared (``indicators.notes``) is not judged over time either.
        """
        if self.no_trend:
            return self.no_trend
        for period, note in noted.items():
            if reason := reason_of(note):
                return f"the figure for {Period.parse(period).label} is not compared, because {reason}"
        return ""

    def definition_of(self, route: int) -> str:
        """What the figures of a route count (``Route.definition``); empty where all routes count the same."""
        return self.routes[route].definition or "" if 0 <= route < len(self.routes) else ""

    @property
    def area_types(self) -> tuple[str, ...]:
        """Area types that any route gives, in the order of the routes, each once."""
        return tuple(dict.fromkeys(kind for route in self.routes for kind in route.area_types))

    @property
    def on_areas_of(self) -> int | None:
        """The year whose areas all routes are on in every period; None where they are on those of the period."""
        years = {route.areas_of for route in self.routes}
        return years.pop() if len(years) == 1 else None

    @property
    def bounds(self) -> tuple[float | None, float | None]:
        """Lowest and highest value that is possible at all, in the unit."""
        match self.unit:
            case "percent":
                return (-100.0 if self.may_be_negative else 0.0, None if self.may_exceed_100 else 100.0)
            case "percentage_points":
                return (-100.0, 100.0)
            case _:
                form = self.unit_format
                least = None if self.may_be_negative else 0.0
                return (least if form.lowest is None else form.lowest, form.highest)
