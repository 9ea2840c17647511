"""Cells as numbers with a status, and the rows that a parser leaves out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from etl.frames.measurements import KEY
from etl.sources.base import BadFile, SetAside, UnknownArea

if TYPE_CHECKING:
    pass


_MOST_EXAMPLES = 12
_NUMBER = re.compile(r"^[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?([eE][+-]?\d+)?$")


# GSS codes of the kinds of area that we keep, and ODS codes of regions, ICBs, CCGs and sub-ICB locations
_AREA = re.compile(
    r"E(0[6-9]|10|12|37|38|40|47|54|92)[0-9]{6}|Y[0-9]{2}|Q[0-9A-Z]{2}|[0-9]{2}[A-Z]|[A-Z][0-9][A-Z][0-9][A-Z]"
)
# hubs of NHS England, which commission for people of everywhere; and its regions of 2017 and 2018, which have no GSS code at
# hand (docs/geography.md)
_NO_AREA = frozenset({"13Q", "13R", "14A", "14E", "14R", "Y54", "Y55", "Y57"})


def looks_like_area(code: str) -> bool:
    """Whether a publisher's code has the form of one of an area that we keep: ``QEX``, ``02Q``, ``E54000070``."""
    text = code.strip().upper()
    return _AREA.fullmatch(text) is not None and text not in _NO_AREA


def unknown_areas(codes: pd.Series, measures: pd.Series | None = None) -> tuple[UnknownArea, ...]:
    """The codes of rows left out that look like those of areas, each with its rows and their measures; one entry a row."""
    tally = Tally()
    tally.leave_unknown("", codes, measures)
    return tuple(found for aside in tally.set_aside() for found in aside.unknown)


@dataclass
class Tally:
    """Rows (or cells) of a file that were read, and those left out by reason: added up while it is read in chunks."""

    rows_in: int = 0
    _left: dict[str, int] = field(default_factory=dict)
    _examples: dict[str, dict[str, None]] = field(default_factory=dict)
    _unknown: dict[str, dict[str, tuple[int, dict[str, None]]]] = field(default_factory=dict)

    def leave_unknown(
        self,
        reason: str,
        codes: pd.Series,
        measures: pd.Series | None = None,
        *,
        names: Iterable[str] | None = None,
    ) -> None:
        """Leave out the rows of codes that the register has no area for: each that looks like an area's is remembered.

        ``codes`` and ``measures`` have one entry a row (or cell); ``names`` are the examples where codes say too little.
        """
        self.leave(reason, len(codes), codes if names is None else names)
        known = self._unknown.setdefault(reason, {})
        for code, rows in codes.groupby(codes, sort=False).indices.items():
            if looks_like_area(str(code)):
                before, names = known.get(str(code), (0, {}))
                if measures is not None:
                    names = names | dict.fromkeys(map(str, measures.iloc[rows].unique()))
                known[str(code)] = (before + len(rows), names)

    def leave(self, reason: str, rows: int, examples: Iterable[str] = ()) -> None:
        """Leave some rows out; the first twelve different examples of a reason are kept."""
        if rows:
            self._left[reason] = self._left.get(reason, 0) + rows
            kept = self._examples.setdefault(reason, {})
            kept.update(dict.fromkeys(examples))
            self._examples[reason] = dict.fromkeys(list(kept)[:_MOST_EXAMPLES])

    def set_aside(self) -> list[SetAside]:
        """What was left out, in order of the reasons."""
        return [
            SetAside(
                reason,
                rows,
                tuple(self._examples[reason]),
                tuple(
                    UnknownArea(code, many, tuple(names))
                    for code, (many, names) in sorted(self._unknown.get(reason, {}).items())
                ),
            )
            for reason, rows in sorted(self._left.items())
        ]


def number(
    cell: object, *, file: Path | str, row: int | None, column: str, markers: Mapping[str, str]
) -> tuple[float, str]:
    """One cell as (value, status).

    ``markers`` maps each marker the publisher uses (an empty cell is ``""``) to a status; the value is then
    nan. Raises BadFile for anything that is neither a number nor a marker.
    """
    if isinstance(cell, bool):
        raise BadFile(file, row=row, column=column, value=cell, expected=_number_or(markers))
    if isinstance(cell, int | float):
        if not np.isfinite(cell):
            raise BadFile(file, row=row, column=column, value=cell, expected=_number_or(markers))
        return float(cell), "ok"
    text = "" if cell is None else str(cell).strip()
    if text in markers:
        return float("nan"), markers[text]
    if _NUMBER.match(text) and np.isfinite(value := float(text.replace(",", ""))):
        return value, "ok"
    raise BadFile(file, row=row, column=column, value=text, expected=_number_or(markers))


def numbers(
    cells: pd.Series, *, file: Path | str, rows: pd.Series, column: str, markers: Mapping[str, str]
) -> tuple[np.ndarray, np.ndarray]:
    """A column of text cells as (values float64, statuses text), as ``number`` does for one cell."""
    text = cells.astype("str").str.strip()
    status = text.map(dict(markers)).astype(object)
    marked = status.notna().to_numpy()
    is_number = text.str.match(_NUMBER.pattern).to_numpy(dtype=bool)
    values = np.full(len(text), np.nan)
    plain = text[~marked & is_number].str.replace(",", "", regex=False)
    values[~marked & is_number] = plain.astype("float64").to_numpy()
    wrong = ~marked & ~np.isfinite(values)
    if wrong.any():
        first = int(np.flatnonzero(wrong)[0])
        raise BadFile(
            file,
            row=int(rows.iloc[first]),
            column=column,
            value=str(text.iloc[first]),
            expected=_number_or(markers),
            fix=f"{int(wrong.sum())} such cells" if wrong.sum() > 1 else None,
        )
    statuses = np.where(marked, status.fillna("ok").to_numpy(dtype=object), "ok")
    return values, statuses


def _number_or(markers: Mapping[str, str]) -> str:
    known = sorted(marker or "an empty cell" for marker in markers)
    return f"a number or one of {known}" if known else "a number"


def unmatched(values: Iterable[str], limit: int = 5) -> tuple[str, ...]:
    """The first few different values, for the examples of a SetAside."""
    return tuple(dict.fromkeys(values))[:limit]


def refuse_duplicates(measurements: pd.DataFrame, file: Path | str) -> None:
    """Raises BadFile naming two rows that give the same figure (measure, area, period, sex, age, breakdown)."""
    twice = measurements.duplicated(list(KEY), keep=False)
    if not twice.any():
        return
    first = measurements[twice].iloc[0]
    same = measurements[(measurements[list(KEY)] == first[list(KEY)]).all(axis=1)]
    raise BadFile(
        file,
        row=int(same["row"].iloc[1]) if pd.notna(same["row"].iloc[1]) else None,
        value=f"{first['measure']} of {first['area_code']} in {first['period']}",
        expected=f"each figure once, and row {same['row'].iloc[0]} has it already",
        fix="remove the repeated row or fetch the file again",
    )


def slug(text: str) -> str:
    """Words as an id: ``No qualifications`` → ``no-qualifications``."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.casefold()).strip("-")
