"""The schedule's own process: once a day on every day of the year, and no error that ends it; printed units."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.scheduling.schedule import Schedule, triggers, units
from etl.scheduling.timetable import LONDON, Times
from indicators.store.locks import Busy

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
TIMES = Times(times=("10:15", "16:15"), retry_hours=5, late_days=7)


def fired(times: Times, start: datetime, days: int) -> list[str]:
    """Every instant (UTC) at which the triggers fire in so many days."""
    end = start + timedelta(days=days)
    found = []
    for trigger in triggers(times):
        last, moment = None, trigger.get_next_fire_time(None, start)
        while moment is not None and moment < end:
            found.append(moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M"))
            last, moment = moment, trigger.get_next_fire_time(moment, moment + timedelta(seconds=1))
            assert moment > last
    return sorted(found)


def test_clock_changes_neither_skip_nor_double_a_run() -> None:
    times = Times(times=("00:30", "02:30"), retry_hours=5, late_days=7)
    assert fired(times, datetime(2026, 3, 28, 3, tzinfo=LONDON), 2) == [
        "2026-03-29 00:30",
        "2026-03-29 01:30",
        "2026-03-29 23:30",
        "2026-03-30 01:30",
    ]
    assert fired(times, datetime(2026, 10, 24, 3, tzinfo=LONDON), 2) == [
        "2026-10-24 23:30",
        "2026-10-25 02:30",
        "2026-10-26 00:30",
        "2026-10-26 02:30",
    ]


@settings(deadline=None, max_examples=25)
@given(st.times().filter(lambda clock: clock.hour != 1))
def test_every_time_of_day_comes_once_each_day_of_a_year(clock) -> None:
    times = Times(times=(f"{clock:%H:%M}",), retry_hours=5, late_days=7)
    start = datetime(2026, 3, 1, tzinfo=LONDON)
    days = [
        datetime.strptime(instant, "%Y-%m-%d %H:%M").replace(tzinfo=UTC).astimezone(LONDON).date()
        for instant in fired(times, start, 280)
    ]
    assert len(days) == len(set(days)) and 279 <= len(days) <= 281


class Looks:
    """Looks that were made and words that were reported; stops the schedule after so many looks."""

    def __init__(self, *errors: Exception | None) -> None:
        self.errors = list(errors)
        self.reported: list[str] = []
        self.count = 0
        self.schedule = Schedule(TIMES, self.look, self.reported.append, lambda: NOW)

    def look(self) -> None:
        self.count += 1
        error = self.errors.pop(0) if self.errors else None
        if error is not None:
            raise error

    def jobs(self) -> dict[str, object]:
        return {job.id: job for job in self.schedule.scheduler.get_jobs()}


def test_it_looks_at_the_start_and_stops_when_asked() -> None:
    looks = Looks()

    def look() -> None:
        looks.count += 1
        looks.schedule.stop()

    looks.schedule.look = look
    looks.schedule.run()
    assert looks.count == 1


def test_another_refresh_is_waited_for_and_that_is_reported() -> None:
    looks = Looks(Busy("the store is being written by process 7"))
    looks.schedule.once()
    assert looks.reported == ["the store is being written by process 7; looked again at 09:10"]
    assert set(looks.jobs()) == {"10:15", "16:15", "busy"}


def test_an_error_ends_nothing() -> None:
    looks = Looks(RuntimeError("the disk is full"), None)
    looks.schedule.once()
    looks.schedule.once()
    assert looks.reported == [
        "RuntimeError: the disk is full; looked again at the next time of the timetable"
    ]
    assert looks.count == 2
    assert set(looks.jobs()) == {"10:15", "16:15"}


def test_cron_lines() -> None:
    text = units(
        "cron",
        TIMES,
        program=Path("/srv/work health/.venv/bin/python"),
        folder=Path("/srv/work health"),
        environment={"WORKHEALTH_DATA_DIR": "/var/lib/100%"},
    )
    command = (
        "cd '/srv/work health' && WORKHEALTH_DATA_DIR=/var/lib/100\\% '/srv/work health/.venv/bin/python' "
        "-m etl refresh --due"
    )
    assert text == (
        "# Times are of London. Where this cron does not know CRON_TZ, let the machine's clock be London's.\n"
        "CRON_TZ=Europe/London\n"
        f"15 10 * * * {command}\n"
        f"15 16 * * * {command}\n"
    )


def test_systemd_units() -> None:
    text = units(
        "systemd",
        TIMES,
        program=Path("/srv/workhealth/.venv/bin/python"),
        folder=Path("/srv/workhealth"),
        environment={"WORKHEALTH_DATA_DIR": "/var/lib/workhealth"},
    )
    assert (
        text
        == """\
# /etc/systemd/system/workhealth-refresh.service
[Unit]
Description=Refresh the work-and-health figures that are due
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
WorkingDirectory=/srv/workhealth
Environment="WORKHEALTH_DATA_DIR=/var/lib/workhealth"
ExecStart="/srv/workhealth/.venv/bin/python" -m etl refresh --due

# /etc/systemd/system/workhealth-refresh.timer
[Unit]
Description=When the work-and-health figures are refreshed

[Timer]
OnCalendar=*-*-* 10:15:00 Europe/London
OnCalendar=*-*-* 16:15:00 Europe/London
Persistent=true

[Install]
WantedBy=timers.target
"""
    )


def test_the_schedule_never_runs_in_the_web_process() -> None:
    import subprocess
    import sys

    script = (
        "import app, sys; print([name for name in sys.modules if name.startswith(('apscheduler', 'etl'))])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("clock", ["01:00", "01:59"])
def test_the_hour_of_the_clock_change_is_refused(clock: str) -> None:
    with pytest.raises(ValueError, match="is skipped when the clocks go forward"):
        Times(times=(clock,), retry_hours=5, late_days=7)
