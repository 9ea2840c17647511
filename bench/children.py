"""A job in a process of its own: what it took, and the most memory it held."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Took:
    """What one process took: wall clock and processor seconds, peak resident memory in MB, what it printed."""

    wall: float
    cpu: float
    peak_mb: float
    output: str

    def figures(self) -> dict[str, float]:
        """The figures alone, rounded, for a line of JSON."""
        return {"wall": round(self.wall, 2), "cpu": round(self.cpu, 2), "peak_mb": round(self.peak_mb)}


def run(arguments: Sequence[str], environment: Mapping[str, str]) -> Took:
    """Run ``python <arguments>`` from the project's root. Raises RuntimeError with its output when it fails."""
    started = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        output = process.stdout.read()
        # the usage of this child alone, which subprocess itself does not give
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(arguments)} ended with {process.returncode}:\n{output}")
    return Took(
        wall=time.perf_counter() - started,
        cpu=usage.ru_utime + usage.ru_stime,
        peak_mb=usage.ru_maxrss / 1024,
        output=output,
    )
