"""What is known to help: interventions and local programmes with their sources, one TOML file each."""

from indicators.catalogue.shown import HEADLINES, Headline
from indicators.evidence.loading import Evidence, EvidenceError, load_evidence
from indicators.evidence.model import (
    STRENGTHS,
    Intervention,
    Paper,
    Piece,
    Programme,
    Source,
    Strength,
)

__all__ = [
    "HEADLINES",
    "STRENGTHS",
    "Evidence",
    "EvidenceError",
    "Headline",
    "Intervention",
    "Paper",
    "Piece",
    "Programme",
    "Source",
    "Strength",
    "load_evidence",
]
