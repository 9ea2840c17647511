"""Reading: English areas of a publisher's GeoJSON or TopoJSON, valid and in metres."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geodata.boundaries.files import (
    DEGREES,
    FETCH_AGAIN,
    GRID,
    BoundaryChanged,
    BoundaryFile,
    BoundaryProblem,
    Files,
    Geometries,
    place_of,
)
from geodata.boundaries.simplifying import _clean


def read_boundaries(files: Files, entry: BoundaryFile) -> gpd.GeoDataFrame:
    """English areas of one boundary file, as published but valid.

    Returns columns ``area_code, name, geometry`` sorted by code, polygons in metres (EPSG:27700). Raises
    BoundaryProblem when a file is missing, cut short, of another layout or with another number of areas.
    """
    name = entry.file_name
    content = read_json(place_of(files, name), name)
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
                fix=f"give the file of {entry.area_type} {entry.vintage}",
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
                fix=FETCH_AGAIN,
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
            fix=f"it is cut short or of another year: {FETCH_AGAIN}",
        )
    return areas


def repair(geometries: Geometries) -> Geometries:
    """Valid polygons: invalid ones made valid, lines and points that fall out of that dropped."""
    valid = shapely.make_valid(geometries)
    return np.array([polygons_only(geometry) for geometry in valid], dtype=object)


def polygons_only(geometry: BaseGeometry) -> BaseGeometry:
    if geometry.geom_type in ("Polygon", "MultiPolygon"):
        return geometry
    parts = shapely.get_parts(geometry)
    return shapely.union_all([polygons_only(part) for part in parts if part.area > 0])


def read_json(path: Path, name: str) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise BoundaryProblem(
            name,
            found=f"not in the folder {path.parent.name!r}",
            expected="the publisher's file",
            fix="give the folder that holds the boundary files with --from",
        ) from None
    except UnicodeDecodeError as error:
        raise BoundaryProblem(
            name, found=f"byte {error.start} is not UTF-8", expected="UTF-8 text", fix=FETCH_AGAIN
        ) from error
    except json.JSONDecodeError as error:
        raise BoundaryProblem(
            name,
            found=f"line {error.lineno}, column {error.colno}: {error.msg}",
            expected="JSON",
            fix=f"it is empty, cut short or not JSON: {FETCH_AGAIN}",
        ) from error
    if not isinstance(content, dict):
        raise BoundaryProblem(name, found="a list", expected="a GeoJSON or TopoJSON object", fix=FETCH_AGAIN)
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
        raise BoundaryChanged(
            name, found=f"{sorted(content)}", expected="a list of 'features'", fix=FETCH_AGAIN
        )
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
                fix=FETCH_AGAIN,
            ) from error
    return rows


def _topojson_rows(name: str, content: Mapping[str, Any], layer: str, year: int | None) -> Rows:
    layers = content.get("objects")
    if not isinstance(layers, dict) or layer not in layers or "arcs" not in content:
        raise BoundaryChanged(
            name,
            found=f"layers {sorted(layers) if isinstance(layers, dict) else sorted(content)}",
            expected=f"TopoJSON with a layer {layer!r}",
            fix=FETCH_AGAIN,
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
            fix=FETCH_AGAIN,
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
        raise BoundaryProblem(
            name, found="no English area", expected="codes that begin with E", fix=FETCH_AGAIN
        )
    if not np.isfinite(shapely.get_coordinates(areas.geometry.to_numpy())).all():
        raise BoundaryProblem(
            name,
            found="a coordinate that is no finite number",
            expected="longitude and latitude",
            fix=FETCH_AGAIN,
        )
    west, south, east, north = areas.total_bounds
    if not (west > -7 and east < 3 and south > 49 and north < 57):
        raise BoundaryProblem(
            name,
            found=f"coordinates from ({west:.5g}, {south:.5g}) to ({east:.5g}, {north:.5g})",
            expected="longitude and latitude within England",
            fix="ask the publisher's service for EPSG:4326",
        )


def _join(files: Files, areas: gpd.GeoDataFrame, entry: BoundaryFile) -> gpd.GeoDataFrame:
    """Areas joined into their successors, with code and name of the successor from the register."""
    # reading the register costs a moment and only this vintage needs it
    from datetime import date

    from geodata.register import load_register

    assert entry.joins is not None
    file_name, code_column, ods_column = entry.joins
    path = place_of(files, file_name)
    if not path.is_file():
        raise BoundaryProblem(
            file_name,
            found=f"not in the folder {path.parent.name!r}",
            expected=f"the list of areas to join into {entry.area_type} {entry.vintage}",
            fix=f"put it beside {entry.file_name}",
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
            fix=FETCH_AGAIN,
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

    def problem(what: str, expected: str, fix: str = FETCH_AGAIN) -> BoundaryProblem:
        return BoundaryProblem(name, found=f"row {reader.line_num}: {what}", expected=expected, fix=fix)

    try:
        columns = list(reader.fieldnames or ())
        lost = sorted({code_column, ods_column} - set(columns))
        if lost:
            raise BoundaryChanged(
                name,
                found=f"column {', '.join(map(repr, lost))} gone; found {columns}",
                expected=f"columns {code_column!r} and {ods_column!r}",
                fix=FETCH_AGAIN,
            )
        for row in reader:
            if None in row or None in row.values():
                surplus = "more or fewer cells than columns"
                raise problem(surplus, f"{len(columns)} cells", f"it may be cut short: {FETCH_AGAIN}")
            if row[code_column] in found:
                raise problem(f"column {code_column!r}: {row[code_column]!r} stands twice", "each area once")
            found[row[code_column]] = row[ods_column]
    except csv.Error as error:
        raise problem(
            str(error), "quotation marks in pairs", f"it may be cut short: {FETCH_AGAIN}"
        ) from error
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
            fix=f"{FETCH_AGAIN}, or save it as CSV UTF-8",
        ) from error
