"""Which sources are due, from the publishers' calendars, the timetable and the log; and the timetable's own errors."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from etl.scheduling.timetable import BadTimetable, Standing, Timetable, read_timetable, standing
from etl.sources import BOUNDARY_SOURCES, SOURCES
from indicators.calendar import Calendar

QUARTERLY = Calendar((1, 4, 7, 10), 16)
TIMETABLE = Timetable.model_validate(
    {"schedule": {"times": ["10:15"], "retry_hours": 5, "late_days": 7}, "sources": {}}
)


def run(outcome: str, at: str, origin: str = "publisher", **details: Any) -> dict[str, Any]:
    return {
        "outcome": outcome,
        "finished_at": f"{at}+00:00",
        "details": {"editions": [{"origin": origin}], **details},
    }


def at(
    now: str,
    *runs: dict[str, Any],
    calendar: Calendar | None = QUARTERLY,
    live: bool = True,
    timetable: Timetable = TIMETABLE,
) -> Standing:
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    return standing("alpha", live=live, calendar=calendar, runs=runs, now=moment, timetable=timetable)


@pytest.mark.parametrize(
    ("now", "runs", "is_due", "words"),
    [
        ("2026-11-25T10:00", [], True, "never fetched"),
        (
            "2026-11-25T10:00",
            [run("published", "2026-10-16T09:40")],
            False,
            "its figures of 2026-10-16 are here",
        ),
        (
            "2026-11-25T10:00",
            [run("published", "2026-07-20T09:40")],
            True,
            "figures were expected on 2026-10-16",
        ),
        (
            "2026-10-15T10:00",
            [run("published", "2026-07-20T09:40")],
            False,
            "its figures of 2026-07-16 are here",
        ),
        (
            "2026-10-16T10:00",
            [run("published", "2026-07-20T09:40")],
            True,
            "figures were expected on 2026-10-16",
        ),
        # a publisher that is late is looked at every day, for a week
        (
            "2026-10-16T16:00",
            [run("unchanged", "2026-10-16T10:15")],
            False,
            "looked at today; figures expected on 2026-10-16 are late",
        ),
        (
            "2026-10-17T10:00",
            [run("unchanged", "2026-10-16T10:15")],
            True,
            "figures expected on 2026-10-16 are late",
        ),
        (
            "2026-10-23T10:00",
            [run("unchanged", "2026-10-22T10:15")],
            True,
            "figures expected on 2026-10-16 are late",
        ),
        (
            "2026-10-24T10:00",
            [run("unchanged", "2026-10-23T10:15")],
            False,
            "looked at on 2026-10-23, nothing new",
        ),
        # what waits in quarantine was looked at
        (
            "2026-10-16T16:00",
            [run("quarantined", "2026-10-16T10:15")],
            False,
            "looked at today; figures expected on 2026-10-16 are late",
        ),
        # what failed is tried again, but not at once
        (
            "2026-10-16T12:00",
            [run("failed", "2026-10-16T10:15")],
            False,
            "failed; tried again from 2026-10-16 16:15",
        ),
        ("2026-10-16T15:15", [run("failed", "2026-10-16T10:15")], True, "never fetched"),
        # neither the starter edition nor a way back is a look at the publisher's files
        ("2026-11-25T10:00", [run("published", "2026-11-01T10:15", "starter")], True, "never fetched"),
        (
            "2026-11-25T10:00",
            [run("published", "2026-11-01T10:15", rolled_back={}), run("published", "2026-07-20T09:40")],
            True,
            "figures were expected on 2026-10-16",
        ),
    ],
)
def test_what_is_due_and_why(now: str, runs: list[dict[str, Any]], is_due: bool, words: str) -> None:
    answer = at(now, *runs)
    assert (answer.is_due, answer.words) == (is_due, words)


def test_expected_dates_stand_beside_it() -> None:
    answer = at("2026-11-25T10:00")
    assert (answer.last_expected_on, answer.next_expected_on) == (date(2026, 10, 16), date(2027, 1, 16))
    answer = at("2026-11-25T10:00", run("published", "2026-01-01T00:00"), calendar=None)
    assert (answer.last_expected_on, answer.next_expected_on) == (None, None)
    assert (answer.is_due, answer.words) == (False, "no date is known on which more figures are expected")


def test_days_are_those_of_london() -> None:
    # half past eleven in the evening UTC is the next day in London in summer
    assert at("2026-07-15T23:30", run("published", "2026-05-01T09:00")).is_due
    assert not at("2026-07-15T22:30", run("published", "2026-05-01T09:00")).is_due


def test_what_cannot_be_fetched_is_never_due() -> None:
    assert not at("2026-11-25T10:00", live=False).is_due
    held = Timetable.model_validate(
        {
            "schedule": {"times": ["10:15"], "retry_hours": 5, "late_days": 7},
            "sources": {"alpha": {"fetch": False}},
        }
    )
    answer = at("2026-11-25T10:00", timetable=held)
    assert (answer.is_due, answer.words) == (False, "schedule.toml says that it is not fetched")


def test_another_calendar_may_be_given() -> None:
    monthly = Timetable.model_validate(
        {
            "schedule": {"times": ["10:15"], "retry_hours": 5, "late_days": 7},
            "sources": {"alpha": {"months": [11], "day": 20}},
        }
    )
    answer = at("2026-11-25T10:00", run("published", "2026-10-16T09:40"), timetable=monthly)
    assert (answer.last_expected_on, answer.next_expected_on) == (date(2026, 11, 20), date(2027, 11, 20))
    assert answer.is_due


def test_the_timetable_that_comes_with_the_project_is_right() -> None:
    timetable = read_timetable((*SOURCES, *BOUNDARY_SOURCES))
    assert timetable.schedule.times == ("10:15", "16:15")


def test_every_problem_of_a_timetable_is_reported_at_once(tmp_path: Path) -> None:
    path = tmp_path / "schedule.toml"
    path.write_text(
        '[schedule]\ntimes = ["01:30", "25:00"]\nretry_hours = 0\nlate_day = 7\n'
        "[sources.gossip]\nfetch = true\n[sources.alpha]\nmonths = [13]\n"
    )
    with pytest.raises(BadTimetable) as caught:
        read_timetable(("alpha", "beta"), path)
    assert str(caught.value).splitlines() == [
        "schedule.toml: sources.gossip: no such source; expected of alpha, beta",
        "schedule.toml: schedule.times: '01:30' is skipped when the clocks go forward and comes twice when they go "
        "back; take one before 01:00 or from 02:00 on (found ['01:30', '25:00'])",
        "schedule.toml: schedule.retry_hours: Input should be greater than or equal to 1 (found 0)",
        "schedule.toml: schedule.late_days: Field required (found {'times': ['01:30', '25:00'], 'retry_hours': 0, "
        "'late_day': 7})",
        "schedule.toml: schedule.late_day: Extra inputs are not permitted (found 7)",
        "schedule.toml: sources.alpha.months.0: Input should be less than or equal to 12 (found 13)",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[schedule", "schedule.toml: Expected"),
        ('[schedule]\ntimes = ["10:15", "10:15"]\nretry_hours = 5\nlate_days = 7\n', "a time is given twice"),
        ('[schedule]\ntimes = ["9:15"]\nretry_hours = 5\nlate_days = 7\n', "'9:15' is no time of day"),
        (
            '[schedule]\ntimes = ["10:15"]\nretry_hours = 5\nlate_days = 7\n[sources.alpha]\nday = 5\n',
            "months needs day, and day needs months; give both or neither",
        ),
    ],
)
def test_a_timetable_that_cannot_be_used_says_why(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "schedule.toml"
    path.write_text(text)
    with pytest.raises(BadTimetable) as caught:
        read_timetable(("alpha",), path)
    assert words in str(caught.value)
