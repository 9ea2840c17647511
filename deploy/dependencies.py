"""What is installed on a server, from pip's own report: a list with hashes, and each package's licence.

    python -m pip install --dry-run --ignore-installed --quiet --report report.json \\
        --constraint constraints.txt '.[web,pdf,jobs,postgres]'
    python deploy/dependencies.py report.json

with the Python that they are installed in, writes ``deploy/requirements-linux-x86_64-py311.txt``, for ``pip install --require-hashes --requirement``, and
``docs/licences.md``. Run it on the kind of machine that the list is for: hashes are those of its packages.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import PackageNotFoundError
from importlib.metadata import metadata as installed
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "deploy" / "requirements-linux-x86_64-py311.txt"
LICENCES = ROOT / "docs" / "licences.md"
OWN = "workhealth"
_LONGEST = 60  # characters: some packages put the whole licence where its name belongs
_HEAD = """# Licences

The packages that the service is installed with, and their licences as they state them. `python deploy/dependencies.py`
makes this page from pip's report; a test holds it against `constraints.txt` and against the licences that may be used.
Files of others that are part of the project are in [assets/vendor/VENDORED.md](../assets/vendor/VENDORED.md).

| package | version | licence |
|---|---|---|
"""


class Package(NamedTuple):
    """A package as pip would install it: ``digests`` are sha256 of its archive."""

    name: str
    version: str
    licence: str
    digests: tuple[str, ...]


def packages(report: Mapping[str, Any]) -> list[Package]:
    """The packages of a report, by name, without the project itself. Raises ValueError for one without a hash."""
    found = []
    for entry in report["install"]:
        metadata = entry["metadata"]
        if metadata["name"].lower() == OWN:
            continue
        digest = entry["download_info"].get("archive_info", {}).get("hashes", {}).get("sha256")
        if not digest:
            raise ValueError(
                f"{metadata['name']}: no sha256 in pip's report; install it from a package index"
            )
        found.append(Package(metadata["name"], metadata["version"], licence_of(metadata), (digest,)))
    return sorted(found, key=lambda package: package.name.lower())


def licence_of(metadata: Mapping[str, Any]) -> str:
    """The name of a package's licence: its expression, its classifiers, or its own words; empty where it says none."""
    expression = metadata.get("license_expression") or _expression(metadata["name"])
    if expression:
        return str(expression)
    named = [
        classifier.rpartition(" :: ")[2]
        for classifier in metadata.get("classifier", [])
        if classifier.startswith("License :: ") and not classifier.endswith("OSI Approved")
    ]
    words = str(metadata.get("license") or "").strip().splitlines()
    if named:
        return ", ".join(named)
    return words[0] if words and len(words[0]) <= _LONGEST else ""


def _expression(name: str) -> str:
    """The licence expression of an installed package; some versions of pip leave it out of their report."""
    try:
        return installed(name).get("License-Expression") or ""
    except PackageNotFoundError:
        return ""


def lock_lines(found: Sequence[Package]) -> Iterator[str]:
    """The lines of a list for ``--require-hashes``."""
    yield "# Made by deploy/dependencies.py for Linux on x86-64 with Python 3.11. Install with --require-hashes."
    for package in found:
        hashes = " ".join(f"--hash=sha256:{digest}" for digest in package.digests)
        yield f"{package.name}=={package.version} {hashes}"


def page(found: Sequence[Package]) -> str:
    """``docs/licences.md``."""
    rows = [f"| {package.name} | {package.version} | {package.licence} |" for package in found]
    return _HEAD + "\n".join(rows) + "\n"


def read_lock(text: str) -> dict[str, str]:
    """The version of each package of a list, by its name in small letters with hyphens."""
    lines = (
        re.match(r"([A-Za-z0-9._-]+)==(\S+) --hash=sha256:[0-9a-f]{64}", line) for line in text.splitlines()
    )
    return {re.sub(r"[-_.]+", "-", found[1]).lower(): found[2] for found in lines if found}


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit("expected the path of pip's report; see the top of this file")
    found = packages(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    LOCK.write_text("\n".join([*lock_lines(found), ""]), encoding="utf-8")
    LICENCES.write_text(page(found), encoding="utf-8")


if __name__ == "__main__":
    main()
