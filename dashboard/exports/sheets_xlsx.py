"""Plain tables as a workbook (XLSX, ECMA-376), written with the standard library alone.

The library that writes packs takes tens of megabytes that a worker of the web app never gives back. A table of figures
needs none of what it can do: numbers as numbers, texts as texts (never as formulas), a bold heading that stays in view.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape, quoteattr

from indicators.plain_text import without_control_characters

Cell = str | float | int | bool | None
Sheet = tuple[str, Sequence[str], Iterable[Sequence[Cell]]]
"""Its name (31 characters at most), its headings, its rows."""
MIMETYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="12"/><name val="Arial"/></font>'
    '<font><b/><sz val="12"/><name val="Arial"/></font></fonts><fills count="1"><fill><patternFill patternType="none"/>'
    '</fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="2"><xf fontId="0"/><xf fontId="1" applyFont="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
_LONGEST = 32_767  # characters of a cell


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """The sheets as one workbook. Raises ValueError for a name that Excel refuses."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        names = [name for name, *_ in sheets]
        for name in names:
            if not 0 < len(name) <= 31 or set(name) & set("[]:*?/\\"):
                raise ValueError(f"sheet {name!r}: expected 1 to 31 characters without []:*?/\\")
        archive.writestr("[Content_Types].xml", _types(len(names)))
        archive.writestr("_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")]))
        archive.writestr("xl/workbook.xml", _book(names))
        targets = [("worksheet", f"worksheets/sheet{place}.xml") for place in range(1, len(names) + 1)]
        archive.writestr("xl/_rels/workbook.xml.rels", _relations([*targets, ("styles", "styles.xml")]))
        archive.writestr("xl/styles.xml", _STYLES)
        for place, (_, headings, rows) in enumerate(sheets, 1):
            with archive.open(f"xl/worksheets/sheet{place}.xml", "w") as part:
                part.write(_sheet_head(len(headings)).encode())
                part.write(_row(headings, 1, ' s="1"').encode())
                for number, row in enumerate(rows, 2):
                    part.write(_row(row, number).encode())
                part.write(b"</sheetData></worksheet>")
    return out.getvalue()


def _row(cells: Sequence[Cell], number: int, style: str = "") -> str:
    written = "".join(_cell(cell, style) for cell in cells)
    return f'<row r="{number}">{written}</row>'


def _cell(cell: Cell, style: str) -> str:
    if cell is None or cell == "":
        return f"<c{style}/>"
    if isinstance(cell, bool):
        return f'<c{style} t="b"><v>{int(cell)}</v></c>'
    if isinstance(cell, int | float):
        return f"<c{style}><v>{cell:.15g}</v></c>"
    text = escape(without_control_characters(cell)[:_LONGEST])
    return f'<c{style} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _sheet_head(columns: int) -> str:
    return (
        f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f'<cols><col min="1" max="{max(1, columns)}" width="20" customWidth="1"/></cols><sheetData>'
    )


def _book(names: Sequence[str]) -> str:
    sheets = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{place}" r:id="rId{place}"/>'
        for place, name in enumerate(names, 1)
    )
    return f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>{sheets}</sheets></workbook>'


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    links = "".join(
        f'<Relationship Id="rId{place}" Type="{_RELATIONS}/{kind}" Target="{target}"/>'
        for place, (kind, target) in enumerate(targets, 1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>'


def _types(sheets: int) -> str:
    start = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = "".join(
        f'<Override PartName="/xl/worksheets/sheet{place}.xml" ContentType="{start}.worksheet+xml"/>'
        for place in range(1, sheets + 1)
    )
    return (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{start}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{start}.styles+xml"/>{parts}</Types>'
    )
