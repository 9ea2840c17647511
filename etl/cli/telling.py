"""What a command tells: words for people, JSON for machines, progress on a terminal, and the exit code."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from etl.pipeline import Row
from etl.pipeline.run import RunResult
from etl.scheduling.alarms import post, run_line
from indicators.periods import Period
from indicators.settings import Settings

FAILED, ASKED_WRONGLY, QUARANTINED, BUSY = 1, 2, 3, 4
STYLES = {
    "published": "green",
    "unchanged": "dim",
    "not_here": "dim",
    "dry_run": "cyan",
    "quarantined": "yellow",
    "failed": "red",
}
FromFolder = Annotated[
    Path | None, typer.Option("--from", help="Folder with the publishers' files; searched below it too.")
]
LogJson = Annotated[
    bool | None,
    typer.Option(
        "--log-json/--no-log-json",
        help="One line of JSON a run on stdout, and the words for people on stderr. When left out: where stdout is no terminal.",
    ),
]


@contextmanager
def shown_progress() -> Iterator[Callable[[str, int, int], None]]:
    """A line that says what is being done, on a terminal; nothing where the output goes to a file."""
    console = Console(stderr=True)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=20),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        task = bars.add_task("starting", total=None)

        def progress(words: str, done: int, of: int) -> None:
            bars.update(task, description=words, total=of or None, completed=done)

        yield progress


class Teller:
    """Reports each run: words for people, one line of JSON on stdout for machines, and the webhook."""

    def __init__(self, settings: Settings, log_json: bool | None) -> None:
        self.webhook_url = settings.webhook_url
        self.as_json = (not sys.stdout.isatty()) if log_json is None else log_json
        self.console = Console(soft_wrap=True, highlight=False, stderr=self.as_json)

    def __call__(self, result: RunResult) -> None:
        tell(result, self.console)
        if result.outcome == "not_here":
            return
        line = run_line(result)
        if self.as_json:
            typer.echo(json.dumps(line, ensure_ascii=False))
        if self.webhook_url and (problem := post(self.webhook_url, line)):
            self.say(problem, "yellow")

    def say(self, words: str, style: str = "") -> None:
        """Words for people."""
        self.console.print(escape(words), style=style)


def tell(result: RunResult, console: Console, *, notes: bool = True) -> None:
    style = STYLES[result.outcome]
    words = result.outcome.replace("_", " ")
    console.print(
        f"[{style}]{words:<12}[/{style}] {escape(result.source_id)}  {escape(result.message)}  "
        f"[dim]{result.seconds:.1f} s[/dim]"
    )
    for warning in result.details.get("warnings", []) if notes else []:
        console.print(f"             [yellow]note[/yellow] {escape(warning)}")
    if result.outcome in ("dry_run", "quarantined"):
        tell_difference(result, console)


def tell_difference(result: RunResult, console: Console) -> None:
    """What would change: figures by indicator, areas lost, and the medians that move."""
    difference = result.details.get("diff")
    if difference:
        table = Table("indicator", "added", "revised", "removed", "unchanged", box=None, padding=(0, 2))
        for indicator_id, counts in difference["indicators"].items():
            table.add_row(
                indicator_id,
                *(f"{counts.get(kind, 0):,}" for kind in ("added", "revised", "removed", "unchanged")),
            )
        console.print(table)
        for indicator_id, counts in difference["indicators"].items():
            for lost in counts.get("areas_lost", []):
                console.print(
                    f"{escape(indicator_id)}, {lost['period']}: areas lost: {' '.join(lost['areas'])}",
                    style="yellow",
                )
    moved = [shift for shift in result.details.get("median_shifts", []) if shift["was"] != shift["now"]]
    if moved:
        table = Table("indicator", "area type", "period", "median was", "is", box=None, padding=(0, 2))
        for shift in moved:
            table.add_row(
                shift["indicator_id"],
                shift["area_type"],
                shift["period"],
                f"{shift['was']:g}",
                f"{shift['now']:g}",
            )
        console.print(table)


def exit_code(results: Sequence[RunResult]) -> int:
    """0, or what went wrong in any of the runs; an edition that was refused alone counts as a failure."""
    outcomes = {result.outcome for result in results}
    if "failed" in outcomes or any(result.details.get("refused_editions") for result in results):
        return FAILED
    return QUARANTINED if "quarantined" in outcomes else 0


def iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


KINDS = {
    "rollback": "rollback",
    "correction": "correction",
    "recalculated": "new calculation",
    "publication": "publication",
}
"""What a published run was, by the kind of its cause (``etl.pipeline.cause``)."""


def kind_of_run(run: Row) -> str:
    """What a run was: ``publication``, ``rollback``, ``correction``; empty for one that changed nothing."""
    details = run["details"]
    if run["outcome"] != "published":
        return ""
    # runs of before this was noted say so only where they were a rollback
    kind = "rollback" if details.get("rolled_back") else details.get("cause", {}).get("kind", "publication")
    words = KINDS[kind]
    corrected = kind == "publication" and any(
        details.get("cause", {}).get(name) for name in ("corrections", "ended")
    )
    return f"{words}, correction" if corrected else words


def reasons_of_run(run: Row) -> list[str]:
    """Why a run was done, as a person said it: for a rollback, for each correction, for what was accepted."""
    details = run["details"]
    cause = details.get("cause", {})
    said = []
    if back := details.get("rolled_back"):
        left = ", ".join(edition["edition"] for edition in back["editions"])
        said.append(
            f"rolled back, away from {left}: {back['reason']}" if left else f"rolled back: {back['reason']}"
        )
    elif accepted := details.get("accepted"):
        said.append(f"accepted: {accepted}")
    said += [f"corrected: {_corrected(fact)}" for fact in cause.get("corrections", ())]
    said += [f"correction taken out: {_corrected(fact)}" for fact in cause.get("ended", ())]
    if cause.get("kind") == "recalculated":
        said.append("the files are the same, read or derived in another way")
    return said


def _corrected(fact: Row) -> str:
    now = fact.get("value", fact.get("status"))
    return f"{fact['measure']}, {fact['area_code']}, {fact['period']}: {fact['expect']} became {now}; {fact['reason']}"


def tell_lineage(console: Console, row: Row, indent: str) -> None:
    """A figure, its release and files, then the figures that it was made from, each further in."""
    value = "no value" if row["value"] is None else f"{row['value']:g}"
    group = ", ".join(row[name] for name in ("sex", "age", "breakdown"))
    release = row["release"]
    console.print(
        f"{indent}{escape(row['indicator_id'])}, {escape(row['area_name'])}, {Period.parse(row['period']).label} "
        f"({escape(group)}): {value} ({row['status']}) {escape(row['note'] or '')}".rstrip()
    )
    console.print(f"{indent}  release {escape(release['release_id'])}: {escape(release['publication'])}")
    for file in release["files"]:
        at = "" if file["row"] is None else f", row {file['row']:.0f}"
        console.print(
            f"{indent}    {escape(file['file_name'])}{at}, sha256 {file['sha256']}, {escape(file['url'] or 'no address')}, "
            f"published {file['published_on'] or 'not known'}, read {file['retrieved_at'] or 'not known'}"
        )
    without = [member for member in row["members"] or () if member["status"] is None]
    if without:
        names = ", ".join(f"{member['area_name']} ({member['area_code']})" for member in without)
        words = "members whose own figures are not stored" if release["files"] else "members without a figure"
        console.print(f"{indent}    {words}: {escape(names)}")
    for part in row["inputs"]:
        tell_lineage(console, part, indent + "    ")
    if not row["inputs"]:
        for part in release["inputs"]:
            console.print(f"{indent}    made from release {escape(part['release_id'])}")
