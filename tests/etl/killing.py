"""Refreshes of every source that are killed at any instant, and what must hold after each.

Every refresh begins from the same store, in which an older edition of most sources is served. It fetches what can be
fetched (from publishers that ``source_samples`` plays) and reads the rest from a folder. Sources are published one
after another, so that the store may only ever be in one of the states in which an undisturbed refresh leaves it
between two sources.
"""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import respx
import sqlalchemy as sa
from etl_toolkit import Bench
from source_samples import (
    SITES,
    Publisher,
    Sample,
    content_of,
    grid_of,
    nhs_talking_therapies_site,
    samples,
    samples_of,
    zipped,
)

from etl.fetching.downloads import FolderDownloads
from etl.fetching.http import Fetcher
from etl.sources import SOURCES
from etl.sources.base import LiveSource
from geodata.register import load_register
from indicators.catalogue import load_catalogue

HERE = Path(__file__).parent
SCRIPT = """
import os, signal, sys, time
sys.path[:0] = [{etl!r}, {store!r}]
from killing import opened, refresh_everything

url, folder = sys.argv[1:]
opened(url, folder).store.close()
print("ready", flush=True)
for line in sys.stdin:
    child = os.fork()
    if not child:
        refresh_everything(opened(url, folder))
        os._exit(0)
    if float(line):
        time.sleep(float(line))
        os.kill(child, signal.SIGKILL)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


def opened(url: str, folder: Path | str) -> Bench:
    """The pipeline of every real source on a store, with the catalogue of the user's own publication too."""
    (own,) = samples_of("local_upload")
    catalogue = load_catalogue(local=own.write(Path(folder) / "own").parent)
    load_register()
    return Bench(url, Path(folder), catalogue)


def publishers() -> Publisher:
    """Every publisher at once: the first that knows an address answers."""
    both = {
        **samples_of("nhs_talking_therapies")[0].files,
        **samples_of("nhs_talking_therapies_employment")[0].files,
    }
    hosts: dict[str, list[Publisher]] = {
        "www.nomisweb.co.uk": [SITES["nomis_aps"]()],
        "fingertips.phe.org.uk": [SITES["fingertips"]()],
        "raw.githubusercontent.com": [SITES["ons_local_indicators"]()],
        "stat-xplore.dwp.gov.uk": [SITES["dwp_stat_xplore"]()],
        "www.ons.gov.uk": [SITES["disabled_employment"]()],
        "www.england.nhs.uk": [SITES["nhs_mental_health_dashboard"]()],
        "www.gp-patient.co.uk": [SITES["gp_patient_survey"]()],
        "www.gov.uk": [SITES["deprivation"]()],
        "assets.publishing.service.gov.uk": [SITES["deprivation"]()],
    }
    nhs = [nhs_talking_therapies_site(zipped(both))]
    nhs += [SITES[source_id]() for source_id in ("mhsds", "ascof", "fit_notes", "qof", "gp_patient_survey")]
    by_path = {"NM_2": SITES["census_2021"](), "sdg-data": SITES["ons_sdg"]()}

    def answer(request: httpx.Request) -> httpx.Response:
        for part, publisher in by_path.items():
            if part in request.url.path:
                return publisher(request)
        for publisher in hosts.get(request.url.host, nhs):
            try:
                return publisher(request)
            except KeyError:
                continue
        raise AssertionError(f"no publisher knows {request.url}")

    return answer


def refresh_everything(bench: Bench, report: Callable[[str], None] = lambda source_id: None) -> None:
    """Fetch what can be fetched, then read the rest from a folder; ``report`` hears of every source that is done."""
    fetched = [name for name, source in SOURCES.items() if isinstance(source, LiveSource)]
    with respx.mock(assert_all_called=False) as router, Fetcher(sleep=lambda seconds: None) as fetcher:
        router.route().mock(side_effect=publishers())
        pipeline = bench.pipeline(
            sources=SOURCES,
            downloads=lambda folder: FolderDownloads(folder, fetcher, {"STATXPLORE_API_KEY": "a key"}),
        )
        for result in pipeline.refresh(fetched, report=lambda result: report(result.source_id)):
            assert result.outcome in ("published", "unchanged"), f"{result.source_id}: {result.message}"
    others = [name for name in SOURCES if name not in fetched]
    for result in pipeline.refresh(
        others, folder=bench.folder / "new", report=lambda result: report(result.source_id)
    ):
        assert result.outcome in ("published", "unchanged"), f"{result.source_id}: {result.message}"


def older(sample: Sample) -> bytes:
    """The publication before its last row of figures was there."""
    grid = grid_of(sample.kind, sample.content)
    return content_of(sample.kind, grid[:-1], sample.content)


@dataclass
class Killed:
    """What was seen: how many processes were killed and how many came to their end, in how many states the store was
    after a kill, and what was broken."""

    kills: int = 0
    finished: int = 0
    states: Counter[int] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    seconds: float = 0.0


class KillLoop:
    """A store with older editions, and everything that must hold when a refresh of it is killed."""

    def __init__(self, server: str | None, folder: Path) -> None:
        self.folder = folder
        self.server = server
        self.bench = opened(self._new_store(), folder)
        for sample in samples():
            if sample.enough:
                sample.write(folder / "new")
                if sample.kind == "csv" and sample.source_id != "census_2021":
                    sample.write(folder / "old", older(sample))
        self.bench.pipeline(sources=SOURCES).refresh(folder=folder / "old")
        self._save()
        self.states = [self.bench.store.digest()]
        started = time.perf_counter()
        refresh_everything(self.bench, lambda source_id: self._note())
        self.duration = time.perf_counter() - started
        self.restore()
        self._hatchery = subprocess.Popen(
            [
                sys.executable,
                "-c",
                SCRIPT.format(etl=str(HERE), store=str(HERE.parent / "store")),
                self.bench.url,
                str(folder),
            ],
            cwd=HERE.parents[1],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._line() == "ready"
        started = time.perf_counter()
        assert self._refresh() == 0
        # a process of its own also opens the store and its pipeline
        self.duration = time.perf_counter() - started
        assert self.bench.store.digest() == self.states[-1], "two undisturbed refreshes differ"

    def _note(self) -> None:
        digest = self.bench.store.digest()
        if digest != self.states[-1]:
            self.states.append(digest)

    def _line(self) -> str:
        assert self._hatchery.stdout is not None
        return self._hatchery.stdout.readline().strip()

    def _refresh(self, kill_after: float = 0.0) -> int:
        """Let one process refresh everything; its exit code, minus the signal's number where it was killed."""
        assert self._hatchery.stdin is not None
        self._hatchery.stdin.write(f"{kill_after}\n")
        self._hatchery.stdin.flush()
        return int(self._line())

    def close(self) -> None:
        self._hatchery.communicate(timeout=60)
        self.bench.store.close()

    # ---- the store before ------------------------------------------------------------------------------

    def _new_store(self) -> str:
        if self.server is None:
            return f"sqlite:///{self.folder}/store.sqlite"
        self._sql("CREATE DATABASE killed")
        return self.server.replace("/postgres?", "/killed?")

    def _sql(self, *statements: str) -> None:
        assert self.server is not None
        engine = sa.create_engine(self.server, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(sa.text(statement))
        engine.dispose()

    def _save(self) -> None:
        self.bench.store.close()
        shutil.copytree(self.folder / "snapshots", self.folder / "saved" / "snapshots")
        if self.server is None:
            for path in self.folder.glob("store.sqlite*"):
                shutil.copy(path, self.folder / "saved")
        else:
            self._sql("CREATE DATABASE saved TEMPLATE killed")

    def restore(self) -> None:
        """Put store and snapshots back to where every refresh begins."""
        self.bench.store.close()
        shutil.rmtree(self.folder / "snapshots")
        shutil.copytree(self.folder / "saved" / "snapshots", self.folder / "snapshots")
        if self.server is None:
            for path in self.folder.glob("store.sqlite*"):
                path.unlink()
            for path in (self.folder / "saved").glob("store.sqlite*"):
                shutil.copy(path, self.folder)
        else:
            self._sql("DROP DATABASE killed WITH (FORCE)", "CREATE DATABASE killed TEMPLATE saved")

    # ---- the loop --------------------------------------------------------------------------------------

    def run(self, kills: int, seed: int, report: Callable[[Killed], None] = lambda seen: None) -> Killed:
        """Kill refreshes at ``kills`` random instants or a few more. Each round begins anew: one refresh is killed, the
        one that goes on from there is killed too, and in every fourth round a third comes to its end.
        """
        draw = random.Random(seed)
        seen = Killed()
        started = time.perf_counter()
        rounds = 0
        while seen.kills < kills:
            self.restore()
            rounds += 1
            if (
                self._killed(draw, seen, report, first=True)
                and self._killed(draw, seen, report)
                and rounds % 4 == 0
            ):
                self._end(f"after kill {seen.kills}", self._refresh(), seen)
        seen.seconds = time.perf_counter() - started
        return seen

    def _killed(
        self, draw: random.Random, seen: Killed, report: Callable[[Killed], None], *, first: bool = False
    ) -> bool:
        """Kill one refresh at a random instant; False where it came to its end before."""
        after = draw.uniform(0.01, self.duration)
        begun = time.perf_counter()
        ended = self._refresh(after)
        if ended == -signal.SIGKILL:
            seen.kills += 1
            self._look(f"kill {seen.kills} after {after:.3f} s", seen)
            report(seen)
            return True
        if first:
            # a machine that was busy when the first was timed would leave most instants after the end
            self.duration = min(self.duration, time.perf_counter() - begun)
        self._end(f"a refresh that was to be killed after {after:.3f} s", ended, seen)
        return False

    def _end(self, where: str, ended: int, seen: Killed) -> None:
        """What holds once a refresh came to its end, whatever was killed before it."""
        seen.finished += 1
        if ended != 0:
            seen.broken.append(f"{where}: the refresh failed")
        if self.bench.store.digest() != self.states[-1]:
            seen.broken.append(f"{where}: the refresh ended in another store than an undisturbed one")
        left = [*self.folder.rglob(".part-*"), *self.folder.glob(".incoming-*")]
        if left:
            seen.broken.append(f"{where}: left behind {sorted(path.name for path in left)}")

    def _look(self, where: str, seen: Killed) -> None:
        digest = self.bench.store.digest()
        if digest in self.states:
            seen.states[self.states.index(digest)] += 1
        else:
            seen.broken.append(f"{where}: a store that no undisturbed refresh passes through")
        seen.broken += [f"{where}: {problem}" for problem in self.bench.store.problems()]
        for release in self.bench.store.releases(hidden=True):
            for file in self.bench.store.release(release["release_id"])["files"]:
                if file["stored"]:
                    try:
                        self.bench.snapshots.find(file["sha256"], file["file_name"])
                    except LookupError as error:
                        seen.broken.append(f"{where}: {error}")


@contextmanager
def kill_loop(server: str | None, folder: Path) -> Iterator[KillLoop]:
    """A loop on SQLite, or on databases of its own at a PostgreSQL server."""
    made = KillLoop(server, folder)
    try:
        yield made
    finally:
        made.close()
