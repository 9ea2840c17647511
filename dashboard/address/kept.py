"""What an answer says of itself to the cache that stands before the app (``dashboard.serving.cache``), through its request."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import flask

if TYPE_CHECKING:
    from dashboard.address.context import Context

MARK, TURN = "workhealth.moment", "workhealth.turn"
"""Keys of the request's environment: the moment that an answer is of, and how to wait for a turn."""
_ROOT = Path(__file__).resolve().parents[2]
_MADE_BY = (".py", ".toml", ".md", ".csv")


def keep(context: Context) -> None:
    """Say of the answer to this request that publication, day and question decide all of it.

    Call it after ``Context.moment`` was first asked for.
    """
    flask.request.environ[MARK] = context.moment()


def take_turn() -> None:
    """Wait until no other answer of this process is being made; the turn ends when this one is finished.

    Several pages at once would end no sooner, since Python computes in one thread at a time, and each takes megabytes
    while it is made that a worker hardly ever gives back.
    """
    turn = flask.request.environ.pop(TURN, None)
    if turn is not None:
        turn()


@cache
def code_version() -> str:
    """Changes with every file that answers are made by: an upgrade must not send what the version before made.

    From names, sizes and times of the last change, read once a process.
    """
    summary = sha256()
    for room in ("dashboard", "indicators", "geodata"):
        for path in sorted((_ROOT / room).rglob("*")):
            if path.suffix in _MADE_BY:
                state = path.stat()
                summary.update(f"{path.relative_to(_ROOT)} {state.st_size} {state.st_mtime_ns}\n".encode())
    return summary.hexdigest()
