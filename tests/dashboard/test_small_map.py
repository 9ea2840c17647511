"""The small map that the server draws: few points, one path a class, no class by colour alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree

import pytest

from dashboard.address.context import Context
from dashboard.answers.small_map import SmallMap
from dashboard.figures import colours
from dashboard.figures import small_map as figures
from dashboard.queries.small_map import HEIGHT, coarse_path, small_map
from dashboard.sentences import catalogue as words

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize(
    ("path", "scale", "small"),
    [
        # a square of 10 stays a square of 5
        ("M10 10l10 0 0 10-10 0z", 0.5, "M5 5l5 0 0 5-5 0z"),
        # a point that falls on the one before is left out
        ("M0 0l20 0 1 0 0 20-21 0z", 0.25, "M0 0l5 0 0 5-5 0z"),
        # the last point that falls on the first is left out, and the islet that shrinks to nothing is a dot
        ("M0 0l20 0 0 20-20-19z", 0.1, "M0 0l2 0 0 2z"),
        ("M40 40l1 0 0 1-1 0z", 0.1, "M4 4h1v1h-1z"),
        # a strip that shrinks to a line has no inside: a dot too
        ("M0 0l40 0 0 1-40 0z", 0.1, "M0 0h1v1h-1z"),
        # the dot of a larger drawing
        ("M40 40h2v2h-2z", 0.1, "M4 4h1v1h-1z"),
        ("M0 0l8 0 0 8-8 0zM100 0l40 0 0 40-40 0z", 0.5, "M0 0l4 0 0 4-4 0zM50 0l20 0 0 20-20 0z"),
    ],
)
def test_a_path_keeps_its_shape_with_fewer_points(path: str, scale: float, small: str) -> None:
    assert coarse_path(path, scale) == small


@pytest.fixture(scope="module")
def found(fuller: Context) -> SmallMap:
    answer = small_map(fuller, "employment-rate")
    assert answer is not None
    return answer


def test_it_shows_what_the_map_opens_on(found: SmallMap) -> None:
    assert found.shown.view.area_type == "ltla" and found.shown.view.period == "2023-01-01/P1Y"
    assert found.drawing.height == HEIGHT
    assert len(found.drawing.paths) == len(found.shapes.area_codes) == 296


def test_every_area_is_in_one_class_and_classes_are_those_of_the_comparison(found: SmallMap) -> None:
    classes = {kind["key"]: places for kind, places in figures.classes_of(found)}
    assert sorted(place for places in classes.values() for place in places) == list(range(296))
    codes = found.shapes.area_codes
    for word in ("better", "similar", "worse"):
        assert {codes[place] for place in classes[word]} == {
            code for code, told in found.shown.words.items() if told == word
        } & set(codes)


def test_a_class_is_one_path_and_worse_is_striped(found: SmallMap) -> None:
    svg = figures.svg(found, "A & B")
    root = ElementTree.fromstring(svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))
    assert root.get("aria-label") == "A & B" and root.get("role") == "img"
    fills = [element.get("fill") for element in root.findall(f"{SVG}path")]
    assert len(fills) == len(figures.classes_of(found))
    assert "url(#small-worse)" in fills and colours.BETTER in fills
    # quiet classes lie below
    assert fills.index(colours.SIMILAR) < fills.index(colours.BETTER)
    patterns = {pattern.get("id") for pattern in root.iter(f"{SVG}pattern")}
    assert {fill[5:-1] for fill in fills if fill and fill.startswith("url")} <= patterns
    assert len(svg) < 60_000


def test_the_text_alternative_gives_the_counts(found: SmallMap) -> None:
    classes = figures.classes_of(found)
    label = words.map_label(found.shown, classes)
    assert label.startswith(
        "Map of Employment rate. Local authorities (lower tier) compared with England, 2023"
    )
    for kind, places in classes:
        assert f"{kind['words']}: {len(places)} area" in label


def test_there_is_none_for_a_country_alone_nor_for_illustrative_figures(fuller: Context) -> None:
    assert small_map(fuller, "disabled-people-in-employment") is None
    assert small_map(fuller, "ips-access-rate") is None
    assert small_map(fuller, "pip-claimants") is None


def swatches() -> Iterator[str]:
    yield figures.swatch("better", colours.BETTER)
    yield figures.swatch("missing", colours.MISSING)
    yield figures.swatch("fifth-1", colours.BANDS[0])


def test_the_key_has_the_symbol_of_a_comparison_and_the_hatching_of_no_figure() -> None:
    better, missing, fifth = swatches()
    assert re.search(r'<path d="M8 [^"]+" fill="#00403A"', better)
    assert "url(#small-missing-key)" in missing and 'id="small-missing-key"' in missing
    assert f'fill="{colours.BANDS[0]}"' in fifth
