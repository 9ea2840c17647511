"""The counter of sentences, words and syllables, against texts counted by hand."""

from __future__ import annotations

import pytest

from bench import readability
from bench.readability import Mask, markdown_prose, measure, prose_of, sentences_of, syllables

BY_HAND = {
    "people": 2, "employment": 3, "indicator": 4, "statistics": 3, "percentage": 3, "published": 2, "area": 3, "areas": 3,
    "value": 2, "compared": 2, "needed": 2, "used": 1, "changes": 2, "figures": 2, "interval": 3, "confidence": 3, "table": 2,
    "released": 2, "situation": 4, "health": 1, "national": 3, "goal": 1, "treatment": 2, "people’s": 2, "worked": 1,
    "being": 2, "doing": 2, "science": 2, "create": 2, "serious": 3, "authority": 4, "council": 2, "idea": 3,
    "association": 5, "period": 3, "various": 3, "year": 1, "include": 2, "services": 3, "rates": 1, "statement": 2,
    "likely": 2, "higher": 2, "lower": 2, "disabled": 3, "condition": 3, "the": 1, "sea": 1, "quarterly": 3,
    "long-term": 2, "76.0%": 1, "NHS": 3, "GPs": 2, "don’t": 1, "available": 4, "approximate": 4, "significantly": 5,
}  # fmt: skip


@pytest.mark.parametrize(("word", "count"), BY_HAND.items())
def test_syllables_are_those_counted_by_hand(word: str, count: int) -> None:
    assert syllables(word) == count


def test_sentences_end_at_full_stops_and_not_inside_numbers_or_abbreviations() -> None:
    assert sentences_of("In 2023 it was 66.1%. Is that much? “No.” See St. Albans (v3.0). end") == [
        "In 2023 it was 66.1%.",
        "Is that much?",
        "“No.”",
        "See St․ Albans (v3.0). end",
    ]


def test_the_grade_of_a_text_is_the_one_worked_out_by_hand() -> None:
    found = measure(["The cat sat on the mat. It was happy."])
    # 9 words in 2 sentences, 10 syllables
    assert (found.sentences, found.words, found.syllables, found.most) == (2, 9, 10, 6)
    assert found.mean == 4.5
    assert found.grade == pytest.approx(0.39 * 4.5 + 11.8 * 10 / 9 - 15.59)
    assert found.longest == "The cat sat on the mat."


def test_labels_count_for_nothing_and_a_sentence_once() -> None:
    assert measure(["All areas", "It rose.", "It rose."]).sentences == 1
    assert measure(["one two three four five six seven eight nine"]).words == 9
    assert measure([]).grade == 0.0


def test_a_sentence_of_thirty_one_words_is_too_long() -> None:
    thirty = " ".join(["word"] * 30) + "."
    assert readability.too_long([thirty]) == []
    assert readability.too_long([f"One {thirty}"]) == [(31, f"One {thirty}")]


def test_names_are_masked_whole_the_longest_first() -> None:
    mask = Mask(["Leeds", "Leeds City Region", "it"])
    assert mask("Leeds City Region and Leeds: it, Leedsville") == "Name and Name: it, Leedsville"


def test_tables_menus_code_citations_and_hidden_words_are_left_out_of_a_page() -> None:
    html = (
        "<body><nav><p>Menu.</p></nav><main><h1>Head.</h1><p>Take <code>x y</code> <b>this</b>"
        "<span popover='auto'>Hidden.</span>.</p><table><caption>No.</caption><tr><td>No.</td></tr></table>"
        "<ul><li>First. <ul><li>Inner.</li></ul></li></ul><p class='wh-citation'>Paper.</p>"
        "<select><option>No.</option></select></main><footer><p>Foot.</p></footer></body>"
    )
    assert prose_of(html) == ["Take Name this.", "First.", "Inner.", "Foot."][:3]


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("Source: ONS, Local indicators.", True),
        ("ONS, Local indicators. Published 1 May 2024, loaded 2 June 2025. OGL.", True),
        ("2021-22-q4-v3.2: 156 rows left out.", True),
        ("Nottingham-wide: it rose in 2023.", False),
        ("It was 5% in 2023: a rise.", False),
    ],
)
def test_citations_are_known_by_their_form(text: str, is_one: bool) -> None:
    assert readability.is_citation(text) is is_one


def test_a_sentence_in_an_element_of_its_own_is_a_sentence_of_its_own() -> None:
    assert prose_of("<p>One.<span>Two.</span> <a>three</a>.</p>") == ["One. Two. three."]


def test_markdown_gives_its_paragraphs_and_points_alone() -> None:
    text = "# Head\n\nOne `x` and\n[two](three).\n\n- A **bold** point.\n- Next,\n  goes on.\n\n| a | b |\n\n```sh\nmake\n```\n"
    assert markdown_prose(text) == ["One Name and two.", "A bold point.", "Next, goes on."]
