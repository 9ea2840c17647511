"""The files of a folder that a source looks through."""

from __future__ import annotations

import fnmatch
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass


def files_below(folder: Path, *patterns: str) -> list[Path]:
    """Files below ``folder`` that match any of the patterns (case does not matter), sorted, none hidden."""
    wanted = re.compile("|".join(fnmatch.translate(pattern.casefold()) for pattern in patterns))
    # every source looks through the whole folder: Path.rglob takes several times as long
    return sorted(
        path
        for below, _, names in os.walk(folder)
        for name in names
        if not name.startswith((".", "~$")) and wanted.match(name.casefold())
        if (path := Path(below, name)).is_file()
    )
