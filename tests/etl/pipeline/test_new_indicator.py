"""A new indicator on an existing source: one TOML file, and nothing else."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from etl_toolkit import ENGLAND, NOTTINGHAM, Clock

from dashboard.address.context import Context
from dashboard.serving.application import build_app
from etl.fetching.snapshots import Snapshots
from etl.pipeline.run import Pipeline
from etl.sources import SOURCES
from etl.sources.fingertips import Fingertips
from geodata.register import Register
from indicators.catalogue import Indicator, load_catalogue
from indicators.catalogue.loading import CATALOGUE_DIRECTORY
from indicators.settings import load_settings
from indicators.store import Store

FIXTURES = Path(__file__).parents[2] / "fixtures" / "sources" / "fingertips"
NEW = """\
id = "unemployment-modelled"
title = "Unemployment, by the model"
short_title = "Modelled unemployment"
theme = "Work"
definition = "A share that a test has invented."
rationale = "It shows that one file is enough."
numerator = "People without work."
denominator = "People with and without work."
unit = "percent"
polarity = "low_is_good"

[[routes]]
source = "fingertips"
publication = "Public health profiles (Fingertips), indicator 91126"
area_types = ["england", "region", "utla"]
method = "published"
interval = "published"
value = ["91126"]
"""


@pytest.fixture
def grown(tmp_path: Path) -> Mapping[str, Indicator]:
    """The project's catalogue, in a folder of its own, with one file more."""
    folder = tmp_path / "catalogue"
    shutil.copytree(CATALOGUE_DIRECTORY, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    assert "unemployment-modelled" not in load_catalogue(folder)
    (folder / "unemployment-modelled.toml").write_text(NEW, encoding="utf-8")
    return load_catalogue(folder)


def words_of(answer: Any) -> str:
    assert answer.status_code == 200
    page = answer.get_data(as_text=True)
    page = page[page.index("<main") : page.index("</main>")]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_one_file_brings_an_indicator_from_the_source_to_the_page(
    tmp_path: Path, register: Register, grown: Mapping[str, Indicator]
) -> None:
    settings = load_settings(data_dir=tmp_path / "var", database_url="")
    store = Store(settings.store_url, register=register, catalogue=dict(grown))
    pipeline = Pipeline(
        store=store,
        snapshots=Snapshots(tmp_path / "snapshots"),
        sources={"fingertips": SOURCES["fingertips"]},
        register=register,
        catalogue=grown,
        now=Clock(),
        boundaries_dir=settings.boundaries_dir,
    )
    [result] = pipeline.refresh(["fingertips"], folder=FIXTURES)
    assert result.outcome == "published", result.message

    [row] = store.observations(
        indicator_id="unemployment-modelled", area_type="utla", area_codes=[NOTTINGHAM]
    )
    assert (row["value"], row["lower_ci_95"], row["upper_ci_95"], row["status"]) == (
        58.3,
        54.2,
        62.4,
        "unreliable",
    )

    context = Context(settings, register, dict(grown), store, lambda: date(2025, 11, 25))
    visitor = build_app(context).server.test_client()
    assert "A share that a test has invented." in words_of(visitor.get("/indicators/unemployment-modelled"))
    assert "Modelled unemployment" in words_of(visitor.get(f"/areas/{NOTTINGHAM}"))
    assert "65.5%" in words_of(visitor.get("/compare?indicator=unemployment-modelled&type=utla"))
    answer = visitor.get(f"/api/v1/observations?indicator=unemployment-modelled&area={ENGLAND}").get_json()
    [figure] = answer["observations"]
    assert (figure["value"], figure["period"]) == (65.5, "2021-04-01/P1Y")
    store.close()


def test_a_live_fetch_asks_for_it_too(grown: Mapping[str, Indicator], tmp_path: Path) -> None:
    asked: list[str] = []

    class Noted:
        folder = tmp_path
        secrets: Mapping[str, str] = {}

        def save(self, file_name: str, url: str, **more: Any) -> Path:
            asked.append(url)
            return tmp_path / file_name

        def read(self, url: str, **more: Any) -> bytes:
            raise AssertionError(f"{url} is not needed")

    Fingertips(lambda: grown).fetch(Noted(), date(2025, 11, 25))
    assert asked and all(re.search(r"indicator_ids=[\d,]*\b91126\b", url) for url in asked)
