"""HTML as text: escaping, attributes, tables, and finding an element again."""

from __future__ import annotations

from typing import Any

import pytest
from dash import html as dash_html
from hypothesis import given
from hypothesis import strategies as st

from dashboard import components as ui
from dashboard.components import html
from tests.dashboard.reading import figure_of, table_of, words_of


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (html.p(["a < b", html.strong("c")], class_="x"), '<p class="x">a &lt; b<strong>c</strong></p>'),
        (html.label("L", for_="f"), '<label for="f">L</label>'),
        (html.div(aria_label='q"q'), '<div aria-label="q&#34;q"></div>'),
        (
            html.div(**{"data-x": 1, "hidden": True, "title": None, "lang": False}),
            '<div data-x="1" hidden></div>',
        ),
        (ui.link("to", "/x?a=1&b=2"), '<a href="/x?a=1&amp;b=2" class="wh-link">to</a>'),
        (html.br(), "<br>"),
        (html.text_of(None), ""),
        (html.text_of([3.5, " ", 0, False]), "3.5 0"),
        (html.text_of(word for word in ("a", "&")), "a&amp;"),
    ],
)
def test_elements_as_text(made: str, text: str) -> None:
    assert made == text


@pytest.mark.parametrize("child", [object(), {"a": 1}, b"bytes", dash_html.P("a component of dash")])
def test_what_is_no_markup_is_refused(child: Any) -> None:
    with pytest.raises(TypeError, match="expected text, markup or a list"):
        html.p(child)


@given(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc"))))
def test_any_text_is_read_back_as_it_was(text: str) -> None:
    made = html.p(text, title=text)
    assert words_of(made) == " ".join(text.split())
    assert made.count("<") == 2


def test_a_table_is_whole_without_scripts() -> None:
    columns: list[Any] = ["A", {"label": "B", "kind": "number"}, {"label": "C", "hide": True}]
    rows: list[list[Any]] = [
        [{"t": "x", "h": "/x"}, 1.5, {"t": "–", "s": None}],
        ["<y>", None, {"t": "2%", "s": 2.0, "c": "wh-note"}],
    ]
    made = ui.table("C < D", columns, rows, id="t")
    table = table_of(made, "t")
    assert table.caption == "C < D"
    assert table.headings == ["A", "B", "C"]
    assert table.rows == [["x", "1.5", "–"], ["<y>", "", "2%"]]
    assert '<th scope="row"><a class="wh-link" href="/x">x</a></th>' in made
    assert 'data-s="1.5" class="wh-number">1.5<' in made
    assert 'data-s="" class="wh-wide-only">–<' in made
    assert 'data-s="2.0" class="wh-wide-only wh-note">2%<' in made
    assert 'data-sort="yes"' in made and "download" not in made


def test_a_table_of_one_row_is_not_sorted_and_a_file_of_the_server_is_linked() -> None:
    made = ui.table("C", ["A"], [["x"]], id="t", csv="/csv/x?a=1&b=2")
    assert "data-sort" not in made
    assert 'href="/csv/x?a=1&amp;b=2" download>Download these figures (CSV)</a>' in made


def test_a_row_that_does_not_fit_its_columns_is_an_error() -> None:
    with pytest.raises(ValueError, match="zip"):
        ui.table("C", ["A", "B"], [["x"]], id="t")


@pytest.mark.parametrize("name", ["</script><b>", "<!--<script>", "a < b & c", "<b>bold</b>"])
def test_a_chart_ends_no_script_early_and_is_read_back_as_it_was(name: str) -> None:
    made = ui.chart("c", {"data": [{"name": name}], "layout": {}}, "What it shows")
    assert made.count("</script>") == 1
    assert "<!" not in made
    assert figure_of(made, "c") == {"data": [{"name": name}], "layout": {}}


def test_an_element_is_found_with_all_that_it_holds() -> None:
    page = html.div([html.div([html.div("in"), html.br()], id="a", class_="x"), html.p("after", id="b")])
    assert html.element_with_id(page, "a") == '<div id="a" class="x"><div>in</div><br></div>'
    assert html.element_with_id(page, "b") == '<p id="b">after</p>'
    assert html.element_with_id(page, "c") is None
