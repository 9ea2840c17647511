"""Version 2: what each publication added, and what the jobs know of each source."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2"
down_revision = "1"

_tables = sa.MetaData()
_Key = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

sa.Table(
    "addition",
    _tables,
    sa.Column("changed_at", _Key, primary_key=True),
    sa.Column("indicator_id", _Key, primary_key=True),
    sa.Column("period", _Key, primary_key=True),
    sa.Column("area_type", _Key, primary_key=True),
    sa.Column("source_id", _Key, nullable=False),
    sa.Column("release_id", _Key, nullable=False),
    sa.Column("publication", sa.Text, nullable=False),
    sa.Column("figures", sa.Integer, nullable=False),
    sa.Column("area_codes", sa.Text),
    sa.Index("addition_by_indicator", "indicator_id", "changed_at"),
    sqlite_with_rowid=False,
)

sa.Table(
    "source",
    _tables,
    sa.Column("source_id", _Key, primary_key=True),
    sa.Column("place", sa.Integer, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("publisher", sa.Text, nullable=False),
    sa.Column("licence", sa.Text, nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("cadence", sa.Text, nullable=False),
    sa.Column("live", sa.Boolean, nullable=False),
    sa.Column("months", sa.Text),
    sa.Column("day", sa.Integer),
    sqlite_with_rowid=False,
)


def upgrade() -> None:
    """Make the tables that are not there."""
    _tables.create_all(op.get_bind())
