"""Dash components as plain HTML: the words that stand on the page before any script has run."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from dash.development.base_component import Component

_VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
_NAMES = {
    "className": "class",
    "htmlFor": "for",
    "tabIndex": "tabindex",
    "colSpan": "colspan",
    "rowSpan": "rowspan",
    # dash does not know these, so components carry them as data (kit.term)
    "data-popover-target": "popovertarget",
    "data-popover": "popover",
}
_SKIPPED = {
    "children",
    "n_clicks",
    "n_clicks_timestamp",
    "key",
    "loading_state",
    "setProps",
    "style",
    "href_lang",
}


def to_html(tree: Any) -> str:
    """HTML text of a tree of components; text is escaped. Parts that need scripts (graphs, stores) are left out."""
    if tree is None or isinstance(tree, bool):
        return ""
    if isinstance(tree, (str, int, float)):
        return escape(str(tree))
    if isinstance(tree, Component):
        return _component(tree)
    if isinstance(tree, Iterable):
        return "".join(to_html(part) for part in tree)
    raise TypeError(
        f"cannot render {type(tree).__name__} as HTML; expected a dash component, text or a list of them"
    )


def _component(component: Component) -> str:
    namespace = getattr(component, "_namespace", "")
    kind = getattr(component, "_type", "")
    props = {name: getattr(component, name) for name in component._prop_names if hasattr(component, name)}
    props.update(
        {name: value for name, value in vars(component).items() if name.startswith(("data-", "aria-"))}
    )
    children = props.get("children")
    if namespace == "dash_html_components":
        if "data-table" in props:
            return f'<div class="wh-table">{_table(json.loads(props["data-table"]))}</div>'
        if "data-svg" in props:
            # drawn by the server, with every text in it escaped; assets/drawn.js puts it in its place
            return f'<div class="{escape(props.get("className", ""), quote=True)}">{props["data-svg"]}</div>'
        if "data-html" in props:
            # HTML that the server wrote, with every text in it escaped; assets/drawn.js puts it in its place
            return f'<div class="{escape(props.get("className", ""), quote=True)}">{props["data-html"]}</div>'
        return _element(kind.lower(), props, children)
    if kind == "Link":
        props = {name: props[name] for name in ("href", "className", "title") if name in props}
        return _element("a", props, children if children is not None else props.get("href"))
    return ""


def _element(name: str, props: Mapping[str, Any], children: Any) -> str:
    attributes = "".join(_attribute(key, value) for key, value in props.items() if key not in _SKIPPED)
    if name in _VOID:
        return f"<{name}{attributes}>"
    return f"<{name}{attributes}>{to_html(children)}</{name}>"


def _attribute(key: str, value: Any) -> str:
    if value is None or value is False:
        return ""
    name = _NAMES.get(key, key if key.startswith(("data-", "aria-")) else key.lower())
    return f" {name}" if value is True else f' {name}="{escape(str(value), quote=True)}"'


def _table(spec: Mapping[str, Any]) -> str:
    """As ``assets/table.js`` draws it, without the buttons."""
    columns = spec["columns"]
    head = "".join(
        f'<th scope="col" class="{_cell_class(column)}">{escape(column["label"])}</th>' for column in columns
    )
    rows = []
    for row in spec["rows"]:
        cells = []
        for index, (cell, column) in enumerate(zip(row, columns, strict=False)):
            name = 'th scope="row"' if index == 0 else "td"
            extra = cell.get("c", "") if isinstance(cell, dict) else ""
            cells.append(f'<{name} class="{_cell_class(column)} {extra}">{_cell(cell)}</{name.split()[0]}>')
        rows.append(f"<tr>{''.join(cells)}</tr>")
    hidden = ' class="wh-visually-hidden"' if spec.get("hideCaption") else ""
    return (
        f'<div class="wh-table-scroll"><table><caption{hidden}>{escape(spec["caption"])}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>{_csv_link(spec)}"
    )


def _csv_link(spec: Mapping[str, Any]) -> str:
    if not spec.get("csv_address"):
        return ""
    address = escape(spec["csv_address"], quote=True)
    return (
        f'<a class="wh-button wh-button-secondary" href="{address}" download>Download these figures (CSV)</a>'
    )


def _cell_class(column: Mapping[str, Any]) -> str:
    return ("wh-number" if column.get("kind") == "number" else "") + (
        " wh-wide-only" if column.get("hide") else ""
    )


def _cell(cell: Any) -> str:
    if isinstance(cell, dict):
        words = escape(str(cell.get("t", "")))
        return (
            f'<a class="wh-link" href="{escape(cell["h"], quote=True)}">{words}</a>'
            if cell.get("h")
            else words
        )
    return "" if cell is None else escape(str(cell))
