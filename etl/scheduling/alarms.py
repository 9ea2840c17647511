"""What a machine is sent about each run: one line of JSON, and the same to a webhook where one is set."""

from __future__ import annotations

from etl.pipeline import Row
from etl.pipeline.run import RunResult

_TIMEOUT = 10.0  # seconds


def run_line(result: RunResult) -> Row:
    """The facts of one run: ids, outcome, instant (UTC), words, figures changed, and how many notes there are.

    ``changes`` is None where nothing was compared.
    """
    details = result.details
    difference = details.get("diff")
    return {
        "source_id": result.source_id,
        "run_id": result.run_id or None,
        "outcome": result.outcome,
        "finished_at": result.finished_at,
        "seconds": round(result.seconds, 3),
        "message": result.message,
        "changes": None if difference is None else difference["totals"],
        "waits": [] if difference is None else difference["reasons"],
        "warnings": len(details.get("warnings", ())),
    }


def post(url: str, line: Row) -> str | None:
    """Send a run's facts to a webhook; words of what went wrong, None where it was taken. Never raises.

    The words name the host alone, since the address may hold a key.
    """
    import httpx  # most runs have no webhook, and it is slow to import

    host = httpx.URL(url).host
    try:
        answer = httpx.post(url, json=line, timeout=_TIMEOUT)
    except httpx.HTTPError as error:
        return f"webhook {host}: {type(error).__name__}; the run itself is not touched by this"
    if answer.is_success:
        return None
    return f"webhook {host}: answered {answer.status_code}; the run itself is not touched by this"
