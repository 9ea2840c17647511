"""Official boundaries: read the publishers' files, repair, simplify so that shared borders stay shared, write.

Geometry is built here, by ``python -m etl refresh ons_geography`` and by the hex layouts; the web process only
serves the files. Lengths are metres on the British National Grid (EPSG:27700); files are read and written in
longitude and latitude (WGS 84).

Sources: Office for National Statistics (and, for CCGs of 2017 to 2019 and STPs of 2017 and 2018, Public Health
England's generalised copies), Open Government Licence v3.0. Contains OS data © Crown copyright and database
right.
"""

from geodata.boundaries.files import (
    BOUNDARY_FILES,
    CHECKED,
    INSTEAD,
    SERVICES_ONLY,
    BoundaryChanged,
    BoundaryFile,
    BoundaryProblem,
    Files,
    boundary_file,
    drawable,
)
from geodata.boundaries.reading import read_boundaries, repair
from geodata.boundaries.recognising import LOOKUP_2026, LOOKUP_COLUMNS, recognised
from geodata.boundaries.simplifying import shared_borders, simplify
from geodata.boundaries.writing import (
    available_boundaries,
    build_boundaries,
    feature_collection,
    write_boundaries,
)

__all__ = [
    "BOUNDARY_FILES",
    "CHECKED",
    "INSTEAD",
    "LOOKUP_2026",
    "LOOKUP_COLUMNS",
    "SERVICES_ONLY",
    "BoundaryChanged",
    "BoundaryFile",
    "BoundaryProblem",
    "Files",
    "available_boundaries",
    "boundary_file",
    "build_boundaries",
    "drawable",
    "feature_collection",
    "read_boundaries",
    "recognised",
    "repair",
    "shared_borders",
    "simplify",
    "write_boundaries",
]
