"""Version 5: the index by area also holds what a small picture of a series shows, so that no row has to be read for it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "5"
down_revision = "4"

_NAME = "observation_by_area"
_COLUMNS = (
    *("area_code", "indicator_id", "sex", "age", "breakdown", "period"),
    *("value", "status", "interval_method", "route"),
)


def upgrade() -> None:
    """Make the index anew where it has other columns."""
    found = {
        index["name"]: index["column_names"] for index in sa.inspect(op.get_bind()).get_indexes("observation")
    }
    if tuple(found.get(_NAME, ())) == _COLUMNS:
        return
    if _NAME in found:
        op.drop_index(_NAME, table_name="observation")
    op.create_index(_NAME, "observation", list(_COLUMNS))
