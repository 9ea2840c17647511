"""Version 3: figures of the parts of sums of a survey, which the lineage of a sum leads to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "3"
down_revision = "2"

_Key = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table where it is not there."""
    if sa.inspect(op.get_bind()).has_table("part"):
        return
    op.create_table(
        "part",
        sa.Column("indicator_id", _Key, primary_key=True),
        sa.Column("period", _Key, primary_key=True),
        sa.Column("sex", _Key, primary_key=True),
        sa.Column("age", _Key, primary_key=True),
        sa.Column("breakdown", _Key, primary_key=True),
        sa.Column("area_code", _Key, primary_key=True),
        sa.Column("value", sa.Double),
        sa.Column("numerator", sa.Double),
        sa.Column("denominator", sa.Double),
        sa.Column("lower_ci_95", sa.Double),
        sa.Column("upper_ci_95", sa.Double),
        sa.Column("lower_ci_998", sa.Double),
        sa.Column("upper_ci_998", sa.Double),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("interval_method", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("release_id", _Key, sa.ForeignKey("release.release_id"), nullable=False),
        sa.Column("route", sa.SmallInteger, nullable=False),
        sa.Column("source_row", sa.Integer),
        sa.Column("basis_period", sa.Text),
        sqlite_with_rowid=False,
    )
