"""What is loaded and what is new, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboard.answers.freshness import CrossCheck, Difference, Loaded, News, PublishedRun, SourceState
from dashboard.sentences.counts import counted, listed, number
from dashboard.sentences.periods import date_words, period_words

OUTCOMES = {
    "published": "Figures were published",
    "unchanged": "Nothing new: the files had not changed",
    "failed": "Failed",
    "quarantined": "Held back for someone to look at",
    "dry_run": "Tried out; nothing was changed",
}
"""How a run of the jobs ended."""
ORIGINS = {
    "publisher": "From the publisher’s files",
    "starter": "Starter edition, shipped with this service",
    "illustrative": "Illustrative, not real",
    "derived": "Calculated here from other releases",
}
"""Where a release is from."""

_FEWEST_LETTERS = 12  # of a beginning that several names share and are known by


def news_words(found: News) -> str:
    """``: figures for 2024/25, published 13 May 2026 (Office for National Statistics), loaded 25 November 2026.``"""
    release = found.release
    illustrative = "illustrative " if release.is_illustrative else ""
    published = f", published {date_words(release.published_on)}" if release.published_on else ""
    revised = f" {counted(found.revised, 'figure')} revised." if found.revised else ""
    return (
        f": {illustrative}figures for {period_words(found.period)}{published} ({release.publisher}), "
        f"loaded {date_words(found.day)}.{revised}"
    )


def loaded_words(loaded: Loaded) -> str:
    """``61 indicators from 40 publications. 2 of them are illustrative, not real.``"""
    illustrative = loaded.illustrative
    kinds = (
        f" {counted(illustrative, 'of them is', 'of them are')} illustrative, not real."
        if illustrative
        else ""
    )
    return f"{counted(loaded.indicators, 'indicator')} from {counted(loaded.publications, 'publication')}.{kinds}"


def publications_words(names: Sequence[str]) -> str:
    """One publication by its name; several by what their names share: ``Local indicators (9 publications)``."""
    if len(names) == 1:
        return names[0]
    shared = names[0]
    while not all(name.startswith(shared) for name in names):
        shared = shared[:-1]
    if shared.count("(") > shared.count(")"):  # the names differ within their brackets
        shared = shared[: shared.rindex("(")].rstrip()
    else:
        shared = shared.rstrip(" ,:-–0123456789")
    first = shared if len(shared) >= _FEWEST_LETTERS else names[0]
    return f"{first} ({counted(len(names), 'publication')})"


# ---- source by source ------------------------------------------------------------------------------


def freshness_lead(states: Sequence[SourceState]) -> str:
    """How many sources are loaded, since when, and how many could not be refreshed."""
    loaded = [state for state in states if state.releases]
    if not loaded:
        return "No figures are loaded yet. How to load them is on this page."
    newest = max((state.loaded_at for state in loaded if state.loaded_at), default=None)
    words = (
        f"{len(loaded)} of {len(states)} sources are loaded. Figures last changed on {date_words(newest)}."
    )
    broken = sum(state.is_broken for state in states)
    if broken:
        words += f" {counted(broken, 'source')} could not be refreshed last time: the figures from before are still shown."
    return words


def releases_lead(states: Sequence[SourceState]) -> str:
    """How many sources are loaded, and since when; for readers, who can do nothing about a run that failed."""
    loaded = [state for state in states if state.releases]
    if not loaded:
        return "No figures are loaded yet."
    newest = max((state.loaded_at for state in loaded if state.loaded_at), default=None)
    return f"{counted(len(loaded), 'source')} of {len(states)} loaded. Figures last changed on {date_words(newest)}."


def source_name(state: SourceState) -> str:
    """What people call a source: its title, the words its publications share in the catalogue, or its id in words."""
    if state.is_derived:
        return "Derived indicators"
    if state.source is not None:
        return state.source.title
    publications = state.publications or tuple(
        dict.fromkeys(str(release["publication"]) for release in state.releases)
    )
    if len(publications) == 1:
        return publications[0]
    return _common_words(publications) or state.source_id.replace("_", " ").capitalize()


def _common_words(names: Sequence[str]) -> str:
    """The words that all the names begin or end with, where that is enough to know a source by."""
    for step in (1, -1):
        split = [name.replace(",", " ,").split()[::step] for name in names]
        shared: list[str] = []
        for column in zip(*split, strict=False):
            if len(set(column)) > 1:
                break
            shared.append(column[0])
        words = " ".join(shared[::step]).replace(" ,", ",").strip(" ,(–-:")
        if len(words) > 8:
            return words[:1].upper() + words[1:]
    return ""


def outcome_words(state: SourceState) -> str:
    """How the last run ended."""
    if state.outcome is not None:
        return OUTCOMES.get(state.outcome, state.outcome)
    if not state.releases:
        return "Never run"
    return "Made whenever what it rests on changes" if state.is_derived else "Not known"


def last_run_words(state: SourceState) -> str:
    """``Failed, 21 November 2026 at 10:05 (UTC). It last published on 20 November 2026 at 10:05 (UTC).``"""
    words = outcome_words(state)
    if state.finished_at:
        words += f", {instant_words(state.finished_at)}"
    if state.is_broken and state.published_at:
        words += f". It last published on {instant_words(state.published_at)}"
    return f"{words}."


def totals_words(totals: Mapping[str, int]) -> str:
    """``78 added and 3 revised``."""
    totals_words = [
        f"{number(totals[kind])} {kind}" for kind in ("added", "revised", "removed") if totals[kind]
    ]
    return listed(totals_words) if totals_words else "no figure changed"


def expected_words(state: SourceState) -> str:
    """When figures are due."""
    if state.next_expected_on is None:
        return "No date is known; see how often it is published"
    return f"Last on {date_words(state.last_expected_on)}, next on {date_words(state.next_expected_on)}"


def folded_words(state: SourceState) -> str:
    """What a source's folded part holds, with its size."""
    if not state.releases:
        return "Not loaded: what it gives, and how to load it"
    releases = counted(len(state.releases), "release")
    return f"{counted(state.rows, 'row')} in {releases}: dates, files and what changed"


def problem_words(state: SourceState) -> str:
    """What a run that failed or was held back means for the figures shown."""
    if state.outcome == "quarantined":
        return (
            "The last refresh found a change that looks too large, and held it back. The figures from before are still "
            "shown. If the change is right, accept it with a reason."
        )
    if not state.releases:
        return "The last refresh failed, and nothing is loaded from this source."
    return "The last refresh failed. Nothing was changed: the figures from before are still shown."


def load_command(state: SourceState) -> str:
    """What loads a source: from its publisher where it can be fetched, else from a folder."""
    command = f"python -m etl refresh {state.source_id}"
    return command if state.source is not None and state.source.is_live else f"{command} --from FOLDER"


def instant_words(at: str) -> str:
    """An instant of the store (ISO, UTC) as ``20 November 2026 at 10:05 (UTC)``."""
    clock = at[11:16]
    return f"{date_words(at[:10])} at {clock} (UTC)" if clock else date_words(at[:10])


def size_words(size: int) -> str:
    """Bytes as ``812 bytes``, ``14 KB``, ``3.2 MB``."""
    if size < 1000:
        return counted(size, "byte")
    if size < 1_000_000:
        return f"{number(size / 1000)} KB"
    return f"{number(size / 1_000_000, 1)} MB"


def checks_words(checks: Sequence[CrossCheck]) -> str:
    """``Cross-checks: 1 of 12 differ``."""
    apart, compared = sum(check.apart for check in checks), sum(check.compared for check in checks)
    return f"Cross-checks: {number(apart)} of {number(compared)} differ"


def difference_words(found: Difference) -> str:
    """``England, 2023: 936 here, 946 there``."""
    return f"{found.area_name}, {period_words(found.period)}: {found.ours:,.10g} here, {found.theirs:,.10g} there"


def _rows_read(run: PublishedRun) -> list[str]:
    """What became of all rows of the files of a run, in one sentence; [] where the run did not note it."""
    if not run.rows:
        return []
    read, used, left = (sum(found[name] for found in run.rows) for name in ("rows_in", "used", "set_aside"))
    return [
        f"{counted(read, 'row')} read: {used:,} used in figures, {left:,} left out for the reasons given."
    ]


def note_lines(run: PublishedRun) -> list[tuple[str, list[str]]]:
    """What a run noted, under its headings; those without notes are left out."""
    noted = [
        ("Warnings", list(run.warnings)),
        (
            "Corrections of the publisher’s figures",
            [
                f"{found['edition']}: {found['measure']}, {found['area_code']}, {found['period']}: the publisher gives "
                f"{found['expect']}; here {found.get('value', found.get('status'))}. {found['reason']}"
                for found in run.corrections
            ],
        ),
        (
            "Rows left out on purpose",
            [
                f"{found['edition']}: {counted(found['rows'], 'row')} left out. Reason: {found['reason']}."
                + (
                    f" Examples: {'; '.join(str(example) for example in found['examples'][:3])}."
                    if found.get("examples")
                    else ""
                )
                for found in run.set_aside
            ],
        ),
        ("Rows read", _rows_read(run)),
    ]
    return [(title, lines) for title, lines in noted if lines]
