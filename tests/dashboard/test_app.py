"""The app as a whole: what it loads, its first paint, two of them, and a store that is away."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from plotly.offline import get_plotlyjs_version

from dashboard.address.context import Context
from dashboard.serving.application import build_app
from indicators.settings import load_settings
from indicators.store import Store

from .reading import find, words_of

ROOT = Path(__file__).resolve().parents[2]
NOTTINGHAM = "E06000018"


def callback(client: Any, output: str, **values: Any) -> Any:
    """Call the app's callback that writes ``output`` (and maybe more), as the browser would."""
    for declared in client.get("/_dash-dependencies").json:
        if output in declared["output"] and not declared.get("clientside_function"):
            break
    else:
        raise AssertionError(f"no callback writes {output}")
    outputs = []
    for text in declared["output"].strip(".").split("..."):
        name, prop = text.rsplit(".", 1)
        outputs.append({"id": name, "property": prop})
    answer = client.post(
        "/_dash-update-component",
        json={
            "output": declared["output"],
            "outputs": outputs if declared["output"].startswith("..") else outputs[0],
            "inputs": [{**given, "value": values.get(given["id"])} for given in declared["inputs"]],
            "state": [{**given, "value": values.get(given["id"])} for given in declared["state"]],
            "changedPropIds": [f"{declared['inputs'][0]['id']}.{declared['inputs'][0]['property']}"],
        },
    )
    assert answer.status_code == 200, answer.data
    return answer.json["response"]


def test_the_web_process_loads_no_frames_and_no_geometry(tmp_path: Path) -> None:
    code = (
        "import sys, app; server = app.create_app().server; "
        "answer = server.test_client().get('/readyz'); "
        "print([name for name in ('pandas', 'geopandas', 'pandera', 'scipy', 'shapely', 'pyarrow') "
        "if name in sys.modules], answer.status_code)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "WORKHEALTH_DATA_DIR": str(tmp_path), "WORKHEALTH_DATABASE_URL": ""},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert ran.stdout.split() == ["[]", "503"]


def test_the_store_is_not_opened_before_the_first_request(tmp_path: Path, context: Context) -> None:
    settings = load_settings(data_dir=tmp_path / "not-there", database_url="")
    store = Store(settings.store_url, register=context.register, catalogue=context.catalogue)
    app = build_app(Context(settings, context.register, context.catalogue, store, lambda: date(2026, 11, 22)))
    assert not (tmp_path / "not-there").exists()
    client = app.server.test_client()
    page = client.get("/map")
    assert page.status_code == 503
    assert b"The figures cannot be read just now" in page.data
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503 and page.headers["Retry-After"]
    assert client.get("/api/v1/observations?indicator=employment-rate").status_code == 503
    assert client.get("/geometry/hex/ltla-2024.json").status_code == 503


def test_two_apps_live_in_one_process(context: Context) -> None:
    first, other = build_app(context), build_app(context)
    assert first is not other
    for app in (first, other):
        assert app.server.test_client().get("/map").status_code == 200


def test_every_process_gives_a_page_the_same_tag(context: Context) -> None:
    answers = [build_app(context).server.test_client().get("/about") for _ in range(2)]
    assert answers[0].data == answers[1].data
    assert answers[0].headers["ETag"] == answers[1].headers["ETag"]


def test_words_and_table_stand_in_the_first_html(client: Any) -> None:
    page = client.get(f"/map?area={NOTTINGHAM}").text
    assert "<title>Map: Employment rate, 2023 – Work and health indicators</title>" in page
    assert "of 294 local authorities (lower tier) are" in page
    for words in ("66.1%", "95% CI 62.0% to 70.2%", "Worse than England (76.0%)"):
        assert words in words_of(find(page, "map-chosen"))
    table = page[page.index("<table") : page.index("</table>")]
    assert table.count("<tr>") == 297
    assert "Nottingham" in table
    assert "Too uncertain to publish" in table
    assert 'href="#main"' in page
    assert "Contains OS data © Crown copyright and database right" in page


def test_nothing_is_asked_of_another_machine(client: Any) -> None:
    page = client.get("/map").text
    head = page.replace("http://www.w3.org", "")
    for start in ('src="http', 'src="//', 'rel="stylesheet" href="http'):
        assert start not in head


def test_answers_are_compressed(client: Any) -> None:
    answer = client.get("/map", headers={"Accept-Encoding": "br"})
    assert answer.headers["Content-Encoding"] == "br"
    assert len(answer.data) < 25_000


def changed(client: Any, to: str, shown: str = "", key: str = "") -> Any:
    """What the map's script gets for the query ``to`` while it shows another."""
    answer = client.get("/map/change", query_string={"key": key, "from": shown, "to": to})
    assert answer.status_code == 200, answer.text
    return answer.json


def test_a_changed_query_sends_values_only(client: Any) -> None:
    search = "?indicator=employment-rate"
    first = changed(client, search)
    assert set(first["parts"]) >= {"map-words", "map", "field-indicator", "field-period"}
    drawn = first["parts"]["map"]
    assert len(drawn["c"]) == 296
    later = "?indicator=employment-rate&period=2022-01-01/P1Y"
    second = changed(client, later, search, drawn["key"])
    assert set(second["parts"]) == {"map-words", "map"}
    assert "later" not in second  # the drawer is the same in another year
    difference = second["parts"]["map"]["change"]
    assert set(difference) == {"v", "key", "title", "caption", "benchmark", "mark", "period"}
    chosen = changed(client, f"{later}&area={NOTTINGHAM}", later, difference["key"])
    assert set(chosen["parts"]) == {"map-chosen"}
    assert chosen["later"] == ["more"]  # the benchmarks of the area
    assert "65.1%" in chosen["parts"]["map-chosen"]


def test_a_browser_with_older_figures_is_sent_everything(client: Any) -> None:
    search = "?indicator=employment-rate"
    answer = changed(client, search, search, "of another publication")
    assert "change" not in answer["parts"]["map"]
    assert "field-indicator" in answer["parts"]


@pytest.mark.parametrize(
    "to",
    [
        "?indicator=employment-rate&period=2022-01-01/P1Y",
        "?indicator=economic-inactivity-rate",
        "?indicator=employment-rate-disabled",
        "?indicator=no-qualifications",
    ],
)
def test_a_change_costs_two_kilobytes_at_most(client: Any, to: str) -> None:
    search = "?indicator=employment-rate"
    key = changed(client, search)["parts"]["map"]["key"]
    answer = client.get(
        "/map/change",
        query_string={"key": key, "from": search, "to": to},
        headers={"Accept-Encoding": "br"},
    )
    headers = sum(len(name) + len(value) + 4 for name, value in answer.headers)
    served = 120  # what gunicorn adds: status, date, server and connection
    assert len(answer.data) + headers + served <= 2048


IN_DRAWER = {f"field-{key}" for key in ("benchmark", "shading", "since", "parent", "people", "outline")}


def test_the_controls_of_the_drawer_are_asked_for_when_it_is_opened(client: Any) -> None:
    """The areas to zoom to alone are two thirds of the bytes of a change to figures of another year."""
    to = "?indicator=employment-rate&area_type=ltla"
    answer = changed(client, to)
    assert not IN_DRAWER & set(answer["parts"])
    assert answer["later"] == ["map-below", "more"]
    more = client.get("/map/more", query_string={"to": to}).json
    assert set(more) == IN_DRAWER
    assert 'value="E12000004">East Midlands</option>' in more["field-parent"]
    # they are those of a page that is opened there
    page = client.get(f"/map{to}").text
    for name, control in more.items():
        assert f'<div id="{name}" class="wh-field-place">{control}</div>' in page, name


def test_a_change_of_shading_or_people_concerns_the_drawer(client: Any) -> None:
    search = "?indicator=employment-rate"
    key = changed(client, search)["parts"]["map"]["key"]
    change = changed(client, f"{search}&shading=change", search, key)
    assert change["later"] == ["more"]  # since when
    more = client.get("/map/more", query_string={"to": f"{search}&shading=change"}).json
    assert 'id="choose-since"' in more["field-since"]
    assert client.get("/map/more", query_string={"to": search}).json["field-since"] == ""
    quintiles = changed(client, f"{search}&shading=quintile", search, key)
    assert "later" not in quintiles


def test_a_changed_query_with_a_problem_goes_to_the_router(client: Any) -> None:
    answer = client.get("/map/change", query_string={"to": "?indicator=happiness"})
    assert (answer.status_code, answer.json) == (400, {"problem": "There is no such indicator"})
    address = {"pathname": "/map", "search": "?indicator=happiness"}
    page = callback(client, "content.data", address=address)
    assert "There is no such indicator" in json.dumps(page)
    assert page["content"]["data"]["problem"] is True


def test_all_periods_come_as_one_map_and_what_differs(client: Any) -> None:
    answer = client.get("/map/periods", query_string={"to": "?indicator=employment-rate"}).json
    assert [period["period"] for period in answer["periods"]] == ["2022-01-01/P1Y", "2023-01-01/P1Y"]
    assert answer["base"]["period"] == "2022-01-01/P1Y"
    assert answer["periods"][0]["change"] == {}
    assert set(answer["periods"][1]["change"]) == {
        "v", "key", "title", "caption", "benchmark", "mark", "period"
    }  # fmt: skip
    assert "of 294 local authorities (lower tier)" in answer["periods"][1]["words"]


def test_the_notes_on_the_figures_can_be_had_apart(client: Any) -> None:
    answer = client.get("/map/below", query_string={"to": "?indicator=employment-rate"}).json
    assert "About these figures" in answer["map-below"]


def test_charts_get_the_partial_plotly_of_the_version_that_dash_expects(client: Any) -> None:
    answer = client.get("/_dash-component-suites/plotly/package_data/plotly.min.js")
    assert answer.data == (ROOT / "assets" / "vendor" / "plotly-basic.min.js").read_bytes()
    assert f"plotly.js (basic - minified) v{get_plotlyjs_version()}".encode() in answer.data[:200]
    assert len(answer.data) < 1_500_000
    # whatever a chart is given, it has no address of another machine to ask (assets/vendor/VENDORED.md)
    for elsewhere in (b"cdn.plot.ly", b"cloud.plotly.com"):
        assert elsewhere not in answer.data


def test_a_page_without_a_chart_asks_for_no_plotly(client: Any) -> None:
    assert "plotly.min.js" not in client.get("/map").text


def test_an_indicator_without_figures_for_an_area_type_shows_the_nearest_that_has_some(client: Any) -> None:
    page = client.get("/map?indicator=employment-rate&area_type=icb").text
    assert "Employment rate is not published for integrated care boards." in page
    assert "Shown instead: local authorities (lower tier)." in page
    assert "of 294 local authorities (lower tier) are" in page


def test_illustrative_figures_are_named_in_words(client: Any) -> None:
    page = client.get("/map?indicator=ips-access-rate").text
    assert "Illustrative figures." in page
    assert "They are not real" in page


def test_home_tells_the_goal_and_leads_to_what_is_loaded(client: Any) -> None:
    page = client.get("/").text
    assert "Has the national goal been met?" in page
    assert "5.5m" in page and "The goal was 4.5 million by 2027." in page
    assert "Find your area" in page
    assert "All 2 indicators" in page


def test_home_finds_an_area_by_its_old_name_without_scripts(client: Any) -> None:
    page = client.get("/?q=aylesbury+vale").text
    assert 'href="/areas/E06000060"' in page
    none = client.get("/?q=%3Cb%3Exyzzy").text
    assert "No place is called “&lt;b&gt;xyzzy”" in none


def test_dash_is_set_up_before_the_first_request(context: Context) -> None:
    app = build_app(context)
    assert "dash" in app.registered_paths
    assert app.server.test_client().get("/healthz").status_code == 200


@pytest.mark.parametrize("path", ["/map", "/compare", "/trends"])
def test_the_answer_of_illustrative_figures_says_first_that_they_are_not_real(client: Any, path: str) -> None:
    def lead(indicator_id: str) -> str:
        page = client.get(f"{path}?indicator={indicator_id}").get_data(as_text=True)
        return page[page.index('class="wh-lead">') :][:200]

    assert lead("ips-access-rate").startswith(
        'class="wh-lead">Illustrative figures, not real: they are not compared, ranked, sorted or summed up.</p>'
    )
    assert "Illustrative" not in lead("employment-rate")


def test_indicators_without_figures_are_chosen_from_the_end_of_the_list(client: Any) -> None:
    page = client.get("/compare?indicator=employment-rate").get_data(as_text=True)
    chooser = page[page.index('id="choose-indicator"') :]
    chooser = chooser[: chooser.index("</select>")]
    loaded, waiting = chooser.split('label="No figures yet"')
    assert "Employment rate" in loaded and "(no figures yet)" not in loaded
    assert waiting.count("<option") == waiting.count("(no figures yet)") > 0
    # illustrative ones stand between the two
    real, illustrative = loaded.split('label="Illustrative figures, not real"')
    assert "Access to IPS" not in real
    assert ">IPS referral rate (illustrative, not real)</option>" in illustrative
