"""What stands under a chart or a table to download it."""

from __future__ import annotations

from typing import Any

from dashboard.components import html
from dashboard.components.text import details

Component = Any


def to_downloads(chart_id: str) -> Component:
    """The button at the end of the control row that leads to what ``take_away`` offers under the chart."""
    return html.a(
        "Download", href=f"#{chart_id}-take", class_="wh-button wh-button-secondary wh-to-downloads"
    )


def take_away(
    chart_id: str,
    file_name: str,
    *,
    csv: str,
    embed: str | None = None,
    drawn: str | None = None,
    note: str = "",
    pictures: bool = True,
) -> Component:
    """What stands under a chart: PNG and SVG made in the browser, the CSV behind it, a link to it, code to embed it.

    chart_id  id given to ``chart`` or ``picture``
    csv       address of the figures, ``/csv/…``
    embed     address of the page that holds the chart; the chart alone is at ``/embed`` before it
    drawn     address of the SVG, where the server draws the whole picture (``Page.sheets``)
    note      what the files hold, where that is not all
    pictures  whether there is a picture to save, and not a table alone
    """
    name = f"{chart_id}-take"
    from_server = {"data-download-address": drawn} if drawn else {}
    saving: list[Component] = [
        html.button(
            f"Download {kind.upper()}",
            type="button",
            class_="wh-button wh-button-secondary wh-needs-script",
            **{
                "data-download-chart": chart_id,
                "data-download-kind": kind,
                "data-download-name": file_name,
                **from_server,
            },
        )
        for kind in (() if not pictures else ("png",) if drawn else ("png", "svg"))
    ]
    if drawn:
        saving.append(file_link(drawn, "Download SVG"))
    return html.div(
        [
            html.p("Download this chart", id=name, class_="wh-label", tabindex="-1"),
            html.div(
                [
                    *saving,
                    file_link(csv, "Download CSV"),
                    file_link(for_excel(csv), "CSV for Excel"),
                    html.button(
                        "Copy link",
                        type="button",
                        class_="wh-button wh-button-secondary wh-needs-script",
                        data_copy="link",
                    ),
                ]
            ),
            html.p(note, class_="wh-hint") if note else None,
            *([_embed_code(chart_id, embed)] if embed else []),
            html.p(role="status", class_="wh-hint wh-status"),
        ],
        role="group",
        class_="wh-downloads",
        aria_labelledby=name,
    )


def for_excel(address: str) -> str:
    """The address of a CSV with the mark by which Excel knows UTF-8: without it, £ and – are two or three odd signs."""
    return f"{address}{'&' if '?' in address else '?'}format=csv-excel"


def file_link(address: str, words: str, *, plain: bool = False) -> Component:
    """A link that saves a file that the server makes: a CSV, or a whole picture; as a button unless ``plain``."""
    return html.a(
        words,
        href=address,
        download="",
        class_="wh-link" if plain else "wh-button wh-button-secondary",
    )


def _embed_code(chart_id: str, page: str) -> Component:
    path, _, query = page.partition("?")
    address = f"/embed{path}/{chart_id}" + (f"?{query}" if query else "")
    return html.div(
        details(
            "Embed this chart in a web page",
            html.p("The frame always shows the newest figures, with their source and a link back."),
            html.pre(
                # assets/takeaway.js writes the code, since only the browser knows the address of this service
                html.code("", data_embed=address),
                class_="wh-code",
                tabindex="0",
                aria_label="Code to embed this chart",
            ),
            html.button(
                "Copy code",
                type="button",
                class_="wh-button wh-button-secondary",
                data_copy="code",
            ),
        ),
        class_="wh-needs-script",
    )
