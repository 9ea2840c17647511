"""Back to the release before, through the normal way; what was sent away stays out until it is accepted."""

from __future__ import annotations

from etl_toolkit import ENGLAND, LEEDS, NOTTINGHAM, Y2020, Bench, Drawings, claim_rows, rate_rows

CLAIMS = claim_rows({NOTTINGHAM: 7})
GOOD = rate_rows({NOTTINGHAM: 66.1, LEEDS: 75.0, ENGLAND: 76.0}) + CLAIMS
BAD = rate_rows({NOTTINGHAM: 66.9, LEEDS: 75.0, ENGLAND: 76.0}) + CLAIMS


def two_releases(bench: Bench) -> str:
    """Publish a good file, then a bad one; the digest of the store between the two."""
    bench.put("alpha-1.csv", GOOD)
    bench.refresh("alpha")
    digest = bench.store.digest()
    bench.put("alpha-1.csv", BAD)
    assert bench.refresh("alpha").outcome == "published"
    return digest


def test_the_release_before_comes_back_whole_and_the_log_says_why(bench: Bench) -> None:
    digest = two_releases(bench)
    result = bench.pipeline().rollback("alpha", "a slip of the publisher's")
    assert (result.outcome, result.message) == (
        "published",
        "figures: 1 revised, 3 the same from another release",
    )
    assert bench.store.digest() == digest
    assert bench.value("rate", NOTTINGHAM) == 66.1
    [release] = bench.store.releases()
    assert release["accepted"] == "a slip of the publisher's"
    details = bench.store.history("alpha")[0]["details"]
    assert details["rolled_back"]["reason"] == "a slip of the publisher's"
    assert [refusal["edition"] for refusal in details["rolled_back"]["editions"]] == ["1"]
    assert [(row["kind"], row["old_value"], row["new_value"]) for row in bench.store.changes(limit=2)] == [
        ("revised", 66.9, 66.1),
        ("revised", 66.1, 66.9),
    ]
    assert bench.store.problems() == []


def test_the_same_file_does_not_come_back_by_itself(bench: Bench) -> None:
    digest = two_releases(bench)
    bench.pipeline().rollback("alpha", "a slip of the publisher's")
    # another version of the parser gives the same bytes another identity
    for version in (1, 2):
        bench.sources["alpha"].parser_version = version
        result = bench.refresh("alpha")
        assert result.outcome == "unchanged"
        assert result.message == (
            "1: left out, since it was rolled back on 2026-01-01 (a slip of the publisher's); to publish it all the "
            'same: refresh alpha --accept "reason"'
        )
        assert bench.value("rate", NOTTINGHAM) == 66.1
    bench.sources["alpha"].parser_version = 1
    assert bench.store.digest() == digest


def test_a_fixed_file_is_taken_and_a_new_edition_beside_a_refused_one(bench: Bench) -> None:
    two_releases(bench)
    bench.pipeline().rollback("alpha", "a slip of the publisher's")
    bench.put("alpha-2.csv", rate_rows({NOTTINGHAM: 64.0}, Y2020))
    result = bench.refresh("alpha")
    assert (result.outcome, result.message) == ("published", "figures: 1 added")
    assert [refusal["edition"] for refusal in result.details["refused"]] == ["1"]
    assert bench.value("rate", NOTTINGHAM) == 66.1
    bench.put("alpha-1.csv", rate_rows({NOTTINGHAM: 66.2, LEEDS: 75.0, ENGLAND: 76.0}) + CLAIMS)
    assert bench.refresh("alpha").outcome == "published"
    assert bench.value("rate", NOTTINGHAM) == 66.2


def test_what_was_sent_away_comes_back_when_it_is_accepted(bench: Bench) -> None:
    two_releases(bench)
    pipeline = bench.pipeline()
    pipeline.rollback("alpha", "a slip of the publisher's")
    bench.refresh("alpha")
    [result] = pipeline.refresh(["alpha"], accept="the publisher says it is right")
    assert result.outcome == "published"
    assert bench.value("rate", NOTTINGHAM) == 66.9
    assert bench.refresh("alpha").outcome == "unchanged"
    assert bench.value("rate", NOTTINGHAM) == 66.9


def test_going_back_twice_goes_further_back_and_then_there_is_nothing(bench: Bench) -> None:
    bench.put("alpha-1.csv", rate_rows({NOTTINGHAM: 66.0, LEEDS: 75.0, ENGLAND: 76.0}) + CLAIMS)
    bench.refresh("alpha")
    two_releases(bench)
    pipeline = bench.pipeline()
    pipeline.rollback("alpha", "first")
    assert bench.value("rate", NOTTINGHAM) == 66.1
    pipeline.rollback("alpha", "second")
    assert bench.value("rate", NOTTINGHAM) == 66.0
    before = bench.store.digest()
    result = pipeline.rollback("alpha", "third")
    assert result.outcome == "failed"
    assert result.message.startswith("alpha: nothing to go back to;")
    assert bench.store.digest() == before


def test_it_goes_back_to_what_came_with_the_project(bench: Bench) -> None:
    bench.put("x", GOOD).rename(bench.bundle / "illustrative-alpha-0.csv")
    pipeline = bench.pipeline()
    pipeline.load_starter()
    digest = bench.store.digest()
    bench.put("alpha-1.csv", BAD)
    bench.refresh("alpha")
    pipeline.rollback("alpha", "not the right file")
    assert bench.store.digest() == digest
    assert bench.store.releases()[0]["illustrative"] is True
    assert {result.outcome for result in pipeline.load_starter()} <= {"unchanged", "not_here"}
    before, after, _ = pipeline.rebuild()
    assert before == after


def test_boundaries_go_back_too(bench: Bench) -> None:
    pipeline = bench.pipeline(sources={"drawings": Drawings()})
    incoming, drawn = bench.folder / "incoming", bench.folder / "boundaries"
    incoming.mkdir()
    (incoming / "2024.map").write_text("map of 2024")
    pipeline.refresh(["drawings"], folder=incoming)
    (incoming / "2024.map").write_text("a bad map")
    pipeline.refresh(["drawings"], folder=incoming)
    result = pipeline.rollback("drawings", "the map is upside down")
    assert result.outcome == "published", result.message
    assert (drawn / "region-2024.geojson").read_text() == "map of 2024"
    [again] = pipeline.refresh(["drawings"], folder=incoming)
    assert again.outcome == "unchanged"
    assert "left out, since it was rolled back on 2026-01-01 (the map is upside down)" in again.message
    assert (drawn / "region-2024.geojson").read_text() == "map of 2024"
