"""A refresh of every source, killed at 200 random instants on SQLite and on PostgreSQL, and begun again each time.

What must hold after every kill: the store is in a state that an undisturbed refresh passes through between two
sources, it hangs together, and no snapshot that a release rests on is lost. The refresh that comes to its end leaves
the store of an undisturbed one, and nothing half written behind. ``WORKHEALTH_KILLS`` asks for another number of kills.
"""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from killing import Killed

TESTS = Path(__file__).resolve().parents[1] / "tests"
KILLS = int(os.environ.get("WORKHEALTH_KILLS", "200"))
SEED = 20260101


def progress(seen: Killed) -> None:
    """Print a line now and then, so that a loop of an hour that is stopped leaves a trace."""
    if seen.kills % 20 == 0:
        print(f"  {seen.kills} of {KILLS}: {len(seen.broken)} broken so far", flush=True)


def main() -> None:
    """Print what was seen on each store. Exits with 1 where anything was broken."""
    sys.path[:0] = [str(TESTS / "etl"), str(TESTS / "store")]
    import store_servers
    from killing import kill_loop

    broken = 0
    for name in ("SQLite", "PostgreSQL"):
        with ExitStack() as stack:
            server = None
            if name == "PostgreSQL":
                if reason := store_servers.why_not():
                    print(f"{name}: not run: {reason}")
                    continue
                server = stack.enter_context(store_servers.server())
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="workhealth-kill-")))
            loop = stack.enter_context(kill_loop(server, folder))
            print(
                f"{name}: an undisturbed refresh takes {loop.duration:.1f} s and passes through "
                f"{len(loop.states)} states"
            )
            sys.stdout.flush()
            seen = loop.run(KILLS, SEED, progress)
            states = ", ".join(f"{state}: {count}" for state, count in sorted(seen.states.items()))
            print(f"{name}: {seen.kills} killed, {seen.finished} came to their end, in {seen.seconds:.0f} s")
            print(f"{name}: states found after a kill (state: how often): {states}")
            for fault in seen.broken:
                print(f"{name}: BROKEN: {fault}")
            print(f"{name}: {len(seen.broken)} broken")
            sys.stdout.flush()
            broken += len(seen.broken)
    if broken:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
