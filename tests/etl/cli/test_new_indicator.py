"""``new-indicator`` writes a file that the catalogue takes, and says what is wrong before it writes anything."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from etl.cli import new_indicator
from etl.cli.main import app
from etl.cli.new_indicator import toml_of
from indicators.catalogue import load_catalogue
from indicators.catalogue.loading import CATALOGUE_DIRECTORY, load_indicator
from indicators.catalogue.model import _METHOD_INTERVALS, _METHOD_NEEDS
from indicators.plain_text import control_character

FIXTURES = Path(__file__).parents[2] / "fixtures" / "sources"
GIVEN = {
    "title": "Employment rate, a second time",
    "theme": "Work",
    "definition": "The percentage of people aged 16 to 64 in work.",
    "rationale": "Good work is good for health.",
    "counted": "People in work.",
    "among": "People aged 16 to 64.",
    "polarity": "high_is_good",
    "unit": "percent",
    "source": "ons_local_indicators",
    "area-types": "ltla, england",
    "method": "published",
    "value": "employment-rate",
}


@pytest.fixture(autouse=True)
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKHEALTH_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("WORKHEALTH_LOCAL_DIR", raising=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "catalogue"
    made.mkdir()
    return made


def run(folder: Path, *more: str, typed: str | None = None, **changed: str | None):
    options = {**GIVEN, **{name.replace("_", "-"): answer for name, answer in changed.items()}}
    arguments = [
        part for name, answer in options.items() if answer is not None for part in (f"--{name}", answer)
    ]
    return CliRunner().invoke(app, ["new-indicator", "--to", str(folder), *arguments, *more], input=typed)


def refused(folder: Path, *more: str, **changed: str | None) -> str:
    result = run(folder, *more, **changed)
    assert result.exit_code != 0, result.output
    assert list(folder.iterdir()) == []
    return str(result.exception)


def test_the_catalogue_takes_what_is_written(folder: Path, tmp_path: Path) -> None:
    result = run(
        folder, "--caveat", "Small places have wide intervals.", "--caveat", "It says “work”, not pay."
    )
    assert result.exit_code == 0, result.output
    assert "employment-rate-a-second-time.toml written to" in result.output
    [path] = folder.iterdir()
    found = load_indicator(path)
    assert (found.id, found.short_title) == ("employment-rate-a-second-time", GIVEN["title"])
    assert found.caveats == ("Small places have wide intervals.", "It says “work”, not pay.")
    [route] = found.routes
    assert (route.publication, route.interval) == ("Employment rate, ONS local indicators", "published")
    assert route.area_types == ("ltla", "england")
    # a number that no other file has
    numbers = {indicator.number for indicator in load_catalogue().values()}
    assert found.api_number == max(number for number in numbers if 900_000 < number < 1_000_000) + 1
    # and beside all the others
    beside = tmp_path / "beside"
    beside.mkdir()
    for other in [*CATALOGUE_DIRECTORY.glob("*.toml"), path]:
        (beside / other.name).write_bytes(other.read_bytes())
    assert found.id in load_catalogue(beside)


def test_each_question_is_asked_in_words_until_the_answer_will_do(folder: Path) -> None:
    typed = [
        "Claimants, a second time.", "Claimants, a second time",  # a title is no sentence
        "claimant-count", "claimants-again",  # is there already
        "",  # the title is short enough
        "Happiness", "Benefits and fit notes",
        "how many", "People who claim.",
        "It shows need.", "People who claim benefits.", "",
        "4", "", "3",
        "How many people claim?",
        "ons_local_indicators", "england,nowhere", "england,ltla", "count", "1",
        "claimant-count", "Claimants, ONS local indicators",
    ]  # fmt: skip
    result = CliRunner().invoke(
        app, ["new-indicator", "--ask", "--to", str(folder)], input="\n".join(typed) + "\n"
    )
    assert result.exit_code == 0, result.output
    for words in (
        "'Claimants, a second time.' ends with a full stop; a title is no sentence",
        "'claimant-count' is the id of",
        "'Happiness' is not one of Work, Pay and income",
        "'how many' is no sentence; end it with a full stop",
        "'nowhere' is not one of ltla, utla",
        "3. none: neither is better",
        "Measures of ons_local_indicators: children-in-relative-poverty",
    ):
        assert words in result.output, words
    [path] = folder.iterdir()
    found = load_indicator(path)
    assert (found.id, found.unit, found.polarity, found.decimal_places) == (
        "claimants-again",
        "people",
        "none",
        0,
    )
    assert (found.comparable, found.denominator) == (False, "Not a rate.")
    assert found.routes[0].value == ("claimant-count",)
    [question] = found.questions
    assert question.words == "How many people claim?"
    assert question.order > max(part.order for known in load_catalogue().values() for part in known.questions)


def test_what_is_missing_and_what_is_wrong_are_said_together(folder: Path) -> None:
    words = refused(folder, theme=None, unit="percnt", polarity="higher", short_title="x" * 61)
    assert "--unit: 'percnt' is not one of" in words and "did you mean 'percent'?" in words
    assert "--polarity: 'higher' is not one of high_is_good, low_is_good, none" in words
    assert "--short-title: " in words and "has 61 characters; expected at most 60" in words
    assert "not given: --theme; run it in a terminal to be asked, or give these options" in words


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"id": "employment-rate"}, "--id: 'employment-rate' is the id of .* already; give another"),
        ({"id": "Rate 2"}, "--id: 'Rate 2'; expected small letters and digits with hyphens"),
        # the id is made of the title where none is given
        ({"title": "Employment rate"}, "is the id of .* already; give another"),
        ({"source": "nobody"}, "--source: 'nobody' is not one of"),
        ({"area_types": "icb"}, "--value: 'employment-rate' has no figures for icb; it has them for"),
        ({"method": "proportion", "value": None}, "not given: --numerator, --denominator"),
        ({"interval": "wilson"}, "--interval: 'wilson' is not one of published, none"),
        ({"unit": "pounds_per_week"}, "not given: --prices"),
        ({"decimal_places": "7"}, "--decimal-places: '7'; expected 0, 1, 2 or 3"),
        ({"to": "no-such-folder"}, "--to: no-such-folder: no such folder"),
    ],
)
def test_what_the_catalogue_would_refuse_is_refused_by_name(
    folder: Path, changed: dict[str, str | None], words: str
) -> None:
    assert re.search(words, refused(folder, **changed), re.DOTALL)


def test_a_measure_is_held_against_the_files_that_are_given(folder: Path) -> None:
    files = ("--from", str(FIXTURES / "ons_local_indicators"))
    words = refused(folder, *files, value="employment-rat")
    assert "--value: 'employment-rat' is no measure of these files; did you mean 'employment-rate'?" in words
    # the starter edition holds only what some indicator uses
    result = run(folder, value="a-measure-of-theirs", publication="Theirs")
    assert result.exit_code == 0
    assert "'a-measure-of-theirs' is not in the starter edition, so it was not verified" in result.output


def test_a_file_that_is_there_is_never_written_over(folder: Path) -> None:
    path = folder / "mine.toml"
    path.write_text("mine", encoding="utf-8")
    result = run(folder, id="mine")
    assert result.exit_code != 0 and "mine.toml: is there already" in str(result.exception)
    assert path.read_text(encoding="utf-8") == "mine"


def test_an_indicator_of_ones_own_goes_to_the_folder_of_own_data(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = {"source": "local_upload", "value": "waiting", "publication": "Our count", "id": "waiting-here"}
    options = [part for name, answer in {**GIVEN, **own}.items() for part in (f"--{name}", answer)]
    result = CliRunner().invoke(app, ["new-indicator", *options])
    assert result.exit_code != 0 and "set WORKHEALTH_LOCAL_DIR" in str(result.exception)
    monkeypatch.setenv("WORKHEALTH_LOCAL_DIR", str(folder))
    result = CliRunner().invoke(app, ["new-indicator", *options])
    assert result.exit_code == 0, (result.output, result.exception)
    assert [path.name for path in folder.iterdir()] == ["waiting-here.toml"]
    assert load_catalogue(local=folder)["waiting-here"].is_local


texts = st.text(max_size=30).filter(lambda text: control_character(text) is None)


@given(texts, st.lists(texts, min_size=1, max_size=3), st.integers(0, 9), st.booleans())
def test_whatever_is_written_is_read_again(text: str, several: list[str], whole: int, yes: bool) -> None:
    table = {
        "text": text,
        "whole": whole,
        "rate": 100.0,
        "yes": yes,
        "several": several,
        "routes": [{"name": text, "value": several}],
    }
    assert tomllib.loads(toml_of({**table, "empty": []})) == table


def test_every_method_that_is_offered_has_intervals_that_go_with_it() -> None:
    for choice in new_indicator._METHODS:
        assert set(new_indicator._INTERVALS[choice.name]) <= _METHOD_INTERVALS[choice.name]
        assert set(_METHOD_NEEDS[choice.name]) <= set(new_indicator._MEASURES[choice.name])
