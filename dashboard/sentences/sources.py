"""Where figures come from: for the foot of a chart or of a page."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.answers.releases import NamedRelease, Release
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
