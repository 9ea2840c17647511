"""Small multiples: lines that break where figures do not join, words at their ends, a text alternative."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pytest

from dashboard.answers.time_series import Line, Point
from dashboard.figures import multiples
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
