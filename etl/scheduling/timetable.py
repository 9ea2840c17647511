"""Which sources are due: their publishers' calendars, what ``etl/schedule.toml`` changes, and the log of runs."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from etl.pipeline import Row
from etl.sources.base import BoundarySource, LiveSource, Source
from indicators.calendar import Calendar
from indicators.store import Store

FILE = Path(__file__).parents[1] / "schedule.toml"
LONDON = ZoneInfo("Europe/London")
LOG_RUNS = 30
"""Runs of a source that are searched for its last good one."""
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


class BadTimetable(ValueError):
    """``schedule.toml`` cannot be used; one line a problem."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Times(_Strict):
    """When the schedule looks for what is due (London time), and how soon it looks again."""

    times: Annotated[tuple[str, ...], Field(min_length=1, strict=False)]
    retry_hours: Annotated[int, Field(ge=1, le=168)]
    late_days: Annotated[int, Field(ge=0, le=60)]

    @field_validator("times")
    @classmethod
    def _safe(cls, times: tuple[str, ...]) -> tuple[str, ...]:
        for clock in times:
            if not _CLOCK.fullmatch(clock):
                raise ValueError(f"{clock!r} is no time of day; expected one such as 10:15")
            if clock.startswith("01:"):
                raise ValueError(
                    f"{clock!r} is skipped when the clocks go forward and comes twice when they go back; "
                    "take one before 01:00 or from 02:00 on"
                )
        if len(set(times)) < len(times):
            raise ValueError("a time is given twice")
        return tuple(sorted(times))

    @property
    def clocks(self) -> tuple[time, ...]:
        return tuple(time.fromisoformat(clock) for clock in self.times)


class Override(_Strict):
    """What differs for one source."""

    months: Annotated[tuple[Annotated[int, Field(ge=1, le=12)], ...] | None, Field(strict=False)] = None
    day: Annotated[int, Field(ge=1, le=28)] | None = None
    fetch: bool = True

    @model_validator(mode="after")
    def _whole_calendar(self) -> Override:
        if self.months == ():
            raise ValueError("months is empty; name one at least")
        if (self.months is None) != (self.day is None):
            raise ValueError("months needs day, and day needs months; give both or neither")
        return self


class Timetable(_Strict):
    """The whole of ``schedule.toml``."""

    schedule: Times
    sources: Mapping[str, Override] = {}

    def calendar(self, source_id: str, own: Calendar | None) -> Calendar | None:
        """The calendar of a source: the one given here, else its own."""
        override = self.sources.get(source_id)
        if override is None or override.months is None or override.day is None:
            return own
        return Calendar(override.months, override.day)

    def fetches(self, source_id: str) -> bool:
        """Whether the schedule may fetch that source."""
        override = self.sources.get(source_id)
        return override is None or override.fetch


def read_timetable(known: Collection[str], path: Path = FILE) -> Timetable:
    """Read a timetable; ``known`` are the ids of sources. Raises BadTimetable with every problem at once."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadTimetable(f"{path.name}: {error}; expected TOML") from error
    problems = []
    given = content.get("sources", {})
    for source_id in given if isinstance(given, dict) else ():
        if source_id not in known:
            problems.append(
                f"{path.name}: sources.{source_id}: no such source; expected of {', '.join(known)}"
            )
    try:
        timetable = Timetable.model_validate(content)
    except ValidationError as error:
        for problem in error.errors():
            place = ".".join(str(part) for part in problem["loc"])
            words = problem["msg"].removeprefix("Value error, ")
            problems.append(f"{path.name}: {place}: {words} (found {problem['input']!r})")
        raise BadTimetable("\n".join(problems)) from error
    if problems:
        raise BadTimetable("\n".join(problems))
    return timetable


@dataclass(frozen=True)
class Standing:
    """Where a source stands in its publisher's calendar; dates are None where none is known.

    ``is_due`` is whether the schedule would fetch it now, ``words`` why or why not.
    """

    source_id: str
    last_expected_on: date | None
    next_expected_on: date | None
    is_due: bool
    words: str


def standing(
    source_id: str,
    *,
    live: bool,
    calendar: Calendar | None,
    runs: Sequence[Row],
    now: datetime,
    timetable: Timetable,
) -> Standing:
    """Where a source stands at an instant. ``runs`` are those of the log, newest first, with their details.

    A run that ended after ``now`` was stamped by a clock that was ahead: it does not tell when anybody looked.
    """
    runs = [run for run in runs if datetime.fromisoformat(run["finished_at"]) <= now]
    today = now.astimezone(LONDON).date()
    chosen = timetable.calendar(source_id, calendar)
    last = None if chosen is None else chosen.last_until(today)
    following = None if chosen is None else chosen.next_after(today)

    def said(is_due: bool, words: str) -> Standing:
        return Standing(source_id, last, following, is_due, words)

    if not live:
        return said(False, "cannot be fetched; give the folder of its files with --from")
    if not timetable.fetches(source_id):
        return said(False, "schedule.toml says that it is not fetched")
    waits = _waits(runs, now, timetable.schedule.retry_hours)
    if waits:
        return said(False, waits)
    looked = [run for run in runs if _is_look(run)]
    if not looked:
        return said(True, "never fetched")
    if last is None:
        return said(False, "no date is known on which more figures are expected")
    brought = [_day(run) for run in looked if run["outcome"] == "published"]
    if brought and max(brought) >= last:
        return said(False, f"its figures of {last} are here")
    looked_on = _day(looked[0])
    if looked_on < last:
        return said(True, f"figures were expected on {last}")
    if today > last + timedelta(days=timetable.schedule.late_days):
        return said(False, f"looked at on {looked_on}, nothing new")
    if looked_on < today:
        return said(True, f"figures expected on {last} are late")
    return said(False, f"looked at today; figures expected on {last} are late")


def standings(
    store: Store, sources: Mapping[str, Source | BoundarySource], timetable: Timetable, now: datetime
) -> dict[str, Standing]:
    """Where each of these sources stands, by its id, in their order."""
    has_log = store.exists()
    return {
        source_id: standing(
            source_id,
            live=isinstance(source, LiveSource),
            calendar=source.info.calendar,
            runs=store.history(source_id, LOG_RUNS) if has_log else [],
            now=now,
            timetable=timetable,
        )
        for source_id, source in sources.items()
    }


def _day(run: Row) -> date:
    """The day in London on which a run ended."""
    return datetime.fromisoformat(run["finished_at"]).astimezone(LONDON).date()


def _is_look(run: Row) -> bool:
    """Whether a run held what is loaded against the publisher's files: starter editions and ways back do not."""
    details = run["details"]
    if run["outcome"] == "published":
        origins = {edition["origin"] for edition in details.get("editions", ())}
        return "publisher" in origins and "rolled_back" not in details
    return run["outcome"] in ("unchanged", "quarantined")


def _waits(runs: Sequence[Row], now: datetime, retry_hours: int) -> str | None:
    """Why a source that failed is not tried again yet."""
    if not runs or runs[0]["outcome"] != "failed":
        return None
    again = datetime.fromisoformat(runs[0]["finished_at"]) + timedelta(hours=retry_hours)
    return None if now >= again else f"failed; tried again from {again.astimezone(LONDON):%Y-%m-%d %H:%M}"
