"""What builds the committed tables stays out of the web process and out of the jobs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

LOADED = """
import json, sys
{work}
print(json.dumps(sorted(name for name in sys.modules if name.startswith("geodata."))))
"""


def modules_of(work: str, folder: Path) -> set[str]:
    """Modules of geodata that are loaded after some work in a fresh process."""
    done = subprocess.run(
        [sys.executable, "-c", LOADED.format(work=work)],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
        env={"WORKHEALTH_DATA_DIR": str(folder), "PATH": ""},
    )
    return set(json.loads(done.stdout))


@pytest.mark.parametrize(
    "work",
    [
        "from app import create_app; create_app()",
        "import etl.cli, etl.pipeline.run; import geodata.boundaries",
    ],
    ids=["web", "jobs"],
)
def test_no_process_but_the_builders_loads_the_tools(work: str, tmp_path: Path) -> None:
    found = modules_of(work, tmp_path)
    assert "geodata.register" in found
    assert not {name for name in found if name.startswith("geodata.tools") or name == "geodata.hexes"}


def test_the_web_process_loads_no_geometry_either(tmp_path: Path) -> None:
    found = modules_of("from app import create_app; create_app()", tmp_path)
    assert not {name for name in found if name.startswith("geodata.boundaries")}


@pytest.mark.parametrize("module", ["geodata", "geodata.hexes"])
def test_the_commands_stand(module: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", module, "--help"], capture_output=True, text=True, timeout=120, check=True
    )
    assert "build" in done.stdout if module == "geodata" else "--from" in done.stdout
