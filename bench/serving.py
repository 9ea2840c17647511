"""A real server and a real browser for the benchmarks: the starter edition in a folder kept between runs, and Chromium."""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
WORKERS = 2
_LONGEST_START_S = 60.0


class Server(NamedTuple):
    """A running server: where it answers and the process that leads its workers."""

    address: str
    process_id: int


def _code_digest() -> str:
    """Changes when anything that the store is made from changes."""
    summary = hashlib.sha256()
    for folder in ("etl", "indicators", "geodata"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                summary.update(path.relative_to(ROOT).as_posix().encode())
                summary.update(path.read_bytes())
    return summary.hexdigest()[:12]


def _environment(folder: Path, **more: str) -> dict[str, str]:
    return {**os.environ, "WORKHEALTH_DATA_DIR": str(folder), "WORKHEALTH_DATABASE_URL": "", **more}


def _run(folder: Path, *arguments: str) -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "etl", *arguments],
        cwd=ROOT,
        env=_environment(folder),
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode:
        raise RuntimeError(f"etl {' '.join(arguments)} failed:\n{answer.stdout}{answer.stderr}")


def starter_store() -> Path:
    """Data folder with the starter edition, and official boundaries where ``../shared`` has them.

    Kept in the temporary folder between runs; made anew when the code that fills it changes.
    """
    folder = Path(tempfile.gettempdir()) / f"workhealth-bench-{_code_digest()}"
    ready = folder / "ready"
    if not ready.is_file():
        _run(folder, "starter", "load")
        geography = Path(os.environ.get("WORKHEALTH_SHARED", ROOT.parent / "shared")) / "geography"
        if geography.is_dir():
            _run(folder, "refresh", "ons_geography", "--from", str(geography))
        ready.touch()
    return folder


def has_boundaries(folder: Path) -> bool:
    return any((folder / "boundaries").glob("*.geojson"))


@contextmanager
def serving(folder: Path, application: str = "app:server", **environment: str) -> Iterator[Server]:
    """gunicorn over ``folder`` on a free port, as ``make run`` starts it, stopped at the end.

    ``application`` is what gunicorn serves; ``environment`` holds further variables for it.
    """
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    log = (folder / f"gunicorn-{application.split(':')[0]}.log").open("w", encoding="utf-8")
    process = subprocess.Popen(
        [
            sys.executable,
            "-OO",
            "-m",
            "gunicorn",
            "--bind",
            f"127.0.0.1:{port}",
            "--workers",
            str(WORKERS),
            application,
        ],
        cwd=ROOT,
        env=_environment(folder, **environment),
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        started = time.monotonic()
        while True:
            try:
                with urllib.request.urlopen(f"{address}/healthz", timeout=2):
                    break
            except (urllib.error.URLError, OSError) as error:
                if process.poll() is not None or time.monotonic() - started > _LONGEST_START_S:
                    raise RuntimeError(f"gunicorn did not start: see {log.name}") from error
                time.sleep(0.1)
        yield Server(address, process.pid)
    finally:
        process.terminate()
        process.wait(timeout=20)
        log.close()


@contextmanager
def browsing() -> Iterator[Any]:
    """The system's Chromium, started by Playwright without a window. Leaves the program where there is none."""
    path = next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))),
        None,
    )
    if path is None:
        sys.exit("no Chromium on this machine: install Debian's chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield browser
        browser.close()
