"""Figures that are missing because a publisher's code is not in the register of areas: by indicator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from dashboard.answers.unknown_areas import UnknownCode
from dashboard.queries.releases import current_releases

if TYPE_CHECKING:
    from dashboard.address.context import Context


def unknown_codes(context: Context, indicator_id: str) -> tuple[UnknownCode, ...]:
    """Codes whose rows of an indicator were left out, by code; what the last publication of each source noted."""
    return _by_indicator(context).get(indicator_id, ())


def _by_indicator(context: Context) -> Mapping[str, tuple[UnknownCode, ...]]:
    """By indicator; worked out once a publication."""

    def build() -> dict[str, tuple[UnknownCode, ...]]:
        found: dict[str, dict[str, UnknownCode]] = {}
        publishers = {release.source_id: release.publisher for release in current_releases(context)}
        for source_id, publisher in publishers.items():
            for run in context.store.history(source_id, 1, "published"):
                for unknown in run["details"].get("unknown_areas") or ():
                    for indicator_id in unknown["indicators"]:
                        known = found.setdefault(indicator_id, {})
                        code, rows = str(unknown["code"]), int(unknown["rows"])
                        before = known[code].rows if code in known else 0
                        known[code] = UnknownCode(code, before + rows, publisher)
        return {name: tuple(codes[code] for code in sorted(codes)) for name, codes in found.items()}

    return context.cached("unknown areas", build, pinned=True)
