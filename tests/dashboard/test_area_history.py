"""How an area changed: its steps in words, its picture and table, on its own page and on that of trends."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest

from dashboard.address.context import Context
from dashboard.answers.area_history import AreaTimeline
from dashboard.components.area_history import area_changes, folded_changes
from dashboard.components.html import text_of
from dashboard.figures.timeline import MOST_ROWS, timeline_svg
from dashboard.queries.area_history import area_history
from dashboard.sentences.area_history import (
    areas_words,
    step_words,
    timeline_label,
    timeline_summary,
    unplaced_words,
)
from geodata.register import load_register
from indicators.catalogue import catalogue
from indicators.settings import load_settings
from indicators.store import Store

LEEDS, FRIMLEY, CUMBERLAND, DERBYSHIRE = "E38000225", "E54000034", "E06000063", "E54000058"


def asked(today: date = date(2026, 11, 22)) -> Context:
    """A context of the real register, whose store is never asked."""
    settings = load_settings(data_dir=Path("nowhere"), database_url="")
    return Context(settings, load_register(), catalogue(), cast(Store, None), lambda: today)


def timeline(code: str, today: date = date(2026, 11, 22)) -> AreaTimeline:
    found = area_history(asked(today), code)
    assert found is not None
    return found


def told(code: str) -> list[tuple[str, str, list[str], list[str]]]:
    return [
        (step.changed_on.isoformat(), step_words(step), areas_words(step.before), areas_words(step.after))
        for step in timeline(code).steps
    ]


def test_the_steps_of_leeds() -> None:
    assert told(LEEDS) == [
        (
            "2018-04-01",
            "3 areas became one",
            ["NHS Leeds North CCG", "NHS Leeds South and East CCG", "NHS Leeds West CCG"],
            ["NHS Leeds CCG"],
        ),
        (
            "2022-07-01",
            "New type of area, same code",
            ["NHS Leeds CCG"],
            ["NHS West Yorkshire ICB – Leeds (15F)"],
        ),
    ]


def test_a_division_a_part_and_a_moved_border() -> None:
    assert told(FRIMLEY)[-1] == (
        "2026-04-01",
        "Divided",
        ["NHS Frimley Integrated Care Board"],
        [
            "NHS Thames Valley Integrated Care Board (about 57%)",
            "NHS Hampshire and Isle of Wight Integrated Care Board (about 23%)",
            "NHS Surrey and Sussex Integrated Care Board (about 20%)",
        ],
    )
    assert [words for _, words, _, _ in told(CUMBERLAND)] == [
        "3 areas became one",
        "Made from a part of another area",
    ]
    assert told(DERBYSHIRE)[0][1:3] == (
        "Boundary changed",
        ["Joined Up Care Derbyshire", "Greater Manchester Health and Social Care Partnership (about 1%)"],
    )
    # the other side of each
    assert told("E07000026")[0][1] == "Became part of another area"
    assert told("E54000007")[0][1] == "Boundary changed"
    assert told("E08000038") == [("2025-04-01", "New code, same land", ["Barnsley"], ["Barnsley"])]


def test_a_part_whose_successor_is_not_known_is_told() -> None:
    last = timeline("E38000252").steps[-1]
    assert (step_words(last), unplaced_words(last)) == (
        "Ended, and a part went to another area",
        "Not known for the rest (about 77%).",
    )
    assert unplaced_words(timeline(LEEDS).steps[0]) == ""


def test_an_old_code_has_the_history_of_its_land_and_no_step_lies_ahead() -> None:
    assert area_history(asked(), "E08000016") == timeline("E08000038")
    assert area_history(asked(), "E06000018") is None
    before = timeline(FRIMLEY, date(2026, 3, 31))
    assert [step.kind for step in before.steps] == ["new_type"]


def test_the_picture_has_a_bar_for_each_code_and_a_line_for_each_day() -> None:
    found = timeline(LEEDS)
    svg = timeline_svg(found, timeline_label(found))
    assert svg.count("<rect") == 4 and svg.count("<line") == 2
    assert re.findall(r'class="wh-tick"[^>]*>([^<]+)<', svg) == ["Apr 2018", "Jul 2022"]
    assert svg.count('class="wh-timeline-own"') == 1
    # three bars end where the fourth begins
    bars = [
        tuple(map(float, pair)) for pair in re.findall(r'<rect x="([\d.]+)%" y="\d+" width="([\d.]+)%"', svg)
    ]
    assert bars[0] == bars[1] == bars[2]
    assert bars[0][0] + bars[0][1] == pytest.approx(bars[3][0], abs=0.1)
    assert bars[3][0] + bars[3][1] == pytest.approx(100)
    assert timeline_label(found) == (
        "Timeline. NHS West Yorkshire ICB – Leeds (15F) and 3 areas it was made of or became: 2 days of change, between 1 "
        "April 2018 and 1 July 2022. Every change is in the table below."
    )
    assert timeline_summary(found) == "The area or a part of it changed on 1 April 2018 and 1 July 2022."


def test_every_history_of_the_register_can_be_told_and_drawn() -> None:
    context = asked()
    without = []
    for code in sorted({area.area_code for area in context.register}):
        found = area_history(context, code)
        if found is None:
            continue
        svg = timeline_svg(found, timeline_label(found))
        (without.append(code) if not svg else None)
        for start, width in re.findall(r'<rect x="([\d.]+)%" y="\d+" width="([\d.]+)%"', svg):
            assert 0 <= float(start) <= 100 and float(start) + float(width) <= 100.5, code
        assert len(text_of(area_changes(found))) > 400
    # a location that was made of more groups than a picture can hold is shown by its table
    assert all(len(timeline(code).lives) > MOST_ROWS for code in without)
    assert len(without) < 10


def test_texts_are_escaped() -> None:
    found = timeline(LEEDS)
    hostile = replace(found, lives=tuple(replace(life, name="<b>") for life in found.lives))
    svg = timeline_svg(hostile, '"><script>')
    assert "<b>" not in svg and "<script>" not in svg and "&lt;b&gt;" in svg


def test_nothing_is_folded_for_an_area_that_never_changed() -> None:
    assert area_changes(None) == [] and folded_changes(None, "Nottingham") is None


def test_the_page_of_an_area_and_that_of_trends_show_it(client: Any) -> None:
    page = client.get(f"/areas/{CUMBERLAND}/similar").get_data(as_text=True)
    assert "How this area changed" in page and "Made from a part of another area" in page
    assert page.count('class="wh-timeline"') == page.count('id="area-changes"') == 1
    assert 'class="wh-timeline"' not in client.get("/areas/E06000018/similar").get_data(as_text=True)
    address = "/trends?indicator=employment-rate&area_type=ltla&area="
    folded = client.get(f"{address}{CUMBERLAND},E06000018").get_data(as_text=True)
    assert "How Cumberland changed" in folded and folded.count('class="wh-timeline"') == 1
    assert 'class="wh-timeline"' not in client.get(f"{address}E06000018,{CUMBERLAND}").get_data(as_text=True)
