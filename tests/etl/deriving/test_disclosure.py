"""No count that a publisher hides can be found by subtracting what is shown from a published total."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from deriving_toolkit import observations
from etl_toolkit import ENGLAND, Y2021, Bench, indicator, route
from hypothesis import example, given, settings
from hypothesis import strategies as st

from etl.deriving.derive import derive
from etl.deriving.disclosure import FEWEST_TO_JUDGE, NOTE, Disclosure
from etl.deriving.sums import aggregates
from etl.frames.routes import IndicatorRoute
from etl.pipeline import starter
from geodata.register import load_register
from indicators.catalogue import catalogue
from indicators.statistics.disclosure import found_by_subtraction

REGISTER = load_register()
CLAIMS = indicator(
    "claims",
    route("alpha", "count", "none", ("ltla", "region", "england"), value=("claims",)),
    unit="count",
    multiplier=1.0,
)
SHARE = indicator(
    "share",
    route(
        "beta",
        "proportion",
        "wilson",
        ("ltla", "region", "england"),
        numerator=("part",),
        denominator=("whole",),
    ),
)
CATALOGUE = {"claims": CLAIMS, "share": SHARE}
LONDON, NORTH_EAST = "E12000007", "E12000001"


def districts_of(region: str) -> list[str]:
    on = pd.Timestamp("2021-12-31").date()
    return sorted(row.child_code for row in REGISTER.children(region, "ltla", on))


NORTH_EASTERN = districts_of(NORTH_EAST)


def claims(counts: dict[str, float | None]) -> pd.DataFrame:
    return observations("claims", {code: {"value": count} for code, count in counts.items()})


def protected(frame: pd.DataFrame) -> tuple[pd.Series, Disclosure]:
    disclosure = Disclosure(REGISTER, CATALOGUE)
    shown = disclosure.protected(frame).set_index("area_code")
    return shown["value"], disclosure


def north_east(counts: list[float | None]) -> dict[str, float | None]:
    return dict(zip(NORTH_EASTERN, counts, strict=True))


HIDDEN_ONE = north_east([3, 17, 41, 52, 68, 77, 81, 93, 104, 119, 122, 136])
TOTAL = float(sum(HIDDEN_ONE.values()))


def test_one_hidden_part_of_a_published_total_hides_the_next_smallest_too() -> None:
    frame = claims({**HIDDEN_ONE, NORTH_EASTERN[0]: None, NORTH_EAST: TOTAL})
    shown, disclosure = protected(frame)
    assert shown[shown.isna()].index.tolist() == NORTH_EASTERN[:2]
    assert shown[NORTH_EAST] == TOTAL
    assert disclosure.hidden == {"claims": 1}
    assert disclosure.warnings() == [
        "claims: 1 figures that the publisher shows are hidden, since a hidden count beside them could be found by "
        "subtracting from a published total"
    ]
    row = disclosure.protected(frame).set_index("area_code").loc[NORTH_EASTERN[1]]
    assert (row["status"], row["note"]) == ("suppressed", NOTE)


def test_nothing_more_is_hidden_where_two_are_or_the_total_is_not_published() -> None:
    two = claims({**HIDDEN_ONE, NORTH_EASTERN[0]: None, NORTH_EASTERN[4]: None, NORTH_EAST: TOTAL})
    without_total = claims({**HIDDEN_ONE, NORTH_EASTERN[0]: None})
    for frame in (two, without_total):
        assert Disclosure(REGISTER, CATALOGUE).protected(frame) is frame


def test_two_hidden_parts_that_can_only_be_one_each_hide_a_third() -> None:
    counts = {**HIDDEN_ONE, NORTH_EASTERN[0]: 1.0, NORTH_EASTERN[1]: 1.0}
    total = float(sum(counts.values()))
    frame = claims({**counts, NORTH_EASTERN[0]: None, NORTH_EASTERN[1]: None, NORTH_EAST: total})
    shown, _ = protected(frame)
    assert shown[shown.isna()].index.tolist() == NORTH_EASTERN[:3]


@pytest.mark.parametrize("left", [80, 2])
def test_a_part_that_is_not_in_the_table_keeps_the_hidden_one_unknown(left: int) -> None:
    shown = {
        code: count for code, count in HIDDEN_ONE.items() if code not in (NORTH_EASTERN[0], NORTH_EASTERN[5])
    }
    frame = claims({NORTH_EASTERN[0]: None, **shown, NORTH_EAST: sum(shown.values()) + left})
    assert Disclosure(REGISTER, CATALOGUE).protected(frame) is frame


def test_counts_that_are_missing_and_not_hidden_take_nothing_into_hiding() -> None:
    # in one year a count is hidden; in the year before two that nobody hid are missing, and 2 are left for them
    counts = {**HIDDEN_ONE, NORTH_EASTERN[0]: 1.0, NORTH_EASTERN[1]: 1.0}
    earlier = claims({**counts, NORTH_EAST: float(sum(counts.values()))}).assign(period="2020-01-01/P1Y")
    is_missing = earlier["area_code"].isin(NORTH_EASTERN[:2])
    earlier.loc[is_missing, "value"] = np.nan
    earlier.loc[is_missing, "status"] = "not_available"
    hidden = claims({**HIDDEN_ONE, NORTH_EASTERN[0]: None, NORTH_EAST: TOTAL})
    shown = Disclosure(REGISTER, CATALOGUE).protected(pd.concat([earlier, hidden], ignore_index=True))
    by_year = shown.groupby("period")["value"].agg(lambda column: int(column.isna().sum()))
    assert by_year.to_dict() == {"2020-01-01/P1Y": 2, Y2021: 2}


def test_a_hidden_region_of_england_hides_another_region() -> None:
    regions = sorted(REGISTER.codes("region", 2021))
    counts = dict(zip(regions, [4, 50, 61, 72, 83, 94, 105, 116, 127], strict=True))
    shown, _ = protected(claims({**counts, regions[0]: None, ENGLAND: float(sum(counts.values()))}))
    assert shown[shown.isna()].index.tolist() == regions[:2]


def test_a_hidden_region_whose_districts_are_all_shown_hides_one_of_them() -> None:
    regions = sorted(REGISTER.codes("region", 2021))
    counts = dict(zip(regions, [TOTAL, 1050, 1161, 1272, 1383, 1494, 1605, 1716, 1827], strict=True))
    england = float(sum(counts.values()))
    assert regions[0] == NORTH_EAST
    shown, _ = protected(claims({**HIDDEN_ONE, **counts, NORTH_EAST: None, ENGLAND: england}))
    # its districts come to the region, and so does England less the other regions
    assert np.isnan(shown[NORTH_EASTERN[0]])
    assert shown[regions].isna().tolist() == [True, True, *[False] * 7]
    assert shown[ENGLAND] == england


def test_counts_that_the_publisher_rounds_protect_each_other_beside_an_exact_total() -> None:
    rounded = {code: 5.0 * round(count / 5) for code, count in HIDDEN_ONE.items()}
    frame = claims({**rounded, NORTH_EASTERN[0]: None, NORTH_EAST: TOTAL})
    assert TOTAL % 5
    assert Disclosure(REGISTER, CATALOGUE).protected(frame) is frame


@pytest.mark.parametrize(("published", "hides"), [(FEWEST_TO_JUDGE - 1, True), (FEWEST_TO_JUDGE, False)])
def test_few_counts_are_taken_as_exact_though_all_are_fives(published: int, hides: bool) -> None:
    # the regions of England, one of them hidden, and those of another year to make up the number
    regions = sorted(REGISTER.codes("region", 2021))
    counts = claims({**dict.fromkeys(regions, 50.0), regions[0]: None, ENGLAND: 455.0})
    before = claims(dict.fromkeys(regions[: published - 8], 60.0)).assign(period="2020-01-01/P1Y")
    frame = pd.concat([counts, before], ignore_index=True)
    assert frame["value"].notna().sum() == published + 1
    shown = Disclosure(REGISTER, CATALOGUE).protected(frame)
    assert int(shown["value"].isna().sum()) == (2 if hides else 1)


def test_a_hidden_numerator_hides_the_whole_figure_of_another_area() -> None:
    rows = {
        code: {"value": 100 * count / 1000, "numerator": count, "denominator": 1000.0 + place}
        for place, (code, count) in enumerate(HIDDEN_ONE.items())
    }
    denominators = [row["denominator"] for row in rows.values()]
    rows[NORTH_EASTERN[0]] = {"value": None, "numerator": None, "denominator": 1000.0}
    rows[NORTH_EAST] = {"value": 7.0, "numerator": TOTAL, "denominator": float(sum(denominators))}
    shown = Disclosure(REGISTER, CATALOGUE).protected(observations("share", rows)).set_index("area_code")
    assert shown.loc[NORTH_EASTERN[1], ["value", "numerator", "denominator"]].isna().all()
    # the publisher shows how many there are in the area whose count it hides: so does this
    assert shown.loc[NORTH_EASTERN[0], "denominator"] == 1000.0
    assert shown.loc[NORTH_EASTERN[2], "numerator"] == HIDDEN_ONE[NORTH_EASTERN[2]]


@settings(max_examples=25, deadline=None)
@example([0] * 11 + [1], 1)  # zeros look rounded, and are not
@given(st.lists(st.integers(0, 12), min_size=12, max_size=12), st.integers(1, 4))
def test_no_hidden_count_can_be_found_by_any_subtraction(counts: list[int], highest: int) -> None:
    true = {code: float(count) for code, count in zip(NORTH_EASTERN, counts, strict=True)}
    total = float(sum(counts))
    given_ = {code: None if 1 <= count <= highest else count for code, count in true.items()}
    if sum(count is None for count in given_.values()) in (0, 12):
        return
    frame = claims({**given_, NORTH_EAST: total, LONDON: 7.0, ENGLAND: 70_001.0})
    shown, _ = protected(frame)
    cells = [*true.values(), total]
    hidden = [bool(np.isnan(shown[code])) for code in (*NORTH_EASTERN, NORTH_EAST)]
    assert all(not np.isnan(given_[code] or 0) for code in NORTH_EASTERN)
    assert not found_by_subtraction(cells, [(12, tuple(range(12)))], hidden, 1).any()


def test_sums_made_here_leave_out_what_is_hidden_though_its_counts_are_given() -> None:
    real = catalogue()["disability-prevalence"]
    place = next(place for place, route in enumerate(real.routes) if route.method == "aggregate")
    counts = dict.fromkeys(sorted(REGISTER.codes("ltla", 2024)), (10.0, 100.0))
    rows = {
        code: {"value": 10.0, "numerator": numerator, "denominator": denominator}
        for code, (numerator, denominator) in counts.items()
    }
    # a member of the Greater Manchester combined authority, which has ten
    rows["E08000001"] = {"value": None, "numerator": 90.0, "denominator": 100.0}
    frame = observations("disability-prevalence", rows).assign(period="2021-03-21/P1D")
    made = aggregates(IndicatorRoute(real, place, real.routes[place]), frame, REGISTER)
    row = made.set_index("area_code").loc["E47000001"]
    assert (row["numerator"], row["denominator"]) == (90.0, 900.0)
    assert row["note"].startswith("Summed from 9 of 10 ")


def test_the_figure_is_hidden_in_the_store_and_the_run_says_so(bench: Bench) -> None:
    bench.catalogue.clear()
    bench.catalogue.update({"claims": CLAIMS})
    bench.put(
        "alpha-1.csv",
        [
            {"measure": "claims", "area_code": code, "period": Y2021, "value": count}
            for code, count in {**HIDDEN_ONE, NORTH_EAST: TOTAL}.items()
            if code != NORTH_EASTERN[0]
        ]
        + [
            {"measure": "claims", "area_code": NORTH_EASTERN[0], "period": Y2021, "value": "*"},
        ],
    )
    result = bench.refresh("alpha")
    assert result.outcome == "published"
    warnings = result.details["warnings"]
    assert [words for words in warnings if "are hidden, since a hidden count" in words], warnings
    assert bench.value("claims", NORTH_EASTERN[1]) is None
    assert bench.value("claims", NORTH_EASTERN[2]) == HIDDEN_ONE[NORTH_EASTERN[2]]
    assert bench.refresh("alpha").outcome == "unchanged"


def derived(source_id: str, edition: str) -> pd.DataFrame:
    """The observations of one publication of the starter edition, as its publisher shows them."""
    [release] = [
        release
        for release in starter.manifest()
        if (release.source_id, release.edition) == (source_id, edition)
    ]
    found, _ = derive(
        starter.read(release).measurements,
        source_id=source_id,
        file=release.path.name,
        illustrative=False,
        register=REGISTER,
        catalogue=catalogue(),
    )
    assert (found["status"] == "suppressed").any()
    return found


@pytest.mark.parametrize("edition", ["2023-24", "2024-25"])
def test_talking_therapies_are_shown_as_published_since_their_counts_are_rounded(edition: str) -> None:
    found = derived("nhs_talking_therapies", edition)
    assert Disclosure(REGISTER, catalogue()).protected(found) is found


def test_in_the_starter_edition_two_figures_of_ascof_are_hidden_beside_the_isles_of_scilly() -> None:
    found = derived("ascof", "2020-21")
    disclosure = Disclosure(REGISTER, catalogue())
    shown = disclosure.protected(found)
    changed = shown[(shown["status"] != found["status"]).to_numpy()]
    assert changed[["area_code", "sex"]].to_numpy().tolist() == [
        ["E06000023", "male"],
        ["E06000026", "female"],
    ]
    assert disclosure.hidden == {"employment-rate-learning-disability": 2}
