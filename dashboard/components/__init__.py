"""The parts that pages are built of: HTML as text, nothing of dash.

A page reads, top to bottom: ``heading`` (the question answered in words), ``controls``, the picture with its ``table``,
then ``provenance`` (method, source, dates, caveats). Pages import this package as ``ui``.
"""

from dashboard.components.areas import (
    area_link,
    elsewhere_section,
    fate_inset,
    former_form,
    onward,
    take_area_away,
    where_section,
)
from dashboard.components.benchmarks import benchmark_select
from dashboard.components.cards import age_badge, number_card, status
from dashboard.components.changes import changes_section
from dashboard.components.charts import chart, picture, traces_text
from dashboard.components.conditions import (
    condition_picture,
    dots_of,
    dots_words,
    illustrative_notice,
    not_loaded,
    people_table,
    served_table,
    stand_ins,
)
from dashboard.components.downloads import file_link, take_away
from dashboard.components.evidence import (
    area_evidence_section,
    indicator_evidence_section,
    intervention_entry,
    papers_list,
    programme_entry,
    strength_key,
)
from dashboard.components.forms import (
    area_type_select,
    controls,
    find_area_form,
    find_in_header,
    indicator_select,
    people_select,
    period_select,
    select,
)
from dashboard.components.geography import add_area_select, area_name, chosen_areas, parent_select
from dashboard.components.glossary import glossary, term, terms_of, words_used
from dashboard.components.headlines import headlines_section
from dashboard.components.ledger import ledger_section
from dashboard.components.lineage import lineage_section
from dashboard.components.profile import (
    MOST_LISTED,
    SPINE,
    figures_page,
    groups_table,
    spine_file,
    spine_section,
    standouts,
)
from dashboard.components.provenance import no_figures, provenance, what_is_missing
from dashboard.components.recovery import RecoveryParts, recovery_parts, recovery_section
from dashboard.components.releases import release_items, release_list
from dashboard.components.tables import table
from dashboard.components.tabs import about_tabs, area_tabs, explore_tabs, tabs
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
    "MOST_LISTED",
    "SPINE",
    "RecoveryParts",
    "about_tabs",
    "add_area_select",
    "age_badge",
    "area_evidence_section",
    "area_link",
    "area_name",
    "area_tabs",
    "area_type_select",
    "benchmark_select",
    "bullets",
    "changes_section",
    "chart",
    "chosen_areas",
    "condition_picture",
    "controls",
    "details",
    "dots_of",
    "dots_words",
    "elsewhere_section",
    "explore_tabs",
    "facts",
    "fate_inset",
    "figures_page",
    "file_link",
    "find_area_form",
    "find_in_header",
    "former_form",
    "glossary",
    "groups_table",
    "heading",
    "headlines_section",
    "illustrative_banner",
    "illustrative_notice",
    "illustrative_warning",
    "indicator_evidence_section",
    "indicator_select",
    "inset",
    "intervention_entry",
    "is_illustrative",
    "ledger_section",
    "lineage_section",
    "link",
    "no_figures",
    "not_loaded",
    "notes",
    "number_card",
    "onward",
    "papers_list",
    "paragraph",
    "parent_select",
    "people_select",
    "people_table",
    "period_select",
    "picture",
    "programme_entry",
    "provenance",
    "recovery_parts",
    "recovery_section",
    "release_items",
    "release_list",
    "section",
    "select",
    "served_table",
    "spine_file",
    "spine_section",
    "stand_ins",
    "standouts",
    "status",
    "strength_key",
    "table",
    "tabs",
    "tag",
    "take_area_away",
    "take_away",
    "term",
    "terms_of",
    "traces_text",
    "warning",
    "what_is_missing",
    "where_section",
    "words_used",
]
