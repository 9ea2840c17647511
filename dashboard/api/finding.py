"""What ``/api/v1/areas?q=`` adds to an area that was searched for: what was found, why, and the words for it."""

from __future__ import annotations

from typing import Any

from dashboard.answers.finding import Found, Option
from dashboard.sentences import finding as words
from geodata.register import AreaType


def found_keys(option: Option, area_type: AreaType) -> dict[str, Any]:
    """Keys of one row: an area, by what is closest to what was asked for.

    label      what the row is called: the area, a place in it, or a postcode with its share
    detail     kind and place in words
    kind       postcode, town, village, ward and so on, or the kind of area
    in         the council of a place or postcode, the region of an area
    share      of the residents of a place or postcode who live in the area; null where it is not known
    why        code, name, other name, old name, place or postcode
    near       whether it is only like what was asked for
    latitude, longitude  of a place, to about a kilometre
    """
    latitude, longitude = option.point or (None, None)
    return {
        "label": words.name_words(option),
        "detail": words.detail_words(option, area_type),
        "matched": option.name,
        "kind": words.kind_of(option, area_type),
        "in": words.place_words(option),
        "share": option.share,
        "why": option.why,
        "near": option.is_near,
        "latitude": latitude,
        "longitude": longitude,
    }


def said_of(found: Found) -> dict[str, Any]:
    """What stands beside the rows: a line to say above them, whether all are only near matches, and those to credit."""
    return {
        "heading": words.heading_words(found),
        "near": found.is_near,
        "credits": list(found.credits),
    }
