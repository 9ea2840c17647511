"""An app over the fuller of the small stores, and what its addresses answer."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest

from dashboard.address.context import Context
from dashboard.serving.application import build_app

Ask = Callable[[str], Any]


@pytest.fixture(scope="session")
def fuller_client(fuller: Context) -> Any:
    return build_app(fuller).server.test_client()


@pytest.fixture
def table(fuller_client: Any) -> Ask:
    """Reads a CSV below ``/api/`` as rows by the names of its columns."""

    def ask(path: str) -> list[dict[str, str]]:
        answer = fuller_client.get(f"/api/{path}")
        assert (answer.status_code, answer.mimetype) == (200, "text/csv"), answer.get_data(as_text=True)[:300]
        return list(csv.DictReader(io.StringIO(answer.get_data(as_text=True), newline="")))

    return ask


@pytest.fixture
def found(fuller_client: Any) -> Ask:
    """Reads JSON below ``/api/``."""

    def ask(path: str) -> Any:
        answer = fuller_client.get(f"/api/{path}")
        assert (answer.status_code, answer.mimetype) == (200, "application/json"), answer.get_data(
            as_text=True
        )[:300]
        return json.loads(answer.get_data(as_text=True))

    return ask
