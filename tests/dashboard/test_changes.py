"""What is new and what changed: the API, the feeds that report it, and the area page's section."""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from dashboard.address.context import Context
from dashboard.answers.changes import Cause, ChangeGroup
from dashboard.queries.changes import by_publication, group_of
from dashboard.sentences.changes import additions_lead, change_words
from dashboard.serving.application import build_app
from geodata.register import Register
from indicators.catalogue import Indicator, catalogue
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
        "cause": None,
        "reason": None,
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
    assert answer.json["parameter"] == parameter


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


def test_the_feed_of_everything_has_every_indicator(visitor: Any) -> None:
    root = feed(visitor, "/feeds/all.atom")
    assert root.findtext(f"{ATOM}title") == "Work and health indicators: what is new"
    own = entries(feed(visitor, "/feeds/indicators/employment-rate.atom"))
    assert set(own) <= set(entries(root))


def test_the_feed_of_a_group_is_what_is_new_for_its_members(visitor: Any) -> None:
    root = feed(visitor, f"/feeds/groups/custom:E06000015+{NOTTINGHAM}.atom")
    assert root.findtext(f"{ATOM}title") == "2 areas: what is new"
    derby, nottingham = (
        entries(feed(visitor, f"/feeds/areas/{code}.atom")) for code in ("E06000015", NOTTINGHAM)
    )
    times = {(at, title) for at, title, _ in (*derby, *nottingham)}
    assert {at for at, _, _ in entries(root)} == {at for at, _ in times}
    assert (
        SECOND,
        "Employment rate: new figures, for 2023",
        "2 figures from Local indicators & <more>.",
    ) in entries(root)


def test_a_feed_in_which_nothing_happened_is_still_a_feed(visitor: Any) -> None:
    root = feed(visitor, "/feeds/indicators/claimant-count.atom")
    assert entries(root) == []
    assert root.findtext(f"{ATOM}updated") == "2026-11-20T10:00:00Z"


@pytest.mark.parametrize(
    "path",
    ["areas/E99999999", "indicators/happiness", "areas/%3Cb%3E", "groups/custom:E99999999", "groups/x"],
)
def test_a_feed_of_nothing_is_a_404(visitor: Any, path: str) -> None:
    answer = visitor.get(f"/feeds/{path}.atom")
    assert answer.status_code == 404
    assert answer.json["parameter"] == path.split("/")[0].removesuffix("s")


def test_an_entry_keeps_its_id(visitor: Any) -> None:
    path = f"/feeds/areas/{NOTTINGHAM}.atom"
    here = [entry.findtext(f"{ATOM}id") for entry in feed(visitor, path).iter(f"{ATOM}entry")]
    there = ElementTree.fromstring(visitor.get(path, base_url="https://other.example.org").data)
    assert [entry.findtext(f"{ATOM}id") for entry in there.iter(f"{ATOM}entry")] == here


def test_the_area_page_says_what_changed_and_where_to_get_updates(visitor: Any) -> None:
    page = visitor.get(f"/areas/{NOTTINGHAM}/sources").text
    assert "What changed" in page
    assert "Employment rate: the figure for 2022 was 65.0% and is now 65.1%" in page
    assert f'href="/feeds/areas/{NOTTINGHAM}.atom"' in page
    summary = visitor.get(f"/areas/{NOTTINGHAM}").text
    assert f'href="/areas/{NOTTINGHAM}/sources#what-changed"' in summary
    assert (
        f'<link rel="alternate" type="application/atom+xml" title="What is new for this area" '
        f'href="/feeds/areas/{NOTTINGHAM}.atom">'
    ) in summary
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
    page = client.get(f"/areas/{NOTTINGHAM}/sources").text
    assert (
        "No figure for Nottingham has been added or revised since this service began to keep count." in page
    )


# ---- changes that were not the publisher's -------------------------------------------------------------

THIRD, FOURTH = "2026-11-21T10:00:00.000+00:00", "2026-11-22T08:00:00.000+00:00"


def published_run(name: str, at: str, details: dict[str, Any]) -> dict[str, Any]:
    """A published run within a minute after the instant of its changes."""
    return {
        "run_id": name,
        "source_id": "ons_local_indicators",
        "started_at": at,
        "finished_at": at.replace("00.000", "59.000"),
        "outcome": "published",
        "message": "figures: 1 revised",
        "details": json.dumps(details),
    }


@pytest.fixture(scope="module")
def undone(
    tmp_path_factory: pytest.TempPathFactory,
    register: Register,
    indicators: dict[str, Indicator],
    seed_store: Callable[[Store], None],
) -> Iterator[Any]:
    """A store in which one figure was rolled back and one corrected beside another that the publisher revised."""
    folder: Path = tmp_path_factory.mktemp("undone")
    settings = load_settings(data_dir=folder, database_url="")
    store = Store(settings.store_url, register=register, catalogue=indicators)
    seed_store(store)
    fact = {
        "edition": "2024-11",
        "measure": "employment-rate",
        "area_code": NOTTINGHAM,
        "period": Y2022,
        "sex": "persons",
        "age": "16-64",
        "breakdown": "all",
        "expect": 16.1,
        "value": 61.1,
        "reason": "Table 3 has it right.",
        "indicators": ["employment-rate"],
    }
    with store.connections.writing() as connection:
        connection.execute(
            schema.run.insert(),
            [
                published_run("back", THIRD, {"rolled_back": {"reason": "last year's file", "editions": []}}),
                published_run(
                    "corrected",
                    FOURTH,
                    {"cause": {"kind": "publication", "corrections": [fact], "ended": []}},
                ),
            ],
        )
        connection.execute(
            schema.revision.insert(),
            [
                {**revision(NOTTINGHAM, 66.9, 65.1), "changed_at": THIRD},
                {**revision("E06000014", 79.0, None, "withdrawn"), "changed_at": THIRD},
                {**revision(NOTTINGHAM, 65.1, 61.1), "changed_at": FOURTH},
                {**revision(BUCKINGHAMSHIRE, 80.0, 80.2), "changed_at": FOURTH},
            ],
        )
    context = Context(settings, register, indicators, store, lambda: date(2026, 11, 22))
    yield build_app(context).server.test_client()
    store.close()


def test_the_api_says_of_each_change_whose_it_was(undone: Any) -> None:
    found = {
        (row["area_name"], row["changed_at"]): (row["kind"], row["cause"], row["reason"])
        for row in changes(undone)
    }
    assert found == {
        ("Nottingham", FOURTH): ("revised", "correction", "Table 3 has it right."),
        ("Buckinghamshire", FOURTH): ("revised", None, None),
        ("Nottingham", THIRD): ("revised", "rollback", "last year's file"),
        ("York", THIRD): ("withdrawn", "rollback", "last year's file"),
    }


def test_a_rollback_and_a_correction_are_called_so_on_the_page_and_in_the_feed(undone: Any) -> None:
    corrected = "Employment rate: the figure for 2022 was 65.1% and is now 61.1%. Corrected here: Table 3 has it right."
    back = (
        "Employment rate: the figure for 2022 was 66.9% and is now 65.1%. Rolled back here to the release before: "
        "last year's file."
    )
    page = html.unescape(undone.get(f"/areas/{NOTTINGHAM}/sources").text)
    assert corrected in page and back in page
    titles = [title for _, title, _ in entries(feed(undone, f"/feeds/areas/{NOTTINGHAM}.atom"))]
    assert titles == [corrected, back]
    # a figure that its publisher still gives is not called withdrawn by the publisher
    york = html.unescape(undone.get("/areas/E06000014/sources").text)
    assert "the figure for 2022 was 79.0%, and is no longer shown. Rolled back here" in york
    assert "no longer gives it" not in york


def test_the_feed_of_the_indicator_tells_a_correction_from_a_revision_of_the_same_instant(
    undone: Any,
) -> None:
    titles = [title for _, title, _ in entries(feed(undone, "/feeds/indicators/employment-rate.atom"))]
    assert titles == [
        "Employment rate: the figure for 2022 was 80.0% and is now 80.2%",
        "Employment rate: the figure for 2022 was 65.1% and is now 61.1%. Corrected here: Table 3 has it right.",
        "Employment rate: the figure for 2022 was 66.9% and is now 65.1%. Rolled back here to the release before: "
        "last year's file.",
        "Employment rate: the figure for 2022 was 79.0%, and is no longer shown. Rolled back here to the release before: "
        "last year's file.",
    ]


def test_many_changes_are_counted_with_their_cause() -> None:
    indicator = catalogue()["employment-rate"]

    def said(kind: Any, figures: int, cause: Cause | None) -> str:
        group = ChangeGroup(
            THIRD, kind, "employment-rate", figures, Y2022, Y2023, "Local indicators", 1.0, 2.0, cause
        )
        return change_words(group, indicator)

    assert said("revised", 3, None) == "Employment rate: 3 figures revised, for 2022 to 2023"
    assert said("revised", 3, Cause("correction", "A slip")) == (
        "Employment rate: 3 figures corrected, for 2022 to 2023. Corrected here: A slip."
    )
    assert said("withdrawn", 3, Cause("rollback", "A slip.")) == (
        "Employment rate: 3 figures no longer shown, for 2022 to 2023. Rolled back here to the release before: A slip."
    )
    assert said("added", 3, Cause("rollback", "A slip.")).startswith(
        "Employment rate: figures shown again, for"
    )
    assert said("revised", 3, Cause("recalculated")) == (
        "Employment rate: 3 figures changed, for 2022 to 2023. Recalculated here from the same files."
    )
    assert said("revised", 1, Cause("correction_ended", "A slip.")).endswith(
        "A correction made here was taken out, which had said: A slip."
    )


def test_worked_out_figures_are_updated_and_come_from_no_publication() -> None:
    gap = catalogue()["employment-gap-learning-disability"]
    made = next(route.publication for route in gap.routes if route.method == "difference")
    group = ChangeGroup(THIRD, "added", gap.id, 3, Y2022, Y2022, made, None, None)
    assert additions_lead(group, gap) == "Updated"
    assert (
        additions_lead(replace(group, publication="Local indicators"), gap)
        == "New figures from Local indicators"
    )
