"""Any address at all: a friendly page or the nearest valid view, never a fault and never markup."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.address.context import Context
from dashboard.address.keys import VIEW_KEYS
from dashboard.serving.routing import load_pages

MARKUP = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'"
# what people, robots and broken mail programs put behind a page's address
NASTY = (
    MARKUP,
    "x" * 10_240,
    "'; DROP TABLE observation; --",
    "%00",
    "%",
    "\u202e\u0000\ud7ff",
    "../../etc/passwd",
    "{{7*7}}",
    "-1",
    "1e309",
    "None",
    "true",
    "[]",
    ",,,",
    " E06000018 ",
    "e06000018",
    "E06000018,E06000018",
    "E99999999",
    "2023-01-01/P1Y",
    "2023-02-30/P1Y",
    "9999-12-31/P99999Y",
    "0000-00-00/P0D",
    "ltla",
    "official",
    "employment-rate",
    "disabled-people-in-employment",
)
PATHS = [
    *(page.path for page in load_pages()),
    "/areas/E06000018",
    "/areas/E37000001",
    "/areas/" + quote(MARKUP, safe=""),
    "/indicators/employment-rate",
    "/indicators/" + quote(MARKUP, safe=""),
    "/nowhere",
]
API = ["/api/v1/observations", "/api/v1/indicators", "/api/v1/areas", "/api/v1/changes"]
KNOWN = {
    "indicator": ["employment-rate", "ips-access-rate", "healthy-life-expectancy"],
    "area_type": ["ltla", "region", "england", "sub_icb", "icb", "lep", "custom"],
    "area": ["E06000018", "E92000001", "E06000018,E06000060", "E12000004"],
    "parent": ["E12000004", "E37000001"],
    "period": ["2023-01-01/P1Y", "2022-01-01/P1Y", "latest", "all"],
    "benchmark": ["england", "region", "E06000060"],
    "with": ["disability-prevalence", "employment-rate"],
}

texts = st.sampled_from(NASTY) | st.text(max_size=60)
pairs = st.sampled_from((*VIEW_KEYS, "q", "since", "limit", "offset", "groups", "nonsense")).flatmap(
    lambda key: st.tuples(st.just(key), st.sampled_from(KNOWN.get(key, ["all"])) | texts)
)
# keys may come again: a list of pairs, not a dictionary
queries = st.lists(pairs, max_size=6).map(
    lambda found: "&".join(f"{quote(key)}={quote(value, errors='replace')}" for key, value in found)
)
raw_queries = st.text(st.characters(codec="ascii", exclude_characters="#\r\n\t"), max_size=80)


def hold(client: Any, address: str) -> None:
    """The promises every document keeps, whatever was asked."""
    answer = client.get(address)
    text = answer.get_data(as_text=True)
    assert answer.status_code in (200, 400, 404), address
    assert text.count("<h1") == 1, address
    assert "alert(1)</script><img" not in text, address
    assert len(text) < 3_000_000, address
    if answer.status_code != 200:
        # words and a way on, not only a number
        main = text.split("<main", 1)[1].split("</main>", 1)[0]
        assert "<p" in main and "<a " in main, address


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.sampled_from(PATHS), query=queries | raw_queries)
def test_any_query_gives_a_page_or_says_why_not(client: Any, path: str, query: str) -> None:
    hold(client, f"{path}?{query}")


@pytest.mark.parametrize("path", PATHS)
def test_every_page_stands_every_key_with_every_nasty_value(client: Any, path: str) -> None:
    for key in ("indicator", "area", "period", "benchmark"):
        for value in NASTY[:6]:
            hold(client, f"{path}?{key}={quote(value, errors='replace')}")
    hold(client, f"{path}?" + "&".join(f"area=E060000{number:02}" for number in range(1, 60)))


@pytest.mark.parametrize("path", [path for path in PATHS if path.startswith("/") and "%" not in path])
def test_a_page_keeps_its_view_when_it_is_given_keys_it_does_not_know(client: Any, path: str) -> None:
    plain, more = client.get(path), client.get(f"{path}?utm_source=mail&fbclid=1")
    assert (plain.status_code, plain.data.count(b"<h1")) == (more.status_code, more.data.count(b"<h1"))


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.sampled_from(API), query=queries | raw_queries)
def test_any_query_to_the_api_gives_figures_or_names_what_is_wrong(
    client: Any, path: str, query: str
) -> None:
    answer = client.get(f"{path}?{query}")
    assert answer.status_code in (200, 400, 404), query
    content = json.loads(answer.data)
    if answer.status_code != 200:
        assert set(content) == {"type", "title", "status", "detail", "parameter", "value", "allowed"}
        assert content["detail"]
        assert len(answer.data) < 40_000


def test_an_indicator_without_figures_for_an_area_type_links_to_the_types_that_have_them(
    client: Any, context: Context
) -> None:
    answer = client.get("/compare?indicator=ips-access-rate&area_type=lep")
    text = answer.get_data(as_text=True)
    assert answer.status_code == 200
    words = context.register.area_type("sub_icb").plural.lower()
    assert words in text.lower()
    assert "area_type=sub_icb" in text
