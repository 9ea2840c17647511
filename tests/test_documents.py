"""README, CONTRIBUTING and the architecture page against the tree: every path they name is there, the picture is current."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bench import architecture

ROOT = Path(__file__).resolve().parents[1]
SVG = "{http://www.w3.org/2000/svg}"
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "docs/architecture.md")
TOP = ("app.py", "Makefile", "pyproject.toml", "constraints.txt", "gunicorn.conf.py", ".ci/", "geodata/", "indicators/", "etl/",
       "dashboard/", "assets/", "tests/", "bench/", "docs/")  # fmt: skip
# made by a command, and therefore not in the tree
MADE = ("build/",)


def named_paths(document: str) -> set[str]:
    """Paths that a document names: local links from its own folder, and words in code style that begin like a path."""
    text = (ROOT / document).read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text)
    folder = (ROOT / document).parent
    paths = {
        (folder / link).resolve().relative_to(ROOT).as_posix()
        for link in links
        if not re.match(r"\w+:", link)
    }
    words = re.findall(r"`([\w./*<>-]+)`", text)
    return paths | {word for word in words if word.startswith(TOP) and not word.startswith(MADE)}


def missing_paths(document: str) -> list[str]:
    """Those of them that are not in the tree."""
    return sorted(path for path in named_paths(document) if not any(ROOT.glob(path.rstrip("/"))))


def tree_of(document: str) -> set[str]:
    """The paths of the drawn tree of the architecture page."""
    text = (ROOT / document).read_text(encoding="utf-8")
    drawn = next(block for block in re.findall(r"```\n(.*?)```", text, re.DOTALL) if "app.py" in block)
    paths, package = set(), ""
    for line in drawn.splitlines():
        names = re.match(r"( *)((?:[\w.]+/?)(?: [\w.]+/)*)(?: {2,}|$)", line)
        assert names, line
        for name in names[2].split():
            if names[1]:
                paths.add(package + name)
            else:
                package = name
                paths.add(name)
    return paths


def test_the_documents_name_paths() -> None:
    assert {"docs/methods.md", "indicators/catalogue"} <= named_paths("README.md")
    assert {"etl/sources/base.py", "docs/architecture.md"} <= named_paths("CONTRIBUTING.md")
    assert len(named_paths("docs/architecture.md")) > 25
    assert {"geodata/tools/", "dashboard/queries/", "etl/deriving/", "app.py"} <= tree_of(
        "docs/architecture.md"
    )


@pytest.mark.parametrize(
    "document",
    [
        "README.md",
        "CONTRIBUTING.md",
        "docs/architecture.md",
    ],
)
def test_every_path_that_a_document_names_is_there(document: str) -> None:
    assert missing_paths(document) == []


def test_the_drawn_tree_is_the_tree() -> None:
    assert sorted(path for path in tree_of("docs/architecture.md") if not (ROOT / path).exists()) == []


def test_a_figure_is_followed_in_at_most_ten_files() -> None:
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    steps = re.findall(r"^\d+\. `[^`]+`", text.split("## Follow a figure")[1], re.MULTILINE)
    assert 5 <= len(steps) <= 10


# ---- the picture -----------------------------------------------------------------------------------------------


def described_imports(svg: str) -> set[tuple[str, str]]:
    """The pairs of rooms that the picture's description names, importing and imported."""
    description = ElementTree.fromstring(svg).findtext(f"{SVG}desc") or ""
    return set(re.findall(r"([\w/*]+) imports ([\w/*]+) \(", description))


def test_the_picture_shows_the_imports_of_the_code() -> None:
    drawn = architecture.PICTURE.read_text(encoding="utf-8")
    _, edges = architecture.room_imports()
    assert described_imports(drawn) == set(edges), "run: make architecture"


def test_the_picture_is_accessible_and_the_same_each_time() -> None:
    sizes, edges = architecture.room_imports()
    svg = architecture.draw(sizes, edges)
    assert svg == architecture.draw(dict(reversed(sizes.items())), dict(reversed(edges.items())))
    root = ElementTree.fromstring(svg)
    assert root.get("role") == "img"
    labels = {element.get("id") for element in root if element.tag in (f"{SVG}title", f"{SVG}desc")}
    assert set((root.get("aria-labelledby") or "").split()) == labels
    assert str(ROOT) not in svg


def test_rooms_stand_below_those_that_import_them() -> None:
    edges = {("a/x", "a/y"): 3, ("a/y", "a/x"): 1, ("a/x", "a/z"): 1, ("a/y", "a/z"): 2}
    assert architecture.layers(["a/z", "a/y", "a/x"], edges) == [["a/x"], ["a/y"], ["a/z"]]
    assert architecture.is_upward(("a/y", "a/x"), edges)
    assert not architecture.is_upward(("a/x", "a/y"), edges)
    assert architecture.shortest([("a/x", "a/y"), ("a/y", "a/z"), ("a/x", "a/z")]) == {
        ("a/x", "a/y"),
        ("a/y", "a/z"),
    }
