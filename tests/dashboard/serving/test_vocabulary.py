"""The words and rules that the browser is served."""

from __future__ import annotations

import json
import re
from typing import Any

from dashboard.address.context import Context
from dashboard.serving.routing import load_pages
from dashboard.serving.vocabulary import not_pages, vocabulary


def script(client: Any) -> tuple[str, dict[str, Any], Any]:
    page = client.get("/about").get_data(as_text=True)
    found = re.search(r'<script src="(/vocabulary-\w+\.js)">', page)
    assert found
    answer = client.get(found[1])
    text = answer.get_data(as_text=True)
    assert text.startswith("window.workhealthVocabulary=") and text.endswith(";")
    return found[1], json.loads(text.removeprefix("window.workhealthVocabulary=")[:-1]), answer


def test_every_document_loads_it_before_the_scripts_that_read_it(client: Any) -> None:
    page = client.get("/map").get_data(as_text=True)
    assert page.count("/vocabulary-") == 1
    assert page.index("/vocabulary-") < page.index("/scripts-")


def test_it_is_kept_for_good_under_its_own_name_only(client: Any) -> None:
    address, words, answer = script(client)
    assert answer.mimetype == "text/javascript"
    assert "immutable" in answer.headers["Cache-Control"]
    older = client.get("/vocabulary-000000000000.js")
    assert older.headers["Cache-Control"] == "no-cache"
    assert older.data == answer.data
    assert len(client.get(address, headers={"Accept-Encoding": "br"}).data) < 1600
    assert set(words) == {
        "root",
        "keys",
        "dark",
        "carriedTo",
        "mostInGroup",
        "notPages",
        "statuses",
        "units",
        "comparisons",
        "comparedWith",
        "illustrative",
        "areaTypes",
        "nameStart",
        "nameEndings",
    }


def test_what_the_scripts_read(client: Any) -> None:
    _, words, _ = script(client)
    assert words["keys"]["indicator"] == {
        "forgets": ["period", "since", "sex", "age", "breakdown"], "carried": True
    }  # fmt: skip
    assert words["keys"]["area"] == {"most": 20, "carried": True}
    assert words["keys"]["area_type"]["forgets"] == ["period", "since", "parent", "outline", "show"]
    assert words["keys"]["sex"]["forgets"] == ["period", "since"]
    carried = [name for name, key in words["keys"].items() if key.get("carried")]
    assert carried == ["indicator", "area_type", "area", "name", "sex", "age", "breakdown"]
    assert words["carriedTo"] == ["/map", "/data"]
    assert words["statuses"]["suppressed"] == "Hidden by the publisher (small numbers)"
    assert words["statuses"]["no_row"] == "No figure published"
    assert words["units"]["pounds_per_week"] == {
        "prefix": "£", "suffix": "", "heading": "£ a week", "short": True
    }  # fmt: skip
    assert words["comparisons"]["not_compared"] == "Not compared"
    assert words["areaTypes"]["icb"]["plural"] == "Integrated care boards"
    assert words["nameStart"] == "NHS " and " Integrated Care Board" in words["nameEndings"]


def test_files_feeds_and_the_api_are_no_pages_of_the_shell(client: Any) -> None:
    _, words, _ = script(client)
    beginnings = tuple(words["notPages"])
    for path in (
        "/api/v1/areas",
        "/assets/page.js",
        "/csv/map",
        "/data/all.zip",
        "/embed/map/map",
        "/feeds/areas/E06000018.atom",
        "/geometry/hex/ltla-2024.json",
        "/healthz",
        "/metrics",
        "/readyz",
        "/picture/overview/grid.svg",
    ):
        assert path.startswith(beginnings), path
    for page in load_pages():
        assert page.is_frame or not page.path.startswith(beginnings), page.path
    assert not "/areas/E06000018".startswith(beginnings)
    assert not "/indicators/neet".startswith(beginnings)


def test_what_lies_below_a_page_is_a_page_only_where_its_path_takes_parts(context: Context) -> None:
    pages = [page for page in load_pages() if page.path in ("/areas", "/data")]
    rules = (
        "/",
        "/<path:path>",
        "/data/<name>.csv",
        "/areas/<code>/pack.<kind>",
        "/_dash-layout",
        "/healthz",
    )
    assert not_pages(pages, rules) == ["/data/", "/healthz"]
    assert vocabulary(context.register, pages)["carriedTo"] == ["/data"]
