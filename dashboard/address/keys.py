"""The keys of an address, described once."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

SERVICE = "Work and health indicators"

VIEW_KEYS = (
    "indicator",
    "area_type",
    "area",
    "parent",
    "period",
    "benchmark",
    "view",
    "shading",
    "chart",
    "sex",
    "age",
    "breakdown",
    "with",
    "since",
    "outline",
    "zoom",
)
"""What ``dashboard.address.view`` reads, in the order in which an address is written."""
OWN_KEYS = ("q",)
"""What a page of its own reads besides: the words looked for."""
_KNOWN = frozenset((*VIEW_KEYS, *OWN_KEYS))


def known_query(query: str) -> str:
    """The query of a page's address without keys that no page reads, so that they make no new cache entry.

    ``?area=E06000018&utm_source=mail`` → ``area=E06000018``. A query of known keys alone is returned as it is.
    """
    text = query.removeprefix("?")
    if not text:
        return ""
    pairs = parse_qsl(text, keep_blank_values=True, errors="replace")
    kept = [pair for pair in pairs if pair[0] in _KNOWN]
    return text if len(kept) == len(pairs) else urlencode(kept, safe=",/:")
