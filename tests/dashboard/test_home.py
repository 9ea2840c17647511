"""The home page: what is new, in the words and the order of publication."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest

from dashboard.address.context import Context
from dashboard.components.html import text_of
from dashboard.pages import home
from dashboard.sentences.freshness import publications_words
from tests.dashboard.conftest import ILLUSTRATIVE, RELEASE


class Changed:
    """A store that has the changes given, and of the releases of the real one."""

    def __init__(self, context: Context, changes: list[dict[str, Any]]) -> None:
        self.inner = context.store
        self.rows = changes

    def changes(self, *, limit: int) -> list[dict[str, Any]]:
        return self.rows[:limit]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


def change(indicator_id: str, period: str, release_id: str, day: str, kind: str = "added") -> dict[str, Any]:
    return {
        "indicator_id": indicator_id,
        "period": period,
        "release_id": release_id,
        "changed_at": f"{day}T10:00:00.000+00:00",
        "kind": kind,
    }


def news(context: Context, changes: list[dict[str, Any]]) -> list[str]:
    other = Context(
        context.settings,
        context.register,
        context.catalogue,
        Changed(context, changes),  # type: ignore[arg-type]
        context.today,
    )
    text = text_of(home.whats_new(other))
    items = re.findall(r"<li>(.*?)</li>", text)
    return [re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", item))).strip() for item in items]


def test_a_publication_says_when_it_came_its_newest_period_and_what_it_revised(context: Context) -> None:
    found = news(
        context,
        [
            change("employment-rate", "2023-01-01/P1Y", RELEASE, "2026-11-20"),
            change("employment-rate", "2022-01-01/P1Y", RELEASE, "2026-11-20"),
            change("employment-rate", "2022-01-01/P1Y", RELEASE, "2026-11-20", "revised"),
            change("unemployment-rate", "2023-01-01/P1Y", RELEASE, "2026-11-20"),
        ],
    )
    assert found == [
        "Employment rate, Unemployment: figures for 2023, published 12 November 2024 (Office for National "
        "Statistics), loaded 20 November 2026. 1 figure revised."
    ]


def test_the_newest_loading_comes_first_and_illustrative_figures_say_so(context: Context) -> None:
    found = news(
        context,
        [
            change("ips-access-rate", "2024-04-01/P1Y", ILLUSTRATIVE, "2026-11-21"),
            change("employment-rate", "2023-01-01/P1Y", RELEASE, "2026-11-20"),
        ],
    )
    assert [words.split(":")[0] for words in found] == ["IPS referral rate", "Employment rate"]
    assert "illustrative figures for" in found[0]
    assert "illustrative" not in found[1]


def test_nothing_new_is_no_heading(context: Context) -> None:
    assert news(context, []) == []
    # a release that is gone, or an indicator that is no more, is no news
    assert news(context, [change("employment-rate", "2023-01-01/P1Y", "gone", "2026-11-20")]) == []
    assert news(context, [change("gone", "2023-01-01/P1Y", RELEASE, "2026-11-20")]) == []


def test_questions_answered_by_real_figures_come_first_and_others_say_that_they_are_not_real(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = {
        "disability-employment-gap": [{"illustrative": True}],
        "fit-notes-rate": [{"illustrative": False}],
    }
    monkeypatch.setattr(Context, "available", lambda self, indicator_id: loaded.get(indicator_id, []))
    items = re.findall(r"<li>(.*?)</li>", text_of(home.questions(context)))
    assert [re.sub(r"<[^>]+>", " ", item).split("?")[0].strip() for item in items] == [
        "How often do GPs say that someone is not fit for work",
        "How far are disabled people from equal chances of work",
    ]
    assert [item.count("Illustrative figures, not real.") for item in items] == [0, 1]


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["Local indicators: pay"], "Local indicators: pay"),
        (
            ["Annual Population Survey, T01 (Nomis, 2022)", "Annual Population Survey, T01 (Nomis, 2023)"],
            "Annual Population Survey, T01 (2 publications)",
        ),
    ],
)
def test_publications_are_called_by_what_their_names_share(names: list[str], words: str) -> None:
    assert publications_words(names) == words
