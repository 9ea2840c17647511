"""Prose: Markdown in the parts of a page, with nothing unsafe and nothing left out in silence."""

from __future__ import annotations

import re

import pytest

from dashboard.components import html
from dashboard.components.prose import FOLDER, BadProse, prose, render
from tests.dashboard.reading import find, tree_of, words_of


def page(text: str, **parts: object) -> str:
    return str(render("test", text).page(parts))


def test_title_lead_sections_and_lists_are_those_of_other_pages() -> None:
    text = page(
        "# Title\n\nLead.\n\n## One {#one}\n\nWords that\ngo on.\n\n- a\n- b\n\n### Inside\n\n> Set *apart*.\n"
    )
    assert '<h1 class="wh-h1" tabindex="-1">Title</h1>' in text
    assert '<p class="wh-lead">Lead.</p>' in text
    section = find(text, "one")
    assert section is not None and section.attrib["class"] == "wh-section"
    assert words_of(section) == "One Words that go on. a b Inside Set apart ."
    assert [node.attrib["class"] for node in section.iter("ul")] == ["wh-list"]
    assert render("test", "# T\n\n## One {#one}\n\n## Two").headings == (("One", "one"),)


def test_a_heading_may_fold_the_rest_of_its_section_away() -> None:
    text = page("# T\n\n## One\n\nOpen.\n\n### More {details}\n\nFolded.\n\n## Two\n\nNext.")
    (folded,) = tree_of(text).iter("details")
    assert words_of(folded) == "More Folded."


def test_a_table_without_headings_is_a_list_of_names_and_meanings() -> None:
    text = page("# T\n\n## One\n\n| | |\n|---|---|\n| A | is {{what}} |\n| B | is c |", what=html.strong("b"))
    (facts,) = tree_of(text).iter("dl")
    assert [words_of(node) for node in facts.iter("dd")] == ["is b", "is c"]
    with pytest.raises(BadProse, match=r"test\.md: a table with headings"):
        page("# T\n\n| A | B |\n|---|---|\n| 1 | 2 |")


def test_parts_stand_in_a_line_of_their_own_or_within_one() -> None:
    text = page("# T\n\n{{whole}}\n\n## One\n\nWithin {{a}}.", whole=html.div("w", id="w"), a="<5")
    assert '<p class="wh-body">Within &lt;5.</p>' in text
    assert find(text, "w") is not None and '<p class="wh-lead"><div' not in text


@pytest.mark.parametrize("parts", [{}, {"a": "1", "b": "2"}, {"b": "2"}])
def test_a_part_that_is_missing_or_not_wanted_is_an_error(parts: dict[str, str]) -> None:
    with pytest.raises(BadProse, match=r"test\.md: needs the parts \['a'\]"):
        page("# T\n\n{{a}}", **parts)


def test_raw_html_is_text() -> None:
    text = page("# T\n\n## One\n\n<script>alert(1)</script> and <b>b</b>")
    assert "<script" not in text and "&lt;script&gt;alert(1)&lt;/script&gt;" in text


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "JAVASCRIPT:alert(1)", "data:text/html,x", "//other.example", "http://a.example", "map"]
)  # fmt: skip
def test_a_link_leads_into_the_service_or_to_https(href: str) -> None:
    with pytest.raises(BadProse, match=r"test\.md: a link to"):
        page(f"# T\n\n[words]({href})")


def test_links_and_terms() -> None:
    text = page(
        "# T\n\n## One {#one}\n\n[Map](/map?view=hex) [OGL](https://a.example) [](term:icb) [it](term:icb)"
    )
    assert '<a href="/map?view=hex" class="wh-link">Map</a>' in text
    assert text.count('popovertarget="term-icb-one"') == 2
    with pytest.raises(BadProse, match="no term 'nothing'"):
        page("# T\n\n[x](term:nothing)")


@pytest.mark.parametrize("block", ["1. one", "```\ncode\n```", "---", "![alt](/a.png)", "- a\n\n  b"])
def test_what_cannot_be_shown_is_an_error(block: str) -> None:
    with pytest.raises(BadProse, match=r"test\.md: "):
        page(f"# T\n\n## One\n\n{block}")


def test_a_file_begins_with_its_title() -> None:
    with pytest.raises(BadProse, match="does not begin with its title"):
        page("Words.")


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.md")), ids=lambda path: path.stem)
def test_every_file_is_rendered_once_and_its_ids_are_its_own(path) -> None:  # type: ignore[no-untyped-def]
    text = prose(path.stem)
    assert text is prose(path.stem)
    ids = re.findall(r' id="([^"]+)"', "".join(text.pieces[::2]))
    assert len(ids) == len(set(ids))
