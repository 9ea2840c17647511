"""The reference of the environment: as the settings are, and nothing that the code reads is missing from it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import Field

from bench import environment
from indicators.settings import Settings, variable_of

ROOT = Path(__file__).resolve().parents[1]


def test_the_page_is_current() -> None:
    assert environment.PAGE.read_text(encoding="utf-8") == environment.page(), "run: make environment"


def test_every_variable_that_code_and_files_name_is_on_the_page() -> None:
    files = [ROOT / "app.py", ROOT / "gunicorn.conf.py", *(ROOT / "deploy").rglob("*")]
    for room in ("dashboard", "etl", "indicators", "geodata"):
        files += (ROOT / room).rglob("*.py")
    named = {
        name
        for path in files
        if path.is_file()
        for name in re.findall(
            r"\bWORKHEALTH_[A-Z_]*[A-Z]\b", path.read_text(encoding="utf-8", errors="replace")
        )
    }
    assert "WORKHEALTH_DATA_DIR" in named
    page = environment.page()
    assert sorted(name for name in named if f"`{name}`" not in page) == []


def test_a_setting_has_one_variable_whichever_way_it_is_named() -> None:
    assert variable_of("data_dir") == "WORKHEALTH_DATA_DIR"
    assert variable_of("script_name") == variable_of("SCRIPT_NAME") == "SCRIPT_NAME"


def test_a_setting_without_words_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    class More(Settings):
        colour: str = Field("blue")

    monkeypatch.setattr(environment, "Settings", More)
    with pytest.raises(ValueError, match="colour has no description; expected words for WORKHEALTH_COLOUR"):
        environment.page()


def test_a_key_without_words_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "KEYS", (*environment.KEYS, "OTHER_KEY"))
    with pytest.raises(ValueError, match="no words for the keys OTHER_KEY"):
        environment.page()
