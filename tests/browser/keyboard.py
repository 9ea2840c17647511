"""Going through a page by keyboard: what has the focus, whether that can be seen, and Tab until something has it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.browser.conftest import Visit

_FOCUSED = """() => {
  const element = document.activeElement;
  const words = element.tagName === 'SELECT' ? '' : element.innerText;
  return `${element.tagName} #${element.id} ${(element.getAttribute('aria-label') || words || '').trim().slice(0, 80)}`;
}"""
# the ring of an area of the map is drawn on top of all areas, as a path of its own
_VISIBLE = """() => {
  const focused = document.activeElement;
  if (focused.closest('.wh-map-areas')) return Boolean(document.querySelector('svg > .wh-map-focus path'));
  return focused.matches(':focus-visible') && [focused, focused.parentElement].some(element => {
    const style = getComputedStyle(element);
    return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none';
  });
}"""
_IN_SIGHT = """() => {
  const box = document.activeElement.getBoundingClientRect();
  return box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
}"""


def focused(page: Any) -> str:
    """Tag, id and words of what has the focus: ``SELECT #choose-indicator ``, ``A # Compare``."""
    return str(page.evaluate(_FOCUSED))


def visible_focus(page: Any) -> bool:
    """Whether what has the focus shows it by an outline or a shadow, its own or that of the box it is in."""
    return bool(page.evaluate(_VISIBLE))


def tab_to(page: Any, words: str, most: int = 120, *, backwards: bool = False) -> None:
    """Press Tab until something with these words (a pattern) has the focus; every stop must show that it has it.

    ``backwards`` presses Tab with Shift.
    """
    for _ in range(most):
        page.keyboard.press("Shift+Tab" if backwards else "Tab")
        stop = focused(page)
        assert visible_focus(page), f"the focus on {stop!r} cannot be seen"
        assert page.evaluate(_IN_SIGHT), f"{stop!r} has the focus and is not on the screen"
        if re.search(words, stop):
            return
    raise AssertionError(f"{words!r} is not reached in {most} steps; the focus is on {focused(page)!r}")


def skip_to_main(page: Any) -> None:
    """Past the navigation by the link that is there for it."""
    page.keyboard.press("Tab")
    assert "Skip to main content" in focused(page)
    assert visible_focus(page)
    page.keyboard.press("Enter")


def follow(visit: Visit, words: str, arrived: str, *, ready: str = "h1", first: bool = True) -> None:
    """Tab to a link with these words, press Enter, and wait for the address and the heading that takes the focus.

    ``first``: whether the way starts at the top of the page, past its navigation.
    """
    page = visit.page
    if first:
        skip_to_main(page)
    tab_to(page, words)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(arrived))
    visit.settle(ready)


def read_from_the_top(visit: Visit) -> None:
    """A page that was opened by a link starts with the focus on its heading."""
    visit.page.wait_for_function("() => document.activeElement.tagName === 'H1'")


def control(page: Any, name: str) -> None:
    """Go to a control; on a phone all of them stand behind one button, which hands the focus on."""
    if page.locator(".wh-change").is_visible() and not page.locator(f"#{name}").is_visible():
        tab_to(page, "^BUTTON # ?Change")
        page.keyboard.press("Enter")
        page.wait_for_function("() => document.activeElement.tagName === 'SELECT'")
    if f"#{name} " not in focused(page):
        tab_to(page, f"^(SELECT|INPUT) #{name} ")
    assert visible_focus(page)


def text_of(page: Any, selector: str = "main") -> str:
    return " ".join(page.locator(selector).first.inner_text().split())


def saved(visit: Visit, words: str) -> tuple[str, bytes]:
    """Tab to a download with these words and press Enter: the name of the file and what it holds."""
    tab_to(visit.page, words)
    with visit.page.expect_download() as waiting:
        visit.page.keyboard.press("Enter")
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()
