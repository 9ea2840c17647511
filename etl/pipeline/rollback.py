"""Going back to what a source rested on before, and keeping out what a person has withdrawn.

What a source rested on is in the log of its published runs. An edition is known by its name and the sha256 of its
files, so that neither a new parser nor a new register brings back a file that was sent away.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from etl.pipeline import Row
from etl.sources.base import SourceProblem

Key = tuple[str, tuple[tuple[str, str], ...]]


class NothingBefore(SourceProblem):
    """A source has no earlier release that it could go back to."""


@dataclass(frozen=True)
class Refusal:
    """Why an edition is kept out, and since when (an instant, UTC)."""

    at: str
    reason: str

    @property
    def words(self) -> str:
        return f"rolled back on {self.at[:10]} ({self.reason})"


def left_out_words(edition: str, refusal: Refusal, command: str) -> str:
    """Why an edition is left out, and the command that publishes it all the same."""
    return (
        f"{edition}: left out, since it was {refusal.words}; to publish it all the same: "
        f'{command} --accept "reason"'
    )


def key_of(edition: str, files: Iterable[Mapping[str, Any]]) -> Key:
    """What an edition is known by: its name, and role and sha256 of each file."""
    return edition, tuple(sorted((file["role"], file["sha256"]) for file in files))


def _keys(facts: Iterable[Mapping[str, Any]]) -> set[Key]:
    return {key_of(edition["edition"], edition["files"]) for edition in facts}


def without_illustrative(run: Row) -> Row:
    """A published run as if it had rested on real editions only: what a store that hides the others can go back to."""
    details = run["details"]
    editions = [facts for facts in details.get("editions", ()) if facts["origin"] != "illustrative"]
    return {**run, "details": {**details, "editions": editions}}


def refused(published: Sequence[Row]) -> dict[Key, Refusal]:
    """Editions that were rolled back and not accepted since. ``published`` are a source's runs, newest first."""
    answer: dict[Key, Refusal] = {}
    for run in reversed(published):
        details = run["details"]
        for key in _keys(details.get("editions", ())):
            answer.pop(key, None)
        if back := details.get("rolled_back"):
            answer |= dict.fromkeys(_keys(back["editions"]), Refusal(run["finished_at"], back["reason"]))
    return answer


def editions_before(
    published: Sequence[Row], current: Sequence[Row], source_id: str
) -> tuple[list[Row], list[Row]]:
    """(editions to go back to, editions to leave) of a source; ``published`` are its runs, newest first.

    The newest set of editions that is not the current one and holds nothing that was sent away before.
    Raises NothingBefore.
    """
    now, sent_away = _keys(current), refused(published)
    for run in published:
        editions = run["details"].get("editions", [])
        then = _keys(editions)
        if editions and then != now and not then & set(sent_away):
            left = [facts for facts in current if key_of(facts["edition"], facts["files"]) not in then]
            return editions, left
    raise NothingBefore(
        f"{source_id}: nothing to go back to; what is shown now is all it ever rested on that was not sent away; "
        f"see: python -m etl history {source_id}"
    )
