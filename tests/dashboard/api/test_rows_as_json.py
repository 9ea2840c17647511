"""A page of figures as JSON text: the same as its records, number for number."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any

import numpy as np
import orjson
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dashboard.address.cache import Cache
from dashboard.address.context import Context
from dashboard.answers.observations import Run, Wanted
from dashboard.exports.rows_csv import FigureRows, rounded, rounded_all
from dashboard.queries.observations import observations, run_of, runs

PARENT = "E12000004"
numbers = st.none() | st.floats(-1e7, 1e7, allow_nan=False) | st.integers(0, 10**6).map(lambda n: n / 1000)


@given(value=st.floats(-1e12, 1e12, allow_nan=False), places=st.integers(0, 4))
@example(0.05, 1)
@example(2.675, 2)
@example(-0.04, 1)
@example(1.005, 2)
@example(4.35, 1)
@example(0.5, 0)
@example(1.5, 0)
@example(4503599627370497.5, 0)
def test_many_values_are_rounded_as_each_alone(value: float, places: int) -> None:
    [found, missing] = rounded_all(np.array([value, np.nan]), places).tolist()
    assert orjson.dumps(found) == orjson.dumps(rounded(value, places))
    assert math.isnan(missing)


@pytest.mark.parametrize("with_parent", [False, True])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(
    cells=st.lists(st.lists(numbers, min_size=7, max_size=7), min_size=1, max_size=4),
    note=st.text(max_size=5),
    status=st.sampled_from(["ok", "unreliable"]),
)
def test_the_text_holds_the_records(
    fuller: Context, cells: list[list[Any]], note: str, status: str, with_parent: bool
) -> None:
    codes = ["E06000018", "E08000016", "E06000015", "E12000004"]
    rows = [
        (code, *values, status if values[0] is not None else "suppressed", 'release "1"', "wilson", note)
        for code, values in zip(codes, cells, strict=False)
    ]
    run = Run("employment-rate", "ltla", ("2015-01-01/P1Y", "persons", "16-64", "all"), rows)
    writer = FigureRows(fuller, (lambda figure: figure.cells[0]) if with_parent else None)
    assert writer.json_text([run, run]) == orjson.dumps(writer.records([run, run]))


def test_the_text_of_every_loaded_figure_holds_its_record(fuller: Context) -> None:
    for indicator_id in fuller.all_available():
        wanted = Wanted((indicator_id,), period="all", every_group=True)
        writer = FigureRows(fuller)
        found = list(runs(fuller, wanted))
        assert json.loads(writer.json_text(found)) == writer.records(found)
        one_by_one = [writer.record(figure) for figure in observations(fuller, wanted)]
        assert one_by_one == writer.records(found)


def test_a_figure_whose_newer_one_is_withheld_says_so(
    fuller: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The note of age is one for a run only where no area of it has a later figure that is withheld."""
    wanted = Wanted(("employment-rate",), ("ltla",))
    [figure, other, *_] = observations(fuller, wanted)
    code, period, sex, age, group = figure.cells[:5]
    withheld = [("employment-rate", sex, age, group, code, period, "2099-01-01/P1Y", "suppressed")]
    monkeypatch.setattr(type(fuller.store), "withheld", lambda self: withheld)
    context = replace(fuller, _of_publication=Cache(10**6, lambda *_: 1))
    told, untold = json.loads(FigureRows(context).json_text([run_of(figure), run_of(other)]))
    assert "2099" in told["age_note"]
    assert "2099" not in untold["age_note"]


def test_parents_stand_at_the_end(fuller: Context) -> None:
    from dashboard.queries.observations import parent_of

    wanted = Wanted(("employment-rate",), ("ltla",), parents=(PARENT,))
    writer = FigureRows(fuller, parent_of(fuller, wanted))
    found = json.loads(writer.json_text(runs(fuller, wanted)))
    assert found
    assert {row["parent_code"] for row in found} == {PARENT}
    assert list(found[0])[-1] == "parent_code"
