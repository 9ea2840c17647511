"""What each area is compared with, for every benchmark that an address may name."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dashboard.address.context import Context
from dashboard.answers.comparison import Against
from dashboard.queries.benchmarks import benchmarks, choices

from .conftest import (
    BARNSLEY,
    BARNSLEY_NOW,
    CCG,
    COUNTY,
    ENGLAND,
    HALF,
    ICB,
    MERGED,
    NHS_REGION,
    NHS_REGION_NOW,
    NORTH,
    OUTSIDE,
    SOUTH,
    UNDER,
    WHOLE,
    row,
    view,
)

Asking = Callable[..., Context]
DISTRICTS = [row(WHOLE, "ltla", 70.0, 68, 72), row(OUTSIDE, "ltla", 60.0, 58, 62)]
NORTH_ROW, ENGLAND_ROW = row(NORTH, "region", 71.0), row(ENGLAND, "england", 75.0)


def test_england_is_the_same_for_all(asking: Asking) -> None:
    found = benchmarks(asking([*DISTRICTS, ENGLAND_ROW]), view(), DISTRICTS)
    england = Against(ENGLAND, "england 001", 75.0)
    assert found.kind == "area"
    assert found.by_area == {WHOLE: england, OUTSIDE: england}
    assert found.shared == england
    assert found.has_values


def test_england_without_a_figure_keeps_its_name_and_no_value(asking: Asking) -> None:
    found = benchmarks(asking(DISTRICTS), view(), DISTRICTS)
    assert found.shared == Against(ENGLAND, "england 001", None)
    assert not found.has_values


def test_a_chosen_area_of_any_type_under_either_of_its_codes(asking: Asking) -> None:
    context = asking([*DISTRICTS, row(BARNSLEY, "ltla", 66.0)])
    assert benchmarks(context, view(benchmark=OUTSIDE), DISTRICTS).of(WHOLE).value == 60.0
    assert benchmarks(context, view(benchmark=BARNSLEY_NOW), DISTRICTS).of(WHOLE).value == 66.0


def test_each_area_has_its_own_region(asking: Asking) -> None:
    found = benchmarks(asking([*DISTRICTS, NORTH_ROW]), view(benchmark="region"), DISTRICTS)
    assert found.kind == "region"
    assert found.by_area == {
        WHOLE: Against(NORTH, "region 001", 71.0),
        # a region without a figure is named all the same
        OUTSIDE: Against(SOUTH, "region 002", None),
    }
    assert found.shared is None


def test_the_region_of_areas_that_share_it_is_reported_once(asking: Asking) -> None:
    rows = [row(WHOLE, "ltla", 70.0), row(HALF, "ltla", 60.0)]
    found = benchmarks(asking([*rows, NORTH_ROW]), view(benchmark="region"), rows)
    assert found.shared == Against(NORTH, "region 001", 71.0)


def test_a_ccg_is_set_against_its_nhs_region_through_its_stp(asking: Asking) -> None:
    period = "2020-04-01/P1Y"
    rows = [row(CCG, "ccg", 50.0, period=period)]
    context = asking([*rows, row(NHS_REGION, "nhs_region", 52.0, period=period)])
    found = benchmarks(context, view(area_type="ccg", benchmark="region", period=period), rows)
    assert found.of(CCG) == Against(NHS_REGION, "nhs_region 001", 52.0)


def test_a_publisher_who_went_on_with_the_old_code_of_a_region(asking: Asking) -> None:
    rows = [row(ICB, "icb", 50.0)]
    context = asking([*rows, row(NHS_REGION, "nhs_region", 52.0)])
    found = benchmarks(context, view(area_type="icb", benchmark="region"), rows)
    assert found.of(ICB) == Against(NHS_REGION, "nhs_region 001", 52.0)
    context = asking([*rows, row(NHS_REGION, "nhs_region", 52.0), row(NHS_REGION_NOW, "nhs_region", 53.0)])
    assert benchmarks(context, view(area_type="icb", benchmark="region"), rows).of(ICB).value == 53.0


def test_the_age_band_of_the_region_stands_in(asking: Asking) -> None:
    context = asking([*DISTRICTS, row(NORTH, "region", 71.0, age="16+")])
    assert benchmarks(context, view(benchmark="region"), DISTRICTS).of(WHOLE).value == 71.0


def test_a_region_has_no_region(asking: Asking) -> None:
    rows = [NORTH_ROW]
    found = benchmarks(asking(rows), view(area_type="region", benchmark="region"), rows)
    assert found.of(NORTH) == Against(None, "", None)


def test_what_lies_around_is_the_county_where_that_has_a_figure(asking: Asking) -> None:
    rows = [row(WHOLE, "ltla", 70.0), row(MERGED, "ltla", 60.0)]
    context = asking([*rows, row(COUNTY, "utla", 72.0), row(MERGED, "utla", 60.0), NORTH_ROW])
    found = benchmarks(context, view(benchmark="parent"), rows)
    assert found.kind == "parent"
    # a unitary authority is its own county: its region lies around it
    assert [found.of(code).value for code in (WHOLE, MERGED)] == [72.0, 71.0]
    without = asking([*rows, row(COUNTY, "utla", None), NORTH_ROW])
    assert benchmarks(without, view(benchmark="parent"), rows).of(WHOLE).value == 71.0


def test_nothing_lies_around_where_there_are_no_figures(asking: Asking) -> None:
    rows = [row(WHOLE, "ltla", 70.0)]
    assert benchmarks(asking(rows), view(benchmark="parent"), rows).of(WHOLE) == Against(None, "", None)


@pytest.mark.parametrize(
    ("values", "middle", "count"),
    [
        ([60.0, 62.0, 70.0], 62.0, 3),
        # two are too few
        ([60.0, 62.0, None], None, 2),
    ],
)
def test_the_middle_of_at_least_three_similar_areas(
    values: list[float | None], middle: float | None, count: int, asking: Asking
) -> None:
    alike = [row(code, "ltla", value) for code, value in zip((HALF, UNDER, OUTSIDE), values, strict=True)]
    rows = [row(WHOLE, "ltla", 65.0), *alike]
    found = benchmarks(asking(rows), view(benchmark="similar"), rows)
    assert found.of(WHOLE) == Against(None, "", middle, count=count, made_of=(HALF, UNDER, OUTSIDE)[:count])


def test_similar_areas_count_also_where_the_list_is_narrowed(asking: Asking) -> None:
    rows = [row(code, "ltla", 60.0) for code in (WHOLE, HALF, UNDER, OUTSIDE)]
    found = benchmarks(asking(rows), view(benchmark="similar"), rows[:1])
    assert found.of(WHOLE).count == 3


def test_illustrative_figures_are_no_part_of_a_middle(asking: Asking) -> None:
    rows = [row(code, "ltla", 60.0) for code in (WHOLE, HALF, UNDER)]
    rows.append(row(OUTSIDE, "ltla", 90.0, status="illustrative"))
    assert benchmarks(asking(rows), view(benchmark="similar"), rows).of(WHOLE).value is None


def test_an_illustrative_benchmark_is_known_as_one_and_has_no_level(asking: Asking) -> None:
    context = asking([*DISTRICTS, row(ENGLAND, "england", 75.0, status="illustrative")])
    found = benchmarks(context, view(), DISTRICTS)
    assert found.shared == Against(ENGLAND, "england 001", None, is_illustrative=True)


# ---- choices -----------------------------------------------------------------------------------------


def test_only_benchmarks_that_the_figures_have_are_offered(asking: Asking) -> None:
    districts_only = asking(DISTRICTS)
    assert choices(districts_only, view()) == ("england", "similar")
    with_regions = asking([*DISTRICTS, NORTH_ROW, ENGLAND_ROW])
    assert choices(with_regions, view()) == ("england", "region", "similar")
    with_counties = asking([*DISTRICTS, NORTH_ROW, ENGLAND_ROW, row(COUNTY, "utla", 72.0)])
    assert choices(with_counties, view()) == ("england", "region", "parent", "similar")
    assert choices(with_counties, view(area_type="region")) == ("england",)


def test_what_the_address_names_is_always_offered(asking: Asking) -> None:
    context = asking([*DISTRICTS, ENGLAND_ROW])
    shown = view(benchmark="parent", parent=NORTH, area_codes=(WHOLE, ENGLAND))
    assert choices(context, shown) == ("england", "similar", "parent", NORTH, WHOLE)


def test_counts_and_empty_pages_offer_none(asking: Asking) -> None:
    context = asking([*DISTRICTS, ENGLAND_ROW])
    count = next(indicator.id for indicator in context.catalogue.values() if not indicator.comparable)
    assert choices(context, view(indicator_id=count)) == ()
    assert choices(context, view(period=None)) == ()
    assert choices(asking([row("E37000001", "lep", 1.0)]), view(area_type="lep")) == ()
    # those of NHS areas are ours
    assert choices(asking([row(ICB, "icb", 1.0)]), view(area_type="icb")) == ("england", "similar")
