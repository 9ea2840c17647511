"""Definitions: the list by theme, all that is known of one indicator, and ids that do not exist."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from typing import Any
from urllib.parse import unquote

import pytest

from dashboard.address.context import Context
from dashboard.answers.changes import Cause, ChangeGroup, Feed
from dashboard.components.html import text_of
from dashboard.components.indicators import corrections_section
from dashboard.queries import catalogue as queries
from dashboard.queries.catalogue import suggestions
from dashboard.serving.application import build_app
from indicators.catalogue import Indicator
from indicators.catalogue.units import known_themes
from tests.dashboard.conftest import RELEASE

from .reading import rows_of_csv


def words_of(client: Any, address: str, status: int = 200) -> str:
    """The words of a page's first paint, tags taken out, spaces made one."""
    answer = client.get(address)
    assert answer.status_code == status, address
    text = answer.get_data(as_text=True)
    text = text[text.index("<main") : text.index("</main>")]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def rows_of(client: Any, address: str) -> dict[str, str]:
    """By the id of the indicator the opening tag of each row of the list."""
    text = client.get(address).get_data(as_text=True)
    return dict(re.findall(r'(?=<tr id="row-([^"]+)")(<tr [^>]*>)', text))


def shown_in(client: Any, address: str) -> set[str]:
    return {name for name, tag in rows_of(client, address).items() if not re.search(r" hidden>", tag)}


def test_the_list_holds_every_indicator_under_its_theme_and_those_without_figures_last(
    client: Any, context: Context, indicators: dict[str, Indicator]
) -> None:
    words = words_of(client, "/indicators")
    for indicator in indicators.values():
        assert indicator.short_title in words
    text = client.get("/indicators").get_data(as_text=True)
    loaded = set(context.all_available())
    headings = re.findall(r'scope="rowgroup"[^>]*>([^<]+) <span', text)
    themes = [theme for theme in known_themes() if any(indicators[name].theme == theme for name in loaded)]
    assert headings == [*themes, "No figures yet"]
    order = list(rows_of(client, "/indicators"))
    assert set(order[: len(loaded)]) == loaded
    assert len(order) == len(indicators)


def test_a_row_has_england_s_figure_its_period_with_its_age_and_the_areas(client: Any) -> None:
    words = words_of(client, "/indicators")
    assert "Employment rate 76.0% 2023 (over 2 years old) Local authorities (lower tier) + 2 more" in words
    # the United Kingdom stands in where England has none, and says so
    assert "Disabled people in work 5,500,000 (UK) Q1 2024/25 (over 2 years old) United Kingdom" in words
    assert "PIP claimants – No figures yet" in words
    # an illustrative figure is marked, and not shown
    assert re.search(r"IPS \S* ?.*?– Illustrative 2024/25", words)


@pytest.mark.parametrize(
    ("query", "some", "not_some"),
    [
        ("q=fit+note", "fit-notes-rate", "employment-rate"),
        ("q=GAP+disabled", "disability-employment-gap", "employment-rate"),
        ("theme=work", "employment-rate", "pip-claimants"),
        ("area_type=ltla", "employment-rate", "disabled-people-in-employment"),
        ("figures=yes", "employment-rate", "pip-claimants"),
        ("figures=yes&area_type=uk", "disabled-people-in-employment", "employment-rate"),
        ("q=qwertz", None, "employment-rate"),
        ("q=%22%3Eqwertz", None, "employment-rate"),
    ],
)
def test_the_list_is_narrowed_as_the_address_says(
    client: Any, indicators: dict[str, Indicator], query: str, some: str | None, not_some: str
) -> None:
    address = f"/indicators?{query}"
    shown = shown_in(client, address)
    assert len(rows_of(client, address)) == len(indicators)
    assert not_some not in shown
    assert some in shown if some else not shown
    assert f"{len(shown)} of {len(indicators)} shown." in words_of(client, address)
    text = client.get(address).get_data(as_text=True)
    for heading, count in re.findall(r'scope="rowgroup"[^>]*>([^<]+) <span.*?yes">(\d+)<', text):
        body = text.split(f">{heading} <span")[1].split("</tbody>")[0]
        rows = re.findall(r"<tr [^>]*>", body)
        assert int(count) == sum(" hidden>" not in row for row in rows)


def test_a_choice_is_a_link_that_keeps_the_others_and_takes_itself_back(client: Any) -> None:
    text = client.get("/indicators?q=rate&theme=work").get_data(as_text=True)
    chips = dict(re.findall(r'<a href="([^"]+)" class="wh-filter-chip"[^>]*>([^<]+) \(', text))
    assert chips["/indicators?q=rate&amp;theme=work&amp;figures=yes"] == "With figures"
    assert chips["/indicators?q=rate&amp;theme=health"] == "Health"
    assert chips["/indicators?q=rate"] == "Work"
    assert re.findall(r'aria-current="true"[^>]*>([^<]+) \(', text) == ["Work"]
    # the form without scripts keeps the theme
    assert '<input type="hidden" name="theme" value="work">' in text


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("theme=sport", "We do not know this theme “sport” is not one of: work, pay-and-income"),
        ("figures=no", "We do not know this choice of figures “no” is not one of: yes."),
        ("area_type=village", "We do not know this type of area"),
    ],
)
def test_a_choice_that_there_is_not_is_told(client: Any, query: str, words: str) -> None:
    assert words in words_of(client, f"/indicators?{query}", status=400)


def test_the_list_without_choices_shows_everything(client: Any, context: Context) -> None:
    assert len(shown_in(client, "/indicators")) == len(context.catalogue)
    words = words_of(client, "/indicators")
    assert f"{len(context.catalogue)} indicators, {len(context.all_available())} with figures." in words
    assert " shown." not in words


def test_the_list_is_a_file_with_england_s_figures(client: Any) -> None:
    answer = client.get("/csv/indicators")
    assert answer.status_code == 200
    rows = rows_of_csv(answer)
    assert [(row["indicator_id"], row["area_code"], row["value"], row["period"]) for row in rows] == [
        ("employment-rate", "E92000001", "76", "2023-01-01/P1Y"),
        ("disabled-people-in-employment", "K02000001", "5500000", "2024-04-01/P3M"),
    ]


def test_an_indicator_opens_with_england_s_figure_and_a_small_map(client: Any) -> None:
    text = client.get("/indicators/employment-rate").get_data(as_text=True)
    words = words_of(client, "/indicators/employment-rate")
    assert "England, people aged 16 to 64 76.0% 95% CI 75.6% to 76.4%" in words
    assert "Period: 2023 (over 2 years old)" in words
    assert text.index("wh-national") < text.index("wh-small-map") < text.index('id="definition"')
    assert re.search(
        r'aria-label="Map of Employment rate\. Local authorities \(lower tier\) compared with England', text
    )
    assert '<a href="/map?indicator=employment-rate" class="wh-small-map-link">' in text


def test_an_indicator_without_areas_has_no_map(client: Any) -> None:
    text = client.get("/indicators/disabled-people-in-employment").get_data(as_text=True)
    assert "wh-small-map" not in text and "5,500,000" in text
    assert "No confidence interval is published" in text


def test_illustrative_figures_have_neither_card_nor_map(client: Any) -> None:
    text = client.get("/indicators/ips-access-rate").get_data(as_text=True)
    assert "wh-small-map" not in text and "wh-national" not in text


def test_revisions_are_listed_and_told_where_there_are_none(
    client: Any, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    none = words_of(client, "/indicators/employment-rate")
    assert "No figure of this indicator has been revised, withdrawn or corrected" in none
    rate = context.catalogue["employment-rate"]
    day = "2026-03-01T10:00:00Z"
    periods = ("2023-01-01/P1Y", "2023-01-01/P1Y", "Local indicators", 66.1, 66.2)
    added = ChangeGroup(day, "added", rate.id, 3, *periods)
    revised = ChangeGroup(day, "revised", rate.id, 1, *periods)
    corrected = ChangeGroup(
        day, "revised", rate.id, 4, *periods, Cause("correction", "the file had last year’s rows")
    )
    given = [vars_of(group) for group in (added, revised, corrected)]
    assert [group.kind for group in queries.revisions(given)] == ["revised", "revised"]
    section = text_of(corrections_section(rate, [revised, corrected], Feed("/f.atom", "t"), is_cut=True))
    assert "1 March 2026</strong> Employment rate: the figure for 2023 was 66.1% and is now 66.2%" in section
    assert "4 figures corrected, for 2023. Corrected here: the file had last year’s rows." in section
    assert 'href="/f.atom"' in section and "Earlier changes" in section


def vars_of(group: ChangeGroup) -> dict[str, Any]:
    return {name: getattr(group, name) for name in ChangeGroup.__dataclass_fields__}


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
    assert "Local authorities (lower tier) All people, aged 16 to 64 2022 2023 2 296 –" in words
    assert (
        "Local indicators Office for National Statistics 2024-11 12 November 2024 20 November 2026" in words
    )
    assert "Map Compare areas Trends All figures (CSV)" in words


def test_a_gap_of_two_published_rates_says_how_it_is_made(client: Any) -> None:
    words = words_of(client, "/indicators/disability-employment-gap")
    assert "How the figure is made Calculated here: one published rate minus another" in words
    assert "calculated here from the survey’s two published half-widths" in words


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
    assert "Trends All figures (CSV)" in words and "Compare areas" not in words


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
    sources = words[words.index("Sources Listed in order of use.") :]
    first, second = sources.index("Employment rate, ONS local indicators"), sources.index("table T01, Nomis")
    assert first < second
    assert "No release of it is loaded." in sources[second:]
    # a release of the same source that holds other indicators only is not one of this figure's
    assert "No figure is taken from it now." in words_of(client, "/indicators/median-weekly-pay")
    assert "Listed in order" not in words_of(client, "/indicators/median-weekly-pay")


def test_the_store_names_the_releases_of_an_indicator(context: Context) -> None:
    assert context.store.releases_of("employment-rate") == [RELEASE]
    assert context.store.releases_of("median-weekly-pay") == []


def test_a_definition_without_figures_names_publication_command_and_evidence(client: Any) -> None:
    page = client.get("/indicators/pip-claimants").get_data(as_text=True)
    assert "There are no figures yet for “PIP claimants”." in page
    assert "<code>python -m etl refresh dwp_stat_xplore</code>" in page
    # the evidence nearest to it has no figures in this store either, so no link leads there
    assert 'href="/map?indicator=disability-prevalence"' not in page


def test_a_problem_with_a_figure_is_reported_with_its_details(context: Context) -> None:
    settings = context.settings.model_copy(update={"contact": "figures@example.org"})
    client = build_app(replace(context, settings=settings)).server.test_client()
    [address] = re.findall(
        r'href="(mailto:[^"]+)"', client.get("/indicators/employment-rate").get_data(as_text=True)
    )
    told = unquote(unescape(address))
    assert told.startswith(
        "mailto:figures@example.org?subject=Problem with a figure: Employment rate, England"
    )
    assert "Period: 2023" in told and f"({RELEASE})" in told
    # the same at the foot of a chart
    chart = unquote(unescape(client.get("/map?indicator=employment-rate").get_data(as_text=True)))
    assert "Report a problem with these figures" in chart and f"({RELEASE})" in chart
    # nobody to write to: the publisher is named
    without = (
        build_app(context).server.test_client().get("/indicators/employment-rate").get_data(as_text=True)
    )
    assert "To report a problem, write to Office for National Statistics." in without
