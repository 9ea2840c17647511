"""From editions to figures shown: read, hold against the contract, plan, publish; and the log of it."""

from typing import Any

Row = dict[str, Any]
"""A row of the store, or a part of what the log keeps of a run, by names."""
