"""Commands that only look: status, check, lineage, history."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from etl.cli.telling import FAILED, STYLES, iso, kind_of_run, reasons_of_run, tell_lineage
from etl.cli.wiring import catalogue_of, sources, store_of
from etl.fetching.snapshots import LostSnapshot, Snapshots, file_sha256
from etl.pipeline import Row, starter
from etl.pipeline.corrections import FOLDER as CORRECTIONS
from etl.pipeline.corrections import BadCorrections, read_corrections
from etl.pipeline.publishing import ILLUSTRATIVE
from etl.scheduling.timetable import BadTimetable, Standing, read_timetable, standings
from geodata.register import load_register
from indicators.settings import Settings, load_settings
from indicators.store import NoStore, Store, StoreDamaged, UnknownFigure


def status(as_json: Annotated[bool, typer.Option("--json", help="The same as JSON.")] = False) -> None:
    """What is loaded, how fresh it is, and what the last run of each source said."""
    settings = load_settings()
    store = store_of(settings, load_register(), catalogue_of(settings))
    if not store.exists():
        raise NoStore("the store is empty; run: python -m etl starter load")
    states = store.source_status()
    known = sources(settings)
    standing_of = standings(store, known, read_timetable(tuple(known)), datetime.now(UTC))
    if as_json:
        answer = _status_facts(store.publication_id(), states, standing_of)
        typer.echo(json.dumps(answer, indent=1, ensure_ascii=False))
        return
    # a narrow window (or a file) must not cut the names of the sources
    Console(width=max(Console().width, 180)).print(_status_table(states, standing_of))


def _status_facts(
    publication_id: object, states: Sequence[Row], standing_of: Mapping[str, Standing]
) -> dict[str, Any]:
    of_source = ("source_id", "outcome", "message", "finished_at")
    of_figures = ("published_at", "published_on", "rows", "illustrative")
    of_release = ("release_id", "edition", "publication", "published_on", "origin", "rows")
    return {
        "publication_id": publication_id,
        "sources": [
            {
                **{name: state[name] for name in (*of_source, *of_figures)},
                "releases": [{name: release[name] for name in of_release} for release in state["releases"]],
            }
            for state in states
        ],
        "expected": [
            {
                "source_id": standing.source_id,
                "last_expected_on": iso(standing.last_expected_on),
                "next_expected_on": iso(standing.next_expected_on),
                "is_due": standing.is_due,
                "words": standing.words,
            }
            for standing in standing_of.values()
        ],
    }


def _status_table(states: Sequence[Row], standing_of: Mapping[str, Standing]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in (
        "source", "figures", "releases", "published on", "expected", "next", "last run", "outcome"
    ):  # fmt: skip
        table.add_column(heading, no_wrap=True)
    table.add_column("message", overflow="fold")
    for state in states:
        style = STYLES.get(state["outcome"] or "", "")
        table.add_row(
            state["source_id"] + (" (illustrative)" if state["illustrative"] else ""),
            f"{state['rows']:,}",
            str(len(state["releases"])),
            state["published_on"] or "",
            *_expected(standing_of.get(state["source_id"])),
            (state["finished_at"] or "")[:16],
            f"[{style}]{state['outcome'] or ''}[/{style}]" if style else str(state["outcome"] or ""),
            escape(state["message"].splitlines()[0] if state["message"] else ""),
        )
    ran = {state["source_id"] for state in states}
    for standing in standing_of.values():
        if standing.source_id not in ran:
            cells = ("0", "0", "", *_expected(standing), "", "never run")
            table.add_row(standing.source_id, *cells, escape(standing.words))
    return table


def _expected(standing: Standing | None) -> tuple[str, str]:
    """Last and next expected date, as cells; empty where nothing more is expected."""
    if standing is None:
        return "", ""
    return iso(standing.last_expected_on) or "", iso(standing.next_expected_on) or ""


def check() -> None:
    """Whether catalogue, register, starter edition, timetable, corrections, store, boundaries and snapshots hang together."""
    settings = load_settings()
    register, catalogue = load_register(), catalogue_of(settings)
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
    problems += _bad_files(sources(settings))
    store = store_of(settings, register, catalogue)
    try:
        if damage := store.connections.damage():
            raise StoreDamaged(str(store.connections.sqlite_path), damage)
        if store.exists():
            problems += [f"store: {problem}" for problem in store.problems()]
            problems += _lost_files(store, settings)
            said.append(f"store: {len(store.releases())} current releases, digest {store.digest()}")
        else:
            said.append("store: not made yet")
    except StoreDamaged as error:
        problems.append(f"store: {error}")
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
    for boundary in store.boundaries():
        path = settings.boundaries_dir / boundary["file_name"]
        if not path.is_file() or file_sha256(path) != boundary["sha256"]:
            problems.append(f"boundaries: {boundary['file_name']} is gone or changed; refresh ons_geography")
    return problems


def lineage(
    indicator: Annotated[str, typer.Argument(help="Id of the indicator, such as employment-rate.")],
    area: Annotated[str, typer.Argument(help="Code or name of the area, such as E08000035 or Leeds.")],
    period: Annotated[str, typer.Argument(help="Period, such as 2023, 2022/23 or 2023-01-01/P1Y.")],
    sex: Annotated[str | None, typer.Option(help="persons, male or female; all where left out.")] = None,
    age: Annotated[str | None, typer.Option(help="Age group; all where left out.")] = None,
    breakdown: Annotated[str | None, typer.Option(help="Group of people; all where left out.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """From a figure back to the publisher's file: row where it is known, sha256, address and dates.

    A derived figure goes on to the figures it was made from: the rates of a gap, the members of a sum.
    """
    settings = load_settings()
    register, catalogue = load_register(), catalogue_of(settings)
    if indicator not in catalogue:
        raise ValueError(f"no indicator {indicator!r}; known: {', '.join(catalogue)}")
    store = store_of(settings, register, catalogue)
    try:
        area_code, iso_period = store.named_figure(indicator, area, period)
    except UnknownFigure as error:
        raise ValueError(str(error)) from error
    found = store.lineage(
        indicator_id=indicator, area_code=area_code, period=iso_period, sex=sex, age=age, breakdown=breakdown
    )
    if not found:
        raise ValueError(
            f"no figure of {indicator} for {area_code} in {iso_period} for this group; leave out --sex, --age and "
            "--breakdown to see all of them"
        )
    if as_json:
        typer.echo(json.dumps(found, indent=1, ensure_ascii=False, default=str))
        return
    console = Console(soft_wrap=True, highlight=False)
    for row in found:
        tell_lineage(console, row, "")


def history(
    source: Annotated[str, typer.Argument(help="Id of the source.")],
    limit: Annotated[int, typer.Option(help="How many runs.", min=1)] = 20,
    as_json: Annotated[
        bool, typer.Option("--json", help="As JSON, with the figures changed by indicator.")
    ] = False,
) -> None:
    """The runs of one source, newest first: when, what each was, how it ended, what it said, and why it was done.

    A publication, a rollback, a correction and a new calculation are called what they are, with the reason given.
    """
    if source not in sources() and source != ILLUSTRATIVE:
        raise ValueError(f"no source {source!r}; known: {', '.join(sources())}")
    settings = load_settings()
    runs = store_of(settings, load_register(), catalogue_of(settings)).history(source, limit)
    if as_json:
        typer.echo(json.dumps([_run_facts(run) for run in runs], indent=1, ensure_ascii=False))
        return
    table = Table("started", "outcome", "what it was", "what it said", "why")
    for run in runs:
        table.add_row(
            run["started_at"][:19],
            run["outcome"].replace("_", " "),
            kind_of_run(run),
            escape(run["message"]),
            escape("\n".join(reasons_of_run(run))),
        )
    Console(width=max(Console().width, 160)).print(table)


def _run_facts(run: Row) -> dict[str, Any]:
    details = run["details"]
    difference = details.get("diff") or {}
    return {
        **{name: run[name] for name in ("run_id", "started_at", "finished_at", "outcome", "message")},
        "kind": kind_of_run(run),
        "reasons": reasons_of_run(run),
        "accepted": details.get("accepted"),
        "editions": [edition["edition"] for edition in details.get("editions", [])],
        "figures": difference.get("totals", {}),
    }
