"""A throwaway PostgreSQL server for the tests: its own cluster, a socket in a temporary folder, no network."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PROGRAMS = Path("/usr/lib/postgresql")
ACCOUNT = "postgres"


def why_not() -> str | None:
    """Why no server can be started here, in words; None when one can."""
    if not sorted(PROGRAMS.glob("*/bin/initdb")):
        return "PostgreSQL is not installed on this machine (no initdb below /usr/lib/postgresql)"
    if os.getuid() == 0:
        try:
            pwd.getpwnam(ACCOUNT)
        except KeyError:
            return "PostgreSQL does not run as root, and there is no account postgres here"
    return None


@contextmanager
def server() -> Iterator[str]:
    """Start a server; gives the address of its database ``postgres`` as SQLAlchemy writes it."""
    programs = sorted(PROGRAMS.glob("*/bin/initdb"))[-1].parent
    folder = Path(tempfile.mkdtemp(prefix="workhealth-pg-"))
    as_account: dict[str, Any] = {}
    if os.getuid() == 0:
        account = pwd.getpwnam(ACCOUNT)
        os.chown(folder, account.pw_uid, account.pw_gid)
        folder.chmod(0o755)
        as_account = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    cluster = folder / "cluster"

    def run(*command: str) -> None:
        subprocess.run(command, check=True, capture_output=True, cwd=folder, timeout=60, **as_account)

    try:
        run(str(programs / "initdb"), "-D", str(cluster), "-U", "workhealth", "-A", "trust", "-E", "UTF8")
        options = (
            f"-k {folder} -c listen_addresses='' -c fsync=off -c full_page_writes=off -c max_connections=40"
        )
        run(
            str(programs / "pg_ctl"),
            "-D", str(cluster), "-l", str(folder / "log"), "-w", "-o", options, "start",
        )  # fmt: skip
        try:
            yield f"postgresql+psycopg://workhealth@/postgres?host={folder}"
        finally:
            run(str(programs / "pg_ctl"), "-D", str(cluster), "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
