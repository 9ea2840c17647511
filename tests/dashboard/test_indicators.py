"""Definitions: the list by theme, all that is known of one indicator, and ids that do not exist."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest

from dashboard.address.context import Context
from dashboard.queries.catalogue import suggestions
from indicators.catalogue import Indicator
from indicators.catalogue.units import known_themes
from tests.dashboard.conftest import RELEASE


def words_of(client: Any, address: str, status: int = 200) -> str:
    """The words of a page's first paint, tags taken out, spaces made one."""
    answer = client.get(address)
    assert answer.status_code == status, address
    text = answer.get_data(as_text=True)
    text = text[text.index("<main") : text.index("</main>")]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def test_list_holds_every_indicator_under_its_theme(client: Any, indicators: dict[str, Indicator]) -> None:
    words = words_of(client, "/indicators")
    used = {indicator.theme for indicator in indicators.values()}
    places = [words.index(theme) for theme in known_themes() if theme in used]
    assert places == sorted(places)
    for indicator in indicators.values():
        assert indicator.title in words and indicator.definition in words


def test_list_says_by_what_areas_the_latest_period_and_the_source(client: Any) -> None:
    words = words_of(client, "/indicators")
    assert (
        "By lower-tier local authority, region and England. Latest period 2023. Source: Office for National Statistics."
    ) in words
    assert "No figures yet." in words
    assert (
        "Referrals that accessed Individual Placement and Support, per 100,000 people Illustrative figures"
        in words
    )


@pytest.mark.parametrize(
    ("sought", "shown", "some"),
    [
        ("fit note", 5, "fit-notes-rate"),
        ("GAP disabled", 2, "disability-employment-gap"),
        ("qwertz", 0, None),
        ("%22%3Eqwertz", 0, None),
    ],
)
def test_list_is_narrowed_to_the_words_of_the_address(
    client: Any, indicators: dict[str, Indicator], sought: str, shown: int, some: str | None
) -> None:
    text = client.get(f"/indicators?q={sought}").get_data(as_text=True)
    assert f"{shown} of {len(indicators)} shown." in text
    entries = re.findall(r'<div class="wh-entry"[^>]*>', text)
    open_ones = [entry for entry in entries if " hidden" not in entry]
    assert len(entries) == len(indicators) and len(open_ones) == shown
    if some:
        assert any(f'data-filter-entry=" {some.replace("-", " ")} ' in entry for entry in open_ones)


def test_list_without_words_shows_everything(client: Any) -> None:
    text = client.get("/indicators").get_data(as_text=True)
    assert not [entry for entry in re.findall(r'<div class="wh-entry"[^>]*>', text) if " hidden" in entry]
    assert "shown." not in text and 'href="#theme-benefits-and-fit-notes"' in text


def test_definition_says_all_that_the_catalogue_says(client: Any, indicators: dict[str, Indicator]) -> None:
    for indicator in indicators.values():
        words = words_of(client, f"/indicators/{indicator.id}")
        for text in (
            indicator.title,
            indicator.definition,
            indicator.rationale,
            indicator.numerator,
            indicator.denominator,
            *indicator.caveats,
            *(target.source for target in indicator.targets),
            *(route.publication for route in indicator.routes),
        ):
            assert text in words, (indicator.id, text)


def test_definition_of_the_employment_rate(client: Any) -> None:
    words = words_of(client, "/indicators/employment-rate")
    assert "Which way is good Higher is better." in words
    assert "In Fingertips Like Fingertips indicator 92313" in words
    assert "80% employment rate (long-term ambition): 80.0%" in words
    assert "Lower-tier local authorities All people, aged 16 to 64 2022 2023 2 296 –" in words
    assert (
        "Local indicators Office for National Statistics 2024-11 12 November 2024 20 November 2026" in words
    )
    assert "See it on the map Compare areas Follow it over time" in words


def test_a_gap_of_two_published_rates_says_how_it_is_made(client: Any) -> None:
    words = words_of(client, "/indicators/disability-employment-gap")
    assert "How the figure is made Worked out here: one published rate minus another" in words
    assert "worked out here from the survey’s two published half-widths" in words


def test_definition_without_judgement_says_so(client: Any) -> None:
    words = words_of(client, "/indicators/disability-prevalence")
    assert "Neither way is good or bad in itself" in words
    assert "There are no figures yet for “Disability”." in words


def test_definition_of_a_gap_names_both_rates(client: Any) -> None:
    words = words_of(client, "/indicators/employment-gap-learning-disability")
    assert "Made from Employment rate minus Employment, learning disability" in words
    assert "Lower is better." in words


def test_definition_of_a_count_is_not_compared(client: Any) -> None:
    assert "Not compared: a count grows with the size of the place." in words_of(
        client, "/indicators/disabled-people-in-employment"
    )


def test_national_figures_are_not_offered_on_the_map(client: Any) -> None:
    words = words_of(client, "/indicators/disabled-people-in-employment")
    assert "Follow it over time" in words and "See it on the map" not in words


def test_illustrative_figures_are_marked(client: Any) -> None:
    assert "Illustrative figures. These numbers were invented" in words_of(
        client, "/indicators/ips-access-rate"
    )


def test_unknown_id_is_a_404_with_suggestions(client: Any) -> None:
    words = words_of(client, "/indicators/emploiment_rate", status=404)
    assert "No indicator is called “emploiment_rate”." in words
    assert "Employment rate, people aged 16 to 64" in words
    assert "See the list of all indicators" in words


@pytest.mark.parametrize(
    ("given", "near"),
    [
        ("employment_rate", "employment-rate"),
        ("Median weekly pay", "median-weekly-pay"),
        ("recovery", "talking-therapies-recovery-rate"),
        ("ips", "ips-people-accessing-rate"),
    ],
)
def test_suggestions_are_near(context: Context, given: str, near: str) -> None:
    assert near in [indicator.id for indicator in suggestions(context.catalogue, given)]


@pytest.mark.parametrize("given", ["%3Cscript%3Ealert(1)%3C/script%3E", "zzzz", "y" * 2000])
def test_nonsense_ids_are_404s(client: Any, given: str) -> None:
    answer = client.get(f"/indicators/{given}")
    assert answer.status_code == 404
    assert "<script>alert" not in answer.get_data(as_text=True)


def test_only_releases_that_figures_are_taken_from_are_named_in_the_order_they_are_used(client: Any) -> None:
    words = words_of(client, "/indicators/employment-rate")
    sources = words[words.index("Sources Listed in the order in which they are used") :]
    first, second = sources.index("Employment rate, ONS local indicators"), sources.index("table T01, Nomis")
    assert first < second
    assert "No release of it is loaded." in sources[second:]
    # a release of the same source that holds other indicators only is not one of this figure's
    assert "No figure is taken from it now." in words_of(client, "/indicators/median-weekly-pay")
    assert "Listed in the order" not in words_of(client, "/indicators/median-weekly-pay")


def test_the_store_names_the_releases_of_an_indicator(context: Context) -> None:
    assert context.store.releases_of("employment-rate") == [RELEASE]
    assert context.store.releases_of("median-weekly-pay") == []


def test_a_definition_without_figures_names_publication_command_and_evidence(client: Any) -> None:
    page = client.get("/indicators/pip-claimants").get_data(as_text=True)
    assert "There are no figures yet for “PIP claimants”." in page
    assert "<code>python -m etl refresh dwp_stat_xplore</code>" in page
    # the evidence nearest to it has no figures in this store either, so no link leads there
    assert 'href="/map?indicator=disability-prevalence"' not in page
