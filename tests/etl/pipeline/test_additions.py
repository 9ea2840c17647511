"""What is new and what changed: figures added, revised and withdrawn, by area and by indicator."""

from __future__ import annotations

import pytest
from etl_toolkit import (
    ENGLAND,
    LEEDS,
    NOTTINGHAM,
    Y2020,
    Y2021,
    YORK,
    Bench,
    claim_rows,
    rate_rows,
)

from indicators.calendar import Calendar
from indicators.store import UnknownIndicator

RATES = {NOTTINGHAM: 66.1, LEEDS: 75.0, ENGLAND: 76.0}


def told(bench: Bench, *names: str, **asked: str | int) -> list[tuple]:
    return [tuple(row[name] for name in names) for row in bench.store.changes(**asked)]  # type: ignore[arg-type]


def publish(bench: Bench, rows: list[dict]) -> None:
    bench.put("alpha-1.csv", rows)
    result = bench.refresh("alpha", accept="as the publisher has it")
    assert result.outcome == "published", result.message


def test_figures_that_are_new_are_reported_by_period_and_area_type(bench: Bench) -> None:
    publish(bench, rate_rows(RATES, Y2020) + claim_rows({NOTTINGHAM: 7}, Y2020))
    names = ("kind", "indicator_id", "period", "area_type", "figures")
    assert told(bench, *names) == [
        ("added", "claims", Y2020, "ltla", 1),
        ("added", "rate", Y2020, "england", 1),
        ("added", "rate", Y2020, "ltla", 2),
    ]
    assert told(bench, "publication", "release_id", indicator_id="claims") == [
        ("Figures of alpha, 1", bench.store.releases()[0]["release_id"])
    ]


def test_an_area_gets_only_its_own_figures(bench: Bench) -> None:
    publish(bench, rate_rows(RATES, Y2020) + claim_rows({NOTTINGHAM: 7}, Y2020))
    # York comes to a period that the others had already, and 2021 comes for all
    later = rate_rows({**RATES, YORK: 80.0}, Y2020) + rate_rows({**RATES, YORK: 81.0}, Y2021)
    publish(bench, later + claim_rows({NOTTINGHAM: 7}, Y2020))
    names = ("kind", "indicator_id", "period", "figures")
    assert told(bench, *names, area_code=YORK) == [("added", "rate", Y2021, 1), ("added", "rate", Y2020, 1)]
    assert told(bench, *names, area_code=LEEDS) == [("added", "rate", Y2021, 1), ("added", "rate", Y2020, 1)]
    assert told(bench, *names, area_code=NOTTINGHAM, indicator_id="claims") == [("added", "claims", Y2020, 1)]
    leeds = told(bench, "period", "changed_at", area_code=LEEDS)
    york = told(bench, "period", "changed_at", area_code=YORK)
    assert leeds[0] == york[0], "2021 came for both at once"
    assert leeds[1][1] < york[1][1], "2020 was there for Leeds before York had it"


def test_revised_and_withdrawn_figures_stand_beside_the_new_ones(bench: Bench) -> None:
    publish(bench, rate_rows(RATES, Y2020) + claim_rows({NOTTINGHAM: 7, LEEDS: 9}, Y2020))
    publish(bench, rate_rows({**RATES, LEEDS: 75.5}, Y2020) + claim_rows({NOTTINGHAM: 7}, Y2020))
    names = ("kind", "indicator_id", "area_code", "area_type", "old_value", "new_value", "new_status")
    assert told(bench, *names, area_code=LEEDS)[:2] == [
        ("revised", "rate", LEEDS, "ltla", 75.0, 75.5, "ok"),
        ("withdrawn", "claims", LEEDS, "ltla", 9.0, None, "withdrawn"),
    ]
    first = bench.store.changes()[-1]["changed_at"]
    after = bench.store.changes(since=bench.store.changes()[0]["changed_at"])
    assert [row["kind"] for row in after] == ["revised", "withdrawn"]
    assert len(bench.store.changes(since=first)) == 5
    assert bench.store.changes(limit=2, offset=1) == bench.store.changes()[1:3]


def test_changes_come_together_by_publication_and_indicator(bench: Bench) -> None:
    publish(bench, rate_rows(RATES, Y2020) + claim_rows({NOTTINGHAM: 7}, Y2020))
    publish(
        bench,
        rate_rows({**RATES, LEEDS: 75.5}, Y2020)
        + rate_rows(RATES, Y2021)
        + claim_rows({NOTTINGHAM: 7}, Y2020),
    )
    names = ("kind", "indicator_id", "figures", "periods", "first_period", "last_period")
    groups = bench.store.change_groups()
    assert [tuple(row[name] for name in names) for row in groups] == [
        ("added", "rate", 3, 1, Y2021, Y2021),
        ("revised", "rate", 1, 1, Y2020, Y2020),
        ("added", "claims", 1, 1, Y2020, Y2020),
        ("added", "rate", 3, 1, Y2020, Y2020),
    ]
    assert (groups[1]["old_value"], groups[1]["new_value"]) == (75.0, 75.5)
    of_leeds = bench.store.area_change_groups(LEEDS, bench.store.additions(), limit=2)
    assert [tuple(row[name] for name in names) for row in of_leeds] == [
        ("added", "rate", 1, 1, Y2021, Y2021),
        ("revised", "rate", 1, 1, Y2020, Y2020),
    ]


def test_changes_of_an_area_come_together_as_they_stand_one_by_one(bench: Bench) -> None:
    publish(bench, rate_rows({NOTTINGHAM: 61.0}, Y2020) + claim_rows({NOTTINGHAM: 7, LEEDS: 9}, Y2020))
    # Leeds comes to the rate of 2020 later than the others, and a claim of it is withdrawn
    publish(bench, rate_rows(RATES, Y2020) + rate_rows(RATES, Y2021) + claim_rows({NOTTINGHAM: 8}, Y2020))
    additions = bench.store.additions()
    for area_code in (NOTTINGHAM, LEEDS):
        one_by_one: dict[tuple[str, str, str], list[str]] = {}
        for row in bench.store.changes(area_code=area_code):
            key = (row["changed_at"], row["kind"], row["indicator_id"])
            one_by_one.setdefault(key, []).extend([row["period"]] * row["figures"])
        groups = bench.store.area_change_groups(area_code, additions)
        assert {
            (row["changed_at"], row["kind"], row["indicator_id"]): (
                row["figures"], row["periods"], row["first_period"], row["last_period"]
            )
            for row in groups
        } == {
            key: (len(periods), len(set(periods)), min(periods), max(periods)) for key, periods in one_by_one.items()
        }  # fmt: skip
        assert [row["changed_at"] for row in groups] == sorted(
            (row["changed_at"] for row in groups), reverse=True
        )
    assert [(row["kind"], row["indicator_id"]) for row in bench.store.area_change_groups(LEEDS, additions)] == [
        ("added", "rate"),
        ("withdrawn", "claims"),
    ]  # fmt: skip


def test_an_illustrative_figure_is_no_news_and_the_real_figure_in_its_place_is(bench: Bench) -> None:
    bench.put("x", rate_rows(RATES) + claim_rows({NOTTINGHAM: 1})).rename(
        bench.bundle / "illustrative-alpha-0.csv"
    )
    bench.pipeline().load_starter()
    assert bench.store.changes() == []
    publish(bench, rate_rows(RATES) + claim_rows({NOTTINGHAM: 3}))
    assert told(bench, "kind", "indicator_id", "figures", area_code=NOTTINGHAM) == [
        ("added", "claims", 1),
        ("added", "rate", 1),
    ]


def test_the_same_files_again_are_no_news(bench: Bench) -> None:
    publish(bench, rate_rows(RATES) + claim_rows({NOTTINGHAM: 1}))
    before = bench.store.changes()
    bench.sources["alpha"].parser_version = 2
    assert bench.refresh("alpha").outcome == "published"
    assert bench.store.changes() == before


def test_an_unknown_indicator_is_refused(bench: Bench) -> None:
    publish(bench, rate_rows(RATES) + claim_rows({NOTTINGHAM: 1}))
    with pytest.raises(UnknownIndicator, match="'happiness' is not in the catalogue"):
        bench.store.changes(indicator_id="happiness")


def test_the_store_knows_every_source_before_any_of_them_ran(bench: Bench) -> None:
    import dataclasses

    alpha = bench.sources["alpha"]
    alpha.info = dataclasses.replace(alpha.info, calendar=Calendar((4, 10), 16))
    bench.pipeline().load_starter()
    assert [
        (row["source_id"], row["title"], row["live"], row["calendar"]) for row in bench.store.sources()
    ] == [
        ("alpha", "Figures of alpha", False, Calendar((4, 10), 16)),
        ("beta", "Figures of beta", False, None),
    ]
