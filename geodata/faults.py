"""What the register answers with where it does not know an area, a type or a year."""

from __future__ import annotations


class UnknownArea(LookupError):
    """No area of the register has that code (or not of that type)."""


class UnknownAreaType(LookupError):
    """No such area type."""


class UnknownVintage(LookupError):
    """The register does not hold that area type as far back as that year."""
