"""The parts that pages are built of: HTML as text, nothing of dash.

A page reads, top to bottom: ``heading`` (the question answered in words), ``controls``, the picture with its ``table``,
then ``provenance`` (method, source, dates, caveats). Pages import this package as ``ui``.
"""

from dashboard.components.charts import chart, picture
from dashboard.components.downloads import file_link, take_away
from dashboard.components.forms import (
    area_type_select,
    controls,
    find_area_form,
    indicator_select,
    people_select,
    period_select,
    select,
)
from dashboard.components.geography import add_area_select, area_name, chosen_areas
from dashboard.components.glossary import glossary, term, terms_of, words_used
from dashboard.components.provenance import no_figures, provenance
from dashboard.components.tables import table
from dashboard.components.text import (
    bullets,
    details,
    facts,
    heading,
    illustrative_banner,
    illustrative_warning,
    inset,
    is_illustrative,
    link,
    notes,
    paragraph,
    section,
    tag,
    warning,
)

__all__ = [
    "add_area_select",
    "area_name",
    "area_type_select",
    "bullets",
    "chart",
    "chosen_areas",
    "controls",
    "details",
    "facts",
    "file_link",
    "find_area_form",
    "glossary",
    "heading",
    "illustrative_banner",
    "illustrative_warning",
    "indicator_select",
    "inset",
    "is_illustrative",
    "link",
    "no_figures",
    "notes",
    "paragraph",
    "people_select",
    "period_select",
    "picture",
    "provenance",
    "section",
    "select",
    "table",
    "tag",
    "take_away",
    "term",
    "terms_of",
    "warning",
    "words_used",
]
