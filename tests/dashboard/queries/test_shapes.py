"""Which shapes fit figures best, and whose borders lie over them."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest

from dashboard.address.context import Context
from dashboard.answers.shapes import Shapes
from dashboard.queries import shapes as module
from dashboard.queries.shapes import (
    best_vintage,
    default_kind,
    drawn_for,
    kinds_of,
    other_codes,
    outlines,
    shapes_of,
    vintages,
)
from geodata.register import Register
from indicators.catalogue import catalogue
from indicators.settings import load_settings
from indicators.store import Store

from .conftest import (
    BARNSLEY,
    BARNSLEY_NOW,
    ICB,
    LATER,
    MERGED,
    OTHER_ICB,
    OUTSIDE,
    UNDER,
    WHOLE,
    FewFigures,
    view,
)


@pytest.fixture
def there(register: Register, tmp_path: Path) -> Context:
    """The real register and no boundaries: outlines and hexagons can be drawn, official boundaries cannot."""
    settings = load_settings(data_dir=tmp_path, database_url="")
    return Context(settings, register, catalogue(), cast(Store, FewFigures([])), lambda: date(2026, 11, 22))


def rows(register: Register, year: int) -> list[dict[str, Any]]:
    return [{"area_code": code} for code in sorted(register.codes("ltla", year))]


def test_the_year_whose_areas_the_figures_have_is_drawn(register: Register) -> None:
    codes = register.codes("ltla", 2019)
    assert best_vintage(register, "ltla", (2016, 2019, 2023), codes, near=2023) == 2019


def test_of_years_that_fit_alike_the_nearest_is_drawn(register: Register) -> None:
    # no district changed between the ends of 2023 and 2024
    assert register.codes("ltla", 2023) == register.codes("ltla", 2024)
    codes = register.codes("ltla", 2023)
    assert best_vintage(register, "ltla", (2023, 2024), codes, near=2023) == 2023
    assert best_vintage(register, "ltla", (2023, 2024), codes, near=2024) == 2024
    assert best_vintage(register, "ltla", (), codes, near=2024) is None
    # a year that the register does not hold fits worst
    assert best_vintage(register, "ltla", (1066, 2016), codes, near=1066) == 2016
    assert best_vintage(register, "ltla", (1066, 1070), codes, near=1070) == 1070


def test_where_the_shapes_asked_for_cannot_be_drawn_the_others_are(there: Context) -> None:
    assert vintages(there, "official", "ltla") == ()
    assert kinds_of(there, "ltla") == ("approximate", "hex")
    found = shapes_of(there, view(vintage=2023), rows(there.register, 2023))
    assert found is not None
    assert (found.view, found.vintage) == ("approximate", 2024)
    assert list(found.names.values()) == sorted(found.names.values())
    assert shapes_of(there, view(area_type="uk"), []) is None


def test_outlines_stand_in_where_boundaries_are_asked_for_by_name(there: Context) -> None:
    asked = frozenset({"view"})
    for wanted, drawn in (("official", "approximate"), ("approximate", "approximate"), ("hex", "hex")):
        found = shapes_of(there, view(view=wanted, asked=asked, vintage=2023), rows(there.register, 2023))
        assert found is not None
        assert (found.view, found.vintage) == (drawn, 2024)
        # whatever was asked for, an address that names none still gets outlines
        assert (
            default_kind(there, view(view=wanted, asked=asked, vintage=2023), rows(there.register, 2023))
            == "approximate"
        )
    assert default_kind(there, view(area_type="uk"), []) == ""


def test_what_stands_in_for_boundaries_by_default_is_one_constant(
    there: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "INSTEAD_OF_OFFICIAL", ("approximate", "hex"))
    found = shapes_of(there, view(vintage=2023), rows(there.register, 2023))
    assert found is not None
    assert found.view == "approximate"
    assert default_kind(there, view(vintage=2023), rows(there.register, 2023)) == "approximate"


@pytest.mark.parametrize(
    ("area_type", "years"), [("ltla", (2017, 2020, 2025)), ("icb", (2026,)), ("lep", (2021,))]
)
def test_outlines_are_drawn_in_the_year_of_the_figures(
    there: Context, area_type: str, years: tuple[int, ...]
) -> None:
    for year in years:
        drawn = module.shapes(there, "approximate", area_type, year)
        assert drawn is not None
        assert set(drawn.area_codes) == there.register.codes(area_type, year)
        assert drawn.url.startswith(f"/geometry/approximate/{area_type}-{year}.json?v=")
        assert len(drawn.compressed) < 60_000
        assert list(drawn.names.values()) == sorted(drawn.names.values())
    assert module.shapes(there, "approximate", area_type, 1066) is None


def test_boundaries_of_other_areas_give_way_to_outlines_of_the_right_ones(there: Context) -> None:
    folder = there.settings.boundaries_dir
    folder.mkdir(parents=True)
    (folder / "icb-2023.geojson").write_text(
        '{"type": "FeatureCollection", "features": []}', encoding="utf-8"
    )

    def drawn(year: int) -> tuple[str, int]:
        codes = there.register.codes("icb", year)
        found = shapes_of(
            there,
            view(area_type="icb", period=f"{year}-01-01/P1Y"),
            [{"area_code": code} for code in sorted(codes)],
        )
        assert found is not None
        return (found.view, found.vintage)

    assert drawn(2024) == ("official", 2023)
    # 7 of the 36 ICBs of 2026 are in no boundary file
    assert drawn(2026) == ("approximate", 2026)


def test_a_drawing_of_another_vintage_has_the_codes_of_the_figures(small: Register) -> None:
    drawn = Shapes(
        "hex", "ltla", 2025, b"", "tag", (BARNSLEY_NOW, WHOLE), {BARNSLEY_NOW: "Barnsley", WHOLE: "Whole"}
    )
    found = drawn_for(small, drawn, {BARNSLEY, WHOLE})
    assert (found.area_codes, found.names) == ((BARNSLEY, WHOLE), {BARNSLEY: "Barnsley", WHOLE: "Whole"})
    assert found.url == drawn.url
    # the drawing's own code, or no figure at all
    assert drawn_for(small, drawn, {BARNSLEY_NOW, BARNSLEY}) is drawn
    assert drawn_for(small, drawn, {WHOLE}) is drawn
    assert other_codes(small, drawn.area_codes) == {BARNSLEY: BARNSLEY_NOW}
    assert other_codes(small, (BARNSLEY, BARNSLEY_NOW)) == {}


def test_only_borders_that_the_area_type_names_can_be_drawn_over_it(there: Context) -> None:
    assert outlines(there, "hex", "ltla", 2024, "icb") is not None
    assert outlines(there, "hex", "ltla", 2024, "ccg") is None
    assert outlines(there, "hex", "ltla", 1066, "icb") is None
    assert outlines(there, "approximate", "ltla", 2024, "icb") not in (None, b'{"outlines":""}')
    # partnerships overlap: each district is drawn with the one that holds most of it
    assert outlines(there, "hex", "ltla", 2024, "lep") != outlines(there, "hex", "ltla", 2024, "icb")


@pytest.mark.parametrize(
    ("changes", "near"),
    [
        ({"vintage": 2019, "period": "2023-01-01/P1Y"}, 2019),
        ({"vintage": None, "period": "2023-01-01/P1Y"}, 2023),
        ({"vintage": 2019, "period": None}, 2019),
        ({"vintage": None, "period": None}, 0),
    ],
)
def test_shapes_are_near_to_the_year_asked_for_or_else_to_the_period(
    changes: dict[str, Any], near: int, there: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr(module, "best_vintage", lambda *given: asked.append(given[-1]))
    assert shapes_of(there, view(**changes), rows(there.register, 2023)) is None
    assert asked == [near] * len(module.KINDS)


def test_an_area_is_drawn_with_the_parent_that_holds_most_of_it(small: Register) -> None:
    codes = [WHOLE, UNDER, OUTSIDE, MERGED]
    assert module._groups(small, "ltla", codes, 2024, ("icb",)) == {
        WHOLE: ICB,
        UNDER: OTHER_ICB,
        OUTSIDE: OTHER_ICB,
    }
    # of the first of the types in which it lies at all
    assert module._groups(small, "ltla", codes, 2024, ("combined_authority", "icb")) == {
        WHOLE: LATER,
        UNDER: OTHER_ICB,
        OUTSIDE: OTHER_ICB,
        MERGED: LATER,
    }


def test_a_drawing_has_a_short_name_of_its_content(there: Context) -> None:
    found = shapes_of(there, view(vintage=2023), rows(there.register, 2023))
    assert found is not None and re.fullmatch("[0-9a-f]{12}", found.etag)


@pytest.mark.parametrize(
    ("area_type", "period", "of_year", "drawn", "many"),
    [
        ("ltla", "2018-01-01/P1Y", 2018, 2017, 326),
        ("ltla", "2019-01-01/P1Y", 2019, 2019, 317),
        ("ccg", "2018-04-01/P1Y", 2018, 2018, 195),
        ("ccg", "2020-04-01/P1Y", 2020, 2020, 135),
        ("stp", "2017-04-01/P1Y", 2017, 2017, 44),
        ("icb", "2022-07-01/P9M", 2022, 2022, 42),
        ("icb", "2024-04-01/P1Y", 2024, 2023, 42),
        ("icb", "2026-04-01/P1M", 2026, 2026, 36),
        ("sub_icb", "2022-07-01/P1M", 2022, 2022, 106),
        ("utla", "2021-04-01/P1Y", 2021, 2021, 152),
    ],
)
def test_a_map_of_a_past_period_is_drawn_on_the_areas_of_that_period(
    there: Context, area_type: str, period: str, of_year: int, drawn: int, many: int
) -> None:
    codes = there.register.codes(area_type, of_year)
    given = [{"area_code": code} for code in sorted(codes)]
    for kind in ("approximate", "hex"):
        asked = view(
            area_type=area_type, period=period, vintage=of_year, view=kind, asked=frozenset({"view"})
        )
        found = shapes_of(there, asked, given)
        assert found is not None
        assert (found.view, found.vintage, len(found.area_codes)) == (kind, drawn, many)
        # a layer stands for all years in which no code changed
        assert set(found.area_codes) == codes


def test_figures_of_some_areas_still_find_their_own_year(there: Context) -> None:
    codes = sorted(there.register.codes("ccg", 2018))[:150]
    found = shapes_of(
        there,
        view(area_type="ccg", period="2018-04-01/P1Y", vintage=2018),
        [{"area_code": code} for code in codes],
    )
    assert found is not None and found.vintage == 2018
