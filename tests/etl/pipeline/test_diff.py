"""What changed, and what must wait for a person."""

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

RATES = {NOTTINGHAM: 66.1, LEEDS: 75.0, YORK: 80.0, ENGLAND: 76.0}
CLAIMS = claim_rows({NOTTINGHAM: 100})


@pytest.fixture
def loaded(bench: Bench) -> Bench:
    bench.put("alpha-1.csv", rate_rows(RATES, Y2020) + rate_rows(RATES, Y2021) + CLAIMS)
    assert bench.refresh("alpha").outcome == "published"
    return bench


def stopped(bench: Bench, rows: list[dict]) -> str:
    """The reasons for which new rows wait; nothing of them is shown."""
    before = bench.store.digest()
    bench.put("alpha-1.csv", rows)
    result = bench.refresh("alpha")
    assert result.outcome == "quarantined"
    assert bench.store.digest() == before
    [status] = [status for status in bench.store.source_status() if status["source_id"] == "alpha"]
    assert (status["outcome"], status["message"]) == ("quarantined", result.message)
    return result.message


def test_a_lost_area_waits(loaded: Bench) -> None:
    rows = (
        rate_rows({**RATES}, Y2020)
        + rate_rows({NOTTINGHAM: 66.1, LEEDS: 75.0, ENGLAND: 76.0}, Y2021)
        + CLAIMS
    )
    assert f"rate, {Y2021}: areas are gone: {YORK} York" in stopped(loaded, rows)


def test_a_lost_period_waits(loaded: Bench) -> None:
    words = stopped(loaded, rate_rows(RATES, Y2021) + CLAIMS)
    assert f"rate, {Y2020}: the whole period is gone (4 areas)" in words


def test_a_moved_figure_of_england_waits(loaded: Bench) -> None:
    rows = rate_rows(RATES, Y2020) + rate_rows({**RATES, ENGLAND: 65.0}, Y2021) + CLAIMS
    assert (
        f"rate, england, {Y2021} (persons · all · all): the figure of {ENGLAND} moves from 76 to 65"
        in stopped(loaded, rows)
    )


def test_figures_that_become_missing_wait(loaded: Bench) -> None:
    rows = rate_rows(RATES, Y2020) + rate_rows({**RATES, LEEDS: "*"}, Y2021) + CLAIMS
    assert f"rate, {Y2021}: 1 of 4 figures become missing" in stopped(loaded, rows)


def test_a_moved_median_waits_and_a_small_revision_does_not(bench: Bench, register) -> None:
    codes = sorted(register.codes("ltla", 2021))[:9]
    values = {code: 60.0 + place for place, code in enumerate(codes)}
    bench.put("alpha-1.csv", rate_rows(values) + CLAIMS)
    bench.refresh("alpha")
    bench.put("alpha-1.csv", rate_rows({code: value + 0.4 for code, value in values.items()}) + CLAIMS)
    assert bench.refresh("alpha").outcome == "published"
    bench.put("alpha-1.csv", rate_rows({code: value / 10 for code, value in values.items()}) + CLAIMS)
    result = bench.refresh("alpha")
    assert result.outcome == "quarantined"
    assert "the median moves from 64.4 to 6.4" in result.message


def test_a_persons_word_lets_it_through_and_is_written_down(loaded: Bench) -> None:
    rows = rate_rows(RATES, Y2020) + rate_rows({NOTTINGHAM: 66.1, LEEDS: 75.0, ENGLAND: 76.0}, Y2021) + CLAIMS
    stopped(loaded, rows)
    # what waits can be published from its snapshot, without the folder
    result = loaded.refresh("alpha", folder=None, accept="York left the survey")
    assert result.outcome == "published"
    assert loaded.value("rate", YORK, Y2021) is None
    [release] = [release for release in loaded.store.releases() if release["source_id"] == "alpha"]
    assert release["accepted"] == "York left the survey"
    assert loaded.store.history("alpha")[0]["details"]["accepted"] == "York left the survey"
    [revision] = loaded.store.revisions(area_code=YORK)
    assert (revision["new_status"], revision["new_value"]) == ("withdrawn", None)


def test_nothing_waits_unless_something_waits(loaded: Bench) -> None:
    result = loaded.refresh("alpha", folder=None, accept="why not")
    assert result.outcome == "failed"
    assert "nothing waits in quarantine" in result.message


def test_a_dry_run_tells_and_changes_nothing(loaded: Bench) -> None:
    before = loaded.store.digest()
    loaded.put("alpha-1.csv", rate_rows(RATES, Y2020) + rate_rows({**RATES, LEEDS: 75.5}, Y2021) + CLAIMS)
    result = loaded.refresh("alpha", dry_run=True)
    assert result.outcome == "dry_run"
    assert result.message == "would publish: figures: 1 revised, 8 the same from another release"
    assert result.details["diff"]["indicators"]["rate"] == {
        "added": 0,
        "revised": 1,
        "removed": 0,
        "unchanged": 7,
    }
    assert loaded.store.digest() == before


def test_new_areas_and_periods_do_not_wait(loaded: Bench) -> None:
    rows = (
        rate_rows(RATES, Y2020)
        + rate_rows({**RATES, "E08000003": 70.0}, Y2021)
        + rate_rows(RATES, "2022-01-01/P1Y")
    )
    loaded.put("alpha-1.csv", rows + CLAIMS)
    result = loaded.refresh("alpha")
    assert (result.outcome, result.message) == (
        "published",
        "figures: 5 added, 9 the same from another release",
    )
