"""A process that dies in the middle of a publication leaves the old release whole.

Each child is a real process, ended by a real SIGKILL: at a named instant of the transaction, or at a random one.
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from etl_toolkit import (
    ENGLAND,
    LEEDS,
    NOTTINGHAM,
    Y2020,
    Y2021,
    YORK,
    Bench,
    claim_rows,
    count_rows,
    rate_rows,
    small_catalogue,
)

HERE = Path(__file__).parents[1]
RATES = {NOTTINGHAM: 66.1, LEEDS: 75.0, YORK: 80.0, ENGLAND: 76.0}

# what the parts of a publication are called, in their order; "published" is after the transaction
INSTANTS = ("releases", "observation removed", "observation", "distribution", "trend", "commit", "published")

# imports once, then forks a process for each line "<instant> <seconds>" and tells how it ended
HATCHERY = """
import os, signal, sys, time
sys.path[:0] = [{etl!r}, {store!r}]
from pathlib import Path
from etl_toolkit import Bench, small_catalogue

url, folder, *sources = sys.argv[1:]
bench = Bench(url, Path(folder), small_catalogue())
print("ready", flush=True)
for line in sys.stdin:
    instant, seconds = line.rsplit(" ", 1)
    child = os.fork()
    if not child:
        def on_step(words, done, of):
            if words == instant:
                os.kill(os.getpid(), signal.SIGKILL)
        bench.pipeline(on_step=on_step).refresh(sources, folder=Path(folder) / "incoming", accept="a test")
        os._exit(0)
    if float(seconds):
        time.sleep(float(seconds))
        os.kill(child, signal.SIGKILL)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


class Hatchery:
    """A process that hatches processes which publish and are killed."""

    def __init__(self, bench: Bench, *sources: str) -> None:
        script = HATCHERY.format(etl=str(HERE), store=str(HERE.parent / "store"))
        self.process = subprocess.Popen(
            [sys.executable, "-c", script, bench.url, str(bench.folder), *sources],
            cwd=HERE.parents[1],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._line() == "ready"

    def _line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def publish(self, instant: str = "never", kill_after: float = 0.0) -> int:
        """Let one process publish; its exit code (minus the signal's number where it was killed)."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{instant} {kill_after}\n")
        self.process.stdin.flush()
        return int(self._line())

    def close(self) -> None:
        self.process.communicate(timeout=60)


@pytest.fixture
def hatchery(two_releases: tuple[Bench, str, str]) -> Iterator[Hatchery]:
    made = Hatchery(two_releases[0], "alpha")
    yield made
    made.close()


@pytest.fixture
def two_releases(bench: Bench, register) -> tuple[Bench, str, str]:
    """(bench with the first release shown and the files of the second waiting, digest before, digest after)."""
    codes = sorted(register.codes("ltla", 2021))
    first = {code: 50.0 + place / 10 for place, code in enumerate(codes)}
    second = {code: value + 0.3 for code, value in first.items() if code != codes[0]}
    claims = claim_rows({NOTTINGHAM: 7})
    bench.put(
        "beta-1.csv", count_rows({NOTTINGHAM: (11, 908)}) + rate_rows({LEEDS: 75.0}, measure="other-rate")
    )
    bench.put("alpha-1.csv", rate_rows(first, Y2020) + rate_rows(first, Y2021) + claims)
    bench.pipeline().refresh(folder=bench.folder / "incoming")
    before = bench.store.digest()
    bench.put("alpha-1.csv", rate_rows(first, Y2020) + rate_rows(second, Y2021) + claims)
    twin = Bench(f"sqlite:///{bench.folder}/twin.sqlite", bench.folder / "twin", small_catalogue())
    twin.put(
        "beta-1.csv", count_rows({NOTTINGHAM: (11, 908)}) + rate_rows({LEEDS: 75.0}, measure="other-rate")
    )
    twin.put("alpha-1.csv", rate_rows(first, Y2020) + rate_rows(second, Y2021) + claims)
    twin.pipeline().refresh(folder=twin.folder / "incoming")
    after = twin.store.digest()
    twin.store.close()
    assert before != after
    return bench, before, after


def test_killed_at_every_part_of_the_transaction(
    two_releases: tuple[Bench, str, str], hatchery: Hatchery
) -> None:
    bench, before, after = two_releases
    for instant in INSTANTS:
        assert hatchery.publish(instant) == -signal.SIGKILL, f"not killed at {instant!r}"
        found = bench.store.digest()
        assert found == (after if instant == "published" else before), f"killed at {instant!r}"
        assert bench.store.problems() == []
    # the process that died right after its transaction left the ledger behind: the next refresh fixes it
    assert bench.refresh("alpha").outcome == "unchanged"
    assert bench.store.digest() == after
    digest_before, digest_after, _ = bench.pipeline().rebuild()
    assert digest_before == digest_after == after


@pytest.mark.slow
def test_killed_at_random_instants_of_a_refresh_of_two_sources_then_run_to_the_end(bench: Bench) -> None:
    # bench/bench_kill.py does this at 200 instants of a refresh of every source
    codes = sorted(bench.store.register.codes("ltla", 2021))

    def put(more: float) -> None:
        rates = {code: 50.0 + more + place / 10 for place, code in enumerate(codes)}
        bench.put("alpha-1.csv", rate_rows(rates) + claim_rows({NOTTINGHAM: 7 + more}))
        other = rate_rows({LEEDS: 75.0 + more}, measure="other-rate")
        bench.put("beta-1.csv", count_rows({NOTTINGHAM: (11 + more, 908)}) + other)

    def undisturbed(more: float) -> list[str]:
        """Digests before the refresh, after its first source, and after it."""
        put(more)
        seen = [bench.store.digest()]
        bench.pipeline().refresh(
            folder=bench.folder / "incoming",
            accept="a test",
            report=lambda _: seen.append(bench.store.digest()),
        )
        return seen

    bench.store.create()
    undisturbed(0)
    forth, back = undisturbed(1), undisturbed(0)
    assert len(set(forth)) == 3 and (forth[0], forth[-1]) == (back[-1], back[0])
    hatchery = Hatchery(bench, "alpha", "beta")
    draw = random.Random(20260101)
    try:
        for number in range(12):
            put(1 - number % 2)
            states = back if number % 2 else forth
            hatchery.publish(kill_after=draw.uniform(0.01, 0.8))
            assert bench.store.digest() in states
            assert bench.store.problems() == []
            # the lock died with its holder, and what was half written is cleared away
            assert hatchery.publish() == 0
            assert bench.store.digest() == states[-1]
            assert not list(bench.snapshots.folder.rglob(".part-*"))
    finally:
        hatchery.close()
