"""Secondary suppression: no count that a publisher hides can be found by subtracting from a published total.

Sums made here use published cells only and so give nothing away (``etl.deriving.sums``). A publisher's own total beside
its own parts can: one hidden part is the total less the others. Then as many more figures are hidden as it takes,
the smallest first, by ``indicators.statistics.disclosure``. Counts that the publisher rounds protect each other and
are left as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etl.deriving.own_disclosure import LARGEST, OwnTable, Sum, more_to_hide
from etl.deriving.parts import Memberships, count_columns
from etl.deriving.totals import LEVELS, rounding
from etl.frames.keys import coded
from etl.frames.observations import FIGURES, HALF_WIDTHS, NO_INTERVAL
from geodata.register import Register
from indicators.catalogue import Indicator
from indicators.periods import Period
from indicators.statistics import disclosure

NOTE = "Hidden here, so that a hidden count of another area cannot be found by subtraction."
LOWEST = 1
"""The least that a reader may take a hidden count to be: zeros are published."""
FEWEST_TO_JUDGE = 10
"""Counts below which nobody can tell whether a publisher rounds: they are then taken as exact."""

_LEVELS = (
    *LEVELS,
    ("lep", "ltla"),
    ("combined_authority", "ltla"),
    ("england", "ltla"),
    ("england", "utla"),
    ("england", "ccg"),
    ("england", "sub_icb"),
    ("nhs_region", "stp"),
    ("nhs_region", "icb"),
    ("england", "nhs_region"),
)
_LINE = ["period", "sex", "age", "breakdown"]
_GROUP = ["indicator_id", "period", "sex", "age", "breakdown"]
_LOOKED_AT = ("indicator_id", "area_code", "period", "status", "value", "numerator", "denominator")


@dataclass(frozen=True)
class _Total:
    """An area, and the parts whose counts add up to its own."""

    whole: str
    parts: tuple[str, ...]


class Disclosure:
    """Hides figures of whole lines (every area of a group); ``hidden`` counts them by indicator.

    ``unsolved`` has the number of hidden figures that hang together and were too many to be solved at once.
    """

    def __init__(self, register: Register, catalogue: Mapping[str, Indicator]) -> None:
        self.hidden: dict[str, int] = {}
        self.unsolved: dict[str, int] = {}
        self._catalogue = catalogue
        self._register = register
        self._memberships = Memberships(register)

    def protected(self, observations: pd.DataFrame) -> pd.DataFrame:
        """Observations of one source (columns of ``etl.frames.observations``) with more of them hidden where needed.

        A figure that is hidden loses its value, limits and counts; its status is ``suppressed`` and ``NOTE`` says why.
        Figures of the user's own are protected over the groups and periods of an area too (both sexes and each of them, a
        year and its quarters), and over all of it together (``own_disclosure``): nobody has done so before. What is hidden
        for one reason may ask for more of the other. All figures of such an indicator must be given at once.
        """
        protected = self._over_areas(observations)
        while (own := self._over_groups(protected)) is not protected:
            protected = self._over_areas(own)
        return self._together(protected)

    def _together(self, observations: pd.DataFrame) -> pd.DataFrame:
        """Figures of the user's own with more of them hidden, such that none is given away by all the others together."""
        to_hide: list[int] = []
        for at, indicator in self._own(observations):
            own = observations.iloc[at].reset_index(drop=True)
            is_hidden = (own["status"] == "suppressed").to_numpy(dtype=np.bool_)
            if not is_hidden.any():
                continue
            names = count_columns(indicator)
            exact = all(_are_exact(own[name]) for name in names)
            table = OwnTable(
                {name: own[name].to_numpy(dtype=np.float64, copy=True) for name in names},
                is_hidden,
                is_hidden & ~own["note"].str.contains(NOTE, regex=False).to_numpy(dtype=np.bool_),
                list(self._sums(own, names)),
                is_part=indicator.counts_a_part and len(names) == 2 and exact,
            )
            more, unsolved = more_to_hide(table)
            to_hide += at[more].tolist()
            if more:
                self.hidden[indicator.id] = self.hidden.get(indicator.id, 0) + len(more)
            if unsolved:
                self.unsolved[indicator.id] = unsolved
        return _hide(observations, to_hide) if to_hide else observations

    def _own(self, observations: pd.DataFrame) -> Iterator[tuple[NDArray[np.intp], Indicator]]:
        """(places of its rows, the indicator) of each indicator of the user's own."""
        for indicator_id, at in observations.groupby("indicator_id", sort=True).indices.items():
            indicator = self._catalogue.get(str(indicator_id))
            if indicator is not None and indicator.is_local:
                yield np.asarray(at, dtype=np.intp), indicator

    def _sums(self, own: pd.DataFrame, names: Sequence[str]) -> Iterator[Sum]:
        """The sums over areas and over groups of one indicator; cells by place and column."""
        exact = {name: self._exact_types(own, name) for name in names}
        columns = {name: own[name].to_numpy() for name in ("area_code", *_LINE)}
        for at in own.groupby(_LINE, sort=False).indices.values():
            place_of = dict(zip(columns["area_code"][at], at.tolist(), strict=True))
            for name in names:
                totals = self._totals(frozenset(place_of), str(columns["period"][at[0]]), exact[name])
                yield from _as_sums(totals, place_of, name)
        for at in own.groupby("area_code", sort=False).indices.values():
            lines = list(zip(*(columns[name][at] for name in _LINE), strict=True))
            place_of = dict(zip(map("|".join, lines), at.tolist(), strict=True))
            totals = _groups(lines)
            for name in names:
                if totals and _are_exact(own[name].iloc[at]):
                    yield from _as_sums(totals, place_of, name)

    def _over_groups(self, observations: pd.DataFrame) -> pd.DataFrame:
        """Figures of the user's own with more of them hidden, such that no group or period of an area gives another away."""
        is_local = {name for name, indicator in self._catalogue.items() if indicator.is_local}
        at = np.flatnonzero(observations["indicator_id"].isin(is_local).to_numpy())
        own = observations.iloc[at].set_axis(at, axis=0)
        to_hide: list[int] = []
        for (indicator_id, _), group in own.groupby(["indicator_id", "area_code"], sort=True):
            if not (group["status"] == "suppressed").any():
                continue
            indicator = self._catalogue[str(indicator_id)]
            lines = list(zip(*(group[name] for name in _LINE), strict=True))
            codes = ["|".join(line) for line in lines]
            is_suppressed = (group["status"] == "suppressed").tolist()
            suppressed = {code for code, is_so in zip(codes, is_suppressed, strict=True) if is_so}
            hidden: set[str] = set()
            for name in count_columns(indicator):
                if _are_exact(group[name]):
                    column = dict(zip(codes, group[name], strict=True))
                    hidden |= self._hidden_in(column, suppressed, hidden, _groups(lines))
            to_hide += [int(group.index[codes.index(code)]) for code in sorted(hidden)]
            if hidden:
                self.hidden[indicator.id] = self.hidden.get(indicator.id, 0) + len(hidden)
        return _hide(observations, to_hide) if to_hide else observations

    def _over_areas(self, observations: pd.DataFrame) -> pd.DataFrame:
        """Observations with more of them hidden, such that no area gives another away."""
        suppressed = (observations["status"] == "suppressed").to_numpy()
        if not suppressed.any():
            return observations
        [groups] = coded([observations], _GROUP)
        concerned = np.flatnonzero(np.isin(groups, groups[suppressed]))
        # rows are taken group by group, from plain arrays: taking a few of a long column of Arrow strings copies all of it
        looked_at = pd.DataFrame({name: observations[name].to_numpy() for name in _LOOKED_AT})
        to_hide: list[int] = []
        for indicator_id, at in looked_at.take(concerned).groupby("indicator_id", sort=True).indices.items():
            indicator = self._catalogue.get(str(indicator_id))
            if indicator is None:
                continue
            own = looked_at[looked_at["indicator_id"] == indicator_id]
            exact = {name: self._exact_types(own, name) for name in count_columns(indicator)}
            rows = concerned[at]
            for group in np.unique(groups[rows]):
                places = rows[groups[rows] == group]
                to_hide += places[self._to_hide(looked_at.take(places), exact)].tolist()
            hidden = int(np.isin(to_hide, rows).sum())
            if hidden:
                self.hidden[indicator.id] = self.hidden.get(indicator.id, 0) + hidden
        return _hide(observations, to_hide) if to_hide else observations

    def warnings(self) -> list[str]:
        """What a person should know of: how many figures were hidden that the publisher shows, and what was too much."""
        return [
            f"{indicator_id}: {count:,} figures that the publisher shows are hidden, since a hidden count beside them "
            "could be found by subtracting from a published total"
            for indicator_id, count in sorted(self.hidden.items())
        ] + [
            f"{indicator_id}: {count:,} hidden numbers hang together by totals; no area and no group gives one away, but "
            f"more than {LARGEST} are not looked at over areas and groups at once: give fewer breakdowns or years in one "
            "file, or leave out totals"
            for indicator_id, count in sorted(self.unsolved.items())
        ]

    def _exact_types(self, own: pd.DataFrame, name: str) -> frozenset[str]:
        """Area types whose counts are whole numbers as they were counted, as far as is known."""
        codes_of: dict[str, list[str]] = {}
        for code in own["area_code"].unique():
            for area_type in self._register.types_of(code):
                codes_of.setdefault(area_type, []).append(code)
        counted = own[own[name].notna()]
        return frozenset(
            area_type
            for area_type, codes in codes_of.items()
            if _are_exact(counted.loc[counted["area_code"].isin(codes), name])
        )

    def _to_hide(self, group: pd.DataFrame, exact: Mapping[str, frozenset[str]]) -> list[int]:
        """Places of the rows of one group that must be hidden too; ``exact`` are types of areas by column."""
        codes = group["area_code"].tolist()
        suppressed = set(group.loc[group["status"] == "suppressed", "area_code"])
        hidden: set[str] = set()
        for name, exact_types in exact.items():
            totals = self._totals(frozenset(codes), str(group["period"].iloc[0]), exact_types)
            hidden |= self._hidden_in(dict(zip(codes, group[name], strict=True)), suppressed, hidden, totals)
        return [codes.index(code) for code in sorted(hidden)]

    @staticmethod
    def _hidden_in(
        column: Mapping[str, float], suppressed: set[str], hidden: set[str], totals: Sequence[_Total]
    ) -> set[str]:
        """Codes whose figure must be hidden for the sake of one column of counts (nan where none is shown)."""
        counts = {
            code: float(count) for code, count in column.items() if not np.isnan(count) and code not in hidden
        }
        known = counts.keys() | suppressed | hidden
        totals = [total for total in totals if total.whole in known]
        # nothing can be subtracted from where no whole is shown
        if not any(total.whole in counts for total in totals):
            return set()
        return _secondary(counts, suppressed - counts.keys() | hidden, totals) - suppressed

    def _totals(self, codes: frozenset[str], period: str, exact_types: frozenset[str]) -> list[_Total]:
        """The areas of a group that have all their parts in it, where the counts of both are exact.

        Where a part is not in the table at all, nobody can subtract.
        """
        totals: dict[_Total, None] = {}
        for whole_type, part_type in _LEVELS:
            if not {whole_type, part_type} <= exact_types:
                continue
            vintage = self._memberships.vintage(part_type, codes, period)
            if vintage is None:
                continue
            for whole, parts in self._memberships.parts(whole_type, part_type, vintage, codes).items():
                if whole not in parts and parts <= codes:
                    totals[_Total(whole, tuple(sorted(parts)))] = None
        return [total for total in totals if not _follows(total, totals)]


def _as_sums(totals: Iterable[_Total], place_of: Mapping[str, int], name: str) -> Iterator[Sum]:
    """Totals of one column of counts, by the places of their figures."""
    for total in totals:
        yield (place_of[total.whole], name), tuple((place_of[part], name) for part in total.parts)


def _groups(lines: Sequence[tuple[str, ...]]) -> list[_Total]:
    """Figures of one area that add up to another: both sexes, all ages, the values of a category, the parts of a year.

    ``lines`` are (period, sex, age, breakdown). Where groups overlap the counts do not add up, and the total is of no use
    to anyone who subtracts.
    """
    parts: dict[tuple[str, tuple[str, ...]], list[tuple[str, ...]]] = {}
    known = set(lines)
    for period, sex, age, breakdown in lines:
        category = breakdown.partition(": ")[0]
        wider = (
            ("sex", (period, "persons", age, breakdown), sex != "persons"),
            ("age", (period, sex, "all", breakdown), age != "all"),
            (category, (period, sex, age, "all"), breakdown != "all"),
        )
        for kind, whole, is_part in wider:
            if is_part and whole in known:
                parts.setdefault((kind, whole), []).append((period, sex, age, breakdown))
    # one part alone is no way to find another
    totals = [(whole, found) for (_, whole), found in parts.items() if len(found) > 1]
    totals += _of_shorter_periods(lines)
    return [_Total("|".join(whole), tuple("|".join(part) for part in found)) for whole, found in totals]


def _of_shorter_periods(
    lines: Sequence[tuple[str, ...]],
) -> Iterator[tuple[tuple[str, ...], list[tuple[str, ...]]]]:
    """(line, lines of periods of one length that make up its period), such as a year and its quarters."""
    periods_of: dict[tuple[str, ...], dict[date, list[Period]]] = {}
    for iso, *group in lines:
        period = Period.parse(iso)
        periods_of.setdefault(tuple(group), {}).setdefault(period.start_on, []).append(period)
    for iso, *group in lines:
        whole = Period.parse(iso)
        starting = periods_of[tuple(group)]
        for first in starting[whole.start_on]:
            if not 0 < first.months < whole.months:
                continue
            found = [first]
            while found[-1].end_on < whole.end_on:
                follows = starting.get(found[-1].end_on + timedelta(days=1), [])
                found += [period for period in follows if period.months == first.months][:1] or [whole]
            if found[-1].end_on == whole.end_on and whole not in found:
                yield (iso, *group), [(period.iso, *group) for period in found]


def _follows(total: _Total, totals: Iterable[_Total]) -> bool:
    """Whether a total over small areas only adds up others: England over districts, where its regions are there.

    Such a total says nothing new, and would draw areas of every region in where one region has a hidden count.
    """
    inner = [other for other in totals if set(other.parts) < set(total.parts)]
    covered = {part for other in inner for part in other.parts}
    between = {other.whole for other in inner}
    return covered == set(total.parts) and any(
        other.whole == total.whole and between.issuperset(other.parts) for other in totals
    )


def _are_exact(counts: pd.Series) -> bool:
    """Whether counts are whole numbers as they were counted, as far as is known."""
    known = counts.dropna().to_numpy()
    if (known != np.round(known)).any():
        return False
    # a zero is a multiple of every step: it does not tell
    telling = known[known != 0]
    return len(telling) < FEWEST_TO_JUDGE or rounding(telling) == 0


def _secondary(counts: Mapping[str, float], hidden: set[str], totals: Sequence[_Total]) -> set[str]:
    """Codes to hide with those hidden already (returned among them).

    ``counts`` are those shown. A count that is neither shown nor hidden (no figure at all) is found where it can be:
    that gives nobody away, but helps to find others.
    """
    known = dict(counts)
    filled = _filled(known, hidden, totals)
    places = {code: place for place, code in enumerate(filled)}
    equations = [
        (places[total.whole], tuple(places[part] for part in total.parts))
        for total in totals
        if {total.whole, *total.parts} <= places.keys()
        and filled[total.whole] == sum(filled[part] for part in total.parts)
    ]
    is_hidden = np.array([code not in known for code in filled], dtype=bool)
    if not equations or not is_hidden.any():
        return set(hidden)
    found = disclosure.secondary(list(filled.values()), equations, is_hidden, LOWEST)
    return set(hidden) | {code for code in counts if found[places[code]]}


def _filled(known: dict[str, float], hidden: set[str], totals: Sequence[_Total]) -> dict[str, float]:
    """Counts with whole numbers in the place of the missing ones, such that the totals add up as far as they can.

    What is missing without being hidden, and is alone in a total, is added to ``known``.
    """
    filled = dict(known)
    waiting = list(totals)
    while waiting:
        # totals with the fewest missing counts first: one missing count is not for us to choose
        waiting.sort(key=lambda total: sum(code not in filled for code in (total.whole, *total.parts)))
        total = waiting.pop(0)
        missing = [part for part in total.parts if part not in filled]
        summed = sum(filled.get(part, 0.0) for part in total.parts)
        if total.whole not in filled:
            filled |= dict.fromkeys(missing, float(LOWEST))
            filled[total.whole] = summed + LOWEST * len(missing)
            continue
        left = filled[total.whole] - summed
        if not missing or left < 0:
            continue
        share, extra = divmod(left, len(missing))
        filled |= {part: share + (place < extra) for place, part in enumerate(missing)}
        is_found = (
            len(missing) == 1 and total.whole in known and known.keys() >= set(total.parts) - set(missing)
        )
        if is_found and missing[0] not in hidden:
            known[missing[0]] = left
    return filled


def _hide(observations: pd.DataFrame, places: Sequence[int]) -> pd.DataFrame:
    """A copy without the figures at these places."""
    protected = observations.reset_index(drop=True)
    protected.loc[places, [*FIGURES, *HALF_WIDTHS]] = np.nan
    protected.loc[places, "status"] = "suppressed"
    protected.loc[places, "interval_method"] = NO_INTERVAL
    protected.loc[places, "note"] = (protected.loc[places, "note"].fillna("") + " " + NOTE).str.strip()
    return protected
