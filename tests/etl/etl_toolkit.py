"""What the tests of the pipeline build with: tidy sources, a small catalogue, a pipeline on a store of its own."""

from __future__ import annotations

import csv
import io
import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import store_servers

from etl.fetching.snapshots import Snapshots
from etl.frames import measurements
from etl.pipeline.run import Pipeline, RunResult
from etl.sources import reading
from etl.sources.base import DrawnBoundary, Edition, FoundFile, Parsed, Progress, SourceInfo
from geodata.register import Register, load_register
from indicators.catalogue import Indicator, Route
from indicators.store import Store

NOTTINGHAM, LEEDS, YORK, ENGLAND, DERBYSHIRE = (
    "E06000018",
    "E08000035",
    "E06000014",
    "E92000001",
    "E10000007",
)
Y2019, Y2020, Y2021 = "2019-01-01/P1Y", "2020-01-01/P1Y", "2021-01-01/P1Y"
COUNCILS = ("ltla", "utla", "england")

_COUNTER = itertools.count()


class TidySource:
    """A publisher whose files are tidy CSV already: ``<source>-<edition>.csv``, one number a row.

    A name that starts with ``illustrative-`` is illustrative; ``precedence`` is the edition's name as a number.
    """

    def __init__(self, source_id: str, bundled: Path | None = None) -> None:
        self.info = SourceInfo(
            source_id=source_id,
            publisher=f"Office of {source_id}",
            title=f"Figures of {source_id}",
            licence="Open Government Licence v3.0",
            url=f"https://example.org/{source_id}",
            cadence="yearly",
            attribution=f"Source: Office of {source_id}.",
        )
        self.parser_version = 1
        self.bundled = bundled
        self.parsed = 0

    def discover(self, folder: Path) -> list[Edition]:
        editions = []
        for path in sorted(folder.rglob(f"*{self.info.source_id}-*.csv")):
            if path.name.startswith(("illustrative-", self.info.source_id)):
                name = path.stem.removeprefix("illustrative-").removeprefix(f"{self.info.source_id}-")
                editions.append(
                    Edition(
                        name,
                        f"Figures of {self.info.source_id}, {name}",
                        (FoundFile(path, "table", None, date(2022, 1, 1)),),
                        date(2022, 1, 1),
                        precedence=int(name) if name.isdigit() else 0,
                        illustrative=path.name.startswith("illustrative-"),
                    )
                )
        return editions

    def parse(self, edition: Edition, register: Register, progress: Progress) -> Parsed:
        self.parsed += 1
        path = edition.files[0].path
        table = reading.read_csv(path, needed=("measure", "area_code", "period", "value"))
        values, statuses = reading.numbers(
            table["value"],
            file=path,
            rows=table["row"],
            column="value",
            markers={"*": "suppressed", "": "not_available"},
        )
        frame = table.drop(columns="value").assign(value=values, status=statuses)
        for name in ("lower_ci_95", "upper_ci_95", "half_width_95"):
            if name in frame:
                frame[name] = frame[name].replace("", "nan").astype("float64")
        return Parsed(measurements.arrange(frame), rows_in=len(table))


def indicator(
    name: str, *routes: Route, unit: str = "percent", multiplier: float = 100.0, **more: Any
) -> Indicator:
    """A catalogue entry with words that do not matter."""
    words = dict.fromkeys(
        ("title", "short_title", "definition", "rationale", "numerator", "denominator"), name
    )
    return Indicator.model_validate(
        {
            "id": name,
            **words,
            "theme": "Work",
            "unit": unit,
            "multiplier": multiplier,
            "polarity": "high_is_good",
            "routes": routes,
            **more,
        }
    )


def route(
    source: str, method: str, interval: str, area_types: tuple[str, ...] = COUNCILS, **more: Any
) -> Route:
    """A route of the catalogue."""
    return Route.model_validate(
        {
            "source": source,
            "publication": f"Figures of {source}",
            "area_types": area_types,
            "method": method,
            "interval": interval,
            **more,
        }
    )


def small_catalogue() -> dict[str, Indicator]:
    """``rate`` (published; alpha, then beta), ``share`` (counts of beta), their ``gap``, ``claims`` (alpha)."""
    entries = (
        indicator(
            "rate",
            route("alpha", "published", "published", value=("rate",)),
            route("beta", "published", "published", value=("other-rate",)),
        ),
        indicator(
            "share",
            route(
                "beta",
                "proportion",
                "wilson",
                numerator=("part",),
                denominator=("whole",),
                published=("share",),
            ),
        ),
        indicator(
            "gap",
            route("derived", "difference", "newcombe", minuend="rate", subtrahend="share"),
            unit="percentage_points",
            multiplier=1.0,
            polarity="low_is_good",
        ),
        indicator("claims", route("alpha", "count", "none", value=("claims",)), unit="count", multiplier=1.0),
    )
    return {entry.id: entry for entry in entries}


def rate_rows(
    values: dict[str, float | str], period: str = Y2021, measure: str = "rate", **more: Any
) -> list[dict]:
    """Rows of a published rate with limits two points either side (those of a marker are empty)."""
    rows = []
    for code, value in values.items():
        limits = (value - 2, value + 2) if isinstance(value, int | float) else ("", "")
        rows.append(
            {
                "measure": measure,
                "area_code": code,
                "period": period,
                "value": value,
                "lower_ci_95": limits[0],
                "upper_ci_95": limits[1],
                **more,
            }
        )
    return rows


def count_rows(counts: dict[str, tuple[float, float]], period: str = Y2021) -> list[dict]:
    """Rows of part, whole and the publisher's own share (one decimal)."""
    rows = []
    for code, (part, whole) in counts.items():
        for measure, value in (("part", part), ("whole", whole), ("share", round(100 * part / whole, 1))):
            rows.append({"measure": measure, "area_code": code, "period": period, "value": value})
    return rows


def claim_rows(values: dict[str, float], period: str = Y2021) -> list[dict]:
    return [
        {"measure": "claims", "area_code": code, "period": period, "value": value}
        for code, value in values.items()
    ]


def write_csv(path: Path, rows: list[dict]) -> Path:
    """Write rows as CSV; a key that some rows lack is empty there."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.getvalue(), encoding="utf-8")
    return path


class Clock:
    """Instants a minute apart, so that nothing depends on the real time."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.moment += timedelta(minutes=1)
        return self.moment


class Drawings:
    """A source of boundaries that draws one small file."""

    def __init__(self) -> None:
        self.info = TidySource("drawings").info
        self.parser_version = 1

    def discover(self, folder: Path) -> list[Edition]:
        files = tuple(FoundFile(path, "map") for path in sorted(folder.glob("*.map")))
        return [Edition("2024", "Boundaries", files)] if files else []

    def draw(
        self, edition: Edition, register: Register, folder: Path, progress: Progress
    ) -> list[DrawnBoundary]:
        drawn = []
        for file in edition.files:
            vintage = int(file.path.stem)
            path = folder / f"region-{vintage}.geojson"
            path.write_text(file.path.read_text())
            drawn.append(DrawnBoundary("region", vintage, path, 9, ()))
        return drawn


@dataclass
class Bench:
    """A pipeline on a store of its own, and a folder that plays the publishers."""

    url: str
    folder: Path
    catalogue: dict[str, Indicator]
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.bundle = self.folder / "bundle"
        self.bundle.mkdir(parents=True, exist_ok=True)
        self.starter = self.folder / "starter"
        self.sources = {name: TidySource(name, self.bundle) for name in ("alpha", "beta")}
        self.store = Store(self.url, register=load_register(), catalogue=self.catalogue)
        self.snapshots = Snapshots(self.folder / "snapshots")

    def pipeline(self, **more: Any) -> Pipeline:
        return Pipeline(
            **{
                "store": self.store,
                "snapshots": self.snapshots,
                "sources": self.sources,
                "register": load_register(),
                "catalogue": self.catalogue,
                "now": self.clock,
                "boundaries_dir": self.folder / "boundaries",
                "starter_folder": self.starter,
                **more,
            }
        )

    def put(self, name: str, rows: list[dict]) -> Path:
        """Let a publisher put a file into the folder ``incoming``."""
        return write_csv(self.folder / "incoming" / name, rows)

    def refresh(self, *source_ids: str, **more: Any) -> RunResult:
        """Refresh one source (or all) from ``incoming``; the result of the last."""
        more.setdefault("folder", self.folder / "incoming")
        return self.pipeline().refresh(source_ids, **more)[-1]

    def value(self, indicator_id: str, area_code: str, period: str = Y2021, **more: Any) -> float | None:
        rows = self.store.observations(
            indicator_id=indicator_id,
            area_type=load_register().types_of(area_code)[0],
            period=period,
            area_codes=[area_code],
            **more,
        )
        return rows[0]["value"] if rows else None


@pytest.fixture(scope="session")
def register() -> Register:
    return load_register()


@pytest.fixture
def catalogue() -> dict[str, Indicator]:
    return small_catalogue()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Address of a throwaway server; the test is skipped, and says why, where none can be started."""
    reason = store_servers.why_not()
    if reason and "postgres" in os.environ.get("WORKHEALTH_REQUIRE", "").split(","):
        pytest.fail(f"WORKHEALTH_REQUIRE asks for PostgreSQL: {reason}")
    if reason:
        pytest.skip(reason)
    with store_servers.server() as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A new, empty database: once on SQLite, once on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/store.sqlite"
        return
    server = request.getfixturevalue("postgres_server")
    name = f"test_{next(_COUNTER)}"
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    try:
        yield server.replace("/postgres?", f"/{name}?")
    finally:
        with engine.connect() as connection:
            connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
        engine.dispose()


@pytest.fixture
def bench(database_url: str, tmp_path: Path, catalogue: dict[str, Indicator]) -> Iterator[Bench]:
    """A pipeline and its store, on each database."""
    made = Bench(database_url, tmp_path, catalogue)
    yield made
    made.store.close()
