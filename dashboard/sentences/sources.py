"""Where figures come from: for the foot of a chart or of a page."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.answers.releases import NamedRelease, NextRelease, Release
from dashboard.sentences.counts import listed
from dashboard.sentences.periods import date_words, published_words
from dashboard.sentences.status import ILLUSTRATIVE


def source_line(releases: Sequence[Release]) -> str:
    """``Source: Office for National Statistics, Local indicators.`` for the foot of a chart."""
    if not releases:
        return ""
    publishers = list(dict.fromkeys(release.publisher for release in releases))
    if len(releases) == 1 and releases[0].is_derived:
        # both the publisher and the publication begin "Calculated": said once
        words = f"Source: {publishers[0]} ({releases[0].publication.removeprefix('Calculated ')})."
    elif len(releases) == 1:
        words = f"Source: {publishers[0]}, {releases[0].publication}."
    else:
        words = f"Source: {'; '.join(publishers)}. {len(releases)} publications, named under “About these figures”."
    illustrative = any(release.is_illustrative for release in releases)
    return words + (" Illustrative figures, not real." if illustrative else "")


_MOST_DAYS = 3
"""Days of expected releases that are named; later ones are not near enough to plan for."""
_MOST_TITLES = 3
MOST_IN_A_PICTURE = 4
"""Publications that stand under a picture by their names; more are counted."""


def picture_source(releases: Sequence[Release]) -> str:
    """Source, date and licence for a picture taken away: ``Source: … Published 28 May 2024. Open Government Licence v3.0.``"""
    if not releases:
        return ""
    named = sources_words(releases) if 1 < len(releases) <= MOST_IN_A_PICTURE else source_line(releases)
    return named + _dated(releases)


def whole_picture_source(releases: Sequence[Release]) -> str:
    """The same with every publication by its name, for a picture of a whole page; empty without releases."""
    return sources_words(releases) + _dated(releases)


def _dated(releases: Sequence[Release]) -> str:
    """`` Last published 28 May 2024. Open Government Licence v3.0.``: what follows the names of the sources."""
    dates = [release.published_on for release in releases if release.published_on]
    published = ""
    if dates:
        published = (
            f" {published_words(max(dates))}."
            if len(releases) == 1
            else f" Last published {date_words(max(dates))}."
        )
    licences = "; ".join(dict.fromkeys(release.licence for release in releases if release.licence))
    return published + (f" {licences}." if licences else "")


def sources_words(releases: Sequence[Release]) -> str:
    """``Sources: NHS England (IAPT annual report; MHSDS), …`` with the publications by publisher: for a whole chart."""
    by_publisher: dict[str, dict[str, None]] = {}
    for release in releases:
        illustrative = " (illustrative, not real)" if release.is_illustrative else ""
        by_publisher.setdefault(f"{release.publisher}{illustrative}", {})[release.publication] = None
    named = [f"{publisher} ({'; '.join(titles)})" for publisher, titles in by_publisher.items()]
    return f"Sources: {', '.join(named)}." if named else ""


def release_words(release: Release, *, edition: bool = False) -> str:
    """``Office for National Statistics, Local indicators. Published …, loaded …. Licence.``; with the edition on request."""
    illustrative = ILLUSTRATIVE if release.is_illustrative else ""
    issue = f" (edition {release.edition})" if edition else ""
    return (
        f"{release.publisher}{illustrative}, {release.publication}{issue}. {published_words(release.published_on)}, "
        f"loaded {date_words(release.loaded_at)}. {release.licence}."
    )


def publishers_words(named: Sequence[NamedRelease]) -> str:
    """``The figures of this page come from: …``, without sums calculated here and illustrative figures."""
    publishers = dict.fromkeys(
        found.release.publisher
        for found in named
        if not found.release.is_derived and not found.release.is_illustrative
    )
    return f"The figures of this page come from: {'; '.join(publishers)}." if publishers else ""


def next_releases_words(expected: Sequence[NextRelease]) -> str:
    """``Next releases expected for the key figures: 12 January 2027 (Employment rate); 8 June 2027 (NEET).``

    Empty where no date is known.
    """
    if not expected:
        return ""
    nearest = expected[:_MOST_DAYS]
    days = "; ".join(f"{date_words(found.on)} ({_some_titles(found.titles)})" for found in nearest)
    return f"Next {'release' if len(nearest) == 1 else 'releases'} expected for the key figures: {days}."


def _some_titles(titles: Sequence[str]) -> str:
    more = len(titles) - _MOST_TITLES
    return listed(titles) if more <= 0 else listed([*titles[:_MOST_TITLES], f"{more} more"])
