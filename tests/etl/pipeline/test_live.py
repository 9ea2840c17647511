"""Fetched from the publisher: the same way from there as a folder, and a failure stops its source alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import httpx
import pytest
import respx
from etl_toolkit import (
    LEEDS,
    NOTTINGHAM,
    Bench,
    Drawings,
    TidySource,
    claim_rows,
    count_rows,
    rate_rows,
    write_csv,
)

from etl.fetching.downloads import FolderDownloads
from etl.fetching.http import Fetcher
from etl.pipeline.run import Pipeline
from etl.sources.base import Downloads, MissingKey
from etl.sources.reading import Attempts

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
    assert [(result.source_id, result.outcome) for result in results] == [
        ("alpha", "published"),
        ("beta", "not_here"),
    ]
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
    assert [run["outcome"] for run in bench.store.history("alpha")] == ["unchanged", "unchanged", "published"]


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


class Monthly(LiveTidySource):
    """A tidy publisher of two files, each an attempt of its own."""

    def fetch(self, downloads: Downloads, today: date) -> None:
        attempts = Attempts(downloads)
        for name, url in (("alpha-1.csv", ADDRESS), ("alpha-2.csv", SECOND)):
            with attempts.at(name):
                downloads.save(name, url)
        attempts.end()


SECOND = "https://figures.example.org/alpha-2.csv"


def test_a_file_that_is_not_there_is_a_note_and_none_at_all_a_failure(
    bench: Bench, publisher: respx.MockRouter
) -> None:
    live = pipeline(bench)
    bench.sources["alpha"] = Monthly("alpha", bench.bundle)
    publisher.get(ADDRESS).mock(return_value=served(bench, rate_rows(RATES) + CLAIMS))
    publisher.get(SECOND).mock(return_value=httpx.Response(404))
    [result] = live.refresh(["alpha"])
    missed = f"alpha-2.csv: not fetched: {SECOND}: the server answered 404; expected 200"
    assert result.outcome == "published"
    assert missed in result.details["warnings"]
    [again] = live.refresh(["alpha"])
    assert again.outcome == "unchanged"
    assert missed in again.message
    publisher.get(ADDRESS).mock(return_value=httpx.Response(404))
    before = bench.store.digest()
    [failed] = live.refresh(["alpha"])
    assert failed.outcome == "failed"
    assert failed.message.splitlines() == [
        f"{url}: the server answered 404; expected 200" for url in (ADDRESS, SECOND)
    ]
    assert bench.store.digest() == before


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
    assert [(result.source_id, result.outcome) for result in results] == [
        ("alpha", "failed"),
        ("beta", "published"),
    ]


def test_a_key_that_is_not_set_is_reported(bench: Bench) -> None:
    live = pipeline(bench)

    def without(downloads: Downloads, today: date) -> None:
        raise MissingKey("ALPHA_API_KEY is not set; get one at example.org")

    bench.sources["alpha"].fetch = without  # type: ignore[attr-defined]
    [result] = live.refresh(["alpha"])
    assert (result.outcome, result.message) == (
        "failed",
        "ALPHA_API_KEY is not set; get one at example.org",
    )


def test_files_that_are_not_the_sources_are_reported(bench: Bench, publisher: respx.MockRouter) -> None:
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


# --- boundaries ---------------------------------------------------------------------------------------------

MAP = "https://maps.example.org/2024"


class LiveDrawings(Drawings):
    """A publisher of boundaries who serves one vintage, while a folder may have more."""

    def fetch(self, downloads: Downloads, today: date) -> None:
        downloads.save("2024.map", MAP)


def drawn_from_a_folder(bench: Bench, *years: int) -> Pipeline:
    """A pipeline whose boundaries of these years came from a folder."""
    incoming = bench.folder / "incoming"
    incoming.mkdir()
    for year in years:
        (incoming / f"{year}.map").write_text(f"map of {year}")
    fetcher = Fetcher(sleep=lambda seconds: None)
    live = bench.pipeline(
        sources={"drawings": LiveDrawings()},
        downloads=lambda folder: FolderDownloads(folder, fetcher, {}),
    )
    [result] = live.refresh(["drawings"], folder=incoming)
    assert result.outcome == "published", result.message
    return live


def maps(bench: Bench) -> dict[str, str]:
    return {path.name: path.read_text() for path in sorted((bench.folder / "boundaries").iterdir())}


def test_a_fetch_keeps_the_boundaries_that_it_never_asked_for(
    bench: Bench, publisher: respx.MockRouter
) -> None:
    live = drawn_from_a_folder(bench, 2022, 2023, 2024)
    publisher.get(MAP).mock(return_value=httpx.Response(200, text="new map of 2024"))
    [result] = live.refresh(["drawings"])
    assert (result.outcome, result.message) == (
        "published",
        "3 files of boundaries; not fetched and kept as they were: 2022.map, 2023.map",
    )
    assert maps(bench) == {
        "region-2022.geojson": "map of 2022",
        "region-2023.geojson": "map of 2023",
        "region-2024.geojson": "new map of 2024",
    }
    [release_id] = {boundary["release_id"] for boundary in bench.store.boundaries()}
    files = bench.store.release(release_id)["files"]
    assert [(file["file_name"], file["url"]) for file in files] == [
        ("2022.map", "https://example.org/drawings"),
        ("2023.map", "https://example.org/drawings"),
        ("2024.map", MAP),
    ]
    assert live.refresh(["drawings"])[0].outcome == "unchanged"
    before, after, _ = live.rebuild()
    assert before == after
    assert live.rollback("drawings", "the new map is upside down").outcome == "published"
    assert maps(bench)["region-2024.geojson"] == "map of 2024"
    [again] = live.refresh(["drawings"])
    assert again.outcome == "unchanged"
    assert "left out, since it was rolled back" in again.message
    assert bench.store.problems() == []


def test_a_fetch_without_the_bytes_that_it_must_keep_changes_nothing(
    bench: Bench, publisher: respx.MockRouter
) -> None:
    live = drawn_from_a_folder(bench, 2023, 2024)
    before, drawn = bench.store.digest(), maps(bench)
    publisher.get(MAP).mock(return_value=httpx.Response(200, text="new map of 2024"))
    [lost] = bench.snapshots.folder.rglob("2023.map")
    lost.unlink()
    [result] = live.refresh(["drawings"])
    assert result.outcome == "failed"
    assert (
        "2023.map is gone from snapshots/; fetch the publication again, or give its folder with --from"
        in (result.message)
    )
    assert (bench.store.digest(), maps(bench)) == (before, drawn)
    assert left_over(bench) == []


def test_a_dry_run_tells_which_boundaries_would_wait(bench: Bench) -> None:
    live = drawn_from_a_folder(bench, 2023, 2024)
    drawn = maps(bench)
    (bench.folder / "incoming" / "2023.map").unlink()
    [result] = live.refresh(["drawings"], folder=bench.folder / "incoming", dry_run=True)
    assert (result.outcome, result.message) == (
        "dry_run",
        "would publish: 1 files of boundaries; would wait in quarantine: boundaries would be lost: region 2023",
    )
    assert maps(bench) == drawn
