"""Terms explained where they stand: one source of words, unique ids on every page, attributes that browsers know."""

from __future__ import annotations

import re
from collections import Counter
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from dashboard import components as ui
from dashboard.address.context import Context
from dashboard.components.glossary import glossary, terms_of
from dashboard.components.html import text_of
from dashboard.serving.application import build_app
from indicators.catalogue import Indicator

DOCS = Path(__file__).resolve().parents[2] / "docs" / "glossary.md"


def test_the_glossary_of_the_docs_has_the_same_words() -> None:
    section = DOCS.read_text(encoding="utf-8").split("## Terms that the pages explain")[1]
    rows = re.findall(r"^\| (?!term \|)(?!---)(.+?) \| (.+?) \|$", section, flags=re.MULTILINE)
    assert rows == [(entry.term, entry.words) for entry in glossary().values()]


def test_words_are_short_and_plain() -> None:
    for entry in glossary().values():
        sentences = [part for part in re.split(r"(?<=[.!?])\s+", entry.words) if part]
        assert max(len(sentence.split()) for sentence in sentences) <= 36, entry.key
        assert entry.words.endswith(".")


def test_a_term_is_a_button_with_a_native_popover() -> None:
    made = text_of(ui.term("ips", "IPS"))
    assert '<button type="button" class="wh-term" popovertarget="term-ips">IPS<span' in made
    assert 'class="wh-term-words" popover="auto"><strong>Individual Placement' in made


def test_an_unknown_term_is_an_error() -> None:
    with pytest.raises(KeyError, match="happiness"):
        ui.term("happiness")


@pytest.mark.parametrize(
    "address",
    ["/about", "/areas/E06000018", "/compare", "/trends?area=E06000018", "/map", "/conditions?area=E06000018",
     "/relate?indicator=employment-rate&with=disability-prevalence&area_type=ltla", "/glossary", "/data"],
)  # fmt: skip
def test_ids_are_unique_and_every_button_has_its_words(fuller: Context, address: str) -> None:
    page = build_app(fuller).server.test_client().get(address).get_data(as_text=True)
    ids = Counter(re.findall(r'\bid="([^"]+)"', page))
    assert [element_id for element_id, count in ids.items() if count > 1] == []
    for target in re.findall(r'popovertarget="([^"]+)"', page):
        assert ids[target] == 1


@pytest.mark.parametrize(
    ("indicator_id", "area_types", "terms"),
    [
        ("ips-access-rate", {"sub_icb"}, ["ips", "sub-icb"]),
        ("employment-gap-secondary-mental-health", {"utla"}, ["gap", "percentage-point", "secondary-mental-health", "local-authority"]),
        ("employment-rate", {"region", "england"}, []),
        ("gender-pay-gap", {"region"}, []),  # a gap of pay, not of employment
    ],
)  # fmt: skip
def test_an_indicator_and_its_areas_bring_their_terms(
    indicator_id: str, area_types: set[str], terms: list[str], indicators: dict[str, Indicator]
) -> None:
    assert terms_of(indicators[indicator_id], area_types) == terms


def test_every_term_is_explained_where_it_stands(fuller: Context) -> None:
    client = build_app(fuller).server.test_client()
    for address, term in (
        ("/map?indicator=employment-rate&area_type=ltla&benchmark=similar&view=hex", "Similar areas"),
        ("/trends?indicator=employment-rate&area=E06000018", "Recent trend"),
        ("/relate?indicator=employment-rate&with=disability-prevalence&area_type=ltla", "Ecological fallacy"),
        ("/overview?area=E06000018", "Benchmark"),
        ("/goal", "Percentage point"),
    ):
        page = client.get(address).get_data(as_text=True)
        assert f'popover="auto"><strong>{term}</strong>' in page


def test_the_page_lists_every_term(client: Any) -> None:
    page = unescape(client.get("/glossary").get_data(as_text=True))
    for entry in glossary().values():
        assert f'<dt id="{entry.key}">{entry.term}</dt><dd>{entry.words}</dd>' in page
