"""Fixtures of the store's tests: every test runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "etl"))

from etl_toolkit import catalogue, database_url, postgres_server, register

__all__ = ["catalogue", "database_url", "postgres_server", "register"]
