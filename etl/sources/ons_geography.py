"""Official boundaries of English areas, drawn for the map from a folder of the publishers' files.

Source: Office for National Statistics, Open Geography; Public Health England's generalised copies for the
oldest health areas. Files are known by their names (``geodata.boundaries.BOUNDARY_FILES``). A file that is not
in the folder leaves its vintages to the hexagons and is told; a file that is there and cannot be used stops
the source.
"""

from __future__ import annotations

from pathlib import Path

from etl.sources.base import (
    BadFile,
    DrawnBoundary,
    Edition,
    FoundFile,
    Progress,
    ReleaseChanged,
    SourceInfo,
)
from geodata.register import Register


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

    def discover(self, folder: Path) -> list[Edition]:
        """One edition of all boundary files in ``folder`` or below it; [] when there is none.

        The role of a file is its name: the pipeline keeps files under names of its own.
        """
        from geodata.boundaries import BOUNDARY_FILES  # geopandas: only where geometry is built

        names = dict.fromkeys(name for entry in BOUNDARY_FILES for name in entry.file_names)
        found = []
        for name in names:
            path = min(folder.rglob(name), key=lambda one: (len(one.parts), str(one)), default=None)
            if path is not None and path.is_file():
                found.append(FoundFile(path, name))
        here = {file.role for file in found}
        drawable = [entry for entry in BOUNDARY_FILES if here.issuperset(entry.file_names)]
        if not drawable:
            return []
        latest = max(entry.vintage for entry in drawable)
        return [Edition(str(latest), f"Boundaries of areas in England to {latest}", tuple(found))]

    def draw(
        self, edition: Edition, register: Register, folder: Path, progress: Progress
    ) -> list[DrawnBoundary]:
        """Write ``<area_type>-<vintage>.geojson`` into ``folder`` for each vintage whose files are there.

        Names are the register's. Warnings tell what the folder lacks and codes the register does not hold.
        Raises ReleaseChanged or BadFile, with nothing written.
        """
        from geodata.boundaries import (
            BOUNDARY_FILES,
            BoundaryChanged,
            BoundaryFile,
            BoundaryProblem,
            build_boundaries,
        )

        files = {file.role: file.path for file in edition.files}
        chosen = [entry for entry in BOUNDARY_FILES if files.keys() >= set(entry.file_names)]

        def names(entry: BoundaryFile) -> dict[str, str]:
            return {area.area_code: area.name for area in register if area.area_type == entry.area_type}

        try:
            paths = build_boundaries(files, folder, chosen, names=names, progress=progress)
        except BoundaryChanged as problem:
            raise ReleaseChanged(str(problem)) from problem
        except BoundaryProblem as problem:
            raise BadFile(
                problem.file, value=problem.found, expected=problem.expected, mend=problem.mend
            ) from problem
        lacking = [
            f"{', '.join(sorted(set(entry.file_names) - files.keys()))} not in the folder: "
            f"{entry.area_type} {entry.vintage} is shown as hexagons only"
            for entry in BOUNDARY_FILES
            if entry not in chosen
        ]
        return [
            DrawnBoundary(entry.area_type, entry.vintage, path, entry.areas, tuple(lacking) if n == 0 else ())
            for n, (entry, path) in enumerate(zip(chosen, paths, strict=True))
        ]


source = OnsGeography()
