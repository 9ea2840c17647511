"""Run benchmarks: ``python -m bench`` for all of them, ``python -m bench map`` for one."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

LONG = ("faults", "kill", "mutants", "scale")
"""Loops that take an hour or so; they run where they are named."""


def known() -> list[str]:
    """Names of the benchmarks: the modules ``bench_<name>.py`` beside this file."""
    return sorted(path.stem.removeprefix("bench_") for path in Path(__file__).parent.glob("bench_*.py"))


def main(arguments: list[str]) -> int:
    """Run the benchmarks named, or all but the long loops. Exit code 2 for a name that is not known."""
    wanted = [name for name in arguments if name != "all"] or [name for name in known() if name not in LONG]
    unknown = sorted(set(wanted) - set(known()))
    if unknown:
        sys.stderr.write(f"no benchmark {', '.join(unknown)}; known: all, {', '.join(known())}\n")
        return 2
    for name in wanted:
        sys.stdout.write(f"\n== {name} ==\n")
        sys.stdout.flush()
        importlib.import_module(f"bench.bench_{name}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
