"""Packs made in short-lived processes: the memory of their libraries never stays in a worker of the web app."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path
from threading import BoundedSemaphore

from dashboard.exports.pack import Pack

ROOT = Path(__file__).resolve().parents[2]
MOST_SECONDS = 20.0
_MOST_WAITING = 20.0  # seconds: some ten packs
LIBRARY_MISSING = 3  # exit code of pdf_process

# two at once would only slow each other down
_one_at_a_time = BoundedSemaphore(1)


class NotMade(RuntimeError):
    """A pack could not be made; the message says why and what to do, in words for the reader."""


def pdf_of(html: str, seconds: float = MOST_SECONDS) -> bytes:
    """The HTML as an accessible tagged PDF (PDF/UA-1).

    Raises NotMade where the library or its system parts are missing, where another pack is being made, where it
    takes more than ``seconds``, and where it fails.
    """
    return _made("pdf_process", html.encode(), "PDF", b"%PDF-", seconds)


def xlsx_of(pack: Pack, seconds: float = MOST_SECONDS) -> bytes:
    """The pack as an XLSX workbook. Raises NotMade as ``pdf_of`` does."""
    # pickled by this process for its own child, and by nobody else
    return _made("workbook_process", pickle.dumps(pack), "workbook", b"PK\x03\x04", seconds)


def _made(module: str, given: bytes, what: str, opening: bytes, seconds: float) -> bytes:
    if not _one_at_a_time.acquire(timeout=_MOST_WAITING):
        raise NotMade("Another pack is being made just now. Try again in a few seconds.")
    try:
        return _answer(module, given, what, opening, seconds)
    finally:
        _one_at_a_time.release()


def _answer(module: str, given: bytes, what: str, opening: bytes, seconds: float) -> bytes:
    """What the process writes for what it is given, where it ends well and opens as such a file does."""
    try:
        made = subprocess.run(
            [sys.executable, "-m", f"dashboard.exports.{module}"],
            cwd=ROOT,
            input=given,
            capture_output=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise NotMade(
            f"The {what} was not ready after {seconds:.0f} seconds, so making it was stopped. Try again later."
        ) from error
    if made.returncode == LIBRARY_MISSING:
        raise NotMade(
            "This server cannot make PDFs: WeasyPrint or the system's Pango library is missing. Whoever runs the "
            "service can install them (README, “What PDFs need”)."
        )
    if made.returncode != 0 or not made.stdout.startswith(opening):
        lines = made.stderr.decode(errors="replace").strip().splitlines()
        raise NotMade(f"The {what} could not be made ({lines[-1] if lines else 'no reason given'}).")
    return made.stdout
