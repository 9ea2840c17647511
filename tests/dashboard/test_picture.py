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
from dashboard.figures.map import packed
from dashboard.picture import Picture, second_view, starts_of_change

NOTTINGHAM = "E06000018"
BUCKINGHAMSHIRE = "E06000060"


def view_of(context: Context, search: str) -> View:
    view = read_view(context, f"?indicator=employment-rate&area_type=ltla&{search}")
    assert isinstance(view, View), view
    return view


def place(picture: Picture, area_code: str) -> int:
    assert picture.shapes is not None
    return picture.shapes.area_codes.index(area_code)


def class_of(picture: Picture, area_code: str) -> str:
    values = picture.values or {}
    digit = (values["k"] or values["c"])[place(picture, area_code)]
    return values["classes"][int(digit)]["words"]


def test_a_change_has_the_interval_of_a_difference(context: Context) -> None:
    picture = Picture(context, view_of(context, "shading=change&since=2022-01-01/P1Y"))
    i = place(picture, NOTTINGHAM)
    values = picture.values or {}
    # 66.1 ± 4.1 after 65.1 ± 4.1: 1.0 ± √(4.1² + 4.1²)
    assert values["d"][i] == 10
    assert values["dlo"][i] == 10 - round(10 * (1.0 - math.hypot(4.1, 4.1)))
    assert values["dskew"][i] == 0
    assert class_of(picture, NOTTINGHAM) == "No clear change"
    assert picture.payload()["since"] == "2022"


def test_the_words_of_a_chosen_area_tell_its_change(context: Context, client: Any) -> None:
    page = client.get(f"/map?area={NOTTINGHAM}&shading=change&since=2022-01-01/P1Y").text
    assert (
        "worse than England (76.0%). Change since 2022: +1.0 (95% interval −4.8 to +6.8) percentage points, "
        "no clear change." in page
    )
    assert "Of 294 lower-tier local authorities with a figure, 294 show no clear change since 2022." in page


def test_a_change_starts_at_the_oldest_of_five_periods_unless_asked(context: Context) -> None:
    view = view_of(context, "shading=change")
    assert starts_of_change(view) == ("2022-01-01/P1Y",)
    assert Picture(context, view).since == "2022-01-01/P1Y"


def test_overlapping_periods_and_other_lengths_start_no_change(context: Context) -> None:
    view = replace(
        view_of(context, ""),
        period="2022-01-01/P3Y",
        periods=("2018-01-01/P1Y", "2019-01-01/P3Y", "2020-01-01/P3Y", "2022-01-01/P3Y"),
    )
    assert starts_of_change(view) == ("2019-01-01/P3Y",)


def test_without_an_earlier_period_fifths_are_shown_and_the_note_says_why(context: Context) -> None:
    picture = Picture(context, view_of(context, "shading=change&period=2022-01-01/P1Y"))
    assert picture.shading == "quintile"
    assert "there is no earlier period that does not overlap this one" in picture.note


def test_a_start_that_is_not_before_the_period_gives_way_with_a_note(context: Context) -> None:
    view = view_of(context, "shading=change&since=2023-01-01/P1Y")
    assert view.since is None
    assert view.notes == ("A change since 2023 needs a later period, so another start is shown.",)


def test_a_trend_that_ends_in_another_period_is_not_shown(fuller: Context) -> None:
    picture = Picture(fuller, view_of(fuller, "shading=trend"))
    assert class_of(picture, NOTTINGHAM) == "Getting better (rising)"
    # Buckinghamshire's trend ends a year before
    assert class_of(picture, BUCKINGHAMSHIRE) == "Cannot be worked out"
    reasons = dict(map(tuple, (picture.values or {})["reasons"]))
    assert place(picture, BUCKINGHAMSHIRE) in reasons["no recent trend ends in this period"]


def test_areas_are_set_against_the_middle_of_the_areas_most_like_them(context: Context) -> None:
    picture = Picture(context, view_of(context, "benchmark=similar"))
    values = {row["area_code"]: row["value"] for row in picture.rows if row["value"] is not None}
    alike = sorted(values[code] for code in context.register.similar(NOTTINGHAM) if code in values)
    middle = (alike[(len(alike) - 1) // 2] + alike[len(alike) // 2]) / 2
    assert len(alike) >= 3
    assert picture.benchmarks[NOTTINGHAM] == pytest.approx(middle)
    assert picture.benchmark_words == "the middle of the areas most like it"


def test_areas_are_set_against_what_lies_around_them(context: Context) -> None:
    # the small store has no counties, so that a district falls back on its region
    picture = Picture(context, view_of(context, "benchmark=parent"))
    regions = {row["area_code"]: row["value"] for row in context.store.observations(
        indicator_id="employment-rate", area_type="region", period="2023-01-01/P1Y"
    )}  # fmt: skip
    assert picture.benchmarks[NOTTINGHAM] == regions["E12000004"]
    assert picture.benchmarks["E09000001"] == regions["E12000007"]


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
    payload = Picture(context, view_of(context, "outline=icb&view=hex")).payload()
    assert payload is not None
    answer = client.get(payload["outline"])
    usual = client.get(payload["shapes"])
    assert answer.json["outlines"].startswith("M")
    assert answer.json["outlines"] != usual.json["outlines"]
    assert "immutable" in answer.headers["Cache-Control"]
    assert Picture(context, view_of(context, "outline=ccg")).payload()["outline"] == ""
    assert client.get(payload["shapes"] + "&outline=ccg").status_code == 404


DIGITS = [chr(code) for code in range(32, 126) if chr(code) not in '"\\']


def unpacked(low: int, width: int, text: str) -> list[int | None]:
    n = len(text) // width
    rows = [text[place * n : (place + 1) * n] for place in range(width)]
    return [
        None if digits[0] == "~" else low + sum(DIGITS.index(one) * 92**i for i, one in enumerate(digits))
        for digits in zip(*rows, strict=True)
    ]


@given(st.lists(st.one_of(st.none(), st.integers(-(10**9), 10**9)), max_size=40))
def test_packed_numbers_come_back_as_they_were(numbers: list[int | None]) -> None:
    assert unpacked(*packed(numbers)) == numbers


def test_numbers_are_packed_from_the_lowest_last_digits_first() -> None:
    assert packed([5, None, 5 + 92, 6]) == [5, 2, " ~ ! ~! "]
