"""The map and the indicator's page name a code that the register lacks; the map says how many areas have a figure."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dashboard.address.context import Context
from dashboard.address.view import View, read_view
from dashboard.figures.map import payload
from dashboard.queries.area_map import area_map
from dashboard.queries.unknown_areas import unknown_codes
from dashboard.serving.application import build_app
from geodata.register import Register
from indicators.catalogue import Indicator
from indicators.settings import load_settings
from indicators.store import Store, schema

from .conftest import draw, seed

WORDS = (
    "Not shown: QZ9 (7 rows of Office for National Statistics’s files). This code looks like an area that is not yet in our "
    "list of areas, so its figures are missing here."
)


@pytest.fixture(scope="module")
def context(
    tmp_path_factory: pytest.TempPathFactory, register: Register, indicators: dict[str, Indicator]
) -> Context:
    folder: Path = tmp_path_factory.mktemp("unknown")
    settings = load_settings(data_dir=folder, database_url="")
    store = Store(settings.store_url, register=register, catalogue=indicators)
    seed(store, register)
    draw(settings.boundaries_dir, register)
    noted = [
        {"edition": edition, "code": "QZ9", "rows": rows, "indicators": ["employment-rate"]}
        for edition, rows in (("1", 6), ("2", 1))
    ]
    run = {
        "run_id": "1",
        "source_id": "ons_local_indicators",
        "started_at": "2026-11-20T10:00:00+00:00",
        "finished_at": "2026-11-20T10:01:00+00:00",
        "outcome": "published",
        "message": "",
        "details": json.dumps({"unknown_areas": noted}),
    }
    with store.connections.writing() as connection:
        connection.execute(schema.run.insert(), [run])
    return Context(settings, register, indicators, store, lambda: date(2026, 11, 22))


def drawn(context: Context, search: str) -> dict[str, Any]:
    view = read_view(context, f"?area_type=ltla&{search}")
    assert isinstance(view, View), view
    found = payload(area_map(context, view))
    assert found is not None
    return found


def test_rows_of_all_editions_add_up_by_code(context: Context) -> None:
    [found] = unknown_codes(context, "employment-rate")
    assert (found.code, found.rows, found.publisher) == ("QZ9", 7, "Office for National Statistics")
    assert unknown_codes(context, "unemployment-rate") == ()


def test_the_map_says_how_many_areas_have_a_figure_and_which_code_is_missing(context: Context) -> None:
    note = drawn(context, "indicator=employment-rate")["note"]
    # the Isles of Scilly and the City of London have none
    assert note.startswith(f"294 of 296 local authorities (lower tier) have a figure. {WORDS}")
    inside = drawn(context, "indicator=employment-rate&parent=E12000003")["note"]
    assert inside.startswith("15 of 15 local authorities (lower tier) have a figure.")


@pytest.mark.parametrize("address", ["/map?indicator=employment-rate", "/indicators/employment-rate"])
def test_it_stands_in_the_page_before_any_script(context: Context, address: str) -> None:
    client = build_app(context).server.test_client()
    assert WORDS.replace("’", "’") in client.get(address).text.replace("&#x27;", "’")


def test_a_drawing_names_the_other_codes_of_its_areas(context: Context) -> None:
    assert drawn(context, "indicator=employment-rate")["lands"]["E08000038"] == ["E08000016"]
