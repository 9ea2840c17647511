"""The scripts of the pages: short files, without words and rules that the server has already."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from dashboard import sentences
from dashboard.address.keys import ALL_KEYS
from dashboard.serving.routing import load_pages
from dashboard.serving.static import ASSETS
from geodata.register import load_register

SCRIPTS = sorted(path for path in ASSETS.rglob("*.js") if "vendor" not in path.parts)
MOST_LINES = 200
# stands over the values of every table, and is a class of the legend too
_HEADING = "Value"


def code_of(text: str) -> str:
    """A script without its comments."""
    return re.sub(r"(?m)(^|\s)//.*$", "", text)


def shared_words() -> set[str]:
    """What the server says of statuses, units, comparisons, classes and area types."""
    types = load_register().area_types.values()
    words = {
        *sentences.STATUS_WORDS.values(),
        sentences.NO_ROW,
        sentences.ILLUSTRATIVE_FIRST,
        *sentences.LEGEND_WORDS.values(),
        *(form.removesuffix(" {benchmark}") for form in sentences.COMPARED_WITH.values()),
        *(unit.heading for unit in sentences.UNITS.values()),
        *(unit.suffix.strip() for unit in sentences.UNITS.values()),
        *(kind.name for kind in types),
        *(kind.plural for kind in types),
    }
    return {word for word in words if len(word) > 1} - {_HEADING}


def words_in(code: str) -> list[str]:
    """The shared words that a script has of its own: several words anywhere, one word where a text begins with it."""
    found = []
    for word in shared_words():
        several = " " in word
        pattern = re.escape(word) if several else rf"[\"'`]{re.escape(word)}\b"
        if re.search(pattern, code, re.IGNORECASE if several else 0):
            found.append(word)
    return sorted(found)


def rules_in(code: str) -> list[str]:
    """The rules of the vocabulary that a script has of its own."""
    lists = [list(key.forgets) for key in ALL_KEYS if len(key.forgets) > 1]
    lists.append([key.name for key in ALL_KEYS if key.is_carried])
    found = [json.dumps(names) for names in lists if json.dumps(names) in code]
    found += [f"= {key.most};" for key in ALL_KEYS if key.most > 1 and f"= {key.most};" in code]
    others = [page.path for page in load_pages() if page.takes_view and page.door == "/map"]
    return found + [path for path in others if f'"{path}"' in code]


def test_there_are_scripts_and_the_map_has_files_of_its_own() -> None:
    names = {str(path.relative_to(ASSETS)) for path in SCRIPTS}
    assert {"page.js", "state.js", "map/protocol.js", "map/words.js", "map/shapes.js"} <= names


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: str(path.relative_to(ASSETS)))
def test_a_script_is_short_and_has_no_vocabulary_of_its_own(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MOST_LINES
    assert words_in(code_of(text)) == []
    assert rules_in(code_of(text)) == []


def test_such_words_and_rules_would_be_noticed() -> None:
    assert words_in('const STATUS = { suppressed: "Hidden by the publisher (small numbers)" };')
    assert words_in('return text + " percentage points";') == ["Percentage points", "percentage points"]
    assert words_in("words = 'Better';") == ["Better"]
    assert "Clinical commissioning group" in words_in('ccg: "Clinical commissioning group",')
    assert words_in('category.key === "better"') == []
    assert words_in(code_of("  draw(); // No figure published\n")) == []
    assert rules_in('const FORGETS = { sex: ["period", "since"] };') == ['["period", "since"]']
    assert rules_in("const MOST = 20; // areas") == ["= 20;"]
    assert rules_in('const TAKES = ["/map", "/compare"];') == ["/compare"]


def test_the_files_of_the_map_share_one_name() -> None:
    for path in SCRIPTS:
        text = path.read_text(encoding="utf-8")
        assert set(re.findall(r"window\.workhealth\w*", text)) <= {
            "window.workhealth",
            "window.workhealthMap",
            "window.workhealthVocabulary",
        }, path.name
        if path.parent.name == "map":
            assert "const map = window.workhealthMap = window.workhealthMap || {};" in text, path.name


def test_a_function_of_the_map_that_is_called_is_there() -> None:
    """Files are read in any order and share functions by name alone, so that a wrong name shows only when it is used."""
    texts = [path.read_text(encoding="utf-8") for path in SCRIPTS if path.parent.name == "map"]
    joined = "\n".join(code_of(text) for text in texts)
    given = set(re.findall(r"map\.(\w+) = ", joined))
    for block in re.findall(r"Object\.assign\(map, \{(.*?)\n?\s*\}\);", joined, re.DOTALL):
        given |= set(re.findall(r"(\w+):", block))
    called = set(re.findall(r"(?<![.\w])map\.(\w+)", joined))
    assert called - given == set()
