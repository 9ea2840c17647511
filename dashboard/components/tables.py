"""The one way to make a table: HTML that the server writes, to which ``assets/table.js`` adds sorting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard import sentences
from dashboard.address.root import at_root
from dashboard.components import html
from dashboard.components.html import escape
from dashboard.components.text import skip_link
from indicators.catalogue import Indicator

Component = Any


def table(
    caption: str,
    columns: Sequence[str | dict[str, Any]],
    rows: Sequence[Sequence[Any]],
    *,
    id: str,
    sort: bool = True,
    csv: str | None = None,
    hide_caption: bool = False,
    skip: bool = False,
) -> Component:
    """A table of any length, in a region that scrolls and takes the focus.

    columns   a heading, or {"label": …, "kind": "text"|"number", "hide": True on narrow screens}.
    rows      cells: text, or a number for a number column, or
              {"t": words, "s": value to sort by, "h": href, "after": markup behind the words, "c": css class}.
              The first cell of a row is its heading.
    sort      gives every heading a button that sorts (aria-sort says which way).
    skip      offers a way past it by keyboard: for a table with a link in each of many rows.
    csv       offers "Download these figures (CSV)" from this address: unrounded, with codes, limits, sources and dates.
    """
    described = [{"label": column} if isinstance(column, str) else column for column in columns]
    classes = [_column_class(column) for column in described]
    body = "".join([_row(row, classes) for row in rows])
    head = "".join(
        [_heading(column, name) for column, name in zip(described, classes, strict=True)],
    )
    end = f"{id}-end"
    return html.div(
        [
            skip_link("Skip the table", end) if skip else None,
            _scrolling(
                f"Table: {caption}", caption, head, f"<tbody>{body}</tbody>", hide_caption=hide_caption
            ),
            html.span(id=end, tabindex="-1") if skip else None,
            _saving(csv),
        ],
        id=id,
        class_="wh-table",
        data_sort="yes" if sort and len(rows) > 1 else None,
    )


def _scrolling(
    label: str,
    caption: str,
    head: str,
    bodies: str,
    *,
    hide_caption: bool,
) -> Component:
    """The table itself in a region that scrolls and takes the focus; ``head`` and ``bodies`` are markup."""
    hidden = ' class="wh-visually-hidden"' if hide_caption else ""
    return html.trusted(
        f'<div class="wh-table-scroll" tabindex="0" role="region" aria-label="{escape(label)}"><table>'
        f"<caption{hidden}>{escape(caption)}</caption><thead><tr>{head}</tr></thead>{bodies}</table></div>"
    )


def figure_cell(row: Mapping[str, Any], indicator: Indicator) -> dict[str, Any]:
    """The cell of a figure: its value in words, to be sorted by its number; or why there is none."""
    if row["value"] is None:
        return {"t": sentences.value_words(None, indicator, row["status"]), "s": None, "c": "wh-missing"}
    return {"t": sentences.short_value_words(row["value"], indicator), "s": real_value(row)}


def real_value(row: Mapping[str, Any], key: str = "value") -> float | None:
    """What a figure is sorted by: nothing where it is illustrative, which then stands last either way."""
    number: float | None = None if row["status"] == "illustrative" else row[key]
    return number


def _saving(csv: str | None) -> Component:
    if not csv:
        return None
    return html.a(
        "Download these figures (CSV)", class_="wh-button wh-button-secondary", href=csv, download=True
    )


def _column_class(column: Mapping[str, Any]) -> str:
    names = [
        name for name, wanted in (("wh-number", column.get("kind") == "number"), ("wh-wide-only", column.get("hide"))) if wanted
    ]  # fmt: skip
    return " ".join(names)


def _heading(column: Mapping[str, Any], name: str) -> str:
    given = html.attributes_text({"class": name or None})
    return f'<th scope="col"{given}>{escape(column["label"])}</th>'


def _row(row: Sequence[Any], classes: Sequence[str]) -> str:
    heading = _cell(row[0], classes[0], "th", ' scope="row"')
    cells = [_cell(cell, name, "td", "") for cell, name in zip(row[1:], classes[1:], strict=True)]
    return f"<tr>{heading}{''.join(cells)}</tr>"


def _cell(cell: Any, name: str, element: str, given: str) -> str:
    kind = type(cell)
    if kind is str:
        words = escape(cell)
    elif kind is dict:
        words = escape(cell.get("t", ""))
        own = cell.get("c")
        if own:
            name = f"{name} {own}" if name else own
        if "s" in cell:
            value = cell["s"]
            given = f'{given} data-s="{"" if value is None else escape(str(value))}"'
        if "h" in cell:
            words = f'<a class="wh-link" href="{escape(at_root(cell["h"]))}">{words}</a>'
        if "after" in cell:
            words += html.text_of(cell["after"])
    elif cell is None:
        words = ""
    elif kind is int or kind is float:
        words = str(cell)
        given = f'{given} data-s="{cell}"'
    else:
        words = html.text_of(cell)
    if name:
        given = f'{given} class="{name}"'
    return f"<{element}{given}>{words}</{element}>"
