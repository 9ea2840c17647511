"""Pictures of the main pages for looking at, and the two that stand in the README: ``make screenshots``.

Every page at the four widths goes to ``build/screenshots`` (not committed); ``README`` pictures to ``docs/images``.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.serving import ROOT, browsing, serving, starter_store

WIDTHS = (390, 768, 1280, 1920)
PAGES = {
    "home": "/",
    "map": "/map?indicator=employment-rate&area=E06000018",
    "map-ips": "/map?indicator=ips-access-rate",
    "compare": "/compare?indicator=employment-rate&area_type=lep",
    "funnel": "/compare?indicator=talking-therapies-recovery-rate&area_type=icb&chart=funnel",
    "trends": "/trends?indicator=employment-rate&area=E06000018,E06000060",
    "overview": "/overview?area=E06000018",
    "area": "/areas/E06000018",
    "conditions": "/conditions?area=E06000018",
    "relate": "/relate",
    "goal": "/goal",
    "evidence": "/evidence",
    "indicators": "/indicators",
    "data": "/data",
    "refresh": "/refresh",
    "about": "/about",
    "accessibility": "/accessibility",
}
# (page, width, height): what the README shows; the outlines are our own drawing
README = (("map", 1280, 1100), ("area", 1280, 1500))


def main() -> int:
    """Take every picture. Exit code 1 where there is no Chromium."""
    folder = ROOT / "build" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data, browsing() as browser:
        # as a fresh installation has it: the maps show our own outlines, and no official boundaries
        shutil.copytree(
            starter_store(), data, ignore=shutil.ignore_patterns("boundaries", "cache"), dirs_exist_ok=True
        )
        with serving(Path(data)) as server:
            _take_all(browser, server.address, folder)
    return 0


def _take_all(browser: Any, address: str, folder: Path) -> None:
    """Every page at each width into a folder, and the README's pictures into theirs."""
    for name, path in PAGES.items():
        for width in WIDTHS:
            _take(browser, address + path, folder / f"{name}-{width}.png", width, 900, whole=True)
        sys.stdout.write(f"{name}\n")
    for name, width, height in README:
        picture = ROOT / "docs" / "images" / f"{name}.png"
        _take(browser, address + PAGES[name], picture, width, height, whole=False)
        sys.stdout.write(f"{picture.relative_to(ROOT)}\n")


def _take(browser: Any, address: str, picture: Path, width: int, height: int, *, whole: bool) -> None:
    """One picture, once the page has settled. Raises RuntimeError for an answer that is no page."""
    context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
    page = context.new_page()
    answer = page.goto(address)
    if answer.status != 200:
        raise RuntimeError(f"{address}: the app answered {answer.status}; expected 200")
    page.wait_for_function("() => document.documentElement.classList.contains('wh-ready')")
    page.wait_for_load_state("networkidle")
    page.screenshot(path=str(picture), full_page=whole)
    context.close()


if __name__ == "__main__":
    sys.exit(main())
