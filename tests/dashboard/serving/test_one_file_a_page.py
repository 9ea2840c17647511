"""A page is one file: a module of ``dashboard.pages`` with a ``PAGE`` is served, found in the navigation and framed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import dashboard.pages
from dashboard.address.context import Context
from dashboard.serving.application import build_app

NAME = "a_page_of_this_test"
SOURCE = f'''
from dashboard import components as ui
from dashboard.address.page import Export, Page, Shown


def layout(context, asked):
    return [
        ui.heading("Something new"),
        ui.chart("news", {{"data": []}}, "A chart of nothing"),
    ]


def export(context, asked):
    view = asked.view
    rows = context.store.observations(**view.key, area_type="england", period=view.period)
    return Export("news", [Shown(context.catalogue[view.indicator_id], row) for row in rows])


PAGE = Page(path="/{NAME}", name="{NAME}", title="Something new", layout=layout, nav="Novelty", order=35, export=export)
'''


@pytest.fixture
def client(context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    (tmp_path / f"{NAME}.py").write_text(SOURCE, encoding="utf-8")
    monkeypatch.setattr(dashboard.pages, "__path__", [*dashboard.pages.__path__, str(tmp_path)])
    monkeypatch.setattr(context, "pages", context.pages)  # put back what the app over this context replaces
    yield build_app(context).server.test_client()
    sys.modules.pop(f"dashboard.pages.{NAME}", None)
    vars(dashboard.pages).pop(NAME, None)


def test_a_new_file_is_a_page_in_every_respect(client: Any) -> None:
    answer = client.get(f"/{NAME}")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "<title>Something new – Work and health indicators</title>" in page
    # in the navigation by its order, also of other pages, which take the view along to it
    home = client.get("/").get_data(as_text=True)
    places = [home.index(f">{words}</a>") for words in ("Explore", "Novelty", "Indicators")]
    assert places == sorted(places)
    vocabulary = client.get("/vocabulary-0.js").get_data(as_text=True)
    assert f'"/map","/{NAME}"' in vocabulary

    assert client.get(f"/csv/{NAME}").get_data(as_text=True).count("\n") == 2
    framed = client.get(f"/embed/{NAME}/news")
    assert framed.status_code == 200
    assert framed.headers["Content-Security-Policy"].endswith("frame-ancestors *")
    assert 'id="news-frame"' in framed.get_data(as_text=True)
    assert client.get(f"/embed/{NAME}/other").status_code == 404
    assert client.get("/embed/about/news").status_code == 404  # a page without figures has no charts
