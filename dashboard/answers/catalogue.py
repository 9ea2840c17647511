"""Answers about the indicators that there are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dashboard.answers.age import Age
from dashboard.answers.national import NationalFigure
from dashboard.answers.releases import Release
from geodata.register import AreaType
from indicators.catalogue import Indicator, Route
from indicators.catalogue.shown import Question


@dataclass(frozen=True, slots=True)
class AnsweredQuestion:
    """A question of the home page and the indicator that answers it; ``is_illustrative`` with no real figure."""

    indicator: Indicator
    question: Question
    is_illustrative: bool

    @property
    def href(self) -> str:
        """Address of the page that shows the answer. The page of conditions is about several indicators."""
        page = f"/{self.question.page}"
        return page if self.question.page == "conditions" else f"{page}?indicator={self.indicator.id}"


@dataclass(frozen=True, slots=True)
class Held:
    """What is loaded of an indicator for one type of area: its main group of people, with periods and areas.

    sex, age, breakdown  of the group: everyone where that is given
    periods              ISO, oldest first
    n_areas              areas in the latest period
    also_by              what else the type is given by: ``sex``, ``age``, and kinds of breakdown
    """

    area_type: str
    sex: str
    age: str
    breakdown: str
    periods: tuple[str, ...]
    n_areas: int
    also_by: tuple[str, ...]
    is_illustrative: bool


@dataclass(frozen=True, slots=True)
class MissingSource:
    """A source from which the figures of an indicator could come.

    source_id     as the jobs know it
    publications  that the indicator would be taken from, as the catalogue names them
    publisher     None where the jobs do not know the source yet
    command       that loads it; ``needs_folder`` where it cannot be fetched, so that its files have to be given
    is_loaded     whether something of it is loaded, which then has no figure of this indicator
    """

    source_id: str
    publications: tuple[str, ...]
    publisher: str | None
    command: str
    needs_folder: bool
    is_loaded: bool


@dataclass(frozen=True, slots=True)
class Missing:
    """Why an indicator has no figures: the sources that could give them, and what real evidence comes nearest.

    nearest  (indicator with real figures, address of a page that shows them)
    """

    indicator: Indicator
    sources: tuple[MissingSource, ...]
    nearest: tuple[tuple[Indicator, str], ...]


@dataclass(frozen=True, slots=True)
class RouteState:
    """A route of an indicator with the releases that its figures are taken from now.

    is_loaded  whether any release of its source is loaded, whether used or not
    next_on    when the next release is expected, where a release of it is used and the publisher's calendar is known
    """

    route: Route
    releases: tuple[Release, ...]
    is_loaded: bool
    next_on: date | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One indicator in the list of all.

    national    the newest figure for the whole country; None where there is none
    area_types  those that it has figures for, or that it is published for where it has none; in their order
    newest      ISO period of the newest figure of any type of area with its age; None without figures
    theme_id    of its theme in addresses
    """

    indicator: Indicator
    national: NationalFigure | None
    area_types: tuple[AreaType, ...]
    newest: tuple[str, Age] | None
    is_illustrative: bool
    theme_id: str

    @property
    def has_figures(self) -> bool:
        return self.newest is not None


@dataclass(frozen=True, slots=True)
class Sought:
    """What a list of indicators is narrowed to; an empty text is everything.

    words         that each begin a word of the indicator
    theme         id of a theme
    area_type     that it has figures for
    with_figures  whether those without figures are left out
    """

    words: str = ""
    theme: str = ""
    area_type: str = ""
    with_figures: bool = False

    @property
    def is_everything(self) -> bool:
        return self == Sought()
