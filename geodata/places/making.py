"""Making the index in a short-lived process: ``python -m geodata.places.making FOLDER``.

It takes some 15 MB for a moment, which a web worker would keep for good.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from geodata.places.index import index_file, open_index
from geodata.register import load_register

_ROOT = Path(__file__).resolve().parents[2]
_MOST_SECONDS = 60


def make_apart(folder: Path) -> None:
    """Have a process of its own make the index of the committed tables and register, where ``folder`` does not hold it.

    A failure is left to whoever opens the index: it is then made there, or the error is raised there.
    """
    if index_file(folder).is_file():
        return
    try:
        subprocess.run(
            [sys.executable, "-m", "geodata.places.making", str(folder.resolve())],
            cwd=_ROOT,
            capture_output=True,
            timeout=_MOST_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return


if __name__ == "__main__":
    open_index(load_register(), Path(sys.argv[1])).close()
