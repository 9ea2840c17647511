"""One refresh at a time, and the lock dies with its holder."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from indicators.store.engine import Connections
from indicators.store.locks import Busy, refresh_lock

NOW = datetime(2026, 1, 1, tzinfo=UTC)

HOLDER = """
import sys, time
from datetime import UTC, datetime
from indicators.store.engine import Connections
from indicators.store.locks import refresh_lock
with refresh_lock(Connections(sys.argv[1]), "refresh", datetime(2026, 1, 1, tzinfo=UTC)):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_one_learns_who_holds_it(database_url: str) -> None:
    connections = Connections(database_url)
    with (
        refresh_lock(connections, "refresh", NOW),
        pytest.raises(Busy) as caught,
        refresh_lock(Connections(database_url), "rebuild", NOW),
    ):
        pass
    assert "the store is being written by" in str(caught.value)
    assert str(os.getpid()) in str(caught.value)
    assert "wait until it ends, then run this again" in str(caught.value)
    # and when the first has ended the next may
    with refresh_lock(Connections(database_url), "rebuild", NOW):
        pass


def test_the_lock_dies_with_the_process_that_holds_it(database_url: str) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, database_url], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(Busy, match=str(holder.pid)), refresh_lock(Connections(database_url), "refresh", NOW):
        pass
    os.kill(holder.pid, signal.SIGKILL)
    holder.communicate(timeout=30)
    for _ in range(50):
        try:
            with refresh_lock(Connections(database_url), "refresh", NOW):
                return
        except Busy:
            # a server notices a moment later that its client is gone
            import time

            time.sleep(0.1)
    pytest.fail("the lock outlived its holder by five seconds")
