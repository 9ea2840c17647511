"""A PDF made from HTML in a short-lived process: the library's memory never stays in a worker of the web app."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from threading import BoundedSemaphore

ROOT = Path(__file__).resolve().parents[2]
MOST_SECONDS = 20.0
_MOST_WAITING = 5.0
LIBRARY_MISSING = 3  # exit code of pdf_process

# two at once would only slow each other down
_one_at_a_time = BoundedSemaphore(1)


class NoPdf(RuntimeError):
    """A PDF could not be made; the message says why and what to do, in words for the reader."""


def pdf_of(html: str, seconds: float = MOST_SECONDS) -> bytes:
    """The HTML as an accessible tagged PDF (PDF/UA-1).

    Raises NoPdf where the library or its system parts are missing, where another PDF is being made, where it takes
    more than ``seconds``, and where it fails.
    """
    if not _one_at_a_time.acquire(timeout=_MOST_WAITING):
        raise NoPdf("Another PDF is being made just now. Try again in a few seconds.")
    try:
        return _made(html, seconds)
    finally:
        _one_at_a_time.release()


def _made(html: str, seconds: float) -> bytes:
    try:
        made = subprocess.run(
            [sys.executable, "-m", "dashboard.exports.pdf_process"],
            cwd=ROOT,
            input=html.encode(),
            capture_output=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise NoPdf(
            f"The PDF was not ready after {seconds:.0f} seconds, so making it was stopped. Try again later."
        ) from error
    if made.returncode == LIBRARY_MISSING:
        raise NoPdf(
            "This server cannot make PDFs: WeasyPrint or the system's Pango library is missing. Whoever runs the "
            "service can install them (README, “What PDFs need”)."
        )
    if made.returncode != 0 or not made.stdout.startswith(b"%PDF-"):
        lines = made.stderr.decode(errors="replace").strip().splitlines()
        raise NoPdf(f"The PDF could not be made ({lines[-1] if lines else 'no reason given'}).")
    return made.stdout
