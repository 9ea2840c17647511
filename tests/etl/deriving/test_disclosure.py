"""No count that a publisher hides can be found by subtracting what is shown from a published total."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from etl_toolkit import ENGLAND, Y2021, Bench, indicator, route
from hypothesis import example, given, settings
from hypothesis import strategies as st

from etl.deriving import own_disclosure
from etl.deriving.derive import derive
from etl.deriving.disclosure import FEWEST_TO_JUDGE, NOTE, Disclosure
from etl.deriving.sums import aggregates
from etl.frames.observations import COLUMNS, typed
from etl.frames.routes import IndicatorRoute
from etl.pipeline import starter
from etl.sources.local_upload.check import Figures, hide_small_numbers
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


def observations(indicator_id: str, rows: dict[str, dict[str, float | None]]) -> pd.DataFrame:
    """Observations of areas; one whose first figure is None is hidden by the publisher."""
    entries = []
    for code, figures in rows.items():
        hidden = next(iter(figures.values())) is None
        entries.append(
            {
                **dict.fromkeys(COLUMNS),
                "indicator_id": indicator_id,
                "period": Y2021,
                "sex": "persons",
                "age": "all",
                "breakdown": "all",
                "area_code": code,
                **figures,
                "status": "suppressed" if hidden else "ok",
                "interval_method": "none",
                "note": "",
                "route": 0,
            }
        )
    return typed(pd.DataFrame(entries)[COLUMNS])


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


# --- groups of an area, in figures of the user's own ------------------------------------------------------

OWN = indicator(
    "own",
    route("local_upload", "count", "none", ("ltla", "region", "england"), value=("own.value",)),
    unit="count",
    multiplier=1.0,
    breakdowns=("sector",),
)


def own_groups(rows: list[tuple[str, str, str, float | None]], name: str = "own") -> pd.DataFrame:
    """Counts of (area, sex, breakdown); None is hidden."""
    frames = [
        observations(name, {code: {"value": count}}).assign(sex=sex, breakdown=breakdown)
        for code, sex, breakdown, count in rows
    ]
    return typed(pd.concat(frames, ignore_index=True))


def shown_groups(frame: pd.DataFrame) -> list[float | None]:
    shown = Disclosure(REGISTER, {"own": OWN, "claims": CLAIMS}).protected(frame)["value"]
    return [None if np.isnan(count) else count for count in shown]


AREA = NORTH_EASTERN[0]


def test_a_hidden_count_of_one_sex_hides_the_other() -> None:
    persons, women, men = (
        (AREA, "persons", "all", 12),
        (AREA, "female", "all", None),
        (AREA, "male", "all", 9),
    )
    assert shown_groups(own_groups([persons, women, men])) == [12, None, None]
    # without both sexes, or without their total, there is nothing to subtract from
    assert shown_groups(own_groups([persons, women])) == [12, None]
    assert shown_groups(own_groups([women, men])) == [None, 9]


def test_values_of_a_category_protect_each_other() -> None:
    rows = [
        (AREA, "persons", "all", 60),
        (AREA, "persons", "sector: public", 20),
        (AREA, "persons", "sector: private", None),
        (AREA, "persons", "sector: other", 37),
    ]
    assert shown_groups(own_groups(rows)) == [60, None, None, 37]


def test_what_is_hidden_over_areas_is_not_given_away_by_the_sexes() -> None:
    counts = [3, 17, 41, 52, 68, 77, 81, 93, 104, 119, 122, 136]
    rows = [(NORTH_EAST, "female", "all", float(sum(counts)))]
    for code, count in zip(NORTH_EASTERN, counts, strict=True):
        women = None if count == 3 else float(count)
        rows += [
            (code, "persons", "all", 200.0),
            (code, "female", "all", women),
            (code, "male", "all", 200.0 - count),
        ]
    shown = Disclosure(REGISTER, {"own": OWN}).protected(own_groups(rows)).set_index(["area_code", "sex"])
    hidden = {key for key, status in shown["status"].items() if status == "suppressed"}
    second = NORTH_EASTERN[1]
    assert hidden == {(AREA, "female"), (AREA, "male"), (second, "female"), (second, "male")}


@pytest.mark.parametrize(
    ("periods", "shown"),
    [
        # a year and its quarters: the smallest of the others goes too
        (("2021-04-01/P1Y", "2021-04-01/P3M", "2021-07-01/P3M", "2021-10-01/P3M", "2022-01-01/P3M"),
         [60, None, None, 20, 25]),
        # one quarter is not there: nobody can subtract
        (("2021-04-01/P1Y", "2021-04-01/P3M", "2021-07-01/P3M", "2021-10-01/P3M", "2022-04-01/P3M"),
         [60, None, 12, 20, 25]),
        # rolling years are no parts of each other
        (("2021-04-01/P1Y", "2021-07-01/P1Y", "2021-10-01/P1Y", "2022-01-01/P1Y", "2022-04-01/P1Y"),
         [60, None, 12, 20, 25]),
    ],
)  # fmt: skip
def test_a_year_and_its_quarters_protect_each_other(
    periods: tuple[str, ...], shown: list[float | None]
) -> None:
    counts = [60, None, 12, 20, 25]
    rows = [(AREA, "persons", "all", count) for count in counts]
    assert shown_groups(own_groups(rows).assign(period=list(periods))) == shown


def test_groups_of_a_publisher_are_left_to_the_publisher() -> None:
    rows = [(AREA, "persons", "all", 12), (AREA, "female", "all", None), (AREA, "male", "all", 9)]
    assert shown_groups(own_groups(rows, "claims")) == [12, None, 9]


# --- numerators and all others, in figures of the user's own ----------------------------------------------

PART = indicator(
    "part",
    route(
        "local_upload",
        "proportion",
        "wilson",
        ("ltla", "combined_authority"),
        numerator=("part.numerator",),
        denominator=("part.denominator",),
    ),
)
TEES_VALLEY = "E47000006"
TEES_DISTRICTS = ["E06000001", "E06000002", "E06000003", "E06000004", "E06000005"]


def shares(counts: dict[tuple[str, str], tuple[int, int]]) -> pd.DataFrame:
    """Figures by (area, sex) from (numerator, denominator), with what the rule for uploads hides hidden."""
    figures = [
        Figures(
            place, code, Y2021, {"sex": sex}, {"numerator": (part, "ok"), "denominator": (whole, "ok")}, ""
        )
        for place, ((code, sex), (part, whole)) in enumerate(counts.items())
    ]
    hide_small_numbers(figures, PART)
    return typed(
        pd.concat(
            [
                observations("part", {row.area_code: {
                    "value": row.value("numerator"),
                    "numerator": row.value("numerator"),
                    "denominator": row.value("denominator"),
                }}).assign(sex=row.group["sex"], status="suppressed" if np.isnan(row.value("numerator")) else "ok")
                for row in figures
            ],
            ignore_index=True,
        )
    )  # fmt: skip


def summed(parts: list[tuple[int, int]]) -> tuple[int, int]:
    return sum(part for part, _ in parts), sum(whole for _, whole in parts)


def certain(
    counts: dict[tuple[str, str], tuple[int, int]], shown: pd.DataFrame
) -> list[tuple[str, str, str]]:
    """What a reader finds out: hidden counts that are one number only, of all that fit what is shown.

    Numerators, all others and denominators are cells, and each denominator is the sum of the two; no code of the
    suppression of uploads is used. A denominator that the rule does not hide is no secret.
    """
    keys = list(counts)
    cells, hidden, names, place_of = [], [], [], {}
    rows = shown.set_index(["area_code", "sex"])
    for key in keys:
        part, whole = counts[key]
        is_hidden = bool(np.isnan(rows.loc[key, "numerator"]))
        for name, count in (("numerator", part), ("others", whole - part), ("denominator", whole)):
            place_of[key, name] = len(cells)
            cells.append(float(count))
            names.append((*key, name))
            hidden.append(
                bool(np.isnan(rows.loc[key, "denominator"])) if name == "denominator" else is_hidden
            )
    sums = [
        (place_of[key, "denominator"], (place_of[key, "numerator"], place_of[key, "others"])) for key in keys
    ]
    for name in ("numerator", "others", "denominator"):
        for sex in ("persons", "female", "male"):
            districts = [place_of[(code, sex), name] for code in TEES_DISTRICTS if (code, sex) in counts]
            if districts:
                sums.append((place_of[(TEES_VALLEY, sex), name], tuple(districts)))
        for code in (*TEES_DISTRICTS, TEES_VALLEY):
            if (code, "male") in counts:
                sexes = (place_of[(code, "female"), name], place_of[(code, "male"), name])
                sums.append((place_of[(code, "persons"), name], sexes))
    # a hidden 0 is nobody's secret, and lets a reader take every hidden count for one that may be 0
    lowest = 0 if any(is_hidden and count == 0 for is_hidden, count in zip(hidden, cells, strict=True)) else 1
    found = found_by_subtraction(cells, sums, hidden, lowest)
    return [
        name
        for name, cell, is_found in zip(names, cells, found, strict=True)
        if is_found and (name[2] != "denominator" or 1 <= cell <= 4)
    ]


def protected_shares(counts: dict[tuple[str, str], tuple[int, int]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    frame = shares(counts)
    return frame, Disclosure(REGISTER, {"part": PART}).protected(frame)


def by_district(counts: list[tuple[int, int]]) -> dict[tuple[str, str], tuple[int, int]]:
    own = {(code, "persons"): count for code, count in zip(TEES_DISTRICTS, counts, strict=True)}
    return own | {(TEES_VALLEY, "persons"): summed(counts)}


def test_all_but_a_few_are_hidden_and_not_found_from_the_total() -> None:
    counts = by_district([(58, 60), (20, 90), (45, 80), (60, 200), (70, 300)])
    frame, shown = protected_shares(counts)
    assert frame["numerator"].isna().tolist() == [True] + [False] * 5
    # the total less the others would give the 58, and so the 2
    assert shown["numerator"].isna().tolist() == [True, True] + [False] * 4
    assert certain(counts, frame) and not certain(counts, shown)


def test_two_that_can_only_be_all_but_one_each_hide_a_third() -> None:
    counts = by_district([(59, 60), (89, 90), (45, 80), (60, 200), (70, 300)])
    frame, shown = protected_shares(counts)
    # 148 of 150 are left for two, of which neither is whole: 59 and 89
    assert frame["numerator"].isna().sum() == 2
    assert {name for *_, name in certain(counts, frame)} == {"numerator", "others"}
    assert shown["numerator"].isna().tolist() == [True, True, True] + [False] * 3
    assert not certain(counts, shown)


_counted = st.tuples(st.integers(0, 14), st.integers(0, 14)).map(lambda pair: (pair[0], sum(pair)))


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(st.lists(_counted, min_size=5, max_size=5))
def test_no_hidden_part_of_a_whole_is_found_from_a_total(counts: list[tuple[int, int]]) -> None:
    own = by_district(counts)
    assert not certain(own, protected_shares(own)[1])


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@example([((0, 0), (0, 0)), ((0, 0), (0, 0)), ((0, 0), (0, 0)), ((0, 0), (0, 0)), ((1, 1), (4, 4))])
@example(
    [((0, 2), (8, 13)), ((8, 22), (10, 24)), ((7, 21), (10, 20)), ((11, 14), (3, 8)), ((7, 17), (7, 10))]
)
@example([((9, 22), (3, 17)), ((9, 16), (2, 15)), ((13, 26), (12, 23)), ((9, 17), (0, 6)), ((3, 8), (1, 4))])
@example([((1, 20), (9, 30)), ((7, 12), (2, 9)), ((5, 9), (5, 10)), ((8, 16), (9, 18)), ((6, 12), (7, 14))])
@given(st.lists(st.tuples(_counted, _counted), min_size=5, max_size=5))
def test_no_hidden_part_of_a_whole_is_found_over_areas_and_sexes_together(
    counts: list[tuple[tuple[int, int], tuple[int, int]]],
) -> None:
    areas = dict(zip(TEES_DISTRICTS, counts, strict=True))
    areas[TEES_VALLEY] = (summed([women for women, _ in counts]), summed([men for _, men in counts]))
    own = {
        (code, sex): count
        for code, (women, men) in areas.items()
        for sex, count in (("persons", summed([women, men])), ("female", women), ("male", men))
    }
    assert not certain(own, protected_shares(own)[1])


def test_what_hangs_together_too_much_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_disclosure, "LARGEST", 1)
    counts = by_district([(59, 60), (89, 90), (45, 80), (60, 200), (70, 300)])
    disclosure = Disclosure(REGISTER, {"part": PART})
    disclosure.protected(shares(counts))
    [words] = disclosure.warnings()
    assert words.startswith("part: 4 hidden numbers hang together by totals; ")


def test_denominators_that_do_not_add_up_are_no_sums() -> None:
    """Each sector is given with the people of all of them; the numerators add up."""
    numerators = {"all": 60, "sector: public": 20, "sector: private": None, "sector: other": 37}
    frames = [
        observations("part", {AREA: {"value": count, "numerator": count, "denominator": 1000.0}}).assign(
            breakdown=breakdown
        )
        for breakdown, count in numerators.items()
    ]
    shown = Disclosure(REGISTER, {"part": PART}).protected(typed(pd.concat(frames, ignore_index=True)))
    assert shown["numerator"].isna().tolist() == [False, True, True, False]
