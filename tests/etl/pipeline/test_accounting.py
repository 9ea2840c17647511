"""What the run says of the rows of a file: those of a reader that loses some, and figures that no indicator asks for."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

from etl_toolkit import (
    ENGLAND,
    LEEDS,
    NOTTINGHAM,
    Y2021,
    Bench,
    claim_rows,
    indicator,
    rate_rows,
    route,
    write_csv,
)

from etl.frames import measurements
from etl.frames.routes import taken
from etl.pipeline.accounting import NotTaken
from etl.sources.base import Parsed, SetAside
from geodata.register import load_register

NOTTINGHAMSHIRE = "E10000024"
RATE = indicator("rate", route("alpha", "published", "none", ("ltla",), value=("rate",)))
ROWS = measurements.from_rows(
    [
        {"measure": measure, "area_code": code, "period": Y2021, "value": 5.0}
        for measure, code in (
            ("rate", NOTTINGHAM),
            ("rate", NOTTINGHAMSHIRE),
            ("rate", ENGLAND),
            ("other", NOTTINGHAM),
            ("other", NOTTINGHAMSHIRE),
        )
    ]
)


def test_figures_that_no_indicator_asks_for_are_counted_by_reason() -> None:
    register = load_register()
    assert taken(ROWS, "alpha", register, {"rate": RATE}).tolist() == [True, False, False, False, False]
    left = NotTaken("alpha", {"rate": RATE}, register)
    for part in (ROWS.iloc[:2], ROWS.iloc[2:]):
        left.see(part.reset_index(drop=True))
    assert left.set_aside() == [
        SetAside("no indicator asks for it in areas of type england (figures read)", 1, (ENGLAND,)),
        SetAside("no indicator asks for it in areas of type utla (figures read)", 1, (NOTTINGHAMSHIRE,)),
        SetAside("no indicator asks for this measure (figures read)", 2, ("other",)),
    ]


def test_a_route_on_the_areas_of_a_year_and_the_parts_of_a_sum_take_theirs() -> None:
    register = load_register()
    later = RATE.model_copy(update={"routes": (RATE.routes[0].model_copy(update={"areas_of": 2019}),)})
    buckinghamshire = ROWS.iloc[:1].assign(area_code="E07000004", period="2023-01-01/P1Y")
    assert taken(buckinghamshire, "alpha", register, {"rate": later}).tolist() == [True]
    summed = indicator(
        "summed",
        route(
            "alpha",
            "survey_proportion",
            "survey",
            ("lep",),
            numerator=("rate",),
            denominator=("other",),
            parts="ltla",
        ),
    )
    assert taken(ROWS, "alpha", register, {"summed": summed}).tolist() == [True, False, False, True, False]


def test_a_run_notes_the_rows_and_says_where_they_do_not_add_up(bench: Bench, tmp_path: Path) -> None:
    write_csv(
        tmp_path / "in" / "alpha-2021.csv",
        [*rate_rows({NOTTINGHAM: 66.0, LEEDS: 70.0}), *claim_rows({LEEDS: 5})],
    )
    (whole,) = bench.pipeline().refresh(["alpha"], folder=tmp_path / "in")
    assert whole.details["rows"] == [{"edition": "2021", "rows_in": 3, "used": 3, "set_aside": 0}]
    assert not any("rows" in warning for warning in whole.details["warnings"])
    source = bench.sources["alpha"]
    parse = source.parse

    def losing(*arguments: Any) -> Parsed:
        parsed = parse(*arguments)
        return dataclasses.replace(parsed, measurements=parsed.measurements.iloc[1:].reset_index(drop=True))

    source.parse = losing  # type: ignore[method-assign]
    source.parser_version += 1
    (lossy,) = bench.pipeline().refresh(["alpha"], folder=tmp_path / "in", accept="a test")
    assert lossy.outcome == "published"
    assert lossy.details["warnings"] == [
        "2021: of 3 rows 2 are in figures and 0 set aside: 1 are not accounted for; this is a fault of this program, "
        "please report it"
    ]
