"""How hard running text is to read: words in a sentence, and the school year that it asks for (Flesch–Kincaid grade).

Texts come in as paragraphs, one string each; HTML, Markdown and TOML give them through ``prose_of``, ``markdown_prose``.
Names that nobody can shorten (areas, indicators, glossary terms, publications) are masked: each counts as one short word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from io import StringIO
from xml.etree.ElementTree import Element

import tinyhtml5

MASK = "Name"
MOST_WORDS = 30
MEAN_WORDS = 15.0
_CITED = re.compile(
    r"^\s*Sources?:|, loaded \d+ \w+ \d{4}|sha256 |^The figures of this page come from:"
    # a line of a run's log, which begins with an edition or an id: 2021-22-q4-v3.2, employment-rate
    r"|^[a-z0-9][\w.]*(?:[-_][\w.]+)+: "
)
"""What a citation is known by; citations are left out."""
MOST_SEMICOLONS = 3
"""A sentence with more of them is a list of names."""
LONGEST_LABEL = 8
"""A text without a full stop and with no more words than this is a label, a link or a value: no running text."""

_BLOCKS = frozenset(("p", "li", "dd", "caption", "figcaption", "blockquote", "summary"))
_LEFT_OUT = frozenset(
    ("script", "style", "table", "select", "datalist", "option", "code", "pre", "svg", "nav", "textarea", "template",
     "noscript", "cite", "button", "label", "legend")
)  # fmt: skip
_LEFT_OUT_CLASSES = frozenset(("wh-visually-hidden", "wh-term-words", "wh-citation", "wh-shapes"))

_WORD = re.compile(r"[£−+-]?\d[\d,.:/]*%?|[A-Za-zÀ-ÿ]+(?:[’'-][A-Za-zÀ-ÿ]+)*")
_END = re.compile(r"(?<=[.?!])\s+(?=[“‘\"(]?[A-Z0-9£/`])|(?<=[.?!][”’\")])\s+(?=[“‘\"(]?[A-Z0-9£/`])")
_ABBREVIATIONS = re.compile(r"\b(?:e\.g|i\.e|etc|vs|St|Dr|No|approx)\.(?=\s)")
_VOWELS = re.compile(r"[aeiouy]+")


@dataclass(frozen=True, slots=True)
class Reading:
    """What was counted in some running text.

    longest  the sentence with the most words, and ``most`` how many those are
    grade    Flesch–Kincaid: 0.39 × words a sentence + 11.8 × syllables a word − 15.59; 0 without a sentence
    """

    sentences: int
    words: int
    syllables: int
    most: int
    longest: str

    @property
    def mean(self) -> float:
        return self.words / self.sentences if self.sentences else 0.0

    @property
    def grade(self) -> float:
        if not self.sentences:
            return 0.0
        return 0.39 * self.mean + 11.8 * self.syllables / self.words - 15.59


def syllables(word: str) -> int:
    """Syllables of a word by its vowels; a number and a mask are one, capitals that are read out one a letter."""
    if not any(letter.isalpha() for letter in word):
        return 1
    if len(word) > 1 and word.rstrip("s").isupper():
        return sum(3 if letter == "W" else 1 for letter in word.rstrip("s"))
    return max(1, sum(_of_part(part) for part in re.split(r"[’'-]", word.lower()) if part))


_SPOKEN_APART = re.compile(
    r"(?<![tcs])ia(?!l\b)|(?<=[tcs])iat|(?<![tcsgx])io|eo(?!p|u|r)|ua(?!r)|uou|iu|ying|[eo]ing|\bcrea(?=t)|scien|\Bea(?=s?$)"
)
"""Two vowels in a row that are two syllables."""
_UNSPOKEN = re.compile(
    r"[^aeiouyl]e$|[aeiou]le$|[^aeiouytdl]ed$|[aeiouyl]led$|[^aeiouyscxzgh]es$|[^cs]hes$|[^aeiouy]eless$|[^aeiouyl]ely$|[^aeiouyl]ement"
)
"""A written e that is not spoken: used, changed, rates, safely, statement."""


def _of_part(part: str) -> int:
    if part in ("s", "t", "ll", "ve", "re"):  # what an apostrophe takes off: people’s, don’t
        return 0
    count = len(_VOWELS.findall(part))
    if count > 1:
        count -= len(_UNSPOKEN.findall(part))
    if count > 1 or len(part) > 4:
        count += len(_SPOKEN_APART.findall(part))
    return max(count, 1)


def sentences_of(text: str) -> list[str]:
    """The sentences of a paragraph; one that lists names (``MOST_SEMICOLONS``) is none."""
    whole = " ".join(text.split())
    kept = _ABBREVIATIONS.sub(lambda found: found[0].replace(".", "․"), whole)
    return [
        sentence
        for sentence in _END.split(kept)
        if _WORD.search(sentence) and sentence.count(";") <= MOST_SEMICOLONS
    ]


def is_citation(text: str) -> bool:
    return _CITED.search(text) is not None


def is_running(text: str) -> bool:
    """Whether a text is made of sentences, and is no label, link or value."""
    return bool(re.search(r"[.?!][”’\")]*(\s|$)", text)) or len(_WORD.findall(text)) > LONGEST_LABEL


def measure(paragraphs: Iterable[str]) -> Reading:
    """The reading of running text; labels count for nothing, and each sentence once however often it stands there."""
    found = dict.fromkeys(
        sentence for text in paragraphs if is_running(text) for sentence in sentences_of(text)
    )
    words = {sentence: _WORD.findall(sentence) for sentence in found}
    longest = max(words, key=lambda sentence: len(words[sentence]), default="")
    return Reading(
        sentences=len(words),
        words=sum(map(len, words.values())),
        syllables=sum(syllables(word) for found in words.values() for word in found),
        most=len(words[longest]) if longest else 0,
        longest=longest,
    )


def too_long(paragraphs: Iterable[str], most: int = MOST_WORDS) -> list[tuple[int, str]]:
    """(words, sentence) of every sentence with more than ``most`` words, the longest first."""
    counted = {
        sentence: len(_WORD.findall(sentence))
        for text in paragraphs
        if is_running(text)
        for sentence in sentences_of(text)
    }
    return sorted(((n, words) for words, n in counted.items() if n > most), reverse=True)


class Mask:
    """Puts one short word in the place of each name of a list."""

    def __init__(self, names: Iterable[str]) -> None:
        wanted = sorted({name for name in names if len(name) > 2}, key=len, reverse=True)
        self._names = (
            re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, wanted)) + r")(?!\w)") if wanted else None
        )

    def __call__(self, text: str) -> str:
        return self._names.sub(MASK, text) if self._names else text


# ---- where text comes from ---------------------------------------------------------------------------------


def prose_of(html: str) -> list[str]:
    """The paragraphs, points and captions of a page's main part; tables, menus, code and citations are left out."""
    start = html.find("<main")
    part = html[start : html.index("</main>", start)] if start >= 0 else html
    tree = tinyhtml5.parse(StringIO(part), namespace_html_elements=False)
    return [text for text in (" ".join(text.split()) for text in _blocks(tree)) if text]


def _blocks(node: Element) -> Iterator[str]:
    for child in node:
        if not isinstance(child.tag, str) or _is_left_out(child):
            continue
        if child.tag in _BLOCKS:
            yield _own_text(child)
        yield from _blocks(child)


def _is_left_out(node: Element) -> bool:
    classes = (node.get("class") or "").split()
    if node.tag in _LEFT_OUT or "popover" in node.attrib or not _LEFT_OUT_CLASSES.isdisjoint(classes):
        return True
    return node.tag == "span" and is_citation("".join(node.itertext()))


def _own_text(node: Element) -> str:
    """The text of a block without that of blocks inside it."""
    pieces = [node.text or ""]
    for child in node:
        if isinstance(child.tag, str) and child.tag not in _BLOCKS and not _is_left_out(child):
            text = _own_text(child)
            # a sentence in an element of its own begins on a new line of the page
            begins = re.search(r"[.?!]$", "".join(pieces)) and re.match(r"[A-Z0-9“]", text)
            pieces.append(f" {text}" if begins else text)
        elif child.tag in ("code", "cite"):
            pieces.append(MASK)
        elif child.tag in ("button", "label"):  # a term or a control within a sentence
            pieces.append("".join(child.itertext()).split(":")[0])
        pieces.append(child.tail or "")
    return "".join(pieces)


def markdown_prose(text: str) -> list[str]:
    """The paragraphs and points of a Markdown document; code, tables, headings and pictures are left out."""
    plain = re.sub(r"^(```|~~~).*?^\1.*?$", "", text, flags=re.S | re.M)
    plain = re.sub(r"!\[[^\]]*\]\([^)]*\)", "", plain)
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", plain)
    plain = re.sub(r"`[^`]*`|<https?:[^>]*>|\{\{[^}]*\}\}", MASK, plain)
    paragraphs: list[list[str]] = [[]]
    for line in plain.splitlines():
        if not line.strip() or line.lstrip().startswith(("|", "#")):
            paragraphs.append([])
        elif re.match(r"\s*(?:[-*]|\d+\.) ", line):
            paragraphs.append([re.sub(r"^\s*(?:[-*]|\d+\.) ", "", line)])
        else:
            paragraphs[-1].append(line.lstrip("> "))
    joined = (" ".join(lines) for lines in paragraphs if lines)
    return [unescape(re.sub(r"[*_]{1,2}(\S(?:.*?\S)?)[*_]{1,2}", r"\1", text)) for text in joined]
