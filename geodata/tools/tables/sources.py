"""The folder of boundaries, lookups and code lists: rows and shapes of its files, or what is missing."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import geopandas
import pandas as pd
from shapely import make_valid

Shapes: TypeAlias = geopandas.GeoDataFrame  # columns code, name, geometry in metres (British grid)
BRITISH_GRID = 27700
DEGREES = 4326


class SourceMissing(Exception):
    """A file of the sources is absent, has lost a column, or contradicts another."""


@dataclass(frozen=True)
class Sources:
    """The folder of boundaries and lookups, and the publications beside it (for names and ODS codes)."""

    folder: Path
    publications: Path

    def path(self, name: str) -> Path:
        path = self.folder / name
        if not path.is_file():
            raise SourceMissing(f"{name} is not in {self.folder}; give the folder that holds it with --from")
        return path

    def rows(self, name: str, *columns: str) -> list[tuple[str, ...]]:
        """Those columns of a CSV, a tuple a row. Raises SourceMissing naming columns lost and those found."""
        with self.path(name).open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.reader(lines)
            header = next(reader, [])
            lost = [column for column in columns if column not in header]
            if lost:
                raise SourceMissing(f"{name}: columns {lost} gone; found {header}")
            places = [header.index(column) for column in columns]
            return [tuple(cells[place] for place in places) for cells in reader]

    def pairs(self, name: str, key: str, value: str) -> dict[str, str]:
        """Two columns of a CSV as a mapping."""
        return {row[0]: row[1] for row in self.rows(name, key, value)}

    def shapes(
        self,
        name: str,
        code: str,
        label: str,
        layer: str | None = None,
        extra: Sequence[str] = (),
        prefix: str = "E",
    ) -> Shapes:
        """Areas of a boundary file whose code has the ``prefix`` (English ones), with ``extra`` columns."""
        path = self.path(name)
        shapes = geopandas.read_file(path, layer=layer) if layer else geopandas.read_file(path)
        lost = [column for column in (code, label, *extra) if column not in shapes.columns]
        if lost:
            raise SourceMissing(f"{name}: columns {lost} gone; found {list(shapes.columns)}")
        if shapes.crs is None:  # TopoJSON says nothing of its coordinates: they are degrees
            shapes = shapes.set_crs(DEGREES)
        shapes = shapes.rename(columns={code: "code", label: "name"})
        shapes = shapes[shapes["code"].str.startswith(prefix)][["code", "name", *extra, "geometry"]]
        shapes["geometry"] = [make_valid(shape) for shape in shapes.geometry]
        return shapes.to_crs(BRITISH_GRID).reset_index(drop=True)

    def organisations(self) -> list[tuple[str, str, str, str]]:
        """(reporting period, type, code, name) of the organisations in NHS England's annual therapies file."""
        path = self.publications / "nhs_talking_therapies" / "measures_annual.parquet"
        if not path.is_file():
            raise SourceMissing(f"{path.name} is not in {path.parent}; give its folder with --publications")
        columns = ["reporting_period", "org_type", "org_code", "org_name"]
        return list(
            pd.read_parquet(path, columns=columns).drop_duplicates().itertuples(index=False, name=None)
        )
