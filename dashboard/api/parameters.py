"""The parameters of every address under ``/api/v1``, each described once: what is accepted, and what ``/data`` says."""

from __future__ import annotations

from collections.abc import Mapping

from dashboard.sentences import listed
from indicators.catalogue.shown import PEOPLE

_GROUP = {
    "sex": "persons, male or female. Left out: everyone, where that is published.",
    "age": "An age group as in /api/v1/indicators. Left out: every age, where that is published.",
    "breakdown": "A group of people as in /api/v1/indicators. Left out: everyone, where that is published.",
}
_NAME = "What a group in “area” or “parent” is called."
_PERIOD = "An ISO 8601 start and duration such as 2022-04-01/P1Y, or as people write it: 2023, 2022/23."
PARAMETERS: Mapping[str, Mapping[str, str]] = {
    "/api/v1/observations": {
        "indicator": "Id of an indicator, as in /api/v1/indicators. Needed.",
        "area_type": "ltla, utla, region, england, icb and so on. Left out: every type.",
        "area": "Codes of areas with commas between them. An old code works too. A group: custom:E06000015+E06000018.",
        "name": _NAME,
        "parent": "Code of an area: only areas of which at least half lies in it, as on the map.",
        "period": "An ISO 8601 start and duration such as 2022-04-01/P1Y, “latest” (as when it is left out) or “all”.",
        **_GROUP,
        "groups": "all: every group of people.",
    },
    "/api/v1/indicators": {},
    "/api/v1/areas": {
        "q": "A postcode, the name of a place, an area or an old area, or a code. Typing errors are forgiven.",
        "area_type": "Areas of one type only.",
        "area": "Codes of areas with commas between them, also of groups.",
        "name": _NAME,
        "parent": "Code of an area: only areas of which at least half lies in it today.",
    },
    "/api/v1/changes": {
        "since": "A date or an instant, such as 2026-01-31.",
        "area": "Code of one area.",
        "indicator": "Id of an indicator.",
        "limit": "How many at a time, 100 where it is left out.",
        "offset": "How many to pass over; “next” in the answer holds the address of the next page.",
    },
    "/api/v1/evidence": {
        "indicator": "Id of an indicator.",
        "condition": f"One of {listed(PEOPLE, 'or')}.",
        "area": "Code of one area.",
    },
    "/api/v1/ledger": {"area": "Code of one area. Left out: England."},
    "/api/v1/lineage": {
        "indicator": "Id of an indicator. Needed.",
        "area": "Code or name of an area. Needed.",
        "period": f"{_PERIOD} Needed.",
        **_GROUP,
    },
}
"""What each address takes: name of the parameter, and what it holds. Others are refused."""
