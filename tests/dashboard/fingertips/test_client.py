"""fingertips_py itself, pointed at a live server: each of its 33 public functions, against the store.

The client stands in an environment of its own (``make build/fingertips.stamp``), pinned in ``client.txt``. Nothing here
imports it: ``ask_client.py`` is run there and prints what every function gives.
"""

from __future__ import annotations

import json
import math
import os
import re
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import make_server

from dashboard.address.context import Context
from dashboard.api.fingertips.figures import COLUMNS
from dashboard.serving.application import build_app
from geodata.register import Register

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[3]
CLIENT = Path(
    os.environ.get("WORKHEALTH_FINGERTIPS_CLIENT", ROOT / "build" / "fingertips" / "bin" / "python")
)
ENGLAND, NOTTINGHAM = "E92000001", "E06000018"
LOADED = {
    "employment-rate": {501: "ltla", 6: "region", 15: "england"},
    "healthy-life-expectancy": {501: "ltla", 15: "england"},
    "disability-prevalence": {501: "ltla", 6: "region", 15: "england"},
    "disabled-people-in-employment": {159: "uk"},
}
"""The area types that the small store has real figures for, by their number in the API."""
CANNOT_WORK = {
    # it asks for the deprivation score of 2015 (91872, 93275), which is not held here; on today's pandas it would
    # stop even with it, since it calls Series.append
    "deprivation_decile": "ParserError",
}
"""Public functions that end in an exception whatever is loaded, with its type."""


@pytest.fixture(scope="module")
def base(fuller: Context) -> Iterator[str]:
    """The address of a live server over the small store, with ``/api/`` at its end."""
    if not CLIENT.exists():
        pytest.skip(
            "fingertips_py is not installed: make build/fingertips.stamp, which needs a package index"
        )
    server = make_server("127.0.0.1", 0, build_app(fuller).server, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}/api/"
    finally:
        server.shutdown()
        thread.join()


def run_client(*arguments: str) -> str:
    """What the client's own Python prints; no proxy stands between it and the server."""
    asked = subprocess.run(
        [str(CLIENT), *arguments],
        capture_output=True,
        text=True,
        timeout=180,
        env={"PATH": os.environ["PATH"], "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"},
    )
    assert asked.returncode == 0, asked.stderr[-2000:]
    return asked.stdout


@pytest.fixture(scope="module")
def told(base: str) -> dict[str, Any]:
    """What the client gives for every call of ``ask_client.py``."""
    answer: dict[str, Any] = json.loads(run_client(str(Path(__file__).with_name("ask_client.py")), base))
    return answer


def value(told: dict[str, Any], name: str) -> Any:
    found = told["calls"][name]
    assert "value" in found, found
    return found["value"]


def rows(told: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found = told["calls"][name]
    assert "columns" in found, found
    columns = found["columns"]
    return [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]


def number(cell: float | None) -> float | None:
    return None if cell is None or math.isnan(cell) else float(cell)


def figures_of(table: list[dict[str, Any]]) -> Counter[tuple[Any, ...]]:
    return Counter(
        (
            row["Indicator ID"],
            row["Area Code"],
            row["Sex"],
            str(row["Time period"]),
            *(
                number(row[name])
                for name in ("Value", "Lower CI 95.0 limit", "Upper CI 95.0 limit", "Lower CI 99.8 limit", "Upper CI 99.8 limit")
            ),
        )
        for row in table
    )  # fmt: skip


def held(context: Context, indicator_id: str, kinds: Iterator[str] | list[str]) -> Counter[tuple[Any, ...]]:
    """The store's rows as ``figures_of`` gives them; the labels of this store's periods are written out."""
    words = {
        "2022-01-01/P1Y": "2022",
        "2023-01-01/P1Y": "2023",
        "2022-01-01/P3Y": "2022 - 24",
        "2021-03-21/P1D": "21 Mar 2021",
        "2017-01-01/P3M": "2016/17 Q4",
        "2024-04-01/P3M": "2024/25 Q1",
    }
    found: Counter[tuple[Any, ...]] = Counter()
    for kind in kinds:
        for row in context.store.observations(indicator_id=indicator_id, area_type=kind, period="all"):
            limits = (
                row[name] for name in ("value", "lower_ci_95", "upper_ci_95", "lower_ci_998", "upper_ci_998")
            )
            found[
                context.catalogue[indicator_id].number,
                row["area_code"],
                row["sex"].capitalize(),
                words[row["period"]],
                *limits,
            ] += 1
    return found


def test_every_public_function_is_called_and_only_those_named_cannot_work(told: dict[str, Any]) -> None:
    assert len(told["public"]) == 33
    assert set(told["public"]) == set(told["calls"])
    failed = {name: found["error"] for name, found in told["calls"].items() if "error" in found}
    assert failed == CANNOT_WORK, told["calls"]


def test_figures_are_those_of_the_store(fuller: Context, told: dict[str, Any]) -> None:
    both = rows(told, "get_data_by_indicator_ids")
    expected = held(fuller, "employment-rate", ["england", "region", "ltla"])
    expected += held(fuller, "healthy-life-expectancy", ["england", "ltla"])
    assert figures_of(both) == expected
    assert len(both[0]) == 27
    nottingham = next(row for row in both if row["Area Code"] == NOTTINGHAM and row["Time period"] == "2023")
    assert nottingham["Compared to England value or percentiles"] == "Worse"
    assert nottingham["Compared to Region value or percentiles"] == "Worse"
    assert nottingham["Recent Trend"] == "Increasing and getting better"
    few = rows(told, "get_all_data_for_indicators")
    codes = dict.fromkeys((NOTTINGHAM, ENGLAND), 2)
    assert Counter(row["Area Code"] for row in few) == codes
    assert list(few[0])[1:] == [
        "Compared to percentiles" if name == "Compared to parent" else name for name in COLUMNS
    ]


def test_a_profile_and_all_geographies_are_everything_that_is_loaded(
    fuller: Context, told: dict[str, Any]
) -> None:
    everything = figures_of(rows(told, "get_all_data_for_profile"))
    expected: Counter[tuple[Any, ...]] = Counter()
    for indicator_id, kinds in LOADED.items():
        expected |= held(fuller, indicator_id, list(kinds.values()))
    # England stands in the table of each type of area
    assert set(everything) == set(expected)
    one_indicator = figures_of(rows(told, "get_data_for_indicator_at_all_available_geographies"))
    assert set(one_indicator) == set(held(fuller, "employment-rate", ["england", "region", "ltla"]))


def test_what_is_available_is_what_is_loaded(fuller: Context, told: dict[str, Any]) -> None:
    assert value(told, "get_all_areas_for_all_indicators") == {
        str(fuller.catalogue[indicator_id].number): list(kinds) for indicator_id, kinds in LOADED.items()
    }
    assert value(told, "get_area_type_ids_for_profile") == [501, 6, 15, 159]
    assert list(value(told, "get_area_types_for_profile")) == ["501", "6", "15", "159"]


def test_metadata_is_that_of_the_catalogue(fuller: Context, told: dict[str, Any]) -> None:
    titles = {indicator.number: indicator.title for indicator in fuller.catalogue.values()}
    for name in ("get_metadata_for_profile_as_dataframe", "get_metadata_for_all_indicators_from_csv"):
        table = rows(told, name)
        assert {row["Indicator ID"]: row["Indicator"] for row in table} == titles
        assert len(table[0]) == 32
    two = rows(told, "get_metadata_for_indicator_as_dataframe")
    assert [(row["Indicator ID"], row["Definition"]) for row in two] == [
        (fuller.catalogue[indicator_id].number, fuller.catalogue[indicator_id].definition)
        for indicator_id in ("employment-rate", "healthy-life-expectancy")
    ]
    themes = {titles[row["Indicator ID"]] for row in rows(told, "get_metadata_for_domain_as_dataframe")}
    assert themes == {
        indicator.title for indicator in fuller.catalogue.values() if indicator.theme in ("Work", "Health")
    }
    work = [indicator for indicator in fuller.catalogue.values() if indicator.theme == "Work"]
    assert len(rows(told, "get_metadata")) == len(titles) + len(work) + 1
    everything = value(told, "get_metadata_for_all_indicators")
    assert {int(key): entry["Descriptive"]["Name"] for key, entry in everything.items()} == titles
    employment = value(told, "get_metadata_for_indicator")
    assert employment["Descriptive"]["Definition"] == fuller.catalogue["employment-rate"].definition
    assert value(told, "get_multiplier_and_calculation_for_indicator") == [100.0, None]


def test_lists(register: Register, told: dict[str, Any]) -> None:
    assert value(told, "get_age_id") == 204
    assert value(told, "get_age_from_id") == "16-64 yrs"
    assert value(told, "get_all_ages")["204"] == {"Id": 204, "Name": "16-64 yrs"}
    assert value(told, "get_all_sexes") == {"1": "Male", "2": "Female", "4": "Persons"}
    assert value(told, "make_request")["2"] == {"Name": "Female"}
    assert (value(told, "get_sex_id"), value(told, "get_sex_from_id")) == (2, "Persons")
    notes = value(told, "get_all_value_notes")
    assert notes[str(value(told, "get_value_note_id"))] == "Value too unreliable to publish"
    areas = value(told, "get_areas_for_area_type")
    assert {code: area["Name"] for code, area in areas.items()} == {
        area.area_code: area.name for area in register.vintage("ltla", 2024)
    }
    kinds = value(told, "get_area_types_as_dict")
    assert kinds["15"]["Name"] == value(told, "get_all_areas")["15"]["Name"] == "England"
    assert len(kinds) == sum(bool(kind.vintages) for kind in register.area_types.values())


def test_profiles(told: dict[str, Any]) -> None:
    profile = value(told, "get_profile_by_id")
    assert (profile["Id"], profile["Name"], profile["Key"]) == (900000, "Work and health", "work-and-health")
    assert value(told, "get_profile_by_name") == profile
    assert value(told, "get_all_profiles") == {"900000": profile}
    assert value(told, "get_json") == [profile]
    assert value(told, "get_domains_in_profile") == profile["GroupIds"]


def test_what_is_not_there_is_an_exception_and_never_a_table(told: dict[str, Any]) -> None:
    assert {name: found.get("error") for name, found in told["refused"].items()} == {
        "unknown indicator, figures": "ParserError",
        "unknown area type, figures": "ParserError",
        "unknown profile, figures": "Exception",
        "nothing loaded, figures": "ParserError",
        "unknown indicator, metadata": "NameError",
        "unknown domain, metadata": "NameError",
        "unknown profile, metadata": "NameError",
        "unknown indicator, JSON": "JSONDecodeError",
        "unknown profile, JSON": "JSONDecodeError",
        "unknown area type, JSON": "JSONDecodeError",
        "unknown age": "KeyError",
    }
    assert told["refused"]["unknown indicator, metadata"]["words"] == "Indicator 247 does not exist"


def test_the_example_of_the_document_runs_as_it_stands(base: str) -> None:
    text = (ROOT / "docs" / "fingertips.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert "http://127.0.0.1:8050/api/" in example
    printed = run_client("-c", example.replace("http://127.0.0.1:8050/api/", base))
    assert re.search(r"York +\d+\.\d", printed) or re.search(r"England +76\.0 +Not compared", printed), (
        printed
    )


def test_the_document_counts_what_works(told: dict[str, Any]) -> None:
    text = (ROOT / "docs" / "fingertips.md").read_text(encoding="utf-8")
    working = len(told["public"]) - len(CANNOT_WORK)
    assert f"{working} of its {len(told['public'])} public functions work" in text
    assert all(f"`{name}` does not" in text for name in CANNOT_WORK)
