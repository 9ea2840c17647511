"""Going through a page by keyboard: what has the focus, whether that can be seen, and Tab until something has it."""

from __future__ import annotations

import re
from typing import Any

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
