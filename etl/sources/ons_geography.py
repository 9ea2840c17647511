"""Official boundaries of English areas, drawn for the map from a folder of the publishers' files.

Source: Office for National Statistics, Open Geography; Public Health England's generalised copies for the
oldest health areas. Files are known by their names (``geodata.boundaries.BOUNDARY_FILES``), and those that the portal gives
under other names by their fields (``geodata.boundaries.recognised``). A file that is not in the folder leaves its vintages to the approximate outlines and hexagons and is reported; a file that is there and cannot be used stops
the source.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from etl.sources import reading
from etl.sources.base import (
    BadFile,
    Downloads,
    DrawnBoundary,
    Edition,
    FoundFile,
    Progress,
    ReleaseChanged,
    SourceInfo,
)
from etl.sources.reading.register_check import against_register
from geodata.register import Register

SERVICES = "https://services1.arcgis.com/ESMARspQHYMw9BZ9/arcgis/rest/services"
AUTHORITIES = (
    "https://raw.githubusercontent.com/ONSvisual/uk-topojson/main/output/topo.json",
    "https://raw.githubusercontent.com/ONSdigital/uk-topojson/main/output/topo.json",
)
"""The topology of all vintages of authorities, and where it is kept too."""
# what raw.githubusercontent.com gives for a file; an apology comes as text/html
_TOPOLOGY_TYPES = ("text/plain", "application/json", "application/octet-stream")
_MOST_PAGES = 50


@dataclass(frozen=True)
class Layer:
    """One layer of Open Geography: the file that ``discover`` knows it by, its service, its fields, and its number
    in the service."""

    file_name: str
    service: str
    fields: tuple[str, ...]
    number: int = 0
    is_table: bool = False

    def page(self, offset: int, services: str = SERVICES) -> str:
        """Address of the features from ``offset`` on, in degrees and always in the same order."""
        query = {
            "where": "1=1",
            "outFields": ",".join(self.fields),
            "outSR": "4326",
            "orderByFields": self.fields[0],
            "resultOffset": offset,
            "f": "geojson",
        }
        if self.is_table:
            del query["outSR"]
            query |= {"returnGeometry": "false", "f": "json"}
        return f"{services}/{self.service}/FeatureServer/{self.number}/query?{urlencode(query)}"


LAYERS = (
    Layer("rgn_2023-12_en_buc.geojson", "Regions_December_2023_Boundaries_EN_BUC", ("RGN23CD", "RGN23NM")),
    Layer(
        "sicbl_2023-04_en_bsc.geojson",
        "Sub_Integrated_Care_Board_Locations_April_2023_EN_BSC",
        ("SICBL23CD", "SICBL23NM"),
    ),
    Layer("icb_2023-04_en_bsc.geojson", "Integrated_Care_Boards_April_2023_EN_BSC", ("ICB23CD", "ICB23NM")),
    Layer(
        "nhser_2024-01_en_bsc.geojson",
        "NHS_England_Regions_January_2024_EN_BSC",
        ("NHSER24CD", "NHSER24NM"),
    ),
    Layer(
        "icb_2026-04_en_bsc.geojson",
        "Integrated_Care_Boards_April_2026_Boundaries_EN_BSC",
        ("ICB26CD", "ICB26NM"),
    ),
)
"""Layers whose services are known; older CCGs, STPs and LEPs come from a folder only."""

LAYERS_INSTEAD = (
    Layer(
        "lad_2025-12_uk_bsc.geojson",
        "Local_Authority_Districts_DEC_2025_Boundaries_UK_BSC",
        ("LAD25CD", "LAD25NM"),
    ),
    Layer(
        "ctyua_2025-12_uk_bsc.geojson",
        "Counties_and_Unitary_Authorities_December_2025_Boundaries_UK_BSC",
        ("CTYUA25CD", "CTYUA25NM"),
    ),
    Layer(
        "cauth_2025-12_en_bsc.geojson",
        "Combined_Authorities_December_2025_Boundaries_EN_BSC",
        ("CAUTH25CD", "CAUTH25NM"),
        number=1,
    ),
)
"""The newest authorities, for where the topology cannot be had."""

LAYER_OF_2026 = Layer(
    "lad_2026-05_uk_bsc.geojson",
    "Local_Authority_Districts_May_2026_Boundaries_UK_BSC",
    ("LAD26CD", "LAD26NM"),
)
"""Districts of 2026, which are those of 2025: for where neither the topology nor those of 2025 can be had."""

LAYERS_TO_CHECK = (
    Layer(
        "sicbl_2026-04_en_bsc.geojson",
        "Sub_Integrated_Care_Board_Locations_April_2026_Boundaries_EN_BSC",
        ("SICBL26CD", "SICBL26NM"),
    ),
    Layer(
        "lsoa21_sicbl26_icb26_lad26_en_lu.csv",
        "LSOA21_SICBL26_ICB26_CAL26_LAD26_EN_LU",
        ("LSOA21CD", "SICBL26CD", "SICBL26CDH", "SICBL26NM", "ICB26CD", "ICB26CDH", "ICB26NM", "LAD26CD"),
        is_table=True,
    ),
)
"""What the register of April 2026 is held against (``etl.sources.reading.register_check``): kept, and not drawn."""


class OnsGeography:
    """Draws boundaries: repaired, simplified to about 1 km with shared borders kept, clockwise, in degrees."""

    info = SourceInfo(
        source_id="ons_geography",
        publisher="Office for National Statistics",
        title="Boundaries of areas in England",
        licence="Open Government Licence v3.0",
        url="https://geoportal.statistics.gov.uk/",
        cadence="when areas change, mostly each April",
        attribution=(
            "Source: Office for National Statistics licensed under the Open Government Licence v3.0. "
            "Contains OS data © Crown copyright and database right."
        ),
    )
    parser_version = 1

    def __init__(self, services: str = SERVICES) -> None:
        self._services = services.rstrip("/")

    def discover(self, folder: Path) -> list[Edition]:
        """One edition of all boundary files in ``folder`` or below it; [] when there is none.

        The role of a file is the name it is known by: the pipeline keeps files under names of its own. Files with other
        names are looked into, and take the roles that are still free.
        """
        from geodata.boundaries import (  # geopandas
            BOUNDARY_FILES,
            CHECKED,
            INSTEAD,
            LOOKUP_2026,
            SERVICES_ONLY,
            drawable,
            recognised,
        )

        entries = (*BOUNDARY_FILES, *SERVICES_ONLY, *INSTEAD, *CHECKED)
        names = dict.fromkeys((*(name for entry in entries for name in entry.file_names), LOOKUP_2026))
        found = []
        for name in names:
            path = min(folder.rglob(name), key=lambda path: (len(path.parts), str(path)), default=None)
            if path is not None and path.is_file():
                found.append(FoundFile(path, name))
        others = (path for path in folder.rglob("*") if path.is_file() and path.name not in names)
        by_content = recognised(others, [file.role for file in found])
        found += [FoundFile(by_content[name], name) for name in names if name in by_content]
        known = drawable([file.role for file in found])
        if not known:
            return []
        latest = max(entry.vintage for entry in known)
        return [Edition(str(latest), f"Boundaries of areas in England to {latest}", tuple(found))]

    def fetch(self, downloads: Downloads, today: date) -> None:
        """Every vintage of local and combined authorities in one file, and the LAYERS, their pages merged, each alone.

        Where the file of authorities cannot be had, the newest vintage of each kind comes from its own service. The
        LAYERS_TO_CHECK are asked for besides.
        Vintages that are in neither come from a folder only; those a folder gave stay as they are.
        Raises FetchFailed, and ReleaseChanged where a service answers with an error or without features, where
        nothing came.
        """
        attempts = reading.Attempts(downloads)
        layers: tuple[Layer, ...] = LAYERS
        for address in AUTHORITIES:
            with attempts.at(address):
                downloads.save("ons_uk_topo_2014-2025.topojson", address, content_types=_TOPOLOGY_TYPES)
            if attempts.done:
                break
        else:
            layers += LAYERS_INSTEAD
        for layer in layers:
            done = attempts.done
            with attempts.at(layer.service):
                self._save(downloads, layer)
            if layer is LAYERS_INSTEAD[0] and attempts.done == done:
                with attempts.at(LAYER_OF_2026.service):
                    self._save(downloads, LAYER_OF_2026)
        for layer in LAYERS_TO_CHECK:
            with attempts.at(layer.service, counts=False):
                self._save(downloads, layer)
        attempts.end()

    def _save(self, downloads: Downloads, layer: Layer) -> None:
        """One layer as one file. Raises FetchFailed and ReleaseChanged, with no file left."""
        path = downloads.save(layer.file_name, layer.page(0, self._services))
        try:
            whole = _features(layer, path.read_bytes())
            collected = whole["features"]
            for _ in range(_MOST_PAGES):
                if downloads.heads_only or not _has_more(whole):
                    break
                whole = _features(layer, downloads.read(layer.page(len(collected), self._services)))
                collected += whole["features"]
            else:
                raise ReleaseChanged(
                    f"{layer.service}: still more after {_MOST_PAGES} pages; expected an end"
                )
        except BaseException:
            path.unlink()
            raise
        if layer.is_table:
            path.write_text(_as_csv(layer, collected), encoding="utf-8")
            return
        path.write_text(json.dumps({"type": "FeatureCollection", "features": collected}), encoding="utf-8")

    def draw(
        self, edition: Edition, register: Register, folder: Path, progress: Progress
    ) -> list[DrawnBoundary]:
        """Write ``<area_type>-<vintage>.geojson`` into ``folder`` for each vintage whose files are there.

        Names are the register's, and so are the codes that a vintage must have. Warnings tell what the folder lacks.
        Raises ReleaseChanged or BadFile, with nothing written.
        """
        from geodata.boundaries import (
            BOUNDARY_FILES,
            BoundaryChanged,
            BoundaryFile,
            BoundaryProblem,
            build_boundaries,
            drawable,
        )

        files = {file.role: file.path for file in edition.files}
        chosen = drawable(files.keys())
        checked = against_register(files, register)
        here = {(entry.area_type, entry.vintage) for entry in chosen}

        def names(entry: BoundaryFile) -> dict[str, str]:
            return {area.area_code: area.name for area in register.vintage(entry.area_type, entry.vintage)}

        try:
            paths = build_boundaries(files, folder, chosen, names=names, progress=progress)
        except BoundaryChanged as problem:
            raise ReleaseChanged(str(problem)) from problem
        except BoundaryProblem as problem:
            raise BadFile(
                problem.file, value=problem.found, expected=problem.expected, fix=problem.fix
            ) from problem
        lacking = [
            f"{', '.join(sorted(set(entry.file_names) - files.keys()))} not in the folder: "
            f"{entry.area_type} {entry.vintage} is shown as approximate outlines and hexagons only"
            for entry in BOUNDARY_FILES
            if (entry.area_type, entry.vintage) not in here
        ]
        words = (*lacking, *checked)
        return [
            DrawnBoundary(entry.area_type, entry.vintage, path, entry.areas, words if n == 0 else ())
            for n, (entry, path) in enumerate(zip(chosen, paths, strict=True))
        ]


def _features(layer: Layer, content: bytes) -> dict[str, Any]:
    """One page. ArcGIS reports errors with status 200: they must not pass for a layer."""
    try:
        page = json.loads(content)
    except ValueError as error:
        raise ReleaseChanged(f"{layer.service}: {error}; expected GeoJSON") from error
    features = page.get("features") if isinstance(page, dict) else None
    if not isinstance(features, list) or not features:
        said = page.get("error", page) if isinstance(page, dict) else page
        raise ReleaseChanged(
            f"{layer.service}: no features but {str(said)[:200]}; the service may have been renamed"
        )
    inside = "attributes" if layer.is_table else "properties"
    properties = features[0].get(inside) if isinstance(features[0], dict) else None
    lost = [name for name in layer.fields if isinstance(properties, dict) and name not in properties]
    if lost and properties:
        raise ReleaseChanged.columns(layer.service, lost, list(properties))
    return page


def _as_csv(layer: Layer, features: list[Any]) -> str:
    """The rows of a table as CSV with the fields as columns. Raises ReleaseChanged for a row that is none."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(layer.fields)
    for number, feature in enumerate(features, start=1):
        cells = feature.get("attributes") if isinstance(feature, dict) else None
        if not isinstance(cells, dict) or not set(layer.fields) <= cells.keys():
            raise ReleaseChanged(
                f"{layer.service}: row {number} is {str(feature)[:200]}; expected attributes {', '.join(layer.fields)}"
            )
        writer.writerow([cells[name] for name in layer.fields])
    return text.getvalue()


def _has_more(page: dict[str, Any]) -> bool:
    """Whether a page says that there is another; it stands in ``properties`` or beside the features."""
    inside = page.get("properties") or {}
    return bool(page.get("exceededTransferLimit") or inside.get("exceededTransferLimit"))


source = OnsGeography()
