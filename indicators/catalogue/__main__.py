"""``python -m indicators.catalogue``: load every file and say how many, or every problem at once."""

from __future__ import annotations

import sys

from indicators.catalogue.loading import CatalogueError, load_catalogue


def main() -> int:
    """Exit code 1 where any file of the catalogue cannot be used."""
    try:
        indicators = load_catalogue()
    except CatalogueError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"The catalogue holds {len(indicators)} indicators; every file is sound.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
