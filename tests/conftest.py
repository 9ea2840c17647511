"""Fixtures shared by every room of the tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# how long an example takes says how busy the machine is: speed is measured in bench/
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

ROOT = Path(__file__).resolve().parents[1]


def shared_folder() -> Path:
    """The folder of real publications beside the checkout (``WORKHEALTH_SHARED`` overrides)."""
    return Path(os.environ.get("WORKHEALTH_SHARED", ROOT.parent / "shared"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """Path of the real publications; the test is skipped, and says so, where they are absent."""
    folder = shared_folder()
    if not folder.is_dir():
        pytest.skip(f"the real publications are not beside this checkout ({folder.name}/ is absent)")
    return folder
