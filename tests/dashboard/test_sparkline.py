"""The sparkline: enough figures or none, breaks left open, England beside it for the same time."""

from __future__ import annotations

import re

from dashboard.answers.time_series import Break, Line, Point
from dashboard.figures import colours
from dashboard.figures.sparkline import ends_of, of_lines, sparkline

YEARS = [f"{year}-01-01/P1Y" for year in range(2019, 2025)]


def line(values: list[float | None], *breaks: Break, code: str = "E06000018") -> Line:
    points = tuple(Point(period, value) for period, value in zip(YEARS, values, strict=False))
    return Line(code, "Nottingham", points, breaks=breaks)


def paths(svg: str) -> list[str]:
    """What is drawn besides the dot at the end."""
    return [path for path in re.findall(r'<path d="([^"]+)"', svg) if not path.endswith("h0")]


def test_fewer_than_four_figures_are_not_drawn() -> None:
    assert of_lines(line([1.0, None, 2.0, 3.0]), None) == ""
    assert of_lines(None, None) == "" == sparkline([1.0, 2.0, 3.0, None], [], "words")
    assert of_lines(line([1.0, 2.0, 3.0, 4.0]), None) != ""


def test_the_line_runs_from_the_left_to_the_right_and_higher_is_up() -> None:
    [own] = paths(of_lines(line([1.0, 2.0, 3.0, 5.0]), None, width=100, height=40))
    assert own == "M4.0 36.0L34.6 28.0L65.4 20.0L96.0 4.0"


def test_a_break_is_left_open_and_a_lone_figure_is_a_dot() -> None:
    broken = line(
        [1.0, 2.0, 3.0, 4.0],
        Break(YEARS[1], YEARS[2], "other_method"),
        Break(YEARS[2], YEARS[3], "other_definition"),
    )
    [own] = paths(of_lines(broken, None, width=100, height=40))
    assert [part.count("L") for part in own.split("M")[1:]] == [1, 0, 0]
    assert own.count("h.01") == 2


def test_england_is_drawn_for_the_time_of_the_area_alone() -> None:
    england = line([9.0, 9.5, 9.0, 9.0, 9.0, 9.0], code="E92000001")
    drawn = of_lines(line([None, 2.0, 3.0, 4.0, 5.0, None]), england)
    beside, own = paths(drawn)
    assert beside.count("L") == 3 == own.count("L")
    assert f'stroke="{colours.OWN}"' in drawn and "stroke-dasharray" in drawn


def test_a_line_without_change_lies_level() -> None:
    [own] = paths(of_lines(line([2.0, 2.0, 2.0, 2.0]), None, width=100, height=40))
    assert {place.split(" ")[1] for place in own[1:].split("L")} == {"20.0"}


def test_england_alone_is_in_ink() -> None:
    drawn = of_lines(line([1.0, 2.0, 3.0, 4.0]), None, is_england=True)
    assert colours.OWN not in drawn and f'stroke="{colours.INK}"' in drawn


def test_the_text_alternative_is_escaped_and_without_one_it_is_left_out() -> None:
    values = [1.0, 2.0, 3.0, 4.0]
    assert 'aria-label="&quot;&lt;b&gt;&quot;"' in sparkline(values, values, '"<b>"')
    silent = of_lines(line([*values]), None)
    assert 'aria-hidden="true"' in silent and "aria-label" not in silent


def test_values_without_figures_break_the_line() -> None:
    beside, own = paths(sparkline([1.0, 2.0, None, 3.0, 4.0], [None, 2.0, 2.0, 2.0, None], "words"))
    assert own.count("M") == 2 and beside.count("M") == 1


def test_the_ends_are_those_of_the_figures() -> None:
    assert ends_of(line([None, 2.0, 3.0, 4.0, 5.0, None])) == (YEARS[1], YEARS[4])


def test_a_picture_that_fills_its_box_keeps_its_strokes_and_its_dot() -> None:
    fluid = of_lines(line([1.0, 2.0, 3.0, 4.0]), None, is_fluid=True)
    assert 'preserveAspectRatio="none"' in fluid
    assert fluid.count('vector-effect="non-scaling-stroke"') == fluid.count("<path") == 2
    assert re.search(r'd="M[\d. ]+h0" stroke-width="6.4"[^>]*stroke-linecap="round"', fluid)
    assert "preserveAspectRatio" not in of_lines(line([1.0, 2.0, 3.0, 4.0]), None)
