"""``python -m indicators.catalogue``: load every file and say how many, or every problem at once; with ``reference`` write
the page of its keys.
"""

from __future__ import annotations

import sys

from indicators.catalogue.loading import CatalogueError, load_catalogue
from indicators.catalogue.reference import PAGE, reference


def main() -> int:
    """Exit code 1 where any file of the catalogue cannot be used, 2 for an argument that is not known."""
    if sys.argv[1:] == ["reference"]:
        PAGE.write_text(reference(), encoding="utf-8")
        sys.stdout.write(f"{PAGE.name} written\n")
        return 0
    if sys.argv[1:]:
        sys.stderr.write(f"{' '.join(sys.argv[1:])!r} is not known; expected nothing, or: reference\n")
        return 2
    try:
        indicators = load_catalogue()
    except CatalogueError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"The catalogue holds {len(indicators)} indicators; every file is sound.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
