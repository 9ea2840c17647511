"""The list with hashes and the licences of what is installed: both of the versions that are pinned."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
FREE = {
    "0BSD", "Apache Software License", "Apache-2.0", "BSD License", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0",
    "ISC License (ISCL)", "MIT", "MIT License", "MIT-0", "MIT-CMU", "MPL-2.0", "Mozilla Public License 1.1 (MPL 1.1)",
    "Mozilla Public License 2.0 (MPL 2.0)", "PSF-2.0", "Python Software Foundation License", "Zlib",
}  # fmt: skip
# used as a library that is not changed, which this licence allows beside any other
LIBRARIES = {"psycopg": "LGPL-3.0-only", "psycopg-binary": "LGPL-3.0-only"}


@pytest.fixture(scope="module")
def dependencies() -> ModuleType:
    spec = importlib.util.spec_from_file_location("dependencies", ROOT / "deploy" / "dependencies.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def pinned() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split("==") for line in lines if "==" in line and not line.startswith("#"))
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in pairs}


def test_the_list_with_hashes_has_the_pinned_versions(dependencies: ModuleType) -> None:
    text = dependencies.LOCK.read_text(encoding="utf-8")
    locked = dependencies.read_lock(text)
    assert len(locked) == len([line for line in text.splitlines() if line and not line.startswith("#")])
    assert {"dash", "pandas", "sqlalchemy", "weasyprint", "psycopg", "gunicorn"} <= locked.keys()
    known = pinned()
    assert {name: known.get(name) for name in locked} == locked


def test_each_package_states_a_licence_that_may_be_used(dependencies: ModuleType) -> None:
    rows = re.findall(
        r"^\| (\S+) \| (\S+) \| (.*) \|$", dependencies.LICENCES.read_text(encoding="utf-8"), re.M
    )
    licence_of = {name: licence for name, _, licence in rows if name not in ("package", "---")}
    locked = dependencies.read_lock(dependencies.LOCK.read_text(encoding="utf-8"))
    assert {re.sub(r"[-_.]+", "-", name).lower() for name in licence_of} == locked.keys()
    for name, licence in licence_of.items():
        parts = [part if part in FREE else part.strip("()") for part in re.split(r", | OR | AND ", licence)]
        # of several that are offered one is enough; several that hold together must all be free
        is_free = (all if " AND " in licence else any)(part in FREE for part in parts)
        assert is_free or LIBRARIES.get(name) == licence, f"{name}: {licence!r}"


def test_a_package_without_a_hash_is_refused(dependencies: ModuleType) -> None:
    entry = {"metadata": {"name": "dash", "version": "4.4.1"}, "download_info": {"dir_info": {}}}
    with pytest.raises(ValueError, match="dash: no sha256 in pip's report"):
        dependencies.packages({"install": [entry]})


def test_a_licence_is_read_from_wherever_a_package_states_it(dependencies: ModuleType) -> None:
    of = dependencies.licence_of
    assert of({"name": "none-such", "license_expression": "MIT"}) == "MIT"
    assert (
        of({"name": "none-such", "classifier": ["License :: OSI Approved :: BSD License"]}) == "BSD License"
    )
    assert of({"name": "none-such", "license": "ISC\n\nPermission to …"}) == "ISC"
    assert of({"name": "none-such"}) == ""
