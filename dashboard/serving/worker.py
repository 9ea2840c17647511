"""The gunicorn worker that serves the app: threads, and new connections shared between the workers."""

from __future__ import annotations

import time
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

_WAIT_S = 0.0001  # for each connection that a worker holds
_LONGEST_WAIT_S = 0.002


class FairThreads(ThreadWorker):  # type: ignore[misc]
    """A threaded worker that lets workers with fewer connections take a new one first.

    All workers wait on one socket and browsers keep their connections open: whichever worker woke first took nearly all
    of twenty clients that came at once, and its core then did nine tenths of the work while the other stood idle.
    """

    def accept(self, listener: Any) -> None:
        """Take a new connection, after a moment that is longer the more connections this worker holds."""
        if self.nr_conns:
            time.sleep(min(_LONGEST_WAIT_S, self.nr_conns * _WAIT_S))
        super().accept(listener)
