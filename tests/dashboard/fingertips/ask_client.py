"""Calls every public function of fingertips_py against an address and prints what each gives, as JSON.

Run by test_client.py with the Python of the client's own environment: ``python ask_client.py http://127.0.0.1:8050/api/``.
It imports nothing of this project. A table is printed as its columns, an exception as its type and words.
"""

from __future__ import annotations

import inspect
import json
import sys
import warnings
from collections.abc import Callable
from typing import Any

import fingertips_py as client
from fingertips_py import api_calls, metadata, retrieve_data

EMPLOYMENT, LIFE, WORK, HEALTH, PROFILE = 92313, 90362, 900001, 900004, 900000
DISTRICTS, REGIONS = 501, 6


def calls(base: str) -> dict[str, Callable[[], Any]]:
    """Each public function with arguments that this installation has an answer to."""
    return {
        "make_request": lambda: client.make_request(f"{base}sexes", "Id"),
        "get_json": lambda: client.get_json(f"{base}profiles"),
        "get_data_by_indicator_ids": lambda: client.get_data_by_indicator_ids(
            [EMPLOYMENT, LIFE], DISTRICTS, parent_area_type_id=REGIONS, include_sortable_time_periods=True
        ),
        "get_all_data_for_indicators": lambda: client.get_all_data_for_indicators(
            EMPLOYMENT, DISTRICTS, filter_by_area_codes=["E06000018", "E92000001"]
        ),
        "get_all_data_for_profile": lambda: client.get_all_data_for_profile(PROFILE),
        "get_all_areas_for_all_indicators": lambda: client.get_all_areas_for_all_indicators(),
        "get_data_for_indicator_at_all_available_geographies": lambda: (
            client.get_data_for_indicator_at_all_available_geographies(EMPLOYMENT)
        ),
        "get_metadata": lambda: client.get_metadata(indicator_ids=LIFE, domain_ids=WORK, profile_ids=PROFILE),
        "get_metadata_for_indicator_as_dataframe": lambda: client.get_metadata_for_indicator_as_dataframe(
            [EMPLOYMENT, LIFE]
        ),
        "get_metadata_for_domain_as_dataframe": lambda: client.get_metadata_for_domain_as_dataframe(
            [WORK, HEALTH]
        ),
        "get_metadata_for_profile_as_dataframe": lambda: client.get_metadata_for_profile_as_dataframe(
            PROFILE
        ),
        "get_metadata_for_all_indicators_from_csv": lambda: client.get_metadata_for_all_indicators_from_csv(),
        "get_metadata_for_all_indicators": lambda: client.get_metadata_for_all_indicators(),
        "get_metadata_for_indicator": lambda: client.get_metadata_for_indicator(EMPLOYMENT),
        "get_multiplier_and_calculation_for_indicator": lambda: (
            client.get_multiplier_and_calculation_for_indicator(EMPLOYMENT)
        ),
        "get_all_ages": lambda: client.get_all_ages(),
        "get_age_id": lambda: client.get_age_id("16-64 yrs"),
        "get_age_from_id": lambda: client.get_age_from_id(204),
        "get_all_sexes": lambda: client.get_all_sexes(),
        "get_sex_id": lambda: client.get_sex_id("Female"),
        "get_sex_from_id": lambda: client.get_sex_from_id(4),
        "get_all_value_notes": lambda: client.get_all_value_notes(),
        "get_value_note_id": lambda: client.get_value_note_id("Value too unreliable to publish"),
        "get_all_areas": lambda: client.get_all_areas(),
        "get_area_types_as_dict": lambda: client.get_area_types_as_dict(),
        "get_areas_for_area_type": lambda: client.get_areas_for_area_type(DISTRICTS),
        "get_area_types_for_profile": lambda: client.get_area_types_for_profile(PROFILE),
        "get_area_type_ids_for_profile": lambda: client.get_area_type_ids_for_profile(PROFILE),
        "get_all_profiles": lambda: client.get_all_profiles(),
        "get_profile_by_name": lambda: client.get_profile_by_name("work and"),
        "get_profile_by_id": lambda: client.get_profile_by_id(PROFILE),
        "get_domains_in_profile": lambda: client.get_domains_in_profile(PROFILE),
        "deprivation_decile": lambda: client.deprivation_decile(102),
    }


def refused(base: str) -> dict[str, Callable[[], Any]]:
    """Calls that must end in an exception, never in a table."""
    return {
        "unknown indicator, figures": lambda: client.get_data_by_indicator_ids(1, DISTRICTS),
        "unknown area type, figures": lambda: client.get_data_by_indicator_ids(EMPLOYMENT, 7),
        "unknown profile, figures": lambda: client.get_all_data_for_profile(19, area_type_id=DISTRICTS),
        "nothing loaded, figures": lambda: client.get_all_data_for_indicators(EMPLOYMENT, 66),
        "unknown indicator, metadata": lambda: client.get_metadata_for_indicator_as_dataframe(247),
        "unknown domain, metadata": lambda: client.get_metadata_for_domain_as_dataframe(5),
        "unknown profile, metadata": lambda: client.get_metadata_for_profile_as_dataframe(19),
        "unknown indicator, JSON": lambda: client.get_metadata_for_indicator(247),
        "unknown profile, JSON": lambda: client.get_profile_by_id(19),
        "unknown area type, JSON": lambda: client.get_areas_for_area_type(999999),
        "unknown age": lambda: client.get_age_id("3 yrs"),
    }


def told(call: Callable[[], Any]) -> dict[str, Any]:
    """What a call gives, in a form that JSON can hold."""
    try:
        found = call()
    except Exception as error:
        return {"error": type(error).__name__, "words": str(error)[:300]}
    if hasattr(found, "to_dict") and hasattr(found, "columns"):
        return {"columns": {name: list(found[name]) for name in found.columns}}
    return {"value": found}


def main(base: str) -> None:
    """Print a JSON object: the names of the public functions, and what every call gives."""
    warnings.simplefilter("ignore")
    for module in (api_calls, metadata, retrieve_data):
        module.base_url = base
    public = sorted(
        name for name, value in vars(client).items() if inspect.isfunction(value) and not name.startswith("_")
    )
    answer = {
        "public": public,
        "calls": {name: told(call) for name, call in calls(base).items()},
        "refused": {name: told(call) for name, call in refused(base).items()},
    }
    print(json.dumps(answer, default=lambda value: value.item()))  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1])
