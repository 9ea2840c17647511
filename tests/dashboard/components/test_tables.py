"""Tables: one way to make them, with or without groups of rows."""

from __future__ import annotations

from dashboard.components import html
from dashboard.components.tables import figure_cell, grouped_table, table
from indicators.catalogue import catalogue

from ..reading import tree_of


def test_rows_stand_in_groups_under_headings_of_their_own() -> None:
    markup = grouped_table(
        "A <caption>",
        ["Name", {"t": "England", "h": "/areas/E92000001", "after": html.span("<role>"), "c": "first"}],
        [
            ("Work & pay", [[{"t": "Rate", "h": "/i"}, {"t": html.trusted("<b>76%</b>"), "c": "better"}]]),
            ("Health", [["Life", "5"], ["Lives", None]]),
        ],
        id="grid",
        label="Grid: A <caption>",
        look="wh-rug",
    )
    tree = tree_of(markup)
    region = tree.find(".//div[@role='region']")
    assert region is not None
    assert region.get("aria-label") == "Grid: A <caption>"
    assert region.get("class") == "wh-table-scroll wh-rug-scroll"
    assert [cell.get("scope") for cell in tree.iterfind(".//thead/tr/th")] == ["col", "col"]
    assert "&lt;role&gt;" in markup and "<b>76%</b>" in markup
    bodies = tree.findall(".//tbody")
    assert [len(body.findall("./tr")) for body in bodies] == [2, 3]
    groups = tree.findall(".//tr[@class='wh-rug-theme']/th[@scope='rowgroup']")
    assert ["".join(group.itertext()) for group in groups] == ["Work & pay", "Health"]
    assert {group.get("colspan") for group in groups} == {"2"}
    cell = tree.find(".//td[@class='better']")
    assert cell is not None and "".join(cell.itertext()) == "76%"
    assert [cell.get("scope") for cell in bodies[1].findall("./tr/th")[1:]] == ["row", "row"]


def test_a_table_that_is_not_grouped_may_be_sorted() -> None:
    markup = table("Caption", ["Name", {"label": "Value", "kind": "number"}], [["a", 1], ["b", 2]], id="t")
    assert 'data-sort="yes"' in markup
    assert 'aria-label="Table: Caption"' in markup
    assert "wh-visually-hidden" not in markup


def test_the_cell_of_a_figure_is_sorted_by_its_number_and_says_why_it_is_missing() -> None:
    rate = catalogue()["employment-rate"]
    assert figure_cell({"value": 66.123, "status": "ok"}, rate) == {"t": "66.1%", "s": 66.123}
    missing = figure_cell({"value": None, "status": "suppressed"}, rate)
    assert missing == {"t": "Hidden by the publisher (small numbers)", "s": None, "c": "wh-missing"}
