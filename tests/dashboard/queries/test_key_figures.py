"""What the summary of an area reads, its key figures, and which of its figures were published last."""

from __future__ import annotations

from dataclasses import replace

from dashboard.address.context import Context
from dashboard.answers.profile import Line
from dashboard.queries.profile import cards_of, lines_of, main_rows, newest_main, newest_published

RELEASE = "ons_local_indicators:2024-11:ab12cd34"


def test_the_rows_of_the_summary_are_those_that_all_rows_give(fuller: Context) -> None:
    for code in ("E06000018", "E92000001", "E06000060", "E54000060"):
        every = fuller.store.newest([code])
        assert main_rows(newest_main(fuller, code)) == main_rows(every)


def test_key_figures_come_in_the_order_of_their_role_one_an_indicator(fuller: Context) -> None:
    [rate] = lines_of(fuller, "E06000018")

    def of(indicator_id: str, sex: str = "persons", **more: object) -> Line:
        row = {**rate.row, "indicator_id": indicator_id, "sex": sex, **more}
        return replace(rate, indicator=fuller.catalogue[indicator_id], row=row)

    lines = [
        of("disability-prevalence"),
        of("healthy-life-expectancy", "female"),
        of("healthy-life-expectancy", "male"),
        of("economic-inactivity-rate", value=None),
        of("unemployment-rate"),
        of("claimant-count"),
        of("median-weekly-pay"),
        rate,
    ]
    assert [(line.indicator.id, line.row["sex"]) for line in cards_of(fuller, lines)] == [
        ("employment-rate", "persons"),
        ("healthy-life-expectancy", "female"),
        ("disability-prevalence", "persons"),
        ("unemployment-rate", "persons"),
    ]
    illustrative = [replace(line, row={**line.row, "status": "illustrative"}) for line in lines]
    assert cards_of(fuller, illustrative) == []


def test_the_newest_published_figures_are_of_one_release(fuller: Context) -> None:
    lines = lines_of(fuller, "E06000018")
    newest = newest_published(fuller, lines)
    assert newest and {line.row["release"] for line in newest} == {RELEASE}
    gone = [replace(line, row={**line.row, "release": "no longer current"}) for line in lines]
    assert newest_published(fuller, gone) == ()
