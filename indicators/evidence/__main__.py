"""``python -m indicators.evidence``: load every file and say how many, or every problem at once."""

from __future__ import annotations

import sys

from geodata.register import load_register
from indicators.catalogue import catalogue
from indicators.evidence.loading import EvidenceError, load_evidence


def main() -> int:
    """Exit code 1 where any file of evidence cannot be used."""
    try:
        found = load_evidence(catalogue(), load_register())
    except EvidenceError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(
        f"The evidence holds {len(found.interventions)} interventions and {len(found.programmes)} local programmes; "
        "every file is sound.\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
