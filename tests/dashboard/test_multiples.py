"""Small multiples: lines that break where figures do not join, words at their ends, a text alternative."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pytest

from dashboard.answers.time_series import Line, Point
from dashboard.figures import colours, multiples
from dashboard.figures.multiples import HEIGHT
from dashboard.queries.breaks import with_breaks
from indicators.catalogue import Indicator

SVG = "{http://www.w3.org/2000/svg}"


def line(code: str, values: dict[int, float | None], **more: bool) -> Line:
    points = tuple(Point(f"{year}-01-01/P1Y", value) for year, value in values.items())
    return Line(code, f"{code} & co", points, **more)


@pytest.fixture
def rate(indicators: dict[str, Indicator]) -> Indicator:
    return indicators["employment-rate"]


def small_svg(lines: Sequence[Line], **more: Any) -> str:
    return multiples.small_svg(with_breaks(lines), **more)


def parts(svg: str, name: str) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(svg).iter(f"{SVG}{name}"))


def test_chosen_areas_and_the_benchmark_end_in_their_value(rate: Indicator) -> None:
    svg = small_svg(
        [
            line("A", {2021: 60, 2022: 61}),
            line("B", {2021: 70, 2022: 71}),
            line("E", {2021: 76, 2022: 75}, is_benchmark=True),
        ],
        indicator=rate,
        chosen=["A"],
        label="A & B <over> time",
    )
    assert ElementTree.fromstring(svg).get("aria-label") == "A & B <over> time"
    words = [element.text for element in parts(svg, "text")]
    assert words == ["2021", "2022", "75.0%", "61.0%"]
    assert len(parts(svg, "path")) == 1 + 3  # the axis and three lines


def test_a_line_is_broken_where_a_figure_is_missing(rate: Indicator) -> None:
    gap = line("A", {2019: 60, 2020: 61, 2021: None, 2022: 63, 2023: 64})
    whole = line("B", dict.fromkeys(range(2019, 2024), 70.0))
    paths = parts(small_svg([gap, whole], indicator=rate, chosen=["A"], label="x"), "path")
    assert len(paths) == 1 + 2 + 1


def test_one_period_is_no_course(rate: Indicator) -> None:
    assert small_svg([line("A", {2022: 60})], indicator=rate, chosen=[], label="x") == ""
    assert small_svg([line("A", {2021: None, 2022: 60})], indicator=rate, chosen=[], label="x") == ""


def test_words_at_the_ends_do_not_cover_each_other(rate: Indicator) -> None:
    lines = [line(code, {2021: 60, 2022: 60 + i / 100}) for i, code in enumerate("ABC")]
    svg = small_svg(lines, indicator=rate, chosen=["A", "B", "C"], label="x")
    places = sorted(float(element.get("y", 0)) for element in parts(svg, "text")[2:])
    assert all(later - earlier >= 13 for earlier, later in pairwise(places))
    assert places[-1] <= HEIGHT


# ---- panels as a picture to download ---------------------------------------------------------------------


def panel_pictures(lines: Sequence[Line], indicator: Indicator, own: str = "A") -> dict[str, str]:
    found = multiples.panel_pictures(with_breaks(lines), indicator=indicator, own=own)
    assert found.shared == ""
    return found.panels


def lines_of_four() -> list[Line]:
    """Three areas and a benchmark; the highest value is 80 in 2022, the lowest 60 in 2020."""
    return [
        line("A", {2020: 60, 2021: 61, 2022: 62}),
        line("B", {2020: 70, 2021: 70, 2022: 80}),
        line("C", {2020: 65, 2021: None, 2022: 65}),
        line("E", {2020: 75, 2021: 75, 2022: 75}, is_benchmark=True),
    ]


def test_each_area_has_a_picture_in_literal_colours_and_the_benchmark_none(rate: Indicator) -> None:
    drawn = panel_pictures(lines_of_four(), rate)
    assert list(drawn) == ["A", "B", "C"]
    for code, svg in drawn.items():
        # a file knows no style sheet and no other part of the page
        assert "class=" not in svg and "<use" not in svg and "var(" not in svg
        thick = [part for part in _paths(svg) if part.get("stroke-width") == "3"]
        assert [part.get("stroke") for part in thick] == [colours.OWN if code == "A" else colours.FRONT]
        dashed = [part.get("stroke") for part in _paths(svg) if part.get("stroke-dasharray")]
        assert dashed == [colours.INK]
        assert sum(part.get("stroke") == colours.EDGE for part in _paths(svg)) == 3


def test_pictures_of_areas_have_one_scale_in_steps_of_a_value(rate: Indicator) -> None:
    drawn = panel_pictures(lines_of_four(), rate)
    scales = {tuple(text.text for text in _all(svg, "text")) for svg in drawn.values()}
    assert len(scales) == 1
    *ticks, first, last = scales.pop()
    assert (first, last) == ("2020", "2022")
    assert "60%" in ticks and "80%" in ticks
    # a line through two ticks: the dot of B at 80% is as far above 60% as the marks of the scale are
    heights = {text.text: float(text.get("y", 0)) - 4 for text in _all(drawn["B"], "text")}
    (dot,) = _all(drawn["B"], "circle")
    assert float(dot.get("cy", 0)) + 18 == pytest.approx(heights["80%"], abs=0.11)


def test_a_picture_of_an_area_is_broken_where_a_figure_is_missing(rate: Indicator) -> None:
    (thick,) = [
        part for part in _paths(panel_pictures(lines_of_four(), rate)["C"]) if part.get("stroke-width") == "3"
    ]
    assert (thick.get("d") or "").count("M") == 2


def test_no_dot_of_a_picture_is_an_illustrative_figure(rate: Indicator) -> None:
    real, not_real = Point("2021-01-01/P1Y", 60.0), Point("2022-01-01/P1Y", 90.0, status="illustrative")
    lines = [Line("A", "A", (real, not_real)), Line("B", "B", (not_real,)), line("C", {2021: 70, 2022: 71})]
    drawn = panel_pictures(lines, rate)
    assert len(_all(drawn["A"], "circle")) == 1 and _all(drawn["B"], "circle") == []
    assert float(_all(drawn["A"], "circle")[0].get("cy", 0)) > float(
        _all(drawn["C"], "circle")[0].get("cy", 0)
    )


def _all(svg: str, name: str) -> list[ElementTree.Element]:
    return [element for element in ElementTree.fromstring(svg).iter() if element.tag == name]


def _paths(svg: str) -> list[ElementTree.Element]:
    return _all(svg, "path")
