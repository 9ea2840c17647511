"""The files that a source fetches in one refresh: each whole in a folder, with where it came from."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus, urlsplit

from etl.fetching.archives import BadArchive, is_plain_name, unpack
from etl.fetching.failures import FetchFailed
from etl.fetching.snapshots import FetchedOnce, whole_file

if TYPE_CHECKING:
    from etl.fetching.http import Fetcher

ONCE_HOSTS = frozenset({"files.digital.nhs.uk"})
"""Hosts that ask robots to stay away (robots.txt): each of their files, which have addresses of their own for every
release, is asked for once."""


@dataclass(frozen=True)
class FetchedFile:
    """Where a file came from; ``url`` is without any key, so that it can be shown and opened by anybody."""

    file_name: str
    url: str
    published_on: date | None


class FolderDownloads:
    """``etl.sources.base.Downloads`` over HTTP: what is fetched streams to disk and stands under its name once whole.

    ``facts`` describes every file that was saved, by its name; ``notes`` are what was not there. The values of ``secrets`` are in no fact and in no
    message of an error.
    """

    def __init__(
        self, folder: Path, fetcher: Fetcher, secrets: Mapping[str, str], once: FetchedOnce | None = None
    ) -> None:
        self.folder = folder
        self._once = once
        self.secrets = secrets
        self.heads_only = False
        self.facts: dict[str, FetchedFile] = {}
        self.notes: list[str] = []
        self._fetcher = fetcher

    def save(
        self,
        file_name: str,
        url: str,
        *,
        content_types: tuple[str, ...] = (),
        published_on: date | None = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        read_seconds: float | None = None,
    ) -> Path:
        """Fetch ``url`` into ``folder / file_name`` (a POST when there is a ``body``) and note where it came from.

        The files of a zip (``.zip``) are unpacked beside it, each by its own name. ``read_seconds`` is how long the
        server may take to answer, where that is longer than usual. A file of ONCE_HOSTS that was fetched before is
        taken from ``once``. Raises FetchFailed, also where two files would have one name; the folder then holds
        nothing of it.
        """
        shown = self._without_secrets_in(url)
        path = self._place(file_name, shown)
        once = self._once if body is None and urlsplit(url).hostname in ONCE_HOSTS else None
        before = None if once is None else once.find(shown, file_name)
        try:
            with whole_file(path) as file:
                if before is not None:
                    with before.open("rb") as kept:
                        shutil.copyfileobj(kept, file)
                else:
                    self._fetcher.download(
                        url,
                        file,
                        content_types=content_types,
                        body=body,
                        headers=headers,
                        read_seconds=read_seconds,
                    )
        except FetchFailed as error:
            raise self._safe(error) from None
        names = [file_name]
        if path.suffix.casefold() == ".zip":
            names += self._unpacked(path, shown)
        for name in names:
            self.facts[name] = FetchedFile(name, shown, published_on)
        if once is not None and before is None:
            once.keep(path, shown, published_on)
        return path

    def _place(self, file_name: str, shown: str) -> Path:
        """Where a file of that name is saved. Raises FetchFailed where it cannot be."""
        if not is_plain_name(file_name):
            raise FetchFailed(f"{shown}: {file_name!r} is no plain file name; expected one without a path")
        if (self.folder / file_name).exists():
            raise FetchFailed(
                f"{shown}: {file_name} was fetched already; expected another name for each file"
            )
        self.folder.mkdir(parents=True, exist_ok=True)
        return self.folder / file_name

    def read(self, url: str, *, content_types: tuple[str, ...] = ()) -> bytes:
        """The body of a small page that is not kept: an index, a list of editions. Raises FetchFailed."""
        try:
            return self._fetcher.get(url, content_types=content_types)
        except FetchFailed as error:
            raise self._safe(error) from None

    def note(self, words: str) -> None:
        """Tell something that the run shall say; kept in ``notes`` without any key."""
        self.notes.append(self._without_secrets(words))

    def _unpacked(self, path: Path, shown: str) -> list[str]:
        try:
            return [member.name for member in unpack(path, self.folder)]
        except BaseException as error:
            path.unlink()
            if isinstance(error, BadArchive):
                raise FetchFailed(f"{shown}: {error}") from error
            raise

    def _safe(self, error: FetchFailed) -> FetchFailed:
        """The same error in words that hold no key; without its cause, which may hold one."""
        return FetchFailed(self._without_secrets(str(error)))

    def _spellings(self) -> list[str]:
        """Every way in which a key may stand in an address, the longest first."""
        spelt = {
            way(key) for key in self.secrets.values() if key for way in (str, quote, quote_plus, _quoted)
        }
        return sorted(spelt, key=len, reverse=True)

    def _without_secrets(self, text: str) -> str:
        for spelling in self._spellings():
            text = text.replace(spelling, "***")
        return text

    def _without_secrets_in(self, url: str) -> str:
        """An address without the parameters that hold a key: it still opens for a guest."""
        start, mark, query = url.partition("?")
        kept = [parameter for parameter in query.split("&") if self._without_secrets(parameter) == parameter]
        return self._without_secrets(start) + (mark + "&".join(kept) if kept and mark else "")


def _quoted(key: str) -> str:
    return quote(key, safe="")
