"""Why figures changed: the publisher, a rollback, a correction or a new calculation, each with its reason."""

from __future__ import annotations

from typing import Any

from etl_toolkit import ENGLAND, LEEDS, NOTTINGHAM, Y2021, Bench, claim_rows, rate_rows

from etl.cli.telling import kind_of_run, reasons_of_run
from etl.pipeline.run import Pipeline, RunResult

REASON = "The publisher's table 3 has it right."
CLAIMS = claim_rows({NOTTINGHAM: 7})
GOOD = rate_rows({NOTTINGHAM: 66.1, LEEDS: 75.0, ENGLAND: 76.0}) + CLAIMS
BAD = rate_rows({NOTTINGHAM: 66.9, LEEDS: 75.0, ENGLAND: 76.0}) + CLAIMS


def correction(area_code: str, expect: float, value: float, edition: str = "1") -> str:
    return (
        f'[[correction]]\nedition = "{edition}"\nmeasure = "rate"\narea_code = "{area_code}"\nperiod = "{Y2021}"\n'
        f'expect = {expect}\nvalue = {value}\nreason = "{REASON}"\n'
    )


def pipeline(bench: Bench, *entries: str) -> Pipeline:
    folder = bench.folder / "corrections"
    folder.mkdir(exist_ok=True)
    (folder / "alpha.toml").write_text("\n".join(entries), encoding="utf-8")
    return bench.pipeline(corrections_folder=folder)


def refreshed(bench: Bench, *entries: str) -> RunResult:
    [result] = pipeline(bench, *entries).refresh(["alpha"], folder=bench.folder / "incoming")
    assert result.outcome == "published", result.message
    return result


def caused(bench: Bench) -> list[tuple[Any, ...]]:
    """(kind, area, was, is, cause, reason) of the figures that changed, newest first."""
    causes = bench.store.causes()
    found = []
    for row in bench.store.changes():
        if row["kind"] != "added":
            cause = causes.of_figure(row)
            found.append(
                (row["kind"], row["area_code"], row["old_value"], row["new_value"], *(cause or (None, None)))
            )
    return found


def last(bench: Bench) -> tuple[str, list[str]]:
    """What the last run was, and why, as the command ``history`` says it."""
    run = bench.store.history("alpha")[0]
    return kind_of_run(run), reasons_of_run(run)


def test_what_the_publisher_changed_has_no_other_cause(bench: Bench) -> None:
    bench.put("alpha-1.csv", GOOD)
    bench.refresh("alpha")
    assert last(bench) == ("publication", [])
    bench.put("alpha-1.csv", BAD)
    bench.refresh("alpha")
    assert caused(bench) == [("revised", NOTTINGHAM, 66.1, 66.9, None, None)]
    assert last(bench) == ("publication", [])


def test_a_rollback_is_called_one_with_its_reason(bench: Bench) -> None:
    bench.put("alpha-1.csv", GOOD)
    bench.refresh("alpha")
    bench.put("alpha-1.csv", [*BAD, *rate_rows({"E06000014": 70.0})])
    bench.refresh("alpha")
    bench.pipeline().rollback("alpha", "a slip of the publisher's")
    ours = ("rollback", "a slip of the publisher's")
    assert caused(bench) == [
        ("revised", NOTTINGHAM, 66.9, 66.1, *ours),
        # the publisher still gives it: it is not shown here any more
        ("withdrawn", "E06000014", 70.0, None, *ours),
        ("revised", NOTTINGHAM, 66.1, 66.9, None, None),
    ]
    assert last(bench) == ("rollback", ["rolled back, away from 1: a slip of the publisher's"])


def test_a_correction_of_a_file_that_is_the_same_is_called_one(bench: Bench) -> None:
    bench.put("alpha-1.csv", GOOD)
    bench.refresh("alpha")
    refreshed(bench, correction(NOTTINGHAM, 66.1, 61.1))
    assert caused(bench) == [("revised", NOTTINGHAM, 66.1, 61.1, "correction", REASON)]
    assert last(bench) == (
        "correction",
        [f"corrected: rate, {NOTTINGHAM}, {Y2021}: 66.1 became 61.1; {REASON}"],
    )
    refreshed(bench)
    assert caused(bench)[0] == ("revised", NOTTINGHAM, 61.1, 66.1, "correction_ended", REASON)
    assert last(bench)[0] == "correction"


def test_a_correction_beside_what_the_publisher_revised_is_told_apart(bench: Bench) -> None:
    bench.put("alpha-1.csv", GOOD)
    bench.refresh("alpha")
    bench.put("alpha-1.csv", rate_rows({NOTTINGHAM: 66.9, LEEDS: 74.0, ENGLAND: 76.0}) + CLAIMS)
    refreshed(bench, correction(NOTTINGHAM, 66.9, 61.1))
    assert caused(bench) == [
        ("revised", NOTTINGHAM, 66.1, 61.1, "correction", REASON),
        ("revised", LEEDS, 75.0, 74.0, None, None),
    ]
    assert last(bench)[0] == "publication, correction"
    groups = bench.store.groups_by_cause(bench.store.change_groups(limit=2), bench.store.causes())
    revised = [group for group in groups if group["kind"] == "revised"]
    assert [(group["cause"] and group["cause"].kind, group["figures"]) for group in revised] == [
        (None, 1),
        ("correction", 1),
    ]
    assert [(group["old_value"], group["new_value"]) for group in revised] == [(75.0, 74.0), (66.1, 61.1)]


def test_a_correction_that_goes_on_is_no_cause_of_what_changes_later(bench: Bench) -> None:
    bench.put("alpha-1.csv", GOOD)
    refreshed(bench, correction(NOTTINGHAM, 66.1, 61.1))
    bench.put("alpha-1.csv", rate_rows({NOTTINGHAM: 66.1, LEEDS: 74.0, ENGLAND: 76.0}) + CLAIMS)
    refreshed(bench, correction(NOTTINGHAM, 66.1, 61.1))
    assert caused(bench) == [("revised", LEEDS, 75.0, 74.0, None, None)]
    assert last(bench) == ("publication", [])


def test_the_same_files_read_in_another_way_are_a_new_calculation(bench: Bench) -> None:
    bench.put("alpha-1.csv", GOOD)
    bench.refresh("alpha")
    source = bench.sources["alpha"]
    read = source.parse

    def parse(*given: Any) -> Any:
        parsed = read(*given)
        parsed.chunks[0].loc[0, ["value", "lower_ci_95", "upper_ci_95"]] = (66.2, 64.2, 68.2)
        return parsed

    source.parser_version, source.parse = 2, parse  # type: ignore[method-assign]
    bench.refresh("alpha")
    assert caused(bench) == [("revised", NOTTINGHAM, 66.1, 66.2, "recalculated", None)]
    assert last(bench) == ("new calculation", ["the files are the same, read or derived in another way"])
