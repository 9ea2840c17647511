"""Official boundaries: read the publishers' files, repair, simplify so that shared borders stay shared, write.

Geometry is built here, by ``python -m etl refresh ons_geography`` and by the hex layouts; the web process only
serves the files. Lengths are metres on the British National Grid (EPSG:27700); files are read and written in
longitude and latitude (WGS 84).

Sources: Office for National Statistics (and, for CCGs of 2017 to 2019 and STPs of 2017 and 2018, Public Health
England's generalised copies), Open Government Licence v3.0. Contains OS data © Crown copyright and database
right.
"""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geodata.layouts import DRAWN_YEARS

GRID = "EPSG:27700"
DEGREES = "EPSG:4326"
TOLERANCE_M = 750.0
# the side of a small area shrinks the tolerance around it, so that the City of London keeps its shape
TOLERANCE_SHARE_OF_SIDE = 0.05
# Public Health England's copies are given to 3 decimals: about 100 m, so neighbours miss each other by as much
GAP_WIDTH_M = 300.0
# an islet is left out below this size, unless it is a fair part of its area (Scilly)
ISLET_M2 = 1.0e6
ISLET_SHARE = 0.02
DECIMALS = 4

Progress = Callable[[str, int, int], None]
_AGAIN = "fetch the file again"
Geometries = NDArray[np.object_]


class BoundaryProblem(ValueError):
    """A boundary file cannot be used; the message says which, what was found, what was expected, and the mend."""

    def __init__(self, file: str, *, found: str, expected: str, mend: str) -> None:
        self.file, self.found, self.expected, self.mend = file, found, expected, mend
        super().__init__(f"{file}: {found}; {expected} expected; {mend}")


class BoundaryChanged(BoundaryProblem):
    """The layout of a boundary file is not the one known: a property or a layer is gone."""


@dataclass(frozen=True, slots=True)
class BoundaryFile:
    """Where the boundaries of one area type and vintage come from.

    ``areas`` is the official number of English areas. A TopoJSON has a ``layer`` and areas with start and end
    years; ``year`` picks those that stood on 31 December. ``joins`` names the file and columns that say which
    areas to join into one (area code → ODS code of the successor).
    """

    area_type: str
    vintage: int
    areas: int
    file_name: str
    code_field: str
    name_field: str
    layer: str | None = None
    year: int | None = None
    overlapping: bool = False
    joins: tuple[str, str, str] | None = None

    @property
    def file_names(self) -> tuple[str, ...]:
        """Files that must be in the folder."""
        return (self.file_name,) if self.joins is None else (self.file_name, self.joins[0])

    @property
    def output_name(self) -> str:
        """``<area_type>-<vintage>.geojson``."""
        return f"{self.area_type}-{self.vintage}.geojson"


_LA_FILE = "ons_uk_topo_2014-2025.topojson"


def _authorities(area_type: str, layer: str, counts: Mapping[int, int]) -> list[BoundaryFile]:
    # the last year a set stood: in 2014-2025 file the code of an area can be older than its set
    return [
        BoundaryFile(
            area_type,
            vintage,
            areas,
            _LA_FILE,
            "areacd",
            "areanm",
            layer=layer,
            year=DRAWN_YEARS[area_type][vintage][1],
        )
        for vintage, areas in counts.items()
    ]


BOUNDARY_FILES: tuple[BoundaryFile, ...] = (
    *_authorities("ltla", "ltla", {2017: 326, 2019: 317, 2020: 314, 2021: 309, 2024: 296, 2025: 296}),
    *_authorities("utla", "utla", {2017: 152, 2019: 151, 2020: 151, 2021: 152, 2023: 153, 2025: 153}),
    BoundaryFile("region", 2023, 9, "rgn_2023-12_en_buc.geojson", "RGN23CD", "RGN23NM"),
    *_authorities("combined_authority", "cauth", {2023: 10}),
    BoundaryFile("combined_authority", 2024, 11, "cauth_2024-05_en_buc.geojson", "CAUTH24CD", "CAUTH24NM"),
    *_authorities("combined_authority", "cauth", {2025: 15}),
    BoundaryFile("lep", 2021, 38, "lep_2021-05_en_buc.geojson", "LEP21CD", "LEP21NM", overlapping=True),
    BoundaryFile("sub_icb", 2023, 106, "sicbl_2023-04_en_bsc.geojson", "SICBL23CD", "SICBL23NM"),
    BoundaryFile("icb", 2023, 42, "icb_2023-04_en_bsc.geojson", "ICB23CD", "ICB23NM"),
    BoundaryFile("nhs_region", 2024, 7, "nhser_2024-01_en_bsc.geojson", "NHSER24CD", "NHSER24NM"),
    BoundaryFile("ccg", 2017, 207, "ccg2017_fingertips_clean.geojson", "code", "name"),
    BoundaryFile("ccg", 2018, 195, "ccg2018_fingertips_clean.geojson", "code", "name"),
    BoundaryFile("ccg", 2019, 191, "ccg2019_fingertips_clean.geojson", "code", "name"),
    BoundaryFile(
        "ccg",
        2020,
        135,
        "ccg2019_fingertips_clean.geojson",
        "code",
        "name",
        joins=("ccg19_names_codes_and_ccg20_successor.csv", "CCG19CD", "ccg20cdh"),
    ),
    BoundaryFile("ccg", 2021, 106, "ccg_2021-04_en_buc.geojson", "CCG21CD", "CCG21NM"),
    BoundaryFile("stp", 2017, 44, "stp2017_fingertips_clean.geojson", "code", "name"),
    BoundaryFile("stp", 2018, 42, "stp2018_fingertips_clean.geojson", "code", "name"),
    BoundaryFile("stp", 2021, 42, "geographr_stp21.geojson", "stp21_code", "stp21_name"),
)
"""Every boundary that can be had; ICBs and sub-ICB locations of 2022 and older NHS regions cannot."""


# --- reading ----------------------------------------------------------------------------------------------


def boundary_file(area_type: str, vintage: int) -> BoundaryFile:
    """The entry for one area type and vintage. Raises LookupError when it cannot be had."""
    for entry in BOUNDARY_FILES:
        if (entry.area_type, entry.vintage) == (area_type, vintage):
            return entry
    known = ", ".join(str(entry.vintage) for entry in BOUNDARY_FILES if entry.area_type == area_type)
    raise LookupError(
        f"no boundaries of {area_type!r} for {vintage}; vintages of that type: {known or 'none'}"
    )


Files = Path | Mapping[str, Path]
"""A folder, or the publishers' file names → where each is kept."""


def _place(files: Files, file_name: str) -> Path:
    if isinstance(files, Path):
        return files / file_name
    if file_name not in files:
        raise BoundaryProblem(
            file_name,
            found="not among the files given",
            expected="the publisher's file",
            mend="add it to them",
        )
    return files[file_name]


def read_boundaries(files: Files, entry: BoundaryFile) -> gpd.GeoDataFrame:
    """English areas of one boundary file, as published but valid.

    Returns columns ``area_code, name, geometry`` sorted by code, polygons in metres (EPSG:27700). Raises
    BoundaryProblem when a file is missing, cut short, of another layout or with another number of areas.
    """
    name = entry.file_name
    content = _read_json(_place(files, name), name)
    if entry.layer is not None:
        rows = _topojson_rows(name, content, entry.layer, entry.year)
    else:
        rows = _geojson_rows(name, content)
    chosen: dict[str, tuple[str, BaseGeometry]] = {}
    for number, (properties, geometry) in enumerate(rows, start=1):
        lost = [field for field in (entry.code_field, entry.name_field) if field not in properties]
        if lost:
            raise BoundaryChanged(
                name,
                found=f"feature {number}: property {', '.join(map(repr, lost))} gone, found {sorted(properties)}",
                expected=f"properties {entry.code_field!r} and {entry.name_field!r}",
                mend=f"give the file of {entry.area_type} {entry.vintage}",
            )
        area_code = str(properties[entry.code_field])
        if not area_code.startswith("E"):
            continue
        if area_code in chosen or geometry is None or geometry.is_empty:
            raise BoundaryProblem(
                name,
                found=f"feature {number}: {area_code} "
                + ("stands twice" if area_code in chosen else "is empty"),
                expected="each area once, with a polygon",
                mend=_AGAIN,
            )
        chosen[area_code] = str(properties[entry.name_field]).strip(), geometry
    areas = gpd.GeoDataFrame(
        {"area_code": list(chosen), "name": [words for words, _ in chosen.values()]},
        geometry=[geometry for _, geometry in chosen.values()],
        crs=DEGREES,
    )
    _check_degrees(name, areas)
    areas = areas.to_crs(GRID).sort_values("area_code", ignore_index=True)
    areas["geometry"] = repair(areas.geometry.to_numpy())
    if entry.joins is not None:
        areas = _join(files, areas, entry)
    if len(areas) != entry.areas:
        raise BoundaryProblem(
            name,
            found=f"{len(areas)} English areas",
            expected=f"{entry.areas} of {entry.area_type} {entry.vintage}",
            mend=f"it is cut short or of another year: {_AGAIN}",
        )
    return areas


def repair(geometries: Geometries) -> Geometries:
    """Valid polygons: invalid ones made valid, lines and points that fall out of that dropped."""
    valid = shapely.make_valid(geometries)
    return np.array([_polygons_only(geometry) for geometry in valid], dtype=object)


def _polygons_only(geometry: BaseGeometry) -> BaseGeometry:
    if geometry.geom_type in ("Polygon", "MultiPolygon"):
        return geometry
    parts = shapely.get_parts(geometry)
    return shapely.union_all([_polygons_only(part) for part in parts if part.area > 0])


def _read_json(path: Path, name: str) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise BoundaryProblem(
            name,
            found=f"not in the folder {path.parent.name!r}",
            expected="the publisher's file",
            mend="give the folder that holds the boundary files with --from",
        ) from None
    except UnicodeDecodeError as error:
        raise BoundaryProblem(
            name, found=f"byte {error.start} is not UTF-8", expected="UTF-8 text", mend=_AGAIN
        ) from error
    except json.JSONDecodeError as error:
        raise BoundaryProblem(
            name,
            found=f"line {error.lineno}, column {error.colno}: {error.msg}",
            expected="JSON",
            mend=f"it is empty, cut short or not JSON: {_AGAIN}",
        ) from error
    if not isinstance(content, dict):
        raise BoundaryProblem(name, found="a list", expected="a GeoJSON or TopoJSON object", mend=_AGAIN)
    return content


Rows = list[tuple[dict[str, Any], BaseGeometry | None]]
# what the readers of JSON and geometry raise where a part is of another kind than the format says
_UNREADABLE = (KeyError, TypeError, ValueError, IndexError, AttributeError, shapely.errors.ShapelyError)


def _properties(shape: Mapping[str, Any]) -> dict[str, Any]:
    properties = shape["properties"]
    if not isinstance(properties, dict):
        raise TypeError(f"properties are {properties!r}")
    return properties


def _geojson_rows(name: str, content: Mapping[str, Any]) -> Rows:
    if not isinstance(content.get("features"), list):
        raise BoundaryChanged(name, found=f"{sorted(content)}", expected="a list of 'features'", mend=_AGAIN)
    rows: Rows = []
    for number, feature in enumerate(content["features"], start=1):
        try:
            geometry = feature["geometry"]
            rows.append(
                (_properties(feature), None if geometry is None else shapely.geometry.shape(geometry))
            )
        except _UNREADABLE as error:
            raise BoundaryProblem(
                name,
                found=f"feature {number} cannot be read ({type(error).__name__}: {error})",
                expected="properties and a polygon",
                mend=_AGAIN,
            ) from error
    return rows


def _topojson_rows(name: str, content: Mapping[str, Any], layer: str, year: int | None) -> Rows:
    layers = content.get("objects")
    if not isinstance(layers, dict) or layer not in layers or "arcs" not in content:
        raise BoundaryChanged(
            name,
            found=f"layers {sorted(layers) if isinstance(layers, dict) else sorted(content)}",
            expected=f"TopoJSON with a layer {layer!r}",
            mend=_AGAIN,
        )
    try:
        arcs = decode_arcs(content)
        rows: Rows = []
        for shape in layers[layer]["geometries"]:
            properties = _properties(shape)
            if year is not None and not properties.get("start", year) <= year <= properties.get("end", year):
                continue
            rows.append((properties, _topojson_polygon(shape, arcs)))
    except _UNREADABLE as error:
        raise BoundaryProblem(
            name,
            found=f"layer {layer!r} cannot be read ({type(error).__name__}: {error})",
            expected="areas made of arcs",
            mend=_AGAIN,
        ) from error
    return rows


def decode_arcs(content: Mapping[str, Any]) -> list[NDArray[np.float64]]:
    """Arcs of a TopoJSON as arrays of shape (points, 2) in its own coordinates.

    With a ``transform`` the positions are whole-number differences from the point before (TopoJSON 1.0, 2.1.3).
    """
    transform = content.get("transform")
    arcs = [np.asarray(arc, dtype=float)[:, :2] for arc in content["arcs"]]
    if transform is None:
        return arcs
    scale, translate = np.asarray(transform["scale"]), np.asarray(transform["translate"])
    return [np.cumsum(arc, axis=0) * scale + translate for arc in arcs]


def _topojson_polygon(shape: Mapping[str, Any], arcs: list[NDArray[np.float64]]) -> BaseGeometry | None:
    def ring(numbers: list[int]) -> NDArray[np.float64]:
        # ~n is arc n backwards; each arc begins where the one before ended
        parts = [arcs[n] if n >= 0 else arcs[~n][::-1] for n in numbers]
        return np.concatenate([parts[0], *(part[1:] for part in parts[1:])])

    match shape["type"]:
        case "Polygon":
            polygons = [shape["arcs"]]
        case "MultiPolygon":
            polygons = shape["arcs"]
        case _:
            return None
    return shapely.MultiPolygon(
        [shapely.Polygon(ring(rings[0]), [ring(hole) for hole in rings[1:]]) for rings in polygons]
    )


def _check_degrees(name: str, areas: gpd.GeoDataFrame) -> None:
    if areas.empty:
        raise BoundaryProblem(name, found="no English area", expected="codes that begin with E", mend=_AGAIN)
    if not np.isfinite(shapely.get_coordinates(areas.geometry.to_numpy())).all():
        raise BoundaryProblem(
            name,
            found="a coordinate that is no finite number",
            expected="longitude and latitude",
            mend=_AGAIN,
        )
    west, south, east, north = areas.total_bounds
    if not (west > -7 and east < 3 and south > 49 and north < 57):
        raise BoundaryProblem(
            name,
            found=f"coordinates from ({west:.5g}, {south:.5g}) to ({east:.5g}, {north:.5g})",
            expected="longitude and latitude within England",
            mend="ask the publisher's service for EPSG:4326",
        )


def _join(files: Files, areas: gpd.GeoDataFrame, entry: BoundaryFile) -> gpd.GeoDataFrame:
    """Areas joined into their successors, with code and name of the successor from the register."""
    # reading the register costs a moment and only this vintage needs it
    from datetime import date

    from geodata.register import load_register

    assert entry.joins is not None
    file_name, code_column, ods_column = entry.joins
    path = _place(files, file_name)
    if not path.is_file():
        raise BoundaryProblem(
            file_name,
            found=f"not in the folder {path.parent.name!r}",
            expected=f"the list of areas to join into {entry.area_type} {entry.vintage}",
            mend=f"put it beside {entry.file_name}",
        )
    ods_code_of = _ods_codes(path, file_name, code_column, ods_column)
    register = load_register()
    on = date(entry.vintage, 12, 31)
    unmatched = sorted(set(areas["area_code"]) - ods_code_of.keys())
    successors = {ods: register.by_ods(ods, entry.area_type, on) for ods in sorted(set(ods_code_of.values()))}
    unknown = [ods for ods, successor in successors.items() if successor is None]
    if unmatched or unknown:
        raise BoundaryProblem(
            file_name,
            found=f"no row for {unmatched}; ODS codes {unknown} are no {entry.area_type} of {on}",
            expected="one successor in geodata/tables/areas.csv for each area",
            mend=_AGAIN,
        )
    whole = areas.copy()
    whole["geometry"] = _clean(whole.geometry.to_numpy())
    whole["ods_code"] = [ods_code_of[area_code] for area_code in whole["area_code"]]
    joined = whole.dissolve("ods_code", as_index=False)[["ods_code", "geometry"]]
    found = [successors[ods] for ods in joined["ods_code"]]
    joined["area_code"] = [area.area_code for area in found if area is not None]
    joined["name"] = [area.name for area in found if area is not None]
    return joined[["area_code", "name", "geometry"]].sort_values("area_code", ignore_index=True)


def _ods_codes(path: Path, name: str, code_column: str, ods_column: str) -> dict[str, str]:
    """Area code → ODS code of its successor, from a list of areas in CSV. Raises BoundaryProblem with the row."""
    reader = csv.DictReader(io.StringIO(_read_csv_text(path, name), newline=""), strict=True)
    found: dict[str, str] = {}

    def problem(told: str, expected: str, mend: str = _AGAIN) -> BoundaryProblem:
        return BoundaryProblem(name, found=f"row {reader.line_num}: {told}", expected=expected, mend=mend)

    try:
        columns = list(reader.fieldnames or ())
        lost = sorted({code_column, ods_column} - set(columns))
        if lost:
            raise BoundaryChanged(
                name,
                found=f"column {', '.join(map(repr, lost))} gone; found {columns}",
                expected=f"columns {code_column!r} and {ods_column!r}",
                mend=_AGAIN,
            )
        for row in reader:
            if None in row or None in row.values():
                told = "more or fewer cells than columns"
                raise problem(told, f"{len(columns)} cells", f"it may be cut short: {_AGAIN}")
            if row[code_column] in found:
                raise problem(f"column {code_column!r}: {row[code_column]!r} stands twice", "each area once")
            found[row[code_column]] = row[ods_column]
    except csv.Error as error:
        raise problem(str(error), "quotation marks in pairs", f"it may be cut short: {_AGAIN}") from error
    return found


def _read_csv_text(path: Path, name: str) -> str:
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        raise BoundaryProblem(
            name,
            found=f"row {row}: byte 0x{content[error.start]:02x}",
            expected="text in UTF-8",
            mend=f"{_AGAIN}, or save it as CSV UTF-8",
        ) from error


# --- simplifying ------------------------------------------------------------------------------------------


def simplify(areas: gpd.GeoDataFrame, tolerance_m: float = TOLERANCE_M) -> gpd.GeoDataFrame:
    """The same areas with fewer points; a border shared by two areas is simplified once, so it stays shared.

    Borders are cut into arcs where three areas (or two and the sea) meet and each arc is thinned by Douglas
    and Peucker (1973); no point moves further than ``tolerance_m``, and less round small areas. Arcs that would
    cross are thinned less. Areas that overlap (LEPs) are first cut into pieces that do not, simplified as
    those, and joined again. Takes and returns metres; raises BoundaryProblem when an area would be lost.
    """
    geometries = shapely.set_precision(areas.geometry.to_numpy(), 1.0)
    _refuse_empty(areas, geometries, "is no polygon of at least a square metre", _AGAIN)
    geometries = _without_islets(geometries)
    overlap = shapely.area(geometries).sum() - shapely.union_all(geometries).area
    if overlap > 10 * ISLET_M2:
        pieces, owners = _overlay(geometries)
        thinned = _simplify_coverage(pieces, tolerance_m)
        result = np.array(
            [shapely.union_all(thinned[owners == i]) for i in range(len(geometries))], dtype=object
        )
    else:
        result = _simplify_coverage(_clean(geometries), tolerance_m)
    _refuse_empty(areas, result, f"vanished when simplified to {tolerance_m:g} m", "use a finer tolerance")
    simple = areas.copy()
    simple["geometry"] = result
    return simple


def _refuse_empty(areas: gpd.GeoDataFrame, geometries: Geometries, found: str, mend: str) -> None:
    empty = shapely.is_empty(geometries) | (shapely.area(geometries) <= 0)
    if empty.any():
        raise BoundaryProblem(
            ", ".join(areas["area_code"][empty]), found=found, expected="a polygon for each area", mend=mend
        )


def _clean(geometries: Geometries) -> Geometries:
    """A coverage: neighbours share their points, no slivers between them. Others pass unchanged."""
    geometries = shapely.set_precision(geometries, 1.0)
    if shapely.coverage_is_valid(geometries):
        return geometries
    return np.asarray(shapely.coverage_clean(geometries, gap_width=GAP_WIDTH_M), dtype=object)


def _without_islets(geometries: Geometries) -> Geometries:
    kept = []
    for geometry in geometries:
        parts = shapely.get_parts(geometry)
        sizes = shapely.area(parts)
        stays = (sizes >= ISLET_M2) | (sizes >= ISLET_SHARE * sizes.sum()) | (sizes == sizes.max())
        kept.append(shapely.MultiPolygon(list(parts[stays])) if stays.sum() > 1 else parts[stays][0])
    return np.array(kept, dtype=object)


def _overlay(geometries: Geometries) -> tuple[Geometries, NDArray[np.int64]]:
    """Overlapping areas → pieces that do not overlap and, for each, the row of its area.

    A piece that lies in two areas is returned twice, with equal geometry.
    """
    faces = shapely.get_parts(
        shapely.polygonize(shapely.get_parts(shapely.union_all(shapely.boundary(geometries))))
    )
    inside = shapely.point_on_surface(faces)
    tree = shapely.STRtree(inside)
    owner, face = tree.query(geometries, predicate="contains")
    return faces[face], owner


def _simplify_coverage(geometries: Geometries, tolerance_m: float) -> Geometries:
    """Polygons that do not partly overlap (equal ones may repeat) with their common arcs thinned."""
    boundaries = shapely.boundary(geometries)
    arcs = shapely.get_parts(shapely.line_merge(shapely.union_all(boundaries)))
    owner, arc = shapely.STRtree(arcs).query(boundaries, predicate="covers")
    sizes = np.full(len(arcs), np.inf)
    np.minimum.at(sizes, arc, shapely.area(geometries)[owner])
    tolerances = np.minimum(tolerance_m, TOLERANCE_SHARE_OF_SIDE * np.sqrt(sizes))
    for _ in range(12):
        thinned = shapely.simplify(arcs, tolerances, preserve_topology=True)
        result = np.array(
            [_polygon_of(thinned[arc[owner == i]]) for i in range(len(geometries))],
            dtype=object,
        )
        bad = _crossed(result, geometries)
        if not bad.any():
            return result
        # arcs of areas that came out crossed, emptied or overlapping are thinned less, the others stay
        tolerances[np.unique(arc[bad[owner]])] /= 2
    return geometries


def _polygon_of(arcs: Geometries) -> BaseGeometry:
    return shapely.build_area(shapely.union_all(arcs))


def _crossed(result: Geometries, before: Geometries) -> NDArray[np.bool_]:
    distinct = np.unique(shapely.to_wkb(before), return_index=True)[1]
    bad = ~shapely.is_valid(result) | shapely.is_empty(result)
    bad |= shapely.get_num_geometries(result) != shapely.get_num_geometries(before)
    edges = shapely.coverage_invalid_edges(result[distinct])
    bad[distinct] |= ~shapely.is_empty(edges)
    return np.asarray(bad, dtype=bool)


def shared_borders(areas: gpd.GeoDataFrame) -> NDArray[np.int64]:
    """Pairs of rows (i < j) that share a border of positive length, or overlap; shape (pairs, 2)."""
    geometries = shapely.set_precision(areas.geometry.to_numpy(), 1.0)
    overlap = shapely.area(geometries).sum() - shapely.union_all(geometries).area
    if overlap <= 10 * ISLET_M2:
        geometries = _clean(geometries)
    first, second = shapely.STRtree(geometries).query(geometries, predicate="intersects")
    once = first < second
    first, second = first[once], second[once]
    common = shapely.intersection(geometries[first], geometries[second])
    touching = (shapely.length(common) > 0) | (shapely.area(common) > 0)
    return np.unique(np.stack([first[touching], second[touching]], axis=1), axis=0)


# --- writing ----------------------------------------------------------------------------------------------


def feature_collection(areas: gpd.GeoDataFrame) -> dict[str, Any]:
    """GeoJSON in degrees to 4 decimals: feature ``id`` = area code, ``properties.name``, clockwise exterior."""
    degrees = areas.to_crs(DEGREES)
    features = [
        {
            "type": "Feature",
            "id": area_code,
            "properties": {"name": name},
            "geometry": _geometry_json(geometry),
        }
        for area_code, name, geometry in zip(
            degrees["area_code"], degrees["name"], degrees.geometry, strict=True
        )
    ]
    return {"type": "FeatureCollection", "features": features}


def _geometry_json(geometry: BaseGeometry) -> dict[str, Any]:
    # plotly fills the whole map behind a counter-clockwise exterior ring
    polygons = [
        _rings(shapely.orient_polygons(part, exterior_cw=True)) for part in shapely.get_parts(geometry)
    ]
    polygons = [rings for rings in polygons if rings]
    if len(polygons) == 1:
        return {"type": "Polygon", "coordinates": polygons[0]}
    return {"type": "MultiPolygon", "coordinates": polygons}


def _rings(polygon: shapely.Polygon) -> list[list[list[float]]]:
    rings = []
    for ring in (polygon.exterior, *polygon.interiors):
        points = [[round(x, DECIMALS), round(y, DECIMALS)] for x, y in ring.coords]
        points = [point for i, point in enumerate(points) if i == 0 or point != points[i - 1]]
        if len(points) >= 4:
            rings.append(points)
        elif ring is polygon.exterior:
            return []
    return rings


def write_boundaries(areas: gpd.GeoDataFrame, path: Path) -> Path:
    """Write a GeoJSON beside its place and rename it there: a reader sees the old file or the new one, whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_text(
            json.dumps(feature_collection(areas), ensure_ascii=False, separators=(",", ":")), encoding="utf-8"
        )
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return path


def available_boundaries(folder: Path) -> list[BoundaryFile]:
    """Entries whose files are all in ``folder``."""
    return [
        entry
        for entry in BOUNDARY_FILES
        if all((folder / file_name).is_file() for file_name in entry.file_names)
    ]


def _official_names(entry: BoundaryFile, codes: Iterable[str], known: Mapping[str, str]) -> list[str]:
    unknown = sorted(set(codes) - known.keys())
    if unknown:
        raise BoundaryProblem(
            entry.file_name,
            found=f"codes {', '.join(unknown[:5])}",
            expected=f"codes of {entry.area_type} {entry.vintage}",
            mend=f"it is of another year: {_AGAIN}, or add the areas to the register if they are new",
        )
    return [known[code] for code in codes]


def build_boundaries(
    files: Files,
    out_folder: Path,
    entries: Iterable[BoundaryFile] = BOUNDARY_FILES,
    *,
    names: Callable[[BoundaryFile], Mapping[str, str]] | None = None,
    progress: Progress | None = None,
    tolerance_m: float = TOLERANCE_M,
) -> list[Path]:
    """Read, simplify and write each entry. All are read and simplified before the first is written.

    ``names`` may give area code → name of an entry's areas, in place of the file's own spelling; they are then the
    codes that the file must have. Returns the paths written, ``<out_folder>/<area_type>-<vintage>.geojson``. Raises BoundaryProblem, nothing written.
    """
    chosen = list(entries)
    ready = []
    for number, entry in enumerate(chosen):
        if progress is not None:
            progress(f"boundaries of {entry.area_type} {entry.vintage}", number, len(chosen))
        areas = simplify(read_boundaries(files, entry), tolerance_m)
        if names is not None:
            areas["name"] = _official_names(entry, areas["area_code"], names(entry))
        ready.append((areas, out_folder / entry.output_name))
    written = [write_boundaries(areas, path) for areas, path in ready]
    if progress is not None:
        progress("boundaries written", len(chosen), len(chosen))
    return written
