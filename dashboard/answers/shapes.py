"""Answers about the shapes that a map is drawn with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Shapes:
    """One ready drawing of the areas of a type.

    view        official boundaries, approximate outlines or hexagons (values of the key ``view``)
    vintage     the year whose areas are drawn
    compressed  the drawing as JSON, compressed with brotli: each worker keeps all that it drew
    etag        of the content
    area_codes  in drawing order, which is by name; ``names`` by code
    regions     by code the name of the region that holds most of an area; ``region_words`` is what such a region is called
    """

    view: str
    area_type: str
    vintage: int
    compressed: bytes
    etag: str
    area_codes: tuple[str, ...]
    names: Mapping[str, str]
    regions: Mapping[str, str] = field(default_factory=dict)
    region_words: str = ""

    @property
    def url(self) -> str:
        """With the content's tag: a browser may keep it for good."""
        return f"/geometry/{self.view}/{self.area_type}-{self.vintage}.json?v={self.etag}"

    def outlines_url(self, parent_type: str) -> str:
        """Of the borders of one type of parent over these areas."""
        return f"{self.url}&outline={parent_type}"
