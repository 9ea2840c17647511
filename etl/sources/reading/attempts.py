"""Files, months and tables that a source asks for, each of which may fail alone.

What is not there is a note that names it; where nothing came at all the fetch has failed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from etl.fetching.failures import FetchFailed
from etl.sources.base import Downloads, MissingKey, Problems, SourceProblem


class Attempts:
    """The attempts of one fetch, counted; every miss becomes a note of ``downloads`` once the fetch ends well."""

    def __init__(self, downloads: Downloads) -> None:
        self._downloads = downloads
        self._done = 0
        self._missed: list[Exception] = []
        self._words: list[str] = []

    @property
    def done(self) -> int:
        """How many attempts came to something."""
        return self._done

    @contextmanager
    def at(self, name: str, *, counts: bool = True) -> Iterator[None]:
        """Try one thing; a FetchFailed or SourceProblem in it is remembered under ``name``, and the next is tried.

        Without ``counts`` it is something beside the figures, which alone makes no fetch. A key that is missing
        stops the source: no other attempt can go better.
        """
        try:
            yield
        except MissingKey:
            raise
        except (FetchFailed, SourceProblem) as error:
            self._missed.append(error)
            self._words.append(f"{name}: not fetched: {error}")
        else:
            self._done += counts

    def end(self) -> None:
        """Note the misses. Raises the one miss, or Problems with all, where nothing was fetched."""
        if not self._done and self._missed:
            if len(self._missed) == 1:
                raise self._missed[0]
            raise Problems(self._missed)
        for words in self._words:
            self._downloads.note(words)
