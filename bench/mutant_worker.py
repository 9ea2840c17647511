"""A process that runs tests against one fault after another in its own copy of the project.

``python -m bench.mutant_worker``, started in the root of a copy, reads one JSON order a line and answers each with one
line. Every library, and every module of the project that does not import the room under test, is imported once;
each order is then carried out in a fork, so that no order pays for those imports or sees what another left behind.

Orders:

- ``{"learn": "tests/…/test_x.py"}`` runs the tests of a file with coverage and answers which test ran which line.
- ``{"path", "source", "soon", "tests", "limit"}`` writes a faulty source (latin-1 text of its bytes), runs the tests in the order
  given until one fails (those of ``soon`` by themselves first, where there are any), puts the true source back and answers with an outcome. ``limit`` is in seconds of processor time, so that a
  busy machine does not end a run that is only waiting; ten times as long by the clock ends one that waits for ever.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import resource
import signal
import sys
import tempfile
from collections.abc import Callable, Generator, Iterable, Sequence
from math import ceil
from pathlib import Path
from typing import Any

import coverage
import grimp
import hypothesis
import pytest

PACKAGES = ("geodata", "indicators", "etl", "dashboard")
LEFT_OUT = "not browser and not postgres and not shared and not slow"
_OPTIONS = (
    "-q", "-x", "--no-header", "--no-summary", "--tb=line", "-Wignore", "-m", LEFT_OUT,
    "-p", "no:cacheprovider", "-p", "no:xdist", "--hypothesis-seed=0",
)  # fmt: skip
_LIBRARIES = (
    "numpy", "scipy.stats", "scipy.special", "scipy.optimize", "pandas", "pandera.pandas", "sqlalchemy", "pydantic", "pydantic_settings",
    "dash", "flask", "flask_compress", "hypothesis", "hypothesis.extra.numpy", "httpx", "respx", "tenacity", "typer", "rich", "openpyxl",
    "python_calamine", "pyarrow", "shapely", "pypdf",
)  # fmt: skip
KILLED, SURVIVED, TIMED_OUT, NOT_RUN = "killed", "survived", "timed out", "not run"


def import_room_free(room_modules: Sequence[str]) -> None:
    """Import the libraries, and the project's modules that import none of ``room_modules``, directly or not."""
    for name in _LIBRARIES:
        importlib.import_module(name)
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    for module in sorted(graph.modules - modules_touched(graph, room_modules)):
        # alembic alone can run its env, and the steps beside it
        if not module.endswith("__main__") and ".migrations." not in module:
            importlib.import_module(module)
    if present := {name for name in sys.modules if name in room_modules}:
        raise RuntimeError(
            f"imported too early, so that no fault would be seen: {', '.join(sorted(present))}"
        )


def modules_touched(graph: grimp.ImportGraph, room_modules: Iterable[str]) -> set[str]:
    """The room's modules and all whose import would import one of them.

    A module's package is imported before the module, so a package that is touched brings in all that stands below it, and
    whoever imports from there.
    """
    touched: set[str] = set()
    found = set(room_modules)
    while found:
        touched |= found
        importers = set().union(*(graph.find_downstream_modules(module) for module in found))
        within = {module for module in graph.modules if _inside(module, touched | importers)}
        found = (importers | within) - touched
    return touched


def warm_pytest() -> None:
    """Run one test that says nothing, so that pytest, its plugins and what they look up once are there before a fork."""
    with tempfile.TemporaryDirectory() as folder:
        test = Path(folder) / "test_nothing.py"
        test.write_text(
            "from hypothesis import given, strategies\n\n\n@given(strategies.floats())\ndef test_nothing(number):\n    pass\n"
        )
        code = pytest.main([*_OPTIONS, f"--rootdir={folder}", "-c", os.devnull, str(test)])
    if code:
        raise RuntimeError(f"pytest does not run here: exit code {int(code)}")


def compile_tests(test_files: Sequence[str]) -> int:
    """Collect the room's tests once with nothing wrong, so that later forks find all of it compiled."""
    sys.dont_write_bytecode = False
    return int(pytest.main([*_OPTIONS, "--collect-only", *test_files]))


def _inside(module: str, packages: set[str]) -> bool:
    """Whether importing a module would import one of ``packages`` on the way."""
    parts = module.split(".")
    return any(".".join(parts[:depth]) in packages for depth in range(1, len(parts)))


class LineOwners:
    """pytest plugin: which test ran which line, and the processor time that each test took, in seconds.

    A fixture that outlives one test runs under the first that needs it; its lines belong to every test that uses it.
    """

    def __init__(self, measured: coverage.Coverage) -> None:
        self._measured = measured
        self.seconds: dict[str, float] = {}
        self.fixtures: dict[str, list[str]] = {}
        self._now = ""

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: Any) -> Generator[None, Any, Any]:
        known = item._fixtureinfo.name2fixturedefs
        self.fixtures[item.nodeid] = [
            _fixture_name(definition)
            for name in item.fixturenames
            for definition in known.get(name, ())
            if definition.scope != "function"
        ]
        self._switch(item.nodeid)
        before = _processor_seconds()
        try:
            return (yield)
        finally:
            self.seconds[item.nodeid] = _processor_seconds() - before
            self._switch("")

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Generator[None, Any, Any]:
        before = self._now
        if fixturedef.scope != "function":
            self._switch(_fixture_name(fixturedef))
        try:
            return (yield)
        finally:
            self._switch(before)

    def _switch(self, context: str) -> None:
        self._now = context
        self._measured.switch_context(context)


def _processor_seconds() -> float:
    """Of this process and of the children that it has waited for."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _fixture_name(definition: Any) -> str:
    return f"fixture {definition.baseid} {definition.argname}"


class Chosen:
    """pytest plugin: keeps the tests of a list, in its order."""

    def __init__(self, tests: Sequence[str]) -> None:
        self._place = {test: place for place, test in enumerate(tests)}
        self.missing: set[str] = set()

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        items[:] = sorted(
            (item for item in items if item.nodeid in self._place), key=lambda item: self._place[item.nodeid]
        )
        self.missing = set(self._place) - {item.nodeid for item in items}


def learn(test_file: str, sources: Sequence[str]) -> dict[str, Any]:
    """Run a file of tests with coverage of ``sources``.

    ``{"owners": {source: {line: [test or fixture]}}, "fixtures": {test: [fixture]}, "seconds": {test: s}, "failed": code}``
    """
    measured = coverage.Coverage(data_file=None, config_file=False, include=list(sources))
    plugin = LineOwners(measured)
    measured.start()
    code = pytest.main([*_OPTIONS, test_file], plugins=[plugin])
    measured.stop()
    gathered = measured.get_data()
    root = Path.cwd()
    owners = {
        Path(file).relative_to(root).as_posix(): {
            str(line): sorted(contexts) for line, contexts in gathered.contexts_by_lineno(file).items()
        }
        for file in gathered.measured_files()
    }
    # 5: none of the file's tests is of the kind that runs here
    return {
        "owners": owners,
        "fixtures": plugin.fixtures,
        "seconds": dict(plugin.seconds),
        "failed": 0 if code in (0, 5) else int(code),
    }


def try_tests(tests: Sequence[str]) -> str:
    """Run tests until one fails: killed or survived; not run where none of them could be found in a sound collection."""
    plugin = Chosen(tests)
    files = list(dict.fromkeys(test.split("::")[0] for test in tests))
    code = pytest.main([*_OPTIONS, *files], plugins=[plugin])
    if code == 0 and not plugin.missing:
        return SURVIVED
    # tests whose names come from the broken code have gone with it; an import that fails ends the collection
    return NOT_RUN if code in (3, 4) else KILLED


def in_fork(work: Callable[[], Any], limit: float, output: Path) -> tuple[Any, bool]:
    """What ``work`` gives, made in a fork, and whether it was stopped for taking too long; None where it died.

    ``limit`` in seconds of processor time. What the fork prints goes to the file ``output``.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.setsid()
            os.close(reading)
            resource.setrlimit(resource.RLIMIT_CPU, (ceil(limit), ceil(limit) + 5))
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            for stream in (1, 2):
                os.dup2(os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), stream)
            answer = json.dumps(work()).encode()
            with os.fdopen(writing, "wb") as pipe:
                pipe.write(answer)
            code = 0
        finally:
            os._exit(code)
    os.close(writing)
    alarm = _Alarm(child, 10 * limit)
    with os.fdopen(reading, "rb") as pipe, alarm:
        answer = pipe.read()
    _, status = os.waitpid(child, 0)
    over_limit = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU
    return (json.loads(answer) if answer else None), alarm.rang or over_limit


class _Alarm:
    """Kills a child's whole group of processes after a while, and what is left of the group at the end."""

    def __init__(self, child: int, seconds: float) -> None:
        self._child = child
        self._seconds = seconds
        self.rang = False

    def __enter__(self) -> None:
        signal.signal(signal.SIGALRM, self._ring)
        signal.setitimer(signal.ITIMER_REAL, self._seconds)

    def __exit__(self, *_: object) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        self._kill()

    def _ring(self, *_: object) -> None:
        self.rang = True
        self._kill()

    def _kill(self) -> None:
        try:
            os.killpg(self._child, signal.SIGKILL)
        except ProcessLookupError:
            return


def with_fault(order: dict[str, Any]) -> dict[str, Any]:
    """Put a fault into the copy, run the tests, take it out again."""
    path = Path(order["path"])
    true, times = path.read_bytes(), path.stat()
    try:
        path.write_bytes(order["source"].encode("latin-1"))
        for tests in filter(None, (order["soon"], order["tests"])):
            outcome, too_long = in_fork(
                lambda tests=tests: try_tests(tests), order["limit"], Path(os.devnull)
            )
            if outcome != SURVIVED:
                break
    finally:
        path.write_bytes(true)
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    if outcome is None:
        # a fault may also end the process
        outcome = TIMED_OUT if too_long else KILLED
    return {"outcome": outcome}


def main() -> None:
    """Carry out orders until there are no more. The first line names the room's files and modules."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what libraries print does not get among the answers
    room = json.loads(sys.stdin.readline())
    sys.dont_write_bytecode = True
    # on a busy machine, and with coverage, a test that takes too long is no fault
    hypothesis.settings.register_profile(
        "mutants", deadline=None, database=None, suppress_health_check=list(hypothesis.HealthCheck)
    )
    hypothesis.settings.load_profile("mutants")
    import_room_free(room["modules"])
    warm_pytest()
    in_fork(lambda: compile_tests(room["tests"]), 600.0, Path(os.devnull))
    # what is here now is never garbage: forks need not look at it, nor copy its pages
    gc.collect()
    gc.freeze()
    for line in sys.stdin:
        order = json.loads(line)
        if "learn" in order:
            output = Path("learned.txt")
            answer, _ = in_fork(lambda file=order["learn"]: learn(file, room["files"]), 900.0, output)
            answer = answer or {"failed": "died or took too long"}
            if answer["failed"]:
                answer["output"] = output.read_text(encoding="utf-8", errors="replace")[-2000:]
        else:
            answer = with_fault(order)
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
