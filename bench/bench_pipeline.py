"""Five million synthetic measurements through contract, derive, diff and publish, in a process of their own.

First into an empty store; then a second release of the same figures, a fiftieth of them revised, which is set
against the first. The time that it takes to make the measurements up is left out, since no publisher's file is read.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from bench import children

PERIODS = 20
AREAS = 250
GROUPS = 50  # breakdowns, each for men and for women
SEXES = ("female", "male")
PUBLISHED = [f"published-{number}" for number in range(4)]
COUNTED = [f"counted-{number}" for number in range(3)]
MEASURES = [*PUBLISHED, *(f"{name}-{part}" for name in COUNTED for part in ("part", "whole"))]
REVISED = 50  # one figure in so many is revised by the second release
ROWS_A_SECOND_WANTED = 60_000


def catalogue() -> dict[str, Any]:
    """Four indicators whose value and limits are published, three that are worked out from counts."""
    from indicators.catalogue import Indicator, Route

    words = ("title", "short_title", "definition", "rationale", "numerator", "denominator")
    made = {}
    for name in (*PUBLISHED, *COUNTED):
        counts = name in COUNTED
        route = {
            "source": "synthetic",
            "publication": "Synthetic figures",
            "area_types": ("ltla",),
            "method": "proportion" if counts else "published",
            "interval": "wilson" if counts else "published",
            **(
                {"numerator": (f"{name}-part",), "denominator": (f"{name}-whole",)}
                if counts
                else {"value": (name,)}
            ),
        }
        made[name] = Indicator.model_validate(
            {
                "id": name,
                **dict.fromkeys(words, name),
                "theme": "Work",
                "unit": "percent",
                "multiplier": 100.0,
                "polarity": "high_is_good",
                "routes": (Route.model_validate(route),),
            }
        )
    return made


def chunk(period: int, revision: int, codes: list[str]) -> pd.DataFrame:
    """All measurements of one period, as a parser gives them."""
    from etl.frames import measurements

    generator = np.random.default_rng(period)
    places = AREAS * GROUPS * len(SEXES)
    columns: dict[str, list[np.ndarray]] = {"value": [], "lower_ci_95": [], "upper_ci_95": []}
    revised = np.arange(places) % REVISED == period % REVISED
    for name in MEASURES:
        if name in PUBLISHED:
            value = np.round(20 + 60 * generator.random(places), 1) + np.where(revised, 0.1 * revision, 0.0)
        elif name.endswith("-part"):
            value = generator.integers(0, 900, places).astype(float)
        else:
            value = generator.integers(900, 1000, places).astype(float)
        columns["value"].append(value)
        half = np.full(places, 2.0 if name in PUBLISHED else np.nan)
        columns["lower_ci_95"].append(value - half)
        columns["upper_ci_95"].append(value + half)
    texts = {
        "area_code": np.tile(codes, GROUPS * len(SEXES)),
        "sex": np.repeat(np.tile(SEXES, GROUPS), AREAS),
        "breakdown": np.repeat([f"group: {number:02d}" for number in range(GROUPS)], AREAS * len(SEXES)),
    }
    return measurements.arrange(
        pd.DataFrame(
            {
                "measure": np.repeat(MEASURES, places),
                **{name: np.tile(cells, len(MEASURES)) for name, cells in texts.items()},
                "period": f"{2000 + period}-01-01/P1Y",
                **{name: np.concatenate(parts) for name, parts in columns.items()},
                "row": 2 + period * places * len(MEASURES) + np.arange(places * len(MEASURES)),
            }
        )
    )


class SyntheticSource:
    """A publisher whose file says only which release it is; counts the seconds that making figures up takes."""

    def __init__(self, periods: int) -> None:
        from etl.sources.base import SourceInfo

        self.info = SourceInfo(
            "synthetic", "Nobody", "Synthetic figures", "none", "none", "never", "Invented."
        )
        self.parser_version = 1
        self.periods = periods
        self.seconds = 0.0
        self.rows = 0

    def discover(self, folder: Path) -> list[Any]:
        from etl.sources.base import Edition, FoundFile

        return [
            Edition("all", "Synthetic figures", (FoundFile(path, "table"),), date(2026, 1, 1))
            for path in folder.glob("release.txt")
        ]

    def parse(self, edition: Any, register: Any, progress: Any) -> Any:
        from etl.sources.base import ParsedInChunks

        return ParsedInChunks(self._chunks(int(edition.files[0].path.read_text()), register))

    def _chunks(self, revision: int, register: Any) -> Iterator[pd.DataFrame]:
        codes = sorted(register.codes("ltla", 2021))[:AREAS]
        self.rows = 0
        for period in range(self.periods):
            started = time.perf_counter()
            made = chunk(period, revision, codes)
            self.seconds += time.perf_counter() - started
            self.rows += len(made)
            yield made


def child(folder: Path, url: str, periods: int) -> None:
    """Publish both releases and print what each took as JSON."""
    from etl.fetching.snapshots import Snapshots
    from etl.pipeline.run import Pipeline
    from geodata.register import load_register
    from indicators.store import Store

    entries, source = catalogue(), SyntheticSource(periods)
    store = Store(url, register=load_register(), catalogue=entries)
    pipeline = Pipeline(
        store=store,
        snapshots=Snapshots(folder / "snapshots"),
        sources={"synthetic": source},
        register=load_register(),
        catalogue=entries,
        now=lambda: datetime.now(UTC),
        boundaries_dir=folder / "boundaries",
    )
    incoming = folder / "incoming"
    incoming.mkdir(parents=True)
    answers = []
    for revision in (0, 1):
        (incoming / "release.txt").write_text(str(revision))
        source.seconds, started, processor = 0.0, time.perf_counter(), time.process_time()
        [result] = pipeline.refresh(["synthetic"], folder=incoming)
        if result.outcome != "published":
            raise RuntimeError(result.message)
        answers.append(
            {
                "rows": source.rows,
                "wall": round(time.perf_counter() - started - source.seconds, 1),
                "cpu": round(time.process_time() - processor - source.seconds, 1),
                "said": result.message,
            }
        )
    print(json.dumps(answers))


def measure(words: str, folder: Path, url: str, periods: int) -> dict[str, Any]:
    """Run both releases in a child process and print what each took."""
    took = children.run(["-m", "bench.bench_pipeline", "child", str(folder), url, str(periods)], {})
    first, second = json.loads(took.output.splitlines()[-1])
    for which, release in (("first release", first), ("revised release", second)):
        print(
            f"{words + ', ' + which:<44}{release['rows']:>10,} rows {release['wall']:7.1f} s   "
            f"{release['rows'] / release['wall']:9,.0f} rows/s   (at least {ROWS_A_SECOND_WANTED:,})   {release['said']}"
        )
    print(f"{'  peak memory of both':<44}{took.peak_mb:7,.0f} MB")
    sys.stdout.flush()
    return {"first": first, "revised": second, "peak_mb": round(took.peak_mb)}


def main() -> None:
    """Print every figure, and the same as JSON in the last line."""
    from tests.store import store_servers

    figures = {}
    with tempfile.TemporaryDirectory(prefix="workhealth-bench-") as name:
        folder = Path(name)
        # a tenth of it beside the whole: memory should not grow with the rows
        for periods in (PERIODS // 10, PERIODS):
            below = folder / str(periods)
            figures[f"sqlite, {periods} periods"] = measure(
                "SQLite", below, f"sqlite:///{below}/store.sqlite", periods
            )
        reason = store_servers.why_not()
        if reason:
            print(f"no figures of PostgreSQL: {reason}")
        else:
            with store_servers.server() as url:
                figures[f"postgresql, {PERIODS} periods"] = measure(
                    "PostgreSQL", folder / "postgresql", url, PERIODS
                )
    print(json.dumps(figures))
    sys.stdout.flush()


if __name__ == "__main__":
    if sys.argv[1:2] == ["child"]:
        child(Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
    else:
        main()
