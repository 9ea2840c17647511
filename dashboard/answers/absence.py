"""The answer to a question about one indicator that finds no figures: why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dashboard.answers.areas import Fate
from dashboard.answers.catalogue import Missing
from geodata.register import Area, AreaType
from indicators.catalogue import Indicator

Why = Literal["indicator", "area_type", "group", "kind", "areas", "parent", "period"]


@dataclass(frozen=True, slots=True)
class Absence:
    """Why there are no figures. ``why`` is the first of these that holds:

    indicator  nothing of it is loaded: ``missing`` says what would load it
    area_type  it is not published by ``area_type``; ``area_types`` are those it has figures for
    group      ``area_type`` has figures, but not of the group of people asked for
    kind       none of ``areas`` is of ``area_type``
    parent     none of the areas with figures lies in ``parent``
    areas      ``areas`` have none, in ``period`` where that is given; ``newest`` is their newest period with a figure
    period     there are none for ``period``; ``first`` and ``newest`` are the periods there are

    Periods are ISO. ``fates`` are those of ``areas`` that have ended. ``area_type`` is None where any type would do.
    """

    indicator: Indicator
    why: Why
    missing: Missing
    area_type: AreaType | None = None
    area_types: tuple[AreaType, ...] = ()
    areas: tuple[Area, ...] = ()
    fates: tuple[tuple[Area, Fate], ...] = ()
    parent: Area | None = None
    period: str | None = None
    first: str | None = None
    newest: str | None = None
