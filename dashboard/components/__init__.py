"""The parts that pages are built of: HTML as text, nothing of dash.

A page reads, top to bottom: ``heading`` (the question answered in words), ``controls``, the picture with its ``table``,
then ``provenance`` (method, source, dates, caveats). Pages import this package as ``ui``.
"""

from dashboard.components.area_figures import MOST_LISTED, groups_table, in_words, main_figures
from dashboard.components.area_heading import area_heading
from dashboard.components.area_similar import similar_section
from dashboard.components.area_sources import method_section, sources_section
from dashboard.components.area_summary import covering_section, more_section, newest_section, similar_summary
from dashboard.components.area_trends import small_multiples
from dashboard.components.areas import (
    area_link,
    elsewhere_section,
    fate_inset,
    former_form,
    no_figures_inset,
    unknown_area_problem,
    what_became,
    where_section,
)
from dashboard.components.benchmarks import benchmark_select
from dashboard.components.borders import borders_section
from dashboard.components.cards import age_badge, number_card, status
from dashboard.components.changes import changes_section
from dashboard.components.charts import chart, picture
from dashboard.components.conditions import (
    WORK,
    dumbbells,
    gap_row,
    gap_scale,
    help_cards,
    illustrative_notice,
    people_table,
    picture_files,
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
from dashboard.components.finding import found_places
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
from dashboard.components.not_summed import how_summed_section, not_summed_section
from dashboard.components.profile import SPINE, Key, key_figures, key_of, spine_file, spine_section
from dashboard.components.provenance import no_figures, provenance, what_is_missing
from dashboard.components.recovery import RecoveryParts, recovery_parts, recovery_section
from dashboard.components.releases import release_items, release_list
from dashboard.components.reports import report_problem
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
    "WORK",
    "Key",
    "RecoveryParts",
    "about_tabs",
    "add_area_select",
    "age_badge",
    "area_evidence_section",
    "area_heading",
    "area_link",
    "area_name",
    "area_tabs",
    "area_type_select",
    "benchmark_select",
    "borders_section",
    "bullets",
    "changes_section",
    "chart",
    "chosen_areas",
    "controls",
    "covering_section",
    "details",
    "dumbbells",
    "elsewhere_section",
    "explore_tabs",
    "facts",
    "fate_inset",
    "file_link",
    "find_area_form",
    "find_in_header",
    "former_form",
    "found_places",
    "gap_row",
    "gap_scale",
    "glossary",
    "groups_table",
    "heading",
    "headlines_section",
    "help_cards",
    "how_summed_section",
    "illustrative_banner",
    "illustrative_notice",
    "illustrative_warning",
    "in_words",
    "indicator_evidence_section",
    "indicator_select",
    "inset",
    "intervention_entry",
    "is_illustrative",
    "key_figures",
    "key_of",
    "ledger_section",
    "lineage_section",
    "link",
    "main_figures",
    "method_section",
    "more_section",
    "newest_section",
    "no_figures",
    "no_figures_inset",
    "not_summed_section",
    "notes",
    "number_card",
    "papers_list",
    "paragraph",
    "parent_select",
    "people_select",
    "people_table",
    "period_select",
    "picture",
    "picture_files",
    "programme_entry",
    "provenance",
    "recovery_parts",
    "recovery_section",
    "release_items",
    "release_list",
    "report_problem",
    "section",
    "select",
    "served_table",
    "similar_section",
    "similar_summary",
    "small_multiples",
    "sources_section",
    "spine_file",
    "spine_section",
    "stand_ins",
    "status",
    "strength_key",
    "table",
    "tabs",
    "tag",
    "take_away",
    "term",
    "terms_of",
    "unknown_area_problem",
    "warning",
    "what_became",
    "what_is_missing",
    "where_section",
    "words_used",
]
