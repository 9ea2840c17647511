"""Version 4: half-widths of the counts of survey estimates, which the intervals of their sums are made of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "4"
down_revision = "3"

_TABLES = ("observation", "alternate", "part")
_COLUMNS = ("numerator_half_width", "denominator_half_width")


def upgrade() -> None:
    """Add the columns where they are not there. They stay empty until the next refresh, which reads every edition again."""
    found = sa.inspect(op.get_bind())
    for table in _TABLES:
        there = {column["name"] for column in found.get_columns(table)}
        for name in _COLUMNS:
            if name not in there:
                op.add_column(table, sa.Column(name, sa.Double))
