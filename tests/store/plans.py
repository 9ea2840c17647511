"""How a database means to answer the questions of a store: which of them read a whole table of figures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

LARGE = ("observation", "trend")
"""Tables that grow with the figures; the others have a row a group, release or run."""
# what may read a whole table: whether there is any figure, which ends at the first; and the series whose newest figure is
# withheld, which is asked once a publication
_MAY_SCAN = (
    re.compile(r"^SELECT observation\.area_code\s+FROM observation\s+LIMIT"),
    re.compile(r"later\.period > trend\.latest_period"),
)
ADDRESSES = (
    "/", "/map", "/map?indicator=employment-rate&area_type=ltla", "/map?shading=change", "/map?shading=trend", "/areas",
    "/areas/E06000018", "/areas/E54000008", "/areas/custom:E06000015+E06000018", "/compare?area_type=ltla",
    "/compare?chart=ranks", "/trends?area=E06000018", "/overview?area=E06000018,E08000025", "/relate", "/indicators",
    "/indicators/employment-rate", "/conditions?area=E06000018", "/evidence", "/goal", "/data", "/refresh", "/readyz",
    "/metrics", "/csv/map?indicator=employment-rate", "/api/v1/indicators", "/api/v1/releases", "/api/v1/changes",
    "/api/v1/observations?indicator=employment-rate&breakdown=all",
    "/api/v1/observations?indicator=employment-rate&breakdown=all&period=all&area=E06000018",
    "/api/v1/observations?indicator=employment-rate&period=all&groups=all&limit=10",
    "/api/v1/observations?indicator=employment-rate&area=custom:E06000015%2BE06000018",
    "/api/v1/profile?area=E06000018", "/api/v1/compare?indicator=employment-rate",
    "/api/v1/trend?indicator=employment-rate&area=E06000018",
    "/api/v1/lineage?indicator=employment-rate&area=E06000018&period=2023",
)  # fmt: skip
"""Pages, files and API answers that between them ask every question that a web process asks about figures."""
_SCANS = {
    "sqlite": re.compile(rf"\bSCAN ({'|'.join(LARGE)})\b"),
    "postgresql": re.compile(rf"\bSeq Scan on ({'|'.join(LARGE)})\b"),
}


@contextmanager
def recorded(engine: sa.Engine) -> Iterator[dict[str, Any]]:
    """The statements that an engine sends meanwhile, each with the parameters it was first sent with; of SQLite also those
    that are sent without sqlalchemy, with their parameters written in.
    """
    sent: dict[str, Any] = {}

    def trace(statement: str) -> None:
        if statement.startswith("SELECT area_code, "):
            sent.setdefault(statement, ())

    def listen(connection: Any, *_: Any) -> None:
        if engine.dialect.name == "sqlite":
            connection.set_trace_callback(trace)

    def stop(connection: Any, *_: Any) -> None:
        if engine.dialect.name == "sqlite" and connection is not None:
            connection.set_trace_callback(None)

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            sent.setdefault(statement, parameters)

    listeners = (("before_cursor_execute", note), ("checkout", listen), ("checkin", stop))
    for name, listener in listeners:
        event.listen(engine, name, listener)
    try:
        yield sent
    finally:
        for name, listener in listeners:
            event.remove(engine, name, listener)


def plan_of(engine: sa.Engine, statement: str, parameters: Any, *, as_if_large: bool = False) -> str:
    """How the database would answer, line by line. ``as_if_large`` has PostgreSQL read a small table by its index where an
    index can be used at all; SQLite does so where nothing was counted (``sqlite_stat1``).
    """
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            return "\n".join(str(row[3]) for row in rows)
        if as_if_large:
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        return "\n".join(
            str(row[0]) for row in connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)
        )


def full_scans(engine: sa.Engine, sent: dict[str, Any], *, as_if_large: bool = False) -> list[str]:
    """Those statements that would read a whole large table, each with its plan."""
    scan = _SCANS[engine.dialect.name]
    found = []
    for statement, parameters in sent.items():
        if any(pattern.search(statement) for pattern in _MAY_SCAN):
            continue
        plan = plan_of(engine, statement, parameters, as_if_large=as_if_large)
        if scan.search(plan):
            found.append(f"{statement}\n{plan}")
    return found
