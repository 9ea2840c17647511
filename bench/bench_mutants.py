"""Whether the tests notice faults: small ones are put into a room's code, one at a time, and its tests must fail.

``make bench BENCH=mutants`` tries 300 faults in each room, drawn with a fixed seed (``bench/mutations.py`` says which kinds
there are); ``ROOM=statistics`` tries one room. Faults are put into temporary copies of the project, never into the
work tree. Each is tried against the tests that run its line, fastest first, until one fails (``bench/mutant_worker.py``).
Tests that need a browser, PostgreSQL or the publications beside the checkout, and those marked ``slow``, are left out.

Prints the share that was noticed (killed) for each room, and writes the survivors to ``build/mutants-<room>.txt``.
``ONLY=build/mutants-statistics.txt`` with ``ROOM=statistics`` tries the faults of such a list again, and leaves the list as it is.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from bench.mutant_worker import KILLED, NOT_RUN, PACKAGES, SURVIVED, TIMED_OUT
from bench.mutations import Mutation, room_mutations, sample

ROOT = Path(__file__).resolve().parents[1]
MOST = 300
SEED = 7
JOBS = int(os.environ.get("JOBS", "2"))
NOT_COVERED = "not covered"
# tests of one fault, in seconds of processor time that they took when nothing was wrong
_MOST_SECONDS = 30.0
_MOST_SECONDS_NEAR = 8.0
_MOST_SECONDS_SOON = 8.0
_LEAST_LIMIT = 15.0
_CONTROLS = 3
# faults between two lines that say how far the run is
_ROUND = 20
_LEFT_BEHIND = shutil.ignore_patterns(
    ".git", ".venv", "build", "dist", "var", "node_modules", "__pycache__", "*.egg-info", ".*_cache", ".hypothesis"
)  # fmt: skip


@dataclass(frozen=True)
class Room:
    """A part of the code by patterns of its files, and the tests that answer for it.

    Patterns from the project's root; the first of ``files`` that finds any is taken.
    """

    name: str
    files: tuple[str, ...]
    tests: tuple[str, ...]

    def sources(self, root: Path) -> list[Path]:
        """The room's files. Raises FileNotFoundError where no pattern finds any."""
        for pattern in self.files:
            if found := sorted(root.glob(pattern)):
                return found
        raise FileNotFoundError(f"{self.name}: no file is like {' or '.join(self.files)}")

    def test_files(self, root: Path) -> list[str]:
        """The files of its tests, from the project's root."""
        return sorted(
            {file.relative_to(root).as_posix() for pattern in self.tests for file in root.glob(pattern)}
        )


# the tests beside the room: what others notice on the way is no credit to them, and takes minutes to learn
ROOMS = (
    Room("statistics", ("indicators/statistics/**/*.py",), ("tests/indicators/**/test_*.py",)),
    Room(
        "contract",
        ("etl/pipeline/contract.py",),
        ("tests/etl/pipeline/test_contract.py", "tests/etl/pipeline/test_thresholds.py"),
    ),
    Room(
        "deriving",
        ("etl/deriving/**/*.py",),
        ("tests/etl/deriving/test_*.py",),
    ),
    Room(
        "queries",
        ("dashboard/queries/**/*.py",),
        # some questions are asked by the API alone
        (
            "tests/dashboard/queries/test_*.py",
            "tests/dashboard/test_*.py",
            "tests/dashboard/api/test_*.py",
            "tests/dashboard/fingertips/test_*.py",
        ),
    ),
)


@dataclass
class Coverage:
    """What a sound run of a room's tests showed: who runs which line, and how long each test takes in seconds."""

    owners: dict[str, dict[int, set[str]]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def add(self, learned: dict[str, Any]) -> None:
        """Take up what one file of tests showed; a fixture's lines belong to each test that uses it."""
        users: dict[str, set[str]] = defaultdict(set)
        for test, fixtures in learned["fixtures"].items():
            for fixture in fixtures:
                users[fixture].add(test)
        for source, lines in learned["owners"].items():
            known = self.owners.setdefault(source, {})
            for line, contexts in lines.items():
                tests = known.setdefault(int(line), set())
                for context in contexts:
                    tests |= users[context] if context.startswith("fixture ") else {context} - {""}
        self.seconds |= learned["seconds"]

    def tests_for(self, mutation: Mutation) -> list[str]:
        """The tests to try: those that run the line, then others that run the file; each group fastest first.

        Others are tried because a line may run in one test and be judged in the next, from a cache that both share,
        and because a line that runs at import runs in no test. Empty where no test runs the line.
        """
        lines = self.owners.get(mutation.path, {})
        # coverage counts a statement of several lines by its first
        run = [lines[line] for line in {mutation.line, mutation.statement} if line in lines]
        if not run:
            return []
        direct = set().union(*run)
        near = set().union(*lines.values()) - direct
        return [*self._fastest(direct, _MOST_SECONDS), *self._fastest(near, _MOST_SECONDS_NEAR)]

    def soonest(self, mutation: Mutation, tests: Sequence[str]) -> list[str]:
        """Those of ``tests`` that are tried by themselves first: of the files named after the module, and of the first two.

        Most faults are noticed there, before all files are read. Empty where that would be no quicker.
        """
        files = list(dict.fromkeys(test.split("::")[0] for test in tests))
        own = f"test_{Path(mutation.path).stem}.py"
        chosen = {file for file in files if Path(file).name == own} | set(files[:2])
        if len(files) <= len(chosen) + 1:
            return []
        known = [test for test in tests if test.split("::")[0] in chosen]
        return list(self._fastest(known, _MOST_SECONDS_SOON))

    def _fastest(self, tests: Iterable[str], most_seconds: float) -> Iterator[str]:
        spent = 0.0
        for test in sorted(tests, key=lambda test: (self.seconds.get(test, 0.0), test)):
            spent += self.seconds.get(test, 0.0)
            if spent > most_seconds:
                return
            yield test


class Worker:
    """A process of ``bench.mutant_worker`` in a copy of the project."""

    def __init__(self, copy: Path, room: dict[str, list[str]]) -> None:
        self.copy = copy
        environment = {
            **os.environ,
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "WORKHEALTH_SHARED": str(copy / "absent"),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        self._log = (copy.parent / f"{copy.name}.log").open("w+", encoding="utf-8")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.mutant_worker"],
            cwd=copy,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        self._write(room)

    def ask(self, order: dict[str, Any]) -> Any:
        """The answer to an order. Raises RuntimeError with the worker's last words where it has ended."""
        self._write(order)
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self._log.seek(0)
            raise RuntimeError(f"the worker ended: {self._log.read()[-3000:]}")
        return json.loads(line)

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=60)
        self._log.close()

    def _write(self, content: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(content) + "\n")
        self._process.stdin.flush()


@contextmanager
def workers(room: Room, jobs: int) -> Iterator[Callable[[Sequence[dict[str, Any]]], list[Any]]]:
    """A function that has orders carried out by ``jobs`` workers at once, and gives the answers in their order."""
    sources = [file.relative_to(ROOT) for file in room.sources(ROOT)]
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        idle: SimpleQueue[Worker] = SimpleQueue()
        started = []
        for place in range(jobs):
            copy = Path(folder) / str(place)
            shutil.copytree(ROOT, copy, ignore=_LEFT_BEHIND)
            about = {
                "modules": [_module_name(source) for source in sources],
                "files": [str(copy / source) for source in sources],
                "tests": room.test_files(ROOT),
            }
            started.append(Worker(copy, about))
            idle.put(started[-1])

        def carry_out(order: dict[str, Any]) -> Any:
            worker = idle.get()
            try:
                return worker.ask(order)
            finally:
                idle.put(worker)

        def carry_out_all(orders: Sequence[dict[str, Any]]) -> list[Any]:
            with ThreadPoolExecutor(jobs) as pool:
                return list(pool.map(carry_out, orders))

        try:
            yield carry_out_all
        finally:
            for worker in started:
                worker.close()


def _module_name(source: Path) -> str:
    parts = source.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def learn(room: Room, carry_out: Callable[[Sequence[dict[str, Any]]], list[Any]]) -> Coverage:
    """Run the room's tests once with nothing wrong. Raises RuntimeError where one of its files does not pass.

    What a file of tests showed is kept in ``build``, and read from there until the file or anything it rests on changes.
    """
    covered = Coverage()
    kept_in = ROOT / "build" / f"mutants-learned-{room.name}.json"
    kept = json.loads(kept_in.read_text(encoding="utf-8")) if kept_in.is_file() else {}
    files = {file: digest_of(ROOT, file) for file in room.test_files(ROOT)}
    known = {digest: kept[digest] for digest in files.values() if digest in kept}
    new = [file for file, digest in files.items() if digest not in known]
    for file, learned in zip(new, carry_out([{"learn": file} for file in new]), strict=True):
        if learned["failed"]:
            raise RuntimeError(
                f"{file} fails with nothing wrong in the code ({learned['failed']}): {learned.get('output')}"
            )
        known[files[file]] = learned
    kept_in.parent.mkdir(exist_ok=True)
    kept_in.write_text(json.dumps(known), encoding="utf-8")
    for digest in files.values():
        covered.add(known[digest])
    return covered


def digest_of(root: Path, test_file: str) -> str:
    """A digest of a file of tests and of all that it may rest on: the code, and what lies beside the tests."""
    return hashlib.sha256(
        f"{test_file} {digest_of_support(root)}".encode() + (root / test_file).read_bytes()
    ).hexdigest()


@cache
def digest_of_support(root: Path) -> str:
    """A digest of the code and of what the files of tests share: fixtures, toolkits and the worker that runs them."""
    files = [root / "bench" / "mutant_worker.py"]
    for folder in (*PACKAGES, "tests"):
        files += sorted(file for file in (root / folder).rglob("*") if file.is_file())
    digest = hashlib.sha256()
    for file in files:
        name = file.relative_to(root).as_posix()
        is_test = name.startswith("tests/") and file.name.startswith("test_")
        if not is_test and file.suffix != ".pyc":
            digest.update(f"{name}\n".encode() + file.read_bytes())
    return digest.hexdigest()


def order_of(mutation: Mutation, sound: bytes, covered: Coverage) -> dict[str, Any]:
    """What a worker does for one fault in a sound source."""
    tests = covered.tests_for(mutation)
    source = mutation.apply(sound)
    expected = sum(covered.seconds.get(test, 0.0) for test in tests)
    return {
        "path": mutation.path,
        "source": source.decode("latin-1"),
        "soon": covered.soonest(mutation, tests),
        "tests": tests,
        "limit": _LEAST_LIMIT + 4 * expected,
    }


def control(orders: Sequence[dict[str, Any]], sound: Mapping[str, bytes]) -> list[dict[str, Any]]:
    """Some of the orders without their fault: their tests must pass, or nothing that fails would mean anything."""
    with_tests = [order for order in orders if order["tests"]]
    chosen = with_tests[:: max(1, len(with_tests) // _CONTROLS)][:_CONTROLS]
    return [{**order, "source": sound[order["path"]].decode("latin-1"), "limit": 600.0} for order in chosen]


def listed_faults(lines: Iterable[str], tried: Sequence[Mutation]) -> list[Mutation]:
    """Those of the faults tried that a list of survivors names. Raises ValueError for a line that fits none: the code has changed."""
    by_words: dict[str, list[Mutation]] = defaultdict(list)
    for mutation in tried:
        by_words[mutation.words()].append(mutation)
    wanted = [line.rstrip("\n").rpartition("  (")[0] for line in lines]
    if unknown := [words for words in wanted if words not in by_words]:
        raise ValueError(f"the code has changed since these were listed: {'; '.join(unknown)}")
    return sorted({mutation for words in wanted for mutation in by_words[words]})


def carry_out_each(
    chosen: Sequence[Mutation],
    orders: Sequence[dict[str, Any]],
    carry_out: Callable[[Sequence[dict[str, Any]]], list[Any]],
) -> Iterator[str]:
    """The outcome for each fault, in their order; prints each that nothing noticed as soon as it is known."""
    for start in range(0, len(orders), _ROUND):
        some = orders[start : start + _ROUND]
        answers = iter(carry_out([order for order in some if order["tests"]]))
        for mutation, order in zip(chosen[start:], some, strict=False):
            outcome = str(next(answers)["outcome"]) if order["tests"] else NOT_COVERED
            if outcome not in (KILLED, TIMED_OUT):
                print(f"    {outcome}: {mutation.words()}", flush=True)
            yield outcome
        print(f"    {start + len(some)} of {len(orders)} tried", flush=True)


def try_room(room: Room, most: int = MOST, only: Path | None = None) -> dict[str, Any]:
    """Try the faults of a room, or those that the list ``only`` names; prints its share killed and writes its survivors."""
    started = time.monotonic()
    possible = room_mutations(ROOT, room.sources(ROOT))
    # whoever works on the code meanwhile does not disturb the run
    sound = {path: (ROOT / path).read_bytes() for path in {mutation.path for mutation in possible}}
    chosen = sample(possible, most, SEED)
    if only is not None:
        chosen = listed_faults(only.read_text(encoding="utf-8").splitlines(), chosen)
    with workers(room, JOBS) as carry_out:
        covered = learn(room, carry_out)
        learned = time.monotonic() - started
        print(f"  {room.name:<11} learnt which tests run which line in {learned:.0f} s", flush=True)
        orders = [order_of(mutation, sound[mutation.path], covered) for mutation in chosen]
        if any(answer["outcome"] != SURVIVED for answer in carry_out(control(orders, sound))):
            raise RuntimeError(f"{room.name}: tests fail with nothing wrong in the code")
        outcomes = list(carry_out_each(chosen, orders, carry_out))
    if NOT_RUN in outcomes:
        raise RuntimeError(f"{room.name}: pytest could not run the tests of {outcomes.count(NOT_RUN)} faults")
    took = time.monotonic() - started
    counts = {outcome: outcomes.count(outcome) for outcome in (KILLED, TIMED_OUT, SURVIVED, NOT_COVERED)}
    share = (counts[KILLED] + counts[TIMED_OUT]) / len(outcomes)
    survivors = [
        f"{mutation.words()}  ({outcome}; {len(order['tests'])} tests)"
        for mutation, order, outcome in zip(chosen, orders, outcomes, strict=True)
        if outcome in (SURVIVED, NOT_COVERED)
    ]
    listed = ROOT / "build" / f"mutants-{room.name}{'-again' if only else ''}.txt"
    listed.parent.mkdir(exist_ok=True)
    listed.write_text("".join(f"{line}\n" for line in survivors), encoding="utf-8")
    print(
        f"  {room.name:<11} {share:6.1%} of {len(chosen)} faults noticed (of {len(possible):,} possible): "
        f"{', '.join(f'{count} {outcome}' for outcome, count in counts.items() if count)}; "
        f"{took:.0f} s, of which {learned:.0f} s to learn which tests run which line; survivors: build/{listed.name}"
    )
    return {"room": room.name, "share_killed": round(share, 3), "seconds": round(took), **counts}


def main() -> None:
    """Try every room, or the one that ``ROOM`` names."""
    wanted, only = os.environ.get("ROOM", ""), os.environ.get("ONLY", "")
    rooms = [room for room in ROOMS if wanted in ("", room.name)]
    if not rooms:
        raise SystemExit(f"no room {wanted}; known: {', '.join(room.name for room in ROOMS)}")
    if only and len(rooms) > 1:
        raise SystemExit("ONLY is a list of one room's faults: name the room too, such as ROOM=statistics")
    print(json.dumps([try_room(room, only=Path(only) if only else None) for room in rooms]))
