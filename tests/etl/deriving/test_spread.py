"""The spread over the areas of a type, each place once."""

from __future__ import annotations

import numpy as np
import pytest
from deriving_toolkit import NAN, cell, rates
from etl_toolkit import ENGLAND, Y2020, Y2021, indicator, route

from etl.deriving.derive import derive
from etl.deriving.spread import distributions
from etl.frames import measurements


def test_the_spread_counts_each_place_once_by_the_vintage_its_codes_fit(register) -> None:
    entry = indicator("rate", route("alpha", "published", "none", ("ltla",), value=("rate",)))
    codes = sorted(register.codes("ltla", 2021))
    aylesbury, buckinghamshire = "E07000004", "E06000060"
    assert buckinghamshire in codes and aylesbury not in codes
    values = {code: 50.0 + place / 10 for place, code in enumerate(codes)}
    rows = [cell("rate", code, value) for code, value in values.items()] + [cell("rate", aylesbury, 0.0)]
    frame, _ = derive(
        measurements.from_rows([{**row, "period": Y2021} for row in rows]),
        source_id="alpha",
        file="alpha.csv",
        illustrative=False,
        register=register,
        catalogue={"rate": entry},
    )
    [spread] = distributions(frame, register, {"rate": entry}).to_dict("records")
    assert (spread["vintage"], spread["n_areas"], spread["n_values"]) == (2021, 309, 309)
    assert spread["minimum"] == 50.0
    assert spread["p50"] == pytest.approx(np.percentile(list(values.values()), 50))
    assert spread["p5"] == pytest.approx(np.percentile(list(values.values()), 5))
    assert spread["is_latest"] is True


def test_the_latest_spread_is_the_newest_with_a_value(register) -> None:
    entry = indicator("rate", route("alpha", "published", "published", value=("rate",)))
    frame = rates({(ENGLAND, Y2020): 70.0, (ENGLAND, Y2021): NAN}, register)
    rows = distributions(frame, register, {"rate": entry}).to_dict("records")
    assert {row["period"]: row["is_latest"] for row in rows} == {Y2020: True, Y2021: False}


def test_each_period_has_the_vintage_of_its_own_codes(register) -> None:
    entry = indicator("rate", route("alpha", "published", "none", ("ltla", "england"), value=("rate",)))
    rows = [
        {**cell("rate", code, float(place)), "period": period}
        for year, period in ((2024, "2023-04-01/P1Y"), (2019, "2019-01-01/P1Y"))
        for place, code in enumerate(sorted(register.codes("ltla", year)))
    ]
    rows += [{**cell("rate", ENGLAND, NAN), "period": Y2021}, {**cell("rate", ENGLAND, 5.0), "period": Y2020}]
    frame, _ = derive(
        measurements.from_rows(rows),
        source_id="alpha",
        file="alpha.csv",
        illustrative=False,
        register=register,
        catalogue={"rate": entry},
    )
    table = distributions(frame, register, {"rate": entry})
    assert table.index.tolist() == [0, 1, 2, 3]
    found = table.set_index(["area_type", "period"])
    ltla = found.loc["ltla"]
    sizes = [len(register.codes("ltla", year)) for year in (2019, 2024)]
    for column in ("n_areas", "n_values"):
        assert ltla[column].tolist() == sizes
    assert ltla["vintage"].tolist() == [2019, 2024]
    assert ltla["minimum"].tolist() == [0.0, 0.0]
    assert ltla["maximum"].tolist() == [size - 1.0 for size in sizes]
    assert ltla["p75"].tolist() == pytest.approx([0.75 * (size - 1) for size in sizes])
    assert ltla["period_end"].tolist() == ["2019-12-31", "2024-03-31"]
    assert ltla["is_latest"].tolist() == [False, True]
    england = found.loc["england"]
    assert england["n_values"].tolist() == [1, 0] and england["n_areas"].tolist() == [1, 1]
    assert england["is_latest"].tolist() == [True, False]
    np.testing.assert_array_equal(england["minimum"], [5.0, NAN])


def test_an_older_year_on_present_boundaries_has_their_vintage(register) -> None:
    entry = indicator("rate", route("alpha", "published", "none", ("ltla",), value=("rate",)))
    rows = [
        {**cell("rate", code, 50.0), "period": period}
        for year, period in ((2024, "2018-01-01/P1Y"), (2019, "2019-01-01/P1Y"))
        for code in sorted(register.codes("ltla", year))
    ]
    frame, _ = derive(
        measurements.from_rows(rows),
        source_id="alpha",
        file="alpha.csv",
        illustrative=False,
        register=register,
        catalogue={"rate": entry},
    )
    table = distributions(frame, register, {"rate": entry}).set_index("period")
    assert table["vintage"].tolist() == [2023, 2019]
    assert table["n_areas"].tolist() == [len(register.codes("ltla", 2024)), len(register.codes("ltla", 2019))]


def test_a_spread_is_illustrative_where_any_of_its_figures_is(register) -> None:
    entry = indicator("rate", route("alpha", "published", "published", value=("rate",)))
    frame = rates({(ENGLAND, Y2020): 70.0, (ENGLAND, Y2021): 71.0}, register)
    frame.loc[frame["period"] == Y2021, "status"] = "illustrative"
    rows = distributions(frame, register, {"rate": entry}).to_dict("records")
    assert {row["period"]: row["illustrative"] for row in rows} == {Y2020: False, Y2021: True}
    # the newest of real figures, although an illustrative one is newer
    assert {row["period"]: row["is_latest"] for row in rows} == {Y2020: True, Y2021: False}
    assert distributions(frame.iloc[:0], register, {"rate": entry}).empty


def test_a_type_that_no_area_is_of_has_no_spread(register) -> None:
    entry = indicator("rate", route("alpha", "published", "published", ("icb", "england"), value=("rate",)))
    frame = rates({(ENGLAND, Y2020): 70.0}, register)
    rows = distributions(frame, register, {"rate": entry}).to_dict("records")
    assert [row["area_type"] for row in rows] == ["england"]
