"""What is new and what changed: the API, the feeds that report it, and the area page's section."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from dashboard.address.context import Context
from dashboard.queries.changes import by_publication, group_of
from dashboard.serving.application import build_app
from geodata.register import Register
from indicators.catalogue import Indicator
from indicators.settings import load_settings
from indicators.store import Store, schema

ATOM = "{http://www.w3.org/2005/Atom}"
NOTTINGHAM = "E06000018"
RELEASE = "ons_local_indicators:2024-11:ab12cd34"
BUCKINGHAMSHIRE = "E06000060"
FIRST, SECOND = "2025-11-04T09:35:00.000+00:00", "2026-11-20T10:00:00.000+00:00"
Y2022, Y2023 = "2022-01-01/P1Y", "2023-01-01/P1Y"


def revision(area_code: str, old: float, new: float | None, status: str = "ok") -> dict[str, Any]:
    return {
        "indicator_id": "employment-rate",
        "period": Y2022,
        "sex": "persons",
        "age": "16-64",
        "breakdown": "all",
        "area_code": area_code,
        "changed_at": SECOND,
        "old_value": old,
        "old_status": "ok",
        "new_value": new,
        "new_status": status,
        "old_release_id": RELEASE,
        "new_release_id": RELEASE if new is not None else None,
    }


def addition(period: str, changed_at: str, area_codes: str | None = None) -> dict[str, Any]:
    return {
        "changed_at": changed_at,
        "indicator_id": "employment-rate",
        "period": period,
        "area_type": "ltla",
        "source_id": "ons_local_indicators",
        "release_id": RELEASE,
        "publication": "Local indicators & <more>",
        "figures": 296,
        "area_codes": area_codes,
    }


@pytest.fixture(scope="module")
def changed(
    tmp_path_factory: pytest.TempPathFactory,
    register: Register,
    indicators: dict[str, Indicator],
    seed_store: Callable[[Store], None],
) -> Iterator[Context]:
    """The small store, in which 2022 came first, then 2023 with two figures of 2022 revised and one withdrawn."""
    folder: Path = tmp_path_factory.mktemp("changed")
    settings = load_settings(data_dir=folder, database_url="")
    store = Store(settings.store_url, register=register, catalogue=indicators)
    seed_store(store)
    with store.connections.writing() as connection:
        connection.execute(
            schema.revision.insert(),
            [
                revision(NOTTINGHAM, 65.0, 65.1),
                revision(BUCKINGHAMSHIRE, 80.0, 80.2),
                revision("E06000014", 79.0, None, "withdrawn"),
            ],
        )
        connection.execute(schema.addition.insert(), [addition(Y2022, FIRST), addition(Y2023, SECOND)])
    yield Context(settings, register, indicators, store, lambda: date(2026, 11, 22))
    store.close()


@pytest.fixture(scope="module")
def visitor(changed: Context) -> Any:
    return build_app(changed).server.test_client()


def changes(visitor: Any, query: str = "") -> list[dict[str, Any]]:
    answer = visitor.get(f"/api/v1/changes?{query}")
    assert answer.status_code == 200, answer.text
    return answer.json["changes"]


def test_every_change_with_what_it_was_and_is(visitor: Any) -> None:
    rows = changes(visitor)
    assert [
        (row["kind"], row["area_name"], row["period"], row["old_value"], row["new_value"]) for row in rows
    ] == [
        ("added", None, Y2023, None, None),
        ("revised", "Nottingham", Y2022, 65.0, 65.1),
        ("revised", "Buckinghamshire", Y2022, 80.0, 80.2),
        ("withdrawn", "York", Y2022, 79.0, None),
        ("added", None, Y2022, None, None),
    ]
    assert rows[0] == {
        "changed_at": SECOND,
        "kind": "added",
        "indicator": "employment-rate",
        "area_code": None,
        "area_name": None,
        "area_type": "ltla",
        "period": Y2023,
        "sex": None,
        "age": None,
        "breakdown": None,
        "figures": 296,
        "old_value": None,
        "old_status": None,
        "new_value": None,
        "new_status": None,
        "publication": "Local indicators & <more>",
        "release": RELEASE,
    }


def test_changes_of_an_area_an_indicator_and_since_a_day(visitor: Any) -> None:
    assert [row["kind"] for row in changes(visitor, f"area={NOTTINGHAM}")] == ["added", "revised", "added"]
    assert [row["kind"] for row in changes(visitor, f"area={NOTTINGHAM}&since=2026-01-01")] == [
        "added",
        "revised",
    ]
    assert changes(visitor, "indicator=ips-access-rate") == []
    assert len(changes(visitor, "since=2026-11-20T10:00:00Z")) == 4
    assert changes(visitor, "since=2026-11-20T10:00:01Z") == []
    # London's summer time, with a plus sign that nobody escaped
    assert len(changes(visitor, "since=2026-11-20T11:00:00+01:00")) == 4


def test_pages_follow_each_other_until_there_is_no_more(visitor: Any) -> None:
    whole, address = changes(visitor), "/api/v1/changes?limit=2&since=2025-01-01"
    found, pages = [], 0
    while address is not None:
        answer = visitor.get(address).json
        found += answer["changes"]
        address, pages = answer["next"], pages + 1
    assert (found, pages) == (whole, 3)
    assert visitor.get("/api/v1/changes?limit=2&since=2025-01-01").json["next"] == (
        "/api/v1/changes?since=2025-01-01&limit=2&offset=2"
    )


@pytest.mark.parametrize(
    ("query", "status", "parameter"),
    [
        ("since=yesterday", 400, "since"),
        ("since=0001-01-01T00:00:00%2B14:00", 400, "since"),
        ("area=E99999999", 404, "area"),
        (f"area={NOTTINGHAM},{BUCKINGHAMSHIRE}", 400, "area"),
        ("indicator=happiness", 404, "indicator"),
        ("limit=0", 400, "limit"),
        ("limit=1001", 400, "limit"),
        ("limit=ten", 400, "limit"),
        ("offset=-1", 400, "offset"),
        ("offset=100001", 400, "offset"),
        ("limit=1&limit=2", 400, "limit"),
    ],
)
def test_what_is_asked_wrongly_is_reported(visitor: Any, query: str, status: int, parameter: str) -> None:
    answer = visitor.get(f"/api/v1/changes?{query}")
    assert answer.status_code == status
    assert answer.json["error"]["parameter"] == parameter


def test_what_has_not_changed_is_not_sent_again(visitor: Any) -> None:
    for path in ("/api/v1/changes", f"/feeds/areas/{NOTTINGHAM}.atom"):
        tag = visitor.get(path).headers["ETag"]
        assert visitor.get(path, headers={"If-None-Match": tag}).status_code == 304


def feed(visitor: Any, path: str) -> ElementTree.Element:
    """A feed, checked against what RFC 4287 asks of every feed and entry."""
    answer = visitor.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "application/atom+xml")
    root = ElementTree.fromstring(answer.data)
    assert root.tag == f"{ATOM}feed"
    assert root.findtext(f"{ATOM}author/{ATOM}name") == "Work and health indicators"
    links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
    assert links["self"] == f"http://localhost{path}"
    ids = [root.findtext(f"{ATOM}id")]
    for element in (root, *root.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{ATOM}{name}")) == 1 and element.findtext(f"{ATOM}{name}")
        assert element.find(f"{ATOM}link").get("href").startswith("http://localhost/")
    ids += [entry.findtext(f"{ATOM}id") for entry in root.findall(f"{ATOM}entry")]
    assert len(ids) == len(set(ids)) and all(entry_id.startswith("urn:uuid:") for entry_id in ids)
    return root


def entries(root: ElementTree.Element) -> list[tuple[str | None, str | None, str | None]]:
    return [
        tuple(entry.findtext(f"{ATOM}{name}") for name in ("updated", "title", "summary"))  # type: ignore[misc]
        for entry in root.findall(f"{ATOM}entry")
    ]


def test_the_feed_of_an_area(visitor: Any) -> None:
    root = feed(visitor, f"/feeds/areas/{NOTTINGHAM}.atom")
    assert root.findtext(f"{ATOM}title") == "Nottingham: what is new"
    assert root.findtext(f"{ATOM}updated") == SECOND
    assert entries(root) == [
        (
            SECOND,
            "Employment rate: new figures, for 2023",
            "1 figure from Local indicators & <more>.",
        ),
        (
            SECOND,
            "Employment rate: the figure for 2022 was 65.0% and is now 65.1%",
            "1 figure from Local indicators.",
        ),
        (FIRST, "Employment rate: new figures, for 2022", "1 figure from Local indicators & <more>."),
    ]


def test_the_feed_of_an_indicator(visitor: Any) -> None:
    root = feed(visitor, "/feeds/indicators/employment-rate.atom")
    assert [title for _, title, _ in entries(root)] == [
        "Employment rate: new figures, for 2023",
        "Employment rate: 2 figures revised, for 2022",
        "Employment rate: the figure for 2022 was 79.0%, and the publisher no longer gives it",
        "Employment rate: new figures, for 2022",
    ]


def test_a_feed_in_which_nothing_happened_is_still_a_feed(visitor: Any) -> None:
    root = feed(visitor, "/feeds/indicators/claimant-count.atom")
    assert entries(root) == []
    assert root.findtext(f"{ATOM}updated") == "2026-11-20T10:00:00Z"


@pytest.mark.parametrize("path", ["areas/E99999999", "indicators/happiness", "areas/%3Cb%3E"])
def test_a_feed_of_nothing_is_a_404(visitor: Any, path: str) -> None:
    answer = visitor.get(f"/feeds/{path}.atom")
    assert answer.status_code == 404
    assert answer.json["error"]["parameter"] == path.split("/")[0].removesuffix("s")


def test_an_entry_keeps_its_id(visitor: Any) -> None:
    path = f"/feeds/areas/{NOTTINGHAM}.atom"
    here = [entry.findtext(f"{ATOM}id") for entry in feed(visitor, path).iter(f"{ATOM}entry")]
    there = ElementTree.fromstring(visitor.get(path, base_url="https://other.example.org").data)
    assert [entry.findtext(f"{ATOM}id") for entry in there.iter(f"{ATOM}entry")] == here


def test_the_area_page_says_what_changed_and_where_to_get_updates(visitor: Any) -> None:
    page = visitor.get(f"/areas/{NOTTINGHAM}").text
    assert "What changed" in page
    assert "Employment rate: the figure for 2022 was 65.0% and is now 65.1%" in page
    assert f'href="/feeds/areas/{NOTTINGHAM}.atom"' in page
    assert (
        f'<link rel="alternate" type="application/atom+xml" title="What is new for this area" '
        f'href="/feeds/areas/{NOTTINGHAM}.atom">'
    ) in page
    assert 'href="/feeds/indicators/employment-rate.atom"' in visitor.get("/indicators/employment-rate").text
    assert "application/atom+xml" not in visitor.get("/map").text


def test_what_one_publication_added_on_a_day_is_one_item_after_what_was_revised() -> None:
    def group(kind: str, indicator_id: str, publication: str, day: int) -> dict[str, Any]:
        return {
            "changed_at": f"2026-11-{day:02}T09:00:00+00:00",
            "kind": kind,
            "indicator_id": indicator_id,
            "figures": 2,
            "periods": 1,
            "first_period": Y2023,
            "last_period": Y2023,
            "publication": publication,
            "publications": 1,
            "old_value": None,
            "new_value": None,
        }

    groups = [
        group("added", "employment-rate", "Local indicators", 25),
        group("added", "economic-inactivity-rate", "Local indicators", 25),
        group("revised", "employment-rate", "Local indicators", 25),
        *(group("added", "claimant-count", f"Claimants {day}", day) for day in (24, 23, 22, 21, 20)),
    ]
    shown = by_publication([group_of(row) for row in groups])
    assert [[group.kind for group in item] for item in shown[:3]] == [
        ["revised"],
        ["added", "added"],
        ["added"],
    ]
    assert [item[0].publication for item in shown[2:]] == [f"Claimants {day}" for day in (24, 23, 22, 21, 20)]


def test_an_area_without_a_change_says_so(client: Any) -> None:
    page = client.get(f"/areas/{NOTTINGHAM}").text
    assert "No figure for Nottingham has been added or revised since this service began to keep count." in page
