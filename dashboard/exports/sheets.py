"""Worksheets as the Analysis Function's guidance on accessible spreadsheets asks: one named table a sheet, from column A.

Titles and tables are marked up, text is Arial of at least 12 points and wrapped, no cell of a table is blank, nothing
is merged, frozen, hidden or told by colour alone, and each sheet prints as wide as one page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from dashboard.exports.figures import FORMULA
from indicators.plain_text import without_control_characters

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

FONT = "Arial"
HIDDEN, NOT_AVAILABLE, UNRELIABLE, NOT_APPLICABLE = "[c]", "[x]", "[u]", "[z]"
SHORTHAND = {
    HIDDEN: "hidden by the publisher, because the numbers are small",
    NOT_AVAILABLE: "not available",
    UNRELIABLE: "too uncertain to publish",
    NOT_APPLICABLE: "not applicable",
}
"""What stands in cells that would be blank, as the Government Analysis Function writes it."""
_OF_STATUS = {"suppressed": HIDDEN, "unreliable": UNRELIABLE}
_WIDTH = 16.0  # characters, of a column that says none
_WIDE = 60.0  # from here on sentences above the table are wrapped
_DAY = "d mmmm yyyy"


class Figure(NamedTuple):
    """A number with its format in Excel, such as ``0.0"%"``."""

    value: float
    form: str


class Link(NamedTuple):
    """Text that leads to another sheet, or to an address."""

    words: str
    to: str


Cell = str | float | int | date | Figure | Link | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet before it is written.

    name     of the sheet, at most 31 characters, each once in a workbook
    table    name of its table in Excel: letters, digits and underscores
    above    sentences between title and table, a cell each
    widths   of the columns, in characters; others have the width of most
    is_printed  whether its rows are printed; else its title and headings alone
    """

    name: str
    title: str
    table: str
    above: Sequence[str]
    headings: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    widths: Sequence[float] = field(default=())
    is_printed: bool = True

    @property
    def heading_row(self) -> int:
        """The row of the headings; the first is 1."""
        return len(self.above) + 2


def shorthand(status: str) -> str:
    """What stands for a value that is not there, by the status of its figure."""
    return _OF_STATUS.get(status, NOT_AVAILABLE)


def prepare(book: Workbook) -> None:
    """Give a new workbook its styles: ordinary text, titles, headings of tables and links."""
    from openpyxl.styles import Alignment, Border, Font, NamedStyle, Side

    # the only way to the style of cells that have none of their own
    book._named_styles["Normal"].font = Font(name=FONT, size=12)  # type: ignore[attr-defined]
    book._fonts[0] = Font(name=FONT, size=12)  # type: ignore[attr-defined]
    line = Border(bottom=Side("medium"))
    wrapped = Alignment(wrap_text=True, vertical="top")
    for style in (
        NamedStyle("Heading 1", Font(name=FONT, size=16, bold=True), builtinId=16),
        NamedStyle("Table heading", Font(name=FONT, size=12, bold=True), border=line, alignment=wrapped),
        NamedStyle("Text", Font(name=FONT, size=12), alignment=wrapped),
        NamedStyle("Hyperlink", Font(name=FONT, size=12, underline="single", color="1D4F91"), alignment=wrapped, builtinId=8),
    ):  # fmt: skip
        book.add_named_style(style)


def write(book: Workbook, sheet: Sheet) -> Worksheet:
    """Add a sheet to a workbook that was prepared."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.table import Table, TableStyleInfo

    page: Worksheet = book.create_sheet(sheet.name)
    _write(page, 1, 1, sheet.title, "Heading 1")
    for number, words in enumerate(sheet.above, 2):
        # over a narrow column it runs on over the empty cells beside it
        is_wide = sheet.widths and sheet.widths[0] >= _WIDE
        _write(page, number, 1, words, "Text" if is_wide else "Normal")
    first = sheet.heading_row
    for column, words in enumerate(sheet.headings, 1):
        _write(page, first, column, words, "Table heading")
        width = sheet.widths[column - 1] if column <= len(sheet.widths) else _WIDTH
        page.column_dimensions[get_column_letter(column)].width = width
    for number, cells in enumerate(sheet.rows, first + 1):
        for column, (value, _) in enumerate(zip(cells, sheet.headings, strict=True), 1):
            _write(page, number, column, value, "Text")
    if sheet.rows:
        end = f"{get_column_letter(len(sheet.headings))}{first + len(sheet.rows)}"
        table = Table(displayName=sheet.table, ref=f"A{first}:{end}")
        table.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=False)
        page.add_table(table)
    _set_up_print(page, sheet)
    return page


def _set_up_print(page: Worksheet, sheet: Sheet) -> None:
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = page.PAPERSIZE_A4
    page.page_setup.fitToWidth = 1
    page.page_setup.fitToHeight = 0  # as many as it takes
    if not sheet.is_printed:
        page.print_area = f"A1:{page.cell(sheet.heading_row, len(sheet.headings)).coordinate}"
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_title_rows = f"{sheet.heading_row}:{sheet.heading_row}"
    margins = page.page_margins
    margins.left = margins.right = margins.top = margins.bottom = 0.4  # inches
    margins.header = margins.footer = 0.2


def _write(page: Worksheet, row: int, column: int, value: Cell, style: str) -> None:
    """Write a cell; a text that opens like a formula is marked as text, as an apostrophe does by hand."""
    link: Link | None = value if isinstance(value, Link) else None
    written: Any = link.words if link else value
    form = "General"
    if isinstance(written, Figure):
        written, form = written
    if written is None or written == "":
        written = NOT_APPLICABLE
    if isinstance(written, str):
        # a store may hold texts from before they were refused
        written = without_control_characters(written)
    cell = page.cell(row, column, written)
    cell.style = "Hyperlink" if link else style
    if isinstance(written, str):
        cell.data_type = "s"
        if written.startswith(FORMULA):
            cell.quotePrefix = True
    elif isinstance(written, date):
        cell.number_format = _DAY
    else:
        cell.number_format = form
    if link:
        cell.hyperlink = link.to
        cell.style = "Hyperlink"
        cell.quotePrefix = str(written).startswith(FORMULA)  # the style took it away
