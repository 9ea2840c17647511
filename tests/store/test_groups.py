"""A group of areas, asked for like any other area, on SQLite and on PostgreSQL."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from etl_toolkit import (
    ENGLAND,
    LEEDS,
    NOTTINGHAM,
    Y2019,
    Y2020,
    Y2021,
    YORK,
    Bench,
    claim_rows,
    count_rows,
    rate_rows,
    small_catalogue,
)

from geodata.groups import code_of
from geodata.register import UnknownArea
from indicators.statistics import intervals
from indicators.store import Store, UnknownFigure

TWO = f"custom:{NOTTINGHAM}+{LEEDS}"
NAMED = f"custom:{NOTTINGHAM}+{LEEDS}+{YORK}~Three%20cities"
SHARE = {"indicator_id": "share", "sex": "persons", "age": "all"}


@pytest.fixture
def loaded(database_url: str, tmp_path: Path) -> Iterator[Store]:
    """Two years of shares with counts (York hidden in the second), a year of a published rate, and claims."""
    bench = Bench(database_url, tmp_path, small_catalogue())
    bench.put(
        "alpha-1.csv",
        rate_rows({NOTTINGHAM: 66.1, LEEDS: 75.0, YORK: 80.0, ENGLAND: 76.0}, Y2020)
        + claim_rows({NOTTINGHAM: 100, LEEDS: 900, YORK: 40}, Y2020),
    )
    bench.put(
        "beta-1.csv",
        count_rows({NOTTINGHAM: (10, 400), LEEDS: (30, 600), YORK: (5, 100)}, Y2019)
        + count_rows({NOTTINGHAM: (11, 400), LEEDS: (29, 600)}, Y2020)
        + [
            {"measure": measure, "area_code": YORK, "period": Y2020, "value": "*"}
            for measure in ("part", "whole", "share")
        ],
    )
    results = bench.pipeline().refresh(folder=bench.folder / "incoming")
    assert {result.outcome for result in results} == {"published"}, results
    yield bench.store
    bench.store.close()


def test_a_group_has_the_row_of_any_area(loaded: Store) -> None:
    [own] = loaded.observations(**SHARE, area_type="utla", period=Y2020, area_codes=[NOTTINGHAM])
    [row] = loaded.observations(**SHARE, area_type="utla", period=Y2020, area_codes=[TWO])
    assert list(row) == list(own)
    value, lower, upper = intervals.proportion(40, 1000, 100)
    assert (row["value"], row["numerator"], row["denominator"]) == (pytest.approx(float(value)), 40, 1000)
    assert (row["lower_ci_95"], row["upper_ci_95"]) == (
        pytest.approx(float(lower)),
        pytest.approx(float(upper)),
    )
    assert (row["area_code"], row["area_name"], row["area_type"]) == (TWO, "Leeds and Nottingham", "custom")
    assert (row["status"], row["interval_method"]) == ("ok", "Wilson score of the sums")
    assert row["note"] == "Summed from 2 of 2 local authorities (lower tier); coverage 100%."
    assert row["release"] == own["release"]


def test_it_stands_among_areas_of_its_members_type_and_of_its_own(loaded: Store) -> None:
    def asked(area_type: str, codes: list[str]) -> list[str]:
        rows = loaded.observations(**SHARE, area_type=area_type, period=Y2020, area_codes=codes)
        return [row["area_code"] for row in rows]

    assert asked("ltla", [LEEDS, TWO]) == [LEEDS, TWO]
    assert asked("custom", [TWO]) == [TWO]
    assert asked("region", [TWO]) == []


def test_a_hidden_member_is_named_and_counts_as_without_a_figure(loaded: Store) -> None:
    rows = loaded.series(**SHARE, area_codes=[YORK, NAMED])
    [before, after] = [row for row in rows if row["area_code"] == NAMED]
    assert [row["period"] for row in (before, after)] == [Y2019, Y2020]
    assert (before["numerator"], before["denominator"], before["area_name"]) == (45, 1100, "Three cities")
    # without York the same two counts as without it in the group: nothing of York can be found
    assert (after["numerator"], after["denominator"]) == (40, 1000)
    assert after["note"].endswith("Without a figure: York.")


def test_what_cannot_be_summed_has_a_row_with_the_reason(loaded: Store) -> None:
    [row] = loaded.observations(
        indicator_id="rate", sex="persons", age="all", area_type="utla", period=Y2020, area_codes=[TWO]
    )
    assert (row["value"], row["status"], row["interval_method"]) == (None, "not_available", "none")
    assert row["note"] == "Not summed: the publisher gives this figure without the counts behind it."
    by_indicator = {row["indicator_id"]: row for row in loaded.newest([TWO])}
    assert set(by_indicator) == {"rate", "share", "gap", "claims"}
    assert "two sides" in by_indicator["gap"]["note"]
    assert by_indicator["rate"]["trend"]["direction"] == "not_calculated"


def test_plain_counts_are_added(loaded: Store) -> None:
    rows = {row["indicator_id"]: row for row in loaded.newest([NAMED])}
    assert (rows["claims"]["value"], rows["claims"]["numerator"]) == (1040, None)


def test_the_newest_figures_come_in_the_order_asked_with_their_trends(loaded: Store) -> None:
    rows = loaded.newest([TWO, YORK, NAMED], indicator_ids=["share"])
    assert [row["area_code"] for row in rows] == [TWO, YORK, NAMED]
    [plain] = loaded.newest([LEEDS], indicator_ids=["share"])
    assert list(rows[0]) == list(plain) and list(rows[0]["trend"]) == list(plain["trend"])
    assert "fewer than five periods" in rows[0]["trend"]["reason"]
    assert loaded.trends(**SHARE, area_codes=[TWO, LEEDS]).keys() == {TWO, LEEDS}


def test_the_latest_period_is_the_newest_with_a_sum(loaded: Store) -> None:
    [row] = loaded.observations(**SHARE, area_type="utla", area_codes=[TWO])
    assert row["period"] == Y2020
    rows = loaded.observations(**SHARE, area_type="utla", period="all", area_codes=[TWO])
    assert [row["period"] for row in rows] == [Y2019, Y2020]
    assert loaded.observations(**SHARE, area_type="utla", period=Y2021, area_codes=[TWO]) == []


def test_the_grid_and_the_courses_hold_it(loaded: Store) -> None:
    groups = [("share", Y2020, "persons", "all", "all"), ("rate", Y2020, "persons", "all", "all")]
    found = {(row["area_code"], row["indicator_id"]) for row in loaded.grid(groups=groups, area_codes=[TWO])}
    assert found == {(TWO, "share")}
    lines = loaded.courses(groups=[("share", "persons", "all", "all")], area_codes=[TWO, LEEDS])
    assert [(cells[4], cells[5]) for cells in lines if cells[4] == TWO] == [(TWO, Y2019), (TWO, Y2020)]


def test_the_way_of_a_sum_to_its_files_names_every_member(loaded: Store) -> None:
    [found] = loaded.lineage(indicator_id="share", area_code=NAMED, period=Y2020)
    assert [(member["area_name"], member["status"]) for member in found["members"]] == [
        ("York", "suppressed"), ("Nottingham", "ok"), ("Leeds", "ok"),
    ]  # fmt: skip
    assert {row["area_name"] for row in found["inputs"]} == {"Nottingham", "York", "Leeds"}
    assert found["release"]["files"]
    assert loaded.named_figure("share", f"custom:{LEEDS}+{NOTTINGHAM}", "2020") == (TWO, Y2020)
    with pytest.raises(UnknownFigure):
        loaded.named_figure("share", TWO, "2015")
    with pytest.raises(UnknownFigure):
        loaded.named_figure("share", f"custom:{LEEDS}+E99999999", "2020")


def test_order_repetition_and_name_do_not_matter(loaded: Store) -> None:
    members = [NOTTINGHAM, LEEDS, YORK, LEEDS]
    random.Random(1).shuffle(members)
    code, _ = code_of(f"custom:{' '.join(members)}", loaded.register)
    [row] = loaded.series(**SHARE, area_codes=[code])[:1]
    [named] = loaded.series(**SHARE, area_codes=[NAMED])[:1]
    same = {"area_code", "area_name"}
    assert {name: cell for name, cell in row.items() if name not in same} == {
        name: cell for name, cell in named.items() if name not in same
    }


def test_an_unknown_member_is_refused(loaded: Store) -> None:
    with pytest.raises(UnknownArea):
        loaded.newest([f"custom:{LEEDS}+E99999999"])
