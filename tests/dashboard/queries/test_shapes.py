"""Which shapes fit figures best, and whose borders lie over them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest

from dashboard.address.context import Context
from dashboard.queries.shapes import best_vintage, kinds_of, outlines, shapes_of, vintages
from geodata.register import Register
from indicators.catalogue import catalogue
from indicators.settings import load_settings
from indicators.store import Store

from .conftest import FewFigures, view


@pytest.fixture
def there(register: Register, tmp_path: Path) -> Context:
    """The real register and no boundaries: hexagons can be drawn, official boundaries cannot."""
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


def test_where_the_shapes_asked_for_cannot_be_drawn_the_others_are(there: Context) -> None:
    assert vintages(there, "official", "ltla") == ()
    assert kinds_of(there, "ltla") == ("hex",)
    found = shapes_of(there, view(vintage=2023), rows(there.register, 2023))
    assert found is not None
    assert (found.view, found.vintage) == ("hex", 2024)
    assert list(found.names.values()) == sorted(found.names.values())
    assert shapes_of(there, view(area_type="uk"), []) is None


def test_boundaries_of_other_areas_give_way_to_hexagons_of_the_right_ones(there: Context) -> None:
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
    assert drawn(2026) == ("hex", 2026)


def test_only_borders_that_the_area_type_names_can_be_drawn_over_it(there: Context) -> None:
    assert outlines(there, "hex", "ltla", 2024, "icb") is not None
    assert outlines(there, "hex", "ltla", 2024, "ccg") is None
    assert outlines(there, "hex", "ltla", 1066, "icb") is None
    # partnerships overlap: each district is drawn with the one that holds most of it
    assert outlines(there, "hex", "ltla", 2024, "lep") != outlines(there, "hex", "ltla", 2024, "icb")
