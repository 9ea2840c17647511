"""The throwaway PostgreSQL server of ``tests/store`` for tests of the web process."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "store"))
