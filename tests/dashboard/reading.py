"""Reads what a page says out of its HTML, for tests."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from io import StringIO
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element

import tinyhtml5


class Table(NamedTuple):
    """A table of a page: its caption, headings, and the words of its rows."""

    caption: str
    headings: list[str]
    rows: list[list[str]]


def main_of(document: str) -> str:
    """The HTML of the page inside a whole document."""
    start = document.index("<main")
    return document[start : document.index("</main>", start)]


def tree_of(html: str | Iterable[str]) -> Element:
    """The tree of some HTML, of a whole page or of the pieces of a layout."""
    text = html if isinstance(html, str) else "".join(html)
    # a short text would be tried as the name of a file first
    return tinyhtml5.parse(StringIO(text), namespace_html_elements=False)


def words_of(html: str | Iterable[str] | Element) -> str:
    """The text of some HTML with single spaces, without scripts."""
    tree = html if isinstance(html, Element) else tree_of(html)
    return " ".join(" ".join(_texts(tree)).split())


def _texts(node: Element) -> list[str]:
    own = [] if node.tag in ("script", "style") else [node.text or ""]
    for child in node:
        own += _texts(child) if isinstance(child.tag, str) else []
        own.append(child.tail or "")
    return own


def find(html: str | Iterable[str], id: str) -> Element | None:
    """The element of an id; None where there is none."""
    return tree_of(html).find(f".//*[@id='{id}']")


def table_of(html: str | Iterable[str], id: str) -> Table:
    """The table inside the element of an id. Raises LookupError where there is none."""
    holder = find(html, id)
    table = None if holder is None else holder.find(".//table")
    if table is None:
        raise LookupError(f"no table in an element with the id {id!r}")
    caption = table.find("caption")
    return Table(
        "" if caption is None else words_of(caption),
        [words_of(cell) for cell in table.findall("./thead/tr/*")],
        [[words_of(cell) for cell in row] for row in table.findall("./tbody/tr")],
    )


def figure_of(html: str | Iterable[str], id: str) -> dict[str, Any]:
    """The plotly figure that a page draws under an id. Raises LookupError where there is none."""
    import json

    script = tree_of(html).find(f".//script[@data-figure='{id}']")
    if script is None or not script.text:
        raise LookupError(f"no chart with the id {id!r}")
    figure: dict[str, Any] = json.loads(script.text)
    return figure


def rows_of_csv(answer: Any) -> list[dict[str, str]]:
    """The rows of a CSV of figures by the names of its columns."""
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    text = answer.get_data().decode("utf-8").removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(text, newline="")))
