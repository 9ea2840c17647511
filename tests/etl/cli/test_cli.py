"""The command line: what it says and the code it ends with."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
import respx
from source_samples import SITES
from typer.testing import CliRunner

from etl.cli import app, inspect, main
from etl.cli.wiring import sources
from etl.fetching.http import Fetcher
from etl.scheduling.timetable import read_timetable
from geodata.register import load_register
from indicators.catalogue import load_catalogue
from indicators.store import Store
from indicators.store.locks import refresh_lock

FIXTURES = Path(__file__).parents[2] / "fixtures" / "sources"
ROOT = Path(__file__).parents[3]


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WORKHEALTH_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("WORKHEALTH_DATABASE_URL", raising=False)
    monkeypatch.delenv("WORKHEALTH_ILLUSTRATIVE", raising=False)
    return tmp_path


def run(*arguments: str):
    return CliRunner().invoke(app, list(arguments))


def ended(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str
) -> tuple[int, str]:
    """(exit code, what was said on the error stream), as a person's shell sees it."""
    monkeypatch.setattr(sys, "argv", ["etl", *arguments])
    with pytest.raises(SystemExit) as caught:
        main()
    return int(caught.value.code or 0), capsys.readouterr().err


def test_refresh_status_and_check_from_a_folder(environment: Path) -> None:
    result = run("refresh", "deprivation", "--from", str(FIXTURES / "deprivation"))
    assert result.exit_code == 0, result.output
    assert "published    deprivation  figures: 2 added" in result.output
    result = run("status", "--json")
    [source] = json.loads(result.output)["sources"]
    assert (source["source_id"], source["outcome"], source["rows"]) == ("deprivation", "published", 2)
    assert [release["edition"] for release in source["releases"]] == ["2019", "2025"]
    result = run("status")
    assert "deprivation" in result.output and result.exit_code == 0
    result = run("check")
    assert result.exit_code == 0, result.output
    assert "store: 2 current releases, digest " in result.output
    result = run("rebuild")
    assert result.exit_code == 0 and "the store is the same" in result.output


def test_lineage_leads_from_a_figure_to_row_and_file(environment: Path) -> None:
    run("refresh", "deprivation", "--from", str(FIXTURES / "deprivation"))
    store = Store(
        f"sqlite:///{environment / 'workhealth.sqlite'}", register=load_register(), catalogue=load_catalogue()
    )
    [row] = store.observations(
        indicator_id="employment-deprivation-2019", area_type="ltla", period="2019-01-01/P1Y"
    )
    asked = ("lineage", "employment-deprivation-2019", row["area_code"], "2019-01-01/P1Y")
    result = run(*asked)
    assert result.exit_code == 0, result.output
    [file] = store.release(row["release"])["files"]
    assert (
        f"iod2019_lad.csv, row {json.loads(run(*asked, '--json').output)[0]['source_row']}" in result.output
    )
    assert file["sha256"] in result.output and row["release"] in result.output
    # a name and a year as people write them, and one group of people
    again = run("lineage", "employment-deprivation-2019", row["area_name"], "2019", "--sex", "persons")
    assert (again.exit_code, again.output) == (0, result.output)


def test_lineage_and_history_say_what_is_not_there(environment: Path, monkeypatch, capsys) -> None:
    run("refresh", "deprivation", "--from", str(FIXTURES / "deprivation"))
    code, said = ended(monkeypatch, capsys, "lineage", "happiness", "E06000018", "2019-01-01/P1Y")
    assert code == 2 and "no indicator 'happiness'" in said
    code, said = ended(monkeypatch, capsys, "lineage", "employment-rate", "E06000018", "2019-01-01/P1Y")
    assert code == 2 and "no figure of employment-rate for E06000018" in said
    code, said = ended(monkeypatch, capsys, "history", "gossip")
    assert code == 2 and "no source 'gossip'" in said
    result = run("history", "deprivation")
    assert result.exit_code == 0 and "published" in result.output and "publication" in result.output
    [facts] = json.loads(run("history", "deprivation", "--json").output)
    assert (facts["outcome"], facts["kind"], facts["reasons"]) == ("published", "publication", [])
    assert facts["figures"]["added"] == 2 and facts["editions"]


def test_a_dry_run_shows_a_table_and_publishes_nothing(environment: Path) -> None:
    result = run("refresh", "deprivation", "--from", str(FIXTURES / "deprivation"), "--dry-run")
    assert result.exit_code == 0
    assert "would publish: figures: 2 added" in result.output
    assert "employment-deprivation" in result.output
    assert json.loads(run("status", "--json").output)["sources"][0]["rows"] == 0


def test_check_finds_what_is_wrong(environment: Path) -> None:
    run("refresh", "deprivation", "--from", str(FIXTURES / "deprivation"))
    kept = next((environment / "snapshots").rglob("iod2019_lad.csv"))
    kept.write_text("other bytes")
    result = run("check")
    assert result.exit_code == 1
    assert "of iod2019_lad.csv is damaged" in result.output


def test_check_finds_corrections_and_a_timetable_that_cannot_be_used(
    environment: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gossip.toml").write_text("")
    (tmp_path / "schedule.toml").write_text("[schedule]\ntimes = []\nretry_hours = 5\nlate_days = 7\n")
    monkeypatch.setattr(inspect, "CORRECTIONS", tmp_path)
    monkeypatch.setattr(
        inspect, "read_timetable", lambda known: read_timetable(known, tmp_path / "schedule.toml")
    )
    result = run("check")
    assert result.exit_code == 1
    assert "corrections: gossip.toml: no such source; expected of ons_local_indicators" in result.output
    assert "schedule.toml: schedule.times: Tuple should have at least 1 item" in result.output


def test_words_for_what_was_asked_wrongly(environment: Path, monkeypatch, capsys) -> None:
    code, words = ended(monkeypatch, capsys, "refresh", "--due", "--from", str(FIXTURES))
    assert (code, words.strip()) == (
        2,
        "--due chooses the sources itself; give it without SOURCE, --from and --accept",
    )
    code, words = ended(monkeypatch, capsys, "rollback", "deprivation", "--reason", " ")
    assert code == 2 and words.startswith("--reason: '' is no reason")
    code, words = ended(monkeypatch, capsys, "refresh", "nomis", "--from", str(FIXTURES))
    assert code == 2 and words.startswith("no source nomis; expected of ons_local_indicators")
    code, words = ended(monkeypatch, capsys, "refresh", "--from", "nowhere")
    assert code == 2 and "nowhere: no such folder" in words
    code, words = ended(monkeypatch, capsys, "refresh", "--accept", " ")
    assert code == 2 and "is no reason" in words
    code, words = ended(monkeypatch, capsys, "status")
    assert code == 1 and "the store is empty; run: python -m etl starter load" in words
    monkeypatch.setenv("WORKHEALTH_ILLUSTRATIVE", "maybe")
    code, words = ended(monkeypatch, capsys, "status")
    assert code == 2 and words.startswith("WORKHEALTH_ILLUSTRATIVE: 'maybe'")
    monkeypatch.setenv("WORKHEALTH_ILLUSTRATIVE", "on")
    monkeypatch.setenv("WORKHEALTH_WEBHOOK_URL", "mailto:someone")
    code, words = ended(monkeypatch, capsys, "status")
    assert code == 2 and words.startswith("WORKHEALTH_WEBHOOK_URL: 'mailto:someone'")


def test_a_probe_prints_text_and_json_and_publishes_nothing(environment: Path, monkeypatch) -> None:
    monkeypatch.setenv("STATXPLORE_API_KEY", "a key that nobody may see")
    good = SITES["ons_sdg"]()

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(404) if request.url.host == "stat-xplore.dwp.gov.uk" else good(request)

    with respx.mock(assert_all_called=False) as router:
        router.route().mock(side_effect=answer)
        right = run("probe", "ons_sdg", "nomis_aps_t01")
        moved = run("probe", "ons_sdg", "dwp_stat_xplore")
        alone = run("probe", "ons_sdg", "--json")
    assert (right.exit_code, moved.exit_code, alone.exit_code) == (0, 1, 0)
    text, _, facts = right.output.partition("The same as JSON:")
    assert "RIGHT           ons_sdg" in text
    assert "NOTHING TO ASK  nomis_aps_t01" in text
    assert "Nothing was published." in text
    [first, second] = json.loads(facts)["sources"]
    assert (first["verdict"], second["verdict"]) == ("right", "nothing to ask")
    assert "Disability status" in first["files"][0]["columns"]
    assert "MOVED           dwp_stat_xplore" in moved.output
    assert "a key that nobody may see" not in moved.output
    assert json.loads(alone.output)["sources"][0]["source_id"] == "ons_sdg"
    assert list(environment.iterdir()) == []


def test_a_probe_without_the_internet_says_so(environment: Path, monkeypatch) -> None:
    monkeypatch.setattr("etl.cli.probe.fetcher_for", lambda settings: Fetcher(sleep=lambda seconds: None))
    words = "No address could be reached: this machine may not have access to the internet."
    with respx.mock(assert_all_called=False) as router:
        router.route().mock(side_effect=httpx.ConnectError("Name or service not known"))
        cut_off = run("probe", "ons_sdg", "census_2021")
    with respx.mock(assert_all_called=False) as router:
        router.route(host="www.nomisweb.co.uk").respond(404)
        router.route().mock(side_effect=httpx.ConnectError("Name or service not known"))
        one = run("probe", "ons_sdg", "census_2021")
    assert words in cut_off.output
    assert words not in one.output
    assert (cut_off.exit_code, one.exit_code) == (1, 1)
    assert "BROKEN          ons_sdg" in cut_off.output


def test_a_probe_of_a_source_that_is_none(environment: Path, monkeypatch, capsys) -> None:
    code, words = ended(monkeypatch, capsys, "probe", "nomis")
    assert code == 2 and words.startswith("no source nomis; expected of ons_local_indicators")


def test_two_refreshes_cannot_run_at_once(environment: Path, monkeypatch, capsys) -> None:
    store = Store(
        f"sqlite:///{environment}/workhealth.sqlite", register=load_register(), catalogue=load_catalogue()
    )
    with refresh_lock(store.connections, "refresh", datetime(2026, 1, 1, tzinfo=UTC)):
        code, words = ended(monkeypatch, capsys, "refresh", "--from", str(FIXTURES / "deprivation"))
    assert code == 4
    assert f"the store is being written by process {os.getpid()} on " in words
    assert "since 2026-01-01T00:00:00+00:00 (refresh)" in words
    assert run("refresh", "deprivation", "--from", str(FIXTURES / "deprivation")).exit_code == 0


def test_quarantine_has_its_own_code(environment: Path, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    for name in ("iod2019_lad.csv", "iod2025_lad.csv"):
        (folder / name).write_text((FIXTURES / "deprivation" / name).read_text())
    run("refresh", "deprivation", "--from", str(folder))
    path = folder / "iod2019_lad.csv"
    path.write_text(path.read_text().replace("0.151", "0.951"))
    result = run("refresh", "deprivation", "--from", str(folder))
    assert result.exit_code == 3
    assert "the figure of E06000018 moves from 15.1 to 95.1" in result.output
    assert 'refresh deprivation --accept "reason"' in result.output
    result = run("refresh", "deprivation", "--accept", "the publisher corrected it")
    assert result.exit_code == 0, result.output


def test_a_machine_reads_one_line_a_run_and_people_the_other_stream(environment: Path) -> None:
    asked = ("refresh", "deprivation", "--from", str(FIXTURES / "deprivation"))
    result = run(*asked)
    [line] = [json.loads(text) for text in result.stdout.splitlines()]
    assert line | {"run_id": "", "finished_at": "", "seconds": 0} == {
        "source_id": "deprivation",
        "run_id": "",
        "outcome": "published",
        "finished_at": "",
        "seconds": 0,
        "message": "figures: 2 added",
        "changes": {"added": 2, "revised": 0, "removed": 0, "moved": 0, "unchanged": 0},
        "waits": [],
        "warnings": 0,
    }
    assert line["run_id"].endswith(tuple("0123456789abcdef")) and "-deprivation-" in line["run_id"]
    assert "published    deprivation  figures: 2 added" in result.stderr
    result = run(*asked, "--no-log-json")
    assert "unchanged    deprivation  nothing new" in result.stdout and result.stderr == ""


@respx.mock
def test_a_webhook_is_sent_the_same_and_cannot_fail_a_run(
    environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKHEALTH_WEBHOOK_URL", "https://hooks.example.org/secret-path")
    hook = respx.post("https://hooks.example.org/secret-path").mock(return_value=httpx.Response(204))
    asked = ("refresh", "deprivation", "--from", str(FIXTURES / "deprivation"))
    result = run(*asked)
    assert json.loads(hook.calls.last.request.content) == json.loads(result.stdout)
    hook.mock(side_effect=httpx.ConnectTimeout("no answer"))
    result = run(*asked)
    assert result.exit_code == 0
    assert "webhook hooks.example.org: ConnectTimeout; the run itself is not touched by this" in result.stderr
    hook.mock(return_value=httpx.Response(500))
    result = run(*asked)
    assert result.exit_code == 0
    assert "webhook hooks.example.org: answered 500" in result.stderr
    assert "secret-path" not in result.output


def test_diff_tells_what_would_change_as_a_table_and_as_json(environment: Path, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    for name in ("iod2019_lad.csv", "iod2025_lad.csv"):
        (folder / name).write_text((FIXTURES / "deprivation" / name).read_text())
    run("refresh", "deprivation", "--from", str(folder))
    path = folder / "iod2019_lad.csv"
    path.write_text(path.read_text().replace("0.151", "0.951"))
    result = run("diff", "deprivation", "--from", str(folder))
    assert result.exit_code == 0, result.output
    assert "would publish: figures: 1 revised, 1 the same from another release" not in result.output
    assert "would publish: figures: 1 revised" in result.output
    assert "would wait in quarantine: employment-deprivation-2019, ltla, 2019-01-01/P1Y" in result.output
    answer = json.loads(run("diff", "deprivation", "--from", str(folder), "--json").stdout)
    assert answer["totals"] == {"added": 0, "revised": 1, "removed": 0, "moved": 0, "unchanged": 1}
    assert answer["indicators"]["employment-deprivation-2019"]["revised"] == 1
    assert answer["outcome"] == "dry_run" and len(answer["reasons"]) == 1
    [now] = [
        row["value"]
        for row in Store(
            f"sqlite:///{environment / 'workhealth.sqlite'}",
            register=load_register(),
            catalogue=load_catalogue(),
        ).observations(indicator_id="employment-deprivation-2019", area_type="ltla", period="2019-01-01/P1Y")
    ]
    assert now == pytest.approx(15.1), "a diff publishes nothing"


def test_rollback_goes_back_and_says_so(environment: Path, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    for name in ("iod2019_lad.csv", "iod2025_lad.csv"):
        (folder / name).write_text((FIXTURES / "deprivation" / name).read_text())
    run("refresh", "deprivation", "--from", str(folder))
    path = folder / "iod2019_lad.csv"
    path.write_text(path.read_text().replace("0.151", "0.155"))
    run("refresh", "deprivation", "--from", str(folder))
    result = run("rollback", "deprivation", "--reason", "a slip of the publisher's")
    assert result.exit_code == 0, result.output
    assert "published    deprivation  figures: 1 revised" in result.stderr
    result = run("rollback", "deprivation", "--reason", "and once more")
    assert result.exit_code == 1
    assert "deprivation: nothing to go back to" in result.stderr


def test_status_says_what_is_expected_of_every_source(environment: Path) -> None:
    run("refresh", "deprivation", "--from", str(FIXTURES / "deprivation"))
    expected = json.loads(run("status", "--json").stdout)["expected"]
    assert [source_row["source_id"] for source_row in expected] == list(sources())
    by_hand = next(source_row for source_row in expected if source_row["source_id"] == "national_facts")
    assert by_hand == {
        "source_id": "national_facts",
        "last_expected_on": None,
        "next_expected_on": None,
        "is_due": False,
        "words": "cannot be fetched; give the folder of its files with --from",
    }
    monthly = next(source_row for source_row in expected if source_row["source_id"] == "mhsds")
    assert monthly["last_expected_on"] < monthly["next_expected_on"]
    assert "never run" in run("status").output


@pytest.mark.parametrize("kind", ["cron", "systemd"])
def test_units_are_printed_for_this_checkout_and_data_folder(environment: Path, kind: str) -> None:
    result = run("schedule", "--print", kind)
    assert result.exit_code == 0
    assert "-m etl refresh --due" in result.stdout
    assert f"WORKHEALTH_DATA_DIR={environment}" in result.stdout.replace('"', "")


def test_it_runs_as_a_module() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "etl", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0
    for command in (
        "refresh", "schedule", "status", "diff", "rollback", "lineage", "history", "check", "rebuild", "starter"
    ):  # fmt: skip
        assert command in done.stdout
