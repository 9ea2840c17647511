"""The starter edition: the same bytes from the same files, and the same figures as the files themselves."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from etl_toolkit import (
    ENGLAND,
    LEEDS,
    NOTTINGHAM,
    Y2020,
    YORK,
    Bench,
    claim_rows,
    count_rows,
    rate_rows,
)

from etl.fetching.snapshots import file_sha256
from etl.pipeline import starter
from indicators.catalogue import load_catalogue
from indicators.periods import Period

RATES = {NOTTINGHAM: 66.1, LEEDS: 75.0, YORK: "*", ENGLAND: 76.123456789012345}


NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def build(bench: Bench, register, now: datetime = NOON) -> list[dict]:
    return starter.build(
        sources=bench.sources,
        from_folder=bench.folder / "incoming",
        register=register,
        catalogue=bench.catalogue,
        now=now,
        folder=bench.starter,
    )


@pytest.fixture
def built(bench: Bench, register) -> Bench:
    bench.put(
        "alpha-1.csv",
        rate_rows(RATES, Y2020) + claim_rows({NOTTINGHAM: 7}) + rate_rows({LEEDS: 1.0}, measure="unused"),
    )
    bench.put(
        "beta-1.csv",
        count_rows({NOTTINGHAM: (11, 908), LEEDS: (5, 100)}) + rate_rows({YORK: 70.0}, measure="other-rate"),
    )
    build(bench, register)
    return bench


def test_what_is_kept_is_what_the_catalogue_uses(built: Bench) -> None:
    [release] = [release for release in starter.manifest(built.starter) if release.source_id == "alpha"]
    assert (release.rows, release.rows_in) == (5, 6)
    kept = starter.read(release).measurements
    assert set(kept["measure"]) == {"rate", "claims"}
    assert kept["row"].tolist() == [2, 3, 4, 5, 6]
    assert kept.loc[kept["area_code"] == ENGLAND, "value"].item() == 76.123456789012345
    assert kept.loc[kept["area_code"] == YORK, "status"].item() == "suppressed"


def test_the_manifest_leads_to_the_publishers_file(built: Bench) -> None:
    entry = json.loads((built.starter / "manifest.json").read_text())["releases"][0]
    assert entry["publisher"] == "Office of alpha"
    assert entry["publication"] == "Figures of alpha, 1"
    assert entry["licence"] == "Open Government Licence v3.0"
    assert (entry["first_period"], entry["last_period"]) == ("2020-01-01/P1Y", "2021-01-01/P1Y")
    original = built.folder / "incoming" / "alpha-1.csv"
    [file] = entry["files"]
    assert file == {
        "file_name": "alpha-1.csv",
        "role": "table",
        "url": "https://example.org/alpha",
        "sha256": file_sha256(original),
        "size": original.stat().st_size,
        "published_on": "2022-01-01",
        "retrieved_at": "2026-11-22T12:00:00+00:00",
    }


def test_the_same_files_give_the_same_bytes(built: Bench, register) -> None:
    before = {path.name: path.read_bytes() for path in built.starter.rglob("*") if path.is_file()}
    # read again a year later: the manifest keeps the time of the first reading
    build(built, register, NOON.replace(year=2027))
    assert {path.name: path.read_bytes() for path in built.starter.rglob("*") if path.is_file()} == before


def test_it_loads_leads_to_the_file_and_says_it_is_not_kept(built: Bench) -> None:
    assert [result.outcome for result in built.pipeline().load_starter()] == ["published", "published"]
    [row] = built.store.observations(indicator_id="share", area_type="utla", area_codes=[NOTTINGHAM])
    release = built.store.release(row["release"])
    assert release["origin"] == "starter"
    [file] = release["files"]
    assert (file["file_name"], file["stored"]) == ("beta-1.csv", False)
    assert file["sha256"] == file_sha256(built.folder / "incoming" / "beta-1.csv")
    assert built.store.problems() == []
    before = built.store.publication_id()
    assert [result.outcome for result in built.pipeline().load_starter()] == ["unchanged", "unchanged"]
    assert built.store.publication_id() == before


def test_the_real_file_takes_its_place_with_the_same_figures(built: Bench) -> None:
    built.pipeline().load_starter()
    columns, rows = built.store.current_rows(built.catalogue)
    for result in built.pipeline().refresh(folder=built.folder / "incoming"):
        totals = result.details["diff"]["totals"]
        assert (totals["added"], totals["revised"], totals["removed"]) == (0, 0, 0)
        assert totals["moved"] > 0
    place = columns.index("release_id")
    after = built.store.current_rows(built.catalogue)[1]
    assert [row[:place] + row[place + 1 :] for row in after] == [
        row[:place] + row[place + 1 :] for row in rows
    ]
    assert {release["origin"] for release in built.store.releases()} == {"publisher", "derived"}
    assert built.store.release(built.store.releases()[0]["release_id"])["files"][0]["stored"] is True
    assert built.store.revisions() == []
    assert [result.outcome for result in built.pipeline().load_starter()] == ["unchanged", "unchanged"]


def test_a_store_of_starter_and_real_releases_can_be_rebuilt(built: Bench) -> None:
    built.pipeline().load_starter()
    built.refresh("beta")
    before, after, _ = built.pipeline().rebuild()
    assert before == after


def test_a_lost_database_is_rebuilt_from_what_was_written_down(built: Bench) -> None:
    built.pipeline().load_starter()
    built.refresh("beta")
    digest = built.store.digest()
    if built.store.connections.sqlite_path is None:
        import sqlalchemy as sa

        with built.store.connections.writing() as connection:
            found = sa.MetaData()
            found.reflect(connection)
            found.drop_all(connection)
    else:
        built.store.close()
        for path in built.folder.glob("store.sqlite*"):
            path.unlink()
    built.pipeline().rebuild()
    assert built.store.digest() == digest


def test_damaged_bytes_are_not_loaded(built: Bench) -> None:
    release = starter.manifest(built.starter)[0]
    release.path.write_bytes(gzip.compress(b"measure\n"))
    results = built.pipeline().load_starter()
    assert [result.outcome for result in results] == ["failed", "published"]
    assert "1.csv.gz: gone, or not the file of the manifest" in results[0].message


def test_more_than_it_may_have_is_refused(built: Bench, register, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starter, "LARGEST", 100)
    with pytest.raises(starter.BadStarter, match="expected at most 100"):
        build(built, register)


# ---- the starter edition that comes with the project ------------------------------------------------------------


def test_the_projects_own_is_small_whole_and_says_where_it_is_from() -> None:
    manifest = json.loads((starter.FOLDER / starter.MANIFEST).read_text())
    assert sum(path.stat().st_size for path in starter.FOLDER.rglob("*") if path.is_file()) <= 5_000_000
    assert manifest["size"] == sum(
        (starter.FOLDER / release["path"]).stat().st_size for release in manifest["releases"]
    )
    for entry in manifest["releases"]:
        assert file_sha256(starter.FOLDER / entry["path"]) == entry["sha256"]
        assert entry["publisher"] and entry["publication"] and entry["attribution"]
        assert entry["licence"].startswith("Open Government Licence")
        assert Period.parse(entry["first_period"]).end_on <= Period.parse(entry["last_period"]).end_on
        for file in entry["files"]:
            assert file["url"].startswith("https://")
            assert len(file["sha256"]) == 64 and file["size"] > 0


NOT_SHARED = {
    # published in files that are not among the real publications kept beside the checkout
    "nhs_talking_therapies": {"M306"},
}


def test_the_projects_own_gives_every_measure_that_the_catalogue_uses(register) -> None:
    from etl.frames.routes import measures_of

    catalogue = load_catalogue()
    sources = {release.source_id for release in starter.manifest()}
    assert sources == {
        "ons_local_indicators",
        "nomis_aps_t01",
        "nomis_aps_north",
        "nhs_talking_therapies",
        "nhs_mental_health_dashboard",
        "nhs_talking_therapies_sub_icb",
        "ascof",
        "qof",
        "census_2021",
        "deprivation",
        "ons_sdg",
    }
    for source_id in sources:
        found = set()
        for release in starter.manifest():
            if release.source_id == source_id:
                found |= set(starter.read(release).measurements["measure"].unique())
        assert set(measures_of(catalogue, source_id)) - found == NOT_SHARED.get(source_id, set())


def test_the_projects_own_is_the_one_that_its_parsers_make_now(shared: Path, register) -> None:
    """Three quick publications stand for all: a parser that reads otherwise must come with a new starter."""
    from etl.sources import SOURCES
    from etl.sources.base import no_progress

    catalogue = load_catalogue()
    for release in starter.manifest():
        if (release.source_id, release.edition) in {
            ("deprivation", "2019"),
            ("ons_local_indicators", "claimant-count"),
            ("nhs_mental_health_dashboard", "2021-22-q4-v3.2"),
        }:
            source = SOURCES[release.source_id]
            edition = next(
                edition
                for edition in source.discover(shared / "publications")
                if edition.edition == release.edition
            )
            parsed = source.parse(edition, register, no_progress)
            kept = starter.used_measurements(parsed.measurements, release.source_id, register, catalogue)
            assert starter._compressed(kept) == release.path.read_bytes()
            assert source.parser_version == release.parser_version
