"""HTML as text: one function an element, each giving the finished markup of itself and all that it holds.

``p("5 < 6", class_="wh-body")`` gives ``<p class="wh-body">5 &lt; 6</p>``. Text is escaped; what one of these functions
gave (``Html``) is not escaped again. There is no tree to walk afterwards: a page of 1,500 elements costs 1,500 short
joins.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache, wraps
from typing import Any, ParamSpec, TypeVar

from markupsafe import escape as escape_special

from dashboard.address.root import at_root

P = ParamSpec("P")
T = TypeVar("T")
_SPECIAL = re.compile("[&<>'\"]").search
_ADDRESSES = frozenset(
    ("href", "src", "action", "formaction", "data-embed", "data-address", "data-download-address")
)
"""Attributes that hold an address: one within this service is written with the path that the service runs under."""


class Html(str):
    """Markup: text whose special characters are escaped already. A plain ``str`` added to it gives a plain ``str``."""

    __slots__ = ()

    def __html__(self) -> str:
        return self


Child = Any
"""Text, a number, markup, None or False (nothing), or a list, tuple or iterator of these."""


def escape(text: str) -> str:
    """Text with its special characters escaped, for an element or a quoted attribute; markup as it is."""
    return str(escape_special(text)) if _SPECIAL(text) and not isinstance(text, Html) else text


def text_of(child: Child) -> str:
    """The markup of a child or of several: text escaped, None and False left out.

    Raises TypeError for anything else, so that no object's ``repr`` ends on a page.
    """
    kind = type(child)
    if kind is Html:
        return str(child)
    if kind is str:
        return str(escape_special(child)) if _SPECIAL(child) else str(child)
    if child is None or child is False:
        return ""
    if kind is list or kind is tuple:
        return "".join([text_of(part) for part in child])
    if isinstance(child, (int, float)):
        return str(child)
    if hasattr(child, "__html__"):
        return str(child.__html__())
    if isinstance(child, str):
        return escape(str(child))
    if isinstance(child, (list, tuple, Iterator)):
        return "".join([text_of(part) for part in child])
    raise TypeError(f"cannot write {kind.__name__} as HTML; expected text, markup or a list of them")


def joined(*children: Child) -> Html:
    """Several children after each other, without an element round them."""
    return Html(text_of(children))


def trusted(markup: str) -> Html:
    """Markup that this project wrote itself, such as an SVG whose texts are escaped already."""
    return Html(markup)


_NAMES: dict[str, str] = {}  # of attributes, as they are written: few, and the same on every page


def _name(key: str) -> str:
    name = _NAMES[key] = key.rstrip("_").replace("_", "-")
    return name


def attributes_text(attributes: dict[str, Any]) -> str:
    """`` name="value"`` for each attribute: ``class_`` and ``for_`` lose their underscore, None and False are left out,
    True stands without a value; other underscores become hyphens (``aria_label``). Addresses are written ``at_root``."""
    text = ""
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        name = _NAMES.get(key) or _name(key)
        if name in _ADDRESSES:
            value = at_root(str(value))
        text += f" {name}" if value is True else f' {name}="{escape(str(value))}"'
    return text


def cached(make: Callable[P, T]) -> Callable[P, T]:
    """As ``functools.cache``, for a function that gives markup with addresses: they differ by the path of the service."""

    @cache
    def of_root(root: str, *args: Any, **given: Any) -> T:
        return make(*args, **given)

    @wraps(make)
    def find(*args: P.args, **given: P.kwargs) -> T:
        return of_root(at_root("/"), *args, **given)

    return find


def element(name: str, children: Child = None, /, **attributes: Any) -> Html:
    """``<name …>children</name>``."""
    return Html(f"<{name}{attributes_text(attributes)}>{text_of(children)}</{name}>")


def void(name: str, /, **attributes: Any) -> Html:
    """``<name …>``, which holds nothing."""
    return Html(f"<{name}{attributes_text(attributes)}>")


def _named(name: str) -> Callable[..., Html]:
    def make(children: Child = None, /, **attributes: Any) -> Html:
        if attributes:
            return Html(f"<{name}{attributes_text(attributes)}>{text_of(children)}</{name}>")
        return Html(f"<{name}>{text_of(children)}</{name}>")

    make.__name__ = name
    make.__doc__ = f"``<{name}>`` with its children and attributes."
    return make


def _void(name: str) -> Callable[..., Html]:
    def make(**attributes: Any) -> Html:
        return Html(f"<{name}{attributes_text(attributes)}>")

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
            return Html(markup[start.start() : end])
    return None
