"""The description of the API: answers are as it says, nothing is taken out of it, and any request it allows is answered."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from dashboard.api.addresses import ADDRESSES, Address
from dashboard.api.describing import openapi
from dashboard.components.api import BASE, EXAMPLES
from dashboard.serving.application import build_app

STORED = Path(__file__).with_name("openapi.json")
INDICATOR = "employment-rate"
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="module")
def visitor(fuller: Any) -> Any:
    return build_app(fuller).server.test_client()


def read(client: Any, address: Address, path: str) -> None:
    """Hold an answer against the schema of its address."""
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    schema = openapi()["paths"][address.template]["get"]["responses"]["200"]
    schema = schema["content"]["application/json"]["schema"]
    whole = {**schema, "components": openapi()["components"]}
    jsonschema.Draft202012Validator(whole).validate(answer.json)


@pytest.mark.parametrize("address", ADDRESSES, ids=lambda address: address.template)
def test_every_answer_is_as_its_schema_says(visitor: Any, address: Address) -> None:
    read(visitor, address, address.example.format(indicator=INDICATOR))


@pytest.mark.parametrize(
    ("place", "path"),
    [
        (0, "/api/v1/observations?indicator=employment-rate,ips-access-rate&period=all&groups=all&limit=500"),
        (0, "/api/v1/observations?indicator=claimant-count"),
        (0, "/api/v1/observations?indicator=employment-rate&parent=E12000004&area_type=ltla"),
        (3, "/api/v1/areas?area_type=ccg"),
        (3, "/api/v1/areas?q=leedes"),
        (4, "/api/v1/areas/at?lat=60.9&lon=-8.9"),
        (5, "/api/v1/areas/E07000004"),
        (6, "/api/v1/areas/E38000220/history?on=2015-01-01"),
        (7, "/api/v1/areas/E12000004/overlaps?area_type=lep"),
        (8, "/api/v1/groups"),
        (8, "/api/v1/groups?area=E12000004"),
        (8, "/api/v1/groups?area=E54000008"),
        (15, "/api/v1/compare?indicator=ips-access-rate&area_type=sub_icb"),
        (16, "/api/v1/profile?area=E54000008&groups=all"),
    ],
)
def test_unusual_answers_are_as_their_schema_says(visitor: Any, place: int, path: str) -> None:
    assert re.fullmatch(re.sub(r"<\w+>", "[^/]+", ADDRESSES[place].path), path.partition("?")[0])
    read(visitor, ADDRESSES[place], path)


def test_errors_are_as_their_schema_says(visitor: Any) -> None:
    whole = {"$ref": "#/components/schemas/Problem", "components": openapi()["components"]}
    for path in ("observations", "observations?indicator=none", "areas/E00/history", "groups/x", "none"):
        jsonschema.Draft202012Validator(whole).validate(visitor.get(f"/api/v1/{path}").json)


def test_the_description_is_one_of_openapi_3_1(visitor: Any) -> None:
    told = visitor.get("/api/v1/openapi.json").json
    assert told == openapi() and told["openapi"] == "3.1.0"
    names = [operation["get"]["operationId"] for operation in told["paths"].values()]
    assert len(names) == len(set(names)) == len(ADDRESSES)
    for operation in told["paths"].values():
        for parameter in operation["get"]["parameters"]:
            assert parameter["description"], parameter


def test_an_optimised_server_describes_itself_alike() -> None:
    code = "import json; from dashboard.api.describing import openapi; print(json.dumps(openapi()))"
    told = subprocess.run([sys.executable, "-OO", "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(told.stdout) == openapi()


# ---- nothing is taken out --------------------------------------------------------------------------------


def removed(before: Any, after: Any, where: str = "") -> Iterator[str]:
    """What programs may rest on that is no longer there: addresses, parameters, choices, keys, types."""
    if isinstance(before, dict):
        if not isinstance(after, dict):
            yield where
            return
        for key, part in before.items():
            if key in ("description", "summary", "default", "maximum", "minimum", "maxItems", "maxLength"):
                continue
            if key not in after:
                yield f"{where}/{key}"
            else:
                yield from removed(part, after[key], f"{where}/{key}")
    elif isinstance(before, list) and all(isinstance(part, dict) and "name" in part for part in before):
        known = {part["name"]: part for part in after}
        for part in before:
            if part["name"] not in known:
                yield f"{where}/{part['name']}"
            else:
                yield from removed(part, known[part["name"]], f"{where}/{part['name']}")
        # a parameter that has to be given from now on breaks those who do not give it
        old = {part["name"] for part in before}
        yield from (
            f"{where}/{name} is needed now"
            for name, part in known.items()
            if part.get("required") and name not in old
        )
    elif isinstance(before, list):
        yield from (f"{where}: {part}" for part in before if part not in after)
    elif before != after:
        yield f"{where}: {before} is {after}"


def test_nothing_is_taken_out_of_the_api() -> None:
    """Version 1 only grows. What is added is written to the stored file: ``STORED.write_text(...)`` as below."""
    stored = json.loads(STORED.read_text(encoding="utf-8"))
    assert list(removed(stored, openapi())) == []
    assert json.dumps(openapi(), indent=1, ensure_ascii=False) + "\n" == STORED.read_text(encoding="utf-8"), (
        "the API has grown; write json.dumps(openapi(), indent=1, ensure_ascii=False) to openapi.json beside this test"
    )


def test_a_removal_is_noticed() -> None:
    before = json.loads(json.dumps(openapi()))
    for change in (
        lambda told: told["paths"].pop("/api/v1/areas"),
        lambda told: told["paths"]["/api/v1/observations"]["get"]["parameters"].pop(),
        lambda told: told["components"]["schemas"]["Observation"]["properties"].pop("value"),
        lambda told: told["components"]["schemas"]["Area"]["properties"]["ods_code"]["anyOf"].pop(),
        lambda told: told["paths"]["/api/v1/profile"]["get"]["parameters"].append({"name": "x", "required": True}),
    ):  # fmt: skip
        after = json.loads(json.dumps(before))
        change(after)
        assert list(removed(before, after)), change
    grown = json.loads(json.dumps(before))
    grown["paths"]["/api/v1/new"] = {}
    assert list(removed(before, grown)) == []


# ---- any request ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def described(fuller: Any) -> Any:
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", build_app(fuller).server)


@pytest.mark.parametrize("address", ADDRESSES, ids=lambda address: address.template)
def test_whatever_is_asked_is_answered_as_described(described: Any, address: Address) -> None:
    operation = described[address.template]["GET"]

    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(case=operation.as_strategy())
    def ask(case: Any) -> None:
        answer = case.call(headers={"Accept-Encoding": "identity"})
        case.validate_response(answer, checks=CHECKS)

    ask()


# ---- the page ------------------------------------------------------------------------------------------------


def test_every_address_in_the_examples_of_the_page_answers(visitor: Any) -> None:
    page = unescape(visitor.get("/api").text)
    found = set(re.findall(r'href="(/api/v1/[^"]*)"', page))
    code = "\n".join(re.findall(r'<pre class="wh-code".*?</pre>', page, re.DOTALL))
    assert code.count(BASE) == len(EXAMPLES) + 1  # curl has two
    found |= set(re.findall(r'(/api/v1/[^"\\\s]*)"', code))
    assert len(found) > len(ADDRESSES)
    for path in found:
        assert visitor.get(path).status_code == 200, path


def test_every_kind_of_problem_is_explained_on_the_page(visitor: Any) -> None:
    page = visitor.get("/api").text
    for path in ("observations?x=1", "observations", "areas/E0"):
        kind = visitor.get(f"/api/v1/{path}").json["type"].removeprefix("/api#")
        assert f'id="{kind}"' in page
