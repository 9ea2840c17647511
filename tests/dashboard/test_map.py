"""What one map shows: benchmarks of each area's own, where areas are heading, outlines, the second map."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.address.context import Context
from dashboard.address.view import View, read_view
from dashboard.answers.area_map import AreaMap, Course
from dashboard.figures.map import packed, payload
from dashboard.queries.area_map import area_map, chosen_course, map_choices, second_view
from dashboard.sentences.area_map import (
    course_words,
    map_age,
    map_benchmark,
    map_note,
    map_summary,
    why_no_course,
)

from .reading import find, words_of

NOTTINGHAM = "E06000018"
BUCKINGHAMSHIRE = "E06000060"


def view_of(context: Context, search: str) -> View:
    view = read_view(context, f"?indicator=employment-rate&area_type=ltla&{search}")
    assert isinstance(view, View), view
    return view


def class_of(shown: AreaMap, area_code: str) -> str:
    course = shown.courses[area_code]
    return course_words(course.category, shown.indicator, is_change=shown.shading == "change")


def test_a_change_has_the_interval_of_a_difference(context: Context) -> None:
    shown = area_map(context, view_of(context, "shading=change&since=2022-01-01/P1Y"))
    course = shown.courses[NOTTINGHAM]
    # 66.1 ± 4.1 after 65.1 ± 4.1: 1.0 ± √(4.1² + 4.1²)
    assert course.difference == pytest.approx(1.0)
    assert course.lower == pytest.approx(1.0 - math.hypot(4.1, 4.1))
    assert course.upper == pytest.approx(1.0 + math.hypot(4.1, 4.1))
    assert class_of(shown, NOTTINGHAM) == "No clear change"
    drawn = payload(shown)
    assert drawn is not None
    assert drawn["since"] == "2022"


def card(client: Any, address: str) -> str:
    """The words of the card of the chosen areas."""
    return words_of(find(client.get(address).text, "map-chosen"))


def test_the_card_of_a_chosen_area_tells_its_change(client: Any) -> None:
    address = f"/map?area={NOTTINGHAM}&shading=change&since=2022-01-01/P1Y"
    told = card(client, address)
    assert "Change since 2022: +1.0 (95% interval −4.8 to +6.8) percentage points, no clear change." in told
    page = client.get(address).text
    assert "Of 294 local authorities (lower tier), 294 show no clear change since 2022." in page


def test_the_card_of_one_area_has_its_figure_and_ways_on(client: Any) -> None:
    page = find(client.get(f"/map?area={NOTTINGHAM}").text, "map-chosen")
    told = words_of(page)
    for words in ("Nottingham", "66.1%", "95% CI 62.0% to 70.2%", "Worse than England (76.0%)"):
        assert words in told, words
    hrefs = {words_of(link): link.get("href") for link in page.iter("a")}
    assert hrefs["Profile of Nottingham"] == f"/areas/{NOTTINGHAM}"
    assert hrefs["Clear the chosen areas"] == "/map?indicator=employment-rate"
    codes = hrefs["Add similar areas"].split("area=")[1].split(",")
    assert codes[0] == NOTTINGHAM and 2 <= len(codes) <= 6


def test_several_chosen_areas_share_one_card_without_a_figure_for_the_group(client: Any) -> None:
    page = find(client.get(f"/map?area={NOTTINGHAM},{BUCKINGHAMSHIRE},E12000004").text, "map-chosen")
    told = words_of(page)
    assert told.startswith("3 areas chosen")
    assert len(page.findall(".//section")) == 1
    items = [words_of(item) for item in page.iter("li")]
    assert len(items) == 3
    assert items[0] == "Nottingham 66.1% Worse 95% CI 62.0% to 70.2%"
    assert items[2] == "East Midlands is a region, so it is not on a map of local authorities (lower tier)."
    compare = next(link.get("href") for link in page.iter("a") if "Compare" in words_of(link))
    assert compare.endswith(f"area={NOTTINGHAM},{BUCKINGHAMSHIRE}")


def test_without_a_chosen_area_there_is_no_card(client: Any) -> None:
    assert card(client, "/map") == ""


def test_the_course_of_a_chosen_area_runs_from_its_first_figure(fuller: Context) -> None:
    shown = area_map(fuller, view_of(fuller, f"area={NOTTINGHAM}"))
    course = chosen_course(fuller, shown, NOTTINGHAM)
    assert course is not None
    assert course.own[0] is not None
    assert course.own[-1] == 66.1 and course.beside[-1] == 76.0
    assert len(course.periods) == len(course.own) == len(course.beside)
    # Isles of Scilly: no figure in any year
    assert chosen_course(fuller, shown, "E06000053") is None


def test_controls_stand_in_a_row_of_three_with_the_rest_in_a_drawer(client: Any) -> None:
    page = client.get("/map").text
    controls = find(page, "map-controls")
    drawer = next(part for part in controls.iter("details") if "wh-drawer" in part.get("class", ""))
    inside = [field.get("id") for field in drawer.iter() if (field.get("id") or "").startswith("field-")]
    everywhere = [
        field.get("id") for field in controls.iter() if (field.get("id") or "").startswith("field-")
    ]
    assert [name for name in everywhere if name not in inside] == [
        "field-indicator", "field-area_type", "field-period"
    ]  # fmt: skip
    assert set(inside) >= {"field-shading", "field-benchmark", "field-parent", "field-with", "field-area"}
    # words, tabs, controls, map, table: in this order
    order = [page.index(f'id="{name}"') for name in ("map-words", "map-controls", "map-drawing", "map-table")]
    assert order == sorted(order)
    assert page.index('aria-label="Explore"') < order[1]


def test_the_table_begins_with_the_highest_and_ends_with_areas_without_a_figure(client: Any) -> None:
    table = find(client.get("/map").text, "map-table")
    rows = [[words_of(cell) for cell in row] for row in table.iter("tr")][1:]
    values = [float(row[2].removesuffix("%")) for row in rows if row[2].endswith("%")]
    assert len(rows) == 296 and values == sorted(values, reverse=True)
    assert [row[2] for row in rows[len(values) :]] == ["Too uncertain to publish"] * 2
    nottingham = next(row for row in rows if row[0] == "Nottingham")
    assert nottingham[1:] == ["East Midlands", "66.1%", "62.0% to 70.2%", "Worse"]


def test_the_age_stands_beside_the_answer_and_not_in_it(context: Context) -> None:
    shown = area_map(context, view_of(context, ""))
    assert "old" not in map_summary(shown)
    assert map_age(shown) in ("", f"2023 (over {shown.age.years} years old)")


def test_a_map_names_cities_and_the_regions_of_its_areas(context: Context, client: Any) -> None:
    drawn = payload(area_map(context, view_of(context, "view=approximate")))
    assert drawn is not None
    shapes = client.get(drawn["shapes"]).json
    names = {" ".join(label[1]): label for label in shapes["labels"]}
    assert {"Leeds", "Plymouth", "Yorkshire and The Humber", "South West"} <= set(names)
    # the point of Leeds lies in the box of Leeds, that of the North Sea beside Yorkshire in no box
    leeds = next(area for area in shapes["areas"] if area[1] == "Leeds")
    x, y = names["Leeds"][2:4]
    assert leeds[3] < x < leeds[3] + leeds[5] and leeds[4] < y < leeds[4] + leeds[6]
    regions = shapes["regions"]
    place = shapes["areas"].index(leeds)
    assert regions["words"] == "Region"
    assert regions["names"][regions["of"][place]] == "Yorkshire and The Humber"
    london = [shapes["areas"][place][1] for place in shapes["inset"]["areas"]]
    assert len(london) == 33 and "Croydon" in london and "Dartford" not in london


def test_approximate_outlines_are_called_so_on_the_map_and_in_its_picture(context: Context) -> None:
    shown = area_map(context, view_of(context, "view=approximate"))
    drawn = payload(shown)
    assert drawn is not None
    assert drawn["shapes"].startswith("/geometry/approximate/ltla-2024.json?v=")
    assert "A border of these outlines may be a kilometre or two out." in drawn["note"]
    # the picture that is taken away shows the source and the credit, and not the note
    assert drawn["credit"] == "Approximate outlines, drawn by this service from the centres of small areas."
    official = payload(area_map(context, view_of(context, "")))
    assert official is not None
    assert official["shapes"].startswith("/geometry/official/")
    assert "pproximate" not in official["note"] + official["source"] + official["credit"]


def test_outlines_are_always_offered_and_boundaries_are_the_default_once_loaded(
    context: Context, client: Any
) -> None:
    shown = area_map(context, view_of(context, "view=approximate"))
    choices = map_choices(context, shown)
    assert (choices.kinds, choices.default_kind) == (("official", "approximate", "hex"), "official")
    page = client.get("/map?indicator=employment-rate&area_type=ltla&view=approximate").text
    chips = {words_of(chip): chip for chip in find(page, "field-view").iter("button")}
    assert list(chips) == ["Boundaries", "Outlines", "Hexagons"]
    assert [chip.get("aria-pressed") for chip in chips.values()] == ["false", "true", "false"]
    assert "Approximate outlines, not official boundaries." in words_of(find(page, "field-view"))
    # no boundaries of regions are loaded here
    view = read_view(context, "?indicator=employment-rate&area_type=region&view=official")
    assert isinstance(view, View), view
    regions = area_map(context, view)
    assert "Official boundaries of these areas are not loaded here" in map_note(regions)
    assert "A border of these outlines may be a kilometre or two out." in map_note(regions)
    choices = map_choices(context, regions)
    assert (choices.kinds, choices.default_kind) == (("approximate", "hex"), "approximate")


def test_a_change_starts_at_the_oldest_of_five_periods_unless_asked(context: Context) -> None:
    shown = area_map(context, view_of(context, "shading=change"))
    assert map_choices(context, shown).starts == ("2022-01-01/P1Y",)
    assert shown.since == "2022-01-01/P1Y"


def test_without_an_earlier_period_fifths_are_shown_and_the_note_says_why(context: Context) -> None:
    shown = area_map(context, view_of(context, "shading=change&period=2022-01-01/P1Y"))
    assert shown.shading == "quintile"
    assert "there is no earlier period that does not overlap this one" in map_note(shown)


def test_a_start_that_is_not_before_the_period_gives_way_with_a_note(context: Context) -> None:
    view = view_of(context, "shading=change&since=2023-01-01/P1Y")
    assert view.since is None
    assert view.notes == ("A change since 2023 needs a later period, so another start is shown.",)


def test_a_trend_that_ends_in_another_period_is_not_shown(fuller: Context) -> None:
    shown = area_map(fuller, view_of(fuller, "shading=trend"))
    assert class_of(shown, NOTTINGHAM) == "Getting better (rising)"
    # Buckinghamshire's trend ends a year before
    assert class_of(shown, BUCKINGHAMSHIRE) == "Not calculated"
    reason = why_no_course(shown.courses[BUCKINGHAMSHIRE], shown.since)
    assert reason == "no recent trend ends in this period"
    drawn = payload(shown)
    assert drawn is not None and shown.shapes is not None
    assert shown.shapes.area_codes.index(BUCKINGHAMSHIRE) in dict(map(tuple, drawn["reasons"]))[reason]


def test_areas_are_set_against_the_middle_of_the_areas_most_like_them(context: Context) -> None:
    shown = area_map(context, view_of(context, "benchmark=similar"))
    values = {row["area_code"]: row["value"] for row in shown.rows if row["value"] is not None}
    # Sheffield is one of them, under its code of 2025; the figures have the older one
    codes = [
        next((own for own in context.register.land(code) if own in values), "")
        for code in context.register.similar(NOTTINGHAM)
    ]
    alike = sorted(values[code] for code in codes if code)
    middle = (alike[(len(alike) - 1) // 2] + alike[len(alike) // 2]) / 2
    assert len(alike) >= 3
    assert shown.compared.benchmarks.of(NOTTINGHAM).value == pytest.approx(middle)
    assert map_benchmark(shown) == "the median of similar areas"


def test_areas_are_set_against_what_lies_around_them(context: Context) -> None:
    # the small store has no counties, so that a district falls back on its region
    found = area_map(context, view_of(context, "benchmark=parent")).compared.benchmarks
    regions = {row["area_code"]: row["value"] for row in context.store.observations(
        indicator_id="employment-rate", area_type="region", period="2023-01-01/P1Y"
    )}  # fmt: skip
    assert found.of(NOTTINGHAM).value == regions["E12000004"]
    assert found.of("E09000001").value == regions["E12000007"]


def test_a_map_zoomed_to_a_parent_has_the_areas_inside_it_and_tells_of_those_partly_there(
    context: Context,
) -> None:
    shown = area_map(context, view_of(context, "parent=E54000034"))
    assert len(shown.rows_in_view) == shown.compared.counts.total == 6
    assert shown.shapes is not None and shown.places is not None
    drawn = {shown.shapes.area_codes[place] for place in shown.places}
    assert drawn == {row["area_code"] for row in shown.rows_in_view}
    assert "more lie partly in NHS Frimley ICB." in map_note(shown)
    assert len(shown.rows) == 296


def test_a_parent_that_came_later_is_shown_as_on_its_first_day(context: Context) -> None:
    shown = area_map(context, view_of(context, "parent=E47000013"))
    assert len(shown.rows_in_view) == 17
    assert "as on 27 February 2024." in map_note(shown)


def test_zoom_and_list_offer_the_same_parents(context: Context, client: Any) -> None:
    def offered(path: str) -> list[str]:
        control = find(client.get(path).text, "choose-parent")
        assert control is not None
        return [option.get("value", "") for option in control.iter("option")]

    assert offered("/map?area_type=ltla") == offered("/compare?area_type=ltla")
    names = words_of(find(client.get("/map?area_type=ltla").text, "choose-parent"))
    assert "North East (since 2024)" in names


def test_parents_offered_stay_as_they_are_while_going_through_time(context: Context) -> None:
    newest, older = (
        map_choices(context, area_map(context, view_of(context, search)))
        for search in ("", "period=2022-01-01/P1Y")
    )
    assert older.parents == newest.parents
    # the county of Cumbria ended between the two
    assert "E10000006" not in [parent.area_code for group in older.parents for parent in group.parents]


def test_what_is_written_once_is_the_same_with_and_without_chosen_areas(client: Any) -> None:
    plain, chosen = (
        client.get(path).text
        for path in ("/map?benchmark=region", f"/map?benchmark=region&area={NOTTINGHAM}")
    )
    assert words_of(find(plain, "map-table")) == words_of(find(chosen, "map-table"))
    link = next(link for link in find(chosen, "map-table").iter("a") if link.get("download") is not None)
    assert link.get("href") == f"/csv/map?indicator=employment-rate&area={NOTTINGHAM}&benchmark=region"
    options = [option.text for option in find(chosen, "choose-benchmark").iter("option")]
    assert "Nottingham" in options
    assert "Nottingham" not in words_of(find(plain, "choose-benchmark"))


def test_the_second_map_takes_the_nearest_period_and_the_same_areas(fuller: Context) -> None:
    other = second_view(fuller, view_of(fuller, f"with=disability-prevalence&area={NOTTINGHAM}"))
    assert other is not None
    assert (other.indicator_id, other.area_type, other.area_codes) == (
        "disability-prevalence",
        "ltla",
        (NOTTINGHAM,),
    )
    assert other.period == "2021-03-21/P1D"
    assert second_view(fuller, view_of(fuller, "with=employment-rate")) is None


def test_outlines_are_drawn_of_the_types_that_areas_lie_in(context: Context, client: Any) -> None:
    drawn = payload(area_map(context, view_of(context, "outline=icb&view=hex")))
    assert drawn is not None
    answer = client.get(drawn["outline"])
    usual = client.get(drawn["shapes"])
    assert answer.json["outlines"].startswith("M")
    assert answer.json["outlines"] != usual.json["outlines"]
    assert "immutable" in answer.headers["Cache-Control"]
    without = payload(area_map(context, view_of(context, "outline=ccg")))
    assert without is not None and without["outline"] == ""
    assert client.get(drawn["shapes"] + "&outline=ccg").status_code == 404


DIGITS = [chr(code) for code in range(32, 126) if chr(code) not in '"\\']


def unpacked(low: int, width: int, text: str) -> list[int | None]:
    n = len(text) // width
    rows = [text[place * n : (place + 1) * n] for place in range(width)]
    return [
        None if digits[0] == "~" else low + sum(DIGITS.index(digit) * 92**i for i, digit in enumerate(digits))
        for digits in zip(*rows, strict=True)
    ]


@given(st.lists(st.one_of(st.none(), st.integers(-(10**9), 10**9)), max_size=40))
def test_packed_numbers_come_back_as_they_were(numbers: list[int | None]) -> None:
    assert unpacked(*packed(numbers)) == numbers


def test_numbers_are_packed_from_the_lowest_last_digits_first() -> None:
    assert packed([5, None, 5 + 92, 6]) == [5, 2, " ~ ! ~! "]


def test_where_no_course_is_judged_the_lead_says_why(
    fuller: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Never "Of 296 with a figure, 296 cannot be worked out"."""
    shown = area_map(fuller, view_of(fuller, "shading=change&since=2022-01-01/P1Y"))
    none = dict.fromkeys(shown.courses, Course("not_compared", "not_judged", "prices rise too"))
    assert map_summary(replace(shown, courses=none)).startswith(
        "No change since 2022 is judged for the 294 local authorities (lower tier): prices rise too."
    )
    some = {**shown.courses, NOTTINGHAM: Course("not_compared", "no_figure")}
    told = map_summary(replace(shown, courses=some))
    assert told.startswith("Of 294 local authorities (lower tier), ")
    assert " No change is judged for 1." in told and "cannot" not in told
