"""Every parser on very many mutated files, other ones each time: a named error or right rows, never anything else.

``WORKHEALTH_FAULT_EXAMPLES`` asks for another number of files of each publication than 2,000.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = os.environ.get("WORKHEALTH_FAULT_EXAMPLES", "2000")


def main() -> None:
    """Run the test of mutated files with many examples. Exits with 1 where a parser did anything else."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--durations=0", "tests/etl/sources/test_mutated_files.py"],
        cwd=ROOT,
        env={**os.environ, "WORKHEALTH_FAULT_EXAMPLES": EXAMPLES},
        check=False,
    )
    print(f"{EXAMPLES} mutated files of each publication")
    if done.returncode:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
