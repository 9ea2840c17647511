"""The command that asks every publisher's address and publishes nothing, for a first check and for bug reports."""

from __future__ import annotations

import dataclasses
import json
import os
import platform
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from etl.cli.telling import FAILED
from etl.cli.wiring import KEYS, catalogue_of, fetcher_for, sources
from etl.pipeline.probe import NO_KEY, NOTHING_TO_ASK, RIGHT, UNSURE, SourceReport
from etl.pipeline.probe import probe as probe_source
from geodata.register import load_register
from indicators.settings import load_settings

_GOOD = (RIGHT, UNSURE, NO_KEY, NOTHING_TO_ASK)
_MOST_NAMES = 12
_NOT_REACHED = re.compile(r"\b(ConnectError|ConnectTimeout|ProxyError)\b")


def probe(
    names: Annotated[list[str] | None, typer.Argument(metavar="SOURCE...", help="All when left out.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The JSON alone, without the text.")] = False,
) -> None:
    """Ask every address, read the beginning of what comes, hold it against what is expected. Publishes nothing."""
    settings = load_settings()
    known = {name: source for name, source in sources(settings).items() if name != "local_upload"}
    unknown = [name for name in names or () if name not in known]
    if unknown:
        raise ValueError(f"no source {', '.join(unknown)}; expected of {', '.join(known)}")
    now = datetime.now(UTC)
    register, catalogue = load_register(), catalogue_of(settings)
    secrets = {name: os.environ[name] for name in KEYS if os.environ.get(name)}
    reports = []
    with fetcher_for(settings) as fetcher:
        assert fetcher is not None
        for name in names or known:
            report = probe_source(
                known[name],
                fetcher=fetcher,
                secrets=secrets,
                register=register,
                catalogue=catalogue,
                today=now.date(),
            )
            reports.append(report)
            if not as_json:
                typer.echo("\n".join(lines_of(report)))
    if not as_json:
        typer.echo("\n".join(_summary(reports, now)))
        typer.echo("\nThe same as JSON:")
    typer.echo(json.dumps(as_facts(reports, now), indent=None if not as_json else 1, ensure_ascii=False))
    if any(report.verdict not in _GOOD for report in reports):
        raise typer.Exit(FAILED)


def lines_of(report: SourceReport) -> list[str]:
    """The report of one source as text: the verdict, the problems, each address, file and edition."""
    lines = [f"{report.verdict.upper():<15} {report.source_id}  {report.title}"]
    lines += [f"  problem  {words}" for words in report.problems if report.verdict != NOTHING_TO_ASK]
    for asked in report.asked:
        came = f"{asked.size:,} bytes" if not asked.problem else "no usable answer"
        part = "" if asked.is_whole or asked.problem else " (beginning)"
        moved = f", redirected to {asked.came_from}" if asked.came_from else ""
        lines.append(f"  {asked.verb:<5} {asked.url}  {came}{part}, {asked.seconds:g} s{moved}")
        if asked.names:
            lines.append(f"        holds {_some(asked.names)}")
    lines += [f"  file  {file.name}: {_some(file.columns, 40)}" for file in report.files if file.columns]
    for edition in report.editions:
        lines.append(f"  edition  {edition.edition}: {edition.figures:,} figures in what was read")
        if edition.seen or edition.not_seen:
            lines.append(f"        asked for and seen: {_some(edition.seen)}")
        if edition.not_seen:
            lines.append(f"        asked for and not in what was read: {_some(edition.not_seen)}")
        lines += [f"        set aside: {words}" for words in edition.set_aside[:_MOST_NAMES]]
        if edition.unsure:
            lines.append(f"        cannot be told from the beginning alone: {edition.unsure}")
    return lines


def as_facts(reports: Sequence[SourceReport], now: datetime) -> dict[str, Any]:
    """The report as JSON: when and where it was made, and each source with what was asked and what came."""
    return {
        "probed_at": now.isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "system": platform.system(),
        "sources": [
            {
                "source_id": report.source_id,
                "verdict": report.verdict,
                **{
                    name: value
                    for name, value in dataclasses.asdict(report).items()
                    if name not in ("source_id", "verdicts")
                },
            }
            for report in reports
        ],
    }


def _summary(reports: Sequence[SourceReport], now: datetime) -> list[str]:
    counts: dict[str, int] = {}
    for report in reports:
        counts[report.verdict] = counts.get(report.verdict, 0) + 1
    asked = [asked for report in reports for asked in report.asked]
    cut_off = bool(asked) and all(_NOT_REACHED.search(entry.problem) for entry in asked)
    words = ", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items()))
    return [
        "",
        f"{len(reports)} sources asked at {now:%Y-%m-%d %H:%M} UTC: {words}. Nothing was published.",
        *(
            ["No address could be reached: this machine may not have access to the internet."]
            if cut_off
            else []
        ),
        "To report a fault, paste all of this. It holds no key.",
    ]


def _some(names: Sequence[str], most: int = _MOST_NAMES) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{', '.join(names[:most]) or 'none'}{more}"
