"""Areas on the way through a run: codes that nothing is known of, one land under two codes, areas that merged."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from etl_toolkit import LEEDS, NOTTINGHAM, Y2021, Bench, TidySource, rate_rows

from etl.sources.base import Edition, Parsed, Progress, SetAside, UnknownArea
from geodata.register import Register

BARNSLEY, BARNSLEY_NOW = "E08000016", "E08000038"


class WithUnknown(TidySource):
    """A publisher whose file has codes of areas that are not in the register."""

    unknown: tuple[UnknownArea, ...] = ()

    def parse(self, edition: Edition, register: Register, progress: Progress) -> Parsed:
        parsed = super().parse(edition, register, progress)
        rows = sum(found.rows for found in self.unknown)
        aside = SetAside("code of no area of the register", rows, (), self.unknown)
        return dataclasses.replace(parsed, rows_in=parsed.rows_in + rows, set_aside=[aside])


@pytest.mark.parametrize(
    ("measures", "words", "indicators"),
    [
        (("rate",), "6 rows left out of rate; add", {"rate"}),
        # a parser that does not say of which measure: of all that the source gives
        ((), "6 rows left out of ", {"rate", "claims"}),
        (("other",), "6 rows left out, of measures that no indicator uses; add", set()),
    ],
)
def test_an_unknown_code_is_a_warning_with_its_rows(
    bench: Bench, measures: tuple[str, ...], words: str, indicators: set[str]
) -> None:
    bench.sources["alpha"] = source = WithUnknown("alpha", bench.bundle)
    source.unknown = (UnknownArea("QZ9", 6, measures),)
    bench.put("alpha-1.csv", rate_rows({NOTTINGHAM: 66.1, LEEDS: 70.0}))
    result = bench.refresh("alpha")
    assert result.outcome == "published"
    [warning] = [text for text in result.details["warnings"] if "QZ9" in text]
    assert warning.startswith(
        f"1: code QZ9 looks like an area, and the register has none with it in the period: {words}"
    )
    [noted] = result.details["unknown_areas"]
    assert (noted["edition"], noted["code"], noted["rows"]) == ("1", "QZ9", 6)
    assert set(noted["indicators"]) == indicators


def test_an_unknown_code_whose_rows_count_in_wider_areas_is_a_warning_too(bench: Bench) -> None:
    class Partly(TidySource):
        def parse(self, edition: Edition, register: Register, progress: Progress) -> Parsed:
            parsed = super().parse(edition, register, progress)
            return dataclasses.replace(parsed, unknown=(UnknownArea("QZ9", 6, ("rate",)),))

    bench.sources["alpha"] = Partly("alpha", bench.bundle)
    bench.put("alpha-1.csv", rate_rows({NOTTINGHAM: 66.1, LEEDS: 70.0}))
    result = bench.refresh("alpha")
    [warning] = [text for text in result.details["warnings"] if "QZ9" in text]
    assert ": 6 rows count in wider areas only, and are left out of rate; add" in warning
    [noted] = result.details["unknown_areas"]
    assert (noted["code"], noted["rows"], noted["indicators"]) == ("QZ9", 6, ["rate"])
    # they are in figures: nothing is set aside, and the rows add up
    [rows] = result.details["rows"]
    assert rows["rows_in"] == rows["used"] + rows["set_aside"] and rows["set_aside"] == 0


def test_either_code_has_the_figure(bench: Bench) -> None:
    bench.put("alpha-1.csv", rate_rows({BARNSLEY: 71.2, NOTTINGHAM: 66.1}))
    assert bench.refresh("alpha").outcome == "published"
    assert bench.value("rate", BARNSLEY) == bench.value("rate", BARNSLEY_NOW) == 71.2
    # a list of 2021 has the land once, under the code of that year
    rows = bench.store.observations(indicator_id="rate", area_type="ltla", period=Y2021)
    assert [row["area_code"] for row in rows if row["area_name"] == "Barnsley"] == [BARNSLEY]


def test_a_newer_edition_under_the_other_code_replaces_both(bench: Bench) -> None:
    bench.put("alpha-1.csv", rate_rows({BARNSLEY: 71.2, NOTTINGHAM: 66.1}))
    bench.refresh("alpha")
    bench.put("alpha-2.csv", rate_rows({BARNSLEY_NOW: 71.9, NOTTINGHAM: 66.1}))
    bench.refresh("alpha", accept="a new code")
    assert bench.value("rate", BARNSLEY) == bench.value("rate", BARNSLEY_NOW) == 71.9


def test_an_area_that_had_ended_is_refused_with_what_to_do(bench: Bench) -> None:
    bench.put("alpha-1.csv", rate_rows({NOTTINGHAM: 66.1, "E07000004": 70.0}))
    result: Any = bench.refresh("alpha")
    assert result.outcome == "failed"
    assert "Aylesbury Vale ended on 2020-03-31" in result.message
    assert "give the figure for what took its place (E06000060 Buckinghamshire)" in result.message
