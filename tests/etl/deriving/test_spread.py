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
