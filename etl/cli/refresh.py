"""Commands that change what is shown: refresh, schedule, rollback, rebuild, the starter edition; and what they would change."""

from __future__ import annotations

import json
import signal
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from etl import sources as known_sources
from etl.cli.telling import FAILED, FromFolder, LogJson, Teller, exit_code, shown_progress, tell
from etl.cli.wiring import fetcher_for, pipeline_of, sources
from etl.pipeline import starter
from etl.pipeline.recognition import seen_words, unread_publications
from etl.pipeline.run import RunResult
from etl.scheduling.drop_folder import DropFolder
from etl.scheduling.schedule import Schedule, UnitKind, units
from etl.scheduling.timetable import FILE as TIMETABLE
from etl.scheduling.timetable import read_timetable, standings
from geodata.places.index import open_index
from geodata.register import load_register
from indicators.catalogue import load_catalogue
from indicators.settings import Settings, load_settings
from indicators.store.locks import Busy

_BETWEEN_LOOKS = 60.0  # seconds, at a folder that is watched


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
    due: Annotated[
        bool, typer.Option("--due", help="Fetch what the publishers' calendars say is due, and nothing else.")
    ] = False,
    log_json: LogJson = None,
) -> None:
    """Publish what is new, fetched from the publishers or read from a folder (--from)."""
    if accept is not None:
        _given_reason("--accept", accept)
    if due and (names or from_folder is not None or accept is not None):
        raise ValueError("--due chooses the sources itself; give it without SOURCE, --from and --accept")
    settings = load_settings()
    teller = Teller(settings, log_json)
    if due:
        results = _refresh_due(settings, teller, dry_run)
    else:
        with shown_progress() as progress, fetcher_for(settings, from_folder) as fetcher:
            results = pipeline_of(settings, progress, fetcher).refresh(
                names or (), folder=from_folder, dry_run=dry_run, accept=accept, report=teller
            )
        if from_folder is not None and all(result.outcome == "not_here" for result in results):
            seen = seen_words(from_folder, sources(settings))
            teller.say(f"no source reads any file below {from_folder.name}/; {seen}", "red")
            raise typer.Exit(FAILED)
        if from_folder is not None and not names:
            for words in unread_publications(from_folder, sources(settings)):
                teller.say(f"not read     {words}", "yellow")
    raise typer.Exit(exit_code(results))


def _given_reason(option: str, reason: str) -> None:
    if not reason.strip():
        raise ValueError(f"{option}: '' is no reason; say why the change is right")


def _refresh_due(settings: Settings, teller: Teller, dry_run: bool = False) -> list[RunResult]:
    """Fetch the sources that are due; tells when the next one is where none is."""
    timetable = read_timetable(tuple(sources()))
    with shown_progress() as progress, fetcher_for(settings) as fetcher:
        pipeline = pipeline_of(settings, progress, fetcher)
        standing_of = standings(pipeline.store, pipeline.sources, timetable, pipeline.now())
        wanted = [standing.source_id for standing in standing_of.values() if standing.is_due]
        if not wanted:
            days = [
                standing.next_expected_on for standing in standing_of.values() if standing.next_expected_on
            ]
            teller.say("nothing is due" + (f"; next on {min(days)}" if days else ""))
            return []
        return pipeline.refresh(wanted, dry_run=dry_run, report=teller)


def schedule(
    kind: Annotated[
        UnitKind | None, typer.Option("--print", help="Print units for cron or systemd, and run nothing.")
    ] = None,
    watch: Annotated[
        Path | None,
        typer.Option(
            "--watch", help="Read publishers' files as they are put into this folder; fetch nothing."
        ),
    ] = None,
    log_json: LogJson = None,
) -> None:
    """Run until stopped, and fetch what is due at the times of etl/schedule.toml, or read what is put into a folder."""
    settings = load_settings()
    if watch is not None:
        if kind is not None:
            raise ValueError("--watch needs a process that runs; give it without --print")
        _watch(settings, watch, Teller(settings, log_json))
        return
    times = read_timetable(tuple(sources())).schedule
    if kind is not None:
        environment = {"WORKHEALTH_DATA_DIR": str(settings.data_dir.resolve())}
        typer.echo(
            units(
                kind,
                times,
                program=Path(sys.executable),
                folder=TIMETABLE.parents[1],
                environment=environment,
            ),
            nl=False,
        )
        return
    teller = Teller(settings, log_json)

    def look() -> None:
        _refresh_due(settings, teller)

    running = Schedule(times, look, lambda words: teller.say(words, "yellow"), lambda: datetime.now(UTC))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, frame: running.stop())
    teller.say(f"looking at {', '.join(times.times)} (London), and now; stop with Ctrl-C")
    running.run()


def _watch(settings: Settings, folder: Path, teller: Teller) -> None:
    """Look at a folder once a minute until stopped, and publish what was put there."""
    drop = DropFolder(folder)
    drop.has_come()  # raises where there is no such folder
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, frame: stopped.set())
    teller.say(f"watching {folder} once a minute; stop with Ctrl-C")
    while not stopped.is_set():
        read_dropped(settings, drop, teller)
        stopped.wait(_BETWEEN_LOOKS)


def read_dropped(settings: Settings, drop: DropFolder, teller: Teller) -> bool:
    """Publish what is new in a folder; whether anything was read. What goes wrong is reported, and tried again where
    another refresh was running or the folder could not be read.
    """
    try:
        if not drop.has_come():
            return False
        with shown_progress() as progress:
            pipeline_of(settings, progress).refresh((), folder=drop.folder, report=teller)
    except (Busy, OSError) as error:
        teller.say(f"{error}; looked again in a minute", "red")
        return False
    drop.read()
    for words in unread_publications(drop.folder, sources(settings)):
        teller.say(f"not read     {words}", "yellow")
    return True


def diff(
    source: Annotated[str, typer.Argument(help="Id of the source.")],
    from_folder: FromFolder = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """What a refresh would change: added, revised, removed, medians moved, areas lost. Publishes nothing."""
    settings = load_settings()
    with shown_progress() as progress, fetcher_for(settings, from_folder) as fetcher:
        [result] = pipeline_of(settings, progress, fetcher).refresh(
            [source], folder=from_folder, dry_run=True
        )
    if as_json:
        answer = {
            "source_id": source,
            "outcome": result.outcome,
            "message": result.message,
            **{
                name: result.details.get("diff", {}).get(name, empty)
                for name, empty in (("totals", {}), ("indicators", {}), ("reasons", []))
            },
            "median_shifts": result.details.get("median_shifts", []),
        }
        typer.echo(json.dumps(answer, indent=1, ensure_ascii=False))
    else:
        console = Console(width=max(Console().width, 120), highlight=False)
        tell(result, console)
        for reason in result.details.get("diff", {}).get("reasons", []):
            console.print(f"would wait in quarantine: {escape(reason)}", style="yellow")
    raise typer.Exit(exit_code([result]))


def rollback(
    source: Annotated[str, typer.Argument(help="Id of the source.")],
    reason: Annotated[str, typer.Option(help="Why; it is kept with the release.")],
    log_json: LogJson = None,
) -> None:
    """Go back to the editions a source rested on before; what it leaves stays out until --accept."""
    _given_reason("--reason", reason)
    settings = load_settings()
    with shown_progress() as progress:
        result = pipeline_of(settings, progress).rollback(source, reason)
    Teller(settings, log_json)(result)
    raise typer.Exit(exit_code([result]))


def rebuild() -> None:
    """Make the whole store again from the snapshots and the starter edition, and say whether it is the same."""
    with shown_progress() as progress:
        before, after, results = pipeline_of(load_settings(), progress).rebuild()
    console = Console(soft_wrap=True, highlight=False)
    for result in results:
        if result.outcome == "failed":
            tell(result, console)
    if exit_code(results):
        console.print("nothing was changed", style="red")
        raise typer.Exit(exit_code(results))
    console.print(f"the store is the same: digest {after}" if before == after else f"rebuilt: digest {after}")


def starter_build(
    from_folder: Annotated[Path, typer.Option("--from", help="Folder with the publishers' files.")],
) -> None:
    """Make the starter edition from the publishers' files (for those who work on the project)."""
    if not from_folder.is_dir():
        raise ValueError(f"{from_folder}: no such folder; give the one that holds the publishers' files")
    with shown_progress() as progress:
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


def starter_load() -> None:
    """Load the starter edition where no publisher's file has been loaded; quick when there is nothing to do."""
    settings = load_settings()
    console = Console(soft_wrap=True, highlight=False)
    with shown_progress() as progress:
        results = pipeline_of(settings, progress).load_starter(
            report=lambda result: (
                tell(result, console, notes=False)
                if result.outcome not in ("unchanged", "not_here")
                else None
            )
        )
    # made here, so that the first who looks for a place need not wait for it
    open_index(load_register(), settings.places_dir).close()
    raise typer.Exit(exit_code(results))
