"""The releases behind a set of figures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dashboard.address.context import Context
from dashboard.answers.releases import Release
from dashboard.queries.releases import current_releases, named_releases, releases_of

from .conftest import ENGLAND, HALF, WHOLE, row


def release(release_id: str, **more: Any) -> dict[str, Any]:
    return {
        "release_id": release_id,
        "source_id": release_id.split(":")[0],
        "publisher": "Office for National Statistics",
        "publication": "Local indicators",
        "edition": "2024-11",
        "published_on": "2024-11-12",
        "loaded_at": "2026-11-20T10:00:00Z",
        "licence": "Open Government Licence v3.0",
        "url": None,
        "illustrative": 0,
        "origin": "publisher",
        "rows": 1,
        **more,
    }


def test_each_release_once_in_the_order_of_the_rows(asking: Callable[..., Context]) -> None:
    current = [release("ons:1"), release("nhs:2", publisher="NHS England", illustrative=1), release("ons:3")]
    context = asking([], current)
    rows = [
        row(WHOLE, "ltla", 70.0, release="nhs:2"),
        row(HALF, "ltla", 70.0),
        row(ENGLAND, "england", 75.0, release="nhs:2"),
    ]
    found = releases_of(context, rows)
    assert [release.release_id for release in found] == ["nhs:2", "ons:1"]
    assert found[0].is_illustrative is True
    assert found[1] == Release(
        "ons:1",
        "ons",
        "Office for National Statistics",
        "Local indicators",
        "2024-11",
        "2024-11-12",
        "2026-11-20T10:00:00Z",
        "Open Government Licence v3.0",
        None,
        False,
    )


def test_a_release_that_is_no_longer_current_is_left_out(asking: Callable[..., Context]) -> None:
    assert releases_of(asking([], [release("ons:1")]), [row(WHOLE, "ltla", 1.0, release="ons:0")]) == ()
    assert releases_of(asking([]), []) == ()


def test_current_releases_say_which_are_sums_of_ours(asking: Callable[..., Context]) -> None:
    found = current_releases(asking([], [release("derived:1", origin="derived"), release("ons:1")]))
    assert [(release.release_id, release.is_derived) for release in found] == [
        ("derived:1", True),
        ("ons:1", False),
    ]


def test_a_release_is_named_with_each_title_once(asking: Callable[..., Context]) -> None:
    context = asking([], [release("ons:1"), release("nhs:2")])
    figures = [
        ("Pay", row(WHOLE, "ltla", 1.0, release="ons:1")),
        ("Recovery", row(WHOLE, "ltla", 1.0, release="nhs:2")),
        ("Employment", row(WHOLE, "ltla", 1.0, release="ons:1")),
        ("Pay", row(HALF, "ltla", 1.0, release="ons:1")),
        ("Gone", row(HALF, "ltla", 1.0, release="ons:0")),
    ]
    named = named_releases(context, figures)
    assert [(found.release.release_id, found.titles) for found in named] == [
        ("ons:1", ("Pay", "Employment")),
        ("nhs:2", ("Recovery",)),
    ]
