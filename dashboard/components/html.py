"""HTML as text: one function an element, each giving the finished markup of itself and all that it holds.

``p("5 < 6", class_="wh-body")`` gives ``<p class="wh-body">5 &lt; 6</p>``. Text is escaped; what one of these functions
gave is not escaped again (``markupsafe.Markup``). There is no tree to walk afterwards: a page of 1,500 elements costs
1,500 short joins.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from markupsafe import Markup, escape

Html = Markup
Child = Any
"""Text, a number, markup, None or False (nothing), or a list, tuple or iterator of these."""


def text_of(child: Child) -> str:
    """The markup of a child or of several: text escaped, None and False left out.

    Raises TypeError for anything else, so that no object's ``repr`` ends on a page.
    """
    if isinstance(child, Markup):
        return child
    if isinstance(child, str):
        return escape(child)
    if child is None or child is False:
        return ""
    if isinstance(child, (list, tuple)):
        return "".join([text_of(part) for part in child])
    if isinstance(child, (int, float)):
        return escape(str(child))
    if isinstance(child, Iterator):
        return "".join([text_of(part) for part in child])
    raise TypeError(f"cannot write {type(child).__name__} as HTML; expected text, markup or a list of them")


def joined(*children: Child) -> Html:
    """Several children after each other, without an element round them."""
    return Markup(text_of(children))


def trusted(markup: str) -> Html:
    """Markup that this project wrote itself, such as an SVG whose texts are escaped already."""
    return Markup(markup)


def attributes_text(attributes: dict[str, Any]) -> str:
    """`` name="value"`` for each attribute: ``class_`` and ``for_`` lose their underscore, None and False are left out,
    True stands without a value; other underscores become hyphens (``aria_label``)."""
    parts = []
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        name = key.rstrip("_").replace("_", "-")
        parts.append(f" {name}" if value is True else f' {name}="{escape(value)}"')
    return "".join(parts)


def element(name: str, children: Child = None, /, **attributes: Any) -> Html:
    """``<name …>children</name>``."""
    given = attributes_text(attributes) if attributes else ""
    return Markup(f"<{name}{given}>{text_of(children)}</{name}>")


def void(name: str, /, **attributes: Any) -> Html:
    """``<name …>``, which holds nothing."""
    return Markup(f"<{name}{attributes_text(attributes)}>")


def _named(name: str) -> Callable[..., Html]:
    opening, closing = f"<{name}", f"</{name}>"

    def make(children: Child = None, /, **attributes: Any) -> Html:
        given = attributes_text(attributes) if attributes else ""
        return Markup(f"{opening}{given}>{text_of(children)}{closing}")

    make.__name__ = name
    make.__doc__ = f"``<{name}>`` with its children and attributes."
    return make


def _void(name: str) -> Callable[..., Html]:
    def make(**attributes: Any) -> Html:
        return Markup(f"<{name}{attributes_text(attributes)}>")

    make.__name__ = name
    make.__doc__ = f"``<{name}>``, which holds nothing."
    return make


a = _named("a")
button = _named("button")
caption = _named("caption")
code = _named("code")
dd = _named("dd")
details = _named("details")
div = _named("div")
dl = _named("dl")
dt = _named("dt")
em = _named("em")
figcaption = _named("figcaption")
figure = _named("figure")
footer = _named("footer")
form = _named("form")
h1 = _named("h1")
h2 = _named("h2")
h3 = _named("h3")
h4 = _named("h4")
header = _named("header")
label = _named("label")
li = _named("li")
main = _named("main")
nav = _named("nav")
ol = _named("ol")
optgroup = _named("optgroup")
option = _named("option")
output = _named("output")
p = _named("p")
pre = _named("pre")
script = _named("script")
section = _named("section")
select = _named("select")
span = _named("span")
strong = _named("strong")
summary = _named("summary")
table = _named("table")
tbody = _named("tbody")
td = _named("td")
th = _named("th")
thead = _named("thead")
tr = _named("tr")
ul = _named("ul")
br = _void("br")
img = _void("img")
input_ = _void("input")


def element_with_id(markup: str, id: str) -> Html | None:
    """The element of an id, with all that it holds, out of markup that these functions wrote; None where there is none."""
    start = re.search(rf'<(\w+)[^>]*\bid="{re.escape(id)}"', markup)
    if start is None:
        return None
    depth = 0
    for found in re.finditer(rf"<(/?){start[1]}\b", markup[start.start() :]):
        depth += -1 if found[1] else 1
        if depth == 0:
            end = markup.index(">", start.start() + found.end()) + 1
            return Markup(markup[start.start() : end])
    return None
