"""Tables: one way to make them, with or without groups of rows."""

from __future__ import annotations

from dashboard.components.tables import figure_cell, table
from indicators.catalogue import catalogue


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
