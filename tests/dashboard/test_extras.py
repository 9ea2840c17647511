"""What a machine that only serves pages need not install: pages come without the libraries of the jobs."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from dashboard.address.context import Context

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
MODULES = {"python-calamine": "python_calamine"}
# what the libraries of the jobs bring along, and nothing else needs
BROUGHT = {"pyogrio", "mako"}
PATHS = (
    "/", "/map", "/compare", "/compare?chart=funnel", "/compare?chart=ranks", "/trends", "/overview", "/relate",
    "/areas/E06000018", "/areas/E06000018/figures", "/areas/E06000018/trends", "/conditions?area=E06000018", "/indicators",
    "/indicators/employment-rate", "/data", "/goal", "/about", "/glossary", "/refresh", "/groups", "/healthz", "/readyz",
    "/areas/custom:E06000018+E06000015", "/csv/map", "/api/v1/observations?indicator=employment-rate",
    "/areas/E06000018/pack.xlsx",
)  # fmt: skip
SERVE = """
import json, sys
blocked = set(json.loads(sys.argv[1]))
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in blocked:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Absent())
from app import server
client = server.test_client()
answers = {path: client.get(path, follow_redirects=True).status_code for path in json.loads(sys.argv[2])}
print(json.dumps(answers))
"""


def modules_of(requirements: list[str]) -> set[str]:
    names = {re.split(r"[^A-Za-z0-9_.-]", requirement)[0].lower() for requirement in requirements}
    return {MODULES.get(name, name.replace("-", "_")) for name in names}


def test_each_library_is_asked_for_in_one_place() -> None:
    parts = [
        modules_of(PROJECT["dependencies"]),
        *(modules_of(EXTRAS[name]) for name in ("web", "pdf", "jobs")),
    ]
    assert sum(map(len, parts)) == len(set().union(*parts))


@pytest.mark.slow
def test_pages_are_served_without_the_libraries_of_the_jobs(fuller: Context, tmp_path: Path) -> None:
    absent = modules_of([*EXTRAS["jobs"], *EXTRAS["pdf"]]) | BROUGHT
    made = subprocess.run(
        [sys.executable, "-c", SERVE, json.dumps(sorted(absent)), json.dumps(PATHS)],
        cwd=ROOT,
        env={
            "WORKHEALTH_DATABASE_URL": fuller.settings.store_url,
            "WORKHEALTH_DATA_DIR": str(tmp_path),
            "PYTHONPATH": str(ROOT),
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    assert json.loads(made.stdout.splitlines()[-1]) == dict.fromkeys(PATHS, 200)
