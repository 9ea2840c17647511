"""A real server with the starter edition, and a real Chromium that reports every stray request or message."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
AXE = Path(__file__).parent / "vendor" / "axe.min.js"
# WCAG 2.2 AA and the best practices axe knows
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def required(what: str) -> bool:
    """Whether CI says that ``what`` must be there, so that its lack is a failure and not a skip."""
    return what in os.environ.get("WORKHEALTH_REQUIRE", "").split(",")


def chromium() -> str | None:
    """Path of the system's Chromium, or None."""
    return next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))),
        None,
    )


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the starter edition loaded by the project's own command."""
    folder = tmp_path_factory.mktemp("workhealth")
    loaded = subprocess.run(
        [sys.executable, "-m", "etl", "starter", "load"],
        cwd=ROOT,
        env={**os.environ, "WORKHEALTH_DATA_DIR": str(folder), "WORKHEALTH_DATABASE_URL": ""},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert loaded.returncode == 0, loaded.stdout + loaded.stderr
    return folder


@pytest.fixture(scope="session")
def boundaries(data_dir: Path) -> bool:
    """Official boundaries beside the starter edition where the real files are there; says whether."""
    shared = Path(os.environ.get("WORKHEALTH_SHARED", ROOT.parent / "shared")) / "geography"
    if not shared.is_dir():
        return False
    built = subprocess.run(
        [sys.executable, "-m", "etl", "refresh", "ons_geography", "--from", str(shared)],
        cwd=ROOT,
        env={**os.environ, "WORKHEALTH_DATA_DIR": str(data_dir), "WORKHEALTH_DATABASE_URL": ""},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    return True


@pytest.fixture(scope="session")
def address(data_dir: Path, boundaries: bool) -> Iterator[str]:
    """Address of the app, served by gunicorn as in production."""
    port = free_port()
    log = (data_dir / "gunicorn.log").open("w", encoding="utf-8")
    server = subprocess.Popen(
        [
            sys.executable,
            "-OO",
            "-m",
            "gunicorn",
            "--bind",
            f"127.0.0.1:{port}",
            "--workers",
            "2",
            "--preload",
            "app:server",
        ],
        cwd=ROOT,
        env={**os.environ, "WORKHEALTH_DATA_DIR": str(data_dir), "WORKHEALTH_DATABASE_URL": ""},
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    base = f"http://127.0.0.1:{port}"
    try:
        for _ in range(150):
            try:
                with urllib.request.urlopen(f"{base}/healthz", timeout=2):
                    break
            except (urllib.error.URLError, OSError):
                assert server.poll() is None, Path(log.name).read_text(encoding="utf-8")
                time.sleep(0.2)
        else:
            raise AssertionError(
                "the app did not answer /healthz: " + Path(log.name).read_text(encoding="utf-8")
            )
        yield base
    finally:
        server.terminate()
        server.wait(timeout=20)
        log.close()


@dataclass
class Visit:
    """A page of the browser, with everything it asked for and said."""

    page: Any
    base: str
    messages: list[str] = field(default_factory=list)
    strays: list[str] = field(default_factory=list)

    def go(self, path: str, *, ready: str = "h1") -> Any:
        """Open a path; wait until ``ready`` shows and the page has no request under way."""
        answer = self.page.goto(self.base + path)
        self.settle(ready)
        return answer

    def settle(self, ready: str = "h1") -> None:
        self.page.wait_for_selector(ready, state="visible")
        self.page.wait_for_load_state("networkidle")
        # scripts follow the address; they hear of a new one a moment after it stands in the browser
        self.page.wait_for_function("() => document.documentElement.classList.contains('wh-ready')")
        self.page.evaluate("() => new Promise(done => setTimeout(done, 60))")
        # no part of a page is on its way
        self.page.wait_for_function(
            "() => !document.querySelector('#page[aria-busy=true], [data-dash-is-loading=true]')"
        )
        self.page.wait_for_selector(ready, state="visible")

    def violations(self) -> list[str]:
        """What axe finds, one line a rule with the first elements."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate(
            "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", AXE_TAGS
        )["violations"]
        return [
            f"{violation['id']}: {violation['help']}: "
            + json.dumps([node["html"][:200] for node in violation["nodes"][:3]])
            for violation in found
        ]

    def check(self) -> None:
        """No message in the console, no request that left the machine, nothing axe objects to."""
        assert self.messages == []
        assert self.strays == []
        assert self.violations() == []


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One Chromium for the session."""
    path = chromium()
    if path is None:
        if required("browser"):
            pytest.fail("no Chromium on this machine, and WORKHEALTH_REQUIRE asks for one: install chromium")
        pytest.skip("no Chromium on this machine: install Debian's chromium to run the browser tests")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=path,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
        )
        yield started
        started.close()


def listen(visit: Visit, own: tuple[str, ...]) -> None:
    """Notes every message of a page, and every request for what does not begin with one of ``own``."""
    page = visit.page
    page.on(
        "console",
        lambda said: (
            visit.messages.append(f"{said.type}: {said.text}") if said.type in ("error", "warning") else None
        ),
    )
    page.on("pageerror", lambda error: visit.messages.append(f"uncaught: {error}"))
    page.on("request", lambda asked: None if asked.url.startswith(own) else visit.strays.append(asked.url))


@pytest.fixture(params=[1280, 390], ids=["1280px", "390px"])
def visit(browser: Any, address: str, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """A fresh page at a desk's and at a telephone's width."""
    context = browser.new_context(viewport={"width": request.param, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(20_000)
    made = Visit(page, address)
    listen(made, (address, "data:", "blob:", "about:"))
    yield made
    context.close()
