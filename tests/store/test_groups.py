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
from indicators.store import Store, UnknownFigure, group_cells

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
    assert "two rates" in by_indicator["gap"]["note"]
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


def _years(first: int, last: int, step: int = 1) -> list[str]:
    return [f"{year}-01-01/P1Y" for year in range(first, last + 1, step)]


def _small(database_url: str, folder: Path, rows: list[dict]) -> Bench:
    bench = Bench(database_url, folder, small_catalogue())
    bench.put("beta-1.csv", rows)
    assert bench.refresh("beta").outcome == "published"
    return bench


def _rising(codes: list[str], periods: list[str], times: int = 1) -> list[dict]:
    rows: list[dict] = []
    for step, period in enumerate(periods):
        rows += count_rows(dict.fromkeys(codes, (times * (200 + 100 * step), times * 4000)), period)
    return rows


def test_the_trend_of_a_group_is_that_of_an_area_with_its_counts(database_url: str, tmp_path: Path) -> None:
    years = _years(2015, 2020)
    rows = _rising([NOTTINGHAM, LEEDS], years) + _rising([YORK], years, times=2)
    bench = _small(database_url, tmp_path, rows)
    trends = bench.store.trends(**SHARE, area_codes=[TWO, YORK])
    assert trends[YORK]["direction"] == "increasing"
    assert {**trends[TWO], "area_code": YORK} == trends[YORK]


def test_a_group_without_a_period_of_the_indicator_is_broken_there(database_url: str, tmp_path: Path) -> None:
    every, odd = _years(2011, 2019), _years(2011, 2019, 2)
    rows = _rising([YORK], every) + _rising([NOTTINGHAM, LEEDS], odd)
    bench = _small(database_url, tmp_path, rows)
    trends = bench.store.trends(**SHARE, area_codes=[TWO, NOTTINGHAM])
    assert trends[TWO]["reason"] == trends[NOTTINGHAM]["reason"]
    assert trends[TWO]["reason"] == "the last five periods are broken: no usable figure for 2018"


def test_a_publication_ends_what_was_kept_of_the_one_before(database_url: str, tmp_path: Path) -> None:
    bench = _small(database_url, tmp_path, count_rows({NOTTINGHAM: (10, 400), LEEDS: (30, 600)}))

    def counts() -> list[tuple[float, float]]:
        rows = bench.store.newest([TWO], breakdown="all")
        return [(row["numerator"], row["denominator"]) for row in rows if row["indicator_id"] == "share"]

    assert counts() == counts() == [(40, 1000)]
    bench.put("beta-2.csv", count_rows({NOTTINGHAM: (11, 400), LEEDS: (30, 600)}))
    assert bench.refresh("beta").outcome == "published"
    assert counts() == [(41, 1000)]


def test_areas_that_are_no_longer_kept_are_read_again(loaded: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group_cells, "MOST_KEPT", 2)
    groups = [TWO, NAMED, f"custom:{LEEDS}+{YORK}", TWO]
    by_group = [loaded.newest([code], breakdown="all") for code in groups]
    assert by_group == [
        [row for row in loaded.newest([code]) if row["breakdown"] == "all"] for code in groups
    ]
    assert by_group[0] == by_group[-1]


def test_an_unknown_member_is_refused(loaded: Store) -> None:
    with pytest.raises(UnknownArea):
        loaded.newest([f"custom:{LEEDS}+E99999999"])
