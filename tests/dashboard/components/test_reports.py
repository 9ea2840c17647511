"""The mail that reports a problem with a figure: everything of the figure filled in, or whom to write to instead."""

from __future__ import annotations

from html import unescape
from urllib.parse import parse_qs, urlsplit

from dashboard.answers.releases import Release
from dashboard.components.reports import report_problem
from geodata.register import Register
from indicators.catalogue import Indicator

RELEASE = Release(
    "ons:2024-11:ab12", "ons", "Office for National Statistics", "Local indicators", "2024-11", "2024-11-12",
    "2026-11-20T10:00:00Z", "Open Government Licence v3.0", None, False,
)  # fmt: skip


def test_a_mail_names_indicator_area_period_and_release(
    register: Register, indicators: dict[str, Indicator]
) -> None:
    link = report_problem(
        "figures@example.org",
        indicators["employment-rate"],
        area=register.area("E06000018"),
        period="2023-01-01/P1Y",
        release=RELEASE,
    )
    assert ">Report a problem with this figure</a>" in link
    assert 'aria-label="Report a problem with this figure: Employment rate, Nottingham"' in link
    address = urlsplit(unescape(link.split('href="')[1].split('"')[0]))
    assert (address.scheme, address.path) == ("mailto", "figures@example.org")
    asked = parse_qs(address.query)
    assert asked["subject"] == ["Problem with a figure: Employment rate, Nottingham"]
    assert asked["body"][0].split("\n")[-5:] == [
        "Indicator: Employment rate, people aged 16 to 64 (employment-rate)",
        "Area: Nottingham (E06000018)",
        "Period: 2023",
        "Release: Office for National Statistics, Local indicators, 2024-11, published 12 November 2024 (ons:2024-11:ab12)",
        "",
    ]


def test_without_an_address_the_publisher_is_named_and_nothing_is_a_dead_link(
    indicators: dict[str, Indicator],
) -> None:
    rate = indicators["employment-rate"]
    named = report_problem("", rate, release=RELEASE)
    assert "To report a problem, write to Office for National Statistics." in named
    unknown = report_problem("", rate)
    assert "the publisher of its figures" in unknown
    assert "<a" not in named and "<a" not in unknown


def test_what_is_not_known_is_left_out_of_the_mail(indicators: dict[str, Indicator]) -> None:
    link = report_problem("figures@example.org", indicators["employment-rate"])
    body = parse_qs(urlsplit(unescape(link.split('href="')[1].split('"')[0])).query)["body"][0]
    assert "Indicator: " in body
    assert not any(name in body for name in ("Area:", "Period:", "Release:", "None"))
