"""Building every layer: centres assigned, their ground joined, thinned, held against official boundaries, written."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from io import StringIO
from pathlib import Path

import geopandas as gpd
import numpy as np
from shapely.geometry.base import BaseGeometry

from geodata.boundaries import boundary_file, read_boundaries, simplify
from geodata.boundaries.files import BoundaryProblem
from geodata.outlines import FOLDER
from geodata.register import Register
from geodata.tools.outlines.assigning import LAYERS, Areas, Assigning, Layer
from geodata.tools.outlines.ground import Ground, joined, read_ground, settled
from geodata.tools.outlines.land import read_coast
from geodata.tools.outlines.measures import Measures, measure
from geodata.tools.outlines.plane import to_grid
from geodata.tools.outlines.topology import topology, written

TOLERANCE_M = 300.0
MOST_BYTES = 45_000
"""Of a layer alone, after gzip."""
MOST_BYTES_IN_ALL = 1_200_000
"""Of all files as they are, not packed."""
REPORT = "report.csv"

REPORT_COLUMNS = (
    "area_type",
    "vintage",
    "first_year",
    "last_year",
    "areas",
    "gzipped_bytes",
    "symmetric_difference",
    "within_1km",
    "within_2km",
    "adjacent_pairs",
    "adjacent_pairs_kept",
)


@dataclass(frozen=True)
class Outlined:
    """A layer that was built: its areas (code → polygon in the plane), and its measures where it was checked."""

    layer: Layer
    areas: Mapping[str, BaseGeometry]
    measures: Measures | None

    @cached_property
    def compressed(self) -> int:
        """Bytes after gzip of this layer alone as a TopoJSON: what a browser needs of it."""
        return gzipped(written(topology({self.layer.name: self.areas})))


def gzipped(content: bytes) -> int:
    """How many bytes are left after gzip."""
    return len(gzip.compress(content, 9, mtime=0))


def build_outlines(
    folder: Path,
    register: Register,
    check: Path | None = None,
    progress: Callable[[str], None] = lambda step: None,
    layers: Sequence[Layer] = LAYERS,
) -> list[Outlined]:
    """Every layer from the shared geography in ``folder``, held against the official boundaries in ``check``.

    Raises SourceMissing and BoundaryProblem where a file is absent or cannot be used, and where a layer has other areas
    than the register.
    """
    assigning = Assigning(folder, register)
    coast = read_coast(folder)
    grounds: dict[int, Ground] = {}
    built = []
    for layer in layers:
        progress(layer.name)
        if layer.lsoas not in grounds:
            centres = assigning.centres(layer.lsoas)
            grounds[layer.lsoas] = read_ground(centres.codes, centres.points, centres.english, coast)
        outlines = outlines_of(grounds[layer.lsoas], assigning.areas_of(layer))
        areas = dict(zip(outlines["area_code"], outlines.geometry, strict=True))
        built.append(Outlined(layer, areas, _checked(outlines, layer, check) if check else None))
    return built


def outlines_of(ground: Ground, areas: Areas, tolerance_m: float = TOLERANCE_M) -> gpd.GeoDataFrame:
    """The areas on that ground, thinned: columns ``area_code, geometry``, metres of the plane on its grid, by code.

    Areas that overlap are joined from the parts that lie in the same ones.
    """
    parts = sorted({tuple(sorted(found)) for found in areas.values()})
    place = {part: number for number, part in enumerate(parts)}
    of_centre = np.array(
        [place[tuple(sorted(areas[code]))] if code in areas else -1 for code in ground.codes], dtype=np.int64
    )
    labels = settled(ground, of_centre[ground.owner])
    codes = sorted({code for part in parts for code in part})
    land = {}
    for code in codes:
        inside = np.isin(labels, [place[part] for part in parts if code in part])
        if not inside.any():
            raise BoundaryProblem(
                code,
                found="no land is left of it",
                expected="land for each area",
                fix="widen the coast there",
            )
        land[code] = joined(ground, inside)
    return simplify(gpd.GeoDataFrame({"area_code": list(land)}, geometry=list(land.values())), tolerance_m)


def _checked(outlines: gpd.GeoDataFrame, layer: Layer, check: Path) -> Measures | None:
    """None where the layer has no official boundaries."""
    try:
        entry = boundary_file(layer.area_type, layer.vintage)
    except LookupError:
        return None
    ours = gpd.GeoDataFrame(
        {"area_code": outlines["area_code"]}, geometry=to_grid(outlines.geometry.to_numpy())
    )
    return measure(ours, read_boundaries(check, entry))


def files_of(built: Sequence[Outlined]) -> dict[str, bytes]:
    """The files that hold the layers: name → bytes. Layers of one area type share a file, and in it their borders."""
    types: dict[str, dict[str, Mapping[str, BaseGeometry]]] = {}
    for outlined in built:
        types.setdefault(outlined.layer.area_type, {})[outlined.layer.name] = outlined.areas
    return {f"{area_type}.topojson": written(topology(layers)) for area_type, layers in types.items()}


def report_rows(built: Sequence[Outlined]) -> list[dict[str, str]]:
    """The report, a row a layer; measures are empty where there is nothing official to hold a layer against."""
    rows = []
    for outlined in built:
        layer, measures = outlined.layer, outlined.measures
        values: dict[str, object] = {
            "area_type": layer.area_type,
            "vintage": layer.vintage,
            "first_year": layer.first,
            "last_year": layer.last,
            "areas": len(outlined.areas),
            "gzipped_bytes": outlined.compressed,
        }
        if measures is not None:
            values |= {
                "symmetric_difference": f"{measures.symmetric_difference:.3f}",
                "within_1km": f"{measures.within_1km:.3f}",
                "within_2km": f"{measures.within_2km:.3f}",
                "adjacent_pairs": measures.pairs,
                "adjacent_pairs_kept": measures.pairs_kept,
            }
        rows.append({column: str(values.get(column, "")) for column in REPORT_COLUMNS})
    return rows


def markdown_table(rows: Sequence[Mapping[str, str]]) -> list[str]:
    """The lines of the report as docs/outlines.md shows it, from the rows of ``report_rows`` or of the committed report."""
    lines = [
        "| layer | years | areas | kB, gzipped | symmetric difference | border within 1 km | within 2 km | neighbours kept |",
        "|---|---|---:|---:|---:|---:|---:|---:|",
    ]
    for row in rows:
        first, last = row["first_year"], row["last_year"]
        checked = bool(row["symmetric_difference"])
        cells = [
            f"{row['area_type']}-{row['vintage']}",
            first if first == last else f"{first}–{last}",
            row["areas"],
            f"{int(row['gzipped_bytes']) / 1000:.1f}",
            *(
                f"{100 * float(row[column]):.1f}%" if checked else "–"
                for column in ("symmetric_difference", "within_1km", "within_2km")
            ),
            f"{row['adjacent_pairs_kept']} of {row['adjacent_pairs']}" if checked else "–",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def write_outlines(built: Sequence[Outlined], folder: Path = FOLDER) -> None:
    """Write a file an area type with its layers, and the report where they were checked.

    Raises BoundaryProblem, nothing written, above the sizes.
    """
    for outlined in built:
        if outlined.compressed > MOST_BYTES:
            raise BoundaryProblem(
                outlined.layer.name,
                found=f"{outlined.compressed} bytes after gzip",
                expected=f"at most {MOST_BYTES}",
                fix="use a coarser tolerance",
            )
    files = files_of(built)
    total = sum(map(len, files.values()))
    if total > MOST_BYTES_IN_ALL:
        raise BoundaryProblem(
            "all layers",
            found=f"{total} bytes",
            expected=f"at most {MOST_BYTES_IN_ALL}",
            fix="use a coarser tolerance",
        )
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    if all(outlined.measures is None for outlined in built):
        return
    lines = StringIO()
    writer = csv.DictWriter(lines, REPORT_COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(report_rows(built))
    (folder / REPORT).write_text(lines.getvalue(), encoding="utf-8")
