"""Fixtures of the pipeline's tests: a small catalogue, two tidy sources, and both databases."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "store"))

from etl_toolkit import bench, catalogue, database_url, postgres_server, register

__all__ = ["bench", "catalogue", "database_url", "postgres_server", "register"]
