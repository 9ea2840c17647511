"""Alive, ready, and how the process has fared."""

from __future__ import annotations

import re
from typing import Any

import pytest

from dashboard.address.context import Context
from dashboard.serving.application import build_app
from dashboard.serving.health import kind_of
from indicators.store import StoreNotAnswering


@pytest.fixture
def client(context: Context, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(context, "pages", context.pages)
    return build_app(context).server.test_client()


def counted(client: Any, name: str, **labels: str) -> float:
    """A number of ``/metrics``; 0 where it is not there."""
    text = ",".join(f'{key}="{value}"' for key, value in sorted(labels.items()))
    found = re.search(
        rf"^{name}{re.escape('{' + text + '}') if text else ''} (\S+)$",
        client.get("/metrics").get_data(as_text=True),
        re.MULTILINE,
    )
    return float(found[1]) if found else 0.0


def test_a_silent_database_leaves_the_process_alive_and_not_ready(
    context: Context, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(*_: object, **__: object) -> None:
        raise StoreNotAnswering("postgresql://host/figures", "it did not answer a moment ago")

    assert client.get("/readyz").status_code == 200
    for name in ("exists", "publication_id"):
        monkeypatch.setattr(type(context.store), name, silent)
    assert client.get("/healthz").status_code == 200
    answer = client.get("/readyz")
    assert answer.status_code == 503 and answer.headers["Retry-After"] == "5"
    assert "does not answer" in answer.get_json()["message"]
    assert counted(client, "workhealth_ready") == 0
    page = client.get("/map")
    assert page.status_code == 503 and page.headers["Retry-After"] == "5"
    assert page.headers["Cache-Control"] == "no-store"
    script = re.search(r'"(/scripts-\w+\.js)"', page.get_data(as_text=True))
    assert script and client.get(script[1]).status_code == 200


def test_answers_are_counted_by_kind_and_status(client: Any) -> None:
    before = counted(client, "workhealth_requests_total", kind="page", status="404")
    cached = counted(client, "workhealth_cached_answers_total")
    client.get("/no-such-page")
    assert counted(client, "workhealth_requests_total", kind="page", status="404") == before + 1
    client.get("/about")
    client.get("/about")
    assert counted(client, "workhealth_cached_answers_total") >= cached + 1
    assert counted(client, "workhealth_request_seconds_count", kind="page") > 0
    assert counted(client, "workhealth_ready") == 1


def test_each_source_has_the_age_of_its_newest_release(client: Any, context: Context) -> None:
    source_ids = {row["source_id"] for row in context.releases().values() if row["published_on"]}
    assert source_ids
    for source_id in source_ids:
        assert counted(client, "workhealth_release_age_days", source=source_id) > 0


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "page"),
        ("/areas/E06000018", "page"),
        ("/areas/E06000018/pack.pdf", "file"),
        ("/csv/map", "file"),
        ("/api/v1/areas", "api"),
        ("/geometry/hex/ltla-2024.json", "static"),
        ("/readyz", "health"),
        ("/data", "page"),
        ("/data/all.zip", "file"),
    ],
)
def test_kinds_are_few(path: str, kind: str) -> None:
    assert kind_of(path) == kind
