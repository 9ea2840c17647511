"""What is loaded, source by source: a summary, releases, files, changes, checks and problems."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from dashboard import sentences
from dashboard.answers.freshness import PublishedRun, SourceFile, SourceState
from dashboard.components import html
from dashboard.components.tables import table
from dashboard.components.text import bullets, details, facts, inset, link, paragraph, warning
from dashboard.sentences import freshness as words

Component = Any

SHORT_DIGEST = 12
"""Characters of a sha256 that are shown."""
MOST_RELEASES = 3
"""Releases of a source that stand open: a source with many would push the next one out of sight."""
MOST_NOTED = 40
"""Lines of each kind of note that are listed."""


def summary_table(states: Sequence[SourceState]) -> Component:
    """A row a source: what is loaded, how fresh it is, when more is due."""
    rows = [
        [
            {"t": words.source_name(state), "h": f"#{state.source_id}"},
            "Illustrative" if state.is_illustrative else "Real" if state.releases else "Not loaded",
            _count(state.rows),
            {
                "t": sentences.date_words(state.published_on) if state.releases else "–",
                "s": state.published_on or "",
            },
            _day(state.last_expected_on),
            _day(state.next_expected_on),
            words.outcome_words(state) + (f": {words.totals_words(state.totals)}" if state.totals else ""),
        ]
        for state in states
    ]
    columns: list[str | dict[str, Any]] = [
        "Source",
        {"label": "Figures", "hide": True},
        {"label": "Rows", "kind": "number", "hide": True},
        {"label": "Newest publication", "hide": True},
        {"label": "Last expected", "hide": True},
        "Next expected",
        "Last run",
    ]
    return table("Sources: releases and how recent they are", columns, rows, id="sources", hide_caption=True)


def _count(number: int) -> Mapping[str, Any]:
    return {"t": sentences.number(number), "s": number}


def _day(day: date | None) -> Mapping[str, str]:
    return {
        "t": "–" if day is None else sentences.date_words(day),
        "s": "" if day is None else day.isoformat(),
    }


def source_entry(state: SourceState, run: PublishedRun | None, files: Sequence[SourceFile]) -> Component:
    """One source: its problem, which stands open, and the rest folded away. ``run`` is the last that published."""
    parts: list[Component] = [html.h3(words.source_name(state), class_="wh-h3")]
    if state.is_broken:
        parts.append(problem_warning(state))
    elif state.is_kept_out:
        parts.append(
            inset(
                html.p("Kept out, since someone rolled it back:"),
                html.pre(state.message, class_="wh-message"),
            )
        )
    # twenty sources one below the other would be a page that nobody reads to its end
    parts.append(details(words.folded_words(state), facts(_facts(state, run)), *_folded(state, run, files)))
    return html.section(parts, id=state.source_id, class_="wh-entry")


def _folded(state: SourceState, run: PublishedRun | None, files: Sequence[SourceFile]) -> list[Component]:
    if state.releases:
        return [
            releases_table(state),
            _files(state, files),
            _changes(state, run),
            _cross_checks(state, run),
            _notes(run),
        ]
    read_from = (
        f", so its figures are not shown anywhere. It is read from: {sentences.listed(state.publications)}"
    )
    return [
        html.p(f"No release is loaded{read_from if state.publications else ''}."),
        html.code(words.load_command(state), class_="wh-command") if not state.is_derived else None,
    ]


def _facts(state: SourceState, run: PublishedRun | None) -> list[tuple[str, Component]]:
    """Who publishes it, when figures are expected, what the last run came to."""
    pairs: list[tuple[str, Component]] = [("Name for commands", html.code(state.source_id))]
    if state.source is not None:
        pairs += [
            ("Publisher", state.source.publisher),
            ("How often it is published", state.source.cadence),
            ("Expected", words.expected_words(state)),
            (
                "How it comes here",
                "It can be fetched from its publisher, or read from a folder"
                if state.source.is_live
                else "It is read from a folder of the publisher’s files",
            ),
        ]
    pairs.append(("Last run", words.last_run_words(state)))
    if run is not None and run.rolled_back is not None:
        when = words.instant_words(run.finished_at)
        pairs.append(("Rolled back", f"{when}, to the release before: {run.rolled_back}"))
    if state.indicators:
        links = [link(indicator.short_title, f"/indicators/{indicator.id}") for indicator in state.indicators]
        separated = [part for place, link in enumerate(links) for part in (["; ", link] if place else [link])]
        pairs.append(("Indicators", html.span(separated)))
    return pairs


def problem_warning(state: SourceState) -> Component:
    """A run that failed or was held back: what it means, the job's own words, and what to do."""
    if state.outcome == "quarantined":
        accept = f'python -m etl refresh {state.source_id} --accept "why it is right"'
        to_do = [
            html.p("What to do:"),
            bullets(
                [
                    [
                        "Look at ",
                        link("the figures before and after", f"/quarantine/{state.source_id}"),
                        ", or at the publisher’s.",
                    ],
                    ["If it is right: ", html.code(accept)],
                    "If it is wrong: leave it. The next file of the publisher’s is held against the figures shown now.",
                ]
            ),
        ]
    else:
        to_do = [
            html.p(
                [
                    "When the file (or the fault) is fixed, run it again: ",
                    html.code(words.load_command(state)),
                ]
            )
        ]
    return warning(
        html.p(words.problem_words(state)),
        html.p("What the job says: file, row or column, value, what was expected, and the fix:"),
        html.pre(state.message or "It left no message.", class_="wh-message"),
        *to_do,
    )


def releases_table(state: SourceState) -> Component:
    """The releases of a source; folded away where there are many."""
    rows = [
        [
            release["publication"],
            release["publisher"],
            release["edition"],
            words.ORIGINS.get(release["origin"], release["origin"]),
            {"t": sentences.date_words(release["published_on"]), "s": release["published_on"] or ""},
            {"t": sentences.date_words(release["loaded_at"]), "s": release["loaded_at"]},
            _count(release["rows"]),
            release["licence"],
        ]
        for release in state.releases
    ]
    columns: list[str | dict[str, Any]] = [
        "Publication",
        "Publisher",
        "Edition",
        "Where from",
        "Published",
        "Loaded",
        {"label": "Rows", "kind": "number"},
        "Licence",
    ]
    whole = table(
        f"Releases loaded from {words.source_name(state)}",
        columns,
        rows,
        id=f"releases-{state.source_id}",
        hide_caption=True,
        sort=False,
    )
    return details(f"{len(rows)} releases are loaded", whole) if len(rows) > MOST_RELEASES else whole


def digest_cell(sha256: str) -> Mapping[str, str]:
    """The beginning of a checksum."""
    return {"t": f"{sha256[:SHORT_DIGEST]}…", "c": "wh-digest"}


def _files(state: SourceState, files: Sequence[SourceFile]) -> Component:
    """The publisher's files behind the releases, each with the beginning of its sha256."""
    if not files:
        return None
    columns: list[str | dict[str, Any]] = [
        "File",
        "Edition",
        "sha256 (first part)",
        {"label": "Size", "kind": "number"},
        "Retrieved",
        "Address",
    ]
    are_releases = all(file.release_edition is not None for file in files)
    return details(
        f"Made from {sentences.counted(len(files), 'release')}"
        if are_releases
        else f"{sentences.counted(len(files), 'file')} behind these releases",
        table(
            f"Files behind {words.source_name(state)}",
            columns,
            [_file_cells(file) for file in files],
            id=f"files-{state.source_id}",
            hide_caption=True,
            sort=False,
        ),
    )


def _file_cells(file: SourceFile) -> list[Any]:
    if file.release_edition is not None:
        return [f"Release of {file.name}", file.edition, file.release_edition, "", "", ""]
    retrieved = file.retrieved_at or ""
    return [
        file.name,
        file.edition,
        digest_cell(file.sha256 or ""),
        {"t": words.size_words(file.size or 0), "s": file.size},
        {"t": sentences.date_words(retrieved[:10]), "s": retrieved},
        file.url or "Not known",
    ]


def _changes(state: SourceState, run: PublishedRun | None) -> Component:
    """What the last publication of a source changed, by indicator."""
    if run is None or run.totals is None:
        return None
    kinds = ("added", "revised", "removed", "unchanged")
    columns: list[str | dict[str, Any]] = [
        "Indicator",
        *({"label": kind.capitalize(), "kind": "number"} for kind in kinds),
    ]
    return details(
        f"What changed on {sentences.date_words(run.finished_at[:10])}: {words.totals_words(run.totals)}",
        table(
            f"Figures changed by the last publication of {words.source_name(state)}",
            columns,
            [[name, *(_count(counts.get(kind, 0)) for kind in kinds)] for name, counts in run.changes],
            id=f"changes-{state.source_id}",
            hide_caption=True,
            sort=False,
        ),
    )


def _cross_checks(state: SourceState, run: PublishedRun | None) -> Component:
    """What the figures were held against, the checks that found a difference first."""
    if run is None or not run.cross_checks:
        return None
    rows = [
        [
            check.name,
            check.against[:1].upper() + check.against[1:],
            _count(check.compared),
            _count(check.apart),
            words.difference_words(check.example) if check.example else "",
        ]
        for check in run.cross_checks
    ]
    columns: list[str | dict[str, Any]] = [
        "Indicator",
        "Held against",
        {"label": "Compared", "kind": "number"},
        {"label": "Differ beyond rounding", "kind": "number"},
        {"label": "Such as", "hide": True},
    ]
    return details(
        words.checks_words(run.cross_checks),
        paragraph("A difference is reported, and changes no figure: what the publisher gives is shown."),
        table(
            f"What the figures of {words.source_name(state)} were held against",
            columns,
            rows,
            id=f"checks-{state.source_id}",
            hide_caption=True,
        ),
    )


def _notes(run: PublishedRun | None) -> Component:
    """Warnings of the run that published last, what it corrected, and the rows it left out on purpose."""
    noted = words.note_lines(run) if run else []
    if not noted:
        return None
    parts: list[Component] = []
    for title, lines in noted:
        more = [f"And {sentences.number(len(lines) - MOST_NOTED)} more"] if len(lines) > MOST_NOTED else []
        parts += [html.h4(title, class_="wh-h3"), bullets([*lines[:MOST_NOTED], *more])]
    notes = sentences.counted(sum(len(lines) for _, lines in noted), "note")
    return details(f"What the run that published it noted ({notes})", *parts)
