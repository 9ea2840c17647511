"""What an answer lets browsers do."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.serving.security import hash_of, inline_scripts


@pytest.mark.parametrize(
    "address", ["/", "/map", "/areas/E06000018", "/embed/trends/trends-chart", "/no-such-page", "/goal"]
)
def test_every_inline_script_of_a_document_is_named_by_the_policy_and_no_other_may_run(
    client: Any, address: str
) -> None:
    answer = client.get(address)
    policy = answer.headers["Content-Security-Policy"]
    found = inline_scripts(answer.get_data(as_text=True))
    assert len(found) == 2
    for script in found:
        assert hash_of(script) in policy
    scripts = next(part for part in policy.split("; ") if part.startswith("script-src "))
    assert "unsafe" not in scripts and "*" not in scripts
    assert hash_of("alert(1)") not in policy


def test_an_inline_script_would_be_found() -> None:
    markup = '<script>a()</script><script src="x.js"></script><script type="application/json">{}</script><SCRIPT id="b">b()</SCRIPT>'
    assert inline_scripts(markup.replace("SCRIPT", "script")) == ["a()", "b()"]


def test_no_handler_stands_in_an_attribute(client: Any) -> None:
    """The policy would not run it."""
    for address in ("/", "/map", "/areas/E06000018", "/compare", "/data"):
        assert ' onclick="' not in client.get(address).text and ' onload="' not in client.get(address).text


def test_an_error_is_kept_by_nobody(client: Any) -> None:
    for address in ("/no-such-page", "/api/v1/observations?indicator=none", "/map?indicator=none"):
        answer = client.get(address)
        assert answer.status_code >= 400
        assert answer.headers["Cache-Control"] == "no-store"
    assert "camera=()" in client.get("/").headers["Permissions-Policy"]
