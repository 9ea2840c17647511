"""Tables of the store. The keys are text, so that a row can be read without another table.

Everything a reader sees follows from the current releases: ``observation``, ``alternate``, ``part``, ``distribution``
and ``trend`` can be made again from the publishers' files. ``run``, ``revision`` and ``addition`` are history;
``source`` says what the jobs know of each source, so that the web process need not know the jobs.
Dates and instants are ISO 8601 text (UTC), the same on SQLite and on PostgreSQL.
"""

from __future__ import annotations

import sqlalchemy as sa

SCHEMA_VERSION = 5
"""Raise it with a step in ``indicators.store.migrations.versions`` whenever a table changes."""

STATUSES = ("ok", "suppressed", "unreliable", "not_available", "not_collected", "illustrative")
OUTCOMES = ("published", "unchanged", "failed", "quarantined", "dry_run")
ORIGINS = ("publisher", "starter", "illustrative", "derived")

metadata = sa.MetaData()

# byte order, whatever the language of the server: keys then sort alike on both databases
_Key = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def _one_of(column: str, allowed: tuple[str, ...]) -> sa.CheckConstraint:
    words = ", ".join(f"'{word}'" for word in allowed)
    return sa.CheckConstraint(f"{column} IN ({words})", name=f"known_{column}")


HELD = "held:"
"""Begins the name of a fact that holds figures of what waits in quarantine; the id of the source follows."""

store_fact = sa.Table(
    "store_fact",
    metadata,
    sa.Column("name", _Key, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
    sqlite_with_rowid=False,
)

snapshot = sa.Table(
    "snapshot",
    metadata,
    sa.Column("sha256", _Key, primary_key=True),
    sa.Column("file_name", sa.Text, nullable=False),
    sa.Column("url", sa.Text),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("retrieved_at", sa.Text),
    sa.Column("published_on", sa.Text),
    sa.Column("licence", sa.Text, nullable=False),
    sa.Column("stored", sa.Boolean, nullable=False),
    sqlite_with_rowid=False,
)

release = sa.Table(
    "release",
    metadata,
    sa.Column("release_id", _Key, primary_key=True),
    sa.Column("source_id", _Key, nullable=False),
    sa.Column("edition", _Key, nullable=False),
    sa.Column("publication", sa.Text, nullable=False),
    sa.Column("publisher", sa.Text, nullable=False),
    sa.Column("licence", sa.Text, nullable=False),
    sa.Column("url", sa.Text),
    sa.Column("attribution", sa.Text, nullable=False),
    sa.Column("published_on", sa.Text),
    sa.Column("loaded_at", sa.Text, nullable=False),
    sa.Column("replaced_at", sa.Text),
    sa.Column("origin", _Key, nullable=False),
    sa.Column("illustrative", sa.Boolean, nullable=False),
    sa.Column("is_current", sa.Boolean, nullable=False),
    sa.Column("identity", _Key, nullable=False),
    sa.Column("parser_version", sa.Integer, nullable=False),
    sa.Column("precedence", sa.Integer, nullable=False),
    sa.Column("rows", sa.Integer, nullable=False),
    sa.Column("accepted", sa.Text),
    _one_of("origin", ORIGINS),
    sa.Index("release_by_source", "source_id", "edition"),
    sqlite_with_rowid=False,
)

release_file = sa.Table(
    "release_file",
    metadata,
    sa.Column("release_id", _Key, sa.ForeignKey("release.release_id"), primary_key=True),
    sa.Column("sha256", _Key, sa.ForeignKey("snapshot.sha256"), primary_key=True),
    sa.Column("role", _Key, primary_key=True),
    sa.Column("file_name", sa.Text, nullable=False),
    sqlite_with_rowid=False,
)

release_input = sa.Table(
    "release_input",
    metadata,
    sa.Column("release_id", _Key, sa.ForeignKey("release.release_id"), primary_key=True),
    sa.Column("input_release_id", _Key, sa.ForeignKey("release.release_id"), primary_key=True),
    sqlite_with_rowid=False,
)

KEY_COLUMNS = ("indicator_id", "period", "sex", "age", "breakdown", "area_code")
LINE_COLUMNS = ("indicator_id", "sex", "age", "breakdown")


def _observation_columns() -> list[sa.Column[object]]:
    return [
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
        # the indicator's route that gave it: the first route of the catalogue wins a key
        sa.Column("route", sa.SmallInteger, nullable=False),
        # row of the publisher's file that the value (or its numerator) stands in, where known
        sa.Column("source_row", sa.Integer),
        # period of the overall rate that a gap was taken from
        sa.Column("basis_period", sa.Text),
        # of survey estimates: half-widths of the 95% intervals of both counts, which those of sums are made of
        sa.Column("numerator_half_width", sa.Double),
        sa.Column("denominator_half_width", sa.Double),
    ]


def _observation_checks() -> list[sa.CheckConstraint]:
    return [
        _one_of("status", STATUSES),
        sa.CheckConstraint("value IS NOT NULL OR status <> 'ok'", name="missing_has_a_status"),
    ]


observation = sa.Table(
    "observation",
    metadata,
    *_observation_columns(),
    *_observation_checks(),
    # with what a small picture of a series shows (store.courses), which is then read without going to each row
    sa.Index(
        "observation_by_area",
        *("area_code", "indicator_id", "sex", "age", "breakdown", "period"),
        *("value", "status", "interval_method", "route"),
    ),
    sqlite_with_rowid=False,
)

# what another source says about a key that an earlier route already gives
alternate = sa.Table(
    "alternate",
    metadata,
    *_observation_columns(),
    sa.Column("source_id", _Key, primary_key=True),
    *_observation_checks(),
    sqlite_with_rowid=False,
)

# figures of the parts of sums of a survey, which are never shown by themselves: what the lineage of a sum leads to
part = sa.Table(
    "part",
    metadata,
    *_observation_columns(),
    sqlite_with_rowid=False,
)

distribution = sa.Table(
    "distribution",
    metadata,
    sa.Column("indicator_id", _Key, primary_key=True),
    sa.Column("period", _Key, primary_key=True),
    sa.Column("sex", _Key, primary_key=True),
    sa.Column("age", _Key, primary_key=True),
    sa.Column("breakdown", _Key, primary_key=True),
    sa.Column("area_type", _Key, primary_key=True),
    sa.Column("period_end", _Key, nullable=False),
    sa.Column("vintage", sa.Integer, nullable=False),
    sa.Column("n_values", sa.Integer, nullable=False),
    sa.Column("n_areas", sa.Integer, nullable=False),
    sa.Column("minimum", sa.Double),
    sa.Column("p5", sa.Double),
    sa.Column("p25", sa.Double),
    sa.Column("p50", sa.Double),
    sa.Column("p75", sa.Double),
    sa.Column("p95", sa.Double),
    sa.Column("maximum", sa.Double),
    sa.Column("is_latest", sa.Boolean, nullable=False),
    sa.Column("illustrative", sa.Boolean, nullable=False),
    sqlite_with_rowid=False,
)

trend = sa.Table(
    "trend",
    metadata,
    sa.Column("indicator_id", _Key, primary_key=True),
    sa.Column("sex", _Key, primary_key=True),
    sa.Column("age", _Key, primary_key=True),
    sa.Column("breakdown", _Key, primary_key=True),
    sa.Column("area_code", _Key, primary_key=True),
    sa.Column("direction", sa.Text),
    sa.Column("judgement", sa.Text),
    sa.Column("chi_square", sa.Double),
    sa.Column("p_value", sa.Double),
    sa.Column("slope", sa.Double),
    sa.Column("periods_used", sa.Text, nullable=False),
    sa.Column("reason", sa.Text),
    # newest period of the series with a value, or the newest of all where none has one
    sa.Column("latest_period", _Key, nullable=False),
    sa.Column("illustrative", sa.Boolean, nullable=False),
    sa.Index("trend_by_area", "area_code", "indicator_id", "sex", "age", "breakdown"),
    sqlite_with_rowid=False,
)

revision = sa.Table(
    "revision",
    metadata,
    *(sa.Column(name, _Key, primary_key=True) for name in KEY_COLUMNS),
    sa.Column("changed_at", _Key, primary_key=True),
    sa.Column("old_value", sa.Double),
    sa.Column("old_status", sa.Text, nullable=False),
    sa.Column("new_value", sa.Double),
    # a status, or ``withdrawn`` where the publisher no longer gives the figure
    sa.Column("new_status", sa.Text, nullable=False),
    sa.Column("old_release_id", _Key, nullable=False),
    sa.Column("new_release_id", _Key),
    sa.Index("revision_by_area", "area_code", "changed_at"),
    sa.Index("revision_by_time", "changed_at"),
    sqlite_with_rowid=False,
)

# figures that were not there before, by indicator, period and area type
addition = sa.Table(
    "addition",
    metadata,
    sa.Column("changed_at", _Key, primary_key=True),
    sa.Column("indicator_id", _Key, primary_key=True),
    sa.Column("period", _Key, primary_key=True),
    sa.Column("area_type", _Key, primary_key=True),
    sa.Column("source_id", _Key, nullable=False),
    sa.Column("release_id", _Key, nullable=False),
    sa.Column("publication", sa.Text, nullable=False),
    sa.Column("figures", sa.Integer, nullable=False),
    # the areas that gained a figure, between spaces; None where every area of the period did
    sa.Column("area_codes", sa.Text),
    sa.Index("addition_by_indicator", "indicator_id", "changed_at"),
    sqlite_with_rowid=False,
)

source = sa.Table(
    "source",
    metadata,
    sa.Column("source_id", _Key, primary_key=True),
    sa.Column("place", sa.Integer, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("publisher", sa.Text, nullable=False),
    sa.Column("licence", sa.Text, nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("cadence", sa.Text, nullable=False),
    # whether the jobs can fetch it from its publisher
    sa.Column("live", sa.Boolean, nullable=False),
    # months (1 to 12, JSON) and day of the publisher's calendar; None where nothing more is expected
    sa.Column("months", sa.Text),
    sa.Column("day", sa.Integer),
    sqlite_with_rowid=False,
)

run = sa.Table(
    "run",
    metadata,
    sa.Column("run_id", _Key, primary_key=True),
    sa.Column("source_id", _Key, nullable=False),
    sa.Column("started_at", sa.Text, nullable=False),
    sa.Column("finished_at", sa.Text, nullable=False),
    sa.Column("outcome", _Key, nullable=False),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("details", sa.Text, nullable=False),
    _one_of("outcome", OUTCOMES),
    sa.Index("run_by_source", "source_id", "started_at"),
    sqlite_with_rowid=False,
)

boundary = sa.Table(
    "boundary",
    metadata,
    sa.Column("area_type", _Key, primary_key=True),
    sa.Column("vintage", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("file_name", sa.Text, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("release_id", _Key, sa.ForeignKey("release.release_id"), nullable=False),
    sqlite_with_rowid=False,
)
