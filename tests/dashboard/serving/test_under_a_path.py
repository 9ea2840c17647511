"""The service under a path of a host: every address that it gives begins with the path and is answered."""

from __future__ import annotations

import io
import json
import logging
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.test import Client
from werkzeug.wrappers import Response

from dashboard.address.context import Context
from dashboard.address.kept import MARK
from dashboard.address.root import at_root, under
from dashboard.components import html
from dashboard.serving.application import build_app
from dashboard.serving.cache import MOST_OF_ONE, CachedAnswers
from dashboard.serving.routing import load_pages
from indicators.settings import SettingsError, load_settings

PROJECT = Path(__file__).resolve().parents[3]
HOST = "https://www.example.org"
ROOT = "/work-health"
PUBLIC = HOST + ROOT
AREA = "E06000018"
# beginnings of every kind of address, where the crawl starts
STARTS = [
    *(page.path for page in load_pages() if page.path != "/embed"),
    f"/areas/{AREA}",
    f"/areas/{AREA}/figures",
    f"/areas/{AREA}/trends",
    f"/areas/{AREA}/similar",
    f"/areas/{AREA}/sources",
    f"/map?indicator=employment-rate&area_type=ltla&area={AREA}",
    "/map?indicator=employment-rate&with=disability-prevalence",
    f"/compare?indicator=employment-rate&area={AREA}&parent=E12000004",
    f"/trends?indicator=employment-rate&area={AREA}",
    f"/overview?area={AREA}",
    f"/conditions?area={AREA}",
    "/indicators/employment-rate",
    "/groups?area=custom:E06000018%2BE06000060&name=Two",
    f"/embed/map/map?indicator=employment-rate&area={AREA}",
    "/api/v1/observations?indicator=employment-rate&limit=1",
    "/api/v1/boundaries",
    "/api/v1/nowhere",
    f"/feeds/areas/{AREA}.atom",
    "/robots.txt",
    "/nowhere",
]
_IN_MARKUP = re.compile(
    r"""\b(?:href|src|action|formaction|data-embed|data-address|data-download-address)=(?:"([^"]*)"|'([^']*)')"""
)
_MOST_OF_A_KIND = 3
# what names a page to the scripts, and is no address to ask for
_NAMES = re.compile(
    r'"(?:pathname|path|nav|page)": ?"[^"]*"|data-(?:path|door)="[^"]*"|"(?:carriedTo|notPages)":\[[^]]*\]'
)


def app_at(context: Context, **settings: object) -> Any:
    """An app of its own, caches included, over the store of another."""
    given = context.settings.model_copy(update=settings)
    return build_app(Context(given, context.register, context.catalogue, context.store, context.today))


@pytest.fixture(scope="module")
def plain(fuller: Context) -> Client:
    """The service with a host of its own, asked once for all: markup that it caches is not that of the other."""
    client = Client(app_at(fuller).server, Response)
    for start in STARTS:
        client.get(start, base_url="http://localhost")
    return client


@pytest.fixture(scope="module")
def mounted(fuller: Context, plain: Client) -> Client:
    """The service below ``ROOT``, behind a server that takes the path off; nothing else answers on the host."""
    app = app_at(fuller, public_url=PUBLIC)
    nothing = Response("nothing here", status=404)
    return Client(DispatcherMiddleware(nothing, {ROOT: app.server}), Response)


@dataclass(frozen=True)
class Given:
    """An address, and the one that gave it."""

    address: str
    by: str


def addresses(answer: Any) -> Iterator[str]:
    """Every address that an answer gives to ask for."""
    text = _NAMES.sub("", answer.text)
    for match in _IN_MARKUP.finditer(text.replace('\\"', '"')):
        yield unescape(match[1] or match[2] or "")
    if answer.mimetype == "application/json":
        yield from _in_json(json.loads(text) if text[:1] in "{[" and text == answer.text else {})


def _in_json(part: Any) -> Iterator[str]:
    match part:
        case dict():
            for name, value in part.items():
                if name in ("next", "url", "shapes", "outline", "href", "drawing") and isinstance(value, str):
                    yield value
                yield from _in_json(value)
        case list():
            for value in part:
                yield from _in_json(value)


def kind_of(address: str) -> str:
    """Addresses that differ by an area, an indicator or a choice alone are of one kind."""
    path = address.partition("?")[0].removeprefix(ROOT)
    return re.sub(r"/[EKJWSN]\d{8}|/custom:[^/]*|/[a-z]+(-[a-z0-9]+)+(?=$|/|\.)", "/*", path)


def test_every_address_begins_with_the_path_and_is_answered(mounted: Client) -> None:
    waiting = [Given(ROOT + start, "the start") for start in STARTS]
    seen: set[str] = set()
    kinds: dict[str, int] = {}
    wrong: list[str] = []
    own = _own_beginnings()
    while waiting:
        given = waiting.pop()
        address = given.address.partition("#")[0]
        if address in seen:
            continue
        seen.add(address)
        kind = kind_of(address)
        kinds[kind] = kinds.get(kind, 0) + 1
        if kinds[kind] > _MOST_OF_A_KIND and given.by != "the start":
            continue
        answer = mounted.get(address, base_url=HOST)
        is_meant = "nowhere" in address
        if answer.status_code >= 400 and not is_meant and not _may_be_absent(answer):
            wrong.append(f"{address} (given by {given.by}): {answer.status_code}")
        if answer.status_code >= 300 and answer.status_code < 400:
            wrong.append(f"{address} leads on to {answer.headers['Location']}")
        if not answer.mimetype.startswith(("text/html", "application/json", "application/atom", "image/svg")):
            continue
        # the paths of the description of the API are below the server that it names
        text = "" if address.endswith("/openapi.json") else _NAMES.sub("", answer.text)
        wrong += [f"{address} holds {found[:80]}" for found in own.findall(text)]
        for found in addresses(answer):
            if found.startswith(HOST):
                found = found.removeprefix(HOST)
            elif not found.startswith("/"):
                continue
            if not (found + "/").startswith(f"{ROOT}/"):
                wrong.append(f"{address} gives {found}")
            elif found.startswith(ROOT + ROOT):
                wrong.append(f"{address} gives {found}, with the path twice")
            else:
                waiting.append(Given(found, address))
    assert wrong == [], "\n".join(wrong)
    reached = {kind.lstrip("/").split("/")[0] for kind in kinds}
    assert {
        "areas",
        "map",
        "csv",
        "picture",
        "embed",
        "feeds",
        "api",
        "data",
        "geometry",
        "assets",
    } <= reached
    assert len(seen) > 300


def _own_beginnings() -> re.Pattern[str]:
    """Text in quotes that begins as an address of the service does, without the path before it."""
    names = {page.path.split("/")[1] for page in load_pages() if page.path != "/"}
    first = "|".join(
        sorted(names | {"csv", "picture", "feeds", "geometry", "assets", "vocabulary-", "scripts-"})
    )
    return re.compile(rf"""["'](/(?:{first})[/?"'][^"']*)""")


def _may_be_absent(answer: Any) -> bool:
    """A figure, a file or a chart that the small store does not have is said so on a page of the service's own."""
    return answer.status_code == 404 and "<h1" in answer.text and "Page not found" not in answer.text


def test_what_dash_and_the_scripts_are_told(mounted: Client) -> None:
    page = mounted.get(f"{ROOT}/map", base_url=HOST).text
    config = json.loads(re.search(r'id="_dash-config"[^>]*>(.*?)</script>', page)[1])  # type: ignore[index]
    assert config["requests_pathname_prefix"] == f"{ROOT}/"
    vocabulary = re.search(r'src="([^"]*/vocabulary-\w+\.js)"', page)[1]  # type: ignore[index]
    words = mounted.get(vocabulary, base_url=HOST).text
    assert f'"root":"{ROOT}"' in words
    assert '"carriedTo":["/map"' in words
    shown = json.loads(re.search(r'id="shown">(.*?)</script>', page)[1])  # type: ignore[index]
    assert shown["pathname"] == "/map"
    assert shown["drawing"].startswith(f"{ROOT}/map/drawing?")
    for path in ("/_dash-layout", "/_dash-dependencies", shown["drawing"].removeprefix(ROOT)):
        assert mounted.get(ROOT + path, base_url=HOST).status_code == 200


def test_a_page_that_comes_later_and_a_change_of_the_map_hold_the_path(mounted: Client) -> None:
    body = {
        "output": "content.data",
        "outputs": {"id": "content", "property": "data"},
        "inputs": [
            {"id": "address", "property": "data", "value": {"pathname": f"/areas/{AREA}", "search": ""}}
        ],
        "changedPropIds": ["address.data"],
    }
    answer = mounted.post(f"{ROOT}/_dash-update-component", json=body, base_url=HOST)
    assert answer.status_code == 200
    content = answer.json["response"]["content"]["data"]
    assert content["pathname"] == f"/areas/{AREA}"
    hrefs = re.findall(r'href="(/[^"]*)"', content["html"])
    assert len(hrefs) > 20 and all(href.startswith(f"{ROOT}/") for href in hrefs)
    changed = mounted.get(
        f"{ROOT}/map/change?from=&to=%3Findicator%3Demployment-rate%26area%3D{AREA}", base_url=HOST
    )
    hrefs = re.findall(r'href=\\"(/[^"\\]*)\\"', changed.text)
    assert hrefs and all(href.startswith(f"{ROOT}/") for href in hrefs)


def test_feeds_packs_and_the_description_of_the_api_name_the_whole_address(mounted: Client) -> None:
    feed = mounted.get(f"{ROOT}/feeds/areas/{AREA}.atom", base_url=HOST).text
    assert f'href="{PUBLIC}/areas/{AREA}"' in feed and f'href="{PUBLIC}/feeds/areas/{AREA}.atom"' in feed
    assert mounted.get(f"{ROOT}/api/v1/openapi.json", base_url=HOST).json["servers"] == [{"url": ROOT}]
    workbook = mounted.get(f"{ROOT}/areas/{AREA}/pack.xlsx", base_url=HOST)
    with zipfile.ZipFile(io.BytesIO(workbook.data)) as parts:
        text = "".join(parts.read(name).decode() for name in parts.namelist() if name.endswith(".xml"))
    assert f"{PUBLIC}/areas/{AREA}" in text
    following = mounted.get(
        f"{ROOT}/api/v1/observations?indicator=employment-rate&limit=1", base_url=HOST
    ).json["next"]
    assert following.startswith(f"{ROOT}/api/v1/observations?")
    assert mounted.get(following, base_url=HOST).status_code == 200
    robots = mounted.get(f"{ROOT}/robots.txt", base_url=HOST).text.splitlines()
    assert f"Disallow: {ROOT}/api/" in robots and f"Disallow: {ROOT}/*?" in robots
    links = mounted.get(f"{ROOT}/api/indicator_metadata/csv/all", base_url=HOST).text
    assert f"{PUBLIC}/indicators/employment-rate" in links


def test_a_proxy_may_leave_the_path_or_take_it_off(fuller: Context) -> None:
    client = Client(app_at(fuller, public_url=PUBLIC).server, Response)
    for path in (ROOT, f"{ROOT}/", f"{ROOT}/map", "/", "/map"):
        answer = client.get(path, base_url=HOST)
        assert answer.status_code == 200
        assert f'href="{ROOT}/about#licence"' in answer.text
    assert client.get("/work-healthy", base_url=HOST).status_code == 404
    answer = client.get("/map", base_url=HOST, headers={"X-Forwarded-Prefix": f"{ROOT}/"})
    assert answer.status_code == 200


def test_a_proxy_that_is_set_otherwise_is_told_so(fuller: Context, caplog: pytest.LogCaptureFixture) -> None:
    client = Client(app_at(fuller, public_url=PUBLIC).server, Response)
    with caplog.at_level(logging.ERROR):
        answer = client.get("/map", base_url=HOST, headers={"X-Forwarded-Prefix": "/elsewhere"})
    assert (answer.status_code, answer.headers["Cache-Control"]) == (500, "no-store")
    assert "'/elsewhere'" in caplog.text and f"{ROOT!r}" in caplog.text
    assert "WORKHEALTH_PUBLIC_URL" in caplog.text
    # who is no proxy of ours says nothing that counts
    stranger = {"REMOTE_ADDR": "203.0.113.9"}
    answer = client.get(
        "/map", base_url=HOST, headers={"X-Forwarded-Prefix": "/elsewhere"}, environ_overrides=stranger
    )
    assert answer.status_code == 200
    assert "elsewhere" not in answer.text


def test_a_named_proxy_is_trusted_and_no_other(fuller: Context) -> None:
    app = app_at(fuller, public_url=PUBLIC, trusted_proxies="10.0.0.0/8")
    client = Client(app.server, Response)
    headers = {"X-Forwarded-Prefix": "/elsewhere"}
    for peer, status in (("10.1.2.3", 500), ("127.0.0.1", 200), ("::1", 200)):
        answer = client.get(
            "/healthz", base_url=HOST, headers=headers, environ_overrides={"REMOTE_ADDR": peer}
        )
        assert answer.status_code == status, peer


def test_the_path_may_be_given_by_script_name(fuller: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCRIPT_NAME", f"{ROOT}/")
    assert load_settings(public_url="").root == ROOT
    with pytest.raises(SettingsError, match=r"SCRIPT_NAME is '/work-health'.* is '/other'"):
        load_settings(public_url="https://www.example.org/other")
    client = Client(app_at(fuller, script_name=ROOT).server, Response)
    answer = client.get(
        "/feeds/all.atom", base_url="http://localhost", environ_overrides={"SCRIPT_NAME": ROOT}
    )
    assert f'href="http://localhost{ROOT}/feeds/all.atom"' in answer.text
    # a host that is not known is not printed, and the path is
    answer = client.get("/feeds/all.atom", base_url="http://evil.example")
    assert f'href="{ROOT}/feeds/all.atom"' in answer.text and "evil" not in answer.text


def test_a_path_that_begins_as_a_page_does_is_refused_at_start(fuller: Context) -> None:
    for path in ("/map", "/api/work-health", "/assets"):
        with pytest.raises(SettingsError, match=f"'{path}', and the service has pages below"):
            app_at(fuller, public_url=HOST + path)
    app_at(fuller, public_url=f"{HOST}/mapping")


def test_one_process_keeps_two_services_apart(plain: Client, mounted: Client) -> None:
    for path in (f"/areas/{AREA}", "/about", f"/conditions?area={AREA}", "/map"):
        under_path = mounted.get(ROOT + path, base_url=HOST).text
        alone = plain.get(path, base_url="http://localhost").text
        assert ROOT in under_path and ROOT not in alone, path


def test_what_is_cached_as_a_file_is_not_that_of_another_path(fuller: Context, tmp_path: Path) -> None:
    """The folder of cached answers outlasts a process: a service that moves to another path does not send old ones."""

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        environ[MARK] = fuller.moment()
        start_response("200 OK", [("Content-Type", "text/csv")])
        return [environ["SCRIPT_NAME"].encode().ljust(MOST_OF_ONE + 1)]

    for root in ("", ROOT, "/elsewhere"):
        client = Client(CachedAnswers(app, fuller, folder=tmp_path), Response)
        for _ in range(2):
            answer = client.get("/csv/map", environ_overrides={"SCRIPT_NAME": root})
            assert answer.text.strip() == root
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 3


def test_no_address_is_written_past_the_one_place() -> None:
    """Markup in text and scripts that begin an address themselves would miss the path."""
    in_markup = re.compile(r"""<[a-z][^>\n]*\b(?:href|src|action)=\\?["']/""")
    in_scripts = re.compile(r"""(?:\b(?:href|src) ?[=:]|\b(?:fetch\w*|open)\() ?["']/""")
    found = []
    for folder, ending, pattern in (("dashboard", "*.py", in_markup), ("assets", "*.js", in_scripts)):
        for path in sorted((PROJECT / folder).rglob(ending)):
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                if "vendor" not in path.parts and pattern.search(line):
                    found.append(f"{path.relative_to(PROJECT)}:{number}: {line.strip()[:90]}")
    # embed.py looks for links, and writes none
    assert [line for line in found if not line.startswith("dashboard/pages/embed.py")] == []


def test_only_paths_of_the_service_are_written_at_its_root() -> None:
    outside = ("https://example.org/a", "//example.org/a", "#top", "?area=x", "", "a/b")
    with under(ROOT):
        assert at_root("/map") == f"{ROOT}/map"
        assert at_root("/") == f"{ROOT}/"
        assert [at_root(address) for address in outside] == list(outside)
        assert (
            html.a("Map", href="/map", data_door="/map") == f'<a href="{ROOT}/map" data-door="/map">Map</a>'
        )
    assert at_root("/map") == "/map"
