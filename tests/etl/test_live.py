"""Fetched from the publisher: the same way from there as a folder, and a failure stops its source alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import httpx
import pytest
import respx
from etl_toolkit import LEEDS, NOTTINGHAM, Bench, TidySource, claim_rows, count_rows, rate_rows, write_csv

from etl.downloads import FolderDownloads
from etl.http import Fetcher
from etl.run import Pipeline
from etl.sources.base import Downloads, MissingKey

ADDRESS = "https://figures.example.org/alpha-1.csv"
RATES = {NOTTINGHAM: 66.1, LEEDS: 75.0}
CLAIMS = claim_rows({NOTTINGHAM: 7})


class LiveTidySource(TidySource):
    """A tidy publisher with one file at one address."""

    def fetch(self, downloads: Downloads, today: date) -> None:
        downloads.save("alpha-1.csv", ADDRESS, content_types=("text/csv",), published_on=date(2025, 12, 9))


@pytest.fixture
def publisher() -> Iterator[respx.MockRouter]:
    with respx.mock(assert_all_called=False) as router:
        yield router


def pipeline(bench: Bench) -> Pipeline:
    bench.sources["alpha"] = LiveTidySource("alpha", bench.bundle)
    fetcher = Fetcher(sleep=lambda seconds: None)
    return bench.pipeline(downloads=lambda folder: FolderDownloads(folder, fetcher, {}))


def served(bench: Bench, rows: list[dict]) -> httpx.Response:
    path = write_csv(bench.folder / "served.csv", rows)
    return httpx.Response(200, content=path.read_bytes(), headers={"Content-Type": "text/csv"})


def left_over(bench: Bench) -> list[Path]:
    return [path for path in bench.folder.iterdir() if path.name.startswith(".incoming")]


def test_a_fetched_file_is_published_with_its_address_and_date(
    bench: Bench, publisher: respx.MockRouter
) -> None:
    publisher.get(ADDRESS).mock(return_value=served(bench, rate_rows(RATES) + CLAIMS))
    results = pipeline(bench).refresh()
    assert [(one.source_id, one.outcome) for one in results] == [("alpha", "published"), ("beta", "not_here")]
    [release] = bench.store.releases()
    assert (release["url"], release["origin"]) == (ADDRESS, "publisher")
    [file] = bench.store.release(release["release_id"])["files"]
    assert (file["file_name"], file["url"], file["published_on"]) == ("alpha-1.csv", ADDRESS, "2025-12-09")
    assert bench.value("rate", LEEDS) == 75.0
    assert left_over(bench) == []


def test_fetched_and_given_files_are_the_same(bench: Bench, publisher: respx.MockRouter) -> None:
    publisher.get(ADDRESS).mock(return_value=served(bench, rate_rows(RATES) + CLAIMS))
    live = pipeline(bench)
    live.refresh(["alpha"])
    bench.put("alpha-1.csv", rate_rows(RATES) + CLAIMS)
    assert live.refresh(["alpha"], folder=bench.folder / "incoming")[0].outcome == "unchanged"
    assert live.refresh(["alpha"])[0].outcome == "unchanged"
    assert [one["outcome"] for one in bench.store.history("alpha")] == ["unchanged", "unchanged", "published"]


def test_a_failed_fetch_stops_its_source_and_the_figures_stay(
    bench: Bench, publisher: respx.MockRouter
) -> None:
    publisher.get(ADDRESS).mock(return_value=served(bench, rate_rows(RATES) + CLAIMS))
    live = pipeline(bench)
    live.refresh(["alpha"])
    before = bench.store.digest()
    publisher.get(ADDRESS).mock(return_value=httpx.Response(503))
    [result] = live.refresh(["alpha"])
    assert result.outcome == "failed"
    assert result.message == f"{ADDRESS}: the server answered 503; tried 4 times"
    assert bench.store.digest() == before
    assert left_over(bench) == []


def test_a_fetch_failure_stops_no_other_source(bench: Bench, publisher: respx.MockRouter) -> None:
    publisher.get(ADDRESS).mock(side_effect=httpx.ConnectTimeout("no answer"))
    other = "https://figures.example.org/beta-1.csv"
    rows = count_rows({NOTTINGHAM: (11, 908)}) + rate_rows({LEEDS: 70.0}, measure="other-rate")
    publisher.get(other).mock(return_value=served(bench, rows))
    live = pipeline(bench)

    class Beta(TidySource):
        def fetch(self, downloads: Downloads, today: date) -> None:
            downloads.save("beta-1.csv", other)

    live.sources["beta"] = Beta("beta")  # type: ignore[index]
    results = live.refresh()
    assert [(one.source_id, one.outcome) for one in results] == [("alpha", "failed"), ("beta", "published")]


def test_a_key_that_is_not_set_is_told(bench: Bench) -> None:
    live = pipeline(bench)

    def without(downloads: Downloads, today: date) -> None:
        raise MissingKey("ALPHA_API_KEY is not set; get one at example.org")

    bench.sources["alpha"].fetch = without  # type: ignore[attr-defined]
    [result] = live.refresh(["alpha"])
    assert (result.outcome, result.message) == (
        "failed",
        "ALPHA_API_KEY is not set; get one at example.org",
    )


def test_files_that_are_not_the_sources_are_told(bench: Bench, publisher: respx.MockRouter) -> None:
    publisher.get(ADDRESS).mock(return_value=served(bench, CLAIMS))
    live = pipeline(bench)
    bench.sources["alpha"].discover = lambda folder: []  # type: ignore[method-assign]
    [result] = live.refresh(["alpha"])
    assert result.outcome == "failed"
    assert result.message.startswith("alpha: 1 files were fetched and none is of Figures of alpha")


def test_a_source_without_an_address_needs_a_folder(bench: Bench) -> None:
    [result] = pipeline(bench).refresh(["beta"])
    assert result.outcome == "failed"
    assert result.message == (
        "beta: cannot be fetched from its publisher; give the folder of its files with --from"
    )


def test_what_a_killed_run_left_half_fetched_is_cleared_away(
    bench: Bench, publisher: respx.MockRouter
) -> None:
    (bench.folder / ".incoming-abc").mkdir(parents=True)
    (bench.folder / ".incoming-abc" / "part.csv").write_text("half a fi")
    publisher.get(ADDRESS).mock(return_value=served(bench, rate_rows(RATES) + CLAIMS))
    pipeline(bench).refresh(["alpha"])
    assert left_over(bench) == []


def test_what_waits_is_accepted_though_a_later_fetch_failed(
    bench: Bench, publisher: respx.MockRouter
) -> None:
    publisher.get(ADDRESS).mock(return_value=served(bench, rate_rows(RATES) + CLAIMS))
    live = pipeline(bench)
    live.refresh(["alpha"])
    publisher.get(ADDRESS).mock(return_value=served(bench, rate_rows({NOTTINGHAM: 66.1}) + CLAIMS))
    assert live.refresh(["alpha"])[0].outcome == "quarantined"
    publisher.get(ADDRESS).mock(return_value=httpx.Response(500))
    assert live.refresh(["alpha"])[0].outcome == "failed"
    [result] = live.refresh(["alpha"], accept="Leeds is no longer asked")
    assert result.outcome == "published"
    assert bench.value("rate", LEEDS) is None
