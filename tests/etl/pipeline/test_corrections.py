"""A publisher's mistake corrected as data: noted on the figure, part of the release, and gone once it is fixed."""

from __future__ import annotations

from pathlib import Path

import pytest
from etl_toolkit import ENGLAND, LEEDS, NOTTINGHAM, Bench, claim_rows, count_rows, rate_rows

from etl.pipeline.corrections import FOLDER, BadCorrections, read_corrections
from etl.pipeline.run import Pipeline, RunResult
from etl.sources import SOURCES

REASON = "The publisher's table 3 has it right."
RATES = {NOTTINGHAM: 16.1, LEEDS: 75.0, ENGLAND: 76.0}
CLAIMS = claim_rows({NOTTINGHAM: 7})


def correction(**more: object) -> str:
    entry = {
        "edition": "1",
        "measure": "rate",
        "area_code": NOTTINGHAM,
        "period": "2021-01-01/P1Y",
        "expect": 16.1,
        "value": 61.1,
        "reason": REASON,
        **more,
    }
    lines = [
        f"{name} = {content!r}" if not isinstance(content, str) else f'{name} = "{content}"'
        for name, content in entry.items()
        if content is not None
    ]
    return "\n".join(["[[correction]]", *lines, ""])


def refreshed(bench: Bench, source_id: str, *entries: str) -> RunResult:
    [result] = pipeline(bench, source_id, *entries).refresh([source_id], folder=bench.folder / "incoming")
    return result


def pipeline(bench: Bench, source_id: str, *entries: str) -> Pipeline:
    folder = bench.folder / "corrections"
    folder.mkdir(exist_ok=True)
    (folder / f"{source_id}.toml").write_text("\n".join(entries), encoding="utf-8")
    return bench.pipeline(corrections_folder=folder)


def test_a_figure_is_put_right_and_says_so(bench: Bench) -> None:
    bench.put("alpha-1.csv", rate_rows(RATES) + CLAIMS)
    result = refreshed(bench, "alpha", correction())
    assert result.outcome == "published"
    [row] = bench.store.observations(indicator_id="rate", area_type="ltla", area_codes=[NOTTINGHAM])
    assert (row["value"], row["lower_ci_95"], row["status"]) == (61.1, None, "ok")
    assert row["note"] == f"Corrected here: the publisher gives 16.1 for rate. {REASON}"
    assert [row["note"] for row in bench.store.observations(indicator_id="claims", area_type="ltla")] == [""]
    assert [
        (correction["measure"], correction["expect"], correction["value"])
        for correction in result.details["corrections"]
    ] == [("rate", 16.1, 61.1)]


def test_a_corrected_count_is_reported_on_every_figure_made_from_it(bench: Bench) -> None:
    rows = count_rows({NOTTINGHAM: (11, 908)}) + rate_rows({LEEDS: 70.0}, measure="other-rate")
    bench.put("beta-1.csv", [row for row in rows if row["measure"] != "share"] + share(2.2))
    refreshed(bench, "beta", correction(measure="whole", expect=908.0, value=500.0))
    [row] = bench.store.observations(indicator_id="share", area_type="ltla", area_codes=[NOTTINGHAM])
    assert (row["value"], row["denominator"]) == (pytest.approx(2.2), 500.0)
    assert row["note"] == f"Corrected here: the publisher gives 908 for whole. {REASON}"


def share(value: float) -> list[dict]:
    return [{"measure": "share", "area_code": NOTTINGHAM, "period": "2021-01-01/P1Y", "value": value}]


def test_a_figure_may_be_taken_out_and_a_missing_one_given(bench: Bench) -> None:
    bench.put("alpha-1.csv", rate_rows({**RATES, LEEDS: "*"}) + CLAIMS)
    result = refreshed(
        bench,
        "alpha",
        correction(value=None, status="not_available"),
        correction(area_code=LEEDS, expect="suppressed", value=74.0),
    )
    assert result.outcome == "published", result.message
    rows = bench.store.observations(indicator_id="rate", area_type="ltla")
    assert {row["area_name"]: (row["value"], row["status"]) for row in rows} == {
        "Leeds": (74.0, "ok"),
        "Nottingham": (None, "not_available"),
    }


def test_a_correction_is_part_of_the_release(bench: Bench) -> None:
    bench.put("alpha-1.csv", rate_rows(RATES) + CLAIMS)
    bench.refresh("alpha")
    [before] = bench.store.releases()
    result = refreshed(bench, "alpha", correction(expect=16.1, value=16.4))
    assert (result.outcome, result.message) == (
        "published",
        "figures: 1 revised, 3 the same from another release",
    )
    assert bench.store.releases()[0]["identity"] != before["identity"]
    assert refreshed(bench, "alpha", correction(expect=16.1, value=16.4)).outcome == "unchanged"
    made = pipeline(bench, "alpha", correction(expect=16.1, value=16.4))
    before_digest, after_digest, _ = made.rebuild()
    assert before_digest == after_digest
    (bench.folder / "corrections" / "alpha.toml").unlink()
    assert made.refresh(["alpha"], folder=bench.folder / "incoming")[0].outcome == "published"
    assert bench.store.releases()[0]["identity"] == before["identity"]


def test_a_correction_that_the_publisher_has_overtaken_stops_the_source(bench: Bench) -> None:
    bench.put("alpha-1.csv", rate_rows(RATES) + CLAIMS)
    refreshed(bench, "alpha", correction())
    before = bench.store.digest()
    bench.put("alpha-1.csv", rate_rows({**RATES, NOTTINGHAM: 61.1}) + CLAIMS)
    result = refreshed(bench, "alpha", correction(), correction(area_code="E06000014"))
    assert result.outcome == "failed"
    place = "correction of edition 1: rate · {} · 2021-01-01/P1Y · persons · all · all"
    fix = "take the correction out of etl/corrections, or fix it"
    assert result.message == (
        f"{place.format(NOTTINGHAM)}: the publisher now gives 61.1; expected 16.1; {fix}"
    )
    assert bench.store.digest() == before
    bench.put("alpha-1.csv", rate_rows(RATES) + CLAIMS)
    result = refreshed(bench, "alpha", correction(), correction(area_code="E06000014"))
    assert result.message == f"{place.format('E06000014')}: matches no figure; expected 16.1; {fix}"


def test_other_editions_are_left_alone(bench: Bench) -> None:
    bench.put("alpha-2.csv", rate_rows({LEEDS: 75.0}) + CLAIMS)
    result = refreshed(bench, "alpha", correction())
    assert (result.outcome, result.details["corrections"]) == ("published", [])


def test_every_problem_of_a_file_is_reported_at_once(tmp_path: Path) -> None:
    entries = (
        correction(values=3, reason="short"),
        correction(period="2021", expect="maybe"),
        correction(status="suppressed"),
        correction(area_code=LEEDS),
        correction(area_code=LEEDS),
    )
    (tmp_path / "alpha.toml").write_text("note = 1\n" + "\n".join(entries))
    with pytest.raises(BadCorrections) as caught:
        read_corrections("alpha", tmp_path)
    lines = str(caught.value).splitlines()
    assert lines[0] == "alpha.toml: note: not known; expected only [[correction]]"
    for words in (
        "alpha.toml: correction 1.reason: String should have at least 10 characters",
        "alpha.toml: correction 1.values: Extra inputs are not permitted",
        "alpha.toml: correction 2.period: ",
        "alpha.toml: correction 2.expect.float: Input should be a valid number",
        "alpha.toml: correction 3: give value (the right figure) or status (why there is none), not both",
        f"alpha.toml: edition 1: rate · {LEEDS} · 2021-01-01/P1Y · persons · all · all: corrected twice; expected once",
    ):
        assert any(line.startswith(words) for line in lines), (words, lines)


def test_corrections_that_are_not_toml_are_reported(tmp_path: Path) -> None:
    (tmp_path / "alpha.toml").write_text("[[correction")
    with pytest.raises(BadCorrections, match=r"alpha\.toml: .*; expected TOML"):
        read_corrections("alpha", tmp_path)


def test_corrections_that_come_with_the_project_are_of_its_sources_and_can_be_read() -> None:
    for path in FOLDER.glob("*.toml"):
        assert path.stem in SOURCES
        assert read_corrections(path.stem)
