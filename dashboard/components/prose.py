"""Pages of prose: Markdown files of ``dashboard/content``, rendered once a process in the parts of any other page.

What a file may hold, besides paragraphs, lists, **strong**, *emphasis* and `code`:

``# Title`` and the paragraphs below it   the page's heading with its lead
``## Words {#id}``                        a section; the id (which may be left out) can be linked to
``### Words {details}``                   a part that opens on request, to the end of its section
``> …``                                   a passage set apart
a table whose headings are empty          names and what they mean
``[words](term:key)``                     a term of the glossary with its explanation; without words, the term itself
``{{name}}``                              a part that the page gives, in a line of its own or within one

Raw HTML is text. Links lead to addresses of this service, to a place on the page, or to ``https://``. Anything else is
refused, with the file and what was found.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from dashboard.components import html
from dashboard.components.glossary import glossary, term
from dashboard.components.text import bullets, details, facts, heading, inset, link, paragraph, section

FOLDER = Path(__file__).resolve().parents[1] / "content"
Component = Any

_PART = re.compile(r"\{\{([\w-]+)\}\}")
_ENDING = re.compile(r"\s*\{(#[\w-]+|details)\}$")
# stand round the name of a part in finished HTML: characters that no text has a use for
_OPEN, _CLOSE = "\ue000", "\ue001"
_MARKED = re.compile(f"{_OPEN}([\\w-]+){_CLOSE}")
_TERM = "term:"
_LINKS = ("/", "#", "https://", _TERM)


class BadProse(ValueError):
    """A file of ``dashboard/content`` holds what cannot be shown; says which file, and what."""


@dataclass(frozen=True, slots=True)
class Prose:
    """A rendered file: ``headings`` are (words, id) of its sections that have an id."""

    name: str
    headings: tuple[tuple[str, str], ...]
    pieces: tuple[str, ...]
    """HTML and names of parts, in turns."""

    def page(
        self, parts: Mapping[str, Component] | None = None, *, below_heading: Component = None
    ) -> html.Html:
        """The page with its parts put in. Raises BadProse where parts are missing or given for nothing.

        below_heading  stands right below the page's heading, which every file begins with
        """
        given = parts or {}
        wanted = self.pieces[1::2]
        if set(wanted) != set(given):
            raise BadProse(
                f"{self.name}.md: needs the parts {sorted(set(wanted))}, and was given {sorted(given)}"
            )
        texts = {name: html.text_of([part]) for name, part in given.items()}
        filled = [texts[piece] if place % 2 else piece for place, piece in enumerate(self.pieces)]
        heading_text, end, rest = "".join(filled).partition("</header>")
        return html.trusted(f"{heading_text}{end}{html.text_of([below_heading])}{rest}")


@html.cached
def prose(name: str) -> Prose:
    """The file ``<name>.md`` of ``dashboard/content``, rendered."""
    return render(name, (FOLDER / f"{name}.md").read_text(encoding="utf-8"))


def render(name: str, text: str) -> Prose:
    """Render Markdown. Raises BadProse for anything that the module's text does not name."""
    if _OPEN in text or _CLOSE in text:
        raise BadProse(f"{name}.md: holds a character that stands for nothing")
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    parser.validateLink = lambda url: True  # links are checked below, where the file can be named
    reader = _Reader(name)
    markup = html.text_of(reader.page(SyntaxTreeNode(parser.parse(text)).children))
    return Prose(name, tuple(reader.headings), tuple(_MARKED.split(markup)))


class _Reader:
    """Turns the tree of one file into the parts of a page."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._place = ""  # the section's id, which tells apart the places of a term
        self.headings: list[tuple[str, str]] = []

    def page(self, nodes: Sequence[SyntaxTreeNode]) -> list[Component]:
        if not nodes or nodes[0].tag != "h1":
            raise self._bad("does not begin with its title")
        starts = [place for place, node in enumerate(nodes) if node.tag == "h2"]
        above = nodes[1 : starts[0] if starts else len(nodes)]
        lead = [node for node in above if node.type == "paragraph" and not self._is_part(node)]
        parts: list[Component] = [
            heading(self._plain(nodes[0]), *(html.p(self._inline(node), class_="wh-lead") for node in lead)),
            *(self._block(node) for node in above if node not in lead),
        ]
        for start, end in pairwise([*starts, len(nodes)]):
            parts.append(self._section(nodes[start], nodes[start + 1 : end]))
        return parts

    def _section(self, title: SyntaxTreeNode, nodes: Sequence[SyntaxTreeNode]) -> Component:
        words, ending = self._ending(title)
        id = ending.removeprefix("#") if ending.startswith("#") else None
        self._place = id or ""
        if id:
            self.headings.append((words, id))
        blocks: list[Component] = []
        for place, node in enumerate(nodes):
            if node.tag == "h3":
                inner, kind = self._ending(node)
                if kind == "details":
                    blocks.append(details(inner, *(self._block(below) for below in nodes[place + 1 :])))
                    break
                blocks.append(html.h3(inner, class_="wh-h3"))
            else:
                blocks.append(self._block(node))
        return section(words, *blocks, id=id)

    def _ending(self, title: SyntaxTreeNode) -> tuple[str, str]:
        """A heading's words, and what stands in braces after them."""
        text = self._plain(title)
        found = _ENDING.search(text)
        return (text[: found.start()], found[1]) if found else (text, "")

    def _plain(self, title: SyntaxTreeNode) -> str:
        children = title.children[0].children
        if any(child.type != "text" for child in children):
            raise self._bad(f"a heading with more than text: {title.children[0].content!r}")
        return "".join(child.content for child in children)

    def _is_part(self, node: SyntaxTreeNode) -> bool:
        return node.type == "paragraph" and _PART.fullmatch(node.children[0].content) is not None

    def _block(self, node: SyntaxTreeNode) -> Component:
        match node.type:
            case "paragraph":
                inline = self._inline(node)
                return inline if self._is_part(node) else paragraph(*inline)
            case "bullet_list":
                return bullets(self._item(item) for item in node.children)
            case "blockquote":
                return inset(*(html.p(self._inline(below)) for below in node.children))
            case "table":
                return self._facts(node)
            case other:
                raise self._bad(f"cannot show {other}: {node.content[:40]!r}")

    def _item(self, item: SyntaxTreeNode) -> list[Component]:
        if len(item.children) != 1 or item.children[0].type != "paragraph":
            raise self._bad("an item of a list holds one paragraph")
        return self._inline(item.children[0])

    def _facts(self, table: SyntaxTreeNode) -> Component:
        head, *bodies = table.children
        if any(cell.children[0].content for row in head.children for cell in row.children):
            raise self._bad("a table with headings: only names and what they mean can be shown")
        rows = [row.children for body in bodies for row in body.children]
        if any(len(cells) != 2 for cells in rows):
            raise self._bad("a table of names and what they mean has two columns")
        return facts((self._inline(name), self._inline(meaning)) for name, meaning in rows)

    def _inline(self, holder: SyntaxTreeNode) -> list[Component]:
        """What stands in a paragraph or a cell."""
        return [part for child in holder.children for part in self._spans(child)]

    def _spans(self, node: SyntaxTreeNode) -> list[Component]:
        match node.type:
            case "inline":
                return self._inline(node)
            case "text":
                texts = _PART.split(node.content)
                return [
                    html.trusted(f"{_OPEN}{text}{_CLOSE}") if place % 2 else text
                    for place, text in enumerate(texts)
                    if text
                ]
            case "softbreak":
                return [" "]
            case "code_inline":
                return [html.code(node.content)]
            case "strong":
                return [html.strong(self._inline(node))]
            case "em":
                return [html.em(self._inline(node))]
            case "link":
                return [self._link(node)]
            case other:
                raise self._bad(f"cannot show {other}: {node.content[:40]!r}")

    def _link(self, node: SyntaxTreeNode) -> Component:
        href = str(node.attrs["href"])
        if not href.startswith(_LINKS) or href.startswith("//"):
            raise self._bad(f"a link to {href!r}: expected one of {', '.join(_LINKS)}")
        if href.startswith(_TERM):
            key = href.removeprefix(_TERM)
            if key not in glossary():
                raise self._bad(f"no term {key!r} in the glossary")
            words = "".join(child.content for child in node.children)
            return term(key, words or None, place=self._place)
        return link(self._inline(node), href)

    def _bad(self, words: str) -> BadProse:
        return BadProse(f"{self._name}.md: {words}")
