"""Finished answers are kept: made once, seen anew at once after a release, never shared, never an error."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dashboard.address.context import Context
from dashboard.address.page import Asked, Export, Page, Shown
from dashboard.address.view import Problem
from dashboard.components import html
from dashboard.serving import cache
from dashboard.serving.application import build_app
from indicators.settings import load_settings
from indicators.store import Store, schema

AREAS = ("E06000018", "E08000025", "E06000001", "E06000002", "E06000003", "E06000004")


class Site:
    """An app with a page that counts how often it is made, and a store of its own."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.made: list[str] = []
        self.large = 0
        self.while_made: Callable[[], None] = lambda: None
        self.problem: Problem | None = None
        pages = [
            Page("/", "home", "Home", self.layout),
            Page("/log", "log", "Log", self.layout, steady=False),
            Page("/area", "area", "Area", self.layout, check=lambda *_: self.problem, export=self.export),
        ]
        self.app = build_app(context, pages)
        self.client = self.app.server.test_client()

    def export(self, context: Context, asked: Asked) -> Export:
        self.made.append(asked.pathname)
        row = dict.fromkeys(
            ("age", "sex", "breakdown", "interval_method", "area_type"), "all"
        ) | dict.fromkeys(("value", "lower_ci_95", "upper_ci_95", "numerator", "denominator"))
        row |= {
            "area_code": AREAS[0],
            "area_name": "Nottingham",
            "note": f"{len(self.made)} " + "x" * self.large,
            "period": "2023-01-01/P1Y",
            "status": "ok",
            "release": "r",
        }
        return Export("f", [Shown(context.catalogue["employment-rate"], row)])

    def layout(self, context: Context, asked: Asked) -> list[Any]:
        self.made.append(asked.pathname + asked.search)
        self.while_made()
        return [html.h1("A page"), html.p(f"made {len(self.made)}: {asked.search} " + "words " * 200)]

    def publish(self, publication_id: str) -> None:
        facts = schema.store_fact
        with self.context.store.connections.writing() as connection:
            connection.execute(
                facts.update().where(facts.c.name == "publication_id").values(value=publication_id)
            )

    def get(self, address: str, **headers: str) -> Any:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.get(address, headers=names)

    def open(self, pathname: str, search: str = "", accept: str = "br") -> Any:
        return self.client.post(
            "/_dash-update-component",
            json={
                "output": "content.data",
                "outputs": {"id": "content", "property": "data"},
                "inputs": [
                    {"id": "address", "property": "data", "value": {"pathname": pathname, "search": search}}
                ],
                "changedPropIds": ["address.data"],
            },
            headers={"Accept-Encoding": accept},
        )


@pytest.fixture
def site(context: Context, tmp_path: Path) -> Site:
    settings = load_settings(data_dir=tmp_path, database_url="")
    store = Store(settings.store_url, register=context.register, catalogue=context.catalogue)
    store.create()
    own = Context(settings, context.register, context.catalogue, store, lambda: date(2026, 11, 22))
    site = Site(own)
    site.publish("1")
    return site


def test_an_answer_is_made_once_and_sent_again_as_it_was(site: Site) -> None:
    first, again = site.open("/"), site.open("/")
    assert site.made == ["/"]
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.data == first.data
    assert again.headers == first.headers
    assert again.headers["Content-Encoding"] == "br"
    paint, same = site.get("/"), site.get("/")
    assert site.made == ["/", "/"]
    assert same.data == paint.data
    assert same.headers == paint.headers
    assert same.headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")


def test_a_new_release_is_seen_at_once(site: Site) -> None:
    before = site.open("/", accept="")
    site.publish("2")
    after = site.open("/", accept="")
    assert b"made 1:" in before.data
    assert b"made 2:" in after.data


def test_a_new_day_is_seen_at_once(site: Site) -> None:
    site.open("/")
    site.context.today = lambda: date(2026, 11, 23)
    assert b"made 2:" in site.open("/", accept="").data


def test_two_questions_never_share_an_answer(site: Site) -> None:
    searches = ["", *(f"?area={code}" for code in AREAS[:3]), f"?area={AREAS[0]}&area={AREAS[1]}"]
    found = [site.open("/", search, accept="").data for search in searches]
    found += [site.get("/" + search).data for search in searches]
    assert len(set(found)) == 10
    assert len(site.made) == 10
    assert site.open("/area", "", accept="").data != found[0]


def test_compressions_are_apart(site: Site) -> None:
    packed, plain, zipped = (site.open("/", accept=accept) for accept in ("br", "", "gzip"))
    assert [answer.headers.get("Content-Encoding") for answer in (packed, plain, zipped)] == [
        "br",
        None,
        "gzip",
    ]
    assert b"made 2:" in plain.data
    assert site.open("/", accept="br").data == packed.data


def test_what_changes_without_a_release_is_never_kept(site: Site) -> None:
    site.open("/log")
    site.open("/log")
    site.get("/log")
    site.get("/log")
    assert site.made == ["/log"] * 4


def test_a_problem_is_not_kept(site: Site) -> None:
    site.problem = Problem(404, "No such area", "It is not there yet.")
    assert site.get("/area").status_code == 404
    assert b"No such area" in site.open("/area", accept="").data
    site.problem = None
    assert site.get("/area").status_code == 200
    assert b"made 2:" in site.open("/area", accept="").data


def test_a_failure_is_not_kept(site: Site) -> None:
    def fail() -> None:
        raise RuntimeError("a fault that nobody foresaw")

    site.app.server.config["PROPAGATE_EXCEPTIONS"] = False
    site.while_made = fail
    assert site.get("/").status_code == 500
    assert site.open("/").status_code == 500
    site.while_made = lambda: None
    assert site.get("/").status_code == 200
    assert site.open("/").status_code == 200


def test_a_store_that_is_away_is_not_kept_and_what_was_kept_is_not_sent(site: Site, tmp_path: Path) -> None:
    assert site.get("/").status_code == 200
    path = site.context.store.connections.sqlite_path
    assert path is not None
    site.context.store.connections.close()
    away = path.rename(tmp_path / "away.sqlite")
    assert site.get("/").status_code == 503
    away.rename(path)
    assert site.get("/").status_code == 200


def test_a_release_in_between_is_not_taken_for_the_new_one(site: Site) -> None:
    site.while_made = lambda: site.publish("2")
    assert b"made 1:" in site.open("/", accept="").data
    site.while_made = lambda: None
    assert b"made 2:" in site.open("/", accept="").data
    assert b"made 2:" in site.open("/", accept="").data


def test_a_browser_that_holds_the_page_gets_a_304(site: Site) -> None:
    first = site.get("/")
    tag = first.headers["ETag"]
    held = site.get("/", If_None_Match=tag)
    assert (held.status_code, held.data, held.headers["ETag"]) == (304, b"", tag)
    assert held.headers["Cache-Control"] == "no-cache"
    assert site.get("/", If_None_Match='"another"').status_code == 200
    site.publish("2")
    newer = site.get("/", If_None_Match=tag)
    assert newer.status_code == 200
    assert newer.headers["ETag"] != tag
    assert site.made == ["/", "/"]


def test_those_used_last_are_kept(site: Site) -> None:
    site.get(f"/?area={AREAS[0]}")
    size = len(site.get(f"/?area={AREAS[0]}").data) + 2_000
    site.app.server.wsgi_app._app._app._memory.most_bytes = 2 * size
    site.get(f"/?area={AREAS[1]}")
    site.get(f"/?area={AREAS[0]}")
    site.get(f"/?area={AREAS[2]}")
    assert [address[-9:] for address in site.made] == list(AREAS[:3])
    site.get(f"/?area={AREAS[0]}")
    assert len(site.made) == 3
    site.get(f"/?area={AREAS[1]}")
    assert len(site.made) == 4


def test_a_worker_makes_one_answer_at_a_time(site: Site) -> None:
    at_once, most = 0, 0
    pause = threading.Event()

    def look() -> None:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        pause.wait(0.01)
        at_once -= 1

    site.while_made = look
    threads = [
        threading.Thread(target=lambda n=n: site.app.server.test_client().get(f"/?area={AREAS[n]}"))
        for n in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (most, len(site.made)) == (1, 6)


def test_keys_that_no_page_reads_make_no_new_answer(site: Site) -> None:
    first = site.get(f"/?area={AREAS[0]}")
    again = site.get(f"/?utm_source=mail&area={AREAS[0]}&nonce=1")
    assert again.data == first.data
    assert len(site.made) == 1
    site.get(f"/?area={AREAS[0]}&q=words")  # a key that pages read
    assert len(site.made) == 2


def test_a_large_answer_is_a_file_that_another_worker_sends(site: Site, tmp_path: Path) -> None:
    site.large = cache.MOST_OF_ONE
    first = site.get("/csv/area")
    files = [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]
    assert len(files) == 1
    assert first.status_code == 200
    other = Site(site.context)
    again = other.get("/csv/area")
    assert other.made == []
    assert (again.data, again.headers["ETag"]) == (first.data, first.headers["ETag"])
    assert again.headers["Content-Disposition"] == first.headers["Content-Disposition"]


def test_the_files_of_an_older_publication_are_never_sent_and_go(site: Site, tmp_path: Path) -> None:
    site.large = cache.MOST_OF_ONE
    before = site.get("/csv/area")
    site.publish("2")
    after = site.get("/csv/area")
    assert before.data != after.data
    assert len([path for path in (tmp_path / "cache").rglob("*") if path.is_file()]) == 1


@pytest.mark.parametrize("damage", [b"", b"no json\nbody", b'{"headers": 1}\n'])
def test_a_damaged_file_is_made_anew(site: Site, tmp_path: Path, damage: bytes) -> None:
    site.large = cache.MOST_OF_ONE
    site.get("/csv/area")
    (path,) = (path for path in (tmp_path / "cache").rglob("*") if path.is_file())
    path.write_bytes(damage)
    again = site.get("/csv/area")
    assert again.status_code == 200
    assert len(again.data) > cache.MOST_OF_ONE


def test_a_folder_that_cannot_be_written_costs_the_cache_and_no_answer(site: Site, tmp_path: Path) -> None:
    site.large = cache.MOST_OF_ONE
    (tmp_path / "cache").write_text("a file where the folder should be")
    assert site.get("/csv/area").status_code == 200


def test_another_version_of_the_code_never_sends_what_the_one_before_made(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.large = cache.MOST_OF_ONE
    site.get("/csv/area")
    monkeypatch.setattr(cache, "code_version", lambda: "a later version")
    upgraded = Site(site.context)
    upgraded.large = cache.MOST_OF_ONE
    assert upgraded.get("/csv/area").status_code == 200
    assert upgraded.made == ["/area"]
    assert len([path for path in (tmp_path / "cache").rglob("*") if path.is_file()]) == 1
