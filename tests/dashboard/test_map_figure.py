"""What the map is sent, and how shapes become a drawing."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from dashboard.address.context import Context
from dashboard.answers.area_map import Course
from dashboard.answers.comparison import Against
from dashboard.figures.classes import quintiles
from dashboard.figures.map import map_values
from dashboard.queries.comparison import verdicts
from geodata.drawing import HEIGHT, drawing
from indicators.catalogue import Indicator


def row(code: str, value: float | None, half: float | None = 2.0, status: str = "ok") -> dict[str, Any]:
    return {
        "area_code": code,
        "value": value,
        "lower_ci_95": None if value is None or half is None else value - half,
        "upper_ci_95": None if value is None or half is None else value + half,
        "lower_ci_998": None,
        "upper_ci_998": None,
        "status": status,
    }


def values(indicator: Indicator, rows: list[dict[str, Any]], codes: list[str], **more: Any) -> dict[str, Any]:
    benchmark = Against("E92000001", "England", 76.0)
    context = cast(Context, SimpleNamespace(catalogue={indicator.id: indicator}))
    compared = [verdict.word for verdict in verdicts(context, [(indicator, row, benchmark) for row in rows])]
    given: dict[str, Any] = {
        "indicator": indicator,
        "area_codes": codes,
        "rows": {row["area_code"]: row for row in rows},
        "names": {},
        "compared": {row["area_code"]: word for row, word in zip(rows, compared, strict=True)},
        "shading": "benchmark",
    }
    return map_values(**{**given, **more})


def test_values_come_in_drawing_order_as_whole_numbers(indicators: dict[str, Indicator]) -> None:
    rows = [
        row("b", 66.1, 4.1),
        row("a", 81.2),
        row("c", 76.0),
        row("d", None, status="suppressed"),
        row("e", 80.0, None),
    ]
    answer = values(indicators["employment-rate"], rows, ["a", "b", "c", "d", "e", "f"])
    assert answer["v"] == [812, 661, 760, None, 800, None]
    assert answer["lo"] == [20, 41, 20, None, None, None]
    assert answer["skew"] == [0, 0, 0, None, None, None]
    keys = [entry["key"] for entry in answer["compared"]]
    assert [keys[int(c)] for c in answer["c"]] == [
        "better",
        "worse",
        "similar",
        "missing",
        "not_compared",
        "missing",
    ]
    # similar areas are plain, worse ones hatched: they stay apart without colour
    assert {entry["key"]: entry["pattern"] for entry in answer["classes"]} == {
        "better": "", "similar": "", "worse": "stripes", "not_compared": "", "missing": "hatch"
    }  # fmt: skip
    assert answer["k"] == ""
    assert answer["missing"] == {"suppressed": [3], "no_row": [5]}


def test_low_is_good_turns_the_judgement(indicators: dict[str, Indicator]) -> None:
    answer = values(indicators["unemployment-rate"], [row("a", 81.2), row("b", 60.0)], ["a", "b"])
    assert [answer["compared"][int(c)]["key"] for c in answer["c"]] == ["worse", "better"]


def test_skew_is_how_much_further_the_upper_limit_is(indicators: dict[str, Indicator]) -> None:
    skewed = [
        {**row("a", 80.0), "lower_ci_95": 78.0, "upper_ci_95": 83.0},
        {**row("b", 80.0), "lower_ci_95": 77.0, "upper_ci_95": 82.0},
        row("c", 80.0),
    ]
    answer = values(indicators["employment-rate"], skewed, ["a", "b", "c"])
    assert answer["lo"] == [20, 30, 20]
    assert answer["skew"] == [10, -10, 0]


def test_a_change_sends_its_skewed_interval_and_the_reasons(indicators: dict[str, Indicator]) -> None:
    courses = {
        "a": Course("better", difference=2.0, lower=0.5, upper=4.5),
        "b": Course("not_compared", "no_figure"),
        "c": Course("not_compared", "no_interval", difference=-1.0),
    }
    answer = values(
        indicators["employment-rate"],
        [row("a", 80.0), row("b", 70.0), row("c", 60.0, None)],
        ["a", "b", "c", "d"],
        shading="change",
        courses=courses,
        since="2022-01-01/P1Y",
    )
    assert answer["d"] == [20, None, -10, None]
    assert answer["dlo"] == [15, None, None, None]
    assert answer["dskew"] == [10, None, None, None]
    assert answer["reasons"] == [
        ["no figure for 2022", [1]],
        ["without an interval a difference could be chance", [2]],
    ]
    keys = [entry["key"] for entry in answer["compared"]]
    assert [keys[int(k)] for k in answer["k"]] == ["better", "not_compared", "not_compared", "missing"]


def test_without_a_good_direction_nothing_is_judged(indicators: dict[str, Indicator]) -> None:
    plain = next(
        candidate
        for candidate in indicators.values()
        if candidate.polarity == "none" and candidate.comparable
    )
    answer = values(plain, [row("a", 90.0), row("b", 10.0)], ["a", "b"])
    keys = [entry["key"] for entry in answer["compared"]]
    assert keys[:3] == ["higher", "similar", "lower"]
    assert [keys[int(c)] for c in answer["c"]] == ["higher", "lower"]


def test_counts_are_never_compared(indicators: dict[str, Indicator]) -> None:
    count = next(candidate for candidate in indicators.values() if not candidate.comparable)
    answer = values(count, [row("a", 1000.0)], ["a"])
    assert answer["compared"][int(answer["c"])]["key"] == "not_compared"


def test_fifths_keep_ties_together_and_say_their_ends(indicators: dict[str, Indicator]) -> None:
    assert quintiles([1, 2, 3, 4, 5, None]) == [0, 1, 2, 3, 4, None]
    assert quintiles([1, 2, 3]) == [None, None, None]
    assert len(set(quintiles([1, 1, 1, 2, 3, 4, 5])[:3])) == 1
    codes = list("abcdefghij")
    rows = [row(code, 50.0 + i) for i, code in enumerate(codes)]
    answer = values(indicators["employment-rate"], rows, codes, shading="quintile")
    assert answer["k"] == "0011223344"
    assert answer["classes"][0]["words"] == "Quintile 1 (lowest): 50.0 to 51.0%"


def test_continuous_shading_sends_its_ends(indicators: dict[str, Indicator]) -> None:
    answer = values(
        indicators["employment-rate"], [row("a", 50.0), row("b", 80.0)], ["a", "b"], shading="continuous"
    )
    assert (answer["range"]["low"], answer["range"]["high"]) == (500, 800)


def test_areas_without_a_shape_come_apart_with_their_names(indicators: dict[str, Indicator]) -> None:
    rows = [row("a", 50.0), row("z", 80.0)]
    answer = values(indicators["employment-rate"], rows, ["a"], names={"z": "Zed"})
    assert answer["v"] == [500]
    assert answer["extra"] == [["z", "Zed", 800, 20, 0, 0, 0]]


@pytest.mark.parametrize("shading", ["benchmark", "quintile", "continuous"])
def test_an_illustrative_area_is_hatched_and_bounds_no_class(
    indicators: dict[str, Indicator], shading: str
) -> None:
    real = [row(code, value) for code, value in zip("abcde", (60.0, 65.0, 70.0, 75.0, 80.0), strict=True)]
    answer = values(
        indicators["employment-rate"],
        [*real, row("f", 99.0, status="illustrative")],
        list("abcdef"),
        shading=shading,
    )
    look = [answer["classes"][int(place)] for place in answer["k"] or answer["c"]]
    assert look[5] == {
        "key": "illustrative",
        "words": "Illustrative, not compared",
        "colour": "#DADCDE",
        "pattern": "grey",
    }
    assert all(shown["key"] != "illustrative" for shown in look[:5])
    if shading == "quintile":
        assert answer["classes"][4]["words"] == "Quintile 5 (highest): 80.0%"
    if shading == "continuous":
        assert (answer["range"]["low"], answer["range"]["high"]) == (600, 800)


def test_a_map_of_illustrative_figures_has_no_other_class(indicators: dict[str, Indicator]) -> None:
    rows = [row("a", 60.0, status="illustrative"), row("b", None, status="suppressed")]
    answer = values(indicators["employment-rate"], rows, ["a", "b"], shading="quintile")
    assert [shown["key"] for shown in answer["classes"]] == ["illustrative", "missing"]
    assert (answer["c"], answer["k"], answer["shading"]) == ("01", "", "benchmark")


def test_no_rows_at_all_is_an_empty_map(indicators: dict[str, Indicator]) -> None:
    for shading in ("benchmark", "quintile", "continuous"):
        answer = values(indicators["employment-rate"], [], ["a", "b"], shading=shading)
        assert answer["v"] == [None, None]


def square(code: str, x: float, y: float, size: float = 1.0) -> dict[str, Any]:
    ring = [[x, y], [x, y + size], [x + size, y + size], [x + size, y], [x, y]]
    return {
        "type": "Feature",
        "id": code,
        "properties": {"name": code.upper()},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def test_a_drawing_fills_its_height_north_up() -> None:
    drawn = drawing({"features": [square("b", 0, 1), square("a", 0, 0)]}, geographic=False)
    assert drawn["height"] == HEIGHT
    assert [area[:2] for area in drawn["areas"]] == [["a", "A"], ["b", "B"]]
    boxes = {area[0]: area[3:] for area in drawn["areas"]}
    assert boxes["b"][1] < boxes["a"][1]
    assert drawn["areas"][0][2].startswith("M")
    assert drawn["areas"][0][2].endswith("z")
    assert "inset" not in drawn


def test_borders_between_groups_are_drawn_once() -> None:
    collection = {"features": [square("a", 0, 0), square("b", 1, 0), square("c", 2, 0)]}
    same = drawing(collection, geographic=False, groups={"a": "x", "b": "x", "c": "x"})
    assert same["outlines"] == ""
    split = drawing(collection, geographic=False, groups={"a": "x", "b": "x", "c": "y"})
    assert split["outlines"].count("M") == 1


def test_london_is_enlarged_on_a_map_of_many_areas() -> None:
    boroughs = [square(f"l{i}", -0.3 + i * 0.1, 51.4, 0.05) for i in range(6)]
    country = [square("n", -2.0, 54.0), square("s", -3.0, 50.5)]
    drawn = drawing({"features": [*boroughs, *country]}, geographic=True)
    codes = [area[0] for area in drawn["areas"]]
    assert [codes[place] for place in drawn["inset"]["areas"]] == ["l0", "l1", "l2", "l3", "l4", "l5"]
    x, y, width, height = drawn["inset"]["from"]
    boxes = [area[3:] for area in drawn["areas"] if area[0].startswith("l")]
    assert (x, y) == (min(box[0] for box in boxes), min(box[1] for box in boxes))
    assert x + width == max(box[0] + box[2] for box in boxes)
    assert y + height == max(box[1] + box[3] for box in boxes)


def test_the_areas_of_london_may_be_named() -> None:
    """A neighbour whose middle lies in the box around London is not among them."""
    boroughs = [square(f"l{i}", -0.3 + i * 0.1, 51.4, 0.05) for i in range(6)]
    drawn = drawing(
        {"features": [*boroughs, square("e", -0.5, 51.3, 0.05), square("n", -2.0, 54.0)]},
        geographic=True,
        london={f"l{i}" for i in range(6)},
    )
    assert len(drawn["inset"]["areas"]) == 6
    few = drawing({"features": boroughs}, geographic=True, london={"l0", "l1"})
    assert "inset" not in few


def test_points_are_found_again_in_the_drawing() -> None:
    drawn = drawing({"features": [square("a", 0, 0)]}, geographic=False, points=[(0, 0), (1, 1), (0.5, 1)])
    (_, _, _, x, y, width, height) = drawn["areas"][0]
    assert drawn["points"] == [(x, y + height), (x + width, y), (x + round(width / 2), y)]


def test_an_unknown_geometry_is_an_error() -> None:
    feature = {"id": "a", "properties": {"name": "A"}, "geometry": {"type": "Point", "coordinates": [0, 0]}}
    with pytest.raises(ValueError, match="Point cannot be drawn"):
        drawing({"features": [feature]}, geographic=False)
