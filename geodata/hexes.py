"""``python -m geodata.hexes --from DIR``: makes the committed hex layouts again (``geodata.tools.hexes``)."""

from __future__ import annotations

import sys

if __name__ == "__main__":
    from geodata.tools.hexes.plans import main

    sys.exit(main())
