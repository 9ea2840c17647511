"""Malformed requests are refused in words, and none is an error of the service."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.serving.limits import MOST_BODY

CALLBACK = "/_dash-update-component"


def asking(address: Any) -> dict[str, Any]:
    return {
        "output": "content.data",
        "outputs": {"id": "content", "property": "data"},
        "inputs": [{"id": "address", "property": "data", "value": address}],
        "changedPropIds": ["address.data"],
    }


def posted(client: Any, body: bytes, content_type: str | None = "application/json") -> Any:
    return client.post(CALLBACK, data=body, content_type=content_type)


def test_what_the_pages_send_is_answered(client: Any) -> None:
    answer = posted(client, json.dumps(asking({"pathname": "/about", "search": ""})).encode())
    assert answer.status_code == 200
    assert "<h1" in answer.get_json()["response"]["content"]["data"]["html"]


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"{", b"{}", b"[]", b"null", b"1", b'"x"', b"\xff\xfe", b"[" * 5000),
        *(
            json.dumps(made).encode()
            for made in (
                {"output": 1},
                {"output": "content.data"},
                asking(None),
                asking([1]),
                asking({"pathname": 5}),
                asking({"pathname": "/map", "search": ["?"]}),
                asking({}) | {"inputs": []},
                asking({}) | {"inputs": [1]},
                asking({}) | {"outputs": None},
                asking({}) | {"outputs": {"id": "url", "property": "data"}},
                asking({}) | {"changedPropIds": "address.data"},
                asking({}) | {"output": "url.search"},
            )
        ),
    ],
)
def test_malformed_posts_are_400_in_words(client: Any, body: bytes) -> None:
    answer = posted(client, body)
    assert answer.status_code == 400
    assert posted(client, body, "text/plain").status_code in (400, 415)


def test_a_refusal_says_what_was_expected(client: Any) -> None:
    assert "expected a JSON object" in posted(client, b"{}").get_data(as_text=True)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["output", "outputs", "inputs", "id", "property", "value", "changedPropIds"]),
                inner | st.sampled_from(["content.data", "content", "data", "address"]),
                max_size=5,
            )
        ),
        max_leaves=12,
    )
)
@settings(max_examples=60, deadline=None)
def test_no_post_is_an_error_of_the_service(app: Any, body: Any) -> None:
    assert posted(app.server.test_client(), json.dumps(body).encode()).status_code < 500


def test_a_long_body_is_refused(client: Any) -> None:
    body = json.dumps(asking({"pathname": "/about", "search": "?" + "x" * MOST_BODY})).encode()
    assert posted(client, body).status_code == 413


@pytest.mark.parametrize(
    "path",
    [
        "dash/nope.js",
        "dash/dash.py",
        "nope/nope.js",
        "flask/app.py",
        "dash/dcc/async-nope.js",
        "dash/../../x",
        "",
    ],
)
@pytest.mark.parametrize("method", ["get", "head"])
def test_unknown_script_files_are_404(client: Any, path: str, method: str) -> None:
    assert getattr(client, method)(f"/_dash-component-suites/{path}").status_code == 404
