"""What the sheets of a workbook share: numbers as rounded, and notes and sources by their number."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from dashboard.exports.pack import Pack, Row
from dashboard.exports.sheets import NOT_APPLICABLE, Figure
from indicators.catalogue import Indicator
from indicators.periods import Period


class References:
    """Notes and sources, each with the number by which the tables name it, in the order in which they do."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack
        self.notes: dict[str, str] = {}
        self._sources: dict[str, dict[str, None]] = {}

    def note(self, words: str | None) -> str:
        """``[note 2]`` for a text; the shorthand for no text."""
        if not words:
            return NOT_APPLICABLE
        return self.notes.setdefault(words, f"[note {len(self.notes) + 1}]")

    def source(self, release_id: str, indicator: Indicator) -> str:
        """``Source 3`` for a release, and that the indicator rests on it."""
        self._sources.setdefault(release_id, {})[indicator.short_title] = None
        return f"Source {list(self._sources).index(release_id) + 1}"

    def sources(self) -> Iterator[tuple[str, list[str], Row]]:
        """Each source with its number, the titles of its indicators, and its release."""
        for number, (release_id, titles) in enumerate(self._sources.items(), 1):
            yield f"Source {number}", list(titles), self._pack.releases.get(release_id, {})


def day_of(period: str) -> date:
    """The last day of a period."""
    return Period.parse(period).end_on


def rounded(value: Any, indicator: Indicator) -> Figure | None:
    """A value as it is rounded on the pages; None where there is none."""
    if value is None:
        return None
    places = indicator.decimal_places
    return Figure(round(value, places) if places else float(round(value)), number_format(indicator))


def number_format(indicator: Indicator) -> str:
    """Excel's format of the indicator's figures; a unit stays beside them where it is short."""
    form, places = indicator.unit_format, indicator.decimal_places
    digits = "#,##0" + ("." + "0" * places if places else "")
    if not form.short:
        return digits
    before, after = (
        f'"{words}"' if words else "" for words in (_quotable(form.before), _quotable(form.after))
    )
    return f"{before}{digits}{after}"


def _quotable(words: str) -> str:
    return words.replace('"', "").replace("\\", "")
