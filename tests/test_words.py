"""The words of pages, downloads, documents and code: sentences stay short, and retired phrases do not come back."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from functools import cache
from html import unescape
from pathlib import Path

import pytest

from bench.bench_words import (
    DOCUMENTS,
    PAGES,
    client_of,
    context_of,
    indicator_pages,
    measured_documents,
    measured_packs,
    measured_pages,
    names_masked,
)
from bench.readability import Mask
from dashboard.address.context import Context

ROOT = Path(__file__).resolve().parents[1]

NOT_YET: frozenset[str] = frozenset()
"""Pages and documents that are still above a bar, by their name. The list may only shrink: one that reads well must go."""

RETIRED_NOT_YET: frozenset[str] = frozenset()
"""Files in which a retired phrase still stands; one without any must go from the list."""

RETIRED = {
    r"take (?:this|the|a|it|them) (?:\w+ )?away\b|\btake away\b|taken? it away": "Download",
    r"questions people come with": "Common questions",
    r"needs a look": "Worse than England",
    r"stands? out\b": "Better than England, or the classes by name",
    r"different, neither good nor bad": "Different from England",
    r"beyond chance|more than chance would": "significantly",
    r"\bbeside England\b": "compared with England",
    r"areas like it\b|areas like this": "similar areas",
    r"what it lay in before": "Previous boundaries",
    r"where else to look": "Figures for other areas that cover …",
    r"be told of": "Get updates",
    r"reader of feeds": "Get updates",
    r"worked out (?:here )?from|\bworked out\b|\bworks? out\b(?! of)": "calculated",
    r"(?:more|less) often in (?:paid )?work": "a higher (lower) percentage … in work",
    r"a (?:larger|smaller) share of people": "a higher (lower) percentage",
    r"no pictures?\b": "… not available",
    r"read the pictures|the picture below|\bpiled up|tall pile": "chart",
    r"set against": "Compare with",
    r"\bfifths\b|\b(?:lowest|highest|middle|second|fourth) fifth\b": "quintiles",
    r"draw round": "Select areas",
    r"choose none": "Clear selection",
    r"area on the map\b": "Highlight an area",
    r"all of them in\b|only areas in\b": "Show all areas in, Filter by",
    r"adds one or takes it away": "How to use the map",
    r"near where it lies": "Each hexagon is one area. Positions are approximate.",
    r"programme set itself": "Dotted line: target",
    r"stands at the middle of its period": "(left out)",
    r"straight way": "steady increase",
    r"of these figures to pass": "The goal was first passed in …",
    r"targets along the way|where it is written|too close to tell": "Related targets, Source, not statistically clear",
    r"cannot be judged": "Not assessed",
    r"into work and out of it": "Moving into and out of work",
    r"as thick as": "Arrow width shows …",
    r"nobody knows of|knows this of": "unknown status",
    r"who is left out": "who is not",
    r"any source that is read here": "Not available for …",
    r"services have to be planned for|how good a place is": "This shows need, not performance.",
    r"going together is not cause|go together\b|relation over areas": "correlation",
    r"is not taken off": "does not adjust for",
    r"marked wherever they stand|as soon as the first real release": "They will be replaced when real data is loaded.",
    r"\btake care\b": "Limitations",
    r"words used here": "Glossary terms",
    r"what is loaded\b": "Data releases",
    r"figures of your own\b": "Local data upload",
    r"figures worked out from others": "Derived indicators",
    r"what the words mean": "Glossary",
    r"what we know is not good enough": "Non-accessible content",
    r"made in this way|hold the true figure": "If we repeated this many times …",
    r"no league tables": "(left out)",
    r"not judged: illustrative": "Illustrative",
    r"\btelephones?\b|widths? of a desk": "mobile phone, desktop",
    r"in the words of|\bin words\b": "as text",
    r"kept answers": "cached answers",
    r"\bmend(?:s|ed|ing)?\b": "fix",
}
"""What is not written any more, as a pattern, and what is written instead."""
_RETIRED = re.compile("|".join(f"(?:{pattern})" for pattern in RETIRED), re.IGNORECASE)

_TEXT_ATTRIBUTES = re.compile(r'\b(?:aria-label|title|placeholder|alt|content|data-words)="([^"]*)"')


def retired(text: str) -> list[str]:
    """Retired phrases in a text, as they stand there."""
    return [found[0] for found in _RETIRED.finditer(" ".join(text.split()))]


def all_text_of(html: str) -> str:
    """The text of a page with that of its attributes, tables, menus and buttons; without scripts."""
    plain = re.sub(r"<(script|style)\b.*?</\1>", " ", html, flags=re.S)
    said = " ".join(_TEXT_ATTRIBUTES.findall(plain))
    return unescape(re.sub(r"<[^>]+>", " ", plain) + " " + said)


# ---- pages as they are served ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Context:
    """The starter edition, as a fresh install loads it."""
    folder = tmp_path_factory.mktemp("words")
    done = subprocess.run(
        [sys.executable, "-m", "etl", "starter", "load"],
        cwd=ROOT, capture_output=True, text=True, timeout=1500,
        env={**os.environ, "WORKHEALTH_DATA_DIR": str(folder), "WORKHEALTH_DATABASE_URL": ""},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return context_of(folder)


@cache
def mask() -> Mask:
    return Mask(names_masked())


def held_against_the_list(faults: dict[str, list[str]], names: set[str]) -> list[str]:
    """What is wrong: faults of what is not on the list, and what is on the list without a fault."""
    wrong = [f"{name}: {fault}" for name in names - NOT_YET for fault in faults.get(name, ())]
    return sorted(wrong) + [
        f"{name}: reads well, take it from NOT_YET"
        for name in sorted(names & NOT_YET)
        if not faults.get(name)
    ]


@pytest.mark.slow
def test_pages_are_short_of_words_and_free_of_retired_phrases(starter: Context) -> None:
    client, paths = client_of(starter), (*PAGES, *indicator_pages())
    faults = {found.name: found.faults for found in measured_pages(client, mask(), paths)}
    for path in paths:
        text = all_text_of(client.get(path, follow_redirects=True).get_data(as_text=True))
        faults[path] += [f"“{phrase}” is retired" for phrase in dict.fromkeys(retired(text))]
    assert held_against_the_list(faults, set(paths)) == []


@pytest.mark.slow
def test_packs_are_short_of_words_and_free_of_retired_phrases(starter: Context) -> None:
    packs = list(measured_packs(starter, mask()))
    faults = {
        found.name: found.faults
        + [f"“{phrase}” is retired" for phrase in retired("\n".join(found.paragraphs))]
        for found in packs
    }
    assert held_against_the_list(faults, set(faults)) == []


def test_documents_are_short_of_words() -> None:
    faults = {found.name: found.faults for found in measured_documents(mask())}
    assert held_against_the_list(faults, set(DOCUMENTS)) == []


def test_the_list_names_pages_and_documents_that_there_are() -> None:
    assert NOT_YET - {*PAGES, *DOCUMENTS, *indicator_pages()} == set()


# ---- strings of code, catalogue, documents and scripts ---------------------------------------------------------


def strings_of(path: Path) -> str:
    """The strings of a Python module, without its docstrings: what it may show to somebody."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstrings = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    return "\n".join(
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings
    )


def without_comments(text: str, suffix: str) -> str:
    """A script or a TOML file without the comments that take up whole lines."""
    match suffix:
        case ".js":
            return re.sub(r"/\*.*?\*/|^\s*//.*$", "", text, flags=re.S | re.M)
        case ".toml":
            return re.sub(r"^\s*#.*$", "", text, flags=re.M)
        case _:
            return text


def written_for_people() -> dict[str, str]:
    """What people may read of each file, by its path in the project."""
    modules = [
        path for room in ("dashboard", "etl", "geodata", "indicators") for path in (ROOT / room).rglob("*.py")
    ]
    texts = {path: strings_of(path) for path in modules}
    plain = [
        *(ROOT / "indicators").rglob("*.toml"),
        *(ROOT / "dashboard").rglob("*.toml"),
        ROOT / "geodata/area_types.toml",
    ]
    plain += [*(ROOT / "dashboard" / "content").glob("*.md"), *(ROOT / name for name in DOCUMENTS)]
    plain += [path for path in (ROOT / "assets").rglob("*.js") if "vendor" not in path.parts]
    texts |= {path: without_comments(path.read_text(encoding="utf-8"), path.suffix) for path in plain}
    return {path.relative_to(ROOT).as_posix(): text for path, text in texts.items()}


def test_retired_phrases_do_not_come_back() -> None:
    found = {name: retired(text) for name, text in written_for_people().items()}
    wrong = [
        f"{name}: {phrases}"
        for name, phrases in sorted(found.items())
        if phrases and name not in RETIRED_NOT_YET
    ]
    wrong += [
        f"{name}: holds none, take it from RETIRED_NOT_YET"
        for name in sorted(RETIRED_NOT_YET)
        if not found.get(name)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("Take this chart\naway", ["Take this chart away"]),
        ("What stands out; NEEDS A LOOK", ["stands out", "NEEDS A LOOK"]),
        ("people are less often in paid work", ["less often in paid work"]),
        ("It was worked out from counts", ["worked out from"]),
        ("Nottingham compared with England, in quintiles", []),
        ("the outstanding network of workers; recommended", []),
    ],
)
def test_a_retired_phrase_is_seen(text: str, phrases: list[str]) -> None:
    assert retired(text) == phrases


def test_text_of_attributes_is_read_and_that_of_scripts_is_not() -> None:
    html = '<p title="Fifths" aria-label="a&amp;b">One</p><script>var x = \'fifths\'</script>'.replace(
        "'fifths'", "'x'"
    )
    assert all_text_of(html).split() == ["One", "Fifths", "a&b"]
