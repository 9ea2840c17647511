"""The floor of branch coverage of each room: ``python -m bench.floors build/coverage.json``.

Reads what ``coverage json`` wrote. A room's share is that of its statements and branches together, as coverage.py counts
it. Where a room lies below its floor, its files and the lines that no test runs are named, the most first, and the exit
code is 1. A room of which nothing was measured is a failure too.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FLOOR = 0.95
ROOMS = ("geodata", "indicators", "etl", "dashboard/queries")
_FILES_NAMED = 15


@dataclass(frozen=True)
class File:
    """What ran of one file: counts of statements and branches, lines that did not run, branches not taken."""

    path: str
    run: int
    countable: int
    missing_lines: tuple[int, ...]
    missing_branches: tuple[tuple[int, int], ...]

    @property
    def missing(self) -> int:
        """Statements and branches that no test runs."""
        return self.countable - self.run

    def line(self) -> str:
        """``etl/run.py  93.1%  lines 10-12, 40; branches 55→57``."""
        parts = []
        if self.missing_lines:
            parts.append(f"lines {', '.join(spans(self.missing_lines))}")
        if self.missing_branches:
            # a negative target is the end of a function
            arrows = (f"{start}→{'end' if end < 0 else end}" for start, end in sorted(self.missing_branches))
            parts.append(f"branches {', '.join(arrows)}")
        return f"    {self.path}  {self.run / self.countable:.1%}  {'; '.join(parts)}"


def spans(lines: Iterable[int]) -> list[str]:
    """Line numbers as ranges: 3, 4, 5, 9 → ``3-5``, ``9``."""
    found: list[list[int]] = []
    for line in sorted(lines):
        if found and line == found[-1][-1] + 1:
            found[-1].append(line)
        else:
            found.append([line])
    return [str(span[0]) if len(span) == 1 else f"{span[0]}-{span[-1]}" for span in found]


def files_of(report: dict[str, Any]) -> list[File]:
    """The files of a report of ``coverage json``. Raises ValueError where branches were not measured."""
    if not report["meta"]["branch_coverage"]:
        raise ValueError("the report holds no branches: measure with branch = true")
    files = []
    for path, found in report["files"].items():
        summary = found["summary"]
        files.append(
            File(
                path,
                summary["covered_lines"] + summary["covered_branches"],
                summary["num_statements"] + summary["num_branches"],
                tuple(found["missing_lines"]),
                tuple((start, end) for start, end in found["missing_branches"]),
            )
        )
    return files


def share(files: Sequence[File]) -> float:
    """Statements and branches that ran, of all; 0 where there is none."""
    countable = sum(file.countable for file in files)
    return sum(file.run for file in files) / countable if countable else 0.0


def report_rooms(files: Sequence[File], rooms: Sequence[str] = ROOMS, floor: float = FLOOR) -> list[str]:
    """Prints each room's share; gives the names of the rooms below their floor."""
    below = []
    for room in rooms:
        own = [file for file in files if file.path.startswith(f"{room}/")]
        reached = share(own)
        words = f"{reached:6.1%} of statements and branches" if own else "nothing was measured"
        print(f"  {room:<18} {words}  (floor {floor:.0%})")
        if reached < floor:
            below.append(room)
            lacking = sorted((file for file in own if file.missing), key=lambda file: -file.missing)
            for file in lacking[:_FILES_NAMED]:
                print(file.line())
            if len(lacking) > _FILES_NAMED:
                print(f"    and {len(lacking) - _FILES_NAMED} files with fewer")
    return below


def main(arguments: Sequence[str]) -> int:
    """Exit code 0 where every room reaches its floor, 1 where one does not."""
    (path,) = arguments
    below = report_rooms(files_of(json.loads(Path(path).read_text(encoding="utf-8"))))
    if below:
        print(f"below the floor: {', '.join(below)}")
    return 1 if below else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
