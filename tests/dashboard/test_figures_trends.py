"""Lines over time: true dates, breaks that say why, bands, labels that do not overlap."""

from __future__ import annotations

import json
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.answers.time_series import Line, Point, Target
from dashboard.figures import colours, end_labels, time_axis, trends
from dashboard.queries.breaks import with_breaks
from indicators.catalogue import Indicator


def line(
    values: dict[int, float | None], *, name: str = "Nottingham", half: float | None = 4.0, **more: Any
) -> Line:
    return Line(
        name,
        name,
        tuple(
            Point(
                f"{year}-01-01/P1Y",
                value,
                None if value is None or half is None else value - half,
                None if value is None or half is None else value + half,
                "ok" if value is not None else "suppressed",
                "published" if value is not None else "none",
            )
            for year, value in values.items()
        ),
        **more,
    )


@pytest.fixture
def rate(indicators: dict[str, Indicator]) -> Indicator:
    return indicators["employment-rate"]


def drawn(indicator: Indicator, *series: Line, **more: Any) -> dict[str, Any]:
    figure = trends.lines(
        with_breaks(series), indicator=indicator, title="Employment rate", source="Source: ONS.", **more
    )
    json.dumps(figure, allow_nan=False)
    return figure


def test_points_stand_at_the_middle_of_their_periods(rate: Indicator) -> None:
    figure = drawn(rate, line({2022: 63.7, 2023: 66.1}))
    (trace,) = [trace for trace in figure["data"] if trace["name"] == "Nottingham"]
    assert trace["x"] == ["2022-07-02", "2023-07-02"]
    assert figure["layout"]["xaxis"]["type"] == "date"
    assert figure["layout"]["xaxis"]["ticktext"] == ["2022", "2023"]
    assert trace["text"][1] == "<b>Nottingham</b><br>2023: 66.1%<br>95% interval 62.1% to 70.1%"


def test_a_line_is_broken_where_a_period_that_others_have_is_missing(rate: Indicator) -> None:
    broken = line({2016: 60.0, 2017: 61.0, 2018: None, 2019: 63.0, 2020: 64.0})
    whole = line(dict.fromkeys(range(2016, 2021), 75.0), name="England", is_benchmark=True)
    figure = drawn(rate, broken, whole)
    (trace,) = [trace for trace in figure["data"] if trace["name"] == "Nottingham"]
    assert trace["y"] == [60.0, 61.0, None, 63.0, 64.0]
    assert trace["connectgaps"] is False
    bands = [trace for trace in figure["data"] if trace["name"] == "Nottingham, 95% interval"]
    assert [band["y"] for band in bands] == [[64.0, 65.0, 57.0, 56.0], [67.0, 68.0, 60.0, 59.0]]


def test_a_figure_that_stands_alone_has_its_interval_as_a_bar(rate: Indicator) -> None:
    figure = drawn(
        rate,
        line({2016: 60.0, 2018: 62.0, 2019: 63.0}),
        line(dict.fromkeys(range(2016, 2020), 76.0), name="Kent"),
    )
    (trace,) = [trace for trace in figure["data"] if trace["name"] == "Nottingham"]
    assert trace["error_y"]["array"] == [4.0, 0, 0, 0]


def test_one_line_is_brought_forward_and_the_others_are_quiet(rate: Indicator) -> None:
    names = [f"Place {i}" for i in range(trends.MOST_LINES)]
    series = [line({2022: 60.0 + i, 2023: 61.0 + i}, name=name) for i, name in enumerate(names)]
    england = line({2022: 75.0, 2023: 76.0}, name="England", is_benchmark=True)
    figure = drawn(rate, *series, england, own="Place 2")
    looks = {trace["name"]: trace["line"] for trace in figure["data"] if "interval" not in trace["name"]}
    assert (looks["Place 2"]["color"], looks["Place 2"]["width"]) == (colours.OWN, 3)
    assert looks["England"]["dash"] != "solid"
    rest = [looks[name] for name in names if name != "Place 2"]
    assert {(look["color"], look["width"]) for look in rest} == {(colours.EDGE, 1.2)}
    # it lies on top of the others, and it alone has a band
    assert figure["data"][-1]["name"] == "Place 2"
    assert [trace["name"] for trace in figure["data"] if "interval" in trace["name"]] == [
        "Place 2, 95% interval"
    ]


def test_purple_is_the_readers_own_area_and_nothing_else(rate: Indicator) -> None:
    england = drawn(rate, line({2022: 75.0, 2023: 76.0}, name="England"))
    assert colours.OWN not in json.dumps(england)


def ends_of(figure: dict[str, Any]) -> dict[str, Any]:
    """The names at the ends of lines, by their words without markup."""
    return {
        note["text"].replace("<b>", "").replace("</b>", "").split("<br>")[0]: note
        for note in figure["layout"]["annotations"]
        if note.get("name") == end_labels.END
    }


def test_every_line_is_named_at_its_end(rate: Indicator) -> None:
    figure = drawn(
        rate,
        line({2022: 63.7, 2023: 66.1}),
        line({2022: 75.0, 2023: 76.0}, name="England", is_benchmark=True),
        own="Nottingham",
    )
    ends = ends_of(figure)
    assert set(ends) == {"Nottingham", "England"}
    assert ends["Nottingham"]["text"] == "<b>Nottingham<br>66.1%</b>"
    assert ends["Nottingham"]["x"] == "2023-07-02"
    assert ends["England"]["y"] == pytest.approx(76.0, abs=0.3)


def test_on_a_narrow_screen_the_names_give_way_to_the_last_value(rate: Indicator) -> None:
    figure = drawn(rate, line({2022: 63.7, 2023: 66.1}), line({2022: 70.0, 2023: 71.0}, name="Derby"))
    notes, narrow = figure["layout"]["annotations"], figure["layout"]["meta"]["narrow"]
    assert [note.get("name") for note in notes] == ["end", "end", "narrow"]
    assert notes[2]["visible"] is False and notes[2]["text"] == "<b>66.1%</b>"
    assert [narrow[f"annotations.{place}.visible"] for place in range(3)] == [False, False, True]
    assert narrow["margin.r"] < 20 < figure["layout"]["margin"]["r"]


def test_a_target_is_a_dotted_line_and_its_date_is_on_the_axis(indicators: dict[str, Indicator]) -> None:
    goal = indicators["disabled-people-in-employment"]
    uk = Line("K02000001", "United Kingdom", (Point("2017-01-01/P3M", 3.5e6), Point("2024-04-01/P3M", 5.5e6)))
    figure = drawn(goal, uk, targets=[Target("A million more", 4.5e6, "2027-01-01/P1Y")])
    (across,) = figure["layout"]["shapes"]
    assert (across["y0"], across["y1"]) == (4.5e6, 4.5e6)
    axis = figure["layout"]["xaxis"]
    assert axis["tickvals"][-1] == "2027-07-02"
    assert axis["range"][1] > "2027-07-02"
    assert any(
        "Target" in annotation["text"] and "by 2027" in annotation["text"].replace("<br>", " ")
        for annotation in figure["layout"]["annotations"]
    )
    low, high = figure["layout"]["yaxis"]["range"]
    assert low < 3.5e6 and high > 5.5e6


@pytest.mark.parametrize(
    ("iso", "words"),
    [
        ("2023-01-01/P1Y", "2023"),
        ("2022-04-01/P1Y", "2022/23"),
        ("2022-01-01/P3Y", "2022–24"),
        ("2025-04-30/P1D", "Apr 2025"),
        ("2021-10-01/P1Y", "Oct 2021 –<br>Sep 2022"),
    ],
)
def test_periods_are_short_under_the_axis(iso: str, words: str) -> None:
    assert time_axis.tick_words(iso) == words


def test_the_last_period_is_always_named_and_no_more_than_fit(rate: Indicator) -> None:
    figure = drawn(rate, line(dict.fromkeys(range(2004, 2024), 60.0)))
    named = [text for text in figure["layout"]["xaxis"]["ticktext"] if text]
    assert (named[0], named[-1]) == ("2004", "2023") and len(named) == 10
    narrow = [text for text in figure["layout"]["meta"]["narrow"]["xaxis.ticktext"] if text]
    assert narrow == ["2004", "2008", "2011", "2014", "2017", "2020", "2023"]
    assert len(figure["layout"]["xaxis"]["tickvals"]) == 20


@given(st.lists(st.tuples(st.floats(-50, 350), st.integers(15, 60)), max_size=9))
def test_labels_never_overlap(boxes: list[tuple[float, int]]) -> None:
    boxes.sort()
    wanted, heights = [box[0] for box in boxes], [float(box[1]) for box in boxes]
    most = max(300.0, sum(heights))
    middles = end_labels.spread(wanted, heights, most)
    edges = [
        (middle - height / 2, middle + height / 2) for middle, height in zip(middles, heights, strict=True)
    ]
    for (_, top), (bottom, _) in pairwise(edges):
        assert bottom >= top - 1e-6
    assert all(bottom >= -1e-6 and top <= most + 1e-6 for bottom, top in edges)


def test_labels_with_room_stay_where_they_belong() -> None:
    assert end_labels.spread([50.0, 150.0], [15.0, 15.0], 300) == [50.0, 150.0]
    assert end_labels.spread([100.0, 100.0], [20.0, 20.0], 300) == [90.0, 110.0]


def test_names_under_the_axis_never_touch_where_periods_are_uneven(indicators: dict[str, Indicator]) -> None:
    quarters = [
        "2013-10-01/P3M",
        "2017-01-01/P3M",
        "2019-10-01/P3M",
        "2022-01-01/P3M",
        "2022-04-01/P3M",
        "2024-04-01/P3M",
    ]
    uk = Line(
        "K02000001", "United Kingdom", tuple(Point(iso, 3e6 + i * 5e5) for i, iso in enumerate(quarters))
    )
    goal = indicators["disabled-people-in-employment"]
    layout = drawn(goal, uk, targets=[Target("A million more", 4.5e6, "2027-01-01/P1Y")])["layout"]
    axis = layout["xaxis"]
    days = [date.fromisoformat(day).toordinal() for day in axis["tickvals"]]
    assert len(days) == 7
    for words, room in (
        (axis["ticktext"], time_axis.WIDE),
        (layout["meta"]["narrow"]["xaxis.ticktext"], time_axis.NARROW),
    ):
        named = [(day, text) for day, text in zip(days, words, strict=True) if text]
        assert len(named) >= 3
        for (day, text), (later, next_text) in pairwise(named):
            apart = (later - day) / (days[-1] - days[0]) * room
            assert apart >= (len(text) + len(next_text)) * 7.5 / 2


def test_a_ripple_does_not_look_like_a_wave(rate: Indicator) -> None:
    figure = drawn(rate, line({2022: 33.6, 2023: 33.7}, half=None))
    low, high = figure["layout"]["yaxis"]["range"]
    assert high - low == pytest.approx(0.2 * 33.65)
    near_the_top = drawn(rate, line({2022: 99.0, 2023: 99.2}, half=None))["layout"]["yaxis"]["range"]
    assert near_the_top[1] == 100.0


def test_a_steady_change_runs_from_its_first_figure_to_the_target(rate: Indicator) -> None:
    target = Target("80% by 2027", 80.0, "2027-01-01/P1Y", "2017-01-01/P1Y")
    figure = drawn(
        rate,
        line({2016: 60.0, 2017: 62.0, 2023: 66.1}),
        line({2017: 75.0}, name="England", is_benchmark=True),
        targets=[target],
    )
    (way,) = [trace for trace in figure["data"] if trace["name"].startswith("Steady change")]
    assert (way["x"], way["y"]) == (["2017-07-02", "2027-07-02"], [62.0, 80.0])
    without = drawn(rate, line({2016: 60.0, 2023: 66.1}), targets=[target])
    assert not [trace for trace in without["data"] if trace["name"].startswith("Steady change")]


def test_illustrative_figures_are_hatched_marks_that_nothing_joins(rate: Indicator) -> None:
    real = line({2020: 60.0, 2021: 61.0, 2022: 62.0, 2023: 63.0})
    mixed = Line(
        "Leeds",
        "Leeds",
        tuple(
            Point(point.period, point.value, None, None, "illustrative" if point.period < "2022" else "ok")
            for point in real.points
        ),
    )
    figure = drawn(rate, real, mixed)
    traces = {trace["name"]: trace for trace in figure["data"]}
    assert traces["Nottingham"]["y"] == [60.0, 61.0, 62.0, 63.0]
    assert traces["Leeds"]["y"] == [62.0, 63.0]
    invented = traces["Leeds, illustrative"]
    assert (invented["mode"], invented["y"], invented["marker"]["symbol"]) == (
        "markers",
        [60.0, 61.0],
        "hash-open",
    )
    assert all("Illustrative, not a real figure" in words for words in invented["text"])
    assert any(note["text"] == "<b>ILLUSTRATIVE</b>" for note in figure["layout"]["annotations"])
    assert not any("ILLUSTRATIVE" in note["text"] for note in drawn(rate, real)["layout"]["annotations"])


def test_estimates_are_open_circles_on_a_dotted_line_of_their_own(rate: Indicator) -> None:
    points = tuple(
        Point(f"{year}-01-01/P1Y", 50.0 + year - 2019, 49.0, 56.0, "ok", "a", "", year < 2022)
        for year in range(2019, 2024)
    )
    figure = drawn(rate, Line("E54000058", "Derby and Derbyshire", points))
    traces = {trace["name"]: trace for trace in figure["data"] if trace.get("fill") != "toself"}
    own, estimated = traces["Derby and Derbyshire"], traces["Derby and Derbyshire, estimated"]
    assert own["y"] == [53.0, 54.0] and estimated["y"] == [50.0, 51.0, 52.0]
    assert (own["line"]["dash"], estimated["line"]["dash"]) == ("solid", "1px,4px")
    assert (own["marker"]["symbol"], estimated["marker"]["symbol"]) == ("circle", "circle-open")
    assert "Estimated: the boundary changed later" in estimated["text"][0]
    assert "Estimated" not in own["text"][0]
