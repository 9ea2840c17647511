"""Where the figures of a line do not join, and how it is said."""

from __future__ import annotations

import pytest

from dashboard.answers.time_series import Break, Line, Point
from dashboard.queries.breaks import usual_step, with_breaks
from dashboard.sentences.breaks import break_reason, broken_line
from indicators.periods import Period


def year(number: int) -> str:
    return f"{number}-01-01/P1Y"


def line(values: dict[int, float | None], name: str = "Nottingham", status: str = "suppressed") -> Line:
    return Line(
        name,
        name,
        tuple(
            Point(year(number), value, status="ok" if value is not None else status)
            for number, value in values.items()
        ),
    )


def test_figures_that_count_something_else_are_not_joined() -> None:
    points = tuple(
        Point(year(number), 70.0, definition=definition)
        for number, definition in (
            (2019, "The few"),
            (2020, "The few"),
            (2021, "Everyone"),
            (2022, "Everyone"),
        )
    )
    [found] = with_breaks([Line("a", "Nottingham", points)])
    assert found.breaks == (Break(year(2020), year(2021), "other_definition"),)
    assert broken_line(found) == (
        "Nottingham: the line is broken between 2020 and 2021, because the figures before and after count different "
        "people."
    )


def test_estimates_of_before_a_boundary_moved_are_not_joined_to_what_came_after() -> None:
    points = tuple(
        Point(year(number), 50.0, method="estimated by share" if number < 2022 else "Wilson score", is_estimated=number < 2022)
        for number in (2020, 2021, 2022, 2023)
    )  # fmt: skip
    [found] = with_breaks([Line("a", "Derby and Derbyshire", points)])
    assert found.breaks == (Break(year(2021), year(2022), "estimated"),)
    assert broken_line(found) == (
        "Derby and Derbyshire: the line is broken between 2021 and 2022, because its boundary changed, and the earlier "
        "figures are estimated."
    )


def whole(first: int, last: int) -> Line:
    return line(dict.fromkeys(range(first, last + 1), 75.0), "England")


def breaks_of(broken: Line, *others: Line) -> tuple[Break, ...]:
    return with_breaks([broken, *others])[0].breaks


def test_a_hidden_year_breaks_a_line() -> None:
    broken = line({2016: 60.0, 2017: 61.0, 2018: None, 2019: 63.0})
    (found,) = breaks_of(broken)
    assert found == Break(year(2017), year(2019), "no_figure", (year(2018),), is_hidden=True)
    assert break_reason(found) == "there is no figure for 2018 (hidden by the publisher)"
    (found,) = breaks_of(line({2017: 61.0, 2018: None, 2019: 63.0}, status="not_available"))
    assert break_reason(found) == "there is no figure for 2018"


def test_years_that_only_another_line_has_break_a_line() -> None:
    (found,) = breaks_of(line({2016: 60.0, 2020: 63.0}), whole(2016, 2023))
    assert break_reason(found) == "there is no figure for 2017 to 2019"
    assert breaks_of(whole(2016, 2023), line({2016: 60.0, 2020: 63.0})) == ()


def test_a_line_is_broken_where_nothing_was_published_for_a_while() -> None:
    (found,) = breaks_of(line({2016: 60.0, 2017: 61.0, 2018: 61.0, 2021: 63.0}))
    assert (found.after, found.before) == (year(2018), year(2021))
    assert break_reason(found) == "nothing is published for the time between"


@pytest.mark.parametrize(("next_month", "is_broken"), [("11", False), ("12", True)])
def test_a_gap_of_up_to_half_a_step_more_than_usual_does_not_break_a_line(
    next_month: str, is_broken: bool
) -> None:
    # quarters of which each second one is published: six months from one to the next; nine are 1.5 steps
    months = [
        "2019-08-01/P3M",
        "2020-02-01/P3M",
        "2020-08-01/P3M",
        "2021-02-01/P3M",
        f"2021-{next_month}-01/P3M",
    ]
    found = with_breaks([Line("x", "x", tuple(Point(iso, 1.0) for iso in months))])[0].breaks
    assert [found_break.kind for found_break in found] == (["unpublished"] if is_broken else [])


def test_a_line_is_broken_where_the_length_of_its_periods_changes() -> None:
    changed = Line("x", "x", (Point("2019-04-01/P1Y", 1.0), Point("2020-04-01/P3M", 2.0)))
    (found,) = breaks_of(changed)
    assert break_reason(found) == "the periods before and after differ in length"


def test_a_line_is_broken_where_the_method_of_the_interval_changes() -> None:
    points = (
        Point("2019-04-01/P1Y", 1.0, method="wilson"),
        Point("2020-04-01/P1Y", 2.0, method="published"),
    )
    (found,) = breaks_of(Line("x", "x", points))
    assert break_reason(found) == "the interval is calculated another way from then on"
    unknown = (points[0], Point("2020-04-01/P1Y", 2.0))
    assert breaks_of(Line("x", "x", unknown)) == ()


def test_overlapping_periods_and_yearly_dates_are_joined() -> None:
    rolling = [f"{number}-01-01/P3Y" for number in range(2011, 2023)]
    assert breaks_of(Line("x", "x", tuple(Point(iso, 60.0) for iso in rolling))) == ()
    dates = ["2019-04-17/P1D", "2020-04-22/P1D", "2021-04-21/P1D", "2022-04-20/P1D"]
    assert breaks_of(Line("x", "x", tuple(Point(iso, 500.0) for iso in dates))) == ()


def test_the_usual_step_is_the_commonest_and_of_two_as_common_the_shorter() -> None:
    def step(*periods: str) -> int:
        return usual_step([Period.parse(iso) for iso in periods])

    assert step(year(2019), year(2020), year(2021), year(2024)) == 12
    assert step(year(2019), year(2020), year(2022)) == 12
    assert step(year(2019)) == 0


def test_a_line_with_many_breaks_tells_the_first_three() -> None:
    many = line(dict.fromkeys(range(2010, 2020, 2), 60.0))
    words = broken_line(with_breaks([many, whole(2010, 2018)])[0])
    assert words.startswith(
        "Nottingham: the line is broken between 2010 and 2012, because there is no figure for 2011;"
    )
    assert words.endswith("between 2014 and 2016, because there is no figure for 2015; and 1 times more.")
    assert broken_line(whole(2010, 2018)) == ""


def test_years_that_follow_each_other_are_joined_where_most_begin_each_quarter() -> None:
    def of(*isos: str) -> tuple[Break, ...]:
        return breaks_of(Line("E1", "Leeds", tuple(Point(iso, 75.0, status="ok") for iso in isos)))

    rolling = ("2018-01-01/P1Y", "2018-04-01/P1Y", "2018-07-01/P1Y")
    assert of(*rolling, "2019-07-01/P1Y") == ()
    [found] = of(*rolling, "2019-08-01/P1Y")
    assert (found.after, found.before, found.kind) == ("2018-07-01/P1Y", "2019-08-01/P1Y", "unpublished")
