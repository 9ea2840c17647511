"""Areas beside a benchmark: where marks stand in rows and in a pile, what they say, what a picture taken away holds."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.figures import axes, colours, compare, marks
from dashboard.figures.compare import Scale, SheetRow
from dashboard.figures.marks import Benchmark, Mark
from indicators.catalogue import Indicator

ENGLAND = Benchmark("England", 76.0)
NOTTINGHAM = Mark("E06000018", "Nottingham", 66.1, 62.0, 70.2, "worse", 76.0, "England", selected=True)
BUCKS = Mark("E06000060", "Buckinghamshire", 81.2, 77.8, 84.6, "better", 76.0, "England")
DERBY = Mark("E06000015", "Derby", 77.3, 73.0, 81.6, "similar", 76.0, "England")
SUFFOLK = Mark("E10000029", "Suffolk", 77.3, 74.9, 79.7, "similar", 76.0, "England")
SCALE = Scale(50.0, 100.0, 10.0)


@pytest.fixture
def rate(indicators: dict[str, Indicator]) -> Indicator:
    return indicators["employment-rate"]


def tree(svg: str) -> ElementTree.Element:
    """Markup as a browser reads it, in one element; it must be well formed."""
    return ElementTree.fromstring(f"<all>{svg.replace(' xmlns=', ' data-ns=')}</all>")


def attributes(svg: str, element: str, *names: str) -> list[tuple[str | None, ...]]:
    return [tuple(found.get(name) for name in names) for found in tree(svg).iter(element)]


def told(trace: dict[str, Any]) -> list[str]:
    """What a trace says of each of its areas under the pointer."""
    template = trace["hovertemplate"].removesuffix("<extra></extra>")
    return [
        template.replace("%{text}", name).replace("%{customdata}", more)
        for name, more in zip(trace["text"], trace["customdata"], strict=True)
    ]


def test_a_row_has_its_interval_and_its_mark_in_per_cent_of_the_width() -> None:
    row = compare.row_picture(NOTTINGHAM, SCALE)
    assert attributes(row, "line", "x1", "x2") == [("24.0%", "40.4%")]
    assert attributes(row, "use", "href", "x") == [("#wh-s-worse", "32.2%")]
    # nothing in it is scaled: the picture is as wide as its column
    assert attributes(row, "svg", "width", "viewBox") == [("100%", None)]


def test_a_row_without_an_interval_has_a_mark_alone() -> None:
    bare = Mark("E06000018", "Nottingham", 66.1, None, None, "not_compared")
    assert attributes(compare.row_picture(bare, SCALE), "line", "x1") == []


def test_a_benchmark_of_its_own_is_a_tick_in_the_row() -> None:
    row = compare.row_picture(NOTTINGHAM, SCALE, own_level=True)
    assert attributes(row, "line", "class", "x1", "x2")[0] == ("wh-level", "52.0%", "52.0%")


def test_the_benchmark_is_solid_and_the_region_dashed_through_all_rows() -> None:
    lines = compare.shared_lines(SCALE, 76.0, 75.5)
    solid, dashed, *ticks = lines.split(" no-repeat")[:-1]
    assert solid == "linear-gradient(var(--ink),var(--ink)) 52.0% 0/2px 100%"
    assert dashed.startswith(",repeating-linear-gradient(") and "51.0% 0/" in dashed
    assert len(ticks) == 6
    assert "#" not in lines


def test_the_names_of_lines_stand_one_above_the_other_and_never_meet(rate: Indicator) -> None:
    head = compare.axis_head(
        SCALE, lambda tick: axes.tick_words(tick, 10, rate), [(76.0, "England 76.0%"), (75.5, "East Midlands 75.5%")]
    )  # fmt: skip
    places = {text.text: int(text.get("y") or 0) for text in tree(head).iter("text")}
    assert places["East Midlands 75.5%"] - places["England 76.0%"] >= 17
    assert places["60%"] - places["East Midlands 75.5%"] >= 17
    assert [text.text for text in tree(head).iter("text")][:2] == ["50%", "60%"]


@pytest.mark.parametrize(("value", "anchor"), [(52.0, "start"), (76.0, "middle"), (97.0, "end")])
def test_a_name_near_the_end_of_the_axis_is_turned_inwards(value: float, anchor: str) -> None:
    head = compare.axis_head(SCALE, str, [(value, "England")])
    assert [text.get("text-anchor") for text in tree(head).iter("text") if text.text == "England"] == [anchor]


def test_the_axis_has_room_for_every_interval_and_level(rate: Indicator) -> None:
    scale = compare.scale_of([NOTTINGHAM, DERBY], [90.0, None], rate.bounds)
    assert scale.low < 62.0 and scale.high > 90.0
    assert all(scale.low <= tick <= scale.high for tick in scale.ticks) and len(scale.ticks) >= 3


def test_the_comparisons_differ_in_shape_and_not_in_colour_alone() -> None:
    drawn = tree(
        compare.symbol_definitions(["better", "similar", "worse", "higher", "lower", "illustrative"])
    )
    shapes = {group.get("id"): group[0].tag + (group[0].get("d") or "")[:0] for group in drawn.iter("g")}
    assert shapes["wh-s-similar"] == "circle" and shapes["wh-s-worse"] == "rect"
    paths = [group[0].get("d") for group in drawn.iter("g") if group[0].tag == "path"]
    assert len(paths) == len(set(paths)) == 4


def test_much_better_is_drawn_as_better() -> None:
    assert compare.symbol_definitions(["much_better", "better"]).count("<g ") == 1
    far = Mark("E06000018", "Nottingham", 66.1, 62.0, 70.2, "much_worse")
    assert "#wh-s-worse" in compare.row_picture(far, SCALE)


def test_dots_are_piled_at_rounded_values() -> None:
    # 2.5 stands at 3 and 3.5 at 4: halves all go the same way, or even columns would be too tall
    assert compare.piled([2.5, 3.5, 3.1, 2.9, 4.0], 1) == [(3, 0), (4, 0), (3, 2), (3, 1), (4, 1)]


@given(st.lists(st.floats(-50, 150), min_size=2, max_size=300))
def test_no_two_dots_share_a_place_and_none_is_far_from_its_value(values: list[float]) -> None:
    step = compare.pile_step(*axes.padded_range(values, (None, None)), 320)
    placed = compare.piled(values, step)
    assert len(set(placed)) == len(values)
    assert all(abs(x - value) <= step * 0.500001 for (x, _), value in zip(placed, values, strict=True))


def many() -> list[Mark]:
    return [Mark(f"E0700{i:04d}", f"Place {i}", 60.0 + i / 10, None, None, "similar") for i in range(200)]


def test_a_pile_has_a_dot_for_every_area_at_both_widths(rate: Indicator) -> None:
    found = compare.piles([NOTTINGHAM, *many()], 76.0, rate)
    assert found.wide.drawn.count("<use ") == found.narrow.drawn.count("<use ") == 201
    # a narrow screen has fewer columns, so its piles are taller
    assert found.narrow.height > found.wide.height
    svg = compare.pile_picture(found, [NOTTINGHAM], indicator=rate, benchmark=ENGLAND, label="All areas")
    assert [text.text for text in tree(svg).iter("text")].count("Nottingham") == 2
    assert [text.text for text in tree(svg).iter("text")].count("England 76.0%") == 2
    own = attributes(svg, "circle", "class", "cx")
    x, _ = found.wide.places[NOTTINGHAM.area_code]
    assert own[0] == ("wh-own-dot", f"{x}%")


def test_only_the_first_chosen_area_is_the_readers_own(rate: Indicator) -> None:
    found = compare.piles([NOTTINGHAM, DERBY, *many()], None, rate)
    svg = compare.pile_picture(found, [NOTTINGHAM, DERBY], indicator=rate, benchmark=ENGLAND, label="x")
    looks = [look for (look,) in attributes(svg, "circle", "class")]
    assert looks == ["wh-own-dot", "wh-ring"] * 2


def test_a_picture_taken_away_says_what_it_is_and_where_it_comes_from(rate: Indicator) -> None:
    rows = [
        SheetRow(BUCKS, "81.2%", "77.8% to 84.6%", "Better"),
        SheetRow(NOTTINGHAM, "66.1%", "62.0% to 70.2%", "Worse", is_own=True),
    ]
    notes = ["Sorted by value.", "Source: ONS. Published 28 May 2024. Open Government Licence v3.0."]
    svg = compare.sheet(
        rows, SCALE, indicator=rate, level=ENGLAND, second=Benchmark("East Midlands", 75.5), title="Employment & <rate>", notes=notes
    )  # fmt: skip
    texts = [text.text for text in tree(svg).iter("text")]
    for words in (
        "Employment & <rate>",
        "Buckinghamshire",
        "66.1%",
        "62.0% to 70.2%",
        "Worse",
        "England 76.0%",
        *notes,
    ):
        assert words in texts
    assert min(int(size or 0) for (size,) in attributes(svg, "text", "font-size")) >= 13
    (name,) = [text for text in tree(svg).iter("text") if text.text == "Nottingham"]
    assert name.get("fill") == colours.OWN
    # every colour has a dark value, so that a page can show the file in the dark
    assert {colour.upper() for colour in re.findall(r"#[0-9A-Fa-f]{6}", svg)} <= set(colours.DARK)


def hovered(*shown: Mark, benchmark: Benchmark = ENGLAND, indicator: Indicator) -> dict[str, Any]:
    return compare.hovers(shown, indicator, "2023-01-01/P1Y", benchmark)


def test_under_the_pointer_stand_value_interval_and_comparison(rate: Indicator) -> None:
    assert told(hovered(NOTTINGHAM, indicator=rate)) == [
        "<b>Nottingham</b><br>66.1%<br>95% interval 62.0% to 70.2%<br>2023<br>Worse than England (76.0%)"
    ]


def test_illustrative_figures_say_so_in_every_label(rate: Indicator) -> None:
    invented = Mark("E06000018", "Nottingham", 66.1, 62.0, 70.2, "illustrative", illustrative=True)
    assert told(hovered(invented, indicator=rate))[0].endswith("Illustrative, not a real figure")


def test_names_with_markup_are_words_not_markup(rate: Indicator) -> None:
    odd = Mark("E06000018", "A <b>bold</b> place", 66.1, None, None, "not_compared")
    assert "<b>bold" not in told(hovered(odd, indicator=rate))[0]
    found = compare.piles([odd, BUCKS], None, rate)
    svg = compare.pile_picture(found, [odd], indicator=rate, benchmark=ENGLAND, label='a "quoted" <name>')
    assert "<b>" not in svg
    assert tree(svg)[0].get("aria-label") == 'a "quoted" <name>'


def test_what_all_areas_of_a_trace_share_is_sent_once(rate: Indicator) -> None:
    here = Mark("E06000015", "Derby", 77.3, 73.0, 81.6, "similar", 76.0, "East Midlands")
    there = Mark("E08000025", "Birmingham", 77.3, 73.0, 81.6, "similar", 75.0, "West Midlands")
    alike = hovered(DERBY, SUFFOLK, indicator=rate)
    assert alike["hovertemplate"].count("England") == 1
    assert not any("England" in more for more in alike["customdata"])
    trace = hovered(here, there, benchmark=Benchmark("their own region", None), indicator=rate)
    assert told(trace)[0].endswith("Similar to East Midlands (76.0%)")
    assert told(trace)[1].endswith("Similar to West Midlands (75.0%)")


def test_categories_are_counted_from_good_to_bad() -> None:
    counts = marks.counted([NOTTINGHAM, DERBY, SUFFOLK, BUCKS])
    assert [(name, counts[name]) for name in marks.in_order(counts)] == [
        ("better", 1),
        ("similar", 2),
        ("worse", 1),
    ]
