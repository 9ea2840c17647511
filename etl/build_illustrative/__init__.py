"""Makes the illustrative files: invented figures for real areas, in the exact layouts of the publications.

No publisher's file for these can ship with the project. The files made here go through the real parsers, so
that the pages can be used before the first refresh; every figure of theirs is shown as illustrative. All numbers
are invented. They depend on the code of the area and nothing else that changes (no clock, no random state), so
that the same register always gives the same files.

Run with ``python -m etl.build_illustrative``.
"""

from __future__ import annotations

from pathlib import Path

from etl.build_illustrative.aps import build_aps
from etl.build_illustrative.employment import build_employment
from etl.build_illustrative.esa import build_esa
from etl.build_illustrative.fit_notes import build_fit_notes
from etl.build_illustrative.mhsds import build_mhsds
from geodata.register import Register, load_register

FOLDER = Path(__file__).resolve().parents[1] / "illustrative"


def build(folder: Path = FOLDER, register: Register | None = None) -> list[Path]:
    """Write every illustrative file below ``folder``; returns their paths."""
    register = register or load_register()
    return [
        *build_employment(folder / "nhs_talking_therapies_employment", register),
        *build_mhsds(folder / "mhsds", register),
        *build_fit_notes(folder / "fit_notes", register),
        *build_esa(folder / "dwp_stat_xplore", register),
        *build_aps(folder / "nomis_aps", register),
    ]
