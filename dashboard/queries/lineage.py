"""Where a figure comes from: the store's lineage as an answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

from dashboard.answers.lineage import Lineage, LineageFile, Member
from dashboard.queries.releases import release_of

if TYPE_CHECKING:
    from dashboard.address.context import Context

_FIGURE = ("area_code", "period", "sex", "age", "breakdown")
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
    """The lineage of some rows of an indicator that are shown, the first ``MOST_SHOWN``, for ``ui.lineage_section``.

    A row needs ``area_code``, ``period``, ``sex``, ``age`` and ``breakdown``, as the store's have. Cached until the next
    publication: the first call takes a question or two for a publisher's figure, and one more for each level of what a
    sum or a gap is made of. Raises the store's errors.
    """

    def build(keys: list[tuple[Any, ...]]) -> dict[tuple[Any, ...], tuple[Lineage, ...]]:
        return {key: lineages(context, indicator_id, **dict(zip(_FIGURE, key, strict=True))) for key in keys}

    keys = [tuple(row[name] for name in _FIGURE) for row in islice(rows, MOST_SHOWN)]
    found = context.cached_each(("lineage", indicator_id), keys, build)
    return tuple(lineage for key in keys for lineage in found[key])


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
