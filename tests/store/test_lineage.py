"""Lineage: from a figure, derived or not, to the publisher's files and rows; and which figure people mean by their words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from etl_toolkit import (
    ENGLAND,
    LEEDS,
    NOTTINGHAM,
    Y2020,
    Y2021,
    Bench,
    count_rows,
    indicator,
    rate_rows,
    route,
)

from indicators.catalogue import Indicator
from indicators.store import Store, UnknownFigure, schema

BLACK_COUNTRY = "E37000001"
DUDLEY, SANDWELL, WALSALL, WOLVERHAMPTON = "E08000027", "E08000028", "E08000030", "E08000031"
COUNTS = {
    DUDLEY: (10.0, 100.0),
    SANDWELL: (20.0, 100.0),
    WALSALL: (30.0, 100.0),
    WOLVERHAMPTON: (44.0, 100.0),
}


def catalogue() -> dict[str, Indicator]:
    """``rate`` of everyone; ``share`` (counts), summed for LEPs."""
    kinds = ("utla", "england", "lep")
    entries = (
        indicator("rate", route("alpha", "published", "published", kinds, value=("rate",))),
        indicator(
            "share",
            route("beta", "proportion", "wilson", numerator=("part",), denominator=("whole",)),
            route("derived", "aggregate", "wilson", ("lep",), parts="utla"),
        ),
    )
    return {entry.id: entry for entry in entries}


@pytest.fixture
def summed(tmp_path: Path, database_url: str) -> Iterator[Store]:
    bench = Bench(database_url, tmp_path, catalogue())
    bench.put("alpha-1.csv", rate_rows({BLACK_COUNTRY: 70.0, DUDLEY: 69.0, ENGLAND: 76.0}))
    bench.put("beta-1.csv", count_rows(COUNTS))
    bench.refresh()
    yield bench.store
    bench.store.close()


def test_the_lineage_of_a_sum_goes_on_to_its_members_their_files_and_rows(summed: Store) -> None:
    [row] = summed.lineage(indicator_id="share", area_code=BLACK_COUNTRY, period=Y2021)
    assert (row["value"], row["numerator"], row["denominator"]) == (26.0, 104.0, 400.0)
    assert [(member["area_name"], member["status"]) for member in row["members"]] == [
        ("Dudley", "ok"), ("Sandwell", "ok"), ("Walsall", "ok"), ("Wolverhampton", "ok"),
    ]  # fmt: skip
    found = [
        (member["area_code"], member["numerator"], file["file_name"], file["row"])
        for member in row["inputs"]
        for file in member["release"]["files"]
    ]
    # three rows of the file for each council, below a line of headings
    assert found == [
        (DUDLEY, 10.0, "beta-1.csv", 2),
        (SANDWELL, 20.0, "beta-1.csv", 5),
        (WALSALL, 30.0, "beta-1.csv", 8),
        (WOLVERHAMPTON, 44.0, "beta-1.csv", 11),
    ]
    assert sum(member["numerator"] for member in row["inputs"]) == row["numerator"]


def survey_rows(work: dict[str, float]) -> list[dict[str, Any]]:
    """People in work and all people of some councils, each with the half-width of its interval."""
    return [
        {"measure": measure, "area_code": code, "period": Y2021, "value": value, "half_width_95": half}
        for code, people in work.items()
        for measure, value, half in (("work", people, 5.0), ("all", 100.0, 8.0))
    ]


def test_the_sum_of_a_survey_leads_to_the_rows_of_parts_that_are_not_shown(
    tmp_path: Path, database_url: str
) -> None:
    sums = route(
        "alpha",
        "survey_proportion",
        "survey",
        ("lep",),
        numerator=("work",),
        denominator=("all",),
        parts="utla",
    )
    bench = Bench(database_url, tmp_path, {"survey": indicator("survey", sums)})
    bench.put("alpha-1.csv", survey_rows({code: 70.0 + place for place, code in enumerate(COUNTS)}))
    bench.refresh("alpha")
    for first in (70.0, 60.0):
        [row] = bench.store.lineage(indicator_id="survey", area_code=BLACK_COUNTRY, period=Y2021)
        found = [
            (part["area_code"], part["numerator"], file["file_name"], file["row"])
            for part in row["inputs"]
            for file in part["release"]["files"]
        ]
        assert found == [
            (DUDLEY, first, "alpha-1.csv", 2),
            (SANDWELL, first + 1, "alpha-1.csv", 4),
            (WALSALL, first + 2, "alpha-1.csv", 6),
            (WOLVERHAMPTON, first + 3, "alpha-1.csv", 8),
        ]
        assert sum(part["numerator"] for part in row["inputs"]) == row["numerator"]
        assert {member["status"] for member in row["members"]} == {"ok"}
        # the parts stand nowhere by themselves
        assert bench.store.observations(indicator_id="survey", area_type="utla") == []
        # the next edition of the same name takes their place
        bench.put("alpha-1.csv", survey_rows({code: 60.0 + place for place, code in enumerate(COUNTS)}))
        bench.pipeline().refresh(["alpha"], folder=bench.folder / "incoming", accept="a test")
    with bench.store.connections.reading() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(schema.part)) == 4
        schema.part.drop(connection)
        connection.commit()
    # a store of an earlier version has no parts yet
    [row] = bench.store.lineage(indicator_id="survey", area_code=BLACK_COUNTRY, period=Y2021)
    assert row["inputs"] == [] and len(row["members"]) == 4
    bench.store.close()


def test_a_figure_of_the_publisher_has_no_members(summed: Store) -> None:
    [row] = summed.lineage(indicator_id="share", area_code=DUDLEY, period=Y2021)
    assert (row["members"], row["inputs"]) == (None, [])


def test_a_figure_is_found_by_the_words_that_people_use(summed: Store) -> None:
    assert summed.named_figure("rate", "dudley", "2021") == (DUDLEY, Y2021)
    assert summed.named_figure("rate", "Black Country", Y2021) == (BLACK_COUNTRY, Y2021)
    assert summed.named_figure("rate", BLACK_COUNTRY.lower(), " 2021 ") == (BLACK_COUNTRY, Y2021)


@pytest.mark.parametrize(
    ("asked", "parameter", "words"),
    [
        (("rate", "Leeds", "2021"), "area", "no area with figures has the code or the name 'Leeds'"),
        (("rate", LEEDS, "2021"), "area", "no figure of rate for E08000035 (Leeds)"),
        (
            ("rate", DUDLEY, "2020"),
            "period",
            "'2020' is none of the periods there are: 2021 (2021-01-01/P1Y)",
        ),
        (("rate", DUDLEY, Y2020), "period", "is none of the periods there are"),
    ],
)
def test_what_no_figure_is_called_is_said(
    summed: Store, asked: tuple[str, str, str], parameter: str, words: str
) -> None:
    with pytest.raises(UnknownFigure) as caught:
        summed.named_figure(*asked)
    assert caught.value.parameter == parameter
    assert words in str(caught.value)


def test_an_indicator_without_figures_is_said(tmp_path: Path, database_url: str) -> None:
    bench = Bench(database_url, tmp_path, catalogue())
    bench.put("alpha-1.csv", rate_rows({NOTTINGHAM: 69.0, ENGLAND: 76.0}))
    bench.refresh("alpha")
    with pytest.raises(UnknownFigure, match="no figure of share for Leeds: nothing of it is loaded"):
        bench.store.named_figure("share", "Leeds", "2021")
    bench.store.close()


def test_the_lineage_of_a_joined_figure_names_the_areas_of_its_period(
    tmp_path: Path, database_url: str
) -> None:
    """NHS Frimley CCG was made of five groups of 2017 in two steps; Derbyshire's board took Glossop in."""
    kinds = ("stp", "icb", "ccg", "sub_icb")
    shares = indicator("share", route("beta", "proportion", "wilson", kinds, numerator=("part",), denominator=("whole",)))  # fmt: skip
    bench = Bench(database_url, tmp_path, {"share": shares})
    register = bench.store.register
    codes = sorted(register.codes("ccg", 2017) | register.codes("stp", 2017))
    counts = {code: (501.0 + place % 7, 1_001.0) for place, code in enumerate(codes)}
    bench.put("beta-1.csv", count_rows(counts, "2017-04-01/P9M"))
    bench.refresh()

    def members(code: str) -> list[str]:
        [row] = bench.store.lineage(indicator_id="share", area_code=code, period="2017-04-01/P9M")
        assert {part["area_code"] for part in row["inputs"]} == {part["area_code"] for part in row["members"]}
        return sorted(member["area_code"] for member in row["members"])

    assert members("E38000252") == ["E38000017", "E38000118", "E38000148", "E38000178", "E38000207"]
    assert members("E54000058") == ["E54000007", "E54000012"]
    # no sum, gap or benchmark rests on an estimate: it is listed with no other area of its period
    listed = bench.store.observations(indicator_id="share", area_type="icb", period="2017-04-01/P9M", sex="persons", age="all", breakdown="all")  # fmt: skip
    assert "E54000058" not in {row["area_code"] for row in listed}
    for group, has_sum in (("custom:E54000007+E54000012", True), ("custom:E54000055+E54000058", False)):
        [row] = bench.store.series(indicator_id="share", sex="persons", age="all", breakdown="all", area_codes=[group])  # fmt: skip
        assert (row["value"] is not None) is has_sum
    bench.store.close()
