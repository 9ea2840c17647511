"""Spine chart: where its parts stand, their shapes, and its text alternative; sentences about an area."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from typing import Any

import pytest

from dashboard import sentences
from dashboard.address.context import Context
from dashboard.answers.profile import Line, Reference, Spine
from dashboard.figures import spine
from dashboard.figures.symbols import symbol
from dashboard.queries import profile
from dashboard.queries.references import made_references, spine_of
from indicators.catalogue import Indicator

SVG = "{http://www.w3.org/2000/svg}"


SPREAD: dict[str, Any] = {
    "area_type": "ltla", "minimum": 60.0, "p5": 66.0, "p25": 73.0, "p50": 76.5, "p75": 80.0, "p95": 84.0, "maximum": 90.0,
}  # fmt: skip


def observation(value: float | None, lower: float | None, upper: float | None, **more: Any) -> dict[str, Any]:
    """A row of ``Store.newest`` for Nottingham's employment rate."""
    return {
        "indicator_id": "employment-rate",
        "area_code": "E06000018",
        "area_name": "Nottingham",
        "area_type": "ltla",
        "period": "2023-01-01/P1Y",
        "sex": "persons",
        "age": "16-64",
        "breakdown": "all",
        "value": value,
        "numerator": None,
        "denominator": None,
        "lower_ci_95": lower,
        "upper_ci_95": upper,
        "status": "ok" if value is not None else "suppressed",
        "release": "ons_local_indicators:2024-11:ab12cd34",
        "interval_method": "published",
        "note": "",
        "trend": None,
        **more,
    }


def reference(
    indicator: Indicator, england: float | None = 76.0, spread: dict[str, Any] | None = SPREAD
) -> Reference:
    return made_references([(england, False, spread, indicator)])[0]


@pytest.fixture(scope="module")
def rate(indicators: dict[str, Indicator]) -> Indicator:
    """An indicator of which more is better."""
    return indicators["employment-rate"]


def line(context: Context, england: float = 76.0, **more: Any) -> Line:
    return lines(context, ({**observation(66.1, 62.0, 70.2), **more}, england))[0]


def lines(context: Context, *rows: tuple[dict[str, Any], float]) -> list[Line]:
    """Lines of (row, England's figure)."""
    references = [reference(context.catalogue[row["indicator_id"]], england) for row, england in rows]
    return profile.beside(context, [row for row, _ in rows], references)


def test_spines_place_value_interval_and_bars_on_one_scale(rate: Indicator) -> None:
    drawn = spine_of(reference(rate), observation(66.1, 62.0, 70.2))
    assert drawn is not None
    # the furthest area is 16 points from England
    assert drawn.value == pytest.approx(-9.9 / 16)
    assert (drawn.lower, drawn.upper) == (pytest.approx(-14 / 16), pytest.approx(-5.8 / 16))
    assert (drawn.low5, drawn.high95) == (pytest.approx(-10 / 16), pytest.approx(8 / 16))
    assert (drawn.low25, drawn.high75) == (pytest.approx(-3 / 16), pytest.approx(4 / 16))


def test_spines_are_mirrored_where_low_is_good(rate: Indicator, indicators: dict[str, Indicator]) -> None:
    high = spine_of(reference(rate), observation(66.1, 62.0, 70.2))
    low = spine_of(reference(indicators["unemployment-rate"]), observation(66.1, 62.0, 70.2))
    assert high is not None and low is not None
    assert low.value == pytest.approx(-high.value)
    assert (low.lower, low.upper) == (pytest.approx(-high.upper), pytest.approx(-high.lower))
    assert low.lower < low.upper
    assert (low.low5, low.low25, low.high75, low.high95) == (
        pytest.approx(-8 / 16), pytest.approx(-4 / 16), pytest.approx(3 / 16), pytest.approx(10 / 16),
    )  # fmt: skip


def test_spines_leave_out_rows_that_cannot_be_placed(rate: Indicator) -> None:
    whole = observation(66.1, 62.0, 70.2)
    assert spine_of(reference(rate), observation(None, None, None)) is None
    assert spine_of(reference(rate, spread=None), whole) is None
    assert spine_of(reference(rate, None), whole) is None
    plain = spine_of(reference(rate), observation(66.1, None, None))
    assert plain is not None and plain.lower is None and plain.value == pytest.approx(-9.9 / 16)


@pytest.mark.parametrize(("value", "place"), [(76.0, 0.0), (76.1, None)])
def test_where_every_area_is_as_england_only_england_has_a_place(
    rate: Indicator, value: float, place: float | None
) -> None:
    same = {**SPREAD, **dict.fromkeys(("minimum", "p5", "p25", "p75", "p95", "maximum"), 76.0)}
    drawn = spine_of(reference(rate, spread=same), observation(value, None, None))
    assert (None if drawn is None else drawn.value) == place


def test_spines_without_percentiles_have_no_bars(rate: Indicator) -> None:
    few = {
        "area_type": "region",
        "minimum": 70.0,
        "maximum": 80.0,
        "p5": None,
        "p25": None,
        "p50": None,
        "p75": None,
        "p95": None,
    }
    drawn = spine_of(reference(rate, spread=few), observation(72.0, 71.0, 73.0))
    assert drawn is not None
    assert drawn.low5 is None and drawn.high95 is None
    assert "wh-spine-outer" not in spine.svg(drawn, "worse", "Worse than England")


def test_svg_is_whole_named_and_inside_its_box() -> None:
    drawn = Spine(-1.0, -2.5, 2.5, -0.6, -0.2, 0.25, 0.5)
    picture = ElementTree.fromstring(spine.svg(drawn, "worse", 'Worse than "England" & <more>'))
    assert picture.get("role") == "img"
    assert picture.get("aria-label") == 'Worse than "England" & <more>'
    inner, square = picture.findall(f"{SVG}rect")
    assert inner.get("class") == "wh-spine-inner"
    # England is in the middle, the furthest area 14 px from the edge
    assert float(inner.get("x", 0)) == pytest.approx(202 - 0.2 * 188, abs=0.06)
    assert float(inner.get("width", 0)) == pytest.approx(0.45 * 188, abs=0.06)
    outer = next(path for path in picture.findall(f"{SVG}path") if path.get("class") == "wh-spine-outer")
    assert outer.get("d", "").startswith(f"M{202 - 0.6 * 188:.1f} 18H{202 + 0.5 * 188:g}M")
    assert square.get("fill") == "#D4622C"
    heads = [head for head in picture.findall(f"{SVG}path") if head.get("class") == "wh-spine-ink"]
    assert len(heads) == 2  # both ends are cut and say so
    ends = [
        float(number)
        for path in picture.findall(f"{SVG}path")
        for number in re.findall(r"[MH](-?[\d.]+)", path.get("d", ""))
    ]
    assert len(ends) >= 8 and min(ends) >= 0 and max(ends) <= spine.WIDTH
    narrow = ElementTree.fromstring(spine.svg(drawn, "worse", "Worse", spine.NARROW))
    assert narrow.get("viewBox") == f"0 0 {spine.NARROW} {spine.HEIGHT}"
    assert float(narrow.findall(f"{SVG}rect")[0].get("x", 0)) == pytest.approx(120 - 0.2 * 106, abs=0.06)


@pytest.mark.parametrize(
    ("compared", "shape"),
    [
        ("better", "path"),
        ("similar", "circle"),
        ("worse", "rect"),
        ("higher", "path"),
        ("lower", "path"),
        ("not_compared", "circle"),
    ],
)
def test_comparisons_differ_by_shape_as_well_as_colour(compared: str, shape: str) -> None:
    assert symbol(compared, 10, 10, 6).startswith(f"<{shape}")


def test_key_pictures_are_whole_and_hidden_from_screen_readers() -> None:
    for part, _ in spine.KEY:
        assert ElementTree.fromstring(spine.key_svg(part)).get("aria-hidden") == "true"


# ---- words -------------------------------------------------------------------------------------------


def test_sentence_of_a_worse_figure(context: Context) -> None:
    assert sentences.line_sentence(line(context), "Nottingham") == (
        "In 2023, 66.1% of people aged 16 to 64 in Nottingham were in work (95% CI 62.0% to 70.2%), compared with 76.0% in England. This figure is over 2 years old."
    )


def test_sentence_of_a_similar_figure(context: Context) -> None:
    found = line(context, lower_ci_95=55.0, upper_ci_95=78.0)
    assert found.compared == "similar"
    assert sentences.line_sentence(found, "Nottingham") == (
        "In 2023, 66.1% of people aged 16 to 64 in Nottingham were in work (95% CI 55.0% to 78.0%), similar to 76.0% in England. This figure is over 2 years old."
    )


def test_a_figure_without_interval_is_never_judged(context: Context) -> None:
    found = line(context, lower_ci_95=None, upper_ci_95=None)
    assert found.compared == "not_compared"
    assert profile.needs_a_look([found]) == []
    assert (
        sentences.line_sentence(found, "Nottingham")
        == "In 2023, 66.1% of people aged 16 to 64 in Nottingham were in work. England’s figure is 76.0%. This figure is over 2 years old."
    )


def test_counts_are_not_compared(context: Context) -> None:
    found = line(
        context,
        indicator_id="talking-therapies-referrals",
        value=900.0,
        lower_ci_95=850.0,
        upper_ci_95=950.0,
    )
    assert found.compared == "not_compared" and found.spine is None


def test_polarity_none_is_lower_or_higher_and_never_judged(context: Context) -> None:
    found = line(context, indicator_id="disability-prevalence")
    assert found.compared == "lower"
    assert profile.differs([found]) == [found]
    assert profile.needs_a_look([found]) == [] and profile.stands_out([found]) == []
    words = sentences.line_sentence(found, "the North East")
    assert words.startswith("In 2023, 66.1% of people aged 16 to 64 in the North East were disabled (95% CI ")
    assert "worse" not in words and "better" not in words


def test_illustrative_figures_are_never_in_a_sentence(context: Context) -> None:
    illustrative = line(context, status="illustrative")
    assert illustrative.illustrative
    assert profile.spoken_of(context, [illustrative]) == []
    assert (
        profile.needs_a_look([illustrative]) == [] and sentences.counts_words([illustrative], "Leeds") == ""
    )


def test_summary_speaks_of_work_first_then_of_the_furthest_on_either_side(
    context: Context,
) -> None:
    found = lines(
        context,
        (observation(66.1, 62.0, 70.2), 76.0),
        (observation(30.0, 29.0, 31.0, indicator_id="no-qualifications"), 20.0),
        (observation(30.0, 29.0, 31.0, indicator_id="unemployment-rate"), 20.0),
        (observation(75.0, 74.0, 76.0, indicator_id="talking-therapies-recovery-rate"), 50.0),
    )
    said = [sentences.line_sentence(line, "Nottingham") for line in profile.spoken_of(context, found)]
    assert [words.split(" in Nottingham ")[1].split(" (")[0] for words in said] == [
        "were in work",
        "had no qualifications",
        "recovered",
    ]
    assert sentences.counts_words(found, "Nottingham") == (
        "Of 4 indicators compared with England, 3 are worse in Nottingham and 1 is better."
    )
    assert sentences.theme_words(found) == "3 worse, 1 better"
    assert sentences.counts_words(found[:2], "Leeds") == (
        "All 2 indicators compared with England are worse in Leeds."
    )
    assert sentences.counts_words(found[:1], "Leeds") == (
        "1 indicator is compared with England: it is worse in Leeds."
    )


def test_needs_a_look_lists_the_furthest_first(context: Context) -> None:
    found = lines(
        context,
        (observation(74.0, 73.5, 74.5), 76.0),
        (observation(60.0, 59.0, 61.0, indicator_id="level-3-qualifications"), 76.0),
    )
    assert [line.indicator.id for line in profile.needs_a_look(found)] == [
        "level-3-qualifications",
        "employment-rate",
    ]


def test_an_indicator_by_sex_only_shows_each_sex(context: Context) -> None:
    health = {"indicator_id": "healthy-life-expectancy"}
    found = lines(
        context,
        (observation(60.0, 59.0, 61.0, sex="female", **health), 64.0),
        (observation(61.0, 60.0, 62.0, sex="male", **health), 63.0),
        (observation(66.1, 62.0, 70.2), 76.0),
        (observation(60.0, 55.0, 65.0, sex="female"), 76.0),
    )
    assert [line.is_main for line in found] == [True, True, True, False]
    assert sentences.line_name(found[0]) == "Healthy life expectancy (women)"
    assert sentences.line_sentence(found[0], "Leeds").startswith(
        "In 2023, healthy life expectancy at birth in Leeds was 60.0 years for women"
    )


def test_missing_values_say_why(context: Context) -> None:
    found = line(context, value=None, lower_ci_95=None, upper_ci_95=None, status="suppressed")
    assert sentences.value_cell(found) == ("Hidden by the publisher (small numbers)", "")
    assert (
        sentences.line_sentence(found, "Leeds")
        == "In 2023, the figure for employment rate in Leeds was hidden by the publisher because the numbers are small."
    )


def test_england_is_not_compared_with_itself(context: Context) -> None:
    found = line(
        context, value=76.0, lower_ci_95=75.6, upper_ci_95=76.4, area_code="E92000001", area_name="England"
    )
    assert found.england is None and found.compared == "not_compared" and found.spine is None
    said = [sentences.line_sentence(line, "England") for line in profile.spoken_of(context, [found])]
    assert said == [
        "In 2023, 76.0% of people aged 16 to 64 in England were in work (95% CI 75.6% to 76.4%). This figure is over 2 years old."
    ]


def test_spine_words_tell_comparison_and_spread(context: Context) -> None:
    assert sentences.spine_words(line(context), "local authorities (lower tier)") == (
        "Worse than England; half of local authorities (lower tier): 73.0% to 80.0%; 9 in 10: 66.0% to 84.0%"
    )


@pytest.mark.parametrize(
    ("share", "words"),
    [(1.0, "all of it"), (0.988, "about 99%"), (0.5, "about 50%"), (0.0049, "less than 1%")],
)
def test_shares_in_words(share: float, words: str) -> None:
    assert sentences.share_words(share) == words
