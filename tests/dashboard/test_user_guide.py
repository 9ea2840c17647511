"""docs/user-guide.md against the app: every address it gives answers, every command it names is there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "user-guide.md").read_text(encoding="utf-8")
ADDRESSES = sorted(set(re.findall(r"`(/[^`\s]*)`", GUIDE)))
COMMANDS = sorted(
    set(re.findall(r"`(refresh|diff|rollback|status|schedule|lineage)(?: (?:--|[a-z])[^`]*)?`", GUIDE))
)


def test_the_guide_gives_addresses_and_commands() -> None:
    assert len(ADDRESSES) >= 15
    assert COMMANDS == ["diff", "lineage", "refresh", "rollback", "schedule", "status"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_address_of_the_guide_answers(client: Any, address: str) -> None:
    assert client.get(address).status_code == 200


@pytest.mark.slow
def test_every_command_of_the_guide_is_there() -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "etl", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    for command in COMMANDS:
        assert re.search(rf"\b{command}\b", printed), command
    for command, options in (("refresh", ("--due", "--from", "--accept")), ("rollback", ("--reason",)),
                             ("schedule", ("--print",)), ("diff", ("--from",))):  # fmt: skip
        helped = subprocess.run(
            [sys.executable, "-m", "etl", command, "--help"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for option in options:
            assert option in helped, f"{command} {option}"


def test_files_that_the_guide_links_to_are_there() -> None:
    for target in re.findall(r"\]\(([a-z_/]+\.md)\)", GUIDE):
        assert (ROOT / "docs" / target).is_file(), target
