"""Days, shares and land: how areas lie in one another."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import TypeAlias

import geopandas

from geodata.register import Area, Membership
from geodata.tools.tables.sources import BRITISH_GRID, DEGREES, Shapes

Point: TypeAlias = tuple[float, float]  # latitude, longitude
Share: TypeAlias = tuple[str, str, float]  # child or predecessor, parent or successor, share of the first


# Two polygons of different generalisation overlap along their common border: less than this share of the land is that
# error, not a transfer. Among areas that ended, 3.4% is the most that the error comes to, and 4.2% the least that
# truly moved (Greater Preston to Fylde and Wyre, 2018).
SLIVER_SHARE = 0.04


def april(year: int) -> date:
    return date(year, 4, 1)


def day_before(day: date) -> date:
    return day - timedelta(days=1)


def link(
    child: Area,
    parent: Area,
    share: float = 1.0,
    start_on: date | None = None,
    end_on: date | None = None,
) -> Membership | None:
    """Membership over the days when both areas stood, within ``start_on`` to ``end_on``; None if no such day."""
    starts = [day for day in (child.start_on, parent.start_on, start_on) if day]
    ends = [day for day in (child.end_on, parent.end_on, end_on) if day]
    start, end = max(starts, default=None), min(ends, default=None)
    if start and end and end < start:
        return None
    return Membership(
        child.area_code, child.area_type, parent.area_code, parent.area_type, start, end, round(share, 4)
    )


def joined(memberships: Iterable[Membership]) -> list[Membership]:
    """Memberships in order; those that follow one another without a gap and with the same share made one."""
    groups: dict[tuple[str, ...], list[Membership]] = defaultdict(list)
    for row in memberships:
        groups[row.child_type, row.parent_type, row.child_code, row.parent_code].append(row)
    result: list[Membership] = []
    for _, rows in sorted(groups.items()):
        rows.sort(key=lambda row: row.start_on or date.min)
        current = rows[0]
        for row in rows[1:]:
            follows = current.end_on is not None and row.start_on == current.end_on + timedelta(days=1)
            if follows and row.share == current.share:
                current = replace(current, end_on=row.end_on)
            else:
                result.append(current)
                current = row
        result.append(current)
    return result


def shares(
    pairs: Iterable[tuple[str, str]], weights: Mapping[tuple[str, str], float] | None = None
) -> list[Share]:
    """Share of each child's pairs that it has with each parent: one pair an LSOA, or weighted counts."""
    counts: Mapping[tuple[str, str], float] = weights if weights is not None else Counter(pairs)
    totals: dict[str, float] = defaultdict(float)
    for (child, _), count in counts.items():
        totals[child] += count
    return [(child, parent, count / totals[child]) for (child, parent), count in sorted(counts.items())]


def largest(rows: Iterable[Share]) -> dict[str, str]:
    """For each child the parent that holds most of it."""
    best: dict[str, tuple[float, str]] = {}
    for child, parent, share in rows:
        best[child] = max(best.get(child, (0.0, "")), (share, parent))
    return {child: parent for child, (_, parent) in best.items()}


def points(shapes: Shapes) -> dict[str, Point]:
    """Code → (latitude, longitude), degrees to 4 decimals, of a point inside the area.

    The centroid where it lies in the area, else that of its largest part, else any point of that part.
    """
    inside = []
    for shape in shapes.geometry:
        part = max(getattr(shape, "geoms", [shape]), key=lambda piece: piece.area)
        tries = (shape.centroid, part.centroid, part.representative_point())
        inside.append(next(point for point in tries if shape.contains(point)))
    degrees = geopandas.GeoSeries(inside, crs=BRITISH_GRID).to_crs(DEGREES)
    return {
        code: (round(point.y, 4), round(point.x, 4))
        for code, point in zip(shapes["code"], degrees, strict=True)
    }


def named(shapes: Shapes) -> dict[str, str]:
    """Code → name."""
    return dict(zip(shapes["code"], shapes["name"], strict=True))


def land_shares(predecessors: Shapes, successors: Shapes) -> list[Share]:
    """Share of each predecessor's land in each successor; border slivers dropped and the rest made whole."""
    pieces = geopandas.overlay(
        predecessors[["code", "geometry"]],
        successors[["code", "geometry"]],
        how="intersection",
        keep_geom_type=True,
    )
    land: dict[tuple[str, str], float] = defaultdict(float)
    for old, new, area in zip(pieces["code_1"], pieces["code_2"], pieces.geometry.area, strict=True):
        land[old, new] += float(area)
    kept = {(old, new): share for old, new, share in shares((), land) if share >= SLIVER_SHARE}
    return shares((), kept)


def only(shapes: Shapes, codes: Iterable[str]) -> Shapes:
    """The shapes with those codes."""
    return shapes[shapes["code"].isin(list(codes))]
