"""How far from the top the first picture of each main page begins, on a laptop and on a phone, against the bars.

``WORKHEALTH_DATA_DIR`` names a store other than the starter edition. The last line printed is one JSON object.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, NamedTuple

from bench.serving import browsing, serving, starter_store


class Screen(NamedTuple):
    """Width and height in px, and how far from the top a first picture may begin."""

    width: int
    height: int
    most: int


class First(NamedTuple):
    """Where a page is, and what its first picture is (a selector within the page); its axis is a part of it."""

    path: str
    picture: str


SCREENS = (Screen(1366, 768, 420), Screen(390, 844, 600))
PAGES = {
    "home": First("/", ".wh-small-map"),
    "area": First("/areas/E06000018", ".wh-card-spark"),
    "conditions": First("/conditions?area=E06000018", ".wh-gap-axis"),
    "map": First("/map?indicator=employment-rate&area=E06000018", ".wh-map-svg"),
    "compare": First("/compare?area=E06000018", ".wh-ranked"),
    "trends": First("/trends?area=E06000018", ".main-svg"),
    "relate": First("/relate?area=E06000018", ".main-svg"),
    "all indicators": First("/overview?area=E06000018", ".wh-rug"),
}


def top_of(browser: Any, address: str, first: First, screen: Screen) -> int:
    """px from the top of the page to its first picture. Raises Playwright's TimeoutError where there is none."""
    context = browser.new_context(
        viewport={"width": screen.width, "height": screen.height}, reduced_motion="reduce"
    )
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.goto(address + first.path)
    picture = page.locator(f"#page {first.picture}").first
    picture.wait_for(state="visible")
    page.wait_for_load_state("networkidle")
    top = round(picture.bounding_box()["y"])
    context.close()
    return top


def main() -> None:
    """Print a line for each page: the position on each screen, and which are too far down."""
    folder = Path(os.environ.get("WORKHEALTH_DATA_DIR") or starter_store())
    with serving(folder) as server, browsing() as browser:
        tops = {
            name: [top_of(browser, server.address, first, screen) for screen in SCREENS]
            for name, first in PAGES.items()
        }
    heads = [f"{screen.width} × {screen.height}" for screen in SCREENS]
    print(f"{'px to the first picture':<24}" + "".join(f"{head:>14}" for head in heads))
    for name, found in tops.items():
        marks = [
            f"{top:>12} {'!' if top > screen.most else ' '}"
            for top, screen in zip(found, SCREENS, strict=True)
        ]
        print(f"{name:<24}" + "".join(marks))
    print(f"{'bar':<24}" + "".join(f"{screen.most:>12}  " for screen in SCREENS) + "  (!: above it)")
    print(
        json.dumps(
            {
                f"{screen.width}x{screen.height}": {name: found[place] for name, found in tops.items()}
                for place, screen in enumerate(SCREENS)
            }
        )
    )
