"""A release that waits in quarantine: before and after on its own page, and on no other."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.address.context import Context
from dashboard.answers.quarantine import HeldMap
from dashboard.answers.small_map import Small
from dashboard.figures.classes import quintiles
from dashboard.figures.quarantine import bounds_of, class_of, svg
from dashboard.queries.quarantine import held, waiting
from dashboard.serving.application import build_app
from geodata.register import Register
from indicators.catalogue import Indicator
from indicators.settings import load_settings
from indicators.store import Store
from indicators.store.writing import note_sources, record_run

NOTTINGHAM, ENGLAND, DERBY = "E06000018", "E92000001", "E06000015"
SOURCE = "ons_local_indicators"
COMMAND = f'python -m etl refresh {SOURCE} --accept "why it is right"'
REASONS = ["employment-rate, 2023-01-01/P1Y: areas are gone: E06000018 Nottingham"]
LINE = {
    "indicator_id": "employment-rate",
    "period": "2023-01-01/P1Y",
    "sex": "persons",
    "age": "16-64",
    "breakdown": "all",
    "figures": [
        [DERBY, 70.0, "ok", 11.77, "ok"],
        [NOTTINGHAM, 66.1, "ok", None, "withdrawn"],
        [ENGLAND, 76.0, "ok", 76.4, "ok"],
        ["E09000001", None, "unreliable", 55.5, "ok"],
        ["X1", None, "", 50.0, "ok"],
    ],
}
HELD = {"lines": [LINE, {**LINE, "indicator_id": "of-another-catalogue"}], "left_out": 7}


def run(outcome: str, day: int, details: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "run_id": f"2026-11-{day}-{outcome}",
        "source_id": SOURCE,
        "started_at": f"2026-11-{day}T10:00:00.000+00:00",
        "finished_at": f"2026-11-{day}T10:05:00.000+00:00",
        "outcome": outcome,
        "message": "\n".join(REASONS),
        "details": json.dumps(details or {}),
    }


DETAILS = {
    "diff": {
        "totals": {},
        "indicators": {"employment-rate": {"added": 1, "revised": 2, "removed": 1, "unchanged": 590}},
        "reasons": REASONS,
    },
    "editions": [{"edition": "2026-11", "files": [{"file_name": "rates.csv", "sha256": "ab" * 32}]}],
}


@pytest.fixture
def waiter(
    tmp_path: Path,
    register: Register,
    indicators: dict[str, Indicator],
    context: Context,
    seed_store: Callable[[Store], None],
) -> Context:
    settings = load_settings(data_dir=tmp_path, database_url="")
    store = Store(settings.store_url, register=register, catalogue=indicators)
    seed_store(store)
    record_run(store, run("quarantined", 20, DETAILS), HELD)
    return Context(settings, register, indicators, store, context.today)


def page(context: Context, path: str = f"/quarantine/{SOURCE}") -> str:
    text = build_app(context).server.test_client().get(path).text
    body = text[text.index("<main") : text.index("</main>")]
    return " ".join(
        unescape(re.sub(r"<[^>]+>", " ", re.sub(r"<svg.*?</svg>", " ", body, flags=re.S))).split()
    )


def test_the_page_has_the_reasons_the_command_and_both_values(waiter: Context) -> None:
    words = page(waiter)
    assert "were held back on 20 November 2026 at 10:05 (UTC)." in words
    assert REASONS[0] in words and COMMAND in words
    assert "Of 304 areas with a figure, 1 would lose it and 2 would get another one. 2 areas" in words
    # what is lost first, then what moves furthest
    assert (
        "Nottingham E06000018 66.1% Not in the release Gone Derby E06000015 70.0% 11.8% −58.2% "
        "England E92000001 76.0% 76.4% +0.4% City of London E09000001 Too uncertain to publish 55.5% – "
        "X1 X1 No figure 50.0% New"
    ) in words
    assert "7 more changed figures of these lines were not kept for this page." in words
    assert "Not in the catalogue of this service: of-another-catalogue." in words
    assert "rates.csv 2026-11 abababababab…" in words


def test_indicators_are_named_by_their_titles_where_they_are_known(waiter: Context) -> None:
    found = held(waiter, SOURCE)
    assert found is not None
    assert [name for name, _ in found.changes] == ["Employment rate"]
    others = {name: entry for name, entry in waiter.catalogue.items() if name != "employment-rate"}
    again = held(Context(waiter.settings, waiter.register, others, waiter.store, waiter.today), SOURCE)
    assert again is not None and [name for name, _ in again.changes] == ["employment-rate"]


def test_two_maps_are_drawn_in_the_same_classes(waiter: Context) -> None:
    found = held(waiter, SOURCE)
    assert found is not None and len(found.lines) == 1
    drawn = found.lines[0].map
    assert drawn is not None and drawn.plural == "Local authorities (lower tier)"
    assert len(drawn.before) == len(drawn.after) == len(drawn.drawing.paths) > 290
    # Nottingham, Derby and the City of London; England is no such area
    assert len(drawn.changed) == 3
    differing = [place for place in range(len(drawn.before)) if drawn.before[place] != drawn.after[place]]
    assert tuple(differing) == drawn.changed
    before, after = (svg(drawn, after=side, label="A map", name=f"m{side}") for side in (False, True))
    assert before != after and before.count("<path") == 1 + 6 and after.count("<path") == 1 + 6 + 2


def test_no_other_page_file_or_answer_shows_it(waiter: Context) -> None:
    client = build_app(waiter).server.test_client()
    assert "11.8%" in client.get(f"/quarantine/{SOURCE}").text
    for path in (
        "/", "/map", f"/areas/{DERBY}", f"/areas/{DERBY}/figures", "/compare", "/indicators/employment-rate", "/data",
        "/refresh", "/quarantine", "/csv/map", f"/csv/areas/{DERBY}", "/feeds/all.atom",
        "/api/v1/observations?indicator=employment-rate&area_type=ltla", "/api/v1/changes", "/api/v1/releases",
        f"/api/v1/profile?area={DERBY}",
    ):  # fmt: skip
        answer = client.get(path)
        assert answer.status_code in (200, 404), path
        assert not any(number in answer.text for number in ("11.77", "11.8%")), path
    assert "/quarantine" in client.get("/robots.txt").text


def test_the_refresh_page_leads_to_it_and_the_list_names_it(waiter: Context) -> None:
    client = build_app(waiter).server.test_client()
    assert f'href="/quarantine/{SOURCE}"' in client.get("/refresh").text
    assert f'href="/quarantine/{SOURCE}"' in client.get("/quarantine").text
    assert "1 source has a release that someone has to look at." in page(waiter, "/quarantine")


def test_nothing_waits_once_it_is_published(waiter: Context) -> None:
    record_run(waiter.store, run("failed", 21))
    assert [state.source_id for state in waiting(waiter)] == [SOURCE]
    record_run(waiter.store, run("published", 22))
    assert waiting(waiter) == () and held(waiter, SOURCE) is None
    answer = build_app(waiter).server.test_client().get(f"/quarantine/{SOURCE}")
    assert answer.status_code == 404 and "11.8%" not in answer.text
    assert "No release is held back." in page(waiter, "/quarantine")


def test_boundaries_are_accepted_from_their_folder(waiter: Context) -> None:
    boundaries = {**run("quarantined", 20), "source_id": "ons_geography", "run_id": "b"}
    record_run(waiter.store, {**boundaries, "message": "boundaries would be lost: region 2023"})
    note_sources(
        waiter.store,
        [
            {
                **dict.fromkeys(("title", "publisher", "licence", "url", "cadence"), "Outlines"),
                "source_id": "ons_geography",
                "place": 0,
                "live": True,
                "months": None,
                "day": None,
            }
        ],
    )
    words = page(waiter, "/quarantine/ons_geography")
    assert "New boundaries from Outlines were held back" in words
    assert "boundaries would be lost: region 2023" in words
    assert 'python -m etl refresh ons_geography --from FOLDER --accept "why it is right"' in words


values = st.lists(st.none() | st.floats(0, 100).map(lambda value: round(value, 1)), min_size=5, max_size=60)


@given(values, st.floats(-50, 150))
def test_a_value_before_keeps_its_fifth_and_any_other_has_a_class(
    before: list[float | None], other: float
) -> None:
    found = HeldMap("areas", Small(1, 1, ("",) * len(before)), tuple(before), tuple(before), ())
    if sum(value is not None for value in before) < 5:
        return
    bounds = bounds_of(found)
    assert [class_of(value, bounds) for value in before] == quintiles(before)
    place = class_of(other, bounds)
    assert place is not None and bounds[place] is not None
    present = sorted(value for value in before if value is not None)
    if other <= present[0]:
        assert place == min(number for number, bound in enumerate(bounds) if bound)
    if other > present[-1]:
        assert place == max(number for number, bound in enumerate(bounds) if bound)
