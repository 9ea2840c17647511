"""Finds the files of a publication on the pages of NHS England Digital (https://digital.nhs.uk).

A series has a page that lists its publications, the newest first; a publication has a page with links to its files
on https://files.digital.nhs.uk, whose addresses hold parts that nobody can guess. Both are read from the marks that
the site puts into its pages (``data-uipath``). Whatever is not where it is expected is a ReleaseChanged that names
the page and what was found on it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from html.parser import HTMLParser
from urllib.parse import unquote, urljoin, urlsplit

from etl.sources.base import Downloads, ReleaseChanged
from etl.sources.reading.attempts import Attempts
from etl.sources.reading.periods import month_number

SERIES = "https://digital.nhs.uk/data-and-information/publications/statistical/"
FILES_HOST = "files.digital.nhs.uk"
PAGE_TYPES = ("text/html",)
TABLE_TYPES = ("text/csv", "application/csv", "text/plain", "application/octet-stream", "application/vnd.")
ZIP_TYPES = ("application/zip", "application/x-zip", "application/octet-stream")

_LISTS = re.compile(r"^ps\.series\.publications-list(\.latest|\.previous)?$")
_DATE = "ps.publication.publication-date"
_DAY = re.compile(r"(\d{1,2})\s+([A-Za-z]+)\s+(\d{4})")
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
_MOST_NAMED = 12


@dataclass(frozen=True)
class Publication:
    """One publication of a series; ``slug`` is the last part of its address, such as ``performance-march-2025``."""

    slug: str
    url: str


@dataclass(frozen=True)
class PublishedFile:
    """A file of a publication, by the name it has at its publisher; ``words`` are the text of its link."""

    name: str
    url: str
    words: str = ""


@dataclass
class _Page(HTMLParser):
    """The links of a page, with the mark of the list that each stands in, and the text of the date."""

    links: list[tuple[str, str]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    day: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in _VOID:
            self._open.append((tag, given.get("data-uipath") or ""))
        href = given.get("href")
        if tag == "a" and href:
            marks = [mark for _, mark in self._open if _LISTS.match(mark)]
            self.links.append((href, marks[-1] if marks else ""))
            self.words.append("")

    def handle_endtag(self, tag: str) -> None:
        # an element that the page never closes ends with the one around it
        for place in range(len(self._open) - 1, -1, -1):
            if self._open[place][0] == tag:
                del self._open[place:]
                return

    def handle_data(self, data: str) -> None:
        if any(mark == _DATE for _, mark in self._open):
            self.day += data
        if self.words and any(tag == "a" for tag, _ in self._open):
            self.words[-1] += data


def publications(
    downloads: Downloads, series_url: str, wanted: Callable[[str], bool] = lambda slug: True
) -> list[Publication]:
    """Publications of a series whose slug is wanted, the newest first, as its page lists them.

    Raises ReleaseChanged when there is none, FetchFailed.
    """
    page = _read(downloads, series_url)
    base = series_url.rstrip("/") + "/"
    found: dict[str, Publication] = {}
    listed = [urljoin(base, href).split("#")[0].rstrip("/") for href, mark in page.links if mark]
    for url in listed:
        slug = url.removeprefix(base)
        if url.startswith(base) and "/" not in slug and wanted(slug):
            found.setdefault(slug, Publication(slug, url))
    if not found:
        raise ReleaseChanged(
            f"{series_url}: no publication of the series in its list of publications; found {_named(listed)}; "
            "the page may have changed: fetch the files by hand and give their folder with --from"
        )
    return list(found.values())


def files_of(
    downloads: Downloads, publication: Publication, pattern: str, words: str | None = None
) -> tuple[list[PublishedFile], date | None]:
    """Files of a publication whose name matches ``pattern`` (any case), and the day it says it came out.

    With ``words`` a file whose link says something that matches them is chosen too. The day is None where the page
    states none. Raises ReleaseChanged when no file matches or the day cannot be read, FetchFailed.
    """
    page = _read(downloads, publication.url)
    files: dict[str, PublishedFile] = {}
    for (href, _), said in zip(page.links, page.words, strict=True):
        parts = urlsplit(urljoin(publication.url, href))
        if parts.scheme == "https" and parts.hostname == FILES_HOST:
            name = unquote(parts.path.rsplit("/", 1)[-1])
            files.setdefault(name, PublishedFile(name, parts.geturl(), " ".join(said.split())))
    chosen = [
        file
        for name, file in files.items()
        if re.search(pattern, name, re.IGNORECASE)
        or (words is not None and re.search(words, file.words, re.IGNORECASE))
    ]
    if not chosen:
        raise ReleaseChanged(
            f"{publication.url}: no link to a file named like {pattern!r}; found {_named(list(files))}; "
            "the file may have a new name: fetch it by hand and give its folder with --from"
        )
    return chosen, _published_on(publication.url, page.day)


def day_of(downloads: Downloads, publication: Publication) -> date | None:
    """The day a publication says it came out, None where its page states none. Raises ReleaseChanged, FetchFailed."""
    return _published_on(publication.url, _read(downloads, publication.url).day)


def save(downloads: Downloads, file: PublishedFile, published_on: date | None) -> None:
    """Fetch one file under its own name. Raises FetchFailed."""
    is_zip = file.name.casefold().endswith(".zip")
    downloads.save(
        file.name,
        file.url,
        content_types=ZIP_TYPES if is_zip else TABLE_TYPES,
        published_on=published_on,
    )


def save_newest(
    downloads: Downloads,
    series_url: str,
    pattern: str,
    *,
    wanted: Callable[[str], bool] = lambda slug: True,
    newest: int = 1,
) -> None:
    """Fetch the files that match from the newest publications of a series, each publication and file alone.

    What is not there is a note. Raises ReleaseChanged or FetchFailed where nothing was fetched.
    """
    attempts = Attempts(downloads)
    for publication in publications(downloads, series_url, wanted)[:newest]:
        save_matching(downloads, attempts, publication, pattern)
    attempts.end()


def save_matching(
    downloads: Downloads, attempts: Attempts, publication: Publication, pattern: str
) -> list[PublishedFile]:
    """Fetch the files of one publication that match, each alone, as attempts; gives those that came."""
    found: list[PublishedFile] = []
    saved = []
    published_on = None
    with attempts.at(publication.slug, counts=False):
        found, published_on = files_of(downloads, publication, pattern)
    for file in found:
        with attempts.at(f"{publication.slug}, {file.name}"):
            save(downloads, file, published_on)
            saved.append(file)
    return saved


def _read(downloads: Downloads, url: str) -> _Page:
    page = _Page()
    page.feed(downloads.read(url, content_types=PAGE_TYPES).decode("utf-8", errors="replace"))
    page.close()
    return page


def _published_on(url: str, text: str) -> date | None:
    if not text.strip():
        return None
    found = _DAY.search(text)
    try:
        if found is None:
            raise ValueError(text)
        return date(int(found[3]), month_number(found[2]), int(found[1]))
    except ValueError as error:
        raise ReleaseChanged(
            f"{url}: the day of publication says {text.strip()!r}; expected one such as 15 May 2025"
        ) from error


def _named(found: list[str]) -> str:
    """What was found, shortened: a page has many links."""
    different = list(dict.fromkeys(found))
    more = f" and {len(different) - _MOST_NAMED} more" if len(different) > _MOST_NAMED else ""
    return f"{different[:_MOST_NAMED]}{more}"
