"""A file of a source that cannot be read is refused alone, by name, and takes nothing away."""

from __future__ import annotations

from etl_toolkit import ENGLAND, LEEDS, NOTTINGHAM, Y2020, Y2021, Bench, count_rows, rate_rows

from etl.cli.telling import FAILED, exit_code

RATES = {NOTTINGHAM: 66.1, LEEDS: 75.0, ENGLAND: 76.0}
BAD = {NOTTINGHAM: "sixty", LEEDS: 75.0, ENGLAND: 76.0}


def test_a_bad_edition_stops_itself_only(bench: Bench) -> None:
    bench.put("alpha-2020.csv", rate_rows(BAD, Y2020))
    bench.put("alpha-2021.csv", rate_rows(RATES))
    result = bench.refresh("alpha")
    assert (result.outcome, result.message) == (
        "published",
        "figures: 3 added; refused: 2020 (the notes say why)",
    )
    [words] = [words for words in result.details["warnings"] if "refused" in words]
    assert words.startswith(
        "2020: refused: alpha-2020.csv: row 2: column 'value': 'sixty': expected a number"
    )
    assert exit_code([result]) == FAILED
    assert bench.value("rate", NOTTINGHAM) == 66.1
    assert bench.value("rate", NOTTINGHAM, Y2020) is None


def test_what_was_there_under_its_name_stays(bench: Bench) -> None:
    bench.put("alpha-2020.csv", rate_rows({**RATES, NOTTINGHAM: 60.0}, Y2020))
    bench.refresh("alpha")
    bench.put("alpha-2020.csv", rate_rows(BAD, Y2020))
    bench.put("alpha-2021.csv", rate_rows(RATES))
    result = bench.refresh("alpha")
    assert result.outcome == "published"
    assert result.details["diff"]["totals"]["removed"] == 0
    [words] = [words for words in result.details["warnings"] if "refused" in words]
    assert words.endswith("; its figures of before stay")
    assert bench.value("rate", NOTTINGHAM, Y2020) == 60.0
    assert bench.value("rate", NOTTINGHAM) == 66.1


def test_a_source_fails_where_nothing_new_can_be_read(bench: Bench) -> None:
    bench.put("alpha-2021.csv", rate_rows(RATES))
    assert bench.refresh("alpha").outcome == "published"
    bench.put("alpha-2020.csv", rate_rows(BAD, Y2020))
    result = bench.refresh("alpha")
    assert result.outcome == "failed"
    assert result.message.startswith("alpha-2020.csv: row 2: column 'value': 'sixty'")
    assert bench.value("rate", NOTTINGHAM) == 66.1


def test_every_edition_that_cannot_be_read_is_named(bench: Bench) -> None:
    bench.put("alpha-2020.csv", rate_rows(BAD, Y2020))
    bench.put("alpha-2021.csv", rate_rows({**RATES, "E06000999": 70.0}))
    result = bench.refresh("alpha")
    assert result.outcome == "failed"
    assert "alpha-2020.csv: row 2" in result.message
    assert "alpha-2021.csv: row 5" in result.message


def test_a_dry_run_names_it_too(bench: Bench) -> None:
    bench.put("alpha-2020.csv", rate_rows(BAD, Y2020))
    bench.put("alpha-2021.csv", rate_rows(RATES))
    result = bench.refresh("alpha", dry_run=True)
    assert (result.outcome, result.message) == (
        "dry_run",
        "would publish: figures: 3 added; refused: 2020 (the notes say why)",
    )
    assert exit_code([result]) == FAILED
    assert bench.value("rate", NOTTINGHAM, Y2021) is None


def test_what_a_refused_edition_would_have_given_is_missed(bench: Bench) -> None:
    # whole as to its cells, and refused by the contract: it alone has what the share is made of
    bench.put("beta-2020.csv", count_rows({NOTTINGHAM: (10, 20), "E06000999": (10, 20)}, Y2020))
    bench.put("beta-2021.csv", rate_rows(RATES, measure="other-rate"))
    result = bench.refresh("beta")
    assert result.outcome == "published"
    assert result.details["refused_editions"] == ["2020"]
    assert any("'part', 'whole'" in words and "share" in words for words in result.details["warnings"])
