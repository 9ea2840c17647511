"""Which period goes with which: the nearest one of another indicator, and those that a change is counted from."""

from __future__ import annotations

from collections.abc import Sequence

from indicators.periods import Period

MOST_BACK = 5
"""A change is counted over at most so many earlier periods where the address names no start."""


def nearest_period(period: str, periods: Sequence[str]) -> str | None:
    """The one of ``periods`` whose middle is nearest to the middle of ``period`` (all ISO); None where there is none.

    A figure stands for the middle of its period: that of 2021 to 2023 goes with 2022 and not with 2023. Of two as near
    the one whose length is more alike is taken, and of two as long the later, since a reader wants the newer figure.
    """
    wanted, length = _twice_the_middle(period), _days(period)
    return min(
        periods,
        key=lambda iso: (
            iso != period,
            abs(_twice_the_middle(iso) - wanted),
            abs(_days(iso) - length),
            -Period.parse(iso).end_on.toordinal(),
        ),
        default=None,
    )


def _twice_the_middle(iso: str) -> int:
    """First and last day added up: a middle that needs no half days."""
    period = Period.parse(iso)
    return period.start_on.toordinal() + period.end_on.toordinal()


def _days(iso: str) -> int:
    period = Period.parse(iso)
    return (period.end_on - period.start_on).days


def starts_of_change(period: str | None, periods: Sequence[str]) -> tuple[str, ...]:
    """Those of ``periods`` that a change up to ``period`` may be counted from: earlier, as long, and not overlapping.

    In the order given. None for a period is answered with no starts.
    """
    if period is None:
        return ()
    now = Period.parse(period)

    def fits(iso: str) -> bool:
        then = Period.parse(iso)
        return then.end_on < now.start_on and (then.months, then.days) == (now.months, now.days)

    return tuple(iso for iso in periods if fits(iso))


def start_of_change(period: str | None, periods: Sequence[str], since: str | None = None) -> str | None:
    """The period that a change is counted from: ``since`` where it is named, else the oldest of the last five.

    ``periods`` are oldest first. None where no period fits.
    """
    if since is not None:
        return since
    starts = starts_of_change(period, periods)
    return starts[-MOST_BACK:][0] if starts else None
