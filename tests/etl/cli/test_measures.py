"""``measures SOURCE`` lists what a source holds, to write an indicator from."""

from __future__ import annotations

import pandas as pd
import pytest
from typer.testing import CliRunner

from etl.cli.main import app
from etl.cli.measures import table_of
from etl.frames.measurements import COLUMNS
from geodata.register import load_register
from indicators.catalogue import load_catalogue


def test_areas_periods_groups_and_indicators_of_each_measure() -> None:
    keys = [
        ("employment-rate", "E06000018", "2022-01-01/P1Y", "persons"),
        ("employment-rate", "E06000015", "2023-01-01/P1Y", "persons"),
        ("employment-rate", "E12000004", "2023-01-01/P1Y", "female"),
        ("nobody-uses-it", "E92000001", "2023-01-01/P1Y", "persons"),
    ]
    frame = pd.DataFrame(
        [
            {
                "measure": measure,
                "area_code": code,
                "period": period,
                "sex": sex,
                "age": "16-64",
                "breakdown": "all",
            }
            for measure, code, period, sex in keys
        ]
    ).reindex(columns=list(COLUMNS))
    table = table_of([frame], "ons_local_indicators", load_register(), load_catalogue())
    columns = {str(column.header): list(column.cells) for column in table.columns}
    assert columns["Measure"] == ["employment-rate", "nobody-uses-it"]
    assert columns["Areas"] == ["2 ltla, 1 region", "1 england"]
    assert columns["Periods"] == ["2022 to 2023 (2)", "2023"]
    assert columns["Sex, age, breakdown"][0] == "persons, 16-64, all; female, 16-64, all"
    assert columns["Indicators"][1] == "none"


@pytest.mark.parametrize("given", [["nobody"], ["ascof", "--from", "no-such-folder"]])
def test_what_is_asked_wrongly_is_said(given: list[str]) -> None:
    answer = CliRunner().invoke(app, ["measures", *given])
    assert answer.exit_code != 0
    assert any(
        words in str(answer.exception) for words in ("no source nobody; expected one of", "no such folder")
    )
