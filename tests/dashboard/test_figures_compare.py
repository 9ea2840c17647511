"""Areas beside a benchmark: where marks stand, what they say, what the key counts."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.figures import compare, marks
from dashboard.figures.marks import Benchmark, Mark
from indicators.catalogue import Indicator

ENGLAND = Benchmark("England", 76.0)
NOTTINGHAM = Mark("E06000018", "Nottingham", 66.1, 62.0, 70.2, "worse", 76.0, "England", selected=True)
BUCKS = Mark("E06000060", "Buckinghamshire", 81.2, 77.8, 84.6, "better", 76.0, "England")
DERBY = Mark("E06000015", "Derby", 77.3, 73.0, 81.6, "similar", 76.0, "England")
SUFFOLK = Mark("E10000029", "Suffolk", 77.3, 74.9, 79.7, "similar", 76.0, "England")


@pytest.fixture
def rate(indicators: dict[str, Indicator]) -> Indicator:
    return indicators["employment-rate"]


def drawn(indicator: Indicator, *marks: Mark, benchmark: Benchmark = ENGLAND, **more: Any) -> dict[str, Any]:
    kind = more.pop("kind", compare.intervals)
    figure: dict[str, Any] = kind(
        marks,
        indicator=indicator,
        period="2023-01-01/P1Y",
        benchmark=benchmark,
        title="Employment rate, 2023",
        source="Source: ONS.",
        **more,
    )
    # what is sent to the browser: plain JSON, no NaN
    json.dumps(figure, allow_nan=False)
    return figure


def words(figure: dict[str, Any]) -> list[str]:
    return [annotation["text"] for annotation in figure["layout"]["annotations"]]


def told(trace: dict[str, Any]) -> list[str]:
    """What a trace says of each of its areas under the pointer."""
    template = trace["hovertemplate"].removesuffix("<extra></extra>")
    return [
        template.replace("%{text}", name).replace("%{customdata}", more)
        for name, more in zip(trace["text"], trace["customdata"], strict=True)
    ]


def test_dots_are_piled_at_rounded_values() -> None:
    # 2.5 stands at 3 and 3.5 at 4: halves all go the same way, or even columns would be too tall
    assert compare.piled([2.5, 3.5, 3.1, 2.9, 4.0], 1) == [(3, 0), (4, 0), (3, 2), (3, 1), (4, 1)]


@given(st.lists(st.floats(-50, 150), min_size=2, max_size=300))
def test_no_two_dots_share_a_place_and_none_is_far_from_its_value(values: list[float]) -> None:
    step = compare.strip_step(values)
    placed = compare.piled(values, step)
    assert len(set(placed)) == len(values)
    assert all(abs(x - value) <= step * 0.500001 for (x, _), value in zip(placed, values, strict=True))


def test_areas_stand_from_the_highest_value_down_with_their_intervals(rate: Indicator) -> None:
    figure = drawn(rate, NOTTINGHAM, BUCKS, DERBY)
    axis = figure["layout"]["yaxis"]
    assert axis["ticktext"] == ["Buckinghamshire", "Derby", "<b>Nottingham</b>"]
    assert axis["tickvals"] == sorted(axis["tickvals"], reverse=True)
    (worse,) = [trace for trace in figure["data"] if trace["name"] == "Worse"]
    assert worse["x"] == [66.1]
    assert worse["error_x"]["array"] == pytest.approx([4.1])
    assert worse["error_x"]["arrayminus"] == pytest.approx([4.1])
    assert told(worse) == [
        "<b>Nottingham</b><br>66.1%<br>95% interval 62.0% to 70.2%<br>2023<br>Worse than England (76.0%)"
    ]


def test_the_three_comparisons_differ_in_shape_and_not_in_colour_alone(rate: Indicator) -> None:
    figure = drawn(rate, NOTTINGHAM, BUCKS, DERBY)
    looks = {trace["name"]: (trace["marker"]["symbol"], trace["marker"]["color"]) for trace in figure["data"]}
    assert looks == {
        "Better": ("diamond", "#00403A"),
        "Similar": ("circle", "#EBE8E0"),
        "Worse": ("square", "#D4622C"),
    }
    assert [text for text in words(figure) if "(" in text] == ["Better (1)", "Similar (1)", "Worse (1)"]


def test_an_area_of_another_kind_is_drawn_but_not_counted(rate: Indicator) -> None:
    figure = drawn(rate, NOTTINGHAM, DERBY, beside=(SUFFOLK,))
    assert "Similar (1)" in words(figure)
    assert sum(len(trace["x"]) for trace in figure["data"]) == 3


def test_the_benchmark_has_a_line_and_a_name(rate: Indicator) -> None:
    figure = drawn(rate, NOTTINGHAM, BUCKS)
    (line,) = [shape for shape in figure["layout"]["shapes"] if shape["type"] == "line"]
    assert (line["x0"], line["x1"]) == (76.0, 76.0)
    assert "England 76.0%" in words(figure)


def test_areas_with_benchmarks_of_their_own_get_a_tick_each_and_no_line(rate: Indicator) -> None:
    figure = drawn(rate, NOTTINGHAM, BUCKS, benchmark=Benchmark("their own region", None))
    assert not [shape for shape in figure["layout"]["shapes"] if shape["type"] == "line"]
    (ticks,) = [trace for trace in figure["data"] if trace["name"] == "Their own region"]
    assert ticks["x"] == [76.0, 76.0]


def test_without_intervals_nothing_is_judged_and_no_key_is_drawn(rate: Indicator) -> None:
    bare = [Mark(f"E0600000{i}", f"Place {i}", 3.0 + i, None, None, "not_compared") for i in range(3)]
    for kind in (compare.intervals, compare.strip):
        figure = drawn(rate, *bare, kind=kind, benchmark=Benchmark("England", None))
        assert not any("Not compared" in text for text in words(figure))
        assert all("95% interval" not in text for trace in figure["data"] for text in told(trace))


def test_a_strip_has_a_dot_for_every_area_and_names_the_marked_ones(rate: Indicator) -> None:
    many = [
        Mark(f"E0700{i:04d}", f"Place {i}", 60.0 + i / 10, 58.0 + i / 10, 62.0 + i / 10, "similar")
        for i in range(200)
    ]
    figure = drawn(rate, NOTTINGHAM, *many, kind=compare.strip)
    dots = [trace for trace in figure["data"] if "error_x" not in trace]
    assert sum(len(trace["x"]) for trace in dots) == 201
    assert "<b>Nottingham</b> 66.1%" in words(figure)
    (label,) = [
        annotation for annotation in figure["layout"]["annotations"] if "<b>Nottingham" in annotation["text"]
    ]
    # it starts at the interval's end and grows towards the middle
    assert (label["xanchor"], label["x"]) == ("left", 62.0)


def test_a_marked_area_at_the_high_end_has_its_name_to_the_left(rate: Indicator) -> None:
    top = Mark("E07000001", "Topmost", 92.0, 90.0, 94.0, "better", 76.0, "England", selected=True)
    figure = drawn(rate, NOTTINGHAM, DERBY, top, kind=compare.strip)
    (label,) = [
        annotation for annotation in figure["layout"]["annotations"] if "Topmost" in annotation["text"]
    ]
    assert (label["xanchor"], label["x"]) == ("right", 94.0)


def test_illustrative_figures_say_so_in_every_label(rate: Indicator) -> None:
    illustrative = Mark(
        "E06000018", "Nottingham", 66.1, 62.0, 70.2, "worse", 76.0, "England", illustrative=True
    )
    figure = drawn(rate, illustrative, BUCKS)
    (text,) = [told(trace)[0] for trace in figure["data"] if trace["name"] == "Worse"]
    assert text.endswith("Illustrative, not a real figure")


def test_names_with_markup_are_words_not_markup(rate: Indicator) -> None:
    odd = Mark("E06000018", "A <b>bold</b> place", 66.1, None, None, "not_compared")
    text = json.dumps(drawn(rate, odd, BUCKS))
    assert "<b>bold" not in text


def test_the_key_wraps_for_a_narrow_screen() -> None:
    found = dict.fromkeys(("better", "higher", "similar", "lower", "worse", "not_compared"), 1)
    rows = marks._key(found)
    assert [[category for category, _, _ in row] for row in rows] == [
        ["better", "higher", "similar"],
        ["lower", "worse", "not_compared"],
    ]
    assert all(at < 345 for row in rows for _, _, at in row)


def test_what_all_areas_of_a_trace_share_is_sent_once(rate: Indicator) -> None:
    here = Mark("E06000015", "Derby", 77.3, 73.0, 81.6, "similar", 76.0, "East Midlands")
    there = Mark("E08000025", "Birmingham", 77.3, 73.0, 81.6, "similar", 75.0, "West Midlands")
    (alike,) = drawn(rate, DERBY, SUFFOLK)["data"]
    assert alike["hovertemplate"].count("England") == 1
    assert not any("England" in more for more in alike["customdata"])
    trace = drawn(rate, here, there, benchmark=Benchmark("their own region", None))["data"][0]
    assert told(trace)[0].endswith("Similar to West Midlands (75.0%)")
    assert told(trace)[1].endswith("Similar to East Midlands (76.0%)")


def test_a_chosen_dot_has_a_ring_at_its_place(rate: Indicator) -> None:
    figure = drawn(rate, NOTTINGHAM, DERBY, BUCKS, kind=compare.strip)
    dots = [trace for trace in figure["data"] if "error_x" not in trace]
    (ring,) = [shape for shape in figure["layout"]["shapes"] if shape.get("xref") == "x"]
    worse = next(trace for trace in dots if trace["name"] == "Worse")
    assert (ring["xanchor"], ring["yanchor"]) == (worse["x"][0], worse["y"][0])
    assert not [
        shape
        for shape in drawn(rate, DERBY, BUCKS, kind=compare.strip)["layout"]["shapes"]
        if shape.get("xref") == "x"
    ]


def test_numbers_are_sent_without_the_noise_of_floating_point(rate: Indicator) -> None:
    noisy = Mark("E06000018", "Nottingham", 66.1, 61.99999999999999, 70.2, "worse", 76.0, "England")
    (trace,) = drawn(rate, noisy)["data"]
    assert trace["error_x"]["arrayminus"] == [4.1]
    assert trace["error_x"]["array"] == [4.1]
