"""Every source of figures by its id, in the order in which they are loaded."""

from __future__ import annotations

from pathlib import Path

from etl.sources import (
    ascof,
    census_2021,
    deprivation,
    disabled_employment,
    dwp_stat_xplore,
    fingertips,
    fit_notes,
    gp_patient_survey,
    local_upload,
    mhsds,
    national_facts,
    nhs_mental_health_dashboard,
    nhs_talking_therapies,
    nhs_talking_therapies_employment,
    nhs_talking_therapies_sub_icb,
    nomis_aps,
    nomis_aps_north,
    nomis_aps_t01,
    ons_geography,
    ons_local_indicators,
    ons_sdg,
    qof,
)
from etl.sources.base import BoundarySource, Source

SOURCES: dict[str, Source] = {
    source.info.source_id: source
    for source in (
        ons_local_indicators.source,
        nomis_aps_t01.source,
        nomis_aps.source,
        nomis_aps_north.source,
        nhs_talking_therapies.source,
        nhs_talking_therapies_employment.source,
        nhs_talking_therapies_sub_icb.source,
        nhs_mental_health_dashboard.source,
        mhsds.source,
        ascof.source,
        fingertips.source,
        fit_notes.source,
        qof.source,
        gp_patient_survey.source,
        census_2021.source,
        deprivation.source,
        dwp_stat_xplore.source,
        national_facts.source,
        disabled_employment.source,
        ons_sdg.source,
        local_upload.source,
    )
}
"""Figures by source id. ``bundled`` of a source, where it has one, is a folder of files kept with the project."""

BOUNDARY_SOURCES: dict[str, BoundarySource] = {ons_geography.source.info.source_id: ons_geography.source}
"""Boundaries by source id: drawn into the data folder, not measured."""


def with_local(folder: Path | None) -> dict[str, Source]:
    """The sources of figures, the user's own read from ``folder`` (``WORKHEALTH_LOCAL_DIR``) where it is set."""
    if folder is None:
        return dict(SOURCES)
    return {**SOURCES, local_upload.source.info.source_id: local_upload.LocalFolder(folder)}


def boundary_sources(geography_url: str) -> dict[str, BoundarySource]:
    """The sources of boundaries, whose services are at this address (``WORKHEALTH_GEOGRAPHY_URL``)."""
    return {ons_geography.source.info.source_id: ons_geography.OnsGeography(geography_url)}
