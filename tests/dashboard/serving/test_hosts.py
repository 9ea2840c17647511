"""What a client says the host is: printed nowhere, and refused where the service knows its own address."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dashboard.address.context import Context
from dashboard.serving.application import build_app
from indicators.settings import SettingsError, load_settings

FOREIGN = "http://evil.example"
OWN = "https://indicators.example.org"


def client_of(context: Context, **settings: object) -> Any:
    with_settings = replace(context, settings=context.settings.model_copy(update=settings))
    return build_app(with_settings).server.test_client()


def test_a_foreign_host_is_printed_in_no_feed(context: Context) -> None:
    feed = client_of(context).get("/feeds/areas/E06000018.atom", base_url=FOREIGN)
    assert feed.status_code == 200
    assert "evil" not in feed.text
    assert 'href="/' in feed.text


def test_this_machine_is_known_by_its_name(context: Context) -> None:
    feed = client_of(context).get("/feeds/areas/E06000018.atom", base_url="http://127.0.0.1:8050")
    assert 'href="http://127.0.0.1:8050/' in feed.text


def test_the_address_of_the_settings_is_printed_and_other_hosts_are_refused(context: Context) -> None:
    client = client_of(context, public_url=OWN)
    assert f'href="{OWN}/' in client.get("/feeds/areas/E06000018.atom", base_url=OWN).text
    assert f'href="{OWN}/' in client.get("/feeds/areas/E06000018.atom", base_url="http://localhost").text
    for path in ("/map", "/feeds/areas/E06000018.atom", "/api/v1/indicators"):
        assert client.get(path, base_url=FOREIGN).status_code == 400


@pytest.mark.parametrize(
    "url", ["indicators.example.org", "ftp://a.example", "https://a.example/?a=b", "https://a.example/a b"]
)
def test_what_is_no_address_of_a_service_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match=r"WORKHEALTH_PUBLIC_URL: .*expected a "):
        load_settings(public_url=url)


def test_crawlers_are_kept_from_what_costs_work(context: Context) -> None:
    answer = client_of(context).get("/robots.txt")
    assert (answer.status_code, answer.mimetype) == (200, "text/plain")
    assert {"Disallow: /api/", "Disallow: /csv/"} <= set(answer.text.splitlines())


def test_whom_to_tell_of_a_weakness_is_said_where_somebody_is_named(context: Context) -> None:
    assert client_of(context, contact="").get("/.well-known/security.txt").status_code == 404
    text = client_of(context, contact="it@example.org", public_url=OWN).get("/.well-known/security.txt").text
    assert "Contact: mailto:it@example.org" in text.splitlines()
    assert f"Canonical: {OWN}/.well-known/security.txt" in text.splitlines()


def test_a_browser_that_asks_for_an_icon_gets_one(context: Context) -> None:
    answer = client_of(context).get("/favicon.ico")
    assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
