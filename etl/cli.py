"""The command line of the jobs. Exit codes: 0 done, 1 a source failed, 2 asked wrongly, 3 a source waits in
quarantine, 4 another refresh is running.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from etl import sources as known_sources
from etl import starter
from etl.run import Pipeline, RunResult
from etl.snapshots import LostSnapshot, Snapshots, file_sha256
from etl.sources.base import SourceProblem
from geodata.register import Register, load_register
from indicators.catalogue import CatalogueError, Indicator, load_catalogue
from indicators.periods import Period
from indicators.settings import Settings, SettingsError, load_settings
from indicators.store import NoStore, Store
from indicators.store.locks import Busy

app = typer.Typer(
    help="Compile indicators: from the publishers' files to the store.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
starter_app = typer.Typer(help="The starter edition that comes with the project.", no_args_is_help=True)
app.add_typer(starter_app, name="starter")

FAILED, ASKED_WRONGLY, QUARANTINED, BUSY = 1, 2, 3, 4
_STYLES = {
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


def sources(local_dir: Path | None = None) -> dict[str, Any]:
    """Every source by id, in load order: of figures, then of boundaries; ``local_dir`` is the user's own folder."""
    return {**known_sources.with_local(local_dir), **known_sources.BOUNDARY_SOURCES}


def _catalogue(settings: Settings) -> dict[str, Indicator]:
    """The project's indicators and the user's own."""
    return load_catalogue(local=settings.local_dir)


def main() -> None:
    """Run the command line; what a person can mend is told in words, without a traceback."""
    logging.basicConfig(level=logging.WARNING)
    try:
        app()
    except Busy as error:
        _stop(str(error), BUSY)
    except SettingsError as error:
        _stop(str(error), ASKED_WRONGLY)
    except (CatalogueError, NoStore, SourceProblem, LostSnapshot, starter.BadStarter) as error:
        _stop(str(error), FAILED)
    except ValueError as error:
        _stop(str(error), ASKED_WRONGLY)


def _stop(words: str, code: int) -> NoReturn:
    Console(stderr=True, soft_wrap=True).print(escape(words), style="red", highlight=False)
    raise SystemExit(code)


@contextmanager
def _shown_progress() -> Iterator[Callable[[str, int, int], None]]:
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


def _store(settings: Settings, register: Register, catalogue: dict[str, Indicator]) -> Store:
    return Store(
        settings.store_url,
        register=register,
        catalogue=catalogue,
        include_illustrative=settings.include_illustrative,
    )


def _pipeline(settings: Settings, progress: Callable[[str, int, int], None]) -> Pipeline:
    register, catalogue = load_register(), _catalogue(settings)
    return Pipeline(
        store=_store(settings, register, catalogue),
        snapshots=Snapshots(settings.snapshots_dir),
        sources=sources(settings.local_dir),
        register=register,
        catalogue=catalogue,
        now=lambda: datetime.now(UTC),
        boundaries_dir=settings.boundaries_dir,
        progress=progress,
        on_step=progress,
    )


def _tell(result: RunResult, *, notes: bool = True) -> None:
    console = Console(soft_wrap=True, highlight=False)
    style = _STYLES[result.outcome]
    words = result.outcome.replace("_", " ")
    console.print(
        f"[{style}]{words:<12}[/{style}] {escape(result.source_id)}  {escape(result.message)}  "
        f"[dim]{result.seconds:.1f} s[/dim]"
    )
    for warning in result.details.get("warnings", []) if notes else []:
        console.print(f"             [yellow]note[/yellow] {escape(warning)}")
    difference = result.details.get("diff")
    if difference and result.outcome in ("dry_run", "quarantined"):
        table = Table("indicator", "added", "revised", "removed", "unchanged", box=None, padding=(0, 2))
        for indicator_id, counts in difference["indicators"].items():
            table.add_row(
                indicator_id,
                *(f"{counts.get(kind, 0):,}" for kind in ("added", "revised", "removed", "unchanged")),
            )
        console.print(table)


def _exit_code(results: Sequence[RunResult]) -> int:
    outcomes = {result.outcome for result in results}
    if "failed" in outcomes:
        return FAILED
    return QUARANTINED if "quarantined" in outcomes else 0


@app.command()
def refresh(
    names: Annotated[list[str] | None, typer.Argument(metavar="SOURCE...", help="All when left out.")] = None,
    from_folder: FromFolder = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what would change; publish nothing.")
    ] = False,
    accept: Annotated[
        str | None,
        typer.Option(help="Publish what waits in quarantine (or would), with this reason written down."),
    ] = None,
) -> None:
    """Read publishers' files and publish what is new: snapshot, parse, contract, derive, diff, publish."""
    if from_folder is None and accept is None:
        raise ValueError("refresh: give the folder of the publishers' files with --from DIR")
    if accept is not None and not accept.strip():
        raise ValueError("--accept: '' is no reason; say in words why the change is right")
    settings = load_settings()
    with _shown_progress() as progress:
        results = _pipeline(settings, progress).refresh(
            names or (), folder=from_folder, dry_run=dry_run, accept=accept, told=_tell
        )
    raise typer.Exit(_exit_code(results))


@app.command()
def status(as_json: Annotated[bool, typer.Option("--json", help="The same as JSON.")] = False) -> None:
    """What is loaded, how fresh it is, and what the last run of each source said."""
    settings = load_settings()
    store = _store(settings, load_register(), _catalogue(settings))
    if not store.exists():
        raise NoStore("the store is empty; run: python -m etl starter load")
    states = store.source_status()
    if as_json:
        answer = {
            "publication_id": store.publication_id(),
            "sources": [
                {
                    **{name: state[name] for name in ("source_id", "outcome", "message", "finished_at")},
                    **{
                        name: state[name] for name in ("published_at", "published_on", "rows", "illustrative")
                    },
                    "releases": [
                        {
                            name: one[name]
                            for name in (
                                "release_id",
                                "edition",
                                "publication",
                                "published_on",
                                "origin",
                                "rows",
                            )
                        }
                        for one in state["releases"]
                    ],
                }
                for state in states
            ],
        }
        typer.echo(json.dumps(answer, indent=1, ensure_ascii=False))
        return
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("source", "figures", "releases", "published on", "last run", "outcome"):
        table.add_column(heading, no_wrap=True)
    table.add_column("message", overflow="fold")
    for state in states:
        style = _STYLES.get(state["outcome"] or "", "")
        table.add_row(
            state["source_id"] + (" (illustrative)" if state["illustrative"] else ""),
            f"{state['rows']:,}",
            str(len(state["releases"])),
            state["published_on"] or "",
            (state["finished_at"] or "")[:16],
            f"[{style}]{state['outcome'] or ''}[/{style}]" if style else str(state["outcome"] or ""),
            escape(state["message"].splitlines()[0] if state["message"] else ""),
        )
    # a narrow window (or a file) must not cut the names of the sources
    Console(width=max(Console().width, 160)).print(table)


@app.command()
def check() -> None:
    """Whether catalogue, register, starter edition, store, boundaries and snapshots hang together."""
    settings = load_settings()
    register, catalogue = load_register(), _catalogue(settings)
    said = [f"register: {sum(1 for _ in register):,} areas", f"catalogue: {len(catalogue)} indicators"]
    problems: list[str] = []
    releases = starter.manifest()
    for release in releases:
        if not release.path.is_file() or file_sha256(release.path) != release.sha256:
            problems.append(f"starter: {release.path.name} is not the file of its manifest")
    size = sum(release.path.stat().st_size for release in releases if release.path.is_file())
    said.append(f"starter edition: {len(releases)} publications, {size:,} bytes")
    if size > starter.LARGEST:
        problems.append(f"starter: {size:,} bytes; expected at most {starter.LARGEST:,}")
    store = _store(settings, register, catalogue)
    if store.exists():
        problems += [f"store: {one}" for one in store.problems()]
        problems += _lost_files(store, settings)
        said.append(f"store: {len(store.releases())} current releases, digest {store.digest()}")
    else:
        said.append("store: not made yet")
    console = Console(soft_wrap=True, highlight=False)
    for line in said:
        console.print(escape(line))
    for problem in problems:
        console.print(escape(problem), style="red")
    raise typer.Exit(FAILED if problems else 0)


def _lost_files(store: Store, settings: Settings) -> list[str]:
    problems = []
    snapshots = Snapshots(settings.snapshots_dir)
    for release in store.releases():
        for file in store.release(release["release_id"])["files"]:
            if release["origin"] != "publisher":
                continue
            try:
                snapshots.find(file["sha256"], file["file_name"])
            except LostSnapshot as error:
                problems.append(f"{release['release_id']}: {error}")
    for one in store.boundaries():
        path = settings.boundaries_dir / one["file_name"]
        if not path.is_file() or file_sha256(path) != one["sha256"]:
            problems.append(f"boundaries: {one['file_name']} is gone or changed; refresh ons_geography")
    return problems


@app.command()
def lineage(
    indicator: Annotated[str, typer.Argument(help="Id of the indicator, such as employment-rate.")],
    area: Annotated[str, typer.Argument(help="Code of the area, such as E06000018.")],
    period: Annotated[str, typer.Argument(help="ISO period, such as 2023-01-01/P1Y.")],
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """From a figure back to the publisher's file: row where it is known, sha256, address and dates."""
    settings = load_settings()
    register, catalogue = load_register(), _catalogue(settings)
    if indicator not in catalogue:
        raise ValueError(f"no indicator {indicator!r}; known: {', '.join(catalogue)}")
    Period.parse(period)
    found = _store(settings, register, catalogue).lineage(
        indicator_id=indicator, area_code=area, period=period
    )
    if not found:
        raise ValueError(
            f"no figure of {indicator} for {area} in {period}; see what is loaded: python -m etl status"
        )
    if as_json:
        typer.echo(json.dumps(found, indent=1, ensure_ascii=False, default=str))
        return
    console = Console(soft_wrap=True, highlight=False)
    for row in found:
        _tell_lineage(console, row, "")


def _tell_lineage(console: Console, row: dict[str, Any], indent: str) -> None:
    value = "no value" if row["value"] is None else f"{row['value']:g}"
    group = ", ".join(row[name] for name in ("sex", "age", "breakdown"))
    release = row["release"]
    console.print(
        f"{indent}{escape(row['indicator_id'])}, {escape(row['area_name'])}, {row['period']} "
        f"({escape(group)}): {value} ({row['status']}) {escape(row['note'] or '')}".rstrip()
    )
    console.print(f"{indent}  release {escape(release['release_id'])}: {escape(release['publication'])}")
    for file in release["files"]:
        # the row is one of the table of figures, not of the metadata that came with it
        known = row["source_row"] is not None and file["role"] != "metadata"
        at = f", row {row['source_row']:.0f}" if known else ""
        console.print(
            f"{indent}    {escape(file['file_name'])}{at}, sha256 {file['sha256']}, {escape(file['url'] or 'no address')}, "
            f"published {file['published_on'] or 'not known'}, read {file['retrieved_at'] or 'not known'}"
        )
    for one in row["inputs"]:
        _tell_lineage(console, one, indent + "    ")
    if not row["inputs"]:
        for one in release["inputs"]:
            console.print(
                f"{indent}    made from release {escape(one if isinstance(one, str) else one['release_id'])}"
            )


@app.command()
def history(
    source: Annotated[str, typer.Argument(help="Id of the source.")],
    limit: Annotated[int, typer.Option(help="How many runs.", min=1)] = 20,
) -> None:
    """The runs of one source, newest first: when, how they ended, and what they said."""
    if source not in sources():
        raise ValueError(f"no source {source!r}; known: {', '.join(sources())}")
    table = Table("started", "outcome", "what it said")
    settings = load_settings()
    for one in _store(settings, load_register(), _catalogue(settings)).history(source, limit):
        table.add_row(one["started_at"][:19], one["outcome"], escape(one["message"]))
    Console(width=max(Console().width, 160)).print(table)


@app.command()
def rebuild() -> None:
    """Make the whole store again from the snapshots and the starter edition, and say whether it is the same."""
    with _shown_progress() as progress:
        before, after, results = _pipeline(load_settings(), progress).rebuild()
    console = Console(soft_wrap=True, highlight=False)
    for result in results:
        if result.outcome == "failed":
            _tell(result)
    if _exit_code(results):
        console.print("nothing was changed", style="red")
        raise typer.Exit(_exit_code(results))
    console.print(f"the store is the same: digest {after}" if before == after else f"rebuilt: digest {after}")


@starter_app.command("build")
def starter_build(
    from_folder: Annotated[Path, typer.Option("--from", help="Folder with the publishers' files.")],
) -> None:
    """Make the starter edition from the publishers' files (for those who work on the project)."""
    if not from_folder.is_dir():
        raise ValueError(f"{from_folder}: no such folder; give the one that holds the publishers' files")
    with _shown_progress() as progress:
        entries = starter.build(
            sources=known_sources.SOURCES,
            from_folder=from_folder,
            register=load_register(),
            catalogue=load_catalogue(),
            now=datetime.now(UTC),
            progress=progress,
        )
    size = sum(entry["size"] for entry in entries)
    typer.echo(
        f"{len(entries)} publications, {sum(entry['rows'] for entry in entries):,} rows, {size:,} bytes"
    )


@starter_app.command("load")
def starter_load() -> None:
    """Load the starter edition where no publisher's file has been loaded; quick when there is nothing to do."""
    settings = load_settings()
    with _shown_progress() as progress:
        results = _pipeline(settings, progress).load_starter(
            told=lambda result: (
                _tell(result, notes=False) if result.outcome not in ("unchanged", "not_here") else None
            )
        )
    raise typer.Exit(_exit_code(results))
