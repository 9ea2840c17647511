"""Figures of groups that readers make: sums of the counts of their members, in the rows that every other area has.

A group has no row of its own in the store: whatever is asked of it is worked out from the published figures of its
members, with the arithmetic of ``indicators.sums``. Where the figures of an indicator cannot be summed, the row says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from geodata.faults import UnknownArea
from geodata.groups import CUSTOM, code_of, is_group, parse_group, plain_code
from indicators.periods import Period, named
from indicators.store.figures import FigureReader
from indicators.store.group_cells import Asked
from indicators.store.group_sums import GroupSums, by_line, key_of
from indicators.store.provenance import ProvenanceReader, UnknownFigure
from indicators.store.reading import Row
from indicators.store.schema import LINE_COLUMNS, observation, part
from indicators.store.summaries import RECENT_COLUMNS, SummaryReader


class GroupReader(GroupSums, FigureReader, SummaryReader, ProvenanceReader):
    """The questions of the other readers, where they may be asked of a group; anything else is passed on."""

    def observations(
        self,
        *,
        indicator_id: str,
        area_type: str,
        period: str = "latest",
        sex: str | None = None,
        age: str | None = None,
        breakdown: str | None = None,
        area_codes: Sequence[str] | None = None,
    ) -> list[Row]:
        """As ``FigureReader.observations``: a group stands among areas of type ``custom``, and of every type of its members."""
        groups, others = _apart(area_codes or ())
        asked: dict[str, Any] = {"indicator_id": indicator_id, "sex": sex, "age": age, "breakdown": breakdown}
        rows: list[Row] = []
        if not groups or others:
            codes = None if area_codes is None else others
            rows = super().observations(**asked, area_type=area_type, period=period, area_codes=codes)
        for code in groups:
            if area_type not in self.register.land_types(code):
                continue
            iso: str | None = period
            if period == "latest":
                iso = self._latest_of(code, asked, area_type)
                if iso is None:
                    continue
            own = self.rows_of_group(
                code, Asked((self._known(indicator_id),), sex, age, breakdown, None if iso == "all" else iso)
            )
            rows += [_without_id(row) for row in own]
        return rows

    def _latest_of(self, code: str, asked: Mapping[str, Any], area_type: str) -> str | None:
        """The newest period in which a group has a value, else the newest of its members."""
        own = self.rows_of_group(
            code,
            Asked((str(asked["indicator_id"]),), asked["sex"], asked["age"], asked["breakdown"]),
            with_refused=False,
        )
        known = [str(row["period"]) for row in own if row["value"] is not None]
        if known:
            return max(known, key=lambda iso: Period.parse(iso).sort_key)
        member_type = parse_group(code, self.register).area_type
        return self.latest_period(**asked, area_type=member_type if area_type == CUSTOM else area_type)

    def series(
        self, *, indicator_id: str, area_codes: Sequence[str], sex: str, age: str, breakdown: str = "all"
    ) -> list[Row]:
        """As ``FigureReader.series``."""
        groups, others = _apart(area_codes)
        rows = super().series(
            indicator_id=indicator_id, area_codes=others, sex=sex, age=age, breakdown=breakdown
        )
        if not groups:
            return rows
        asked = Asked((self._known(indicator_id),), sex, age, breakdown)
        for code in groups:
            rows += [_without_id(row) for row in self.rows_of_group(code, asked)]
        places = {code: place for place, code in enumerate(area_codes)}
        rows.sort(key=lambda row: places[row["area_code"]])
        return rows

    def area_series(self, area_codes: Sequence[str]) -> list[Row]:
        """As ``FigureReader.area_series``; the rows of groups come last."""
        groups, others = _apart(area_codes)
        rows = super().area_series(others) if others else []
        for code in groups:
            rows += self.rows_of_group(code, Asked(), with_refused=False)
        return rows

    def grid(
        self, *, groups: Sequence[tuple[str, str, str, str, str]], area_codes: Sequence[str]
    ) -> list[Row]:
        """As ``FigureReader.grid``."""
        own, others = _apart(area_codes)
        rows = super().grid(groups=groups, area_codes=others)
        wanted = {(name, sex, age, breakdown, period) for name, period, sex, age, breakdown in groups}
        for code in own:
            lines = self.lines_of_group(code, Asked(tuple(dict.fromkeys(name for name, *_ in groups))))
            for line, trend in zip(lines, self.trends_of_lines(lines), strict=True):
                for row in line:
                    if key_of(row) in wanted:
                        is_last = trend is not None and row["period"] == trend["latest_period"]
                        told = (
                            {name: trend[name] for name in ("direction", "judgement")}
                            if trend is not None and is_last
                            else None
                        )
                        rows.append({**row, "trend": told})
        return rows

    def courses(
        self, *, groups: Sequence[tuple[str, str, str, str]], area_codes: Sequence[str]
    ) -> list[tuple[str, str, str, str, str, str, float | None, str, str, int]]:
        """As ``FigureReader.courses``."""
        own, others = _apart(area_codes)
        rows = super().courses(groups=groups, area_codes=others)
        wanted = set(groups)
        for code in own:
            asked = Asked(tuple(dict.fromkeys(name for name, *_ in groups)))
            for row in self.rows_of_group(code, asked, with_refused=False):
                if key_of(row)[:4] in wanted:
                    rows.append(
                        (
                            *key_of(row)[:4],
                            code,
                            row["period"],
                            row["value"],
                            row["status"],
                            row["interval_method"],
                            row["route"],
                        )
                    )
        return rows

    def newest(
        self,
        area_codes: Sequence[str],
        *,
        indicator_ids: Sequence[str] | None = None,
        breakdown: str | None = None,
    ) -> list[Row]:
        """As ``SummaryReader.newest``: of a series that cannot be summed the newest period, with the reason."""
        groups, others = _apart(area_codes)
        rows = super().newest(others, indicator_ids=indicator_ids, breakdown=breakdown) if others else []
        if not groups:
            return rows
        ids = None if indicator_ids is None else tuple(indicator_ids)
        for code in groups:
            self.register.area(code)
            asked = Asked(ids, breakdown=breakdown)
            members = self.members_of_group(code)
            sums, newest_of = self.summed(members, asked)
            lines = by_line(sums)
            for line, trend in zip(lines, self.trends_of_lines(lines), strict=True):
                newest = _newest(line)
                own = trend or _no_trend(newest)
                rows.append({**newest, "trend": {name: own[name] for name in RECENT_COLUMNS}})
            known = {key_of(line[0])[:4] for line in lines}
            others_than = [(*key, *gives) for key, *gives in newest_of if key[:4] not in known]
            for row in self.told_refused(members, others_than):
                trend = _no_trend(row)
                rows.append({**row, "trend": {name: trend[name] for name in RECENT_COLUMNS}})
        places = {code: place for place, code in enumerate(area_codes)}
        order = {name: place for place, name in enumerate(self.catalogue)}
        rows.sort(
            key=lambda row: (
                places[row["area_code"]],
                order[row["indicator_id"]],
                row["breakdown"] != "all",
                row["breakdown"],
                row["sex"] != "persons",
                row["sex"],
                row["age"],
            )
        )
        return rows

    def trends(
        self,
        *,
        indicator_id: str,
        sex: str,
        age: str,
        breakdown: str = "all",
        area_codes: Sequence[str] | None = None,
    ) -> dict[str, Row]:
        """As ``SummaryReader.trends``."""
        groups, others = _apart(area_codes or ())
        found: dict[str, Row] = {}
        if not groups or others:
            codes = None if area_codes is None else others
            found = super().trends(
                indicator_id=indicator_id, sex=sex, age=age, breakdown=breakdown, area_codes=codes
            )
        for code in groups:
            lines = self.lines_of_group(code, Asked((self._known(indicator_id),), sex, age, breakdown))
            for line, trend in zip(lines, self.trends_of_lines(lines), strict=True):
                if trend is not None:
                    found[code] = {
                        **dict(zip(LINE_COLUMNS, key_of(line[0])[:4], strict=True)),
                        "area_code": code,
                        **trend,
                        "illustrative": False,
                    }
        return found

    def named_figure(self, indicator_id: str, area: str, period: str) -> tuple[str, str]:
        """As ``ProvenanceReader.named_figure``."""
        if not is_group(area):
            return super().named_figure(indicator_id, area, period)
        try:
            code, _ = code_of(area, self.register)
        except UnknownArea as error:
            raise UnknownFigure("area", str(error)) from error
        if not is_group(code):
            return super().named_figure(indicator_id, code, period)
        rows = self.rows_of_group(code, Asked((self._known(indicator_id),)))
        if not rows:
            raise UnknownFigure("area", f"no figure of {indicator_id} for {plain_code(code)}")
        try:
            return code, named(period, {row["period"] for row in rows})
        except ValueError as error:
            words = f"no figure of {indicator_id} for {plain_code(code)}: {error}"
            raise UnknownFigure("period", words) from error

    def lineage(
        self,
        *,
        indicator_id: str,
        area_code: str,
        period: str,
        sex: str | None = None,
        age: str | None = None,
        breakdown: str | None = None,
    ) -> list[Row]:
        """As ``ProvenanceReader.lineage``: of a group its members, and the way of each figure to its file."""
        if not is_group(area_code):
            return super().lineage(
                indicator_id=indicator_id,
                area_code=area_code,
                period=period,
                sex=sex,
                age=age,
                breakdown=breakdown,
            )
        members = self.members_of_group(area_code)
        asked = Asked((self._known(indicator_id),), sex, age, breakdown, period)
        answer = []
        for row in self.rows_of_group(area_code, asked):
            made_of: list[Row] = []
            for table in (part, observation) if self._has_parts() else (observation,):
                wanted = self._matching(table, indicator_id, row["sex"], row["age"], row["breakdown"])
                wanted += [table.c.period == period, table.c.area_code.in_(sorted(members.places))]
                made_of = made_of or self._lineage(indicator_id, wanted, table)
            status_of = {members.places[found["area_code"]]: found["status"] for found in made_of}
            with self.connections.reading() as connection:
                release = self._release(connection, row["release"])
            answer.append(
                {
                    **{name: value for name, value in row.items() if name != "route"},
                    "source_row": None,
                    "basis_period": None,
                    "release": {**release, "files": [{**file, "row": None} for file in release["files"]]},
                    "members": [
                        {"area_code": code, "area_name": name, "status": status_of.get(place)}
                        for place, (code, name) in enumerate(
                            zip(members.group.codes, members.names, strict=True)
                        )
                    ],
                    "inputs": sorted(made_of, key=lambda found: (found["area_name"], found["area_code"])),
                }
            )
        return answer


def _apart(area_codes: Iterable[str]) -> tuple[list[str], list[str]]:
    """(groups, other areas) among some codes."""
    groups: list[str] = []
    others: list[str] = []
    for code in area_codes:
        (groups if is_group(code) else others).append(code)
    return groups, others


def _without_id(row: Row) -> Row:
    return {name: value for name, value in row.items() if name != "indicator_id"}


def _newest(line: Sequence[Row]) -> Row:
    """The newest row of a series with a value, else the newest."""
    return next((row for row in reversed(line) if row["value"] is not None), line[-1])


def _no_trend(row: Row) -> Row:
    return {
        "direction": "not_calculated",
        "judgement": "none",
        "chi_square": None,
        "p_value": None,
        "slope": None,
        "periods_used": [],
        "reason": "the figures are not summed",
        "latest_period": row["period"],
    }
