"""Where a figure comes from: the store's lineage as an answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from dashboard.answers.lineage import Lineage, LineageFile, Member
from dashboard.queries.releases import release_of

if TYPE_CHECKING:
    from dashboard.address.context import Context

MOST_SHOWN = 4
"""Figures of one page whose way to the publisher's file is shown; an address names any other."""


def lineages(context: Context, indicator_id: str, **figure: str | None) -> tuple[Lineage, ...]:
    """The lineage of the figures of an area and a period (``area_code``, ``period``), of a group where it is given.

    Raises UnknownIndicator, and the store's errors.
    """
    found = context.store.lineage(indicator_id=indicator_id, **figure)  # type: ignore[arg-type]
    return tuple(_lineage(context, row) for row in found)


def lineages_of(
    context: Context, indicator_id: str, rows: Iterable[Mapping[str, Any]]
) -> tuple[Lineage, ...]:
    """The lineage of some rows of an indicator that are shown, the first ``MOST_SHOWN``. Raises the store's errors."""
    found: list[Lineage] = []
    for row in list(rows)[:MOST_SHOWN]:
        group = {name: row[name] for name in ("area_code", "period", "sex", "age", "breakdown")}
        found += lineages(context, indicator_id, **group)
    return tuple(found)


def _lineage(context: Context, row: Mapping[str, Any]) -> Lineage:
    release = row["release"]
    return Lineage(
        context.catalogue[row["indicator_id"]],
        row,
        release_of(release),
        tuple(
            LineageFile(
                file["file_name"],
                file["role"],
                file["sha256"],
                file["url"],
                file["published_on"],
                file["retrieved_at"],
                file["row"],
            )
            for file in release["files"]
        ),
        tuple(
            Member(member["area_code"], member["area_name"], member["status"])
            for member in row["members"] or ()
        ),
        tuple(_lineage(context, part) for part in row["inputs"]),
    )
