"""What a publication shows, replaces and leaves: on SQLite and on PostgreSQL."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from etl_toolkit import (
    DERBYSHIRE,
    ENGLAND,
    LEEDS,
    NOTTINGHAM,
    Y2019,
    Y2020,
    Y2021,
    YORK,
    Bench,
    TidySource,
    claim_rows,
    count_rows,
    indicator,
    rate_rows,
    route,
    small_catalogue,
)

from indicators.catalogue import Route
from indicators.statistics import intervals

RATES = {NOTTINGHAM: 66.1, LEEDS: 75.0, YORK: 80.0, ENGLAND: 76.0}
COUNTS = {NOTTINGHAM: (11, 908)}
YEARS = tuple(f"{year}-01-01/P1Y" for year in range(2017, 2022))


def test_first_publication_shows_every_figure_with_its_release(bench: Bench) -> None:
    bench.put("alpha-1.csv", rate_rows(RATES) + claim_rows({NOTTINGHAM: 12345}))
    result = bench.refresh("alpha")
    assert (result.outcome, result.message) == ("published", "figures: 5 added")
    [row] = bench.store.observations(indicator_id="rate", area_type="utla", area_codes=[NOTTINGHAM])
    assert row["value"] == 66.1
    assert (row["lower_ci_95"], row["upper_ci_95"]) == (64.1, 68.1)
    lower, upper = intervals.published_to_998(66.1, 64.1, 68.1, 0, 100)
    assert (row["lower_ci_998"], row["upper_ci_998"]) == (pytest.approx(lower), pytest.approx(upper))
    release = bench.store.release(row["release"])
    assert release["publisher"] == "Office of alpha"
    assert release["rows"] == 5
    [file] = release["files"]
    assert file["file_name"] == "alpha-1.csv"
    assert file["sha256"] in {path.parent.name for path in bench.snapshots.folder.rglob("alpha-1.csv")}
    assert file["stored"] is True
    assert bench.store.problems() == []


def test_the_same_file_again_writes_no_figure(bench: Bench) -> None:
    bench.put("alpha-1.csv", rate_rows(RATES) + claim_rows({NOTTINGHAM: 12345}))
    bench.refresh("alpha")
    before, publication = bench.store.digest(), bench.store.publication_id()
    parsed = bench.sources["alpha"].parsed
    result = bench.refresh("alpha")
    assert (result.outcome, result.message) == ("unchanged", "nothing new")
    assert (bench.store.digest(), bench.store.publication_id()) == (before, publication)
    assert bench.sources["alpha"].parsed == parsed
    assert [run["outcome"] for run in bench.store.history("alpha")] == ["unchanged", "published"]


def test_a_revision_is_kept_with_what_it_was(bench: Bench) -> None:
    bench.put("alpha-1.csv", rate_rows(RATES) + claim_rows({NOTTINGHAM: 100}))
    bench.refresh("alpha")
    first = bench.store.releases()[0]["release_id"]
    bench.put("alpha-1.csv", rate_rows({**RATES, YORK: 80.5}) + claim_rows({NOTTINGHAM: 100}))
    result = bench.refresh("alpha")
    assert result.message == "figures: 1 revised, 4 the same from another release"
    [revision] = bench.store.revisions()
    assert (revision["area_code"], revision["old_value"], revision["new_value"]) == (YORK, 80.0, 80.5)
    assert (revision["old_status"], revision["new_status"]) == ("ok", "ok")
    assert revision["old_release_id"] == first
    assert revision["new_release_id"] == bench.store.releases()[0]["release_id"] != first
    assert bench.value("rate", YORK) == 80.5
    assert [release["is_current"] for release in bench.store.releases(current_only=False)] == [False, True]


def test_editions_of_a_source_live_side_by_side_and_the_newer_wins(bench: Bench) -> None:
    bench.put("alpha-1.csv", rate_rows(RATES, Y2020) + rate_rows({YORK: 79.0}, Y2021))
    bench.refresh("alpha", accept="no claims here")
    bench.put("alpha-2.csv", rate_rows(RATES, Y2021))
    result = bench.refresh("alpha", accept="no claims here")
    assert result.outcome == "published", result.message
    assert bench.value("rate", YORK, Y2020) == 80.0
    assert bench.value("rate", YORK, Y2021) == 80.0
    assert result.details["overlaps"][0]["differ"] == 1
    (bench.folder / "incoming" / "alpha-1.csv").unlink()
    # an edition whose file is no longer in the folder stays, read again from its snapshot
    bench.put("alpha-2.csv", rate_rows({**RATES, LEEDS: 75.4}, Y2021))
    bench.refresh("alpha")
    assert bench.value("rate", YORK, Y2020) == 80.0
    assert bench.value("rate", LEEDS, Y2021) == 75.4
    assert len(bench.store.releases()) == 2


def test_counts_get_wilson_limits_and_are_held_against_the_published_share(bench: Bench) -> None:
    bench.put("beta-1.csv", count_rows({NOTTINGHAM: (11, 908), ENGLAND: (6871, 133658)}))
    result = bench.refresh("beta")
    [row] = bench.store.observations(indicator_id="share", area_type="utla", area_codes=[NOTTINGHAM])
    lower, upper = intervals.wilson(11, 908)
    assert row["value"] == pytest.approx(100 * 11 / 908)
    assert (row["lower_ci_95"], row["upper_ci_95"]) == (
        pytest.approx(100 * lower),
        pytest.approx(100 * upper),
    )
    assert row["interval_method"] == "Wilson score"
    check = next(check for check in result.details["cross_checks"] if check["indicator_id"] == "share")
    assert (check["compared"], check["apart"]) == (2, 0)


def test_a_published_share_that_differs_from_its_counts_is_reported(bench: Bench) -> None:
    rows = count_rows({NOTTINGHAM: (11, 908), LEEDS: (30, 1000), ENGLAND: (6871, 133658)})
    rows[2]["value"] = 1.9
    bench.put("beta-1.csv", rows)
    result = bench.refresh("beta")
    assert any(
        "1 of 3 figures differ" in warning and NOTTINGHAM in warning for warning in result.details["warnings"]
    )


def test_a_gap_is_published_with_its_inputs_in_the_same_transaction(bench: Bench) -> None:
    bench.put("alpha-1.csv", rate_rows(RATES, Y2020) + rate_rows({NOTTINGHAM: 60.0}, Y2019))
    bench.put("beta-1.csv", count_rows({NOTTINGHAM: (11, 908), DERBYSHIRE: (5, 100)}, "2020-04-01/P1Y"))
    bench.pipeline().refresh(folder=bench.folder / "incoming", accept="no claims here")
    [row] = bench.store.observations(indicator_id="gap", area_type="utla", area_codes=[NOTTINGHAM])
    assert row["value"] == pytest.approx(66.1 - 100 * 11 / 908)
    group = intervals.wilson(11, 908)
    _, lower, upper = intervals.difference(66.1, 64.1, 68.1, 100 * 11 / 908, 100 * group[0], 100 * group[1])
    assert (row["lower_ci_95"], row["upper_ci_95"]) == (pytest.approx(lower), pytest.approx(upper))
    assert row["note"] == "Overall rate of 2020; rate of the group of 2020/21."
    release = bench.store.release(row["release"])
    assert (release["source_id"], release["origin"]) == ("derived", "derived")
    assert [release_input["source_id"] for release_input in release["inputs"]] == ["alpha", "beta"]
    # no overall rate for Derbyshire: the gap says so and is not guessed
    [missing] = bench.store.observations(indicator_id="gap", area_type="utla", area_codes=[DERBYSHIRE])
    assert (missing["value"], missing["status"]) == (None, "not_available")
    # the overall rate is revised: the gap follows, and so does its release
    bench.put(
        "alpha-1.csv", rate_rows({**RATES, NOTTINGHAM: 66.9}, Y2020) + rate_rows({NOTTINGHAM: 60.0}, Y2019)
    )
    bench.refresh("alpha")
    [after] = bench.store.observations(indicator_id="gap", area_type="utla", area_codes=[NOTTINGHAM])
    assert after["value"] == pytest.approx(66.9 - 100 * 11 / 908)
    assert after["release"] != row["release"]
    assert bench.store.problems() == []


def test_the_first_route_of_the_catalogue_wins_whatever_was_loaded_first(bench: Bench) -> None:
    bench.put(
        "beta-1.csv",
        count_rows({NOTTINGHAM: (11, 908)})
        + rate_rows({NOTTINGHAM: 65.0, LEEDS: 74.0}, measure="other-rate"),
    )
    bench.refresh("beta")
    assert bench.value("rate", NOTTINGHAM) == 65.0
    bench.put("alpha-1.csv", rate_rows({NOTTINGHAM: 65.5}) + claim_rows({NOTTINGHAM: 1}))
    result = bench.refresh("alpha")
    assert bench.value("rate", NOTTINGHAM) == 65.5
    assert bench.value("rate", LEEDS) == 74.0
    check = next(check for check in result.details["cross_checks"] if check["against"] == "source beta")
    assert (check["compared"], check["largest"]) == (1, pytest.approx(0.5))
    columns, rows = bench.store.current_rows(["rate"], alternates=True)
    assert [(row[columns.index("source_id")], row[columns.index("value")]) for row in rows] == [
        ("beta", 65.0)
    ]
    # the first route no longer gives it: the other source's figure comes back
    bench.put("alpha-1.csv", rate_rows({YORK: 80.0}) + claim_rows({NOTTINGHAM: 1}))
    bench.refresh("alpha", accept="Nottingham is no longer surveyed")
    assert bench.value("rate", NOTTINGHAM) == 65.0
    assert bench.store.current_rows(["rate"], alternates=True)[1] == []


PUBLISHED_GAP = route("gamma", "published", "published", value=("gap",))
OWN_GAP = route("derived", "difference", "newcombe", minuend="rate", subtrahend="share")


@pytest.mark.slow
@pytest.mark.parametrize(
    "routes", [(OWN_GAP, PUBLISHED_GAP), (PUBLISHED_GAP, OWN_GAP)], ids=["own", "published"]
)
@pytest.mark.parametrize("order", list(itertools.permutations(("alpha", "beta", "gamma"))), ids="-".join)
def test_a_published_gap_and_our_own_are_settled_by_the_order_of_the_routes(
    tmp_path: Path, routes: tuple[Route, ...], order: tuple[str, ...]
) -> None:
    gap = indicator("gap", *routes, unit="percentage_points", multiplier=1.0, polarity="low_is_good")
    bench = Bench(f"sqlite:///{tmp_path}/store.sqlite", tmp_path, {**small_catalogue(), "gap": gap})
    bench.sources["gamma"] = TidySource("gamma", bench.bundle)
    bench.put("alpha-1.csv", rate_rows({NOTTINGHAM: 66.0, LEEDS: 75.0}) + claim_rows({NOTTINGHAM: 1}))
    bench.put("beta-1.csv", count_rows({NOTTINGHAM: (10, 1000), LEEDS: (50, 1000)}))
    bench.put("gamma-1.csv", rate_rows({NOTTINGHAM: 64.0, YORK: 61.0}, measure="gap"))
    results = {name: bench.refresh(name) for name in order}
    own_first = routes[0] is OWN_GAP
    assert bench.value("gap", LEEDS) == pytest.approx(70.0)
    assert bench.value("gap", YORK) == 61.0
    assert bench.value("gap", NOTTINGHAM) == pytest.approx(65.0 if own_first else 64.0)
    columns, rows = bench.store.current_rows(["gap"], alternates=True)
    left = [[row[columns.index(name)] for name in ("source_id", "area_code", "value")] for row in rows]
    expected = ["gamma", NOTTINGHAM, 64.0] if own_first else ["derived", NOTTINGHAM, pytest.approx(65.0)]
    assert left == [expected]
    [check] = [
        check
        for check in results[order[-1]].details["cross_checks"]
        if check["indicator_id"] == "gap" and check["compared"]
    ]
    assert check["against"] == ("source gamma" if own_first else "the difference calculated here")
    assert (check["compared"], check["apart"], check["largest"]) == (1, 1, pytest.approx(1.0))
    # a revised rate moves our own gap and leaves the publisher's
    bench.put("alpha-1.csv", rate_rows({NOTTINGHAM: 66.5, LEEDS: 75.0}) + claim_rows({NOTTINGHAM: 1}))
    assert bench.refresh("alpha").outcome == "published"
    assert bench.value("gap", NOTTINGHAM) == pytest.approx(65.5 if own_first else 64.0)
    assert bench.value("gap", YORK) == 61.0
    assert bench.refresh("gamma").outcome == "unchanged"
    assert bench.store.problems() == []
    before, after, _ = bench.pipeline().rebuild()
    assert before == after
    bench.store.close()


def test_load_order_does_not_change_the_store(bench: Bench, tmp_path) -> None:
    rows = {
        "alpha-1.csv": rate_rows(RATES, Y2020) + claim_rows({NOTTINGHAM: 7}),
        "beta-1.csv": count_rows({NOTTINGHAM: (11, 908)}) + rate_rows({LEEDS: 75.2}, Y2020, "other-rate"),
    }
    other = Bench(f"sqlite:///{tmp_path}/other.sqlite", tmp_path / "other", bench.catalogue)
    for name, table in rows.items():
        bench.put(name, table)
        other.put(name, table)
    bench.refresh("alpha"), bench.refresh("beta")
    other.refresh("beta"), other.refresh("alpha")
    assert bench.store.digest() == other.store.digest()


def test_an_illustrative_release_goes_when_the_first_real_one_comes(bench: Bench) -> None:
    write = rate_rows({NOTTINGHAM: 50.0, LEEDS: 51.0, YORK: "*"}) + claim_rows({NOTTINGHAM: 1})
    bench.put("x", write).rename(bench.bundle / "illustrative-alpha-0.csv")
    bench.pipeline().load_starter()
    rows = bench.store.observations(indicator_id="rate", area_type="utla")
    assert {row["status"] for row in rows} == {"illustrative"}
    assert [row["value"] for row in rows if row["area_code"] == YORK] == [None]
    assert all(release["illustrative"] for release in bench.store.releases())
    bench.store.include_illustrative = False
    assert bench.store.observations(indicator_id="rate", area_type="utla") == []
    assert bench.store.available() == [] and bench.store.releases() == []
    assert bench.store.newest([NOTTINGHAM]) == []
    bench.store.include_illustrative = True
    bench.put("alpha-1.csv", rate_rows({NOTTINGHAM: 66.1}) + claim_rows({NOTTINGHAM: 1}))
    result = bench.refresh("alpha")
    assert result.outcome == "published", result.message
    rows = bench.store.observations(indicator_id="rate", area_type="utla")
    assert [(row["area_code"], row["status"]) for row in rows] == [(NOTTINGHAM, "ok")]
    assert bench.store.revisions() == []
    # and they do not come back
    assert {result.outcome for result in bench.pipeline().load_starter()} == {"unchanged"}
    assert bench.value("rate", NOTTINGHAM) == 66.1


def test_a_real_file_removes_only_the_illustrative_figures_of_the_measures_that_it_supplies(
    bench: Bench,
) -> None:
    bench.put("x", rate_rows({NOTTINGHAM: 50.0, LEEDS: 51.0}) + claim_rows({NOTTINGHAM: 1})).rename(
        bench.bundle / "illustrative-alpha-0.csv"
    )
    bench.pipeline().load_starter()
    bench.put("alpha-1.csv", rate_rows({NOTTINGHAM: 66.1}))
    result = bench.refresh("alpha")
    assert result.outcome == "published", result.message

    def shown(name: str) -> list[tuple[str, str]]:
        rows = bench.store.observations(indicator_id=name, area_type="utla")
        return [(row["area_code"], row["status"]) for row in rows]

    # Leeds has no real rate, and keeps no invented one beside Nottingham's
    assert shown("rate") == [(NOTTINGHAM, "ok")]
    assert shown("claims") == [(NOTTINGHAM, "illustrative")]
    assert sorted(release["illustrative"] for release in bench.store.releases()) == [False, True]
    assert bench.store.problems() == []
    parsed = bench.sources["alpha"].parsed
    assert bench.refresh("alpha").outcome == "unchanged" and bench.sources["alpha"].parsed == parsed
    bench.pipeline().load_starter()
    before, after, _ = bench.pipeline().rebuild()
    assert before == after and shown("claims") == [(NOTTINGHAM, "illustrative")]
    bench.put("alpha-2.csv", claim_rows({NOTTINGHAM: 3}))
    assert bench.refresh("alpha").outcome == "published"
    assert shown("claims") == [(NOTTINGHAM, "ok")]
    assert not any(release["illustrative"] for release in bench.store.releases())
    # what is replaced whole is not read again
    parsed = bench.sources["alpha"].parsed
    assert {result.outcome for result in bench.pipeline().load_starter()} == {"unchanged"}
    assert bench.sources["alpha"].parsed == parsed


def test_a_real_figure_of_a_later_route_wins_over_an_illustrative_one_of_the_first(bench: Bench) -> None:
    bench.put("x", rate_rows({NOTTINGHAM: 50.0, LEEDS: 51.0})).rename(
        bench.bundle / "illustrative-alpha-0.csv"
    )
    bench.pipeline().load_starter()
    bench.put("beta-1.csv", rate_rows({NOTTINGHAM: 66.1}, measure="other-rate") + count_rows(COUNTS))
    result = bench.refresh("beta")
    assert result.outcome == "published", result.message
    assert bench.value("rate", NOTTINGHAM) == 66.1 and bench.value("rate", LEEDS) == 51.0
    # and nothing is held against an invented figure
    assert {check["indicator_id"] for check in result.details["cross_checks"]} == {"share"}
    # once alpha has no illustrative release the figure stands, and a difference rests on real ones alone
    bench.store.include_illustrative = False
    bench.pipeline().load_starter()
    assert bench.value("rate", NOTTINGHAM) == 66.1 and bench.value("rate", LEEDS) is None
    gaps = bench.store.observations(indicator_id="gap", area_type="utla")
    assert [(row["area_code"], row["status"]) for row in gaps] == [(NOTTINGHAM, "ok")]


def test_nothing_is_derived_from_illustrative_figures(bench: Bench) -> None:
    rows = [row for year in YEARS for row in rate_rows({NOTTINGHAM: 50.0 + int(year[:4])}, year)]
    for row in rows:
        row["value"] = row["value"] - 2000
        row["lower_ci_95"], row["upper_ci_95"] = row["value"] - 0.1, row["value"] + 0.1
    bench.put("x", rows).rename(bench.bundle / "illustrative-alpha-0.csv")
    bench.put("y", count_rows({NOTTINGHAM: (11, 908)})).rename(bench.bundle / "illustrative-beta-0.csv")
    bench.pipeline().load_starter()
    assert bench.store.observations(indicator_id="gap", area_type="utla") == []
    [trend] = bench.store.trends(indicator_id="rate", sex="persons", age="all").values()
    assert (trend["direction"], trend["judgement"], trend["slope"]) == ("not_calculated", "none", None)
    assert trend["reason"] == "the figures are illustrative" and trend["illustrative"] is True
    spread = bench.store.distribution(
        indicator_id="rate", area_type="utla", period=Y2021, sex="persons", age="all"
    )
    assert spread is not None and spread["illustrative"] is True and spread["n_values"] == 1
    assert [spread[name] for name in ("minimum", "p25", "p50", "p75", "maximum")] == [None] * 5


def test_switched_off_all_illustrative_releases_go_in_one_publication_that_the_log_tells(
    bench: Bench,
) -> None:
    bench.put("x", rate_rows({NOTTINGHAM: 50.0}) + claim_rows({NOTTINGHAM: 1})).rename(
        bench.bundle / "illustrative-alpha-0.csv"
    )
    bench.put("y", count_rows({NOTTINGHAM: (11, 908)})).rename(bench.bundle / "illustrative-beta-0.csv")
    bench.pipeline().load_starter()
    bench.put("beta-1.csv", count_rows({NOTTINGHAM: (12, 908)}))
    bench.refresh("beta")
    bench.store.include_illustrative = False
    # readers see none of them before they are removed
    assert bench.store.observations(indicator_id="rate", area_type="utla") == []
    assert bench.value("share", NOTTINGHAM) is not None
    publications = []

    def step(words: str, done: int, of: int) -> None:
        if words == "published":
            publications.append(bench.store.publication_id())

    results = bench.pipeline(on_step=step).load_starter()
    assert [(result.source_id, result.outcome) for result in results] == [
        ("illustrative", "published"),
        ("alpha", "unchanged"),
        ("beta", "unchanged"),
    ]
    assert results[0].message == (
        "WORKHEALTH_ILLUSTRATIVE is off: the illustrative figures of alpha were removed; figures: 2 removed"
    )
    assert len(publications) == 1
    [run] = bench.store.history("illustrative")
    assert run["outcome"] == "published" and run["message"] == results[0].message
    bench.store.include_illustrative = True
    assert [row["indicator_id"] for row in bench.store.available()] == ["share", "share"]
    assert bench.store.problems() == [] and bench.store.revisions() == []
    # a rollback has no illustrative release to go back to
    bench.store.include_illustrative = False
    bench.put("beta-1.csv", count_rows({NOTTINGHAM: (13, 908)}))
    bench.refresh("beta")
    assert bench.pipeline().rollback("beta", "not the right file").outcome == "published"
    assert bench.value("share", NOTTINGHAM) == pytest.approx(100 * 12 / 908)


def test_a_dry_run_removes_nothing(bench: Bench) -> None:
    bench.put("x", rate_rows({NOTTINGHAM: 50.0})).rename(bench.bundle / "illustrative-alpha-0.csv")
    bench.pipeline().load_starter()
    digest = bench.store.digest()
    bench.store.include_illustrative = False
    bench.put("beta-1.csv", count_rows({NOTTINGHAM: (12, 908)}))
    bench.refresh("beta", dry_run=True)
    assert bench.store.digest() == digest


def test_switched_off_illustrative_releases_are_not_loaded_and_are_removed(bench: Bench) -> None:
    bench.put("x", rate_rows({NOTTINGHAM: 50.0}) + claim_rows({NOTTINGHAM: 1})).rename(
        bench.bundle / "illustrative-alpha-0.csv"
    )
    bench.pipeline().load_starter()
    bench.store.include_illustrative = False
    assert any("WORKHEALTH_ILLUSTRATIVE is off" in problem for problem in bench.store.problems())
    bench.pipeline().load_starter()
    assert bench.store.problems() == []
    bench.store.include_illustrative = True
    assert bench.store.available() == []


def test_a_rebuilt_store_is_the_same(bench: Bench) -> None:
    bench.put("alpha-1.csv", rate_rows(RATES, Y2020) + claim_rows({NOTTINGHAM: 7}))
    bench.put("beta-1.csv", count_rows({NOTTINGHAM: (11, 908)}))
    bench.pipeline().refresh(folder=bench.folder / "incoming")
    before, after, results = bench.pipeline().rebuild()
    assert before == after == bench.store.digest()
    assert {result.outcome for result in results} == {"published"}


def test_a_damaged_store_is_put_right_by_a_rebuild(bench: Bench) -> None:
    import sqlalchemy as sa

    bench.put("alpha-1.csv", rate_rows(RATES, Y2020) + claim_rows({NOTTINGHAM: 7}))
    bench.refresh("alpha")
    good = bench.store.digest()
    with bench.store.connections.writing() as connection:
        connection.execute(sa.text("UPDATE observation SET value = 65 WHERE area_code = 'E06000018'"))
    assert bench.store.digest() != good
    before, after, _ = bench.pipeline().rebuild()
    assert before != after == good == bench.store.digest()
    assert [run["outcome"] for run in bench.store.history("alpha")] == ["published"]


def test_rows_of_a_release_follow_what_rests_on_it(bench: Bench) -> None:
    bench.put(
        "beta-1.csv",
        count_rows({NOTTINGHAM: (11, 908)})
        + rate_rows({NOTTINGHAM: 65.0, LEEDS: 74.0}, measure="other-rate"),
    )
    bench.refresh("beta")
    bench.put("alpha-1.csv", rate_rows({NOTTINGHAM: 65.5}) + claim_rows({NOTTINGHAM: 1}))
    bench.refresh("alpha")
    rows = {release["source_id"]: release["rows"] for release in bench.store.releases()}
    assert rows == {"alpha": 2, "beta": 2, "derived": 1}
