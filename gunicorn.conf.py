"""How gunicorn serves the app, read by itself from the folder it starts in; ``make run`` and the tests use it too.

Threads keep connections of browsers open between requests, at a fraction of the cost of a new one each time: a
synchronous worker answered a fifth as many requests a second here (``make bench BENCH=serve``).
"""

from __future__ import annotations

import atexit
import ctypes
import gc
import ipaddress
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

worker_class = "dashboard.serving.worker.FairThreads"
threads = 8  # of which files that take seconds hold at most half (dashboard/serving/made_files.py)
control_socket_disable = True  # nothing here asks it, and a socket is one more way in
keepalive = 15  # seconds; longer than people look between two clicks is of no use
preload_app = True  # facts are read once and shared; the store is opened after the fork

# settings of glibc's allocator, from <malloc.h>
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
# bytes; an answer of 100 kB does not go back to the system by itself, only to be asked for again
_OWN_BLOCK, _LEFT_OVER = 262_144, 262_144


_COUNTS, _COUNTS_NAME = "PROMETHEUS_MULTIPROC_DIR", "workhealth-counts-"


def _own_counts() -> None:
    """Name the folder into whose files workers count (``dashboard/serving/health.py``), before the app is loaded.

    It is the master's: gunicorn reads these settings again at HUP, and a worker that ends runs what was to be done at exit.
    """
    mine = f"{_COUNTS_NAME}{os.getpid()}-"
    named = Path(os.environ.get(_COUNTS, "")).name
    if named and (named.startswith(mine) or not named.startswith(_COUNTS_NAME)):
        return  # named at the start, or by whoever runs this
    folder, master = tempfile.mkdtemp(prefix=mine), os.getpid()
    os.environ[_COUNTS] = folder
    atexit.register(lambda: os.getpid() == master and shutil.rmtree(folder, ignore_errors=True))


_own_counts()


def child_exit(server: Any, worker: Any) -> None:
    """A worker has ended: what it counted stays, what it alone held goes."""
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(worker.pid)


def on_starting(server: Any) -> None:
    """Before anything is loaded: say so where anyone could reach this server without a proxy before it."""
    for address in server.cfg.address:
        host = (
            address[0] if isinstance(address, tuple) else "localhost"
        )  # a socket file is no network address
        if not _is_this_machine(host):
            server.log.warning(
                "listening on %s, which other machines can reach: this server bounds neither slow nor many connections. "
                "Put a proxy before it and bind it to 127.0.0.1 (docs/operations.md).",
                host,
            )


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def when_ready(server: Any) -> None:
    """Before the first fork: have workers give back what they no longer use.

    glibc gives each thread a heap of its own and keeps what was freed in it: some 40 MB a worker after an hour. One heap
    is enough, since Python's threads take turns. Larger blocks go back to the system as soon as they are free, and so does
    what is free at the end of the heap.
    """
    libc = ctypes.CDLL(None)
    tunable = hasattr(libc, "mallopt") and hasattr(libc, "malloc_trim")  # glibc, and not another C library
    if tunable:
        libc.mallopt(_ARENA_MAX, 1)
        libc.mallopt(_MMAP_THRESHOLD, _OWN_BLOCK)
        libc.mallopt(_TRIM_THRESHOLD, _LEFT_OVER)
    gc.collect()
    gc.freeze()  # what was loaded before the fork is never garbage: workers need not look at it
    if tunable:
        libc.malloc_trim(0)
