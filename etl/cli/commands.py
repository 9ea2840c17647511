"""The command line of the jobs. Exit codes: 0 done, 1 a source failed, 2 asked wrongly, 3 a source waits in
quarantine, 4 another refresh is running.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from etl import sources as known_sources
from etl.fetching.downloads import FolderDownloads
from etl.fetching.snapshots import LostSnapshot, Snapshots, file_sha256
from etl.pipeline import starter
from etl.pipeline.corrections import FOLDER as CORRECTIONS
from etl.pipeline.corrections import BadCorrections, read_corrections
from etl.pipeline.run import Pipeline, RunResult
from etl.scheduling.alarms import post, run_line
from etl.scheduling.schedule import Schedule, UnitKind, units
from etl.scheduling.timetable import FILE as TIMETABLE
from etl.scheduling.timetable import BadTimetable, Standing, Timetable, read_timetable, standing
from etl.sources.base import LiveSource, SourceProblem
from geodata.register import Register, load_register
from indicators.catalogue import CatalogueError, Indicator, load_catalogue
from indicators.periods import Period
from indicators.settings import Settings, SettingsError, load_settings
from indicators.store import NoStore, Store
from indicators.store.locks import Busy

if TYPE_CHECKING:
    from etl.fetching.http import Fetcher

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

KEYS = ("STATXPLORE_API_KEY",)
"""Variables of the environment that hold publishers' keys."""
LOG_RUNS = 30  # runs of a source that are looked through for its last good one

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
    except (CatalogueError, NoStore, SourceProblem, LostSnapshot, starter.BadStarter, OSError) as error:
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


def _fetcher(from_folder: Path | None = None) -> AbstractContextManager[Fetcher | None]:
    """What fetches from the publishers; None where a folder is read, which needs no client of theirs."""
    if from_folder is not None:
        return nullcontext()
    from etl.fetching.http import Fetcher  # slow to import

    return Fetcher()


def _pipeline(
    settings: Settings,
    progress: Callable[[str, int, int], None],
    fetcher: Fetcher | None = None,
) -> Pipeline:
    """The pipeline of these settings; it can fetch where it is given a fetcher."""
    register, catalogue = load_register(), _catalogue(settings)
    secrets = {name: os.environ[name] for name in KEYS if os.environ.get(name)}
    return Pipeline(
        store=_store(settings, register, catalogue),
        snapshots=Snapshots(settings.snapshots_dir),
        sources=sources(settings.local_dir),
        register=register,
        catalogue=catalogue,
        now=lambda: datetime.now(UTC),
        boundaries_dir=settings.boundaries_dir,
        downloads=None if fetcher is None else lambda folder: FolderDownloads(folder, fetcher, secrets),
        progress=progress,
        on_step=progress,
    )


class _Teller:
    """Tells of each run: words for people, one line of JSON on stdout for machines, and the webhook."""

    def __init__(self, settings: Settings, log_json: bool | None) -> None:
        self.webhook_url = settings.webhook_url
        self.as_json = (not sys.stdout.isatty()) if log_json is None else log_json
        self.console = Console(soft_wrap=True, highlight=False, stderr=self.as_json)

    def __call__(self, result: RunResult) -> None:
        _tell(result, self.console)
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


def _tell(result: RunResult, console: Console, *, notes: bool = True) -> None:
    style = _STYLES[result.outcome]
    words = result.outcome.replace("_", " ")
    console.print(
        f"[{style}]{words:<12}[/{style}] {escape(result.source_id)}  {escape(result.message)}  "
        f"[dim]{result.seconds:.1f} s[/dim]"
    )
    for warning in result.details.get("warnings", []) if notes else []:
        console.print(f"             [yellow]note[/yellow] {escape(warning)}")
    if result.outcome in ("dry_run", "quarantined"):
        _tell_difference(result, console)


def _tell_difference(result: RunResult, console: Console) -> None:
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
    moved = [one for one in result.details.get("median_shifts", []) if one["was"] != one["now"]]
    if moved:
        table = Table("indicator", "area type", "period", "median was", "is", box=None, padding=(0, 2))
        for one in moved:
            table.add_row(
                one["indicator_id"], one["area_type"], one["period"], f"{one['was']:g}", f"{one['now']:g}"
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
    teller = _Teller(settings, log_json)
    if due:
        results = _refresh_due(settings, teller, dry_run)
    else:
        with _shown_progress() as progress, _fetcher(from_folder) as fetcher:
            results = _pipeline(settings, progress, fetcher).refresh(
                names or (), folder=from_folder, dry_run=dry_run, accept=accept, told=teller
            )
    raise typer.Exit(_exit_code(results))


def _given_reason(option: str, reason: str) -> None:
    if not reason.strip():
        raise ValueError(f"{option}: '' is no reason; say in words why the change is right")


def _standings(
    store: Store, known: Mapping[str, Any], timetable: Timetable, now: datetime
) -> dict[str, Standing]:
    """Where every known source stands, by its id, in load order."""
    there = store.exists()
    return {
        source_id: standing(
            source_id,
            live=isinstance(source, LiveSource),
            calendar=source.info.calendar,
            runs=store.history(source_id, LOG_RUNS) if there else [],
            now=now,
            timetable=timetable,
        )
        for source_id, source in known.items()
    }


def _refresh_due(settings: Settings, teller: _Teller, dry_run: bool = False) -> list[RunResult]:
    """Fetch the sources that are due; tells when the next one is where none is."""
    timetable = read_timetable(tuple(sources()))
    with _shown_progress() as progress, _fetcher() as fetcher:
        pipeline = _pipeline(settings, progress, fetcher)
        standings = _standings(pipeline.store, pipeline.sources, timetable, pipeline.now())
        wanted = [one.source_id for one in standings.values() if one.is_due]
        if not wanted:
            days = [one.next_expected_on for one in standings.values() if one.next_expected_on]
            teller.say("nothing is due" + (f"; next on {min(days)}" if days else ""))
            return []
        return pipeline.refresh(wanted, dry_run=dry_run, told=teller)


@app.command()
def schedule(
    kind: Annotated[
        UnitKind | None, typer.Option("--print", help="Print units for cron or systemd, and run nothing.")
    ] = None,
    log_json: LogJson = None,
) -> None:
    """Run until stopped, and fetch what is due at the times of etl/schedule.toml."""
    settings = load_settings()
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
    teller = _Teller(settings, log_json)

    def look() -> None:
        _refresh_due(settings, teller)

    running = Schedule(times, look, lambda words: teller.say(words, "yellow"), lambda: datetime.now(UTC))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, frame: running.stop())
    teller.say(f"looking at {', '.join(times.times)} (London), and now; stop with Ctrl-C")
    running.run()


@app.command()
def diff(
    source: Annotated[str, typer.Argument(help="Id of the source.")],
    from_folder: FromFolder = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """What a refresh would change: added, revised, removed, medians moved, areas lost. Publishes nothing."""
    with _shown_progress() as progress, _fetcher(from_folder) as fetcher:
        [result] = _pipeline(load_settings(), progress, fetcher).refresh(
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
        _tell(result, console)
        for reason in result.details.get("diff", {}).get("reasons", []):
            console.print(f"would wait in quarantine: {escape(reason)}", style="yellow")
    raise typer.Exit(_exit_code([result]))


@app.command()
def rollback(
    source: Annotated[str, typer.Argument(help="Id of the source.")],
    reason: Annotated[str, typer.Option(help="Why; it is kept with the release.")],
    log_json: LogJson = None,
) -> None:
    """Go back to the editions a source rested on before; what it leaves stays out until --accept."""
    _given_reason("--reason", reason)
    settings = load_settings()
    with _shown_progress() as progress:
        result = _pipeline(settings, progress).rollback(source, reason)
    _Teller(settings, log_json)(result)
    raise typer.Exit(_exit_code([result]))


@app.command()
def status(as_json: Annotated[bool, typer.Option("--json", help="The same as JSON.")] = False) -> None:
    """What is loaded, how fresh it is, and what the last run of each source said."""
    settings = load_settings()
    store = _store(settings, load_register(), _catalogue(settings))
    if not store.exists():
        raise NoStore("the store is empty; run: python -m etl starter load")
    states = store.source_status()
    known = sources(settings.local_dir)
    standings = _standings(store, known, read_timetable(tuple(known)), datetime.now(UTC))
    ran = {state["source_id"] for state in states}
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
            "expected": [
                {
                    "source_id": one.source_id,
                    "last_expected_on": _iso(one.last_expected_on),
                    "next_expected_on": _iso(one.next_expected_on),
                    "is_due": one.is_due,
                    "words": one.words,
                }
                for one in standings.values()
            ],
        }
        typer.echo(json.dumps(answer, indent=1, ensure_ascii=False))
        return
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in (
        "source", "figures", "releases", "published on", "expected", "next", "last run", "outcome"
    ):  # fmt: skip
        table.add_column(heading, no_wrap=True)
    table.add_column("message", overflow="fold")
    for state in states:
        style = _STYLES.get(state["outcome"] or "", "")
        table.add_row(
            state["source_id"] + (" (illustrative)" if state["illustrative"] else ""),
            f"{state['rows']:,}",
            str(len(state["releases"])),
            state["published_on"] or "",
            *_expected(standings.get(state["source_id"])),
            (state["finished_at"] or "")[:16],
            f"[{style}]{state['outcome'] or ''}[/{style}]" if style else str(state["outcome"] or ""),
            escape(state["message"].splitlines()[0] if state["message"] else ""),
        )
    for one in standings.values():
        if one.source_id not in ran:
            table.add_row(one.source_id, "0", "0", "", *_expected(one), "", "never run", escape(one.words))
    # a narrow window (or a file) must not cut the names of the sources
    Console(width=max(Console().width, 180)).print(table)


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _expected(one: Standing | None) -> tuple[str, str]:
    """Last and next expected date, as cells; empty where nothing more is expected."""
    if one is None:
        return "", ""
    return _iso(one.last_expected_on) or "", _iso(one.next_expected_on) or ""


@app.command()
def check() -> None:
    """Whether catalogue, register, starter edition, timetable, corrections, store, boundaries and snapshots hang together."""
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
    problems += _bad_files(sources(settings.local_dir))
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


def _bad_files(known: Mapping[str, Any]) -> list[str]:
    """What is wrong with the timetable and the corrections."""
    problems = []
    try:
        read_timetable(tuple(known))
    except BadTimetable as error:
        problems.append(str(error))
    for source_id in known:
        try:
            read_corrections(source_id)
        except BadCorrections as error:
            problems.append(str(error))
    strays = sorted(path.name for path in CORRECTIONS.glob("*.toml") if path.stem not in known)
    problems += [f"corrections: {name}: no such source; expected of {', '.join(known)}" for name in strays]
    return problems


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
            _tell(result, console)
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
    console = Console(soft_wrap=True, highlight=False)
    with _shown_progress() as progress:
        results = _pipeline(settings, progress).load_starter(
            told=lambda result: (
                _tell(result, console, notes=False)
                if result.outcome not in ("unchanged", "not_here")
                else None
            )
        )
    raise typer.Exit(_exit_code(results))
