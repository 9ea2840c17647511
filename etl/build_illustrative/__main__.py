"""``python -m etl.build_illustrative``: write the illustrative files anew, and name them."""

import sys

from etl.build_illustrative import FOLDER, build

if __name__ == "__main__":
    for path in build():
        sys.stdout.write(f"{path.relative_to(FOLDER)}\n")
