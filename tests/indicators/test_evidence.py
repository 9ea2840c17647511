"""Evidence: strict, every problem of every file at once, and the project's own files."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from geodata.register import Register, load_register
from indicators.catalogue import catalogue
from indicators.evidence import Evidence, EvidenceError, load_evidence
from indicators.evidence import __main__ as command
from indicators.evidence.loading import EVIDENCE_DIRECTORY

PAPERS = (EVIDENCE_DIRECTORY / "papers.toml").read_text(encoding="utf-8")
IPS = (EVIDENCE_DIRECTORY / "individual-placement-and-support.toml").read_text(encoding="utf-8")
LEEDS = (EVIDENCE_DIRECTORY / "workplace-leeds.toml").read_text(encoding="utf-8")
IPS_FILE, LEEDS_FILE = "individual-placement-and-support.toml", "workplace-leeds.toml"


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register()


@pytest.fixture(scope="module")
def own(register: Register) -> Evidence:
    return load_evidence(catalogue(), register)


def problems(folder: Path, register: Register, **files: str) -> list[str]:
    """The problems of a folder that holds the papers and these files (``a_b`` stands for ``a-b.toml``)."""
    (folder / "papers.toml").write_text(files.pop("papers", PAPERS), encoding="utf-8")
    for name, text in files.items():
        (folder / f"{name.replace('_', '-')}.toml").write_text(text, encoding="utf-8")
    with pytest.raises(EvidenceError) as caught:
        load_evidence(catalogue(), register, folder)
    return str(caught.value).splitlines()


@pytest.mark.parametrize(
    ("was", "becomes", "expected"),
    [
        ('kind = "intervention"', 'kind = "advice"', "kind: 'advice' is not one of intervention, programme"),
        ('kind = "intervention"\n', "", "kind: is missing"),
        (
            'strength = "tested"',
            'strength = "proven"',
            "strength: 'proven' is not one of tested, measured, in_trial, started, proposed, weak",
        ),
        ("trials = 17", "trials = 0", "trials: Input should be greater than or equal to 1 (found 0)"),
        (
            'strength = "tested"',
            'strength = "started"',
            "file: trials does not go with strength 'started'; use tested or in_trial",
        ),
        ('found = "', 'effect = "', "effect: is not a key of evidence; remove it or correct its spelling"),
        ('design = "', 'cost = "', "design: is missing"),
        (
            '"moving-into-work"]',
            '"moving-into-jobs"]',
            "indicators: no indicator 'moving-into-jobs' in the catalogue",
        ),
        (
            '"ips-access", ',
            '"ips-access", "ips-access", ',
            "indicators: ips-access stands there twice (found [",
        ),
        (
            'paper = "cm9526"',
            'paper = "cm9527"',
            "sources.0.paper: 'cm9527' is not one of cm9526, london-councils, lga, mental-health-charity, base",
        ),
        (
            '"secondary_mental_health", ',
            '"severe", ',
            "conditions.0: 'severe' is not one of disabled, long_term_condition, musculoskeletal, mental_health, "
            "learning_disability, secondary_mental_health",
        ),
        ('id = "individual', 'id = "single', "id: 'single-placement-and-support' differs from the file's name"),
    ],
)  # fmt: skip
def test_bad_file_names_file_key_and_what_was_expected(
    tmp_path: Path, register: Register, was: str, becomes: str, expected: str
) -> None:
    assert was in IPS
    found = problems(tmp_path, register, individual_placement_and_support=IPS.replace(was, becomes, 1))
    assert [line for line in found if line.startswith(f"{IPS_FILE}: {expected}")], found


@pytest.mark.parametrize(
    ("was", "becomes", "expected"),
    [
        ('areas = ["E08000035"]', 'areas = ["E08999999"]', "areas: no area has the code 'E08999999'"),
        ('areas = ["E08000035"]', 'part_of = ["E12999999"]', "part_of: no area has the code 'E12999999'"),
        (
            'areas = ["E08000035"]\n',
            "",
            "file: needs areas or part_of: the codes of the areas it belongs to",
        ),
        (
            'place = "Leeds City Council"',
            'place = "Leeds City Council"\nintervention = "ips"',
            "intervention: no intervention 'ips' in this folder",
        ),
    ],
)
def test_bad_programme_names_file_key_and_what_was_expected(
    tmp_path: Path, register: Register, was: str, becomes: str, expected: str
) -> None:
    assert was in LEEDS
    assert problems(tmp_path, register, workplace_leeds=LEEDS.replace(was, becomes)) == [
        f"{LEEDS_FILE}: {expected}"
    ]


def test_a_result_must_be_told(tmp_path: Path, register: Register) -> None:
    without = "\n".join(line for line in LEEDS.splitlines() if not line.startswith("found"))
    assert problems(tmp_path, register, workplace_leeds=without) == [
        f"{LEEDS_FILE}: file: strength 'measured' needs found: say what was found"
    ]


def test_all_problems_of_all_files_come_at_once(tmp_path: Path, register: Register) -> None:
    found = problems(
        tmp_path,
        register,
        papers=PAPERS.replace('publisher = "HM Government"\n', ""),
        individual_placement_and_support=IPS.replace('"tested"', '"proven"').replace("trials = 17", "trials = 0"),
        workplace_leeds=LEEDS.replace("E08000035", "E08999999"),
        broken="id = [",
    )  # fmt: skip
    assert [line.split(": ")[:2] for line in found] == [
        ["papers.toml", "cm9526"],
        ["broken.toml", "is not readable TOML"],
        [IPS_FILE, "strength"],
        [IPS_FILE, "trials"],
        [LEEDS_FILE, "areas"],
    ]
    assert found[0] == "papers.toml: cm9526: publisher: is missing"


def test_two_pieces_cannot_have_one_title(tmp_path: Path, register: Register) -> None:
    other = LEEDS.replace('id = "workplace-leeds"', 'id = "workplace-two"')
    assert problems(tmp_path, register, workplace_leeds=LEEDS, workplace_two=other) == [
        "workplace-two.toml: title: 'Workplace Leeds' is that of workplace-leeds.toml already"
    ]


def test_an_empty_folder_is_refused(tmp_path: Path, register: Register) -> None:
    assert problems(tmp_path, register) == [
        f"{tmp_path.name}: holds no evidence; expected one TOML file for each piece"
    ]


def test_a_folder_without_papers_says_so(tmp_path: Path, register: Register) -> None:
    with pytest.raises(EvidenceError, match=r"^papers\.toml: is not readable TOML: "):
        load_evidence(catalogue(), register, tmp_path)


# ---- the project's own -----------------------------------------------------------------------------------


def test_own_evidence_is_sound_and_counted(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main() == 0
    assert capsys.readouterr().out == (
        "The evidence holds 48 interventions and 29 local programmes; every file is sound.\n"
    )


def test_a_fault_is_told_by_the_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise EvidenceError("a.toml: kind: is missing")

    monkeypatch.setattr(command, "load_evidence", fail)
    assert command.main() == 1
    assert capsys.readouterr().err == "a.toml: kind: is missing\n"


def test_the_strongest_evidence_stands_first_and_weak_results_last(own: Evidence) -> None:
    strengths = [piece.strength for piece in own.interventions.values()]
    assert strengths[:1] == ["tested"]
    assert [name for name, piece in own.interventions.items() if piece.strength == "weak"] == [
        "benefit-sanctions",
        "fit-for-work-service",
        "work-programme",
    ]
    assert strengths[-3:] == ["weak"] * 3


def test_ips_is_told_as_the_papers_tell_it(own: Evidence) -> None:
    ips = own.interventions["individual-placement-and-support"]
    assert (ips.strength, ips.trials) == ("tested", 17)
    assert "no paper gives the size of the effect" in str(ips.found)
    assert "Whether every trial of the review was randomised is not said." in ips.design
    assert ips.sources[0].place.startswith("paragraphs 157, 160 to 161 and 163")


def test_what_the_issue_names_is_there(own: Evidence) -> None:
    assert {
        "individual-placement-and-support", "employment-advisers-talking-therapies", "group-work-jobs-ii",
        "access-to-work", "fit-note-reform", "supported-internships", "workplace-adjustments",
    } <= set(own.interventions)  # fmt: skip
    places = {name: (piece.areas, piece.part_of) for name, piece in own.programmes.items()}
    assert places["ips-trial-west-midlands"] == (("E47000007",), ())
    assert places["ips-trial-sheffield-city-region"] == (("E47000002",), ())
    assert places["working-well-greater-manchester"] == (("E47000001",), ())
    assert places["workplace-leeds"] == (("E08000035",), ())
    assert places["solent-jobs"] == (("E06000045", "E06000044"), ())
    assert places["trailblazer-blackpool"] == (("E06000009",), ())
    assert places["trailblazer-west-london"] == ((), ("E12000007",))
    assert places["trailblazer-north-east"] == ((), ("E12000001",))
    assert places["employer-networks-cornwall"] == (("E37000005",), ())
    assert len(own.programmes["ips-drug-and-alcohol-councils"].areas) == 7


def test_files_hold_nothing_but_what_is_shown() -> None:
    for path in EVIDENCE_DIRECTORY.glob("*.toml"):
        text = path.read_text(encoding="utf-8")
        assert "'" not in text, path.name  # typographic apostrophes, as on every page
        assert tomllib.loads(text)
