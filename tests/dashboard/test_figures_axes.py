"""What the charts share: wrapped words, honest ends of an axis, round steps."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dashboard.figures.axes import (
    padded_range,
    round_step,
    starts_above_zero,
    tick_words,
    titled,
    unit_axis,
    wrapped,
)
from indicators.catalogue import Indicator
from indicators.catalogue.units import known_units


def test_words_are_wrapped_never_cut_and_escaped() -> None:
    assert wrapped("Bournemouth, Christchurch and Poole", 20) == ["Bournemouth,", "Christchurch and", "Poole"]
    assert wrapped("Northamptonshire", 4) == ["Northamptonshire"]
    assert wrapped("a <b> & c", 20) == ["a &lt;b&gt; &amp; c"]
    assert wrapped("one two three four", 5, most_lines=2) == ["one", "two …"]


@pytest.mark.parametrize(
    ("least", "step"),
    [(0.96, 1), (0.22, 0.3), (1, 1), (1.01, 2), (4.4, 5), (5.1, 10), (37, 40), (0.0021, 0.003)],
)
def test_steps_are_round_numbers(least: float, step: float) -> None:
    assert round_step(least) == pytest.approx(step)


def test_an_axis_leaves_room_but_not_beyond_what_is_possible() -> None:
    assert padded_range([50.0, 60.0], (0.0, 100.0)) == pytest.approx((49.6, 60.4))
    # 99.9% is near the end: the axis stops just beyond 100, so that the mark is whole
    low, high = padded_range([90.0, 99.9], (0.0, 100.0))
    assert high == pytest.approx(100.198)
    assert low == pytest.approx(89.604)
    assert padded_range([None, None], (0.0, 100.0)) == (0.0, 1.0)
    assert padded_range([5.0], (0.0, None)) == pytest.approx((4.75, 5.25))
    assert starts_above_zero(4.75)
    assert not starts_above_zero(-0.2)


@example([-1000000.0, -999999.9999999999])  # 4% of this spread is less than one float step at a million
@example([1e6, 1e6 + 1e-9])
@example([0.0, 5e-324])
@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30))
def test_an_axis_holds_every_value(values: list[float]) -> None:
    low, high = padded_range(values, (None, None))
    assert low < min(values)
    assert max(values) < high


def test_values_that_differ_by_rounding_only_get_the_margin_of_equal_values() -> None:
    equal = padded_range([62.4, 62.4], (0.0, 100.0))
    assert padded_range([62.4, 62.4 + 1e-12], (0.0, 100.0)) == pytest.approx(equal)
    assert padded_range([62.4, 62.4001], (0.0, 100.0)) == pytest.approx((62.4 - 4e-6, 62.4001 + 4e-6))


def test_title_and_source_are_kept_for_the_picture_taken_away() -> None:
    layout = titled(
        "Employment rate", "Source: ONS", top=40, bottom=30, left=10, right=10, plot=200, note="A key"
    )
    assert layout["meta"] == {
        "title": "Employment rate",
        "note": "A key",
        "source": "Source: ONS",
        "narrow": {},
    }
    assert layout["annotations"] == []
    assert layout["height"] == layout["margin"]["t"] + 200 + layout["margin"]["b"] == 270


@pytest.mark.parametrize(
    ("indicator_id", "value", "step", "words"),
    [
        ("employment-rate", 70.0, 10.0, "70%"),
        ("employment-rate", 70.5, 0.5, "70.5%"),
        ("employment-gap-learning-disability", -5.0, 5.0, "−5"),
        ("disabled-people-in-employment", 4.5e6, 5e5, "4.5m"),
        ("disabled-people-in-employment", 0.0, 5e5, "0.0"),
        ("disabled-people-in-employment", 40000.0, 20000.0, "40k"),
        ("disabled-people-in-employment", 1500.0, 500.0, "1,500"),
    ],
)
def test_ticks_have_no_more_digits_than_differ(
    indicators: dict[str, Indicator], indicator_id: str, value: float, step: float, words: str
) -> None:
    assert tick_words(value, step, indicators[indicator_id]) == words


def test_every_unit_has_an_axis(indicators: dict[str, Indicator]) -> None:
    assert {indicator.unit for indicator in indicators.values()} <= set(known_units())
    for indicator in indicators.values():
        axis = unit_axis(indicator)
        assert axis.get("ticksuffix", "") == ("%" if indicator.unit == "percent" else "")
        assert axis.get("tickprefix", "") == ("£" if indicator.unit == "pounds_per_week" else "")
