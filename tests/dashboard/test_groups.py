"""Groups of areas on every page, in files and in the API: with the figures of the small store of these tests."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from dashboard import components as ui
from dashboard.address.context import Context
from dashboard.components import html
from dashboard.queries.profile import lines_of, main_of, told_apart
from dashboard.serving.application import build_app
from geodata.groups import MOST_MEMBERS
from geodata.register import Register
from indicators.catalogue import Indicator
from indicators.limits import INTERVAL_METHODS
from indicators.settings import load_settings
from indicators.store import Store, schema

from .conftest import row
from .reading import find, words_of

TWO = "custom:E06000015%2BE06000018"
NAMED = f"area={TWO}&name=Two%20cities"
PAGES = (
    f"/map?{NAMED}",
    f"/map?area_type=ltla&benchmark={TWO}",
    f"/map?area_type=ltla&parent={TWO}",
    f"/compare?{NAMED}",
    f"/compare?{NAMED}&benchmark=region",
    f"/compare?area_type=ltla&parent={TWO}",
    f"/trends?{NAMED}",
    f"/trends?{NAMED}&benchmark=region",
    f"/overview?{NAMED}",
    f"/conditions?{NAMED}",
    f"/goal?{NAMED}",
    f"/relate?{NAMED}",
    f"/data?{NAMED}",
    f"/evidence?{NAMED}",
    f"/areas/{TWO}?name=Two%20cities",
    f"/areas/{TWO}/figures",
    f"/areas/{TWO}/trends",
    f"/areas/{TWO}/similar",
    f"/areas/{TWO}/sources",
    f"/areas/{TWO}/pack.xlsx",
)


@pytest.mark.parametrize("address", PAGES)
def test_every_page_answers_for_a_group(client: Any, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text[-400:]
    if "name=" in address and address.startswith("/areas"):
        assert "Two cities" in answer.text


@pytest.mark.parametrize("address", [page for page in PAGES if "pack" not in page])
def test_links_to_a_group_have_no_spaces(client: Any, address: str) -> None:
    for href in re.findall(r'href="([^"]*custom:[^"]*)"', client.get(address).text):
        assert " " not in href, href


def test_the_api_gives_the_plain_code_and_the_name(client: Any) -> None:
    answer = client.get(f"/api/v1/areas?{NAMED}").get_json()
    [area] = answer["areas"]
    assert (area["area_code"], area["area_name"], area["area_type"]) == (
        "custom:E06000015+E06000018",
        "Two cities",
        "custom",
    )
    inside = client.get(f"/api/v1/areas?parent={TWO}&area_type=ltla").get_json()["areas"]
    assert {row["area_code"] for row in inside} == {"E06000015", "E06000018"}


def test_the_api_refuses_what_cannot_be_put_together(client: Any, context: Context) -> None:
    answer = client.get(f"/api/v1/observations?indicator=employment-rate&area={TWO}%2BE12000001")
    assert answer.status_code == 400 and "not of the same type" in answer.get_json()["detail"]
    codes = sorted(context.register.codes("ltla", 2024))[: MOST_MEMBERS + 1]
    answer = client.get(f"/api/v1/areas?area=custom:{'%2B'.join(codes)}")
    assert answer.status_code == 400 and "at most 60" in answer.get_json()["detail"]
    assert client.get(f"/api/v1/areas?area={TWO}%2BE06999999").status_code == 404


@pytest.fixture(scope="module")
def reader(fuller: Context) -> Any:
    return build_app(fuller).server.test_client()


def test_a_group_says_what_cannot_be_put_together(reader: Any, fuller: Context) -> None:
    code = "custom:E06000015+E06000018"
    refused = told_apart(main_of(lines_of(fuller, code)), compared=True).not_summed
    assert refused and all(line.row["value"] is None and line.not_summed for line in refused)
    text = reader.get(f"/areas/{code}").text
    assert 'id="not-summed"' in text
    for line in refused:
        assert line.indicator.short_title in text
    assert 'id="not-summed"' not in reader.get("/areas/E06000018").text


def test_files_name_a_group_by_its_plain_code(reader: Any) -> None:
    answer = reader.get(f"/csv/areas/{TWO}?name=Two%20cities")
    assert answer.status_code == 200
    assert 'filename="work-and-health-group-of-2-areas.csv"' in answer.headers["Content-Disposition"]
    assert "custom:E06000015+E06000018," in answer.text and "~" not in answer.text
    assert "Two cities" in answer.text


def test_the_page_of_a_group_says_what_its_figures_rest_on(fuller: Context) -> None:
    area = fuller.register.area("custom:E06000015+E06000018")
    line = lines_of(fuller, area.area_code)[0]
    note = "Summed from 1 of 2 councils; coverage 51%. Without a figure: Derby."
    summed = replace(line, row={**line.row, "value": 70.0, "note": note})
    text = html.text_of([ui.how_summed_section(area, "Two cities", [summed, line])])
    assert f"{line.indicator.short_title}: {note}" in text
    assert ui.how_summed_section(fuller.register.area("E06000018"), "Nottingham", [summed]) is None


@pytest.mark.parametrize(
    "address",
    [
        "observations?indicator=employment-rate&area={}",
        "profile?area={}",
        "trend?indicator=employment-rate&area={}",
        "compare?indicator=employment-rate&area_type=ltla&area={}&benchmark={}",
        "ledger?area={}",
        "areas/{}",
        "areas/{}/history",
        "groups/{}",
    ],
)
def test_no_address_of_the_api_gives_a_code_with_a_name(reader: Any, address: str) -> None:
    named = f"{TWO}~Two%2520cities"
    answer = reader.get(f"/api/v1/{address.format(named, named)}")
    assert answer.status_code == 200, answer.text
    assert "~" not in answer.text


@pytest.fixture(scope="module")
def counted(
    tmp_path_factory: pytest.TempPathFactory,
    register: Register,
    indicators: dict[str, Indicator],
    seed_store: Callable[[Store], None],
) -> Context:
    """The small store, with counts of employment by council for 2022 and none for 2023."""
    settings = load_settings(data_dir=tmp_path_factory.mktemp("counted"), database_url="")
    store = Store(settings.store_url, register=register, catalogue=indicators)
    seed_store(store)
    # of enough councils that the interval of a sum can be held against the publisher's own
    employed = {area.area_code: (150_000, 200_000) for area in register.vintage("ltla", 2024)}
    employed |= {"E06000015": (120_000, 160_000), "E06000018": (140_000, 220_000)}
    counts = [
        row(
            "employment-rate", code, "2022-01-01/P1Y", 100 * part / whole, 4.0,
            numerator=part, denominator=whole, route=2, interval_method="survey",
        )
        for code, (part, whole) in employed.items()
    ]  # fmt: skip
    with store.connections.writing() as connection:
        connection.execute(schema.part.insert(), counts)
        connection.execute(schema.observation.update().values(interval_method=INTERVAL_METHODS["published"]))
    return Context(settings, register, indicators, store, lambda: date(2026, 11, 22))


def card_of(context: Context, search: str) -> Any:
    client = build_app(context).server.test_client()
    return find(client.get(f"/map?indicator=employment-rate&area_type=ltla&{search}").text, "map-chosen")


def test_a_group_without_counts_of_the_year_shows_its_newest_figure(counted: Context) -> None:
    shown = card_of(counted, NAMED)
    told = words_of(shown)
    # 260,000 of 380,000
    assert "Two cities" in told and "2022: 68.4% 95% CI " in told
    assert "over 3 years old" in told  # a figure's age, at its own period
    assert "England (75.0%)" in told  # of 2022, not of 2023
    assert "No figure for 2023: the publisher gives this figure without the counts behind it." in told
    assert "Not available" not in told
    hrefs = {words_of(link): link.get("href") for link in shown.iter("a")}
    assert hrefs["See the map for 2022"].endswith("&period=2022-01-01/P1Y")
    # of the year itself nothing has to be explained
    own = words_of(card_of(counted, f"{NAMED}&period=2022-01-01/P1Y"))
    assert "68.4%" in own and "2022:" not in own and "No figure" not in own
    # among other areas too
    both = card_of(counted, f"area={TWO},E06000018")
    items = [words_of(item) for item in both.iter("li")]
    assert items[0].startswith("Derby and Nottingham 2022: 68.4%")


def test_a_group_without_any_figure_says_why(fuller: Context) -> None:
    told = words_of(card_of(fuller, NAMED))
    assert "Not available" in told and "See the map for" not in told
    assert "Not summed: the publisher gives this figure without the counts behind it." in told
