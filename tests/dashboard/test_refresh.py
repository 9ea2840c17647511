"""What is loaded: sources, releases, files, the outcome of the last run with its problem verbatim, commands; and About."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from dashboard.address.context import Context
from dashboard.components.html import text_of
from dashboard.components.sources import releases_table
from dashboard.queries.freshness import source_states
from dashboard.sentences.freshness import size_words
from dashboard.serving.application import build_app
from geodata.register import Register
from indicators.catalogue import Indicator
from indicators.settings import load_settings
from indicators.store import Store, schema

MESSAGE = (
    "ascof_2020-21.csv: row 17: column 'Outcome': '<b>5.1%</b>': expected a number; ask the publisher\n"
    "ascof_2020-21.csv: column 'Geographical Code' gone; found ['Code', 'Name']"
)
SHA = "ab12cd34ef567890" + "0" * 48


def _seed(store: Store) -> None:
    store.create()
    with store.connections.writing() as connection:
        connection.execute(
            schema.snapshot.insert(),
            [
                {
                    "sha256": SHA,
                    "file_name": "employment-rate.csv",
                    "url": "https://www.ons.gov.uk/employment-rate.csv",
                    "size": 1_234_567,
                    "retrieved_at": "2026-11-19T09:00:00+00:00",
                    "published_on": "2025-11-04",
                    "licence": "Open Government Licence v3.0",
                    "stored": True,
                }
            ],
        )
        connection.execute(
            schema.release.insert(),
            [
                _release("ons_local_indicators:2025-11:aa", "Office for National Statistics", "starter"),
                _release("ascof:2020-21:bb", "NHS Digital", "publisher"),
                _release("mhsds:illustrative:cc", "Invented", "illustrative"),
            ],
        )
        connection.execute(
            schema.release_file.insert(),
            [
                {
                    "release_id": "ons_local_indicators:2025-11:aa",
                    "sha256": SHA,
                    "role": "figures",
                    "file_name": "employment-rate.csv",
                }
            ],
        )
        connection.execute(
            schema.run.insert(),
            [
                _run("1", "ons_local_indicators", "published", "10 added", _DETAILS),
                _run("2", "ascof", "published", "20 added"),
                _run("3", "ascof", "failed", MESSAGE, day=21),
                _run("4", "nhs_talking_therapies", "quarantined", "12 areas lost (106 before, 94 now)"),
                _run("5", "deprivation", "published", "1 revised", _ROLLED_BACK),
                _run("6", "deprivation", "unchanged", _KEPT_OUT, {"refused": [{}]}, day=21),
            ],
        )
        connection.execute(
            schema.source.insert(),
            [
                _known("ons_local_indicators", 0, live=True, months="[1, 4, 7, 10]", day=14),
                _known("deprivation", 1),
                _known("ons_geography", 2),
            ],
        )


def _known(
    source_id: str, place: int, live: bool = False, months: str | None = None, day: int | None = None
) -> dict[str, Any]:
    return {
        "source_id": source_id,
        "place": place,
        "title": f"Title of {source_id}",
        "publisher": f"Publisher of {source_id}",
        "licence": "Open Government Licence v3.0",
        "url": "https://example.org",
        "cadence": "when it is ready",
        "live": live,
        "months": months,
        "day": day,
    }


_KEPT_OUT = "2025: left out, since it was rolled back on 2026-11-20 (a slip)"
_ROLLED_BACK = {"editions": [], "rolled_back": {"reason": "a slip", "editions": []}}
_DETAILS = {
    "editions": [{"release_id": "ons_local_indicators:2025-11:aa"}],
    "diff": {
        "totals": {"added": 1200, "revised": 3, "removed": 0, "moved": 7, "unchanged": 40},
        "indicators": {"employment-rate": {"added": 1200, "revised": 3, "removed": 0, "unchanged": 40}},
        "reasons": [],
    },
    "cross_checks": [
        {
            "indicator_id": "employment-rate",
            "against": "sums of regions for England, numerator",
            "compared": 12,
            "apart": 1,
            "largest": 10.0,
            "examples": [
                {"area_code": "E92000001", "period": "2023-01-01/P1Y", "ours": 936.0, "theirs": 946.0}
            ],
        }
    ],
    "corrections": [
        {
            "edition": "2025-11",
            "measure": "rate",
            "area_code": "E06000018",
            "period": "2023-01-01/P1Y",
            "expect": 16.1,
            "value": 61.1,
            "reason": "Table 3 has it right.",
        }
    ],
    "warnings": ["2025-11: 3 areas not in the register"],
    "rows": [
        {"edition": "2025-11", "rows_in": 1320, "used": 1200, "set_aside": 120},
        {"edition": "2025-10", "rows_in": 43, "used": 43, "set_aside": 0},
    ],
    "set_aside": [
        {"edition": "2025-11", "reason": "area outside England", "rows": 120, "examples": ["W06000001"]}
    ],
}


def _release(release_id: str, publisher: str, origin: str) -> dict[str, Any]:
    return {
        "release_id": release_id,
        "source_id": release_id.split(":")[0],
        "edition": release_id.split(":")[1],
        "publication": f"Publication of {release_id.split(':')[0]}",
        "publisher": publisher,
        "licence": "Open Government Licence v3.0",
        "url": None,
        "attribution": "",
        "published_on": "2025-11-04",
        "loaded_at": "2026-11-20T10:00:00+00:00",
        "replaced_at": None,
        "origin": origin,
        "illustrative": origin == "illustrative",
        "is_current": True,
        "identity": release_id,
        "parser_version": 1,
        "precedence": 0,
        "rows": 34_829,
        "accepted": None,
    }


def _run(
    run_id: str, source_id: str, outcome: str, message: str, details: Any = None, day: int = 20
) -> dict[str, Any]:
    return {
        "run_id": run_id,
        "source_id": source_id,
        "started_at": f"2026-11-{day}T09:59:00+00:00",
        "finished_at": f"2026-11-{day}T10:05:00+00:00",
        "outcome": outcome,
        "message": message,
        "details": json.dumps(details or {}),
    }


def _context(folder: Path, register: Register, indicators: dict[str, Indicator], seeded: bool) -> Context:
    settings = load_settings(data_dir=folder, database_url="")
    store = Store(settings.store_url, register=register, catalogue=indicators)
    if seeded:
        _seed(store)
    else:
        store.create()
    return Context(settings, register, indicators, store, lambda: date(2026, 11, 22))


@pytest.fixture(scope="module")
def loaded(
    tmp_path_factory: pytest.TempPathFactory, register: Register, indicators: dict[str, Indicator]
) -> Context:
    return _context(tmp_path_factory.mktemp("refresh"), register, indicators, seeded=True)


@pytest.fixture(scope="module")
def empty(
    tmp_path_factory: pytest.TempPathFactory, register: Register, indicators: dict[str, Indicator]
) -> Context:
    return _context(tmp_path_factory.mktemp("nothing"), register, indicators, seeded=False)


def page_of(context: Context, address: str) -> str:
    answer = build_app(context).server.test_client().get(address)
    assert answer.status_code == 200
    text = answer.get_data(as_text=True)
    return text[text.index("<main") : text.index("</main>")]


def words_of(context: Context, address: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page_of(context, address))).split())


def test_what_is_loaded_stands_on_the_data_page_for_readers(loaded: Context) -> None:
    page = page_of(loaded, "/data")
    assert 'id="releases"' in page
    words = words_of(loaded, "/data")
    assert "Figures last changed on 20 November 2026." in words
    assert (
        "Title of ons_local_indicators Publisher of ons_local_indicators 4 November 2025 20 November 2026 14 January 2027 "
        "34,829"
    ) in words
    assert "Mental Health Services Monthly Statistics (illustrative, not real)" in words
    # a run that failed is for whoever runs the service
    assert "expected a number" not in words


def test_every_source_of_the_catalogue_is_listed(loaded: Context) -> None:
    wanted = {route.source for indicator in loaded.catalogue.values() for route in indicator.routes}
    assert {state.source_id for state in source_states(loaded)} >= wanted
    words = words_of(loaded, "/refresh")
    for source_id in wanted:
        assert source_id in words


def test_a_problem_is_shown_word_for_word_and_escaped(loaded: Context) -> None:
    page = page_of(loaded, "/refresh")
    assert "&#39;&lt;b&gt;5.1%&lt;/b&gt;&#39;: expected a number" in page
    assert "<b>5.1%" not in page
    words = words_of(loaded, "/refresh")
    assert " ".join(MESSAGE.split()) in words
    assert "The last refresh failed. Nothing was changed: the figures from before are still shown." in words
    assert (
        "Failed, 21 November 2026 at 10:05 (UTC). It last published on 20 November 2026 at 10:05 (UTC)."
        in words
    )


def test_a_held_back_release_says_how_to_accept_it(loaded: Context) -> None:
    words = words_of(loaded, "/refresh")
    assert "12 areas lost (106 before, 94 now)" in words
    assert "If the change is right, accept it with a reason." in words


def test_problems_stand_first(loaded: Context) -> None:
    words = words_of(loaded, "/refresh")
    assert words.index("Needs someone’s attention") < words.index("Summary") < words.index("Source by source")
    assert "2 sources could not be refreshed last time" in words


def test_releases_show_publisher_dates_rows_licence_and_origin(loaded: Context) -> None:
    words = words_of(loaded, "/refresh")
    assert (
        "Publication of ons_local_indicators Office for National Statistics 2025-11 Starter edition, shipped with this "
        "service 4 November 2025 20 November 2026 34,829 Open Government Licence v3.0"
    ) in words


def test_files_are_named_with_the_beginning_of_their_checksum(loaded: Context) -> None:
    words = words_of(loaded, "/refresh")
    assert (
        "employment-rate.csv 2025-11 ab12cd34ef56… 1.2 MB 19 November 2026 https://www.ons.gov.uk/employment-rate.csv"
        in words
    )


def test_what_the_run_noted_is_shown(loaded: Context) -> None:
    words = words_of(loaded, "/refresh")
    assert "2025-11: 3 areas not in the register" in words
    assert "2025-11: 120 rows left out. Reason: area outside England. Examples: W06000001." in words
    assert "1,363 rows read: 1,243 used in figures, 120 left out for the reasons given." in words


def test_sources_have_their_title_and_dates_before_they_are_loaded(loaded: Context) -> None:
    words = words_of(loaded, "/refresh")
    assert (
        "Title of ons_local_indicators Real 34,829 4 November 2025 14 October 2026 14 January 2027 "
        "Figures were published: 1,200 added and 3 revised"
    ) in words
    assert "Title of ons_geography Not loaded 0 – – – Never run" in words
    assert (
        "Publisher Publisher of ons_local_indicators How often it is published when it is ready Expected Last on "
        "14 October 2026, next on 14 January 2027 How it comes here It can be fetched from its publisher, or read "
        "from a folder"
    ) in words
    assert "Expected No date is known; see how often it is published" in words
    states = source_states(loaded)
    assert [state.source_id for state in states[:3]] == [
        "ons_local_indicators",
        "deprivation",
        "ons_geography",
    ]


def test_what_the_last_publication_changed_and_what_was_checked(loaded: Context) -> None:
    words = words_of(loaded, "/refresh")
    assert "What changed on 20 November 2026: 1,200 added and 3 revised" in words
    assert "Employment rate 1,200 3 0 40" in words
    assert "Cross-checks: 1 of 12 differ" in words
    assert "Sums of regions for England, numerator 12 1 England, 2023: 936 here, 946 there" in words
    assert (
        "2025-11: rate, E06000018, 2023-01-01/P1Y: the publisher gives 16.1; here 61.1. Table 3 has it right."
        in words
    )


def test_a_rollback_and_what_it_keeps_out_are_reported(loaded: Context) -> None:
    words = words_of(loaded, "/refresh")
    assert "Rolled back 20 November 2026 at 10:05 (UTC), to the release before: a slip" in words
    assert f"Kept out, since someone rolled it back: {_KEPT_OUT}" in words


def test_what_to_do_stands_beside_a_problem(loaded: Context) -> None:
    words = words_of(loaded, "/refresh")
    assert 'python -m etl refresh nhs_talking_therapies --accept "why it is right"' in words
    assert "run it again: python -m etl refresh ascof --from FOLDER" in words


def test_illustrative_sources_are_named(loaded: Context) -> None:
    words = words_of(loaded, "/refresh")
    assert "Some figures are illustrative." in words
    assert "From 1 source Mental Health Services Monthly Statistics" in words


def test_boundaries_that_are_not_loaded_say_how_to_load_them(loaded: Context) -> None:
    assert "python -m etl refresh ons_geography --from FOLDER" in words_of(loaded, "/refresh")


def test_an_empty_store_says_what_to_do(empty: Context) -> None:
    words = words_of(empty, "/refresh")
    assert "No figures are loaded yet. How to load them is on this page." in words
    assert "python -m etl starter load" in words
    assert "Never run" in words


@pytest.mark.parametrize(
    "address", ["/areas", "/areas/E06000018", "/indicators", "/indicators/employment-rate", "/about"]
)
def test_pages_over_an_empty_store_say_why_they_are_empty(empty: Context, address: str) -> None:
    words = words_of(empty, address)
    assert (
        address in ("/areas", "/about")
        or "No figures are loaded" in words
        or "There are no figures yet" in words
    )


@pytest.mark.parametrize(
    ("size", "words"), [(1, "1 byte"), (812, "812 bytes"), (14_200, "14 KB"), (3_200_000, "3.2 MB")]
)
def test_sizes_in_words(size: int, words: str) -> None:
    assert size_words(size) == words


def test_about_explains_intervals_words_statuses_licences_and_access(loaded: Context) -> None:
    words = words_of(loaded, "/about")
    for heading in (
        "How to read an interval",
        "What better, similar and worse mean",
        "Small numbers",
        "When there is no figure",
        "Illustrative figures",
        "Licence and attribution",
        "No endorsement",
        "Accessibility",
    ):
        assert heading in words
    assert "Contains OS data © Crown copyright and database right" in words
    assert "Hidden by the publisher (small numbers)" in words
    assert "no figure here is a reason to push anyone into any job" in words


def test_about_names_every_attribution_of_the_project() -> None:
    from dashboard.pages.about import ATTRIBUTIONS

    document = (Path(__file__).parents[2] / "docs" / "data-attribution.md").read_text(encoding="utf-8")
    for _, publisher, _ in ATTRIBUTIONS:
        first = re.split(r"[,;:(]", publisher)[0].strip()
        assert first in document or first == "As cited at each figure"


@pytest.mark.parametrize(("releases", "folded"), [(3, False), (4, True)])
def test_many_releases_of_a_source_fold_away(empty: Context, releases: int, folded: bool) -> None:
    known = _release("ons_local_indicators:2024-11:ab12cd34", "Office for National Statistics", "publisher")
    state = replace(
        next(state for state in source_states(empty) if state.source_id == "ons_local_indicators"),
        releases=tuple(
            {**known, "release_id": f"ons_local_indicators:{n}:ab12cd34"} for n in range(releases)
        ),
    )
    text = text_of(releases_table(state))
    assert ("<details" in text) is folded
    assert (f"{releases} releases are loaded" in text) is folded
