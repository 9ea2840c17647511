"""The long-running schedule, and the units for those who would rather have cron or systemd run it."""

from __future__ import annotations

import shlex
import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal, assert_never

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger

from etl.scheduling.timetable import LONDON, Times
from indicators.store.locks import Busy

BUSY_MINUTES = 10


def triggers(times: Times) -> list[CronTrigger]:
    """One trigger a time of day, by London's clock: once each day, on those of clock changes too."""
    return [CronTrigger(hour=clock.hour, minute=clock.minute, timezone=LONDON) for clock in times.clocks]


class Schedule:
    """Runs ``look`` at the start and at each time of the timetable, one after another, until it is stopped.

    Where another process is writing to the store it looks again ten minutes later. ``report`` is handed words for a
    person. An error of one look ends none of those after it.
    """

    def __init__(
        self,
        times: Times,
        look: Callable[[], None],
        report: Callable[[str], None],
        now: Callable[[], datetime],
    ) -> None:
        self.look = look
        self.report = report
        self.now = now
        self._stopped = threading.Event()
        self.scheduler = BackgroundScheduler(
            timezone=LONDON,
            executors={"default": {"type": "threadpool", "max_workers": 1}},
            job_defaults={"coalesce": True, "misfire_grace_time": None},
        )
        for clock, trigger in zip(times.times, triggers(times), strict=True):
            self.scheduler.add_job(self.once, trigger, id=clock)

    def once(self) -> None:
        """Look once; whatever goes wrong is reported."""
        try:
            self.look()
        except Busy as error:
            again = self.now() + timedelta(minutes=BUSY_MINUTES)
            self.report(f"{error}; looked again at {again.astimezone(LONDON):%H:%M}")
            self.scheduler.add_job(self.once, "date", run_date=again, id="busy", replace_existing=True)
        except Exception as error:
            self.report(f"{type(error).__name__}: {error}; looked again at the next time of the timetable")

    def run(self) -> None:
        """Look, then run until ``stop`` is called; a look that is under way is let end."""
        self.once()
        self.scheduler.start()
        try:
            self._stopped.wait()
        finally:
            self.scheduler.shutdown()

    def stop(self) -> None:
        """Let ``run`` end; may be called from a handler of signals."""
        self._stopped.set()


UnitKind = Literal["cron", "systemd"]


def units(
    kind: UnitKind, times: Times, *, program: Path, folder: Path, environment: Mapping[str, str]
) -> str:
    """A crontab, or a systemd service and timer, that run ``refresh --due`` at the times of the timetable."""
    match kind:
        case "cron":
            return _crontab(times, program, folder, environment)
        case "systemd":
            return _systemd(times, program, folder, environment)
        case _:
            assert_never(kind)


def _crontab(times: Times, program: Path, folder: Path, environment: Mapping[str, str]) -> str:
    given = "".join(f"{name}={shlex.quote(value)} " for name, value in environment.items())
    command = (
        f"cd {shlex.quote(str(folder))} && {given}{shlex.quote(str(program))} -m etl refresh --due"
    ).replace("%", "\\%")
    lines = [
        "# Times are of London. Where this cron does not know CRON_TZ, let the machine's clock be London's.",
        "CRON_TZ=Europe/London",
        *(f"{clock.minute} {clock.hour} * * * {command}" for clock in times.clocks),
    ]
    return "\n".join(lines) + "\n"


def _systemd(times: Times, program: Path, folder: Path, environment: Mapping[str, str]) -> str:
    def literal(text: object) -> str:
        return str(text).replace("%", "%%")

    given = "".join(f'Environment="{name}={literal(value)}"\n' for name, value in environment.items())
    clocks = "".join(f"OnCalendar=*-*-* {clock:%H:%M}:00 Europe/London\n" for clock in times.clocks)
    return (
        "# /etc/systemd/system/workhealth-refresh.service\n"
        "[Unit]\n"
        "Description=Refresh the work-and-health figures that are due\n"
        "Wants=network-online.target\n"
        "After=network-online.target\n"
        "\n"
        "[Service]\n"
        "Type=oneshot\n"
        f"WorkingDirectory={literal(folder)}\n"
        f"{given}"
        f'ExecStart="{literal(program)}" -m etl refresh --due\n'
        "\n"
        "# /etc/systemd/system/workhealth-refresh.timer\n"
        "[Unit]\n"
        "Description=When the work-and-health figures are refreshed\n"
        "\n"
        "[Timer]\n"
        f"{clocks}"
        "Persistent=true\n"
        "\n"
        "[Install]\n"
        "WantedBy=timers.target\n"
    )
