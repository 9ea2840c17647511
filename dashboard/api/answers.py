"""What each address under ``/api/v1`` answers as JSON: the models that OpenAPI is made from, and that tests hold answers to.

Answers are not made through them, since that would cost more than the answer; a test reads every address by its schema.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Part(BaseModel):
    """A JSON object with these keys and no others."""

    model_config = ConfigDict(extra="forbid")


class Problem(Part):
    """An error (RFC 9457)."""

    type: str = Field(description="Kind of error: an address that explains it.")
    title: str
    status: int
    detail: str = Field(description="What is wrong, and what to give instead.")
    parameter: str = Field(description="The parameter that cannot be used; empty where it lies with none.")
    value: str = Field(description="What was found there.")
    allowed: list[str] = Field(description="What may stand there, where that is a list.")


class Reasoned(Part):
    """An answer that says why, where it is empty."""

    reason: str | None = Field(description="Why there is nothing; null where there is something.")


class Observation(Part):
    """One figure."""

    indicator_id: str
    area_code: str
    area_name: str
    area_type: str
    parent_code: str | None = Field(None, description="Only where parents are asked for.")
    period: str = Field(description="ISO 8601 start and duration.")
    sex: str
    age: str
    breakdown: str
    value: float | None = Field(description="Rounded as its indicator says; null where there is none.")
    lower_ci_95: float | None
    upper_ci_95: float | None
    lower_ci_998: float | None
    upper_ci_998: float | None
    numerator: float | None
    denominator: float | None
    status: str = Field(
        description="ok, suppressed, unreliable, not_available, not_collected or illustrative."
    )
    interval_method: str
    note: str
    age_note: str = Field(description="How old the figure is, where that has to be known; else empty.")
    release_id: str


class Described(Part):
    title: str
    short_title: str
    unit: str
    unit_words: str
    decimal_places: int
    polarity: str
    comparable: bool
    ended: str | None


class DescribedHere(Described):
    publishers: list[str]
    illustrative: bool


class Described1(Described):
    indicator_id: str


class PeriodDays(Part):
    start_on: str
    end_on: str
    label: str


class PeriodShown(PeriodDays):
    period: str


class ReleaseShort(Part):
    publisher: str
    publication: str
    edition: str
    published_on: str | None
    loaded_at: str
    licence: str
    url: str | None
    illustrative: bool


class Metadata(Part):
    publication: str = Field(description="Id of the state of the store; another one after each refresh.")
    indicators: dict[str, DescribedHere]
    periods: dict[str, PeriodDays]
    releases: dict[str, ReleaseShort]
    benchmarks: list[Observation] = Field(description="England's figures of the same periods and groups.")


class Observations(Reasoned):
    observations: list[Observation]
    next: str | None = Field(description="Address of the next page; null at the end.")
    metadata: Metadata


class Target(Part):
    label: str
    value: float
    period: str | None
    since: str | None
    source: str
    note: str | None


class Loaded(Part):
    area_type: str
    sex: str
    age: str
    breakdown: str
    periods: list[str]
    latest: str
    illustrative: bool


class Indicator(Part):
    id: str
    title: str
    short_title: str
    theme: str
    definition: str
    unit: str
    unit_words: str
    decimal_places: int
    polarity: str
    comparable: bool
    not_compared: str | None
    fingertips_id: int | None
    targets: list[Target]
    loaded: list[Loaded]


class Indicators(Part):
    indicators: list[Indicator]


class Catalogue(Part):
    catalogue: list[dict[str, Any]] = Field(description="Every key of each indicator's catalogue file.")


class Area(Part):
    area_code: str
    area_name: str
    area_type: str
    area_types: list[str]
    ods_code: str | None
    start_on: str | None
    end_on: str | None


class FoundArea(Area):
    label: str | None = None
    detail: str | None = None
    matched: str | None = None
    kind: str | None = None
    # the keyword of Python
    in_: str | None = Field(None, alias="in")
    share: float | None = None
    why: str | None = None
    near: bool | None = None
    latitude: float | None = None
    longitude: float | None = None


class Areas(Reasoned):
    areas: list[FoundArea]
    heading: str | None = None
    near: bool | None = None
    credits: list[str] = []


class AreaHeld(Area):
    share_of_area: float = Field(description="Share of the area asked about that lies in it.")


class OneArea(Part):
    area: Area
    stands: bool
    same_land: list[str]
    stands_today: list[Area]
    on: str
    lies_in: list[AreaHeld]
    note: str


class Change(Part):
    predecessor_code: str
    predecessor_name: str
    predecessor_type: str
    successor_code: str
    successor_name: str
    successor_type: str
    share: float


class Step(Part):
    changed_on: str
    kind: str = Field(description="merged, divided, recoded, moved or new_type.")
    area_code: str
    area_type: str
    unplaced: float
    changes: list[Change]


class AreaShare(Area):
    share: float


class History(Part):
    area: Area
    before: list[Step]
    after: list[Step]
    on: str
    standing: list[AreaShare]
    note: str


class AreaOverlap(Area):
    share_of_area: float | None
    share_of_other: float | None


class Overlaps(Reasoned):
    area: Area
    on: str
    overlaps: list[AreaOverlap]
    note: str


class Place(Part):
    name: str
    kind: str
    latitude: float
    longitude: float
    kilometres: float


class At(Reasoned):
    place: Place | None
    area: Area | None
    lies_in: list[AreaOverlap]
    note: str


class MemberType(Part):
    area_type: str
    name: str


class NamedGroup(Part):
    name: str
    area_types: list[str] = Field(description="The types of area that the list is for.")
    note: str = Field(description="In what its members are alike, and who says so.")
    area_code: str | None = Field(
        description="The group as the code of an area, where one was asked about; else null."
    )
    members: list[Area] = Field(
        description="The areas most like the area that was asked about, the nearest first."
    )


class Groups(Reasoned):
    form: str = Field(description="How a group is written.")
    how: list[str] = Field(description="What the parts of it mean, and what a group can be used for.")
    example: str = Field(description="An address that works as it stands.")
    most_members: int
    longest_name: int = Field(description="Characters of a name.")
    member_types: list[MemberType] = Field(description="The types of area that members may be of.")
    area: Area | None = Field(description="The area that was asked about.")
    groups: list[NamedGroup]


class Group(Reasoned):
    group: Area
    members: list[Area]
    notes: list[str]


class Release(ReleaseShort):
    release_id: str
    source_id: str
    attribution: str


class Releases(Reasoned):
    releases: list[Release]


class Boundary(Part):
    view: str
    area_type: str
    vintage: int
    areas: int
    url: str


class Boundaries(Reasoned):
    boundaries: list[Boundary]


class FigureChange(Part):
    changed_at: str
    kind: str
    indicator: str
    area_code: str | None
    area_name: str | None
    area_type: str | None
    period: str
    sex: str
    age: str
    breakdown: str
    figures: int | None
    old_value: float | None
    old_status: str | None
    new_value: float | None
    new_status: str | None
    publication: str | None
    release: str | None
    cause: str | None
    reason: str | None


class Changes(Reasoned):
    changes: list[FigureChange]
    next: str | None


class Trend(Part):
    direction: str | None
    judgement: str | None
    chi_square: float | None
    p_value: float | None
    slope: float | None
    periods_used: list[str]
    reason: str | None
    words: str


class Break(Part):
    after: str
    before: str
    kind: str


class Series(Part):
    area_code: str
    area_name: str
    trend: Trend | None
    age_note: str
    breaks: list[Break]
    observations: list[Observation]


class Trends(Reasoned):
    indicator: Described1
    benchmark_code: str | None
    series: list[Series]


class ComparedArea(Observation):
    benchmark_code: str | None
    benchmark_name: str
    benchmark_value: float | None
    comparison: str = Field(description="better, higher, similar, lower, worse or not_compared.")
    recent_trend: str


class Comparison(Reasoned):
    indicator: Described1
    area_type: str
    period: PeriodShown | None
    benchmark: str
    areas: list[ComparedArea]


class ProfileFigure(Observation):
    title: str
    unit: str
    england: float | None
    comparison: str
    recent_trend: str
    survey_quality: str


class Profile(Reasoned):
    area_code: str
    area_name: str
    figures: list[ProfileFigure]


class Evidence(Reasoned):
    note: str
    strengths: dict[str, dict[str, str]]
    interventions: list[dict[str, Any]]
    programmes: list[dict[str, Any]]


class Ledger(Part):
    area_code: str
    area_name: str
    states: dict[str, str]
    ledger: list[dict[str, Any]]


class Lineage(Reasoned):
    lineage: list[dict[str, Any]]


class OpenApi(BaseModel):
    openapi: str
    info: dict[str, Any]
    paths: dict[str, Any]
