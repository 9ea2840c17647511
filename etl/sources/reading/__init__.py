"""Tools every parser reads with: text tables, workbooks, number cells, names of periods, codes of areas.

Every refusal is a BadFile or a ReleaseChanged that names the file, the row or column, the value and what
was expected.
"""

from etl.sources.reading.areas import (
    ENGLAND,
    NHS_ORGANISATIONS,
    UNITED_KINGDOM,
    nhs_area_code,
    of_held_kinds,
    outside_england,
    refuse_unknown_areas,
)
from etl.sources.reading.attempts import Attempts
from etl.sources.reading.cells import (
    Tally,
    looks_like_area,
    number,
    numbers,
    refuse_duplicates,
    slug,
    unknown_areas,
    unmatched,
)
from etl.sources.reading.files import files_below
from etl.sources.reading.periods import (
    calendar_year,
    financial_year,
    month,
    month_number,
    span,
    whole_months,
    year_in_name,
    year_in_text,
)
from etl.sources.reading.tables import (
    check_columns,
    csv_chunks,
    header_of,
    open_parquet,
    read_csv,
    read_parquet,
    read_text,
)
from etl.sources.reading.workbooks import first_cells, open_workbook, sheet, sheet_cells, sheets_of

__all__ = [
    "ENGLAND",
    "NHS_ORGANISATIONS",
    "UNITED_KINGDOM",
    "Attempts",
    "Tally",
    "calendar_year",
    "check_columns",
    "csv_chunks",
    "files_below",
    "financial_year",
    "first_cells",
    "header_of",
    "looks_like_area",
    "month",
    "month_number",
    "nhs_area_code",
    "number",
    "numbers",
    "of_held_kinds",
    "open_parquet",
    "open_workbook",
    "outside_england",
    "read_csv",
    "read_parquet",
    "read_text",
    "refuse_duplicates",
    "refuse_unknown_areas",
    "sheet",
    "sheet_cells",
    "sheets_of",
    "slug",
    "span",
    "unknown_areas",
    "unmatched",
    "whole_months",
    "year_in_name",
    "year_in_text",
]
